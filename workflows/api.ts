// How the world talks to a running case: workflow types, ids, the update, queries and signal, search attributes, failure types.
// Workflows and clients share it. Of the domain's code it imports the lifecycles alone, for the names of their workflow types.

import { defineSearchAttributeKey, type SearchAttributePair } from '@temporalio/common';
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { EventOf, Recorded } from '../domain/case/events.ts';
import type { CaseFile, CaseKind, MeetingId, PersonId } from '../domain/case/model.ts';
import { rehearsalAuthority } from '../domain/case/rehearsals.ts';
import type { Paper } from '../domain/documents/paper.ts';
import { LIFECYCLES } from '../domain/lifecycles/registry.ts';
import type { ToldAndAhead } from '../domain/notices/told.ts';
import type { Policy } from '../domain/policy/policy.ts';
import type { CalendarData, Instant, OwnDays } from '../domain/time/calendar.ts';
import type { HistoryAnswer, KnownPerson, OwedAnswer, RecordAnswer, WouldRefuse } from './api-types.ts';

export type {
  ByWord,
  HistoryAnswer,
  KnownPerson,
  MeetingNow,
  OwedAnswer,
  OwedDuty,
  PutRightEvent,
  RecordAnswer,
  WouldRefuse,
} from './api-types.ts';

/** One workflow type per kind of case, as its lifecycle names it. */
export const WORKFLOW_TYPES = Object.fromEntries(
  Object.values(LIFECYCLES).map(({ kind, workflowType }) => [kind, workflowType]),
) as Readonly<Record<CaseKind, string>>;

export const TASK_QUEUE = 'nodrift';
/** The worker deployment every worker belongs to; its build ids are the hashes of the workflow bundles. */
export const DEPLOYMENT = 'nodrift';

/** `child-protection/BC-2041` */
export const workflowId = (kind: CaseKind, ref: string): string => `${kind}/${ref}`;

/**
 * What a case is started with: by any language, a case file and what happened so far. Its first step loads the policy and calendar in force for
 * its authority; from then on everything that decides travels in its state, and nothing is fetched.
 */
export interface CaseInput {
  readonly file: CaseFile;
  /** What happened so far, beginning with the event a case of this kind is opened by. Refused, the run fails and the reference stays free. */
  readonly events?: readonly Recorded[] | undefined;
  /** Given for rehearsals; a real case goes by what is in force. Present after continue-as-new. */
  readonly policy?: Policy | undefined;
  readonly calendar?: CalendarData | undefined;
  /** A live rehearsal: kept apart from real cases everywhere. */
  readonly rehearsal?: boolean | undefined;
  /** What another case, which led to this one, opens it with: trusted as Nodrift's own. */
  readonly first?: readonly Recorded[] | undefined;
  /** Present after continue-as-new, and in a case that is restored from the record. */
  readonly carried?: Carried | CarriedBefore | undefined;
}

/** With the policy and calendar it goes by. */
export type BegunCase = CaseInput & Required<Pick<CaseInput, 'policy' | 'calendar'>>;

/** Another case that one leads to: its id is made from the first's, so that opening it twice opens it once. */
export interface OpensCase {
  readonly id: string;
  readonly input: CaseInput;
}

/** What one case reports to the one it came from. */
export interface ReportsToCase {
  readonly kind: CaseKind;
  readonly ref: string;
  readonly event: Recorded;
}

/** What one case asks of another, and the event by which it knows that this was done. */
export interface AskOfOther {
  readonly done: Recorded;
  readonly opens?: OpensCase;
  readonly reports?: ReportsToCase;
}

/** Of what a case carries. A case carried by a newer release is not understood by an older one, which says so. */
export const CARRIED_VERSION = 2;

/** State that outlives a run. Plain JSON: `Map`, `Set` and `undefined` do not survive continue-as-new. */
export interface Carried {
  readonly version: typeof CARRIED_VERSION;
  /** The id of the event that opened the case. */
  readonly opening: string;
  readonly events: readonly Recorded[];
  /** How far people have been told, and what is planned for the morning: `ahead` is absent from releases before it was. */
  readonly told: ToldAndAhead;
  /** How many entries the record was given. */
  readonly revision: number;
  /** Up to which number of arrival the record has the events. */
  readonly kept: number;
}

/** What releases before 0.2 carried. */
export interface CarriedBefore {
  readonly opening?: string | undefined;
  readonly events: readonly Recorded[];
  /** Keys of the steps taken. */
  readonly taken: readonly string[];
  readonly settled: readonly string[];
  readonly revision: number;
}

/** What a case is opened with. */
export interface Opening {
  readonly file: CaseFile;
  readonly events: readonly Recorded[];
}

/**
 * Sent with the start of a case, whose input holds the same; answered when the record has claimed the reference. Sent again, or to a case that
 * runs, it gives the first answer where file and events are the same.
 * Fails with `Refused`, or with `CaseExists` where the reference means something else.
 */
export const open = defineUpdate<RecordAnswer, [Opening]>('open');
/** What Nodrift itself records: addresses refused, reports between cases, policies and calendars applied. No client offers it. */
export const note = defineUpdate<RecordAnswer, [readonly Recorded[]]>('note');
/** One or more events, all or none. */
export const record = defineUpdate<RecordAnswer, [readonly Recorded[]]>('record');
/** Continue as new now, on the version that is current: sent to every case by a roll-out. */
export const renew = defineSignal('renew');
/** At a moment: a query sees the time of the case's last task, which may be weeks ago. A rehearsal's own clock goes before. */
export const owedQuery = defineQuery<OwedAnswer, [at?: Instant]>('owed');
/** Who belongs to the case: those who type may name them by name or address. */
export const peopleQuery = defineQuery<readonly KnownPerson[]>('people');
export const historyQuery = defineQuery<HistoryAnswer>('history');
/** Why the case would refuse these events at a moment, null where it would not. Nothing is recorded. */
export const refusalQuery = defineQuery<WouldRefuse | null, [readonly Recorded[], at: Instant]>('refusal');

/** A paper for a meeting, made when it is asked for; what there is none of, in one line. */
export const paperQuery = defineQuery<
  Paper | { readonly fault: string },
  [name: string, meeting: MeetingId, at: Instant]
>('paper');

/** The id of the event that a person's address is dead, found when a notice was sent. */
export const refusedId = (person: PersonId, notice: string): string =>
  `address-refused/${person}/${notice.replace(/[^A-Za-z0-9._/:-]/g, '.')}`.slice(0, 120);

/**
 * The workflow that puts a policy or a calendar in force and takes it to every running case of its authority. No case: it has no search
 * attributes.
 */
export const APPLY = 'applyToCases';

/** What is put in force: a policy, or an authority's own days. */
export type Change =
  | {
      readonly policy: Policy;
      /** Limits that are open move to the new figures too, never later. */
      readonly reproject?: boolean | undefined;
      /** The hash of the policy that it was made from: where another one is in force by now, it is refused. */
      readonly replaces?: string | undefined;
    }
  | { readonly days: OwnDays };

export interface ApplyInput {
  readonly authority: string;
  readonly change: Change;
  /** Who applies it: kept in the record beside it. */
  readonly by: string;
}

/** What has been put in force, as running cases are told of it. */
export interface ToTell {
  readonly authority: string;
  /** One event for every case, under one id: a case takes it once. */
  readonly event: ChangeEvent;
  /** Stands for the event's content: a case that began with this policy has nothing to learn. */
  readonly content: string;
}

export interface ChangeEvent {
  readonly id: string;
  readonly event: EventOf<'policy-changed'> | EventOf<'calendar-changed'>;
}

/** What became of one case. */
export interface Reached {
  readonly caseId: string;
  readonly outcome: 'took' | 'closed' | 'refused' | 'unanswered';
  /** Why not. */
  readonly why?: string | undefined;
}

export interface ApplyResult {
  /** The id of the event by which cases were told. */
  readonly event: string;
  /** Cases that took the change now. */
  readonly took: number;
  /** Cases that had it before: from an earlier run, or because they began with it. */
  readonly before: number;
  /** Ended between being listed and being reached. */
  readonly closed: readonly string[];
  /** Still without it, each with why: at most 1,000 of them. */
  readonly stragglers: readonly { readonly caseId: string; readonly why: string }[];
  readonly stragglersInAll: number;
}

/** The workflow that reads what is in force. Short, and no case. */
export const IN_FORCE = 'inForce';

/** One policy or calendar of an authority's history. */
export interface AppliedLine {
  /** 0 is what is shipped. */
  readonly number: number;
  /** Of a calendar: the last day its bank holidays are known for. */
  readonly version: string;
  readonly hash: string;
  /** Null for what is shipped. */
  readonly from: Instant | null;
  readonly by: string | null;
}

/** What an authority has had in force, oldest first: the last of each list is in force now. */
export interface InForceAnswer {
  readonly authority: string;
  readonly policies: readonly AppliedLine[];
  readonly calendars: readonly AppliedLine[];
  /** Whole, where one authority was asked for. */
  readonly now?: { readonly policy: Policy; readonly calendar: CalendarData } | undefined;
}

/** The failure types of what cannot be put in force or read. */
export const NOT_IN_FORCE: readonly string[] = ['NoPolicy', 'VersionTaken', 'Unfit', 'PolicyError'];

/** The workflow that brings cases back from the record. Short, and no case. */
export const RESTORE = 'restoreCases';

export interface RestoreInput {
  /** Absent for every case of the record that is open, or was closed of late. */
  readonly caseId?: string | undefined;
  /** The case is opened again although it is closed, to be corrected (L1). */
  readonly reopen?: boolean | undefined;
}

/** What became of one case. */
export interface RestoredCase {
  readonly caseId: string;
  /** `runs`: it runs and lacks nothing, so it was left alone. `cannot`: not by this command. `unanswered`: to be asked again. */
  readonly outcome: 'restored' | 'runs' | 'closed' | 'unknown' | 'cannot' | 'unanswered';
  /** In words: what had become of it, or why it was not restored. */
  readonly why?: string | undefined;
}

export interface RestoreResult {
  readonly restored: number;
  readonly runs: number;
  readonly closed: number;
  /** Neither restored nor well nor closed. */
  readonly left: number;
  /** Those that do not run already, at most 1,000 of them; where one was asked for, that one. */
  readonly cases: readonly RestoredCase[];
}

/** The workflow that erases a case for good. Short, and no case. */
export const ERASE = 'eraseCase';
export const eraseWorkflowId = (caseId: string): string => `erase/${caseId}`;

export interface EraseInput {
  /** On the record's list of erasures already: who asked, when and why stands there. */
  readonly caseId: string;
}

/** The workflow that opens the cases of an import. No case. */
export const IMPORT = 'importCases';
export const importWorkflowId = (id: string): string => `nodrift-import/${id}`;

/** The workflows of the morning round, and the schedule that begins it. No cases. */
export const ROUND = 'round';
export const NEXT_ROUND = 'nextRound';
export const ROUND_SCHEDULE = 'nodrift-round';
/** London time. */
export const SENDS_AT = '08:00';

export interface RoundInput {
  /** By hand: `now` takes what is due, `today` also what is due by eight this morning. Absent where the schedule asks: then it waits until eight. */
  readonly asked?: 'now' | 'today' | undefined;
}

/** What became of the mails of a round. */
export interface RoundCounts {
  readonly mails: number;
  readonly notices: number;
  readonly accepted: number;
  /** Tried again by the sweepers. */
  readonly waiting: number;
  readonly refused: number;
}

export interface RoundResult extends RoundCounts {
  readonly until: Instant;
}

/** What the next round would send to each reader: ids and counts, no name and no address. */
export interface RoundPreview {
  readonly until: Instant;
  readonly readers: number;
  readonly items: number;
  /** Most items first, at most 1,000 readers. */
  readonly lines: readonly {
    /** The reader's ids in the cases they are told of. */
    readonly people: readonly string[];
    readonly items: number;
    readonly kinds: Readonly<Record<string, number>>;
    readonly cases: readonly string[];
  }[];
}

/** The workflows that take the staff directory to running cases, and hand over those of a worker. No cases. */
export const TELL_OF_STAFF = 'tellOfStaff';
export const HAND_OVER = 'handOver';
/** The directory has changed again. */
export const moreToTell = defineSignal('moreToTell');

/** The workflow that delivers to one listener of webhooks. No case. */
export const WEBHOOK = 'webhook';
export const webhookWorkflowId = (id: string): string => `nodrift-webhooks/${id}`;
/** Something is due for it. */
export const wakeWebhook = defineSignal('wake');

/** The only failure type of a refusal; any other rejection of an update is a bug. */
export const REFUSED = 'Refused';
/** The reference belongs to another case, or this one began with something else. */
export const CASE_EXISTS = 'CaseExists';

/** Registered before a worker starts. No personal data: they are stored in clear text. */
export const SEARCH_ATTRIBUTES = {
  authority: defineSearchAttributeKey('NodriftAuthority', 'KEYWORD'),
  team: defineSearchAttributeKey('NodriftTeam', 'KEYWORD'),
  family: defineSearchAttributeKey('NodriftFamily', 'KEYWORD'),
  kind: defineSearchAttributeKey('NodriftKind', 'KEYWORD'),
  nextLimit: defineSearchAttributeKey('NodriftNextLimit', 'DATETIME'),
  late: defineSearchAttributeKey('NodriftLate', 'KEYWORD_LIST'),
  policy: defineSearchAttributeKey('NodriftPolicy', 'KEYWORD'),
} as const;

/** What a case is found by from its first moment; a rehearsal carries an authority of its own, so that nobody takes it for a real case. */
export const openingAttributes = ({
  file,
  rehearsal,
}: Pick<CaseInput, 'file' | 'rehearsal'>): SearchAttributePair[] => [
  { key: SEARCH_ATTRIBUTES.authority, value: rehearsal ? rehearsalAuthority(file.authority) : file.authority },
  { key: SEARCH_ATTRIBUTES.kind, value: file.kind },
  ...(file.team === undefined ? [] : [{ key: SEARCH_ATTRIBUTES.team, value: file.team }]),
  ...(file.family === undefined ? [] : [{ key: SEARCH_ATTRIBUTES.family, value: file.family }]),
];

/** What Temporal UI calls a case: its kind and whose it is. Of whom stands in no summary. */
export const caseSummary = ({ file, rehearsal }: Pick<CaseInput, 'file' | 'rehearsal'>): string =>
  `${rehearsal ? 'rehearsal of a ' : ''}${file.kind.replaceAll('-', ' ')} case, ${file.authority}`;
