// Whom a step goes to: cover for somebody away, families, two roles in one person, managers, those who join and leave, and what a manager hears at once.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Person } from '../../domain/case/model.ts';
import { nextStep } from '../../domain/notices/steps.ts';
import { NOTHING_TOLD } from '../../domain/notices/told.ts';
import { inNeed } from './need.ts';
import {
  agreed,
  booked,
  cancelled,
  conference,
  cover,
  FILE,
  held,
  joined,
  kinds,
  left,
  lines,
  minutes,
  moved,
  notices,
  other,
  owes,
  PEOPLE,
  place,
  policyWith,
  story,
  strategy,
  type Told,
  told,
  underPlan,
} from './support.ts';

const next = place('2027-02-24');
/** The people with one of them changed. */
const withPerson = (id: string, more: Partial<Person>) => ({
  ...FILE,
  people: PEOPLE.map((person) => (person.id === id ? { ...person, ...more } : person)),
});
const met = (more: object = {}, file = FILE) =>
  underPlan({ file }).at('2027-01-28T16:00', held('core-group-1', '2027-01-28', { next, ...more }));

/** Nobody books the initial conference: steps on 11, 18, 21 and 26 January, 1 and 8 February; `away` is recorded on the 5th. */
const away = (...covers: Told[]) =>
  covers.reduce((s, one) => s.at('2027-01-05', one), story().at('2027-01-04', strategy('2027-01-04')));

test('from the first day of a cover to the last, what is for the social worker goes to the cover and the manager', () => {
  assert.deepEqual(lines(away(cover('sam', '2027-01-18', '2027-01-21', 'cara')).until('2027-02-01')), [
    '2027-01-11 08:00 sam',
    '2027-01-18 08:00 cara tess', // the first day
    '2027-01-21 08:00 cara tess', // the last day; the manager once, for herself and for Sam
    '2027-01-26 08:00 sam tess',
    '2027-02-01 08:00 sam sue tess',
  ]);
});

test('the days beside a cover are not covered', () => {
  assert.deepEqual(lines(away(cover('sam', '2027-01-19', '2027-01-20', 'cara')).until('2027-01-21')), [
    '2027-01-11 08:00 sam',
    '2027-01-18 08:00 sam',
    '2027-01-21 08:00 sam tess',
  ]);
});

test('a cover arranged when it has begun holds from then on', () => {
  const story = away().at('2027-01-20', cover('sam', '2027-01-18', '2027-01-22', 'cara'));
  assert.deepEqual(lines(story.until('2027-01-21')), [
    '2027-01-11 08:00 sam',
    '2027-01-18 08:00 sam',
    '2027-01-21 08:00 cara tess',
  ]);
});

test('invitations, changes and reminders for somebody away go to the cover and the manager too', () => {
  const story = underPlan()
    .at('2027-01-19', cover('hana', '2027-01-20', '2027-01-25', 'nora'))
    .at('2027-01-20', moved('core-group-1', '2027-02-01'));
  assert.deepEqual(kinds(story.until('2027-02-01'), { duty: 'attend/core-group-1' }).slice(2), [
    '2027-01-20 10:00 change dad ed nora sam tess',
    '2027-01-21 08:00 information helen hilda',
    '2027-01-25 08:00 reminder dad ed nora sam tess',
    '2027-01-29 08:00 reminder dad ed hana sam',
  ]);
});

test('minutes are chased from the cover of a minute-taker who is away, R59', () => {
  const story = met().at('2027-01-29', cover('ed', '2027-02-02', '2027-02-03', 'helen'));
  assert.deepEqual(lines(story.until('2027-02-04'), { duty: 'minutes/core-group-1' }), [
    '2027-02-02 08:00 helen tess',
    '2027-02-03 08:00 helen tess',
    '2027-02-04 08:00 ed sam',
  ]);
});

test('a manager who is both team manager and service manager of the case is told once', () => {
  const file = { ...withPerson('tess', { role: 'service-manager' }), people: [] as Person[] };
  const people = PEOPLE.filter((one) => one.id !== 'sue').map((one) =>
    one.id === 'tess' ? { ...one, role: 'service-manager', manager: undefined } : one,
  );
  const played = story({ file: { ...file, people } })
    .at('2027-01-04', strategy('2027-01-04'))
    .until('2027-02-01');
  assert.equal(lines(played).at(-1), '2027-02-01 08:00 sam tess');
});

test('a step for a service manager where there is none goes to nobody, and the case waits for what is next', () => {
  const policy = policyWith(({ ladders }) => {
    ladders['hold-meeting'].at(-1).to = ['service-manager'];
  });
  const people = PEOPLE.filter((one) => one.id !== 'sue').map((one) =>
    one.id === 'tess' ? { ...one, manager: undefined } : one,
  );
  const alone = story({ policy, file: { ...FILE, people } }).at('2027-01-04', strategy('2027-01-04'));
  assert.equal(nextStep(alone.case(), NOTHING_TOLD)?.at, '2027-01-11T08:00:00Z');
  assert.deepEqual(lines(alone.until('2027-02-10')).slice(-2), [
    '2027-01-26 08:00 sam tess',
    '2027-02-08 08:00 sam tess', // each week the highest manager there is (L14)
  ]);
});

test('the manager is the social worker’s own, not another of that role', () => {
  const theo = { id: 'theo', name: 'Theo Other', role: 'team-manager' };
  const played = story({ file: { ...FILE, people: [theo, ...PEOPLE] } }).at('2027-01-04', strategy('2027-01-04'));
  assert.deepEqual(lines(played.until('2027-01-21')).at(-1), '2027-01-21 08:00 sam tess');
});

test('the social worker who takes the minutes owes them, and gets one notice for both roles, R59', () => {
  const story = met({ minuteTaker: 'sam' });
  assert.deepEqual(lines(story.until('2027-02-09'), { duty: 'minutes/core-group-1' }), [
    '2027-02-02 08:00 sam',
    '2027-02-03 08:00 sam',
    '2027-02-04 08:00 sam',
    '2027-02-09 08:00 sam tess',
  ]);
  const received = story.at('2027-02-02T07:00', minutes('core-group-1', '2027-02-02'));
  assert.deepEqual(lines(received.until('2027-02-08'), { duty: 'minutes/core-group-1' }), []);
});

test('the manager who takes the minutes is chased and escalated to as one person, R59', () => {
  const story = met({ minuteTaker: 'tess', present: ['sam', 'hana', 'tess'] });
  assert.deepEqual(lines(story.until('2027-02-09'), { duty: 'minutes/core-group-1' }), [
    '2027-02-02 08:00 tess',
    '2027-02-03 08:00 tess',
    '2027-02-04 08:00 sam tess',
    '2027-02-09 08:00 sam tess',
  ]);
});

test('a family member is never chased: for minutes, actions and saying a meeting was held the social worker is, R53', () => {
  const byDad = met({ minuteTaker: 'dad', present: ['sam', 'hana', 'dad'] }).at(
    '2027-01-28T17:00',
    agreed('call', { owner: 'mum', due: '2027-02-15' }),
  );
  const played = byDad.until('2027-02-23');
  assert.deepEqual(lines(played, { duty: 'minutes/core-group-1' }).slice(0, 4), [
    '2027-02-02 08:00 sam',
    '2027-02-03 08:00 sam',
    '2027-02-04 08:00 sam',
    '2027-02-09 08:00 sam tess',
  ]);
  assert.deepEqual(lines(played, { duty: 'action/call' }), [
    '2027-02-08 08:00 sam',
    '2027-02-15 08:00 sam',
    '2027-02-16 08:00 sam',
    '2027-02-22 08:00 sam',
  ]);
  const chaired = underPlan().at('2027-01-20', moved('core-group-1', '2027-01-29', { chair: 'dad' }));
  assert.deepEqual(lines(chaired.until('2027-02-02'), { duty: 'confirm/core-group-1' }), ['2027-02-02 08:00 sam']);
  for (const family of ['mum', 'dad'])
    assert.deepEqual(
      [...new Set(notices(chaired.until('2027-06-01'), { to: family }).map((step) => step.duty))].filter(
        (one) => !one?.startsWith('attend/'),
      ),
      [],
    );
});

test('family is e-mailed only where that is recorded as safe; otherwise the social worker owes telling them, R38, R61', () => {
  const contact = (id: string, how: string | undefined) =>
    kinds(underPlan({ file: withPerson(id, { contact: how }) }).until('2027-01-19')).filter(
      (line) => /invitation|reminder/.test(line) && line > '2027-01-18 09',
    );
  const tells = '2027-01-19 08:00 reminder sam';
  assert.deepEqual(contact('dad', 'email'), ['2027-01-18 10:00 invitation dad ed hana sam', tells]);
  assert.deepEqual(contact('dad', undefined), ['2027-01-18 10:00 invitation ed hana sam', tells]);
  assert.deepEqual(contact('dad', 'phone'), ['2027-01-18 10:00 invitation ed hana sam', tells]);
  assert.deepEqual(contact('mum', 'email'), ['2027-01-18 10:00 invitation dad ed hana mum sam']);
  assert.deepEqual(contact('mum', 'email-and-calendar'), ['2027-01-18 10:00 invitation dad ed hana mum sam']);
});

test('family who cannot be e-mailed are told of a cancellation by the social worker as well, R61', () => {
  const story = underPlan().at('2027-01-19', told('core-group-1', 'mum')).at('2027-01-20', cancelled('core-group-1'));
  assert.deepEqual(lines(story.until('2027-01-21'), { duty: 'tell/core-group-1' }), [
    '2027-01-19 08:00 sam',
    '2027-01-21 08:00 sam',
  ]);
});

test('line managers are told once for each booking, only those outside the case, R40', () => {
  const both = withPerson('ed', { manager: 'hilda' }); // Hilda is Hana's and Ed's
  assert.deepEqual(kinds(underPlan({ file: both }).until('2027-01-28'), { kind: 'information' }), [
    '2027-01-19 08:00 information hilda',
  ]);
  const member = underPlan().at('2027-01-18T12:00', joined('helen'));
  assert.deepEqual(kinds(member.until('2027-01-28'), { kind: 'information' }), ['2027-01-19 08:00 information hilda']);
});

test('whoever joins is invited at once to what is booked, and reminded, R37, R38', () => {
  const story = underPlan().at('2027-01-20', joined('nora'));
  assert.deepEqual(kinds(story.until('2027-01-28'), { to: 'nora' }), [
    '2027-01-20 10:00 invitation nora', // the reminder of five working days before, on the 21st, is dropped (L15)
    '2027-01-27 08:00 reminder nora',
  ]);
});

test('whoever leaves has what is booked taken out of the calendar, and hears no more of it, R37', () => {
  const story = underPlan().at('2027-01-20', left('hana'));
  assert.deepEqual(kinds(story.until('2027-01-28'), { to: 'hana' }), [
    '2027-01-18 10:00 invitation hana',
    '2027-01-20 10:00 cancellation hana',
  ]);
});

test('what somebody who left still owed is asked of the social worker, R37', () => {
  const story = underPlan()
    .at('2027-01-28', agreed('visit', { owner: 'hana', due: '2027-02-15' }))
    .at('2027-02-09', left('hana'));
  assert.deepEqual(lines(story.until('2027-02-16'), { duty: 'action/visit' }), [
    '2027-02-08 08:00 hana',
    '2027-02-15 08:00 sam',
    '2027-02-16 08:00 sam',
  ]);
});

test('who joined after a meeting gets no minutes of it, who left after it does, R37, R60', () => {
  const story = met()
    .at('2027-01-29', joined('nora'))
    .at('2027-01-29', left('dad'))
    .at('2027-02-02', minutes('core-group-1', '2027-02-02'));
  const listed = (...people: string[]) =>
    other('minutes-distributed', { meeting: 'core-group-1', to: people.map((person) => ({ person, how: 'post' })) });
  story.at('2027-02-03', listed('hana', 'mum'));
  assert.equal(lines(story.until('2027-02-09'), { duty: 'distribute/core-group-1' }).length, 1);
  story.at('2027-02-03T12:00', listed('dad'));
  assert.equal(lines(story.until('2027-02-09'), { duty: 'distribute/core-group-1' }).length, 0);
});

test('what was done late is told to the manager the moment it is recorded, R14', () => {
  const late = met().at('2027-02-05', minutes('core-group-1', '2027-02-04'));
  assert.deepEqual(kinds(late.until('2027-02-05'), { kind: 'information', duty: 'minutes/core-group-1' }), [
    '2027-02-05 10:00 information tess',
  ]);
  const conferred = story()
    .at('2027-01-04', strategy('2027-01-04'))
    .at(
      '2027-01-26T09:12',
      conference('2027-01-26', { firstCoreGroup: place('2027-02-04'), reason: 'no interpreter' }),
    );
  assert.deepEqual(kinds(conferred.until('2027-01-26'), { kind: 'information', duty: 'hold/initial-conference' }), [
    '2027-01-26 09:12 information tess',
  ]);
});

test('what was done in time and typed in late is not late, R59', () => {
  const typed = met().at('2027-02-05', minutes('core-group-1', '2027-02-02'));
  assert.deepEqual(lines(typed.until('2027-02-05'), { kind: 'information', duty: 'minutes/core-group-1' }), []);
});

test('a departure with a reason is told to the manager’s cover while she is away, R17', () => {
  const plan = conference('2027-01-18', { reason: 'the school could not say yet' });
  const played = away(cover('tess', '2027-01-18', '2027-01-22', 'sue'))
    .at('2027-01-18', plan)
    .until('2027-01-18');
  assert.ok(notices(played, { kind: 'information' }).some((step) => step.to === 'sue' && step.rules.includes('R17')));
});

test('an address that is refused is told to the social worker and the manager at once, R38', () => {
  const story = underPlan().at(
    '2027-01-19T11:11',
    other('address-refused', { by: 'nodrift', person: 'ed', code: '5.1.1' }),
  );
  const told = notices(story.until('2027-01-19'), { kind: 'information' }).filter((step) => step.about === 'ed');
  assert.deepEqual(told.map((step) => step.to).sort(), ['sam', 'tess']);
});

test('when the case goes to another social worker, later steps go to the new one, R62', () => {
  const story = away().at('2027-01-19', other('case-reallocated', { to: 'cara' }));
  assert.deepEqual(lines(story.until('2027-01-26'), { duty: 'hold/initial-conference' }), [
    '2027-01-11 08:00 sam',
    '2027-01-18 08:00 sam',
    '2027-01-21 08:00 cara tess',
    '2027-01-26 08:00 cara tess',
  ]);
});

test('a chair from outside the members is invited to the meeting, R38', () => {
  const story = away().at('2027-01-05', booked('initial-conference', '2027-01-20', { chair: 'chris' }));
  assert.deepEqual(kinds(story.until('2027-01-05'), { kind: 'invitation' }), ['2027-01-05 10:00 invitation chris sam']);
});

test('a chair from outside the members hears of a move as a change, like everybody; another chair is invited, R38', () => {
  const story = away()
    .at('2027-01-05', booked('initial-conference', '2027-01-20', { chair: 'chris' }))
    .at('2027-01-06', moved('initial-conference', '2027-01-21'))
    .at('2027-01-07', moved('initial-conference', '2027-01-22', { chair: 'nora' }));
  assert.deepEqual(kinds(story.until('2027-01-07'), { duty: 'attend/initial-conference' }), [
    '2027-01-05 10:00 invitation chris sam',
    '2027-01-06 10:00 change chris sam',
    '2027-01-07 10:00 change sam',
    '2027-01-07 10:00 invitation nora',
  ]);
});

test('a service manager of the case is not told as a manager’s line manager where staff are asked to be, R40', () => {
  const story = inNeed().at('2027-02-01', booked('cin-review-1', '2027-03-31', { consultationDocuments: true }));
  assert.deepEqual(notices(story.until('2027-02-28'), { to: 'sue', kind: 'information' }), []);
});

for (const role of ['sibling', 'grandmother', 'aunt', 'step-father', 'special-guardian', 'foster-carer', 'neighbour'])
  test(`a ${role} is family: not e-mailed where that is not recorded as safe, R38`, () => {
    const who = { id: 'x', name: 'Somebody', role, email: 'x@home.test' };
    const story = inNeed().at('2027-01-28', joined(who)).at('2027-02-01', booked('cin-meeting-1', '2027-02-15'));
    assert.deepEqual(notices(story.until('2027-02-28'), { to: 'x' }), []);
    assert.equal(owes(story.case()).includes('tell/cin-meeting-1'), true);
  });
