// What comes back by mail, in a real conversation with the listener: calendars' answers become attendance, bounces mark addresses, and nothing else
// changes anything or leaves more than one line of log.

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { eq } from 'drizzle-orm';
import { createTransport, type Transporter } from 'nodemailer';
import { createActivities } from '../../activities/deliver.ts';
import { Refused, Unavailable } from '../../client/errors.ts';
import type { LocalDateTime } from '../../domain/time/calendar.ts';
import { replyDesk } from '../../mail/replies.ts';
import { type ReplyListener, startReplyListener } from '../../mail/reply-listener.ts';
import type { Message, Transport } from '../../mail/smtp.ts';
import { startSweeper } from '../../mail/sweeper.ts';
import type { OpenRecord } from '../../record/open.ts';
import { ledgerOf } from '../../record/read.ts';
import { calendarEntries } from '../../record/schema.ts';
import type { HistoryAnswer } from '../../workflows/api.ts';
import {
  apple,
  exchange,
  gmail,
  google,
  type Invited,
  outlook,
  outOfOffice,
  postfix,
  written,
} from '../support/calendar-replies.ts';
import { ACCEPTED, CASE, settings as plain } from '../support/deliveries.ts';
import { BOOKING, delivery, identity, notice, person } from '../support/entries.ts';
import { memoryRecord } from '../support/memory-record.ts';
import { emptied } from '../support/records.ts';

const settings = { ...plain, replyDomain: 'reply.example.test' };
const PROGRAMS = { Google: google, Outlook: outlook, Apple: apple };
const HANA = person('hv', { email: 'hv@example.test' });

let record: OpenRecord;
let listener: ReplyListener;
let smtp: Transporter;
let sent: Message[] = [];
let logged: { fields: Readonly<Record<string, unknown>>; message: string }[] = [];
let recorded: { key: string; id: string; event: Record<string, unknown> }[] = [];
let refusal: Error | undefined;

/** A case that takes what it is told. */
const nodrift = {
  async record({ kind, ref }: { kind: string; ref: string }, events: readonly { id?: string; event: unknown }[]) {
    if (refusal) throw refusal;
    for (const { id, event } of events)
      if (!recorded.some((one) => one.id === id))
        recorded.push({ key: `${kind}/${ref}`, id: id!, event: event as Record<string, unknown> });
    return { recorded: [], warnings: [], asks: [] };
  },
  async history({ kind, ref }: { kind: string; ref: string }) {
    const all = recorded.filter(({ key }) => key === `${kind}/${ref}`);
    const taken = all.flatMap(({ event }) => (event.type === 'event-withdrawn' ? [event.withdraws as string] : []));
    const putRight = taken.map((event) => ({ event, standing: 'withdrawn' }));
    const events = all.map(({ id, event }) => ({ id, recordedAt: '2027-03-05T09:00:00Z', event }));
    return { events, putRight } as unknown as HistoryAnswer;
  },
};
const transport: Transport = {
  send: async (message) => {
    sent.push(message);
    return ACCEPTED;
  },
  close: async () => {},
};
const log = {
  info: (fields: Readonly<Record<string, unknown>>, message: string) => void logged.push({ fields, message }),
  warn: (fields: Readonly<Record<string, unknown>>, message: string) => void logged.push({ fields, message }),
};
const deliver = (...of: Parameters<typeof delivery>) =>
  createActivities({ record, transport, settings }).deliver(delivery(...of));

before(async () => {
  record = await memoryRecord();
  const attending = { record, nodrift: nodrift as never, now: () => Date.parse('2027-03-06T09:00:00Z') };
  listener = await startReplyListener(replyDesk(attending, settings, log)!, { host: '127.0.0.1', port: 0 });
  smtp = createTransport({ host: '127.0.0.1', port: listener.port, ignoreTLS: true });
});
after(async () => {
  await listener.close();
  await record.close();
});
beforeEach(async () => {
  await emptied(record);
  [sent, logged, recorded, refusal] = [[], [], [], undefined];
});

/** Invites to a core group, and reads the invitation as a calendar would. */
async function invite(
  change: Parameters<typeof notice>[1] = {},
  entry: Parameters<typeof delivery>[1] = {},
): Promise<Invited> {
  const key = `invited-${Math.random()}`;
  await deliver(
    [notice(HANA, { key, kind: 'invitation', duty: 'attend/core-group-3', booking: BOOKING, ...change })],
    entry,
  );
  const content = sent.at(-1)!.calendar!.content.replace(/\r\n[ \t]/g, '');
  const value = (name: RegExp) => name.exec(content)![1]!;
  return {
    uid: value(/^UID:(.*)$/m),
    sequence: Number(value(/^SEQUENCE:(.*)$/m)),
    organiser: value(/^ORGANIZER[^:]*:mailto:(.*)$/m),
    attendee: value(/^ATTENDEE.*:mailto:(.*)$/im).toLowerCase(),
  };
}

/** Hands a mail over; what the listener answers. */
const send = (to: string, raw: string, from = 'hv@example.test'): Promise<string> =>
  smtp.sendMail({ envelope: { from, to: [to] }, raw }).then(
    ({ response = '' }) => response,
    ({ response, code }: { response?: string; code?: string }) => response ?? code ?? 'failed',
  );

/** Nothing changed, and the one line that says so. */
function nothing(why: string, kept = 0) {
  assert.equal(recorded.length, kept);
  assert.equal(logged.length, 1, JSON.stringify(logged));
  assert.equal(logged[0]!.fields.why, why);
  assert.ok(!/canary|hana|@/i.test(JSON.stringify(logged)), 'no word, name or address of the mail is in the log');
}

for (const [name, reply] of Object.entries(PROGRAMS)) {
  test(`${name}: declined is an apology of the person invited`, async () => {
    const to = await invite();
    assert.match(await send(to.organiser, reply(to, 'DECLINED')), /^250/);
    assert.deepEqual(
      recorded.map(({ key, event }) => [key, event]),
      [[CASE, { type: 'apologies-received', by: 'hv', via: 'reply', meeting: 'core-group-3', person: 'hv' }]],
    );
    assert.deepEqual(logged, [{ fields: { what: 'apologies', case: CASE }, message: 'a calendar answered' }]);
  });

  test(`${name}: accepted says that they come, once; after an apology it takes that back; perhaps records nothing`, async () => {
    const to = await invite();
    await send(to.organiser, reply(to, 'ACCEPTED', { stamp: '20261126T090000Z' }));
    const coming = { type: 'acceptance-received', by: 'hv', via: 'reply', meeting: 'core-group-3', person: 'hv' };
    assert.deepEqual(
      recorded.map(({ event }) => event),
      [coming],
    );
    assert.deepEqual(logged, [{ fields: { what: 'coming', case: CASE }, message: 'a calendar answered' }]);
    logged = [];
    await send(to.organiser, reply(to, 'ACCEPTED', { stamp: '20261126T090030Z' }));
    nothing('known-already', 1);
    logged = [];
    await send(to.organiser, reply(to, 'TENTATIVE', { stamp: '20261126T090100Z' }));
    nothing('tentative', 1);
    await send(to.organiser, reply(to, 'DECLINED', { stamp: '20261126T090200Z' }));
    await send(to.organiser, reply(to, 'ACCEPTED', { stamp: '20261126T090300Z' }));
    assert.deepEqual(
      recorded.map(({ event }) => event.type),
      ['acceptance-received', 'apologies-received', 'event-withdrawn', 'acceptance-received'],
    );
    assert.equal(recorded[2]!.event.withdraws, recorded[1]!.id);
  });

  test(`${name}: an answer to a meeting that has moved since changes nothing`, async () => {
    const old = await invite();
    await invite({ kind: 'change', booking: { ...BOOKING, sequence: 1, start: '2027-07-09T10:00' as LocalDateTime } });
    assert.match(await send(old.organiser, reply(old, 'DECLINED')), /^250/);
    nothing('moved');
    logged = [];
    // With the right number and another day it is no answer to this entry either.
    await send(old.organiser, reply({ ...old, sequence: 2 }, 'DECLINED'));
    nothing('moved');
  });
}

test('accepted does not take back what was said elsewhere since, nor what somebody else recorded; it does what was said before', async () => {
  const to = await invite();
  const apology = (by: string) => ({
    type: 'apologies-received',
    by,
    via: 'link',
    meeting: 'core-group-3',
    person: 'hv',
  });
  recorded.push({ key: CASE, id: 'theirs', event: apology('hv') }, { key: CASE, id: 'others', event: apology('sw') });
  await send(to.organiser, apple(to, 'ACCEPTED', { stamp: '20270305T080000Z' }));
  nothing('not-theirs', 2);
  await send(to.organiser, apple(to, 'ACCEPTED', { stamp: '20270305T100000Z' }));
  assert.deepEqual(
    recorded.slice(2).map(({ event }) => event.withdraws),
    ['theirs'],
  );
  logged = [];
  await send(to.organiser, apple(to, 'DECLINED', { stamp: '20270305T110000Z' }));
  nothing('known-already', 3);
});

test('the same mail twice is one answer; of two answers the later one counts, in whatever order they come', async () => {
  const to = await invite();
  const declined = google(to, 'DECLINED', { stamp: '20261126T091500Z' });
  await send(to.organiser, declined);
  await send(to.organiser, declined);
  assert.equal(recorded.length, 1);
  await send(to.organiser, google(to, 'ACCEPTED', { stamp: '20261126T093000Z' }));
  logged = [];
  await send(to.organiser, declined);
  nothing('answered-since', 3);
});

test('one answer to one gathering is an answer in each of the siblings’ cases, L27', async () => {
  const of = (ref: string) => identity({ id: `child-protection/${ref}`, ref, family: 'F-1' });
  const to = await invite({}, { case: of('B-1') });
  // This one waits for those of the siblings.
  await deliver([notice(HANA, { kind: 'invitation', duty: 'attend/core-group-3', booking: BOOKING })], {
    case: of('B-2'),
  });
  await send(to.organiser, outlook(to, 'DECLINED'));
  assert.deepEqual(
    recorded.map(({ key }) => key),
    ['child-protection/B-1', 'child-protection/B-2'],
  );
});

test('somebody to whom the entry was passed on answers for nobody', async () => {
  const to = await invite();
  await send(to.organiser, google({ ...to, attendee: 'friend@example.test' }, 'DECLINED'));
  nothing('somebody-else');
});

test('another meeting’s entry, a cancelled one, and one that the record does not know', async () => {
  const to = await invite();
  const other = await invite({ meeting: 'core-group-4' as never });
  await send(to.organiser, google({ ...other, sequence: to.sequence }, 'DECLINED'));
  nothing('another-entry');
  await invite({ kind: 'cancellation' });
  logged = [];
  await send(to.organiser, google({ ...to, sequence: 1 }, 'DECLINED'));
  nothing('cancelled');
  await record.db.delete(calendarEntries).where(eq(calendarEntries.person, 'hv'));
  logged = [];
  await send(to.organiser, google(to, 'DECLINED'));
  nothing('unknown-entry');
});

test('a case that refuses it is not asked again, and one that does not answer is', async () => {
  const to = await invite();
  refusal = new Refused('the canary says no', 'R2');
  assert.match(await send(to.organiser, google(to, 'DECLINED')), /^250/);
  nothing('refused-R2');
  refusal = new Unavailable('the canary sleeps');
  logged = [];
  assert.match(await send(to.organiser, google(to, 'DECLINED', { stamp: '20261126T092000Z' })), /^451 4\.3\.0/);
  nothing('Unavailable');
});

test('out of office changes nothing; what somebody wrote is refused, so that their own server tells them', async () => {
  const to = await invite();
  assert.match(await send(to.organiser, outOfOffice(to.organiser, to.attendee), ''), /^250/);
  nothing('auto-reply');
  logged = [];
  assert.match(
    await send(to.organiser, written(to.organiser, to.attendee)),
    /^550 5\.6\.0 only calendars are read here/,
  );
  nothing('no-answer');
});

test('a forged address is refused before a word is said: a changed letter, another purpose, none, another domain', async () => {
  const { organiser } = await invite();
  const forged = [
    organiser.replace(/.@/, (end) => `${end[0] === 'a' ? 'b' : 'a'}@`),
    organiser.replace('reply+', 'bounce+'),
    ...['reply+@reply.example.test', 'reply@reply.example.test', 'amira@reply.example.test', 'hv@elsewhere.test'],
    organiser.replace('reply.example.test', 'elsewhere.test'),
    `${organiser.slice(0, 12)}@reply.example.test`,
  ];
  for (const to of forged)
    assert.match(await send(to, 'Subject: x\r\n\r\nx'), /^550 5\.1\.1 there is no such address/, to);
  assert.equal(recorded.length, 0);
  assert.match(
    await send(organiser.toUpperCase().replace('REPLY.EXAMPLE.TEST', 'reply.example.test'), 'x: y\r\n\r\n'),
    /^550 5\.6\.0/,
  );
});

test('truncated, hostile and senseless answers change nothing, and each is one line', async () => {
  const to = await invite();
  const whole = google(to, 'DECLINED');
  const calendar = (...lines: string[]) => `Content-Type: text/calendar; method=REPLY\r\n\r\n${lines.join('\r\n')}\r\n`;
  const event = (...lines: string[]) =>
    calendar('BEGIN:VCALENDAR', 'METHOD:REPLY', 'BEGIN:VEVENT', ...lines, 'END:VEVENT', 'END:VCALENDAR');
  const senseless = [
    whole.slice(0, whole.indexOf('SEQUENCE')),
    whole
      .replaceAll('METHOD:REPLY', 'METHOD:REQUEST')
      .replace(/Content-Type: application\/ics[\s\S]*?--outer--/, '--outer--'),
    calendar(''),
    calendar('\u0000\u202e', 'BEGIN:VCALENDAR'),
    event(
      `UID:${to.uid}`,
      `ATTENDEE;PARTSTAT=DECLINED:mailto:${to.attendee}`,
      'ATTENDEE;PARTSTAT=DECLINED:mailto:evil@x.test',
    ),
    event(`UID:${'x'.repeat(100_000)}`, `ATTENDEE;PARTSTAT=DECLINED:mailto:${to.attendee}`),
    event(`UID:${to.uid}`, 'SEQUENCE:-1', `ATTENDEE;PARTSTAT=DECLINED:mailto:${to.attendee}`),
    event(
      `UID:${to.uid}`,
      'DTSTART:99999999T999999Z',
      'SEQUENCE:x',
      `ATTENDEE;PARTSTAT=DECLINED:mailto:${to.attendee}`,
    ),
    event(`UID:${to.uid}`, `ATTENDEE;PARTSTAT=__proto__:mailto:${to.attendee}`),
    event(`UID:${to.uid}`, `ATTENDEE;PARTSTAT=DECLINED:mailto:${to.attendee}\\r\\nBcc: evil@x.test`),
    'Content-Type: multipart/mixed; boundary=a\r\n\r\n'.repeat(200),
  ];
  for (const raw of senseless) {
    logged = [];
    await send(to.organiser, raw);
    assert.equal(recorded.length, 0, raw.slice(0, 200));
    assert.equal(logged.length, 1, raw.slice(0, 200));
  }
});

test('20 MB are refused by size, said or not; a second recipient is asked to come alone', async () => {
  const to = await invite();
  assert.match(await send(to.organiser, `Subject: x\r\n\r\n${`${'x'.repeat(78)}\r\n`.repeat(262_144)}`), /^552/);
  assert.equal(logged.length, 0);
  const { rejected } = await smtp.sendMail({
    envelope: { from: 'hv@example.test', to: [to.organiser, sent[0]!.returnPath!] },
    raw: google(to, 'DECLINED'),
  });
  assert.equal(rejected?.length, 1);
  assert.equal(recorded.length, 1);
});

const BOUNCES = { Postfix: postfix, Exchange: exchange, Gmail: gmail };
for (const [name, bounced] of Object.entries(BOUNCES))
  test(`${name}: a mail that came back marks its address, once, and the case is told as of any dead address`, async () => {
    await invite();
    const { returnPath } = sent[0]!;
    const raw = bounced({ to: returnPath!, recipient: 'HV@example.test' });
    assert.match(await send(returnPath!, raw, ''), /^250/);
    const [line] = await ledgerOf(record, CASE);
    assert.deepEqual([line?.state, line?.code], ['REFUSED', name === 'Exchange' ? '5.1.10' : '5.1.1']);
    assert.deepEqual(logged[0]?.fields, { what: 'refused', code: line?.code, case: CASE });
    const told: string[] = [];
    const sweeper = startSweeper({
      record,
      transport,
      settings,
      everyMs: 3_600_000,
      onRefused: async (row) => void told.push(`${row.caseId} ${row.recipient} ${row.code}`),
    });
    await sweeper.sweep();
    await send(returnPath!, raw, '');
    await sweeper.sweep();
    await sweeper.stop();
    assert.deepEqual(told, [`${CASE} hv ${line?.code}`]);
    assert.equal(sent.length, 1, 'it is not sent again');
    assert.equal(logged.at(-1)?.fields.why, 'known');
  });

test('a delay, a full mailbox, a refusal by policy or of our own sender, and an answer out of office mark nothing', async () => {
  await invite();
  const { returnPath } = sent[0]!;
  const of = { to: returnPath!, recipient: 'hv@example.test' };
  const reports = [
    [postfix({ ...of, action: 'delayed', status: '4.4.1' }), 'delayed'],
    [postfix({ ...of, status: '5.2.2' }), 'failed'],
    [exchange({ ...of, status: '5.7.1' }), 'failed'],
    [gmail({ ...of, status: '5.1.8' }), 'failed'],
    [postfix({ ...of, action: 'delivered', status: '2.0.0' }), 'delivered'],
    [postfix({ ...of, recipient: 'member@example.test' }), 'another-recipient'],
    [outOfOffice(returnPath!, of.recipient), 'auto-reply'],
    [written(returnPath!, of.recipient), 'no-report'],
  ] as const;
  for (const [raw, why] of reports) {
    logged = [];
    assert.match(await send(returnPath!, raw, ''), /^250/);
    nothing(why);
    assert.equal((await ledgerOf(record, CASE))[0]?.state, 'ACCEPTED', why);
  }
});

test('a report that says only "failed" is read by what the last server answered', async () => {
  await invite();
  const { returnPath } = sent[0]!;
  const raw = postfix({
    to: returnPath!,
    recipient: 'hv@example.test',
    status: '5.0.0',
    diagnostic: '550 5.1.1 no such user',
  });
  await send(returnPath!, raw, '');
  assert.equal((await ledgerOf(record, CASE))[0]?.code, '5.1.1');
});

test('a bounce that comes before the relay’s own answer is written down counts, and the answer does not undo it', async () => {
  let answer: (() => void) | undefined;
  const slow: Transport = {
    send: async (message) => {
      sent.push(message);
      await new Promise<void>((go) => {
        answer = go;
      });
      return ACCEPTED;
    },
    close: async () => {},
  };
  const delivering = createActivities({ record, transport: slow, settings }).deliver(delivery([notice(HANA)]));
  while (!answer) await new Promise((soon) => setTimeout(soon, 5));
  const { returnPath } = sent[0]!;
  await send(returnPath!, postfix({ to: returnPath!, recipient: 'hv@example.test' }), '');
  answer();
  await delivering;
  assert.equal((await ledgerOf(record, CASE))[0]?.state, 'REFUSED');
});
