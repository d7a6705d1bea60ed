// A case started with its file and first events alone, by any language, goes by what its authority has in force; where nothing is, it fails
// once and says so.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApplicationFailure, WorkflowFailedError } from '@temporalio/client';
import { sql } from 'drizzle-orm';
import type { CaseFile } from '../../domain/case/model.ts';
import { type Policy, policyName } from '../../domain/policy/policy.ts';
import { fromEpochMs, type LocalDate } from '../../domain/time/calendar.ts';
import { hashedPolicy, loadCalendar, parseCalendarFile, shippedPolicy } from '../../policies/load.ts';
import { applyCalendar, applyPolicy } from '../../record/in-force.ts';
import { history } from '../../record/read.ts';
import { type Restorable, restorable } from '../../record/restore.ts';
import { type CaseInput, TASK_QUEUE, workflowId } from '../../workflows/api.ts';
import { family } from '../support/family.ts';
import { until, useRig } from '../support/harness.ts';

const rig = useRig();

const BARNSLEY = shippedPolicy('barnsley');
const within = (authority: string, version: string, days: number): Policy =>
  hashedPolicy({
    ...BARNSLEY,
    authority,
    version,
    limits: { ...BARNSLEY.limits, 'initial-conference': { ...BARNSLEY.limits['initial-conference']!, within: days } },
  });

/** As a service in another language starts a case: no search attributes, no policy, no client of ours. */
async function started(authority: string, change: Partial<CaseInput> = {}, ref = rig.newRef()) {
  const file: CaseFile = family(ref, { authority });
  const now = fromEpochMs(Date.now());
  const on = now.slice(0, 10) as LocalDate;
  const events = [{ id: 'd', recordedAt: now, event: { type: 'strategy-discussion-held', by: 'amira', on } as const }];
  const id = workflowId(file.kind, ref);
  rig.track(id);
  return rig.client.workflow.start('childProtection', {
    workflowId: id,
    taskQueue: TASK_QUEUE,
    workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
    args: [{ file, events, ...change }],
  });
}

const inRecord = async (id: string) => {
  await until(async () => (await history(rig.record, id)) !== null, 'the record has it');
  const given = (await restorable(rig.record, id)) as Restorable;
  return { ...given, name: (await history(rig.record, id))?.case.policy };
};

const failed = async (handle: { result(): Promise<unknown> }, says: RegExp): Promise<void> => {
  await assert.rejects(handle.result(), (error) => {
    assert.ok(error instanceof WorkflowFailedError && error.cause instanceof ApplicationFailure, String(error));
    assert.match(error.cause.message, says);
    return true;
  });
};

test('it goes by the newest policy and calendar of its authority, and carries them from then on', async () => {
  await applyPolicy(rig.record, within('fen', '1', 12), 'tom');
  await applyCalendar(rig.record, 'fen', parseCalendarFile({ bankHolidays: ['2027-06-18'] }), 'tom');
  const first = await started('fen');
  const before = await inRecord(first.workflowId);
  assert.equal(before.name, policyName(within('fen', '1', 12)));
  assert.deepEqual(before.policy, within('fen', '1', 12));
  assert.ok(before.calendar.bankHolidays.includes('2027-06-18' as LocalDate));

  await applyPolicy(rig.record, within('fen', '2', 10), 'tom');
  assert.equal((await inRecord((await started('fen')).workflowId)).policy.version, '2');
  assert.equal((await inRecord(first.workflowId)).policy.version, '1');
});

test('what is shipped is in force until something is applied', async () => {
  const { policy, calendar } = await inRecord((await started('hull')).workflowId);
  assert.deepEqual([policy, calendar], [shippedPolicy('hull'), loadCalendar()]);
});

test('an authority nobody knows: the run fails once, names those that are known, and leaves the reference free', async () => {
  const ref = rig.newRef();
  await failed(await started('barnsly', {}, ref), /^there is no policy for "barnsly"; there are barnsley, /);
  await inRecord((await started('barnsley', {}, ref)).workflowId);
});

test('the authority of a rehearsal is no real case’s', async () => {
  await failed(await started('rehearsal-barnsley'), /rehearsal-barnsley/);
  const own = hashedPolicy({ ...BARNSLEY, authority: 'rehearsal-barnsley' });
  for (const policy of [own, BARNSLEY])
    await failed(await started('rehearsal-barnsley', { policy, calendar: loadCalendar() }), /rehearsal-barnsley/);
});

test('a row that cannot be read fails new cases of its authority in one line; those that run go on', async () => {
  await applyPolicy(rig.record, within('marsh', '1', 12), 'tom');
  const running = await started('marsh');
  await inRecord(running.workflowId);
  await rig.record.db.execute(sql`update policies set content = '{"version": 7}' where authority = 'marsh'`);
  await failed(
    await started('marsh'),
    /^policy 1 of marsh in the record cannot be used \([^\n]+\): no case can be opened/,
  );
  const now = fromEpochMs(Date.now());
  const event = { type: 'decision-recorded', by: 'amira', decision: 'it goes on' } as const;
  const [kind, ref] = running.workflowId.split('/') as ['child-protection', string];
  await rig.nodrift.record({ kind, ref }, [{ id: 'later', recordedAt: now, event }]);
  assert.equal((await running.describe()).status.name, 'RUNNING');
});
