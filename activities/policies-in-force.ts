// The activities that ask the record which policy and calendar an authority goes by, and put others in force.

import { type InForce, inForce } from '../record/in-force.ts';
import type { OpenRecord } from '../record/open.ts';
import { asFailure, type FailureLog } from './failure.ts';

export function createInForceActivities(record: OpenRecord, log?: FailureLog) {
  return {
    /**
     * What a new case begins with.
     * @throws ApplicationFailure `NoPolicy`, not to be retried; `RecordUnavailable`, to be retried
     */
    async policyInForce(authority: string): Promise<InForce> {
      try {
        return await inForce(record, authority);
      } catch (error) {
        throw asFailure(error, 'reading what is in force', log);
      }
    },
  };
}
