// The one mail of a morning: its subject, what comes first, what siblings share, what a line says.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MeetingId } from '../../domain/case/model.ts';
import type { CaseIdentity, Notice } from '../../domain/notices/notice.ts';
import type { Instant, LocalDate, LocalDateTime } from '../../domain/time/calendar.ts';
import { digest } from '../../mail/digest.ts';
import { digestMail } from '../../mail/digest-mail.ts';
import type { Payload } from '../../record/schema.ts';
import { BOOKING, identity, NOW, notice, person } from '../support/entries.ts';
import fc from '../support/seeded.ts';

const AMIRA = person('sw', { name: 'Amira Khan', role: 'social-worker' });
const YOURS = { role: 'social-worker', name: 'Amira Khan', you: true };
const NINA = { role: 'health', name: 'Nina Shah', you: false };
const day = (text: string) => text as LocalDate;
const meeting = (text: string) => text as MeetingId;
const booked = (start: string) => ({ ...BOOKING, start: start as LocalDateTime });

/** A notice to the social worker on Thursday 4 March 2027. */
const on = (ref: string, change: Partial<Notice> = {}, of: Partial<CaseIdentity> = {}): Payload => ({
  case: identity({ id: `child-protection/${ref}`, ref, ...of }),
  notice: notice(AMIRA, { key: `${ref}/${change.duty}/${change.rung}`, owes: YOURS, ...change }),
  now: '2027-03-04T06:12:00Z',
});

const minutes = (ref: string, due: string, change: Partial<Notice> = {}) => on(ref, { due: day(due), ...change });
const hold = (ref: string, due: string | null, kind: Notice['kind'] = 'reminder') =>
  on(ref, {
    kind,
    duty: 'hold/core-group-2',
    meeting: meeting('core-group-2'),
    due: due && day(due),
  } as Partial<Notice>);
const attend = (ref: string, start: string) =>
  on(ref, {
    kind: 'reminder',
    duty: 'attend/core-group-4',
    meeting: meeting('core-group-4'),
    due: null,
    booking: booked(start),
  });
const weekly = (ref: string, change: Partial<Notice> = {}) =>
  on(ref, { kind: 'escalation', rung: 'weekly', repeat: 4, due: day('2027-02-01'), ...change });
const told = (ref: string) =>
  on(ref, { kind: 'information', rung: 'late', text: 'done on 2027-03-02, 1 day after its limit' });

const lines = (items: readonly Payload[], options: Parameters<typeof digest>[1] = {}) =>
  digest(items, options).sections.flatMap(({ items: found }) => found);
const refs = (items: readonly Payload[]) => lines(items).map((item) => item.refs);

const SUBJECTS: readonly (readonly [string, readonly Payload[]])[] = [
  ['2 to do, 1 late: minutes of core group 3 (A-1), …', [minutes('A-1', '2027-03-01'), hold('A-2', '2027-03-12')]],
  ['2 to do: core group 2 (A-1), …', [hold('A-1', '2027-03-05'), hold('A-2', '2027-03-12')]],
  // What is outstanding and what is told is counted where nothing is to do.
  ['1 to do, 1 late: minutes of core group 3 (A-1), …', [minutes('A-1', '2027-03-01'), weekly('A-2'), told('A-3')]],
  ['2 still outstanding: minutes of core group 3 (A-1), …', [weekly('A-1'), weekly('A-2'), told('A-3')]],
  ['2 for your information: minutes of core group 3 (A-1), …', [told('A-1'), told('A-2')]],
  ['2 to do: core group 4 on Fri 5 March (A-1), …', [attend('A-1', '2027-03-05T13:30'), hold('A-2', '2027-03-12')]],
];
for (const [said, items] of SUBJECTS)
  test(`a subject says how many and what: ${said}`, () => {
    assert.equal(digest(items).subject, said);
    assert.equal(digest([...items].reverse()).subject, said, 'in whatever order they come');
  });

test('what was asked on several mornings without a round is asked once, as on the last of them; what was told is told each time', () => {
  const before = (one: Payload): Payload => ({
    ...one,
    notice: { ...one.notice, at: '2027-03-03T08:00:00Z' as Instant },
  });
  assert.deepEqual(refs([before(minutes('A-1', '2027-03-01', { rung: '1-after' })), minutes('A-1', '2027-03-01')]), [
    'A-1',
  ]);
  assert.match(
    digest([before(minutes('A-1', '2027-03-01')), minutes('A-1', '2027-03-01'), hold('A-2', '2027-03-12')]).subject,
    /^2 to do/,
  );
  const other = told('A-1');
  const late = {
    ...other,
    notice: { ...other.notice, key: 'another', text: 'done on 2027-03-03, 2 days after its limit' },
  };
  assert.deepEqual(refs([before(told('A-1')), late]), ['A-1', 'A-1']);
});

test('what people call an action stands in a line, and in no subject', () => {
  const items = [on('A-1', { duty: 'action/speak-with-Canary', meeting: null }), hold('A-2', '2027-03-12')];
  const { subject } = digest(items);
  assert.equal(subject, '2 to do, 1 late: a plan action (A-1), …');
  assert.match(lines(items)[0]!.ask, /“speak-with-Canary”/);
});

test('the first line says what to do', () => {
  const lead = (...items: Payload[]) => digest(items).lead;
  assert.equal(
    lead(minutes('A-1', '2027-03-01'), hold('A-2', '2027-03-12')),
    'Please see to these 2 things, the most urgent first.',
  );
  assert.match(lead(minutes('A-1', '2027-03-01'), told('A-2')), /^Please see to the first of these/);
  assert.match(lead(weekly('A-1'), weekly('A-2')), /^Please see what holds these 2 things up/);
  assert.match(lead(told('A-1'), told('A-2')), /^For your information: 2 things .* You do not need to do anything\.$/);
});

test('what is late longest comes first, then escalations and decisions, then what has a day, the soonest first', () => {
  const items = [
    hold('far', '2027-03-20'),
    attend('tomorrow', '2027-03-05T10:00'),
    hold('today', '2027-03-04'),
    hold('up', '2027-03-08', 'escalation'),
    on('decide', { kind: 'decision', duty: 'approve/plan', meeting: null, due: null }),
    minutes('late', '2027-03-03'),
    minutes('later', '2027-02-26', { kind: 'reminder' }),
    on('someday', { kind: 'reminder', duty: 'letter/case', meeting: null, due: null }),
  ];
  const order = ['later', 'late', 'up', 'decide', 'today', 'tomorrow', 'far', 'someday'];
  assert.deepEqual(refs(items), order);
  assert.deepEqual(refs([...items].reverse()), order);
});

test('what is said each week stands under its own heading, each thing with its own line and link', () => {
  const also = [
    { key: 'k', kind: 'escalation', rung: 'weekly', repeat: 3, duty: 'letter/case', meeting: null, due: null },
  ] as const;
  const links = (_: CaseIdentity, { duty }: Notice) => [
    { label: `about ${duty}`, url: `https://n.example/do/${duty}` },
  ];
  const words = digest([weekly('A-1', { also, owes: NINA }), minutes('A-2', '2027-03-01'), told('A-3')], { links });
  assert.deepEqual(
    words.sections.map(({ heading, items }) => [heading, items.length]),
    [
      ['To do', 1],
      ['Still outstanding', 2],
      ['For your information', 1],
    ],
  );
  const [first, second] = words.sections[1]!.items;
  assert.equal(first?.ask, 'Minutes of core group 3 were due on Mon 1 Feb 2027, 31 days late.');
  assert.deepEqual(first?.more, ['It is for Nina Shah (health representative) to do.']);
  assert.equal(second?.ask, 'Closure letter, for 3 weeks now.');
  assert.deepEqual(second?.links, [{ label: 'about letter/case', url: 'https://n.example/do/letter/case' }]);
});

test('siblings whose meetings are due on one day are one line, with a link for each', () => {
  const pass = (ref: string, n: number, change: Partial<Notice> = {}, family: string | null = 'f') =>
    on(
      ref,
      {
        ...{ kind: 'reminder', duty: `distribute/core-group-${n}`, meeting: meeting(`core-group-${n}`) },
        ...{ due: day('2027-03-08'), ...change },
      },
      { family },
    );
  const links = ({ ref }: CaseIdentity) => [{ label: 'Say who has them', url: `https://n.example/do/${ref}` }];
  const [one, ...others] = lines([pass('B-2', 2), pass('B-1', 1)], { links });
  assert.deepEqual(others, []);
  assert.equal(one?.refs, 'B-1 and B-2');
  assert.equal(one?.ask, 'Please pass the minutes of the core group on to every member and the family.');
  assert.deepEqual(one?.links.map(({ label }) => label).sort(), ['Say who has them (B-1)', 'Say who has them (B-2)']);
  assert.match(lines([pass('B-1', 3), pass('B-2', 3)])[0]!.ask, /minutes of core group 3 on to/);
  for (const [why, other] of [
    ['another day', pass('B-2', 2, { due: day('2027-03-09') })],
    ['another family', pass('B-2', 2, {}, 'g')],
    [
      'another kind of meeting',
      pass('B-2', 2, { duty: 'distribute/cin-meeting-2', meeting: meeting('cin-meeting-2') }),
    ],
    ['no family', pass('B-2', 1, {}, null)],
    ['somebody else’s to do', pass('B-2', 1, { owes: NINA })],
  ] as const)
    assert.equal(lines([pass('B-1', 1), other]).length, 2, why);
});

test('siblings’ meetings at one time and place are one line; two on one day are two', () => {
  const of = (ref: string, start: string): Payload => {
    const one = attend(ref, start);
    return { ...one, case: { ...one.case, family: 'f' } };
  };
  assert.deepEqual(refs([of('B-1', '2027-03-05T10:00'), of('B-2', '2027-03-05T10:00')]), ['B-1 and B-2']);
  assert.deepEqual(refs([of('B-1', '2027-03-05T10:00'), of('B-2', '2027-03-05T11:30')]), ['B-1', 'B-2']);
});

test('a line says case, what is asked, the day, how late it is, and has one link', () => {
  const links = () => [
    { label: 'Say that the minutes came', url: 'https://n.example/do/1' },
    { label: 'Not mine', url: 'https://n.example/do/2' },
  ];
  const items = [minutes('A-1', '2027-03-01', { owes: NINA }), hold('A-2', '2027-03-04')];
  const { text, html } = digestMail(items, { links });
  assert.match(
    text,
    /^- A-1: Please help Nina Shah \(health representative\) to send the written minutes of core group 3 to you\. Due Mon 1 March, 3 days late\.\n {2}Say that the minutes came: https:\/\/n\.example\/do\/1\n- A-2: Please book core group 2, and hold it in time\. Due today\.$/m,
  );
  assert.match(html, /<strong>A-1<\/strong> Please help Nina Shah/);
  assert.ok(!/\/do\/2/.test(text + html));
  assert.ok(!/do\//.test(digestMail(items).text), 'no pages, no link');
});

test('an escalation says whose it is and who was told; what else of the meeting is asked stays with it', () => {
  const alsoTold = [{ role: 'team-manager', name: 'Tess Moor' }];
  const also: Notice['also'] = [
    {
      ...({ key: 'k', kind: 'chase', rung: '1-after', repeat: 0, duty: 'distribute/core-group-3' } as const),
      ...{ meeting: meeting('core-group-3'), due: day('2027-03-02') },
    },
  ];
  const more = (owes: Notice['owes']) =>
    lines([minutes('A-1', '2027-03-01', { kind: 'escalation', owes, also }), hold('A-2', null)])[0]!.more;
  assert.deepEqual(more({ ...YOURS, alsoTold }), [
    'This is yours to do. Tess Moor (team manager) has been told as well.',
    'Also: passing on the minutes of core group 3 was due on Tue 2 Mar 2027, 2 days late.',
  ]);
  assert.equal(more({ ...NINA, alsoTold })[0], 'Tess Moor (team manager) has been told as well.');
  const askedOn = [day('2027-02-26'), day('2027-03-01')];
  assert.equal(
    more({ ...YOURS, alsoTold, askedOn })[0],
    'This is yours to do. It was asked for on Fri 26 February and Mon 1 March. Tess Moor (team manager) has been told as well.',
  );
  assert.deepEqual(more({ ...NINA, askedOn }).slice(0, 1), ['It was asked for on Fri 26 February and Mon 1 March.']);
});

test('a meeting’s checklist and who is asked to come stand below the lines', () => {
  const one = attend('A-1', '2027-03-05T13:30');
  const expected = [{ role: 'health', name: 'Nina Shah', coming: true }, { role: 'mother' }];
  const asked = { ...one, notice: { ...one.notice, expected, asks: ['Has everybody the plan?'] } };
  assert.deepEqual(digest([asked, hold('A-2', '2027-03-12')]).lists, [
    {
      heading: 'A-1, core group 4 on Fri 5 March: who is asked to come',
      list: ['Nina Shah (health representative): says that they come', 'The parent'],
    },
    { heading: 'A-1, core group 4 on Fri 5 March: what to see to beforehand', list: ['Has everybody the plan?'] },
  ]);
});

test('why it came is one line for the whole mail, with each rule’s page where there are pages', () => {
  const items = [minutes('A-1', '2027-03-01', { rules: ['R102', 'R59'] }), hold('A-2', '2027-03-12')];
  const { because, rules } = digest(items, { pages: 'https://n.example' });
  assert.equal(because, 'You are social worker on these cases. What is asked rests on the local guidance:');
  assert.deepEqual(rules, [
    { id: 'R59', url: 'https://n.example/rules/R59' },
    { id: 'R102', url: 'https://n.example/rules/R102' },
  ]);
  assert.match(digestMail(items).text, /^Why am I getting this\? You are .* guidance: R59, R102$/m);
});

test('a mail of one thing reads like a mail of its own', () => {
  const { subject, text } = digestMail([minutes('A-1', '2027-03-01')]);
  assert.equal(subject, 'A-1: minutes of core group 3 were due on Mon 1 Mar 2027, 3 days late');
  assert.match(text, /^Please write the minutes of core group 3[^\n]*\.\n/);
  assert.match(text, /^Due: Monday 1 March 2027, 3 days late$/m);
  const siblings = ['B-1', 'B-2'].map((ref) => ({
    ...minutes(ref, '2027-03-01'),
    case: identity({ id: ref, ref, family: 'f' }),
  }));
  assert.match(digestMail(siblings).subject, /^B-1 and B-2: minutes of core group 3 were due/);
});

test('a mail that goes a day late counts from the day it goes', () => {
  const items = [minutes('A-1', '2027-03-04', { kind: 'reminder' }), hold('A-2', '2027-03-12')];
  assert.equal(lines(items)[0]!.due, 'Due today');
  const [first] = lines(items, { now: '2027-03-05T09:00:00Z' as Instant });
  assert.deepEqual([first?.due, first?.late], ['Due Thu 4 March', '1 day late']);
});

test('the same notices give the same mail, in whatever order they come; nothing is left out of it', () => {
  const some = fc.uniqueArray(
    fc.constantFrom(
      ...[minutes('A-1', '2027-03-01'), minutes('A-2', '2027-03-01'), hold('A-3', '2027-03-12'), hold('A-4', null)],
      ...[attend('A-5', '2027-03-05T10:00'), weekly('A-6'), weekly('A-7'), told('A-8'), told('A-9')],
    ),
    { minLength: 1 },
  );
  fc.assert(
    fc.property(some, some, (a, b) => {
      const items = [...new Set([...a, ...b])];
      const mail = digestMail(items);
      assert.deepEqual(digestMail([...items].reverse()), mail);
      for (const { case: of } of items) {
        assert.ok(mail.text.includes(of.ref), of.ref);
        assert.ok(mail.html.includes(of.ref), of.ref);
      }
      assert.ok(!/undefined|null|NaN|\[object/.test(mail.text + mail.html), mail.text);
      // A mail of one thing says in its subject what it is.
      if (items.length > 1) assert.ok(mail.subject.length < 80, mail.subject);
    }),
    { numRuns: 100 },
  );
});

test('what a name holds is shown, never read as markup', () => {
  const mark = { role: 'health', name: '<b>Nina</b>', you: false };
  const { html, text } = digestMail([minutes('A-1', '2027-03-01', { owes: mark }), hold('A-2', '2027-03-12')]);
  assert.ok(html.includes('&lt;b&gt;Nina&lt;/b&gt;'));
  assert.ok(!html.includes('<b>Nina'));
  assert.ok(text.includes('<b>Nina</b>'));
});

test('there is no mail of nothing', () => {
  assert.throws(() => digestMail([]), /nothing is left to say/);
  assert.equal(NOW.slice(0, 10), '2027-03-04', 'the day the tables count from');
});
