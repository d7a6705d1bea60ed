// An authority's figures, gates and ladders: the shape of a policy. Data is in policies/*.json, read by read-policy.ts;
// the whole policy travels in a case's state, so nothing that decides is read from a file while a case runs.

import { type MeetingKind, PLAN_LIMITS } from '../case/kinds.ts';
import type { NoticeKind, Role, Rule } from '../case/model.ts';
import type { ShownInPart } from '../documents/paper.ts';
import type { Period } from '../time/calendar.ts';

/** `refuse`; `reason`: refused unless the event gives one; `warn`: accepted, shown, recorded; `off`. */
export type GateLevel = 'refuse' | 'reason' | 'warn' | 'off';

/** A limit with the rule it comes from; `target` is a tighter date that turns amber. */
export interface Limit extends Period {
  /** What it counts from, for people who read the policy. */
  readonly of: string;
  readonly rules: readonly Rule[];
  readonly target?: (Period & { readonly rules: readonly Rule[] }) | undefined;
}

/** The limits of every plan, and those that follow any meeting. */
export const LIMITS = [
  ...PLAN_LIMITS,
  'minutes',
  'distribution',
  'action-date',
  'say-next',
  'closure-approval',
  'transfer',
  'allocation',
  'papers-initial-conference',
  'papers-review-conference',
  'brought-forward',
] as const;
export type LimitName = (typeof LIMITS)[number];

/** Words for recipients in a ladder; what they mean is worked out for each step. */
export const RECIPIENTS = [
  'owner',
  'convenor',
  'social-worker',
  'manager',
  'service-manager',
  'chair',
  'minute-taker',
  'members',
  'line-managers',
] as const;
export type Recipient = (typeof RECIPIENTS)[number];

/** When a rung is due: at once, with the next morning round, open days before book-by (0: on the day), or open days after the limit. */
export type RungTime = 'at-once' | 'next-morning' | { readonly before: number } | { readonly after: number };

/** One rung of a ladder. After the last one the duty is said once a week until it is done (L14). */
export interface Rung {
  /** Stable name, part of every step's key: renaming one would send it again. */
  readonly step: string;
  readonly when: RungTime;
  readonly to: readonly Recipient[];
  readonly says: NoticeKind;
  /** Dropped unless its day is later than the day the duty arose. */
  readonly onlyAfterArising?: boolean | undefined;
  /** Attending: whoever prepares or chairs the meeting gets its checklist with this rung. */
  readonly asksChecklist?: boolean | undefined;
}

export const LADDERS = [
  'hold-meeting',
  'hold-review',
  'attend',
  'confirm',
  'minutes',
  'distribute',
  'distribute-without-limit',
  'action',
  'papers',
  'approve',
  'tell',
  'other',
  'consider',
  'ending',
  'unlimited',
] as const;
export type LadderName = (typeof LADDERS)[number];

export interface RoleSettings {
  readonly label: string;
  /** Children and family: never chased or escalated to, e-mailed only where that is safe. */
  readonly family?: boolean | undefined;
  /** May approve plans and closures (R89, R154, R155). */
  readonly approves?: boolean | undefined;
}

export interface MeetingSettings {
  readonly label: string;
  /** How long a booking lasts when it does not say, in minutes. */
  readonly minutes: number;
  /** Who usually chairs (P6): a manager who does is invited even where no chair is named; the record says who did. */
  readonly chair?: 'social-worker' | 'manager' | 'members' | undefined;
  /** Who must be there (L20): roles, or one of `QUORUM`. Local: no source says. */
  readonly quorum?: readonly string[] | undefined;
}

/** What a quorum may name beside a role: whoever chairs, any other professional, anybody of another agency. */
export const QUORUM = ['chair', 'other-professional', 'other-agency'] as const;

/** One thing a meeting should have seen to: asked for until it is confirmed, never enforced. */
export interface ChecklistItem {
  /** Stable name: what an event ticks. */
  readonly item: string;
  readonly rules: readonly Rule[];
  readonly ask: string;
  /** Asked when members are named, when a plan is proposed, when a meeting is booked, at the first meeting of its kind, or at every one. */
  readonly at: 'members' | 'plan' | 'booking' | 'first-meeting' | 'meeting';
  readonly kinds?: readonly MeetingKind[] | undefined;
  /** For `members`: asked while nobody in one of these roles is a member. */
  readonly roles?: readonly Role[] | undefined;
}

/** One part of an agenda: the authority's own words, and what of the case it shows beside them. */
export interface AgendaPart {
  readonly heading: string;
  readonly rules: readonly Rule[];
  readonly lines: readonly string[];
  /** At these meetings; at all where absent. */
  readonly kinds?: readonly MeetingKind[] | undefined;
  readonly shows?: ShownInPart | undefined;
  /** Empty lines to write in. */
  readonly room?: number | undefined;
}

/** Templates of what members read at a meeting (R57, R104), and where the authority keeps its own (R77). */
export interface Documents {
  readonly agenda: readonly AgendaPart[];
  readonly links: readonly { readonly label: string; readonly url: string }[];
}

export interface Policy {
  readonly authority: string;
  readonly name: string;
  readonly version: string;
  /** Of its content, set where it is read from a file: two policies of one version are told apart. */
  readonly hash?: string | undefined;
  readonly limits: Readonly<Record<LimitName, Limit | null>>;
  readonly gates: Readonly<Record<Rule, GateLevel>>;
  readonly ladders: Readonly<Record<LadderName, readonly Rung[]>>;
  readonly roles: Readonly<Record<Role, RoleSettings>>;
  readonly meetings: Readonly<Record<MeetingKind, MeetingSettings>>;
  /** Kinds that are held at all; an authority may switch child in need reviews off (P3). */
  readonly reviews: { readonly childInNeed: boolean };
  /** A scale that falls by so much from one meeting to the next is told to the manager. */
  readonly progress?: { readonly fall: number; readonly note?: string | undefined } | undefined;
  /** Between what times of the day meetings begin; outside them a booking warns (L22). Absent from policies of releases before 0.2. */
  readonly hours?: { readonly from: string; readonly until: string } | undefined;
  /** How far ahead whoever owes something may ask to be asked again, in working days, and how often. Absent from policies of releases before 0.3. */
  readonly putOff?: { readonly days: number; readonly times: number; readonly note?: string | undefined } | undefined;
  /** Whether decisions and endings that come by a link need a code that is mailed on request. Absent from policies of releases before 0.3. */
  readonly links?:
    | {
        readonly codes: boolean;
        /** Whoever a link was sent to gets a mail of what was recorded by it. */
        readonly receipts?: boolean | undefined;
        readonly note?: string | undefined;
      }
    | undefined;
  readonly checklist: readonly ChecklistItem[];
  /** Between which times of the day what is told at once waits for the morning. Local. */
  readonly quietHours?: QuietHours | undefined;
  /** False: no morning rounds, every notice is a mail of its own. */
  readonly rounds?: boolean | undefined;
  /** Absent from policies of releases before 0.2. */
  readonly documents?: Documents | undefined;
}

/** Of a policy that says nothing of it. */
const USUAL_PUT_OFF = { days: 5, times: 2 };
interface QuietHours {
  readonly from: string;
  readonly until: string;
  readonly note?: string | undefined;
}

const USUAL_QUIET: QuietHours = { from: '20:00', until: '07:00' };

/** As the policy says, or what is usual where it was kept by an earlier release. */
export const quietHoursOf = ({ quietHours }: Policy): QuietHours => quietHours ?? USUAL_QUIET;

export const putOffOf = ({ putOff }: Policy): { readonly days: number; readonly times: number } =>
  putOff ?? USUAL_PUT_OFF;

/** Codes are asked for, unless a policy says otherwise. */
export const asksForCodes = ({ links }: Policy): boolean => links?.codes ?? true;

/** No mail of what was recorded by a link, unless a policy asks for it. */
export const asksForReceipts = ({ links }: Policy): boolean => links?.receipts ?? false;

/** Every gate the product knows; a policy gives each a level. */
export const GATES = [
  ...['R2', 'R13', 'R17', 'R22', 'R25', 'R44', 'R48', 'R54', 'R63', 'R64', 'R69', 'R80', 'R81', 'R86', 'R89', 'R90'],
  ...[
    'R95',
    'R97',
    'R115',
    'R122',
    'R123',
    'R124',
    'R127',
    'R128',
    'R136',
    'R139',
    'R147',
    'R148',
    'R149',
    'R150',
    'R151',
  ],
  ...['R153', 'R154', 'R155', 'R158', 'R159', 'R160'],
  'quorum',
] as const;
export type GateName = (typeof GATES)[number];

/** A ladder; a policy carried since before a release knew of it goes by what was usual then. */
export const ladderOf = ({ ladders }: Policy, name: LadderName): readonly Rung[] => ladders[name] ?? ladders.other;

/** `barnsley-2-4f1c…`: which figures a case goes by, as the record and the search attributes show it. */
export const policyName = ({ authority, version, hash }: Policy): string =>
  [authority, version, hash].filter((part) => part !== undefined).join('-');
