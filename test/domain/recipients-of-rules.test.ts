// Rules about who does and who gets what, that follow from more than one part: each a sentence with its rule.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accept } from '../../domain/accept/accept.ts';
import { asks } from '../../domain/accept/checklists.ts';
import { assessedNeed, inNeed, proposed, review } from './need.ts';
import {
  booked,
  conference,
  distributed,
  duty,
  held,
  lines,
  minutes,
  owes,
  place,
  recorded,
  refused,
  story,
  strategy,
  underPlan,
} from './support.ts';

const asked = (
  at: string,
  what: Parameters<typeof recorded>[1],
  of = story().at('2027-01-04', strategy('2027-01-04')),
) => asks(of.case(), recorded(at, what).event).map(({ item }) => item);

test('the conference is asked whether the outline plan was agreed, until it is confirmed, R15', () => {
  assert.ok(asked('2027-01-20', conference('2027-01-20')).includes('outline-plan'), 'asked');
  const confirmed = conference('2027-01-20', { confirmed: ['outline-plan'] });
  assert.ok(!asked('2027-01-20', confirmed).includes('outline-plan'), 'answered');
});

test('a proposed plan is asked whether the assessing social worker wrote its outline from the assessment, R26', () => {
  assert.ok(asked('2027-01-26', proposed(), assessedNeed()).includes('outline-plan-written'), 'asked');
  const confirmed = proposed({ confirmed: ['outline-plan-written'] });
  assert.ok(!asked('2027-01-26', confirmed, assessedNeed()).includes('outline-plan-written'), 'answered');
});

test('the social worker is a member without being named, and is invited, R33', () => {
  const played = underPlan().at('2027-02-01', booked('core-group-2', '2027-02-15')).until('2027-02-02');
  const invited = lines(played, { duty: 'attend/core-group-2', kind: 'invitation' });
  assert.match(invited.join(), /sam/);
});

test('the social worker, who leads, is asked to every meeting of the plan without being named, R62', () => {
  for (const [begun, meeting] of [
    [underPlan(), 'core-group-2'],
    [underPlan(), 'review-conference-1'],
    [inNeed(), 'cin-meeting-1'],
    [inNeed(), 'cin-review-1'],
  ] as const) {
    const played = begun.at('2027-02-01', booked(meeting, '2027-03-15')).until('2027-02-02');
    const invited = lines(played, { duty: `attend/${meeting}`, kind: 'invitation' });
    assert.match(invited.join(), /sam/, meeting);
  }
});

test('there is one set of minutes: a second is refused, R65', () => {
  const c = underPlan()
    .at('2027-01-28', held('core-group-1', '2027-01-28', { next: place('2027-02-24') }))
    .at('2027-02-01', minutes('core-group-1', '2027-02-01'))
    .case();
  const answer = refused(accept(c, recorded('2027-02-02', minutes('core-group-1', '2027-02-02'))));
  assert.equal(answer.rule, 'R65');
});

test('the social worker convenes: whoever has to book a meeting is reminded, and nobody else, R91', () => {
  const played = inNeed().at('2027-02-10', held('cin-meeting-1', '2027-02-10')).until('2027-03-18');
  const reminders = lines(played, { duty: 'hold/cin-meeting-2', kind: 'reminder' });
  assert.ok(reminders.length > 0, 'reminded');
  for (const line of reminders) assert.match(line, /sam/);
});

test('a plan may set its meetings closer than the policy, to work together and monitor actions, R99', () => {
  const c = inNeed({}, { everyDays: 21 }).at('2027-02-10', held('cin-meeting-1', '2027-02-10')).case();
  assert.equal(duty(c, 'hold/cin-meeting-2').due, '2027-03-03');
});

test('the outcome of a meeting is passed on by the social worker, whoever took the minutes, R103', () => {
  const c = inNeed()
    .at('2027-02-10', held('cin-meeting-1', '2027-02-10'))
    .at('2027-02-12', minutes('cin-meeting-1', '2027-02-12'))
    .case();
  assert.equal(duty(c, 'distribute/cin-meeting-1').owner, 'sam');
});

test('every member is invited to the review, R121', () => {
  const played = inNeed().at('2027-03-01', booked('cin-review-1', '2027-03-31')).until('2027-03-01');
  const invited = lines(played, { duty: 'attend/cin-review-1', kind: 'invitation' }).join();
  for (const member of ['sam', 'hana', 'ed']) assert.match(invited, new RegExp(member));
  assert.ok(owes(played.case).includes('tell/cin-review-1'), 'those without e-mail are told by the social worker');
});

test('the manager, who chairs the review, is invited without being a member, R133', () => {
  const played = inNeed().at('2027-03-01', booked('cin-review-1', '2027-03-31')).until('2027-03-01');
  assert.match(lines(played, { duty: 'attend/cin-review-1', kind: 'invitation' }).join(), /tess/);
});

test('the record of a review is owed by the manager who took it, not by the social worker, R139', () => {
  const c = inNeed().at('2027-03-31', review('cin-review-1', '2027-03-31')).case();
  assert.equal(duty(c, 'minutes/cin-review-1').owner, 'tess');
});

test('the record of a review goes to every member, child and parents among them, R140', () => {
  const told = inNeed()
    .at('2027-03-31', review('cin-review-1', '2027-03-31'))
    .at('2027-04-02', minutes('cin-review-1', '2027-04-02'))
    .at('2027-04-05', distributed('cin-review-1', 'hana', 'ed'));
  assert.equal(duty(told.case(), 'distribute/cin-review-1').done, undefined, 'the parents do not have it yet');
  const given = told.at('2027-04-06', distributed('cin-review-1', 'mum', 'dad')).case();
  assert.equal(duty(given, 'distribute/cin-review-1').done?.on, '2027-04-06');
});

test('where nobody else is named the social worker is taken to chair: they are asked whether it was held, R92', () => {
  const c = inNeed().at('2027-02-01', booked('cin-meeting-1', '2027-02-15')).case();
  assert.equal(duty(c, 'confirm/cin-meeting-1').owner, 'sam');
});
