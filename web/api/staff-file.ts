// Reads a list of staff as an authority sends it: a sheet (CSV) or JSON. Every fault is found at once, each with its row, in words an analyst
// understands. What a spreadsheet would run as a formula is refused.

import { CsvError, parse } from 'csv-parse/sync';
import { isObject } from '../../client/is-object.ts';
import { addressFault, shown } from '../../mail/address.ts';
import type { Staff } from '../../record/directory.ts';
import { type DirectoryFault, structuralFaults } from '../../record/directory-faults.ts';
import { RIGHTS, type Right } from '../../record/schema-directory.ts';

/** What was read, or all that is wrong with it. */
export type ReadStaff = { readonly staff: readonly Staff[] } | { readonly faults: readonly DirectoryFault[] };

/** The columns of the sheet. */
export const COLUMNS = [
  ...['id', 'name', 'role', 'manager', 'agency', 'address', 'shared mailbox', 'telephone', 'team', 'rights', 'active'],
] as const;
const NEEDED = ['id', 'name', 'role'];
const MOST_ROWS = 20_000;
const MOST_FAULTS = 200;

const FIELD_OF: Readonly<Record<string, string>> = { 'shared mailbox': 'sharedMailbox' };
/** `Shared_Mailbox` is `shared mailbox`; what other systems call a column is understood too. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ...[
    ['staff id', 'id'],
    ['email', 'address'],
    ['e mail', 'address'],
    ['mailbox', 'shared mailbox'],
  ],
  ...[
    ['sharedmailbox', 'shared mailbox'],
    ['phone', 'telephone'],
    ['manager id', 'manager'],
  ],
] as [string, string][]);

function column(header: string): string {
  const plain = header
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ')
    .trim();
  return OTHER_NAMES.get(plain) ?? plain;
}

/** @param text as it was decoded: what is no UTF-8 shows in it */
export function readStaffSheet(text: string): ReadStaff {
  if (text.includes('\ufffd') || text.includes('\0'))
    return whole('the file is not in UTF-8: in the spreadsheet, save it as “CSV UTF-8 (comma delimited)”');
  let rows: readonly { readonly cells: readonly string[]; readonly row: number }[];
  try {
    rows = parse(text, { bom: true, delimiter: delimiterOf(text), info: true, relax_column_count: true }).map(
      (one: unknown) => {
        const { record, info } = one as { record: string[]; info: { lines: number } };
        return { cells: record, row: info.lines };
      },
    );
  } catch (error) {
    if (error instanceof CsvError)
      return whole(
        `the file cannot be read as a sheet: line ${String(error.lines ?? '?')} has a quotation mark that is not closed, or stands alone`,
      );
    throw error;
  }
  const filled = rows.filter(({ cells }) => cells.some((cell) => cell.trim() !== ''));
  const [head, ...body] = filled;
  if (!head) return whole('the file is empty: its first row has the columns, id, name and role among them');
  const columns = head.cells.map(column);
  const wrong = headFaults(columns, head.cells);
  if (wrong.length > 0) return { faults: wrong };
  if (body.length > MOST_ROWS) return whole(`the file has ${body.length} people; at most ${MOST_ROWS} are taken`);
  return together(
    body.map(({ cells, row }) => {
      const more = cells.slice(columns.length).some((cell) => cell.trim() !== '');
      const given = Object.fromEntries(
        columns.map((name, i) => [FIELD_OF[name] ?? name, (cells[i] ?? '').trim()] as const),
      );
      return { given, row, more };
    }),
  );
}

/** Spreadsheets of other countries save with semicolons; what is copied out of one has tabs. */
function delimiterOf(text: string): string {
  const [head = ''] = text.split(/\r|\n/, 1);
  const count = (one: string) => head.split(one).length;
  return [',', ';', '\t'].reduce((best, one) => (count(one) > count(best) ? one : best));
}

function headFaults(columns: readonly string[], cells: readonly string[]): readonly DirectoryFault[] {
  const known: readonly string[] = COLUMNS;
  const fault = (message: string): DirectoryFault => ({ row: 1, message });
  const there = `there are ${COLUMNS.join(', ')}`;
  return [
    ...NEEDED.filter((name) => !columns.includes(name)).map((name) => fault(`the column ${name} is missing; ${there}`)),
    ...cells
      .filter((_, i) => !known.includes(columns[i]!) && cells[i]!.trim() !== '')
      .map((cell) => fault(`no column is called “${shown(cell).slice(0, 40)}”; ${there}`)),
    ...known
      .filter((name) => columns.indexOf(name) !== columns.lastIndexOf(name))
      .map((name) => fault(`the column ${name} is there twice`)),
  ];
}

/** @param list `[{id, name, role, …}]` */
export function readStaffList(list: readonly unknown[]): ReadStaff {
  if (list.length > MOST_ROWS) return whole(`there are ${list.length} people; at most ${MOST_ROWS} are taken`);
  return together(list.map((given) => ({ given: isObject(given) ? given : {}, row: undefined, more: false })));
}

interface Given {
  readonly given: Readonly<Record<string, unknown>>;
  readonly row: number | undefined;
  /** Cells beyond the last column. */
  readonly more: boolean;
}

function together(all: readonly Given[]): ReadStaff {
  const faults: DirectoryFault[] = [];
  const staff: { readonly one: Staff; readonly row: number | undefined }[] = [];
  for (const [place, { given, row, more }] of all.entries()) {
    const { fields, active, wrong } = readFields(given);
    const id = fields.id ?? '';
    const who = id === '' ? '' : `${id}: `;
    const missing = NEEDED.filter(
      (field) => !wrong.some((one) => one.field === field) && !fields[field as keyof Staff],
    );
    const found = [
      ...missing.map((field) => ({ field, message: 'is missing' })),
      ...wrong,
      ...(more
        ? [{ field: '', message: 'the row has more cells than there are columns: is a comma not in quotation marks?' }]
        : []),
    ];
    for (const { field, message } of found) faults.push({ row, place, id, field, message: `${who}${message}` });
    if (found.length === 0 && active !== false) staff.push({ one: { ...NOTHING, ...fields } as Staff, row });
  }
  const list = staff.map(({ one }) => one);
  // Whoever stands in a row that cannot be read is there all the same: their people have a manager.
  if (faults.length === 0) faults.push(...structuralFaults(list, (place) => staff[place]?.row));
  return faults.length > 0 ? { faults: faults.slice(0, MOST_FAULTS) } : { staff: list };
}

const NOTHING = {
  manager: null,
  agency: null,
  address: null,
  sharedMailbox: null,
  telephone: null,
  team: null,
  rights: [],
};

interface Wrong {
  readonly field: string;
  readonly message: string;
}

/** Reads fields as they were given, those that are there alone. Empty is none. */
export function readFields(given: Readonly<Record<string, unknown>>): {
  readonly fields: Partial<Staff>;
  readonly active: boolean | undefined;
  readonly wrong: readonly Wrong[];
} {
  const wrong: Wrong[] = [];
  const fields: Record<string, unknown> = {};
  let active: boolean | undefined;
  for (const [field, value] of Object.entries(given)) {
    const read = Object.hasOwn(READERS, field) ? READERS[field] : undefined;
    if (!read) {
      wrong.push({ field, message: 'is no field of the directory' });
      continue;
    }
    const text = typeof value === 'string' ? value.trim() : value;
    const isNone = text === '' || text === null || text === undefined;
    const result = isNone ? { is: NEEDED.includes(field) ? undefined : field === 'rights' ? [] : null } : read(text);
    if ('message' in result) wrong.push({ field, message: result.message });
    else if (field === 'active') active = (result.is as boolean | null) ?? undefined;
    else fields[field] = result.is;
  }
  return { fields: fields as Partial<Staff>, active, wrong };
}

type Read = (value: unknown) => { readonly is: unknown } | { readonly message: string };

const quoted = (text: string): string => `“${shown(text).slice(0, 60)}”`;
/** What begins so is run by spreadsheets; a telephone number may begin with a plus. */
const FORMULA = /^[=+\-@\t\r]/;

const words =
  (most: number): Read =>
  (value) => {
    if (typeof value !== 'string') return { message: 'must be a text' };
    if (FORMULA.test(value)) return { message: `${quoted(value)} begins as a formula of a spreadsheet does` };
    if (value !== shown(value)) return { message: 'holds line breaks or characters that cannot be seen' };
    return value.length > most ? { message: `is longer than ${most} characters` } : { is: value };
  };

const matching =
  (pattern: RegExp, wants: string): Read =>
  (value) =>
    typeof value === 'string' && pattern.test(value)
      ? { is: value }
      : { message: `${quoted(String(value))} is not ${wants}` };

const ID = matching(
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
  'an id: letters, digits, dots, dashes or underscores, at most 64',
);
const ADDRESS: Read = (value) =>
  typeof value === 'string' && !FORMULA.test(value) && addressFault(value) === null
    ? { is: value }
    : { message: `${quoted(String(value))} is not an e-mail address` };

/** `Social Worker` is `social-worker`. */
const keyed = (value: unknown): string =>
  String(value)
    .toLowerCase()
    .replace(/[\s_]+/g, '-');

const rights: Read = (value) => {
  const all = (Array.isArray(value) ? value : String(value).split(/[;,|]/))
    .map(keyed)
    .map((one) => one.replace(/^-|-$/g, ''));
  const strange = all.filter((one) => one !== '' && !RIGHTS.includes(one as Right));
  if (strange.length > 0) return { message: `${quoted(strange[0]!)} is no right; there are ${RIGHTS.join(', ')}` };
  return { is: RIGHTS.filter((one) => all.includes(one)) };
};

const YES = ['yes', 'y', 'true', '1'];
const NO = ['no', 'n', 'false', '0'];
const yesOrNo: Read = (value) => {
  const said = String(value).toLowerCase();
  if (!YES.includes(said) && !NO.includes(said)) return { message: `${quoted(said)} is neither yes nor no` };
  return { is: YES.includes(said) };
};

const READERS: Readonly<Record<string, Read>> = {
  id: ID,
  name: words(200),
  role: (value) => matching(/^[a-z0-9][a-z0-9-]{0,63}$/, 'a role, such as social-worker')(keyed(value)),
  manager: ID,
  agency: words(200),
  address: ADDRESS,
  sharedMailbox: ADDRESS,
  telephone: matching(
    /^\+?[\d(][\d ()-]{4,22}\d(?: ?(?:ext\.?|x) ?\d{1,6})?$/i,
    'a telephone number, such as 01226 555 010',
  ),
  team: words(100),
  rights,
  active: yesOrNo,
};

const whole = (message: string): ReadStaff => ({ faults: [{ message }] });
