// What a case hands to the world: notices to deliver and what to keep in the record. Plain JSON; workflows and activities share it.

import type {
  CaseFile,
  CaseKind,
  DutyKey,
  MeetingId,
  Needs,
  Person,
  PersonId,
  Role,
  Rule,
  Step,
} from '../case/model.ts';
import type { MovedLimit } from '../duties/moved-limits.ts';
import type { Policy } from '../policy/policy.ts';
import type { CalendarData, Instant, LocalDate } from '../time/calendar.ts';
import type { ToldAndAhead, Withdrawn } from './told.ts';

/** One message to one person: a step that is due, with the person as the case knows them now. */
export interface Notice extends Omit<Step, 'to' | 'about' | 'whose' | 'open'> {
  readonly to: Person;
  /** It waits for the morning round, and goes with all else its reader gets that morning. */
  readonly round?: true | undefined;
  /** Told in quiet hours, it is not sent before. */
  readonly notBefore?: Instant | undefined;
  readonly about?: (Somebody & { readonly id: PersonId }) | undefined;
  /** Whom `about` names as the one who owes it. */
  readonly whose?: Somebody | undefined;
  /** Who owes what this speaks of: one who owes it is asked to do it, one who gets a copy to help. */
  readonly owes?: Owes | undefined;
  /** R70: consent is withdrawn and nothing was decided since; what is owed goes on, and says so. */
  readonly consentWithdrawn?: boolean | undefined;
  /** Which of the roles it names are family by the case's own policy. Absent from releases before 0.2: the installed policy decides then. */
  readonly family?: readonly Role[] | undefined;
  /** What the meeting's checklist asks. */
  readonly asks?: readonly string[] | undefined;
  /** With the checklist: who is asked to come, and who sent apologies. */
  readonly expected?: readonly Expected[] | undefined;
  /** An invitation, or a change: who is asked to come, by role, for the calendar entry. */
  readonly asked?: readonly Role[] | undefined;
  /** R40: whom of their staff a line manager is told of. */
  readonly staff?: readonly Somebody[] | undefined;
  /** Who is to be told, where no e-mail is safe: the family by their roles. */
  readonly untold?: readonly Role[] | undefined;
  /** What those of them need who said so. */
  readonly needs?: readonly (Somebody & Needs)[] | undefined;
  /** A family member is told whom to ring: the social worker, or whoever stands in for them. */
  readonly ring?: Ring | undefined;
  /** Who answers what is written back: the social worker; the manager, where it goes to the social worker. One of staff, never of the family. */
  readonly replyTo?: ReplyTo | undefined;
  /** What is owed on a case that goes to another social worker, with who owes it. */
  readonly open?:
    | readonly (NonNullable<Step['open']>[number] & { readonly whose?: Somebody | undefined })[]
    | undefined;
}

/** Somebody by role; by name too in what goes to staff of somebody who is staff. The name of a child or of the family is never here. */
export interface Somebody {
  readonly role: Role;
  readonly name?: string | undefined;
}

export interface Expected extends Somebody {
  /** Sent apologies, and who or what comes in their place. */
  readonly instead?: 'nobody' | 'representative' | 'report' | undefined;
  /** Has said that they come. Absent from releases before 0.2, as what nobody has said is. */
  readonly coming?: boolean | undefined;
}

export interface Owes extends Somebody {
  /** Whoever this notice goes to owes it, or stands in for who does. */
  readonly you: boolean;
  /** An escalation: who else is told of it. */
  readonly alsoTold?: readonly Somebody[] | undefined;
  /** An escalation: on which days it was asked for before, in order. */
  readonly askedOn?: readonly LocalDate[] | undefined;
}

export interface ReplyTo {
  readonly name: string;
  readonly address: string;
}

export interface Ring {
  readonly name: string;
  readonly phone?: string | undefined;
  /** The social worker may be away, or have left. */
  readonly as: 'social-worker' | 'cover' | 'manager';
}

/** Which case speaks. `opening` is the id of the event that opened it: ledger keys hold it, so a reference is never confused with an older one. */
export interface CaseIdentity {
  /** Workflow id, `child-protection/BC-2041`. */
  readonly id: string;
  readonly ref: string;
  readonly kind: CaseKind;
  readonly authority: string;
  readonly team: string | null;
  readonly family: string | null;
  readonly opening: string;
  /** True for a live rehearsal: kept out of rounds, boards and indicators, and refused by any relay but the embedded inbox. */
  readonly rehearsal: boolean;
}

/** One event as the record keeps it, append-only. */
export interface EventRow {
  readonly id: string;
  readonly type: string;
  /** The event's own date. */
  readonly on: LocalDate;
  readonly by: PersonId;
  readonly recordedAt: Instant;
  /** Its number of arrival, from 1. Absent from releases before it was given. */
  readonly arrival?: number | undefined;
  /** When the case learned of it, where that is not when it was recorded. */
  readonly known?: Instant | undefined;
  /** The whole event, as recorded. */
  readonly event: Readonly<Record<string, unknown>>;
}

/** One duty for the indicators: its limit beside what was done. */
export interface DutyRow {
  readonly key: DutyKey;
  readonly meeting: MeetingId | null;
  readonly owner: PersonId;
  readonly arises: LocalDate;
  readonly due: LocalDate | null;
  readonly bookBy: LocalDate | null;
  readonly target: LocalDate | null;
  /** The day it was done; null while it is owed. */
  readonly done: LocalDate | null;
  /** Ended without being done: the plan ended, the meeting was cancelled. */
  readonly lapsed: boolean;
  /** It was done or lapsed, and by a correction was never owed (L1). */
  readonly withdrawn?: true | undefined;
  /** Late before its plan was brought in, or of a case opened in error: no indicator counts it (L4, L9). */
  readonly uncounted?: true | undefined;
  readonly rules: readonly Rule[];
}

/** What a case was opened with: from this and its events it can be restored. */
export interface Opened {
  readonly file: CaseFile;
  readonly policy: Policy;
  readonly calendar: CalendarData;
}

/** Something an operator must hear of. `detail` holds ids and figures, never anything personal. */
export interface CaseAlert {
  readonly what:
    | 'cancel-asked' // somebody asked to cancel it in Temporal UI; it goes on
    | 'many-notices' // one moment had more notices than are handed over at once
    | 'state-large' // what it carries nears the size at which it refuses events
    | 'not-acknowledged' // another case refused what this one reported, or the answer to it was refused here
    | 'no-manager' // opened by another case, and nobody manages it who can be written to
    | 'reference-taken'; // opened by another case, under a reference that was used before
  readonly detail?: string | undefined;
}

/** What the record must know after a change. Written whole or not at all; writing it twice changes nothing. */
export interface RecordEntry {
  readonly case: CaseIdentity;
  /** How many events the case holds: an older entry never overwrites a newer one. */
  readonly events: number;
  /** Raised with every entry of a case; orders entries with the same number of events. */
  readonly revision: number;
  readonly newEvents: readonly EventRow[];
  /** All duties that are open, and those that were done, lapsed or withdrawn since the last entry. */
  readonly duties: readonly DutyRow[];
  /** Limits that a changed policy or calendar, or a correction, among the new events moved: the old date beside the new. */
  readonly moved?: readonly MovedLimit[] | undefined;
  readonly nextStep: { readonly at: Instant; readonly summary: string } | null;
  readonly status: 'open' | 'ended' | 'closed';
  readonly policy: string;
  /** With the first entry of a case alone. */
  readonly opened?: Opened | undefined;
  /** Absent from releases before it was kept. */
  readonly told?: ToldAndAhead | undefined;
  readonly alerts?: readonly CaseAlert[] | undefined;
}

/** Input of the activity `deliver`. */
export interface Delivery {
  readonly entry: RecordEntry;
  readonly notices: readonly Notice[];
  /** Planned for a morning to come, and no longer wanted. Taken back first: the same key may be among the notices again, saying something else. */
  readonly withdrawn?: readonly Withdrawn[] | undefined;
  /** The case's clock, which in a rehearsal is not the machine's: whatever a mail dates is dated by it. */
  readonly now: Instant;
}

/** What became of one notice. `refused` is a dead address and nothing else; `deferred` will be tried again by the sweeper. */
export interface Outcome {
  readonly key: string;
  readonly to: PersonId;
  readonly outcome: 'accepted' | 'deferred' | 'refused';
  /** `5.1.1`, `no-address`, `ETIMEDOUT`, …; never text of the relay. */
  readonly code?: string | undefined;
}
