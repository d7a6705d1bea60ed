// A year is lived with a canary in everything that could say who a child is. Then whatever somebody could read who has no keys is searched: none is found
// but in the mails to the people themselves.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { freePort } from '../../embedded/ports.ts';
import { useRig } from '../support/harness.ts';
import { LeakLife } from '../support/leak-life.ts';
import { rehearsals, round, shadow } from '../support/leak-quiet.ts';
import {
  asOperator,
  assertNothing,
  type Found,
  inFiles,
  inHistories,
  inTables,
  inTexts,
  linesOf,
  onWire,
  withKeys,
} from '../support/leak-scan.ts';

const life = new LeakLife();
process.env.NODRIFT_METRICS = `127.0.0.1:${await freePort(0)}`;
const rig = useRig(life.options);
after(() => life.end());

let metrics = '';
let audit = '';
test('a year is lived by every way in', async () => {
  await life.begin(rig);
  await life.stories();
  await life.today();
  await life.directory();
  await life.import();
  await shadow(life);
  await rehearsals(life);
  await round(life);
  await life.mistakes();
  await life.settle();
  metrics = await (await fetch(`http://${process.env.NODRIFT_METRICS}/metrics`)).text();
  audit = JSON.stringify(await life.ask('GET', '/audit?limit=1000'));
});

test('the log of any level holds no canary', (t) => {
  assert.ok(life.logged.length > 50, `${life.logged.length} lines`);
  assertNothing(t, inTexts(life.canaries, 'log', life.logged));
});

test('no address that anybody is given holds a canary', (t) => {
  assert.ok(life.addresses.length > 20);
  assertNothing(t, inTexts(life.canaries, 'address', life.addresses));
});

test('the metrics hold no canary', (t) => {
  assert.match(metrics, /temporal_/);
  assertNothing(t, inTexts(life.canaries, 'metrics', [metrics]));
});

test('the audit holds no canary', (t) => {
  assert.match(audit, /POST/);
  assertNothing(t, inTexts(life.canaries, 'audit', [audit]));
});

test('webhooks hold no canary, in no header and no body', (t) => {
  assert.ok(life.receiver.took.length > 20, `${life.receiver.took.length} calls`);
  assertNothing(t, inTexts(life.canaries, 'webhook', life.receiver.raw));
});

test('no header of a mail holds a canary but whom it goes to and whom to answer', async (t) => {
  const mails = await rig.inbox.messages();
  assert.ok(mails.length > 80, `${mails.length} mails`);
  const all = mails.flatMap(({ headers }) => Object.entries(headers));
  const names = new Set(all.map(([name]) => name));
  for (const allowed of ['to', 'reply-to']) assert.ok(names.delete(allowed), allowed);
  const valuesOf = (name: string) => all.filter(([one]) => one === name).map(([, value]) => value);
  assertNothing(t, new Map([...names].flatMap((name) => [...inTexts(life.canaries, name, valuesOf(name))])));
});

/** What people are told in a mail: whom it goes to and whom to ring, where to be and in which language, what is to be done. */
const IN_MAILS = /(name|name of S-\d|telephone|language|venue|venue of today|activity|who comes for Nina)$/;
test('a mail holds whom it goes to, whom to ring, where to be and what to do; never the child, and no address of anybody else', async (t) => {
  const found = inTexts(
    life.canaries,
    'mail',
    (await rig.inbox.messages()).map(({ text, html, calendar, to }) =>
      to.reduce((said, address) => said.replaceAll(address, ''), JSON.stringify({ text, html, calendar })),
    ),
  );
  const all = [...(found.get('mail') ?? [])];
  assert.ok(all.length > 20, linesOf(found).join('\n'));
  for (const kind of new Set(all.map((what) => what.replace(/^.*[:,.] ?/, '')))) t.diagnostic(kind);
  const more = all.filter((what) => !IN_MAILS.test(what) || / kit, (?!language)/.test(what));
  assert.deepEqual(more, []);
});

test('what a client sends to Temporal, and what it is answered and refused, holds no canary on the wire', (t) => {
  assert.ok(
    life.wire.some(([where]) => /failed/.test(where)),
    life.wire.map(([where]) => where).join(),
  );
  assertNothing(t, onWire(life.canaries, life.wire));
});

test('no history, list or description of Temporal holds a canary', async (t) => {
  assertNothing(t, await inHistories(life.canaries, rig.client));
});

test('no file of Temporal’s database holds a canary', async (t) => {
  assertNothing(t, await inFiles(life.canaries, join(rig.folder, 'temporal')));
});

test('no column of the record holds a canary', async (t) => {
  assertNothing(t, await inTables(life.canaries, rig.record));
});

test('no file of the record holds a canary', async (t) => {
  assertNothing(t, await inFiles(life.canaries, join(rig.folder, 'record')));
});

test('what an operator reads in Temporal UI holds no canary', async (t) => {
  const { found, read } = await asOperator(life.canaries, rig.client, rig.keys);
  assert.ok(read > 500, `${read} payloads`);
  t.diagnostic(`${read} payloads are words`);
  // What a program with keys sends to a case that takes no such thing (docs/security.md).
  const sent = 'a mistake: of a signal that is none';
  assertNothing(
    t,
    new Map(
      [...found].flatMap(([where, what]) =>
        [...what].filter((one) => one !== sent).map((one) => [where, new Set([one])]),
      ),
    ),
  );
});

const ERASED = {
  'child-protection/CN-1': 'a core group and what follows it:',
  'child-protection/CN-IN': 'an import, CN-IN:',
};
const ofErased = (found: Found) => {
  const all = [...found].flatMap(([where, what]) => [...what].map((one) => `${where}: ${one}`));
  return Object.values(ERASED).map((about) => all.filter((line) => line.includes(`: ${about}`)));
};

test('whoever has the keys reads it: the scan looks where things are', async (t) => {
  const found = await withKeys(life.canaries, rig.client, rig.record, rig.keys);
  for (const line of linesOf(found)) t.diagnostic(line);
  for (const lines of ofErased(found)) assert.ok(lines.length > 20, lines.join('\n'));
});

test('of a case whose key is destroyed nobody reads anything, with all the other keys', async () => {
  for (const owner of Object.keys(ERASED)) await rig.keys.erase(owner, { by: 'test', at: new Date().toISOString() });
  const found = await withKeys(life.canaries, rig.client, rig.record, rig.keys);
  assert.deepEqual(ofErased(found).flat(), []);
  assert.ok((found.get('histories')?.size ?? 0) > 100);
  assert.ok((found.get('the record')?.size ?? 0) > 100);
});
