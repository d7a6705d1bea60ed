// The token of a link that acts: `v1.<kid>.<sealed>`, for one person, one thing, one purpose, of one case. Sealed with AES-256-GCM, so that it
// cannot be made up, changed or read. The same content under the same key is the same token: a mail that is composed again is a copy.

import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { CaseKind, PersonId } from '../domain/case/model.ts';
import { addDays, daysBetween, type LocalDate } from '../domain/time/calendar.ts';
import { keptSecret } from '../record/kept-secret.ts';
import type { OpenRecord } from '../record/open.ts';

/** What a link is for. Tokens hold the place in this list: names are only added, at its end. */
export const PURPOSES = [
  'attend',
  'held',
  'book',
  'minutes',
  'distribute',
  'decide',
  'action',
  'other',
  'not-mine',
  'wrong',
  'later',
  'undo',
  'paper',
  'new-date',
  'help',
  'put-right',
  'tell',
  'letter',
] as const;
export type Purpose = (typeof PURPOSES)[number];

/** In the order in which tokens count them. */
const KINDS: readonly CaseKind[] = ['child-protection', 'child-in-need', 'looked-after'];

/** What a token says. */
export interface LinkContent {
  readonly purpose: Purpose;
  readonly kind: CaseKind;
  readonly ref: string;
  readonly person: PersonId;
  /** The duty it is about (`minutes/core-group-3`), or `attend/` and a meeting; of an undo the id of an event. */
  readonly about: string;
  /** The last day on which it opens anything. */
  readonly until: LocalDate;
}

/** A link that was read: the address it was sent to stands in it as a keyed hash. */
export interface ReadLink extends LinkContent {
  readonly sentTo: Buffer;
}

/** One key of those that links are sealed with. */
interface LinkKey {
  readonly kid: string;
  readonly seal: Buffer;
  readonly iv: Buffer;
  readonly address: Buffer;
}

/** The keys: the first seals, all of them open. */
export type LinkKeys = readonly [LinkKey, ...LinkKey[]];

const VERSION = 'v1';
const FIRST_DAY = '2020-01-01' as LocalDate;
/** The purpose, the kind of case, the last day, and a hash of the address. */
const HEAD = 1 + 1 + 2 + 6;
const IV = 12;
const TAG = 16;
/** The longest a token of ours can be: references and ids have their limits. */
const LONGEST = 640;

/**
 * The keys of this installation: NODRIFT_LINK_KEYS, `name:secret` separated by commas, the newest first; without it one that is made once
 * and kept in the record.
 * @throws Error with one line when they cannot be used
 */
export async function linkKeys(record: OpenRecord, text: string | undefined): Promise<LinkKeys> {
  if (text?.trim()) return readLinkKeys(text);
  const secret = await keptSecret(record, 'links');
  return [linkKey('a', secret)];
}

/** Reads NODRIFT_LINK_KEYS. @throws Error with one line when they cannot be used */
export function readLinkKeys(text: string): LinkKeys {
  const keys = text.split(',').map((one) => {
    const [, kid = '', secret = ''] = /^\s*([a-z0-9]{1,8}):(\S{32,})\s*$/.exec(one) ?? [];
    if (!kid)
      throw new Error(
        'NODRIFT_LINK_KEYS must be name:secret, several separated by commas, the newest first; a name is up to 8 of a-z and 0-9, a secret 32 characters or more',
      );
    return linkKey(kid, Buffer.from(secret, 'utf8'));
  });
  const twice = keys.find(({ kid }, i) => keys.findIndex((one) => one.kid === kid) !== i);
  if (twice) throw new Error(`NODRIFT_LINK_KEYS has two keys named ${twice.kid}`);
  return keys as unknown as LinkKeys;
}

function linkKey(kid: string, secret: Buffer): LinkKey {
  const derived = (what: string) => Buffer.from(hkdfSync('sha256', secret, '', `nodrift link ${what}`, 32));
  return { kid, seal: derived('seal'), iv: derived('iv'), address: derived('address') };
}

/** A secret of the pages that stands on the newest key: what ties a form to the browser it was shown in. */
export const formSecret = ([{ address }]: LinkKeys): Buffer =>
  createHmac('sha256', address).update('nodrift forms').digest();

/** What sessions of people who sign in rest on: with another newest key they end. */
export const signInSecret = ([{ address }]: LinkKeys): Buffer =>
  createHmac('sha256', address).update('nodrift sign-in').digest();

/** A link for somebody, as it may stand in a URL. @param email their address: once it changes the link opens nothing */
export function sealLink([key]: LinkKeys, content: LinkContent, email: string | undefined): string {
  const { purpose, kind, ref, person, about, until } = content;
  const head = Buffer.alloc(HEAD);
  head.writeUInt8(PURPOSES.indexOf(purpose), 0);
  head.writeUInt8(KINDS.indexOf(kind), 1);
  head.writeUInt16BE(daysBetween(FIRST_DAY, until), 2);
  addressHash(key, email).copy(head, 4);
  const plain = Buffer.concat([head, Buffer.from([ref, person, about].join('\0'), 'utf8')]);
  // From the content: two links share it only where they are the same link.
  const iv = createHmac('sha256', key.iv).update(plain).digest().subarray(0, IV);
  const cipher = createCipheriv('aes-256-gcm', key.seal, iv).setAAD(associated(key));
  const sealed = Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  return `${VERSION}.${key.kid}.${sealed.toString('base64url')}`;
}

/** What a link says; undefined for what is none of ours, whatever is wrong with it. Whether its day has passed is for whoever asks. */
export function readLink(keys: LinkKeys, token: string): ReadLink | undefined {
  if (token.length > LONGEST) return undefined;
  const [, kid, body] = /^v1\.([a-z0-9]{1,8})\.([A-Za-z0-9_-]+)$/.exec(token) ?? [];
  const key = keys.find((one) => one.kid === kid);
  const sealed = Buffer.from(body ?? '', 'base64url');
  // Written otherwise it would be another token for the same link.
  if (!key || sealed.toString('base64url') !== body || sealed.length <= IV + HEAD + TAG) return undefined;
  try {
    const decipher = createDecipheriv('aes-256-gcm', key.seal, sealed.subarray(0, IV), { authTagLength: TAG })
      .setAAD(associated(key))
      .setAuthTag(sealed.subarray(-TAG));
    return contentOf(Buffer.concat([decipher.update(sealed.subarray(IV, -TAG)), decipher.final()]));
  } catch {
    return undefined;
  }
}

function contentOf(plain: Buffer): ReadLink | undefined {
  const purpose = PURPOSES[plain.readUInt8(0)];
  const kind = KINDS[plain.readUInt8(1)];
  const [ref, person, about] = plain.subarray(HEAD).toString('utf8').split('\0');
  if (!purpose || !kind || !ref || !person || about === undefined) return undefined;
  const until = addDays(FIRST_DAY, plain.readUInt16BE(2));
  return { purpose, kind, ref, person, about, until, sentTo: plain.subarray(4, HEAD) };
}

/** Whether a link was sent to the address that somebody has now. */
export const isSentTo = (keys: LinkKeys, { sentTo }: ReadLink, email: string | undefined): boolean =>
  keys.some((key) => timingSafeEqual(sentTo, addressHash(key, email)));

const addressHash = ({ address }: LinkKey, email = ''): Buffer =>
  createHmac('sha256', address).update(email.trim().toLowerCase()).digest().subarray(0, 6);

const associated = ({ kid }: LinkKey): Buffer => Buffer.from(`nodrift ${VERSION}.${kid}`);

/**
 * What the events that come by a link are called: the same for every mail about one thing to one person, whenever it was sent and with whichever
 * key. So what was recorded by one of them is not recorded again by the next.
 */
export function linkEvents({ purpose, kind, ref, person, about }: Omit<LinkContent, 'until'>): string {
  const said = createHash('sha256').update([purpose, kind, ref, person, about].join('\0')).digest('hex');
  return `link/${purpose}/${said.slice(0, 16)}/`;
}
