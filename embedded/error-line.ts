// How the terminal is told that a start failed: what a person can put right in the error's own words, a bug with its stack. Imported by start.ts only.

import { withoutQuery } from '../record/failures.ts';

/** Errors whose message says what, where and the way out. */
const IN_ITS_OWN_WORDS: readonly string[] = [
  'UserError',
  'RecordUnavailable',
  'PolicyError',
  'Unavailable',
  'BadInput',
  'BadKeyRing',
  'KeysUnavailable',
];

/** What is wrong with a setting begins with its name, whatever file read it. */
const A_SETTING = /^(?:NODRIFT_|TEMPORAL_|DATABASE_URL|SMTP_URL)/;

export function errorLine(thrown: unknown): string {
  // A driver's words hold the values of its query.
  const error = withoutQuery(thrown);
  if (!(error instanceof Error)) return String(error);
  return IN_ITS_OWN_WORDS.includes(error.name) || A_SETTING.test(error.message)
    ? error.message
    : (error.stack ?? error.message);
}
