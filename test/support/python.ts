// Programs from PyPI at pinned versions, for tests that another language's tools judge: put into a folder below node_modules once.

import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const KEPT = fileURLToPath(new URL('../../node_modules/.cache/nodrift-python', import.meta.url));

const hasPip = spawnSync('python3', ['-m', 'pip', '--version']).status === 0;
/** Why tests that need Python are skipped; false where they run. Continuous integration has it, and skips none. */
export const noPython: string | false = hasPip || process.env.CI ? false : 'this machine has no python3 with pip';

/** The environment in which `python3` finds these packages. @param wanted `name==version` of each */
export async function pythonWith(...wanted: readonly string[]): Promise<NodeJS.ProcessEnv> {
  const folder = join(KEPT, wanted.join('+'));
  if (!existsSync(folder)) {
    // Whoever is interrupted leaves nothing that looks whole.
    const part = `${folder}.${process.pid}`;
    await mkdir(KEPT, { recursive: true });
    const quiet = ['--quiet', '--disable-pip-version-check', '--no-warn-script-location'];
    await run('python3', ['-m', 'pip', 'install', ...quiet, '--target', part, ...wanted], { timeout: 600_000 });
    await rename(part, folder).catch(() => rm(part, { recursive: true, force: true }));
  }
  return {
    ...process.env,
    PYTHONPATH: folder,
    PYTHONDONTWRITEBYTECODE: '1',
    PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
  };
}
