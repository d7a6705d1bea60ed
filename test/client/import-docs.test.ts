// What docs/import.md and the examples beside it promise of sheets and mappings.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { judgeOpening } from '../../activities/judge-opening.ts';
import { readMapping } from '../../client/sheets/column-mapping.ts';
import { readSheets } from '../../client/sheets/read-sheets.ts';
import { COLUMNS, SHEETS } from '../../client/sheets/sheet-columns.ts';
import { templateOf } from '../../client/sheets/sheet-templates.ts';
import type { Instant } from '../../domain/time/calendar.ts';
import { loadCalendar, shippedPolicy } from '../../policies/load.ts';

const NOW = '2026-11-26T12:00:00Z' as Instant;
const rules = {
  inForce: { policy: shippedPolicy('hull'), calendar: loadCalendar() },
  rollOf: async () => ({ cards: [], known: [], size: 0 }),
};
const read = (file: string) => [readFileSync(`examples/import/${file}`)];

/** What is wrong with cases, row by row, as a dry run has it. */
async function faultsOf(found: Awaited<ReturnType<typeof readSheets>>) {
  const judged = await Promise.all(
    found.map(async (one) => {
      if (one.faults.length > 0 || !one.opening) return one.faults;
      const answer = await judgeOpening({ ...one, opening: one.opening }, rules, NOW);
      return 'faults' in answer ? answer.faults : [];
    }),
  );
  return judged.flat();
}

test('docs/import.md has every column of every sheet, as the reader knows it', () => {
  const page = readFileSync('docs/import.md', 'utf8');
  for (const sheet of SHEETS) {
    const [, section = ''] = page.split(`### ${sheet}\n`);
    const named = [...(section.split(/\n##/)[0] ?? '').matchAll(/^\| `(\w+)`( \*)? \| (.*?) \| /gm)];
    assert.deepEqual(
      named.map(([, name, needed, says]) => [name, needed !== undefined, says?.replaceAll('\\|', '|')]),
      COLUMNS[sheet].map(({ name, needed, says }) => [name, needed === true, says]),
    );
  }
});

test('the mapping of the examples reads their reports: no row has a fault, and their words are ours', async () => {
  const mapping = readMapping(readFileSync('examples/import/liquidlogic-map.yaml', 'utf8'));
  const found = await readSheets(
    { cases: read('liquidlogic-cases.csv'), people: read('liquidlogic-people.csv') },
    mapping,
  );
  assert.deepEqual(await faultsOf(found), []);
  assert.deepEqual(
    found.map(({ ref, opening }) => [ref, (opening as { file: { kind: string } } | undefined)?.file.kind]),
    [
      ['LL-2041', 'child-protection'],
      ['LL-2077', 'looked-after'],
    ],
  );
});

test('the template could be brought in as it is', async () => {
  const found = await readSheets(Object.fromEntries(SHEETS.map((one) => [one, [Buffer.from(templateOf(one))]])));
  assert.deepEqual(await faultsOf(found), []);
});
