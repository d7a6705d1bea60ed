// The workflow bundle, kept from one start to the next. Making it takes seconds of a processor, and between most starts nothing changes of what
// it is made of.

import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { cacheFolder } from '../client/cache-folder.ts';
import { type Bundle, bundleOf, bundleWorkflows, WORKFLOWS } from './bundle.ts';

const keptSchema = z.object({
  code: z.string(),
  /** Each file that it was made of, and the digest of what stood there. */
  madeOf: z.record(z.string(), z.string()),
});
type Kept = z.infer<typeof keptSchema>;

/** What no start has asked for in so long belongs to a folder that is gone. */
const UNUSED_MS = 30 * 86_400_000;

const digest = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');

/**
 * The bundle of the workflows as they are now: the one kept in the folder where every file it was made of is as it was, else made anew, and kept.
 * A folder that cannot be used costs the time of making it, and nothing else.
 */
export async function keptBundle(
  workflows = WORKFLOWS,
  folder = join(cacheFolder(process.env), 'bundles'),
): Promise<Bundle> {
  const file = join(folder, `${digest(workflows).slice(0, 24)}.json`);
  const kept = readKept(file);
  if (kept) return kept;
  const began = Date.now();
  const { madeOf, ...bundle } = await bundleWorkflows(workflows);
  const { code } = bundle;
  // What was written meanwhile may be in the bundle as it was before.
  if (madeOf.every((one) => statSync(one).mtimeMs < began))
    keep(folder, file, { code, madeOf: Object.fromEntries(madeOf.map((one) => [one, digest(readFileSync(one))])) });
  return bundle;
}

function readKept(file: string): Bundle | undefined {
  try {
    if (!isOurs(file)) return undefined;
    const { madeOf, code } = keptSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    if (Object.entries(madeOf).some(([one, was]) => digest(readFileSync(one)) !== was)) return undefined;
    utimesSync(file, new Date(), new Date());
    return bundleOf(code);
  } catch {
    return undefined; // none is kept, half of one, or a file it was made of is gone
  }
}

/** Code that somebody else could have put there is not run. */
function isOurs(file: string): boolean {
  const { uid, mode } = statSync(file);
  return process.getuid === undefined || (uid === process.getuid() && (mode & 0o022) === 0);
}

function keep(folder: string, file: string, kept: Kept): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(`${file}.${process.pid}`, JSON.stringify(kept), { mode: 0o600 });
    renameSync(`${file}.${process.pid}`, file);
    for (const old of readdirSync(folder).map((name) => join(folder, name)))
      if (Date.now() - (statSync(old, { throwIfNoEntry: false })?.mtimeMs ?? 0) > UNUSED_MS)
        rmSync(old, { force: true });
  } catch {
    // Nothing is lost but the time of the next start.
  }
}
