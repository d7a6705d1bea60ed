// Entries and feeds as two calendar libraries read them, neither of which wrote them: the same times on every machine, the end that the mail says,
// and roles in place of names.

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import ICAL from 'ical.js';
import nodeIcal, { type VEvent } from 'node-ical';
import { createActivities } from '../../activities/deliver.ts';
import type { MeetingId } from '../../domain/case/model.ts';
import type { Notice } from '../../domain/notices/notice.ts';
import type { Instant, LocalDateTime } from '../../domain/time/calendar.ts';
import { feedBehind, feedPath } from '../../mail/calendar-feed.ts';
import type { Message, Transport } from '../../mail/smtp.ts';
import { feedTokenOf, revokeFeed } from '../../record/calendars.ts';
import { whereTo } from '../../record/mail-ids.ts';
import type { OpenRecord } from '../../record/open.ts';
import { webApp } from '../../web/app.ts';
import { ACCEPTED, settings as plain } from '../support/deliveries.ts';
import { BOOKING, delivery, identity, notice, person } from '../support/entries.ts';
import { memoryRecord } from '../support/memory-record.ts';
import { emptied } from '../support/records.ts';

const settings = { ...plain, replyDomain: 'reply.example.test' };
const NOW = '2027-03-04T08:00:00Z' as Instant;
const HANA = person('hv', { name: 'Canary Quill', email: 'hv@example.test' });
let record: OpenRecord;
let sent: Message[] = [];
const transport: Transport = {
  send: async (message) => {
    sent.push(message);
    return ACCEPTED;
  },
  close: async () => {},
};
before(async () => {
  record = await memoryRecord();
});
after(() => record.close());
beforeEach(async () => {
  await emptied(record);
  sent = [];
});

const tell = (change: Partial<Notice> = {}, ref = 'BC-2041') =>
  createActivities({ record, transport, settings }).deliver(
    delivery(
      [
        notice(HANA, {
          key: `${Math.random()}`,
          kind: 'invitation',
          duty: 'attend/core-group-3',
          booking: BOOKING,
          ...change,
        }),
      ],
      { case: identity({ ref, id: `child-protection/${ref}` }) },
    ),
  );
const entryOf = async (change: Partial<Notice> = {}): Promise<string> => {
  await tell(change);
  return sent.at(-1)!.calendar!.content;
};

/** What is read of an event: with instants, so that a zone that was not understood shows. */
interface ReadEvent {
  readonly uid: string;
  readonly start: string;
  readonly end: string;
  readonly sequence: number;
  readonly status: string;
  readonly summary: string;
  readonly organiser: string;
  readonly attendees: readonly {
    readonly address: string;
    readonly name: string;
    readonly rsvp: boolean;
    readonly status: string;
  }[];
}
interface ReadCalendar {
  readonly method: string;
  readonly events: readonly ReadEvent[];
}

const bare = (address: string) => address.replace(/^mailto:/i, '');

function byIcalJs(content: string): ReadCalendar {
  const calendar = new ICAL.Component(ICAL.parse(content));
  const events = calendar.getAllSubcomponents('vevent').map((component): ReadEvent => {
    const event = new ICAL.Event(component);
    const text = (name: string) => String(component.getFirstPropertyValue(name) ?? '');
    return {
      uid: event.uid,
      start: event.startDate.toJSDate().toISOString(),
      end: event.endDate.toJSDate().toISOString(),
      sequence: Number(text('sequence')),
      status: text('status'),
      summary: event.summary,
      organiser: bare(text('organizer')),
      attendees: event.attendees.map((one) => ({
        address: bare(String(one.getFirstValue())),
        name: String(one.getFirstParameter('cn') ?? ''),
        rsvp: one.getFirstParameter('rsvp') === 'TRUE',
        status: String(one.getFirstParameter('partstat') ?? ''),
      })),
    };
  });
  return { method: String(calendar.getFirstPropertyValue('method')), events };
}

function byNodeIcal(content: string): ReadCalendar {
  const parsed = nodeIcal.sync.parseICS(content);
  const events = Object.values(parsed).filter((one): one is VEvent => one?.type === 'VEVENT');
  const valued = (one: unknown) =>
    (typeof one === 'string' ? { val: one, params: {} } : one) as { val: string; params: Record<string, string> };
  return {
    method: events[0]?.method ?? '',
    events: events.map((event) => ({
      uid: event.uid,
      start: new Date(event.start).toISOString(),
      end: new Date(event.end).toISOString(),
      sequence: Number(event.sequence),
      status: event.status ?? '',
      summary: String(event.summary),
      organiser: bare(valued(event.organizer).val),
      attendees: [event.attendee ?? []]
        .flat()
        .map(valued)
        .map(({ val, params }) => ({
          address: bare(val),
          name: String(params.CN ?? '').replaceAll('"', ''),
          rsvp: String(params.RSVP) === 'TRUE' || String(params.RSVP) === 'true',
          status: params.PARTSTAT ?? '',
        })),
    })),
  };
}

for (const [name, read] of Object.entries({ 'ical.js': byIcalJs, 'node-ical': byNodeIcal }))
  describe(`read by ${name}`, () => {
    test('an invitation asks for an answer, at an address of its own, of somebody named by their role', async () => {
      const { method, events } = read(await entryOf());
      assert.equal(method, 'REQUEST');
      const [event, ...others] = events;
      assert.equal(others.length, 0);
      assert.match(event!.organiser, /^reply\+[a-z2-7]{41}@reply\.example\.test$/);
      assert.deepEqual(
        { ...event, uid: '', organiser: '' },
        {
          ...{ uid: '', organiser: '', sequence: 0, status: 'CONFIRMED', summary: 'BC-2041: core group 3' },
          ...{ start: '2027-07-02T09:00:00.000Z', end: '2027-07-02T10:30:00.000Z' },
          attendees: [
            { address: 'hv@example.test', name: 'health representative', rsvp: true, status: 'NEEDS-ACTION' },
          ],
        },
      );
    });

    test('it ends when the mail says: in winter, over a change of the clocks, over midnight', async () => {
      for (const [start, minutes, end, said] of [
        ['2027-01-15T14:00', 60, '2027-01-15T15:00:00.000Z', 'Friday 15 January 2027, 2pm to 3pm'],
        ['2027-07-02T10:00', 90, '2027-07-02T10:30:00.000Z', 'Friday 2 July 2027, 10am to 11:30am'],
        ['2027-10-31T00:30', 180, '2027-10-31T02:30:00.000Z', 'Sunday 31 October 2027, 12:30am to 2:30am'],
        [
          '2027-07-02T23:30',
          120,
          '2027-07-03T00:30:00.000Z',
          'Friday 2 July 2027, 11:30pm to Saturday 3 July 2027 at 1:30am',
        ],
      ] as const) {
        const booking = { ...BOOKING, start: start as LocalDateTime, minutes };
        const { events } = read(await entryOf({ booking, at: '2027-01-04T08:00:00Z' as Instant }));
        assert.equal(events[0]!.end, end, start);
        assert.ok(sent.at(-1)!.text.includes(said), `${said}\n${sent.at(-1)!.text}`);
      }
    });

    test('a change and a cancellation are of the same entry, by its UID and its organiser, and each counts higher', async () => {
      const moved = { ...BOOKING, sequence: 1, start: '2027-07-09T10:00' as LocalDateTime };
      const story = [
        read(await entryOf()),
        read(await entryOf({ kind: 'change', booking: moved })),
        read(await entryOf({ kind: 'cancellation', booking: moved })),
      ];
      assert.deepEqual(
        story.map(({ method, events }) => [method, events[0]!.sequence]),
        [
          ['REQUEST', 0],
          ['REQUEST', 2],
          ['CANCEL', 3],
        ],
      );
      assert.equal(new Set(story.map(({ events }) => `${events[0]!.uid} ${events[0]!.organiser}`)).size, 1);
      assert.equal(story[2]!.events[0]!.attendees[0]!.rsvp, false);
    });

    test('the feed has what stands of all their cases, by the UIDs of the invitations, and nobody in it', async () => {
      const uid = read(await entryOf()).events[0]!.uid;
      await tell({
        meeting: 'core-group-4' as MeetingId,
        booking: { ...BOOKING, start: '2027-08-02T10:00' as LocalDateTime },
      });
      await tell({ kind: 'cancellation', meeting: 'core-group-4' as MeetingId, booking: { ...BOOKING, sequence: 1 } });
      await tell({ booking: { ...BOOKING, start: '2027-06-01T10:00' as LocalDateTime } }, 'BC-7');
      await tell({ booking: { ...BOOKING, start: '2026-06-01T10:00' as LocalDateTime } }, 'BC-OLD');
      const { method, events } = read((await behind(await path()))!);
      assert.equal(method, 'PUBLISH');
      assert.deepEqual(
        events.map(({ summary, start, attendees }) => [summary, start, attendees.length]),
        [
          ['BC-7: core group 3', '2027-06-01T09:00:00.000Z', 0],
          ['BC-2041: core group 3', '2027-07-02T09:00:00.000Z', 0],
        ],
      );
      assert.equal(events[1]!.uid, uid);
    });
  });

const READER = () => whereTo(record.ledgerKey, 'barnsley', 'HV@example.test').reader;
const path = async () => feedPath(record.ledgerKey, await feedTokenOf(record, READER(), 'barnsley'));
const behind = (at: string) =>
  feedBehind(record, at.replace(/^\/calendar\/|\.ics$/g, ''), { sender: settings.sender, now: NOW });

test('no name and no address of a person is in a feed', async () => {
  await tell();
  assert.ok(!/canary|example\.test(?<!notify\.example\.test)/i.test((await behind(await path()))!));
});

test('a feed that is given another token shows nothing under the old one; one that was made up shows nothing', async () => {
  await tell();
  const old = await path();
  assert.equal(await path(), old, 'it stays the same until then');
  await revokeFeed(record, READER());
  assert.equal(await behind(old), undefined);
  assert.ok(await behind(await path()));
  for (const made of ['/calendar/a.ics', old.replace(/.\.ics$/, '.ics'), '/calendar/__proto__.ics'])
    assert.equal(await behind(made), undefined, made);
});

test('as a calendar program fetches it: its type, and a plain page for what is no feed', async () => {
  await tell();
  const app = webApp({
    ...({ now: () => new Date(NOW), policies: async () => [] } as unknown as Parameters<typeof webApp>[0]),
    publicUrl: 'https://nodrift.example.test',
    calendars: { feedBehind: behind, pathOf: path, renew: async () => {} },
  });
  const feed = await app.request(await path());
  assert.equal(feed.status, 200);
  assert.equal(feed.headers.get('content-type'), 'text/calendar; charset=utf-8');
  assert.equal(feed.headers.get('cache-control'), 'private, max-age=300');
  assert.match(await feed.text(), /^BEGIN:VCALENDAR\r\n/);
  for (const wrong of [
    '/calendar/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.ics',
    '/calendar/x',
    '/calendar/%0d%0a.ics',
    '/calendar/',
  ])
    assert.equal((await app.request(wrong)).status, 404, wrong);
  assert.equal((await app.request(await path(), { method: 'POST' })).status, 404);
});

test('an entry says who is asked to come, by role; one that is cancelled does not', async () => {
  const asked = ['social-worker', 'health', 'mother'];
  const description = async (change: Partial<Notice>) => {
    const calendar = new ICAL.Component(ICAL.parse(await entryOf({ ...change, asked })));
    return new ICAL.Event(calendar.getFirstSubcomponent('vevent')!).description;
  };
  assert.match(
    await description({}),
    /^Case BC-2041\. Asked to come: social worker, health representative and parent\. If you cannot come,/,
  );
  assert.doesNotMatch(await description({ kind: 'cancellation' }), /Asked to come/);
});
