// An authority's words for meetings and roles in its mails, from the policy it has in force.

import type { Labels } from '../domain/notices/words.ts';
import type { Policy } from '../domain/policy/policy.ts';
import { shippedPolicy } from '../policies/load.ts';
import { inForce, NoPolicy } from '../record/in-force.ts';
import type { OpenRecord } from '../record/open.ts';

/** A newly applied policy may have other words. They reach the mails within a minute, without a restart. */
const LABELS_FOR_MS = 60_000;

/** The labels of each authority, asked of the record once a minute at most. */
export function policyLabels(record: OpenRecord): (authority: string) => Promise<Labels> {
  const known = new Map<string, { readonly labels: Promise<Labels>; readonly until: number }>();
  return (authority) => {
    const last = known.get(authority);
    if (last && Date.now() < last.until) return last.labels;
    const labels = policyOrDefaults(record, authority).then(labelsOf);
    known.set(authority, { labels, until: Date.now() + LABELS_FOR_MS });
    // After a failure the next mail asks again.
    labels.catch(() => known.delete(authority));
    return labels;
  };
}

/** A rehearsal may use a policy that nobody has put in force. Its mails use the usual words. @throws RecordUnavailable */
export async function policyOrDefaults(record: OpenRecord, authority: string): Promise<Policy> {
  try {
    return (await inForce(record, authority)).policy;
  } catch (error) {
    if (error instanceof NoPolicy) return shippedPolicy('barnsley');
    throw error;
  }
}

export function labelsOf({ meetings, roles }: Policy): Labels {
  const words = (group: Readonly<Record<string, { label: string }>>) =>
    Object.fromEntries(Object.entries(group).map(([key, { label }]) => [key, label]));
  const family = Object.keys(roles).filter((role) => roles[role]?.family);
  return { meetings: words(meetings), roles: words(roles), family };
}
