// Life as it is, how a plan goes: papers by their names, strategy discussions that are to be held, who is spoken with about closing, scales that fall (L24–L26).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rehearse } from '../../client/rehearse.ts';
import { readScenario } from '../../client/scenario.ts';
import type { Case } from '../../domain/case/facts.ts';
import { withEvent } from '../../domain/case/fold.ts';
import { duties } from '../../domain/duties/owed.ts';
import { completed } from '../../policies/load.ts';
import {
  closed,
  closureApproved,
  discussed,
  inNeed,
  KIT,
  letter,
  lookedAfter,
  NEED_FILE,
  notified,
  papers,
  review,
  withdrawn,
} from './need.ts';
import {
  accepted,
  BARNSLEY,
  booked,
  clock,
  duty,
  held,
  notices,
  other,
  owes,
  PEOPLE,
  policyWith,
  recorded,
  refused,
  type Story,
  strategy,
  type Told,
  underPlan,
} from './support.ts';

const played = (name: string) => rehearse(readScenario(`test/scenarios/life/${name}.yaml`));

// L24: papers have names.

test('a school report is no review report and a floor plan no plan: the papers stay owed, D24, L24', () => {
  const { refused: all, owed } = played('D24-papers-by-word');
  assert.match(
    all[0]?.reason ?? '',
    /"school report" is none of review-report, plan, minutes, consultation, nor other: what it is/,
  );
  assert.ok(owed.some((one) => one.duty === 'papers/lac-review-1'));
});

const booking = () => lookedAfter().at('2027-01-05', booked('lac-review-1', '2027-01-29'));
const given = (...documents: unknown[]): Told => papers('lac-review-1', { documents });

for (const [documents, isDone] of [
  [['review-report', 'plan'], true],
  [['review-report', 'plan', 'consultation', { other: 'school report' }], true],
  [['review-report', 'other: floor plan of the venue'], false],
  [['plan', { other: 'school report' }], false],
  [['minutes', 'consultation'], false],
] as const)
  test(`${JSON.stringify(documents)} ${isDone ? 'are' : 'are not'} the papers of a review, L24`, () => {
    const c = booking()
      .at('2027-01-06', given(...documents))
      .case();
    assert.equal(owes(c).includes('papers/lac-review-1'), !isDone);
  });

test('another paper is named in words or as a group, and both say the same, L24', () => {
  const first = booking().at('2027-01-06', given('other: school report'), 'same').case();
  assert.equal(
    accepted(
      booking()
        .at('2027-01-06', given({ other: 'school report' }), 'same')
        .answer('2027-01-06', given('other: school report'), 'same'),
    ).events.length,
    first.events.length,
  );
  assert.throws(() => recorded('2027-01-06', given('other:')), /"other:" is none of/);
  assert.throws(() => recorded('2027-01-06', given()), /documents: names nothing/);
});

test('what a release before 0.2 took by any name still counts as it did, L24', () => {
  const c = booking().case();
  const { id, recordedAt, event } = recorded('2027-01-06', given('review-report'));
  const old = { id, recordedAt, event: { ...event, documents: ['Review report', 'Child’s plan'] } };
  assert.ok(!owes(withEvent(c, old as never)).includes('papers/lac-review-1'));
});

// L24: a strategy discussion that is to be held is owed.

const considered = (outcome: string, more = {}): Told => other('strategy-considered', { by: 'tess', outcome, ...more });
const openDiscussions = (c: Case): string[] => owes(c).filter((key) => key.startsWith('discuss/'));

test('considered, and to be held: it is owed and chased, D17a, L24', () => {
  const { owed, notices: told } = played('D17a-considered-hold-one');
  assert.ok(owed.some((one) => one.duty === 'discuss/strategy'));
  const asked = told.filter((one) => one.duty === 'discuss/strategy');
  assert.deepEqual([asked[0]?.at.slice(0, 16), asked[0]?.kind], ['2025-01-20T11:00', 'decision']);
  assert.ok(asked.some(({ to, kind }) => to === 'tm' && kind === 'escalation'));
});

test('a strategy discussion answers what asked for it on its own day or before, never what asks later, L24', () => {
  const asked = () => inNeed().at('2027-03-01', strategy('2027-03-01')).at('2027-03-03', considered('to-be-held'));
  assert.deepEqual(openDiscussions(asked().case()), ['discuss/strategy']);
  assert.deepEqual(openDiscussions(asked().at('2027-03-04', strategy('2027-03-03')).case()), []);
  assert.deepEqual(openDiscussions(asked().at('2027-03-04', strategy('2027-03-02')).case()), ['discuss/strategy']);
  assert.deepEqual(openDiscussions(asked().at('2027-03-05', considered('not-needed')).case()), []);
});

test('to be held again is another one, which is told again, L24', () => {
  const again = inNeed()
    .at('2027-03-03', considered('to-be-held'))
    .at('2027-03-04', strategy('2027-03-04'))
    .at('2027-03-10', considered('to-be-held'));
  assert.deepEqual(openDiscussions(again.case()), ['discuss/strategy/2']);
  const reviewed = inNeed()
    .at('2027-03-31', review('cin-review-1', '2027-03-31', { outcome: 'strategy-discussion' }))
    .at('2027-04-01', considered('to-be-held'));
  assert.deepEqual(openDiscussions(reviewed.case()), ['discuss/strategy', 'discuss/strategy/2']);
  assert.deepEqual(openDiscussions(reviewed.at('2027-04-02', strategy('2027-04-02')).case()), []);
});

test('a case is not closed while one is to be held, and closes when it was found not to be needed, L24, L6', () => {
  const approved = inNeed()
    .at('2027-03-03', considered('to-be-held'))
    .at('2027-03-04', closureApproved({ after: 'supervision' }));
  assert.match(
    refused(approved.answer('2027-03-05', closed())).message,
    /^R72: case-closed: what was considered on 2027-03-03 asks for a strategy discussion/,
  );
  accepted(approved.at('2027-03-05', considered('not-needed')).answer('2027-03-06', closed()));
});

test('whether it is to be held is said in one of two words, L24', () => {
  assert.throws(
    () => recorded('2027-03-03', considered('yes, tomorrow')),
    /outcome: must be one of to-be-held, not-needed/,
  );
});

// L25: closing is talked over with the family, and the letter is theirs.

const approvedClosing = (): Story => inNeed().at('2027-05-03', closureApproved({ after: 'supervision' }));

test('talked over with a nurse, and sent to her: that is no closure letter, D25a, L25', () => {
  const { refused: all, owed } = played('D25a-letter-to-nurse');
  assert.deepEqual(
    all.map(({ type, rule }) => [type, rule]),
    [['closure-letter-sent', 'R159']],
  );
  assert.deepEqual(owed.map((one) => one.duty).sort(), ['letter/closure', 'notify/closure']); // the father and the child were not told
});

for (const [to, stands] of [
  [['hana'], false],
  [['hana', 'mum'], true],
  [['kit'], true],
] as const)
  test(`a letter to ${to.join(' and ')} is ${stands ? '' : 'not '}the family’s, R158, L25`, () => {
    const answer = approvedClosing().at('2027-05-04', discussed()).answer('2027-05-05', letter({ to }));
    if (stands) accepted(answer);
    else assert.match(refused(answer).message, /^R158: a closure letter goes to the child or a parent/);
  });

test('closing is talked over with a parent or the child, and not with agencies alone, R159, L25', () => {
  const talked = (who: readonly string[]) =>
    approvedClosing()
      .at('2027-05-04', discussed({ with: who }))
      .answer('2027-05-05', letter());
  assert.equal(refused(talked(['hana', 'ed'])).rule, 'R159');
  accepted(talked(['mum']));
  const gran = { id: 'gran', name: 'Gran', role: 'grandmother' };
  const withGran = inNeed({ file: { ...NEED_FILE, people: [...NEED_FILE.people, gran] } })
    .at('2027-05-03', closureApproved({ after: 'supervision' }))
    .at('2027-05-04', discussed({ with: ['gran', 'hana'] }));
  assert.equal(refused(withGran.answer('2027-05-05', letter())).rule, 'R159'); // the parents are there to be spoken with
});

test('where the case knows no parent and no child, whoever it knows of the family is enough, L25', () => {
  const people = [
    ...PEOPLE.filter(({ role }) => !['mother', 'father'].includes(role)),
    { id: 'gran', name: 'Gran', role: 'grandmother' },
  ];
  const alone = inNeed({ file: { ...NEED_FILE, people } }, { members: ['hana', 'ed', 'gran'], discussedWith: ['gran'] })
    .at('2027-05-03', closureApproved({ after: 'supervision' }))
    .at('2027-05-04', discussed({ with: ['gran'] }));
  accepted(alone.answer('2027-05-05', letter({ to: ['gran'] })));
});

test('after supervision alone the child and relatives who are no members are told too, R157, L25', () => {
  const over = approvedClosing().at('2027-05-04', closed());
  for (const person of ['hana', 'ed', 'mum', 'dad']) over.at('2027-05-05', notified(person));
  assert.ok(owes(over.case()).includes('notify/closure'));
  assert.ok(!owes(over.at('2027-05-06', notified(KIT.id)).case()).includes('notify/closure'));
});

// L26: scales that fall, and stand still.

const scaled = (...scores: number[]): Story =>
  scores.reduce(
    (plan, scaling, i) =>
      plan.at(
        `2027-0${2 + i}-15`,
        held(`core-group-${i + 1}`, `2027-0${2 + i}-15`, { scaling, reason: 'see the diary' }),
      ),
    underPlan(),
  );

for (const [from, to, told] of [
  [7, 4, true],
  [9, 2, true],
  [7, 5, false],
  [4, 7, false],
] as const)
  test(`a scale that goes from ${from} to ${to} is ${told ? '' : 'not '}told to the manager the same day, L26`, () => {
    const heard = notices(scaled(from, to).until('2027-03-15')).filter(({ why }) => why === 'scale-fell');
    assert.deepEqual(
      heard.map(({ at, to: whom, text }) => [clock(at), whom, text]),
      told ? [['2027-03-15 10:00', 'tess', `the scale fell from ${from} to ${to} at core-group-2`]] : [],
    );
  });

test('how far a scale may fall is the authority’s, and a policy from before it was asked has the usual figure, L26', () => {
  const careful = policyWith((draft) => {
    draft.progress.fall = 1;
  });
  const fell = (policy: typeof BARNSLEY) => {
    const plan = underPlan({ policy });
    plan.at('2027-02-15', held('core-group-1', '2027-02-15', { scaling: 6, reason: 'r' }));
    plan.at('2027-03-15', held('core-group-2', '2027-03-15', { scaling: 4, reason: 'r' }));
    return notices(plan.until('2027-03-15')).filter(({ why }) => why === 'scale-fell').length;
  };
  assert.deepEqual([fell(careful), fell(BARNSLEY), fell({ ...BARNSLEY, progress: undefined })], [1, 0, 0]);
  const { progress: _, ...before } = BARNSLEY;
  assert.deepEqual((completed(before) as typeof BARNSLEY).progress?.fall, 3);
});

test('two meetings without progress ask for next steps each time it happens, L26', () => {
  const stuck = (...scores: number[]) =>
    duties(scaled(...scores).case()).flatMap(({ key }) => (key.startsWith('next-steps/') ? [key] : []));
  assert.deepEqual(stuck(5, 5, 5), ['next-steps/core-group-3']);
  assert.deepEqual(stuck(5, 5, 5, 4), ['next-steps/core-group-3', 'next-steps/core-group-4']);
  assert.deepEqual(stuck(5, 5, 6, 6, 6), ['next-steps/core-group-5']);
  const again = scaled(5, 5, 5, 5);
  again.at(
    '2027-05-16',
    other('decision-recorded', { by: 'tess', about: 'next-steps/core-group-3', decision: 'parenting course' }),
  );
  assert.ok(owes(again.case()).includes('next-steps/core-group-4'));
});

test('encouraging the family ends with the decision to hold a strategy discussion, D34, L26', () => {
  assert.ok(
    !played('D34-engage-after-conference').notices.some(
      ({ at, duty: key }) => key === 'engage/family' && at > '2025-01-29',
    ),
  );
  const left = () => inNeed().at('2027-03-01', withdrawn());
  assert.ok(owes(left().case()).includes('engage/family'));
  assert.equal(duty(left().at('2027-03-02', considered('to-be-held')).case(), 'engage/family').done?.on, '2027-03-02');
  assert.equal(duty(left().at('2027-03-02', strategy('2027-03-02')).case(), 'engage/family').done?.on, '2027-03-02');
  assert.ok(owes(left().at('2027-03-02', considered('not-needed')).case()).includes('engage/family'));
});
