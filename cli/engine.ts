// What `nodrift start` runs besides the client: worker, record, pages and mails, with their packages. The package itself brings none of them, so that a
// service which only calls the API installs little. They are fetched once for each release, by npm, from the lock file the release was tested with.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from '../client/cache-folder.ts';
import { BadInput, Unavailable } from '../client/errors.ts';

/** `dist` of the package. */
const BUILT = fileURLToPath(new URL('..', import.meta.url));

/**
 * The folder in which all of it is installed; filled the first time.
 * @throws Unavailable when npm cannot fetch it, BadInput when the cache cannot be written
 */
export async function engineFolder(say: (line: string) => void): Promise<string> {
  const cache = cacheFolder(process.env);
  const folder = join(cache, `engine-${version()}-${contents()}`);
  if (existsSync(folder)) return folder;
  // Two may start at once, and one may be killed: what is not whole has another name.
  const making = `${folder}.part-${process.pid}`;
  try {
    mkdirSync(making, { recursive: true });
    cpSync(BUILT, join(making, 'dist'), { recursive: true });
    cpSync(join(BUILT, 'engine.json'), join(making, 'package.json'));
    cpSync(join(BUILT, 'engine-lock.json'), join(making, 'package-lock.json'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new BadInput(`the cache ${cache} cannot be written to (${code}): set NODRIFT_CACHE to a folder of your own`);
  }
  try {
    say(`The first start fetches what the server is made of, about 440 MB, into ${folder}`);
    await fetchPackages(making);
    if (!existsSync(folder)) renameSync(making, folder);
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
  return folder;
}

const version = (): string =>
  (JSON.parse(readFileSync(join(BUILT, 'package.json'), 'utf8')) as { version: string }).version;

/** Stands for every file of it: a build of one's own under the same version is another one. */
function contents(): string {
  const hash = createHash('sha256');
  const files = readdirSync(BUILT, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const path of files.map((file) => join(file.parentPath, file.name)).sort())
    hash.update(path.slice(BUILT.length)).update(readFileSync(path));
  return hash.digest('hex').slice(0, 12);
}

/** @throws Unavailable with npm's own last words */
async function fetchPackages(folder: string): Promise<void> {
  // None of the packages needs its install scripts.
  const options = [
    'ci',
    '--omit=dev',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    '--prefix',
    folder,
  ];
  // Started by npx, this is the npm of that very Node.
  const npm = process.env.npm_execpath;
  const [program, ...before] =
    npm?.endsWith('npm-cli.js') || npm?.endsWith('npx-cli.js')
      ? [process.execPath, npm.replace('npx-cli', 'npm-cli')]
      : ['npm'];
  const said = await new Promise<string | undefined>((resolve) => {
    const child = spawn(program!, [...before, ...options], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
      shell: process.platform === 'win32' && program === 'npm',
    });
    let words = '';
    child.stderr.on('data', (chunk: Buffer) => {
      words = (words + chunk).slice(-2_000);
    });
    child.once('error', (error: NodeJS.ErrnoException) => resolve(`npm cannot be run (${error.code})`));
    child.once('close', (code) =>
      resolve(code === 0 ? undefined : words.trim().split('\n').slice(0, 3).join('; ') || `npm ended with ${code}`),
    );
  });
  if (said !== undefined)
    throw new Unavailable(
      `what the server is made of could not be fetched: ${said}. The registry must be reached once; then npx nodrift start again`,
    );
}
