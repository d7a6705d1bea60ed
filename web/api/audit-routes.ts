// The routes of the audit: who read or did what. A caller sees what concerns cases of its authorities; the whole of it whoever has all.

import { z } from '@hono/zod-openapi';
import { epochMs, fromLondon, type LocalDateTime, localDate } from '../../domain/time/calendar.ts';
import type { AuditRow } from '../../record/audit.ts';
import { type AuditQuery, type AuditVerdict, readAudit, verifyAudit } from '../../record/audit-read.ts';
import { asked } from '../../record/failures.ts';
import type { OpenRecord } from '../../record/open.ts';
import { type Api, route } from './api-frame.ts';
import { CURSOR, type Cursors } from './cursor.ts';
import { json } from './json-answer.ts';
import { Problem } from './problem.ts';

export interface AuditDeps {
  /** The rows that fit, the newest first. */
  readonly read: (query: AuditQuery) => Promise<readonly AuditRow[]>;
  readonly cursors: Cursors;
  readonly verify: (expected?: AuditVerdict['head']) => Promise<AuditVerdict>;
}

export const auditIn = (record: OpenRecord, cursors: Cursors): AuditDeps => ({
  cursors,
  read: (query) => asked(() => readAudit(record, query)),
  verify: (expected) => asked(() => verifyAudit(record, expected)),
});

const when = (description: string) =>
  z
    .string()
    .optional()
    .openapi({ description: `${description}: a day in London, or a moment`, example: '2027-03-29' });

const ENTRY = z
  .object({
    number: z.int().openapi({ description: 'From 1, without a gap' }),
    at: z.string().openapi({ format: 'date-time' }),
    who: z.string().openapi({ example: 'key:k7dq2c3xw5la' }),
    did: z.string().openapi({ example: 'read history' }),
    what: z.string().openapi({ description: 'The case, the key, the policy', example: 'child-protection/BC-2041' }),
    outcome: z.string().openapi({ description: 'The status that was answered, or a word', example: '200' }),
    from: z.string().openapi({
      description: 'The class of the address with a hash: the same for the same address',
      example: 'private:3fa9c01d77be',
    }),
    request: z.string(),
  })
  .openapi('AuditEntry');

const MOST = 1_000;
const LIST = route(
  { scope: 'audit:read', does: 'read audit' },
  {
    method: 'get',
    path: '/audit',
    tags: ['Audit'],
    summary: 'Who read or did what, the newest first',
    description: 'What is no case’s (keys, lists, policies) is shown to callers with all authorities.',
    request: {
      query: z.strictObject({
        from: when('From then on'),
        to: when('Before then'),
        who: z.string().max(120).optional(),
        case: z
          .string()
          .max(160)
          .optional()
          .openapi({ description: 'A case, or whatever else was acted on', example: 'child-protection/BC-2041' }),
        cursor: CURSOR,
        limit: z.coerce.number().int().min(1).max(MOST).default(100),
      }),
    },
    responses: {
      200: json(
        z.object({ entries: z.array(ENTRY), next: z.string().nullable() }),
        'A page; `next` is the cursor of the one after it, and rows that are added meanwhile move nothing',
      ),
    },
  },
);

const VERIFY = route(
  { scope: 'audit:read', does: 'verify audit' },
  {
    method: 'get',
    path: '/audit/verify',
    tags: ['Audit'],
    summary: 'Goes through the whole chain and names every row that was altered, deleted or put in',
    request: {
      query: z.strictObject({
        expect: z
          .string()
          .regex(/^\d{1,15}:[\w-]{0,64}$/, 'must be NUMBER:HASH')
          .optional()
          .openapi({
            description: 'A head that was noted before: proves that no row was taken off the end since',
            example: '1204:f3T…',
          }),
      }),
    },
    responses: {
      200: json(
        z.object({
          rows: z.int(),
          head: z.object({ number: z.int(), hash: z.string() }),
          faults: z.array(z.string()).openapi({ description: 'Empty where it is whole' }),
        }),
        'What was found. Keep the head elsewhere',
      ),
    },
  },
);

export function auditRoutes(api: Api, { read, verify, cursors }: AuditDeps): void {
  api.openapi(LIST, async (c) => {
    const { from, to, who, case: what, cursor, limit } = c.req.valid('query');
    const { authorities } = c.get('caller');
    const query = { from: moment(from, 'from'), to: moment(to, 'to'), who, what, authorities };
    if (what !== undefined) c.set('about', what);
    // One more tells whether there is another page.
    const list = ['audit', query];
    const before = cursor === undefined ? undefined : Number(cursors.open(list, cursor));
    const rows = await read({ ...query, before, limit: limit + 1 });
    const page = rows.slice(0, limit);
    const next = rows.length > limit ? cursors.seal(list, String(page.at(-1)!.number)) : null;
    return c.json({ entries: page.map(entry), next }, 200) as Response;
  });

  api.openapi(VERIFY, async (c) => {
    if (c.get('caller').authorities !== 'all')
      throw new Problem(
        'forbidden',
        'The chain is one for all authorities: only a caller with all of them verifies it',
      );
    const { expect } = c.req.valid('query');
    const [number = '', hash = ''] = (expect ?? '').split(':');
    return c.json(await verify(expect === undefined ? undefined : { number: Number(number), hash }), 200) as Response;
  });
}

const entry = ({ at, address, hash: _, ...row }: AuditRow) => ({ ...row, at: at.toISOString(), from: address });

/** A day is its beginning in London. @throws Problem naming the field */
function moment(text: string | undefined, field: string): Date | undefined {
  if (text === undefined) return undefined;
  try {
    if (/^\d{4}-\d{2}-\d{2}$/.test(text))
      return new Date(epochMs(fromLondon(`${localDate(text)}T00:00` as LocalDateTime)));
  } catch {
    // No such day: it is said below.
  }
  const ms = /^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:\d{2})$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms))
    throw new Problem(
      'bad-input',
      `${field}: must be a day such as 2027-03-29, or a moment such as 2027-03-29T13:05:00Z`,
      { field },
    );
  return new Date(ms);
}
