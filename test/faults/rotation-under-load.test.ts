// `nodrift keys rotate` while cases are opened, recorded on and continue as new: nothing fails, every key is wrapped by the new one, and without the old one
// everything is still read.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Nodrift } from '../../client/nodrift.ts';
import { makeRingFile } from '../../codec/ring-source.ts';
import { keysInUse } from '../../codec/rotate-keys.ts';
import { conference, discussion, family } from '../support/family.ts';
import { missing } from '../support/postgres.ts';
import { startProcesses } from '../support/processes.ts';
import { until } from '../support/waiting.ts';

const AT_ONCE = 4;
const key = (ref: string) => ({ kind: 'child-protection', ref }) as const;
const today = new Date().toISOString().slice(0, 10);
const discussed = () => ({ id: 'a-discussion', event: { ...discussion().event, on: today } });
const conferred = () => {
  const firstCoreGroup = { start: `${Number(today.slice(0, 4)) + 1}-07-02T10:00`, venue: 'Family centre' };
  return { id: 'b-conference', event: { ...conference().event, on: today, firstCoreGroup } };
};

/** Opens cases, records on them and has them continue as new, several at once, until it is told to stop. */
function load(nodrift: Nodrift) {
  const done: string[] = [];
  let [asked, over] = [0, false];
  const one = async () => {
    while (!over) {
      const ref = `ROT-${++asked}`;
      await nodrift.open(family(ref), [discussed()]);
      await nodrift.client.workflow.getHandle(`child-protection/${ref}`).signal('renew');
      await nodrift.record(key(ref), [conferred()]);
      done.push(ref);
    }
  };
  const all = Promise.all(Array.from({ length: AT_ONCE }, one));
  return {
    done,
    /** @throws what any of them failed with */
    stop: async () => {
      over = true;
      await all;
    },
  };
}

for (const kept of ['folder', 'Postgres'] as const)
  test(`keys are rotated under load, kept in a ${kept}`, { skip: missing }, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'nodrift-rotation-'));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const ring = join(folder, 'ring.json');
    await makeRingFile(ring);
    const processes = await startProcesses({
      ...{ NODRIFT_KEYS: '', NODRIFT_KEYS_FILE: ring },
      ...(kept === 'folder' && { NODRIFT_KEYS_URL: pathToFileURL(join(folder, 'store')).href }),
    });
    t.after(() => processes.close());
    const { runs, startWorker } = processes;
    const worker = await startWorker();
    await worker.ready();
    await runs('worker/roll-out.ts');
    const nodrift = await processes.connect();
    t.after(() => nodrift.close());
    const { keys } = await processes.inside();
    const inUse = () => keysInUse(keys);
    const [before] = (await inUse()).ring;

    const working = load(nodrift);
    const more = (many: number) => {
      const had = working.done.length;
      return until(() => working.done.length >= had + many, `${many} more cases`);
    };
    await more(4);
    const rotated = JSON.parse(await runs('cli/nodrift.mjs', 'keys', 'rotate', '--json'));
    assert.ok(rotated.added && rotated.rewrapped > 4, JSON.stringify(rotated));
    await more(4);
    await runs('cli/nodrift.mjs', 'keys', 'rotate', '--json');
    await more(4);
    await working.stop();
    t.diagnostic(`${working.done.length} cases opened, continued as new and recorded on`);

    const { active, ring: all } = await inUse();
    assert.notEqual(active, before!.name);
    assert.deepEqual(
      all.filter(({ wraps }) => wraps > 0).map(({ name }) => name),
      [active],
      'no key is wrapped by one before',
    );
    const { version, keys: secrets } = JSON.parse(await readFile(ring, 'utf8'));
    await writeFile(ring, JSON.stringify({ version, active, keys: { [active]: secrets[active] } }));
    // Nobody remembers a key any more.
    await worker.kill();
    const after = await startWorker();
    await after.ready();
    const fresh = await processes.connect();
    t.after(() => fresh.close());
    for (const ref of working.done) {
      const { events } = await fresh.history(key(ref));
      assert.deepEqual(
        events.map(({ id }) => id),
        ['a-discussion', 'b-conference'],
      );
    }
    await fresh.record(key(working.done[0]!), [
      { id: 'c-late', event: { type: 'meeting-cancelled', by: 'amira', meeting: 'core-group-1' } },
    ]);
    assert.equal(after.child.exitCode, null);
  });
