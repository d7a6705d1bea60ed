// The routes of forgetting: a case is erased for good, what was erased, what may not be, and how long an authority keeps closed cases.

import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { eraseNow } from '../../client/ask-erasure.ts';
import type { Nodrift } from '../../client/nodrift.ts';
import { ERASURE_REASONS, HOLD_REASONS, type HoldReason } from '../../record/erasure-reasons.ts';
import {
  beginErasure,
  type Erasure,
  type ErasureWish,
  erasureOf,
  erasuresOf,
  NotErasable,
} from '../../record/erasures.ts';
import { asked } from '../../record/failures.ts';
import { AlreadyErased, type Hold, holdsOf, releaseHolds, setHold } from '../../record/holds.ts';
import type { OpenRecord } from '../../record/open.ts';
import { caseOf } from '../../record/read.ts';
import { retentionOf, type Schedule, setRetention } from '../../record/retention.ts';
import { type Api, type ApiEnv, jsonProblem, NOT_FOUND, route, seesErasure } from './api-frame.ts';
import { CASE_KEY } from './case-answers.ts';
import type { Cursors } from './cursor.ts';
import { AUTHORITY, authorityInAddress, demandAuthority, demandCase } from './demand-authority.ts';
import { json, jsonBody } from './json-answer.ts';
import { Problem } from './problem.ts';

export interface ErasureDeps {
  readonly cursors: Cursors;
  /** Whose case it is; undefined for one nobody knows. */
  readonly authorityOf: (caseId: string) => Promise<string | undefined>;
  readonly erasureOf: (caseId: string) => Promise<Erasure | undefined>;
  /** Begins it, and waits a while until it is done. @throws NotErasable */
  readonly erase: (wish: ErasureWish) => Promise<Erasure>;
  readonly erasures: (
    authorities: readonly string[] | 'all',
    after: string,
    limit: number,
  ) => Promise<readonly Erasure[]>;
  /** @throws AlreadyErased */
  readonly hold: (caseId: string, reason: HoldReason, by: string) => Promise<Hold>;
  readonly release: (caseId: string, reason: HoldReason | undefined, by: string) => Promise<readonly Hold[]>;
  readonly holds: (authorities: readonly string[] | 'all') => Promise<readonly Hold[]>;
  readonly retention: (authority: string) => Promise<readonly Schedule[]>;
  readonly keepFor: (authority: string, years: number | null, by: string) => Promise<Schedule>;
}

/** @param cases where the workers are asked */
export const erasuresIn = (record: OpenRecord, cases: Pick<Nodrift, 'client'>, cursors: Cursors): ErasureDeps => ({
  cursors,
  authorityOf: async (caseId) => (await asked(() => caseOf(record, caseId)))?.authority,
  erasureOf: (caseId) => erasureOf(record, caseId),
  async erase(wish) {
    const begun = await beginErasure(record, wish);
    if (begun.done !== null) return begun;
    await eraseNow(cases.client, wish.caseId);
    return (await erasureOf(record, wish.caseId)) ?? begun;
  },
  erasures: (authorities, after, limit) => erasuresOf(record, authorities, after, limit),
  hold: (caseId, reason, by) => setHold(record, caseId, reason, by),
  release: (caseId, reason, by) => releaseHolds(record, caseId, reason, by),
  holds: (authorities) => holdsOf(record, { authorities }),
  retention: (authority) => retentionOf(record, authority),
  keepFor: (authority, years, by) => setRetention(record, authority, years, by),
});

const moment = z.string().openapi({ format: 'date-time', example: '2027-03-29T13:05:00Z' });
const BY = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/,
    'must be an id of letters, digits, dots, dashes or underscores: no name, no address',
  )
  .openapi({ description: 'Who decided it, by their id in the directory; the caller, unless said', example: 'S-17' });

const ERASURE = z
  .object({
    case: z.string().openapi({ example: 'child-protection/BC-2041' }),
    authority: z.string().nullable(),
    reason: z.enum(ERASURE_REASONS),
    by: z.string(),
    at: moment.openapi({ description: 'When it was asked for' }),
    done: moment.nullable().openapi({ description: 'When nothing was left; null while it is under way' }),
    had: z
      .object({ events: z.int(), duties: z.int(), mails: z.int() })
      .nullable()
      .openapi({ description: 'How much there was' }),
  })
  .openapi('Erasure');
const HOLD = z.object({ case: z.string(), reason: z.enum(HOLD_REASONS), by: z.string(), at: moment }).openapi('Hold');
const SCHEDULE = z
  .object({
    authority: z.string(),
    years: z.int().nullable().openapi({ description: 'Null: for as long as nobody erases it' }),
    by: z.string().nullable(),
    from: moment.nullable(),
  })
  .openapi('RetentionSchedule');
const RETENTION = SCHEDULE.extend({
  history: z.array(SCHEDULE).openapi({ description: 'All that was said, oldest first' }),
}).openapi('Retention');

const tags = ['Forgetting'];

const ERASE = route(
  { scope: 'cases:erase', does: 'erase case', erasedToo: true },
  {
    method: 'post',
    path: '/cases/{kind}/{ref}/erasure',
    tags,
    summary: 'Erases a case for good: nobody can read it again, whatever is restored',
    description:
      'It is ended where that is asked, deleted from Temporal, its key destroyed, the record stripped to figures. What was begun is not taken back, and goes on by itself. Asked again it gives the first answer.',
    request: {
      params: CASE_KEY,
      body: jsonBody(
        z.strictObject({
          confirm: z.string().openapi({ description: 'The reference once more', example: 'BC-2041' }),
          reason: z.enum(ERASURE_REASONS),
          by: BY.optional(),
          terminate: z
            .boolean()
            .optional()
            .openapi({ description: 'End it, where it is not closed: nobody is reminded of anything any more' }),
        }),
      ),
    },
    responses: {
      200: json(ERASURE, 'It is erased'),
      202: json(ERASURE, 'It is being erased, and goes on by itself'),
      404: NOT_FOUND,
      409: jsonProblem('It is not closed, or on hold; nothing was erased'),
    },
  },
);

const ERASURES = route(
  { scope: 'cases:read', does: 'read erasures' },
  {
    method: 'get',
    path: '/erasures',
    tags,
    summary: 'What was erased, by case, page by page',
    description: 'Kept outside the backups, this list tells after a restore what has to be erased once more.',
    request: {
      query: z.strictObject({
        authority: AUTHORITY.optional().openapi({
          description: 'Of this authority; of all that are the caller’s, unless said',
        }),
        cursor: z.string().max(1024).optional().openapi({ description: '`next` of the page before; good for a day' }),
      }),
    },
    responses: {
      200: json(z.object({ erasures: z.array(ERASURE), next: z.string().nullable() }), 'A page'),
      404: NOT_FOUND,
    },
  },
);

const HOLDS = route(
  { scope: 'cases:read', does: 'read holds' },
  {
    method: 'get',
    path: '/holds',
    tags,
    summary: 'Which cases may not be erased, and why',
    responses: { 200: json(z.object({ holds: z.array(HOLD) }), 'The holds that stand, by case') },
  },
);

const SET_HOLD = route(
  { scope: 'cases:erase', does: 'hold case' },
  {
    method: 'put',
    path: '/cases/{kind}/{ref}/hold',
    tags,
    summary: 'A case may not be erased, by anybody or any schedule, until this is released',
    request: {
      params: CASE_KEY,
      body: jsonBody(z.strictObject({ reason: z.enum(HOLD_REASONS), by: BY.optional() })),
    },
    responses: { 200: json(HOLD, 'It stands'), 404: NOT_FOUND },
  },
);

const RELEASE = route(
  { scope: 'cases:erase', does: 'release case' },
  {
    method: 'delete',
    path: '/cases/{kind}/{ref}/hold',
    tags,
    summary: 'Releases the holds of a case, or the one for a reason',
    request: {
      params: CASE_KEY,
      query: z.strictObject({ reason: z.enum(HOLD_REASONS).optional(), by: BY.optional() }),
    },
    responses: { 200: json(z.object({ released: z.array(HOLD) }), 'Those that stood'), 404: NOT_FOUND },
  },
);

const params = z.object({ authority: AUTHORITY });
const SHOW_RETENTION = route(
  { scope: 'policies:read', does: 'read retention' },
  {
    method: 'get',
    path: '/retention/{authority}',
    tags,
    request: { params },
    summary: 'How long an authority keeps a closed case',
    responses: { 200: json(RETENTION, 'What is in force, and what was'), 404: NOT_FOUND },
  },
);

const SET_RETENTION = route(
  { scope: 'cases:erase', does: 'set retention' },
  {
    method: 'put',
    path: '/retention/{authority}',
    tags,
    summary: 'An authority keeps a closed case so many years, or for as long as nobody erases it',
    description: 'Operators are told of each case thirty days before it is erased. What is on hold stays.',
    request: {
      params,
      body: jsonBody(z.strictObject({ years: z.int().min(1).max(150).nullable(), by: BY.optional() })),
    },
    responses: { 200: json(SCHEDULE, 'What is in force'), 404: NOT_FOUND },
  },
);

const A_PAGE = 200;

export function erasureRoutes(api: Api, deps: ErasureDeps): void {
  const seen = (c: Context<ApiEnv>, key: { kind: string; ref: string }): Promise<string> =>
    demandCase(c, key, deps.authorityOf);
  const byOf = (c: Context<ApiEnv>, by: string | undefined): string => by ?? c.get('caller').who;

  api.openapi(ERASE, async (c) => {
    const key = c.req.valid('param');
    const { confirm, reason, by, terminate } = c.req.valid('json');
    const id = `${key.kind}/${key.ref}`;
    const before = await deps.erasureOf(id);
    if (!before || !seesErasure(c.get('caller'), before)) await seen(c, key);
    if (confirm !== key.ref)
      throw new Problem('bad-input', `confirm: must be ${key.ref}, to show that this case is meant`, {
        field: 'confirm',
      });
    try {
      const erased = await deps.erase({ caseId: id, reason, by: byOf(c, by), ends: terminate });
      return c.json(erasureAnswer(erased), erased.done === null ? 202 : 200) as Response;
    } catch (error) {
      if (!(error instanceof NotErasable)) throw error;
      throw new Problem(WHY[error.why], error.message);
    }
  });

  api.openapi(ERASURES, async (c) => {
    const { authority, cursor } = c.req.valid('query');
    if (authority !== undefined) await demandAuthority(c, authority);
    const authorities = authority === undefined ? c.get('caller').authorities : [authority];
    const list = ['erasures', authorities];
    const after = cursor === undefined ? '' : deps.cursors.open(list, cursor);
    const all = await deps.erasures(authorities, after, A_PAGE);
    const last = all.at(-1);
    const next = last && all.length === A_PAGE ? deps.cursors.seal(list, last.caseId) : null;
    c.set('about', authority ?? 'erasures');
    return c.json({ erasures: all.map(erasureAnswer), next }, 200) as Response;
  });

  api.openapi(HOLDS, async (c) => {
    c.set('about', 'holds');
    return c.json({ holds: (await deps.holds(c.get('caller').authorities)).map(holdAnswer) }, 200) as Response;
  });

  api.openapi(SET_HOLD, async (c) => {
    const id = await seen(c, c.req.valid('param'));
    const { reason, by } = c.req.valid('json');
    try {
      return c.json(holdAnswer(await deps.hold(id, reason, byOf(c, by))), 200) as Response;
    } catch (error) {
      throw error instanceof AlreadyErased ? new Problem('case-erased', error.message) : error;
    }
  });

  api.openapi(RELEASE, async (c) => {
    const id = await seen(c, c.req.valid('param'));
    const { reason, by } = c.req.valid('query');
    const released = await deps.release(id, reason, byOf(c, by));
    return c.json({ released: released.map(holdAnswer) }, 200) as Response;
  });

  api.openapi(SHOW_RETENTION, async (c) => {
    const authority = await authorityInAddress(c);
    const history = await deps.retention(authority);
    const now = history.at(-1) ?? { authority, years: null, by: null, from: null };
    return c.json({ ...now, history }, 200) as Response;
  });

  api.openapi(SET_RETENTION, async (c) => {
    const authority = await authorityInAddress(c);
    const { years, by } = c.req.valid('json');
    return c.json(await deps.keepFor(authority, years, byOf(c, by)), 200) as Response;
  });
}

const WHY = { unknown: 'case-not-found', runs: 'case-runs', held: 'case-held' } as const;

const erasureAnswer = ({ caseId, ...erasure }: Erasure) => ({ case: caseId, ...erasure });
const holdAnswer = ({ caseId, ...hold }: Hold) => ({ case: caseId, ...hold });
