// Gates of child protection at every level they can take: refused with the rule, accepted with a reason that the manager is told, warned, off.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '../../domain/accept/refusal.ts';
import type { Case, Departure } from '../../domain/case/facts.ts';
import { meetingId } from '../../domain/case/meeting-id.ts';
import type { GateLevel, Policy } from '../../domain/policy/policy.ts';
import {
  accepted,
  agreed,
  BARNSLEY,
  booked,
  clock,
  conference,
  cover,
  duty,
  HULL,
  held,
  joined,
  notHeld,
  other,
  owes,
  place,
  planEnded,
  refused,
  type Story,
  story,
  strategy,
  type Told,
  underPlan,
  withGates,
} from './support.ts';

interface Gate {
  readonly rule: string;
  readonly asks: string;
  readonly barnsley: GateLevel;
  readonly hull: GateLevel;
  /** The case as it is when the event comes. */
  readonly when: (policy: Policy) => Story;
  /** When it is typed in, and the event that does not pass. */
  readonly at: string;
  readonly fails: Told;
  /** The same event as it should be, or nothing where it cannot be put right. */
  readonly passes?: Told;
}

const begun = (policy: Policy) => story({ policy }).at('2027-01-04', strategy('2027-01-04'));
const planned = (policy: Policy) => underPlan({ policy });
const next = place('2027-02-24');

const GATES: readonly Gate[] = [
  {
    rule: 'R2',
    asks: 'core groups are held while there is a child protection plan',
    barnsley: 'warn',
    hull: 'warn',
    when: (policy) => planned(policy).at('2027-01-26', planEnded('2027-01-26')),
    at: '2027-01-27',
    fails: booked('core-group-2', '2027-02-24'),
  },
  {
    rule: 'R17',
    asks: 'the first core group is fixed at the conference',
    barnsley: 'reason',
    hull: 'reason',
    when: begun,
    at: '2027-01-18',
    fails: conference('2027-01-18'),
    passes: conference('2027-01-18', { firstCoreGroup: place('2027-01-28') }),
  },
  {
    rule: 'R22',
    asks: 'the next date is fixed at each core group',
    barnsley: 'reason',
    hull: 'reason',
    when: planned,
    at: '2027-01-28',
    fails: held('core-group-1', '2027-01-28'),
    passes: held('core-group-1', '2027-01-28', { next }),
  },
  {
    rule: 'R44',
    asks: 'the plan is agreed at the first core group',
    barnsley: 'reason',
    hull: 'warn',
    when: planned,
    at: '2027-01-28',
    fails: held('core-group-1', '2027-01-28', { next, planAgreed: false }),
    passes: held('core-group-1', '2027-01-28', { next }),
  },
  {
    rule: 'R48',
    asks: 'a written report needs an exceptional reason and the line manager’s agreement',
    barnsley: 'refuse',
    hull: 'refuse',
    when: planned,
    at: '2027-01-27',
    fails: other('apologies-received', { meeting: 'core-group-1', person: 'ed', writtenReport: {} }),
    passes: other('apologies-received', {
      meeting: 'core-group-1',
      person: 'ed',
      writtenReport: { agreedBy: 'helen' },
      reason: 'inspection that week',
    }),
  },
  {
    rule: 'R54',
    asks: 'the chair and the note-taker are two people',
    barnsley: 'reason',
    hull: 'off',
    when: planned,
    at: '2027-01-28',
    fails: held('core-group-1', '2027-01-28', { next, minuteTaker: 'hana' }),
    passes: held('core-group-1', '2027-01-28', { next }),
  },
  {
    rule: 'R63',
    asks: 'a core group does not go ahead without a social worker',
    barnsley: 'refuse',
    hull: 'refuse',
    when: planned,
    at: '2027-01-28',
    fails: held('core-group-1', '2027-01-28', { next, present: ['hana', 'ed', 'tess'] }),
    passes: held('core-group-1', '2027-01-28', { next }),
  },
  {
    rule: 'R81',
    asks: 'every child with a plan has a core group: the conference names its members, R16',
    barnsley: 'warn',
    hull: 'warn',
    when: begun,
    at: '2027-01-18',
    fails: conference('2027-01-18', { firstCoreGroup: place('2027-01-28'), members: [] }),
    passes: conference('2027-01-18', { firstCoreGroup: place('2027-01-28') }),
  },
  {
    rule: 'R115',
    asks: 'a conference after its limit has its reason recorded',
    barnsley: 'warn',
    hull: 'warn',
    when: begun,
    at: '2027-01-26',
    fails: conference('2027-01-26', { firstCoreGroup: place('2027-02-04') }),
  },
  {
    rule: 'R136',
    asks: 'every action has an owner and a date',
    barnsley: 'reason',
    hull: 'reason',
    when: planned,
    at: '2027-01-28',
    fails: agreed('school-transport', { owner: 'ed' }),
    passes: agreed('school-transport', { owner: 'ed', due: '2027-02-12' }),
  },
];

const departuresFrom = (c: Case, rule: string): Departure[] => c.departures.filter((one) => one.rule === rule);
const withReason = (what: Told): Told => ({ ...what, reason: 'snow, the roads were closed' });
/** What is told at the moment of recording. */
const toldThen = (told: Story, { at, rule }: Gate, what: Told) =>
  told
    .at(at, what)
    .until(at)
    .steps.filter(
      (step) => clock(step.at) === `${at} 10:00` && step.kind === 'information' && step.rules.includes(rule),
    );

for (const gate of GATES) {
  const { rule, asks, when, at, fails, passes } = gate;
  // The quorum asks for some of the same people, at a level of its own (life-quorum.test.ts).
  const level = (as: GateLevel) => when(withGates({ quorum: 'off', [rule]: as }));

  test(`${asks}: as shipped ${gate.barnsley} in Barnsley and ${gate.hull} in Hull, ${rule}`, () => {
    assert.deepEqual([BARNSLEY.gates[rule], HULL.gates[rule]], [gate.barnsley, gate.hull]);
    for (const policy of [BARNSLEY, HULL]) {
      const answer = when(policy).answer(at, fails);
      const stops = policy.gates[rule] === 'refuse' || policy.gates[rule] === 'reason';
      assert.equal(answer instanceof Refusal ? answer.rule : null, stops ? rule : null);
    }
  });

  test(`${asks}: refused with its rule, ${rule}`, () => {
    const refusal = refused(level('refuse').answer(at, fails));
    assert.equal(refusal.rule, rule);
    assert.match(refusal.message, new RegExp(`^${rule}: `));
  });

  test(`${asks}: where it is refused, a reason does not help, ${rule}`, () => {
    assert.equal(refused(level('refuse').answer(at, withReason(fails))).rule, rule);
  });

  test(`${asks}: refused without a reason where one is needed, ${rule}`, () => {
    const refusal = refused(level('reason').answer(at, fails));
    assert.equal(refusal.rule, rule);
    assert.match(refusal.message, /reason/);
  });

  test(`${asks}: accepted with a reason, kept, and told to the manager at once, ${rule}`, () => {
    const c = accepted(level('reason').answer(at, withReason(fails)));
    const told = toldThen(level('reason'), gate, withReason(fails));
    const [departure] = departuresFrom(c, rule);
    assert.deepEqual([departure?.level, departure?.reason], ['reason', 'snow, the roads were closed']);
    assert.deepEqual(
      told.map((step) => step.to),
      ['tess'],
    );
  });

  test(`${asks}: warned, ${rule}`, () => {
    const c = accepted(level('warn').answer(at, fails));
    assert.deepEqual(
      departuresFrom(c, rule).map((one) => [one.level, one.event]),
      [['warn', 'next']],
    );
    const told = toldThen(level('warn'), gate, fails).filter((step) => step.duty === null);
    assert.deepEqual(told, [], 'a warning is shown and recorded, and told to nobody');
  });

  test(`${asks}: off, ${rule}`, () => {
    assert.deepEqual(departuresFrom(accepted(level('off').answer(at, fails)), rule), []);
  });

  if (passes)
    test(`${asks}: passed as it should be, ${rule}`, () => {
      assert.deepEqual(departuresFrom(accepted(level('refuse').answer(at, passes)), rule), []);
    });
}

test('the first core group may also have been booked before the conference ends, R17', () => {
  const c = begun(withGates({ R17: 'refuse', R2: 'off' })).at('2027-01-15', booked('core-group-1', '2027-01-28'));
  accepted(c.answer('2027-01-18', conference('2027-01-18')));
});

test('a conference that makes a plan and names no core group departs from what every child with a plan has, R16, R81', () => {
  const nobody = conference('2027-01-18', { firstCoreGroup: place('2027-01-28'), members: [] });
  for (const policy of [BARNSLEY, HULL]) {
    const { departures } = accepted(begun(policy).answer('2027-01-18', nobody));
    assert.ok(departures.some(({ rule, level }) => rule === 'R81' && level === 'warn'));
  }
});

test('a conference that makes no plan needs no core group, R17, R81', () => {
  const none = conference('2027-01-18', { outcome: 'no-plan', members: undefined });
  assert.deepEqual(
    accepted(begun(withGates({ R17: 'refuse', R81: 'refuse' })).answer('2027-01-18', none)).departures,
    [],
  );
});

test('a core group is booked only for a child with a plan: not after a conference that made none, R2', () => {
  const none = begun(withGates({ R2: 'refuse' })).at('2027-01-18', conference('2027-01-18', { outcome: 'no-plan' }));
  assert.equal(refused(none.answer('2027-01-19', booked('core-group-1', '2027-02-01'))).rule, 'R2');
});

test('a core group is booked only for a child with a plan: not before the conference, R2', () => {
  const early = begun(withGates({ R2: 'refuse' }));
  assert.equal(refused(early.answer('2027-01-05', booked('core-group-1', '2027-02-01'))).rule, 'R2');
});

test('a core group dated before its conference is what R2 says of it, whichever was recorded first: warned about, not refused', () => {
  const early = held('core-group-1', '2027-01-12', { reason: 'the family asked for it' });
  const c = accepted(underPlan().answer('2027-02-01', early)); // the conference was on 18 January
  assert.deepEqual(
    departuresFrom(c, 'R2').map(({ level, meeting }) => [level, meeting]),
    [['warn', 'core-group-1']],
  );
  const strict = underPlan({ policy: withGates({ R2: 'refuse' }) });
  const refusal = refused(strict.answer('2027-02-01', early));
  assert.equal(refusal.rule, 'R2');
  assert.match(refusal.message, /made after that day; give the day it was held/);
});

test('a conference that never was is withdrawn though a core group was held after it, which then departs from R2, L1', () => {
  const life = underPlan().at('2027-01-28', held('core-group-1', '2027-01-28', { reason: 'the next date is open' }));
  const withdrawal = other('event-withdrawn', { by: 'tess', withdraws: 'e2', reason: 'it was another family’s' });
  const c = accepted(life.answer('2027-02-01', withdrawal));
  assert.equal(departuresFrom(c, 'R2').length, 1);
  assert.deepEqual(owes(c), ['hold/initial-conference', 'minutes/core-group-1']);
});

test('a core group held when there is no plan any more is a departure too, R2', () => {
  const ended = planned(BARNSLEY).at('2027-01-26', planEnded('2027-01-26'));
  const c = accepted(ended.answer('2027-01-28', held('core-group-1', '2027-01-28', { next })));
  assert.deepEqual(
    departuresFrom(c, 'R2').map((one) => one.level),
    ['warn'],
  );
});

test('a core group booked before the plan ended and held before it is no departure, R2', () => {
  const ended = planned(withGates({ R2: 'refuse' })).at('2027-02-01', planEnded('2027-01-29'));
  accepted(ended.answer('2027-02-02', held('core-group-1', '2027-01-28', { next })));
});

test('the next core group may also have been booked beforehand, R22', () => {
  const c = planned(withGates({ R22: 'refuse' })).at('2027-01-20', booked('core-group-2', '2027-02-24'));
  accepted(c.answer('2027-01-28', held('core-group-1', '2027-01-28')));
});

test('a next core group that was booked and cancelled is not fixed, R22', () => {
  const c = planned(BARNSLEY)
    .at('2027-01-20', booked('core-group-2', '2027-02-24'))
    .at('2027-01-21', other('meeting-cancelled', { meeting: 'core-group-2' }));
  assert.equal(refused(c.answer('2027-01-28', held('core-group-1', '2027-01-28'))).rule, 'R22');
});

test('only the first core group asks for the plan to be agreed, a review conference never, R44', () => {
  const c = planned(withGates({ R44: 'refuse' })).at('2027-01-28', held('core-group-1', '2027-01-28', { next }));
  const after = { next: place('2027-03-22'), planAgreed: undefined };
  accepted(c.answer('2027-02-24', held('core-group-2', '2027-02-24', after)));
  accepted(c.answer('2027-04-12', held('review-conference-1', '2027-04-12', { planAgreed: undefined })));
  const first = held('core-group-1', '2027-01-28', { next, planAgreed: false });
  assert.equal(refused(planned(withGates({ R44: 'refuse' })).answer('2027-01-28', first)).rule, 'R44');
});

test('until the plan is agreed, agreeing it is owed, R44', () => {
  const late = planned(HULL).at('2027-01-28', held('core-group-1', '2027-01-28', { next, planAgreed: false }));
  assert.ok(owes(late.case()).includes('agree/plan'));
  const then = late.at('2027-02-24', held('core-group-2', '2027-02-24', { next: place('2027-03-22') })).case();
  assert.ok(!owes(then).includes('agree/plan'));
  assert.equal(duty(then, 'agree/plan').done?.on, '2027-02-24');
});

const REPORTS: readonly (readonly [
  what: string,
  reason: string | undefined,
  agreedBy: string | undefined,
  ok: boolean,
])[] = [
  ['neither reason nor agreement', undefined, undefined, false],
  ['a reason alone', 'inspection', undefined, false],
  ['an agreement alone', undefined, 'helen', false],
  ['the agreement of somebody else’s line manager', 'inspection', 'hilda', false],
  ['both', 'inspection', 'helen', true],
];
for (const [what, reason, agreedBy, ok] of REPORTS)
  test(`a written report with ${what} is ${ok ? 'accepted' : 'refused'}, R48`, () => {
    const report = { meeting: 'core-group-1', person: 'ed', reason, writtenReport: { agreedBy } };
    const answer = planned(BARNSLEY).answer('2027-01-27', other('apologies-received', report));
    assert.equal(answer instanceof Refusal ? answer.rule : 'accepted', ok ? 'accepted' : 'R48');
  });

test('apologies with a representative need no reason, R47, R48', () => {
  const apologies = { meeting: 'core-group-1', person: 'ed', representative: 'the deputy head' };
  accepted(planned(BARNSLEY).answer('2027-01-27', other('apologies-received', apologies)));
});

const without = held('core-group-1', '2027-01-28', { next, present: ['hana', 'ed', 'cara'] });

test('a core group without a social worker is refused, and stays to be held, R63', () => {
  const byTess = held('core-group-1', '2027-01-28', { next, present: ['hana', 'ed', 'tess'] });
  assert.equal(refused(planned(BARNSLEY).answer('2027-01-28', byTess)).rule, 'R63');
  assert.ok(owes(planned(BARNSLEY).case()).includes('hold/core-group-1'));
});

test('any social worker will do: not only the case’s own, R63', () => {
  accepted(planned(BARNSLEY).answer('2027-01-28', without));
});

test('whoever stands in for the social worker will do where they are one themselves, R63, L12', () => {
  const by = (who: string) => held('core-group-1', '2027-01-28', { next, present: ['hana', 'ed', who] });
  const covered = (who: string) => planned(BARNSLEY).at('2027-01-20', cover('sam', '2027-01-25', '2027-02-05', who));
  accepted(covered('cara').answer('2027-01-28', by('cara')));
  assert.equal(refused(covered('tess').answer('2027-01-28', by('tess'))).rule, 'R63');
  assert.equal(refused(covered('nora').answer('2027-01-28', by('nora'))).rule, 'R63');
});

test('a social worker who joined that day will do, R63', () => {
  const nina = { id: 'nina', name: 'Nina New', role: 'social-worker', manager: 'tess' };
  const c = planned(BARNSLEY).at('2027-01-28', joined(nina));
  accepted(c.answer('2027-01-28', held('core-group-1', '2027-01-28', { next, present: ['hana', 'ed', 'nina'] })));
});

test('a review conference may go on without what a core group asks for, R22, R54, R63', () => {
  const review = held('review-conference-1', '2027-04-12', {
    chair: 'chris',
    minuteTaker: 'chris',
    present: ['chris'],
  });
  // Its quorum is another matter (life-quorum.test.ts).
  const policy = withGates({ quorum: 'off', R13: 'off' });
  assert.deepEqual(accepted(planned(policy).answer('2027-04-12', review)).departures, []);
});

test('a core group that could not go ahead is recorded as not held, and stays owed with its limit, R63, R14', () => {
  const c = planned(BARNSLEY)
    .at('2027-01-28', notHeld('core-group-1', { reason: 'no social worker' }))
    .case();
  assert.ok(owes(c).includes('hold/core-group-1'));
  assert.equal(duty(c, 'hold/core-group-1').due, '2027-02-01');
});

test('a late conference with its reason owes no explanation, one without does until a decision records it, R115', () => {
  const late = (more: object) => conference('2027-01-26', { firstCoreGroup: place('2027-02-04'), ...more });
  assert.ok(
    !owes(accepted(begun(BARNSLEY).answer('2027-01-26', late({ reason: 'no interpreter' })))).includes(
      'explain/initial-conference',
    ),
  );
  const owing = begun(BARNSLEY).at('2027-01-26', late({}));
  assert.ok(owes(owing.case()).includes('explain/initial-conference'));
  const why = other('decision-recorded', { about: 'explain/initial-conference', decision: 'no interpreter before' });
  assert.ok(!owes(owing.at('2027-01-28', why).case()).includes('explain/initial-conference'));
});

test('a conference on its limit is on time, R115', () => {
  const firstCoreGroup = place('2027-02-04', { considered: ['comfortable', 'accessible', 'private'] });
  const c = accepted(begun(BARNSLEY).answer('2027-01-25T23:59', conference('2027-01-25', { firstCoreGroup })));
  assert.deepEqual(c.departures, []);
});

for (const [lacks, firstCoreGroup] of [
  ['the venue', { start: '2027-01-28T10:00' }],
  ['the time', { venue: 'Family Centre' }],
] as const)
  test(`a first core group fixed without ${lacks} is the gate’s to refuse, R17`, () => {
    const fixed = conference('2027-01-18', { firstCoreGroup });
    assert.equal(refused(begun(BARNSLEY).answer('2027-01-18', fixed)).rule, 'R17');
    const c = accepted(begun(BARNSLEY).answer('2027-01-18', { ...fixed, reason: 'the hall is being asked' }));
    assert.equal(c.meetings[meetingId('core-group', 1)]?.bookings.length ?? 0, 'start' in firstCoreGroup ? 1 : 0);
  });

test('the next core group may be fixed before its place is known; without a date it is not fixed, R22', () => {
  const met = (next: object) =>
    planned(BARNSLEY).answer('2027-01-28T16:00', held('core-group-1', '2027-01-28', { next }));
  assert.equal(
    accepted(met({ start: '2027-02-24T10:00' })).meetings[meetingId('core-group', 2)]?.bookings[0]?.venue,
    undefined,
  );
  assert.equal(refused(met({ venue: 'Family Centre' })).rule, 'R22');
});
