// How tests wait: for something to be so, with one generous end. How fast things are is measured in bench/ and asserted nowhere.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

/** So long that only what never comes is missed, however busy the machine is. */
export const PATIENCE_MS = 300_000;

/** Waits for something to be so. @throws AssertionError when it never is */
export async function until(holds: () => Promise<boolean> | boolean, what: string | (() => string)): Promise<void> {
  for (const deadline = Date.now() + PATIENCE_MS; !(await holds()); await sleep(50))
    assert.ok(Date.now() < deadline, `it never came: ${typeof what === 'string' ? what : what()}`);
}
