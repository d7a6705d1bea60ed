// People who are away (L12): who is told in their place, also where that person is away too, and how a cover ends.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rehearse } from '../../client/rehearse.ts';
import { readScenario } from '../../client/scenario.ts';
import { fold } from '../../domain/case/fold.ts';
import { standInsFor } from '../../domain/case/people.ts';
import { approved, assessedNeed, proposed } from './need.ts';
import { accepted, cover, moment, other, recorded, refused, underPlan } from './support.ts';

const rehearsed = (name: string) => rehearse(readScenario(`test/scenarios/life/${name}.yaml`));
const ended = (person: string, on: string) => other('cover-ended', { person, on });
/** Who is told what is for somebody, on mornings of February 2027. */
const inPlaceOf = (person: string, c: ReturnType<ReturnType<typeof underPlan>['case']>, ...days: number[]) =>
  days.map((day) => standInsFor(c, person, moment(`2027-02-${String(day).padStart(2, '0')}`)).join(' '));

test('arranged again with the same person, a cover has the new days alone, L12 (D11a)', () => {
  const { notices } = rehearsed('D11a-cover-cannot-end-early');
  assert.deepEqual(
    notices.filter(({ to, at }) => to === 'sw2' && at > '2025-05-03'),
    [],
  );
  assert.ok(notices.some(({ to, at }) => to === 'sw' && at > '2025-05-03'));
});

test('a cover by somebody else takes the days it is for; before and after, the first one stands in, L12', () => {
  const c = underPlan()
    .at('2027-01-20', cover('sam', '2027-02-01', '2027-02-26', 'cara'))
    .at('2027-01-21', cover('sam', '2027-02-08', '2027-02-12', 'nora'))
    .case();
  assert.deepEqual(inPlaceOf('sam', c, 5, 8, 12, 15), ['cara tess', 'nora tess', 'nora tess', 'cara tess']);
});

test('whoever comes back early gets what is theirs from that day, in whatever order it is typed in, L12', () => {
  const arranged = underPlan().at('2027-02-01', cover('sam', '2027-02-01', '2027-02-26', 'cara'));
  const c = arranged.at('2027-02-11', ended('sam', '2027-02-10')).case();
  assert.deepEqual(inPlaceOf('sam', c, 9, 10, 11), ['cara tess', 'cara tess', 'sam']); // on the 10th nobody knew yet
  const late = underPlan()
    .at('2027-02-12', cover('sam', '2027-02-01', '2027-02-26', 'cara'))
    .at('2027-02-12T11:00', ended('sam', '2027-02-10'));
  assert.deepEqual(inPlaceOf('sam', late.case(), 13, 15), ['sam', 'sam']);
  const { events } = c;
  assert.deepEqual(fold(underPlan().empty(), events.toReversed()).coverEnds, c.coverEnds);
});

test('a cover that is not there cannot end; one to come is arranged anew, L12', () => {
  const c = underPlan().at('2027-01-20', cover('sam', '2027-02-01', '2027-02-05', 'cara'));
  assert.match(
    refused(c.answer('2027-01-21', ended('sam', '2027-01-21'))).message,
    /the cover from 2027-02-01 is arranged anew/,
  );
  assert.match(
    refused(c.answer('2027-02-11', ended('sam', '2027-02-10'))).message,
    /nobody stands in for "sam" on 2027-02-10$/,
  );
  accepted(c.answer('2027-02-03', ended('sam', '2027-02-03')));
});

test('a cover who is away passes on to theirs, L12', () => {
  const c = underPlan()
    .at('2027-01-20', cover('sam', '2027-02-01', '2027-02-26', 'cara'))
    .at('2027-01-21', cover('cara', '2027-02-08', '2027-02-12', 'nora'))
    .case();
  assert.deepEqual(inPlaceOf('sam', c, 5, 8, 15), ['cara tess', 'nora tess', 'cara tess']);
  assert.deepEqual(inPlaceOf('cara', c, 8), ['nora tess']);
});

test('people who are away do not stand in for each other: a ring is refused, with the days, L12', () => {
  const c = underPlan()
    .at('2027-01-20', cover('sam', '2027-02-01', '2027-02-12', 'cara'))
    .at('2027-01-21', cover('cara', '2027-02-08', '2027-02-19', 'nora'));
  const ring = refused(c.answer('2027-01-22', cover('nora', '2027-02-10', '2027-03-31', 'sam')));
  assert.match(
    ring.message,
    /^cover-arranged: cover: "cara" is away from 2027-02-10 to 2027-02-12, and "nora" stands in for them: name somebody/,
  );
  assert.ok(!ring.message.includes('\n'));
  accepted(c.answer('2027-01-22', cover('nora', '2027-02-15', '2027-03-31', 'sam')));
});

test('a ring that an older release took ends at the manager, L12', () => {
  const rings = [
    recorded('2027-01-20', cover('sam', '2027-02-01', '2027-02-12', 'cara'), 'r1'),
    recorded('2027-01-21', cover('cara', '2027-02-01', '2027-02-12', 'sam'), 'r2'),
  ];
  const c = fold(underPlan().empty(), [...underPlan().case().events, ...rings]);
  assert.deepEqual([...inPlaceOf('sam', c, 5), ...inPlaceOf('cara', c, 5)], ['tess', 'tess']);
});

test('while a manager is covered the cover is told, not both, L12 (D11c)', () => {
  const { notices } = rehearsed('D11c-manager-and-worker-away');
  const then = notices.filter(({ at }) => at > '2025-04-28');
  assert.deepEqual(
    then.filter(({ to }) => to === 'tm' || to === 'sw'),
    [],
  );
  assert.ok(then.some(({ to }) => to === 'tm2'));
  assert.ok(then.some(({ to }) => to === 'sw2'));
  const c = underPlan()
    .at('2027-01-20', cover('tess', '2027-02-01', '2027-02-12', 'sue'))
    .case();
  assert.deepEqual(inPlaceOf('tess', c, 5, 15), ['sue', 'tess']);
  const above = underPlan()
    .at('2027-01-20', cover('sue', '2027-02-01', '2027-02-12', 'chris'))
    .case();
  assert.deepEqual(inPlaceOf('sue', above, 5, 15), ['chris', 'sue']);
});

test('a nurse who stands in for the social worker is none: the core group does not go ahead, L12, R63 (D23)', () => {
  const { refused: no } = rehearsed('D23-nurse-as-cover');
  assert.deepEqual(
    no.map(({ rule, type }) => [rule, type]),
    [['R63', 'meeting-held']],
  );
});

test('whoever stands in for the manager approves only with a manager’s role, L12, R89', () => {
  const proposal = assessedNeed()
    .at('2027-01-20', cover('tess', '2027-01-25', '2027-02-12', 'hana'))
    .at('2027-01-26', proposed());
  assert.equal(refused(proposal.answer('2027-01-27', approved({ by: 'hana' }))).rule, 'R89');
  const another = assessedNeed()
    .at('2027-01-20', cover('tess', '2027-01-25', '2027-02-12', 'sue'))
    .at('2027-01-26', proposed());
  accepted(another.answer('2027-01-27', approved({ by: 'sue' })));
});
