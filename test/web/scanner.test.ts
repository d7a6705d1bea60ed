// Mail gateways open every link of a mail, follow what they find, and send every form they meet, some with texts filled in. In a hundred cases
// they change nothing.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NewEvent } from '../../client/new-event.ts';
import type { Play } from '../../domain/play/player.ts';
import { linksFor } from '../../mail/links.ts';
import { moment } from '../domain/support.ts';
import { PaperCase } from '../support/paper-case.ts';
import { lives } from '../support/random-lives.ts';
import fc, { SEED } from '../support/seeded.ts';
import { hidden, KEYS, PUBLIC_URL, pagesOf, Visitor } from '../support/visitor.ts';

const CASES = Number(process.env.RUNS ?? 100);
/** So many of the last mails are opened: a gateway sees them when they come. */
const MAILS = 5;

/** The case as far as it goes under the shipped policy, and the links of the mails that went last. */
function lived({ file, events }: Play, part: number): { paper: PaperCase; links: readonly string[] } {
  const paper = new PaperCase(file, moment(events[0]!.at));
  const told = [];
  const linksOf = linksFor({ keys: KEYS, publicUrl: PUBLIC_URL });
  for (const { id, at, event } of events.slice(0, Math.max(3, Math.ceil(events.length * part)))) {
    paper.now = moment(at);
    told.push(...paper.tell());
    try {
      paper.recordAll([{ id, event: event as NewEvent['event'] }]);
    } catch {
      // What the case refuses did not happen.
    }
  }
  told.push(...paper.tell());
  const of = { kind: file.kind, ref: file.ref, authority: file.authority, rehearsal: false };
  const links = told.flatMap((notice) => linksOf(of as never, notice).map(({ url }) => url.slice(PUBLIC_URL.length)));
  return { paper, links: [...new Set(links)].slice(-MAILS) };
}

/** Texts as machines fill them in; nothing is chosen. */
function filledIn(html: string): Record<string, string> {
  const names = [...html.matchAll(/<(?:input|textarea)[^>]*?name="([^"]+)"[^>]*>/g)]
    .filter(([tag]) => !/type="(?:hidden|radio|checkbox)"/.test(tag))
    .map(([, name]) => [name!, 'test'] as const);
  return { ...hidden(html), ...Object.fromEntries(names) };
}

test('a scanner that opens every link and sends every form changes nothing in a hundred cases', async () => {
  const sample = fc.sample(fc.tuple(lives, fc.double({ min: 0.1, max: 1, noNaN: true })), {
    numRuns: CASES,
    seed: SEED,
  });
  let [opened, sent] = [0, 0];
  for (const [play, part] of sample) {
    const { paper, links } = lived(play, part);
    const before = JSON.stringify(paper.book.history().events);
    const scanner = new Visitor(pagesOf(paper));
    const seen = new Set<string>();
    const open = async (path: string, depth: number): Promise<void> => {
      if (seen.has(path)) return;
      seen.add(path);
      await scanner.get(path, { method: 'HEAD' });
      const page = await scanner.get(path);
      assert.ok(page.status < 500, `${page.status}: ${page.text}`);
      opened++;
      if (page.html.includes('<form')) {
        for (const fields of [hidden(page.html), filledIn(page.html)]) {
          const answer = await scanner.post(path, fields);
          assert.equal(answer.status, 422, answer.text);
          sent++;
        }
      }
      if (depth === 0) return;
      for (const [, href] of page.html.matchAll(/<a [^>]*href="(\/(?:do|papers)\/[^"]+)"/g))
        await open(href!.replaceAll('&amp;', '&'), depth - 1);
    };
    for (const link of links) await open(link, 2);
    assert.equal(JSON.stringify(paper.book.history().events), before, `${play.file.kind}, ${links.length} links`);
  }
  assert.ok(opened > CASES * 2 && sent > CASES * 2, `${opened} pages were opened, and ${sent} forms sent`);
});
