// A changed rule over running cases: each continues on the new version, none is stuck, no mail goes twice. And without the pinned
// roll-out it would not be so: the same histories do not replay on the changed code.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { epochMs, fromEpochMs } from '../../domain/time/calendar.ts';
import { plan } from '../../record/outbox.ts';
import type { Bundle } from '../../worker/bundle.ts';
import { makeCurrent, moveCases } from '../../worker/versions.ts';
import { ROUND, TASK_QUEUE } from '../../workflows/api.ts';
import { type Change, changedBundle } from '../support/bundles.ts';
import { delivery, identity, notice, person } from '../support/entries.ts';
import { conference, coreGroup, discussion, event, moment } from '../support/family.ts';
import { PATIENCE_MS, type RunningCase, until, useRig } from '../support/harness.ts';
import { replayFailures, runsOf } from '../support/replay.ts';

const rig = useRig();

const note = (id: string, at: string) => event(id, at, 'decision-recorded', { decision: 'nothing changes' });

/** Starts the new version beside the old, makes it current, moves every case, and only then stops the old. */
async function rollOut(bundle: Bundle): Promise<void> {
  if (rig.worker.buildId === bundle.buildId) return;
  const worker = await rig.startWorker(bundle);
  await makeCurrent(rig.client, bundle.buildId);
  assert.deepEqual(await moveCases(rig.client, bundle.buildId, { timeoutMs: PATIENCE_MS }), []);
  await rig.worker.stop();
  rig.worker = worker;
}

/** Nobody books the conference; things are recorded on the way. */
async function unbooked(until: string): Promise<RunningCase> {
  const c = await rig.open();
  for (const at of ['2028-01-17T12:00', '2028-02-14T12:00'])
    if (at < until) await c.record(note(`note-${at.slice(0, 10)}`, at));
  await c.forwardTo(until);
  return c;
}

async function withMinutesOutstanding(): Promise<RunningCase> {
  const c = await rig.open([discussion(), conference(), coreGroup()]);
  await c.forwardTo('2028-02-16');
  return c;
}

interface Release {
  readonly what: string;
  readonly change: Change;
  /** Until when the unbooked case lives on the old version, and until when it then lives on the new. */
  readonly until: string;
  readonly untilThen: string;
  /** What the new version sends to the social worker by then. */
  readonly more: readonly string[];
}
const releases: readonly Release[] = [
  {
    what: 'a step removed',
    change: [
      'domain/notices/ladder.ts',
      'for (const rung of ladder) {',
      "for (const rung of ladder) {\n if (['10-before', '5-before'].includes(rung.step)) continue;",
    ],
    until: '2028-01-20',
    untilThen: '2028-01-29',
    more: ['2028-01-28 escalation'], // nothing on 25 January
  },
  {
    what: 'a step earlier',
    change: ['domain/notices/ladder.ts', '-when.before)', '-when.before - 1)'],
    until: '2028-01-20',
    untilThen: '2028-01-29',
    more: ['2028-01-24 reminder', '2028-01-27 escalation'], // each an open day before what it was
  },
  {
    what: 'a new figure',
    change: ['domain/notices/ladder.ts', 'openDays(addDays(monday, -1), 1)', 'openDays(addDays(monday, -1), 2)'],
    until: '2028-02-15T12:00',
    untilThen: '2028-02-22T12:00',
    more: ['2028-02-22 escalation'], // the second working day of the week, no more the first
  },
];

const changed = new Map<Release, Bundle>();
before(async () => {
  for (const release of releases) changed.set(release, await changedBundle([release.change]));
});

for (const release of releases)
  test(`${release.what}: running cases go on under the new rule, and no mail goes twice`, async () => {
    await rollOut(rig.bundle);
    const bundle = changed.get(release)!;
    const cases = [await unbooked(release.until), await withMinutesOutstanding(), await unbooked('2028-01-12')];
    const before = await Promise.all(cases.map((c) => c.told()));

    const busy = rig.nodrift.record(cases[1]!.key, [note('meanwhile', '2028-02-16')]);
    await Promise.all([rollOut(bundle), busy]);

    for (const [i, c] of cases.entries()) {
      const runs = await c.runs();
      assert.deepEqual(
        runs.map(({ buildId }) => buildId),
        [rig.bundle.buildId, bundle.buildId],
      );
      assert.ok((await c.owed()).duties.length > 0);
      assert.deepEqual(await c.told(), before[i]);
      // On the case's own day: what is ahead of its clock is refused, and it is not to live on yet.
      const after = { ...note('after', '2028-02-17'), recordedAt: c.clock.now };
      assert.deepEqual((await rig.nodrift.record(c.key, [after])).recorded, ['after']);
    }
    const [first, second] = cases as [RunningCase, RunningCase];
    await first.clock.forwardTo(moment(release.untilThen));
    await second.forwardTo('2028-02-19');
    const toHer = (lines: readonly string[]) => lines.filter((line) => line.endsWith('to amira'));
    const more = toHer(await first.told()).filter((line) => !before[0]!.includes(line));
    assert.deepEqual(
      more.map((line) => line.split(' ').slice(0, 2).join(' ')),
      release.more,
    );
    for (const c of cases) {
      const told = await c.told();
      assert.equal(new Set(told).size, told.length, told.join('\n'));
    }

    const old = (await first.runs()).slice(0, 1);
    assert.match(
      (await replayFailures(old, bundle, rig.dataConverter)).join(),
      /[Nn]ondetermini/,
      'the change would not have mattered',
    );
  });

test('rolling out twice does nothing more', async () => {
  await rollOut(rig.bundle);
  const c = await rig.open();
  assert.deepEqual(await moveCases(rig.client, rig.bundle.buildId), []);
  assert.equal((await c.runs()).length, 1);
});

test('a morning round that waits for eight goes on with the version that is current then, and mails each reader once', async () => {
  // Whatever time it is here, these rounds wait for an hour.
  const waits: Change = ['workflows/round.ts', ': morningOf(began);', ': fromEpochMs(epochMs(began) + 3_600_000);'];
  const fewer: Change = ['workflows/round.ts', 'const SENDERS = 4;', 'const SENDERS = 2;'];
  const [old, next] = [await changedBundle([waits]), await changedBundle([waits, fewer])];
  await rollOut(old);
  const readers = ['ada', 'bea', 'cleo'].map((id) => person(`rolled-${id}`));
  const now = fromEpochMs(Date.now());
  for (const to of readers) {
    const one = notice(to, { key: `rolled/${to.id}`, at: now, round: true });
    const of = identity({ id: `child-protection/ROLL-${to.id}`, ref: `ROLL-${to.id}` });
    await rig.record.db.transaction((tx) =>
      plan(tx, rig.record, delivery([one], { case: of }, now), 'nodrift.example'),
    );
  }
  const id = 'round/rolled-out';
  rig.track(id);
  const handle = await rig.client.workflow.start(ROUND, { workflowId: id, taskQueue: TASK_QUEUE, args: [{}] });
  const has = async (what: 'timerStartedEventAttributes' | 'activityTaskScheduledEventAttributes') =>
    ((await handle.fetchHistory()).events ?? []).filter((event) => event[what]).length;
  await until(async () => (await has('timerStartedEventAttributes')) === 1, 'the round waits');

  await rollOut(next);
  await rig.clockOf(id).forwardTo(fromEpochMs(epochMs(now) + 2 * 3_600_000));
  const result = await handle.result();
  assert.deepEqual([result.mails, result.accepted], [3, 3]);
  const [run] = await runsOf(rig.client, id);
  assert.equal(run?.buildId, next.buildId, 'it went on with the new version');
  // Gathered and composed twice, sent by two as the new version has it, and written down.
  assert.equal(await has('activityTaskScheduledEventAttributes'), 2 + 2 + 2 + 1);
  for (const { email } of readers)
    assert.equal((await rig.inbox.messages()).filter(({ envelope }) => envelope.to.includes(email!)).length, 1);
});
