// `npm run bench:round`: the mails of a morning, 10,000 notices to 3,000 people, beside what else could send them; all on one sink that counts. Prints a
// table and writes it to bench/round-results.md. Takes some three minutes.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { createTransport } from 'nodemailer';
import pg from 'pg';
import PgBoss from 'pg-boss';
import { createActivities } from '../activities/deliver.ts';
import { memoryKeys } from '../codec/case-keys.ts';
import type { MailSettings } from '../mail/mail-settings.ts';
import { composed, type Sending } from '../mail/send-one.ts';
import { composeRound, sendRound } from '../mail/send-round.ts';
import { type Message, openSmtp } from '../mail/smtp.ts';
import { startSweeper } from '../mail/sweeper.ts';
import { toCompose } from '../record/composed.ts';
import { gatherRound } from '../record/gather.ts';
import { type OpenRecord, openRecord } from '../record/open.ts';
import { plan } from '../record/outbox.ts';
import { delivery, identity, notice, person } from '../test/support/entries.ts';
import { missing, startPostgres } from '../test/support/postgres.ts';
import { ROOT } from './support.ts';

const NOTICES = 10_000;
const READERS = 3_000;
const CONNECTIONS = 10;
/** What takes a mail at a time is measured on fewer. */
const SAMPLE = 600;
const SLOW_MS = 10;
const SLOW_SAMPLE = 1_000;
const DOMAIN = 'notify.example.test';
const settings: MailSettings = { sender: { name: 'Nodrift', address: `nodrift@${DOMAIN}` } };

interface Sink {
  readonly url: string;
  readonly port: number;
  /** How many mails came since it was last asked, and how many of them differ. */
  counted(): Promise<{ mails: number; distinct: number }>;
  close(): void;
}

async function startSink(answersInMs = 0): Promise<Sink> {
  const child = fork(join(ROOT, 'bench', 'mail-sink.ts'), [String(answersInMs)], { execArgv: ['--import', 'tsx'] });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return {
    port,
    url: `smtp://127.0.0.1:${port}`,
    async counted() {
      const answer = once(child, 'message');
      child.send('count');
      return (await answer)[0] as { mails: number; distinct: number };
    },
    close: () => child.disconnect(),
  };
}

/** One council: nine of ten people are in its own domain, the others in two more. */
const addressOf = (i: number) => `p${i}@${['nhs.test', 'police.test'][i % 20] ?? 'council.test'}`;

/** What the cases of a night plan: three or four things for each reader. */
async function planMorning(record: OpenRecord, notices = NOTICES, readers = READERS): Promise<Date> {
  await record.db.execute(sql`truncate notices, mails cascade`);
  const perCase = 10;
  for (let at = 0; at < notices; at += perCase) {
    const ref = `BC-${at / perCase}`;
    const of = identity({ id: `child-protection/${ref}`, ref, opening: ref });
    const told = Array.from({ length: perCase }, (_, i) =>
      notice(person(`p${(at + i) % readers}`, { email: addressOf((at + i) % readers) }), {
        ...{ key: `minutes/core-group-3|late-1|0|${at + i}|0`, round: true },
      }),
    );
    await record.db.transaction((tx) => plan(tx, record, delivery(told, { case: of }), DOMAIN));
  }
  return new Date();
}

async function gather(record: OpenRecord, until: Date): Promise<void> {
  for (let after: string | null = ''; after !== null; )
    ({ after } = await gatherRound(record, { until, limit: 500, after, domain: DOMAIN }));
}

async function composeAll(sending: Sending, until: Date): Promise<void> {
  for (let after: string | null = ''; after !== null; )
    ({ after } = await composeRound(sending, { until, limit: 200, after }));
}

interface Run {
  readonly what: string;
  readonly mails: number;
  readonly notices: number;
  readonly seconds: number;
}
const runs: Run[] = [];
const rate = ({ mails, seconds }: Run) => mails / seconds;

/** Times it, and sees that the sink got every mail, once. */
async function measured(
  what: string,
  sink: Sink,
  expect: { mails: number; notices: number },
  work: () => Promise<unknown>,
) {
  await sink.counted();
  const began = performance.now();
  await work();
  const run = { what, ...expect, seconds: (performance.now() - began) / 1000 };
  const { mails, distinct } = await sink.counted();
  if (mails !== expect.mails || distinct !== expect.mails)
    throw new Error(`${what}: ${mails} mails, ${distinct} of them distinct; ${expect.mails} were due`);
  runs.push(run);
  console.log(`${what}: ${run.seconds.toFixed(1)} s, ${rate(run).toFixed(0)} mails a second`);
  return run;
}

/** nodemailer as its documentation shows it: a pool, and a loop that keeps it full. */
async function bareLoop(port: number, messages: readonly Message[], connections = CONNECTIONS): Promise<void> {
  const pool = createTransport({
    ...{ pool: true, maxConnections: connections, maxMessages: Number.POSITIVE_INFINITY },
    ...{ host: '127.0.0.1', port, ignoreTLS: true },
  });
  const left = messages.values();
  const one = async () => {
    for (const message of left) await pool.sendMail(asNodemailer(message));
  };
  await Promise.all(Array.from({ length: connections }, one));
  pool.close();
}

const asNodemailer = ({ from, to, subject, text, html, messageId, headers }: Message) => ({
  ...{ from, to: [{ name: to.name, address: to.address! }], subject, text, html, messageId, headers },
});

async function bodies(sending: Sending, until: Date): Promise<Message[]> {
  const planned = await toCompose(sending.record, { until, limit: READERS });
  return Promise.all(planned.map((mail) => composed(sending, mail)));
}

const round = { mails: READERS, notices: NOTICES };

async function ours(name: string, record: OpenRecord, sink: Sink): Promise<Run> {
  const transport = openSmtp({ url: sink.url });
  const sending: Sending = { record, transport, settings, mostAnHour: 60 };
  const until = await planMorning(record);
  const began = performance.now();
  await gather(record, until);
  const gathered = performance.now();
  await composeAll(sending, until);
  console.log(
    `${name}: gathered in ${((gathered - began) / 1000).toFixed(1)} s, made ready in ${((performance.now() - gathered) / 1000).toFixed(1)} s`,
  );
  const run = await measured(`a round, on ${name}`, sink, round, () => sendRound(sending, { until }));
  const { rows } = (await record.db.execute(
    sql`select count(*)::int as n from notices join mails on mails.key = notices.mail where mails.state = 'ACCEPTED'`,
  )) as unknown as { rows: { n: number }[] };
  if (rows[0]?.n !== NOTICES) throw new Error(`${rows[0]?.n} notices are down as sent`);
  await transport.close();
  return run;
}

/** The relay was away, and everything waits: what one sweep sends once it is back. */
async function backlog(record: OpenRecord, sink: Sink): Promise<Run> {
  const transport = openSmtp({ url: sink.url });
  const sending: Sending = { record, transport, settings, mostAnHour: 60 };
  await gather(record, await planMorning(record));
  await record.db.execute(sql`update mails set state = 'DEFERRED', attempts = 9, next_try_at = now()`);
  const sweeper = startSweeper({ ...sending, everyMs: 3_600_000 });
  const run = await measured('a backlog after an outage, one sweep', sink, round, () => sweeper.sweep());
  await sweeper.stop();
  await transport.close();
  return run;
}

/** A table, and a job that goes through it every minute: one row, one mail, the next when that is written down. */
async function cronLoop(databaseUrl: string, port: number, messages: readonly Message[]): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query('create table due (id serial primary key, message json not null, sent timestamptz)');
  await client.query('insert into due (message) select * from json_array_elements($1::json)', [
    JSON.stringify(messages),
  ]);
  return async () => {
    const mailer = createTransport({
      pool: true,
      maxConnections: 1,
      maxMessages: Number.POSITIVE_INFINITY,
      host: '127.0.0.1',
      port,
      ignoreTLS: true,
    });
    const { rows } = await client.query('select id, message from due where sent is null order by id');
    for (const { id, message } of rows) {
      await mailer.sendMail(asNodemailer(message));
      await client.query('update due set sent = now() where id = $1', [id]);
    }
    mailer.close();
    await client.end();
  };
}

/** A job a mail, fetched in batches, ten at once. */
async function pgBoss(databaseUrl: string, port: number, messages: readonly Message[]): Promise<() => Promise<void>> {
  const boss = new PgBoss(databaseUrl);
  boss.on('error', () => {});
  await boss.start();
  await boss.createQueue('mail');
  await boss.insert(messages.map((data) => ({ name: 'mail', data })));
  return async () => {
    const mailer = createTransport({
      pool: true,
      maxConnections: CONNECTIONS,
      maxMessages: Number.POSITIVE_INFINITY,
      host: '127.0.0.1',
      port,
      ignoreTLS: true,
    });
    let sent = 0;
    await new Promise<void>((done) => {
      void boss.work<Message>('mail', { batchSize: 100, pollingIntervalSeconds: 0.5 }, async (jobs) => {
        await Promise.all(jobs.map(({ data }) => mailer.sendMail(asNodemailer(data))));
        sent += jobs.length;
        if (sent === messages.length) done();
      });
    });
    mailer.close();
    await boss.stop({ graceful: false });
  };
}

/** As before there was a round: every case sends its own, one notice a mail. */
async function straight(record: OpenRecord, sink: Sink): Promise<void> {
  await record.db.execute(sql`truncate notices, mails, cases, events, duties cascade`);
  const transport = openSmtp({ url: sink.url });
  const { deliver } = createActivities({ record, transport, settings, mostAnHour: 60 });
  const left = Array.from({ length: SAMPLE }, (_, i) => i).values();
  const one = async () => {
    for (const i of left) {
      const of = identity({ id: `child-protection/S-${i}`, ref: `S-${i}`, opening: `s-${i}` });
      await deliver(delivery([notice(person(`p${i}`, { email: addressOf(i) }))], { case: of }));
    }
  };
  await measured('straight from each case', sink, { mails: SAMPLE, notices: SAMPLE }, () =>
    Promise.all(Array.from({ length: CONNECTIONS }, one)),
  );
  await transport.close();
}

if (missing) throw new Error(missing);
const folder = await mkdtemp(join(tmpdir(), 'nodrift-bench-round-'));
const postgres = await startPostgres();
const [sink, slow] = await Promise.all([startSink(), startSink(SLOW_MS)]);
const keys = memoryKeys();
const lite = await openRecord({ dataDir: join(folder, 'record'), keys });
const full = await openRecord({ databaseUrl: await postgres.database('record'), keys });

const until = await planMorning(full);
await gather(full, until);
const warm = openSmtp({ url: sink.url });
const messages = await bodies({ record: full, transport: warm, settings }, until);
await warm.close();
await bareLoop(sink.port, messages); // whatever comes first would pay for warming up
const bare = () => measured('bare nodemailer, pooled', sink, round, () => bareLoop(sink.port, messages));
// The limit is measured before and after: the machine has other things to do.
const bareRuns = [await bare()];
const ourRuns = [await ours('PGlite', lite, sink), await ours('Postgres', full, sink)];
bareRuns.push(await bare());
const drained = await backlog(full, sink);
await straight(full, sink);
const cron = await cronLoop(await postgres.database('cron'), sink.port, messages);
await measured('a cron loop over a table', sink, round, cron);
const boss = await pgBoss(await postgres.database('boss'), sink.port, messages);
await measured('pg-boss 10.4.2, a job a mail', sink, round, boss);

// A relay that takes its time: what counts is how many mails are under way.
const some = messages.slice(0, SLOW_SAMPLE);
const slowly = { mails: SLOW_SAMPLE, notices: SLOW_SAMPLE };
await measured(`bare, a relay of ${SLOW_MS} ms an answer, ten connections`, slow, slowly, () =>
  bareLoop(slow.port, some),
);
await measured(`bare, the same, two connections`, slow, slowly, () => bareLoop(slow.port, some, 2));
{
  const transport = openSmtp({ url: slow.url });
  const sending: Sending = { record: full, transport, settings };
  const due = await planMorning(full, SLOW_SAMPLE, SLOW_SAMPLE);
  await gather(full, due);
  await composeAll(sending, due);
  await measured('a round, the same: places grow with answers', slow, slowly, () => sendRound(sending, { until: due }));
  await transport.close();
}

const limit = bareRuns.reduce((all, run) => all + rate(run), 0) / bareRuns.length;
const cells = runs.map((run) => [
  ...[run.what, String(run.mails), String(run.notices), run.seconds.toFixed(1), rate(run).toFixed(0)],
  ...[
    (run.notices / run.seconds).toFixed(0),
    run.what.includes('same') || run.what.includes('relay of') ? '–' : (rate(run) / limit).toFixed(2),
  ],
]);
const head = ['what', 'mails', 'notices', 'seconds', 'mails a second', 'notices a second', 'of the limit'];
const table = [head, head.map(() => '---'), ...cells].map((row) => `| ${row.join(' | ')} |`).join('\n');
const worst = Math.max(...ourRuns.map(({ seconds }) => seconds));
const text = `# The mails of a morning

${NOTICES.toLocaleString('en-GB')} notices to ${READERS.toLocaleString('en-GB')} people, nine of ten in one domain, beside what else could send them; one run, one sink that
counts each mail and its Message-ID, ${cpus().length} cores under a load of ${loadavg()[1]?.toFixed(0)}. The limit is a bare pooled nodemailer loop of the same bodies, before and after. Made by \`npm run bench:round\`.

${table}

The round's mails are made ready from 07:45; what is measured is what happens from 08:00:00, until each is written down as sent. The last notice is out after
${worst.toFixed(0)} s (the aim: before 08:01). After an outage, however long, what waits is tried again within a minute of the relay's return and looked for every
15 seconds, so this backlog is gone ${(60 + 15 + drained.seconds).toFixed(0)} seconds after it at most (the aim: two minutes). What goes straight from each case is planned, sent and written down one by one, and was measured on ${SAMPLE}.
What cases do in the night, before, is in [night-results.md](night-results.md).
`;
writeFileSync(join(ROOT, 'bench', 'round-results.md'), text);
console.log(`\n${text}`);

await Promise.all([lite.close(), full.close()]);
sink.close();
slow.close();
await postgres.close();
await rm(folder, { recursive: true });
process.exit(0);
