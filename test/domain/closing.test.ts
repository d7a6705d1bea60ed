// Closing a child in need case: the three routes, what each refuses, the letter, who is told, and when the case is over.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  closed,
  closureApproved,
  consultation,
  discussed,
  endorsed,
  inNeed,
  letter,
  notified,
  referral,
  review,
} from './need.ts';
import {
  accepted,
  clock,
  distributed,
  duty,
  held,
  lines,
  minutes,
  notices,
  other,
  owes,
  recorded,
  refused,
  type Story,
  type Told,
} from './support.ts';

/** A plan with one meeting behind it, minutes in and passed on. */
const met = () =>
  inNeed()
    .at('2027-02-15', held('cin-meeting-1', '2027-02-15'))
    .at('2027-02-17', minutes('cin-meeting-1', '2027-02-17'))
    .at('2027-02-17T11:00', distributed('cin-meeting-1', 'hana', 'mum', 'dad'));
const reviewed = (outcome: string, more = {}) =>
  met().at('2027-03-31', review('cin-review-1', '2027-03-31', { outcome, ...more }));
const supervised = () => met().at('2027-05-03', closureApproved({ after: 'supervision' }));
const told = (...people: string[]) => people.map((person) => notified(person));
const all = (story: Story, day: string, events: readonly Told[]): Story =>
  events.reduce((so, event, i) => so.at(`${day}T12:${10 + i}`, event), story);

test('closure endorsed by a review meeting closes the case, R153', () => {
  assert.equal(accepted(reviewed('close').answer('2027-04-01', closed())).closed?.route, 'review');
  const later = reviewed('close').at('2027-04-07', endorsed('cin-review-1'));
  assert.equal(accepted(later.answer('2027-04-08', closed())).closed?.route, 'review');
});

test('a case is not closed because somebody says so: without a route it is refused, R153', () => {
  const refusal = refused(met().answer('2027-05-03', closed({ reason: 'the family is doing well' })));
  assert.equal(refusal.rule, 'R153');
  assert.match(refusal.message, /a review meeting, a meeting and a manager, or a manager after supervision/);
});

test('a review that finds the child still in need does not close the case, R153', () => {
  assert.equal(refused(reviewed('continue').answer('2027-04-01', closed())).rule, 'R153');
});

test('a review by consultation does not endorse closure, R153', () => {
  const consulted = met().at('2027-03-31', consultation('cin-review-1', '2027-03-31', { outcome: 'close' }));
  assert.equal(refused(consulted.answer('2027-04-01', endorsed('cin-review-1'))).rule, 'R153');
  assert.equal(refused(consulted.answer('2027-04-01', closed())).rule, 'R153');
});

test('what a review by consultation recommends is asked of the manager, who approves it after supervision, R155', () => {
  const consulted = met().at('2027-03-31', consultation('cin-review-1', '2027-03-31', { outcome: 'close' }));
  const asked = duty(consulted.case(), 'approve/closure');
  assert.deepEqual([asked.owner, asked.rules], ['tess', ['R155']]);
  const approved = consulted.at('2027-04-01', closureApproved({ after: 'supervision' }));
  assert.equal(accepted(approved.answer('2027-04-02', closed())).closed?.route, 'supervision');
});

test('a review that was not held endorses nothing, R153', () => {
  assert.equal(refused(met().answer('2027-03-31', endorsed('cin-review-1'))).rule, 'R153');
});

test('closure endorsed by a child in need meeting also needs the manager, who is asked at once, R154', () => {
  const half = met().at('2027-05-03', endorsed('cin-meeting-1'));
  assert.equal(refused(half.answer('2027-05-04', closed())).rule, 'R154');
  const asked = duty(half.case(), 'approve/closure');
  assert.deepEqual([asked.owner, asked.rules], ['tess', ['R154']]);
  assert.deepEqual(lines(half.until('2027-05-10'), { duty: 'approve/closure' }), [
    '2027-05-03 10:00 tess',
    '2027-05-05 08:00 tess',
    '2027-05-10 08:00 sue tess',
  ]);
  const whole = half.at('2027-05-04', closureApproved());
  assert.equal(owes(whole.case()).includes('approve/closure'), false);
  assert.equal(accepted(whole.answer('2027-05-04T12:00', closed())).closed?.route, 'meeting-and-manager');
});

test('a meeting that was not held endorses nothing, R154', () => {
  assert.equal(refused(met().answer('2027-05-03', endorsed('cin-meeting-2'))).rule, 'R154');
});

test('only a manager approves closure: a social worker is refused, R154, R155', () => {
  const half = met().at('2027-05-03', endorsed('cin-meeting-1'));
  assert.equal(refused(half.answer('2027-05-04', closureApproved({ by: 'sam' }))).rule, 'R154');
  assert.equal(refused(met().answer('2027-05-04', closureApproved({ by: 'hana', after: 'supervision' }))).rule, 'R155');
});

test('approved by a manager after supervision the case is closed; approved without supervision it is refused, R155', () => {
  assert.equal(accepted(supervised().answer('2027-05-04', closed())).closed?.route, 'supervision');
  const bare = met().at('2027-05-03', closureApproved());
  assert.equal(refused(bare.answer('2027-05-04', closed())).rule, 'R155');
});

test('a case was not closed before its route was complete, R155', () => {
  assert.equal(refused(supervised().answer('2027-05-04', closed({ on: '2027-04-30' }))).rule, 'R155');
  accepted(supervised().answer('2027-05-05', closed({ on: '2027-05-03' })));
});

test('the better routes are known apart from supervision alone, so that its share can be told, R156', () => {
  const routes = [
    reviewed('close'),
    met().at('2027-05-03', endorsed('cin-meeting-1')).at('2027-05-04', closureApproved()),
    supervised(),
    // Endorsed by a review and approved after supervision: the better of both.
    reviewed('close').at('2027-05-03', closureApproved({ after: 'supervision' })),
  ].map((story) => accepted(story.answer('2027-05-04T12:00', closed())).closed?.route);
  assert.deepEqual(routes, ['review', 'meeting-and-manager', 'supervision', 'review']);
});

test('once the route is complete closing is owed, and told to the social worker at once, R142, R153', () => {
  const story = supervised();
  assert.deepEqual(
    [duty(story.case(), 'close/case').owner, duty(story.case(), 'close/case').arises],
    ['sam', '2027-05-03'],
  );
  assert.deepEqual(lines(story.until('2027-05-11'), { duty: 'close/case' }), [
    '2027-05-03 10:00 sam',
    '2027-05-10 08:00 sam tess',
  ]);
});

test('on the third route the social worker owes telling every member, the child and the family, one by one, R157', () => {
  const story = supervised().at('2027-05-04', closed());
  assert.deepEqual(
    [duty(story.case(), 'notify/closure').owner, duty(story.case(), 'notify/closure').rules],
    ['sam', ['R157']],
  );
  const most = all(story, '2027-05-05', told('hana', 'ed', 'mum', 'kit'));
  assert.equal(owes(most.case()).includes('notify/closure'), true);
  const everybody = most.at('2027-05-06', notified('dad')).case();
  assert.equal(owes(everybody).includes('notify/closure'), false);
  assert.equal(duty(everybody, 'notify/closure').done?.on, '2027-05-06');
});

test('notices of closure that do not go out are escalated, though the plan has ended, R157', () => {
  const story = supervised().at('2027-05-04', closed());
  assert.deepEqual(lines(story.until('2027-05-18'), { duty: 'notify/closure' }), [
    '2027-05-04 10:00 sam',
    '2027-05-11 08:00 sam tess',
    '2027-05-17 08:00 sam tess',
  ]);
});

test('on the other routes everybody was there: the letter is owed, notices are not, R157, R158', () => {
  const c = reviewed('close').at('2027-04-01', closed()).case();
  assert.deepEqual(owes(c).sort(), ['letter/closure', 'minutes/cin-review-1']);
});

test('a letter to child and family is owed until it is sent, R158', () => {
  const story = reviewed('close').at('2027-04-01', closed());
  assert.deepEqual(lines(story.until('2027-04-08'), { duty: 'letter/closure' }), [
    '2027-04-01 10:00 sam',
    '2027-04-08 08:00 sam tess',
  ]);
  const sent = story.at('2027-04-09', discussed()).at('2027-04-09T11:00', letter());
  assert.equal(owes(sent.case()).includes('letter/closure'), false);
});

test('a letter that went before the case was closed is the letter, R158', () => {
  const c = reviewed('close')
    .at('2027-04-01', discussed())
    .at('2027-04-01T11:00', letter())
    .at('2027-04-02', closed())
    .case();
  assert.equal(owes(c).includes('letter/closure'), false);
});

test('a closure letter does not come as a surprise: without a discussion before it it is refused, R159', () => {
  const story = supervised().at('2027-05-04', closed());
  assert.equal(refused(story.answer('2027-05-05', letter())).rule, 'R159');
  accepted(story.at('2027-05-05', discussed()).answer('2027-05-05T11:00', letter()));
});

test('a discussion after the letter does not prepare for it, R159', () => {
  const story = supervised().at('2027-05-07', discussed({ on: '2027-05-07' }));
  assert.equal(refused(story.answer('2027-05-10', letter({ on: '2027-05-06' }))).rule, 'R159');
  accepted(story.answer('2027-05-10', letter({ on: '2027-05-07' })));
});

test('a discussion or a letter with nobody is none, R159', () => {
  assert.throws(() => recorded('2027-05-05', discussed({ with: [] })), /with: names nobody/);
  assert.throws(() => recorded('2027-05-05', letter({ to: [] })), /to: names nobody/);
});

const LETTERS: readonly (readonly [says: string, fields: Readonly<Record<string, unknown>>, ok: boolean])[] = [
  ['nothing of the kind', { contactAgain: undefined }, false],
  ['that it says nothing', { contactAgain: false, supportAgencies: false }, false],
  ['an empty list of agencies', { contactAgain: undefined, supportAgencies: [] }, false],
  ['how to contact the service again', { contactAgain: true }, true],
  ['other agencies that can help', { contactAgain: undefined, supportAgencies: ['Family Lives'] }, true],
];
for (const [says, fields, ok] of LETTERS)
  test(`a closure letter with ${says} is ${ok ? 'accepted' : 'refused'}, R160, R161`, () => {
    const story = supervised().at('2027-05-04', discussed());
    if (ok) accepted(story.answer('2027-05-05', letter(fields)));
    else assert.equal(refused(story.answer('2027-05-05', letter(fields))).rule, 'R160');
  });

test('a letter may name other agencies in place of how to come back, R161', () => {
  const c = supervised()
    .at('2027-05-04', discussed())
    .at('2027-05-05', letter({ contactAgain: undefined, supportAgencies: 'the Family Hub in Goldthorpe' }))
    .case();
  assert.equal(c.closure.letter?.on, '2027-05-05');
});

test('needs that universal services can meet are recorded as a step-down with the closing, R162', () => {
  const c = reviewed('close')
    .at('2027-04-01', discussed())
    .at('2027-04-02', closed({ stepDown: 'universal-services' }))
    .case();
  const last = c.events.at(-1)?.event;
  assert.equal(last?.type === 'case-closed' && last.stepDown, 'universal-services');
  assert.deepEqual(c.closure.discussed[0]?.with, ['mum', 'dad', 'hana', 'ed'], 'with family and agencies');
});

test('a step-down is discussed with the agencies and the family: until both are recorded that is owed, R162', () => {
  const close = (...with_: string[]) =>
    supervised()
      .at('2027-05-04', discussed({ with: with_ }))
      .at('2027-05-05', closed({ stepDown: 'universal-services' }));
  const key = 'step-down/universal-services';
  assert.equal(owes(close('mum', 'hana').case()).includes(key), false);
  const familyOnly = close('mum', 'dad', 'sam');
  assert.deepEqual(lines(familyOnly.until('2027-05-12'), { duty: key }), [
    '2027-05-05 10:00 sam',
    '2027-05-12 08:00 sam tess',
  ]);
  assert.equal(owes(familyOnly.at('2027-05-06', discussed({ with: ['ed'] })).case()).includes(key), false);
  assert.equal(
    owes(supervised().at('2027-05-05', closed()).case()).includes(key),
    false,
    'a plain closing asks nothing',
  );
});

test('closing ends meetings, reviews and actions at once; minutes of what was held, letter and notices stay owed, R2, R157, R158', () => {
  const story = supervised().at('2027-05-04', held('cin-meeting-2', '2027-05-04')).at('2027-05-05', closed());
  assert.deepEqual(owes(story.case()).sort(), ['letter/closure', 'minutes/cin-meeting-2', 'notify/closure']);
  const after = notices(story.until('2027-12-31')).filter((step) => step.at > '2027-05-05T12');
  assert.deepEqual([...new Set(after.map((step) => step.duty))].sort(), [
    'letter/closure',
    'minutes/cin-meeting-2',
    'notify/closure',
  ]);
});

test('a case with nothing owed is over 28 days after its closing, at eight, R158', () => {
  const story = reviewed('close')
    .at('2027-04-01', discussed())
    .at('2027-04-01T11:00', minutes('cin-review-1', '2027-04-01'))
    .at('2027-04-01T12:00', distributed('cin-review-1', 'hana', 'ed', 'mum', 'dad'))
    .at('2027-04-02', closed())
    .at('2027-04-02T11:00', letter());
  assert.deepEqual([story.until('2027-04-29').closed, story.until('2027-04-30').closed], [false, true]);
});

test('a case whose letter is still owed is not over, whatever the day, R158', () => {
  const story = reviewed('close')
    .at('2027-04-01', minutes('cin-review-1', '2027-04-01'))
    .at('2027-04-01T12:00', distributed('cin-review-1', 'hana', 'ed', 'mum', 'dad'))
    .at('2027-04-02', closed());
  assert.equal(story.until('2027-09-30').closed, false);
  const sent = story.at('2027-10-01', discussed()).at('2027-10-01T11:00', letter());
  assert.equal(sent.until('2027-10-01').closed, true);
});

test('a case is closed once, R153', () => {
  assert.match(
    refused(reviewed('close').at('2027-04-01', closed()).answer('2027-04-02', closed())).message,
    /was closed on 2027-04-01/,
  );
});

test('closing that a review took back is asked for again when it is endorsed again', () => {
  const told = inNeed()
    .at('2027-02-22', review('cin-review-1', '2027-02-22', { outcome: 'close' }))
    .at('2027-03-22', review('cin-review-2', '2027-03-22', { outcome: 'assess' }))
    .at('2027-03-23', endorsed('cin-review-2'));
  const keys = notices(told.until('2027-04-20'), { duty: 'close/case' }).map(({ key }) => key);
  assert.ok(keys.length > 4);
  assert.equal(new Set(keys).size, keys.length, keys.join('\n'));
});

test('a manager is asked anew to approve closing that a review took back and another meeting endorsed, R154', () => {
  const told = met()
    .at('2027-05-03', endorsed('cin-meeting-1'))
    .at('2027-05-10', review('cin-review-1', '2027-05-10', { reason: 'late' }))
    .at('2027-05-17', held('cin-meeting-2', '2027-05-17'))
    .at('2027-05-18', endorsed('cin-meeting-2'));
  const keys = notices(told.until('2027-05-24'), { duty: 'approve/closure' }).map(({ key }) => key);
  assert.equal(keys.filter((key) => key.includes('|at-once|')).length, 2, keys.join('\n'));
  assert.deepEqual(keys, [...new Set(keys)]);
});

const corrected = (type: string, what: object) => other(type, { by: 'tess', reason: 'typed wrongly', ...what });
const keysOf = (life: Story, of: string) => notices(life.until('2027-07-20'), { duty: of }).map(({ key }) => key);

test('closing that was agreed by a review that never was, and is agreed again later, is asked for again under keys of its own, L1', () => {
  const life = inNeed()
    .at('2027-02-22', review('cin-review-1', '2027-02-22', { outcome: 'close' }), 'first')
    .at('2027-03-02', corrected('event-withdrawn', { withdraws: 'first' }))
    .at('2027-03-05', corrected('event-corrected', { corrects: 'e1', event: referral('2027-01-03') }))
    .at('2027-03-22', review('cin-review-1', '2027-03-22', { outcome: 'close' }));
  const keys = keysOf(life, 'close/case');
  assert.ok(keys.filter((key) => key.includes('|at-once|')).length === 2, keys.join('\n'));
  assert.deepEqual(keys, [...new Set(keys)]);
});

test('a rung that was said at the very moment its duty arose is not said again when a correction moves its day, L1', () => {
  const amended = (on: string) => review('cin-review-1', on, { outcome: 'continue', planAmended: true });
  const life = inNeed()
    .at('2027-06-18T08:00', amended('2027-06-12'), 'review')
    .at('2027-06-21T11:11', corrected('event-corrected', { corrects: 'review', event: amended('2027-06-07') }));
  const keys = keysOf(life, 'circulate/plan/cin-review-1');
  assert.ok(keys.some((key) => key.includes('|5-after|')));
  assert.deepEqual(keys, [...new Set(keys)]);
});

test('a second review that recommends closing puts nothing off: the case is asked for each week, L14, R142', () => {
  const asked = inNeed()
    .at('2027-02-15', held('cin-meeting-1', '2027-02-15'))
    .at('2027-04-01', review('cin-review-1', '2027-04-01', { outcome: 'close' }))
    .at('2027-05-12', review('cin-review-2', '2027-05-12', { outcome: 'close' }));
  assert.equal(duty(asked.case(), 'close/case').arises, '2027-04-01');
  assert.deepEqual(
    notices(asked.until('2027-06-07'), { duty: 'close/case', to: 'sam' })
      .filter(({ at }) => at > '2027-05-01')
      .map(({ at, rung }) => `${clock(at)} ${rung}`),
    ['2027-05-04', '2027-05-10', '2027-05-17', '2027-05-24', '2027-06-01', '2027-06-07'].map(
      (day) => `${day} 08:00 weekly`,
    ),
  );
});
