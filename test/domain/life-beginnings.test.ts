// Life as it is, beginnings: what no source sets a limit for is chased all the same (L7).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rehearse } from '../../client/rehearse.ts';
import { readScenario } from '../../client/scenario.ts';
import { approved, assessedNeed, inNeed, NEED_FILE, proposed, referred } from './need.ts';
import { booked, duty, HULL, held, lines, other, owes, planEnded, policyWith, story } from './support.ts';

const played = (name: string) => rehearse(readScenario(`test/scenarios/life/${name}.yaml`));

test('a first child in need meeting that nobody books is chased up to the service manager, D05a, L7', () => {
  const told = played('D05a-first-cin-meeting-never-booked').notices.filter(
    (one) => one.duty === 'hold/cin-meeting-1' && one.at < '2025-01-25',
  );
  assert.deepEqual(
    told.map(({ at, to, kind }) => [at.slice(0, 10), to, kind]).sort(),
    [
      ['2025-01-10', 'sw', 'reminder'], // approved on Tuesday 7 January
      ['2025-01-17', 'sw', 'escalation'],
      ['2025-01-17', 'tm', 'escalation'],
      ['2025-01-24', 'sm', 'escalation'],
      ['2025-01-24', 'sw', 'escalation'],
      ['2025-01-24', 'tm', 'escalation'],
    ].sort(),
  );
});

test('after a step-down somebody is asked to propose the child in need plan, D05c, L7', () => {
  const { notices, owed } = played('D05c-after-step-down');
  assert.ok(owed.some((one) => one.case === 'S12b-CIN' && one.duty === 'propose/plan'));
  const asked = notices.filter((one) => one.case === 'S12b-CIN' && one.duty === 'propose/plan');
  assert.deepEqual([asked[0]?.at.slice(0, 16), asked[0]?.to], ['2025-06-13T08:00', 'sw']); // three working days
  assert.ok(asked.some(({ to }) => to === 'tm') && asked.some(({ to }) => to === 'sm'));
});

test('an assessment that finds need asks for a plan until one is proposed, L7', () => {
  const open = assessedNeed();
  assert.deepEqual([duty(open.case(), 'propose/plan').due, duty(open.case(), 'propose/plan').owner], [null, 'sam']);
  assert.deepEqual(lines(open.until('2027-02-12'), { duty: 'propose/plan' }), [
    '2027-01-28 08:00 sam',
    '2027-02-04 08:00 sam tess',
    '2027-02-11 08:00 sam sue tess',
  ]);
  assert.ok(!owes(open.at('2027-01-26', proposed()).case()).includes('propose/plan'));
});

test('an assessment that finds no need asks for none, L7', () => {
  const none = other('assessment-completed', { on: '2027-01-25', outcome: 'no need', familySupport: false });
  assert.ok(!owes(referred().at('2027-01-25', none).case()).includes('propose/plan'));
});

test('booked, the first meeting is asked for no more; where a limit is set that is what chases it, L7', () => {
  const waiting = inNeed();
  assert.equal(duty(waiting.case(), 'hold/cin-meeting-1').ladder, 'unlimited');
  const arranged = inNeed().at('2027-01-28', booked('cin-meeting-1', '2027-02-15'));
  assert.deepEqual(lines(arranged.until('2027-02-14'), { duty: 'hold/cin-meeting-1' }), []);
  const met = inNeed().at('2027-02-15', held('cin-meeting-1', '2027-02-15')).case();
  assert.ok(duty(met, 'hold/cin-meeting-1').done);
  const limited = policyWith((draft) => {
    draft.limits['first-cin-meeting'] = { within: 10, unit: 'working-days', of: 'the approval', rules: ['R29'] };
  }, HULL);
  assert.equal(duty(inNeed({ policy: limited }).case(), 'hold/cin-meeting-1').ladder, 'hold-meeting');
});

test('a policy that a case carries since before there was such a ladder asks by the usual one, L7', () => {
  const { unlimited: _, ...ladders } = HULL.ladders;
  const old = { ...HULL, ladders: ladders as typeof HULL.ladders };
  const down = story({ file: NEED_FILE, policy: old }).at('2027-03-01', planEnded('2027-03-01'));
  assert.deepEqual(lines(down.until('2027-03-02'), { duty: 'propose/plan' }), ['2027-03-01 10:00 sam']);
  assert.ok(!owes(down.at('2027-03-02', proposed()).at('2027-03-03', approved()).case()).includes('propose/plan'));
});
