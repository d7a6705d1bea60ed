// The scripts of the compose file, run without containers: secrets, and the namespace job against a stand-in for the temporal command.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const folder = mkdtempSync(join(tmpdir(), 'nodrift-deploy-'));
const deploy = join(folder, 'deploy');
cpSync(fileURLToPath(new URL('../../deploy', import.meta.url)), deploy, { recursive: true });
rmSync(join(deploy, 'secrets'), { recursive: true, force: true });
after(() => rmSync(folder, { recursive: true }));

function run(script: string, args: string[] = [], env: Record<string, string> = {}) {
  const PATH = `${folder}:${process.env.PATH}`;
  return spawnSync('sh', [join(deploy, script), ...args], { env: { PATH, ...env }, encoding: 'utf8' });
}

/** Puts a temporal command on the PATH that notes how it was called; `describe` says whether it knows the namespace. */
function fakeTemporal(describe: 'exit 0' | 'exit 1'): () => string[] {
  const log = join(folder, 'calls');
  writeFileSync(log, '');
  const script = `#!/bin/sh\necho "$*" >>${log}\ncase "$*" in *"namespace describe"*) ${describe} ;; esac\n`;
  writeFileSync(join(folder, 'temporal'), script, { mode: 0o755 });
  return () => readFileSync(log, 'utf8').trim().split('\n');
}

test('secrets are made once and kept from then on', () => {
  assert.equal(run('make-secrets.sh').status, 0);
  const secrets = join(deploy, 'secrets');
  const contents = () => readdirSync(secrets).map((name) => [name, readFileSync(join(secrets, name), 'utf8')]);
  const first = contents();
  assert.equal(run('make-secrets.sh').status, 0);
  assert.deepEqual(contents(), first);
  assert.equal(statSync(secrets).mode & 0o777, 0o700);
  const values = Object.fromEntries(first);
  assert.match(values.nodrift_password, /^[0-9a-f]{48}$/);
  assert.notEqual(values.nodrift_password, values.temporal_password);
  assert.equal(values.database_url, `postgres://nodrift:${values.nodrift_password}@postgres:5432/nodrift`);
});

test('a secret that cannot be read stops the command, with its name and the way out', () => {
  const result = run('with-secrets.sh', ['echo', 'started'], { SMTP_URL_FILE: '/run/secrets/no-such-secret' });
  assert.equal(result.status, 1);
  assert.equal(result.stdout, '');
  assert.match(result.stderr, /SMTP_URL_FILE names \/run\/secrets\/no-such-secret.*make-secrets/);
});

test('a path to something else than a secret stays a path', () => {
  const paths = { TEMPORAL_CONFIG_FILE: '/run/secrets/profile', LOG_FILE: '/tmp/log' };
  const result = run('with-secrets.sh', ['sh', '-c', 'echo $TEMPORAL_CONFIG_FILE $LOG_FILE'], paths);
  assert.equal(result.stdout.trim(), '/run/secrets/profile /tmp/log');
});

const temporal = { TEMPORAL_ADDRESS: 'temporal:7233', TEMPORAL_NAMESPACE: 'nodrift' };

test('a new namespace is created, then its search attributes', () => {
  const calls = fakeTemporal('exit 1');
  assert.equal(run('temporal-namespace.sh', [], temporal).status, 0);
  assert.deepEqual(
    calls().map((call) => call.split(' ').slice(1, 3).join(' ')),
    ['cluster health', 'namespace describe', 'namespace create', 'search-attribute create'],
  );
});

test('a namespace that exists is left as it is, and its search attributes are made sure of', () => {
  const calls = fakeTemporal('exit 0');
  assert.equal(run('temporal-namespace.sh', [], temporal).status, 0);
  assert.ok(!calls().some((call) => call.includes('namespace create')));
  assert.match(
    calls().at(-1)!,
    /^operator search-attribute create --name NodriftAuthority --type Keyword .*NodriftPolicy/,
  );
});
