// The routes of webhooks: who listens, for what, with which secret, and what they have still to get.

import { setTimeout as sleep } from 'node:timers/promises';
import { z } from '@hono/zod-openapi';
import type { OpenRecord } from '../../record/open.ts';
import { TEST_TYPE, WEBHOOK_TYPES } from '../../record/schema-webhooks.ts';
import {
  addSubscription,
  askTest,
  type NewSubscription,
  newestCursor,
  OLD_SECRET_HOURS,
  outcomeOfTest,
  removeSubscription,
  replay,
  resumeSubscription,
  rotateSecret,
  SUBSCRIPTIONS_AT_MOST,
  type Subscription,
  subscription,
  subscriptions,
} from '../../record/webhook-subscriptions.ts';
import { BadEndpoint, type EndpointRules } from '../../webhooks/endpoint.ts';
import { lookedAt } from '../../webhooks/post.ts';
import { API, type Api, CONFLICT, NOT_FOUND, REFUSED, route } from './api-frame.ts';
import type { Caller } from './caller.ts';
import { AUTHORITY, demandAuthority } from './demand-authority.ts';
import { json, jsonBody } from './json-answer.ts';
import { Problem } from './problem.ts';
import { describeSentEvents } from './webhook-events.ts';

type Test = Pick<Subscription, 'id' | 'authority'>;

export interface WebhookDeps {
  readonly list: (of: Caller['authorities']) => Promise<readonly Subscription[]>;
  readonly find: (of: Caller['authorities'], id: string) => Promise<Subscription | undefined>;
  /** Undefined where the authority has as many as it may. */
  readonly add: (one: NewSubscription) => ReturnType<typeof addSubscription>;
  readonly remove: (id: string) => Promise<void>;
  readonly rotate: (id: string) => Promise<string>;
  readonly resume: (id: string) => Promise<void>;
  readonly replay: (id: string, after: number) => Promise<number>;
  readonly newest: () => Promise<number>;
  /** Sends a test, and says what came of it; undefined where nobody has tried in time. */
  readonly test: (one: Test) => Promise<{ readonly event: string; readonly outcome: string | undefined }>;
  /** @throws BadEndpoint for an address that nothing is sent to */
  readonly lookAt: (url: string) => Promise<void>;
}

/** Longer than an endpoint may take to answer. */
const TEST_WAITS_MS = 20_000;
const ASKS_EVERY_MS = 200;

export const webhooksIn = (record: OpenRecord, rules: EndpointRules): WebhookDeps => ({
  list: (of) => subscriptions(record, of),
  find: (of, id) => subscription(record, of, id),
  add: (one) => addSubscription(record, one),
  remove: (id) => removeSubscription(record, id),
  rotate: (id) => rotateSecret(record, id),
  resume: (id) => resumeSubscription(record, id),
  replay: (id, after) => replay(record, id, after),
  newest: () => newestCursor(record),
  async test(one) {
    const { event, position } = await askTest(record, one);
    for (const until = Date.now() + TEST_WAITS_MS; Date.now() < until; await sleep(ASKS_EVERY_MS)) {
      const outcome = await outcomeOfTest(record, one.id, position);
      if (outcome !== undefined) return { event, outcome };
    }
    return { event, outcome: undefined };
  },
  lookAt: (url) => lookedAt(url, rules),
});

const moment = z.string().openapi({ format: 'date-time', example: '2027-03-29T13:05:00.000Z' });
const TYPE = z.enum(WEBHOOK_TYPES);
const CURSOR = z
  .string()
  .regex(/^\d{1,15}$/, 'must be the cursor of an event that came, or 0 for all that is kept')
  .openapi({ example: '71' });
const count = (description: string) => z.int().openapi({ description });
const FIELDS = {
  id: z.string().openapi({ example: 'wh_5b1f0c9d2a7e4c3b8f60a1d2' }),
  authority: z.string().openapi({ example: 'barnsley' }),
  url: z.string().openapi({ example: 'https://receiver.example/hooks' }),
  types: z.array(TYPE),
  state: z.enum(['active', 'paused', 'ended']).openapi({
    description: 'paused: it took nothing for three days, and what comes waits; ended: it answered 410',
  }),
  made: moment,
  madeBy: z.string().openapi({ example: 'key:k7dq2c3xw5la' }),
  taken: moment.nullable().openapi({ description: 'When it last took something' }),
  failingSince: moment.nullable().openapi({ description: 'Since when it has taken nothing; null while it does' }),
  code: z.string().nullable().openapi({ description: 'What the last try came to, in vain', example: '503' }),
  waiting: count('Not sent yet, or to be tried again before what follows it in its case'),
  parked: count('Not taken for an hour: holds nothing up, and is tried again for three days'),
  over: count('Not taken for three days: sent again only by a replay'),
  cursor: z.string().openapi({ description: 'Of the newest event of its authority', example: '71' }),
};
const WEBHOOK = z.object(FIELDS).openapi('Webhook');
const SECRET = z.string().openapi({
  description: 'What events are signed with (Standard Webhooks). It is shown this once',
  example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
});
const SHOWN = z.object({ ...FIELDS, secret: SECRET }).openapi('NewWebhook');
const ROTATED = z
  .object({ ...FIELDS, secret: SECRET, oldSecretUntil: moment.openapi({ description: 'Until when both sign' }) })
  .openapi('RotatedWebhook');

const params = z.object({ id: z.string().regex(/^wh_[0-9a-f]{24}$/, 'must be the id of a webhook, wh_…') });
const [scope, tags] = ['webhooks:write' as const, ['Webhooks']];

const LIST = route(
  { scope, does: 'list webhooks' },
  {
    method: 'get',
    path: '/webhooks',
    tags,
    summary: 'Who listens, and how each stands',
    responses: {
      200: json(z.object({ webhooks: z.array(WEBHOOK) }), 'Those of the caller’s authorities, the oldest first'),
    },
  },
);

const CREATE = route(
  { scope, does: 'make webhook' },
  {
    method: 'post',
    path: '/webhooks',
    tags,
    summary: 'Sends what happens to an address, signed, from now on',
    description:
      'An address is https, at a host of the internet; others must be allowed by name (NODRIFT_WEBHOOK_HOSTS). Redirects are not followed. What is sent says which case and what kind of thing, and nothing of what it says.',
    request: {
      body: jsonBody(
        z.strictObject({
          authority: AUTHORITY,
          url: z.string().min(1).max(2_000).openapi({ example: 'https://receiver.example/hooks' }),
          types: z.array(TYPE).min(1).max(20).optional().openapi({ description: 'All, unless said' }),
        }),
      ),
    },
    responses: {
      201: {
        ...json(SHOWN, 'It listens'),
        headers: { Location: { schema: { type: 'string' }, description: 'Where the webhook is' } },
      },
      404: NOT_FOUND,
      409: CONFLICT,
      422: REFUSED,
    },
  },
);

const SHOW = route(
  { scope, does: 'read webhook' },
  {
    method: 'get',
    path: '/webhooks/{id}',
    tags,
    request: { params },
    summary: 'How a webhook stands',
    responses: { 200: json(WEBHOOK, 'As it is now'), 404: NOT_FOUND },
  },
);

const REMOVE = route(
  { scope, does: 'remove webhook' },
  {
    method: 'delete',
    path: '/webhooks/{id}',
    tags,
    request: { params },
    summary: 'Sends nothing there any more',
    responses: { 204: { description: 'It is removed, with what it was still to get' }, 404: NOT_FOUND },
  },
);

const TEST = route(
  { scope, does: 'test webhook' },
  {
    method: 'post',
    path: '/webhooks/{id}/test',
    tags,
    request: { params },
    summary: `Sends a ${TEST_TYPE} once, also while it is paused, and waits for what comes of it`,
    responses: {
      200: json(
        z.object({
          event: z.string().openapi({ description: 'Its webhook-id', example: 'evt_0b6cf3a1' }),
          outcome: z.enum(['taken', 'not-taken', 'waiting']),
          code: z.string().nullable().openapi({ description: 'Why it was not taken', example: 'no-answer' }),
        }),
        'What came of it within 20 seconds',
      ),
      404: NOT_FOUND,
    },
  },
);

const REPLAY = route(
  { scope, does: 'replay webhook' },
  {
    method: 'post',
    path: '/webhooks/{id}/replay',
    tags,
    summary: 'Sends again everything after a cursor, under the ids it had',
    description: 'What was told is kept for five weeks. Asked twice, what has not been sent yet is sent once.',
    request: { params, query: z.strictObject({ from: CURSOR }) },
    responses: {
      200: json(z.object({ events: count('How many are sent again') }), 'They are on their way'),
      404: NOT_FOUND,
      409: CONFLICT,
    },
  },
);

const RESUME = route(
  { scope, does: 'resume webhook' },
  {
    method: 'post',
    path: '/webhooks/{id}/resume',
    tags,
    request: { params },
    summary: 'Sends again to one that is paused, and tries at once what waits',
    responses: { 200: json(WEBHOOK, 'As it is now'), 404: NOT_FOUND, 409: CONFLICT },
  },
);

const ROTATE = route(
  { scope, does: 'rotate webhook' },
  {
    method: 'post',
    path: '/webhooks/{id}/rotate',
    tags,
    request: { params },
    summary: 'Gives it another secret',
    description: `For ${OLD_SECRET_HOURS} hours each event is signed by both, so that the receiver can be changed over.`,
    responses: { 200: json(ROTATED, 'With its new secret'), 404: NOT_FOUND },
  },
);

export function webhookRoutes(api: Api, webhooks: WebhookDeps): void {
  /** @throws Problem: another authority's is not there */
  const own = async ({ authorities: of }: Caller, id: string): Promise<Subscription> => {
    const found = await webhooks.find(of, id);
    if (!found) throw new Problem('not-found', `${id}: there is no such webhook`);
    return found;
  };
  const listening = async (caller: Caller, id: string): Promise<Subscription> => {
    const found = await own(caller, id);
    if (found.state === 'ended')
      throw new Problem('webhook-ended', `${id}: its endpoint answered 410, gone; remove it, and make another`);
    return found;
  };

  api.openapi(LIST, async (c) => {
    const found = await webhooks.list(c.get('caller').authorities);
    return c.json({ webhooks: found.map(answer) }, 200) as Response;
  });

  api.openapi(CREATE, async (c) => {
    const { authority, url, types = WEBHOOK_TYPES } = c.req.valid('json');
    const caller = c.get('caller');
    await demandAuthority(c, authority);
    await webhooks.lookAt(url).catch((error: unknown) => {
      throw error instanceof BadEndpoint ? new Problem('bad-input', `url: ${error.message}`, { field: 'url' }) : error;
    });
    const same = (await webhooks.list([authority])).find((one) => one.url === url && one.state !== 'ended');
    if (same)
      throw new Problem('webhook-exists', `url: ${same.id} sends there already; remove it to choose other types`, {
        field: 'url',
      });
    const added = await webhooks.add({ authority, url, types: [...new Set(types)], by: caller.who });
    if (!added)
      throw new Problem('refused', `${authority} has ${SUBSCRIPTIONS_AT_MOST} webhooks, which is the most: remove one`);
    const { id } = added.subscription;
    c.set('about', `webhook:${id}`);
    c.header('Location', `${API}/webhooks/${id}`);
    return c.json({ ...answer(added.subscription), secret: added.secret }, 201) as Response;
  });

  api.openapi(SHOW, async (c) => {
    const { id } = c.req.valid('param');
    c.set('about', `webhook:${id}`);
    return c.json(answer(await own(c.get('caller'), id)), 200) as Response;
  });

  api.openapi(REMOVE, async (c) => {
    const { id } = c.req.valid('param');
    c.set('about', `webhook:${id}`);
    await own(c.get('caller'), id);
    await webhooks.remove(id);
    return c.body(null, 204) as Response;
  });

  api.openapi(TEST, async (c) => {
    const { id } = c.req.valid('param');
    c.set('about', `webhook:${id}`);
    const { event, outcome } = await webhooks.test(await own(c.get('caller'), id));
    const became = outcome === undefined ? 'waiting' : outcome === 'taken' ? 'taken' : 'not-taken';
    return c.json({ event, outcome: became, code: became === 'not-taken' ? outcome : null }, 200) as Response;
  });

  api.openapi(REPLAY, async (c) => {
    const { id } = c.req.valid('param');
    c.set('about', `webhook:${id}`);
    await listening(c.get('caller'), id);
    const from = Number(c.req.valid('query').from);
    const newest = await webhooks.newest();
    if (from > newest)
      throw new Problem('bad-input', `from: nothing has come after ${newest}: this is no cursor of this record`, {
        field: 'from',
      });
    return c.json({ events: await webhooks.replay(id, from) }, 200) as Response;
  });

  api.openapi(RESUME, async (c) => {
    const { id } = c.req.valid('param');
    c.set('about', `webhook:${id}`);
    await listening(c.get('caller'), id);
    await webhooks.resume(id);
    return c.json(answer(await own(c.get('caller'), id)), 200) as Response;
  });

  api.openapi(ROTATE, async (c) => {
    const { id } = c.req.valid('param');
    c.set('about', `webhook:${id}`);
    const found = await own(c.get('caller'), id);
    const secret = await webhooks.rotate(id);
    const until = new Date(c.get('options').now().getTime() + OLD_SECRET_HOURS * 3_600_000);
    return c.json({ ...answer(found), secret, oldSecretUntil: until.toISOString() }, 200) as Response;
  });

  describeSentEvents(api);
}

const text = (at: Date | null): string | null => at?.toISOString() ?? null;

const answer = ({ by, createdAt, takenAt, failingSince, cursor, ...of }: Subscription) => ({
  ...of,
  made: createdAt.toISOString(),
  madeBy: by,
  taken: text(takenAt),
  failingSince: text(failingSince),
  cursor: String(cursor),
});
