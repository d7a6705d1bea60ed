// How long a closed case is kept: what is due when, who hears of it before, and what stops it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'drizzle-orm';
import { standingAlerts } from '../../record/alerts.ts';
import { beginErasure } from '../../record/erasures.ts';
import { releaseHolds, setHold } from '../../record/holds.ts';
import type { OpenRecord } from '../../record/open.ts';
import { erasuresToCome, lookAhead, setRetention } from '../../record/retention.ts';
import { keep } from '../../record/write.ts';
import { entry, identity } from '../support/entries.ts';
import { emptied, onBothDatabases } from '../support/records.ts';

/** Closed on 10 May 2027, in the record. */
async function closedCase(record: OpenRecord, ref: string, change: Parameters<typeof entry>[0] = {}): Promise<string> {
  const id = `child-protection/${ref}`;
  await keep(record, entry({ case: identity({ id, ref, ...change?.case }), status: change?.status ?? 'closed' }));
  await record.db.execute(
    sql`update cases set closed_at = '2027-05-10T09:00:00Z' where id = ${id} and status = 'closed'`,
  );
  return id;
}
const at = (day: string) => new Date(`${day}T03:00:00Z`);

onBothDatabases('retention', (database) => {
  const begun = async () => {
    const record = await emptied(database());
    await record.db.execute(sql`truncate erasures, holds, retention, erasures_ahead`);
    return record;
  };
  const due = async (record: OpenRecord, day: string) => (await lookAhead(record, at(day))).due;

  test('nothing is erased where nobody said how long a case is kept, nor where it is kept for ever', async () => {
    const record = await begun();
    await closedCase(record, 'BC-1');
    assert.deepEqual(await lookAhead(record, at('2099-01-01')), { told: 0, due: [] });
    await setRetention(record, 'barnsley', 1, 'S-1');
    await setRetention(record, 'barnsley', null, 'S-1');
    assert.deepEqual(await lookAhead(record, at('2099-01-01')), { told: 0, due: [] });
  });

  test('a case is erased so many years after it closed, and operators hear of it thirty days before', async () => {
    const record = await begun();
    const id = await closedCase(record, 'BC-1');
    await closedCase(record, 'BC-2', { status: 'open' });
    await closedCase(record, 'HU-1', { case: identity({ authority: 'hull' }) } as never);
    await setRetention(record, 'barnsley', 6, 'S-1');
    assert.deepEqual(await lookAhead(record, at('2033-04-09')), { told: 0, due: [] }, '31 days before');
    assert.deepEqual(await lookAhead(record, at('2033-04-11')), { told: 1, due: [] });
    assert.deepEqual(
      (await standingAlerts(record)).map(({ what, detail }) => [what, detail]),
      [['erasures-ahead', 'barnsley: 1']],
    );
    assert.deepEqual(await lookAhead(record, at('2033-04-12')), { told: 0, due: [] }, 'told once');
    assert.deepEqual(await due(record, '2033-05-10'), [], 'at three in the morning it is not six years yet');
    assert.deepEqual(await due(record, '2033-05-11'), [id]);
  });

  test('a schedule that is set late erases nothing for thirty days, however old a case is', async () => {
    const record = await begun();
    const id = await closedCase(record, 'BC-1');
    await setRetention(record, 'barnsley', 1, 'S-1');
    assert.deepEqual(await lookAhead(record, at('2040-01-01')), { told: 1, due: [] });
    assert.deepEqual(await due(record, '2040-01-30'), []);
    assert.deepEqual(await due(record, '2040-01-31'), [id]);
    assert.deepEqual(
      (await erasuresToCome(record)).map(({ authority, cases }) => [authority, cases]),
      [['barnsley', 1]],
    );
  });

  test('another schedule takes it back: what is due by the new one is told of anew', async () => {
    const record = await begun();
    await closedCase(record, 'BC-1');
    await setRetention(record, 'barnsley', 1, 'S-1');
    await lookAhead(record, at('2030-01-01'));
    await setRetention(record, 'barnsley', 3, 'S-1');
    assert.deepEqual(await due(record, '2030-02-15'), []);
    assert.deepEqual(await erasuresToCome(record), []);
    assert.deepEqual(await lookAhead(record, at('2030-05-01')), { told: 1, due: [] });
  });

  test('a hold stops it, and a hold that is released begins the thirty days anew', async () => {
    const record = await begun();
    const id = await closedCase(record, 'BC-1');
    await setRetention(record, 'barnsley', 1, 'S-1');
    await lookAhead(record, at('2030-01-01'));
    await setHold(record, id, 'proceedings', 'S-2');
    assert.deepEqual(await due(record, '2030-03-01'), []);
    await releaseHolds(record, id, undefined, 'S-2');
    assert.deepEqual(await lookAhead(record, at('2030-03-02')), { told: 1, due: [] });
    assert.deepEqual(await due(record, '2030-04-02'), [id]);
  });

  test('what is being erased is due no more', async () => {
    const record = await begun();
    const id = await closedCase(record, 'BC-1');
    await setRetention(record, 'barnsley', 1, 'S-1');
    await lookAhead(record, at('2030-01-01'));
    await beginErasure(record, { caseId: id, reason: 'kept-long-enough', by: 'nodrift' });
    assert.deepEqual(await lookAhead(record, at('2030-03-01')), { told: 0, due: [] });
  });
});
