// The routes that stand on no single case: lists of cases, and what a person owes across cases.

import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { CasePageWish, ListedCase } from '../../record/case-pages.ts';
import { type OwedByWish, type OwedInCase, SeveralPeople } from '../../record/owed-by.ts';
import { type Api, type ApiEnv, NOT_FOUND, route } from './api-frame.ts';
import { CASE_KEY, KIND, REF } from './case-answers.ts';
import { CURSOR, type Cursors } from './cursor.ts';
import { AUTHORITY, demandAuthority } from './demand-authority.ts';
import { json } from './json-answer.ts';
import { Problem } from './problem.ts';

export interface ListDeps {
  readonly casePage: (
    wish: Omit<CasePageWish, 'today'>,
  ) => Promise<{ readonly cases: readonly ListedCase[]; readonly next: string | undefined }>;
  readonly owedBy: (wish: Omit<OwedByWish, 'today'>) => Promise<readonly OwedInCase[]>;
  readonly cursors: Cursors;
}

const date = z.string().openapi({ format: 'date', example: '2027-03-29' });
const LISTED = z
  .object({
    id: z.string().openapi({ example: 'child-protection/BC-2041' }),
    kind: KIND,
    ref: REF,
    authority: z.string(),
    team: z.string().nullable(),
    nextLimit: date.nullable().openapi({ description: 'The earliest limit still to come' }),
    late: z.array(z.string()).openapi({ description: 'What is late, by its duty', example: ['minutes/core-group-3'] }),
  })
  .openapi('ListedCase');

const LIST = route(
  { scope: 'cases:read', does: 'list cases' },
  {
    method: 'get',
    path: '/cases',
    tags: ['Cases'],
    summary: 'The running cases, page by page',
    description:
      'In order of their ids: whoever reads all pages sees every case once that was there all along, whatever is opened or closed meanwhile. Rehearsals are left out.',
    request: {
      query: z.strictObject({
        authority: AUTHORITY.optional().openapi({
          description: 'Of this authority; of all that are the caller’s, unless said',
        }),
        team: z.string().min(1).max(64).optional(),
        family: z.string().min(1).max(64).optional().openapi({ description: 'The cases of one family' }),
        late: z.enum(['true', 'false']).optional().openapi({ description: 'Only those with something late' }),
        cursor: CURSOR,
        limit: z
          .string()
          .regex(/^([1-9]\d?|[1-4]\d\d|500)$/, 'must be a whole number from 1 to 500')
          .optional()
          .openapi({ description: 'How many a page holds, 1 to 500; 100, unless said', example: '100' }),
      }),
    },
    responses: {
      200: json(
        z
          .object({
            cases: z.array(LISTED),
            next: z.string().nullable().openapi({ description: 'For `cursor`; null on the last page' }),
          })
          .openapi('CaseList'),
        'One page',
      ),
      404: NOT_FOUND,
    },
  },
);

const OWED_BY = route(
  { scope: 'people:read', does: 'read what a person owes' },
  {
    method: 'get',
    path: '/people/{id}/owed',
    tags: ['People'],
    summary: 'What one person owes across the cases of an authority',
    description:
      'A person is named by their id in the staff directory, or by what a case calls them: then they are found in every case that knows them by the same address. Where several people have the id, `case` says whose.',
    request: {
      params: z.object({
        id: z
          .string()
          .regex(
            /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
            'must be letters, digits, dots, dashes or underscores, at most 64',
          )
          .openapi({ example: 'S-17' }),
      }),
      query: z.strictObject({
        authority: AUTHORITY.optional().openapi({ description: 'Needed by a caller of several authorities' }),
        case: z
          .string()
          .max(100)
          .optional()
          .openapi({ description: 'The case that calls them so', example: 'child-protection/BC-2041' }),
      }),
    },
    responses: {
      200: json(
        z
          .object({
            person: z.string(),
            duties: z.array(
              z
                .object({
                  case: z.string(),
                  kind: KIND,
                  ref: REF,
                  person: z.string().openapi({ description: 'What this case calls them' }),
                  duty: z.string().openapi({ example: 'minutes/core-group-3' }),
                  meeting: z.string().nullable(),
                  due: date.nullable(),
                  bookBy: date.nullable(),
                  target: date.nullable(),
                  late: z.boolean(),
                  rules: z.array(z.string()),
                })
                .openapi('OwedInCase'),
            ),
          })
          .openapi('PersonOwes'),
        'The open duties of all their running cases, the earliest limit first',
      ),
      404: NOT_FOUND,
    },
  },
);

export function listRoutes(api: Api, { casePage, owedBy, cursors }: ListDeps): void {
  api.openapi(LIST, async (c) => {
    const { authority, team, family, late, cursor, limit } = c.req.valid('query');
    const { authorities } = c.get('caller');
    if (authority !== undefined) await demandAuthority(c, authority);
    const wish = {
      authorities: authority === undefined ? authorities : [authority],
      team,
      family,
      late: late === 'true',
    };
    const page = await casePage({
      ...wish,
      limit: Number(limit ?? '100'),
      after: cursor === undefined ? undefined : cursors.open(wish, cursor),
    });
    c.set('about', authority ?? 'cases');
    const next = page.next === undefined ? null : cursors.seal(wish, page.next);
    return c.json({ cases: page.cases, next }, 200) as Response;
  });

  api.openapi(OWED_BY, async (c) => {
    const { id } = c.req.valid('param');
    const { authority: named, case: caseId } = c.req.valid('query');
    const authority = named ?? onlyAuthority(c);
    await demandAuthority(c, authority);
    if (caseId !== undefined) checkCase(caseId);
    c.set('about', `${authority}/${id}`);
    try {
      return c.json({ person: id, duties: await owedBy({ authority, person: id, caseId }) }, 200) as Response;
    } catch (error) {
      if (!(error instanceof SeveralPeople)) throw error;
      const detail = `several people are called ${id}: say which by case=, one of ${error.cases.join(', ')}`;
      throw new Problem('bad-input', detail, { field: 'case' });
    }
  });
}

/** The one authority of a caller that has one. @throws Problem */
function onlyAuthority(c: Context<ApiEnv>): string {
  const { authorities } = c.get('caller');
  const [only, ...others] = authorities === 'all' ? [] : authorities;
  if (only !== undefined && others.length === 0) return only;
  throw new Problem('bad-input', 'authority: is missing: this caller has several', { field: 'authority' });
}

/** @throws Problem for what is no id of a case */
function checkCase(id: string): void {
  const [kind, ref, ...more] = id.split('/');
  if (more.length === 0 && CASE_KEY.safeParse({ kind, ref }).success) return;
  throw new Problem('bad-input', 'case: must be kind and reference, such as child-protection/BC-2041', {
    field: 'case',
  });
}
