// Reads a policy from outside: its schema, and errors that name every field that is wrong.

import * as z from 'zod/mini';
import { MEETING_KINDS } from '../case/kinds.ts';
import { SHOWN } from '../documents/paper.ts';
import { GATES, LADDERS, LIMITS, type Policy, RECIPIENTS } from './policy.ts';
import { contradictionsIn } from './policy-contradictions.ts';

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
  asksChecklist: z.optional(z.boolean()),
});
const everyOne = <K extends string, V extends z.core.$ZodType>(keys: readonly K[], value: V) =>
  z.strictObject(Object.fromEntries(keys.map((key) => [key, value])) as Record<K, V>);
const meeting = z.strictObject({
  label: z.string(),
  minutes: z.number().check(z.positive('must be positive')),
  chair: z.optional(z.enum(['social-worker', 'manager', 'members'])),
  quorum: z.optional(z.array(z.string())),
  note: z.optional(z.string()),
});
const checklistItem = z.strictObject({
  item: z.string().check(z.regex(/^[a-z0-9-]+$/, 'must be lower-case letters, digits and dashes')),
  rules,
  ask: z.string(),
  at: z.enum(['members', 'plan', 'booking', 'first-meeting', 'meeting']),
  kinds: z.optional(z.array(z.enum(MEETING_KINDS))),
  roles: z.optional(z.array(z.string())),
});
const agendaPart = z.strictObject({
  heading: z.string().check(z.minLength(1, 'must not be empty'), z.maxLength(200)),
  rules,
  lines: z.array(z.string().check(z.maxLength(500))).check(z.maxLength(20)),
  kinds: z.optional(z.array(z.enum(MEETING_KINDS))),
  shows: z.optional(z.enum(SHOWN)),
  room: z.optional(z.number().check(z.int('must be a whole number'), z.minimum(0), z.maximum(40))),
});
const link = z.strictObject({
  label: z.string().check(z.minLength(1, 'must not be empty'), z.maxLength(200)),
  url: z.string().check(z.regex(/^https:\/\/[^\s"<>]{1,500}$/, 'must be an address that begins with https://')),
});
const timeOfDay = z.string().check(z.regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time like 08:00'));
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
  progress: z.strictObject({
    fall: z.number().check(z.int('must be a whole number'), z.positive('must be more than 0')),
    note: z.optional(z.string()),
  }),
  hours: z.optional(z.strictObject({ from: timeOfDay, until: timeOfDay, note: z.optional(z.string()) })),
  links: z.optional(
    z.strictObject({ codes: z.boolean(), receipts: z.optional(z.boolean()), note: z.optional(z.string()) }),
  ),
  putOff: z.optional(
    z.strictObject({
      days: z
        .number()
        .check(z.int('must be a whole number'), z.nonnegative('must not be negative'), z.maximum(20, 'is above 20')),
      times: z
        .number()
        .check(z.int('must be a whole number'), z.nonnegative('must not be negative'), z.maximum(10, 'is above 10')),
      note: z.optional(z.string()),
    }),
  ),
  checklist: z.array(checklistItem),
  quietHours: z.optional(z.strictObject({ from: timeOfDay, until: timeOfDay, note: z.optional(z.string()) })),
  rounds: z.optional(z.boolean()),
  documents: z.optional(
    z.strictObject({ agenda: z.array(agendaPart).check(z.maxLength(40)), links: z.array(link).check(z.maxLength(10)) }),
  ),
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
