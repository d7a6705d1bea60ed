// Each page behind a link: what its answers are recorded as, and what it refuses.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conference, discussion, event, family, PEOPLE } from '../support/family.ts';
import { afterCoreGroup, inNeed, PaperCase } from '../support/paper-case.ts';
import { codesInMemory, type Fields, hidden, hrefOf, linkFor, pagesOf, Visitor } from '../support/visitor.ts';

type Purpose = Parameters<typeof linkFor>[2];

/** A case at a moment of London, and somebody with a link. */
function at(paper: PaperCase, hours: number, person: string, purpose: Purpose, about: string) {
  paper.later(hours);
  paper.tell();
  const link = linkFor(paper, person, purpose, about);
  const visitor = new Visitor(pagesOf(paper));
  return {
    ...{ paper, link, visitor },
    answer: (fields: Fields) => visitor.answer(link, fields),
    last: () => {
      const { id: _id, ...rest } = paper.book.history().events.at(-1)!;
      const { via, ...said } = rest.event as { via?: string };
      assert.equal(via, 'link');
      return said as Record<string, unknown>;
    },
    count: () => paper.book.history().events.length,
    opens: (duty: string) => paper.book.owed(paper.now).duties.some((one) => one.duty === duty),
  };
}

const booked = (of = new PaperCase()) => of.recordAll([discussion(), conference()]);

test('the initial conference is called with those invited to it, and held with its decision, each behind a link', async () => {
  const paper = new PaperCase().recordAll([discussion()]);
  const calls = at(paper, 1, 'amira', 'book', 'hold/initial-conference');
  assert.match((await calls.visitor.get(calls.link)).text, /Book .*conference/);
  const nobody = await calls.answer({
    'on-day': '25',
    'on-month': '1',
    'on-year': '2028',
    at: '10:00',
    venue: 'Civic Hall',
  });
  assert.match(nobody.text, /Tick everybody who is called to it/);
  const called = await calls.answer({
    ...{ 'on-day': '25', 'on-month': '1', 'on-year': '2028', at: '10:00', venue: 'Civic Hall' },
    invited: ['amira', 'nina', 'mum'],
  });
  assert.equal(called.status, 200, called.text);
  assert.deepEqual(calls.last(), {
    ...{ type: 'conference-called', by: 'amira', start: '2028-01-25T10:00', venue: 'Civic Hall' },
    invited: ['amira', 'nina', 'mum'],
  });

  const holds = at(paper, 15 * 24, 'amira', 'held', 'hold/initial-conference');
  const shown = await holds.visitor.get(holds.link);
  assert.match(shown.text, /Was .*conference held\?/);
  assert.doesNotMatch(shown.html, /checked|selected/);
  const said = { held: 'booked', chair: 'amira', present: ['amira', 'nina', 'mum'] };
  assert.match((await holds.answer({ ...said, decision: 'plan' })).text, /Tick everybody who is in the core group/);
  const held = await holds.answer({
    ...{ ...said, decision: 'plan', members: ['nina', 'mum'] },
    ...{
      'next-on-day': '4',
      'next-on-month': '2',
      'next-on-year': '2028',
      'next-at': '2pm',
      'next-venue': 'Family centre',
    },
  });
  assert.equal(held.status, 200, held.text);
  const { firstCoreGroup, ...decision } = holds.last();
  assert.deepEqual(decision, {
    ...{ type: 'conference-held', by: 'amira', on: '2028-01-25', outcome: 'plan', chair: 'amira' },
    ...{ present: ['amira', 'nina', 'mum'], members: ['nina', 'mum'] },
  });
  assert.deepEqual(firstCoreGroup, { start: '2028-02-04T14:00', venue: 'Family centre' });
  assert.ok(holds.opens('hold/core-group-1'));
});

test('a meeting that was held: everything it asks in one page, and who was not asked for is not there by default', async () => {
  // Wednesday 9 February, the day after.
  const page = at(booked(), 13 * 24, 'amira', 'held', 'confirm/core-group-1');
  const shown = await page.visitor.get(page.link);
  assert.match(shown.text, /Was core group 1 held\? Booked for Tuesday 8 February 2028/);
  assert.doesNotMatch(shown.html, /checked|selected/);
  assert.doesNotMatch(shown.text, /Mum|Dad\b/, 'no name of the family');
  const done = await page.answer({
    ...{ held: 'booked', chair: 'amira', minuteTaker: 'nina', present: ['amira', 'nina', 'mum'], planAgreed: 'yes' },
    ...{ scaling: '4', 'next-on-day': '7', 'next-on-month': '3', 'next-on-year': '2028', 'next-at': '2.30pm' },
    ...{ 'next-venue': 'Family centre', 'next-considered': ['comfortable', 'accessible', 'private'] },
  });
  assert.equal(done.status, 200, done.text);
  assert.deepEqual(page.last(), {
    ...{
      type: 'meeting-held',
      by: 'amira',
      meeting: 'core-group-1',
      on: '2028-02-08',
      chair: 'amira',
      minuteTaker: 'nina',
    },
    ...{ present: ['amira', 'nina', 'mum'], planAgreed: true, scaling: 4 },
    next: { start: '2028-03-07T14:30', venue: 'Family centre', considered: ['comfortable', 'accessible', 'private'] },
  });
  assert.ok(page.opens('minutes/core-group-1'));
});

test('one that did not take place', async () => {
  const page = at(booked(), 13 * 24, 'amira', 'held', 'confirm/core-group-1');
  await page.answer({ held: 'no' });
  assert.deepEqual(page.last(), { type: 'meeting-not-held', by: 'amira', meeting: 'core-group-1' });
});

test('R63: without the social worker it is refused with the rule; R54: or with one person for both tasks, unless a reason is given', async () => {
  const page = at(booked(), 13 * 24, 'amira', 'held', 'confirm/core-group-1');
  const answer = { held: 'booked', chair: 'carl', minuteTaker: 'nina', present: ['carl', 'nina'], planAgreed: 'yes' };
  const next = {
    'next-on-day': '7',
    'next-on-month': '3',
    'next-on-year': '2028',
    'next-at': '10:00',
    'next-venue': 'Centre',
  };
  const refused = await page.answer({ ...answer, ...next });
  assert.equal(refused.status, 422);
  assert.match(refused.text, /R63: a core group does not go ahead without a social worker/);
  assert.match(refused.html, /href="\/rules\/R63"/);
  assert.equal(page.count(), 2);
  const one = { ...answer, ...next, minuteTaker: 'carl', present: ['amira', 'carl'] };
  const asked = await page.answer(one);
  assert.match(asked.text, /R54.*The reason/s);
  const done = await page.answer({ ...one, reason: 'nobody else was free' });
  assert.equal(done.status, 200, done.text);
  assert.equal(page.last().reason, 'nobody else was free');
});

test('whoever was not offered cannot be named', async () => {
  const page = at(booked(), 13 * 24, 'amira', 'held', 'confirm/core-group-1');
  for (const change of [
    { chair: 'constructor' },
    { chair: 'mum' },
    { minuteTaker: 'zara' },
    { present: ['amira', '__proto__'] },
    { present: [] },
  ]) {
    const answer = { held: 'booked', chair: 'amira', minuteTaker: 'nina', present: ['amira'], planAgreed: 'yes' };
    assert.equal((await page.answer({ ...answer, ...change })).status, 422, JSON.stringify(change));
  }
  assert.equal((await page.answer({ held: 'booked', scaling: '11' })).status, 422);
  assert.equal(page.count(), 2);
});

test('an invitation is answered: somebody comes, somebody else comes, a report with its reason, or nobody', async () => {
  const invited = (person: string) => at(booked(), 24, person, 'attend', 'attend/core-group-1');
  const comes = invited('nina');
  assert.match(
    (await comes.visitor.get(comes.link)).text,
    /Can you come to core group 1\? When Tuesday 8 February 2028 at 10am/,
  );
  assert.match((await comes.answer({ comes: 'yes' })).text, /You are expected/);
  assert.deepEqual(comes.last(), {
    ...{ type: 'acceptance-received', by: 'nina', meeting: 'core-group-1', person: 'nina' },
  });
  const sends = invited('nina');
  await sends.answer({ comes: 'sends', who: 'Priya Nair' });
  assert.deepEqual(sends.last(), {
    ...{
      type: 'apologies-received',
      by: 'nina',
      meeting: 'core-group-1',
      person: 'nina',
      representative: 'Priya Nair',
    },
  });
  const report = invited('nina');
  assert.equal((await report.answer({ comes: 'report', agreedBy: 'hana' })).status, 422, 'R48 asks for a reason');
  assert.match((await report.answer({ comes: 'report', agreedBy: 'tom', why: 'training' })).text, /R48/);
  await report.answer({ comes: 'report', agreedBy: 'hana', why: 'court that day' });
  assert.deepEqual(report.last().writtenReport, { agreedBy: 'hana' });
  assert.equal(report.last().reason, 'court that day');
  const nobody = invited('owen');
  await nobody.answer({ comes: 'no' });
  const cannot = nobody.count();
  await nobody.answer({ comes: 'yes' });
  assert.deepEqual(
    nobody.paper.book
      .history()
      .events.slice(cannot)
      .map(({ event }) => event.type),
    ['event-withdrawn', 'acceptance-received'],
    'who cannot come and says that they do comes after all',
  );
  await nobody.answer({ comes: 'no' });
  assert.deepEqual(nobody.last(), { type: 'apologies-received', by: 'owen', meeting: 'core-group-1', person: 'owen' });
  const odd = invited('owen');
  for (const who of ['', 'x'.repeat(1_000), 'Priya\u202eriaN', 'Priya\r\nBcc: x@y.test', 'Pri\u0000ya'])
    assert.equal((await odd.answer({ comes: 'sends', who })).status, 422, JSON.stringify(who.slice(0, 20)));
  assert.equal(odd.count(), 2);
});

test('a parent is asked in plain words, sees no name but their own choice, and may ask for help to come', async () => {
  const page = at(booked(), 24, 'dad', 'attend', 'attend/core-group-1');
  const shown = await page.visitor.get(page.link);
  assert.match(shown.text, /Yes, I will come I need help to come No, I cannot come/);
  assert.doesNotMatch(shown.text, /Amira|Nina|Owen|Mum|representative|report/);
  await page.answer({ comes: 'help', help: ['transport', 'childcare'] });
  assert.deepEqual(page.last(), {
    ...{ type: 'help-asked', by: 'dad', meeting: 'core-group-1', person: 'dad', what: ['transport', 'childcare'] },
  });
});

test('minutes are passed on in parts; whoever has them is not offered again', async () => {
  const paper = afterCoreGroup();
  paper.recordAll([event('came', '2028-02-10', 'minutes-received', { meeting: 'core-group-1', on: '2028-02-10' })]);
  const page = at(paper, 24, 'amira', 'distribute', 'distribute/core-group-1');
  assert.equal((await page.answer({ how: 'post' })).status, 422);
  assert.doesNotMatch((await page.visitor.get(page.link)).html, /value="(amira|nina)"/, 'who has them anyway');
  const first = await page.answer({ to: ['owen'], how: 'e-mail' });
  assert.deepEqual(page.last().to, [{ person: 'owen', how: 'e-mail' }]);
  const rest = await page.visitor.get(hrefOf(first.html, 'Record who else has them'));
  assert.match(rest.text, /Recorded already for Owen Bell/);
  assert.doesNotMatch(rest.html, /value="owen"/);
  assert.equal((await page.answer({ to: ['mum'], how: 'withheld' })).status, 422, 'a reason is asked for');
  await page.answer({ to: ['mum'], how: 'withheld', why: 'asked for by the police' });
  const last = await page.answer({ to: ['dad'], how: 'in person' });
  assert.doesNotMatch(last.text, /who else/);
  assert.ok(!page.opens('distribute/core-group-1'));
  assert.match((await page.visitor.get(page.link)).text, /This is recorded already/);
});

test('whoever has recorded the minutes and has to pass them on is led there; nobody else is', async () => {
  const paper = afterCoreGroup();
  const worker = at(paper, 24, 'amira', 'minutes', 'minutes/core-group-1');
  const done = await worker.answer({ came: 'today' });
  const next = hrefOf(done.html, 'Passing on the minutes of core group 1, by');
  assert.match((await worker.visitor.get(next)).text, /minutes of core group 1/);
  const nurse = at(afterCoreGroup(), 24, 'nina', 'minutes', 'minutes/core-group-1');
  assert.doesNotMatch((await nurse.answer({ came: 'today' })).text, /Next for you/);
});

test('whoever was a member that day and has left since is still given the minutes, R37', async () => {
  const paper = afterCoreGroup();
  paper.recordAll([
    event('came', '2028-02-10', 'minutes-received', { meeting: 'core-group-1', on: '2028-02-10' }),
    event('left', '2028-02-11', 'person-left', { person: 'owen', on: '2028-02-11' }),
  ]);
  const page = at(paper, 24, 'amira', 'distribute', 'distribute/core-group-1');
  await page.answer({ to: ['owen', 'mum', 'dad'], how: 'post' });
  assert.ok(!page.opens('distribute/core-group-1'));
});

test('a meeting is booked and moved beside its limit, bank holidays and the siblings’ meetings', async () => {
  const paper = booked().recordAll([event('off', '2028-01-28', 'meeting-cancelled', { meeting: 'core-group-1' })]);
  const page = at(paper, 24, 'amira', 'book', 'hold/core-group-1');
  const shown = await page.visitor.get(page.link);
  assert.match(shown.text, /Book core group 1.*To be held by Thursday 10 February 2028/);
  const when = { 'on-day': '9', 'on-month': '2', 'on-year': '2028', at: '10', venue: 'Family centre' };
  for (const change of [{ at: '25:00' }, { at: '' }, { 'on-day': '31' }, { venue: '' }, { 'on-year': '9999' }])
    assert.equal((await page.answer({ ...when, ...change })).status, 422, JSON.stringify(change));
  const done = await page.answer({ ...when, considered: ['comfortable', 'accessible', 'private'] });
  assert.equal(done.status, 200, done.text);
  assert.deepEqual([page.last().type, page.last().start], ['meeting-booked', '2028-02-09T10:00']);
  const moved = await page.answer({ ...when, 'on-day': '5', at: '9pm' });
  assert.match(moved.text, /booked at 21:00, at a weekend.*It is recorded all the same/);
  assert.equal(page.last().type, 'meeting-moved');
});

test('whoever books a meeting that a child may come to reads the hours of school first, R97', async () => {
  const off = event('off', '2028-01-28', 'meeting-cancelled', { meeting: 'core-group-1' });
  const read = async (paper: PaperCase) => {
    const page = at(paper.recordAll([off]), 24, 'amira', 'book', 'hold/core-group-1');
    return (await page.visitor.get(page.link)).text;
  };
  const people = [...PEOPLE, { id: 'jo', name: 'Jo', role: 'young-person' }];
  assert.match(
    await read(booked(new PaperCase(family('BC-2041', { people })))),
    /School hours 8:45am to 3:30pm: where a child of school age comes/,
  );
  assert.doesNotMatch(await read(booked()), /School hours/);
});

test('whoever books a meeting sees which days would do for all the children of the family', async () => {
  const paper = booked().recordAll([event('off', '2028-01-28', 'meeting-cancelled', { meeting: 'core-group-1' })]);
  const sibling = booked(new PaperCase(family('BC-2042')));
  sibling.now = paper.now;
  const [owed, history] = [paper.cases.owed, paper.cases.history];
  const of = (key: { ref: string }) => (key.ref === 'BC-2042' ? sibling : undefined);
  Object.assign(paper.cases, {
    owed: (key: { kind: 'child-protection'; ref: string }) => of(key)?.cases.owed(key) ?? owed(key),
    history: (key: { kind: 'child-protection'; ref: string }) => of(key)?.cases.history(key) ?? history(key),
  });
  paper.siblings = [{ kind: 'child-protection', ref: 'BC-2042' }];
  const page = at(paper, 24, 'amira', 'book', 'hold/core-group-1');
  assert.match(
    (await page.visitor.get(page.link)).text,
    /Another child of the family, BC-2042 core group 1, \w+ \d+ February 2028 at .*Days that would do for all the children \w{3} \d+ Feb 2028, /,
  );
});

/** The same with codes that go to a mailbox. */
function deciding(paper: PaperCase, person: string) {
  const codes = codesInMemory();
  const page = at(paper, 24, person, 'decide', 'approve/plan');
  const visitor = new Visitor(pagesOf(paper, [], undefined, undefined, codes));
  return {
    ...{ ...page, codes, visitor },
    ask: (fields: Fields) => visitor.answer(page.link, fields),
    /** Sends the page that asks for the code, as it came. */
    type: (asked: { html: string }, code: string) => visitor.post(page.link, { ...hidden(asked.html), code }),
  };
}

test('a manager approves a plan with the code that was mailed; without it nothing is recorded', async () => {
  const page = deciding(inNeed(), 'tom');
  assert.match((await page.visitor.get(page.link)).text, /Do you approve the plan\?/);
  const asked = await page.ask({ decision: 'yes' });
  assert.equal(asked.status, 200, asked.text);
  assert.match(
    asked.text,
    /You answered: You approved the plan\. It decides or ends something, and is not recorded yet/,
  );
  assert.equal(page.count(), 4);
  assert.deepEqual(
    page.codes.sent.map(({ to }) => to),
    ['tom@council.test'],
  );
  const { code } = page.codes.sent[0]!;
  assert.match(code, /^\d{6}$/);
  const wrong = code === '000000' ? '000001' : '000000';
  const again = await page.type(asked, wrong);
  assert.equal(again.status, 422);
  assert.match(again.text, /That is not the code/);
  const done = await page.type(again, ` ${code.slice(0, 3)} ${code.slice(3)}`);
  assert.equal(done.status, 200, done.text);
  assert.deepEqual(page.last(), { type: 'plan-approved', by: 'tom', on: '2028-01-21' });
  assert.equal(page.codes.sent.length, 1);
});

test('a code is for one answer: after three wrong ones, or for another answer, it counts no more', async () => {
  const page = deciding(inNeed(), 'tom');
  const asked = await page.ask({ decision: 'yes' });
  const { code } = page.codes.sent[0]!;
  const other = await page.visitor.post(page.link, { ...hidden(asked.html), decision: 'no', why: 'x', code });
  assert.equal(other.status, 422, 'the answer was changed after the code was sent');
  const wrong = code === '000000' ? '000001' : '000000';
  for (const each of [wrong, wrong, wrong, code]) assert.equal((await page.type(asked, each)).status, 422);
  for (const odd of ['', '12345', 'constructor', '\u0661\u0662\u0663\u0664\u0665\u0666'])
    assert.equal((await page.type(asked, odd)).status, 422);
  assert.equal(page.count(), 4);
  const { code: _code, ...answer } = hidden(asked.html);
  const fresh = await page.visitor.post(page.link, answer);
  assert.equal(page.codes.sent.length, 2, 'a new one is sent when it is asked for');
  assert.equal((await page.type(fresh, page.codes.sent[1]!.code)).status, 200);
});

test('codes are not mailed without end, nor where no mail can go', async () => {
  const page = deciding(inNeed(), 'tom');
  for (let i = 0; i < 8; i++) await page.ask({ decision: 'yes' });
  assert.equal(page.codes.sent.length, 6);
  const none = at(inNeed(), 24, 'tom', 'decide', 'approve/plan');
  const refused = await none.answer({ decision: 'yes' });
  assert.match(refused.text, /No code can be sent/);
  assert.equal(none.count(), 4);
});

test('not approved, with the reason; and somebody else’s decision is refused by its rule, where the policy asks for no code', async () => {
  const paper = inNeed();
  paper.codes = false;
  const no = at(paper, 24, 'tom', 'decide', 'approve/plan');
  assert.equal((await no.answer({ decision: 'no' })).status, 422);
  await no.answer({ decision: 'no', why: 'meetings are too far apart' });
  assert.deepEqual(no.last(), {
    ...{ type: 'decision-recorded', by: 'tom', about: 'approve/plan', decision: 'not approved' },
    reason: 'meetings are too far apart',
  });
  assert.ok(no.opens('approve/plan'));
  const owen = at(paper, 24, 'owen', 'decide', 'approve/plan');
  assert.match((await owen.answer({ decision: 'yes' })).text, /R89: only a consultant social worker or team manager/);
});

const withAction = () =>
  afterCoreGroup().recordAll([
    event('agreed', '2028-02-08T13:00', 'action-agreed', { id: 'gp-visit', owner: 'nina', due: '2028-02-22' }),
  ]);

test('an action is done with its outcome, or a later date is asked for, or not yet', async () => {
  const done = at(withAction(), 24, 'nina', 'action', 'action/gp-visit');
  assert.equal((await done.answer({ done: 'today' })).status, 422);
  await done.answer({ done: 'today', outcome: 'seen, all well' });
  assert.deepEqual(done.last(), {
    type: 'action-done',
    by: 'nina',
    id: 'gp-visit',
    on: '2028-02-09',
    outcome: 'seen, all well',
  });
  const longer = at(withAction(), 24, 'nina', 'action', 'action/gp-visit');
  const day = { 'on-day': '1', 'on-month': '3', 'on-year': '2028' };
  assert.equal((await longer.answer({ done: 'later', ...day })).status, 422);
  const asked = await longer.answer({ done: 'later', ...day, outcome: 'the surgery is shut' });
  assert.equal(asked.status, 200, asked.text);
  assert.deepEqual(longer.last(), {
    ...{ type: 'later-date-asked', by: 'nina', action: 'gp-visit', due: '2028-03-01', reason: 'the surgery is shut' },
  });
  const notYet = at(withAction(), 24, 'nina', 'action', 'action/gp-visit');
  assert.match((await notYet.answer({ done: 'no' })).text, /Nothing was recorded/);
});

test('from every page somebody can say that it is not theirs, or that they are on it', async () => {
  const page = at(afterCoreGroup(), 24, 'nina', 'minutes', 'minutes/core-group-1');
  const shown = await page.visitor.get(page.link);
  const notMine = await page.visitor.answer(hrefOf(shown.html, 'not mine'), { whose: 'owen' });
  assert.match(notMine.text, /You said that it is for Owen Bell/);
  assert.deepEqual(page.last(), { type: 'not-mine', by: 'nina', duty: 'minutes/core-group-1', whose: 'owen' });
  const later = hrefOf(shown.html, 'I am on it');
  const days = await page.visitor.get(later);
  assert.deepEqual(
    [...days.html.matchAll(/type="radio" value="([^"]+)"/g)].map(([, day]) => day),
    [...['2028-02-10', '2028-02-11', '2028-02-14', '2028-02-15', '2028-02-16']],
  );
  assert.equal((await page.visitor.answer(later, { until: '2028-02-10' })).status, 422);
  assert.equal(
    (await page.visitor.answer(later, { until: '2028-03-10', why: 'x' })).status,
    422,
    'only what is offered',
  );
  await page.visitor.answer(later, { until: '2028-02-10', why: 'typing them up' });
  assert.deepEqual(page.last(), {
    ...{ type: 'put-off', by: 'nina', duty: 'minutes/core-group-1', until: '2028-02-10', reason: 'typing them up' },
  });
});

test('whoever has a copy of a notice is not offered to put it off or to pass it on, and reads whose it is', async () => {
  const page = at(booked(), 20 * 24, 'tom', 'held', 'confirm/core-group-1');
  assert.doesNotMatch((await page.visitor.get(page.link)).text, /ask me again later|This is not mine/);
  for (const purpose of ['later', 'not-mine'] as const) {
    const { text } = await page.visitor.get(linkFor(page.paper, 'tom', purpose, 'confirm/core-group-1'));
    assert.match(text, /this is asked of Amira Khan \(social worker\)/);
  }
});

test('what has no page of its own shows what is asked and the answers that are open to everything', async () => {
  const page = at(booked(), 24, 'amira', 'other', 'tell/core-group-1');
  const shown = await page.visitor.get(page.link);
  assert.match(shown.text, /Telling the family about core group 1.*Something else\?.*not mine/i);
  assert.doesNotMatch(shown.html, /<form/);
});
