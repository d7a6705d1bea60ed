// The core of the running cases once more, with the record on Postgres as in production; every other file runs them on PGlite. One server,
// one cluster and one service for all of them.

import { test } from 'node:test';
import { missing } from '../support/postgres.ts';

process.env.NODRIFT_TEST_DATABASE = 'postgres';

if (missing) test('running cases on Postgres', { skip: missing }, () => {});
else for (const file of ['loop', 'updates', '../faults/outages', 'mail-trouble']) await import(`./${file}.test.ts`);
