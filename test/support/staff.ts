// People of a staff directory, for tests of it and of all that stands on it.

import { sql } from 'drizzle-orm';
import type { Staff } from '../../record/directory.ts';
import type { OpenRecord } from '../../record/open.ts';

/** A social worker unless told otherwise. */
export const member = (id: string, change: Partial<Staff> = {}): Staff => ({
  ...{ id, name: `${id} of the staff`, role: 'social-worker', manager: null, agency: 'Children’s Social Care' },
  ...{ address: `${id.toLowerCase()}@council.test`, sharedMailbox: null, telephone: null, team: null, rights: [] },
  ...change,
});

export const emptyDirectory = (record: OpenRecord) =>
  record.db.execute(sql`truncate staff, staff_named, reallocations, reallocated cascade`);
