// A caseload on a real server: opened by its workflow, killed in the middle, sent again; and nobody flooded with mail.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CaseNotFound } from '../../client/errors.ts';
import { readSheets } from '../../client/sheets/read-sheets.ts';
import { importNow } from '../../record/imports.ts';
import { importsOn } from '../../web/api/received-imports.ts';
import { importWorkflowId } from '../../workflows/api.ts';
import { caseload, refsOf } from '../support/caseload.ts';
import { until, useRig } from '../support/harness.ts';

const rig = useRig();
const BY = { who: 'key:ck_test', dryRun: false };

/** Hands a caseload over. @returns the import's id */
async function received(refs: readonly string[], by = BY): Promise<string> {
  const { cases, people } = caseload(refs);
  const given = await readSheets({ cases: [Buffer.from(cases)], people: [Buffer.from(people)] });
  const id = await importsOn(rig.record, rig.client).receive(by, given);
  rig.track(importWorkflowId(id));
  for (const ref of refs) rig.track(`child-protection/${ref}`);
  return id;
}

const done = async (id: string) => {
  await until(async () => (await importNow(rig.record, id))?.state === 'done', 'the import is done');
  return (await importNow(rig.record, id))!;
};

test('a caseload is opened, its limits count from where it stood, and nobody is mailed on the day', async () => {
  const refs = refsOf(12, 'RA');
  const { outcomes, left } = await done(await received(refs));
  assert.deepEqual([outcomes, left], [{ ready: 0, opened: 12, already: 0, faulty: 0 }, 0]);
  const owed = await rig.nodrift.owed({ kind: 'child-protection', ref: 'RA-7' });
  assert.ok(owed.duties.some(({ duty }) => duty === 'hold/core-group-5'));
  const mails = (await rig.inbox.messages()).filter(({ subject }) => /^RA-/.test(subject));
  assert.deepEqual(
    mails.map(({ subject }) => subject),
    [],
  );
});

test('sent again it opens nothing, and a dry run says so before', async () => {
  const refs = refsOf(3, 'RB');
  await done(await received(refs));
  const dry = await done(await received(refs, { ...BY, dryRun: true }));
  assert.deepEqual(dry.outcomes, { ready: 0, opened: 0, already: 3, faulty: 0 });
  const again = await done(await received(refs));
  assert.deepEqual(again.outcomes, { ready: 0, opened: 0, already: 3, faulty: 0 });
});

test('a dry run opens nothing', async () => {
  const { outcomes } = await done(await received(['RC-1'], { ...BY, dryRun: true }));
  assert.deepEqual(outcomes, { ready: 1, opened: 0, already: 0, faulty: 0 });
  await assert.rejects(rig.nodrift.owed({ kind: 'child-protection', ref: 'RC-1' }), CaseNotFound);
});

test('interrupted in the middle it goes on with what is left, and each case is open once', async () => {
  rig.interrupted.add('importBatch');
  const refs = refsOf(8, 'RD');
  const { outcomes } = await done(await received(refs));
  assert.deepEqual(outcomes, { ready: 0, opened: 8, already: 0, faulty: 0 });
  for (const ref of refs) {
    const { events } = await rig.nodrift.history({ kind: 'child-protection', ref });
    assert.equal(events.length, 1, ref);
  }
});
