// What members read at a meeting, behind the link that came with its invitation (R58): as a page to print, and as a .docx file. Made at every
// look from what the case says then; kept nowhere.

import type { Context, Hono } from 'hono';
import { BadInput, CaseNotFound, Unavailable } from '../client/errors.ts';
import { toDocx } from '../documents/docx.ts';
import { PAPER_NAMES, type Paper } from '../domain/documents/paper.ts';
import { type Doing, gone } from './do.ts';
import { UNANSWERED } from './link-words.ts';
import { paperPage, sayPage } from './render.ts';
import { openLink, type Visit } from './visit.ts';

type Asked = Context<object, '/papers/:token'>;

const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

/** Registers the paths of papers. */
export function papers(app: Hono, doing: Doing): void {
  app.get('/papers/:token', (c) =>
    withPaper(c, doing, (paper, { token, link }) =>
      c.html(paperPage({ ...paper, ref: link.ref, file: `/papers/${token}/docx` })),
    ),
  );
  app.get('/papers/:token/docx', (c) =>
    withPaper(c, doing, async ({ name, meeting, ...paper }) => {
      c.header('Content-Disposition', `attachment; filename="${name}-${meeting}.docx"`);
      return c.body(new Uint8Array(await toDocx({ name, meeting, ...paper })), 200, { 'content-type': DOCX });
    }),
  );
}

/** Whoever may not see a paper is told the same, whatever the reason. */
async function withPaper(
  c: Asked,
  doing: Doing,
  show: (paper: Paper, visit: Visit) => Response | Promise<Response>,
): Promise<Response> {
  try {
    const visit = await openLink(doing, c.req.param('token'), doing.now());
    if (visit === 'gone' || visit.link.purpose !== 'paper' || !visit.meeting) return gone(c);
    const name = PAPER_NAMES.find((one) => visit.link.about.startsWith(`${one}/`));
    if (!name) return gone(c);
    const key = { kind: visit.link.kind, ref: visit.link.ref };
    return await show(await doing.cases.paper(key, name, visit.meeting), visit);
  } catch (error) {
    // The meeting is none of the case any more, or the case is over.
    if (error instanceof BadInput || error instanceof CaseNotFound) return gone(c);
    if (error instanceof Unavailable) return c.html(sayPage(UNANSWERED), 503) as Response;
    throw error;
  }
}
