// What is wrong with a row of an import, in words for whoever made the export; and a row that can be judged.

import type { Rule } from '../../domain/case/model.ts';
import { type SheetName, SLOTS, type Slot } from './sheet-columns.ts';

export interface ImportFault {
  /** `lines` where cases came as one JSON a line. */
  readonly sheet: SheetName | 'lines';
  /** As a spreadsheet numbers it. */
  readonly row: number;
  readonly column: string | null;
  readonly problem: string;
  readonly rule?: Rule | undefined;
}

/** One case to be brought in. */
export interface ImportedCase {
  /** The row of the sheet of cases, or the line. */
  readonly row: number;
  readonly sheet: SheetName | 'lines';
  readonly ref: string;
  /** What it is opened with, not yet read; absent where what is written cannot even be put together. */
  readonly opening?: { readonly file: unknown; readonly events: readonly unknown[] } | undefined;
  /** Which columns the meetings of its event come from, in their order. */
  readonly slots?: readonly Slot[] | undefined;
  /** The rows its people stand in, in their order: faults are shown where they are. */
  readonly peopleRows?: readonly number[] | undefined;
  readonly faults: readonly ImportFault[];
}

/** Where the fields of a case file and of `brought-in` stand in the sheets. */
const FIELDS: Readonly<Record<string, string>> = {
  on: 'as_of',
  strategyDiscussion: 'strategy_discussion',
  conference: 'conference',
  referral: 'referral',
  planApproved: 'plan_approved',
  consent: 'consent',
  lookedAfter: 'looked_after',
  planAgreed: 'plan_agreed',
  everyDays: 'meets_every_days',
  areas: 'areas',
  ref: 'ref',
  kind: 'kind',
  authority: 'authority',
  team: 'team',
  family: 'family',
  by: 'recorded_by',
};
const OF_MEETING: Readonly<Record<string, string>> = {
  number: 'number',
  on: 'on',
  minutes: 'minutes',
  mode: 'how',
  kind: 'number',
};

/** The column a field of the event or the file is written in: `meetings.0.on` is `meeting_on`; null where it is none. */
export function columnOf(field: string, slots: readonly Slot[] = SLOTS): string | null {
  const met = /^meetings\.(\d+)(?:\.(\w+))?$/.exec(field);
  if (met) {
    const slot = slots[Number(met[1])];
    if (slot === undefined) return null;
    const part = met[2] ?? 'on';
    if (part === 'nextStart' || part === 'invited') return `next_${slot}`;
    return part === 'venue' ? `next_${slot}_venue` : `${slot}_${OF_MEETING[part] ?? 'on'}`;
  }
  const person = /^people\.\d+\.(?:needs\.)?(\w+)$/.exec(field);
  if (person) return person[1] === 'id' ? 'person' : (person[1] ?? null);
  if (field === 'members') return 'member';
  return Object.hasOwn(FIELDS, field) ? (FIELDS[field] ?? null) : null;
}

/**
 * The faults that one sentence of a refusal holds, each by its column: `case: people.2.phone: must be …; team: must be …`.
 * @param at the case's row
 */
export function faultsIn(
  message: string,
  at: Pick<ImportedCase, 'row' | 'sheet' | 'slots' | 'peopleRows'>,
  rule?: Rule | undefined,
): readonly ImportFault[] {
  if (at.sheet === 'lines') return [fault({ sheet: 'lines', row: at.row, column: null, problem: message }, rule)];
  const body = message.replace(/^(?:case|brought-in): /, '');
  const parts = body.split(/; (?=[A-Za-z]+(?:\.\w+)*: )/);
  return parts.map((part) => {
    const [, field = '', rest = part] = /^([A-Za-z]+(?:\.\w+)*): (.*)$/s.exec(part) ?? [];
    const column = columnOf(field, at.slots);
    if (column === null) return fault({ sheet: at.sheet, row: at.row, column: null, problem: part }, rule);
    const person = /^people\.(\d+)\./.exec(field);
    const row = person ? at.peopleRows?.[Number(person[1])] : undefined;
    if (row !== undefined) return fault({ sheet: 'people', row, column, problem: rest }, rule);
    // Whom the staff directory brought stands in no row.
    if (person) return fault({ sheet: at.sheet, row: at.row, column: null, problem: `people: ${rest}` }, rule);
    return fault({ sheet: at.sheet, row: at.row, column, problem: rest }, rule);
  });
}

/**
 * The faults of a row with what else was found. A cell that has a fault gets no other: what is said of it then mostly follows from the first.
 * @param more in the order they were found
 */
export function faultsWith(faults: readonly ImportFault[], more: readonly ImportFault[]): readonly ImportFault[] {
  const all = [...faults];
  const isSame = (a: ImportFault, b: ImportFault) =>
    a.sheet === b.sheet && a.row === b.row && a.column === b.column && (a.column !== null || a.problem === b.problem);
  for (const one of more) if (!all.some((known) => isSame(known, one))) all.push(one);
  return all;
}

const fault = (one: ImportFault, rule: Rule | undefined): ImportFault => (rule === undefined ? one : { ...one, rule });
