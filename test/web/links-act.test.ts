// The path of a link, whatever its page: looking changes nothing, an answer is recorded once, and can be taken back for a day.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LocalDate } from '../../domain/time/calendar.ts';
import type { RequestLine } from '../../web/app.ts';
import { afterCoreGroup } from '../support/paper-case.ts';
import { hidden, hrefOf, linkFor, pagesOf, Visitor } from '../support/visitor.ts';

const MINUTES = 'minutes/core-group-1';

function nina() {
  const paper = afterCoreGroup();
  paper.later(48);
  const log: RequestLine[] = [];
  const app = pagesOf(paper, log);
  const events = () => paper.book.history().events;
  return { paper, app, log, events, visitor: new Visitor(app), link: linkFor(paper, 'nina', 'minutes', MINUTES) };
}

test('looking at a link changes nothing, by GET or HEAD, and nothing may be kept, framed or indexed', async () => {
  const { visitor, link, events } = nina();
  const before = events().length;
  const page = await visitor.get(link);
  assert.equal(page.status, 200);
  assert.match(page.text, /Have you sent the minutes of core group 1\?/);
  assert.match(page.text, /BC-2041/);
  const head = await visitor.get(link, { method: 'HEAD' });
  assert.deepEqual([head.status, head.html], [200, '']);
  assert.equal(events().length, before);
  assert.equal(page.headers.get('cache-control'), 'no-store');
  assert.equal(page.headers.get('referrer-policy'), 'no-referrer');
  assert.equal(page.headers.get('x-robots-tag'), 'noindex, nofollow');
  assert.equal(page.headers.get('x-content-type-options'), 'nosniff');
  assert.match(page.headers.get('strict-transport-security') ?? '', /max-age=31536000; includeSubDomains/);
  assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'none'.*frame-ancestors 'none'/);
  assert.match(
    page.headers.get('set-cookie') ?? '',
    /^__Host-nodrift=[\w-]{22}; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
  );
  assert.doesNotMatch(page.html, /<script|src=/);
});

test('an answer is one event of whoever holds the link; sent again it says so, and is not recorded twice', async () => {
  const { visitor, link, events, paper } = nina();
  const first = await visitor.get(link);
  const sent = { ...hidden(first.html), came: 'yesterday' };
  const done = await visitor.post(link, sent);
  assert.equal(done.status, 200, done.text);
  assert.match(
    done.text,
    /Recorded.*The social worker has had the minutes of core group 1 since Wednesday 9 February 2028\./,
  );
  const recorded = events().at(-1)!;
  assert.deepEqual(recorded.event, {
    type: 'minutes-received',
    by: 'nina',
    meeting: 'core-group-1',
    on: '2028-02-09',
    via: 'link',
  });
  assert.match(recorded.id, /^link\/minutes\/[0-9a-f]{16}\/0$/);
  assert.ok(!paper.book.owed(paper.now).duties.some(({ duty }) => duty === MINUTES));
  const again = await visitor.post(link, sent);
  assert.equal(again.status, 200);
  assert.match(again.text, /This is recorded already You recorded it on Thursday 10 February 2028 at midday/);
  const anew = await visitor.get(link);
  assert.match(anew.text, /This is recorded already/);
  assert.equal(events().filter(({ event }) => event.type === 'minutes-received').length, 1);
});

test('two answers sent at once are one, also where they differ', async () => {
  const { visitor, link, events } = nina();
  const form = hidden((await visitor.get(link)).html);
  const both = await Promise.all(['today', 'yesterday', 'today'].map((came) => visitor.post(link, { ...form, came })));
  assert.deepEqual(
    both.map(({ status }) => status),
    [200, 200, 200],
    both.map(({ text }) => text).join('\n'),
  );
  assert.equal(events().filter(({ event }) => event.type === 'minutes-received').length, 1);
});

test('what was recorded can be taken back for a day, asked first; then it is owed again, and can be said again', async () => {
  const { visitor, link, events, paper } = nina();
  const done = await visitor.answer(link, { came: 'today' });
  const back = hrefOf(done.html, 'Take it back');
  assert.match(done.text, /until Friday 11 February 2028 at midday/);
  const asked = await visitor.get(back);
  assert.match(asked.text, /Take back what you recorded\?/);
  const count = events().length;
  const unsure = await visitor.post(back, hidden(asked.html));
  assert.equal(unsure.status, 422);
  assert.equal(events().length, count, 'no choice is made for anybody');
  const gone = await visitor.post(back, { ...hidden(asked.html), sure: 'yes', why: 'the wrong meeting' });
  assert.match(gone.text, /It is taken back\./);
  assert.equal(events().at(-1)?.event.reason, 'the wrong meeting');
  assert.ok(paper.book.owed(paper.now).duties.some(({ duty }) => duty === MINUTES));
  assert.match((await visitor.get(back)).text, /taken back already|recorded already/);
  const anew = await visitor.answer(link, { came: 'today' });
  assert.match(anew.text, /Recorded/);
  assert.match(events().at(-1)!.id, /\/1$/);
});

test('a day later it is taken back by people, not by the link', async () => {
  const { visitor, link, paper, events } = nina();
  const done = await visitor.answer(link, { came: 'today' });
  const back = hrefOf(done.html, 'Take it back');
  paper.later(25);
  const late = await visitor.get(back);
  assert.match(late.text, /more than 24 hours ago/);
  const count = events().length;
  await visitor.post(back, { ...hidden(done.html), sure: 'yes' });
  assert.equal(events().length, count);
});

test('a refusal is shown with its rule and what to do, and what was typed stands in the form', async () => {
  const { visitor, link, events } = nina();
  const count = events().length;
  const early = await visitor.answer(link, { came: 'day', 'on-day': '1', 'on-month': '2', 'on-year': '2028' });
  assert.equal(early.status, 422);
  assert.match(early.text, /There is a problem Tuesday 1 February 2028 is before the meeting, Tuesday 8 February 2028/);
  assert.match(early.html, /name="on-day"[^>]*value="1"/);
  assert.match(early.html, /value="day" checked/);
  assert.equal(events().length, count);
});

test('whoever may not see a page is told the same, whatever the reason, and nothing of the case', async () => {
  const { visitor, link, paper, events } = nina();
  const token = link.slice('/do/'.length);
  const other = (change: object, person = 'nina') => linkFor(paper, person, 'minutes', MINUTES, change);
  const wrong = {
    forged: `/do/v1.a.${Buffer.alloc(80, 7).toString('base64url')}`,
    truncated: link.slice(0, -1),
    longer: `${link}A`,
    changed: `/do/${token.slice(0, 20)}${token[20] === 'A' ? 'B' : 'A'}${token.slice(21)}`,
    'of a key nobody has': link.replace('v1.a.', 'v1.b.'),
    expired: other({ until: '2028-02-09' as LocalDate }),
    'to an address that changed': other({ email: 'nina@elsewhere.test' }),
    'for nobody of the case': other({ email: 'x@x.test' }, 'zara'),
    'of another case': other({ ref: 'BC-9999' }),
    'with names of objects': other({}, '__proto__'),
    huge: `/do/${'A'.repeat(5_000)}`,
    none: '/do/x',
  };
  const seen = new Set<string>();
  for (const [what, path] of Object.entries(wrong)) {
    const page = await visitor.get(path);
    assert.equal(page.status, 404, what);
    assert.doesNotMatch(page.text, /BC-2041|core group|Nina/, what);
    seen.add(page.text);
    const sent = await visitor.post(path, { came: 'today', turn: '0', nonce: 'x' });
    assert.equal(sent.status, 404, what);
  }
  assert.equal(seen.size, 1);
  assert.equal(events().length, 3);
});

test('somebody who left the case, and a link of somebody else, open nothing', async () => {
  const { visitor, link, paper } = nina();
  paper.recordAll([{ id: 'left', event: { type: 'person-left', by: 'amira', person: 'nina' } }]);
  paper.later(1);
  assert.equal((await visitor.get(link)).status, 404);
  const owen = await visitor.get(linkFor(paper, 'owen', 'minutes', MINUTES));
  assert.match(owen.text, /Are the minutes of core group 1 here\?/, 'a member who was told may say so too');
});

test('without the cookie, from another site, or long after it was shown, a form records nothing and is shown again', async () => {
  const { visitor, link, events, app, paper } = nina();
  const count = events().length;
  const form = { ...hidden((await visitor.get(link)).html), came: 'today' };
  const stranger = await new Visitor(app).post(link, form);
  assert.equal(stranger.status, 403);
  assert.match(stranger.text, /Nothing was recorded/);
  const elsewhere = await visitor.post(link, form, { 'sec-fetch-site': 'cross-site', origin: 'https://evil.test' });
  assert.equal(elsewhere.status, 403);
  assert.equal((await visitor.post(link, form, { origin: 'https://evil.test' })).status, 403);
  for (const nonce of ['', 'x', '0.aaaa', `${hidden((await visitor.get(link)).html).nonce}x`])
    assert.equal((await visitor.post(link, { ...form, nonce })).status, 403, nonce);
  assert.equal((await visitor.post(link, { ...form, turn: '1' })).status, 403, 'the turn is bound too');
  assert.equal((await visitor.post(link, form, { 'content-type': 'text/plain' })).status, 415);
  paper.later(13);
  assert.equal((await visitor.post(link, form)).status, 403);
  assert.equal(events().length, count);
});

test('what nobody can mean is refused in plain words, and nothing is shown of it that could deceive', async () => {
  const { visitor, link, events } = nina();
  const count = events().length;
  const dates = [
    ['31', '2', '2028'],
    ['', '', ''],
    ['1', '', '2028'],
    ['9', '2', '2031'],
    ['-1', '2', '2028'],
    ['9\r\nX: y', '2', '2028'],
    ['٩', '2', '2028'],
    ['9', '2', '0'],
  ];
  for (const [day = '', month = '', year = ''] of dates) {
    const page = await visitor.answer(link, { came: 'day', 'on-day': day, 'on-month': month, 'on-year': year });
    assert.equal(page.status, 422, `${day}/${month}/${year}`);
  }
  for (const came of ['', 'constructor', '\u202etoday', 'x'.repeat(20_000)])
    assert.equal((await visitor.answer(link, { came })).status, 422, came.slice(0, 20));
  const page = await visitor.answer(link, { came: 'day', 'on-day': '\u202e<b>9', 'on-month': '2', 'on-year': '2028' });
  assert.doesNotMatch(page.html, /\u202e|<b>9/);
  assert.equal((await visitor.answer(link, { came: 'x'.repeat(100_000) })).status, 413);
  assert.equal(events().length, count);
});

test('while nobody answers the page says so, and the same answer sent again is recorded', async () => {
  const { visitor, link, events, paper } = nina();
  const form = { ...hidden((await visitor.get(link)).html), came: 'today' };
  paper.isDown = true;
  assert.equal((await visitor.get(link)).status, 503);
  assert.equal((await visitor.post(link, form)).status, 503);
  paper.isDown = false;
  assert.equal((await visitor.post(link, form)).status, 200);
  assert.equal(events().at(-1)?.event.type, 'minutes-received');
});

test('what others did in the meantime is said, and there is nothing left to answer', async () => {
  const { visitor, link, paper } = nina();
  const event = { type: 'minutes-received', by: 'amira', meeting: 'core-group-1', on: '2028-02-10' } as const;
  paper.recordAll([{ id: 'by-amira', event }]);
  const page = await visitor.get(link);
  assert.equal(page.status, 200);
  assert.match(page.text, /There is nothing to answer.*recorded as done on Thursday 10 February 2028/);
  assert.doesNotMatch(page.html, /<form/);
});

test('a link that was answered too often, and an address that asks too much, are slowed down', async () => {
  const { visitor, link } = nina();
  const form = hidden((await visitor.get(link)).html);
  const seen = new Set<number>();
  for (let i = 0; i < 40; i++) seen.add((await visitor.post(link, form)).status);
  assert.deepEqual([...seen], [422, 429]);
});

test('the log of requests names no link', async () => {
  const { visitor, link, log } = nina();
  await visitor.get(link);
  await visitor.get('/rules/R59');
  await visitor.get('/nothing?token=secret');
  assert.deepEqual(
    log.map(({ path, status }) => [path, status]),
    [
      ['/do/…', 200],
      ['/rules…', 200],
      ['…', 404],
    ],
  );
});
