// A server, a worker, a clock that moves, an inbox: what every test of running cases stands on. One server per test file.
// After each test every run of every case is replayed, and nothing may be left running that the test did not open here.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { and, eq, gt, inArray, sql } from 'drizzle-orm';
import { pino } from 'pino';
import { calls } from '../../client/calls.ts';
import type { CaseKey } from '../../client/listed.ts';
import type { NewEvent, OpenOptions } from '../../client/nodrift.ts';
import type { CaseClock } from '../../client/time-travel.ts';
import { type CaseKeys, KeysUnavailable, SYSTEM } from '../../codec/case-keys.ts';
import { encrypting } from '../../codec/data-converter.ts';
import { ringAsJson, withNewKey } from '../../codec/key-ring.ts';
import { openKeys } from '../../codec/open-keys.ts';
import type { CaseFile } from '../../domain/case/model.ts';
import type { Delivery } from '../../domain/notices/notice.ts';
import { epochMs, type Instant, instant } from '../../domain/time/calendar.ts';
import { CASE_ATTRIBUTES } from '../../embedded/case-attributes.ts';
import { type DevServer, startDevServer } from '../../embedded/dev-server.ts';
import { type Inbox, type InboxMessage, startInbox } from '../../embedded/inbox.ts';
import { findServer } from '../../embedded/server-binary.ts';
import { openSmtp, type Transport } from '../../mail/smtp.ts';
import type { Sweeper } from '../../mail/sweeper.ts';
import { RecordUnavailable } from '../../record/failures.ts';
import type { OpenRecord } from '../../record/open.ts';
import { ledgerOf } from '../../record/read.ts';
import { mails, notices } from '../../record/schema.ts';
import { SEALED } from '../../record/sealed-columns.ts';
import { opened } from '../../record/sealing.ts';
import { PACE, type Pace } from '../../record/webhook-deliveries.ts';
import type { Bundle } from '../../worker/bundle.ts';
import { keptBundle } from '../../worker/bundle-cache.ts';
import { createLog, installRuntime } from '../../worker/log.ts';
import { type Seam, type Service, type ServiceSettings, startService } from '../../worker/service.ts';
import { makeCurrent } from '../../worker/versions.ts';
import type { RunningWorker } from '../../worker/worker.ts';
import { workflowId } from '../../workflows/api.ts';
import { discussion, family, moment } from './family.ts';
import { FutureNodrift } from './future.ts';
import { emptyDatabase } from './memory-record.ts';
import { missing, type PrivatePostgres, startPostgres } from './postgres.ts';
import { assertReplays, type Run, runsOf, taskFailures } from './replay.ts';
import { PATIENCE_MS, until } from './waiting.ts';

export { PATIENCE_MS, until } from './waiting.ts';

export interface RigOptions {
  /** A program to start in place of the server's own. */
  readonly binary?: (found: string, folder: string) => Promise<string>;
  /** Server and record keep their data on disk, under `rig.folder`, as `npm start` does; gone at the end. */
  readonly onDisk?: boolean;
  /** Hears of every line that a process would log, the SDK's among them, at any level. */
  readonly log?: (line: string) => void;
  /** Settings of the service that this file needs. */
  readonly service?: () => Promise<Partial<ServiceSettings>>;
}

let shared: Rig | undefined;
let users = 0;

/**
 * Registers a rig with the test file: started before its tests, checked after each, stopped at the end. Files that run together share it; one
 * with options of its own stands alone.
 */
export function useRig(options: RigOptions = {}): Rig {
  shared ??= new Rig(options);
  const rig = shared;
  users++;
  before(() => rig.start(), { timeout: 2 * PATIENCE_MS });
  afterEach(() => rig.check());
  after(() => {
    users--;
    if (users > 0) return;
    shared = undefined;
    return rig.stop();
  });
  return rig;
}

export class Rig {
  server!: DevServer;
  inbox!: Inbox;
  /** Where the record is, where it is no PGlite. */
  postgres: PrivatePostgres | undefined;
  /** Where all its data is that is kept on disk. */
  folder!: string;
  /** The sources as they are, and the worker that runs them from the start. */
  bundle!: Bundle;
  worker!: RunningWorker;
  nodrift!: FutureNodrift;
  /** While true the record fails every write, as a database that is down does. */
  recordIsDown = false;
  /** When a changed policy or calendar is recorded on the cases, which live in the future; unset after a test. */
  appliesAt: Instant | undefined;
  /** While true no case's key is to be had, by workers and clients alike; unset after a test. */
  keysAreAway = false;
  /** Activities between cases, and of rounds, that are interrupted once when they are done. */
  readonly interrupted = new Set<string>();
  /** Activities between cases that fail for as long as they are named here. */
  readonly failing = new Set<string>();
  /** Set by a test whose cases are meant to fail workflow tasks; unset after it. */
  expectsFailedTasks = false;
  /** Every case is sealed with these, as in production. */
  keys!: CaseKeys;
  dataConverter!: DataConverter;
  /** What the service has logged, warnings and worse. */
  readonly logged: Record<string, unknown>[] = [];
  #service!: Service;
  #relay!: Transport;
  readonly #bundles = new Map<string, Bundle>();
  readonly #undo: (() => Promise<unknown>)[] = [];
  #cases = new Set<string>();
  #refs = 0;
  #started: Promise<void> | undefined;
  readonly #options: RigOptions;

  constructor(options: RigOptions) {
    this.#options = options;
  }

  /** The service as `npm start` and containers run it, on a server, a relay and a database of its own. */
  start = (): Promise<void> => {
    this.#started ??= this.#start(this.#options);
    return this.#started;
  };

  async #start({ binary, onDisk, log, service }: RigOptions): Promise<void> {
    const everything = log && createLog('trace', { write: log });
    const telemetryOptions = { logging: { filter: { core: 'ERROR', other: 'ERROR' } } } as const;
    if (everything) installRuntime(everything);
    else Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [], telemetryOptions });
    const folder = await mkdtemp(join(tmpdir(), 'nodrift-test-'));
    this.folder = folder;
    this.#undo.push(() => rm(folder, { recursive: true, force: true }));
    await this.#openKeys(folder);
    const found = await findServer();
    this.server = await startDevServer({
      binary: binary ? await binary(found, folder) : found,
      ...(onDisk ? { dataDir: join(folder, 'temporal') } : { inMemory: true }),
      ports: { grpc: 0 },
      searchAttributes: CASE_ATTRIBUTES,
      timeSkipping: true,
    });
    this.#undo.push(() => this.server.stop());
    this.inbox = await startInbox({ dir: join(folder, 'inbox'), smtpPort: 0, webPort: 0 });
    this.#undo.push(() => this.inbox.close());
    this.bundle = await keptBundle();
    this.#bundles.set(this.bundle.buildId, this.bundle);
    this.#service = await startService({
      temporal: { address: this.server.address },
      namespace: 'default',
      keys: this.keys,
      databaseUrl: await this.#database(),
      dataDir: onDisk ? join(folder, 'record') : undefined,
      smtpUrl: this.inboxUrl,
      wakesNobody: true,
      rollOut: false,
      log: everything ?? pino({ level: 'warn' }, { write: (line: string) => void this.logged.push(JSON.parse(line)) }),
      seam: this.#seam(await emptyDatabase()),
      ...(await service?.()),
    });
    this.inbox.replies = this.#service.replies;
    this.#undo.push(() => this.#service.stop());
    this.worker = this.#service.worker;
    // A machine that is busy enough hears nothing of a case for longer than a service would wait.
    calls(this.client, PATIENCE_MS);
    this.nodrift = new FutureNodrift(this.client);
    await makeCurrent(this.client, this.bundle.buildId);
  }

  get client(): Client {
    return this.#service.client;
  }
  get record(): OpenRecord {
    return this.#service.record;
  }
  get sweeper(): Sweeper {
    return this.#service.sweeper;
  }
  get inboxUrl(): string {
    return `smtp://127.0.0.1:${this.inbox.smtpPort}`;
  }

  /** Where the environment says, so that a command that a test runs, or a process it starts, has the same. */
  async #openKeys(folder: string): Promise<void> {
    process.env.NODRIFT_KEYS = ringAsJson(withNewKey(undefined));
    process.env.NODRIFT_KEYS_URL = pathToFileURL(join(folder, 'keys')).href;
    const { keys } = await openKeys(process.env);
    const away = async (owners: readonly string[]): Promise<void> => {
      if (this.keysAreAway && owners.some((owner) => owner !== SYSTEM))
        throw new KeysUnavailable('keys are away, says the test');
    };
    this.keys = {
      ...keys,
      keyFor: (owner) => away([owner]).then(() => keys.keyFor(owner)),
      keysOf: (owners) => away(owners).then(() => keys.keysOf(owners)),
    };
    this.dataConverter = encrypting({ keys: this.keys, namespace: 'default' });
  }

  /** PGlite in memory, unless NODRIFT_TEST_DATABASE asks for a Postgres. */
  async #database(): Promise<string | undefined> {
    if (process.env.NODRIFT_TEST_DATABASE !== 'postgres') return undefined;
    if (missing) throw new Error(missing);
    const postgres = await startPostgres();
    this.postgres = postgres;
    this.#undo.push(() => postgres.close());
    return postgres.database('record');
  }

  #seam(recordBegins: Blob): Seam {
    return {
      recordBegins,
      bundle: Promise.resolve(this.bundle),
      sweepEveryMs: 3_600_000, // tests sweep by hand
      webhooks: { allowed: ['127.0.0.1'], pace: HURRIED, timeoutMs: 1_000 },
      record: (real) => ({
        ...real,
        writable: () =>
          this.recordIsDown
            ? Promise.reject(new RecordUnavailable('the record is down, says the test', 'down'))
            : real.writable(),
      }),
      relay: (real) => {
        this.#relay = real;
        this.#undo.push(() => real.close(0));
        return { send: (message) => this.#relay.send(message), close: () => this.#relay.close(0) };
      },
      activities: (real) => ({
        ...real,
        deliver: (delivery) =>
          real.deliver(epochMs(delivery.now) > Date.now() + 3_600_000 ? singly(delivery) : delivery),
        openCase: this.#interruptible('openCase', real.openCase),
        reportToCase: this.#interruptible('reportToCase', real.reportToCase),
        gatherForRound: this.#interruptible('gatherForRound', real.gatherForRound!),
        sendForRound: this.#interruptible('sendForRound', real.sendForRound!),
        importBatch: this.#interruptible('importBatch', real.importBatch!),
        endForGood: this.#interruptible('endForGood', real.endForGood!),
        forgetRuns: this.#interruptible('forgetRuns', real.forgetRuns!),
        destroyKey: this.#interruptible('destroyKey', real.destroyKey!),
        stripRecord: this.#interruptible('stripRecord', real.stripRecord!),
      }),
      appliesAt: () => this.appliesAt,
    };
  }

  /** Sends by a relay from now on, the inbox's unless a test says otherwise. */
  async useRelay(url: string): Promise<void> {
    const relay = openSmtp({ url, timeouts: { connection: 2_000, greeting: 2_000, socket: 5_000 } });
    this.#undo.push(() => relay.close(0));
    this.#relay = relay;
  }

  /** Starts a worker. Its bundle is what runs of its version are replayed on afterwards, unless it is an impostor. */
  async startWorker(bundle: Bundle, impostor = false): Promise<RunningWorker> {
    if (!impostor) this.#bundles.set(bundle.buildId, bundle);
    return this.#service.run(bundle);
  }

  /** As a worker that dies between what it did and saying so: what is named in `interrupted` is done, and fails once. */
  #interruptible<I, O>(name: string, run: (input: I) => Promise<O>) {
    return async (input: I) => {
      if (this.failing.has(name)) throw new Error(`${name} fails, says the test`);
      const answer = await run(input);
      if (this.interrupted.delete(name)) throw new Error(`interrupted after ${name}, says the test`);
      return answer;
    };
  }

  /** A reference nobody had before. */
  newRef = (): string => `T-${++this.#refs}`;

  /** Opens a case with its strategy discussion, or with what is given. */
  async open(events: readonly NewEvent[] = [discussion()], change: Partial<CaseFile> = {}, options?: OpenOptions) {
    const file = family(change.ref ?? this.newRef(), change);
    const running = new RunningCase(this, file);
    this.track(running.id);
    await this.nodrift.open(file, events, options);
    return running;
  }

  /** Makes an execution one of this test's: checked and ended after it. */
  track(id: string): void {
    this.#cases.add(id);
  }

  /** What a case planned in the night goes at 08:00 of the machine's clock, which this case's has passed: it is sent now. */
  async sendAllBy(caseId: string, now: Instant): Promise<void> {
    const { db } = this.record;
    const rows = await opened(
      this.record,
      SEALED.notices,
      await db.select().from(notices).where(eq(notices.caseId, caseId)),
    );
    const passed = rows.flatMap(({ mail, payload }) =>
      mail !== null && payload && payload.notice.at <= now ? [mail] : [],
    );
    const due = await db
      .update(mails)
      .set({ notBefore: sql`now()`, nextTryAt: sql`now()` })
      .where(and(inArray(mails.key, passed), eq(mails.state, 'PLANNED'), gt(mails.notBefore, sql`now()`)))
      .returning({ key: mails.key });
    if (due.length > 0) await this.sweeper.sweep();
  }

  clockOf = (id: string): CaseClock => this.nodrift.clockOf(id);

  /** After each test: histories replay, no workflow task failed, and nothing else is running. */
  async check(): Promise<void> {
    const runs: Run[] = [];
    const ids = [...this.#cases];
    const failing = this.expectsFailedTasks;
    this.#cases = new Set();
    Object.assign(this, { expectsFailedTasks: false, recordIsDown: false, keysAreAway: false, appliesAt: undefined });
    this.inbox.answer = undefined;
    for (const id of ids) {
      const { status } = await this.client.workflow
        .getHandle(id)
        .describe()
        .catch(() => ({ status: undefined }));
      if (!status) continue; // it was never started, which may be what the test shows
      runs.push(...(await runsOf(this.client, id)));
      if (status.name === 'RUNNING') await this.#terminate(id);
    }
    const unknown = runs.filter(({ buildId }) => buildId !== undefined && !this.#bundles.has(buildId));
    assert.deepEqual(unknown, [], 'ran on a version this rig did not start');
    for (const [buildId, bundle] of this.#bundles)
      await assertReplays(
        runs.filter((run) => run.buildId === buildId),
        bundle,
        this.dataConverter,
      );
    if (!failing) assert.deepEqual(taskFailures(runs), [], 'a workflow task failed');
    assert.deepEqual(await this.#leftRunning(ids), [], 'left running, and not opened by the test');
  }

  /** A case that ended by itself meanwhile is over as well. */
  async #terminate(id: string): Promise<void> {
    await this.client.workflow
      .getHandle(id)
      .terminate('the test is over')
      .catch((error: unknown) => {
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      });
  }

  /** The list runs behind a little: what was ended just now may still be in it. */
  async #leftRunning(ended: readonly string[]): Promise<string[]> {
    const left: string[] = [];
    for await (const { workflowId: id } of this.client.workflow.list({ query: `ExecutionStatus = 'Running'` }))
      if (!ended.includes(id) && !(await this.client.workflow.getHandle(id).describe()).closeTime) left.push(id);
    return left;
  }

  async stop(): Promise<void> {
    for (const undo of this.#undo.reverse()) await undo();
  }
}

/** An endpoint that fails is tried again at once. */
const HURRIED: Pace = { ...PACE, first: 0.1, longest: 0.5 };

/** A round is of the machine's clock, and asks for no case of the future: its notices go one by one. */
const singly = (delivery: Delivery): Delivery => ({
  ...delivery,
  notices: delivery.notices.map(({ round: _, ...notice }) => notice),
});

/** A case on the server, with a clock of its own. */
export class RunningCase {
  readonly key: CaseKey;
  readonly id: string;
  readonly clock: CaseClock;
  readonly #rig: Rig;

  constructor(rig: Rig, { kind, ref }: CaseFile) {
    this.#rig = rig;
    this.key = { kind, ref };
    this.id = workflowId(kind, ref);
    this.clock = rig.clockOf(this.id);
  }

  get handle() {
    return this.#rig.client.workflow.getHandle(this.id);
  }

  /** Lives until a London time; a date alone is ten in the morning. */
  forwardTo(london: string): Promise<void> {
    return this.clock.forwardTo(moment(london));
  }

  /** Lives until each event is typed in, and records it then. */
  async record(...events: readonly NewEvent[]) {
    const last = events.at(-1)?.recordedAt;
    if (last) await this.clock.forwardTo(instant(last));
    return this.#rig.nodrift.record(this.key, events);
  }

  owed = () => this.#rig.nodrift.owed(this.key);
  history = () => this.#rig.nodrift.history(this.key);
  runs = () => runsOf(this.#rig.client, this.id);

  /** Its mails so far. */
  async mails(): Promise<readonly InboxMessage[]> {
    await this.#rig.sendAllBy(this.id, this.clock.now);
    return (await this.#rig.inbox.messages()).filter((mail) => mail.subject.startsWith(`${this.key.ref}: `));
  }

  /** Its mails as lines, in the order of the case's time: `2028-01-18 reminder hold/initial-conference to amira`. */
  async told(): Promise<readonly string[]> {
    const ledger = new Map((await ledgerOf(this.#rig.record, this.id)).map((line) => [line.messageId, line]));
    const lines = (await this.mails()).map(({ messageId, virtualDate }) => {
      const line = ledger.get(messageId ?? '');
      return `${virtualDate?.slice(0, 10)} ${line?.kind} ${line?.duty} to ${line?.recipient}`;
    });
    return lines.sort();
  }

  /** Asks its worker to continue as new, and waits until it has. */
  async renew(): Promise<void> {
    const { runId } = await this.handle.describe();
    await this.handle.signal('renew');
    await until(async () => (await this.handle.describe()).runId !== runId, 'it continues as new');
  }
}
