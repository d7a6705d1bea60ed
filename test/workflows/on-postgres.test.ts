// The core of the running cases once more, with the record on Postgres as in production; every other file runs them on PGlite. One server,
// one cluster and one service for all of them.

import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { missing } from '../support/postgres.ts';
import { together } from '../support/together.ts';

process.env.NODRIFT_TEST_DATABASE = 'postgres';

if (missing) test('running cases on Postgres', { skip: missing }, () => {});
else
  together(
    ['loop', 'updates', '../faults/outages', 'mail-trouble'].map((name) =>
      fileURLToPath(new URL(`${name}.test.ts`, import.meta.url)),
    ),
  );
