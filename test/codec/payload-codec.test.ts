// Payloads: what Temporal is given is read at the case it belongs to, unaltered, and nowhere else; what is not sealed is refused.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type DataConverter,
  defaultPayloadConverter,
  type Payload,
  type SerializationContext,
} from '@temporalio/common';
import { loadDataConverter } from '@temporalio/common/lib/internal-non-workflow/index.js';
import { CaseErased, type CaseKeys, KeysUnavailable, memoryKeys, SYSTEM } from '../../codec/case-keys.ts';
import { encrypting } from '../../codec/data-converter.ts';
import { CannotRead } from '../../codec/data-key.ts';
import { ownerSaid, payloadCodec } from '../../codec/payload-codec.ts';
import fc from '../support/seeded.ts';

const namespace = 'nodrift';
const at = (workflowId: string): SerializationContext => ({ type: 'workflow', namespace, workflowId });
const A = 'child-protection/A';
const B = 'child-protection/B';
const plain = (value: unknown): Payload => defaultPayloadConverter.toPayload(value)!;
const value = (payload: Payload): unknown => defaultPayloadConverter.fromPayload(payload);
const text = (payload: Payload): string =>
  [payload.data, ...Object.values(payload.metadata ?? {})]
    .map((part) => Buffer.from(part ?? []).toString('utf8'))
    .join(' ');

function setUp(keys: CaseKeys = memoryKeys()) {
  const codec = payloadCodec({ keys, namespace });
  const sealed = async (given: unknown, workflowId = A): Promise<Payload> =>
    (await codec.encode([plain(given)], at(workflowId)))[0]!;
  const opened = async (payload: Payload, context: SerializationContext | undefined = at(A)): Promise<unknown> =>
    value((await codec.decode([payload], context))[0]!);
  return { keys, codec, sealed, opened };
}

test('whatever a workflow says is read as it was, and shows nothing of it meanwhile', async () => {
  const { sealed, opened } = setUp();
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), async (given) => {
      assert.deepEqual(await opened(await sealed(given)), JSON.parse(JSON.stringify(given)));
    }),
    { numRuns: 50 },
  );
  const payload = await sealed({ name: 'Canary Maya' });
  assert.doesNotMatch(text(payload), /Canary|json\/plain/);
  assert.equal(ownerSaid(payload), A);
});

test('what is long is deflated before it is sealed, and read as it was', async () => {
  const { sealed, opened } = setUp();
  const given = { lines: Array.from({ length: 500 }, (_, n) => `core group ${n % 7} was held, minutes are owed`) };
  const payload = await sealed(given);
  assert.ok(payload.data!.byteLength < JSON.stringify(given).length / 5);
  assert.deepEqual(await opened(payload), given);
});

test('many payloads of several cases are opened at once, each with its own key', async () => {
  const { codec, sealed } = setUp();
  const payloads = [await sealed(1, A), await sealed(2, B), await sealed(3, 'nodrift-round')];
  assert.deepEqual((await codec.decode(payloads)).map(value), [1, 2, 3]);
  assert.deepEqual(payloads.map(ownerSaid), [A, B, SYSTEM]);
  assert.deepEqual(await codec.encode([], at(A)), []);
});

test('any bit of it that is flipped is refused, in its metadata too', async () => {
  const { sealed, opened } = setUp();
  const payload = await sealed({ name: 'Maya' });
  const parts: [string, Uint8Array][] = [['data', payload.data!], ...Object.entries(payload.metadata!)];
  for (const [name, bytes] of parts)
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = Uint8Array.from(bytes);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      const altered =
        name === 'data'
          ? { ...payload, data: changed }
          : { ...payload, metadata: { ...payload.metadata, [name]: changed } };
      await assert.rejects(opened(altered), CannotRead, `${name}, bit ${bit}`);
    }
});

test("a payload that is moved to another case is refused there, and with that case's name put on it everywhere", async () => {
  const { sealed, opened, keys } = setUp();
  const payload = await sealed('of A');
  await keys.keyFor(B);
  await assert.rejects(opened(payload, at(B)), /a payload of child-protection\/A stands at child-protection\/B/);
  const renamed = { ...payload, metadata: { ...payload.metadata, own: Buffer.from(B) } };
  await assert.rejects(opened(renamed, at(B)), CannotRead);
  const key = Buffer.from((await keys.keyFor(B)).id);
  const both = { ...renamed, metadata: { ...renamed.metadata, dek: key } };
  for (const context of [at(A), at(B), undefined]) await assert.rejects(opened(both, context), CannotRead);
});

test("another namespace's is refused", async () => {
  const { keys, sealed } = setUp();
  const payload = await sealed('here');
  const elsewhere = payloadCodec({ keys, namespace: 'another' });
  await assert.rejects(elsewhere.decode([payload], at(A)), CannotRead);
});

test('what is not encrypted is refused; while migrating it is read, and what is written is encrypted', async () => {
  const { keys, opened } = setUp();
  await assert.rejects(opened(plain('Canary')), (error: Error) => {
    assert.ok(error instanceof CannotRead);
    assert.match(error.message, /not encrypted.*docs\/keys\.md/);
    assert.doesNotMatch(error.message, /Canary/);
    return true;
  });
  const migrating = payloadCodec({ keys, namespace, mode: 'migrating' });
  assert.equal(value((await migrating.decode([plain('old')], at(A)))[0]!), 'old');
  assert.equal(ownerSaid((await migrating.encode([plain('new')], at(A)))[0]!), A);
  const off = payloadCodec({ keys, namespace, mode: 'off' });
  assert.equal(value((await off.encode([plain('old')], at(A)))[0]!), 'old');
});

test('a worker hands on what it cannot read as what no converter takes, so that an update is rejected', async () => {
  const { keys } = setUp();
  const worker = payloadCodec({ keys, namespace, forWorker: true });
  const [refused] = await worker.decode([plain('Canary')], at(A));
  assert.throws(() => value(refused!), /Unknown encoding: refused: a payload is not encrypted/);
  assert.doesNotMatch(text(refused!), /Canary/);
  const activity: SerializationContext = { type: 'activity', namespace, workflowId: A, isLocal: false };
  await assert.rejects(worker.decode([plain('Canary')], activity), CannotRead);
});

test('an erased case is read by nobody, and begins no more', async () => {
  const { keys, codec, sealed, opened } = setUp();
  const payload = await sealed('gone');
  await keys.erase(A, { by: 'S-17', at: '2026-11-26T10:00:00Z' });
  await assert.rejects(opened(payload), /no key of child-protection\/A: it was erased/);
  await assert.rejects(codec.encode([plain('new')], at(A)), CaseErased);
  // An activity that still runs has its say, and nobody hears it.
  const activity: SerializationContext = { type: 'activity', namespace, workflowId: A, isLocal: false };
  const [said] = await codec.encode([plain('too late')], activity);
  await assert.rejects(opened(said!, activity), CannotRead);
});

test('while keys are away a workflow task fails, and what an activity has to say waits for them', async () => {
  const real = memoryKeys();
  await real.keyFor(A);
  let away = true;
  const orAway = <T>(ask: () => Promise<T>) => (away ? Promise.reject(new KeysUnavailable('away')) : ask());
  const { codec } = setUp({
    ...real,
    keyFor: (o) => orAway(() => real.keyFor(o)),
    keysOf: (o) => orAway(() => real.keysOf(o)),
  });
  await assert.rejects(codec.encode([plain(1)], at(A)), KeysUnavailable);
  const activity: SerializationContext = { type: 'activity', namespace, workflowId: A, isLocal: false };
  const saying = codec.encode([plain('done')], activity);
  away = false;
  // The codec keeps no process alive while it waits.
  const alive = setInterval(() => {}, 100);
  assert.equal(value((await codec.decode(await saying, activity))[0]!), 'done');
  clearInterval(alive);
});

test('messages, stacks and causes of failures are payloads; only their types show', () => {
  const converter: DataConverter = encrypting({ keys: memoryKeys(), namespace });
  const { failureConverter, payloadConverter } = loadDataConverter(converter);
  const error = new Error('Canary message', { cause: new TypeError('Canary cause') });
  const failure = failureConverter.errorToFailure(error, payloadConverter);
  assert.equal(failure.message, 'Encoded failure');
  assert.equal(failure.stackTrace, '');
  assert.equal(failure.cause?.message, 'Encoded failure');
  assert.ok(failure.encodedAttributes && failure.cause?.encodedAttributes);
});
