// A mail: plain words that ask for something, in text and HTML, with nobody's name in them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clockTime, longDate } from '../../activities/dates.ts';
import { dutyText, hasText } from '../../activities/duty-texts.ts';
import type { LedgerRow } from '../../activities/ledger.ts';
import { compose } from '../../activities/mail.ts';
import type { Message } from '../../activities/smtp.ts';
import { place, wording } from '../../activities/wording.ts';
import type { LocalDate } from '../../domain/calendar.ts';
import type { NoticeKind } from '../../domain/model.ts';
import type { Notice } from '../../domain/notice.ts';
import { rules } from '../../policies/rules.ts';
import { BOOKING, identity, NOW, notice, person } from '../support/entries.ts';

const sender = { name: 'Nodrift', address: 'nodrift@notify.example.test' };
const SECRET = Buffer.from('secret');

const mail = (n: Notice, links: { label: string; url: string }[] = []): Message =>
  compose(
    {
      messageId: '<token@notify.example.test>',
      payload: { case: identity(), notice: n, now: NOW },
    } as unknown as LedgerRow,
    { sender, links: () => links },
    SECRET,
  );

const FAMILIES = [
  ...['hold', 'attend', 'confirm', 'minutes', 'distribute', 'papers', 'action', 'approve', 'agree', 'explain', 'tell'],
  ...['open', 'engage', 'consider', 'circulate', 'letter', 'notify', 'close', 'never-heard-of'],
];
const KINDS: NoticeKind[] = [
  ...(['invitation', 'change', 'cancellation', 'reminder', 'chase', 'escalation', 'decision', 'information'] as const),
];

test('no mail names anybody, and each says what it is about and why it came', () => {
  const canary = person('a', { name: 'Canary Quill', email: 'canary@example.test', agency: 'Canary House' });
  for (const family of FAMILIES)
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
        assert.ok(
          body.includes('R59') && body.includes('provide a written copy to the social worker within five days'),
          what,
        );
        assert.ok(!/undefined|null|NaN|\[object/.test(body), `${what}: ${body}`);
      }
      assert.match(text, /^[A-Z][^\n]*[.!?]\n/, `${what}: the first line is a whole sentence`);
    }
});

test('the first sentence of a reminder and a chase asks for it', () => {
  assert.match(
    mail(notice('a', { kind: 'reminder' })).text,
    /^Please send the written minutes of core group 3 to the social worker\.\n/,
  );
  assert.match(mail(notice('a', { kind: 'chase' })).text, /^Please send the written minutes/);
});

test('an escalation tells the facts', () => {
  const { text } = mail(notice('a', { kind: 'escalation' }));
  assert.match(
    text,
    /^The minutes of core group 3 have not reached the social worker\. Please see that it is done\.\n/,
  );
  assert.match(text, /The last day for it was Monday 1 March 2027\./);
});

test('an escalation before the limit does not speak of it as past', () => {
  const early = notice('a', { kind: 'escalation', duty: 'hold/core-group-3', due: '2027-03-08' as LocalDate });
  assert.match(mail(early).text, /^Core group 3 is not booked yet\..*The last day for it is Monday 8 March 2027\./s);
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
    .replaceAll('&quot;', '"');
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

test('HTML has a language, a title, no image, and layout tables that say they are none', () => {
  const { html } = mail(notice('a', { booking: BOOKING }));
  assert.match(html, /<html lang="en-GB">/);
  assert.match(html, /<title>BC-2041/);
  assert.ok(!/<img|background-image|<style|<link|http-equiv/.test(html));
  assert.equal(html.match(/<table (?!role="presentation")/g)?.length, 1, 'the table of facts');
});

test('a place that may be somebody’s home is not written', () => {
  const homes = [
    '12 Mill Lane, Barnsley',
    'S70 2TA',
    'family home',
    "Grandmother's house",
    'at home',
    '7a High Street',
    'Mum’s flat',
  ];
  for (const venue of homes) assert.match(place(venue), /^please ask the social worker/, venue);
  const offices = [
    'Family centre, room 2',
    'Westgate Plaza, level 3',
    'Teams',
    'St Mary’s Primary School',
    'Town Hall',
  ];
  for (const venue of offices) assert.equal(place(venue), venue);
  assert.ok(
    !mail(notice('a', { kind: 'invitation', booking: { ...BOOKING, venue: '12 Mill Lane' } })).text.includes('Mill'),
  );
});

test('family members are written to with more care, and asked for nothing', () => {
  const parent = person('a', { role: 'mother', contact: 'email' });
  const { text, calendar } = mail(
    notice(parent, { kind: 'invitation', duty: 'attend/core-group-3', booking: BOOKING }),
  );
  assert.match(text, /You are part of this plan\./);
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

test('every duty of the default ladders has words of its own; a new one is not silent', () => {
  for (const family of FAMILIES.slice(0, -1)) assert.ok(hasText(family), family);
  assert.match(dutyText('never-heard-of').ask('the thing'), /^Please see to this: the thing\.$/);
});

test('all 162 rules can be explained in the documents’ own words', () => {
  const texts = rules();
  assert.deepEqual(
    Object.keys(texts),
    Array.from({ length: 162 }, (_, i) => `R${i + 1}`),
  );
  assert.ok(Object.values(texts).every(({ words }) => words.length > 5));
  const { rules: cited } = wording(identity(), notice('a', { rules: ['R63', 'local'] }));
  assert.deepEqual(
    cited.map((rule) => rule.words),
    ['A Core Group should not progress without a social worker present', undefined],
  );
});

test('dates and times as people write them', () => {
  assert.equal(longDate('2027-03-01'), 'Monday 1 March 2027');
  assert.deepEqual(
    ['00:00', '00:30', '09:00', '12:00', '12:15', '13:30'].map((time) => clockTime(`2027-03-01T${time}`)),
    ['midnight', '12:30am', '9am', 'midday', '12:15pm', '1:30pm'],
  );
});
