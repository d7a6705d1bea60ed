// The client over Temporal and the client over HTTP, side by side on one server: the same calls, the same answers, the same errors.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { pino } from 'pino';
import {
  BadInput,
  CaseExists,
  type CaseFile,
  type CaseKey,
  CaseNotFound,
  IdTaken,
  InvalidEvent,
  type NewEvent,
  Nodrift,
  type NodriftClient,
  NotAllowed,
  Refused,
} from '../../client/index.ts';
import { Nodrift as OverTemporal } from '../../client/nodrift.ts';
import { fromEpochMs, inLondon } from '../../domain/time/calendar.ts';
import { makeKey } from '../../record/api-keys.ts';
import { SCOPES } from '../../record/scopes.ts';
import { type ServedWeb, serveWeb } from '../../web/serve.ts';
import { family } from '../support/family.ts';
import { until, useRig } from '../support/harness.ts';

const rig = useRig();
let web: ServedWeb | undefined;
let ways: readonly [name: string, nodrift: NodriftClient][];
let readOnly: NodriftClient;
let elsewhere: NodriftClient;
let unknown: NodriftClient;

/** Begun by the first test: hooks of a file run side by side, and this one needs the server. */
test('the app serves both', async () => {
  const { client, record } = rig;
  web = await serveWeb({
    ...{ client, record, publicUrl: 'http://127.0.0.1', host: '127.0.0.1', port: 0 },
    log: pino({ level: 'silent' }),
  });
  const key = async (scopes: typeof SCOPES | readonly ['cases:read'], authorities: readonly string[] | 'all') =>
    (await makeKey(record, { name: 'test', madeBy: 'test', scopes, authorities })).text;
  ways = [
    ['Temporal', new OverTemporal(client)],
    ['HTTP', Nodrift.http(web.url, await key(SCOPES, 'all'))],
  ];
  readOnly = Nodrift.http(web.url, await key(['cases:read'], 'all'));
  elsewhere = Nodrift.http(web.url, await key(SCOPES, ['hull']));
  unknown = Nodrift.http(web.url, 'nd_nobody');
  assert.equal(ways.length, 2);
});
after(() => web?.close());

const today = () => inLondon(fromEpochMs(Date.now())).slice(0, 10);
const discussion = (change: object = {}): NewEvent => ({
  id: 'discussion',
  event: { type: 'strategy-discussion-held', by: 'amira', on: today(), ...change } as NewEvent['event'],
});
const plan: NewEvent = {
  id: 'conference',
  event: {
    ...{ type: 'conference-held', by: 'carl', on: today(), outcome: 'plan', members: ['nina', 'owen', 'mum', 'dad'] },
    reason: 'the chair came late',
  } as NewEvent['event'],
};

/** A case that one of them opened. */
async function opened(nodrift: NodriftClient, change: Partial<CaseFile> = {}): Promise<CaseKey> {
  const file = family(rig.newRef(), change);
  rig.track(`${file.kind}/${file.ref}`);
  await nodrift.open(file, [discussion()]);
  return { kind: file.kind, ref: file.ref };
}

/** What each of them answers, on one case. */
const both = <T>(ask: (nodrift: NodriftClient) => Promise<T>): Promise<readonly T[]> =>
  Promise.all(ways.map(([, nodrift]) => ask(nodrift)));

/** What each of them throws: its class, its words, its rule. */
async function failures(ask: (nodrift: NodriftClient) => Promise<unknown>): Promise<readonly Error[]> {
  return Promise.all(
    ways.map(async ([name, nodrift]) => {
      try {
        await ask(nodrift);
      } catch (error) {
        return error as Error;
      }
      throw new Error(`${name} answered`);
    }),
  );
}

/** The same class, and over HTTP whatever it is about. */
async function bothThrow(type: new (...args: never[]) => Error, ask: (nodrift: NodriftClient) => Promise<unknown>) {
  const [one, other] = await failures(ask);
  for (const error of [one, other]) assert.equal(error?.constructor, type, String(error));
  return [one, other] as const;
}

test('what one of them opens, both answer alike: owed, history, people, and the same opening again', async () => {
  for (const [name, nodrift] of ways) {
    const file = family(rig.newRef());
    const key = { kind: file.kind, ref: file.ref };
    rig.track(`${file.kind}/${file.ref}`);
    const first = await nodrift.open(file, [discussion()]);
    assert.deepEqual(first.recorded, ['discussion'], name);
    for (const again of await both((one) => one.open(file, [discussion()]))) assert.deepEqual(again, first);
    for (const ask of [
      (one: NodriftClient) => one.owed(key),
      (one: NodriftClient) => one.owed(key, '2040-01-01T09:00:00Z'),
      (one: NodriftClient) => one.history(key),
      (one: NodriftClient) => one.people(key),
    ]) {
      const [over, http] = await both<unknown>(ask);
      assert.deepEqual(http, over, name);
    }
  }
});

test('events recorded, corrected and withdrawn by either stand the same', async () => {
  for (const [name, nodrift] of ways) {
    const key = await opened(nodrift);
    const answer = await nodrift.record(key, [plan]);
    assert.deepEqual(answer.recorded, ['conference'], name);
    const change = { members: ['nina', 'owen', 'mum'] };
    await nodrift.correct(key, [{ corrects: 'conference', change, by: 'carl', reason: 'dad was not named' }]);
    await nodrift.withdraw(key, [{ withdraws: 'conference', by: 'carl', reason: 'another case' }]);
    const { events } = await nodrift.history(key);
    assert.deepEqual(
      events.map(({ event }) => event.type),
      ['strategy-discussion-held', 'conference-held', 'event-corrected', 'event-withdrawn'],
      name,
    );
    assert.equal((await nodrift.owed(key)).duties[0]?.duty, 'hold/initial-conference');
  }
});

test('an event without an id gets one from the client, so that what is sent again is the same', async () => {
  for (const [, nodrift] of ways) {
    const key = await opened(nodrift);
    const { recorded } = await nodrift.record(key, [{ event: plan.event }]);
    assert.match(recorded[0] ?? '', /^\d{8}T\d{9}Z-/);
  }
});

test('a paper is made alike', async () => {
  const key = await opened(ways[0]![1]);
  const [over, http] = await both((one) =>
    one.paper(key, 'agenda', 'initial-conference').catch((error) => error.message),
  );
  assert.deepEqual(http, over);
});

test('refused by a rule: Refused, with the rule and the words', async () => {
  const key = await opened(ways[0]![1]);
  const ended = {
    id: 'ended',
    event: { type: 'plan-ended', by: 'nina', on: today(), next: 'none' } as NewEvent['event'],
  };
  const [over, http] = await bothThrow(Refused, (one) => one.record(key, [ended]));
  assert.equal((http as Refused).rule, (over as Refused).rule);
  assert.equal(http?.message, over?.message);
});

test('what is no event: InvalidEvent, over HTTP with its field', async () => {
  const key = await opened(ways[0]![1]);
  const wrong = {
    id: 'w',
    event: { type: 'minutes-received', by: 'amira', meeting: 'core-group-1', on: '2026-02-31' },
  } as NewEvent;
  const [, http] = await bothThrow(InvalidEvent, (one) => one.record(key, [wrong]));
  assert.equal((http as InvalidEvent).field, 'events.0.event.on');
  await bothThrow(InvalidEvent, (one) => one.record(key, [{ event: undefined } as unknown as NewEvent]));
  await bothThrow(InvalidEvent, (one) =>
    one.open({ ...family('X'), kind: 'no-such' } as unknown as CaseFile, [discussion()]),
  );
});

test('an id, or a reference, that means something else', async () => {
  const key = await opened(ways[0]![1]);
  const [over, http] = await bothThrow(IdTaken, (one) => one.record(key, [{ ...plan, id: 'discussion' }]));
  assert.deepEqual([(http as IdTaken).id, http?.message], [(over as IdTaken).id, over?.message]);
  await bothThrow(CaseExists, (one) =>
    one.open(family(key.ref, { team: 'south' }), [{ ...discussion(), id: 'other' }]),
  );
});

test('a case that is not there: CaseNotFound, in the same words', async () => {
  const nowhere = { kind: 'child-in-need', ref: 'NOWHERE-1' } as const;
  for (const ask of [
    (one: NodriftClient) => one.owed(nowhere),
    (one: NodriftClient) => one.history(nowhere),
    (one: NodriftClient) => one.people(nowhere),
    (one: NodriftClient) => one.record(nowhere, [plan]),
  ]) {
    const [over, http] = await bothThrow(CaseNotFound, ask);
    assert.equal(http?.message, over?.message);
  }
});

test('a moment that is none: BadInput', async () => {
  const key = await opened(ways[0]![1]);
  await bothThrow(BadInput, (one) => one.owed(key, 'tomorrow'));
  await bothThrow(BadInput, (one) => one.correct(key, [{ corrects: 'nothing', change: {}, by: 'amira', reason: 'x' }]));
});

test('a key without the scope is NotAllowed; another authority’s case is not there', async () => {
  const key = await opened(ways[0]![1]);
  await assert.rejects(readOnly.record(key, [plan]), NotAllowed);
  await assert.rejects(elsewhere.owed(key), CaseNotFound);
  await assert.rejects(unknown.owed(key), NotAllowed);
  assert.equal((await readOnly.owed(key)).ref, key.ref);
});

test('both list the running cases, with what is late first', async () => {
  const authority = 'barnsley';
  const team = `team-${rig.newRef()}`.toLowerCase();
  const { ref } = await opened(ways[1]![1], { team });
  const lists = () => both((one) => one.list({ authority, team }));
  await until(async () => (await lists()).every((list) => list.length === 1), 'the case in both lists');
  const [over, http] = await lists();
  assert.deepEqual(http, over);
  assert.equal(http?.[0]?.ref, ref);
});

test('one meeting of a family is recorded in every case of it, or in none, L27', async () => {
  for (const [name, nodrift] of ways) {
    const of = `F-${rig.newRef()}`;
    const keys = [await opened(nodrift, { family: of }), await opened(nodrift, { family: of })];
    for (const key of keys) await nodrift.record(key, [plan]);
    await until(async () => (await nodrift.list({ family: of })).length === 2, 'both cases in the list');
    const booked = (by: string): NewEvent => ({
      id: `booked-${by}`,
      event: {
        type: 'meeting-booked',
        by,
        meeting: 'core-group',
        start: `${today()}T17:30`,
        venue: 'Hall',
      } as NewEvent['event'],
    });
    const answers = await nodrift.recordForFamily(of, [booked('amira')]);
    assert.deepEqual(answers.map((one) => one.case).sort(), keys.map((key) => `${key.kind}/${key.ref}`).sort(), name);
    await assert.rejects(nodrift.recordForFamily(of, [booked('nobody-known')]), Refused);
  }
});
