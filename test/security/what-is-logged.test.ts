// What a process says of errors, which may quote what people typed: in its log, at its end, and of what nobody caught.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DrizzleQueryError } from 'drizzle-orm';
import { asFailure } from '../../activities/failure.ts';
import { placesOf } from '../../client/error-fields.ts';
import { errorLine } from '../../embedded/error-line.ts';
import { lastWords } from '../../record/failures.ts';
import { createLog } from '../../worker/log.ts';

const NAME = 'Qzvkxwjaaa';
/** The worst there is: a name in a message of several lines, one of which looks like a place. */
const WORST = () =>
  Object.assign(new TypeError(`cannot read ${NAME}\n    at ${NAME} (the address of ${NAME})`), {
    code: `${NAME} of ${NAME}`,
    cause: new Error(NAME),
  });
const QUERY = () => new DrizzleQueryError('insert into events values ($1)', [NAME], new Error('duplicate key'));

const lines: string[] = [];
const log = createLog('trace', { write: (line: string) => void lines.push(line) });

test('a log has an error’s name, its code and where it happened, and nothing it says', () => {
  lines.splice(0);
  log.error({ err: WORST() }, 'a page failed');
  log.error({ err: Object.assign(new Error(NAME), { code: 'ECONNREFUSED' }) }, 'it failed');
  log.error({ err: { name: NAME.repeat(10), code: { of: NAME } } }, 'it failed');
  log.error({ err: NAME }, 'it failed');
  assert.match(lines[0] ?? '', /"type":"TypeError","at":"at .*what-is-logged/);
  assert.match(lines[1] ?? '', /"code":"ECONNREFUSED"/);
  assert.doesNotMatch(lines.join(''), new RegExp(NAME));
});

test('where an error happened is read behind its message, whatever that looks like', () => {
  assert.match(placesOf(WORST(), 2), /^at .*what-is-logged.* at /);
  assert.equal(placesOf({ stack: 7 }, 2), '');
  assert.equal(placesOf(undefined, 2), '');
});

test('an activity fails with the name of what went wrong, not with its words', () => {
  const said: unknown[] = [];
  for (const error of [WORST(), QUERY()]) {
    const failure = asFailure(error, 'delivering', { warn: (...all) => void said.push(all) });
    assert.doesNotMatch(
      `${failure.message} ${failure.type} ${failure.stack} ${JSON.stringify(failure)}`,
      new RegExp(NAME),
    );
  }
  assert.doesNotMatch(JSON.stringify(said), new RegExp(NAME));
});

test('a process that ends by a failed query does not say what was in it', () => {
  assert.equal(lastWords(QUERY()), 'the record cannot be used: the database failed (query)');
  assert.equal(errorLine(QUERY()), lastWords(QUERY()));
  const taken = Object.assign(new Error('port 8080 is taken'), { code: 'EADDRINUSE' });
  assert.equal(lastWords(taken), 'port 8080 is taken');
});

test('what nobody caught ends the process, without a word of what it said', () => {
  const program = `
    import { endOnUncaught } from './client/error-fields.ts';
    import { createLog } from './worker/log.ts';
    endOnUncaught(createLog('info'));
    setTimeout(() => console.log('it went on'), 20_000);
    Promise.reject(new Error('the name ${NAME}'));`;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '-e', program],
    {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      encoding: 'utf8',
    },
  );
  assert.equal(status, 1);
  assert.match(stderr, /"level":"fatal".*"err":\{"type":"Error".*nobody caught this/);
  assert.doesNotMatch(stdout + stderr, new RegExp(NAME));
});
