// A mail: plain words that ask for something, in text and HTML. Who is named in them is who-is-named.test.ts.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NoticeKind } from '../../domain/case/model.ts';
import { FAMILIES, familyOf } from '../../domain/duties/families.ts';
import type { Notice } from '../../domain/notices/notice.ts';
import type { Instant, LocalDate, LocalDateTime } from '../../domain/time/calendar.ts';
import { compose } from '../../mail/compose.ts';
import { clockTime, longDate } from '../../mail/dates.ts';
import { dutyText } from '../../mail/duty-texts.ts';
import type { Message } from '../../mail/smtp.ts';
import { place } from '../../mail/venue.ts';
import { wording } from '../../mail/wording.ts';
import { rules } from '../../policies/rules.ts';
import { BOOKING, identity, NOW, notice, person } from '../support/entries.ts';

const sender = { name: 'Nodrift', address: 'nodrift@notify.example.test' };
const SECRET = Buffer.from('secret');

const row = (n: Notice) => ({
  messageId: '<token@notify.example.test>',
  notices: [{ payload: { case: identity(), notice: n, now: NOW } }],
});

const mail = (n: Notice, links: { label: string; url: string }[] = []): Message =>
  compose(row(n), { sender, links: () => links }, SECRET);

const EVERY_FAMILY = [...Object.keys(FAMILIES), 'never-heard-of'];
const KINDS: NoticeKind[] = [
  ...(['invitation', 'change', 'cancellation', 'reminder', 'chase', 'escalation', 'decision', 'information'] as const),
];

test('no mail names anybody, and each says what it is about and why it came', () => {
  const canary = person('a', { name: 'Canary Quill', email: 'canary@example.test', agency: 'Canary House' });
  for (const family of EVERY_FAMILY)
    for (const kind of KINDS) {
      const { subject, text, html } = mail(
        notice(canary, {
          kind,
          duty: `${family}/core-group-3`,
          booking: BOOKING,
          about: { id: 'canary-id', role: 'education' },
        }),
      );
      const what = `${kind} of ${family}`;
      assert.ok(!/canary/i.test(subject + text + html), what);
      assert.ok(subject.startsWith('BC-2041: '), what);
      for (const body of [text, html]) {
        assert.ok(body.includes('BC-2041'), what);
        assert.ok(body.includes('Why am I getting this?'), what);
        assert.ok(body.includes('R59'), what);
        assert.ok(!/undefined|null|NaN|\[object/.test(body), `${what}: ${body}`);
      }
      assert.match(text, /^[A-Z][^\n]*[.!?]\n/, `${what}: the first line is a whole sentence`);
    }
});

test('who is family the case’s own policy says, not the one installed here: a godparent it calls family gets no calendar entry', () => {
  const godparent = person('g', { role: 'godparent', contact: 'email' });
  const invited = (to: object) =>
    mail(notice({ ...godparent, ...to }, { kind: 'invitation', booking: BOOKING, ...why }));
  let why: Partial<Notice> = {};
  assert.ok(invited({}).calendar, 'the installed policy has no such role');
  why = { family: ['godparent'] };
  assert.equal(invited({}).calendar, undefined);
  assert.ok(invited({ contact: 'email-and-calendar' }).calendar);
  why = { family: [] };
  assert.ok(invited({ role: 'parent' }).calendar, 'in this case a parent may be the name of a professional');
});

test('the first sentence of a reminder and a chase asks for it', () => {
  assert.match(
    mail(notice('a', { kind: 'reminder' })).text,
    /^Please send the written minutes of core group 3 to the social worker\.\n/,
  );
  assert.match(mail(notice('a', { kind: 'chase' })).text, /^Please send the written minutes/);
});

const HEALTH = { role: 'health', you: false } as const;

test('an escalation asks the one who owes it to do it, and says who was told', () => {
  const owes = {
    role: 'health',
    you: true,
    alsoTold: [{ role: 'social-worker' }, { role: 'team-manager', name: 'Tom Reed' }],
  };
  const { text } = mail(notice('a', { kind: 'escalation', owes }));
  assert.match(text, /^Please send the written minutes of core group 3 to the social worker\.\n/);
  assert.match(text, /^Due: Monday 1 March 2027, 3 days late$/m);
  assert.match(text, /This is yours to do\. The social worker and Tom Reed \(team manager\) have been told as well\./);
  assert.ok(!/stands in the way|holds up|If this is not yours/.test(text));
});

test('a copy names who owes it, and asks for help, not for the thing', () => {
  const manager = person('m', { role: 'team-manager' });
  const { text } = mail(notice(manager, { kind: 'escalation', owes: HEALTH }));
  assert.match(
    text,
    /^Please agree with the health representative by when they will send the written minutes of core group 3 to the social worker\.\n/,
  );
  assert.match(
    mail(notice(person('sw', { role: 'social-worker' }), { owes: { ...HEALTH, name: 'Nina Shah' } })).text,
    /^Please help Nina Shah \(health representative\) to send the written minutes of core group 3 to you\.\n/,
  );
  const standIn = notice(manager, { kind: 'escalation', duty: 'represent/core-group-3/ed', due: null, owes: HEALTH });
  assert.match(
    mail(standIn).text,
    /^Please agree with the health representative by when they will find somebody from their agency to stand in at core group 3\.\n/,
  );
  const family = mail(notice(manager, { duty: 'action/A3', meeting: null, owes: { role: 'mother', you: false } })).text;
  assert.match(
    family,
    /^Please speak with the parent about the action “A3”, and see how they can be helped: they get no such e-mails\.\n/,
  );
});

test('a social worker who took the minutes is asked to write them, not to send them to the social worker', () => {
  const own = (to: Parameters<typeof person>[1], you: boolean, kind: NoticeKind) =>
    mail(notice(person('a', to), { kind, owes: { role: 'social-worker', name: 'Amira Khan', you } })).text;
  assert.match(own({ role: 'social-worker' }, true, 'chase'), /^Please write the minutes of core group 3, and record /);
  assert.match(
    own({ role: 'team-manager' }, false, 'escalation'),
    /^Please agree with Amira Khan \(social worker\) by when they will write the minutes of core group 3\.\n/,
  );
});

test('what is late is asked for as it now stands: a day that has passed is not asked to be kept', () => {
  const late = { duty: 'hold/core-group-3', kind: 'escalation', owes: { role: 'social-worker', you: true } } as const;
  assert.match(mail(notice('a', late)).text, /^Please hold core group 3 as soon as you can\.\n/);
  const booked = mail(notice('a', { ...late, booking: BOOKING })).text;
  assert.match(booked, /^Please see whether core group 3 can be held sooner than it is booked\.\n/);
  assert.match(booked, /Core group 3 has not been held\. It is booked for Friday 2 July 2027 at 10am\./);
  const start = '2027-03-02T10:00' as LocalDateTime;
  const passed = mail(notice('a', { ...late, booking: { ...BOOKING, start } })).text;
  assert.match(passed, /^Please say whether core group 3 was held\.\n/);
  assert.match(passed, /Nobody has said whether core group 3 was held\. It was booked for Tuesday 2 March 2027\./);
});

test('what comes each week says so, and for how long; the day its limit was, or for how many weeks', () => {
  const owes = { role: 'social-worker', you: true };
  const weekly = { kind: 'escalation', rung: 'weekly', repeat: 3, owes } as const;
  const dated = mail(notice('a', weekly));
  assert.match(dated.text, /This message comes once a week until it is done\./);
  assert.equal(
    dated.subject,
    'BC-2041: still outstanding: minutes of core group 3 were due on Mon 1 Mar 2027, 3 days late',
  );
  const undated = mail(notice('a', { ...weekly, duty: 'agree/plan', due: null }));
  assert.equal(undated.subject, 'BC-2041: still outstanding for 3 weeks: agreeing the plan');
});

test('what was said wrongly is put right line by line, in a subject without what was said before', () => {
  const { subject, text } = mail(
    notice('a', {
      ...{ kind: 'change', duty: null, meeting: null, due: null, why: 'put-right' },
      text: 'what was recorded wrongly is put right: core group 2, which you were told of as due on 2027-03-10, is not owed; minutes of core group 1 were done on 2027-03-01',
    }),
  );
  assert.equal(
    subject,
    'BC-2041: put right: core group 2 is not owed; minutes of core group 1 were done on Mon 1 Mar 2027',
  );
  assert.match(text, /^Something you were told about this case was recorded wrongly, and is put right\.\n/);
  assert.match(
    text,
    /What is so now\n- Core group 2, which you were told of as due on Wednesday 10 March 2027, is not owed\.\n- Minutes of core group 1 were done/,
  );
});

test('of a meeting whose day has passed the subject says when it was booked for, and that nobody has said it was held, L17', () => {
  const booking = { ...BOOKING, start: '2027-03-01T10:00' as LocalDateTime };
  assert.match(
    mail(notice('a', { duty: 'hold/core-group-3', kind: 'escalation', booking })).subject,
    /core group 3 was booked for Mon 1 Mar 2027; nobody has said that it was held/,
  );
});

test('what was done late is said as what happened, and asks nothing', () => {
  const { text } = mail(
    notice(person('m', { role: 'team-manager' }), {
      ...{ kind: 'information', text: 'done on 2027-03-09, after its limit', owes: { ...HEALTH, name: 'Nina Shah' } },
    }),
  );
  assert.match(
    text,
    /^The minutes of core group 3 reached the social worker on Tuesday 9 March 2027, after the limit\.\n/,
  );
  assert.match(text, /It was for Nina Shah \(health representative\) to do\./);
  assert.match(text, /You do not need to do anything\./);
});

test('who is asked to chair reads so, and a social worker is not told to send apologies to themselves', () => {
  const invited = (to: string, change: Partial<Notice>) =>
    mail(notice(person(to, { role: 'social-worker' }), { kind: 'invitation', duty: 'attend/core-group-3', ...change }))
      .text;
  assert.match(invited('c', { booking: { ...BOOKING, chair: 'c' } }), /^You are asked to chair core group 3 on Friday/);
  assert.match(
    invited('sw', { booking: BOOKING }),
    /please arrange for another social worker to come, or move the meeting/,
  );
});

test('whether a meeting was held may be said by its chair and the social worker alike', () => {
  const owes = { role: 'conference-chair', you: false };
  const { text } = mail(notice(person('sw', { role: 'social-worker' }), { duty: 'confirm/core-group-3', owes }));
  assert.match(text, /^Please say whether core group 3 was held\.\n/);
  assert.match(text, /It was booked for Monday 1 March 2027\./);
});

test('an escalation before the limit does not speak of it as past', () => {
  const early = notice('a', { kind: 'escalation', duty: 'hold/core-group-3', due: '2027-03-08' as LocalDate });
  assert.match(mail(early).text, /Core group 3 is not booked yet\.\n[\s\S]*^Due: Monday 8 March 2027$/m);
});

const cancellation = (change: Partial<Notice> = {}): Notice =>
  notice('a', { kind: 'cancellation', duty: 'attend/core-group-3', booking: BOOKING, ...change });

test('whoever left is no longer expected; the meeting goes on', () => {
  const { subject, text, calendar } = mail(cancellation({ why: 'left' }));
  assert.equal(subject, 'BC-2041: no longer expected: core group 3, Fri 2 Jul 2027 10:00');
  assert.match(
    text,
    /^You are no longer expected at core group 3 on Friday 2 July 2027 at 10am: the meeting itself goes on\.\n/,
  );
  assert.ok(!/is cancelled|new date/.test(text));
  assert.equal(calendar?.method, 'CANCEL');
});

test('with the plan a meeting ends for good', () => {
  const { subject, text } = mail(cancellation({ why: 'plan-ended' }));
  assert.equal(subject, 'BC-2041: cancelled: core group 3, Fri 2 Jul 2027 10:00, the plan has ended');
  assert.match(text, /^Core group 3 on .* will not take place, because the plan has ended\.\n/);
  assert.match(text, /No new date follows\./);
  const tells = 'please tell those of the family who cannot be written to by e-mail';
  assert.match(mail(cancellation({ why: 'plan-ended', text: tells })).text, /Please tell those of the family/);
});

test('a meeting that is cancelled is booked again by the social worker; the others wait', () => {
  const owes = { role: 'social-worker', you: true };
  assert.match(mail(cancellation({ owes })).text, /^Core group 3 on .* is cancelled: please book a new date\.\n/);
  assert.match(mail(cancellation()).text, /is cancelled\.\n[\s\S]*You will hear when a new date is set\./);
});

const APOLOGIES: readonly (readonly [Partial<Notice>, RegExp])[] = [
  [
    {},
    /^Please see that somebody stands in: the health representative sent apologies for core group 3 on Friday 2 July/,
  ],
  [{ standIn: 'representative' }, /^Please expect somebody else in place of the health representative: /],
  [{ standIn: 'report' }, /^Please see that a written report reaches you in time: the health representative sent/],
  [{ about: { id: 'x', role: 'mother' } }, /^Please find out what would help the parent to take part: /],
];
for (const [change, expected] of APOLOGIES)
  test(`apologies say who cannot come, and what to do: ${expected.source.slice(1, 45)}`, () => {
    const what = { kind: 'information', duty: 'attend/core-group-3', booking: BOOKING, due: null } as const;
    const sw = person('sw', { role: 'social-worker' });
    const { text, subject } = mail(notice(sw, { ...what, about: { id: 'x', role: 'health' }, ...change }));
    assert.match(text, expected);
    assert.match(subject, /apologies from the/);
    assert.ok(!/core-group-3|is invited|give this meeting priority/.test(text));
  });

test('a text of the case is read with words for its meetings and dates', () => {
  const booked = notice(person('m', { role: 'team-manager' }), {
    ...{ kind: 'information', duty: null, why: 'booked-late' },
    text: 'core-group-3 is booked for 2027-03-12, after its limit of 2027-03-08',
  });
  const { text, subject } = mail(booked);
  assert.match(text, /^Please see with the social worker whether an earlier day can be found\.\n/);
  assert.match(text, /Core group 3 is booked for Friday 12 March 2027, after its limit of Monday 8 March 2027\./);
  assert.equal(subject, 'BC-2041: core group 3 is booked for Fri 12 Mar 2027, after its limit of Mon 8 Mar 2027');
});

test('a case that changes hands: what is owed, the late first, and what to do', () => {
  const open = [
    { key: 'minutes/core-group-3', due: '2027-03-01' as LocalDate },
    {
      key: 'action/weigh-in',
      due: '2027-03-09' as LocalDate,
      whose: { role: 'health', name: 'Nina Shah' },
    },
    { key: 'approve/plan', due: null },
  ];
  const taken = { kind: 'information', duty: null, meeting: null, due: null, open, rules: ['R62'] } as const;
  const sw = person('sw', { role: 'social-worker' });
  const { text, html } = mail(
    notice(sw, { ...taken, why: 'taken-over', text: 'the case is now with you: 3 open duties, 1 of them late' }),
  );
  assert.match(
    text,
    /^Please go through what is owed on this case, which is now with you: what is late comes first\.\n/,
  );
  for (const body of [text, html])
    for (const line of [
      'Minutes of core group 3: Mon 1 Mar 2027, late',
      'The action “weigh-in”: Tue 9 Mar 2027, with Nina Shah (health representative)',
      'Decision on the plan: no limit',
      'nodrift show child-protection/BC-2041',
    ])
      assert.ok(body.includes(line), `${line} in ${body}`);
  const passed = { ...taken, why: 'passed-on', text: 'the case has moved: 3 open duties' } as const;
  assert.match(mail(notice(person('m'), passed)).text, /^Please go through with the new social worker what is owed/);
  const about = { id: 'bea', role: 'social-worker', name: 'Bea Ames' };
  const { text: named, subject } = mail(notice(person('m'), { ...passed, about }));
  assert.match(named, /^Please go through with Bea Ames, the new social worker, what is owed on this case/);
  assert.equal(subject, 'BC-2041: the case has moved: 3 open duties');
});

test('a departure says who recorded it, which rule was not kept, that the reason is on the case, and what to do', () => {
  const { text, subject } = mail(
    notice(person('m', { role: 'team-manager' }), {
      ...{
        kind: 'information',
        duty: null,
        due: null,
        why: 'departure',
        about: { id: 'sam', role: 'social-worker', name: 'Sam Okoro' },
      },
      text: 'accepted with a reason: R22, a plan needs a first core group',
    }),
  );
  assert.match(text, /^Please check whether you agree with what was recorded on this case\.\n/);
  assert.match(
    text,
    /Sam Okoro \(social worker\) recorded it with a reason, because this was not kept: a plan needs a first core group\./,
  );
  assert.match(text, /If you do not agree, please speak with whoever recorded it\./);
  assert.match(text, /nodrift show child-protection\/BC-2041/);
  assert.equal(subject, 'BC-2041: accepted with a reason: R22, a plan needs a first core group');
});

test('an action’s own words stand in the mail, and in no subject: that shows on a locked screen', () => {
  const { subject, text } = mail(notice('a', { duty: 'action/speak-with-Canary', meeting: null }));
  assert.equal(subject, 'BC-2041: a plan action was due on Mon 1 Mar 2027, 3 days late');
  assert.deepEqual(
    text.split('\n').filter((line) => line.includes('Canary')),
    [
      'Please carry out the action “speak-with-Canary”, which the plan asks of you.',
      'The action “speak-with-Canary” is not recorded as done.',
    ],
  );
});

test('a mail that goes days after its moment reckons from the day it is written', () => {
  const at = '2027-02-15T08:00:00Z' as Instant;
  const late = notice('a', { kind: 'reminder', at });
  assert.match(wording(identity(), late).subject, /are due on Mon 1 Mar 2027, in 14 days$/);
  const { subject, text } = mail(late);
  assert.match(subject, /were due on Mon 1 Mar 2027, 3 days late$/);
  assert.match(text, /^Due: Monday 1 March 2027, 3 days late$/m);
  assert.match(text, /This message of Thursday 4 March 2027/);
  const sameDay = notice('a', { kind: 'reminder', at: '2027-03-04T00:10:00Z' as Instant });
  assert.equal(mail(sameDay).subject, wording(identity(), sameDay).subject);
  const start = '2027-03-02T10:00' as LocalDateTime;
  const over = { kind: 'reminder', duty: 'attend/core-group-3', at, booking: { ...BOOKING, start } } as const;
  assert.match(mail(notice('a', over)).text, /^Core group 3 was planned for Tuesday 2 March 2027 at 10am: this e-mail/);
  assert.match(mail(notice('a', over)).subject, /, 2 days ago$/);
});

test('plain text and HTML hold the same words', () => {
  const { text, html } = mail(notice('a'), [
    { label: 'Say that the minutes came', url: 'https://nodrift.example.test/a?b=1&c=2' },
  ]);
  const words = html
    .replace(/<head>.*<\/head>/s, '')
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&amp;', '&')
    .replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"')
    .replace(/\s+/g, ' ');
  for (const line of text
    .replace(/^https:.*$/m, '')
    .split('\n')
    .flatMap((l) => l.replace(/^- /, '').split(/[:"]/)))
    assert.ok(words.includes(line.trim()), line);
  assert.ok(text.includes('https://nodrift.example.test/a?b=1&c=2'));
  assert.ok(html.includes('href="https://nodrift.example.test/a?b=1&amp;c=2"'));
});

test('HTML is escaped, wherever its words come from', () => {
  const evil = '<script>alert(1)</script>"\'&';
  const { html } = mail(
    notice('a', {
      kind: 'information',
      duty: `action/${evil}`,
      text: evil,
      booking: { ...BOOKING, venue: evil },
      rules: [evil],
    }),
    [{ label: evil, url: `https://x.test/"${evil}` }],
  );
  assert.ok(!html.includes('<script'));
  assert.ok(!/href="[^"]*"[^\s>]/.test(html));
});

test('HTML has a language, a title, no image, nothing from elsewhere, and layout tables that say they are none', () => {
  const { html } = mail(notice('a', { booking: BOOKING }));
  assert.match(html, /<html lang="en-GB">/);
  assert.match(html, /<title>BC-2041/);
  assert.ok(!/<img|background-image|<link|http-equiv|@import|url\(/.test(html));
  assert.equal(html.match(/<table (?!role="presentation")/g)?.length, 1, 'the table of facts');
  assert.match(html, /<meta name="color-scheme" content="light dark">.*@media \(prefers-color-scheme: dark\)/s);
});

const HOMES = [
  ...['12 Mill Lane, Barnsley', 'S70 2TA', 'family home', "Grandmother's house", 'at home', '7a High Street'],
  ...['Mum’s flat', '12 Acacia Avenue', 'Acacia Avenue 12', 'Flat 3, The Poplars', "at Jane Smith's house"],
  ...["at Jane Smith's", "Jane's place", '12 The Poplars', 'The Poplars, 12', 'Apartment 4b', 'Rose Cottage'],
  ...['The Bungalow, Kendray', 'Caravan 7', 'c/o Smith', 'care of the neighbours', 'Mrs Smith', 'with Nan'],
  ...['Smiths’ house', '3 Rose Villas', 'no. 4, Elm Grove', 'living room', 'Farmhouse', 's70 2ta', '１２ Mill Lane'],
];
for (const venue of HOMES)
  test(`not shown, since it may be a home: ${venue}`, () =>
    assert.match(place(venue), /^please ask the social worker/));

const OFFICES = [
  ...['Family centre', 'Family centre, room 2', 'Town hall', 'Town Hall', 'Barnsley Library', 'Room 3', 'Teams'],
  ...['St Mary’s School', "St Mary's School", 'St Mary’s', 'Kendray Hospital', 'Kendray Hospital, ward 4'],
  ...['Children’s Centre', "Children's Centre, room 1", 'The Guildhall', 'Westgate Plaza, level 3', 'Barnardo’s'],
  ...['3rd floor, Town Hall', 'Council offices, High Street', 'Magistrates’ Court', 'Youth hub', 'Room B12'],
];
for (const venue of OFFICES) test(`shown: ${venue}`, () => assert.equal(place(venue), venue));

test('a venue that may be a home is in no mail', () => {
  const { text, html } = mail(notice('a', { kind: 'invitation', booking: { ...BOOKING, venue: '12 Mill Lane' } }));
  assert.ok(!(text + html).includes('Mill'));
});

test('family members are written to with more care, and asked for nothing', () => {
  const parent = person('a', { role: 'mother', contact: 'email' });
  const { text, calendar } = mail(
    notice(parent, { kind: 'invitation', duty: 'attend/core-group-3', booking: BOOKING }),
  );
  assert.match(
    text,
    /You are part of this plan, and everybody who is hears of its meetings \(R59 of the local guidance\)\./,
  );
  assert.ok(!text.includes('within five days'), 'what the guidance asks of professionals is not quoted to them');
  assert.match(
    text,
    /^You are invited to core group 3 \(the meeting of the people who help with the plan\) on Friday 2 July 2027/,
  );
  assert.ok(!/agency/.test(text));
  assert.match(text, /tell the social worker instead/);
  assert.match(text, /you need help to get there or to take part/);
  assert.ok(!/apologies/.test(text));
  assert.equal(calendar, undefined);
});

test('a line manager hears of the meeting, not of an invitation', () => {
  const { text, calendar } = mail(
    notice(person('m', { role: 'manager' }), { kind: 'information', duty: 'attend/core-group-3', booking: BOOKING }),
  );
  assert.match(
    text,
    /^For your information: somebody of your staff is invited to core group 3 on Friday 2 July 2027 at 10am\.\n/,
  );
  assert.equal(calendar, undefined);
});

test('a dead address is told with the role it belongs to', () => {
  const told = notice(person('sw', { role: 'social-worker' }), {
    ...{ kind: 'information', duty: null, meeting: null, due: null, about: { id: 'x', role: 'health' } },
    text: 'the address is refused (5.1.1)',
  });
  assert.match(
    mail(told).text,
    /^Please find out how the health representative can be reached, and have it recorded\.\n/,
  );
});

test('mails of one duty thread for one person, and with nobody else’s', () => {
  const thread = (n: Notice) => mail(n).thread;
  const first = thread(notice('a'));
  assert.match(first, /^<[a-z2-7]{25}@notify\.example\.test>$/);
  assert.equal(thread(notice('a', { kind: 'escalation', rung: '5-after' })), first);
  assert.notEqual(thread(notice('b')), first);
  assert.notEqual(thread(notice('a', { duty: 'minutes/core-group-4' })), first);
});

test('the headers: an opaque id, and the date of the case’s clock', () => {
  assert.deepEqual(mail(notice('a')).headers, { 'X-Notification-Id': 'token', 'X-Nodrift-Date': NOW });
});

test('a duty that this release does not know is asked for all the same', () => {
  assert.match(dutyText('never-heard-of/core-group-1').ask('the thing'), /^Please see to this: the thing\.$/);
});

for (const name of ['constructor/core-group-1', 'toString'])
  test(`a duty of another release called ${name} has no words of ours`, () => {
    assert.equal(familyOf(name), undefined);
    assert.match(mail(notice('a', { duty: name })).text, /Please see to this: /);
  });

test('all 162 rules can be explained in the documents’ own words', () => {
  const texts = rules();
  assert.deepEqual(
    Object.keys(texts),
    Array.from({ length: 162 }, (_, i) => `R${i + 1}`),
  );
  assert.ok(Object.values(texts).every(({ words }) => words.length > 5 && !words.includes('"')));
  assert.equal(texts.R115?.words, 'or as soon as possible afterwards');
});

test('why it came is one line: who the reader is, and each rule with its page, where there are pages', () => {
  const cited = (pages?: string) =>
    wording(identity(), notice('a', { rules: ['R63', 'local', 'R63'] }), { pages }).rules;
  assert.deepEqual(cited(), [{ id: 'R63' }, { id: 'local' }]);
  const pages = 'https://nodrift.example';
  assert.deepEqual(cited(pages), [{ id: 'R63', url: `${pages}/rules/R63` }, { id: 'local' }]);
  const paged = (of: Notice) => compose(row(of), { sender, pages }, SECRET);
  const { text, html } = paged(notice('a'));
  const line =
    /^Why am I getting this\? You are health representative on this case\. This message of .* rests on the local guidance: R59 \(see https:\/\/nodrift\.example\/rules\/R59\)$/m;
  assert.match(text, line);
  assert.match(html, /<a href="https:\/\/nodrift\.example\/rules\/R59"[^>]*>R59<\/a>/);
  assert.match(mail(notice('a')).text, /rests on the local guidance: R59$/m);
  const parent = paged(notice(person('p', { role: 'parent' }), { kind: 'invitation', booking: BOOKING }));
  assert.ok(!/\/rules\//.test(parent.text + parent.html), 'the guidance for professionals is not for a family');
});

test('dates and times as people write them', () => {
  assert.equal(longDate('2027-03-01'), 'Monday 1 March 2027');
  assert.deepEqual(
    ['00:00', '00:30', '09:00', '12:00', '12:15', '13:30'].map((time) => clockTime(`2027-03-01T${time}`)),
    ['midnight', '12:30am', '9am', 'midday', '12:15pm', '1:30pm'],
  );
});
