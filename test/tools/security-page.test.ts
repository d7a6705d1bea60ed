// docs/security.md promises nothing without its test: every row of its table names tests that run, and everything it does not keep is said beside.
// The template of an assessment names the file that does what it says, and the test.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { hasTitle } from '../../tools/check-rules.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(join(ROOT, 'docs', 'security.md'), 'utf8');
const rows = page
  .split('\n')
  .filter((line) => /^\| T\d+ \|/.test(line))
  .map((line) =>
    line
      .slice(1, -1)
      .split(' | ')
      .map((cell) => cell.trim()),
  );

test('every line of the threat model has who, what they do not learn, by which means, and a test', () => {
  assert.ok(rows.length > 20, `${rows.length} rows`);
  for (const row of rows) {
    assert.equal(row.length, 5, row.join(' | '));
    assert.ok(
      row.every((cell) => cell !== '' && cell !== '-'),
      row[0],
    );
  }
  const ids = rows.map(([id]) => id);
  assert.deepEqual(
    ids,
    ids.map((_, i) => `T${i + 1}`),
  );
});

for (const [id, , , , tests = ''] of rows)
  test(`the tests of ${id} are there, and run`, () => {
    for (const name of tests.split('<br>')) {
      const [, path, title] = /^(test\/[\w./-]+\.test\.ts): "(.+)"$/.exec(name.trim()) ?? [];
      assert.ok(
        path && title,
        `${id}: ${name} is no test: write test/path.test.ts: "title", several separated by <br>`,
      );
      assert.ok(existsSync(join(ROOT, path)), `${id}: ${path}`);
      assert.ok(
        hasTitle(readFileSync(join(ROOT, path), 'utf8'), title),
        `${id}: "${title}" is no running test of ${path}`,
      );
    }
  });

test('what is not kept from anybody is said', () => {
  const [, without = ''] = page.split('## What is not kept from anybody');
  assert.ok(without.split('\n').filter((line) => /^- \*\*/.test(line)).length > 6);
});

test('whatever the template of an impact assessment says of the code names files and tests that are there', () => {
  const template = readFileSync(join(ROOT, 'docs', 'dpia-template.md'), 'utf8');
  const files = [...template.matchAll(/`([a-z]+\/[\w./-]*)`/g)].map(([, file]) => file!);
  const tests = [...template.matchAll(/\btest\/[\w./-]+\.test\.ts/g)].map(([file]) => file);
  assert.ok(files.length > 20 && tests.length > 15, `${files.length} files, ${tests.length} tests`);
  assert.deepEqual(
    [...files, ...tests].filter((file) => !existsSync(join(ROOT, file))),
    [],
  );
  const [, said = ''] = template.split('## 3 ');
  const [table = ''] = said.split('## 5 ');
  const rows = table.split('\n').filter((line) => /^\| (?!\*|none|principle|right|-)/.test(line));
  // Nobody is decided about by a machine: there is nothing to show.
  for (const row of rows.filter((line) => !/none are made/.test(line)))
    assert.match(row, /`[a-z]+\/.*\| .*test\/.*\.test\.ts/, row);
});
