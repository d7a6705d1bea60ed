// The routes of the staff directory: the whole list, one of it, and handing over all cases of a worker. Running cases are told by the workers; how
// far that has come is in the answers.

import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { DirectoryChanges, KnownStaff, Staff } from '../../record/directory.ts';
import type { DirectoryFault } from '../../record/directory-faults.ts';
import type { DirectoryProgress, HandedOver, Reallocation } from '../../record/directory-work.ts';
import { RIGHTS } from '../../record/schema-directory.ts';
import { API, type Api, type ApiEnv, NOT_FOUND, REFUSED, route } from './api-frame.ts';
import { AUTHORITY, authorityInAddress } from './demand-authority.ts';
import { json, jsonBody } from './json-answer.ts';
import { type Fault, faults, Problem } from './problem.ts';
import { type ReadStaff, readFields, readStaffList, readStaffSheet } from './staff-file.ts';

type SyncOptions = { readonly dryRun?: boolean | undefined; readonly leaversMeant?: boolean | undefined };
type Change = Partial<Omit<Staff, 'id'>> & { readonly active?: boolean | undefined };

export interface DirectoryDeps {
  readonly list: (authority: string) => Promise<readonly KnownStaff[]>;
  readonly member: (authority: string, id: string) => Promise<KnownStaff | undefined>;
  /** @throws DirectoryRefused */
  readonly sync: (authority: string, list: readonly Staff[], options: SyncOptions) => Promise<DirectoryChanges>;
  /** @throws DirectoryRefused */
  readonly change: (authority: string, id: string, change: Change) => Promise<DirectoryChanges>;
  readonly progress: (authority: string) => Promise<DirectoryProgress>;
  /** Running cases that somebody is the social worker of. */
  readonly casesOf: (authority: string, staff: string) => Promise<readonly string[]>;
  readonly reallocate: (wish: Pick<Reallocation, 'authority' | 'from' | 'to' | 'reason'>) => Promise<Reallocation>;
  readonly reallocation: (id: string) => Promise<Reallocation | undefined>;
  readonly handedOver: (
    id: string,
  ) => Promise<readonly { readonly case: string; readonly outcome: HandedOver; readonly why: string | null }[]>;
}

const STAFF_ID = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be an id of the directory')
  .openapi({ example: 'S-17' });
const text = z.string().nullable();
const FIELDS = {
  name: z.string(),
  role: z.string().openapi({ example: 'social-worker' }),
  manager: text,
  agency: text,
  address: text.openapi({ description: 'Their own: what they sign in by' }),
  sharedMailbox: text.openapi({ description: 'Where mail about cases goes instead' }),
  telephone: text,
  team: text,
  rights: z.array(z.enum(RIGHTS)),
};
const STAFF = z
  .object({ id: STAFF_ID, ...FIELDS, authority: AUTHORITY, active: z.boolean(), edition: z.int() })
  .openapi('Staff');
const ids = z.array(STAFF_ID);
const CHANGES = z
  .object({
    joined: ids,
    changed: z.array(z.object({ id: STAFF_ID, fields: z.array(z.string()) })),
    left: ids.openapi({ description: 'Not in the list any more: what is theirs is their managers’' }),
    back: ids,
    same: z.int(),
    rights: z
      .array(z.object({ id: STAFF_ID, given: z.array(z.enum(RIGHTS)), taken: z.array(z.enum(RIGHTS)) }))
      .openapi({ description: 'Whose rights are others than before; each is in the audit' }),
  })
  .openapi('DirectoryChanges');
const SYNCED = CHANGES.extend({ authority: AUTHORITY, dryRun: z.boolean() }).openapi('DirectorySynced');
const PROGRESS = z
  .object({
    left: z.int().openapi({ description: 'People of running cases still to be told of' }),
    refused: z.array(z.object({ case: z.string(), person: z.string(), staff: STAFF_ID, why: z.string() })),
  })
  .openapi('DirectoryProgress');
const REALLOCATION = z
  .object({
    id: z.string(),
    from: STAFF_ID,
    to: STAFF_ID,
    done: z.boolean(),
    cases: z.array(
      z.object({
        case: z.string(),
        why: z.string().nullable(),
        outcome: z.enum(['took', 'not-theirs', 'closed', 'refused', 'unanswered']),
      }),
    ),
  })
  .openapi('Reallocation');
/** What a person is as JSON: judged by the reader that judges sheets, so that all faults are said in the same words. */
const anObject = z.custom<Readonly<Record<string, unknown>>>(
  (data) => typeof data === 'object' && data !== null && !Array.isArray(data),
  'must be an object',
);
const GIVEN = anObject.openapi('GivenStaff', {
  type: 'object',
  description: `Fields: id, name, role; optional ${['manager', 'agency', 'address', 'sharedMailbox', 'telephone', 'team', 'rights', 'active'].join(', ')}`,
});

const tags = ['Directory'];
const yes = z.enum(['true', 'false']).optional();
const params = z.object({ authority: AUTHORITY });
const oneOf = z.object({ authority: AUTHORITY, id: STAFF_ID });

/** A directory of twenty thousand. */
const LARGEST = 8 * 1024 * 1024;

const LIST = route(
  { scope: 'people:read', does: 'read directory' },
  {
    method: 'get',
    path: '/directory/{authority}',
    tags,
    request: { params },
    summary: 'Everybody of an authority’s staff directory, and how far its changes have reached running cases',
    responses: { 200: json(z.object({ staff: z.array(STAFF), progress: PROGRESS }), 'Who is there'), 404: NOT_FOUND },
  },
);

const SYNC = route(
  { scope: 'directory:write', does: 'sync directory', largestBody: LARGEST },
  {
    method: 'put',
    path: '/directory/{authority}',
    tags,
    summary: 'Makes the directory what this list says: whoever is missing has left',
    description:
      'All of it or nothing. Every fault of the list is said at once. With dryRun=true it says what would change. Running cases that name somebody are then told, once.',
    request: {
      params,
      query: z.strictObject({
        dryRun: yes,
        allowLeavers: yes.openapi({ description: 'A quarter or more of the people have left indeed' }),
      }),
      body: {
        content: {
          'application/json': { schema: z.strictObject({ staff: z.array(GIVEN) }) },
          'text/csv': { schema: z.string().openapi({ description: 'The sheet of docs/directory.md, UTF-8' }) },
        },
      },
    },
    responses: { 200: json(SYNCED, 'What changed, or would'), 404: NOT_FOUND, 422: REFUSED },
  },
);

const ONE = route(
  { scope: 'people:read', does: 'read directory' },
  {
    method: 'get',
    path: '/directory/{authority}/{id}',
    tags,
    request: { params: oneOf },
    summary: 'One of the staff, also where they have left',
    responses: { 200: json(STAFF, 'Who they are'), 404: NOT_FOUND },
  },
);

const CHANGE = route(
  { scope: 'directory:write', does: 'change directory' },
  {
    method: 'patch',
    path: '/directory/{authority}/{id}',
    tags,
    summary: 'Changes one of the staff, adds them, or says that they left (active: false)',
    description: 'What is not said stays as it is. Running cases that name them are then told, once.',
    request: { params: oneOf, body: jsonBody(GIVEN) },
    responses: { 200: json(CHANGES, 'What changed'), 404: NOT_FOUND, 422: REFUSED },
  },
);

const REALLOCATE = route(
  { scope: 'directory:write', does: 'hand over cases' },
  {
    method: 'post',
    path: '/directory/{authority}/reallocations',
    tags,
    summary: 'Hands all running cases of one social worker to another',
    description:
      'Sent again while it is under way it is the same one; sent again later it finds what is left. With dryRun=true it says which cases would go.',
    request: {
      params,
      query: z.strictObject({ dryRun: yes }),
      body: jsonBody(
        z.strictObject({
          from: STAFF_ID,
          to: STAFF_ID,
          reason: z.string().min(1, 'must not be empty').max(2000, 'is longer than 2,000 characters').optional(),
        }),
      ),
    },
    responses: {
      200: json(z.object({ cases: z.array(z.string()) }), 'A dry run: which cases would go'),
      202: {
        ...json(REALLOCATION, 'It is begun, and goes on whatever happens'),
        headers: { Location: { schema: { type: 'string' }, description: 'How far it has come' } },
      },
      404: NOT_FOUND,
      422: REFUSED,
    },
  },
);

const REALLOCATED = route(
  { scope: 'people:read', does: 'read reallocation' },
  {
    method: 'get',
    path: '/directory/{authority}/reallocations/{id}',
    tags,
    summary: 'How far a reallocation has come, case by case',
    request: { params: z.object({ authority: AUTHORITY, id: z.uuid('must be the id of a reallocation') }) },
    responses: { 200: json(REALLOCATION, 'What became of each case so far'), 404: NOT_FOUND },
  },
);

export function directoryRoutes(api: Api, deps: DirectoryDeps): void {
  api.openapi(LIST, async (c) => {
    const authority = await authorityInAddress(c);
    const [staff, progress] = await Promise.all([deps.list(authority), deps.progress(authority)]);
    return c.json({ staff, progress }, 200) as Response;
  });

  api.openapi(SYNC, async (c) => {
    const authority = await authorityInAddress(c);
    const { dryRun, allowLeavers } = c.req.valid('query');
    const sheet = (c.req.header('content-type') ?? '').toLowerCase().startsWith('text/csv');
    const list = listIn(
      sheet
        ? readStaffSheet(await c.req.text())
        : readStaffList((c.req.valid('json') as { staff: readonly unknown[] }).staff),
    );
    const options = { dryRun: dryRun === 'true', leaversMeant: allowLeavers === 'true' };
    const changes = await deps.sync(authority, list, options);
    if (!options.dryRun) await auditRights(c, authority, changes);
    return c.json({ ...changes, authority, dryRun: options.dryRun }, 200) as Response;
  });

  api.openapi(REALLOCATE, async (c) => {
    const authority = await authorityInAddress(c);
    const { from, to, reason = null } = c.req.valid('json');
    await mayHandOver(authority, from, to);
    if (c.req.valid('query').dryRun === 'true')
      return c.json({ cases: await deps.casesOf(authority, from) }, 200) as Response;
    const begun = await deps.reallocate({ authority, from, to, reason });
    c.set('about', begun.id);
    c.header('Location', `${API}/directory/${authority}/reallocations/${begun.id}`);
    return c.json(await answer(begun), 202) as Response;
  });

  api.openapi(REALLOCATED, async (c) => {
    const authority = await authorityInAddress(c);
    const { id } = c.req.valid('param');
    const found = await deps.reallocation(id);
    if (!found || found.authority !== authority) throw new Problem('not-found', `${id}: there is no such reallocation`);
    return c.json(await answer(found), 200) as Response;
  });

  api.openapi(ONE, async (c) => {
    const authority = await authorityInAddress(c);
    const { id } = c.req.valid('param');
    return c.json(await known(authority, id), 200) as Response;
  });

  api.openapi(CHANGE, async (c) => {
    const authority = await authorityInAddress(c);
    const { id } = c.req.valid('param');
    const { fields, active, wrong } = readFields(c.req.valid('json'));
    const all = wrong.map(({ field, message }) => ({ field, detail: message }));
    if (fields.id !== undefined && fields.id !== id)
      all.push({ field: 'id', detail: `is ${id}, as the address says, and does not change` });
    if (all.length > 0) throw faults('bad-input', all);
    const { id: _, ...change } = fields;
    const changes = await deps.change(authority, id, { ...change, ...(active !== undefined && { active }) });
    await auditRights(c, authority, changes);
    return c.json(changes, 200) as Response;
  });

  /** Which right whom was given or taken, beside the request itself. */
  async function auditRights(c: Context<ApiEnv>, authority: string, { rights }: DirectoryChanges): Promise<void> {
    const { audit, addressOf } = c.get('options');
    const line = { who: c.get('caller').who, from: addressOf(c), request: c.get('request'), outcome: 200 };
    for (const { id, given, taken } of rights)
      for (const [does, all] of Object.entries({ gave: given, took: taken }))
        for (const right of all) await audit?.({ ...line, did: `${does} ${right}`, what: `${authority}/${id}` }, true);
  }

  const answer = async ({ id, from, to, doneAt }: Reallocation) => ({
    id,
    from,
    to,
    done: doneAt !== null,
    cases: await deps.handedOver(id),
  });

  async function known(authority: string, id: string): Promise<KnownStaff> {
    const found = await deps.member(authority, id);
    if (!found) throw new Problem('not-found', `${id}: nobody of the directory of ${authority} has this id`);
    return found;
  }

  /** A case goes to a social worker who is there; it comes from anybody, also from one who has left. */
  async function mayHandOver(authority: string, from: string, to: string): Promise<void> {
    if (from === to) throw new Problem('refused', `to: the cases are with ${to} already`, { field: 'to' });
    for (const [field, id] of [
      ['from', from],
      ['to', to],
    ] as const)
      if (!(await deps.member(authority, id)))
        throw new Problem('refused', `${field}: nobody of the directory of ${authority} has the id ${id}`, { field });
    const target = await known(authority, to);
    if (!target.active) throw new Problem('refused', `to: ${to} has left`, { field: 'to' });
    if (target.role !== 'social-worker')
      throw new Problem('refused', `to: ${to} is a ${target.role}, and a case goes to a social worker`, {
        field: 'to',
      });
  }
}

/** @throws Problem with every fault of the list */
function listIn(read: ReadStaff): readonly Staff[] {
  if ('staff' in read) return read.staff;
  throw directoryFaults(read.faults);
}

/** Faults of a directory as one problem: of a sheet, each with its row. */
export const directoryFaults = (all: readonly DirectoryFault[]): Problem =>
  faults(
    'bad-input',
    all.map(({ row, place, field, message }): Fault => {
      const where = row !== undefined ? `row ${row}` : place !== undefined ? `staff.${place}` : '';
      const separator = row !== undefined ? ', ' : '.';
      return { field: [where, field ?? ''].filter((part) => part !== '').join(separator), detail: message };
    }),
  );
