// Gates of child in need cases and of closing them, at every level they can take: refused with the rule, accepted with a reason that the
// manager is told, warned, off. What each asks in full is in child-in-need.test.ts, child-in-need-reviews.test.ts and closing.test.ts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '../../domain/accept/refusal.ts';
import type { Case, Departure } from '../../domain/case/facts.ts';
import type { GateLevel, Policy } from '../../domain/policy/policy.ts';
import {
  approved,
  assessedNeed,
  closed,
  closureApproved,
  consent,
  consultation,
  discussed,
  endorsed,
  inNeed,
  letter,
  lookedAfter,
  papers,
  proposed,
  referred,
  review,
  withdrawn,
} from './need.ts';
import {
  accepted,
  agreed,
  BARNSLEY,
  booked,
  clock,
  cover,
  HULL,
  held,
  MEMBERS,
  other,
  refused,
  type Story,
  type Told,
  withGates,
} from './support.ts';

interface Gate {
  readonly rule: string;
  /** The title of the first test, which cites the rule. */
  readonly asks: string;
  readonly shipped: GateLevel;
  readonly when: (policy: Policy) => Story;
  readonly at: string;
  readonly fails: Told;
  readonly passes: Told;
}

const planned = (policy: Policy) => inNeed({ policy });
const withKit = (policy: Policy) => inNeed({ policy }, { members: [...MEMBERS, 'kit'] });
const supervised = (policy: Policy) => planned(policy).at('2027-05-03', closureApproved({ after: 'supervision' }));
const VENUE = ['comfortable', 'accessible', 'private'];
const meeting = (more = {}) => booked('cin-meeting-1', '2027-02-15T16:00', more);
const reviewOn = (more = {}) => booked('cin-review-1', '2027-03-31T16:00', more);
const on = '2027-03-31';

const GATES: readonly Gate[] = [
  {
    rule: 'R2',
    asks: 'child in need meetings are held while there is a child in need plan, R2',
    shipped: 'warn',
    when: (policy) => assessedNeed({ policy }),
    at: '2027-01-26',
    fails: meeting(),
    passes: reviewOn(),
  },
  {
    rule: 'R13',
    asks: 'a child in need meeting is in a comfortable, accessible and private place, R13',
    shipped: 'warn',
    when: planned,
    at: '2027-02-01',
    fails: meeting({ considered: ['comfortable', 'private'] }),
    passes: meeting({ considered: VENUE }),
  },
  {
    rule: 'R25',
    asks: 'child in need meetings are held for a child who was assessed to be in need, R25',
    shipped: 'warn',
    when: (policy) => referred({ policy }).at('2027-01-05', consent()),
    at: '2027-02-15',
    fails: held('cin-meeting-1', '2027-02-15'),
    passes: agreed('none', { owner: 'sam', due: '2027-03-01' }),
  },
  {
    rule: 'R64',
    asks: 'a child in need meeting goes ahead without the social worker only where that was unavoidable, with the reason, R64',
    shipped: 'reason',
    when: planned,
    at: '2027-02-15',
    fails: held('cin-meeting-1', '2027-02-15', { present: ['hana', 'ed', 'mum'] }),
    passes: held('cin-meeting-1', '2027-02-15'),
  },
  {
    rule: 'R69',
    asks: 'a plan is approved with the family’s consent on the case, R69',
    shipped: 'warn',
    when: (policy) => assessedNeed({ policy }).at('2027-01-26', withdrawn()),
    at: '2027-01-27',
    fails: approved(),
    passes: approved({ on: '2027-01-25' }),
  },
  {
    rule: 'R80',
    asks: 'a child in need plan has a core group: it is approved with its members, R80',
    shipped: 'warn',
    when: (policy) => assessedNeed({ policy }).at('2027-01-26', proposed({ members: [] })),
    at: '2027-01-27',
    fails: approved(),
    passes: consent(),
  },
  {
    rule: 'R86',
    asks: 'a child in need plan follows a completed assessment, R86',
    shipped: 'warn',
    when: (policy) => referred({ policy }),
    at: '2027-01-26',
    fails: proposed(),
    passes: consent(),
  },
  {
    rule: 'R86',
    asks: 'a child in need plan follows an assessment that concludes family support, not one that finds no need, R86',
    shipped: 'warn',
    when: (policy) =>
      referred({ policy }).at(
        '2027-01-25',
        other('assessment-completed', { on: '2027-01-25', outcome: 'no further action', familySupport: false }),
      ),
    at: '2027-01-26',
    fails: proposed(),
    passes: consent(),
  },
  {
    rule: 'R89',
    asks: 'only a manager approves a plan, R89',
    shipped: 'refuse',
    when: (policy) => assessedNeed({ policy }).at('2027-01-26', proposed()),
    at: '2027-01-27',
    fails: approved({ by: 'sam' }),
    passes: approved(),
  },
  {
    rule: 'R90',
    asks: 'who will attend is discussed with the child and the parents before it is arranged, R90',
    shipped: 'warn',
    when: (policy) => assessedNeed({ policy }),
    at: '2027-01-26',
    fails: proposed({ discussedWith: ['hana'] }),
    passes: proposed({ discussedWith: ['kit'] }),
  },
  {
    rule: 'R95',
    asks: 'a child in need meeting is in a place that suits the child and the family, R95',
    shipped: 'warn',
    when: planned,
    at: '2027-02-01',
    fails: meeting({ considered: VENUE }),
    passes: meeting({ considered: [...VENUE, 'suitable-for-family'] }),
  },
  {
    rule: 'R97',
    asks: 'a meeting that a child comes to is outside school time wherever possible, R97',
    shipped: 'warn',
    when: withKit,
    at: '2027-02-01',
    fails: booked('cin-meeting-1', '2027-02-15T15:29'),
    passes: booked('cin-meeting-1', '2027-02-15T15:30'),
  },
  {
    rule: 'R122',
    asks: 'the place of a review is chosen for the family, R122',
    shipped: 'warn',
    when: planned,
    at: '2027-03-01',
    fails: reviewOn(),
    passes: reviewOn({ considered: ['location'], venue: 'the family home' }),
  },
  {
    rule: 'R124',
    asks: 'consultation documents go out with the invitations to a review, R124',
    shipped: 'warn',
    when: planned,
    at: '2027-03-01',
    fails: reviewOn({ consultationDocuments: false }),
    passes: reviewOn({ consultationDocuments: true }),
  },
  {
    rule: 'R127',
    asks: 'the papers of a review hold the minutes of every meeting, R127',
    shipped: 'warn',
    when: (policy) => planned(policy).at('2027-02-15', held('cin-meeting-1', '2027-02-15')),
    at: '2027-03-24',
    fails: papers('cin-review-1'),
    passes: consent(),
  },
  {
    rule: 'R128',
    asks: 'the documents are shared with the manager before the review, booked or not, R128',
    shipped: 'warn',
    when: planned,
    at: on,
    fails: review('cin-review-1', on),
    passes: consultation('cin-review-1', on),
  },
  {
    rule: 'R136',
    asks: 'every action of the plan has a named person and a date, R136',
    shipped: 'reason',
    when: planned,
    at: '2027-02-15',
    fails: agreed('budget', { due: '2027-03-01' }),
    passes: agreed('budget', { owner: 'mum', due: '2027-03-01' }),
  },
  {
    rule: 'R147',
    asks: 'a review is held by consultation only where circumstances have not changed significantly, R147',
    shipped: 'refuse',
    when: planned,
    at: on,
    fails: consultation('cin-review-1', on, { noSignificantChange: undefined }),
    passes: consultation('cin-review-1', on),
  },
  {
    rule: 'R148',
    asks: 'a review by consultation takes place between social worker and manager, R148',
    shipped: 'refuse',
    when: planned,
    at: on,
    fails: consultation('cin-review-1', on, { present: ['tess', 'hana'] }),
    passes: consultation('cin-review-1', on),
  },
  {
    rule: 'R149',
    asks: 'consultation documents have gone to every professional and family member before a review by consultation, R149',
    shipped: 'refuse',
    when: planned,
    at: on,
    fails: consultation('cin-review-1', on, { consulted: ['hana', 'ed', 'mum'] }),
    passes: consultation('cin-review-1', on),
  },
  {
    rule: 'R150',
    asks: 'the manager makes the record of a review by consultation, R150',
    shipped: 'refuse',
    when: planned,
    at: on,
    fails: consultation('cin-review-1', on, { by: 'sam', minuteTaker: 'sam' }),
    passes: consultation('cin-review-1', on, { by: 'sam', minuteTaker: 'tess' }),
  },
  {
    rule: 'R151',
    asks: 'there are never two reviews by consultation running, R151',
    shipped: 'refuse',
    when: (policy) => planned(policy).at(on, consultation('cin-review-1', on)),
    at: '2027-09-30',
    fails: consultation('cin-review-2', '2027-09-30'),
    passes: review('cin-review-2', '2027-09-30'),
  },
  {
    rule: 'R153',
    asks: 'a case is closed by one of the three routes, R153',
    shipped: 'refuse',
    when: planned,
    at: '2027-05-04',
    fails: closed(),
    passes: consent(),
  },
  {
    rule: 'R154',
    asks: 'what a child in need meeting endorsed is closed with a manager’s approval, R154',
    shipped: 'refuse',
    when: (policy) =>
      planned(policy)
        .at('2027-05-03', held('cin-meeting-1', '2027-05-03'))
        .at('2027-05-03T11:00', endorsed('cin-meeting-1')),
    at: '2027-05-04',
    fails: closed(),
    passes: closureApproved(),
  },
  {
    rule: 'R155',
    asks: 'a manager’s approval alone closes a case after supervision only, R155',
    shipped: 'refuse',
    when: (policy) => planned(policy).at('2027-05-03', closureApproved()),
    at: '2027-05-04',
    fails: closed(),
    passes: closureApproved({ after: 'supervision' }),
  },
  {
    rule: 'R159',
    asks: 'a closure letter follows a discussion, R159',
    shipped: 'refuse',
    when: supervised,
    at: '2027-05-04',
    fails: letter(),
    passes: discussed(),
  },
  {
    rule: 'R160',
    asks: 'a closure letter says how to contact the service again or who else can help, R160',
    shipped: 'refuse',
    when: (policy) => supervised(policy).at('2027-05-03T11:00', discussed()),
    at: '2027-05-04',
    fails: letter({ contactAgain: undefined }),
    passes: letter({ contactAgain: undefined, supportAgencies: ['Family Lives'] }),
  },
];

const from = (c: Case, rule: string): Departure[] =>
  c.departures.filter((one) => one.rule === rule && one.event === 'next');
const why = 'snow, the roads were closed';

for (const { rule, asks, shipped, when, at, fails, passes } of GATES) {
  const level = (as: GateLevel) => when(withGates({ [rule]: as }));
  const tolds = (as: GateLevel, what: Told) =>
    level(as)
      .at(at, what)
      .until(at)
      .steps.filter((step) => clock(step.at) === `${at} 10:00` && step.duty === null && step.rules.includes(rule));

  test(asks, () => {
    for (const policy of [BARNSLEY, HULL]) {
      assert.equal(policy.gates[rule], shipped);
      const answer = when(policy).answer(at, fails);
      const stops = shipped === 'refuse' || shipped === 'reason';
      assert.equal(answer instanceof Refusal ? answer.rule : null, stops ? rule : null);
      if (!(answer instanceof Refusal))
        assert.deepEqual(
          from(answer, rule).map((one) => one.level),
          ['warn'],
        );
    }
  });

  test(`${asks}: refused with its rule, whatever the reason`, () => {
    const refusal = refused(level('refuse').answer(at, { ...fails, reason: why }));
    assert.equal(refusal.rule, rule);
    assert.match(refusal.message, new RegExp(`^${rule}: .+; `), 'says what to do');
  });

  test(`${asks}: refused without a reason where one is needed, accepted with one, kept, and told to the manager at once`, () => {
    assert.equal(refused(level('reason').answer(at, fails)).rule, rule);
    const kept = from(accepted(level('reason').answer(at, { ...fails, reason: why })), rule);
    assert.deepEqual(
      kept.map((one) => [one.level, one.reason]),
      [['reason', why]],
    );
    assert.deepEqual(
      tolds('reason', { ...fails, reason: why }).map((step) => step.to),
      fails.by === 'tess' ? [] : ['tess'], // nobody is told what they have recorded themselves (L15)
    );
  });

  test(`${asks}: warned, which is kept and told to nobody`, () => {
    assert.deepEqual(
      from(accepted(level('warn').answer(at, fails)), rule).map((one) => one.level),
      ['warn'],
    );
    assert.deepEqual(tolds('warn', fails), []);
  });

  test(`${asks}: off`, () => {
    assert.deepEqual(from(accepted(level('off').answer(at, fails)), rule), []);
  });

  test(`${asks}: passed as it should be`, () => {
    assert.deepEqual(from(accepted(level('refuse').answer(at, passes)), rule), []);
  });
}

test('a review by consultation without the manager is no supervision, R148', () => {
  const alone = consultation('cin-review-1', on, { chair: 'sam', minuteTaker: 'hana', present: ['sam', 'hana'] });
  assert.equal(refused(planned(BARNSLEY).answer(on, alone)).rule, 'R148');
});

test('an action with a person and no date is half an action, R136', () => {
  assert.equal(refused(planned(BARNSLEY).answer('2027-02-15', agreed('budget', { owner: 'mum' }))).rule, 'R136');
});

test('the social worker’s cover stands in at a child in need meeting and at a review by consultation, R64, R148', () => {
  const story = inNeed().at('2027-02-01', cover('sam', '2027-02-10', '2027-03-31', 'cara'));
  accepted(story.answer('2027-02-15', held('cin-meeting-1', '2027-02-15', { present: ['cara', 'hana', 'ed'] })));
  accepted(story.answer(on, consultation('cin-review-1', on, { present: ['cara', 'tess'] })));
});

test('a consent withdrawn since then does not make the meeting of an earlier day a departure, R69', () => {
  const story = inNeed({ policy: withGates({ R69: 'refuse' }) }).at('2027-02-16', withdrawn());
  accepted(story.answer('2027-02-17', held('cin-meeting-1', '2027-02-15')));
  assert.equal(refused(story.answer('2027-02-17', held('cin-meeting-1', '2027-02-16'))).rule, 'R69');
});

test('a service manager approves as well as a team manager, R89', () => {
  accepted(
    assessedNeed()
      .at('2027-01-26', proposed())
      .answer('2027-01-27', approved({ by: 'sue' })),
  );
});

test('school time is asked about only where a child comes, and not at weekends, R97', () => {
  const level = withGates({ R97: 'refuse' });
  accepted(planned(level).answer('2027-02-01', booked('cin-meeting-1', '2027-02-15T10:00')));
  accepted(withKit(level).answer('2027-02-01', booked('cin-meeting-1', '2027-02-13T10:00')));
  accepted(withKit(level).answer('2027-02-01', booked('cin-meeting-1', '2027-02-15T08:44')));
  accepted(
    withKit(level).answer(
      '2027-02-01',
      booked('cin-meeting-1', '2027-02-15T10:00', { considered: ['outside-school-time'] }),
    ),
  );
});

test('consultation documents are asked for at child in need reviews, not at those of looked after children, R124', () => {
  const story = lookedAfter({ policy: withGates({ R124: 'refuse' }) });
  accepted(story.answer('2027-01-05', booked('lac-review-1', '2027-01-29T16:00')));
});
