// Keys of rehearsals that are over and of openings that were refused go within two weeks; that of a case stays, and whoever opens a case meanwhile has theirs.
// Stands alone: it counts the keys of the whole record.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import { openKeys } from '../../codec/open-keys.ts';
import { history } from '../../record/read.ts';
import { isAnotherRecord, putKeysAway } from '../../worker/see-to-keys.ts';
import { discussion, family } from '../support/family.ts';
import { until, useRig } from '../support/harness.ts';

const rig = useRig();
const DAY = 86_400_000;
const days = (many: number) => new Date(Date.now() + many * DAY);
const look = (at: Date) => putKeysAway(rig.client, rig.record, rig.keys, pino({ level: 'silent' }), at);

/** The name of each owner's key, as the store has it now: looked at, not asked for. */
async function kept(): Promise<ReadonlyMap<string, string>> {
  const { store, close } = await openKeys(process.env);
  const found = new Map<string, string>();
  for await (const batch of store.all()) for (const [owner, one] of batch) if ('id' in one) found.set(owner, one.id);
  await close();
  return found;
}

test('the keys of a rehearsal that is over and of a refused opening go, and no case’s', async () => {
  const real = await rig.open();
  const rehearsed = await rig.open([discussion()], {}, { rehearsal: true });
  const still = await rig.open([discussion()], {}, { rehearsal: true });
  const refused = { kind: 'child-protection', ref: rig.newRef() } as const;
  const refusedId = `${refused.kind}/${refused.ref}`;
  // Nobody whom a mail reaches manages it (L13).
  const people = family(refused.ref).people.map(({ email, ...one }) => (one.id === 'tom' ? one : { ...one, email }));
  await assert.rejects(rig.open([discussion()], { ref: refused.ref, people }), { name: 'Refused' });
  await rehearsed.handle.terminate('the rehearsal is over');
  await until(async () => (await history(rig.record, rehearsed.id)) !== null, 'the record has it');
  const before = await kept();
  assert.ok(before.has(rehearsed.id));

  assert.deepEqual(await look(days(6)), { rehearsals: 0, putAway: 0, destroyed: 0 }, 'none is a week old');
  const { rehearsals, putAway, destroyed } = await look(days(8));
  assert.deepEqual([rehearsals, destroyed], [1, 0]);
  assert.equal(putAway, before.has(refusedId) ? 2 : 1);
  assert.equal(await history(rig.record, rehearsed.id), null);
  assert.equal((await look(days(16))).destroyed, putAway);

  const after = await kept();
  for (const gone of [rehearsed.id, refusedId]) assert.equal(after.get(gone), undefined, gone);
  for (const { id } of [real, still]) assert.equal(after.get(id), before.get(id));
  assert.ok((await rig.nodrift.owed(real.key)).duties.length > 0);
});

test('a reference that was refused, put away and is opened after all keeps its key, and what is in it is read', async () => {
  const ref = rig.newRef();
  const id = `child-protection/${ref}`;
  // By another process: this one remembers no key.
  const { keys, close } = await openKeys(process.env);
  const first = await keys.keyFor(id);
  await close();
  assert.ok((await look(days(8))).putAway >= 1);
  const opened = await rig.open([discussion()], { ref });
  const second = await rig.keys.keyFor(id);
  assert.equal(second.id, first.id);
  await look(days(16));
  await look(days(32));
  assert.equal((await kept()).get(id), first.id);
  assert.ok((await rig.nodrift.owed(opened.key)).duties.length > 0);
});

test('where too many keys are of cases that the record does not know, it is not their record: it may have been restored from before them', () => {
  const rows: readonly (readonly [strangers: number, known: number, another: boolean])[] = [
    [0, 0, false],
    [20, 0, false],
    [21, 0, true],
    [21, 150, true],
    [40, 400, false],
    [41, 400, true],
    [9_000, 10_000, true],
  ];
  for (const [strangers, known, another] of rows)
    assert.equal(isAnotherRecord(strangers, known), another, `${strangers} strangers, ${known} known`);
});
