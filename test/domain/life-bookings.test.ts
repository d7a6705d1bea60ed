// Bookings as they are typed in (L22): fixed at the meeting before, already past, at three in the morning, on a day that becomes a holiday.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rehearse } from '../../client/rehearse.ts';
import { readScenario } from '../../client/scenario.ts';
import { localDate } from '../../domain/time/calendar.ts';
import { inNeed, review } from './need.ts';
import {
  accepted,
  BARNSLEY,
  booked,
  CALENDAR,
  conference,
  duty,
  FILE,
  held,
  joined,
  kinds,
  moved,
  notices,
  other,
  owes,
  PEOPLE,
  place,
  policyWith,
  refused,
  story,
  strategy,
  type Told,
  underPlan,
  withGates,
} from './support.ts';

const rehearsed = (name: string) => rehearse(readScenario(`test/scenarios/life/${name}.yaml`));
const kit = { id: 'kit', name: 'Kit', role: 'child' };
const FAMILY = { ...FILE, people: [...PEOPLE, kit] };
const VENUE = ['comfortable', 'accessible', 'private'];
const rulesOf = (story: ReturnType<typeof underPlan>, at: string, what: Told) =>
  accepted(story.answer(at, what))
    .departures.filter(({ event }) => event === 'next')
    .map(({ rule }) => rule)
    .sort();

test('the first core group fixed at the conference passes the gates of any booking, L22 (D28)', () => {
  const { remarks } = rehearsed('D28-next-skips-booking-gates');
  const atConference = remarks.filter(({ type }) => type === 'conference-held').map(({ rule }) => rule);
  assert.deepEqual(atConference.sort(), ['R13', 'R97']);
});

test('a meeting fixed at the one before passes the same gates as one booked by itself, L22', () => {
  const c = underPlan({ file: FAMILY }).at('2027-01-19', joined('kit'));
  const start = '2027-02-24T10:00';
  const byItself = rulesOf(c, '2027-01-28', booked('core-group-2', start));
  const atTheMeeting = rulesOf(c, '2027-01-28', held('core-group-1', '2027-01-28', { next: place(start) }));
  assert.deepEqual(
    [byItself, atTheMeeting],
    [
      ['R13', 'R97'],
      ['R13', 'R97'],
    ],
  );
  const thought = { considered: [...VENUE, 'outside-school-time'] };
  assert.deepEqual(rulesOf(c, '2027-01-28', held('core-group-1', '2027-01-28', { next: place(start, thought) })), []);
});

test('a child who becomes a member by that very event comes too, L22, R97', () => {
  const before = story({ file: FAMILY }).at('2027-01-04', strategy('2027-01-04'));
  const first = { firstCoreGroup: place('2027-01-28', { considered: VENUE }) };
  assert.deepEqual(rulesOf(before, '2027-01-18', conference('2027-01-18', first)), []);
  assert.deepEqual(rulesOf(before, '2027-01-18', conference('2027-01-18', { ...first, members: ['hana', 'kit'] })), [
    'R97',
  ]);
});

test('a review fixed at the one before is asked for its place and its consultation documents, L22, R122, R124', () => {
  const more = { next: place('2027-09-20T16:00'), outcome: 'continue' };
  const rules = rulesOf(inNeed(), '2027-03-25', review('cin-review-1', '2027-03-25', more));
  for (const rule of ['R122', 'R124']) assert.ok(rules.includes(rule), rule);
  const said = { considered: ['location'], consultationDocuments: true };
  const next = place('2027-09-20T16:00', said);
  const then = rulesOf(inNeed(), '2027-03-25', review('cin-review-1', '2027-03-25', { ...more, next }));
  for (const rule of ['R122', 'R124']) assert.ok(!then.includes(rule), rule);
});

test('an authority that refuses such a booking refuses it there too, and says what to give, L22', () => {
  const c = story({ policy: withGates({ R13: 'refuse' }) })
    .at('2027-01-04', strategy('2027-01-04'))
    .at('2027-01-18', conference('2027-01-18', { firstCoreGroup: place('2027-01-28', { considered: VENUE }) }));
  const { rule, message } = refused(
    c.answer('2027-01-28', held('core-group-1', '2027-01-28', { next: place('2027-02-24') })),
  );
  assert.equal(rule, 'R13');
  assert.match(message, /tick considered: comfortable, accessible, private/);
});

test('a booking that had passed when it was typed in invites nobody, books nothing, and is to be confirmed, L22 (D16)', () => {
  const { remarks, notices, owed } = rehearsed('D16-booking-typed-in-the-past');
  assert.ok(remarks.some(({ rule, message }) => rule === 'L22' && /2025-04-02 10:00, which has passed/.test(message)));
  const then = notices.filter(({ at }) => at > '2025-04-25T10:00');
  assert.deepEqual(
    then.filter(({ kind }) => kind === 'invitation' || kind === 'change'),
    [],
  );
  assert.ok(owed.some(({ duty }) => duty === 'confirm/core-group-1'));
  const chase = then.filter(({ duty }) => duty === 'hold/core-group-1');
  assert.ok(chase.some(({ to, kind }) => to === 'sw' && kind === 'escalation'));
});

test('who is chased for a meeting whose booking had passed when it was typed in reads when it was booked for, L17, L22', () => {
  const typedIn = underPlan()
    .at('2027-01-28', held('core-group-1', '2027-01-28', { reason: 'by telephone' }))
    .at('2027-02-20', booked('core-group-2', '2027-02-18'));
  const chased = notices(typedIn.until('2027-03-15'), { duty: 'hold/core-group-2', kind: 'escalation' });
  const since = chased.filter(({ at }) => at > '2027-02-21');
  assert.ok(since.length > 0);
  for (const { booking, at } of since) assert.equal(booking?.start, '2027-02-18T10:00', at);
});

test('only that it was held ends the chase for a meeting booked in the past, L22', () => {
  const past = underPlan().at('2027-01-28', held('core-group-1', '2027-01-28', { reason: 'by telephone' }));
  const typedIn = past.at('2027-02-20', booked('core-group-2', '2027-02-18'));
  assert.ok(owes(typedIn.case()).includes('confirm/core-group-2'));
  assert.equal(duty(typedIn.case(), 'hold/core-group-2').quiet, undefined);
  const chased = notices(typedIn.until('2027-03-01'), { duty: 'hold/core-group-2', to: 'sam' });
  assert.ok(chased.some(({ at }) => at > '2027-02-20T10:00:00Z'));
  const confirmed = typedIn.at('2027-02-22', held('core-group-2', '2027-02-18', { reason: 'by telephone' }));
  assert.ok(!owes(confirmed.case()).some((key) => key.endsWith('core-group-2') && /hold|confirm/.test(key)));
});

test('a booking moved into the past has lost its date: the chase begins anew, L22', () => {
  const c = underPlan().at('2027-01-22', moved('core-group-1', '2027-01-20'));
  const { quiet, edition } = duty(c.case(), 'hold/core-group-1');
  assert.deepEqual([quiet, edition], [undefined, 'e3']);
});

const AT: readonly (readonly [start: string, warns: string | undefined])[] = [
  ['2027-02-24T07:59', 'at 07:59'],
  ['2027-02-24T08:00', undefined],
  ['2027-02-24T20:00', undefined],
  ['2027-02-24T20:01', 'at 20:01'],
  ['2027-02-20T10:00', 'at a weekend'], // a Saturday
  ['2027-02-21T03:00', 'at 03:00, at a weekend'], // a Sunday
  ['2027-03-26T10:00', 'on a bank holiday'], // Good Friday
];
for (const [start, warns] of AT)
  test(`a booking for ${start.replace('T', ' ')} ${warns ? `warns: ${warns}` : 'is as it should be'}, L22`, () => {
    const { departures } = accepted(
      underPlan().answer('2027-01-28', booked('core-group-2', start, { considered: VENUE })),
    );
    assert.deepEqual(
      departures.filter(({ rule }) => rule === 'L22').map(({ message, level }) => [level, message.split(': ')[0]]),
      warns ? [['warn', `core-group-2 is booked ${warns}`]] : [],
    );
  });

test('the hours are the authority’s figure, and a policy of before has none, L22', () => {
  const policy = policyWith((draft) => {
    draft.hours = { from: '09:00', until: '18:00' };
  });
  const at = (setting: object) =>
    rulesOf(underPlan(setting), '2027-01-28', booked('core-group-2', '2027-02-24T08:30', { considered: VENUE }));
  assert.deepEqual([at({}), at({ policy })], [[], ['L22']]);
  const { hours: _, ...before } = BARNSLEY;
  const night = booked('core-group-2', '2027-02-24T03:00', { considered: VENUE });
  assert.deepEqual(rulesOf(underPlan({ policy: before }), '2027-01-28', night), []);
  assert.throws(
    () =>
      policyWith((draft) => {
        draft.hours = { from: '18:00', until: '09:00' };
      }),
    /hours.until: 09:00 is not after from, 18:00/,
  );
});

test('a booking at three in the morning of a Sunday warns, L22 (D29)', () => {
  const { remarks } = rehearsed('D29-bank-holiday-and-3am');
  assert.ok(remarks.some(({ rule, message }) => rule === 'L22' && /at 03:00, at a weekend/.test(message)));
});

const holidays = (...days: string[]) =>
  other('calendar-changed', {
    by: 'nodrift',
    calendar: { ...CALENDAR, bankHolidays: [...CALENDAR.bankHolidays, ...days.map(localDate)] },
  });

test('a booked day that becomes a bank holiday, and a limit that the calendar moves, are told to the convenor, L22', () => {
  // The first core group is due within ten working days of Monday 18 January: by Monday 1 February, with a holiday by Tuesday the 2nd.
  const played = underPlan().at('2027-01-20', holidays('2027-01-28')).until('2027-01-20');
  const told = notices(played).filter(({ why }) => why === 'calendar');
  assert.deepEqual(
    told.map(({ to, kind, at, text }) => [to, kind, at, text]),
    [
      [
        'sam',
        'information',
        '2027-01-20T10:00:00Z',
        'bank holidays or closure days have changed: core group 1 is due on 2027-02-02, not on 2027-02-01; core-group-1 is booked for 2027-01-28, which is a bank holiday now',
      ],
    ],
  );
});

test('a calendar that changes nothing for the case is told to nobody, L22', () => {
  const played = underPlan().at('2027-01-20', holidays('2028-05-31')).until('2027-01-20');
  assert.deepEqual(
    kinds(played, { kind: 'information' }).filter((line) => line.startsWith('2027-01-20')),
    [],
  );
});
