// Sheets of cases, people and actions into cases to bring in, each with every fault of its rows. What the event itself may say is the domain's.

import { CASE_KINDS, type CaseKind } from '../../domain/case/model.ts';
import { BadInput } from '../errors.ts';
import { type Cell, readCell } from './cells.ts';
import { headingOf, type Mapping, NO_MAPPING, type SheetMapping } from './column-mapping.ts';
import type { ImportedCase, ImportFault } from './import-fault.ts';
import {
  COLUMNS,
  type Column,
  MEETINGS_OF,
  ROW_COLUMN,
  ROW_NAMES,
  SHEETS,
  type SheetName,
  SLOTS,
  type Slot,
} from './sheet-columns.ts';
import { type Bytes, MOST_ROWS, rowsOf, type SheetRow, TooMany } from './sheet-text.ts';

/** Cases of one import. */
export const MOST_CASES = 20_000;

/** The id of the event a case of a sheet begins with: the same each time, and it sorts before ids made later. */
const BROUGHT_IN = '0-brought-in';

interface Row {
  readonly sheet: SheetName;
  readonly row: number;
  readonly values: ReadonlyMap<string, string | number | boolean | readonly string[]>;
  readonly faults: readonly ImportFault[];
}

/**
 * Reads the sheets of an import: one file of all rows, or a file for each sheet.
 * @returns a case for each row of the sheet of cases, in their order, and one without an opening for each reference that has no such row
 * @throws BadInput: a file that is no such sheet, in one line; TooMany
 */
export async function readSheets(
  files: Readonly<Partial<Record<SheetName, Bytes>>>,
  mapping: Mapping = NO_MAPPING,
): Promise<readonly ImportedCase[]> {
  const rows: Row[] = [];
  for (const sheet of SHEETS) {
    const bytes = files[sheet];
    if (bytes === undefined) continue;
    for await (const row of readRows(bytes, sheet, mapping)) {
      if (rows.push(row) > MOST_ROWS)
        throw new TooMany(`has more than ${number(MOST_ROWS)} rows: bring it in in parts`);
    }
  }
  return together(rows);
}

const number = (n: number): string => n.toLocaleString('en-GB');

/** Reads one file. Where it has a column `row`, that says which sheet each row belongs to. */
async function* readRows(bytes: Bytes, sheet: SheetName, mapping: Mapping): AsyncGenerator<Row> {
  let headings: Headings | undefined;
  for await (const row of rowsOf(bytes, sheet)) {
    if (!headings) headings = readHeadings(row, sheet, mapping);
    else yield readRow(row, headings, mapping);
  }
}

interface Headings {
  /** Where the column `row` stands, in one file of all rows. */
  readonly kind: number;
  readonly width: number;
  readonly sheets: Readonly<Partial<Record<SheetName, readonly { readonly column: Column; readonly at: number }[]>>>;
}

function readHeadings({ cells }: SheetRow, sheet: SheetName, mapping: Mapping): Headings {
  const names = cells.map(headingOf);
  const kind = sheet === 'cases' ? names.indexOf(ROW_COLUMN) : -1;
  const together = kind >= 0;
  const sheets = together ? SHEETS : [sheet];
  const faults = [
    ...twice(names, cells),
    ...strange(names, cells, sheets, mapping, together),
    // Of one file of all rows each row is asked.
    ...(together ? [] : missing(names, sheet, mapping.sheets[sheet])),
  ];
  if (faults.length > 0) throw new BadInput(`${sheet}: ${faults.join('; ')}`);
  const placed = sheets.map((one) => {
    const { columns } = mapping.sheets[one];
    const at = names.flatMap((name, i) => {
      const column = COLUMNS[one].find((known) => known.name === (columns.get(name) ?? name));
      return column ? [{ column, at: i }] : [];
    });
    return [one, at] as const;
  });
  return { kind, width: cells.length, sheets: Object.fromEntries(placed) };
}

function twice(names: readonly string[], cells: readonly string[]): readonly string[] {
  const again = cells.filter((_, i) => names[i] !== '' && names.indexOf(names[i] ?? '') !== i);
  return again.length > 0 ? [`has the column ${quoted(again)} twice`] : [];
}

function strange(
  names: readonly string[],
  cells: readonly string[],
  sheets: readonly SheetName[],
  { ignoreOthers, sheets: mappings }: Mapping,
  together: boolean,
): readonly string[] {
  if (ignoreOthers) return [];
  const known = new Set(
    sheets.flatMap((sheet) => [...COLUMNS[sheet].map(({ name }) => name), ...mappings[sheet].columns.keys()]),
  );
  const others = cells.filter(
    (_, i) => names[i] !== '' && !known.has(names[i] ?? '') && !(together && names[i] === ROW_COLUMN),
  );
  if (others.length === 0) return [];
  return [`does not know ${quoted(others)}; a mapping file says what other columns mean, or that they are passed over`];
}

const quoted = (cells: readonly string[]): string => {
  const some = cells.slice(0, 12).map((cell) => `"${cell.slice(0, 40)}"`);
  return `${some.join(', ')}${cells.length > 12 ? ` and ${cells.length - 12} more` : ''}`;
};

function missing(names: readonly string[], sheet: SheetName, { columns, fixed }: SheetMapping): readonly string[] {
  const there = new Set(names.map((name) => columns.get(name) ?? name));
  const byDirectory = there.has('staff') ? BY_DIRECTORY : [];
  const gone = COLUMNS[sheet].filter(
    ({ name, needed }) => needed && !there.has(name) && !fixed.has(name) && !byDirectory.includes(name),
  );
  return gone.length > 0 ? [`lacks the column ${gone.map(({ name }) => name).join(', ')}`] : [];
}

function readRow(
  { row, cells }: SheetRow,
  { kind, width, sheets }: Headings,
  { dates, sheets: mappings }: Mapping,
): Row {
  const named = kind < 0 ? undefined : (cells[kind] ?? '').toLowerCase();
  const sheet =
    named === undefined
      ? (Object.keys(sheets)[0] as SheetName)
      : Object.hasOwn(ROW_NAMES, named)
        ? ROW_NAMES[named]
        : undefined;
  if (sheet === undefined)
    return {
      sheet: 'cases',
      row,
      values: new Map(),
      faults: [{ sheet: 'cases', row, column: ROW_COLUMN, problem: 'must be case, person or action' }],
    };
  const { values: meant, fixed } = mappings[sheet];
  const faults: ImportFault[] = [];
  const values = new Map<string, string | number | boolean | readonly string[]>();
  const wrong = (column: string | null, problem: string) => faults.push({ sheet, row, column, problem });
  if (cells.length > width && cells.slice(width).some(Boolean))
    wrong(null, 'has more cells than the heading: is a cell with a separator in it without quotation marks?');
  const take = (column: Column, text: string) => {
    const cell: Cell = readCell(meant.get(column.name)?.get(text.toLowerCase()) ?? text, column.is, dates);
    if ('fault' in cell) wrong(column.name, cell.fault);
    else values.set(column.name, cell.value);
  };
  const said = new Map((sheets[sheet] ?? []).map(({ column, at }) => [column.name, cells[at] ?? '']));
  const isOfDirectory = sheet === 'people' && Boolean(said.get('staff') || fixed.get('staff'));
  for (const column of COLUMNS[sheet]) {
    const text = said.get(column.name) || fixed.get(column.name) || '';
    if (text !== '') take(column, text);
    else if (column.needed && !(isOfDirectory && BY_DIRECTORY.includes(column.name))) wrong(column.name, 'is missing');
  }
  return { sheet, row, values, faults };
}

/** What the staff directory says of whoever is in it. */
const BY_DIRECTORY = ['name', 'role'];

const textAt = ({ values }: Row, name: string): string | undefined => {
  const value = values.get(name);
  return typeof value === 'string' ? value : undefined;
};

/** Each case with its people and actions. */
function together(rows: readonly Row[]): readonly ImportedCase[] {
  const of = (sheet: SheetName) => {
    const found = new Map<string, Row[]>();
    for (const row of rows) {
      if (row.sheet !== sheet) continue;
      const ref = textAt(row, 'ref') ?? '';
      const mine = found.get(ref) ?? [];
      mine.push(row);
      found.set(ref, mine);
    }
    return found;
  };
  const [people, actions] = [of('people'), of('actions')];
  const cases = rows.filter(({ sheet }) => sheet === 'cases');
  if (cases.length > MOST_CASES)
    throw new TooMany(`cases: has more than ${number(MOST_CASES)} cases: bring it in in parts`);
  const first = new Map<string, number>();
  const made = cases.map((row): ImportedCase => {
    const ref = textAt(row, 'ref') ?? '';
    const before = first.get(ref);
    if (ref !== '' && before === undefined) first.set(ref, row.row);
    const mine = [row, ...(people.get(ref) ?? []), ...(actions.get(ref) ?? [])];
    const faults: ImportFault[] = before === undefined ? mine.flatMap((one) => one.faults) : [...row.faults];
    if (before !== undefined)
      faults.push({ sheet: 'cases', row: row.row, column: 'ref', problem: `stands in row ${before} too` });
    const said = assembled(row, people.get(ref) ?? [], actions.get(ref) ?? [], faults);
    // The people are the first's, and so is what is wrong with them.
    return { row: row.row, sheet: 'cases', ref, ...(before === undefined ? said : {}), faults };
  });
  const lost = [...rows.filter(({ sheet }) => sheet !== 'cases')]
    .filter((row) => !first.has(textAt(row, 'ref') ?? ''))
    .map((row): ImportedCase => {
      const problem = 'there is no such case in the sheet of cases';
      const faults =
        textAt(row, 'ref') === undefined
          ? row.faults
          : [...row.faults, { sheet: row.sheet, row: row.row, column: 'ref', problem }];
      return { row: row.row, sheet: row.sheet, ref: textAt(row, 'ref') ?? '', faults };
    });
  return [...made, ...lost];
}

type Assembled = Pick<ImportedCase, 'opening' | 'slots' | 'peopleRows'>;

/** What the rows say, as a case file and its first event. What is wrong with the columns among themselves is added to the faults. */
function assembled(row: Row, people: readonly Row[], actions: readonly Row[], faults: ImportFault[]): Assembled {
  const wrong = (column: string | null, problem: string) =>
    faults.push({ sheet: 'cases', row: row.row, column, problem });
  const kind = textAt(row, 'kind');
  const isKind = CASE_KINDS.some((one) => one === kind);
  if (kind !== undefined && !isKind) wrong('kind', `must be one of ${CASE_KINDS.join(', ')}`);
  if (people.length === 0) wrong('ref', 'has nobody in the sheet of people');
  const worker = people.find((one) => textAt(one, 'role') === 'social-worker');
  const slots = SLOTS.filter((slot) => hasSlot(row, slot, wrong));
  if (people.length === 0) return {};
  const get = (name: string) => row.values.get(name);
  const file = {
    ref: get('ref'),
    kind,
    authority: get('authority'),
    people: people.map(personOf),
    ...given({ family: get('family'), team: get('team') }),
  };
  const event = {
    type: 'brought-in',
    by: get('recorded_by') ?? worker?.values.get('person'),
    on: get('as_of'),
    ...given({
      strategyDiscussion: get('strategy_discussion'),
      conference: get('conference'),
      referral: get('referral'),
      planApproved: get('plan_approved'),
      consent: get('consent'),
      lookedAfter: get('looked_after'),
      planAgreed: get('plan_agreed'),
      everyDays: get('meets_every_days'),
      areas: get('areas'),
    }),
    members: people.filter(({ values }) => values.get('member') === true).map(({ values }) => values.get('person')),
    meetings: slots.map((slot) => meetingOf(row, slot, kind as CaseKind)),
    ...(actions.length > 0 && { actions: actions.map(actionOf) }),
  };
  return { opening: { file, events: [{ id: BROUGHT_IN, event }] }, slots, peopleRows: people.map((one) => one.row) };
}

const given = (fields: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

const MINUTES = ['owed', 'received', 'passed-on'];

/** Whether a meeting was held, as its columns say. */
function hasSlot(row: Row, slot: Slot, wrong: (column: string, problem: string) => void): boolean {
  const has = (column: string) => row.values.has(column) || row.faults.some((one) => one.column === column);
  const [held, numbered] = [has(`${slot}_on`), has(`${slot}_number`)];
  const minutes = textAt(row, `${slot}_minutes`);
  if (minutes !== undefined && !MINUTES.includes(minutes))
    wrong(`${slot}_minutes`, `must be one of ${MINUTES.join(', ')}`);
  if (held && !numbered) wrong(`${slot}_number`, 'is missing: which one was it?');
  if (held) return numbered;
  const more = [`${slot}_number`, `${slot}_minutes`, `next_${slot}`, `next_${slot}_venue`].filter(has);
  if (more.length > 0)
    wrong(
      `${slot}_on`,
      `is missing, and ${more.join(', ')} ${more.length === 1 ? 'is' : 'are'} given: what was not held yet is booked after the import`,
    );
  return false;
}

function meetingOf(row: Row, slot: Slot, kind: CaseKind) {
  const get = (name: string) => row.values.get(name);
  const minutes = get(`${slot}_minutes`);
  const next = get(`next_${slot}`);
  return {
    kind: MEETINGS_OF[kind]?.[slot],
    number: get(`${slot}_number`),
    on: get(`${slot}_on`),
    ...given({
      mode: slot === 'review' ? get('review_how') : undefined,
      minutes: minutes === 'owed' ? undefined : minutes,
      nextStart: next,
      venue: get(`next_${slot}_venue`),
      invited: next !== undefined && (get('invited') ?? true) ? true : undefined,
    }),
  };
}

function personOf(row: Row) {
  const get = (name: string) => row.values.get(name);
  const needs = given({ interpreter: get('interpreter'), format: get('format') });
  return {
    id: get('person'),
    ...given({
      name: get('name'),
      role: get('role'),
      staff: get('staff'),
      agency: get('agency'),
      email: get('email'),
      manager: get('manager'),
      contact: get('contact'),
      phone: get('phone'),
    }),
    ...(Object.keys(needs).length > 0 && { needs }),
  };
}

function actionOf({ values }: Row) {
  const get = (name: string) => values.get(name);
  return { id: get('action'), ...given({ owner: get('owner'), due: get('due'), activity: get('activity') }) };
}
