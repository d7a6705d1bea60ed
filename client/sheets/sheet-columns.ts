// The sheets a caseload is brought in by: every column once, with what is written into it. Templates, help, docs/import.md and the reader go by it.

import type { CaseKind, MeetingKind } from '../../domain/case/kinds.ts';

export const SHEETS = ['cases', 'people', 'actions'] as const;
export type SheetName = (typeof SHEETS)[number];

/** What a cell holds. `date` and `time` are of London; `yes` is yes or no; `list` has its parts between bars. */
export type CellKind = 'text' | 'phone' | 'email' | 'date' | 'time' | 'yes' | 'number' | 'list';

export interface Column {
  readonly name: string;
  readonly is: CellKind;
  /** A sheet without it cannot be read, nor a row without it. */
  readonly needed?: true;
  readonly says: string;
  /** As it stands in the template, one a row of the template. */
  readonly examples: readonly string[];
}

const column = (name: string, is: CellKind, says: string, examples: readonly string[] = [], needed?: true): Column => ({
  name,
  is,
  says,
  examples,
  ...(needed && { needed }),
});

const REF = (examples: readonly string[]) =>
  column('ref', 'text', 'the case: letters, digits and dashes', examples, true);

/** One row a case. The template's three cases are one of each kind, of made-up people. */
const CASES: readonly Column[] = [
  REF(['CP-1001', 'CIN-1002', 'CLA-1003']),
  column(
    'kind',
    'text',
    '`child-protection`, `child-in-need` or `looked-after`',
    ['child-protection', 'child-in-need', 'looked-after'],
    true,
  ),
  column('authority', 'text', 'whose policy it goes by', ['hull', 'hull', 'hull'], true),
  column(
    'as_of',
    'date',
    'the day the row speaks of: mostly that of the export. The same file again is the same cases only where it is the same day',
    ['2026-11-23', '2026-11-23', '2026-11-23'],
    true,
  ),
  column('team', 'text', 'for lists', ['north', 'north', 'east']),
  column('family', 'text', 'what siblings share', ['F-77']),
  column('strategy_discussion', 'date', 'child protection: while enquiries run, or before the conference', [
    '2026-05-04',
  ]),
  column('conference', 'date', 'child protection: the initial conference that made the plan', ['2026-05-22']),
  column('referral', 'date', 'child in need: the initial referral', ['', '2026-06-01']),
  column('plan_approved', 'date', 'child in need: once it was', ['', '2026-07-01']),
  column('consent', 'date', 'child in need: the day the family consented', ['', '2026-06-03']),
  column('looked_after', 'date', 'looked after: since when', ['', '', '2026-03-02']),
  column('plan_agreed', 'date', 'the day a core group or meeting agreed the plan', ['2026-06-05', '2026-07-15']),
  column('meets_every_days', 'number', 'the plan’s own interval, where it is shorter than the policy’s', ['', '28']),
  column('areas', 'list', 'what each meeting goes through, with | between: no names', ['school|health']),
  column('meeting_number', 'number', 'of the last core group, or child in need meeting: the next counts from there', [
    '6',
    '5',
  ]),
  column('meeting_on', 'date', 'when it was held', ['2026-11-09', '2026-11-10']),
  column('meeting_minutes', 'text', '`owed`, `received` or `passed-on`; owed where empty', ['received', 'passed-on']),
  column('next_meeting', 'time', 'when the next is booked', ['2026-12-03 10:00', '2026-12-08 14:00']),
  column('next_meeting_venue', 'text', 'and where', ['Family centre', 'Civic hall']),
  column('review_number', 'number', 'of the last review conference, child in need review or looked after review', [
    '1',
    '1',
    '2',
  ]),
  column('review_on', 'date', 'when it was held', ['2026-08-20', '2026-09-01', '2026-08-24']),
  column('review_how', 'text', 'child in need: `meeting` or `consultation`', ['', 'meeting']),
  column('review_minutes', 'text', 'as meeting_minutes', ['passed-on', 'passed-on', 'passed-on']),
  column('next_review', 'time', 'when the next is booked', ['', '', '2027-02-15 11:00']),
  column('next_review_venue', 'text', 'and where', ['', '', 'Placement']),
  column('invited', 'yes', 'people were invited to what is booked, and are not invited again; yes where empty', [
    'yes',
    'yes',
    'no',
  ]),
  column('recorded_by', 'text', 'who of the people says so; the social worker where empty'),
];

/** One row a person of a case, managers among them. */
const PEOPLE: readonly Column[] = [
  REF([
    'CP-1001',
    'CP-1001',
    'CP-1001',
    'CP-1001',
    'CIN-1002',
    'CIN-1002',
    'CIN-1002',
    'CIN-1002',
    'CLA-1003',
    'CLA-1003',
    'CLA-1003',
  ]),
  column(
    'person',
    'text',
    'an id within the case: letters, digits, dots, dashes',
    ['sw', 'tm', 'hv', 'mum', 'sw', 'tm', 'school', 'dad', 'sw', 'tm', 'carer'],
    true,
  ),
  column(
    'name',
    'text',
    'as mails call them',
    [
      'Amira Khan',
      'Tom Reed',
      'Nina Shah',
      'Parent One',
      'Ben Cole',
      'Tom Reed',
      'Paul Gray',
      'Parent Two',
      'Amira Khan',
      'Tom Reed',
      'Carol Lane',
    ],
    true,
  ),
  column(
    'role',
    'text',
    'a role of the policy, such as `social-worker`, `team-manager`, `health`, `parent`',
    [
      'social-worker',
      'team-manager',
      'health',
      'parent',
      'social-worker',
      'team-manager',
      'education',
      'parent',
      'social-worker',
      'team-manager',
      'carer',
    ],
    true,
  ),
  column('member', 'yes', 'belongs to the plan’s group; no where empty', [
    '',
    '',
    'yes',
    'yes',
    '',
    '',
    'yes',
    'yes',
    '',
    '',
    'yes',
  ]),
  column('email', 'email', 'the social worker’s manager must have one', [
    'amira.khan@council.example',
    'tom.reed@council.example',
    'nina.shah@nhs.example',
    '',
    'ben.cole@council.example',
    'tom.reed@council.example',
    'paul.gray@school.example',
    '',
    'amira.khan@council.example',
    'tom.reed@council.example',
    'carol.lane@mail.example',
  ]),
  column('manager', 'text', 'the id of their line manager, who is a person of the case too', [
    'tm',
    '',
    '',
    '',
    'tm',
    '',
    '',
    '',
    'tm',
  ]),
  column('staff', 'text', 'their id in the staff directory: name, role, e-mail and manager are what it says'),
  column('agency', 'text', 'the name of it', ['', '', 'NHS', '', '', '', 'Hill School']),
  column(
    'contact',
    'text',
    'family: `email` or `email-and-calendar` where e-mail is safe for them; told by word of mouth where empty',
    ['', '', '', '', '', '', '', '', '', '', 'email'],
  ),
  column('phone', 'phone', 'the social worker’s stands in mails to the family', ['01482 555 010']),
  column('interpreter', 'text', 'the language', ['', '', '', 'Polish']),
  column('format', 'text', '`large-print`, `easy-read`, `braille`, `audio` or `translated`'),
];

/** One row an action of a plan that is not done yet. */
const ACTIONS: readonly Column[] = [
  REF(['CP-1001', 'CIN-1002']),
  column('action', 'text', 'an id within the case', ['reading-help', 'benefits-check'], true),
  column('owner', 'text', 'the id of a person of the case', ['hv', 'school']),
  column('due', 'date', 'by when', ['2026-12-18', '2026-12-11']),
  column('activity', 'text', 'what is to be done'),
];

export const COLUMNS: Readonly<Record<SheetName, readonly Column[]>> = {
  cases: CASES,
  people: PEOPLE,
  actions: ACTIONS,
};

/** In one file of all rows this column says which sheet each belongs to. */
export const ROW_COLUMN = 'row';
export const ROW_NAMES: Readonly<Record<string, SheetName>> = { case: 'cases', person: 'people', action: 'actions' };

/** Which meetings the columns `meeting_…` and `review_…` speak of; a plan that is not among them is brought in as NDJSON. */
export const MEETINGS_OF: Readonly<Partial<Record<CaseKind, Readonly<Record<Slot, MeetingKind>>>>> = {
  'child-protection': { meeting: 'core-group', review: 'review-conference' },
  'child-in-need': { meeting: 'cin-meeting', review: 'cin-review' },
  'looked-after': { meeting: 'core-group', review: 'lac-review' },
};
export const SLOTS = ['meeting', 'review'] as const;
export type Slot = (typeof SLOTS)[number];
