// The routes of one case: open, record, and what it knows. A caller sees the cases of its authorities; any other is not there.

import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { CaseExists, CaseNotFound, Erased, IdTaken, Refused, Unavailable } from '../../client/errors.ts';
import type { CaseKey } from '../../client/listed.ts';
import type { NewEvent } from '../../client/new-event.ts';
import type { Nodrift } from '../../client/nodrift.ts';
import { PAPER_NAMES } from '../../domain/documents/paper.ts';
import type { CaseRow, LedgerLine } from '../../record/read.ts';
import { API, type Api, type ApiEnv, CONFLICT, NOT_FOUND, REFUSED, route } from './api-frame.ts';
import { isOf } from './caller.ts';
import {
  CASE_KEY,
  HISTORY,
  MAILS,
  OPEN_ANSWER,
  OWED,
  PAPER,
  PEOPLE,
  RECORD_ANSWER,
  REFUSAL,
  SUMMARY,
} from './case-answers.ts';
import { demandAuthority, demandCase, noCase } from './demand-authority.ts';
import { json, jsonBody } from './json-answer.ts';
import { Problem } from './problem.ts';
import { CASE_FILE, EVENTS, readEvents, readFile } from './sent-events.ts';

export interface CaseDeps {
  readonly cases: Pick<Nodrift, 'open' | 'record' | 'owed' | 'history' | 'people' | 'paper' | 'refusal'>;
  /** A case as the record has it; undefined for one nobody knows, and for a rehearsal. */
  readonly caseOf: (caseId: string) => Promise<CaseRow | undefined>;
  /** What was planned and sent for it. */
  readonly mailsOf: (caseId: string) => Promise<readonly LedgerLine[]>;
}

const params = CASE_KEY;

const OPEN = route(
  { scope: 'cases:write', does: 'open case' },
  {
    method: 'post',
    path: '/cases',
    tags: ['Cases'],
    summary: 'Opens a case with what happened so far',
    description:
      'The first event is the one a case of its kind begins with. It goes by the policy and calendar in force for its authority. Sent again with the same ids and content it gives the first answer.',
    request: {
      body: jsonBody(z.strictObject({ file: CASE_FILE, events: EVENTS })),
    },
    responses: {
      201: {
        ...json(OPEN_ANSWER, 'It is open, and every event is recorded durably'),
        headers: { Location: { schema: { type: 'string' }, description: 'Where the case is' } },
      },
      404: NOT_FOUND,
      409: CONFLICT,
      422: REFUSED,
    },
  },
);

const RECORD = route(
  { scope: 'cases:write', does: 'record events' },
  {
    method: 'post',
    path: '/cases/{kind}/{ref}/events',
    tags: ['Cases'],
    summary: 'Records what happened, all or none',
    description:
      'What was recorded wrongly is put right by event-corrected and event-withdrawn. Sent again with the same ids and content it gives the first answer.',
    request: {
      params,
      body: jsonBody(z.strictObject({ events: EVENTS })),
    },
    responses: {
      200: json(RECORD_ANSWER, 'All of it is recorded durably'),
      404: NOT_FOUND,
      409: CONFLICT,
      422: REFUSED,
    },
  },
);

const SHOW = route(
  { scope: 'cases:read', does: 'read case' },
  {
    method: 'get',
    path: '/cases/{kind}/{ref}',
    tags: ['Cases'],
    summary: 'How a case stands',
    request: { params },
    responses: { 200: json(SUMMARY, 'Its public part, what is next, and counts'), 404: NOT_FOUND },
  },
);

const SHOW_OWED = route(
  { scope: 'cases:read', does: 'read what is owed' },
  {
    method: 'get',
    path: '/cases/{kind}/{ref}/owed',
    tags: ['Cases'],
    summary: 'What is owed, by whom, by when',
    request: {
      params,
      query: z.strictObject({
        at: z
          .string()
          .optional()
          .openapi({ description: 'At a later moment; now, unless said', example: '2027-03-29T13:05:00Z' }),
      }),
    },
    responses: { 200: json(OWED, 'The open duties, by limit'), 404: NOT_FOUND },
  },
);

const SHOW_HISTORY = route(
  { scope: 'cases:read', does: 'read history' },
  {
    method: 'get',
    path: '/cases/{kind}/{ref}/history',
    tags: ['Cases'],
    summary: 'Everything that happened, with what was done when',
    request: { params },
    responses: { 200: json(HISTORY, 'Events in order, and what became of each'), 404: NOT_FOUND },
  },
);

const SHOW_MAILS = route(
  { scope: 'cases:read', does: 'read mails' },
  {
    method: 'get',
    path: '/cases/{kind}/{ref}/mails',
    tags: ['Cases'],
    summary: 'What was planned and sent, without addresses',
    request: { params },
    responses: { 200: json(MAILS, 'A line a notice, oldest first'), 404: NOT_FOUND },
  },
);

const SHOW_PEOPLE = route(
  { scope: 'people:read', does: 'read people' },
  {
    method: 'get',
    path: '/cases/{kind}/{ref}/people',
    tags: ['Cases'],
    summary: 'Everybody the case knows, with their addresses, its social worker first',
    request: { params },
    responses: { 200: json(PEOPLE, 'As the case knows them now'), 404: NOT_FOUND },
  },
);

const SHOW_PAPER = route(
  { scope: 'people:read', does: 'read paper' },
  {
    method: 'get',
    path: '/cases/{kind}/{ref}/papers/{name}',
    tags: ['Cases'],
    summary: 'A paper for a meeting, made now and kept nowhere',
    request: {
      params: params.extend({ name: z.enum(PAPER_NAMES) }),
      query: z.strictObject({ meeting: z.string().openapi({ example: 'core-group-3' }) }),
    },
    responses: { 200: json(PAPER, 'Staff by name and role, child and family by role alone'), 404: NOT_FOUND },
  },
);

const WOULD_REFUSE = route(
  { scope: 'cases:write', does: 'try events' },
  {
    method: 'post',
    path: '/cases/{kind}/{ref}/refusal',
    tags: ['Cases'],
    summary: 'Why the case would refuse these events; nothing is recorded',
    request: {
      params,
      body: jsonBody(z.strictObject({ events: EVENTS })),
    },
    responses: { 200: json(REFUSAL, 'null where it would take them'), 404: NOT_FOUND, 409: CONFLICT },
  },
);

/** So many cases' authorities are remembered; beyond them all are asked for anew. */
const MOST_REMEMBERED = 20_000;

export function caseRoutes(api: Api, { cases, caseOf, mailsOf }: CaseDeps): void {
  /** A case never changes its authority. */
  const authorities = new Map<string, string>();
  const authorityOf = async (id: string): Promise<string | undefined> => {
    const known = authorities.get(id) ?? (await caseOf(id))?.authority;
    if (authorities.size >= MOST_REMEMBERED) authorities.clear();
    if (known !== undefined) authorities.set(id, known);
    return known;
  };

  const seen = (c: Context<ApiEnv>, key: CaseKey): Promise<string> => demandCase(c, key, authorityOf);

  /**
   * An answer of a case that the record knows. Where it should run and does not, it was ended from outside: nothing the caller can mend, and what
   * was sent may be sent again when it has been restored.
   */
  const running = async <T>(id: string, asked: Promise<T>): Promise<T> => {
    try {
      return await asked;
    } catch (error) {
      if (!(error instanceof CaseNotFound) || error.closed) throw error;
      const row = await caseOf(id);
      throw row && row.status !== 'closed' ? new Unavailable(error.message) : error;
    }
  };

  /** References are one list for all authorities: of one that is another's nothing is said but that it is taken. */
  const whatItMeans = async (c: Context<ApiEnv>, id: string, error: CaseExists): Promise<Error> => {
    const authority = await authorityOf(id);
    if (authority !== undefined && isOf(c.get('caller'), authority)) return error;
    return new Problem('case-exists', 'file.ref: this reference cannot be used: give the case another', {
      field: 'file.ref',
    });
  };

  api.openapi(OPEN, async (c) => {
    const { file: sent, events } = c.req.valid('json');
    const file = readFile(sent);
    const { kind, ref, authority } = file;
    c.set('about', `${kind}/${ref}`);
    await demandAuthority(c, authority, 'file.authority');
    const read = readEvents(events);
    const answer = await naming(read, cases.open(file, read)).catch(async (error: unknown) => {
      const taken = error instanceof Erased ? referenceOver(error) : error;
      throw taken instanceof CaseExists ? await whatItMeans(c, `${kind}/${ref}`, taken) : taken;
    });
    c.header('Location', `${API}/cases/${kind}/${ref}`);
    return c.json({ case: `${kind}/${ref}`, ...answer }, 201) as Response;
  });

  api.openapi(RECORD, async (c) => {
    const key = c.req.valid('param');
    const id = await seen(c, key);
    const events = readEvents(c.req.valid('json').events);
    return c.json(await naming(events, running(id, cases.record(key, events))), 200) as Response;
  });

  api.openapi(SHOW, async (c) => {
    const key = c.req.valid('param');
    const id = await seen(c, key);
    const row = await caseOf(id);
    if (!row) throw noCase(id);
    const { kind, ref, authority, status, policy } = row;
    const { duties, next, ended, consentWithdrawn } = await running(id, cases.owed(key));
    const late = duties.filter((duty) => duty.late).length;
    const counts = { events: row.events, owed: duties.length, late };
    return c.json(
      {
        case: id,
        kind,
        ref,
        authority,
        team: row.team ?? null,
        family: row.family ?? null,
        status,
        ended,
        consentWithdrawn,
        next,
        counts,
        policy,
      },
      200,
    ) as Response;
  });

  api.openapi(SHOW_OWED, async (c) => {
    const key = c.req.valid('param');
    const id = await seen(c, key);
    return c.json(await running(id, cases.owed(key, c.req.valid('query').at)), 200) as Response;
  });

  api.openapi(SHOW_HISTORY, async (c) => {
    const key = c.req.valid('param');
    const id = await seen(c, key);
    return c.json(await running(id, cases.history(key)), 200) as Response;
  });

  api.openapi(SHOW_PEOPLE, async (c) => {
    const key = c.req.valid('param');
    const id = await seen(c, key);
    return c.json({ people: await running(id, cases.people(key)) }, 200) as Response;
  });

  api.openapi(SHOW_PAPER, async (c) => {
    const { name, ...key } = c.req.valid('param');
    const id = await seen(c, key);
    return c.json(await running(id, cases.paper(key, name, c.req.valid('query').meeting)), 200) as Response;
  });

  api.openapi(WOULD_REFUSE, async (c) => {
    const key = c.req.valid('param');
    const id = await seen(c, key);
    const refusal = await running(id, cases.refusal(key, readEvents(c.req.valid('json').events)));
    return c.json({ refusal }, 200) as Response;
  });

  api.openapi(SHOW_MAILS, async (c) => {
    const id = await seen(c, c.req.valid('param'));
    return c.json({ mails: await mailsOf(id) }, 200) as Response;
  });
}

/** Opened under the reference of a case that was erased. */
const referenceOver = ({ message }: Erased): CaseExists =>
  new CaseExists(`${message}; a new plan needs a new reference`);

/**
 * The answer to events that were sent. Which of them is refused is said by its place: of a thousand nobody finds it by words.
 * @throws Problem with the field `events.2`
 */
async function naming<T>(events: readonly NewEvent[], answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const isTaken = error instanceof IdTaken;
    const place = events.findIndex(({ id }) => id === (isTaken ? error.id : error.event));
    if (place === -1) throw error;
    if (isTaken) throw new Problem('id-taken', error.message, { field: `events.${place}.id` });
    throw new Problem('refused', error.message, { rule: error.rule, field: `events.${place}` });
  }
}
