// The routes of keys: nobody gives, renews or ends more than they have themselves.

import { z } from '@hono/zod-openapi';
import {
  type ApiKey,
  keyOf,
  listKeys,
  makeKey,
  type NewApiKey,
  revokeKey,
  rotateKey,
  type ShownKey,
} from '../../record/api-keys.ts';
import { asked } from '../../record/failures.ts';
import type { OpenRecord } from '../../record/open.ts';
import { API, type Api, NOT_FOUND, route } from './api-frame.ts';
import { type Caller, SCOPES } from './caller.ts';
import { demandAuthority } from './demand-authority.ts';
import { json, jsonBody } from './json-answer.ts';
import { Problem } from './problem.ts';

export interface KeyDeps {
  /** All keys, the oldest first. */
  readonly list: () => Promise<readonly ApiKey[]>;
  readonly find: (id: string) => Promise<ApiKey | undefined>;
  readonly make: (key: NewApiKey) => Promise<ShownKey>;
  readonly rotate: (id: string, overlapS: number) => Promise<ShownKey | undefined>;
  readonly revoke: (id: string) => Promise<boolean>;
}

/** Keys in the record. @param forget what this process remembers of a key holds no more */
export const keysIn = (record: OpenRecord, forget: (id: string) => void): KeyDeps => ({
  list: () => asked(() => listKeys(record)),
  find: (id) => asked(() => keyOf(record, id)),
  make: (key) => asked(() => makeKey(record, key)),
  rotate: (id, overlapS) => asked(() => rotateKey(record, id, overlapS)).finally(() => forget(id)),
  revoke: (id) => asked(() => revokeKey(record, id)).finally(() => forget(id)),
});

const moment = z.string().openapi({ format: 'date-time', example: '2027-03-29T13:05:00.000Z' });
const SCOPE = z.enum(SCOPES);
const AUTHORITIES = z
  .union(
    [
      z.literal('all'),
      z
        .array(z.string().regex(/^[a-z0-9-]{1,64}$/))
        .min(1)
        .max(200),
    ],
    'must be all, or the names of one authority or more',
  )
  .openapi({
    description: 'Whose cases it sees: the names of authorities, or all',
    example: ['barnsley'],
  });
const FIELDS = {
  id: z.string().openapi({ description: 'What stands in the key after nd_; nothing secret', example: 'k7dq2c3xw5la' }),
  name: z.string(),
  scopes: z.array(SCOPE),
  authorities: AUTHORITIES,
  made: moment,
  madeBy: z.string().openapi({ example: 'key:k7dq2c3xw5la' }),
  expires: moment.nullable(),
  revoked: moment.nullable(),
  used: moment.nullable().openapi({ description: 'When it was last used, to the minute' }),
  oldSecretUntil: moment.nullable().openapi({ description: 'After a rotation: until when the secret before is good' }),
};
const KEY = z.object(FIELDS).openapi('ApiKey');
const SHOWN = z
  .object({
    ...FIELDS,
    key: z.string().openapi({ description: 'The whole key. It is shown this once, and kept nowhere' }),
  })
  .openapi('NewApiKey');

const params = z.object({ id: z.string().regex(/^[a-z2-7]{12}$/, 'must be the 12 letters after nd_') });

const LIST = route(
  { scope: 'keys:write', does: 'list keys' },
  {
    method: 'get',
    path: '/keys',
    tags: ['Keys'],
    summary: 'The keys of services, without their secrets',
    responses: { 200: json(z.object({ keys: z.array(KEY) }), 'Those of the caller’s authorities, the oldest first') },
  },
);

const CREATE = route(
  { scope: 'keys:write', does: 'make key' },
  {
    method: 'post',
    path: '/keys',
    tags: ['Keys'],
    summary: 'Makes a key',
    description:
      'It may have no scope, authority or later end than the caller. Asked twice, two are made: revoke the one you did not get.',
    request: {
      body: jsonBody(
        z.strictObject({
          name: z
            .string()
            .trim()
            .min(1)
            .max(100)
            .openapi({ description: 'The system that has it, never a person', example: 'Mosaic, live' }),
          scopes: z.array(SCOPE).min(1),
          authorities: AUTHORITIES,
          expires: z.iso
            .datetime({ offset: true })
            .optional()
            .openapi({ description: 'When it ends; never, unless said' }),
        }),
      ),
    },
    responses: {
      201: {
        ...json(SHOWN, 'It is good from now on'),
        headers: { Location: { schema: { type: 'string' }, description: 'Where the key is' } },
      },
      404: NOT_FOUND,
    },
  },
);

const DAY_H = 24;
const ROTATE = route(
  { scope: 'keys:write', does: 'rotate key' },
  {
    method: 'post',
    path: '/keys/{id}/rotate',
    tags: ['Keys'],
    summary: 'Gives a key a new secret',
    description: 'Both are good for a while, so that no call fails in between. Any secret before these two ends now.',
    request: {
      params,
      body: jsonBody(
        z.strictObject({
          overlapHours: z
            .number()
            .min(0)
            .max(30 * DAY_H)
            .default(DAY_H)
            .openapi({ description: 'How long the secret before stays good; 0 ends it now' }),
        }),
      ),
    },
    responses: { 200: json(SHOWN, 'The key with its new secret'), 404: NOT_FOUND },
  },
);

const REVOKE = route(
  { scope: 'keys:write', does: 'revoke key' },
  {
    method: 'delete',
    path: '/keys/{id}',
    tags: ['Keys'],
    summary: 'Ends a key, at once and for ever',
    request: { params },
    responses: { 204: { description: 'It is ended, or was before' }, 404: NOT_FOUND },
  },
);

export function keyRoutes(api: Api, keys: KeyDeps): void {
  /** A key that the caller could have made. @throws Problem: another authority's is not there; what has more than the caller is not theirs to touch */
  const own = async (caller: Caller, id: string): Promise<ApiKey> => {
    const key = await keys.find(id);
    if (!key || !seesAll(caller, key)) throw new Problem('not-found', `${id}: there is no such key`);
    const more = key.scopes.filter((scope) => !caller.scopes.includes(scope));
    if (more.length > 0)
      throw new Problem('forbidden', `${id}: it has scopes that this caller has not: ${more.join(', ')}`);
    return key;
  };

  api.openapi(LIST, async (c) => {
    const seen = (await keys.list()).filter((key) => seesAll(c.get('caller'), key));
    return c.json({ keys: seen.map(answer) }, 200) as Response;
  });

  api.openapi(CREATE, async (c) => {
    const { name, scopes, authorities, expires } = c.req.valid('json');
    const caller = c.get('caller');
    const wanted = { name, scopes: [...new Set(scopes)], authorities, expiresAt: expires ? new Date(expires) : null };
    if (wanted.expiresAt && wanted.expiresAt <= c.get('options').now())
      throw new Problem('bad-input', 'expires: it has passed', { field: 'expires' });
    if (authorities !== 'all')
      for (const [i, one] of authorities.entries()) await demandAuthority(c, one, `authorities.${i}`);
    await mayGive(caller, wanted, keys);
    const made = await keys.make({ ...wanted, madeBy: caller.who });
    c.set('about', `key:${made.key.id}`);
    c.header('Location', `${API}/keys/${made.key.id}`);
    return c.json(shown(made), 201) as Response;
  });

  api.openapi(ROTATE, async (c) => {
    const { id } = c.req.valid('param');
    c.set('about', `key:${id}`);
    await own(c.get('caller'), id);
    const made = await keys.rotate(id, c.req.valid('json').overlapHours * 3600);
    if (!made) throw new Problem('not-found', `${id}: it is revoked, and does not come back: make another`);
    return c.json(shown(made), 200) as Response;
  });

  api.openapi(REVOKE, async (c) => {
    const { id } = c.req.valid('param');
    c.set('about', `key:${id}`);
    await own(c.get('caller'), id);
    await keys.revoke(id);
    return c.body(null, 204) as Response;
  });
}

const seesAll = (caller: Caller, { authorities }: Pick<ApiKey, 'authorities'>): boolean =>
  caller.authorities === 'all' ||
  (authorities !== 'all' && authorities.every((one) => caller.authorities.includes(one)));

/** @throws Problem naming what the caller has not itself */
async function mayGive(caller: Caller, wanted: Omit<NewApiKey, 'madeBy'>, keys: KeyDeps): Promise<void> {
  const more = wanted.scopes.filter((scope) => !caller.scopes.includes(scope));
  if (more.length > 0)
    throw new Problem('forbidden', `scopes: this caller has not ${more.join(', ')}, and cannot give it`, {
      field: 'scopes',
    });
  if (!seesAll(caller, wanted))
    throw new Problem('forbidden', 'authorities: this caller cannot give what is not its own', {
      field: 'authorities',
    });
  // Whoever has a key for a month cannot give itself one for ever.
  const end = caller.kind === 'key' ? (await keys.find(caller.who.slice('key:'.length)))?.expiresAt : undefined;
  if (end && (!wanted.expiresAt || wanted.expiresAt > end))
    throw new Problem(
      'forbidden',
      `expires: this caller ends at ${end.toISOString()}, and gives nothing that lasts longer`,
      { field: 'expires' },
    );
}

const text = (at: Date | null): string | null => at?.toISOString() ?? null;

const answer = ({ madeAt, madeBy, expiresAt, revokedAt, usedAt, oldSecretUntil, ...key }: ApiKey) => ({
  ...key,
  made: madeAt.toISOString(),
  madeBy,
  expires: text(expiresAt),
  revoked: text(revokedAt),
  used: text(usedAt),
  oldSecretUntil: text(oldSecretUntil),
});

const shown = ({ key, text }: ShownKey) => ({ ...answer(key), key: text });
