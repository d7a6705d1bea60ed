// Who has something due is woken within a moment, once, by whichever worker looks; and what became late in the night is told.

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { Client } from '@temporalio/client';
import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import type { LocalDate } from '../../domain/time/calendar.ts';
import type { OpenRecord } from '../../record/open.ts';
import { duties } from '../../record/schema.ts';
import { WEBHOOK_TYPES, webhookEvents } from '../../record/schema-webhooks.ts';
import { markBusy } from '../../record/webhook-deliveries.ts';
import { addSubscription } from '../../record/webhook-subscriptions.ts';
import { keep } from '../../record/write.ts';
import { startWebhookCalls } from '../../worker/webhook-calls.ts';
import { duty, entry, event } from '../support/entries.ts';
import { memoryRecord } from '../support/memory-record.ts';
import { emptied } from '../support/records.ts';
import { until } from '../support/waiting.ts';

let record: OpenRecord;
before(async () => {
  record = await memoryRecord();
});
after(() => record.close());

let calls: { stop(): Promise<void> } | undefined;
afterEach(async () => {
  await calls?.stop();
  calls = undefined;
});

/** The part of a client that is used. @param fails how often no server answers */
function looks(fails = 0): { readonly woken: string[]; readonly logged: unknown[] } {
  const woken: string[] = [];
  const logged: unknown[] = [];
  let left = fails;
  const signalWithStart = async (_: string, { workflowId }: { workflowId: string }) => {
    if (left-- > 0) throw new Error('no server answers, says the test');
    woken.push(workflowId);
  };
  const client = { workflow: { signalWithStart }, withDeadline: (_: number, act: () => unknown) => act() };
  const log = pino({ level: 'warn' }, { write: (line: string) => void logged.push(JSON.parse(line)) });
  calls = startWebhookCalls({ client: client as unknown as Client, record, log });
  return { woken, logged };
}

async function listens(): Promise<string> {
  const wish = { authority: 'barnsley', url: 'https://receiver.example/', types: WEBHOOK_TYPES, by: 'key:test' };
  return (await addSubscription(record, wish))!.subscription.id;
}

test('a listener with something due is woken by its id; one that is being served is left alone', async () => {
  await emptied(record);
  const [idle, busy] = [await listens(), await listens()];
  await markBusy(record, busy, true);
  const { woken } = looks();
  await keep(record, entry({ newEvents: [event('e1')], duties: [] }));
  await until(() => woken.length > 0, 'it is woken');
  assert.deepEqual([...new Set(woken)], [`nodrift-webhooks/${idle}`]);
});

test('a server that does not answer is asked again, and said once', async () => {
  await emptied(record);
  await listens();
  await keep(record, entry({ newEvents: [event('e1')], duties: [] }));
  const { woken, logged } = looks(2);
  await until(() => woken.length > 0, 'it is woken in the end');
  assert.equal(logged.length, 1);
});

test('what became late while nothing was recorded is told', async () => {
  await emptied(record);
  await keep(
    record,
    entry({ newEvents: [], duties: [duty('minutes/core-group-3', { due: '2099-01-05' as LocalDate })] }),
  );
  // The day passes.
  await record.db.update(duties).set({ due: sql`'2026-01-05'` });
  looks();
  await until(async () => (await record.db.select().from(webhookEvents)).length > 0, 'it is told');
  const [told] = await record.db.select().from(webhookEvents);
  assert.deepEqual([told?.type, told?.duty?.key], ['nodrift.duty.late', 'minutes/core-group-3']);
});
