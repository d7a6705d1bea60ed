// A mapping file (YAML): which of a system's own columns are ours, and which of its words. One a system, written once: examples/liquidlogic.yaml.

import { parseDocument } from 'yaml';
import * as z from 'zod/mini';
import { describeIssue } from '../../domain/policy/read-policy.ts';
import { BadInput } from '../errors.ts';
import { COLUMNS, SHEETS, type SheetName } from './sheet-columns.ts';

export interface SheetMapping {
  /** Theirs, as `headingOf` writes it, to ours. */
  readonly columns: ReadonlyMap<string, string>;
  /** Of a column of ours: their word, in small letters, to ours. */
  readonly values: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Columns of ours that say the same in every row. */
  readonly fixed: ReadonlyMap<string, string>;
}

export interface Mapping {
  readonly dates: 'dd/mm/yyyy' | 'mm/dd/yyyy' | undefined;
  /** Their other columns are passed over. */
  readonly ignoreOthers: boolean;
  readonly sheets: Readonly<Record<SheetName, SheetMapping>>;
}

const NOTHING: SheetMapping = { columns: new Map(), values: new Map(), fixed: new Map() };
/** Our own sheet, as the template has it. */
export const NO_MAPPING: Mapping = {
  dates: undefined,
  ignoreOthers: false,
  sheets: { cases: NOTHING, people: NOTHING, actions: NOTHING },
};

const words = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
const ofSheet = z.strictObject({
  columns: z.optional(z.record(z.string(), z.string())),
  values: z.optional(z.record(z.string(), words)),
  fixed: z.optional(words),
});
const mapping = z.strictObject({
  dates: z.optional(z.enum(['dd/mm/yyyy', 'mm/dd/yyyy', 'yyyy-mm-dd'])),
  others: z.optional(z.enum(['ignore', 'refuse'])),
  cases: z.optional(ofSheet),
  people: z.optional(ofSheet),
  actions: z.optional(ofSheet),
});

const LARGEST = 64 * 1024;

/** A heading, however it is written: `Case Ref`, `case-ref` and `case_ref` are one. */
export const headingOf = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, '_');

/** @throws BadInput, one line with every fault */
export function readMapping(text: string, name = 'map'): Mapping {
  if (text.length > LARGEST) throw new BadInput(`${name}: is longer than 64 kB`);
  const document = parseDocument(text, { schema: 'core' });
  const wrong = document.errors[0];
  if (wrong) throw new BadInput(`${name}: is not YAML: ${wrong.message.split('\n')[0]}`);
  const read = z.safeParse(mapping, plain(document, name), { reportInput: true });
  if (!read.success) throw new BadInput(`${name}: ${read.error.issues.map(describeIssue).join('; ')}`);
  const { dates, others, ...sheets } = read.data;
  const faults = SHEETS.flatMap((sheet) => strangers(sheet, sheets[sheet]));
  if (faults.length > 0) throw new BadInput(`${name}: ${faults.join('; ')}`);
  const of = (sheet: SheetName): SheetMapping => {
    const { columns = {}, values = {}, fixed = {} } = sheets[sheet] ?? {};
    return {
      columns: new Map(Object.entries(columns).map(([theirs, ours]) => [headingOf(theirs), ours])),
      values: new Map(Object.entries(values).map(([ours, meant]) => [ours, smallWords(meant)])),
      fixed: new Map(Object.entries(fixed).map(([ours, value]) => [ours, String(value)])),
    };
  };
  return {
    dates: dates === 'yyyy-mm-dd' ? undefined : dates,
    ignoreOthers: others === 'ignore',
    sheets: { cases: of('cases'), people: of('people'), actions: of('actions') },
  };
}

/** A file that refers to itself may be small and stand for gigabytes. */
function plain(document: ReturnType<typeof parseDocument>, name: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch {
    throw new BadInput(`${name}: refers to parts of itself (& and *): write them out`);
  }
}

const smallWords = (meant: Readonly<Record<string, unknown>>): ReadonlyMap<string, string> =>
  new Map(Object.entries(meant).map(([theirs, ours]) => [theirs.trim().toLowerCase(), String(ours)]));

/** Columns that a mapping speaks of and our sheets do not have. */
function strangers(sheet: SheetName, given: z.output<typeof ofSheet> | undefined): readonly string[] {
  const known = COLUMNS[sheet].map(({ name }) => name);
  const named = [
    ...Object.values(given?.columns ?? {}),
    ...Object.keys(given?.values ?? {}),
    ...Object.keys(given?.fixed ?? {}),
  ];
  return [...new Set(named)]
    .filter((one) => !known.includes(one))
    .map((one) => `${sheet}: there is no column "${one}" of ours; there are ${known.join(', ')}`);
}
