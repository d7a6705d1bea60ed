// The codec server of Temporal UI: opens what is sealed, for an operator who is signed in, of the cases of their authority and of no other: the words
// that are written for operators, and what a case holds for those who have a right of its own. It decodes and nothing else. Every answer is audited with
// whose payloads were opened, never with what is in them.

import { createHash, timingSafeEqual } from 'node:crypto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import type { Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { getCookie } from 'hono/cookie';
import * as z from 'zod';
import { Unavailable } from '../client/errors.ts';
import { CaseErased, KeysUnavailable, SYSTEM } from '../codec/case-keys.ts';
import { CannotRead } from '../codec/data-key.ts';
import { ownerSaid } from '../codec/payload-codec.ts';
import { RecordUnavailable } from '../record/failures.ts';
import type { Right } from '../record/schema-directory.ts';
import { isWords } from './plain-words.ts';
import type { SigningIn } from './sign-in/sign-in-pages.ts';
import type { Desk } from './staff/desk.ts';
import { present } from './staff/present.ts';
import { LONGEST_WAIT_S, Turns } from './waiting-turns.ts';

export const CODEC = '/codec';
/** The cookie by which the UI that `npm start` runs shows that it was opened by the address that was printed. */
export const UI_COOKIE = 'nodrift-temporal-ui';

const LARGEST = 4 * 1024 * 1024;
const MOST_PAYLOADS = 500;

export interface CodecServing {
  /** Where Temporal UI is, exactly as browsers name it: pages from elsewhere get nothing. */
  readonly origins: readonly string[];
  readonly codec: PayloadCodec;
  readonly namespace: string;
  /** Whose a case is; undefined for one that the record does not know. @throws RecordUnavailable */
  readonly authorityOf: (caseId: string) => Promise<string | undefined>;
  /** What that UI's cookie holds; absent where no UI is run here. */
  readonly uiToken?: string | undefined;
  /** How often one reader may ask. Tests give one whose turns are used up. */
  readonly turns?: Pick<Turns, 'take'> | undefined;
}

interface Asking extends CodecServing, Pick<SigningIn, 'auth' | 'audit' | 'addressOf' | 'now'> {
  readonly desk: Desk;
}

/** Who asks, and of which authorities they may read what. Words of all include those of what belongs to no case. */
interface Reader {
  readonly who: string;
  readonly words: readonly string[] | 'all';
  readonly contents: readonly string[] | 'all';
}
type May = 'words' | 'contents';

const BODY = z.object({
  payloads: z
    .array(
      z.looseObject({
        metadata: z.record(z.string(), z.string()).nullish(),
        data: z.string().nullish(),
      }),
    )
    .max(MOST_PAYLOADS),
});
type Sent = z.infer<typeof BODY>['payloads'][number];

/** Registers it. Below `/codec` there is decoding, and nothing else. */
export function codecServer(app: Hono, on: Asking): void {
  const turns = on.turns ?? new Turns();
  app.use(`${CODEC}/*`, async (c, next) => {
    const origin = c.req.header('origin') ?? '';
    c.header('Vary', 'Origin');
    if (!on.origins.includes(origin)) return refused(c, 403, 'Only Temporal UI may ask here.');
    c.header('Access-Control-Allow-Origin', origin);
    c.header('Access-Control-Allow-Credentials', 'true');
    return next();
  });
  app.options(`${CODEC}/decode`, (c) => {
    c.header('Access-Control-Allow-Methods', 'POST, OPTIONS');
    c.header('Access-Control-Allow-Headers', 'content-type, x-namespace, authorization, authorization-extras');
    c.header('Access-Control-Max-Age', '600');
    return c.body(null, 204);
  });
  app.post(
    `${CODEC}/decode`,
    bodyLimit({ maxSize: LARGEST, onError: (c) => refused(c, 413, 'At most 4 MiB are decoded at once.') }),
    async (c) => {
      try {
        return await decode(c, on, turns);
      } catch (error) {
        if (error instanceof RecordUnavailable || error instanceof KeysUnavailable || error instanceof Unavailable)
          return refused(c, 503, 'The record or the keys do not answer now.');
        throw error;
      }
    },
  );
  app.all(`${CODEC}/*`, (c) => refused(c, 404, 'Nothing but decode is served here.'));
}

async function decode(c: Context, on: Asking, turns: Pick<Turns, 'take'>): Promise<Response> {
  const reader = await readerOf(c, on);
  if (!reader) return refused(c, 401, 'Sign in to the app as an operator, then look again.');
  if (!/^application\/json\b/i.test(c.req.header('content-type') ?? '')) return refused(c, 415, 'Send JSON.');
  const parsed = BODY.safeParse(await c.req.json().catch(() => undefined));
  if (!parsed.success) return refused(c, 400, `Send {"payloads": […]}, at most ${MOST_PAYLOADS} of them.`);
  const wait = turns.take(reader.who, on.now().getTime());
  if (wait === 'too long') {
    c.header('Retry-After', String(LONGEST_WAIT_S));
    return refused(c, 429, 'Too many at once: look again in a moment.');
  }
  if (wait > 0) await new Promise((done) => setTimeout(done, wait));

  const { payloads } = parsed.data;
  const mayRead = await readable(payloads, reader, on);
  const opened = await Promise.all(payloads.map((sent) => openedOr(sent, mayRead, on)));
  await audited(c, on, reader, opened);
  return c.json({ payloads: opened.map(({ payload }) => payload) });
}

async function readerOf(c: Context, { auth, desk, uiToken }: Asking): Promise<Reader | undefined> {
  const token = getCookie(c, UI_COOKIE);
  if (uiToken !== undefined && token !== undefined && sameText(token, uiToken))
    return { who: 'temporal-ui', words: 'all', contents: 'all' };
  const session = await auth.session(c.req.header('cookie') ?? '');
  const me = session && (await present(desk, session));
  if (!me || !session) return undefined;
  const of = (right: Right) =>
    me.staff.filter(({ rights }) => rights.includes(right)).map(({ authority }) => authority);
  const contents = [
    ...of('case-reader'),
    ...session.rights.flatMap((one) => (one.right === 'case-reader' ? [one.authority] : [])),
  ];
  const words = session.rights.some(({ right }) => right === 'operations') ? 'all' : [...of('operator'), ...contents];
  return words.length > 0 ? { who: me.who, words, contents } : undefined;
}

/** What this reader may see of each owner of these: absent for whom they see nothing of. What belongs to no case holds words and ids. */
async function readable(payloads: readonly Sent[], reader: Reader, on: Asking): Promise<ReadonlyMap<string, May>> {
  const owners = [...new Set(payloads.flatMap((sent) => ownerSaid(payloadOf(sent)) ?? []))];
  const known = await Promise.all(owners.map(async (owner) => [owner, await mayRead(owner, reader, on)] as const));
  return new Map(known.flatMap(([owner, may]) => (may ? [[owner, may]] : [])));
}

async function mayRead(owner: string, { words, contents }: Reader, on: Asking): Promise<May | undefined> {
  if (contents === 'all') return 'contents';
  if (owner === SYSTEM) return 'words';
  const authority = await on.authorityOf(owner);
  if (authority !== undefined && contents.includes(authority)) return 'contents';
  return words === 'all' || (authority !== undefined && words.includes(authority)) ? 'words' : undefined;
}

interface Opened {
  readonly payload: Sent;
  /** Whose key opened it, and which; absent for what is returned as it came. */
  readonly by?: string;
  readonly is?: May;
}

/** Opens one payload. What cannot be opened, or may not be, is returned as it came, so that the page still shows the others. */
async function openedOr(sent: Sent, mayRead: ReadonlyMap<string, May>, { codec }: Asking): Promise<Opened> {
  const payload = payloadOf(sent);
  const owner = ownerSaid(payload);
  const may = owner === undefined ? undefined : mayRead.get(owner);
  if (may === undefined) return { payload: sent };
  try {
    const [plain] = await codec.decode([payload]);
    const key = Buffer.from(payload.metadata?.dek ?? []).toString('utf8');
    if (!plain) return { payload: sent };
    const is = isWords(plain) ? 'words' : 'contents';
    if (is === 'contents' && may === 'words') return { payload: sent };
    return { payload: sentOf(plain), by: `${owner}:${key}`, is };
  } catch (error) {
    if (error instanceof CannotRead || error instanceof CaseErased) return { payload: sent };
    // What it opened to is no protobuf: its reader throws these.
    if (error instanceof RangeError || error instanceof TypeError) return { payload: sent };
    throw error;
  }
}

/** Writes an entry for each key that opened something, and how many it opened, words apart from what a case holds. Durable before anything is answered. */
async function audited(c: Context, on: Asking, { who }: Reader, opened: readonly Opened[]): Promise<void> {
  const counts = new Map<string, { what: string; is: May; many: number }>();
  for (const { by, is } of opened)
    if (by !== undefined && is !== undefined) {
      const one = counts.get(`${is} ${by}`) ?? { what: by, is, many: 0 };
      counts.set(`${is} ${by}`, { ...one, many: one.many + 1 });
    }
  const did = `POST ${CODEC}/decode ${on.namespace}`;
  const from = on.addressOf(c);
  if (counts.size === 0) return on.audit({ who, did, outcome: 'opened-0', from });
  await Promise.all(
    [...counts.values()].map(({ what, is, many }) =>
      on.audit({ who, did, what, outcome: `${is === 'words' ? 'words' : 'opened'}-${many}`, from }),
    ),
  );
}

/** From the JSON of Temporal's API to what the codec takes. */
const payloadOf = ({ metadata, data }: Sent): Payload => ({
  metadata: Object.fromEntries(
    Object.entries(metadata ?? {}).map(([name, value]) => [name, Buffer.from(value, 'base64')]),
  ),
  data: Buffer.from(data ?? '', 'base64'),
});

const sentOf = ({ metadata, data }: Payload): Sent => ({
  metadata: Object.fromEntries(
    Object.entries(metadata ?? {}).map(([name, value]) => [name, Buffer.from(value).toString('base64')]),
  ),
  data: Buffer.from(data ?? []).toString('base64'),
});

const refused = (c: Context, status: 400 | 401 | 403 | 404 | 413 | 415 | 429 | 503, detail: string): Response =>
  c.json({ status, detail }, status);

/** Compares in the same time however much of it is right. */
const sameText = (a: string, b: string): boolean =>
  timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());
