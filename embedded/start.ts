// `npm start`: everything in one terminal with nothing else installed: Temporal's development server with its UI, the worker,
// the record, and a mail inbox with a web page. Loopback only, all data under one folder. Ctrl-C stops it; a second start goes on.

import { randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { askForRound, previewRound } from '../client/ask-round.ts';
import { endOnUncaught } from '../client/error-fields.ts';
import { Unavailable } from '../client/errors.ts';
import { Nodrift } from '../client/nodrift.ts';
import { beginMigrating, endMigrating, migratedUntil } from '../codec/migrating.ts';
import { makeKeys, openKeys, tryKeys } from '../codec/open-keys.ts';
import { londonDay } from '../domain/notices/words.ts';
import { fromEpochMs, type LocalDate } from '../domain/time/calendar.ts';
import { readPublicUrl } from '../mail/links.ts';
import { readMailsAnHour } from '../mail/mail-settings.ts';
import type { OpenRecord } from '../record/open.ts';
import { readTokens } from '../web/api/access-tokens.ts';
import { readApiRate } from '../web/api/serve-api.ts';
import { UI_COOKIE } from '../web/codec-server.ts';
import { serveWeb } from '../web/serve.ts';
import { readOidc } from '../web/sign-in/oidc-settings.ts';
import { viewsNow } from '../web/staff/from-record.ts';
import { readTemporalUi } from '../web/temporal-views.ts';
import { endpointRules } from '../webhooks/endpoint.ts';
import { calendarWarnings } from '../worker/calendar-warnings.ts';
import { createLog, installRuntime, type Logger } from '../worker/log.ts';
import { retentionMs, sealRunningCases } from '../worker/plain-cases.ts';
import { type Service, startService } from '../worker/service.ts';
import { clusterIdOf, removeAddress, writeAddress } from './address-file.ts';
import { keyFile, removeAppFile, writeAppFile } from './app-file.ts';
import { CASE_ATTRIBUTES } from './case-attributes.ts';
import { openDataFolder } from './data-folder.ts';
import { type DevServer, startDevServer } from './dev-server.ts';
import { databaseIn, endLeftOver } from './earlier-run.ts';
import { errorLine } from './error-line.ts';
import { openExamples } from './example-cases.ts';
import { startInbox } from './inbox.ts';
import { readInboxDays } from './inbox-store.ts';
import { oldPolicies } from './old-policies.ts';
import { choosePort } from './ports.ts';
import { findServer } from './server-binary.ts';
import type { UiChanges } from './ui-changes.ts';
import { UserError } from './user-error.ts';

// Dates follow London's time by rule, never the machine's. Libraries that format dates read this variable.
process.env.TZ = 'UTC';

const HOST = '127.0.0.1';
const say = (line = ''): void => void process.stdout.write(`${line}\n`);
/** Every port that is opened, except those of Temporal that nobody sets. */
const PORTS = {
  grpc: { variable: 'NODRIFT_TEMPORAL_PORT', what: 'Temporal', usual: 7233 },
  ui: { variable: 'NODRIFT_UI_PORT', what: 'Temporal UI', usual: 8233 },
  smtp: { variable: 'NODRIFT_SMTP_PORT', what: 'the inbox (SMTP)', usual: 1025 },
  inbox: { variable: 'NODRIFT_INBOX_PORT', what: "the inbox's page", usual: 8025 },
  web: { variable: 'NODRIFT_WEB_PORT', what: 'the app', usual: 8080 },
} as const;
const port = (which: keyof typeof PORTS): Promise<number> => choosePort(PORTS[which], process.env, say);

const today = (): LocalDate => londonDay(fromEpochMs(Date.now())) as LocalDate;

/** Steps to undo what was started: in the opposite order, each once, also when one of them fails. */
class Undo {
  readonly #steps: (() => Promise<void>)[] = [];
  add(step: () => Promise<void>): void {
    this.#steps.push(step);
  }
  async all(): Promise<void> {
    for (let step = this.#steps.pop(); step; step = this.#steps.pop()) await step().catch(() => {});
  }
}

/** The Temporal server that TEMPORAL_ADDRESS names, or our own, started here. */
async function temporal(
  data: string,
  uiChanges: UiChanges,
  undo: Undo,
): Promise<{ address: string; ui: string; server?: DevServer }> {
  const given = process.env.TEMPORAL_ADDRESS;
  if (given) return { address: given, ui: process.env.TEMPORAL_UI_URL ?? `the UI of ${given}` };
  const binary = await findServer();
  const server = await startDevServer({
    binary,
    dataDir: join(data, 'temporal'),
    ports: { grpc: await port('grpc'), ui: await port('ui') },
    searchAttributes: CASE_ATTRIBUTES,
    timeSkipping: true,
    uiChanges,
    log: say,
  });
  undo.add(() => server.stop());
  return { address: server.address, ui: server.uiUrl ?? 'not started', server };
}

/** Cases are there, and never had keys. */
const isOfAnEarlierRelease = (data: string): boolean =>
  !existsSync(join(data, 'keys', 'ring.json')) &&
  !existsSync(join(data, 'keys', 'store')) &&
  (existsSync(join(data, 'temporal', 'temporal.db')) || existsSync(join(data, 'record', 'PG_VERSION')));

/** The settings of Temporal's environment configuration. */
function temporalSettings(): ReturnType<typeof loadClientConnectConfig> {
  try {
    return loadClientConnectConfig();
  } catch (error) {
    throw new UserError(`The settings of Temporal cannot be read (TEMPORAL_*, its file): ${(error as Error).message}`);
  }
}

async function start(undo: Undo): Promise<{ service: Service; server: DevServer | undefined }> {
  const began = Date.now();
  const data = openDataFolder(process.env.NODRIFT_DATA ?? '.nodrift', [
    'inbox',
    'bundles',
    'keys',
    ...(process.env.DATABASE_URL ? [] : ['record']),
    ...(process.env.TEMPORAL_ADDRESS ? [] : ['temporal']),
  ]);
  const log = createLog(process.env.NODRIFT_LOG || 'warn');
  installRuntime(log);
  endOnUncaught(log);

  // Who may call the app is read before anything runs.
  const callers = {
    oidc: readOidc(process.env),
    tokens: readTokens(process.env),
    requestsAMinute: readApiRate(process.env.NODRIFT_API_RATE),
  };
  const keys = await keysIn(data, undo);
  // This comes before any port is chosen: a server that a killed run left behind still holds its port.
  if (!process.env.TEMPORAL_ADDRESS) await endLeftOver(databaseIn(join(data, 'temporal')), say);
  const inbox = await startInbox({
    dir: join(data, 'inbox'),
    smtpPort: await port('smtp'),
    webPort: await port('inbox'),
    tryThis: 'npx nodrift rehearse examples/everything-drifts.yaml --live',
    days: readInboxDays(process.env.NODRIFT_INBOX_DAYS),
  });
  undo.add(() => inbox.close());
  const webPort = await port('web');
  const publicUrl = readPublicUrl(process.env.NODRIFT_PUBLIC_URL) ?? `http://${HOST}:${webPort}`;
  const webhooks = endpointRules(process.env.NODRIFT_WEBHOOK_HOSTS, publicUrl);
  // The server starts while the workflows are bundled and the record is opened. The service waits for it.
  let record: OpenRecord | undefined;
  const views = async () => (record ? viewsNow(record, today()) : []);
  // Whoever opens the UI by the address that is printed below may read in it what is sealed.
  const session = { appPort: webPort, cookie: UI_COOKIE, token: randomBytes(32).toString('base64url') };
  const reaching = temporal(data, { views, session }, undo);
  const { connectionOptions, namespace = 'default' } = temporalSettings();
  const service = await startService({
    temporal: reaching.then(({ address }) => ({ ...connectionOptions, address })),
    namespace,
    keys: keys.keys,
    encryption: keys.encryption,
    databaseUrl: process.env.DATABASE_URL,
    dataDir: join(data, 'record'),
    smtpUrl: `smtp://${HOST}:${inbox.smtpPort}`,
    wakesNobody: true,
    publicUrl,
    webhooks,
    // What is answered to the inbox's port is taken, as by a listener of its own.
    replyDomain: process.env.NODRIFT_REPLY_DOMAIN || 'reply.nodrift.example',
    linkKeys: process.env.NODRIFT_LINK_KEYS,
    operators: process.env.NODRIFT_OPERATORS,
    mailsAnHour: readMailsAnHour(process.env.NODRIFT_MAILS_AN_HOUR),
    bundles: join(data, 'bundles'),
    rollOut: true,
    log,
  });
  undo.add(() => service.stop());
  record = service.record;
  if (keys.encryption === 'migrating') sealPlainCases(data, service.client, log, undo);
  inbox.replies = service.replies;
  inbox.round = () => sendRound(service.client);
  const { address, ui, server } = await reaching;
  const web = await serveWeb({
    client: service.client,
    record: service.record,
    publicUrl,
    log,
    host: HOST,
    port: webPort,
    linkKeys: process.env.NODRIFT_LINK_KEYS,
    onlyHere: true,
    ...callers,
    webhooks,
    smtpUrl: `smtp://${HOST}:${inbox.smtpPort}`,
    codec: { keys: keys.keys, uiToken: session.token },
    temporalUi: readTemporalUi(server ? server.uiUrl && new URL(server.uiUrl).origin : process.env.TEMPORAL_UI_URL),
  });
  undo.add(() => web.close());
  writeAddress(data, address, await clusterIdOf(service.client, server !== undefined));
  undo.add(async () => removeAddress(data));
  const key = await keyFile(data, service.record);
  writeAppFile(data, web.url);
  undo.add(async () => removeAppFile(data));

  await openExamplesOnce(data, service.client);
  for (const line of await oldPolicies(data, service.record)) say(line);
  for (const { authority, warning } of await calendarWarnings(service.record, today())) say(`${authority}: ${warning}`);
  say(`ready after ${((Date.now() - began) / 1000).toFixed(1)} s`);
  sayWhereAllIs({ 'mail inbox': inbox.webUrl, app: web.url, 'API key': key, 'Temporal UI': ui });
  // It has no authoriser and takes no token, so this cannot be mended here.
  if (server) say(`Temporal (${address}) asks nobody who they are: every user of this machine may use it.`);
  sayWhatToTry(data);
  return { service, server };
}

/** The keys of this folder, made at the first start. What an earlier release left plain is read until it is encrypted. */
async function keysIn(data: string, undo: Undo): ReturnType<typeof openKeys> {
  const folder = join(data, 'keys');
  const plain = isOfAnEarlierRelease(data);
  await makeKeys(process.env, folder);
  if (plain) beginMigrating(folder);
  endMigrating(folder, new Date());
  const keys = await openKeys(process.env, folder);
  undo.add(() => keys.close());
  await tryKeys(keys);
  if (keys.encryption === 'migrating')
    say('Cases of a release that did not encrypt are being encrypted: until then what is plain is read (docs/keys.md)');
  if (keys.encryption === 'off') say('NODRIFT_ENCRYPTION=off: nothing is encrypted (docs/keys.md)');
  return keys;
}

/** Goes on beside everything else. Plain histories are read until Temporal has forgotten the last of them. */
function sealPlainCases(data: string, client: Client, log: Logger, undo: Undo): void {
  const stopping = new AbortController();
  undo.add(async () => stopping.abort());
  void sealRunningCases(client, stopping.signal)
    .then(async () => migratedUntil(join(data, 'keys'), new Date(Date.now() + (await retentionMs(client)))))
    .catch(
      (err) => stopping.signal.aborted || log.error({ err }, 'cases could not be encrypted; the next start goes on'),
    );
}

async function openExamplesOnce(data: string, client: Client): Promise<void> {
  const opened = join(data, 'examples-opened');
  if (existsSync(opened)) return;
  const { missing, tryAgain } = await openExamples(new Nodrift(client), new Date());
  for (const { id, why } of missing) say(`The example ${id} was not opened: ${why}`);
  if (!tryAgain) writeFileSync(opened, '');
  // Whoever starts it for the first time finds the morning's mails too, whatever the time.
  void firstRound(client).catch(() => {});
}

function sayWhereAllIs(places: Readonly<Record<string, string>>): void {
  say();
  for (const [what, where] of Object.entries(places)) say(`  ${what.padEnd(13)} ${where}`);
  say();
}

function sayWhatToTry(data: string): void {
  // The command line finds the server by its folder.
  say(`Try next, in another terminal${process.env.NODRIFT_DATA ? ` with NODRIFT_DATA=${data}` : ''}:`);
  say('  npx nodrift list');
  say('  npx nodrift show child-protection/EX-DRIFTING');
  say('  npx nodrift rehearse examples/everything-drifts.yaml --live');
  say();
  say('Ctrl-C stops it; the next start goes on where it was.');
}

/** Sends the examples' round as soon as something waits for it: they plan it within seconds. Without it the sweeper sends it in some minutes. */
async function firstRound(client: Client): Promise<void> {
  for (let looks = 0; looks < 20; looks++) {
    await sleep(1_000);
    const { items } = await previewRound(client);
    if (items === 0) continue;
    await askForRound(client, 'today');
    return;
  }
}

/** What somebody who presses the inbox's button reads. It takes what is planned for eight too: they see it whatever the time. */
async function sendRound(client: Client): Promise<string> {
  try {
    const { mails, notices } = await askForRound(client, 'today');
    return mails === 0
      ? 'Nothing waits for a round now. What falls due is planned in the night before, and waits from five in the morning.'
      : `${mails} ${mails === 1 ? 'mail has' : 'mails have'} been sent, with ${notices} ${notices === 1 ? 'thing' : 'things'} to see to.`;
  } catch (error) {
    if (error instanceof Unavailable) return error.message;
    throw error;
  }
}

async function run(): Promise<number> {
  const undo = new Undo();
  const asked = new Promise<'asked'>((done) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => done('asked'));
  });
  try {
    const starting = start(undo);
    const first = await Promise.race([starting, asked]);
    if (first === 'asked') return 0;
    const never = new Promise<never>(() => {});
    const ended = await Promise.race([asked, first.service.failed, first.server?.ended ?? never]);
    if (ended === 'asked') say('\nstopping');
    else if (ended) throw ended;
    return 0;
  } finally {
    await undo.all();
  }
}

run().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`nodrift: ${errorLine(error)}\n`);
    process.exit(1);
  },
);
