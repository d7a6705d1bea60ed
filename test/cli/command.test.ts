// The command as people start it: a process of its own; help; and what must not be loaded for what needs no server.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inProcess, nodrift } from '../support/nodrift.ts';

const BIN = 'cli/nodrift.mjs';

test('the command runs by itself and exits as it says', async () => {
  const [fine, wrong] = await Promise.all([
    inProcess(BIN, 'timeline', '--authority', 'hull', '--kind', 'child-protection', '--opened', '2027-01-05', '--json'),
    inProcess(BIN, 'rehearse', 'nowhere.yaml'),
  ]);
  assert.equal(fine.code, 0, fine.err);
  assert.ok(JSON.parse(fine.out));
  assert.deepEqual(wrong, { code: 2, out: '', err: 'nodrift: nowhere.yaml: there is no such file\n' });
});

test('what needs no server loads nothing of Temporal', async () => {
  const script = `
    import { Module } from 'node:module';
    import { run } from './cli/cli.ts';
    const quiet = { out() {}, err() {} };
    await run(['timeline', '--authority', 'barnsley', '--kind', 'child-protection', '--opened', '2027-01-05'], quiet);
    await run(['rehearse', 'examples/a-good-year.yaml'], quiet);
    console.log(Object.keys(Module._cache).filter((file) => /@temporalio|@grpc/.test(file)).length);`;
  const { out, err } = await inProcess(process.execPath, '--import', 'tsx', '--input-type=module', '--eval', script);
  assert.equal(out.trim(), '0', err);
});

test('help names every command and exit code, and every command shows an example', async () => {
  const { code, out } = await nodrift('--help');
  assert.equal(code, 0);
  assert.match(out, /Exit codes:\n {2}0 .*\n {2}1 .*\n {2}2 .*\n {2}3 .*\n {2}4 .*\n {2}5 .*\n {2}6 /);
  for (const command of ['timeline', 'rehearse', 'open', 'record', 'show', 'list', 'policy', 'calendar']) {
    assert.match(out, new RegExp(`^  ${command} `, 'm'));
    const help = await nodrift(command, '--help');
    assert.equal(help.code, 0);
    assert.match(help.out, /^Examples.*:$/m, command);
  }
});
