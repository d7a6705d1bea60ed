// The activities that ask the record which policy and calendar an authority goes by, and put others in force.

import { NODRIFT } from '../domain/accept/refusal.ts';
import { policyName } from '../domain/policy/policy.ts';
import { hashedPolicy, parseCalendarFile } from '../policies/load.ts';
import { applyCalendar, applyPolicy, authorities, history, type InForce, inForce } from '../record/in-force.ts';
import type { OpenRecord } from '../record/open.ts';
import type { ApplyInput, InForceAnswer, ToTell } from '../workflows/api.ts';
import { asFailure, type FailureLog } from './failure.ts';

/** Each throws ApplicationFailure: `RecordUnavailable`, to be retried; what the record says against it (`NOT_IN_FORCE`), not to be. */
export interface InForceActivities {
  /** What a new case begins with. */
  policyInForce(authority: string): Promise<InForce>;
  /** Puts a policy or an authority's own days in force: new cases begin with it. Again with the same content is once. @returns what to tell running cases */
  putInForce(input: ApplyInput): Promise<ToTell>;
  /** What has been in force: of one authority with policy and calendar, of all where none is named. */
  readInForce(authority: string | null): Promise<readonly InForceAnswer[]>;
}

export function createInForceActivities(record: OpenRecord, log?: FailureLog): InForceActivities {
  const asked = async <T>(doing: string, act: () => Promise<T>): Promise<T> => {
    try {
      return await act();
    } catch (error) {
      throw asFailure(error, doing, log);
    }
  };
  return {
    policyInForce: (authority) => asked('reading what is in force', () => inForce(record, authority)),
    putInForce: (input) => asked('putting in force', () => put(record, input)),
    readInForce: (authority) =>
      asked('reading what is in force', async () => {
        if (authority !== null)
          return [{ authority, ...(await history(record, authority)), now: await inForce(record, authority) }];
        const all = await authorities(record);
        return Promise.all(all.map(async (one) => ({ authority: one, ...(await history(record, one)) })));
      }),
  };
}

async function put(record: OpenRecord, { authority, change, by }: ApplyInput): Promise<ToTell> {
  if ('days' in change) {
    const days = parseCalendarFile(change.days);
    const { event: id, calendar } = await applyCalendar(record, authority, days, by);
    return { authority, event: { id, event: { type: 'calendar-changed', by: NODRIFT, calendar } }, content: id };
  }
  const policy = hashedPolicy(change.policy);
  const { event: id } = await applyPolicy(record, policy, by, change.replaces);
  const reproject = change.reproject ? { reproject: true } : {};
  return {
    authority: policy.authority,
    event: { id, event: { type: 'policy-changed', by: NODRIFT, policy, ...reproject } },
    content: policyName(policy),
  };
}
