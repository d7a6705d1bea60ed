// An authority's figures, gates and ladders: the shape of a policy and its check. Data is in policies/*.json;
// the whole policy travels in a case's state, so nothing that decides is read from a file while a case runs.

import * as z from 'zod/mini';
import { MEETING_KINDS, type MeetingKind, PLAN_LIMITS } from '../case/kinds.ts';
import type { NoticeKind, Role, Rule } from '../case/model.ts';
import type { Period } from '../time/calendar.ts';
import { contradictionsIn } from './policy-contradictions.ts';

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
export const LIMITS = [...PLAN_LIMITS, 'minutes', 'distribution'] as const;
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

/** One rung of a ladder. The last rung repeats every 5 open days until the duty is done. */
export interface Rung {
  /** Stable name, part of every step's key: renaming one would send it again. */
  readonly step: string;
  readonly when: RungTime;
  readonly to: readonly Recipient[];
  readonly says: NoticeKind;
  /** Dropped unless its day is later than the day the duty arose. */
  readonly onlyAfterArising?: boolean | undefined;
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
  'other',
  'consider',
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
}

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
  readonly checklist: readonly ChecklistItem[];
}

/** Every gate the product knows; a policy gives each a level. */
export const GATES = [
  ...['R2', 'R13', 'R17', 'R22', 'R25', 'R44', 'R48', 'R54', 'R63', 'R64', 'R69', 'R80', 'R81', 'R86', 'R89', 'R90'],
  ...['R95', 'R97', 'R115', 'R122', 'R124', 'R127', 'R128', 'R136', 'R147', 'R148', 'R149', 'R150', 'R151'],
  ...['R153', 'R154', 'R155', 'R159', 'R160'],
] as const;

// Private: schemas re-created or exported per case cost five times the memory of a cached case.
const rule = z.string().check(z.regex(/^R([1-9]\d?|1[0-5]\d|16[0-2])$/, 'is not a rule: they run from R1 to R162'));
const rules = z.array(rule);
// The most is ten years in days: days without end would be counted for ever.
const within = z
  .number()
  .check(
    z.int('must be a whole number'),
    z.nonnegative('must not be negative'),
    z.maximum(3660, 'is longer than ten years'),
  );
const period = { within, unit: z.enum(['days', 'working-days', 'months']) };
const limit = z.nullable(
  z.strictObject({
    ...period,
    of: z.string(),
    rules,
    note: z.optional(z.string()),
    target: z.optional(z.strictObject({ ...period, rules })),
  }),
);
const time = z.union(
  [z.enum(['at-once', 'next-morning']), z.strictObject({ before: within }), z.strictObject({ after: within })],
  'must be "at-once", "next-morning", {"before": days} or {"after": days}',
);
const rung = z.strictObject({
  step: z.string().check(z.regex(/^[a-z0-9-]+$/, 'must be lower-case letters, digits and dashes')),
  when: time,
  to: z.array(z.enum(RECIPIENTS)).check(z.minLength(1, 'names nobody')),
  says: z.enum(['invitation', 'change', 'cancellation', 'reminder', 'chase', 'escalation', 'decision', 'information']),
  onlyAfterArising: z.optional(z.boolean()),
});
const everyOne = <K extends string, V extends z.core.$ZodType>(keys: readonly K[], value: V) =>
  z.strictObject(Object.fromEntries(keys.map((key) => [key, value])) as Record<K, V>);
const meeting = z.strictObject({
  label: z.string(),
  minutes: z.number().check(z.positive('must be positive')),
  chair: z.optional(z.enum(['social-worker', 'manager', 'members'])),
});
const checklistItem = z.strictObject({
  item: z.string().check(z.regex(/^[a-z0-9-]+$/, 'must be lower-case letters, digits and dashes')),
  rules,
  ask: z.string(),
  at: z.enum(['members', 'plan', 'booking', 'first-meeting', 'meeting']),
  kinds: z.optional(z.array(z.enum(MEETING_KINDS))),
  roles: z.optional(z.array(z.string())),
});
const schema = z.strictObject({
  authority: z.string().check(z.regex(/^[a-z0-9-]+$/, 'must be lower-case letters, digits and dashes')),
  name: z.string(),
  // Part of an event's id, `policy/2027-04`.
  version: z
    .string()
    .check(
      z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be letters, digits, dots, dashes or underscores, at most 64'),
    ),
  hash: z.optional(z.string()),
  limits: everyOne(LIMITS, limit),
  gates: everyOne(GATES, z.enum(['refuse', 'reason', 'warn', 'off'])),
  ladders: everyOne(LADDERS, z.array(rung)),
  roles: z.record(
    z.string(),
    z.strictObject({ label: z.string(), family: z.optional(z.boolean()), approves: z.optional(z.boolean()) }),
  ),
  meetings: everyOne(MEETING_KINDS, meeting),
  reviews: z.strictObject({ childInNeed: z.boolean() }),
  checklist: z.array(checklistItem),
});

/** A policy that cannot be used; each problem names its field. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(`the policy cannot be used: ${problems.join('; ')}`);
    this.problems = problems;
  }
}

/**
 * Checks a policy read from JSON.
 * @throws PolicyError naming every field that is missing, misspelt, negative, cites a rule that does not exist, or contradicts another.
 */
export function parsePolicy(data: unknown): Policy {
  const result = z.safeParse(schema, data, { reportInput: true });
  if (!result.success) throw new PolicyError(result.error.issues.map(describeIssue));
  const policy = result.data as Policy;
  const problems = contradictionsIn(policy);
  if (problems.length > 0) throw new PolicyError(problems);
  return policy;
}

/** `barnsley-2-4f1c…`: which figures a case goes by, as the record and the search attributes show it. */
export const policyName = ({ authority, version, hash }: Policy): string =>
  [authority, version, hash].filter((part) => part !== undefined).join('-');

/** One problem of a zod check as `path: what`, for people. */
export function describeIssue(issue: z.core.$ZodIssue): string {
  const path = issue.path.join('.') || 'the whole';
  if (issue.code === 'unrecognized_keys') return `${path}: does not know ${issue.keys.map((k) => `"${k}"`).join(', ')}`;
  if (issue.code === 'invalid_type' && issue.input === undefined) return `${path}: is missing`;
  if (issue.code === 'invalid_type') {
    const wanted = issue.expected === 'int' ? 'whole number' : issue.expected;
    return `${path}: must be ${/^[aeio]/.test(wanted) ? 'an' : 'a'} ${wanted}, not ${JSON.stringify(issue.input)}`;
  }
  if (issue.code === 'invalid_value') return `${path}: must be one of ${issue.values.map(String).join(', ')}`;
  return `${path}: ${issue.message}`;
}
