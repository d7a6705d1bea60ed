// Papers behind a link: the agenda that comes with an invitation (R58), as a page that prints and as a .docx file.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { strFromU8, unzipSync } from 'fflate';
import type { Notice } from '../../domain/notices/notice.ts';
import type { LinkContent } from '../../mail/link-token.ts';
import { linksFor } from '../../mail/links.ts';
import { afterCoreGroup } from '../support/paper-case.ts';
import { hrefOf, KEYS, linkFor, PUBLIC_URL, pagesOf, Visitor } from '../support/visitor.ts';

const AGENDA = 'agenda/core-group-2';
const paperLink = (
  of: ReturnType<typeof afterCoreGroup>,
  who: string,
  about = AGENDA,
  change: Partial<LinkContent> = {},
) => linkFor(of, who, 'paper', about, change).replace('/do/', '/papers/');

test('the agenda is a page with what the case knows, and offers itself as a file', async () => {
  const of = afterCoreGroup();
  const visitor = new Visitor(pagesOf(of));
  const page = await visitor.get(paperLink(of, 'nina'));
  assert.equal(page.status, 200);
  assert.match(page.text, /Agenda: core group 2 .*Danger statements and safety goals.*Next meeting/);
  const file = await pagesOf(of).request(hrefOf(page.html, '.docx'));
  assert.equal(file.headers.get('content-disposition'), 'attachment; filename="agenda-core-group-2.docx"');
  const { 'word/document.xml': xml } = unzipSync(new Uint8Array(await file.arrayBuffer()));
  assert.match(strFromU8(xml!), /Danger statements and safety goals/);
  assert.equal(page.headers.get('cache-control'), 'no-store');
});

test('a link to something else, of somebody else, or to a paper there is none of opens nothing', async () => {
  const of = afterCoreGroup();
  const visitor = new Visitor(pagesOf(of));
  const minutes = linkFor(of, 'nina', 'minutes', 'minutes/core-group-1').replace('/do/', '/papers/');
  const wrong = [
    minutes,
    paperLink(of, 'nina').slice(0, -1),
    paperLink(of, 'nina', 'agenda/core-group-9'),
    paperLink(of, 'nina', 'letter/core-group-2'),
    paperLink(of, 'nina', 'review-cover/core-group-2'),
    paperLink(of, 'nina', AGENDA, { until: '2020-01-01' as LinkContent['until'] }),
    paperLink(of, 'nina').replace('/papers/', '/do/'),
  ];
  for (const link of wrong) {
    const page = await visitor.get(link);
    assert.equal(page.status, 404, link);
    assert.match(page.text, /This link does not open anything/);
    assert.doesNotMatch(page.text, /BC-2041|core group/);
  }
});

test('while nobody answers the page says so, and the link stays good', async () => {
  const of = afterCoreGroup();
  of.isDown = true;
  const page = await new Visitor(pagesOf(of)).get(paperLink(of, 'nina'));
  assert.equal(page.status, 503);
  assert.match(page.text, /try again in a few minutes/);
});

test('an invitation links to its answer first and then to the agenda; no other mail does, R58', () => {
  const of = afterCoreGroup();
  const nina = of.file.people.find(({ id }) => id === 'nina')!;
  const links = (more: Partial<Notice>) =>
    linksFor({ keys: KEYS, publicUrl: PUBLIC_URL })({ ...of.book.identity }, {
      ...{
        key: 'k',
        kind: 'invitation',
        duty: 'attend/core-group-2',
        meeting: 'core-group-2',
        due: null,
        rules: [],
        repeat: 0,
      },
      ...{ rung: 'invitation', edition: 'e', at: of.now, to: nina },
      ...more,
    } as unknown as Notice).map(({ label }) => label);
  assert.deepEqual(links({}), ['Say whether you can come', 'Read or print the agenda']);
  assert.deepEqual(
    links({ kind: 'reminder', duty: 'minutes/core-group-1', meeting: 'core-group-1' } as Partial<Notice>),
    ['Say whether the minutes came'],
  );
});
