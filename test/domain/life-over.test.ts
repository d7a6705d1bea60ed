// Life as it is: enquiries that need no conference, and cases that end whatever was planned (L4).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rehearse } from '../../client/rehearse.ts';
import { readScenario } from '../../client/scenario.ts';
import { otherCases } from '../../domain/duties/other-cases.ts';
import { closesAt } from '../../domain/duties/owed.ts';
import { inNeed, lookedAfter } from './need.ts';
import {
  accepted,
  booked,
  clock,
  conference,
  duty,
  held,
  kinds,
  lines,
  notices,
  other,
  owes,
  place,
  refused,
  story,
  strategy,
  type Told,
  underPlan,
} from './support.ts';

const enquiries = (on: string, outcome = 'no-further-action', more = {}): Told =>
  other('enquiries-ended', { by: 'tess', on, outcome, ...more });
const ended = (on: string, why: string, more = {}): Told => other('case-ended', { by: 'tess', on, why, ...more });

const begun = () => story().at('2027-01-04', strategy('2027-01-04'));

test('section 47 enquiries that need no conference end the case, and nobody is chased for one: D06, L4', () => {
  const {
    refused: all,
    owed,
    closed,
    notices: told,
  } = rehearse(readScenario('test/scenarios/life/D06-section-47-without-conference.yaml'));
  assert.deepEqual([all, owed, closed], [[], [], true]);
  assert.deepEqual(
    told.filter(({ at }) => at > '2025-04-10T10:01'),
    [],
  );
});

test('enquiries are ended by a manager, once, and before there was a conference, L4', () => {
  assert.equal(refused(begun().answer('2027-01-11', enquiries('2027-01-11', undefined, { by: 'sam' }))).rule, 'R114');
  const over = begun().at('2027-01-11', enquiries('2027-01-11'));
  assert.equal(over.case().enquiriesEnded?.outcome, 'no-further-action');
  assert.match(refused(over.answer('2027-01-12', enquiries('2027-01-12'))).message, /ended on 2027-01-11 already/);
  assert.match(refused(over.answer('2027-01-18', conference('2027-01-18'))).message, /without a conference/);
  assert.match(refused(underPlan().answer('2027-02-01', enquiries('2027-02-01'))).message, /followed them/);
  assert.match(refused(inNeed().answer('2027-02-01', enquiries('2027-02-01'))).message, /began already/);
});

test('enquiries that find a child in need open that case, which is asked for a plan, L4', () => {
  const c = begun().at('2027-01-11', enquiries('2027-01-11', 'child-in-need')).case();
  const [opens] = otherCases(c);
  assert.deepEqual([opens?.ref, opens?.event.event.type], ['T-1-CIN', 'enquiries-ended']);
  const file = { ...story().empty().file, ref: 'T-1-CIN', kind: 'child-in-need' } as const;
  const need = story({ file }).at('2027-01-11', { ...(opens?.event.event as unknown as Told), from: undefined });
  assert.ok(owes(need.case()).includes('propose/plan'));
});

test('a child in need case that led to the enquiries learns that there is no plan, and goes on, L4', () => {
  const from = { kind: 'child-in-need', ref: 'N-1' };
  const c = story()
    .at('2027-01-04', strategy('2027-01-04', { from }))
    .at('2027-01-11', enquiries('2027-01-11', 'child-in-need'))
    .case();
  assert.deepEqual(
    otherCases(c).map(({ how, ref }) => [how, ref]),
    [['reports', 'N-1']],
  );
  const event = otherCases(c)[0]?.event.event;
  assert.equal(event?.type === 'child-protection-decided' && event.outcome, 'no-plan');
});

const met = () =>
  underPlan()
    .at('2027-01-28', held('core-group-1', '2027-01-28', { next: place('2027-02-24') }))
    .at('2027-01-29', booked('review-conference-1', '2027-04-12'));

test('with the end of a case everything lapses but the minutes of meetings held, L4', () => {
  for (const why of ['moved-away', 'eighteen', 'died', 'opened-in-error']) {
    const over = met().at('2027-02-01', ended('2027-02-01', why));
    const transfer = why === 'moved-away' ? ['transfer/case'] : [];
    assert.deepEqual(owes(over.case()).sort(), ['minutes/core-group-1', ...transfer], why);
    const asked = over.until('2027-04-30').steps.filter((step) => clock(step.at) > '2027-02-01 10:00');
    const about = new Set(asked.map((step) => step.duty));
    assert.deepEqual([...about].sort(), ['minutes/core-group-1', ...transfer], why);
  }
});

test('every kind of case ends so, by a manager and once, L4', () => {
  for (const open of [begun(), inNeed(), lookedAfter()]) {
    assert.match(refused(open.answer('2027-02-01', ended('2027-02-01', 'eighteen', { by: 'sam' }))).message, /manager/);
    const over = open.at('2027-02-01', ended('2027-02-01', 'eighteen'));
    assert.deepEqual(owes(over.case()), []);
    assert.equal(clock(closesAt(over.case()) ?? assert.fail()), '2027-03-01 08:00');
    assert.match(refused(over.answer('2027-02-02', ended('2027-02-02', 'died'))).message, /ended on 2027-02-01/);
  }
});

test('a case does not end before its plan was made, save by a death or where it was opened in error, L4', () => {
  for (const [open, day, made] of [
    [underPlan(), '2027-01-10', '2027-01-18'],
    [inNeed(), '2027-01-20', '2027-01-27'],
  ] as const) {
    for (const why of ['moved-away', 'eighteen'])
      assert.equal(
        refused(open.answer('2027-02-01', ended(day, why))).message,
        `case-ended: on: ${day} is before the plan was made, ${made}: give the day the case ended, or correct what made the plan`,
      );
    for (const why of ['died', 'opened-in-error'])
      assert.deepEqual(owes(accepted(open.answer('2027-02-01', ended(day, why)))), []);
  }
});

test('a family that moved away is handed over: the manager is asked, within two working days, L4', () => {
  const away = begun().at('2027-02-01', ended('2027-02-01', 'moved-away', { to: 'Leeds' }));
  assert.deepEqual(
    [duty(away.case(), 'transfer/case').owner, duty(away.case(), 'transfer/case').due],
    ['tess', '2027-02-03'],
  );
  assert.deepEqual(lines(away.until('2027-02-05'), { duty: 'transfer/case' }), [
    '2027-02-02 08:00 tess',
    '2027-02-04 08:00 tess',
  ]);
  assert.equal(closesAt(away.case()), undefined);
  const told = away.at('2027-02-03', other('decision-recorded', { by: 'tess', about: 'transfer/case' }));
  assert.deepEqual(owes(told.case()), []);
});

test('after a death nothing goes to the family, and staff hear of each meeting that it will not be, L4', () => {
  const over = met().at('2027-02-01T12:00', ended('2027-02-01', 'died'));
  const after = over.until('2027-06-30').steps.filter((step) => clock(step.at) >= '2027-02-01 12:00');
  assert.deepEqual(
    after.filter(({ to }) => ['mum', 'dad'].includes(to)),
    [],
  );
  const cancelled = after.filter(({ kind }) => kind === 'cancellation');
  assert.deepEqual(new Set(cancelled.map(({ to }) => to)), new Set(['sam', 'hana', 'ed']));
  assert.ok(cancelled.every(({ why, text }) => why === 'case-ended' && text === undefined));
});

test('what is put right after a death is put right for staff alone, L4', () => {
  const over = met().at('2027-02-01T12:00', ended('2027-02-01', 'died'));
  const right = held('core-group-1', '2027-01-28', { next: place('2027-02-25'), reason: 'another day' });
  const put = over.at(
    '2027-02-02',
    other('event-corrected', { by: 'tess', corrects: 'e3', event: right, reason: 'the day was wrong' }),
  );
  const after = put.until('2027-06-30').steps.filter((step) => clock(step.at) >= '2027-02-01 12:00');
  assert.deepEqual(
    after.filter(({ to }) => ['mum', 'dad'].includes(to)),
    [],
  );
});

test('in any other ending the family hears that its meetings are off, L4', () => {
  const over = met().at('2027-02-01T12:00', ended('2027-02-01', 'moved-away'));
  assert.deepEqual(kinds(over.until('2027-02-01'), { kind: 'cancellation' }), [
    '2027-02-01 12:00 cancellation dad dad ed ed hana hana sam sam',
  ]);
  assert.equal(notices(over.until('2027-02-01'), { kind: 'cancellation' })[0]?.why, 'case-ended');
});
