// Life as it is, endings: who ends a plan, what is owed then, and what no case is closed over (L5, L6).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Rehearsal, rehearse } from '../../client/rehearse.ts';
import { readScenario } from '../../client/scenario.ts';
import { accepted, duty, held, lines, minutes, notices, planEnded, refused, underPlan } from './support.ts';

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
