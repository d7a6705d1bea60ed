// A backup of before an erasure is put back, of the record, of the key store, of both: what it brings back, as files on a disk.

import assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { makeKeys, openKeys } from '../../codec/open-keys.ts';
import { beginErasure, erasureOf, replayErasures } from '../../record/erasures.ts';
import { openRecord } from '../../record/open.ts';
import { history } from '../../record/read.ts';
import { restorable } from '../../record/restore.ts';
import { stripCase } from '../../record/strip-case.ts';
import { keep } from '../../record/write.ts';
import { entry, event } from '../support/entries.ts';

const CASE = 'child-protection/BC-2041';
const CANARY = 'Zaphodia';
const folder = await mkdtemp(join(tmpdir(), 'nodrift-restored-'));
after(() => rm(folder, { recursive: true, force: true }));
const at = (name: string) => ({ dataDir: join(folder, name, 'record'), keys: join(folder, name, 'keys') });

/** Opens record and key store from where a test has put them, and closes both. */
async function using<T>(
  { dataDir, keys: kept }: { dataDir: string; keys: string },
  act: (record: Awaited<ReturnType<typeof openRecord>>) => Promise<T>,
): Promise<T> {
  await makeKeys({}, kept);
  const { keys, close } = await openKeys({}, kept);
  const record = await openRecord({ dataDir, keys });
  try {
    return await act(record);
  } finally {
    await record.close();
    await close();
  }
}

/** What a worker does when it starts, and how the case stands then: what it says, and whether it can be brought back. */
const started = (where: { dataDir: string; keys: string }) =>
  using(where, async (record) => {
    const before = JSON.stringify(await history(record, CASE));
    for (const caseId of await replayErasures(record, await record.keys!.erasures())) {
      const { by, at: when } = (await erasureOf(record, caseId))!;
      await record.keys!.erase(caseId, { by, at: when });
      await stripCase(record, caseId);
    }
    const after = JSON.stringify(await history(record, CASE));
    const back = await restorable(record, CASE, true);
    const readable = await record.keys!.keysOf([CASE]);
    return {
      before: before.includes(CANARY),
      after: after.includes(CANARY),
      restorable: 'why' in back ? back.is : 'yes',
      key: readable.size,
      by: (await erasureOf(record, CASE))?.by,
    };
  });

test('nothing comes back by a backup of the record alone, nor by one of the key store alone', async () => {
  await using(at('now'), (record) =>
    keep(
      record,
      entry({
        newEvents: [event('opening-1', { event: { type: 'strategy-discussion-held', by: 'sw', reason: CANARY } })],
        opened: { file: { people: [] }, policy: {}, calendar: {} } as never,
      }),
    ),
  );
  await cp(join(folder, 'now'), join(folder, 'backup'), { recursive: true });
  await using(at('now'), async (record) => {
    assert.match(JSON.stringify(await history(record, CASE)), new RegExp(CANARY));
    const { by, at: when } = await beginErasure(record, { caseId: CASE, reason: 'ordered', by: 'S-17', ends: true });
    await record.keys!.erase(CASE, { by, at: when });
    await stripCase(record, CASE);
  });
  const put = async (name: string, record: string, keys: string) => {
    await cp(join(folder, record, 'record'), join(folder, name, 'record'), { recursive: true });
    await cp(join(folder, keys, 'keys'), join(folder, name, 'keys'), { recursive: true });
    return at(name);
  };
  const forgotten = { before: false, after: false, restorable: 'erased', key: 0, by: 'S-17' };
  assert.deepEqual(await started(await put('record-restored', 'backup', 'now')), forgotten);
  assert.deepEqual(await started(await put('keys-restored', 'now', 'backup')), forgotten);
  // Both of before: no program can tell. The list that is kept outside says what is to be erased again (docs/retention.md).
  const { before, key, by } = await started(await put('both-restored', 'backup', 'backup'));
  assert.deepEqual([before, key, by], [true, 1, undefined]);
});
