// Life as it is, endings: who ends a plan, what is owed then, and what no case is closed over (L5, L6); what a second time leads to (L8).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Rehearsal, rehearse } from '../../client/rehearse.ts';
import { readScenario } from '../../client/scenario.ts';
import {
  closed,
  closureApproved,
  consent,
  endorsed,
  inNeed,
  lookedAfter,
  review as needReview,
  withdrawn,
} from './need.ts';
import {
  accepted,
  duty,
  held,
  lines,
  notices,
  other,
  owes,
  planEnded,
  refused,
  strategy,
  underPlan,
} from './support.ts';

const played = (name: string): Rehearsal => rehearse(readScenario(`test/scenarios/life/${name}.yaml`));

const review = (outcome: string) => held('review-conference-1', '2027-04-12', { outcome });
const ended = () => underPlan().at('2027-04-12', review('end'));

test('a nurse does not end a plan, and it is still owed: D03a, L5', () => {
  const { refused: all, owed } = played('D03a-plan-ended-by-nurse');
  assert.deepEqual(
    all.map(({ type, rule }) => [type, rule]),
    [['plan-ended', 'R83']],
  );
  assert.ok(owed.some((one) => one.duty === 'hold/core-group-2'));
});

for (const [who, by, reason, stands] of [
  ['the social worker, with a reason', 'sam', 'the family moved', false],
  ['the manager, without a reason', 'tess', undefined, false],
  ['the chair, without a reason', 'chris', undefined, false],
  ['the manager, with a reason', 'tess', 'the court decided', true],
  ['the chair, with a reason', 'chris', 'the court decided', true],
  ['the service manager, with a reason', 'sue', 'the court decided', true],
] as const)
  test(`without a review conference the plan is ${stands ? '' : 'not '}ended by ${who}, L5`, () => {
    const answer = underPlan().answer('2027-02-01', planEnded('2027-02-01', { by, reason }));
    if (stands) assert.equal(accepted(answer).planEnded?.on, '2027-02-01');
    else assert.equal(refused(answer).rule, 'R83');
  });

test('a plan does not end before the conference that made it, L5', () => {
  const on = (day: string) => underPlan().answer('2027-02-01', planEnded(day, { by: 'tess', reason: 'it was none' }));
  const { message } = refused(on('2027-01-17'));
  assert.match(message, /^plan-ended: on: 2027-01-17 is before the conference that made the plan, 2027-01-18: /);
  assert.equal(accepted(on('2027-01-18')).planEnded?.on, '2027-01-18');
});

test('after a review conference ended the plan anybody may say what is next, L5', () => {
  const answer = ended().answer('2027-04-13', planEnded('2027-04-12', { by: 'sam', reason: undefined }));
  assert.equal(accepted(answer).planEnded?.next, 'none');
});

test('of a plan that ended without a review conference the managers and the chair hear at once, save who ended it, L5', () => {
  const early = (by: string) => underPlan().at('2027-02-01', planEnded('2027-02-01', { by })).until('2027-02-10');
  const told = (by: string) => notices(early(by)).filter(({ why }) => why === 'ended-early');
  const whom = (by: string) => told(by).map(({ to }) => to);
  assert.deepEqual(whom('tess').sort(), ['chris', 'sue']);
  assert.deepEqual(whom('chris').sort(), ['sue', 'tess']);
  assert.equal(told('tess')[0]?.at, '2027-02-01T10:00:00Z');
  assert.equal(
    told('tess')[0]?.text,
    'the plan ended on 2027-02-01 without a review conference; the reason is on the case',
  );
});

test('a review conference typed in later, of before, was what ended the plan, L5', () => {
  const late = underPlan().at('2027-04-14', planEnded('2027-04-13')).at('2027-04-15', review('end'));
  assert.equal(late.case().planEnded?.early, undefined);
  assert.equal(late.case().planEnded?.on, '2027-04-12');
});

test('who ended a plan and did not say what is next is asked: the manager, by a limit that is local, L5', () => {
  const asked = duty(ended().case(), 'say-next/plan');
  assert.deepEqual([asked.owner, asked.due, asked.done], ['tess', '2027-04-19', undefined]);
  assert.deepEqual(lines(ended().until('2027-04-26'), { duty: 'say-next/plan' }), [
    '2027-04-13 08:00 tess',
    '2027-04-20 08:00 tess',
    '2027-04-26 08:00 sue tess',
  ]);
  const said = ended().at('2027-04-15', planEnded('2027-04-12', { next: 'child-in-need' }));
  assert.equal(duty(said.case(), 'say-next/plan').done?.on, '2027-04-12');
});

test('a case whose plan ended without a word on what is next does not close, D03c, L5', () => {
  const { owed, closed, notices: told } = played('D03c-end-without-next');
  assert.equal(closed, false);
  assert.ok(owed.some((one) => one.duty === 'say-next/plan' && one.owner === 'tm'));
  assert.ok(told.some((one) => one.duty === 'say-next/plan' && one.to === 'tm'));
});

test('where the end itself says what is next nothing is asked, L5', () => {
  const c = underPlan().at('2027-02-01', planEnded('2027-02-01')).case();
  assert.throws(() => duty(c, 'say-next/plan'), /there is no say-next/);
});

for (const [name, rule, why] of [
  ['D04a-close-over-strategy-discussion', 'R145', 'a strategy discussion that its review asked for'],
  ['D04c-stale-endorsement', 'R145', 'an endorsement from before that review'],
  ['D04d-stale-approval', 'R155', 'an approval from before two reviews that went on'],
  ['D04f-close-while-s47-runs', 'R145', 'the enquiries that it led to'],
] as const)
  test(`a child in need case is not closed over ${why}: ${name.slice(0, 4)}, L6`, () => {
    const refusals = played(name).refused.filter(({ type }) => type === 'case-closed');
    assert.deepEqual(
      refusals.map((one) => one.rule),
      [rule],
    );
  });

const supervised = () => inNeed().at('2027-05-03', closureApproved({ after: 'supervision' }));

test('the strategy discussion was considered, or held and decided: then a case may close, L6', () => {
  const asked = inNeed()
    .at('2027-03-31', needReview('cin-review-1', '2027-03-31', { outcome: 'strategy-discussion' }))
    .at('2027-05-03', closureApproved({ after: 'supervision' }));
  assert.equal(refused(asked.answer('2027-05-04', closed({ reason: 'all is well' }))).rule, 'R145');
  const considered = asked.at('2027-05-04', other('strategy-considered', { by: 'tess', outcome: 'not-needed' }));
  assert.equal(accepted(considered.answer('2027-05-05', closed())).closed?.route, 'supervision');
});

test('consent withdrawn: a case does not close until it was considered what that means, R72, L6', () => {
  const left = supervised().at('2027-05-04', withdrawn());
  assert.equal(refused(left.answer('2027-05-05', closed())).rule, 'R72');
  const considered = left.at('2027-05-05', other('strategy-considered', { by: 'tess', outcome: 'not-needed' }));
  accepted(considered.answer('2027-05-06', closed()));
  accepted(supervised().at('2027-05-04', withdrawn()).at('2027-05-05', consent()).answer('2027-05-06', closed()));
});

test('a case that led to section 47 enquiries closes when their conference decided against a plan, L6', () => {
  const enquiries = inNeed().at('2027-05-03', strategy('2027-05-03'));
  const approved = enquiries.at('2027-05-20', closureApproved({ after: 'supervision' }));
  const refusal = refused(approved.answer('2027-05-21', closed()));
  assert.match(refusal.message, /N-1-CP has not decided yet/);
  const decided = { by: 'tess', on: '2027-05-21', outcome: 'no-plan', ref: 'N-1-CP', reason: 'kept elsewhere' };
  accepted(approved.at('2027-05-21', other('child-protection-decided', decided)).answer('2027-05-22', closed()));
});

test('what was agreed about closing is void when a later review, meeting or decision says that the case goes on, L6', () => {
  const goesOn = [
    needReview('cin-review-1', '2027-05-10', { outcome: 'continue' }),
    held('cin-meeting-1', '2027-05-10', { outcome: 'continue' }),
    other('decision-recorded', { by: 'tess', about: 'close/case', decision: 'continue', reason: 'a new worry' }),
  ];
  for (const event of goesOn) {
    const open = supervised();
    assert.ok(owes(open.case()).includes('close/case'));
    open.at('2027-05-10', event);
    assert.ok(!owes(open.case()).includes('close/case'), event.type);
    const refusal = refused(open.answer('2027-05-11', closed()));
    assert.match(refusal.message, /^R155: what was agreed about closing no longer stands: on 2027-05-10/);
    open.at('2027-05-12', closureApproved({ after: 'supervision' }));
    assert.equal(accepted(open.answer('2027-05-13', closed())).closed?.route, 'supervision');
  }
});

test('an endorsement counts from the meeting that gave it, whenever it is typed in, L6', () => {
  const stale = inNeed()
    .at('2027-03-31', needReview('cin-review-1', '2027-03-31', { outcome: 'close' }))
    .at('2027-09-30', needReview('cin-review-2', '2027-09-30', { outcome: 'continue' }))
    .at('2027-10-01', endorsed('cin-review-1'));
  assert.equal(refused(stale.answer('2027-10-02', closed())).rule, 'R153');
});

test('only a review that recommends closing endorses it, L6', () => {
  for (const outcome of ['continue', 'assess', undefined]) {
    const held = inNeed().at('2027-03-31', needReview('cin-review-1', '2027-03-31', { outcome }));
    assert.equal(refused(held.answer('2027-04-01', endorsed('cin-review-1'))).rule, 'R153');
  }
});

test('an approval older than 28 days warns, and one given again does not, L6', () => {
  const warned = (open: ReturnType<typeof supervised>, at: string) =>
    accepted(open.answer(at, closed())).departures.filter(({ event, rule }) => event === 'next' && rule === 'R155');
  assert.equal(warned(supervised(), '2027-05-31').length, 0); // 28 days after 3 May
  assert.deepEqual(
    warned(supervised(), '2027-06-01').map(({ message }) => message),
    ['the manager’s approval is of 2027-05-03'],
  );
  const again = supervised().at('2027-05-20', closureApproved({ after: 'supervision' }));
  assert.equal(warned(again, '2027-06-01').length, 0);
});

test('a child who becomes looked after again has a second case, D12, L8', () => {
  const { refused: all } = played('D12-looked-after-twice');
  assert.deepEqual(
    all.map(({ type, case: ref }) => [type, ref]),
    [['became-looked-after', 'P40-LAC']],
  );
  assert.match(all[0]?.reason ?? '', /ended on 2025-05-30: record it in child-protection\/P40, which opens the next/);
  const again = underPlan()
    .at('2027-02-01', other('became-looked-after', { on: '2027-02-01' }))
    .at('2027-03-01', other('became-looked-after', { on: '2027-03-01' }));
  assert.deepEqual(
    again.until('2027-03-02').case.opened.map(({ ref, on }) => [ref, on]),
    [
      ['T-1-LAC', '2027-02-01'],
      ['T-1-LAC-2', '2027-03-01'],
    ],
  );
});

test('the same day of becoming looked after is not recorded twice, L8', () => {
  const once = underPlan().at('2027-02-01', other('became-looked-after', { on: '2027-02-01' }));
  assert.match(
    refused(once.answer('2027-02-02', other('became-looked-after', { on: '2027-02-01' }))).message,
    /already/,
  );
  const running = lookedAfter().answer('2027-02-02', other('became-looked-after', { on: '2027-02-01' }));
  assert.match(refused(running).message, /recorded already, on 2027-01-04/);
});
