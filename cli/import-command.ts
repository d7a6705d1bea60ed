// `nodrift import`: brings a caseload in by the HTTP API, shows how far it is, and writes what is wrong as a sheet beside the file.

import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import cliProgress from 'cli-progress';
import { type Command, Option } from 'commander';
import { BadInput } from '../client/errors.ts';
import { unreadable } from '../client/files.ts';
import { exchange } from '../client/http/call.ts';
import type { ImportFault } from '../client/sheets/import-fault.ts';
import { SHEETS, type SheetName } from '../client/sheets/sheet-columns.ts';
import { reportSheet, templateOf, templateOfAll } from '../client/sheets/sheet-templates.ts';
import { apiAddress } from './call-api.ts';
import { counted, type Output, oneLine, printJson } from './output.ts';

interface Options {
  readonly people?: string;
  readonly actions?: string;
  readonly map?: string;
  readonly dates?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly template?: SheetName | true;
}

interface ImportAnswer {
  readonly id: string;
  readonly state: string;
  readonly dryRun: boolean;
  readonly cases: number;
  readonly left: number;
  readonly ready: number;
  readonly opened: number;
  readonly already: number;
  readonly faulty: number;
}
type Fault = ImportFault & { readonly ref: string };
type Page = ImportAnswer & { readonly faults: readonly Fault[]; readonly next: string | null };

const LARGEST = 50 * 1024 * 1024;
/** A large caseload takes a while to be read. */
const UPLOAD_MS = 10 * 60_000;
const LOOKS_EVERY_MS = 500;
/** Faults that are shown; the sheet has them all. */
const SHOWN = 20;

export function addImport(program: Command, output: Output): void {
  program
    .command('import')
    .description(
      'Brings a caseload in: sheets of cases, people and actions (CSV), or a case a line (NDJSON). The same file again opens nothing twice.',
    )
    .argument('[file]', 'the sheet of cases, or one of all rows; a .ndjson or .jsonl file of lines')
    .option('--people <file>', 'the sheet of people, a row for each of a case')
    .option('--actions <file>', 'the sheet of what plans left to do')
    .option('--map <file>', 'a mapping (YAML): what the columns and words of another system mean')
    .addOption(
      new Option('--dates <order>', 'how days are written that could be read in two ways').choices([
        'dd/mm/yyyy',
        'mm/dd/yyyy',
      ]),
    )
    .option('--dry-run', 'opens nothing: every row is judged as it would be')
    .addOption(
      new Option('--template [sheet]', 'prints a sheet to begin with: all in one, or one of them').choices(SHEETS),
    )
    .option('--json', '{"id","state","cases","opened","already","faulty",…,"faults":[…]}')
    .addHelpText('after', EXAMPLES)
    .action((file: string | undefined, options: Options) => bringIn(file, options, output));
}

const EXAMPLES = `
Rows without a fault are opened; what is wrong with the others is written beside the file, as FILE.faults.csv. Mend them, and bring the same file in again.
docs/import.md says what each column holds. It goes by the HTTP API: NODRIFT_URL with NODRIFT_KEY_FILE, or what npm start runs here.

Examples:
  npx nodrift import --template cases > cases.csv
  npx nodrift import --template people > people.csv
  npx nodrift import cases.csv --people people.csv --dry-run
  npx nodrift import export.csv --people workers.csv --map liquidlogic.yaml`;

async function bringIn(file: string | undefined, options: Options, output: Output): Promise<void> {
  // Plain: what is printed is made harmless, and a terminal's lines end otherwise than a sheet's.
  if (options.template) {
    const sheet = options.template === true ? templateOfAll() : templateOf(options.template);
    return output.out(sheet.replace('\ufeff', '').replaceAll('\r', '').trimEnd());
  }
  if (file === undefined) throw new BadInput('name a file, or print one to begin with: nodrift import --template');
  const api = apiAddress();
  const { body, type } = await uploadOf(file, options);
  const query = new URLSearchParams({
    ...(options.dryRun && { dryRun: 'true' }),
    ...(options.dates !== undefined && { dates: options.dates }),
  });
  const { body: answer } = await exchange({ ...api, timeoutMs: UPLOAD_MS }, 'POST', `/imports?${query}`, body, {
    'content-type': type,
  });
  const { id } = answer as ImportAnswer;
  const ask = async (limit: number, cursor?: string) => {
    const page = new URLSearchParams({ limit: String(limit), ...(cursor !== undefined && { cursor }) });
    return (await exchange(api, 'GET', `/imports/${id}?${page}`)).body as Page;
  };
  const done = await followed(ask, output.terminal === true && !options.json);
  const faults = await allFaults(ask, done);
  const report = faults.length > 0 ? writtenReport(file, faults) : undefined;
  if (options.json) printJson(output, { ...counts(done), report: report ?? null, faults });
  else output.out(summary(done, faults, report).join('\n'));
  if (faults.length > 0)
    throw new BadInput(
      `${counted(done.faulty, 'row')} of ${file} cannot be brought in as they are: ${report} says why`,
    );
}

/** The files as one body. @throws BadInput */
async function uploadOf(file: string, { people, actions, map }: Options) {
  if (/\.(?:ndjson|jsonl)$/i.test(file)) {
    if (people ?? actions ?? map)
      throw new BadInput(`${file}: holds whole cases, so there are no other sheets and no mapping`);
    return { body: contentOf(file), type: 'application/x-ndjson' };
  }
  const form = new FormData();
  for (const [name, path] of Object.entries({ cases: file, people, actions, map }))
    if (path !== undefined) form.append(name, new Blob([contentOf(path)]));
  const request = new Response(form);
  return { body: new Uint8Array(await request.arrayBuffer()), type: request.headers.get('content-type') ?? '' };
}

function contentOf(path: string): Uint8Array<ArrayBuffer> {
  const why = unreadable(path);
  if (why !== undefined) throw new BadInput(`${path}: ${why}`);
  if (statSync(path).size > LARGEST) throw new BadInput(`${path}: is larger than 50 MB: bring it in in parts`);
  return new Uint8Array(readFileSync(path));
}

/** Waits until it is done, with a bar on a terminal. It goes on by itself whether anybody looks or not. */
async function followed(ask: (limit: number, cursor?: string) => Promise<Page>, shows: boolean): Promise<Page> {
  const bar = shows
    ? new cliProgress.SingleBar(
        { format: '{bar} {value} of {total} cases, {eta_formatted} left' },
        cliProgress.Presets.shades_classic,
      )
    : undefined;
  try {
    for (let begun = false; ; begun = true) {
      const page = await ask(1_000);
      if (!begun) bar?.start(page.cases, 0);
      bar?.update(page.cases - page.left);
      if (page.state === 'done') return page;
      await sleep(LOOKS_EVERY_MS);
    }
  } finally {
    bar?.stop();
  }
}

async function allFaults(
  ask: (limit: number, cursor?: string) => Promise<Page>,
  first: Page,
): Promise<readonly Fault[]> {
  const faults = [...first.faults];
  for (let { next } = first; next !== null; ) {
    const page = await ask(1_000, next);
    faults.push(...page.faults);
    ({ next } = page);
  }
  return faults;
}

function writtenReport(file: string, faults: readonly Fault[]): string {
  const path = `${file.replace(/\.\w+$/, '')}.faults.csv`;
  try {
    // It is of children's cases: its owner's alone.
    writeFileSync(path, reportSheet(faults), { mode: 0o600 });
  } catch {
    throw new BadInput(`${path}: the report cannot be written there`);
  }
  return path;
}

const counts = ({ id, state, dryRun, cases, ready, opened, already, faulty }: ImportAnswer) => ({
  id,
  state,
  dryRun,
  cases,
  ready,
  opened,
  already,
  faulty,
});

function summary(done: ImportAnswer, faults: readonly Fault[], report: string | undefined): readonly string[] {
  const { cases, ready, opened, already, faulty } = done;
  const shown = faults.slice(0, SHOWN).map(({ sheet, row, ref, column, problem, rule }) => {
    const where = `${sheet} row ${row}${ref ? ` (${ref})` : ''}${column ? `: ${column}` : ''}`;
    return `  ${oneLine(`${where}: ${problem}${rule ? ` (${rule})` : ''}`)}`;
  });
  return [
    `${counted(cases, 'case')}: ${done.dryRun ? `${ready} can be opened` : `${opened} opened`}, ${already} open already, ${faulty} with faults`,
    ...shown,
    ...(faults.length > SHOWN ? [`  … and ${faults.length - SHOWN} more in ${report}`] : []),
    ...(done.dryRun && faulty === 0 ? ['nothing was opened: leave out --dry-run'] : []),
  ];
}
