// Webhooks on a real server, to a receiver that fails: all arrives, of each case in its order, each at least once.

import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { eq } from 'drizzle-orm';
import { firstOf } from '../../client/payloads-read.ts';
import type { LocalDate } from '../../domain/time/calendar.ts';
import { WEBHOOK_TYPES, webhookSubscriptions } from '../../record/schema-webhooks.ts';
import {
  addSubscription,
  askTest,
  newestCursor,
  outcomeOfTest,
  removeSubscription,
  replay,
  rotateSecret,
  subscription,
} from '../../record/webhook-subscriptions.ts';
import { look } from '../../worker/look.ts';
import { webhookWorkflowId } from '../../workflows/api.ts';
import { event } from '../support/family.ts';
import { type RunningCase, until, useRig } from '../support/harness.ts';
import { Receiver } from '../support/receiver.ts';

const rig = useRig();
const receiver = new Receiver();
after(() => receiver.stop());
const subscribed: string[] = [];
afterEach(async () => {
  for (const id of subscribed.splice(0)) await removeSubscription(rig.record, id);
  receiver.answer = () => undefined;
  receiver.took.length = 0;
});

async function listens(types: readonly (typeof WEBHOOK_TYPES)[number][] = WEBHOOK_TYPES): Promise<string> {
  await receiver.stop();
  await receiver.start();
  const added = await addSubscription(rig.record, { authority: 'barnsley', url: receiver.url, types, by: 'key:test' });
  const { subscription: its, secret } = added!;
  subscribed.push(its.id);
  receiver.secret = secret;
  rig.track(webhookWorkflowId(its.id));
  return its.id;
}

/** Something small, a minute after another. */
const note = (i: number) =>
  event(`note-${i}`, `2028-01-11T11:${String(i).padStart(2, '0')}`, 'decision-recorded', { decision: `no. ${i}` });

const upTo = (many: number) => Array.from({ length: many }, (_, i) => i + 1);
const hasAll = (running: readonly RunningCase[], many: number) =>
  running.every(({ id }) => receiver.sequences().get(id)?.length === many);

test('a receiver that fails one call in three, hangs, redirects and is killed gets everything, of each case in its order', async () => {
  const id = await listens(['nodrift.event.recorded']);
  const failures = [500, 'reset', 307, 503, 'silence'] as const;
  receiver.answer = (_, calls) => (calls % 3 === 0 ? failures[(calls / 3) % failures.length] : undefined);
  const running = await Promise.all(upTo(4).map(() => rig.open()));
  for (let i = 0; i < 3; i++) await Promise.all(running.map((one) => one.record(note(i))));
  await until(() => receiver.took.length >= 4, 'some arrives');
  await receiver.stop();
  for (let i = 3; i < 6; i++) await Promise.all(running.map((one) => one.record(note(i))));
  await until(async () => (await subscription(rig.record, 'all', id))?.code === 'ECONNREFUSED', 'it finds nobody');
  await receiver.start();
  await until(
    () => hasAll(running, 7),
    () => JSON.stringify([...receiver.sequences()]),
  );
  for (const { id: of } of running) assert.deepEqual(receiver.sequences().get(of), upTo(7));
  assert.equal(receiver.forged, 0);
  const { state, waiting, parked } = (await subscription(rig.record, 'all', id))!;
  assert.deepEqual([state, waiting, parked], ['active', 0, 0]);
});

test('what is late, and what ended, is heard of without asking', async () => {
  await listens(['nodrift.duty.late', 'nodrift.case.ended']);
  const running = await rig.open([
    { id: 'long-ago', event: { type: 'strategy-discussion-held', by: 'amira', on: '2026-01-05' as LocalDate } },
  ]);
  await until(() => receiver.took.length > 0, 'it is told');
  const [late] = receiver.took;
  assert.equal(late?.type, 'nodrift.duty.late');
  assert.deepEqual(
    [late?.data.case, late?.data.duty?.key, late?.data.duty?.late],
    [running.id, 'hold/initial-conference', true],
  );
  await running.record({
    id: 'over',
    event: {
      type: 'case-ended',
      by: 'tom',
      on: '2026-02-02' as LocalDate,
      why: 'moved-away',
      reason: 'moved to Leeds',
    },
  });
  await until(() => receiver.took.some(({ type }) => type === 'nodrift.case.ended'), 'its end is told');
});

test('after a replay from a cursor everything after it comes again, under the same ids', async () => {
  const id = await listens(['nodrift.event.recorded']);
  const running = await rig.open();
  await running.record(note(1));
  await until(() => hasAll([running], 2), 'both arrive');
  const first = receiver.took.map((one) => one.id);
  const cursor = Number(receiver.took[0]?.cursor);
  assert.ok((await newestCursor(rig.record)) > cursor);
  assert.equal(await replay(rig.record, id, cursor), 1);
  await until(() => receiver.took.length === 3, 'the second comes again');
  assert.deepEqual(
    receiver.took.map((one) => one.id),
    [...first, first[1]],
  );
});

test('while a secret is changed the receiver may know either', async () => {
  const id = await listens(['nodrift.event.recorded']);
  const next = await rotateSecret(rig.record, id);
  const running = await rig.open();
  await until(() => hasAll([running], 1), 'the old secret still verifies');
  receiver.secret = next;
  await running.record(note(1));
  await until(() => hasAll([running], 2), 'the new one verifies');
  assert.equal(receiver.forged, 0);
});

test('a test is sent at once and says what came of it; an endpoint that is gone ends the subscription', async () => {
  const id = await listens();
  const its = (await subscription(rig.record, 'all', id))!;
  const tried = async () => {
    const { position } = await askTest(rig.record, its);
    let outcome: string | undefined;
    await until(async () => {
      outcome = await outcomeOfTest(rig.record, id, position);
      return outcome !== undefined;
    }, 'somebody tries');
    return outcome;
  };
  assert.equal(await tried(), 'taken');
  assert.equal(receiver.took.at(-1)?.type, 'nodrift.test');
  receiver.answer = () => 500;
  assert.equal(await tried(), '500');
  receiver.answer = () => 410;
  await askTest(rig.record, its);
  await until(async () => (await subscription(rig.record, 'all', id))?.state === 'ended', 'it ends');
});

test('the workflow ends when nothing waits, is begun anew by what comes, and holds nothing but its id', async () => {
  const id = await listens(['nodrift.event.recorded']);
  const running = await rig.open();
  await until(() => hasAll([running], 1), 'it arrives');
  const handle = rig.client.workflow.getHandle(webhookWorkflowId(id));
  const { events } = await handle.fetchHistory();
  const text = JSON.stringify(events?.map(({ workflowExecutionStartedEventAttributes: began }) => began ?? {}));
  assert.doesNotMatch(text, /whsec|127\.0\.0\.1/);
  const { payloads = [] } = events?.[0]?.workflowExecutionStartedEventAttributes?.input ?? {};
  assert.equal(payloads?.length, 1);
  assert.equal(await firstOf(rig.client, webhookWorkflowId(id), payloads), id);
});

test('operators hear of an endpoint that is paused, by its id and not by its address', async () => {
  const id = await listens();
  await rig.record.db.update(webhookSubscriptions).set({ state: 'paused' }).where(eq(webhookSubscriptions.id, id));
  const { alerts } = await look(rig.client, rig.record, Date.now());
  assert.deepEqual(
    alerts.filter(({ what }) => what.startsWith('webhook')),
    [{ caseId: '', what: 'webhook-silent', detail: id }],
  );
});
