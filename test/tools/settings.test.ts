// Every setting the sources read from the environment is in docs/operations.md, in its one table, and the table holds no other of ours.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SOURCES = [
  ...[
    'activities',
    'bench',
    'cli',
    'client',
    'codec',
    'domain',
    'embedded',
    'mail',
    'policies',
    'record',
    'tools',
    'worker',
  ],
  ...['web', 'webhooks', 'workflows'],
];
/** `process.env.NAME`, `env.NAME` of one that is passed on, and names given to what reads them. */
const READS = /\benv(?:\.|\[')([A-Z][A-Z0-9_]*)|\b(?:required\(|variable: )'([A-Z][A-Z0-9_]*)'/g;
/** The system's own; what they mean is not ours to say. */
const SYSTEM = ['PATH'];

function read(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const folder of SOURCES)
    for (const name of readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })) {
      if (!/\.m?ts$|\.m?js$/.test(name)) continue;
      for (const [, direct, given] of readFileSync(join(ROOT, folder, name), 'utf8').matchAll(READS))
        found.set((direct ?? given)!, join(folder, name));
    }
  return found;
}

const table = readFileSync(join(ROOT, 'docs', 'operations.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| `[A-Z]/.test(line));

test('what the sources read is in the table of settings', () => {
  const settings = read();
  assert.ok(settings.size > 15, `only ${settings.size} found: does the search still fit the sources?`);
  for (const [name, file] of settings)
    if (!SYSTEM.includes(name))
      assert.ok(
        table.some((line) => line.includes(`\`${name}\``)),
        `${name}, read in ${file}, is not in docs/operations.md`,
      );
});

test('what the table says of ours is read', () => {
  const settings = read();
  for (const line of table)
    for (const [, name] of line.split('|')[1]!.matchAll(/`(NODRIFT_[A-Z_]+)`/g))
      assert.ok(settings.has(name!), `${name} is in docs/operations.md, and nothing reads it`);
});
