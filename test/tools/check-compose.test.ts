// The check of docker-compose.yml: the project's own file passes, and every kind of slip in it is caught.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { checkCompose } from '../../tools/check-compose.ts';

const root = new URL('../..', import.meta.url);
const own = readFileSync(new URL('docker-compose.yml', root), 'utf8');
const check = (text: string) => checkCompose(text, (path) => existsSync(fileURLToPath(new URL(path, root))));

test('the project’s own compose file is sound', () => {
  assert.deepEqual(check(own), []);
});

const slips: [what: string, from: string, to: string, problem: RegExp][] = [
  [
    'a misspelt key of a service',
    '    shm_size: 256m',
    '    shm_siez: 256m',
    /\/services\/postgres .*properties: shm_siez/,
  ],
  [
    'a misspelt key at the top',
    '\nvolumes:\n',
    '\nvolumse:\n',
    /^docker-compose\.yml: \/ .*additional properties: volumse/,
  ],
  ['a value of the wrong kind', '    scale: 2', '    scale: [2]', /\/services\/worker\/scale must be/],
  ['YAML that does not parse', '    scale: 2', '    scale: "2', /^docker-compose\.yml: /],
  [
    'a dependency that is missing',
    '      temporal-schema: {',
    '      temporal-shema: {',
    /depends on temporal-shema, which/,
  ],
  [
    'a network that is missing',
    'networks: [mail, edge]',
    'networks: [mial, edge]',
    /service mailpit is on network mial/,
  ],
  [
    'a volume that is missing',
    '      - postgres-data:/',
    '      - postgres-dta:/',
    /mounts volume postgres-dta, which/,
  ],
  [
    'a secret that is missing',
    'secrets: [database_url, smtp_url, key_ring, keys_url]',
    'secrets: [database_url, smtp, key_ring, keys_url]',
    /has secret smtp, which/,
  ],
  [
    'a script that is missing',
    './deploy/postgres-init.sh',
    './deploy/postgres.sh',
    /mounts \.\/deploy\/postgres\.sh, which/,
  ],
  [
    'an anonymous volume',
    'postgres-data:/var/lib/postgresql/data',
    '/var/lib/postgresql/data',
    /has the anonymous volume/,
  ],
  [
    'an image without a tag',
    'temporalio/ui:2.49.1',
    'temporalio/ui',
    /service temporal-ui has image temporalio\/ui, which/,
  ],
  ['an image that moves', 'temporalio/ui:2.49.1', 'temporalio/ui:latest', /names no version/],
  ['an image whose version must be given', ':-0.1.0}\n    profiles', '}\n    profiles', /names no version/],
  ['a registry’s port that is no tag', 'temporalio/ui:2.49.1', 'localhost:5000/ui', /names no version/],
  ['a port on every address', '"127.0.0.1:8080:8080"', '"8080:8080"', /publishes "8080:8080" beyond/],
  ['a port on another address', '"127.0.0.1:8080:8080"', '{ host_ip: 0.0.0.0, target: 8080 }', /publishes .* beyond/],
  [
    'a server that cannot tell which address is its own',
    '      TEMPORAL_BROADCAST_ADDRESS: 127.0.0.1\n',
    '',
    /service temporal is bound to the addresses of several networks/,
  ],
  [
    'a folder that holds everybody’s secrets',
    './deploy/temporal-schema.sh:/deploy/temporal-schema.sh:ro',
    './deploy:/deploy:ro',
    /service temporal-schema mounts \.\/deploy, and with it secrets/,
  ],
  [
    'a database with too few connections',
    'max_connections=300',
    'max_connections=100',
    /service postgres allows 100 connections, and the services may open 156/,
  ],
  [
    'a database whose connections nobody has counted',
    '    command: [postgres, -c, max_connections=300]\n',
    '',
    /service postgres allows 100 connections/,
  ],
  [
    'a Temporal UI in which cases can be ended',
    '      TEMPORAL_DISABLE_WRITE_ACTIONS: "true"\n',
    '',
    /service temporal-ui has no TEMPORAL_DISABLE_WRITE_ACTIONS: true, and anybody who opens it can end a case/,
  ],
  [
    'a Temporal UI that logs what it shows',
    'TEMPORAL_HIDE_LOGS: "true"',
    'TEMPORAL_HIDE_LOGS: "false"',
    /service temporal-ui has no TEMPORAL_HIDE_LOGS: true/,
  ],
  [
    'a Temporal UI that takes no session along',
    '      TEMPORAL_CODEC_INCLUDE_CREDENTIALS: "true"\n',
    '',
    /service temporal-ui has no TEMPORAL_CODEC_INCLUDE_CREDENTIALS: true/,
  ],
  ['a root that can be written to', '  read_only: true', '  read_only: false', /service worker may write/],
  ['capabilities that are kept', '  cap_drop: [ALL]', '  cap_drop: [NET_RAW]', /service worker keeps capabilities/],
  [
    'pictures of its memory',
    'ulimits: { core: 0 }',
    'ulimits: { nofile: 1024 }',
    /service worker may leave its memory/,
  ],
  ['privileges to be gained', '["no-new-privileges:true"]', '[]', /service worker may gain privileges/],
  [
    'the host’s network',
    '    networks: [db]\n    healthcheck',
    '    network_mode: host\n    healthcheck',
    /leaves its networks/,
  ],
];

for (const [what, from, to, problem] of slips) {
  test(`${what} is caught`, () => {
    assert.ok(own.includes(from), `the compose file no longer has ${from}`);
    const problems = check(own.replace(from, to));
    assert.match(problems.join('\n'), problem);
  });
}

test('an image by digest names its version', () => {
  const digest = own.replace('temporalio/ui:2.49.1', `temporalio/ui@sha256:${'0'.repeat(64)}`);
  assert.deepEqual(check(digest), []);
});
