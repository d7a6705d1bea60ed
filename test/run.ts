// `npm test`: every test file, in as few processes as they bear. Reading the SDK, a server, a worker, a record and a cluster cost more than most
// files' own tests, so files share a process where they share nothing that they change.

import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CACHE } from './support/made-once.ts';

const TESTS = fileURLToPath(new URL('.', import.meta.url));
const TOGETHER = new URL('support/together.ts', import.meta.url).href;
const GROUPS = join(CACHE, 'together');
/** How many processes run side by side: two more than the cores of a small machine, since each waits now and then. */
const SIDE_BY_SIDE = 4;
/** A process that never ends is ended then, and named; those that end need a small part of it. */
const ENDED_AFTER_MS = 30 * 60_000;

/** What a process has once. A file that changes any of it has a process of its own. */
const CHANGES_ITS_PROCESS =
  /process\.env(?:\.\w+|\[[^\]]+\])\s*=(?!=)|delete process\.env|Object\.assign\(process\.env|process\.chdir|mock\.(?:timers|method)|useRig\((?!\))|from '\.\/pasted\.ts'|\/\/ Stands alone:/;

interface Kind {
  readonly name: string;
  readonly holds: (source: string) => boolean;
  /** How many files of it share one process. */
  readonly share: number;
}
/** A file is of the first that holds. */
const KINDS: readonly Kind[] = [
  { name: 'alone', holds: (source) => CHANGES_ITS_PROCESS.test(source), share: 1 },
  { name: 'programs', holds: (source) => /startNodrift|startProcesses/.test(source), share: 1 },
  { name: 'running-cases', holds: (source) => source.includes('useRig()'), share: 5 },
  { name: 'browser', holds: (source) => source.includes('useBrowser('), share: 4 },
  { name: 'other', holds: () => true, share: 10 },
];

/** The processes of the whole suite: each is one file, or a module that runs several together. */
function processes(): string[] {
  const found = new Map<Kind, string[]>(KINDS.map((kind) => [kind, []]));
  for (const name of readdirSync(TESTS, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!name.endsWith('.test.ts')) continue;
    const file = join(TESTS, name);
    const source = readFileSync(file, 'utf8');
    found.get(KINDS.find(({ holds }) => holds(source))!)!.push(file);
  }
  rmSync(GROUPS, { recursive: true, force: true });
  mkdirSync(GROUPS, { recursive: true });
  return [...found].flatMap(([{ name, share }, files]) =>
    share === 1 ? files : inParts(files, share).map((part, index) => group(`${name}-${index + 1}`, part)),
  );
}

/** As many parts of even size as it takes for none to be larger; neighbours stay together, since they read the same sources. */
function inParts(files: readonly string[], atMost: number): string[][] {
  const size = files.length / Math.ceil(files.length / atMost);
  return Array.from({ length: Math.round(files.length / size) }, (_, part) =>
    files.slice(Math.round(part * size), Math.round((part + 1) * size)),
  );
}

function group(name: string, files: readonly string[]): string {
  const file = join(GROUPS, `${name}.mjs`);
  writeFileSync(file, `import { together } from ${JSON.stringify(TOGETHER)};\ntogether(${JSON.stringify(files)});\n`);
  return file;
}

const asked = process.argv.slice(2);
const options = asked.filter((one) => one.startsWith('-'));
const named = asked.filter((one) => !one.startsWith('-'));
const node = spawn(
  process.execPath,
  [
    ...process.execArgv,
    ...['--test', `--test-concurrency=${SIDE_BY_SIDE}`, `--test-timeout=${ENDED_AFTER_MS}`],
    ...options,
    ...(named.length > 0 ? named : processes()),
  ],
  { stdio: 'inherit', env: { ...process.env, TZ: 'UTC' } },
);
node.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
