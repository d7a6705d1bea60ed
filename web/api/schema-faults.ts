// What is wrong with what was sent, in this house's words: each fault with the path of its field.

import type { z } from 'zod';
import type { Fault } from './problem.ts';

/** What a caller may think it decides. */
const SERVERS_OWN: readonly string[] = ['policy', 'calendar', 'rehearsal'];

/** The faults of a schema. @param whole what the thing itself is called, where no field of it is meant */
export function issuesOf({ issues }: Pick<z.ZodError, 'issues'>, whole = ''): readonly Fault[] {
  return issues.flatMap((issue) => faultsOf(issue as z.core.$ZodIssue, whole));
}

function faultsOf(issue: z.core.$ZodIssue, whole: string): readonly Fault[] {
  const at = issue.path.map(String);
  const field = at.join('.') || whole;
  if (issue.code !== 'unrecognized_keys') return [{ field, detail: wordsOf(issue) }];
  return issue.keys.map((key) => ({
    field: [...at, key].join('.'),
    detail: SERVERS_OWN.includes(key)
      ? 'is not taken from outside: a case goes by the policy and calendar in force for its authority'
      : 'is not known here',
  }));
}

function wordsOf(issue: z.core.$ZodIssue): string {
  const isMissing = /received undefined$/.test(issue.message);
  if (isMissing) return 'is missing';
  if (issue.code === 'invalid_type' && issue.expected === 'int') return 'must be a whole number';
  if (issue.code === 'invalid_type') return `must be ${/^[aeio]/.test(issue.expected) ? 'an' : 'a'} ${issue.expected}`;
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.map(String).join(', ')}`;
  // What a schema says of itself stays; the library's own words do not.
  if (issue.code === 'too_big' && issue.message.startsWith('Too big'))
    return `must be at most ${issue.maximum}${unitOf(issue.origin)}`;
  if (issue.code === 'too_small' && issue.message.startsWith('Too small'))
    return `must be at least ${issue.minimum}${unitOf(issue.origin)}`;
  return issue.message;
}

function unitOf(origin: string): string {
  if (origin === 'string') return ' characters';
  return origin === 'array' ? ' of them' : '';
}
