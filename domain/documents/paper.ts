// A paper for a meeting as plain data: what a page shows, a .docx file holds and a terminal prints. Made when it is asked for, from what the
// case knows then; kept nowhere. Staff stand in it by name and role, the child and the family by role alone.

import type { MeetingId, Rule } from '../case/model.ts';

/** `agenda` (R57, R9), `working-record`: the Core Group Working Record (R104), `review-cover`: what lies on top of a review's papers. */
export const PAPER_NAMES = ['agenda', 'working-record', 'review-cover'] as const;
export type PaperName = (typeof PAPER_NAMES)[number];

export interface Paper {
  readonly name: PaperName;
  readonly meeting: MeetingId;
  readonly title: string;
  /** What stands at the head: reference, date, place. Dates as people read them. */
  readonly facts: readonly (readonly [label: string, value: string])[];
  readonly parts: readonly Part[];
  /** Links of the authority: its procedures, its own template (R77). */
  readonly links: readonly { readonly label: string; readonly url: string }[];
}

export interface Part {
  readonly heading: string;
  readonly rules: readonly Rule[];
  readonly lines: readonly string[];
  readonly table?: Table | undefined;
  /** Room to write: so many empty lines. */
  readonly room?: number | undefined;
}

/** Rows of as many cells as there are columns; an empty cell is to be filled in by hand. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What a part of the template shows beside its own lines. */
export const SHOWN = ['attendance', 'turns', 'minutes', 'areas', 'scaling', 'actions', 'next-meeting'] as const;
export type ShownInPart = (typeof SHOWN)[number];
