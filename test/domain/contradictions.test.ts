// What cannot be: contradictions that a case refuses, events and cases that cannot be read. Each names what is wrong.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accept } from '../../domain/accept/accept.ts';
import { meetingId } from '../../domain/case/meeting-id.ts';
import { EventError, parseCaseFile, parseEvent, parseRecorded } from '../../domain/case/read-events.ts';
import {
  accepted,
  actionDone,
  agreed,
  booked,
  cancelled,
  conference,
  cover,
  distributed,
  duty,
  FILE,
  held,
  joined,
  left,
  minutes,
  moved,
  notHeld,
  other,
  PEOPLE,
  place,
  planEnded,
  recorded,
  refused,
  type Story,
  story,
  strategy,
  type Told,
  told,
  underPlan,
} from './support.ts';

const next = place('2027-02-24');
const begun = () => story().at('2027-01-04', strategy('2027-01-04'));
const met = () => underPlan().at('2027-01-28T16:00', held('core-group-1', '2027-01-28', { next }));
const stranger = { id: 'zoe', name: 'Zoe', role: 'health', manager: 'zara' };

/** What cannot be: the case so far, when it is typed in, the event, and what the refusal must name. */
const CONTRADICTIONS: readonly (readonly [what: string, Story, at: string, Told, names: string])[] = [
  [
    'minutes withheld without a reason, R60',
    met().at('2027-01-29', minutes('core-group-1', '2027-01-29')),
    '2027-01-30',
    other('minutes-distributed', { meeting: 'core-group-1', to: [{ person: 'dad', how: 'withheld' }] }),
    'withholding the minutes from "dad"',
  ],
  [
    'a core group by consultation, R147',
    met(),
    '2027-02-24',
    held('core-group-2', '2027-02-24', { mode: 'consultation', consulted: ['hana'], next: place('2027-03-24') }),
    'only a child in need review is held by consultation',
  ],
  [
    'a review conference with the outcome of a review',
    met(),
    '2027-03-24',
    held('review-conference-1', '2027-03-24', { outcome: 'close' }),
    'only continue, end',
  ],
  [
    'a core group that ends the plan',
    met(),
    '2027-02-24',
    held('core-group-2', '2027-02-24', { outcome: 'end', next: place('2027-03-24') }),
    'a core-group cannot have the outcome end',
  ],
  [
    'an action agreed again for a later day, R8',
    met().at('2027-01-29', agreed('visit', { owner: 'hana', due: '2027-02-05' })),
    '2027-02-04',
    agreed('visit', { owner: 'hana', due: '2027-02-12' }),
    '"visit" is due on 2027-02-05',
  ],
  [
    'a case moved to whom it is with',
    met(),
    '2027-02-04',
    other('case-reallocated', { to: 'sam' }),
    'with "sam" already',
  ],
  [
    'a case that begins with something else',
    story(),
    '2027-01-04',
    conference('2027-01-04'),
    'strategy-discussion-held',
  ],
  ['an unknown recorder', begun(), '2027-01-05', strategy('2027-01-05', { by: 'zoe' }), 'zoe'],
  [
    'an unknown member',
    begun(),
    '2027-01-18',
    conference('2027-01-18', { members: ['zoe'], firstCoreGroup: next }),
    'zoe',
  ],
  [
    'an unknown chair of a booking',
    underPlan(),
    '2027-01-19',
    moved('core-group-1', '2027-01-29', { chair: 'zoe' }),
    'zoe',
  ],
  [
    'an unknown chair of the first core group',
    begun(),
    '2027-01-18',
    conference('2027-01-18', { firstCoreGroup: { ...next, chair: 'zoe' } }),
    'zoe',
  ],
  [
    'an unknown chair of the next core group',
    underPlan(),
    '2027-01-28',
    held('core-group-1', '2027-01-28', { next: { ...next, chair: 'zoe' } }),
    'zoe',
  ],
  ['an unknown chair', underPlan(), '2027-01-28', held('core-group-1', '2027-01-28', { next, chair: 'zoe' }), 'zoe'],
  [
    'an unknown minute-taker',
    underPlan(),
    '2027-01-28',
    held('core-group-1', '2027-01-28', { next, minuteTaker: 'zoe' }),
    'zoe',
  ],
  [
    'somebody unknown present',
    underPlan(),
    '2027-01-28',
    held('core-group-1', '2027-01-28', { next, present: ['sam', 'hana', 'ed', 'zoe'] }),
    'zoe',
  ],
  ['minutes passed on to somebody unknown', met(), '2027-02-03', distributed('core-group-1', 'zoe'), 'zoe'],
  ['an unknown family told', underPlan(), '2027-01-19', told('core-group-1', 'zoe'), 'zoe'],
  [
    'apologies of somebody unknown',
    underPlan(),
    '2027-01-19',
    other('apologies-received', { meeting: 'core-group-1', person: 'zoe' }),
    'zoe',
  ],
  [
    'an action of somebody unknown',
    underPlan(),
    '2027-01-19',
    agreed('visit', { owner: 'zoe', due: '2027-02-19' }),
    'zoe',
  ],
  ['somebody unknown joining by name only', underPlan(), '2027-01-19', joined('zoe'), 'zoe'],
  ['somebody joining with an unknown manager', underPlan(), '2027-01-19', joined(stranger), 'zara'],
  ['somebody unknown leaving', underPlan(), '2027-01-19', left('zoe'), 'zoe'],
  ['an unknown cover', underPlan(), '2027-01-19', cover('sam', '2027-01-20', '2027-01-22', 'zoe'), 'zoe'],
  ['a cover for somebody unknown', underPlan(), '2027-01-19', cover('zoe', '2027-01-20', '2027-01-22', 'cara'), 'zoe'],
  ['a case given to somebody unknown', underPlan(), '2027-01-19', other('case-reallocated', { to: 'zoe' }), 'zoe'],
  ['a case given to no social worker', underPlan(), '2027-01-19', other('case-reallocated', { to: 'hana' }), 'hana'],
  [
    'cover by the person who is away',
    underPlan(),
    '2027-01-19',
    cover('sam', '2027-01-20', '2027-01-22', 'sam'),
    'sam',
  ],
  ['cover by a family member', underPlan(), '2027-01-19', cover('sam', '2027-01-20', '2027-01-22', 'dad'), 'dad'],
  [
    'a cover that ends before it begins',
    underPlan(),
    '2027-01-19',
    cover('sam', '2027-01-22', '2027-01-20', 'cara'),
    '2027-01-20',
  ],
  [
    'a conference before the case',
    begun(),
    '2027-01-05',
    conference('2027-01-03', { firstCoreGroup: next }),
    '2027-01-03',
  ],
  [
    'an event recorded before the case',
    begun(),
    '2027-01-03',
    booked('initial-conference', '2027-01-20'),
    '2027-01-03',
  ],
  ['a conference to come', begun(), '2027-01-18', conference('2027-01-19', { firstCoreGroup: next }), '2027-01-19'],
  [
    'a core group tomorrow',
    underPlan(),
    '2027-01-27T23:59',
    held('core-group-1', '2027-01-28', { next }),
    '2027-01-28',
  ],
  ['minutes of tomorrow', met(), '2027-02-01', minutes('core-group-1', '2027-02-02'), '2027-02-02'],
  ['minutes before their meeting', met(), '2027-02-01', minutes('core-group-1', '2027-01-27'), '2027-01-28'],
  ['a plan that ended tomorrow', underPlan(), '2027-02-01', planEnded('2027-02-02'), '2027-02-02'],
  ['a plan that ends before there is one', begun(), '2027-01-05', planEnded('2027-01-05'), 'plan'],
  [
    'a plan that ends twice',
    underPlan().at('2027-02-01', planEnded('2027-02-01')),
    '2027-02-02',
    planEnded('2027-02-02'),
    '2027-02-01',
  ],
  ['a second strategy discussion', begun(), '2027-01-05', strategy('2027-01-05'), '2027-01-04'],
  ['a second conference', underPlan(), '2027-01-19', conference('2027-01-19', { firstCoreGroup: next }), '2027-01-18'],
  ['a core group held twice', met(), '2027-01-29', held('core-group-1', '2027-01-29', { next }), '2027-01-28'],
  ['a core group held and then not', met(), '2027-01-29', notHeld('core-group-1'), '2027-01-28'],
  ['a core group held and then moved', met(), '2027-01-29', moved('core-group-1', '2027-02-05'), '2027-01-28'],
  ['a core group held and then cancelled', met(), '2027-01-29', cancelled('core-group-1'), 'core-group-1'],
  [
    'a conference held and then booked',
    underPlan(),
    '2027-01-19',
    booked('initial-conference', '2027-01-22'),
    '2027-01-18',
  ],
  [
    'a conference recorded as any meeting',
    begun(),
    '2027-01-18',
    held('initial-conference', '2027-01-18'),
    'conference-held',
  ],
  ['a core group that skips one', met(), '2027-02-24', held('core-group-3', '2027-02-24', { next }), 'core-group-2'],
  ['a booking far ahead of the next', underPlan(), '2027-01-19', booked('core-group-5', '2027-02-24'), 'core-group-5'],
  [
    'a meeting of another kind of plan',
    underPlan(),
    '2027-01-19',
    booked('cin-meeting-1', '2027-02-24'),
    'cin-meeting',
  ],
  [
    'a cancelled meeting that was not booked',
    met(),
    '2027-01-29',
    cancelled('review-conference-1'),
    'review-conference-1',
  ],
  [
    'minutes received twice',
    met().at('2027-02-01', minutes('core-group-1', '2027-02-01')),
    '2027-02-02',
    minutes('core-group-1', '2027-02-02'),
    'R65',
  ],
  [
    'an action done twice',
    underPlan()
      .at('2027-01-19', agreed('visit', { owner: 'ed', due: '2027-02-01' }))
      .at('2027-01-20', actionDone('visit')),
    '2027-01-21',
    actionDone('visit'),
    'visit',
  ],
  [
    'an action done that nobody agreed',
    underPlan()
      .at('2027-01-19', agreed('visit', { owner: 'ed', due: '2027-02-01' }))
      .at('2027-01-19', agreed('school', { owner: 'ed', due: '2027-02-01' })),
    '2027-01-21',
    actionDone('vist'),
    'there is no action "vist"; there are visit, school',
  ],
  [
    'an action done that has the name of a JavaScript word',
    underPlan(),
    '2027-01-21',
    actionDone('constructor'),
    'there is no action "constructor"; there is none',
  ],
  [
    'a core group not held that is not booked',
    met().at('2027-01-29', cancelled('core-group-2')).at('2027-01-29', booked('review-conference-1', '2027-04-12')),
    '2027-02-24',
    notHeld('core-group-2'),
    'core-group-2 is not booked; there is review-conference-1',
  ],
  [
    'a core group not held twice',
    underPlan().at('2027-01-28T16:00', notHeld('core-group-1')),
    '2027-01-29',
    notHeld('core-group-1'),
    'core-group-1 is not booked; there is none',
  ],
  [
    'minutes of a core group that was not held',
    underPlan().at('2027-01-28T16:00', notHeld('core-group-1')),
    '2027-01-29',
    minutes('core-group-1', '2027-01-29'),
    'core-group-1 was not held, so it has no minutes',
  ],
  [
    'minutes of a core group that is still to come',
    underPlan(),
    '2027-01-20',
    minutes('core-group-1', '2027-01-20'),
    'core-group-1 is not recorded as held',
  ],
  [
    'minutes of a core group that was not held, passed on',
    underPlan().at('2027-01-28T16:00', notHeld('core-group-1')),
    '2027-01-29',
    distributed('core-group-1', 'mum'),
    'core-group-1 was not held, so it has no minutes',
  ],
  [
    'minutes of a conference that is still to come',
    begun(),
    '2027-01-18',
    minutes('initial-conference', '2027-01-18'),
    'initial-conference is not recorded as held',
  ],
  ['a day before the century', story(), '2027-01-04', strategy('1999-12-31'), '1999-12-31 is before the year 2000'],
  [
    'a booking that nobody now working will attend',
    underPlan(),
    '2027-01-19',
    booked('core-group-1', '2037-01-20'),
    'start: 2037-01-20T10:00 is more than ten years ahead',
  ],
  [
    'an action due in another age',
    underPlan(),
    '2027-01-19',
    agreed('visit', { owner: 'ed', due: '9999-12-31' }),
    'due: 9999-12-31 is more than ten years ahead',
  ],
  [
    'a cover without end',
    underPlan(),
    '2027-01-19',
    cover('sam', '2027-01-20', '9999-12-31', 'cara'),
    'until: 9999-12-31 is more than ten years ahead',
  ],
  [
    'a first core group in another age',
    begun(),
    '2027-01-18',
    conference('2027-01-18', { firstCoreGroup: place('9999-12-31') }),
    'firstCoreGroup.start: 9999-12-31T10:00 is more than ten years ahead',
  ],
  [
    'a next core group in another age',
    underPlan(),
    '2027-01-28',
    held('core-group-1', '2027-01-28', { next: place('9999-12-31') }),
    'next.start: 9999-12-31T10:00 is more than ten years ahead',
  ],
  [
    'a chair who was not there',
    underPlan(),
    '2027-01-28',
    held('core-group-1', '2027-01-28', { next, present: ['sam', 'ed'] }),
    'hana',
  ],
  [
    'a minute-taker who was not there',
    underPlan(),
    '2027-01-28',
    held('core-group-1', '2027-01-28', { next, present: ['sam', 'hana'] }),
    'ed',
  ],
];

for (const [what, so, at, event, names] of CONTRADICTIONS)
  test(`${what} is refused, and what is wrong is named`, () => {
    const before = so.case();
    const { message } = refused(accept(before, recorded(at, event)));
    assert.ok(message.includes(names), message);
    assert.ok(!message.includes('\n'));
    assert.deepEqual(so.case().events, before.events, 'the case is as it was');
  });

// Found by reading the rules against the code: each is accepted today.
const IMPOSSIBLE_PLACES: readonly (readonly [what: string, Story, at: string, Told, names: string])[] = [
  ['a person with the name of a JavaScript word', underPlan(), '2027-01-19', left('constructor'), 'constructor'],
  [
    'the product itself as a chair',
    underPlan(),
    '2027-01-19',
    moved('core-group-1', '2027-01-29', { chair: 'nodrift' }),
    'nodrift',
  ],
  [
    'the product itself as a member',
    begun(),
    '2027-01-18',
    conference('2027-01-18', { members: ['nodrift'], firstCoreGroup: next }),
    'nodrift',
  ],
  [
    'a meeting booked for a day before the case',
    begun(),
    '2027-01-05',
    booked('initial-conference', '2026-01-20'),
    '2026-01-20',
  ],
  [
    'a next core group before the one just held',
    underPlan(),
    '2027-01-28',
    held('core-group-1', '2027-01-28', { next: place('2027-01-27') }),
    '2027-01-27',
  ],
  [
    'a first core group before the conference',
    begun(),
    '2027-01-18',
    conference('2027-01-18', { firstCoreGroup: place('2027-01-11') }),
    '2027-01-11',
  ],
  [
    'a core group held before the one it follows',
    met(),
    '2027-02-24',
    held('core-group-2', '2027-01-21', { next: place('2027-02-25') }),
    '2027-01-28',
  ],
];
for (const [what, so, at, event, names] of IMPOSSIBLE_PLACES)
  test(`${what} is refused, and what is wrong is named`, () => {
    assert.ok(refused(accept(so.case(), recorded(at, event))).message.includes(names));
  });

test('after a review conference ended the plan, what comes next may still be said, once', () => {
  const ended = underPlan().at('2027-04-12', held('review-conference-1', '2027-04-12', { outcome: 'end' }));
  const said = ended.at('2027-04-13', planEnded('2027-04-12', { next: 'child-in-need' }));
  assert.equal(said.case().planEnded?.on, '2027-04-12');
  refused(said.answer('2027-04-14', planEnded('2027-04-12', { next: 'none' })));
});

const BAD: readonly (readonly [what: string, event: unknown, names: string])[] = [
  ['an unknown event', { type: 'conference-hold', by: 'sam' }, 'conference-held'],
  ['a day that is none', strategy('2026-02-31'), 'on'],
  ['a time that is none', booked('core-group-1', '2027-02-30T10:00'), 'start'],
  ['a missing field', { type: 'meeting-held', by: 'sam', meeting: 'core-group-1' }, 'chair'],
  ['a field too many', strategy('2027-01-04', { when: 'today' }), 'when'],
  ['nobody who recorded it', { type: 'strategy-discussion-held', on: '2027-01-04' }, 'by'],
  ['a meeting nobody knows', booked('coffee-1', '2027-02-03'), 'core-group-1'],
  ['an outcome nobody knows', conference('2027-01-18', { outcome: 'perhaps' }), 'outcome'],
  ['nothing at all', null, 'strategy-discussion-held'],
];
for (const [what, event, names] of BAD)
  test(`${what} cannot be read, and is named`, () => {
    assert.throws(
      () => parseEvent(event),
      (error: Error) => error instanceof EventError && error.message.includes(names) && !error.message.includes('\n'),
    );
  });

test('a moment of recording that is none cannot be read', () => {
  assert.throws(
    () => parseRecorded({ id: 'e1', recordedAt: '2026-02-31T10:00:00Z', event: strategy('2026-02-28') }),
    /recordedAt/,
  );
});

const FILES: readonly (readonly [what: string, file: unknown, names: string])[] = [
  ['a reference with a blank', { ...FILE, ref: 'T 1' }, 'ref'],
  ['a kind nobody knows', { ...FILE, kind: 'adoption' }, 'kind'],
  ['nobody', { ...FILE, people: [] }, 'people'],
  ['somebody twice', { ...FILE, people: [...PEOPLE, PEOPLE[0]] }, 'sam'],
  ['a manager nobody knows', { ...FILE, people: [{ ...PEOPLE[0], manager: 'zara' }] }, 'zara'],
  ['no social worker', { ...FILE, people: PEOPLE.filter((one) => one.role !== 'social-worker') }, 'social-worker'],
];
for (const [what, file, names] of FILES)
  test(`a case with ${what} cannot be opened, and it is named`, () => {
    assert.throws(
      () => parseCaseFile(file),
      (error: Error) => error instanceof EventError && error.message.includes(names),
    );
  });

test('minutes are withheld from somebody with a reason of their own, or the event’s, R60', () => {
  const story = met().at('2027-01-29', minutes('core-group-1', '2027-01-29'));
  const withheld = (to: object, more = {}) =>
    accept(
      story.case(),
      recorded('2027-01-30', other('minutes-distributed', { meeting: 'core-group-1', to: [to], ...more })),
    );
  for (const answer of [
    withheld({ person: 'dad', how: 'withheld', reason: 'an injunction' }),
    withheld({ person: 'dad', how: 'withheld' }, { reason: 'an injunction' }),
  ])
    accepted(answer);
  assert.equal(refused(withheld({ person: 'dad', how: 'withheld' })).rule, 'R60');
});

test('an action agreed again for an earlier day comes forward, R8', () => {
  const c = met()
    .at('2027-01-29', agreed('visit', { owner: 'hana', due: '2027-02-12' }))
    .at('2027-02-01', agreed('visit', { owner: 'hana', due: '2027-02-05' }))
    .case();
  assert.equal(duty(c, 'action/visit').due, '2027-02-05');
});

test('the case may move to another team with its social worker, R62', () => {
  accepted(met().answer('2027-02-04', other('case-reallocated', { to: 'sam', team: 'north' })));
});

test('who a letter or a talk is with may be one person or several, R159', () => {
  const read = (to: unknown) => parseEvent({ type: 'closure-letter-sent', by: 'sam', to, contactAgain: true });
  assert.deepEqual(read('mum'), read(['mum']));
  assert.throws(() => read([]), /names nobody/);
});

test('a meeting that is moved keeps its place, length and chair where none is said', () => {
  const c = underPlan()
    .at('2027-01-19', booked('core-group-1', '2027-01-27', { venue: 'Town hall', minutes: 90, chair: 'hana' }))
    .at('2027-01-20', other('meeting-moved', { meeting: 'core-group-1', start: '2027-01-28T14:00' }))
    .case();
  const { start, venue, minutes, chair } = c.meetings[meetingId('core-group', 1)]?.bookings.at(-1) ?? {};
  assert.deepEqual([start, venue, minutes, chair], ['2027-01-28T14:00', 'Town hall', 90, 'hana']);
});

test('all that is wrong with an event is said at once: the person, the day and the thing, a rule first', () => {
  const wrong = held('core-group-2', '2027-03-30', { chair: 'zoe', next: undefined, present: ['sam', 'hana'] });
  const { rule, message } = refused(met().answer('2027-02-25', wrong));
  assert.equal(rule, 'R46');
  assert.match(message, /^R46: meeting-held: present: the chair, "zoe", is missing; /);
  assert.match(message, /; meeting-held: chair: "zoe" is not a person of this case/);
  assert.match(message, /; meeting-held: on: 2027-03-30 had not come when this was recorded, 2027-02-25$/);
});

test('what follows from one fault is not said as another', () => {
  const { message } = refused(met().answer('2027-02-25', other('case-reallocated', { to: 'zoe' })));
  assert.doesNotMatch(message, /is not a social worker/);
  const strange = refused(
    met().answer('2027-02-25', other('plan-ended', { by: 'zoe', on: '2027-02-25', next: 'none' })),
  );
  assert.doesNotMatch(strange.message, /chair or a manager/);
});
