// The activities that ask the staff directory who somebody is, for cases that name them by their directory id.

import type { Roll } from '../domain/case/staff.ts';
import type { OpenRecord } from '../record/open.ts';
import { rollOf } from '../record/roll.ts';
import { asFailure, type FailureLog } from './failure.ts';

export interface RollActivities {
  /** What the directory says of these, and of the managers above them. @throws ApplicationFailure `RecordUnavailable`, to be retried */
  staffOf(authority: string, ids: readonly string[]): Promise<Roll>;
}

export function createRollActivities(record: OpenRecord, log?: FailureLog): RollActivities {
  return {
    async staffOf(authority, ids) {
      try {
        return await rollOf(record, authority, ids);
      } catch (error) {
        throw asFailure(error, 'asking the staff directory', log);
      }
    },
  };
}
