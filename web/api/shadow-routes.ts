// The routes of shadow mode: an authority begins beside its old system, its mails are read and not sent, and it goes live.

import { z } from '@hono/zod-openapi';
import { fromEpochMs, fromLondon, inLondon, type LocalDateTime, localDate } from '../../domain/time/calendar.ts';
import type { ShownMail } from '../../mail/shadow-mails.ts';
import { NotInShadow, type ShadowStanding } from '../../record/go-live.ts';
import type { ShadowWish } from '../../record/shadow-pages.ts';
import { type Api, NOT_FOUND, REFUSED, route } from './api-frame.ts';
import { CASE_KEY } from './case-answers.ts';
import type { Cursors } from './cursor.ts';
import { AUTHORITY, authorityInAddress, demandCase } from './demand-authority.ts';
import { json, jsonBody } from './json-answer.ts';
import { Problem } from './problem.ts';

export interface ShadowDeps {
  readonly now: () => Date;
  readonly begin: (authority: string) => Promise<ShadowStanding>;
  readonly standing: (authority: string) => Promise<ShadowStanding | undefined>;
  /** @throws NotInShadow */
  readonly liveOn: (authority: string, from: Date) => Promise<ShadowStanding>;
  /** @throws NotInShadow */
  readonly caseLive: (caseId: string) => Promise<number>;
  readonly authorityOf: (caseId: string) => Promise<string | undefined>;
  readonly mails: (
    wish: ShadowWish,
  ) => Promise<{ readonly mails: readonly ShownMail[]; readonly next: string | undefined }>;
  readonly cursors: Cursors;
}

const moment = z.string().openapi({ example: '2027-03-29T13:05:00Z' });
const STANDING = z
  .object({
    authority: AUTHORITY,
    since: moment,
    liveAt: moment
      .nullable()
      .openapi({ description: 'From when on all its cases are live; null while nobody has said' }),
    inShadow: z.int().openapi({ description: 'Running cases that nothing is sent of' }),
    live: z.int().openapi({ description: 'Running cases that people are written to' }),
  })
  .openapi('Shadow');
const MAIL = z
  .object({
    at: moment.openapi({ description: 'When it would have gone' }),
    cases: z.array(z.string()),
    to: z.string().openapi({ description: 'To whom: their id in the first of the cases' }),
    role: z.string(),
    kinds: z.array(z.string()),
    subject: z.string(),
    text: z.string(),
  })
  .openapi('ShadowMail');

const tags = ['Shadow'];
const params = z.object({ authority: AUTHORITY });

const BEGIN = route(
  { scope: 'policies:write', does: 'begin shadow' },
  {
    method: 'put',
    path: '/shadow/{authority}',
    tags,
    request: { params },
    summary: 'From now on nothing is sent of the cases an authority opens; those that run already go on as they were',
    responses: { 200: json(STANDING, 'How it stands'), 404: NOT_FOUND, 422: REFUSED },
  },
);

const SHOW = route(
  { scope: 'cases:read', does: 'read shadow' },
  {
    method: 'get',
    path: '/shadow/{authority}',
    tags,
    request: { params },
    summary: 'How an authority in the shadow stands',
    responses: { 200: json(STANDING, 'How it stands'), 404: NOT_FOUND },
  },
);

const MAILS = route(
  { scope: 'cases:read', does: 'read shadow mails' },
  {
    method: 'get',
    path: '/shadow/{authority}/mails',
    tags,
    summary: 'What would have been mailed, in its words, without addresses; newest first',
    request: {
      params,
      query: z.strictObject({
        case: z
          .string()
          .regex(/^[a-z-]{1,40}\/[A-Za-z0-9][A-Za-z0-9-]{0,63}$/, 'must be a case, such as child-protection/BC-2041')
          .optional()
          .openapi({ example: 'child-protection/BC-2041' }),
        cursor: z.string().max(1024).optional().openapi({ description: '`next` of the page before; good for a day' }),
        limit: z
          .string()
          .regex(/^([1-9]\d?|1\d\d|200)$/, 'must be a whole number from 1 to 200')
          .optional()
          .openapi({ description: 'Mails a page; 50 unless said' }),
      }),
    },
    responses: {
      200: json(z.object({ mails: z.array(MAIL), next: z.string().nullable() }), 'A page of mails'),
      404: NOT_FOUND,
    },
  },
);

const GO_LIVE = route(
  { scope: 'policies:write', does: 'go live' },
  {
    method: 'post',
    path: '/shadow/{authority}/live',
    tags,
    summary: 'An authority goes live, now or on a day',
    description:
      'Nothing of the shadow goes out. In the morning mail of the next open day whoever owes something is told so once. Said again before the day, the later word counts.',
    request: {
      params,
      body: jsonBody(
        z.strictObject({
          on: z
            .string()
            .optional()
            .openapi({ format: 'date', description: 'From the beginning of this day; now, unless said' }),
        }),
      ),
    },
    responses: { 200: json(STANDING, 'How it stands'), 404: NOT_FOUND, 422: REFUSED },
  },
);

const CASE_LIVE = route(
  { scope: 'policies:write', does: 'case goes live' },
  {
    method: 'post',
    path: '/cases/{kind}/{ref}/live',
    tags,
    request: { params: CASE_KEY },
    summary: 'One case goes live, whatever its authority does. Twice is once',
    responses: {
      200: json(
        z.object({
          case: z.string(),
          told: z.int().openapi({ description: 'What is owed, and told in the next morning’s mail' }),
        }),
        'People are written to from now on',
      ),
      404: NOT_FOUND,
      422: REFUSED,
    },
  },
);

export function shadowRoutes(api: Api, deps: ShadowDeps): void {
  api.openapi(BEGIN, async (c) => {
    const authority = await authorityInAddress(c);
    return c.json(await deps.begin(authority), 200) as Response;
  });

  api.openapi(SHOW, async (c) => {
    const authority = await authorityInAddress(c);
    const standing = await deps.standing(authority);
    if (!standing) throw new Problem('not-found', `${authority} never was in the shadow`);
    return c.json(standing, 200) as Response;
  });

  api.openapi(MAILS, async (c) => {
    const authority = await authorityInAddress(c);
    const { case: caseId, cursor, limit = '50' } = c.req.valid('query');
    const list = ['shadow', authority, caseId];
    const after = cursor === undefined ? undefined : deps.cursors.open(list, cursor);
    const { mails, next } = await deps.mails({ authority, caseId, limit: Number(limit), after });
    return c.json({ mails, next: next === undefined ? null : deps.cursors.seal(list, next) }, 200) as Response;
  });

  api.openapi(GO_LIVE, async (c) => {
    const authority = await authorityInAddress(c);
    const from = momentOf(c.req.valid('json').on, deps.now());
    return c.json(await refusing(deps.liveOn(authority, from)), 200) as Response;
  });

  api.openapi(CASE_LIVE, async (c) => {
    const id = await demandCase(c, c.req.valid('param'), deps.authorityOf);
    return c.json({ case: id, told: await refusing(deps.caseLive(id)) }, 200) as Response;
  });
}

/** @throws Problem for what is no day, or one that has passed */
function momentOf(on: string | undefined, now: Date): Date {
  if (on === undefined) return now;
  try {
    const day = localDate(on);
    if (day < inLondon(fromEpochMs(now.getTime())).slice(0, 10)) throw new RangeError(`${day} has passed`);
    return new Date(fromLondon(`${day}T00:00` as LocalDateTime));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Problem('bad-input', `on: ${error.message}`, {
      field: 'on',
      errors: [{ field: 'on', detail: error.message }],
    });
  }
}

async function refusing<T>(done: Promise<T>): Promise<T> {
  try {
    return await done;
  } catch (error) {
    throw error instanceof NotInShadow ? new Problem('refused', error.message) : error;
  }
}
