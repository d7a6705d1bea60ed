// What people say back of what was recorded or asked: a later date answered, help to come, and mistakes put right (L1).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { event } from '../support/family.ts';
import { afterCoreGroup, type PaperCase } from '../support/paper-case.ts';
import { type Fields, hidden, hrefOf, linkFor, pagesOf, Visitor } from '../support/visitor.ts';

type Purpose = Parameters<typeof linkFor>[2];

/** The core group of Tuesday 8 February 2028 was held; Owen has an action until the 29th. It is Thursday the 10th, midday. */
const met = (): PaperCase => {
  const agreed = { id: 'housing', owner: 'owen', due: '2028-02-29' };
  const paper = afterCoreGroup().recordAll([event('agreed', '2028-02-08T13:00', 'action-agreed', agreed)]);
  paper.later(47);
  paper.tell();
  return paper;
};

function opened(person: string, purpose: Purpose, about: string, paper = met()) {
  const visitor = new Visitor(pagesOf(paper));
  const link = linkFor(paper, person, purpose, about);
  return {
    ...{ paper, visitor, link },
    answer: (fields: Fields) => visitor.answer(link, fields),
    last: () => {
      const { via, ...said } = paper.book
        .history()
        .events.toSorted((a, b) => a.arrival! - b.arrival!)
        .at(-1)!.event as { via?: string };
      assert.equal(via, 'link');
      return said as Record<string, unknown>;
    },
    count: () => paper.book.history().events.length,
    owes: (duty: string) => paper.book.owed(paper.now).duties.find((one) => one.duty === duty),
  };
}

/** Says what is wrong with it, and comes to the page that asks how it should be. */
async function go(page: ReturnType<typeof opened>, path: string, how: string): Promise<string> {
  const sent = await page.visitor.answer(path, { how });
  assert.equal(sent.status, 303, sent.text);
  return sent.headers.get('location')!;
}

/** Chooses one of the things that were recorded, by its words, and comes to the page that asks what is wrong with it. */
async function choose(page: ReturnType<typeof opened>, words: RegExp): Promise<string> {
  const list = await page.visitor.get(page.link);
  assert.equal(list.status, 200, list.text);
  const found = [...list.html.matchAll(/type="radio" value="([^"]+)"[\s\S]*?<label[^>]*>\s*([^<]*?)\s*</g)].find(
    ([, , text]) => words.test(text!),
  );
  assert.ok(found, `${words} in ${list.text}`);
  const before = page.count();
  const sent = await page.answer({ which: found[1]! });
  assert.equal(sent.status, 303);
  assert.equal(page.count(), before, 'choosing records nothing');
  return sent.headers.get('location')!;
}

const later = () =>
  met().recordAll([
    event('asked', '2028-02-10T12:00', 'later-date-asked', {
      ...{ by: 'owen', action: 'housing', due: '2028-03-14', reason: 'it is about Mum' },
    }),
  ]);

test('the social worker agrees to a later date, to another one, or not; what was written of it is not shown', async () => {
  const yes = opened('amira', 'new-date', 'action/housing', later());
  const shown = await yes.visitor.get(yes.link);
  assert.match(shown.text, /May this action be done later\? Owen Bell \(.*\) is told.*Asked for Tuesday 14 March 2028/);
  assert.doesNotMatch(shown.text, /Mum/);
  assert.match((await yes.answer({ agreed: 'yes' })).text, /The action is to be done by Tuesday 14 March 2028\./);
  assert.deepEqual(yes.last(), { type: 'later-date-answered', by: 'amira', action: 'housing', agreed: true });
  assert.equal(yes.owes('action/housing')?.due, '2028-03-14');
  assert.match((await yes.visitor.get(yes.link)).text, /This is recorded already/);
  const other = opened('amira', 'new-date', 'action/housing', later());
  assert.equal((await other.answer({ agreed: 'other' })).status, 422);
  await other.answer({ agreed: 'other', 'due-day': '7', 'due-month': '3', 'due-year': '2028' });
  assert.equal(other.owes('action/housing')?.due, '2028-03-07');
  const no = opened('tom', 'new-date', 'action/housing', later());
  await no.answer({ agreed: 'no', why: 'it cannot wait' });
  assert.deepEqual(no.last(), {
    ...{ type: 'later-date-answered', by: 'tom', action: 'housing', agreed: false, reason: 'it cannot wait' },
  });
  assert.equal(no.owes('action/housing')?.due, '2028-02-29');
});

test('a later date is not answered by whoever asked, nor where nobody asks', async () => {
  const mine = opened('owen', 'new-date', 'action/housing', later());
  const refused = await mine.answer({ agreed: 'yes' });
  assert.equal(refused.status, 422);
  assert.match(
    refused.text,
    /The social worker or a manager answers you \(Amira Khan, social worker; Tom Reed, team manager; /,
  );
  const nobody = opened('amira', 'new-date', 'action/housing');
  assert.match((await nobody.visitor.get(nobody.link)).text, /Nobody asks for a later date now/);
});

test('a parent asks for help to come, with one tick, and sees nobody’s name', async () => {
  const page = opened('dad', 'help', 'attend/core-group-2');
  const shown = await page.visitor.get(page.link);
  assert.match(shown.text, /Do you need help to come to core group 2\? .*When Tuesday 7 March 2028 at 10am/);
  assert.doesNotMatch(shown.text, /Amira|Nina|Owen|Mum|Dad/);
  assert.doesNotMatch(shown.html, /checked/);
  for (const what of [[], ['a taxi'], ['transport', '__proto__']])
    assert.equal((await page.answer({ what })).status, 422, what.join());
  const done = await page.answer({ what: ['interpreter', 'transport'] });
  assert.match(done.text, /Your social worker is told/);
  assert.deepEqual(page.last(), {
    ...{ type: 'help-asked', by: 'dad', meeting: 'core-group-2', person: 'dad', what: ['interpreter', 'transport'] },
  });
  const [told] = page.paper.tell().filter(({ why }) => why === 'help-asked');
  assert.equal(told?.to.id, 'amira');
  assert.match((await page.visitor.get(page.link)).text, /You have asked already\./);
});

test('a day that was typed wrongly is corrected in three pages with one question each; both versions stay', async () => {
  const page = opened('amira', 'wrong', 'minutes/core-group-1');
  const list = await page.visitor.get(page.link);
  assert.match(list.text, /Meeting held: core group 1, on Tue 8 Feb 2028 Recorded by Amira Khan/);
  assert.doesNotMatch(list.text, /Mum|Dad\b/);
  const path = await go(page, await choose(page, /Meeting held/), 'on');
  const day = { 'day-day': '7', 'day-month': '2', 'day-year': '2028' };
  assert.equal((await page.visitor.answer(path, day)).status, 422, 'how it came about is asked');
  const done = await page.visitor.answer(path, { ...day, why: 'a slip' });
  assert.match(done.text, /It is put right\./, done.text);
  const { event: said, ...rest } = page.last();
  assert.deepEqual(rest, { type: 'event-corrected', by: 'amira', corrects: 'core-group', reason: 'a slip' });
  assert.deepEqual((said as { on: string; by: string }).on, '2028-02-07');
  assert.equal(page.owes('minutes/core-group-1')?.due, '2028-02-12');
  const back = await page.visitor.answer(hrefOf(done.html, 'Take it back'), { sure: 'yes' });
  assert.match(back.text, /It is taken back/);
  assert.equal(page.owes('minutes/core-group-1')?.due, '2028-02-13');
});

test('who was there, who took the minutes and whose an action is are put right; the rest of the event stays', async () => {
  const page = opened('amira', 'wrong', 'minutes/core-group-1');
  const held1 = await choose(page, /Meeting held/);
  const path = await go(page, held1, 'present');
  const form = await page.visitor.get(path);
  assert.match(form.text, /Recorded as there Amira Khan \(social worker\)/);
  assert.doesNotMatch(form.html, /checked/);
  assert.equal((await page.visitor.answer(path, { why: 'x' })).status, 422);
  await page.visitor.answer(path, { people: ['amira', 'nina', 'owen'], why: 'a slip' });
  const held = page.last().event as Record<string, unknown>;
  assert.deepEqual([held.present, held.planAgreed, held.on], [['amira', 'nina', 'owen'], true, '2028-02-08']);
  const taker = await go(page, held1, 'minuteTaker');
  const writer = await page.visitor.answer(taker, { person: 'owen', why: 'he did' });
  assert.equal(writer.status, 200, writer.text);
  assert.equal(page.owes('minutes/core-group-1')?.owner, 'owen');
  const action = opened('tom', 'wrong', 'action/housing');
  const owner = await go(action, await choose(action, /Action agreed: housing/), 'owner');
  assert.equal((await action.visitor.answer(owner, { person: 'mum', why: 'x' })).status, 422);
  await action.visitor.answer(owner, { person: 'nina', why: 'she said so' });
  assert.equal(action.owes('action/housing')?.owner, 'nina');
});

test('what never happened is withdrawn; what opened the case is not, and the page says why', async () => {
  const page = opened('amira', 'wrong', 'hold/core-group-2');
  const path = await go(page, await choose(page, /Meeting held: core group 1/), 'never');
  assert.equal((await page.visitor.answer(path, { why: 'another child' })).status, 422);
  const gone = await page.visitor.answer(path, { sure: 'yes', why: 'another child' });
  assert.match(gone.text, /It is taken back: Meeting held/, gone.text);
  assert.deepEqual(page.last(), {
    ...{ type: 'event-withdrawn', by: 'amira', withdraws: 'core-group', reason: 'another child' },
  });
  assert.match((await page.visitor.get(path)).text, /This is recorded already/);
  const first = opened('amira', 'put-right', 'discussion never');
  const refused = await first.answer({ sure: 'yes', why: 'x' });
  assert.equal(refused.status, 422);
  assert.match(refused.text, /opened the case: it can be corrected, not withdrawn/);
});

test('a correction that the case cannot have is refused, and what was typed stays', async () => {
  const paper = met();
  const day = opened('amira', 'put-right', 'core-group on', paper);
  const before = day.count();
  const sent = { 'day-day': '1', 'day-month': '1', 'day-year': '2028', why: 'kept' };
  const refused = await day.answer(sent);
  assert.equal(refused.status, 422, refused.text);
  assert.match(refused.html, /value="kept"/);
  for (const why of ['x'.repeat(1_000), 'a\u202eb', 'a\r\nBcc: x@y.test'])
    assert.equal((await day.answer({ ...sent, 'day-month': '2', why })).status, 422, why.slice(0, 10));
  for (const [on, month, year] of [
    ['31', '2', '2028'],
    ['', '', ''],
    ['9', '2', '2031'],
  ] as const)
    assert.equal((await day.answer({ 'day-day': on, 'day-month': month, 'day-year': year, why: 'x' })).status, 422);
  const there = opened('amira', 'put-right', 'core-group present', paper);
  assert.match((await there.answer({ people: ['nina', 'owen'], why: 'x' })).text, /R63|chair/);
  assert.equal((await there.answer({ people: ['amira', '__proto__'], why: 'x' })).status, 422);
  const taker = opened('amira', 'put-right', 'core-group minuteTaker', paper);
  for (const person of ['constructor', 'mum', ''])
    assert.equal((await taker.answer({ person, why: 'x' })).status, 422, person);
  const what = opened('amira', 'put-right', 'core-group', paper);
  for (const how of ['__proto__', 'reason', 'by', '']) assert.equal((await what.answer({ how })).status, 422, how);
  assert.equal(day.count(), before);
});

test('what no page can put right is told to the social worker; the family puts nothing right by a link', async () => {
  const page = opened('nina', 'wrong', 'minutes/core-group-1');
  const before = page.count();
  assert.match((await page.answer({ which: 'none' })).text, /Please tell Amira Khan, the social worker/);
  const path = await choose(page, /Meeting held/);
  assert.match((await page.visitor.answer(path, { how: 'else' })).text, /Nothing was recorded/);
  const dad = opened('dad', 'wrong', 'attend/core-group-1');
  assert.match((await dad.visitor.get(dad.link)).text, /Please tell Amira Khan, the social worker/);
  assert.doesNotMatch((await dad.visitor.get(dad.link)).html, /<form/);
  const one = opened('dad', 'put-right', 'core-group');
  assert.doesNotMatch((await one.visitor.get(one.link)).html, /<form/);
  assert.equal(page.count(), before);
});

test('there is nothing to put right of what is unknown, of an object’s own names, or of a withdrawal', async () => {
  for (const about of ['zara', '__proto__', 'constructor', 'zara on', 'core-group by', 'core-group __proto__']) {
    const page = opened('amira', 'put-right', about);
    const shown = await page.visitor.get(page.link);
    assert.doesNotMatch(shown.html, /<form/, about);
    assert.match(shown.text, /taken back already, or was never recorded/);
  }
});

test('these forms, sent without choosing, record nothing', async () => {
  const pages = [
    opened('amira', 'new-date', 'action/housing', later()),
    opened('dad', 'help', 'attend/core-group-2'),
    opened('amira', 'wrong', 'minutes/core-group-1'),
    opened('amira', 'put-right', 'core-group'),
    opened('amira', 'put-right', 'core-group on'),
    opened('amira', 'put-right', 'core-group present'),
    opened('amira', 'put-right', 'core-group never'),
  ];
  for (const page of pages) {
    const shown = await page.visitor.get(page.link);
    assert.doesNotMatch(shown.html, /checked/);
    const before = page.count();
    const sent = await page.visitor.post(page.link, { ...hidden(shown.html), why: 'filled in by a machine' });
    assert.equal(sent.status, 422, page.link);
    assert.equal(page.count(), before);
  }
});

test('that something is not theirs is said once; that they are on it is said back; what tells a family is not put off', async () => {
  const page = opened('nina', 'minutes', 'minutes/core-group-1');
  const shown = await page.visitor.get(page.link);
  const later = hrefOf(shown.html, 'I am on it');
  await page.visitor.answer(later, { until: '2028-02-14', why: 'typing them up' });
  assert.match((await page.visitor.get(later)).text, /You have asked to be asked again on Monday 14 February 2028\./);
  const notMine = hrefOf(shown.html, 'not mine');
  await page.visitor.answer(notMine, { whose: '?' });
  assert.match((await page.visitor.get(notMine)).text, /This is recorded already/);
  assert.doesNotMatch((await page.visitor.get(page.link)).text, /not mine/);
  const tell = opened('amira', 'other', 'tell/core-group-2');
  const offered = (await tell.visitor.get(tell.link)).text;
  assert.match(offered, /not mine/);
  assert.doesNotMatch(offered, /I am on it/);
});

test('after somebody said that minutes are not theirs, a manager puts right who took them', async () => {
  const denied = event('denied', '2028-02-10T12:00', 'not-mine', { by: 'nina', duty: 'minutes/core-group-1' });
  const page = opened('tom', 'wrong', 'minutes/core-group-1', met().recordAll([denied]));
  const taker = await go(page, await choose(page, /Meeting held/), 'minuteTaker');
  await page.visitor.answer(taker, { person: 'owen', why: 'he took them' });
  assert.equal(page.owes('minutes/core-group-1')?.owner, 'owen');
});
