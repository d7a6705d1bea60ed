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
  if (issue.code === 'invalid_type') return `must be ${/^[aeio]/.test(issue.expected) ? 'an' : 'a'} ${issue.expected}`;
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.map(String).join(', ')}`;
  return issue.message;
}
