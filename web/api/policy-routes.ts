// The routes of policies: what an authority goes by, and putting another in force. It is in force for new cases first, then told to every running
// case, each once; whoever asks again hears what is left.

import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { refuseUnfit } from '../../client/refuse-policy.ts';
import type { Policy } from '../../domain/policy/policy.ts';
import { PolicyError } from '../../domain/policy/read-policy.ts';
import { hashedPolicy } from '../../policies/load.ts';
import { NoPolicy } from '../../record/in-force.ts';
import type { ApplyResult } from '../../workflows/api.ts';
import { type Api, type ApiEnv, CONFLICT, jsonProblem, NOT_FOUND, REFUSED, route } from './api-frame.ts';
import { isOf } from './caller.ts';
import { AUTHORITY, noAuthority } from './demand-authority.ts';
import { json, jsonBody } from './json-answer.ts';
import { faults, Problem } from './problem.ts';

export interface PolicyDeps {
  /** @throws NoPolicy */
  readonly inForce: (authority: string) => Promise<{ readonly policy: Policy }>;
  /**
   * Puts it in force and tells running cases; undefined where that goes on for longer than a request may.
   * @throws Refused, Unavailable
   */
  readonly apply: (wish: {
    readonly authority: string;
    readonly policy: Policy;
    readonly reproject: boolean;
    readonly replaces: string | undefined;
    readonly by: string;
  }) => Promise<ApplyResult | undefined>;
}

const POLICY = z
  .custom<Readonly<Record<string, unknown>>>(
    (data) => typeof data === 'object' && data !== null && !Array.isArray(data),
    'must be an object',
  )
  .openapi('Policy', {
    type: 'object',
    description:
      'A whole policy: figures, gates, ladders, roles, meetings and checklists, each with its rules (docs/policy.md)',
    properties: {
      authority: { type: 'string' },
      name: { type: 'string' },
      version: { type: 'string', description: 'One that no other figures had before' },
      hash: { type: 'string', description: 'Stands for the content; worked out anew, whatever is sent' },
      limits: { type: 'object' },
      gates: { type: 'object' },
      ladders: { type: 'object' },
      roles: { type: 'object' },
      meetings: { type: 'object' },
    },
    required: ['authority', 'name', 'version', 'limits', 'gates', 'ladders', 'roles', 'meetings'],
  });
const APPLIED = z
  .object({
    event: z.string().openapi({ description: 'The id of the event by which cases are told', example: 'policy/2' }),
    took: z.int().openapi({ description: 'Running cases that took it now' }),
    before: z.int().openapi({ description: 'Those that had it before' }),
    closed: z.array(z.string()),
    stragglers: z.array(z.object({ caseId: z.string(), why: z.string() })),
    stragglersInAll: z.int().openapi({ description: 'Those without it still: send it again to reach them' }),
  })
  .openapi('PolicyApplied');

const params = z.object({ authority: AUTHORITY });
const ETAG = { ETag: { schema: { type: 'string' as const }, description: 'Stands for its content: for If-Match' } };

const SHOW = route(
  { scope: 'policies:read', does: 'read policy' },
  {
    method: 'get',
    path: '/policies/{authority}',
    tags: ['Policies'],
    summary: 'The policy an authority has in force',
    request: { params },
    responses: { 200: { ...json(POLICY, 'Whole, as a file that --policy reads'), headers: ETAG }, 404: NOT_FOUND },
  },
);

const PUT = route(
  { scope: 'policies:write', does: 'put policy in force' },
  {
    method: 'put',
    path: '/policies/{authority}',
    tags: ['Policies'],
    summary: 'Puts a policy in force',
    description:
      'For new cases at once, then for every running case. `If-Match` carries the ETag of the policy that this one was made from; where another is in force by now, nothing changes. Sent again it reaches what is left.',
    request: {
      params,
      headers: z.object({
        'if-match': z.string().max(200).optional().openapi({ description: 'The ETag of the one it was made from' }),
      }),
      query: z.strictObject({
        reproject: z
          .enum(['true', 'false'])
          .optional()
          .openapi({ description: 'Limits that are open move to the new figures too, never later' }),
      }),
      body: jsonBody(POLICY),
    },
    responses: {
      200: { ...json(APPLIED, 'In force, and every running case was asked'), headers: ETAG },
      202: {
        ...json(
          z.object({ event: z.string() }).openapi('PolicyInForce'),
          'In force; running cases are still being told',
        ),
        headers: ETAG,
      },
      404: NOT_FOUND,
      409: CONFLICT,
      412: jsonProblem('Another policy is in force by now'),
      422: REFUSED,
      428: jsonProblem('If-Match is missing'),
    },
  },
);

export function policyRoutes(api: Api, { inForce, apply }: PolicyDeps): void {
  const none = (authority: string) => noAuthority(authority, { field: 'authority' });
  /** The policy in force; undefined for an authority that has none yet. @throws Problem: what is not the caller's is not there */
  const current = async (c: Context<ApiEnv>, authority: string): Promise<Policy | undefined> => {
    if (!isOf(c.get('caller'), authority)) throw none(authority);
    try {
      return (await inForce(authority)).policy;
    } catch (error) {
      if (error instanceof NoPolicy) return undefined;
      throw error;
    }
  };

  api.openapi(SHOW, async (c) => {
    const { authority } = c.req.valid('param');
    const policy = await current(c, authority);
    if (!policy) throw none(authority);
    c.header('ETag', etagOf(policy));
    return c.json(policy, 200) as Response;
  });

  api.openapi(PUT, async (c) => {
    const { authority } = c.req.valid('param');
    const before = await current(c, authority);
    const policy = sent(c.req.valid('json'));
    if (policy.authority !== authority)
      throw new Problem(
        'bad-input',
        `authority: is ${policy.authority} in the policy, and ${authority} in the address`,
        {
          field: 'authority',
        },
      );
    refuseUnfit(policy);
    if (before?.hash !== policy.hash) demandMatch(c.req.valid('header')['if-match'], before);
    const reproject = c.req.valid('query').reproject === 'true';
    const applied = await apply({ authority, policy, reproject, replaces: before?.hash, by: c.get('caller').who });
    c.header('ETag', etagOf(policy));
    if (!applied) return c.json({ event: `policy/${policy.version}` }, 202) as Response;
    const { event, took, before: had, closed, stragglers, stragglersInAll } = applied;
    return c.json({ event, took, before: had, closed, stragglers, stragglersInAll }, 200) as Response;
  });
}

const etagOf = ({ hash }: Policy): string => `"${hash}"`;

/** @throws Problem for one that cannot be used, with every fault */
function sent(data: unknown): Policy {
  try {
    return hashedPolicy(data);
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    throw faults(
      'bad-input',
      error.problems.map((problem) => {
        const [, field, detail] = /^([^\s:]+): ([\s\S]*)$/.exec(problem) ?? [];
        return field !== undefined && detail !== undefined ? { field, detail } : { field: '', detail: problem };
      }),
    );
  }
}

/** Lost updates: two who start from the same policy do not both win. Where there is none yet there is nothing to match. @throws Problem */
function demandMatch(given: string | undefined, before: Policy | undefined): void {
  if (given === undefined) {
    if (!before) return;
    throw new Problem(
      'condition-missing',
      'If-Match: is missing: send the ETag of the policy that this one was made from',
      {
        field: 'If-Match',
      },
    );
  }
  const tags = given.split(',').map((tag) => tag.trim());
  if (before && (tags.includes('*') || tags.includes(etagOf(before)))) return;
  throw new Problem(
    'changed-meanwhile',
    before
      ? `version ${before.version} is in force by now: read it, and put yours on top of it`
      : 'no policy is in force: leave If-Match out',
    { field: 'If-Match', headers: before ? { ETag: etagOf(before) } : {} },
  );
}
