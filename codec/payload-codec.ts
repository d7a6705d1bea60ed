// What seals everything that Temporal is given, and opens it again: a payload is read with the key of the case it belongs to, and at no other case.

import { setTimeout as sleep } from 'node:timers/promises';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Payload, PayloadCodec, SerializationContext } from '@temporalio/common';
import proto from '@temporalio/proto';
import { CaseErased, type CaseKeys, KeysUnavailable } from './case-keys.ts';
import { CannotRead, type DataKey, newDataKey, seal, unseal } from './data-key.ts';
import { ownerOf } from './owner.ts';

/**
 * `required`: what is not sealed is refused. `migrating`: it is read, and what is written is sealed: for cases that an earlier release began.
 * `off`: nothing is sealed, and both are read: for tests of earlier releases.
 */
export type EncryptionMode = 'required' | 'migrating' | 'off';

export interface CodecSettings {
  readonly keys: CaseKeys;
  readonly namespace: string;
  readonly mode?: EncryptionMode | undefined;
  /**
   * For a worker: what cannot be read is handed on as a payload that no converter takes, not thrown. So an update of a program without keys is rejected, and
   * does not block the case; whatever else cannot be read fails the task as it must.
   */
  readonly forWorker?: boolean | undefined;
}

/** As the SDK takes it; and says of an erased case that it was, when Temporal has forgotten it. */
export interface CaseCodec extends PayloadCodec {
  /** @throws CaseErased, KeysUnavailable */
  assertKept(workflowId: string): Promise<void>;
}

const ENCODING = 'binary/encrypted';
const VERSION = '2';
const ENCODED = { encoding: Buffer.from(ENCODING), v: Buffer.from(VERSION) } as const;
const { Payload: PayloadProto } = proto.temporal.api.common.v1;

/** The names in a sealed payload's metadata. */
const said = (payload: Payload, name: 'encoding' | 'v' | 'dek' | 'own'): string | undefined => {
  const bytes = payload.metadata && Object.hasOwn(payload.metadata, name) ? payload.metadata[name] : undefined;
  return bytes && Buffer.from(bytes).toString('utf8');
};

/** Whose a sealed payload says it is, which is proved only when it opens; undefined for what is not sealed. */
export const ownerSaid = (payload: Payload): string | undefined =>
  said(payload, 'encoding') === ENCODING ? said(payload, 'own') : undefined;

/**
 * The namespace is the codec's own, not the context's: histories are replayed in one that is called `default` whatever it was.
 * @throws in `decode` CannotRead; in both KeysUnavailable and CaseErased
 */
export function payloadCodec({ keys, namespace, mode = 'required', forWorker = false }: CodecSettings): CaseCodec {
  const about = (owner: string, id: string): string => `${VERSION}|${namespace}|${owner}|${id}`;

  const open = (payload: Payload, found: ReadonlyMap<string, DataKey>, context?: SerializationContext): Payload => {
    const owner = ownerSaid(payload);
    if (owner === undefined) {
      if (mode !== 'required') return payload;
      throw new CannotRead(
        'a payload is not encrypted, and encryption is required: it came from a program without keys, or from before NODRIFT_ENCRYPTION=migrating; see docs/keys.md',
      );
    }
    if (context && owner !== ownerOf(context.workflowId))
      throw new CannotRead(`a payload of ${owner} stands at ${ownerOf(context.workflowId)}: it was moved there`);
    if (said(payload, 'v') !== VERSION) throw new CannotRead('a payload is encrypted by another release');
    const key = found.get(owner);
    if (!key) throw new CannotRead(`there is no key of ${owner}: it was erased, or this is another key store`);
    if (said(payload, 'dek') !== key.id)
      throw new CannotRead(`a payload of ${owner} needs the key ${said(payload, 'dek')}, and there is ${key.id}`);
    return unpacked(unseal(key, about(owner, key.id), payload.data ?? new Uint8Array()));
  };

  const openOrRefuse: typeof open = (payload, found, context) => {
    try {
      return open(payload, found, context);
    } catch (error) {
      if (!(forWorker && context?.type === 'workflow' && error instanceof CannotRead)) throw error;
      return { metadata: { encoding: Buffer.from(`refused: ${error.message}`) } };
    }
  };

  return {
    async encode(payloads, context) {
      if (mode === 'off' || payloads.length === 0) return payloads;
      const owner = ownerOf(context?.workflowId);
      const key = await (context?.type === 'workflow' ? keys.keyFor(owner) : keyAfterWork(keys, owner));
      const metadata = { ...ENCODED, dek: Buffer.from(key.id), own: Buffer.from(owner) };
      return payloads.map((payload) => ({
        metadata,
        data: seal(key, about(owner, key.id), packed(payload)),
      }));
    },
    async decode(payloads, context) {
      const owners = payloads.flatMap((payload) => ownerSaid(payload) ?? []);
      if (owners.length === 0) return payloads.map((payload) => openOrRefuse(payload, NONE, context));
      const ask = () => keys.keysOf(owners);
      const found = await (context?.type === 'activity' ? patiently(ask) : ask());
      return payloads.map((payload) => openOrRefuse(payload, found, context));
    },
    assertKept: (workflowId) => keys.assertKept(ownerOf(workflowId)),
  };
}

const AS_IT_IS = 0;
const DEFLATED = 1;
/** Below this it gains nothing. */
const WORTH_DEFLATING = 300;
/** More than Temporal takes for one payload, deflated or not. */
const LARGEST = 64 * 1024 * 1024;

/** What is sealed: a byte that says how, and the payload. What is sealed no disk can make smaller, so it is deflated before. */
function packed(payload: Payload): Buffer {
  const plain = PayloadProto.encode(payload).finish();
  return plain.byteLength < WORTH_DEFLATING
    ? Buffer.concat([Buffer.of(AS_IT_IS), plain])
    : Buffer.concat([Buffer.of(DEFLATED), deflateRawSync(plain, { level: 1 })]);
}

/** @throws CannotRead for what another release packed */
function unpacked(plain: Buffer): Payload {
  const content = plain.subarray(1);
  if (plain[0] === AS_IT_IS) return PayloadProto.decode(content);
  if (plain[0] === DEFLATED) return PayloadProto.decode(inflateRawSync(content, { maxOutputLength: LARGEST }));
  throw new CannotRead('a payload is packed as no release up to this one does');
}

const NONE: ReadonlyMap<string, DataKey> = new Map();
const PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

/**
 * The key for what an activity has to say, or a worker of a task that failed. A worker ends when it cannot say it, so it waits until keys are to be had. What an activity of an erased case
 * says is sealed with a key that nobody keeps.
 */
const keyAfterWork = (keys: CaseKeys, owner: string): Promise<DataKey> =>
  patiently(() => keys.keyFor(owner)).catch((error: unknown) => {
    if (error instanceof CaseErased) return newDataKey();
    throw error;
  });

async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (let pause = PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof KeysUnavailable)) throw error;
      await sleep(pause, undefined, { ref: false });
    }
  }
}
