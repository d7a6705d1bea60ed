// Who looks, when, and who hears of it. What a look sees of a real server is in test/faults/outages.test.ts; here the server is a stand-in.

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import type { Client } from '@temporalio/client';
import { type MetricTags, noopMetricMeter } from '@temporalio/common';
import { sql } from 'drizzle-orm';
import type { Instant } from '../../domain/time/calendar.ts';
import type { StandingAlert } from '../../record/alerts.ts';
import type { OpenRecord } from '../../record/open.ts';
import { takeTurn } from '../../record/watch.ts';
import { keep } from '../../record/write.ts';
import { createLog } from '../../worker/log.ts';
import { startWatchdog, type WatchdogOptions } from '../../worker/watchdog.ts';
import { entry, event, identity } from '../support/entries.ts';
import { until } from '../support/harness.ts';
import { emptied, onBothDatabases } from '../support/records.ts';

const CASE = 'child-protection/BC-2041';

/** A server with no running case at all; `down` makes it answer nothing. */
function fakeServer() {
  const server = { looks: 0, down: false };
  const client = {
    options: { namespace: 'default' },
    withDeadline: (_: number, work: () => unknown) => work(),
    workflow: {
      list({ query }: { query: string }) {
        if (server.down) throw new Error('canary of a server that is down');
        if (query.includes("'Running'")) server.looks++;
        return [];
      },
      getHandle: () => ({ describe: async () => ({ status: { name: 'TERMINATED' } }) }),
    },
  } as unknown as Client;
  return Object.assign(server, { client });
}

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

function start(record: OpenRecord, client: Client, change: Partial<WatchdogOptions> = {}) {
  const lines: Record<string, unknown>[] = [];
  const gauges = new Map<string, number>();
  const mails: (readonly StandingAlert[])[] = [];
  const createGauge = (name: string) => ({
    set: (value: number, tags?: MetricTags) => void gauges.set(`${name} ${tags?.what ?? ''}`.trim(), value),
  });
  const heard = { lines, gauges, mails, taken: true, days: [] as string[] };
  const stop = startWatchdog({
    client,
    record,
    log: createLog('info', { write: (line: string) => void lines.push(JSON.parse(line)) }),
    meter: Object.assign({ ...noopMetricMeter }, { createGauge }) as unknown as WatchdogOptions['meter'],
    writeToOperators: async (alerts) => {
      mails.push(alerts);
      return heard.taken;
    },
    daily: async (today) => void heard.days.push(today),
    everyMs: 40,
    askEveryMs: 20,
    ...change,
  });
  stops.push(stop);
  return Object.assign(heard, { stop });
}
/** A case that the record has open, with nothing else to say of it. */
const opened = () =>
  entry({ newEvents: [event('opening-1', { recordedAt: '2026-01-05T09:00:00Z' as Instant })], nextStep: null });
type Heard = ReturnType<typeof start>;
const saying = ({ lines }: Heard, message: string) => lines.filter(({ msg }) => msg === message);
const hourLater = (record: OpenRecord) =>
  record.db.execute(sql`update watch set mailed_at = mailed_at - interval '1 hour'`);

onBothDatabases('the watchdog', (database) => {
  test('looks at start; of ten workers that start together one looks', async () => {
    const record = await emptied(database());
    const server = fakeServer();
    const all = Array.from({ length: 10 }, () =>
      start(record, server.client, { everyMs: 600_000, askEveryMs: 60_000 }),
    );
    await until(() => all.every(({ gauges }) => gauges.has('nodrift_watchdog_last_look_seconds')), 'each has asked');
    assert.equal(server.looks, 1);
    assert.equal(all.flatMap(({ days }) => days).length, 1);
  });

  test('a worker that starts later looks at start too, unless somebody has just done so', async () => {
    const record = await emptied(database());
    const server = fakeServer();
    const slow = { everyMs: 600_000, askEveryMs: 60_000 };
    await start(record, server.client, slow).stop();
    const second = start(record, server.client, slow);
    await until(() => second.gauges.has('nodrift_watchdog_last_look_seconds'), 'it has asked');
    assert.equal(server.looks, 1);
    await record.db.execute(sql`update watch set looked_at = now() - interval '2 minutes'`);
    start(record, server.client, slow);
    await until(() => server.looks === 2, 'it looks');
  });

  test('a turn whose holder died is taken by another when its lease has ended', async () => {
    const record = await emptied(database());
    assert.ok(await takeTurn(record, 'dead', 0));
    assert.equal(await takeTurn(record, 'other', 0), null);
    await record.db.execute(sql`update watch set lease_until = now()`);
    assert.ok(await takeTurn(record, 'other', 0));
  });

  test('what it finds is a line of log, a metric and a mail; so is nothing of a rehearsal; that it ended is said', async () => {
    const record = await emptied(database());
    await keep(record, opened());
    const rehearsal = identity({ id: 'child-protection/R-1', ref: 'R-1', rehearsal: true });
    await keep(record, entry({ case: rehearsal, alerts: [{ what: 'many-notices' }] }));
    const heard = start(record, fakeServer().client);
    await until(() => heard.mails.length > 0, 'the operators are written to');
    assert.deepEqual(
      heard.mails[0]?.map(({ caseId, what, detail }) => [caseId, what, detail]),
      [[CASE, 'not-running', 'terminated']],
    );
    const [line] = saying(heard, 'needs attention');
    assert.deepEqual([line?.level, line?.case, line?.detail], ['error', CASE, 'terminated']);
    await until(() => heard.gauges.get('nodrift_alerts not-running') === 1, 'the metric says one');
    assert.ok(!JSON.stringify([...heard.lines, ...heard.mails]).includes('R-1'));

    await keep(record, { ...opened(), status: 'closed', revision: 2 });
    await until(() => saying(heard, 'no longer needs attention').length > 0, 'it ended');
    await until(() => heard.gauges.get('nodrift_alerts not-running') === 0, 'the metric says none');
  });

  test('one mail an hour, however many workers look and however often', async () => {
    const record = await emptied(database());
    await keep(record, entry());
    const server = fakeServer();
    const both = [start(record, server.client), start(record, server.client)];
    const mails = () => both.flatMap((one) => one.mails);
    await until(() => server.looks > 6 && mails().length > 0, 'they looked several times');
    assert.equal(mails().length, 1);
    await hourLater(record);
    const looks = server.looks;
    await until(() => server.looks > looks + 4 && mails().length > 1, 'the next hour has its mail');
    assert.equal(mails().length, 2);
  });

  test('what a case says is mailed once, logged once, and stands for a day', async () => {
    const record = await emptied(database());
    const says = { alerts: [{ what: 'cancel-asked' }, { what: 'cancel-asked' }] as const };
    await keep(record, entry({ ...says, status: 'closed', nextStep: null }));
    const server = fakeServer();
    const heard = start(record, server.client);
    await until(() => heard.mails.length === 1, 'it is mailed');
    await hourLater(record);
    await keep(record, entry({ ...says, revision: 2, status: 'closed', nextStep: null }));
    const looks = server.looks;
    await until(() => server.looks > looks + 3, 'it looks on');
    assert.equal(heard.mails.length, 1);
    assert.equal(saying(heard, 'needs attention').length, 1);
    await until(() => heard.gauges.get('nodrift_alerts cancel-asked') === 1, 'it stands');
    await record.db.execute(sql`update alerts set seen_at = now() - interval '25 hours'`);
    await until(() => heard.gauges.get('nodrift_alerts cancel-asked') === 0, 'a day is over');
  });

  test('a case that is turned away because its reference is taken is heard all the same', async () => {
    const record = await emptied(database());
    await keep(record, entry({ status: 'closed', nextStep: null }));
    const other = identity({ id: 'child-in-need/BC-2041', kind: 'child-in-need' });
    await assert.rejects(keep(record, entry({ case: other, alerts: [{ what: 'reference-taken', detail: CASE }] })));
    const heard = start(record, fakeServer().client);
    await until(() => heard.mails.length > 0, 'it is mailed');
    assert.equal(heard.mails[0]?.find(({ what }) => what === 'reference-taken')?.caseId, 'child-in-need/BC-2041');
  });

  test('a mail that nobody takes is tried again with the next hour, and nothing is lost', async () => {
    const record = await emptied(database());
    await keep(
      record,
      entry({ alerts: [{ what: 'state-large', detail: '0.8 MB' }], status: 'closed', nextStep: null }),
    );
    const server = fakeServer();
    const heard = start(record, server.client);
    heard.taken = false;
    await until(() => heard.mails.length === 1, 'it is tried');
    const looks = server.looks;
    await until(() => server.looks > looks + 3, 'it looks on');
    assert.equal(heard.mails.length, 1);
    heard.taken = true;
    await hourLater(record);
    await until(() => heard.mails.length === 2, 'it is tried again');
    assert.deepEqual(heard.mails[1], heard.mails[0]);
  });

  test('while the server does not answer, what stands stands; when nobody has looked for long, every worker says so', async () => {
    const record = await emptied(database());
    await keep(record, entry());
    const server = fakeServer();
    const heard = start(record, server.client, { silenceMs: 400 });
    await until(() => heard.mails.length === 1, 'the first look');
    server.down = true;
    await hourLater(record);
    await until(() => saying(heard, 'nobody has looked after the cases').length > 0, 'the silence is noticed');
    assert.ok(saying(heard, 'the watchdog could not look').length > 0);
    assert.deepEqual(saying(heard, 'no longer needs attention'), []);
    await until(() => heard.gauges.get('nodrift_alerts watchdog-late') === 1, 'the metric says so');
    await hourLater(record);
    await until(() => heard.mails.flat().some(({ what }) => what === 'watchdog-late'), 'the operators are told');
    assert.ok(!JSON.stringify([...heard.lines, ...heard.mails]).includes('canary'));
    server.down = false;
    await record.db.execute(sql`update watch set lease_until = now()`);
    await until(() => heard.gauges.get('nodrift_alerts watchdog-late') === 0, 'somebody looks again');
  });
});
