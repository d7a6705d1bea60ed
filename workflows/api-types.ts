// What a case answers, as plain types: whoever uses the client reads them, so nothing of Temporal stands behind them.

import type { Recorded } from '../domain/case/events.ts';
import type { Departure } from '../domain/case/facts.ts';
import type { CaseKind, DutyKey, MeetingId, Person, PersonId, Role, Rule } from '../domain/case/model.ts';
import type { Attendance } from '../domain/case/who-came.ts';
import type { MovedLimit } from '../domain/duties/moved-limits.ts';
import type { Ring } from '../domain/notices/notice.ts';
import type { Instant, LocalDate, LocalDateTime } from '../domain/time/calendar.ts';

/** One duty as people ask for it. */
export interface OwedDuty {
  readonly duty: DutyKey;
  readonly meeting: MeetingId | null;
  readonly owner: PersonId;
  readonly role: Role;
  /** Who may answer for it: its owner, and whoever stands in for them or gets what is theirs. Absent from releases before 0.2. */
  readonly askedOf?: readonly PersonId[] | undefined;
  readonly due: LocalDate | null;
  readonly bookBy: LocalDate | null;
  readonly target: LocalDate | null;
  readonly late: boolean;
  readonly rules: readonly Rule[];
}

export interface OwedAnswer {
  readonly ref: string;
  readonly kind: CaseKind;
  readonly duties: readonly OwedDuty[];
  readonly next: { readonly at: Instant; readonly summary: string } | null;
  readonly ended: LocalDate | null;
  /** The family has withdrawn consent and nothing was decided since: the clocks go on (R70). */
  readonly consentWithdrawn: boolean;
}

export interface HistoryAnswer {
  readonly events: readonly Recorded[];
  readonly departures: readonly Departure[];
  /** R10: the answers to the scaling question, as they developed. */
  readonly scaling: readonly { readonly meeting: MeetingId; readonly on: LocalDate; readonly score: number }[];
  /** L20: who came to each meeting, and how. */
  readonly attendance: readonly {
    readonly meeting: MeetingId;
    readonly on: LocalDate;
    readonly people: readonly Attendance[];
  }[];
  /** Everything that was done, with its limit. */
  readonly done: readonly {
    readonly duty: DutyKey;
    readonly due: LocalDate | null;
    readonly on: LocalDate;
    readonly late: boolean;
    /** Nobody said so: what was recorded after it could not have been otherwise (L23). */
    readonly implied?: boolean | undefined;
  }[];
  /** Limits that a changed policy or calendar, or a correction, moved, the old date beside the new. */
  readonly moved: readonly MovedLimit[];
  /** How each meeting stands. Absent from cases that run on releases before 0.3. */
  readonly meetings?: readonly MeetingNow[] | undefined;
  /** What checklists asked and nobody has answered, by event. Absent as the next. */
  readonly unanswered?: RecordAnswer['asks'] | undefined;
  /** What was put right (L1): events that do not stand as they were recorded. Absent from cases that run on releases before 0.2. */
  readonly putRight?: readonly PutRightEvent[] | undefined;
}

/** A meeting as the case knows it now. */
export interface MeetingNow {
  readonly meeting: MeetingId;
  /** The booking that stands. */
  readonly start?: LocalDateTime | undefined;
  readonly venue?: string | undefined;
  readonly held: LocalDate | null;
  /** Who cannot come. */
  readonly apologies: readonly { readonly person: PersonId; readonly represented: boolean }[];
  /** Who has its minutes. */
  readonly distributed: readonly PersonId[];
  /** Who has still to be given them. */
  readonly without: readonly PersonId[];
  /** The family who are told by letter or by word, of what, and who of them is not told yet. Absent where there are none, and of releases before 0.3. */
  readonly byWord?: ByWord | undefined;
}

/** What the family without safe e-mail are to be told of a meeting: its date, its new one, or that it does not take place. */
export interface ByWord {
  readonly what: 'invitation' | 'change' | 'cancellation';
  readonly start: LocalDateTime;
  readonly venue?: string | undefined;
  readonly people: readonly PersonId[];
  readonly left: readonly PersonId[];
}

/** An event that something stands in place of, or that was taken back. */
export interface PutRightEvent {
  readonly event: string;
  readonly standing: 'replaced' | 'withdrawn';
  /** The id of what did it, and who, when and why. */
  readonly by: string;
  readonly person: PersonId;
  readonly at: Instant;
  readonly reason: string;
}

/** Somebody of a case, as it knows them now. */
export interface KnownPerson extends Person {
  /** Of the plan, today. */
  readonly member: boolean;
  /** The case's own, today. */
  readonly socialWorker: boolean;
  /** Has left the case, and has not come back. Absent from cases that run on releases before 0.2. */
  readonly left?: boolean | undefined;
  /** The one whom the family rings now, and as what. Absent of releases before 0.3. */
  readonly familyRings?: Ring['as'] | undefined;
}

/** What recording answers, the first time and every time the same event is sent again. */
export interface RecordAnswer {
  readonly recorded: readonly string[];
  /** Accepted all the same: gates that warn, and those passed with a reason. */
  readonly warnings: readonly { readonly event: string; readonly rule: Rule; readonly message: string }[];
  /** What the checklists ask and the event did not answer. */
  readonly asks: readonly {
    readonly event: string;
    readonly item: string;
    readonly rules: readonly Rule[];
    readonly ask: string;
  }[];
}

/** What a case says of events it would not take. */
export interface WouldRefuse {
  readonly rule: Rule | null;
  readonly message: string;
}
