// Continuing as new: a case carries everything over to its next run, as often as it likes, while events go on coming in.
// In real time, for the server's fast-forward loses days across several runs.

import assert from 'node:assert/strict';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { NewEvent } from '../../client/nodrift.ts';
import { conference, coreGroup, discussion, event } from '../support/family.ts';
import { type RunningCase, until, useRig } from '../support/harness.ts';
import { countOf } from '../support/replay.ts';

const SUGGESTED_AT = 150;
/** The server suggests it long before the usual 4,096 events, so that a test need not write as many. */
const rig = useRig({
  async binary(found, folder) {
    const program = join(folder, 'temporal');
    const setting = `--dynamic-config-value limit.historyCount.suggestContinueAsNew=${SUGGESTED_AT}`;
    await writeFile(program, `#!/bin/sh\nexec '${found}' "$@" ${setting}\n`);
    await chmod(program, 0o755);
    return program;
  },
});

const note = (n: number) => event(`note-${n}`, '2028-02-08', 'decision-recorded', { decision: `number ${n}` });
const seen = async (c: RunningCase) => ({ owed: await c.owed(), history: await c.history() });

test('renew carries the state over unchanged, and repeats no mail', async () => {
  const c = await rig.open([discussion(), conference(), coreGroup()]);
  await c.forwardTo('2028-02-16');
  const before = { ...(await seen(c)), told: await c.told() };
  await c.renew();
  assert.deepEqual({ ...(await seen(c)), told: await c.told() }, before);
  await c.forwardTo('2028-02-17');
  assert.deepEqual(await c.told(), before.told);
  await c.forwardTo('2028-02-19'); // the next rung, once
  const more = (await c.told()).filter((line) => !before.told.includes(line));
  assert.deepEqual(more, [
    '2028-02-18 escalation minutes/core-group-1 to amira',
    '2028-02-18 escalation minutes/core-group-1 to nina',
    '2028-02-18 escalation minutes/core-group-1 to tom',
  ]);
});

test('what is put right before it, after it and across it is the case that was typed right the first time, L1', async () => {
  const by = { by: 'tom', reason: 'typed wrongly' };
  const held = (on: string) => ({ ...coreGroup().event, on, reason: 'by telephone' });
  const right = await rig.open([discussion(), conference(), { ...coreGroup(), event: held('2028-02-07') } as NewEvent]);
  const c = await rig.open([discussion(), conference(), { ...coreGroup(), event: held('2028-02-08') } as NewEvent]);
  const put = (id: string, fields: object, type = 'event-corrected') =>
    c.record(event(id, '2028-02-08T16:00', type, { ...by, ...fields }));
  const owed = async (of: RunningCase) => (await rig.nodrift.owed(of.key, '2028-02-20T09:00:00Z')).duties;
  const id = coreGroup().id ?? '';
  await put('c1', { corrects: id, event: held('2028-02-06') });
  await c.renew();
  await put('c2', { corrects: 'c1', event: held('2028-02-07') });
  assert.deepEqual(await owed(c), await owed(right));
  await c.renew();
  assert.deepEqual(await owed(c), await owed(right));
  await put('w1', { withdraws: 'c2' }, 'event-withdrawn');
  await c.renew();
  await put('w2', { withdraws: 'w1' }, 'event-withdrawn');
  assert.deepEqual(await owed(c), await owed(right));
  const before = { ...(await seen(c)), told: await c.told() };
  await c.renew();
  assert.deepEqual({ ...(await seen(c)), told: await c.told() }, before);
});

test('search attributes live on through it, and are written again only when they changed', async () => {
  const c = await rig.open([discussion(), conference()]);
  await c.forwardTo('2028-01-28'); // nothing is owed before it arises
  const shown = async () => (await c.handle.describe()).searchAttributes;
  await until(async () => (await shown()).NodriftNextLimit !== undefined, 'they are shown');
  const before = await shown();
  await c.renew();
  await c.owed();
  const runs = await c.runs();
  assert.equal(countOf(runs.slice(-1), 'upsertWorkflowSearchAttributesEventAttributes'), 0);
  assert.deepEqual((await shown()).NodriftNextLimit, before.NodriftNextLimit);
  assert.deepEqual((await shown()).NodriftPolicy, before.NodriftPolicy);
});

test('three times over, with events in between, nothing is lost or doubled', async () => {
  const c = await rig.open([discussion(), conference()]);
  for (let n = 1; n <= 3; n++) {
    await rig.nodrift.record(c.key, [note(n)]);
    await c.renew();
    await rig.nodrift.record(c.key, [note(n)]); // sent again to the next run
  }
  assert.equal((await c.runs()).length, 4);
  const { events } = await c.history();
  assert.deepEqual(
    events.map(({ id }) => id),
    ['discussion', 'conference', 'note-1', 'note-2', 'note-3'],
  );
});

test('events that race with it are each recorded once, in the run they meet', async () => {
  const c = await rig.open([discussion(), conference()]);
  const sending = Array.from({ length: 24 }, async (_, n) => {
    if (n % 8 === 4) await c.handle.signal('renew');
    return rig.nodrift.record(c.key, [note(n)]);
  });
  const answers = await Promise.all(sending);
  assert.deepEqual(
    answers.map(({ recorded }) => recorded[0]),
    Array.from({ length: 24 }, (_, n) => `note-${n}`),
  );
  const ids = (await c.history()).events.map(({ id }) => id);
  assert.equal(new Set(ids).size, 26);
  assert.equal(ids.length, 26);
  assert.ok((await c.runs()).length > 1, 'it did continue as new');
});

test('it happens by itself when the server suggests it', async () => {
  const c = await rig.open([discussion(), conference()]);
  let n = 0;
  while ((await c.runs()).length < 3) {
    assert.ok(n < 100, 'it never continued as new');
    for (let i = 0; i < 5; i++) await rig.nodrift.record(c.key, [note(n++)]);
  }
  const runs = await c.runs();
  for (const { events } of runs.slice(0, -1))
    assert.ok(events.length >= SUGGESTED_AT && events.length < 2 * SUGGESTED_AT, `${events.length} events`);
  assert.equal((await c.history()).events.length, n + 2);
});
