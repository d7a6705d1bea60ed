// The calendar entry of a meeting: London time on every machine, one UID for ever, a number that rises, and nobody's name.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Notice } from '../../domain/notices/notice.ts';
import type { LocalDateTime } from '../../domain/time/calendar.ts';
import { calendarEntry } from '../../mail/calendar-entry.ts';
import { compose } from '../../mail/compose.ts';
import { BOOKING, identity, NOW, notice, person } from '../support/entries.ts';

const options = {
  uid: 'uid-1@notify.example.test',
  now: NOW,
  organiser: { name: 'Nodrift', address: 'nodrift@notify.example.test' },
};
const invitation = (change: Partial<Notice> = {}): Notice =>
  notice('hv', { kind: 'invitation', duty: 'attend/core-group-3', booking: BOOKING, ...change });
const entryOf = (n: Notice) => calendarEntry(identity(), n, options);

/** The properties of a component, unfolded, read without the library that wrote them. */
function properties(content: string, component: string): Map<string, string> {
  const lines = content.replace(/\r\n[ \t]/g, '').split('\r\n');
  const [from, to] = [lines.indexOf(`BEGIN:${component}`), lines.indexOf(`END:${component}`)];
  assert.ok(from >= 0 && to > from, `${component} is there`);
  return new Map(
    lines.slice(from + 1, to).map((line) => {
      const colon = /^[^":]*(?:"[^"]*"[^":]*)*:/.exec(line)![0].length;
      return [line.slice(0, colon - 1), line.slice(colon)];
    }),
  );
}

test('an invitation is a request, in London time with its rules', () => {
  const { method, content } = entryOf(invitation())!;
  assert.equal(method, 'REQUEST');
  assert.ok(content.includes('\r\nMETHOD:REQUEST\r\n'));
  const event = properties(content, 'VEVENT');
  assert.equal(event.get('DTSTART;TZID=Europe/London'), '20270702T100000');
  assert.equal(event.get('DTEND;TZID=Europe/London'), '20270702T113000');
  assert.equal(event.get('DTSTAMP'), '20270304T080000Z');
  assert.equal(event.get('SUMMARY'), 'BC-2041: core group 3');
  assert.equal(event.get('STATUS'), 'CONFIRMED');
  assert.equal(event.get('LOCATION'), 'Family centre\\, room 2');
  assert.equal(event.get('ORGANIZER;CN="Nodrift"'), 'mailto:nodrift@notify.example.test');
  assert.equal(properties(content, 'VTIMEZONE').get('TZID'), 'Europe/London');
  assert.equal(properties(content, 'DAYLIGHT').get('RRULE'), 'FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU');
  assert.equal(properties(content, 'DAYLIGHT').get('TZOFFSETTO'), '+0100');
  assert.equal(properties(content, 'STANDARD').get('RRULE'), 'FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU');
  assert.ok(
    content.split('\r\n').every((line) => Buffer.byteLength(line) <= 75),
    'lines are folded',
  );
});

for (const [start, minutes, end, why] of [
  ['2027-01-15T14:00', 60, '20270115T150000', 'winter'],
  ['2027-07-15T14:00', 90, '20270715T153000', 'summer'],
  ['2027-03-28T00:30', 60, '20270328T023000', 'the night an hour is missing'],
  ['2027-12-31T23:30', 60, '20280101T003000', 'over the year’s end'],
] as const)
  test(`${why}: ${start} and ${minutes} minutes`, () => {
    const { content } = entryOf(invitation({ booking: { ...BOOKING, start: start as LocalDateTime, minutes } }))!;
    const event = properties(content, 'VEVENT');
    assert.equal(event.get('DTSTART;TZID=Europe/London'), `${start.replace(/[-:]/g, '')}00`);
    assert.equal(event.get('DTEND;TZID=Europe/London'), end);
  });

test('the same on a machine in any time zone', () => {
  const modules = ['mail/calendar-entry.ts', 'test/support/entries.ts'].map((path) =>
    JSON.stringify(new URL(`../../${path}`, import.meta.url).href),
  );
  const script = `import { calendarEntry } from ${modules[0]}; import { BOOKING, identity, notice } from ${modules[1]};
    process.stdout.write(calendarEntry(identity(), notice('hv', { kind: 'invitation', booking: BOOKING }), ${JSON.stringify(options)}).content);`;
  for (const TZ of ['UTC', 'America/New_York', 'Pacific/Auckland']) {
    const content = execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      ...{ cwd: fileURLToPath(new URL('../..', import.meta.url)), encoding: 'utf8', env: { ...process.env, TZ } },
    });
    assert.equal(content, entryOf(invitation())!.content, TZ);
  }
});

test('one UID for a person and a meeting; another for another of either', () => {
  const uid = (n: Notice) => {
    const said = { messageId: '<t@x>', notices: [{ payload: { case: identity(), notice: n, now: NOW } }] };
    const mail = compose(said, { sender: options.organiser }, Buffer.from('secret'));
    return properties(mail.calendar!.content, 'VEVENT').get('UID');
  };
  const first = uid(invitation());
  assert.match(first!, /^[a-z2-7]{25}@notify\.example\.test$/);
  assert.equal(
    uid(
      invitation({ kind: 'change', booking: { ...BOOKING, sequence: 3, start: '2027-07-09T10:00' as LocalDateTime } }),
    ),
    first,
  );
  assert.equal(uid(invitation({ kind: 'cancellation' })), first);
  assert.notEqual(uid(invitation({ to: person('other') })), first);
  assert.notEqual(uid(invitation({ meeting: 'core-group-4' as Notice['meeting'] })), first);
});

test('SEQUENCE rises with every change, and a cancellation stands above what it cancels', () => {
  const sequence = (kind: Notice['kind'], sequence: number) =>
    Number(
      properties(entryOf(invitation({ kind, booking: { ...BOOKING, sequence } }))!.content, 'VEVENT').get('SEQUENCE'),
    );
  const story = [
    sequence('invitation', 0),
    sequence('change', 1),
    sequence('cancellation', 1),
    sequence('invitation', 2),
  ];
  assert.deepEqual(story, [0, 2, 3, 4]);
});

test('a cancellation cancels', () => {
  const { method, content } = entryOf(invitation({ kind: 'cancellation' }))!;
  assert.equal(method, 'CANCEL');
  assert.ok(content.includes('\r\nMETHOD:CANCEL\r\n'));
  assert.equal(properties(content, 'VEVENT').get('STATUS'), 'CANCELLED');
});

test('who gets one', () => {
  const family = (contact: string) => person('a', { role: 'parent', contact });
  assert.ok(entryOf(invitation({ to: family('email-and-calendar') })));
  assert.equal(entryOf(invitation({ to: family('email') })), null);
  assert.equal(entryOf(invitation({ kind: 'reminder' })), null);
  assert.equal(entryOf(invitation({ kind: 'information' })), null);
  assert.equal(entryOf(invitation({ booking: undefined })), null);
  assert.equal(entryOf(invitation({ to: person('a', { email: undefined }) })), null);
});

test('no name in it, no home, and nothing that makes a line of its own', () => {
  const to = person('a', { name: 'Canary Quill', agency: 'Canary House', email: 'sn@example.test' });
  const { content } = entryOf(
    invitation({ to, booking: { ...BOOKING, venue: 'Room 2\r\nATTACH:https://evil.test\nX' } }),
  )!;
  assert.ok(!/canary/i.test(content));
  assert.ok(!/^ATTACH/m.test(content));
  assert.match(
    properties(entryOf(invitation({ booking: { ...BOOKING, venue: 'family home' } }))!.content, 'VEVENT').get(
      'LOCATION',
    )!,
    /^please ask/,
  );
});
