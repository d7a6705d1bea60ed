// People of a case: being there or sending somebody, standing in, taking over, joining and leaving, and how families are told.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inNeed, KIT } from './need.ts';
import {
  accepted,
  agreed,
  BARNSLEY,
  booked,
  cancelled,
  clock,
  conference,
  cover,
  distributed,
  duty,
  HULL,
  held,
  joined,
  left,
  lines,
  minutes,
  moment,
  moved,
  notices,
  other,
  owes,
  PEOPLE,
  place,
  recorded,
  refused,
  story,
  strategy,
  told,
  underPlan,
} from './support.ts';

const sorry = (person: string, more: Readonly<Record<string, unknown>> = {}) =>
  other('apologies-received', { meeting: 'cin-meeting-1', person, ...more });
/** Dad leaves before the conference that made him a member is typed in; the core group it fixed is booked. */
const underPlanTypedInLate = () =>
  story()
    .at('2027-01-04', strategy('2027-01-04'))
    .at('2027-01-19', left('dad'))
    .at('2027-01-20', conference('2027-01-18', { firstCoreGroup: place('2027-01-28') }));
/** Booked on Monday 1 February 2027 for Monday 15 February. */
const met = () => inNeed().at('2027-02-01', booked('cin-meeting-1', '2027-02-15'));

test('other professionals who are involved join with a day, and are invited and reminded like every member, R36, R37', () => {
  const thea = { id: 'thea', name: 'Thea', role: 'therapist', email: 'thea@nhs.test' };
  const story = met().at('2027-02-03', joined(thea));
  assert.deepEqual(lines(story.until('2027-02-15'), { to: 'thea' }), [
    '2027-02-03 10:00 thea',
    '2027-02-08 08:00 thea',
    '2027-02-12 08:00 thea',
  ]);
});

test('membership has a history: who was a member on which days, whenever it was typed in, R37', () => {
  const c = met()
    .at('2027-02-10', left('ed', { on: '2027-02-08' }))
    .at('2027-03-02', joined('ed', { on: '2027-03-01' }))
    .case();
  assert.deepEqual(
    c.memberships.filter((one) => one.person === 'ed').map(({ from, until }) => [from, until]),
    [
      ['2027-01-27', '2027-02-08'],
      ['2027-03-01', undefined],
    ],
  );
});

test('whoever joined before the conference was typed in is invited once: they were heard of as a member then, R38', () => {
  const life = story()
    .at('2027-01-04', strategy('2027-01-04'))
    .at('2027-01-19', joined('ed'))
    .at('2027-01-20', booked('core-group-1', '2027-02-09'))
    .at('2027-01-22', conference('2027-01-18'));
  assert.deepEqual(lines(life.until('2027-01-31'), { kind: 'invitation' }), [
    '2027-01-20 10:00 ed sam',
    '2027-01-22 10:00 dad hana',
  ]);
  const ed = life.case().memberships.find(({ person }) => person === 'ed');
  assert.deepEqual([ed?.from, ed?.heard, ed?.known], ['2027-01-18', moment('2027-01-19'), moment('2027-01-22')]);
});

test('every member has the date: those with safe e-mail by invitation, the others are told by the social worker, R38', () => {
  const story = met();
  const invited = notices(story.until('2027-02-01'), { kind: 'invitation' }).map((step) => step.to);
  assert.deepEqual([...invited].sort(), ['dad', 'ed', 'hana', 'sam']);
  assert.equal(duty(story.case(), 'tell/cin-meeting-1').owner, 'sam');
  assert.equal(owes(story.at('2027-02-02', told('cin-meeting-1', 'mum')).case()).includes('tell/cin-meeting-1'), false);
});

test('line managers outside the case are told next morning where their staff are asked to be, R40', () => {
  const list = notices(met().until('2027-02-15'), { kind: 'information', duty: 'attend/cin-meeting-1' });
  assert.deepEqual(
    list.map((step) => `${clock(step.at)} ${step.to}`),
    ['2027-02-02 08:00 helen', '2027-02-02 08:00 hilda'],
  );
});

test('who was there is recorded, chair and note-taker among them, R46', () => {
  const c = met().at('2027-02-15', held('cin-meeting-1', '2027-02-15')).case();
  assert.deepEqual(c.meetings['cin-meeting-1' as never]?.held?.present, ['sam', 'hana', 'ed']);
  // Hana chairs and Ed takes the minutes: neither can have been away.
  for (const present of [
    ['sam', 'ed'],
    ['sam', 'hana'],
  ])
    assert.equal(refused(met().answer('2027-02-15', held('cin-meeting-1', '2027-02-15', { present }))).rule, 'R46');
});

test('minutes go to whoever was a member on the day of the meeting: not to those who had left, and to those who left since, R37', () => {
  const passedOn = (day: string) =>
    met()
      .at(day, left('hana', { on: day }))
      .at('2027-02-19', held('cin-meeting-1', '2027-02-15', { chair: 'sam', present: ['sam', 'ed'] }))
      .at('2027-02-22', minutes('cin-meeting-1', '2027-02-22'))
      .at('2027-02-23', distributed('cin-meeting-1', 'mum', 'dad'))
      .case();
  assert.ok(!owes(passedOn('2027-02-12')).includes('distribute/cin-meeting-1'), 'hana had left');
  assert.ok(owes(passedOn('2027-02-17')).includes('distribute/cin-meeting-1'), 'hana was a member then');
});

test('a professional who cannot come owes a representative, until the meeting begins, R47', () => {
  const story = met().at('2027-02-03', sorry('ed'));
  const owing = duty(story.case(), 'represent/cin-meeting-1/ed');
  assert.deepEqual([owing.owner, owing.rules], ['ed', ['R47', 'R48']]);
  assert.deepEqual(lines(story.until('2027-03-31'), { duty: 'represent/cin-meeting-1/ed' }), [
    '2027-02-03 10:00 ed',
    '2027-02-10 08:00 ed tess',
    '2027-02-15 08:00 ed tess',
  ]);
  const named = story.at('2027-02-04', sorry('ed', { representative: 'the deputy head' })).case();
  assert.equal(owes(named).includes('represent/cin-meeting-1/ed'), false);
});

test('a family member who cannot come owes nobody anything, R47', () => {
  assert.equal(
    owes(met().at('2027-02-03', sorry('dad')).case()).some((key) => key.startsWith('represent/')),
    false,
  );
});

test('a written report agreed by the line manager stands in for a representative, R48, R49', () => {
  const report = sorry('ed', { writtenReport: { agreedBy: 'helen' }, reason: 'an inspection that day' });
  const c = met().at('2027-02-03', sorry('ed')).at('2027-02-05', report).case();
  assert.equal(owes(c).includes('represent/cin-meeting-1/ed'), false);
  assert.deepEqual(c.meetings['cin-meeting-1' as never]?.apologies.at(-1)?.writtenReport, { agreedBy: 'helen' });
});

test('apologies go to the social worker at once, unless she took them herself, R50', () => {
  const tellSam = (by: string) =>
    notices(
      met()
        .at('2027-02-03', sorry('ed', { by, representative: 'the deputy head' }))
        .until('2027-02-03'),
      { to: 'sam' },
    )
      .filter((step) => step.rules.includes('R50'))
      .map((step) => clock(step.at));
  assert.deepEqual(tellSam('ed'), ['2027-02-03 10:00']);
  assert.deepEqual(tellSam('sam'), []);
});

test('a professional who was absent is sent the date of the next meeting, R51', () => {
  const story = met()
    .at('2027-02-03', sorry('ed', { representative: 'the deputy head' }))
    .at(
      '2027-02-15',
      held('cin-meeting-1', '2027-02-15', { minuteTaker: 'sam', present: ['sam', 'hana'], next: place('2027-03-22') }),
    );
  const next = notices(story.until('2027-02-15'), { to: 'ed', kind: 'invitation' }).filter(
    (step) => step.meeting === ('cin-meeting-2' as never),
  );
  assert.deepEqual(
    next.map((step) => clock(step.at)),
    ['2027-02-15 10:00'],
  );
});

test('a parent may chair the family’s own meeting; what a chair is asked goes to the social worker then, R53', () => {
  accepted(
    met().answer('2027-02-15', held('cin-meeting-1', '2027-02-15', { chair: 'mum', present: ['sam', 'ed', 'mum'] })),
  );
  const story = inNeed().at('2027-02-01', booked('cin-meeting-1', '2027-02-15', { chair: 'dad' }));
  assert.equal(duty(story.case(), 'confirm/cin-meeting-1').owner, 'sam');
  assert.deepEqual(lines(story.until('2027-02-19'), { duty: 'confirm/cin-meeting-1' }), [
    '2027-02-17 08:00 sam',
    '2027-02-19 08:00 sam',
  ]);
});

test('one person chairs and another takes the notes in Barnsley; in Hull the social worker may do both, R54', () => {
  const both = held('cin-meeting-1', '2027-02-15', { chair: 'sam', minuteTaker: 'sam', present: ['sam', 'hana'] });
  assert.equal(refused(inNeed({ policy: BARNSLEY }).answer('2027-02-15', both)).rule, 'R54');
  accepted(inNeed({ policy: HULL }).answer('2027-02-15', both));
});

test('a meeting is recorded with who chaired and who took the notes, R55, R56', () => {
  for (const field of ['chair', 'minuteTaker'])
    assert.throws(
      () => recorded('2027-02-15', held('cin-meeting-1', '2027-02-15', { [field]: undefined })),
      new RegExp(`${field}: is missing`),
    );
});

test('while the social worker is away her steps go to her cover and the manager, from the first to the last day, R62', () => {
  // The second meeting is due on Monday 29 March: 10 working days before book by, Thursday 25 March, is the 11th, then 18 and 23 March.
  const story = inNeed()
    .at('2027-02-15', held('cin-meeting-1', '2027-02-15'))
    .at('2027-03-01', cover('sam', '2027-03-11', '2027-03-18', 'cara'));
  assert.deepEqual(lines(story.until('2027-03-23'), { duty: 'hold/cin-meeting-2' }), [
    '2027-03-11 08:00 cara tess',
    '2027-03-18 08:00 cara tess',
    '2027-03-23 08:00 sam tess',
  ]);
});

test('a case moved to another worker tells her and her manager its open duties the same day, and they are hers from then on, R62', () => {
  const story = inNeed()
    .at('2027-02-15', held('cin-meeting-1', '2027-02-15'))
    .at('2027-02-16', booked('cin-review-1', '2027-03-31', { consultationDocuments: true }))
    .at('2027-02-17', agreed('bedtimes', { due: '2027-03-08', owner: 'hana' }))
    .at('2027-03-01', other('case-reallocated', { to: 'cara', team: 'north' }));
  const c = story.case();
  assert.equal(c.team, 'north');
  assert.deepEqual(
    notices(story.until('2027-03-01'), { kind: 'information' })
      .filter((step) => step.rules.includes('R62'))
      .map((step) => `${clock(step.at)} ${step.to}`),
    ['2027-03-01 10:00 cara', '2027-03-01 10:00 tess'],
  );
  for (const key of ['hold/cin-meeting-2', 'papers/cin-review-1']) assert.equal(duty(c, key).owner, 'cara', key);
  assert.equal(duty(c, 'action/bedtimes').owner, 'hana', 'what somebody took on stays theirs');
  assert.equal(notices(story.until('2027-06-30'), { to: 'sam' }).filter((step) => step.at > '2027-03-02').length, 0);
});

test('closing duties of a case that has moved are the new worker’s, R62', () => {
  const story = inNeed()
    .at('2027-05-03', other('closure-approved', { by: 'tess', after: 'supervision' }))
    .at('2027-05-04', other('case-closed', {}))
    .at('2027-05-05', other('case-reallocated', { to: 'cara' }));
  assert.equal(duty(story.case(), 'letter/closure').owner, 'cara');
  assert.deepEqual(lines(story.until('2027-05-11'), { duty: 'letter/closure' }), [
    '2027-05-04 10:00 sam',
    '2027-05-11 08:00 cara tess',
  ]);
});

test('what the former social worker took on herself goes with the case, R62', () => {
  const story = inNeed()
    .at('2027-02-17', agreed('referral-form', { due: '2027-03-08', owner: 'sam' }))
    .at('2027-03-01T11:00', other('case-reallocated', { to: 'cara' }));
  assert.deepEqual(lines(story.until('2027-03-15'), { duty: 'action/referral-form' }), [
    '2027-03-01 08:00 sam',
    '2027-03-08 08:00 cara',
    '2027-03-09 08:00 cara',
    '2027-03-15 08:00 cara',
  ]);
});

test('an open action of the former social worker is shown as owed by the new one; others keep theirs, R62', () => {
  const c = inNeed()
    .at('2027-02-17', agreed('referral-form', { due: '2027-03-08', owner: 'sam' }))
    .at('2027-02-17T11:00', agreed('school-visit', { due: '2027-03-08', owner: 'ed' }))
    .at('2027-03-01T11:00', other('case-reallocated', { to: 'cara' }))
    .case();
  assert.deepEqual([duty(c, 'action/referral-form').owner, duty(c, 'action/school-visit').owner], ['cara', 'ed']);
});

test('a case goes to a social worker only, R62', () => {
  assert.match(
    refused(inNeed().answer('2027-03-01', other('case-reallocated', { to: 'hana' }))).message,
    /"hana" is not a social worker/,
  );
});

test('nobody of the family is e-mailed where that is not recorded as safe, nor ever chased, R38, R61', () => {
  const story = inNeed({}, { members: ['hana', 'ed', 'mum', 'dad', 'kit'] })
    .at('2027-02-01', booked('cin-meeting-1', '2027-02-15'))
    .at('2027-02-01T11:00', agreed('school-run', { owner: 'dad', due: '2027-02-08' }))
    .at('2027-02-10', cancelled('cin-meeting-1'));
  const all = story.until('2027-04-30').steps;
  assert.deepEqual(
    all.filter((step) => ['mum', KIT.id].includes(step.to)),
    [],
  );
  assert.deepEqual([...new Set(all.filter((step) => step.to === 'dad').map((step) => step.kind))].sort(), [
    'cancellation',
    'invitation',
    'reminder',
  ]);
  assert.equal(
    all.some((step) => step.to === 'dad' && step.duty === 'action/school-run'),
    false,
    'the social worker hears of it',
  );
});

test('a parent whose e-mail becomes safe is invited from then on, R38', () => {
  const mum = { id: 'mum', name: 'Mum', role: 'mother', email: 'mum@home.test', contact: 'email' };
  const story = met()
    .at('2027-02-03', joined(mum))
    .at('2027-02-15', held('cin-meeting-1', '2027-02-15', { next: place('2027-03-22') }));
  assert.equal(notices(story.until('2027-02-15'), { to: 'mum', kind: 'invitation' }).at(-1)?.meeting, 'cin-meeting-2');
  assert.equal(owes(story.case()).includes('tell/cin-meeting-2'), false);
});

test('minutes that somebody who left had to write are asked of the social worker, R37', () => {
  const story = inNeed().at('2027-02-15', held('cin-meeting-1', '2027-02-15')).at('2027-02-16', left('ed'));
  assert.deepEqual(lines(story.until('2027-02-23'), { duty: 'minutes/cin-meeting-1' }), [
    '2027-02-19 08:00 sam',
    '2027-02-22 08:00 sam',
    '2027-02-23 08:00 sam',
  ]);
  accepted(story.answer('2027-02-24', minutes('cin-meeting-1', '2027-02-24')));
});

test('who had left before the conference that names them was typed in is not written to, R37', () => {
  const story = underPlanTypedInLate();
  assert.deepEqual(notices(story.until('2027-02-28'), { to: 'dad' }), []);
});

test('a second departure with an earlier day does not make the first unknown: nothing is sent for the days between, R37', () => {
  const before = inNeed()
    .at('2027-02-01', left('hana'))
    .at('2027-02-02', booked('cin-meeting-1', '2027-02-15'))
    .at('2027-02-15T12:00', held('cin-meeting-1', '2027-02-15'));
  const c = before.at('2027-03-01', left('hana', { on: '2027-01-29' })).case();
  const hana = c.memberships.find(({ person }) => person === 'hana');
  assert.deepEqual([hana?.until, hana?.untilKnown?.slice(0, 10)], ['2027-01-29', '2027-02-01']);
  assert.deepEqual(notices(before.until('2027-03-31'), { to: 'hana', kind: 'reminder' }), []);
});

test('a manager who leaves the group stays the manager, and hears of what is late, R14, R37', () => {
  const story = met()
    .at('2027-02-03', joined('tess'))
    .at('2027-02-04', left('tess'))
    .at('2027-02-15', held('cin-meeting-1', '2027-02-15'));
  assert.deepEqual(lines(story.until('2027-03-01'), { duty: 'minutes/cin-meeting-1', kind: 'escalation' }), [
    '2027-02-26 08:00 ed sam tess',
    '2027-03-01 08:00 ed tess',
  ]);
});

test('a member added to the day of a meeting opens the passing on again, from when that is known, R37, R60', () => {
  const done = met()
    .at('2027-02-15T12:00', held('cin-meeting-1', '2027-02-15'))
    .at('2027-02-16', minutes('cin-meeting-1', '2027-02-16'))
    .at('2027-02-16T11:00', distributed('cin-meeting-1', 'hana', 'mum', 'dad'));
  assert.equal(owes(done.case()).includes('distribute/cin-meeting-1'), false);
  const again = done.at('2027-03-15', joined('cara', { on: '2027-02-10' }));
  assert.equal(owes(again.case()).includes('distribute/cin-meeting-1'), true);
  assert.deepEqual(lines(again.until('2027-03-16'), { duty: 'distribute/cin-meeting-1' }), [
    '2027-03-16 08:00 sam', // of the rungs that had passed only the latest, the next morning
  ]);
});

test('minutes passed on late, and late once more to a member typed in since: each is a notice of its own, R37, R60', () => {
  const told = met()
    .at('2027-02-15T12:00', held('cin-meeting-1', '2027-02-15'))
    .at('2027-02-16', minutes('cin-meeting-1', '2027-02-16'))
    .at('2027-03-10', distributed('cin-meeting-1', 'hana', 'mum', 'dad'))
    .at('2027-03-15', joined('cara', { on: '2027-02-10' }))
    .at('2027-03-24', distributed('cin-meeting-1', 'cara'))
    .until('2027-03-31')
    .steps.filter(({ duty: of }) => of === 'distribute/cin-meeting-1');
  assert.deepEqual(
    told.filter(({ at }) => at > '2027-03-09').map(({ at, to, rung }) => `${clock(at)} ${to} ${rung}`),
    [
      '2027-03-10 10:00 tess at-once',
      '2027-03-16 08:00 sam owner-first',
      '2027-03-17 08:00 tess 5-after',
      '2027-03-22 08:00 sam weekly',
      '2027-03-22 08:00 tess weekly',
      '2027-03-24 10:00 tess at-once',
    ],
  );
  assert.equal(new Set(told.map(({ key }) => key)).size, told.length);
});

test('minutes that the former social worker had to write are shown as the new one’s, R62', () => {
  const c = inNeed()
    .at('2027-02-15', held('cin-meeting-1', '2027-02-15', { minuteTaker: 'sam' }))
    .at('2027-02-17', other('case-reallocated', { to: 'cara' }))
    .case();
  assert.equal(duty(c, 'minutes/cin-meeting-1').owner, 'cara');
});

test('what changes about somebody is recorded without making them a member: another manager, a corrected address, R37, R38', () => {
  const story = met()
    .at(
      '2027-02-02',
      other('person-updated', {
        person: { id: 'mo', name: 'Mo Manager', role: 'team-manager', email: 'mo@council.test' },
      }),
    )
    .at('2027-02-02T11:00', other('person-updated', { person: { ...PEOPLE[0], manager: 'mo' } }))
    .at('2027-02-15', held('cin-meeting-1', '2027-02-15'));
  assert.equal(
    story.case().memberships.some(({ person }) => person === 'mo'),
    false,
  );
  assert.deepEqual(notices(story.until('2027-02-28'), { to: 'mo', kind: 'invitation' }), []);
  assert.deepEqual(lines(story.until('2027-02-28'), { duty: 'minutes/cin-meeting-1', to: 'mo' }), [
    '2027-02-26 08:00 mo',
  ]);
  const corrected = met().at(
    '2027-02-03',
    other('person-updated', {
      person: { id: 'mum', name: 'Mum', role: 'mother', email: 'mum@home.test', contact: 'email' },
    }),
  );
  assert.equal(lines(corrected.until('2027-02-03'), { to: 'mum', kind: 'invitation' }).length, 1);
});

test('whoever takes the case over is invited to a booked meeting that nobody is named to chair', () => {
  const story = underPlan()
    .at('2027-01-20', booked('review-conference-1', '2027-04-12'))
    .at('2027-01-21', other('case-reallocated', { to: 'cara' }));
  const invited = lines(story.until('2027-01-21'), {
    kind: 'invitation',
    duty: 'attend/review-conference-1',
    to: 'cara',
  });
  assert.deepEqual(invited, ['2027-01-21 10:00 cara']);
});

test('whoever leaves, comes back and leaves again is told each time of a meeting that stays booked', () => {
  const story = underPlan()
    .at('2027-01-20', booked('review-conference-1', '2027-04-12'))
    .at('2027-01-21', left('hana'))
    .at('2027-01-22', joined('hana'))
    .at('2027-01-25', left('hana'));
  const all = notices(story.until('2027-01-25'), { duty: 'attend/review-conference-1', to: 'hana' });
  assert.deepEqual(
    all.map(({ at, kind }) => `${clock(at)} ${kind}`),
    [
      '2027-01-20 10:00 invitation',
      '2027-01-21 10:00 cancellation',
      '2027-01-22 10:00 invitation',
      '2027-01-25 10:00 cancellation',
    ],
  );
  assert.equal(new Set(all.map(({ key }) => key)).size, 4, 'each is a mail of its own');
});

test('each booking asks anew for a representative, once, and for as long as it stands, R47, L14', () => {
  const story = underPlan()
    .at('2027-01-20', booked('core-group-1', '2027-04-30'))
    .at('2027-01-21', other('apologies-received', { meeting: 'core-group-1', person: 'ed' }))
    .at('2027-01-25', other('apologies-received', { meeting: 'core-group-1', person: 'ed' }))
    .at('2027-02-26', moved('core-group-1', '2027-05-14'));
  const all = notices(story.until('2027-03-31'), { duty: 'represent/core-group-1/ed', to: 'ed' });
  assert.deepEqual(
    all.map(({ at, rung }) => `${clock(at)} ${rung}`),
    [
      '2027-01-21 10:00 at-once',
      '2027-01-28 08:00 5-after',
      '2027-02-01 08:00 weekly',
      '2027-02-08 08:00 weekly',
      '2027-02-15 08:00 weekly',
      '2027-02-22 08:00 weekly',
      '2027-02-26 10:00 at-once',
      '2027-03-05 08:00 5-after',
      '2027-03-08 08:00 weekly',
      '2027-03-15 08:00 weekly',
      '2027-03-22 08:00 weekly',
      '2027-03-30 08:00 weekly',
    ],
  );
  assert.equal(new Set(all.map(({ key }) => key)).size, all.length, 'each is a mail of its own');
});

test('who takes a representative back is asked for another as at first, R47', () => {
  const sorry = (instead = {}) => other('apologies-received', { meeting: 'core-group-1', person: 'ed', ...instead });
  const story = underPlan()
    .at('2027-01-20', booked('core-group-1', '2027-03-12'))
    .at('2027-01-21', sorry())
    .at('2027-01-22', sorry({ representative: 'the deputy head' }))
    .at('2027-02-05', sorry());
  const all = notices(story.until('2027-02-12'), { duty: 'represent/core-group-1/ed', to: 'ed' });
  assert.deepEqual(
    all.map(({ at, rung }) => `${clock(at)} ${rung}`),
    ['2027-01-21 10:00 at-once', '2027-02-05 10:00 at-once', '2027-02-12 08:00 5-after'],
  );
  assert.equal(new Set(all.map(({ key }) => key)).size, 3, 'each is a mail of its own');
});

test('apologies for a meeting that is booked only later ask for a representative when it is, R47', () => {
  const story = underPlan()
    .at('2027-01-20', other('apologies-received', { meeting: 'core-group-2', person: 'ed' }))
    .at('2027-01-22', booked('core-group-2', '2027-02-25'));
  assert.deepEqual(lines(story.until('2027-01-22'), { duty: 'represent/core-group-2/ed' }), ['2027-01-22 10:00 ed']);
});
