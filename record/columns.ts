// What columns of several tables are.

import { timestamp } from 'drizzle-orm/pg-core';

/** A moment, to the microsecond, whatever the server's time zone. */
export const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });
