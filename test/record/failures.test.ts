// What a failure of the database says: one line for whoever can act, with its code, and none of the driver's own words, which quote what was written.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { databaseError, RecordUnavailable, ReferenceTaken } from '../../record/failures.ts';

const CANARY = 'canary-5917';
const failed = (message: string, code?: string, cause?: unknown) =>
  Object.assign(new Error(`${message} ${CANARY}`, { cause }), code === undefined ? {} : { code });

const rows: readonly [what: string, error: unknown, code: string, says: RegExp][] = [
  ['a full disk', failed('could not extend file', '53100'), '53100', /the disk is full or nearly so/],
  ['no connection left', failed('sorry, too many clients already', '53300'), '53300', /no connection left: raise/],
  [
    'a connection ended by an administrator',
    failed('terminating connection', '57P01'),
    '57P01',
    /ended the connection/,
  ],
  ['a connection that broke', failed('Connection terminated unexpectedly'), 'ECONNRESET', /the connection .* broke$/],
  ['a client that is broken', failed('connection error and is not queryable'), 'ECONNRESET', /broke$/],
  [
    'nothing free in the pool',
    failed('timeout exceeded when trying to connect'),
    'busy',
    /NODRIFT_DATABASE_CONNECTIONS/,
  ],
  ['a query, wrapped', failed('Failed query: insert', undefined, failed('x', '23502')), '23502', /failed \(23502\)$/],
  ['a query without a code', failed('Failed query: insert', undefined, failed('x')), 'query', /failed \(query\)$/],
  ['a code that objects have', failed('Failed query', 'constructor'), 'constructor', /failed \(constructor\)$/],
  ['a code that is a sentence', failed('Failed query', `of ${CANARY}`), 'query', /failed \(query\)$/],
  ['several addresses', { errors: [failed('connect', 'ECONNREFUSED')] }, 'ECONNREFUSED', /is not answering/],
];
for (const [what, error, code, says] of rows)
  test(`${what}: one line, and nothing of the driver's`, () => {
    const told = databaseError(error);
    assert.ok(told instanceof RecordUnavailable);
    assert.equal(told.code, code);
    assert.match(told.message, says);
    assert.doesNotMatch(`${told.message}\n${told.cause ?? ''}`, /canary|\n./);
  });

test('a bug, and what is ours, stays what it is', () => {
  for (const error of [new TypeError('a bug'), new ReferenceTaken('BC-1', 'child-in-need/BC-1')])
    assert.equal(databaseError(error), error);
});
