// Temporal's development server as a child process: it is started, waited for, and never left behind. Imported by embedded/start.ts and test/support.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { databaseIn, endLeftOver, forget, remember } from './earlier-run.ts';
import { answers, freePort } from './ports.ts';
import type { UiChanges } from './ui-changes.ts';
import { type HiddenUi, hidingPlace, startUiProxy } from './ui-proxy.ts';
import { UserError } from './user-error.ts';

const HOST = '127.0.0.1';
const NAMESPACE = 'default';
const STARTS_WITHIN_MS = 180_000;
const STOPS_WITHIN_MS = 10_000;
/** A server that crashes while it starts, or loses its port, is started this often at most. Seen once in several hundred starts, never twice in a row. */
const STARTS = 3;

export type SearchAttributeType = 'Text' | 'Keyword' | 'Int' | 'Double' | 'Bool' | 'Datetime' | 'KeywordList';

export type DevServerOptions = {
  /** A `temporal` program, see findServer. */
  binary: string;
  /** Loopback ports; 0 takes any that is free. Without `ui` there is no Temporal UI. */
  ports: { grpc: number; ui?: number };
  searchAttributes: Record<string, SearchAttributeType>;
  /** Lets single workflows be fast-forwarded. */
  timeSkipping: boolean;
  /** What is changed of its UI. */
  uiChanges?: UiChanges;
  /** Gets a line about a server that an earlier run left behind, about a crash, and about a UI that cannot be started. */
  log?: (line: string) => void;
} & ({ dataDir: string; inMemory?: false } | { inMemory: true; dataDir?: undefined });

export interface DevServer {
  address: string;
  uiUrl?: string;
  pid: number;
  /** Resolves when the process has ended: to undefined after `stop()`, to an error with its last words when it ended by itself. */
  ended: Promise<UserError | undefined>;
  /** Ends the process and waits until it is gone. May be called again. */
  stop(): Promise<void>;
}

/**
 * Starts the server, and returns it when it serves: its namespace is there and the search attributes are registered. First it ends a
 * server that a killed run left on the same data.
 * @throws UserError with the server's own words when it does not come up
 */
export async function startDevServer(options: DevServerOptions): Promise<DevServer> {
  const { dataDir, log = () => {} } = options;
  const database = dataDir === undefined ? undefined : databaseIn(dataDir);
  if (database) {
    await mkdir(resolve(dataDir!), { recursive: true });
    await endLeftOver(database, log);
  }
  for (let left = STARTS - 1; ; left--)
    try {
      return await startOnce(options, database);
    } catch (error) {
      if (!(error instanceof Passing) || left === 0) throw error;
      log(`The Temporal server ${error.why}; it is started again.`);
    }
}

/**
 * No fault of our options, so it may be started again: its own program panicked, or another process took a port between our choosing it and its
 * opening it. A port that was asked for is then found taken.
 */
class Passing extends UserError {
  readonly why: string;
  constructor(message: string, why: string) {
    super(message);
    this.why = why;
  }
}

async function startOnce(options: DevServerOptions, database: string | undefined): Promise<DevServer> {
  if (options.ports.ui === undefined) return serve(options, database);
  const hidden = await hidingPlace();
  if (!hidden) {
    options.log?.('Temporal UI is not started: web pages could reach every address of this system.');
    return serve(options, database);
  }
  const proxy = await startUiProxy(await available(options.ports.ui), hidden, options.uiChanges);
  try {
    const server = await serve(options, database, hidden);
    const ended = server.ended.then(async (error) => {
      await proxy.close();
      return error;
    });
    const stop = async () => {
      await server.stop();
      await ended;
    };
    return { ...server, uiUrl: `http://${HOST}:${proxy.port}${proxy.path}`, ended, stop };
  } catch (error) {
    await proxy.close();
    throw error;
  }
}

/** The port, or a free one for 0. Another program that listens there already would answer in our place. */
async function available(wanted: number): Promise<number> {
  const port = await freePort(wanted);
  if (wanted !== 0 && port !== wanted)
    throw new UserError(`Port ${wanted} on ${HOST} is taken. Stop what uses it, or choose another port.`);
  return port;
}

async function serve(options: DevServerOptions, database: string | undefined, ui?: HiddenUi): Promise<DevServer> {
  const ports = { grpc: await available(options.ports.grpc), http: await freePort(0) };
  const child = spawn(options.binary, flags(options, ports, ui, database), {
    // In a process group of its own, it does not get Ctrl-C from the terminal. Nodrift does, and lets its workers finish before it stops the server.
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  });
  const server = watch(child, database);
  if (database && child.pid) await remember(database, child.pid);

  const given = new AbortController();
  const early = server.ended.then((error) => {
    throw error ?? new UserError('The Temporal server was stopped while it started.');
  });
  early.catch(() => {}); // once the server serves, nobody awaits this
  const serving = async () => {
    await untilServing(ports.grpc, options.searchAttributes, given.signal);
    await mustRefuse(ports.http);
  };
  try {
    await Promise.race([serving(), early]);
  } catch (error) {
    await server.stop();
    throw error;
  } finally {
    given.abort();
  }
  return { address: `${HOST}:${ports.grpc}`, pid: child.pid!, ended: server.ended, stop: server.stop };
}

/**
 * The server opens three kinds of ports, and any web page open in a browser on this machine can send requests to each.
 * - gRPC needs no fence. It speaks HTTP/2 without TLS and from the first byte on; a browser begins that way with no server, and
 *   what it does send, an HTTP/1.1 request, makes the server hang up. It does not speak grpc-web.
 * - The HTTP API takes a POST from any page and cannot be turned off. But it can be told which hosts it is asked as, and here that is none.
 *   (Its Nexus routes do not heed that; they reach handlers of Nexus operations, which Nodrift has none of.)
 * - The UI is hidden behind a proxy (ui-proxy.ts).
 * The metrics are counts without a case in them, and can only be read.
 */
function flags(
  { searchAttributes, timeSkipping }: DevServerOptions,
  ports: { grpc: number; http: number },
  ui: HiddenUi | undefined,
  database: string | undefined,
): string[] {
  const fixed = `server start-dev --ip ${HOST} --port ${ports.grpc} --http-port ${ports.http} --namespace ${NAMESPACE} --log-level warn`;
  const dynamic = [
    'frontend.httpAllowedHosts=[]',
    // The first is fast-forward itself. Without the second every skipped timer takes a second of real time.
    // A run that has just ended is deleted only when its end is noted: half a minute later, without these.
    'history.transferProcessorUpdateAckInterval="1s"',
    'history.visibilityProcessorUpdateAckInterval="1s"',
    ...(timeSkipping ? ['frontend.WorkflowTimeSkippingEnabled=true', 'history.timerProcessorMaxTimeShift="10ms"'] : []),
  ];
  return [
    ...fixed.split(' '),
    // The program understands an IPv6 address only in brackets.
    ...(ui ? ['--ui-ip', ui.host.includes(':') ? `[${ui.host}]` : ui.host, '--ui-port', `${ui.port}`] : ['--headless']),
    // By itself a commit may be undone by a power cut. With this log it is not, and the disk is asked a third as often (measured with 1.9.1).
    ...(database
      ? ['--db-filename', database, '--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=2']
      : []),
    ...Object.entries(searchAttributes).flatMap(([name, type]) => ['--search-attribute', `${name}=${type}`]),
    ...dynamic.flatMap((value) => ['--dynamic-config-value', value]),
  ];
}

/** An older program may not know the setting that closes its HTTP API, and ignores it without a word. */
async function mustRefuse(port: number): Promise<void> {
  try {
    const { status, body } = await fetch(`http://${HOST}:${port}/api/v1/system-info`);
    await body?.cancel();
    if (status === 403) return;
  } catch (error) {
    // Nobody listens: this version has no HTTP API.
    if (((error as Error).cause as NodeJS.ErrnoException | undefined)?.code === 'ECONNREFUSED') return;
    throw error;
  }
  throw new UserError(
    'This Temporal program leaves its HTTP port open to every web page. Unset TEMPORAL_CLI, or set it to version 1.9.1 or newer.',
  );
}

/** Keeps the last lines of the process, tells when and why it ended, and ends it: on request, and together with this process. */
function watch(child: ChildProcess, database: string | undefined) {
  const lines: string[] = [];
  let panic = '';
  for (const stream of [child.stdout!, child.stderr!])
    stream.setEncoding('utf8').on('data', (text: string) => {
      lines.push(...text.split('\n').filter(Boolean));
      // A Go program that panics names the reason first, then prints hundreds of lines of stack.
      panic ||= lines.find((line) => /^(panic|fatal error): /.test(line)) ?? '';
      lines.splice(0, lines.length - 12);
    });
  const lastWords = () => {
    const errors = lines.filter((line) => line.startsWith('Error: '));
    const said = errors.length > 0 ? errors : [...(panic && !lines.includes(panic) ? [panic] : []), ...lines];
    return said.length > 0 ? ` Its last words:\n${said.join('\n')}` : '';
  };

  const passing = (): string | undefined =>
    panic
      ? `crashed while it started (${panic})`
      : lines.some((line) => /address already in use|Only one usage of each socket address/.test(line))
        ? 'lost a port to another program while it started'
        : undefined;

  const guard = guardAgainstOurDeath(child);
  const onExit = () => child.kill();
  process.once('exit', onExit);
  let asked = false;
  const ended = new Promise<UserError | undefined>((resolve) => {
    // At 'exit' some of its output may still be on the way; at 'close' all of it has arrived.
    child.once('close', (code, signal) => {
      const how = signal ? `was ended by ${signal}` : `ended with code ${code}`;
      const message = `The Temporal server ${how}.${lastWords()}`;
      const why = passing();
      resolve(asked ? undefined : why === undefined ? new UserError(message) : new Passing(message, why));
    });
    child.once('error', (error) =>
      resolve(new UserError(`The Temporal server could not be started: ${error.message}.`)),
    );
  }).then(async (error) => {
    process.removeListener('exit', onExit);
    guard?.kill();
    if (database) await forget(database);
    return error;
  });

  const stop = async () => {
    asked = true;
    child.kill(database ? 'SIGTERM' : 'SIGKILL'); // data in memory is lost either way, and SIGKILL is a second faster
    const insist = setTimeout(() => child.kill('SIGKILL'), STOPS_WITHIN_MS);
    await ended;
    clearTimeout(insist);
  };
  return { ended, stop };
}

/**
 * When this process is killed outright, no code of it runs any more. So a small shell waits on a pipe that only this process holds. The
 * pipe closes with the process, and the shell then ends the server. (Windows has no such shell: there the server stays until it is ended by hand.)
 */
function guardAgainstOurDeath(child: ChildProcess): ChildProcess | undefined {
  if (process.platform === 'win32' || !child.pid) return undefined;
  const guard = spawn('/bin/sh', ['-c', 'read never; kill "$1"', 'nodrift-guard', `${child.pid}`], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.once('error', () => {}); // no shell here: then the next start ends the server that was left behind
  guard.unref();
  (guard.stdin as unknown as { unref?(): void } | null)?.unref?.(); // the pipe must not keep this process alive
  return guard;
}

/** Asks until the server answers for its namespace and knows every search attribute. */
async function untilServing(
  port: number,
  searchAttributes: Record<string, SearchAttributeType>,
  givenUp: AbortSignal,
): Promise<void> {
  const until = Date.now() + STARTS_WITHIN_MS;
  while (!givenUp.aborted) {
    try {
      // A connection that finds nobody listening waits a second before it tries again.
      if (!(await answers(port))) throw new Error(`nobody listens on ${HOST}:${port}`);
      // The server listens before its namespace is there. So a connection does not yet mean that it serves.
      const connection = await Connection.connect({ address: `${HOST}:${port}`, connectTimeout: 2_000 });
      try {
        await connection.workflowService.describeNamespace({ namespace: NAMESPACE });
        return await register(connection, searchAttributes);
      } finally {
        await connection.close();
      }
    } catch (error) {
      if (Date.now() > until)
        throw new UserError(`The Temporal server did not serve within ${STARTS_WITHIN_MS / 1000} seconds: ${error}`);
    }
    await sleep(50);
  }
}

/** The numbers of IndexedValueType in Temporal's API. */
const TYPE_CODE = { Text: 1, Keyword: 2, Int: 3, Double: 4, Bool: 5, Datetime: 6, KeywordList: 7 };

/** The server obeys `--search-attribute` only when it makes the database (tried). This adds the attributes that are new since then. */
async function register(connection: Connection, wanted: Record<string, SearchAttributeType>): Promise<void> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: NAMESPACE });
  const missing = Object.entries(wanted).filter(([name]) => !customAttributes?.[name]);
  if (missing.length === 0) return;
  await connection.operatorService.addSearchAttributes({
    namespace: NAMESPACE,
    searchAttributes: Object.fromEntries(missing.map(([name, type]) => [name, TYPE_CODE[type]])),
  });
}
