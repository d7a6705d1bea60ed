// Which values of the record are about people, and whose key each is sealed with: a case's own, so that it can be forgotten, or the system's.
// What is not here says nothing of anybody: ids, kinds, dates, counts, keyed hashes. docs/record.md has the whole list.

import { SYSTEM } from '../codec/case-keys.ts';
import type { SealedTable } from './sealing.ts';

const ofCase = (name: string, ids: readonly string[], columns: readonly string[], owner = 'caseId'): SealedTable => ({
  ...{ name, ids, columns },
  owner: (row) => String(row[owner]),
});
const ofSystem = (name: string, ids: readonly string[], columns: readonly string[]): SealedTable => ({
  ...{ name, ids, columns },
  owner: () => SYSTEM,
});

export const SEALED = {
  cases: ofCase('cases', ['id'], ['file', 'told'], 'id'),
  events: ofCase('events', ['caseId', 'id'], ['event']),
  notices: ofCase('notices', ['key'], ['payload']),
  shadowNotices: ofCase('shadow_notices', ['key'], ['payload']),
  calendarEntries: ofCase('calendar_entries', ['token'], ['venue']),
  staffNamed: ofCase('staff_named', ['caseId', 'person'], ['fault']),
  reallocated: ofCase('reallocated', ['reallocation', 'caseId'], ['why']),
  reallocations: ofSystem('reallocations', ['id'], ['reason']),
  staff: ofSystem('staff', ['authority', 'id'], ['name', 'agency', 'address', 'sharedMailbox', 'telephone']),
  policies: ofSystem('policies', ['authority', 'number'], ['by']),
  calendars: ofSystem('calendars', ['authority', 'number'], ['by']),
  importRows: ofSystem('import_rows', ['import', 'number'], ['said', 'faults']),
  webhookSubscriptions: ofSystem('webhook_subscriptions', ['id'], ['url', 'secret', 'oldSecret']),
  calendarFeeds: ofSystem('calendar_feeds', ['reader'], ['token']),
  secrets: ofSystem('secrets', ['name'], ['value']),
  signInUsers: ofSystem('sign_in_users', ['email'], ['name']),
} as const;
