// The check of the layout: what may be imported, what may not, that no files import each other in a circle, and that no two share a name.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkCircles, checkFile, checkNames, importsOf } from '../../tools/check-imports.ts';

const allowed: [path: string, source: string][] = [
  ['domain/duties.ts', "import { workingDays } from './calendar.ts';"],
  ['domain/duties.ts', "import { Temporal } from 'temporal-polyfill';"],
  ['domain/lifecycles/child-in-need.ts', "import type { Case } from '../model.ts';"],
  ['domain/case/events.ts', "import * as z from 'zod/mini';"],
  ['workflows/case.ts', "import { owed } from '../domain/duties.ts';"],
  ['workflows/case.ts', "import { condition } from '@temporalio/workflow';"],
  ['policies/load.ts', "import { readFileSync } from 'node:fs';\nimport { parsePolicy } from '../domain/policy.ts';"],
  ['policies/load.ts', "import holidays from './bank-holidays.json' with { type: 'json' };"],
  ['activities/deliver.ts', "import { loadPolicy } from '../policies/load.ts';"],
  ['client/index.ts', "import { record } from '../workflows/api.ts';"],
  ['cli/nodrift.mjs', "import 'tsx';"],
  ['client/version.ts', "import about from '../package.json' with { type: 'json' };"],
  ['worker/main.ts', "import { createActivities } from '../activities/index.ts';"],
  ['web/main.ts', "import { connect } from '../client/index.ts';"],
  ['embedded/start.ts', "import { runWorker } from '../worker/worker.ts';"],
  ['tools/measure.ts', "import { run } from '../bench/run.ts';"],
  ['bench/run.ts', "import { server } from '../test/support/server.ts';"],
  ['test/domain/duties.test.ts', "import { owed } from '../../domain/duties.ts';"],
];

for (const [path, source] of allowed) {
  test(`${path} may say ${source.split('\n').at(-1)}`, () => assert.deepEqual(checkFile(path, source), []));
}

const refused: [path: string, source: string, problem: RegExp][] = [
  [
    'domain/duties.ts',
    "import { x } from '../workflows/case.ts';",
    /^domain\/duties\.ts:1: imports workflows\/case\.ts, but/,
  ],
  [
    'domain/duties.ts',
    "import type { X } from '../activities/index.ts';",
    /imports activities\/index\.ts, but domain is pure/,
  ],
  [
    'domain/policy/policy.ts',
    "import data from '../../policies/hull.json' with { type: 'json' };",
    /imports policies\/hull\.json/,
  ],
  ['domain/duties.ts', "import { readFileSync } from 'node:fs';", /imports node:fs, .*sandbox/],
  ['domain/duties.ts', "import { addDays } from 'date-fns';", /imports date-fns/],
  ['domain/case/events.ts', "import * as z from 'zod';", /imports zod, /],
  ['domain/duties.ts', "import { log } from '@temporalio/workflow';", /imports @temporalio\/workflow/],
  ['domain/duties.ts', "import about from '../package.json' with { type: 'json' };", /imports package\.json/],
  ['domain/duties.ts', 'const x = await import(name);', /imports what is only known at run time/],
  ['domain/duties.ts', "const fs = require('fs');", /imports fs/],
  ['domain/duties.ts', "export * from '../client/index.ts';", /imports client\/index\.ts/],
  [
    'workflows/case.ts',
    "import { deliver } from '../activities/deliver.ts';",
    /imports activities\/deliver\.ts, but workflows/,
  ],
  ['workflows/case.ts', "import type { Deliver } from '../activities/deliver.ts';", /imports activities/],
  ['workflows/case.ts', "const a = await import('../activities/index.ts');", /imports activities/],
  ['workflows/case.ts', "import { loadPolicy } from '../policies/load.ts';", /imports policies\/load\.ts/],
  ['workflows/case.ts', "import { Client } from '@temporalio/client';", /imports @temporalio\/client/],
  ['record/open.ts', "import { send } from '../mail/smtp.ts';", /imports mail\/smtp\.ts/],
  ['mail/sweeper.ts', "import { deliver } from '../activities/deliver.ts';", /imports activities\/deliver\.ts/],
  ['activities/deliver.ts', "import { startWorker } from '../worker/worker.ts';", /imports worker\/worker\.ts/],
  ['web/main.ts', "import { startService } from '../worker/service.ts';", /imports worker\/service\.ts/],
  ['cli/cli.ts', "import { startService } from '../worker/service.ts';", /imports worker\/service\.ts/],
  [
    'client/index.ts',
    "import { caseLoop } from '../workflows/case.ts';",
    /imports workflows\/case\.ts, but client speaks/,
  ],
  ['client/index.ts', "import { run } from '../worker/main.ts';", /imports worker\/main\.ts/],
  ['worker/main.ts', "import { board } from '../web/board.ts';", /imports web\/board\.ts/],
  ['worker/main.ts', "import { start } from '../embedded/start.ts';", /imports embedded\/start\.ts/],
  ['web/main.ts', "import { inbox } from '../test/support/inbox.ts';", /imports test\/support\/inbox\.ts/],
  ['embedded/start.ts', "import { run } from '../bench/run.ts';", /imports bench\/run\.ts/],
  ['tools/check.ts', "import { inbox } from '../test/support/inbox.ts';", /imports test\/support\/inbox\.ts/],
  ['scripts/new.ts', '', /^scripts\/new\.ts:1: scripts\/ is no part of the layout/],
];

for (const [path, source, problem] of refused) {
  test(`${path} may not say ${source || 'anything'}`, () => {
    const problems = checkFile(path, source);
    assert.equal(problems.length, 1);
    assert.match(problems[0]!, problem);
  });
}

test('an import over several lines is found, at the line it begins', () => {
  const source = "// first\nimport {\n  open,\n  record,\n} from '../client/index.ts';\n";
  assert.match(checkFile('domain/duties.ts', source).join(), /^domain\/duties\.ts:2: /);
});

test('every wrong import of a file gets its own line', () => {
  assert.equal(checkFile('domain/duties.ts', "import 'node:fs';\nimport { a } from '../web/a.ts';\n").length, 2);
});

test('comments, texts and calls named from are no imports', () => {
  const source = [
    "// import { x } from '../web/x.ts';",
    " * import('../web/x.ts')",
    'const hint = "  import { x } from \'../web/x.ts\'";',
    "export const letters = Array.from('abc');",
    "export const quoted = 'from';",
  ].join('\n');
  assert.deepEqual(importsOf(source), []);
});

const files = (...all: [path: string, ...imports: string[]][]): Map<string, string> =>
  new Map(all.map(([path, ...imports]) => [path, imports.map((from) => `import { x } from '${from}';\n`).join('')]));

test('two files that import each other are a circle, named once', () => {
  assert.deepEqual(checkCircles(files(['domain/a.ts', './b.ts'], ['domain/b.ts', './a.ts'])), [
    'domain/a.ts:1: is in a circle of imports: domain/a.ts → domain/b.ts → domain/a.ts; move what they share into a file that imports none of them',
  ]);
});

test('a circle of types alone is one', () => {
  const types = new Map([
    ['domain/a.ts', "import type { B } from './b.ts';"],
    ['domain/b.ts', "export type { A } from './a.ts';"],
  ]);
  assert.equal(checkCircles(types).length, 1);
});

test('a circle through three rooms is named by its shortest way round', () => {
  const circle = checkCircles(
    files(
      ['domain/case/facts.ts', './remembered.ts', './people.ts'],
      ['domain/case/people.ts', './remembered.ts'],
      ['domain/case/remembered.ts', '../notices/ladder.ts'],
      ['domain/notices/ladder.ts', '../case/facts.ts'],
    ),
  );
  assert.match(
    circle.join('\n'),
    /facts\.ts → domain\/case\/remembered\.ts → domain\/notices\/ladder\.ts → domain\/case\/facts\.ts/,
  );
});

test('a file that imports itself is a circle; two circles are two lines', () => {
  const two = files(['domain/a.ts', './a.ts'], ['record/b.ts', './c.ts'], ['record/c.ts', './b.ts']);
  assert.equal(checkCircles(two).length, 2);
});

test('two ways to one file are no circle, and tests may import as they like', () => {
  const diamond = files(['domain/a.ts', './b.ts', './c.ts'], ['domain/b.ts', './d.ts'], ['domain/c.ts', './d.ts']);
  const tests = files(['test/a.ts', './b.ts'], ['test/b.ts', './a.ts']);
  assert.deepEqual(checkCircles(new Map([...diamond, ...files(['domain/d.ts']), ...tests])), []);
});

test('two files of the product never share a name; a test is called as what it tests', () => {
  const paths = ['client/index.ts', 'domain/apply.ts', 'test/apply.ts', 'workflows/apply.ts', 'workflows/index.ts'];
  assert.deepEqual(checkNames(paths), [
    'workflows/apply.ts:1: has the name of domain/apply.ts; call it by what it does',
  ]);
  assert.deepEqual(checkNames(['web/main.ts', 'worker/main.ts', 'cli/nodrift.mjs', 'client/nodrift.ts']), []);
});
