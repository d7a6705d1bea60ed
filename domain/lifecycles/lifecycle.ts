// What a plan is to the rest of the product: one object, which answers what its case begins with, owes, leads to and ends with.

import type { Agreed } from '../case/agreed-actions.ts';
import type { CaseEvent, EventType } from '../case/events.ts';
import type { Case, Dated } from '../case/facts.ts';
import type { CaseKind, MeetingKind, MeetingOf } from '../case/kinds.ts';
import type { PersonId, Rule } from '../case/model.ts';
import type { Arisen } from '../duties/arisen.ts';

export interface Lifecycle {
  readonly kind: CaseKind;
  /** What Temporal calls a workflow of this kind. Running cases carry the name: it never changes. */
  readonly workflowType: string;
  /** Ends the reference of a case of this kind that another case leads to: `BC-2041-CP`. Never changes either. */
  readonly suffix: string;
  /** The events a case of this kind begins with, the usual one first. */
  readonly opensWith: readonly [EventType, ...EventType[]];
  readonly meetings: Readonly<Partial<Record<MeetingKind, MeetingTraits>>>;
  /** L9: which days say how a plan of this kind stood when it was brought in; without them none is. */
  readonly broughtIn?: BroughtIn;
  /** Every duty that ever arose, done or open, beside those that follow any meeting. */
  readonly duties: (c: Case) => Arisen[];
  /** The day the plan came to its end; undefined while it runs. */
  readonly ended: (c: Case) => Dated | undefined;
  /** The cases that one of this kind leads to. */
  readonly leadsTo?: (c: Case) => readonly Lead[];
  /** What it reports to the case that led to it. */
  readonly reports?: (c: Case) => readonly Report[];
}

/** The lifecycle of one kind: it names every meeting of its kind, and no other. */
export interface LifecycleOf<Kind extends CaseKind> extends Lifecycle {
  readonly kind: Kind;
  readonly meetings: Readonly<Record<MeetingOf<Kind>, MeetingTraits>>;
}

type Day = 'strategyDiscussion' | 'conference' | 'referral' | 'planApproved' | 'consent' | 'lookedAfter' | 'planAgreed';

/** The days of a plan that is brought in, as `brought-in` names them. */
export interface BroughtIn {
  /** In the order in which they come. */
  readonly days: readonly [Day, ...Day[]];
  /** Those that come in no order. */
  readonly beside?: readonly Day[];
  /** One of these is there: limits count from it. */
  readonly needs: readonly [Day, ...Day[]];
  /** The day before which no meeting was held. */
  readonly meetingsFollow: Day;
}

/** What sets one kind of meeting apart from the others. */
export interface MeetingTraits {
  /** What it may decide; where absent, only to continue. */
  readonly outcomes?: readonly string[];
  /** R44: the plan is agreed at such a meeting. */
  readonly agreesPlan?: true;
  /** R147: it may be held by consultation. */
  readonly byConsultation?: true;
}

/** A case that another one leads to. */
export interface Lead {
  readonly kind: CaseKind;
  readonly arose: Dated;
  readonly rules: readonly Rule[];
  /** How that case begins: who recorded it, and on which day, follows. */
  readonly begins: {
    readonly type: EventType;
    readonly members?: readonly PersonId[];
    readonly outcome?: 'child-in-need';
    /** What is still to be done, and goes on there. */
    readonly actions?: readonly Agreed[];
  };
  /** 2 for the second case of its kind. */
  readonly number?: number;
}

export interface Report {
  readonly to: { readonly kind: CaseKind; readonly ref: string };
  readonly arose: Dated;
  readonly rules: readonly Rule[];
  /** Told once, under this id. */
  readonly id: string;
  readonly event: CaseEvent;
  /** The event as it is when this was reported in error (L1). */
  readonly inError: CaseEvent;
}

/** `BC-2041-CP`, `BC-2041-CP-2`. References are unique for ever: made from the first case's, opening it twice opens it once. */
export const reference = (ref: string, { suffix }: Lifecycle, number = 1): string =>
  `${ref}-${suffix}${number === 1 ? '' : `-${number}`}`;
