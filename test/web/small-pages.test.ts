// What has a page, and no purpose of its own: who stands in, what closing asks for, what was considered, what goes round.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conference, coreGroup, discussion, event } from '../support/family.ts';
import { inNeed, PaperCase } from '../support/paper-case.ts';
import { codesInMemory, type Fields, linkFor, pagesOf, Visitor } from '../support/visitor.ts';

/** A case as it stands, and somebody at the page of a duty. */
function at(paper: PaperCase, person: string, about: string, codes?: ReturnType<typeof codesInMemory>) {
  paper.tell();
  const link = linkFor(paper, person, 'other', about);
  const visitor = new Visitor(pagesOf(paper, [], undefined, undefined, codes));
  const isOpen = () => paper.book.owed(paper.now).duties.some(({ duty }) => duty === about);
  assert.ok(isOpen(), `${about} is owed`);
  return {
    ...{ paper, link, visitor, isOpen },
    shown: () => visitor.get(link),
    answer: (fields: Fields) => visitor.answer(link, fields),
    said: () =>
      paper.book.history().events.flatMap(({ event: one }) => {
        const { via, by, ...said } = one as { via?: string; by: string; type: string };
        assert.ok(via !== 'link' || by === person);
        return via === 'link' ? [said as Record<string, unknown>] : [];
      }),
  };
}

const apology = event('apology', '2028-01-28', 'apologies-received', {
  by: 'nina',
  meeting: 'core-group-1',
  person: 'nina',
});
const cannotCome = () => new PaperCase().recordAll([discussion(), conference(), apology]);

test('R47: who cannot come says who stands in for them, or that they can come after all', async () => {
  const page = at(cannotCome(), 'nina', 'represent/core-group-1/nina');
  const { text, html } = await page.shown();
  assert.match(text, /Who stands in for you at core group 1\? .*Somebody else comes for me.*I can come after all/);
  assert.doesNotMatch(html, /checked|selected/);
  assert.match((await page.answer({ comes: 'sends' })).text, /Say who comes instead/);
  assert.equal((await page.answer({ comes: 'sends', who: 'Priya Nair' })).status, 200);
  const cannot = { type: 'apologies-received', meeting: 'core-group-1', person: 'nina' };
  assert.deepEqual(page.said(), [{ ...cannot, representative: 'Priya Nair' }]);
  assert.ok(!page.isOpen());

  const after = at(cannotCome(), 'nina', 'represent/core-group-1/nina');
  assert.match((await after.answer({ comes: 'comes' })).text, /You are expected at core group 1/);
  assert.deepEqual(after.said(), [{ type: 'event-withdrawn', withdraws: 'apology', reason: 'they come after all' }]);
  assert.ok(!after.isOpen());
});

test('R48: a report in their place needs who agreed it and why; others answer for them, and cannot say that they come', async () => {
  const page = at(cannotCome(), 'amira', 'represent/core-group-1/nina');
  assert.doesNotMatch((await page.shown()).text, /come after all/);
  assert.equal((await page.answer({ comes: 'comes' })).status, 422);
  assert.equal((await page.answer({ comes: 'report', agreedBy: 'hana' })).status, 422);
  assert.equal((await page.answer({ comes: 'report', agreedBy: 'hana', why: 'court that day' })).status, 200);
  assert.deepEqual(page.said(), [
    {
      ...{ type: 'apologies-received', meeting: 'core-group-1', person: 'nina' },
      ...{ writtenReport: { agreedBy: 'hana' }, reason: 'court that day' },
    },
  ]);
});

/** A plan that a manager agreed to close after supervision, on 1 March 2028. */
const closing = () =>
  inNeed().recordAll([
    event('approved', '2028-01-21', 'plan-approved', { by: 'tom', on: '2028-01-21' }),
    event('talked', '2028-02-28', 'closure-discussed', { with: ['mum'], on: '2028-02-28' }),
    event('closable', '2028-03-01', 'closure-approved', { by: 'tom', after: 'supervision', on: '2028-03-01' }),
  ]);
const closed = () => closing().recordAll([event('closed', '2028-03-02', 'case-closed', { on: '2028-03-02' })]);

test('R155: the case is closed with a code, for that ends it', async () => {
  const codes = codesInMemory();
  const page = at(closing(), 'amira', 'close/case', codes);
  const asked = await page.answer({ closes: 'step-down' });
  assert.match(asked.text, /We have sent a code/);
  assert.deepEqual(page.said(), []);
  const fields = Object.fromEntries(
    [...asked.html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)].map(([, name, value]) => [
      name!,
      value!,
    ]),
  );
  const done = await page.visitor.post(page.link, { ...fields, code: codes.sent[0]!.code });
  assert.match(done.text, /The case is closed/);
  assert.deepEqual(page.said(), [{ type: 'case-closed', on: '2028-03-01', stepDown: 'universal-services' }]);
});

test('R158–R161: the closure letter, with whom it went to and what it says; refused where it says neither', async () => {
  const page = at(closed(), 'amira', 'letter/closure');
  assert.doesNotMatch((await page.shown()).text, /Mum|Dad\b/, 'no name of the family');
  assert.match((await page.answer({ done: 'no' })).text, /Nothing was recorded/);
  assert.match((await page.answer({ done: 'today' })).text, /Tick whom it went to/);
  const refused = await page.answer({ done: 'today', to: ['mum'] });
  assert.equal(refused.status, 422);
  assert.match(refused.text, /R160/);
  assert.equal((await page.answer({ done: 'today', to: ['mum'], says: ['contactAgain'] })).status, 200);
  assert.deepEqual(page.said(), [{ type: 'closure-letter-sent', to: ['mum'], on: '2028-03-02', contactAgain: true }]);
  assert.ok(!page.isOpen());
});

test('R157: everybody is told, in parts; who was told is not offered again', async () => {
  const page = at(closed(), 'amira', 'notify/closure');
  const first = await page.answer({ to: ['nina', 'mum'], how: 'in person' });
  assert.match(first.text, /Record who else was told/);
  assert.deepEqual(page.said(), [
    { type: 'closure-notified', person: 'nina', how: 'in person', on: '2028-03-02' },
    { type: 'closure-notified', person: 'mum', how: 'in person', on: '2028-03-02' },
  ]);
});

test('R162: what universal services take on is talked over with agencies and family', async () => {
  const stepDown = { on: '2028-03-02', stepDown: 'universal-services' };
  const page = at(
    closing().recordAll([event('closed', '2028-03-02', 'case-closed', stepDown)]),
    'amira',
    'step-down/universal-services',
  );
  assert.equal((await page.answer({ done: 'today' })).status, 422);
  assert.equal((await page.answer({ done: 'today', with: ['nina', 'mum'] })).status, 200);
  assert.deepEqual(page.said(), [{ type: 'closure-discussed', with: ['nina', 'mum'], on: '2028-03-02' }]);
  assert.ok(!page.isOpen());
});

const withdrawn = () =>
  inNeed().recordAll([
    event('approved', '2028-01-21', 'plan-approved', { by: 'tom', on: '2028-01-21' }),
    event('no-consent', '2028-02-01', 'consent-withdrawn', { on: '2028-02-01' }),
  ]);

test('R71, R72: consent was withdrawn: that the parents were encouraged, and what was decided, with a code and its reasons', async () => {
  const tries = at(withdrawn(), 'amira', 'engage/family');
  await tries.answer({ done: 'day', 'on-day': '1', 'on-month': '2', 'on-year': '2028' });
  assert.deepEqual(tries.said(), [{ type: 'engagement-attempted', on: '2028-02-01' }]);
  const paper = withdrawn();
  paper.codes = false;
  const decides = at(paper, 'amira', 'consider/strategy-discussion');
  assert.match((await decides.answer({ outcome: 'to-be-held' })).text, /Give the reasons/);
  await decides.answer({ outcome: 'to-be-held', why: 'no one has been seen' });
  assert.deepEqual(decides.said(), [
    { type: 'strategy-considered', outcome: 'to-be-held', on: '2028-02-01', reason: 'no one has been seen' },
  ]);
  const holds = at(paper, 'amira', 'discuss/strategy');
  assert.equal((await holds.answer({ done: 'today' })).status, 200);
  assert.ok(!holds.isOpen());
});

test('R115: why a conference was late, in words that stand on the case', async () => {
  const late = conference({ on: '2028-02-10', firstCoreGroup: { start: '2028-02-22T10:00', venue: 'Family centre' } });
  const paper = new PaperCase().recordAll([
    discussion(),
    { ...late, recordedAt: event('x', '2028-02-10', 'x').recordedAt },
  ]);
  const page = at(paper, 'amira', 'explain/initial-conference');
  assert.match((await page.answer({ done: 'yes' })).text, /Please say: the reason/);
  await page.answer({ done: 'yes', why: 'the chair was ill' });
  assert.deepEqual(page.said(), [
    {
      ...{ type: 'decision-recorded', about: 'explain/initial-conference', decision: 'explained' },
      reason: 'the chair was ill',
    },
  ]);
  assert.ok(!page.isOpen());
});

test('R136: an action that lacks them gets its owner and its day', async () => {
  const agreed = event('open-action', '2028-02-08T12:30', 'action-agreed', { id: 'gp-visit', reason: 'to be settled' });
  const page = at(
    new PaperCase().recordAll([discussion(), conference(), coreGroup(), agreed]),
    'amira',
    'date/action/gp-visit',
  );
  assert.match((await page.shown()).text, /Who carries out the action, and by when\? Action “gp-visit”/);
  await page.answer({ owner: 'nina', 'due-day': '29', 'due-month': '2', 'due-year': '2028' });
  assert.deepEqual(page.said(), [{ type: 'action-agreed', id: 'gp-visit', owner: 'nina', due: '2028-02-29' }]);
  assert.ok(!page.isOpen());
});
