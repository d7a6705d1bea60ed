// One worker process, whole: the record, the relay, the sweeper, the watchdog, and a worker for each version that still has cases.

import { Client } from '@temporalio/client';
import { NativeConnection, type NativeConnectionOptions, Runtime } from '@temporalio/worker';
import { createRollActivities } from '../activities/ask-directory.ts';
import { createRestoreActivities } from '../activities/bring-back.ts';
import { createActivities } from '../activities/deliver.ts';
import { createDirectoryActivities } from '../activities/directory-on-cases.ts';
import { createEraseActivities } from '../activities/erase.ts';
import { createImportActivities } from '../activities/import-in-batches.ts';
import { otherCaseActivities } from '../activities/other-case.ts';
import { createInForceActivities } from '../activities/policies-in-force.ts';
import { createApplyActivities } from '../activities/reach-cases.ts';
import { createRoundActivities } from '../activities/round-in-batches.ts';
import { createWebhookActivities } from '../activities/webhooks.ts';
import { handOverCases, tellCasesOfStaff } from '../client/begin-directory-work.ts';
import { reach } from '../client/connect.ts';
import { Nodrift } from '../client/nodrift.ts';
import type { CaseKeys } from '../codec/case-keys.ts';
import { encrypting } from '../codec/data-converter.ts';
import type { EncryptionMode } from '../codec/payload-codec.ts';
import type { Instant } from '../domain/time/calendar.ts';
import { linkKeys as readKeys } from '../mail/link-token.ts';
import { linksFor } from '../mail/links.ts';
import { type MailSettings, mailSettings } from '../mail/mail-settings.ts';
import { readOperators, writeToOperators } from '../mail/operators.ts';
import { type ReplyDesk, replyDesk } from '../mail/replies.ts';
import { type ListenAt, startReplyListener } from '../mail/reply-listener.ts';
import { openSmtp, type Transport } from '../mail/smtp.ts';
import { type Sweeper, startSweeper } from '../mail/sweeper.ts';
import { authoritiesWithNews, reallocationsUnderWay } from '../record/directory-work.ts';
import { type OpenRecord, openRecord } from '../record/open.ts';
import type { EndpointRules } from '../webhooks/endpoint.ts';
import type { WebhookSending } from '../webhooks/serve-listener.ts';
import { TASK_QUEUE } from '../workflows/api.ts';
import { type Bundle, BundleStore } from './bundle.ts';
import { keptBundle } from './bundle-cache.ts';
import { calendarWarnings } from './calendar-warnings.ts';
import type { Logger } from './log.ts';
import { scheduleRound } from './round-schedule.ts';
import { eraseByRetention, forgetAgain, goOnWithErasures } from './see-to-erasures.ts';
import { putKeysAway } from './see-to-keys.ts';
import { recordOn } from './tell-cases.ts';
import { tellCase } from './tell-refusal.ts';
import { makeCurrent, moveCases } from './versions.ts';
import { startWatchdog, type WatchdogOptions } from './watchdog.ts';
import { startWebhookCalls } from './webhook-calls.ts';
import { type RunningWorker, startWorker, type WorkerSettings } from './worker.ts';

export interface ServiceSettings {
  /** Where Temporal is; a promise while that server is still starting. */
  readonly temporal: NativeConnectionOptions | Promise<NativeConnectionOptions>;
  readonly namespace: string;
  /** What seals every case, in Temporal and in the record. */
  readonly keys: CaseKeys;
  /** `required` where absent. */
  readonly encryption?: EncryptionMode | undefined;
  /** Postgres; where absent PGlite in `dataDir`. */
  readonly databaseUrl?: string | undefined;
  readonly databaseConnections?: number | undefined;
  readonly dataDir?: string | undefined;
  readonly ledgerKey?: string | undefined;
  /** Where the pages behind mails are; mails have no links where it is absent. */
  readonly publicUrl?: string | undefined;
  /** NODRIFT_LINK_KEYS; without it keys are made once and kept in the record. */
  readonly linkKeys?: string | undefined;
  readonly smtpUrl: string;
  /** The relay is an inbox to look into: nothing is held back for the night. */
  readonly wakesNobody?: boolean | undefined;
  readonly mailFrom?: string | undefined;
  readonly mailDomains?: readonly string[] | undefined;
  /** The domain whose mail comes back here: calendars' answers and bounces. Nothing is asked for where it is absent. */
  readonly replyDomain?: string | undefined;
  /** Where a relay hands it over; not by a listener of its own where it is absent. */
  readonly replyAt?: ListenAt | undefined;
  /** Who is written to when something needs attention: addresses separated by commas. */
  readonly operators?: string | undefined;
  /** How many mails one person gets within an hour; no cap where absent. */
  readonly mailsAnHour?: number | undefined;
  /** Where webhooks may go beside public addresses; nowhere else where it is absent. */
  readonly webhooks?: EndpointRules | undefined;
  /** Where bundles of versions with running cases are kept; without it only this version is run. */
  readonly bundles?: string | undefined;
  /** Makes this version current and moves every case to it; in production that is a job of its own. */
  readonly rollOut: boolean;
  readonly graceSeconds?: number;
  readonly log: Logger;
  readonly seam?: Seam;
}

type Activities = WorkerSettings['activities'];

/** Where tests reach into the service. Production leaves it out, and nothing else differs. */
export interface Seam {
  /** Made before, so that not every test file bundles anew. */
  readonly bundle?: Promise<Bundle>;
  /** What a record in memory begins as. */
  readonly recordBegins?: Blob;
  /** The record, as one that may be down. */
  readonly record?: (real: OpenRecord) => OpenRecord;
  /** The relay, as one that may change. */
  readonly relay?: (real: Transport) => Transport;
  /** Activities, as ones that may be interrupted. */
  readonly activities?: (real: Activities) => Activities;
  /** When a policy or a calendar is recorded on cases that live in the future. */
  readonly appliesAt?: () => Instant | undefined;
  /** How often the sweeper looks by itself. */
  readonly sweepEveryMs?: number;
  /** Webhooks of endpoints that are hurried. */
  readonly webhooks?: Partial<WebhookSending>;
  /** A watchdog that looks more often, or sees the end of its patience sooner. */
  readonly watchdog?: Pick<WatchdogOptions, 'everyMs' | 'askEveryMs' | 'silenceMs'>;
}

export interface Service {
  readonly client: Client;
  readonly record: OpenRecord;
  readonly buildId: string;
  /** The worker of this version. */
  readonly worker: RunningWorker;
  readonly sweeper: Sweeper;
  /** Takes what comes back by mail, where a domain for it is set. */
  readonly replies: ReplyDesk | undefined;
  /** Runs another version beside this one, until it is stopped or everything is. */
  run(bundle: Bundle): Promise<RunningWorker>;
  /** Settles when a worker has ended by itself: with its error. */
  readonly failed: Promise<unknown>;
  /** True while the worker polls and the record answers. */
  ready(): Promise<boolean>;
  stop(): Promise<void>;
}

/** @throws Error with one line for settings that cannot be used; RecordUnavailable, Unavailable */
export async function startService(settings: ServiceSettings): Promise<Service> {
  const { log, seam, namespace, keys, encryption } = settings;
  const operators = readOperators(settings.operators, settings.mailDomains);
  const [bundle, record, connection] = await foundations(settings);
  const client = new Client({
    connection,
    namespace,
    dataConverter: encrypting({ keys, namespace, mode: encryption }),
  });
  const mails = await mailsOf(settings, record);
  const replies = replyDesk({ record, nodrift: new Nodrift(client) }, mails.settings, log);
  const listener = replies && settings.replyAt && (await startReplyListener(replies, settings.replyAt));
  const real = activitiesOf(settings, client, mails);
  const activities = seam?.activities?.(real) ?? real;
  const dataConverter = encrypting({ keys, namespace, mode: encryption, forWorker: true });
  const start = (version: Bundle) =>
    startWorker({
      ...{ connection, namespace, dataConverter, activities },
      bundle: version,
      graceSeconds: settings.graceSeconds,
    });

  const current = await start(bundle);
  const older =
    settings.bundles === undefined ? [] : await startOlder(new BundleStore(settings.bundles), bundle, start, log);
  const sweeper = startSweeper({ ...mails, everyMs: seam?.sweepEveryMs, onRefused: (row) => tellCase(client, row) });
  const calls = startWebhookCalls({ client, record, log });
  const stopWatchdog = watch(settings, client, mails, operators);
  // Without this a new case gets no worker; moving the others goes on beside.
  if (settings.rollOut) await makeCurrent(client, bundle.buildId);
  const stopping = new AbortController();
  const moved = settings.rollOut ? move(client, bundle, older, settings, stopping.signal) : Promise.resolve();
  await seeToRound(client, log);
  goOnAfterStart(client, record, sweeper, log);

  return {
    ...{ client, record, sweeper, replies },
    buildId: bundle.buildId,
    worker: current,
    async run(version) {
      const worker = await start(version);
      older.push(worker);
      return worker;
    },
    failed: current.finished.then(
      () => undefined,
      (error: unknown) => error,
    ),
    async ready() {
      await client.workflowService.getSystemInfo({});
      await record.db.execute('select 1');
      return true;
    },
    async stop() {
      stopping.abort();
      await listener?.close();
      await calls.stop();
      await stopWatchdog();
      // The transport among them: it ends a mail that hangs, which a worker would wait for.
      await Promise.all([
        current.stop(),
        ...older.map((worker) => worker.stop()),
        sweeper.stop((settings.graceSeconds ?? 5) * 1000),
        mails.transport.close(),
      ]);
      await moved;
      await connection.close();
      await record.close();
    },
  };
}

/** All that sending a mail needs: the record, the relay, and what the authority's mails say. */
async function mailsOf(settings: ServiceSettings, record: OpenRecord) {
  const relay = openSmtp({ url: settings.smtpUrl, domains: settings.mailDomains });
  const links = await linksOf(settings, record);
  return {
    record,
    transport: settings.seam?.relay?.(relay) ?? relay,
    log: settings.log,
    mostAnHour: settings.mailsAnHour,
    settings: {
      ...mailSettings(record, settings.mailFrom, links, settings.replyDomain, settings.publicUrl),
      wakesNobody: settings.wakesNobody,
    },
  };
}
type Mails = Awaited<ReturnType<typeof mailsOf>>;

/** Everything a workflow may ask for. */
function activitiesOf({ log, seam, webhooks }: ServiceSettings, client: Client, mails: Mails): Activities {
  const { record } = mails;
  const nodrift = new Nodrift(client);
  const sending = { record, ...(webhooks ?? { allowed: [], ourselves: [] }), ...seam?.webhooks };
  return {
    ...createActivities(mails),
    ...createInForceActivities(record, log),
    ...createRollActivities(record, log),
    ...createRoundActivities(mails),
    ...createWebhookActivities(sending, log),
    ...createImportActivities({ record, nodrift, log }),
    ...otherCaseActivities(client, TASK_QUEUE),
    ...createRestoreActivities({ record, client, taskQueue: TASK_QUEUE, log }),
    ...createEraseActivities({ record, client, log }),
    ...createDirectoryActivities({
      ...{ record, log, nodrift },
      recordOn: (caseId, changes) => recordOn(client, caseId, ...changes),
    }),
    ...createApplyActivities({
      record,
      recordOn: (caseId, change) => recordOn(client, caseId, { ...change, recordedAt: seam?.appliesAt?.() }),
    }),
  };
}

/** @returns what stops it */
function watch(
  { log, seam }: ServiceSettings,
  client: Client,
  mails: Mails,
  operators: ReturnType<typeof readOperators>,
): () => Promise<void> {
  const { record } = mails;
  return startWatchdog({
    ...{ client, record, log },
    meter: Runtime.instance().metricMeter,
    writeToOperators:
      operators.length > 0 ? (alerts, now) => writeToOperators(mails, operators, alerts, now) : undefined,
    each: () => goOnWithErasures(client, record),
    daily: async (today) => {
      await seeToRound(client, log);
      await eraseByRetention(client, record, new Date());
      if (record.keys) await putKeysAway(client, record, record.keys, log);
      for (const { authority, warning } of await calendarWarnings(record, today)) log.warn({ authority }, warning);
    },
    ...seam?.watchdog,
  });
}

/** Where the round cannot be scheduled now, the watchdog tries each day, and alerts when none comes. */
const seeToRound = (client: Client, log: Logger): Promise<unknown> =>
  scheduleRound(client).catch((err) => log.error({ err }, 'the morning round could not be scheduled'));

/** What a run before this one left behind need not wait for the first interval. Nobody waits for it. */
function goOnAfterStart(client: Client, record: OpenRecord, sweeper: Sweeper, log: Logger): void {
  void sweeper.sweep();
  void goOnWithDirectory(client, record).catch((err) =>
    log.error({ err }, 'the staff directory could not be gone on with'),
  );
  void forgetAgain(client, record, record.keys, log).catch((err) =>
    log.error({ err }, 'erasures could not be gone on with'),
  );
}

/** Whoever changed a directory may have been killed before the work on it was begun. */
async function goOnWithDirectory(client: Client, record: OpenRecord): Promise<void> {
  for (const authority of await authoritiesWithNews(record)) await tellCasesOfStaff(client, authority);
  for (const id of await reallocationsUnderWay(record)) await handOverCases(client, id);
}

/** Links to the pages, where it is known where they are. @throws Error with one line for keys that cannot be used */
async function linksOf({ publicUrl, linkKeys }: ServiceSettings, record: OpenRecord): Promise<MailSettings['links']> {
  return publicUrl === undefined ? undefined : linksFor({ keys: await readKeys(record, linkKeys), publicUrl });
}

/** What everything else stands on, side by side. When one is missing the others are closed again. */
async function foundations(settings: ServiceSettings): Promise<[Bundle, OpenRecord, NativeConnection]> {
  const { seam } = settings;
  // Off, the record is as plain as an earlier release's.
  const keys = settings.encryption === 'off' ? undefined : settings.keys;
  const opening = openRecord({ ...settings, keys, begins: seam?.recordBegins }).then(
    (real) => seam?.record?.(real) ?? real,
  );
  const parts = [seam?.bundle ?? keptBundle(), opening, connect(settings)] as const;
  try {
    return await Promise.all(parts);
  } catch (error) {
    const [, record, connection] = await Promise.allSettled(parts);
    for (const part of [record, connection]) if (part.status === 'fulfilled') await part.value.close();
    throw error;
  }
}

/** @throws Unavailable: why it cannot be reached, and the way out */
async function connect({ temporal, namespace }: ServiceSettings): Promise<NativeConnection> {
  const options = await temporal;
  const address = options.address ?? '127.0.0.1:7233';
  return reach({ address, namespace, tls: options.tls }, () => NativeConnection.connect(options));
}

/**
 * Runs every older version that is kept: a pinned case whose worker is gone answers nothing. Whether it still has cases is found out by moving
 * them, for the list of cases runs behind, above all after a crash.
 */
async function startOlder(
  store: BundleStore,
  bundle: Bundle,
  start: (version: Bundle) => Promise<RunningWorker>,
  log: Logger,
): Promise<RunningWorker[]> {
  store.keep(bundle);
  const older: RunningWorker[] = [];
  for (const version of store.others(bundle.buildId)) {
    log.info({ buildId: version.buildId }, 'an older version is run until its cases have moved');
    older.push(await start(version));
  }
  return older;
}

/** Moves every case to this version; then the older ones are stopped and forgotten. */
async function move(
  client: Client,
  bundle: Bundle,
  older: RunningWorker[],
  { log, bundles }: ServiceSettings,
  signal: AbortSignal,
): Promise<void> {
  try {
    const behind = await moveCases(client, bundle.buildId, { signal });
    if (signal.aborted) return;
    if (behind.length > 0) {
      log.error({ cases: behind.slice(0, 20), left: behind.length }, 'cases are still on an older version');
      return;
    }
    await Promise.all(older.splice(0).map((worker) => worker.stop()));
    const store = bundles === undefined ? undefined : new BundleStore(bundles);
    for (const { buildId } of store?.others(bundle.buildId) ?? []) store?.drop(buildId);
  } catch (err) {
    if (!signal.aborted) log.error({ err }, 'the roll-out did not finish');
  }
}
