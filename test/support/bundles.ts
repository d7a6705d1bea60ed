// Workflow bundles of changed sources, for tests: made once per change, not once per test file.

import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Bundle, bundleWorkflows } from '../../worker/bundle.ts';
import { CACHE, madeOnce } from './made-once.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SOURCES = ['workflows', 'domain'] as const;

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
  const kept = await madeOnce('bundles', `${key}.json`, async () => Buffer.from(JSON.stringify(await make())));
  return JSON.parse(kept.toString('utf8')) as Bundle;
}
