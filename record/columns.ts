// What columns of several tables are.

import { timestamp } from 'drizzle-orm/pg-core';

/** A moment, to the microsecond, whatever the server's time zone. */
export const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

declare const plain: unique symbol;

/** A column's value as it stands in the database: sealed (sealing.ts), since it is about people. Only what opens it gives a `T`. */
export type Sealed<T> = string & { readonly [plain]: T };
