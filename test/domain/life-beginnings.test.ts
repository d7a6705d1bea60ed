// Life as it is, beginnings: what no source sets a limit for is chased all the same (L7).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rehearse } from '../../client/rehearse.ts';
import { readScenario } from '../../client/scenario.ts';
import { otherCases } from '../../domain/duties/other-cases.ts';
import { approved, assessedNeed, inNeed, NEED_FILE, proposed, referred } from './need.ts';
import {
  actionDone,
  agreed,
  booked,
  duty,
  HULL,
  held,
  lines,
  notices,
  other,
  owes,
  planEnded,
  policyWith,
  refused,
  type Story,
  story,
  type Told,
  underPlan,
} from './support.ts';

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

test('a second assessment that finds need puts nothing off; after one that finds none it is asked for anew, L7', () => {
  const plan = 'propose/plan';
  const assessment = (on: string, familySupport = true) =>
    other('assessment-completed', { on, outcome: 'assessed', familySupport });
  const once = assessedNeed();
  const twice = once.at('2027-02-25', assessment('2027-02-25'));
  assert.deepEqual(lines(twice.until('2027-04-30'), { duty: plan }), lines(once.until('2027-04-30'), { duty: plan }));
  const again = once.at('2027-02-09', assessment('2027-02-09', false)).at('2027-02-25', assessment('2027-02-25'));
  assert.deepEqual(lines(again.until('2027-03-09'), { duty: plan }), [
    '2027-01-28 08:00 sam',
    '2027-02-04 08:00 sam tess',
    '2027-03-02 08:00 sam',
    '2027-03-09 08:00 sam tess',
  ]);
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

test('a step-down carries what is still to be done into the child in need case, with owner and date, and tells the owners: D13a, L10', () => {
  const { notices, owed, refused } = played('D13a-actions-lost-at-step-down');
  assert.deepEqual(refused, []);
  const [action] = owed.filter((one) => one.duty === 'action/a1');
  assert.deepEqual([action?.case, action?.owner, action?.due], ['P99-CIN', 'nurse', '2025-08-02']);
  const told = notices.filter((one) => one.case === 'P99-CIN' && one.to === 'nurse');
  assert.deepEqual(
    told.slice(0, 2).map(({ at, kind, subject }) => [at.slice(0, 16), kind, subject]),
    [
      ['2025-06-10T13:00', 'information', 'P99-CIN: a plan action goes on under this plan'],
      ['2025-07-25T08:00', 'reminder', 'P99-CIN: a plan action is due on Sat 2 Aug 2025, in 8 days'],
    ],
  );
});

/** Under a plan whose review conference of 12 April 2027 ended it: one action done by then, two not. */
const ending = () =>
  underPlan()
    .at('2027-02-01', agreed('done', { owner: 'ed', due: '2027-03-01' }))
    .at('2027-02-02', agreed('visit', { owner: 'hana', due: '2027-06-01' }))
    .at('2027-02-03', agreed('school', { owner: 'hana', reason: 'no date yet' }))
    .at('2027-03-01', actionDone('done'))
    .at('2027-04-12', held('review-conference-1', '2027-04-12', { outcome: 'end' }))
    .at('2027-04-13', planEnded('2027-04-12', { next: 'child-in-need' }));

/** What the child in need case begins with. */
const stepsDown = (from: Story): Told => {
  const event = otherCases(from.case()).find(({ kind }) => kind === 'child-in-need')?.event.event;
  return (event ?? assert.fail('leads to no child in need case')) as unknown as Told;
};

test('what is done or agreed in the old case afterwards changes nothing of what was carried over, L10', () => {
  const actions = [
    { id: 'visit', owner: 'hana', due: '2027-06-01', activity: undefined },
    { id: 'school', owner: 'hana', due: undefined, activity: undefined },
  ];
  assert.deepEqual(stepsDown(ending()).actions, actions);
  const later = ending()
    .at('2027-04-14', actionDone('visit'))
    .at('2027-04-15', agreed('late', { owner: 'ed', due: '2027-05-01' }));
  assert.deepEqual(stepsDown(later).actions, actions);
  assert.equal(
    stepsDown(underPlan().at('2027-04-12', planEnded('2027-04-12', { next: 'child-in-need' }))).actions,
    undefined,
  );
});

test('each owner hears of all that is theirs in one notice, what is the family’s goes to the social worker, L10', () => {
  const actions = [
    { id: 'visit', owner: 'hana', due: '2027-06-01' },
    { id: 'school', owner: 'hana' },
    { id: 'bedtimes', owner: 'dad', due: '2027-05-01' },
    { id: 'nobody' },
  ];
  const down = story({ file: NEED_FILE }).at('2027-04-13', planEnded('2027-04-12', { reason: undefined, actions }));
  const told = notices(down.until('2027-04-13')).filter(({ why }) => why === 'carried');
  assert.deepEqual(
    told.map(({ to, open }) => [to, open?.map(({ key }) => key)]),
    [
      ['sam', ['action/bedtimes']],
      ['hana', ['action/visit', 'action/school']],
      ['sam', ['action/nobody']],
    ],
  );
  assert.equal(duty(down.case(), 'action/visit').due, '2027-06-01');
  assert.equal(duty(down.at('2027-05-01', actionDone('visit')).case(), 'action/visit').done?.on, '2027-05-01');
});

test('actions are named once, and not where a plan ends: there they go on by themselves, L10', () => {
  const twice = [{ id: 'visit' }, { id: 'visit' }];
  const opening = story({ file: NEED_FILE }).answer('2027-04-13', planEnded('2027-04-12', { actions: twice }));
  assert.match(refused(opening).message, /"visit" is there twice/);
  const ends = underPlan().answer('2027-04-13', planEnded('2027-04-12', { actions: [{ id: 'visit' }] }));
  assert.match(refused(ends).message, /leave them out/);
  const unknown = story({ file: NEED_FILE }).answer(
    '2027-04-13',
    planEnded('2027-04-12', { actions: [{ id: 'a', owner: 'zoe' }] }),
  );
  assert.match(refused(unknown).message, /actions.owner: "zoe" is not a person of this case/);
});
