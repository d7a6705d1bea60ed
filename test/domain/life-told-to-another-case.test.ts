// What one case told another, and was put right (L1): the other is told again, and is the case that was told right the first time.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rehearse } from '../../client/rehearse.ts';
import { readScenario } from '../../client/scenario.ts';
import { accept } from '../../domain/accept/accept.ts';
import { type Case, emptyCase } from '../../domain/case/facts.ts';
import { acknowledgements, fileOf, otherCases } from '../../domain/duties/other-cases.ts';
import {
  accepted,
  BARNSLEY,
  CALENDAR,
  duty,
  FILE,
  held,
  other,
  owes,
  planEnded,
  recorded,
  refused,
  type Told,
  underPlan,
} from './support.ts';

const correct = (id: string, event: Told) =>
  other('event-corrected', { by: 'tess', corrects: id, event, reason: 'typed wrongly' });
const withdraw = (id: string) => other('event-withdrawn', { by: 'tess', withdraws: id, reason: 'never happened' });

/** The case with what it asks of others done, as the workflow does it, and with what it told them. */
function heard(c: Case): { readonly c: Case; readonly said: ReturnType<typeof acknowledgements> } {
  const said = acknowledgements(c);
  return { said, c: said.reduce((next, { done }) => accepted(accept(next, done)), c) };
}

/** A plan that ended with a child in need plan, which is open: e3 is the end. */
const steppedDown = () => {
  const life = underPlan().at(
    '2027-04-14',
    planEnded('2027-04-12', { by: 'tess', next: 'child-in-need', reason: 'r' }),
  );
  const { c, said } = heard(life.case());
  const [way] = said;
  assert.ok(way);
  return { c, next: accepted(accept(emptyCase(fileOf(c, way.other), BARNSLEY, CALENDAR), way.other.event)) };
};

test('a conference typed wrongly is reported again, and supersedes: the plan ends, goes on, and ends again, L1', () => {
  const { notices, owed, refused: refusals } = rehearse(readScenario('test/scenarios/life/told-to-another-case.yaml'));
  assert.deepEqual(refusals, []);
  const ofFirst = notices.filter((one) => one.case === 'HU-9' && one.meeting === 'cin-meeting-1' && one.to === 'jo');
  assert.deepEqual(
    ofFirst.filter(({ at }) => at > '2027-03').map(({ at, kind }) => `${at.slice(0, 10)} ${kind}`),
    ['2027-03-19 cancellation', '2027-03-22 change', '2027-03-23 cancellation'],
  );
  // From Friday 26 February: 15 working days, 19 March.
  const chase = notices.find((one) => one.case === 'HU-9-CP' && one.duty === 'hold/initial-conference');
  assert.match(chase?.subject ?? '', /due by Fri 19 Mar 2027/);
  assert.deepEqual(
    owed.filter(({ duty }) => duty === 'end/case').map((one) => [one.case, one.owner]),
    [['HU-9-CP', 'dev']],
  );
});

test('a case that was opened from the wrong day counts from the true one, and is told so once, L1', () => {
  const { c, next } = steppedDown();
  const right = planEnded('2027-04-13', { by: 'tess', next: 'child-in-need', reason: 'r' });
  const { said, c: done } = heard(accepted(accept(c, recorded('2027-04-15', correct('e3', right), 'c1'))));
  assert.deepEqual(
    said.map(({ other }) => [other.how, other.ref, other.event.id]),
    [['reports', 'T-1-CIN', 'put-right/child-protection/T-1/5']],
  );
  assert.deepEqual(acknowledgements(done), []);
  const after = accepted(accept(next, said[0]!.other.event));
  assert.deepEqual(
    [next, after].map((one) => [one.began, duty(one, 'hold/cin-review-1').due]),
    [
      ['2027-04-12', '2027-07-12'],
      ['2027-04-13', '2027-07-13'],
    ],
  );
  assert.deepEqual(after.cameFrom, { kind: 'child-protection', ref: 'T-1' });
});

test('a case opened in error is its manager’s to end; when it was none after all, it is not, L1', () => {
  const { c, next } = steppedDown();
  const gone = heard(accepted(accept(c, recorded('2027-04-15', withdraw('e3'), 'w1'))));
  const inError = accepted(accept(next, gone.said[0]!.other.event));
  assert.deepEqual([duty(inError, 'end/case').owner, owes(inError).includes('end/case')], ['tess', true]);
  const back = heard(accepted(accept(gone.c, recorded('2027-04-16', withdraw('w1'), 'w2'))));
  assert.equal(owes(accepted(accept(inError, back.said[0]!.other.event))).includes('end/case'), false);
  assert.deepEqual(acknowledgements(back.c), []);
});

test('what another case never heard need not be put right there: it hears how it is, L1', () => {
  const life = underPlan().at(
    '2027-04-14',
    planEnded('2027-04-12', { by: 'tess', next: 'child-in-need', reason: 'r' }),
  );
  const none = accepted(life.answer('2027-04-15', withdraw('e3')));
  assert.deepEqual([otherCases(none), acknowledgements(none)], [[], []]);
  const right = planEnded('2027-04-13', { by: 'tess', next: 'child-in-need', reason: 'r' });
  const [only, ...more] = acknowledgements(accepted(life.answer('2027-04-15', correct('e3', right))));
  assert.deepEqual([only?.other.how, more], ['opens', []]);
  assert.match(JSON.stringify(only?.other.event.event), /"on":"2027-04-13"/);
});

test('what is put right beside it is said to nobody else, L1', () => {
  const { c } = steppedDown();
  const also = accepted(
    accept(c, recorded('2027-04-15', correct('e1', other('strategy-discussion-held', { on: '2027-01-03' })), 'c1')),
  );
  assert.deepEqual(acknowledgements(also), []);
});

test('what another case reported is put right by that case alone, L1', () => {
  const { next } = steppedDown();
  const opening = next.events[0]?.id ?? '';
  assert.match(refused(accept(next, recorded('2027-04-15', withdraw(opening)))).message, /opened the case/);
  const told = recorded('2027-05-01', other('case-told', { by: 'nodrift', kind: 'child-in-need', ref: 'X' }), 'told/x');
  const knows = accepted(accept(next, told));
  assert.match(refused(accept(knows, recorded('2027-05-02', withdraw('told/x')))).message, /which Nodrift recorded/);
});

test('a reviewing officer puts right what ends something, as a conference chair does, L1', () => {
  const file = { ...FILE, people: [...FILE.people, { id: 'iro', name: 'Ines Roy', role: 'reviewing-officer' }] };
  const ended = underPlan({ file }).at(
    '2027-04-14',
    planEnded('2027-04-12', { by: 'tess', next: 'none', reason: 'r' }),
  );
  accepted(ended.answer('2027-04-15', { ...withdraw('e3'), by: 'iro' }));
  assert.match(
    refused(ended.answer('2027-04-15', { ...withdraw('e3'), by: 'hana' })).message,
    /the chair or a manager/,
  );
});

test('a limit that a correction brings into the past is late from its true date, and the manager is told once, by correction, L1', () => {
  const told = (right: string) => {
    const late = underPlan()
      .at('2027-01-28', held('core-group-1', '2027-01-28', { reason: 'by telephone' }))
      .at('2027-02-24', held('core-group-2', '2027-02-24', { reason: 'by telephone' }))
      .at('2027-03-16', {
        ...correct('e4', held('core-group-2', right, { reason: 'by telephone' })),
        by: 'sam',
      });
    return late
      .until('2027-04-30')
      .steps.filter(({ why }) => why === 'late-by-correction')
      .map(({ at, to, text }) => [at.slice(0, 10), to, text]);
  };
  const minutes = 'minutes of core group 2';
  assert.deepEqual(told('2027-02-10'), [
    ['2027-03-16', 'tess', 'late by correction: core group 3 was due on 2027-03-10, and not on 2027-03-24'],
  ]);
  assert.deepEqual(told('2027-02-17'), [], `${minutes} were late before, and core group 3 is due on the day after`);
});
