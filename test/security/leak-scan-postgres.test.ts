// The leak scan with the record on Postgres, by a smaller life: its tables, and its files with the write-ahead log among them, hold no canary.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { useRig } from '../support/harness.ts';
import { LeakLife } from '../support/leak-life.ts';
import { rehearsals, round, shadow } from '../support/leak-quiet.ts';
import { assertNothing, inFiles, inHistories, inTables, inTexts, linesOf, withKeys } from '../support/leak-scan.ts';
import { missing } from '../support/postgres.ts';

if (missing) test('the leak scan on Postgres', { skip: missing }, () => {});
else {
  process.env.NODRIFT_TEST_DATABASE = 'postgres';
  const life = new LeakLife();
  const rig = useRig(life.options);
  after(() => life.end());
  test('some months are lived on Postgres: a case of before, one of today, one in the shadow, rehearsals, a round, an import', async () => {
    await life.begin(rig);
    await life.stories(1);
    await life.today();
    await life.import();
    await shadow(life);
    await rehearsals(life);
    await round(life);
    await life.mistakes();
    await life.settle();
  });

  test('no column of the record on Postgres holds a canary', async (t) => {
    assertNothing(t, await inTables(life.canaries, rig.record));
  });

  test('no file of Postgres holds a canary', async (t) => {
    const { data } = rig.postgres!;
    assert.ok((await readFile(join(data, 'PG_VERSION'), 'utf8')).length > 0, 'its files are read');
    assertNothing(t, await inFiles(life.canaries, data));
  });

  test('no history, and no line of a log, holds a canary', async (t) => {
    assertNothing(t, await inHistories(life.canaries, rig.client));
    assertNothing(t, inTexts(life.canaries, 'log', life.logged));
  });

  test('whoever has the keys reads it in Postgres: the scan looks where things are', async (t) => {
    const found = await withKeys(life.canaries, rig.client, rig.record, rig.keys);
    for (const line of linesOf(found)) t.diagnostic(line);
    const all = [...(found.get('the record') ?? [])];
    for (const about of ['a case in the shadow', 'a round', 'a case of today'])
      assert.ok(
        all.some((what) => what.startsWith(about)),
        about,
      );
  });
}
