// What can happen to a case: every event type with its fields, as types. The one place that reads them from outside is read-events.ts.
// An event is dated, says who recorded it, may give a reason, and is never edited, only followed.

import type { Policy } from '../policy/policy.ts';
import type { CalendarData, Instant, LocalDate, LocalDateTime } from '../time/calendar.ts';
import type { CaseKind, MeetingId, Person, PersonId } from './model.ts';

/** An event as it happened, with the id that makes recording it twice the same as once. */
export interface Recorded<E extends CaseEvent = CaseEvent> {
  /** The update's id in the workflow. */
  readonly id: string;
  /** When it was typed in; travels with the event, so that a replay or a reset changes nothing. */
  readonly recordedAt: Instant;
  /** Its number of arrival, from 1: given by the case when it takes the event, never by whoever sends it (L2). */
  readonly arrival?: number | undefined;
  /** When the case learned of it, where that is later than `recordedAt`: given by the case too. */
  readonly known?: Instant | undefined;
  readonly event: E;
}

interface Place {
  readonly start: LocalDateTime;
  readonly venue?: string | undefined;
  readonly minutes?: number | undefined;
  readonly chair?: PersonId | undefined;
}
/** Where and when a meeting is to be, as far as it is known: a gate asks for what lacks. */
type Fixed = Partial<Place>;
interface Told {
  readonly person: PersonId;
  /** `e-mail`, `post`, `in person`, or `withheld` with a reason, the person's own or the event's. */
  readonly how: string;
  readonly reason?: string | undefined;
}
type Of<Type extends string, Fields = unknown> = { readonly type: Type } & Common & Fields;
interface Common {
  readonly by: PersonId;
  readonly reason?: string | undefined;
}

export interface Held {
  readonly meeting: MeetingId;
  readonly on: LocalDate;
  readonly chair: PersonId;
  readonly minuteTaker: PersonId;
  readonly present: readonly PersonId[];
  readonly next?: Fixed | undefined;
  readonly planAgreed?: boolean | undefined;
  readonly scaling?: number | undefined;
  readonly outcome?: string | undefined;
  readonly mode?: 'meeting' | 'consultation' | undefined;
  readonly consulted?: readonly PersonId[] | undefined;
  readonly noSignificantChange?: boolean | undefined;
  /** R146: the plan was amended; it is then passed on. */
  readonly planAmended?: boolean | undefined;
  /** R100, R138: membership and frequency as a review recorded them. */
  readonly members?: readonly PersonId[] | undefined;
  readonly everyDays?: number | undefined;
  /** R84, R85: whether core groups would help a looked after child, asked at each review. */
  readonly coreGroupNeeded?: boolean | undefined;
  /** What the checklist of this kind of meeting asks and was done (checklists.ts). */
  readonly confirmed?: readonly string[] | undefined;
}

export type CaseEvent =
  | Of<'strategy-discussion-held', { readonly on: LocalDate }>
  | Of<
      'conference-held',
      {
        readonly on: LocalDate;
        readonly outcome: 'plan' | 'no-plan';
        readonly members?: readonly PersonId[] | undefined;
        readonly firstCoreGroup?: Fixed | undefined;
        readonly confirmed?: readonly string[] | undefined;
      }
    >
  | Of<
      'meeting-booked' | 'meeting-moved',
      Place & {
        readonly meeting: MeetingId;
        /** R13, R95–R97, R122, R131: what was considered about place and time. */
        readonly considered?: readonly string[] | undefined;
        /** R124: consultation documents go out with the invitations to a review. */
        readonly consultationDocuments?: boolean | undefined;
      }
    >
  | Of<'meeting-cancelled' | 'meeting-not-held', { readonly meeting: MeetingId }>
  | Of<
      'apologies-received',
      {
        readonly meeting: MeetingId;
        readonly person: PersonId;
        readonly representative?: string | undefined;
        readonly writtenReport?: { readonly agreedBy?: PersonId | undefined } | undefined;
      }
    >
  | Of<'meeting-held', Held>
  | Of<'minutes-received', { readonly meeting: MeetingId; readonly on: LocalDate }>
  | Of<'minutes-distributed' | 'family-told', { readonly meeting: MeetingId; readonly to: readonly Told[] }>
  | Of<
      'action-agreed',
      {
        readonly id: string;
        readonly owner?: PersonId | undefined;
        readonly due?: LocalDate | undefined;
        /** R66: the work, measured apart from its outcome. */
        readonly activity?: string | undefined;
      }
    >
  | Of<
      'action-done',
      { readonly id: string; readonly outcome?: string | undefined; readonly on?: LocalDate | undefined }
    >
  | Of<'decision-recorded', { readonly about?: string | undefined; readonly decision?: string | undefined }>
  | Of<'person-joined', { readonly person: PersonId | Person; readonly on?: LocalDate | undefined }>
  | Of<'person-updated', { readonly person: Person; readonly on?: LocalDate | undefined }>
  | Of<'person-left', { readonly person: PersonId; readonly on?: LocalDate | undefined }>
  | Of<
      'case-reallocated',
      { readonly to: PersonId; readonly team?: string | undefined; readonly on?: LocalDate | undefined }
    >
  | Of<
      'cover-arranged',
      { readonly person: PersonId; readonly from: LocalDate; readonly until: LocalDate; readonly cover: PersonId }
    >
  | Of<'referral-received', { readonly on: LocalDate }>
  | Of<
      'assessment-completed',
      {
        readonly on: LocalDate;
        readonly outcome: string;
        /** R86: whether it concludes that services are needed under section 17; so unless said otherwise. */
        readonly familySupport?: boolean | undefined;
      }
    >
  | Of<
      'plan-proposed',
      {
        readonly members?: readonly PersonId[] | undefined;
        readonly everyDays?: number | undefined;
        /** R90: the child and parents with whom the attendees were discussed first. */
        readonly discussedWith?: readonly PersonId[] | undefined;
        readonly confirmed?: readonly string[] | undefined;
        readonly on?: LocalDate | undefined;
      }
    >
  | Of<'plan-approved', { readonly on?: LocalDate | undefined }>
  | Of<'consent-given' | 'consent-withdrawn' | 'engagement-attempted', { readonly on?: LocalDate | undefined }>
  | Of<'strategy-considered', { readonly outcome: string; readonly on?: LocalDate | undefined }>
  | Of<'closure-discussed', { readonly with: readonly PersonId[]; readonly on?: LocalDate | undefined }>
  | Of<'closure-endorsed', { readonly meeting: MeetingId }>
  | Of<'closure-approved', { readonly after?: 'supervision' | undefined; readonly on?: LocalDate | undefined }>
  | Of<
      'closure-letter-sent',
      {
        readonly to: readonly PersonId[];
        readonly contactAgain?: unknown;
        readonly supportAgencies?: unknown;
        readonly on?: LocalDate | undefined;
      }
    >
  | Of<'closure-notified', { readonly person: PersonId; readonly how: string; readonly on?: LocalDate | undefined }>
  | Of<
      'case-closed',
      {
        readonly on?: LocalDate | undefined;
        /** R162: remaining needs are met by universal services. */
        readonly stepDown?: 'universal-services' | undefined;
      }
    >
  | Of<'became-looked-after', { readonly on: LocalDate; readonly members?: readonly PersonId[] | undefined }>
  | Of<'ceased-looked-after', { readonly on: LocalDate }>
  | Of<
      'papers-provided',
      { readonly meeting: MeetingId; readonly documents: readonly string[]; readonly on?: LocalDate | undefined }
    >
  | Of<'plan-circulated', { readonly meeting: MeetingId; readonly to: readonly Told[] }>
  | Of<'case-opened' | 'case-told', { readonly kind: CaseKind; readonly ref: string }>
  | Of<
      'child-protection-decided',
      { readonly on: LocalDate; readonly outcome: 'plan' | 'no-plan'; readonly ref: string }
    >
  | Of<'address-refused', { readonly person: PersonId; readonly code: string }>
  | Of<'plan-ended', { readonly on: LocalDate; readonly next?: 'child-in-need' | 'none' | undefined }>
  | Of<'policy-changed', { readonly policy: Policy; readonly reproject?: boolean | undefined }>
  | Of<'calendar-changed', { readonly calendar: CalendarData }>;

export type EventType = CaseEvent['type'];
export type EventOf<T extends EventType> = Extract<CaseEvent, { readonly type: T }>;
