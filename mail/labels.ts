// What an authority calls meetings and roles: the words of its policy, for its mails.

import type { Labels } from '../domain/notices/words.ts';
import type { Policy } from '../domain/policy/policy.ts';
import { PolicyError } from '../domain/policy/read-policy.ts';
import { loadPolicy, shippedPolicy } from '../policies/load.ts';

/** An applied policy may call things otherwise: its words are in the mails within a minute, without a restart. */
const LABELS_FOR_MS = 60_000;

/** The labels of each authority's policy, looked up once a minute at most. */
export function policyLabels(): (authority: string) => Labels {
  const known = new Map<string, { readonly labels: Labels; readonly until: number }>();
  return (authority) => {
    const last = known.get(authority);
    if (last && Date.now() < last.until) return last.labels;
    const labels = labelsOf(policyOrDefaults(authority));
    known.set(authority, { labels, until: Date.now() + LABELS_FOR_MS });
    return labels;
  };
}

/** A case may go by a policy that is not installed where this worker runs: its mails then use the usual words. */
function policyOrDefaults(authority: string): Policy {
  try {
    return loadPolicy(authority);
  } catch (error) {
    if (error instanceof PolicyError) return shippedPolicy('barnsley');
    throw error;
  }
}

function labelsOf({ meetings, roles }: Policy): Labels {
  const words = (group: Readonly<Record<string, { label: string }>>) =>
    Object.fromEntries(Object.entries(group).map(([key, { label }]) => [key, label]));
  const family = Object.keys(roles).filter((role) => roles[role]?.family);
  return { meetings: words(meetings), roles: words(roles), family };
}
