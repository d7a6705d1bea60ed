// Papers for a meeting (R57, R104): the agenda's opening, what the case fills in, whose turn it is, and that no name of the family is in them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MeetingId } from '../../domain/case/model.ts';
import { sayTheyCome } from '../../domain/case/who-came.ts';
import { jointDates, type Wanted } from '../../domain/documents/joint-dates.ts';
import { makePaper } from '../../domain/documents/make-paper.ts';
import type { Paper, Part } from '../../domain/documents/paper.ts';
import { turns } from '../../domain/documents/turns.ts';
import { duties } from '../../domain/duties/owed.ts';
import { Calendar, localDate } from '../../domain/time/calendar.ts';
import { inNeed, lookedAfter } from './need.ts';
import {
  agreed,
  BARNSLEY,
  booked,
  closedOn,
  conference,
  distributed,
  held,
  minutes,
  moment,
  other,
  place,
  policyWith,
  type Story,
  story,
  strategy,
  underPlan,
} from './support.ts';

const paper = (of: Story, name: string, meeting: string, at = '2027-06-01'): Paper => {
  const c = of.case();
  return makePaper(c, name, meeting as MeetingId, moment(at), duties(c));
};
const partOf = (one: Paper, heading: string): Part =>
  one.parts.find((part) => part.heading === heading) ??
  assert.fail(`no "${heading}" among ${one.parts.map((part) => part.heading).join(', ')}`);

const next = (start: string) => ({ next: place(start) });
/** Two core groups held, the third booked; Hana chaired both, Ed took the notes of both. */
const twice = () =>
  underPlan()
    .at('2027-01-28T13:00', held('core-group-1', '2027-01-28', { ...next('2027-02-24'), scaling: 3 }))
    .at('2027-02-01', minutes('core-group-1', '2027-02-01'))
    .at('2027-02-02', agreed('a1', { owner: 'hana', due: '2027-03-10', activity: 'a visit each week' }))
    .at('2027-02-24T13:00', held('core-group-2', '2027-02-24', { ...next('2027-03-22'), scaling: 5 }));

test('a core group begins with who is here, then whose turn it is, then the danger statements and safety goals, R9, R55, R57', () => {
  const { parts, title } = paper(twice(), 'agenda', 'core-group-3');
  assert.equal(title, 'Agenda: core group 3');
  assert.deepEqual(
    parts.slice(0, 3).map(({ heading }) => heading),
    ['Welcome', 'Whose turn it is', 'Danger statements and safety goals'],
  );
  assert.deepEqual(parts[2]?.rules, ['R9']);
});

test('an agenda asks for progress as the family sees it, and whether more support is needed, R11, R12', () => {
  const one = paper(twice(), 'agenda', 'core-group-3');
  assert.match(partOf(one, 'Progress').lines.join(' '), /family and their network say first/);
  assert.deepEqual(partOf(one, 'Is more support needed?').rules.slice(0, 1), ['R12']);
});

test('an agenda shows the last score, the last minutes and the open actions with who and when, R8, R10', () => {
  const one = paper(twice(), 'agenda', 'core-group-3');
  assert.deepEqual(partOf(one, 'Scaling').lines, [
    'Last time (core group 2, Wed 24 Feb 2027): 5 of 10.',
    'Today, from 0 to 10: ____',
  ]);
  assert.deepEqual(partOf(one, 'Minutes of the last meeting').lines, [
    'Minutes of core group 2, Wed 24 Feb 2027: not recorded as received.',
  ]);
  assert.deepEqual(partOf(one, 'Actions').table?.rows, [
    ['a visit each week', 'Hana Health, health representative', 'Wed 10 Mar 2027', ''],
  ]);
});

test('an agenda goes through every area of the plan, as they were last named, R102', () => {
  const named = inNeed()
    .at('2027-02-01', booked('cin-meeting-1', '2027-02-15'))
    .at('2027-02-15T13:00', held('cin-meeting-1', '2027-02-15', { areas: ['School', 'Home'], ...next('2027-03-15') }));
  assert.deepEqual(
    partOf(paper(named, 'agenda', 'cin-meeting-2'), 'Each area of the plan').table?.rows.map(([area]) => area),
    ['School', 'Home'],
  );
  // Where none was named there is room to write.
  assert.deepEqual(partOf(paper(twice(), 'agenda', 'core-group-3'), 'Each area of the plan').table?.rows[0], [
    '',
    '',
    '',
  ]);
});

const chaired = (meeting: string, on: string, chair: string, then: string) =>
  held(meeting, on, { chair, minuteTaker: 'sam', ...next(then) });

test('whoever did a task least often is asked next, and nobody is asked to do both, R24, R54, R56', () => {
  const { all, chair, minuteTaker } = turns(twice().case(), 'core-group-3' as MeetingId, moment('2027-03-01'));
  assert.deepEqual(all, [
    { person: 'ed', chaired: 0, tookNotes: 2 },
    { person: 'sam', chaired: 0, tookNotes: 0 },
    { person: 'hana', chaired: 2, tookNotes: 0 },
  ]);
  assert.deepEqual([chair, minuteTaker], ['ed', 'hana']);
  // Hana did it last, and less often.
  const often = underPlan()
    .at('2027-01-28T13:00', chaired('core-group-1', '2027-01-28', 'ed', '2027-02-24'))
    .at('2027-02-24T13:00', chaired('core-group-2', '2027-02-24', 'ed', '2027-03-22'))
    .at('2027-03-22T13:00', chaired('core-group-3', '2027-03-22', 'hana', '2027-04-16'));
  assert.deepEqual(
    turns(often.case(), 'core-group-4' as MeetingId, moment('2027-04-01')).all.map(({ person }) => person),
    ['sam', 'hana', 'ed'],
  );
});

test('of two who did it as often, the one who did it longer ago is asked; who sent apologies is not; who is named as chair is, R24', () => {
  const all = underPlan()
    .at('2027-01-28T13:00', chaired('core-group-1', '2027-01-28', 'ed', '2027-02-24'))
    .at('2027-02-24T13:00', chaired('core-group-2', '2027-02-24', 'hana', '2027-03-22'));
  const third = 'core-group-3' as MeetingId;
  assert.deepEqual(
    turns(all.case(), third, moment('2027-03-01')).all.map(({ person }) => person),
    ['sam', 'ed', 'hana'],
  );
  const away = all.at('2027-03-01', other('apologies-received', { meeting: third, person: 'sam', reason: 'ill' }));
  assert.equal(turns(away.case(), third, moment('2027-03-02')).chair, 'ed');
  const named = away.at('2027-03-03', booked(third, '2027-03-23', { chair: 'hana' }));
  assert.deepEqual(turns(named.case(), third, moment('2027-03-04')).chair, 'hana');
});

test('the agenda shows who says that they come: to the meeting as it is booked, and sent no apologies since', () => {
  const meeting = 'core-group-1' as MeetingId;
  const comes = (person: string) => other('acceptance-received', { by: person, meeting, person });
  const said = (c: ReturnType<typeof underPlan>, at: string) => [
    ...sayTheyCome(c.case(), c.case().meetings[meeting]!, moment(at)),
  ];
  const both = underPlan().at('2027-01-19', comes('ed')).at('2027-01-20', comes('hana'));
  assert.deepEqual(said(both, '2027-01-19T12:00'), ['ed']);
  assert.deepEqual(said(both, '2027-01-21'), ['ed', 'hana']);
  assert.match(JSON.stringify(paper(both, 'agenda', meeting)), /says that they come/);
  const ill = both.at('2027-01-21', other('apologies-received', { by: 'ed', meeting, person: 'ed', reason: 'ill' }));
  assert.deepEqual(said(ill, '2027-01-22'), ['hana']);
  const moved = ill.at('2027-01-22', { ...booked(meeting, '2027-01-29'), type: 'meeting-moved' });
  assert.deepEqual(said(moved, '2027-01-23'), []);
  assert.deepEqual(said(moved.at('2027-01-23', comes('hana')), '2027-01-24'), ['hana']);
});

test('the family is never in the list of turns, and stands in a paper by role alone, R53', () => {
  for (const name of ['agenda', 'working-record']) {
    const text = JSON.stringify(paper(twice(), name, 'core-group-3'));
    assert.doesNotMatch(text, /\bMum\b|\bDad\b|@|Family Centre/);
    assert.match(text, /the parent/);
  }
});

test('the working record of a meeting that was held says who came, what was scored and who has the minutes, R104', () => {
  const one = paper(
    twice()
      .at('2027-03-01', minutes('core-group-2', '2027-03-01'))
      .at('2027-03-02', distributed('core-group-2', 'hana')),
    'working-record',
    'core-group-2',
  );
  assert.deepEqual(Object.fromEntries(one.facts), {
    Case: 'T-1',
    Date: 'Wed 24 Feb 2027',
    Place: 'as in your invitation',
    Chair: 'Hana Health, health representative',
    'Minute-taker': 'Ed Teacher, education representative',
  });
  assert.deepEqual(partOf(one, 'Who was there').table?.rows.slice(0, 2), [
    ['Sam Worker, social worker', 'in person'],
    ['Hana Health, health representative', 'in person'],
  ]);
  assert.deepEqual(partOf(one, 'Scaling').lines, [
    'Last time (core group 1, Thu 28 Jan 2027): 3 of 10.',
    'At this meeting: 5 of 10.',
  ]);
  assert.deepEqual(partOf(one, 'Next meeting').lines, ['core group 3: Mon 22 Mar 2027 10:00.']);
  const passedOn = partOf(one, 'Passed on to').table?.rows ?? [];
  assert.deepEqual(
    passedOn.find(([who]) => who?.startsWith('Hana')),
    ['Hana Health, health representative', 'Tue 2 Mar 2027', ''],
  );
});

test('the cover of a review lists its papers, the meetings since the last one with their limits, and who came, R106, R140', () => {
  const one = paper(
    twice().at('2027-03-01', booked('review-conference-1', '2027-04-12', { chair: 'chris' })),
    'review-cover',
    'review-conference-1',
  );
  assert.deepEqual(partOf(one, 'Papers').lines, ['Asked for by Mon 5 Apr 2027.', 'None has been recorded.']);
  assert.deepEqual(partOf(one, 'Meetings so far').table?.rows, [
    ['core group 1', 'Thu 28 Jan 2027', 'Mon 1 Feb 2027', 'Mon 1 Feb 2027', '3'],
    ['core group 2', 'Wed 24 Feb 2027', 'Thu 25 Feb 2027', 'not recorded', '5'],
  ]);
  assert.deepEqual(partOf(one, 'Who came').table?.columns, ['Who', 'Thu 28 Jan 2027', 'Wed 24 Feb 2027']);
});

test('a looked after review asks what child and family say, and has a cover but no working record', () => {
  const review = lookedAfter().at('2027-01-11', booked('lac-review-1', '2027-01-29'));
  assert.deepEqual(partOf(paper(review, 'agenda', 'lac-review-1'), 'What the child and the family say').rules, [
    'R107',
    'R134',
  ]);
  assert.equal(paper(review, 'review-cover', 'lac-review-1').title, 'Papers for the review: looked after review 1');
  assert.throws(
    () => paper(review, 'working-record', 'lac-review-1'),
    /lac-review-1 has no working record: reviews are recorded in their minutes/,
  );
});

test('what there is none of is said in one line, with what there is', () => {
  assert.throws(
    () => paper(twice(), 'letter', 'core-group-1'),
    /there is no paper "letter"; there is agenda, working-record, review-cover/,
  );
  assert.throws(
    () => paper(twice(), 'agenda', 'core-group-9'),
    /this case has no core-group-9; it has core-group-1, core-group-2, core-group-3/,
  );
  assert.throws(() => paper(twice(), 'agenda', 'constructor'), /this case has no constructor/);
  assert.throws(() => paper(twice(), 'review-cover', 'core-group-1'), /core-group-1 is no review/);
});

test('an authority words its own agenda, and links to its own template, R77', () => {
  const policy = policyWith((draft) => {
    draft.documents = {
      agenda: [{ heading: 'Safety first', rules: ['R9'], lines: ['Read out the statements.'] }],
      links: [{ label: 'The partnership’s template', url: 'https://partnership.example/template' }],
    };
  });
  const own = story({ policy })
    .at('2027-01-04', strategy('2027-01-04'))
    .at('2027-01-18', conference('2027-01-18', { firstCoreGroup: place('2027-01-28') }));
  const { parts, links } = paper(own, 'agenda', 'core-group-1');
  assert.deepEqual(
    parts.map(({ heading }) => heading),
    ['Safety first'],
  );
  assert.deepEqual(
    links.map(({ url }) => url),
    ['https://partnership.example/template'],
  );
  assert.throws(
    () => policyWith((draft) => (draft.documents.links = [{ label: 'x', url: 'javascript:alert(1)' }])),
    /documents\.links\.0\.url: must be an address that begins with https:\/\//,
  );
});

test('a policy carried since before there were templates has its checklist for an agenda', () => {
  const { documents: _documents, ...carried } = BARNSLEY;
  const old = story({ policy: carried })
    .at('2027-01-04', strategy('2027-01-04'))
    .at('2027-01-18', conference('2027-01-18', { firstCoreGroup: place('2027-01-28') }));
  assert.ok(paper(old, 'agenda', 'core-group-1').parts.some(({ heading }) => /danger statements/.test(heading)));
});

const CLOSED = new Calendar(closedOn('2027-03-05'));
const dates = (wanted: readonly Wanted[]) => jointDates(wanted, localDate('2027-03-01'), CLOSED);
const by = (bookBy: string | null, booked?: string): Wanted => ({
  bookBy: bookBy === null ? null : localDate(bookBy),
  booked: booked === undefined ? undefined : localDate(booked),
});

test('siblings’ meetings fit together on days within the limit of each, with a working week to ask people where there is one', () => {
  // Tuesday 2, Wednesday 3, Thursday 4, then Monday 8 March: Friday 5 the offices are closed.
  assert.deepEqual(dates([by('2027-03-12'), by('2027-03-30')]), [
    '2027-03-10',
    '2027-03-11',
    '2027-03-12',
    '2027-03-09',
    '2027-03-08',
  ]);
  assert.deepEqual(dates([by('2027-03-04'), by(null)]), ['2027-03-04', '2027-03-03', '2027-03-02']);
});

test('a day that one of the siblings’ meetings is booked for is proposed first, if the others’ limits allow it', () => {
  assert.equal(dates([by('2027-03-30', '2027-03-09'), by('2027-03-12')])[0], '2027-03-09');
  assert.equal(dates([by('2027-03-30', '2027-03-29'), by('2027-03-12')])[0], '2027-03-10');
});

test('no day is proposed where a limit has passed, nothing sets one, or there is one child', () => {
  assert.deepEqual(dates([by('2027-02-26'), by('2027-03-12')]), []);
  assert.deepEqual(dates([by(null), by(null)]), []);
  assert.deepEqual(dates([by('2027-03-12')]), []);
});
