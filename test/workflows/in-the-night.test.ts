// A real case on the server, through a night: what it planned for 08:00 stands in the outbox, is withdrawn when it is done, and is planned again
// (docs/decisions/017); across a renewal, and with no more events of history than a morning took before.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ledgerOf, overdueCases } from '../../record/read.ts';
import { conference, coreGroup, discussion, event, moment } from '../support/family.ts';
import { type RunningCase, until, useRig } from '../support/harness.ts';
import { countOf } from '../support/replay.ts';

const rig = useRig();

/** Nina is chased for minutes that have not come on Monday 14 February. */
const DAY = '2028-02-14';
const RUNG = 'minutes/core-group-1|1-after|';
const chase = async (c: RunningCase) =>
  (await ledgerOf(rig.record, c.id)).filter(({ notice }) => notice.startsWith(RUNG)).map(({ state }) => state);
const came = (id: string, at: string) =>
  event(id, `${DAY}T${at}`, 'minutes-received', { meeting: 'core-group-1', on: DAY });

test('planned in the night, done at ten to eight, taken back at five to: what stands at eight goes, once', async () => {
  const c = await rig.open([discussion(), conference(), coreGroup()]);
  await c.forwardTo(`${DAY}T04:59`);
  assert.deepEqual(await chase(c), []);
  await c.forwardTo(`${DAY}T07:41`);
  assert.deepEqual(await chase(c), ['PLANNED']);
  await c.record(came('came', '07:50'));
  await until(async () => (await chase(c)).join() === 'WITHDRAWN', 'it is withdrawn');
  const wrong = { withdraws: 'came', by: 'tom', reason: 'of another case' };
  await c.record(event('wrong', `${DAY}T07:55`, 'event-withdrawn', wrong));
  // Under a key of its own, for it is owed anew since the correction (L1).
  await until(async () => (await chase(c)).sort().join() === 'PLANNED,WITHDRAWN', 'it is planned again');
  await c.forwardTo(`${DAY}T08:30`);
  const told = (await c.told()).filter((line) => line === `${DAY} chase minutes/core-group-1 to nina`);
  assert.equal(told.length, 1);
  const late = await overdueCases(rig.record, moment(`${DAY}T09:00`), 0);
  assert.ok(!late.some(({ id }) => id === c.id), 'what is planned is not overdue');
});

test('renewed in the night it withdraws what the run before planned', async () => {
  const c = await rig.open([discussion(), conference(), coreGroup()]);
  await c.forwardTo(`${DAY}T07:41`);
  await c.renew();
  assert.equal((await chase(c)).join(), 'PLANNED');
  const [, again] = await c.runs();
  await rig.nodrift.record(c.key, [came('came', '07:50')]);
  await until(async () => (await chase(c)).join() === 'WITHDRAWN', 'it is withdrawn');
  assert.equal(
    countOf(again ? [again] : [], 'activityTaskScheduledEventAttributes'),
    0,
    'nothing is handed over twice',
  );
});

test('a morning is one timer and one delivery of history, at its hour of the night and not again at eight', async () => {
  const c = await rig.open([discussion(), conference(), coreGroup()]);
  await c.forwardTo(`${DAY}T04:59`);
  const counted = async () => {
    const runs = await c.runs();
    return [countOf(runs, 'timerFiredEventAttributes'), countOf(runs, 'activityTaskScheduledEventAttributes')] as const;
  };
  const [timers, deliveries] = await counted();
  await c.forwardTo(`${DAY}T12:00`);
  assert.deepEqual(await counted(), [timers + 1, deliveries + 1]);
});
