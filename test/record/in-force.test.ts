// Which policy and calendar an authority goes by: the newest that was applied, else the shipped one; with its history, on either database.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import { sql } from 'drizzle-orm';
import { createInForceActivities } from '../../activities/policies-in-force.ts';
import type { Policy } from '../../domain/policy/policy.ts';
import type { LocalDate } from '../../domain/time/calendar.ts';
import { hashedPolicy, loadCalendar, parseCalendarFile, shippedPolicy } from '../../policies/load.ts';
import { RecordUnavailable } from '../../record/failures.ts';
import {
  applyCalendar,
  applyPolicy,
  authorities,
  history,
  inForce,
  NoPolicy,
  VersionTaken,
} from '../../record/in-force.ts';
import { memoryRecord } from '../support/memory-record.ts';
import { emptied, onBothDatabases } from '../support/records.ts';

const BARNSLEY = shippedPolicy('barnsley');
/** Barnsley's with a name, a version and an interval of core groups of its own. */
const policyOf = (authority: string, version: string, days = 28): Policy => {
  const draft = structuredClone(BARNSLEY) as { -readonly [K in keyof Policy]: Policy[K] };
  const limit = { ...draft.limits['next-core-group']!, within: days };
  return hashedPolicy({ ...draft, authority, version, limits: { ...draft.limits, 'next-core-group': limit } });
};
const days = (...bankHolidays: string[]) => parseCalendarFile({ bankHolidays });

onBothDatabases('what is in force', (database) => {
  test('is what is shipped until something is applied, and then the newest', async () => {
    const record = await emptied(database());
    assert.deepEqual(await inForce(record, 'barnsley'), { policy: BARNSLEY, calendar: loadCalendar() });
    await applyPolicy(record, policyOf('barnsley', '2', 21), 'tom');
    await applyPolicy(record, policyOf('barnsley', '3', 14), 'tom');
    await applyPolicy(record, policyOf('leeds', '1'), 'tom');
    assert.deepEqual((await inForce(record, 'barnsley')).policy, policyOf('barnsley', '3', 14));
    assert.deepEqual((await inForce(record, 'hull')).policy, shippedPolicy('hull'));
    assert.deepEqual(await authorities(record), ['barnsley', 'hull', 'leeds']);
  });

  test('comes back to the last character, so that its hash stays true', async () => {
    const record = await emptied(database());
    const policy = policyOf('leeds', '1');
    await applyPolicy(record, policy, 'tom');
    const kept = (await inForce(record, 'leeds')).policy;
    assert.equal(JSON.stringify(kept), JSON.stringify(policy));
    assert.equal(hashedPolicy(kept).hash, policy.hash);
  });

  test('the same content again gives the same answer, and stands once in the history', async () => {
    const record = await emptied(database());
    const began = Date.now();
    const first = await applyPolicy(record, policyOf('leeds', '1'), 'tom');
    assert.deepEqual(first, { number: 1, event: 'policy/1' });
    assert.deepEqual(await applyPolicy(record, policyOf('leeds', '1'), 'sue'), first);
    const { policies } = await history(record, 'leeds');
    assert.deepEqual(
      policies.map(({ number, version, by }) => [number, version, by]),
      [[1, '1', 'tom']],
    );
    const from = Date.parse(policies[0]?.from ?? '');
    assert.ok(began - 1_000 <= from && from <= Date.now() + 1_000, 'in force since it was applied');
  });

  test('what is shipped is number 0: applying it again is no change', async () => {
    const record = await emptied(database());
    assert.deepEqual(await applyPolicy(record, BARNSLEY, 'tom'), { number: 0, event: 'policy/1' });
    assert.deepEqual(await history(record, 'barnsley'), {
      policies: [{ number: 0, version: '1', hash: BARNSLEY.hash, from: null, by: null }],
      calendars: (await history(record, 'hull')).calendars,
    });
  });

  test('a version names one set of figures: others under it are told apart, and so is going back', async () => {
    const record = await emptied(database());
    await applyPolicy(record, policyOf('barnsley', '2', 21), 'tom');
    const refused = (version: string, within: number, says: RegExp) =>
      assert.rejects(applyPolicy(record, policyOf('barnsley', version, within), 'tom'), (error) => {
        assert.ok(error instanceof VersionTaken);
        assert.match(error.message, says);
        return true;
      });
    await refused('2', 14, /^version: 2 of barnsley names other figures already/);
    await applyPolicy(record, policyOf('barnsley', '3', 14), 'tom');
    await refused('2', 21, /^version: 2 of barnsley was in force before; to go back/);
    await refused('1', 28, /^version: 1 of barnsley was in force before/);
    assert.equal((await inForce(record, 'barnsley')).policy.version, '3');
  });

  test('two that apply at once come one after the other', async () => {
    const record = await emptied(database());
    const versions = ['1', '2', '3', '4', '5', '6'];
    await Promise.all(versions.map((version) => applyPolicy(record, policyOf('leeds', version), 'tom')));
    const { policies } = await history(record, 'leeds');
    assert.deepEqual(
      policies.map(({ number }) => number),
      [1, 2, 3, 4, 5, 6],
    );
    const same = await Promise.all(versions.map(() => applyPolicy(record, policyOf('york', '1'), 'tom')));
    assert.deepEqual(new Set(same.map(({ number }) => number)), new Set([1]));
  });

  test('of two that were made from the same policy one is put in force, and the other hears of it', async () => {
    const record = await emptied(database());
    const made = (version: string) => applyPolicy(record, policyOf('barnsley', version, 21), 'tom', BARNSLEY.hash);
    const both = await Promise.allSettled([made('2'), made('3')]);
    assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    const lost = both.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
    assert.ok(lost.reason instanceof VersionTaken);
    assert.match(lost.reason.message, /was put in force meanwhile/);
    const { version } = (await inForce(record, 'barnsley')).policy;
    assert.deepEqual(await made(version), { number: 1, event: `policy/${version}` }, 'sent again it is the same');
  });

  test('days go on top of the shipped ones; days that come back are told again', async () => {
    const record = await emptied(database());
    const first = await applyCalendar(record, 'hull', days('2027-06-18'), 'tom');
    assert.match(first.event, /^calendar\/2028-12-31-1-[0-9a-f]{12}$/);
    const shipped = loadCalendar();
    assert.deepEqual(await inForce(record, 'hull'), {
      policy: shippedPolicy('hull'),
      calendar: { ...shipped, bankHolidays: [...shipped.bankHolidays, '2027-06-18' as LocalDate].sort() },
    });
    assert.deepEqual(await applyCalendar(record, 'hull', days('2027-06-18'), 'tom'), first);
    const second = await applyCalendar(record, 'hull', days(), 'tom');
    const third = await applyCalendar(record, 'hull', days('2027-06-18'), 'tom');
    assert.equal(new Set([first.event, second.event, third.event]).size, 3);
    assert.deepEqual((await inForce(record, 'barnsley')).calendar, shipped);
    assert.deepEqual(
      (await history(record, 'hull')).calendars.map(({ number }) => number),
      [0, 1, 2, 3],
    );
  });

  test('an authority nobody knows is refused, naming those that are known', async () => {
    const record = await emptied(database());
    await applyPolicy(record, policyOf('leeds', '1'), 'tom');
    const says = (whose: string) => (error: unknown) =>
      error instanceof NoPolicy && error.message === `there is no policy for ${whose}; there are barnsley, hull, leeds`;
    for (const unknown of ['barnsly', 'constructor']) {
      await assert.rejects(inForce(record, unknown), says(`"${unknown}"`));
      await assert.rejects(history(record, unknown), says(`"${unknown}"`));
      await assert.rejects(applyCalendar(record, unknown, days(), 'tom'), says(`"${unknown}"`));
    }
    for (const unknown of ['', '__proto__', 'a\u0000b', 'Barnsley Council'])
      await assert.rejects(inForce(record, unknown), says('an authority of that name'));
  });

  test('a policy kept before a plan was added is completed by the defaults, and says the rest itself', async () => {
    const record = await emptied(database());
    const own = policyOf('leeds', '1');
    await applyPolicy(record, own, 'tom');
    for (const path of ['{limits,next-lac-review}', '{meetings,lac-review}', '{gates,R63}', '{ladders,papers}'])
      await record.db.execute(sql`update policies set content = (content::jsonb #- ${path}::text[])`);
    const { policy } = await inForce(record, 'leeds');
    const { limits, meetings, gates, ladders } = shippedPolicy('barnsley');
    assert.deepEqual(policy.limits['next-lac-review'], limits['next-lac-review']);
    assert.deepEqual(policy.meetings['lac-review'], meetings['lac-review']);
    assert.deepEqual([policy.gates.R63, policy.ladders.papers], [gates.R63, ladders.papers]);
    assert.deepEqual(policy.limits['next-core-group'], own.limits['next-core-group']);
    assert.equal(policy.hash, own.hash);
  });

  test('a row that cannot be read is named with authority and number, and the others are as they were', async () => {
    const record = await emptied(database());
    for (const version of ['2', '3']) await applyPolicy(record, policyOf('barnsley', version), 'tom');
    await applyCalendar(record, 'hull', days('2027-06-18'), 'tom');
    await record.db.execute(sql`update policies set content = '{"version": "3"}' where number = 2`);
    await record.db.execute(sql`update calendars set content = '{"bankHolidays": ["2027-02-30"]}'`);
    await assert.rejects(inForce(record, 'barnsley'), {
      name: 'NoPolicy',
      message: /^policy 2 of barnsley in the record cannot be used \([^\n]*limits: is missing[^\n]*\): no case can be/,
    });
    await assert.rejects(inForce(record, 'hull'), {
      message: /^calendar 1 of hull in the record cannot be used \(bankHolidays: "2027-02-30" is not a day/,
    });
    assert.equal((await history(record, 'barnsley')).policies.length, 3, 'its history can still be asked for');
    await applyPolicy(record, policyOf('barnsley', '4'), 'tom');
    assert.equal((await inForce(record, 'barnsley')).policy.version, '4', 'another puts it right');
  });
});

test('policyInForce fails at once where there is no policy, and is tried again while the record is down', async () => {
  const record = await memoryRecord();
  const { policyInForce } = createInForceActivities(record);
  assert.deepEqual(await policyInForce('hull'), { policy: shippedPolicy('hull'), calendar: loadCalendar() });
  const failure = (type: string, nonRetryable: boolean) => (error: unknown) =>
    error instanceof ApplicationFailure && error.type === type && error.nonRetryable === nonRetryable;
  await assert.rejects(policyInForce('atlantis'), failure('NoPolicy', true));
  await record.close();
  await assert.rejects(inForce(record, 'hull'), RecordUnavailable);
  await assert.rejects(policyInForce('hull'), failure('RecordUnavailable', false));
});
