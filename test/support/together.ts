// Test files that share one process: what each costs to begin with (the SDK read, a server, a worker, a cluster) is paid once for all of them.

import assert from 'node:assert/strict';
import { after, describe } from 'node:test';
import { pathToFileURL } from 'node:url';

/**
 * Runs the tests of each file as a suite of its own, one file after the other. Their hooks are theirs alone; what a process has once
 * (environment, folder, clock) they must leave as it is: a file that changes it stands alone (`test/run.ts`).
 * @param files absolute paths
 */
export function together(files: readonly string[]): void {
  for (const file of files)
    describe(file, async () => {
      await import(pathToFileURL(file).href);
      const folder = process.cwd();
      after(() => assert.equal(process.cwd(), folder, 'the file left another working folder behind'));
    });
}
