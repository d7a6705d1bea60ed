// The morning round on a real server: one schedule, one mail a person, and nobody mailed twice, whatever is killed or asked for twice.

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { sql } from 'drizzle-orm';
import { askForRound, previewRound } from '../../client/ask-round.ts';
import type { Person } from '../../domain/case/model.ts';
import type { Notice } from '../../domain/notices/notice.ts';
import {
  epochMs,
  fromEpochMs,
  fromLondon,
  type Instant,
  inLondon,
  type LocalDateTime,
} from '../../domain/time/calendar.ts';
import { plan } from '../../record/outbox.ts';
import { missedByRound } from '../../record/rounds.ts';
import { look } from '../../worker/look.ts';
import { scheduleRound } from '../../worker/round-schedule.ts';
import { ROUND, ROUND_SCHEDULE, type RoundResult, TASK_QUEUE } from '../../workflows/api.ts';
import { delivery, identity, notice, person } from '../support/entries.ts';
import { until, useRig } from '../support/harness.ts';
import { emptied } from '../support/records.ts';

const rig = useRig();
const BY_HAND = 'round/by-hand';
afterEach(() => emptied(rig.record));

let people = 0;
/** Somebody nobody wrote to before. */
const somebody = (role = 'social-worker'): Person => person(`r${++people}`, { role });

/** What waits for the round: a notice about each reference, for one person. */
async function waits(to: Person, refs: readonly string[], change: Partial<Notice> = {}): Promise<void> {
  const now = fromEpochMs(Date.now());
  for (const ref of refs) {
    const one = { ...notice(to, { key: `${ref}/${to.id}`, at: now, round: true, ...change }) };
    const of = identity({ id: `child-protection/${ref}`, ref });
    await rig.record.db.transaction((tx) =>
      plan(tx, rig.record, delivery([one], { case: of }, now), 'nodrift.example'),
    );
  }
}

const mailsTo = async ({ email }: Person) =>
  (await rig.inbox.messages()).filter(({ envelope }) => envelope.to.includes(email!));

/** Starts a round beside any other. */
async function start(id: string, asked?: 'now' | 'today'): Promise<RoundResult> {
  rig.track(id);
  return rig.client.workflow.execute(ROUND, { workflowId: id, taskQueue: TASK_QUEUE, args: [{ asked }] });
}

const soon = () => new Promise((resolve) => setTimeout(resolve, 1_100));

test('there is one schedule, however many workers see to it: at a quarter to eight in London, and a paused one stays paused', async () => {
  await Promise.all([scheduleRound(rig.client), scheduleRound(rig.client), scheduleRound(rig.client)]);
  const found = [];
  for await (const { scheduleId } of rig.client.schedule.list()) found.push(scheduleId);
  assert.deepEqual(found, [ROUND_SCHEDULE]);
  const handle = rig.client.schedule.getHandle(ROUND_SCHEDULE);
  const { spec, action, policies, info } = await handle.describe();
  assert.equal(spec.timezone, 'Europe/London');
  for (const next of info.nextActionTimes.slice(0, 5))
    assert.equal(inLondon(next.toISOString() as Instant).slice(11, 16), '07:45');
  assert.deepEqual([action.workflowType, action.taskQueue], [ROUND, TASK_QUEUE]);
  assert.equal(policies.overlap, 'SKIP');
  await handle.pause('the operators said so');
  await scheduleRound(rig.client);
  assert.equal((await handle.describe()).state.paused, true);
  await handle.unpause();
});

test('a round is one mail a person over all cases; asked again it sends nothing', async () => {
  rig.track(BY_HAND);
  const [amira, tess] = [somebody(), somebody('team-manager')];
  await waits(amira, ['RA-1', 'RA-2', 'RA-3']);
  await waits(tess, ['RA-1'], { kind: 'escalation' });
  await soon();
  rig.track('nextRound');
  const preview = await previewRound(rig.client);
  assert.equal(preview.readers, 2);
  assert.deepEqual(
    preview.lines.map(({ people: ids, items, cases }) => [ids, items, cases.length]),
    [
      [[amira.id], 3, 3],
      [[tess.id], 1, 1],
    ],
  );
  assert.ok(!JSON.stringify(preview).includes('@'));
  const { mails, notices, accepted } = await askForRound(rig.client);
  assert.deepEqual({ mails, notices, accepted }, { mails: 2, notices: 4, accepted: 2 });
  const [mail, ...more] = await mailsTo(amira);
  assert.deepEqual(more, []);
  assert.match(mail!.subject, /^3 to do: minutes of core group 3 \(RA-1\), …$/);
  for (const ref of ['RA-1', 'RA-2', 'RA-3']) assert.ok(mail?.text?.includes(ref), ref);
  assert.match((await mailsTo(tess))[0]!.subject, /^RA-1: escalation: minutes of core group 3/);
  const again = await askForRound(rig.client);
  assert.equal(again.mails, 0);
  assert.equal((await mailsTo(amira)).length, 1);
});

test('two rounds at once mail nobody twice', async () => {
  const readers = Array.from({ length: 12 }, () => somebody());
  for (const one of readers) await waits(one, [`RB-${one.id}`, `RC-${one.id}`]);
  await soon();
  await Promise.all([start('round/a', 'now'), start('round/b', 'now'), start('round/c', 'now')]);
  await rig.sweeper.sweep();
  for (const one of readers) assert.equal((await mailsTo(one)).length, 1, one.id);
});

for (const killed of ['gatherForRound', 'sendForRound'])
  test(`killed when ${killed} was done and had not said so, it goes on, and nobody is mailed twice`, async () => {
    const readers = Array.from({ length: 5 }, () => somebody());
    for (const one of readers) await waits(one, [`RD-${one.id}`, `RE-${one.id}`]);
    await soon();
    rig.interrupted.add(killed);
    const { accepted } = await start(`round/${killed}`, 'now');
    assert.ok(!rig.interrupted.has(killed), 'it was interrupted');
    assert.equal(accepted, readers.length);
    for (const one of readers) assert.equal((await mailsTo(one)).length, 1, one.id);
  });

test('what was taken back before the round is not in it, and nobody is mailed of nothing', async () => {
  const [amira, other] = [somebody(), somebody()];
  await waits(amira, ['RF-1', 'RF-2']);
  await waits(other, ['RF-1']);
  await rig.record.db.execute(sql`update notices set withdrawn_at = now() where case_id = 'child-protection/RF-1'`);
  await soon();
  const { mails, notices } = await start('round/withdrawn', 'now');
  assert.deepEqual({ mails, notices }, { mails: 1, notices: 1 });
  assert.match((await mailsTo(amira))[0]!.subject, /^RF-2: /);
  assert.deepEqual(await mailsTo(other), []);
});

test('the round of the schedule sends at eight in London, and what comes later waits for the next', async () => {
  const [amira, late] = [somebody(), somebody()];
  await waits(amira, ['RG-1', 'RG-2']);
  await waits(late, ['RG-3']);
  const now = fromEpochMs(Date.now());
  const eight = fromLondon(`${inLondon(now).slice(0, 10)}T08:00` as LocalDateTime);
  const setTo = (ref: string, at: number) =>
    rig.record.db.execute(
      sql`update notices set not_before = ${new Date(at).toISOString()}::timestamptz where case_id like ${`child-protection/${ref}%`}`,
    );
  await setTo('RG', epochMs(eight));
  await setTo('RG-3', epochMs(eight) + 60_000);
  const running = start('round/eight');
  if (now < eight) {
    const { workflow } = rig.client;
    await until(
      () =>
        workflow
          .getHandle('round/eight')
          .describe()
          .then(Boolean, () => false),
      'the round has begun',
    );
    await rig.clockOf('round/eight').forwardTo(fromEpochMs(epochMs(eight) + 5_000));
  }
  const { until: at, mails } = await running;
  assert.deepEqual([at, mails], [eight, 1]);
  assert.equal((await mailsTo(amira)).length, 1);
  assert.deepEqual(await mailsTo(late), []);
});

test('what the schedule starts is a round, of whichever version is current', async () => {
  const handle = rig.client.schedule.getHandle(ROUND_SCHEDULE);
  await handle.trigger();
  let started: string | undefined;
  await until(async () => {
    const { info } = await handle.describe();
    started = info.recentActions.at(-1)?.action.workflow.workflowId;
    return started !== undefined;
  }, 'the schedule has started one');
  rig.track(started!);
  const { type } = await rig.client.workflow.getHandle(started!).describe();
  assert.equal(type, ROUND);
});

test('without a round by nine the operators hear of it, until one was completed; a morning with nothing to say is quiet', async () => {
  const nine = (day: string) => epochMs(fromLondon(`${day}T09:00` as LocalDateTime));
  const today = inLondon(fromEpochMs(Date.now())).slice(0, 10);
  const eight = fromLondon(`${today}T08:00` as LocalDateTime);
  const alerts = async (ms: number) =>
    (await look(rig.client, rig.record, ms)).alerts.filter(({ what }) => what === 'no-round');
  assert.deepEqual(await alerts(nine(today)), [], 'nothing waits');
  await waits(somebody(), ['RH-1']);
  await rig.record.db.execute(sql`update notices set not_before = least(${eight}::timestamptz, now())`);
  if (fromEpochMs(Date.now()) > eight) {
    assert.deepEqual(await alerts(nine(today)), [
      { caseId: '', what: 'no-round', detail: '1 notices were to go with it' },
    ]);
    assert.deepEqual(await alerts(nine(today) - 1_000), [], 'not before nine');
    await start('round/late', 'now');
    assert.deepEqual(await alerts(nine(today)), []);
    assert.equal(await missedByRound(rig.record, new Date('2026-01-05T08:00:00Z')), 0);
  }
});
