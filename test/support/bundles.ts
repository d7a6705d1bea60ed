// Workflow bundles of changed sources, for tests: made once per change, not once per test file.

import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Bundle, bundleWorkflows } from '../../worker/bundle.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Inside the project, so that a copy of the sources finds its packages. */
const CACHE = join(ROOT, 'test', '.cache');
const SOURCES = ['workflows', 'domain'] as const;
const A_DAY_MS = 86_400_000;

/** A change of one source file, as text: what stands there, and what shall stand there instead. */
export type Change = readonly [file: string, from: string, to: string];

/** The bundle of the sources with changes: another release of the same code. */
export async function changedBundle(changes: readonly Change[]): Promise<Bundle> {
  const copy = join(CACHE, `sources-${process.pid}-${Math.random().toString(36).slice(2)}`);
  mkdirSync(copy, { recursive: true });
  try {
    for (const folder of SOURCES) cpSync(join(ROOT, folder), join(copy, folder), { recursive: true });
    for (const [file, from, to] of changes) {
      const text = readFileSync(join(copy, file), 'utf8');
      if (!text.includes(from)) throw new Error(`${file} no longer holds "${from}": the change of this test is void`);
      writeFileSync(join(copy, file), text.replace(from, to));
    }
    return await cached(contentOf(copy), () => bundleWorkflows(join(copy, 'workflows')));
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function contentOf(root: string): string {
  const hash = createHash('sha256').update(readFileSync(join(ROOT, 'package-lock.json')));
  for (const folder of SOURCES)
    for (const name of filesOf(join(root, folder))) hash.update(name).update(readFileSync(join(root, folder, name)));
  return hash
    .update(readFileSync(join(ROOT, 'worker', 'bundle.ts')))
    .digest('hex')
    .slice(0, 24);
}

const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .sort();

async function cached(key: string, make: () => Promise<Bundle>): Promise<Bundle> {
  const folder = join(CACHE, 'bundles');
  const file = join(folder, `${key}.json`);
  mkdirSync(folder, { recursive: true });
  const kept = readIfThere(file);
  if (kept) return kept;
  const bundle = await make();
  writeFileSync(`${file}.${process.pid}`, JSON.stringify(bundle));
  renameSync(`${file}.${process.pid}`, file);
  for (const old of readdirSync(folder).map((name) => join(folder, name)))
    if (Date.now() - (statSync(old, { throwIfNoEntry: false })?.mtimeMs ?? 0) > A_DAY_MS) rmSync(old, { force: true });
  return bundle;
}

function readIfThere(file: string): Bundle | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Bundle;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
