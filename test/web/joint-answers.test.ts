// One meeting of three children of a family, answered once on one page (L27): an event in each case, by its own gates, undone by itself.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { getRequestListener } from '@hono/node-server';
import { Unavailable } from '../../client/errors.ts';
import { shippedPolicy } from '../../policies/load.ts';
import { webApp } from '../../web/app.ts';
import { assertAccessible, noBrowser, PHONE, picture, useBrowser } from '../support/browser.ts';
import { conference, coreGroup, discussion, event, family, PEOPLE } from '../support/family.ts';
import { PaperCase } from '../support/paper-case.ts';
import { casesOf } from '../support/staff-app.ts';
import { hidden, hrefOf, KEYS, linkFor, PUBLIC_URL, Visitor } from '../support/visitor.ts';

const browser = useBrowser();

const REFS = ['BC-2041', 'BC-2042', 'BC-2043'] as const;
/** Of Ben's case the health visitor is another, and the ids are others. */
const BEN = PEOPLE.map((one) => (one.id === 'amira' ? { ...one, id: 'worker' } : one));

/** Three plans whose first core group is booked for one time; the day after it. */
function children(change: (paper: PaperCase, ref: string) => void = () => {}) {
  const papers = REFS.map((ref) => {
    const people = ref === 'BC-2042' ? BEN : PEOPLE;
    const by = ref === 'BC-2042' ? 'worker' : 'amira';
    const begun = discussion();
    const paper = new PaperCase(family(ref, { people }));
    paper.recordAll([{ ...begun, event: { ...begun.event, by } }, conference()]);
    paper.siblings = REFS.filter((one) => one !== ref).map((one) => ({ kind: 'child-protection', ref: one }));
    change(paper, ref);
    paper.later(13 * 24);
    paper.tell();
    return paper;
  });
  const [first] = papers as [PaperCase];
  const app = (publicUrl = PUBLIC_URL) =>
    webApp({
      ...{ cases: casesOf(papers), keys: KEYS, publicUrl, now: () => first.clock },
      settingOf: async (id) => papers.find(({ file }) => `${file.kind}/${file.ref}` === id)?.setting(),
      policies: async () => [shippedPolicy('barnsley')],
      failed: (error) => {
        throw error;
      },
    });
  return { papers, first, app, visitor: new Visitor(app()) };
}
const heldOf = (paper: PaperCase) => paper.book.history().meetings?.find(({ held }) => held !== null)?.held ?? null;
const HELD = {
  ...{ held: 'booked', chair: 'amira', minuteTaker: 'nina', present: ['amira', 'nina', 'owen', 'mum'] },
  ...{ planAgreed: 'yes', scaling: '6' },
  ...{ 'next-on-day': '7', 'next-on-month': '3', 'next-on-year': '2028', 'next-at': '10:00', 'next-venue': 'Hall' },
};
const ALSO = REFS.slice(1).map((ref) => `child-protection/${ref}`);

test('a core group that was held for three children is recorded once for all, with the people and the number it has in each case, L27', async () => {
  const { papers, first, visitor } = children();
  const link = linkFor(first, 'amira', 'held', 'confirm/core-group-1');
  const page = await visitor.get(link);
  assert.match(page.text, /Other children of the family who have the same meeting/);
  assert.doesNotMatch(page.html, /checked/);
  const done = await visitor.post(link, { ...hidden(page.html), ...HELD, also: ALSO });
  assert.equal(done.status, 200, done.text);
  assert.match(done.text, /in the case of each child: BC-2041, BC-2042 and BC-2043/);
  for (const paper of papers) {
    const { event: said } = paper.book.history().events.at(-1)!;
    const worker = paper.file.ref === 'BC-2042' ? 'worker' : 'amira';
    assert.deepEqual(
      { ...said },
      {
        ...{ type: 'meeting-held', by: worker, via: 'link', meeting: 'core-group-1', on: '2028-02-08' },
        ...{ chair: worker, minuteTaker: 'nina', present: [worker, 'nina', 'owen', 'mum'], planAgreed: true },
        next: { start: '2028-03-07T10:00', venue: 'Hall' },
        // How one child is doing says nothing of the others.
        ...(paper === first && { scaling: 6 }),
      },
      paper.file.ref,
    );
  }
  // Sent again it is recorded already, and nothing is recorded twice.
  const counts = papers.map(({ book }) => book.history().events.length);
  assert.match((await visitor.post(link, { ...hidden(page.html), ...HELD, also: ALSO })).text, /recorded already/);
  assert.deepEqual(
    papers.map(({ book }) => book.history().events.length),
    counts,
  );

  // Taken back for one child it stays for the others.
  const undo = hrefOf(done.html, 'Take it back for BC-2042 alone');
  const asks = await visitor.get(undo);
  const undone = await visitor.post(undo, { ...hidden(asks.html), sure: 'yes' });
  assert.match(undone.text, /It is taken back/);
  assert.deepEqual(papers.map(heldOf), ['2028-02-08', null, '2028-02-08']);
});

test('where one child’s case refuses it nothing is recorded for any, and it is said which', async () => {
  const { papers, first, visitor } = children((paper, ref) => {
    const by = ref === 'BC-2042' ? 'worker' : 'amira';
    const apology = { by, meeting: 'core-group-1', person: 'owen', representative: 'a colleague' };
    if (ref !== 'BC-2043') paper.recordAll([event('sorry', '2028-01-28', 'apologies-received', apology)]);
  });
  const counts = papers.map(({ book }) => book.history().events.length);
  const link = linkFor(first, 'amira', 'held', 'confirm/core-group-1');
  const form = hidden((await visitor.get(link)).html);
  const stoodIn = { ...HELD, present: ['amira', 'nina', 'mum'], represented: 'owen' };
  const refused = await visitor.post(link, { ...form, ...stoodIn, also: ALSO });
  assert.equal(refused.status, 422, refused.text);
  assert.match(refused.text, /Nothing was recorded: .*BC-2043.*nobody is named to come/);
  assert.doesNotMatch(refused.text, /BC-2042: /);
  assert.deepEqual(
    papers.map(({ book }) => book.history().events.length),
    counts,
  );
  const two = await visitor.post(link, { ...form, ...stoodIn, also: ALSO.slice(0, 1) });
  assert.equal(two.status, 200, two.text);
  assert.deepEqual(papers.map(heldOf), ['2028-02-08', '2028-02-08', null]);
});

test('what was cut off half-way goes on where it was when it is sent again, and a meeting of another time is not offered', async () => {
  const { papers, first, visitor } = children((paper, ref) => {
    if (ref === 'BC-2043')
      paper.recordAll([
        event('moved', '2028-01-28', 'meeting-moved', {
          ...{ meeting: 'core-group-1', start: '2028-02-09T10:00', venue: 'School' },
        }),
      ]);
  });
  const link = linkFor(first, 'amira', 'held', 'confirm/core-group-1');
  const page = await visitor.get(link);
  assert.match(page.html, /value="child-protection\/BC-2042"/);
  assert.doesNotMatch(page.html, /value="child-protection\/BC-2043"/);
  const sent = { ...hidden(page.html), ...HELD, also: ALSO.slice(0, 1) };
  const { record } = first.cases;
  first.cases.record = () => {
    first.cases.record = record;
    return Promise.reject(new Unavailable('no answer'));
  };
  assert.equal((await visitor.post(link, sent)).status, 503);
  assert.deepEqual(papers.map(heldOf), [null, '2028-02-08', null]);
  const done = await visitor.post(link, sent);
  assert.equal(done.status, 200, done.text);
  assert.deepEqual(papers.map(heldOf), ['2028-02-08', '2028-02-08', null]);
});

test('minutes that came, and to whom they went, are said once for all the children of one meeting', async () => {
  const { papers, first, visitor } = children((paper) => {
    const by = paper.file.ref === 'BC-2042' ? 'worker' : 'amira';
    const one = coreGroup({ by, chair: by, present: [by, 'nina', 'owen', 'mum'] });
    paper.recordAll([one]);
  });
  const minutes = linkFor(first, 'amira', 'minutes', 'minutes/core-group-1');
  const came = await visitor.post(minutes, {
    ...hidden((await visitor.get(minutes)).html),
    ...{ came: 'today', also: ALSO },
  });
  assert.equal(came.status, 200, came.text);
  const passed = linkFor(first, 'amira', 'distribute', 'distribute/core-group-1');
  const given = await visitor.post(passed, {
    ...hidden((await visitor.get(passed)).html),
    ...{ to: ['owen', 'mum'], how: 'post', also: ALSO },
  });
  assert.equal(given.status, 200, given.text);
  for (const { book, file } of papers) {
    const { meetings = [] } = book.history();
    const now = meetings.find(({ meeting }) => meeting === 'core-group-1');
    assert.deepEqual([...(now?.distributed ?? [])].sort(), ['mum', 'owen'], file.ref);
  }
});

test('nobody is offered a case in which it is not asked of them, nor what is decided of each child', async () => {
  const { first, visitor } = children((paper, ref) => {
    const by = ref === 'BC-2042' ? 'worker' : 'amira';
    const minuteTaker = ref === 'BC-2042' ? 'owen' : 'nina';
    paper.recordAll([coreGroup({ by, chair: by, minuteTaker, present: [by, 'nina', 'owen', 'mum'] })]);
  });
  const minutes = await visitor.get(linkFor(first, 'nina', 'minutes', 'minutes/core-group-1'));
  assert.deepEqual(
    ALSO.map((id) => minutes.html.includes(`value="${id}"`)),
    [false, true],
  );
  const review = await visitor.get(linkFor(first, 'amira', 'held', 'hold/review-conference-1'));
  assert.equal(review.status, 200);
  assert.doesNotMatch(review.html, /name="also"/);
});

test('held for all three: ticked in a browser, on a phone', { skip: noBrowser }, async () => {
  const { papers, first, app } = children();
  const server = createServer(getRequestListener(app('http://127.0.0.1').fetch)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const page = await browser.page(PHONE);
  try {
    const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await page.goto(`${at}${linkFor(first, 'amira', 'held', 'confirm/core-group-1')}`);
    await assertAccessible(page);
    for (const [name, values] of Object.entries({ ...HELD, also: ALSO }))
      for (const value of [values].flat()) {
        const field = page.locator(`[name="${name}"]`).first();
        if (await page.locator(`select[name="${name}"]`).count()) await field.selectOption(value);
        else if (/^(held|present|planAgreed|also)$/.test(name))
          await page.locator(`input[name="${name}"][value="${value}"]`).check();
        else await field.fill(value);
      }
    await page.getByRole('button', { name: 'Record this' }).click();
    await page.getByText('in the case of each child').waitFor();
    await assertAccessible(page, 'recorded for all');
    await picture(page, 'link-held-for-all');
    assert.deepEqual(papers.map(heldOf), ['2028-02-08', '2028-02-08', '2028-02-08']);
    await page.getByRole('link', { name: 'Take it back for BC-2043 alone' }).click();
    await page.getByLabel('Yes, take it back').check();
    await page.getByRole('button', { name: 'Take it back' }).click();
    await page.getByText('It is taken back.').first().waitFor();
    assert.deepEqual(papers.map(heldOf), ['2028-02-08', '2028-02-08', null]);
  } finally {
    await page.context().close();
    server.closeAllConnections();
    server.close();
  }
});
