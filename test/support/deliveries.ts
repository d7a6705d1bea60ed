// Deliveries for tests: a relay that answers as it is told, the activities on it, and a sweeper that looks when asked.

import { sql } from 'drizzle-orm';
import { createActivities } from '../../activities/deliver.ts';
import type { Message, Transport } from '../../mail/smtp.ts';
import { type RefusedRow, startSweeper } from '../../mail/sweeper.ts';
import type { OpenRecord } from '../../record/open.ts';
import type { SendResult } from '../../record/send-result.ts';
import { emptied } from './records.ts';

export const CASE = 'child-protection/BC-2041';
export const DOMAIN = 'notify.example.test';
export const settings = { sender: { name: 'Nodrift', address: `nodrift@${DOMAIN}` } };
export const ACCEPTED: SendResult = { outcome: 'accepted', replyHash: 'x', serverMessageId: null };
export const GREYLISTED: SendResult = { outcome: 'deferred', class: 'recipient', code: '4.7.1', afterDot: false };
export const DEAD: SendResult = { outcome: 'refused', code: '5.1.1' };
export const LOST: SendResult = { outcome: 'deferred', class: 'system', code: 'ETIMEDOUT', afterDot: true };
export const DOWN: SendResult = {
  outcome: 'deferred',
  class: 'system',
  code: 'ESOCKET',
  afterDot: false,
  relayDown: true,
};
export const LASTING: SendResult = {
  outcome: 'deferred',
  class: 'recipient',
  code: '550',
  afterDot: false,
  lasting: true,
};

/** A relay that answers as it is told, and keeps what it was given. */
function fakeRelay(answer: (message: Message, before: number) => SendResult | Promise<SendResult> = () => ACCEPTED) {
  const seen: Message[] = [];
  let atOnce = 0;
  const relay = { seen, most: 0, answer };
  const transport: Transport = {
    async send(message) {
      relay.most = Math.max(relay.most, ++atOnce);
      const before = seen.filter((m) => m.messageId === message.messageId).length;
      seen.push(message);
      await new Promise((soon) => setTimeout(soon, 2));
      atOnce--;
      return relay.answer(message, before);
    },
    close: async () => {},
  };
  return Object.assign(relay, { transport });
}

/** As if two hours had gone by. */
export const hoursLater = (record: OpenRecord) =>
  record.db.transaction(async (tx) => {
    await tx.execute(sql`update mails set next_try_at = next_try_at - interval '2 hours', lease_until = lease_until - interval '2 hours',
      not_before = not_before - interval '2 hours'`);
    await tx.execute(
      sql`update notices set not_before = not_before - interval '2 hours', tell_at = tell_at - interval '2 hours'`,
    );
  });

/** An empty record with a relay, the activities and a sweeper; `refused` is what the sweeper told the case. */
export async function setUp(database: OpenRecord, answer?: Parameters<typeof fakeRelay>[0]) {
  const record = await emptied(database);
  const relay = fakeRelay(answer);
  const sending = { record, transport: relay.transport, settings };
  const refused: RefusedRow[] = [];
  const sweep = async () => {
    const one = startSweeper({ ...sending, everyMs: 3_600_000, onRefused: async (row) => void refused.push(row) });
    await one.sweep();
    await one.stop();
  };
  return { record, relay, sending, refused, sweep, ...createActivities(sending) };
}
