// Who must be there for a meeting to count, and who came (L20).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rehearse } from '../../client/rehearse.ts';
import { readScenario } from '../../client/scenario.ts';
import { heldMeetings } from '../../domain/case/facts.ts';
import { whoCame } from '../../domain/case/who-came.ts';
import { loadPolicy } from '../../policies/load.ts';
import { consultation, inNeed, lacReview, lookedAfter, review } from './need.ts';
import {
  accepted,
  conference,
  FILE,
  held,
  minutes,
  notices,
  other,
  PEOPLE,
  policyWith,
  refused,
  story,
  strategy,
  underPlan,
  withGates,
} from './support.ts';

const on = '2027-04-12';
/** A review conference chaired by Chris unless said otherwise. */
const conferred = (present: readonly unknown[], more: object = {}) =>
  held('review-conference-1', on, { chair: 'chris', minuteTaker: 'chris', present, ...more });
const met = (present: readonly unknown[], more: object = {}) =>
  held('core-group-1', '2027-01-28', {
    chair: 'sam',
    minuteTaker: 'sam',
    present,
    next: { start: '2027-02-24T10:00', venue: 'x' },
    ...more,
  });
/** Gates that are not asked about here. */
const policy = withGates({ R54: 'off', R22: 'off' });

test('a review conference of a mother alone is none, L20 (D18a)', () => {
  const { refused: no } = rehearse(readScenario('test/scenarios/life/D18a-review-conference-by-mother-alone.yaml'));
  assert.deepEqual(
    no.map(({ rule, type }) => [rule, type]),
    [['L20', 'meeting-held']],
  );
  assert.match(
    no[0]?.reason ?? '',
    /a review-conference needs a chair who is not of the family, the role “social worker”, somebody of another agency \(missing: a chair.*or record meeting-not-held, or give a reason$/,
  );
});

const ROWS: readonly (readonly [
  what: string,
  missing: RegExp | undefined,
  present: readonly string[],
  more?: object,
])[] = [
  ['chair, social worker and another agency', undefined, ['chris', 'sam', 'hana']],
  ['no social worker', /\(missing: the role “social worker”\);/, ['chris', 'hana', 'ed']],
  ['no other agency', /\(missing: somebody of another agency\);/, ['chris', 'sam', 'tess', 'nora', 'mum']],
  [
    'a parent for a chair',
    /\(missing: a chair who is not of the family\);/,
    ['dad', 'sam', 'hana'],
    { chair: 'dad', minuteTaker: 'sam' },
  ],
];
for (const [what, missing, present, more] of ROWS)
  test(`a review conference with ${what} is ${missing ? 'refused without a reason' : 'taken'}, L20`, () => {
    const c = underPlan({ policy });
    const answer = c.answer(on, conferred(present, more));
    if (!missing) return void accepted(answer);
    assert.match(refused(answer).message, missing);
    assert.equal(refused(answer).rule, 'L20');
    const { departures } = accepted(
      c.answer(on, conferred(present, { ...more, reason: 'nobody else could be reached' })),
    );
    assert.deepEqual(
      departures.filter(({ event }) => event === 'next').map(({ rule, level }) => [rule, level]),
      [['L20', 'reason']],
    );
  });

test('a core group needs a social worker and one other professional, L20', () => {
  const c = underPlan({ policy });
  accepted(c.answer('2027-01-28', met(['sam', 'hana'])));
  const alone = refused(c.answer('2027-01-28', met(['sam', 'mum', 'dad'])));
  assert.match(alone.message, /^L20: .*missing: one other professional/);
  assert.equal(
    refused(c.answer('2027-01-28', met(['sam', 'cara']))).rule,
    'L20',
    'two social workers are not two professions',
  );
});

test('reviews of children in need and looked after need their chair and a social worker; child in need meetings nobody in particular, L20', () => {
  const need = inNeed({ policy: withGates({ R128: 'off' }) });
  accepted(need.answer('2027-03-25', review('cin-review-1', '2027-03-25', { present: ['tess', 'sam'] })));
  assert.equal(
    refused(need.answer('2027-03-25', review('cin-review-1', '2027-03-25', { present: ['tess', 'hana'] }))).rule,
    'L20',
  );
  const lac = lookedAfter();
  accepted(lac.answer('2027-01-28', lacReview('lac-review-1', '2027-01-28')));
  const without = lacReview('lac-review-1', '2027-01-28', { present: ['chris', 'nora', 'hana'] });
  assert.equal(refused(lac.answer('2027-01-28', without)).rule, 'L20');
  const { departures } = accepted(
    need.answer('2027-02-15', held('cin-meeting-1', '2027-02-15', { present: ['sam', 'hana', 'ed'] })),
  );
  assert.ok(departures.every(({ rule }) => rule !== 'L20'));
});

test('a review by consultation has rules of its own: no quorum is asked, L20, R148', () => {
  const c = inNeed({ policy: withGates({ R148: 'off' }) });
  accepted(c.answer('2027-03-25', consultation('cin-review-1', '2027-03-25', { present: ['tess', 'hana'] })));
});

test('the initial conference is judged where it is said who was there, L20', () => {
  const c = story().at('2027-01-04', strategy('2027-01-04'));
  const first = { firstCoreGroup: { start: '2027-01-28T10:00', venue: 'x' } };
  accepted(c.answer('2027-01-18', conference('2027-01-18', first)));
  accepted(
    c.answer('2027-01-18', conference('2027-01-18', { ...first, chair: 'chris', present: ['chris', 'sam', 'hana'] })),
  );
  const alone = c.answer(
    '2027-01-18',
    conference('2027-01-18', { ...first, chair: 'chris', present: ['chris', 'mum'] }),
  );
  assert.match(refused(alone).message, /^L20: .*missing: the role “social worker”, somebody of another agency/);
  const none = conference('2027-01-18', { outcome: 'no-plan', chair: 'chris', present: ['chris'], members: [] });
  assert.equal(refused(c.answer('2027-01-18', none)).rule, 'L20');
});

const apologises = (person: string, more: object = {}) =>
  other('apologies-received', { meeting: 'review-conference-1', person, by: person, ...more });

test('whoever an apology named may come for somebody, and counts for their agency, L20, R47', () => {
  const c = underPlan({ policy });
  const forHana = conferred(['chris', 'sam', { for: 'hana' }]);
  assert.match(
    refused(c.answer(on, forHana)).message,
    /^R47: meeting-held: present: nobody is named to come for "hana"; record apologies-received with a representative first/,
  );
  const named = c.at('2027-04-08', apologises('hana', { representative: 'a colleague' }));
  accepted(named.answer(on, forHana));
  // For a social worker nobody else comes as one.
  const forSam = c.at('2027-04-08', apologises('sam', { representative: 'a colleague' }));
  assert.equal(refused(forSam.answer(on, conferred(['chris', { for: 'sam' }, 'hana']))).rule, 'L20');
  assert.match(
    refused(c.answer(on, conferred(['chris', { for: 'nobody' }]))).message,
    /present.for: "nobody" is not a person/,
  );
});

test('agencies are told apart by name where they are recorded, L20', () => {
  const inAgency = (id: string, agency: string) => (one: (typeof PEOPLE)[number]) =>
    one.id === id ? { ...one, agency } : one;
  const people = PEOPLE.map(inAgency('sam', 'Barnsley'))
    .map(inAgency('hana', 'Barnsley'))
    .map(inAgency('ed', 'a school'));
  const c = underPlan({ policy, file: { ...FILE, people } });
  assert.equal(refused(c.answer(on, conferred(['chris', 'sam', 'hana']))).rule, 'L20');
  accepted(c.answer(on, conferred(['chris', 'sam', 'ed'])));
});

test('who came is kept, by person and agency: in person, represented, with a report, absent, L20', () => {
  const agency = (one: (typeof PEOPLE)[number]) => (one.id === 'hana' ? { ...one, agency: 'NHS' } : one);
  const c = underPlan({ policy, file: { ...FILE, people: PEOPLE.map(agency) } })
    .at('2027-04-08', apologises('hana', { representative: 'a colleague' }))
    .at('2027-04-08', apologises('ed', { reason: 'a death', writtenReport: { agreedBy: 'helen' } }))
    .at('2027-04-12T16:00', conferred(['chris', 'sam', 'mum', { for: 'hana' }]))
    .case();
  const [m] = heldMeetings(c, 'review-conference');
  assert.ok(m);
  assert.deepEqual(
    whoCame(c, m)
      .map(({ person, agency, came }) => [person, agency, came])
      .sort(),
    [
      ['chris', null, 'in person'],
      ['dad', null, 'absent'],
      ['ed', null, 'report'],
      ['hana', 'NHS', 'represented'],
      ['mum', null, 'in person'],
      ['sam', null, 'in person'],
    ],
  );
});

test('whoever was represented is given the minutes like any member, L20', () => {
  const c = underPlan({ policy })
    .at('2027-04-08', apologises('hana', { representative: 'a colleague' }))
    .at('2027-04-12T16:00', conferred(['chris', 'sam', { for: 'hana' }]))
    .at('2027-04-14', minutes('review-conference-1', '2027-04-14'));
  assert.ok(notices(c.until('2027-04-30'), { duty: 'distribute/review-conference-1' }).length > 0);
});

test('an authority sets its own quorum, or none; one that nobody could meet is no policy, L20', () => {
  const withQuorum = (quorum: readonly string[]) =>
    policyWith((draft) => {
      draft.meetings['review-conference'].quorum = quorum;
      draft.gates.R54 = 'off';
    });
  accepted(underPlan({ policy: withQuorum([]) }).answer(on, conferred(['chris'])));
  const police = underPlan({ policy: withQuorum(['chair', 'police']) });
  assert.match(refused(police.answer(on, conferred(['chris', 'sam', 'hana']))).message, /missing: the role “police”/);
  assert.throws(
    () => withQuorum(['chair', 'polise']),
    /meetings.review-conference.quorum.1: "polise" is no role of this policy: nobody could meet it/,
  );
  assert.throws(() => withQuorum(['chair', 'chair']), /quorum.1: "chair" is there twice/);
});

test('a policy of before has no quorum: a case that goes by it is asked for none, L20', () => {
  const { quorum: _, ...gates } = loadPolicy('barnsley').gates;
  const before = { ...policy, gates: { ...gates, R54: 'off' as const } };
  accepted(underPlan({ policy: before as typeof policy }).answer(on, conferred(['chris'])));
});
