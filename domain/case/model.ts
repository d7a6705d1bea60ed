// The words of the domain as types: people, meetings, duties, steps. No behaviour. Everything of ours may import it.

import type { Instant, LocalDate, LocalDateTime } from '../time/calendar.ts';
import type { CaseKind } from './kinds.ts';

export { CASE_KINDS, type CaseKind, type MeetingKind } from './kinds.ts';

/** `core-group-3`; the initial conference happens once and has no number. */
export type MeetingId = string & { readonly __brand: 'MeetingId' };
/** `social-worker`, `parent`, …: stable keys; the words people read are the policy's labels. */
export type Role = string;
export type PersonId = string;
/** A rule of docs/rules.md: `R63`. */
export type Rule = string;
/** `hold/core-group-3`: what is owed, as a path. */
export type DutyKey = string;

/** Somebody of the case, or a manager of somebody of the case. Members are named by the conference, the plan or `person-joined`. */
export interface Person {
  readonly id: PersonId;
  readonly name: string;
  readonly role: Role;
  readonly agency?: string | undefined;
  readonly email?: string | undefined;
  /** Their line manager's id. The social worker's is the case's manager. */
  readonly manager?: PersonId | undefined;
  /** Children and family: `email` where e-mail is safe for them, `email-and-calendar` where they asked for calendar entries too. */
  readonly contact?: string | undefined;
  /** Their telephone number. The social worker's stands in mails to the family: whom to ring. */
  readonly phone?: string | undefined;
  readonly needs?: Needs | undefined;
  /** Their id in the authority's staff directory: name, agency, email, manager and phone are what it says (staff.ts). */
  readonly staff?: string | undefined;
}

/** What somebody needs so that they can take part, and read what they are given: shown to the social worker. */
export interface Needs {
  /** The language. */
  readonly interpreter?: string | undefined;
  readonly format?: 'large-print' | 'easy-read' | 'braille' | 'audio' | 'translated' | undefined;
}

/** What a case is opened with, beside its first event. */
export interface CaseFile {
  /** Opaque reference, `^[A-Za-z0-9][A-Za-z0-9-]*$`; unique for ever. */
  readonly ref: string;
  readonly kind: CaseKind;
  readonly authority: string;
  readonly people: readonly Person[];
  /** Siblings share it. */
  readonly family?: string | undefined;
  readonly team?: string | undefined;
}

/** Somebody as a case is told of them whom the staff directory knows: name, address, manager and telephone are its own, and the role unless it is given. */
export interface NamedByStaff extends Pick<Person, 'id' | 'contact' | 'needs'> {
  readonly staff: string;
  readonly role?: Role | undefined;
}

/** A case file as it is sent. */
export interface GivenFile extends Omit<CaseFile, 'people'> {
  readonly people: readonly (Person | NamedByStaff)[];
}

/** One booking of a meeting; moving it makes a new one with the next edition. */
export interface Booking {
  /** The id of the event that made it: part of the key of every step that speaks of it. */
  readonly edition: string;
  /** How many were made before it: calendar entries count their changes by it. */
  readonly sequence: number;
  readonly start: LocalDateTime;
  /** Undefined while it is not fixed. */
  readonly venue?: string | undefined;
  /** How long it lasts, in minutes. */
  readonly minutes: number;
  readonly chair?: PersonId | undefined;
  readonly known: Instant;
}

/** Something somebody owes. A pure function of the events, the policy and the calendar; never opened or closed by hand. */
export interface Duty {
  readonly key: DutyKey;
  readonly meeting: MeetingId | null;
  readonly owner: PersonId;
  /** Owed by whoever is the social worker at the time: a step goes to the one of its own moment. */
  readonly ownerIs?: 'social-worker' | undefined;
  /** The limit; null where no source and no authority sets one. */
  readonly due: LocalDate | null;
  /** The last open day on or before the limit. */
  readonly bookBy: LocalDate | null;
  /** Amber from the day after it, where the policy has a target tighter than the limit. */
  readonly target: LocalDate | null;
  /** The day it arose: its event's own date, whenever that was typed in. */
  readonly arises: LocalDate;
  /** When the case learned of it, or learned that it is open again. */
  readonly known: Instant;
  /** Which ladder of the policy it climbs. */
  readonly ladder: string;
  /**
   * The id of the event that set its booking or its limit, or that lost its booking; empty where nothing did but what it counts from. Never a count:
   * withdrawing one booking must not give another's steps its keys.
   */
  readonly edition: string;
  readonly rules: readonly Rule[];
  /** What the ladder's words `minute-taker` and `chair` mean here. */
  readonly minuteTaker?: PersonId | undefined;
  readonly chair?: PersonId | undefined;
  /** No step after this moment: the meeting began. */
  readonly ends?: Instant | undefined;
  /** Which rungs are quiet: a meeting that is booked is not reminded of, one booked too late is still chased; what Nodrift itself does is not asked for at once. */
  readonly quiet?: 'at-once' | 'before' | 'all' | undefined;
}

export type NoticeKind =
  | 'invitation'
  | 'change'
  | 'cancellation'
  | 'reminder'
  | 'chase'
  | 'escalation'
  | 'decision'
  | 'information';

/** What a notice is about, where its kind does not say; mails choose their words by it. */
export type Why =
  /** A cancellation for whoever left the case: the meeting goes on. */
  | 'left'
  /** A cancellation for everybody: no new date follows. */
  | 'plan-ended'
  /** The same where the case itself ended: no word of why. */
  | 'case-ended'
  /** A gate was passed with a reason; `about` is who gave it. */
  | 'departure'
  | 'booked-late'
  /** The family is to be told of a meeting that is cancelled. */
  | 'called-off'
  /** What somebody was told is no longer so: something was recorded wrongly, and is put right. */
  | 'put-right'
  /** A plan ended without a review conference. */
  | 'ended-early'
  /** What by a correction is late, and was not. */
  | 'late-by-correction'
  /** The case went to this social worker, or, for the manager, to another one; `open` is what is owed. */
  | 'taken-over'
  | 'passed-on'
  /** What somebody is to do goes on in this case, since the plan it was agreed under ended; `open` is what. */
  | 'carried'
  /** What a scale says is much worse than at the meeting before. */
  | 'scale-fell'
  /** A running plan was brought in; `open` is what was late already. */
  | 'brought-in'
  /** To the manager it was with: the case is another manager's now. */
  | 'given-away'
  /** A changed calendar moved limits, or made a holiday of a booked day. */
  | 'calendar'
  /** A booked meeting did not take place. */
  | 'not-held'
  /** Apologies of the social worker, without whom a meeting may not go ahead. */
  | 'no-social-worker'
  /** `about` says that it is not theirs to do; `whose` is whom they name. */
  | 'not-mine'
  /** A later date is asked for, or was agreed, or not. */
  | 'later-date-asked'
  | 'later-date-answered'
  /** `about` needs help to come to a meeting. */
  | 'help-asked'
  /** What a manager was told of as not done was recorded as done by a link in a mail; `about` did. */
  | 'by-link';

/** One rung of a ladder for one person: when to tell whom what. */
export interface Step {
  /** Duty, rung's stable name, repeat number, recipient, edition: taken at most once. */
  readonly key: string;
  /** Of a rung of the duty's ladder: that of the duty. Absent for what stands on none. */
  readonly edition?: string | undefined;
  readonly at: Instant;
  readonly kind: NoticeKind;
  /** Null for what belongs to no duty. */
  readonly duty: DutyKey | null;
  readonly meeting: MeetingId | null;
  readonly to: PersonId;
  readonly rung: string;
  /** 0 for a rung; of what is said each week after the last one, how many weeks after that in which the duty arose. */
  readonly repeat: number;
  readonly due: LocalDate | null;
  /** The booking it speaks of, for calendar entries and wording. */
  readonly booking?: Booking | undefined;
  /** Somebody it is told for: an absent colleague, a family member, a member of staff. */
  readonly about?: PersonId | undefined;
  /** Whom `about` names as the one who owes it. */
  readonly whose?: PersonId | undefined;
  /** An escalation: until when whoever owes it asked to wait. */
  readonly waits?: LocalDate | undefined;
  readonly rules: readonly Rule[];
  /** What happened, in words that hold no personal data; for information and decisions. */
  readonly text?: string | undefined;
  readonly why?: Why | undefined;
  /** Apologies: who or what comes in place of `about`; undefined while nobody does. */
  readonly standIn?: 'representative' | 'report' | undefined;
  /** What else of the same meeting is asked of the same person at the same time: one notice for all (L15). */
  readonly also?:
    | readonly Pick<Step, 'key' | 'kind' | 'duty' | 'meeting' | 'due' | 'rung' | 'repeat' | 'booking' | 'waits'>[]
    | undefined;
  /** What is owed on a case that goes to another social worker, the earliest limit first. */
  readonly open?: readonly Pick<Duty, 'key' | 'due'>[] | undefined;
}
