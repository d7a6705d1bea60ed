// A caseload is brought in: sheets or lines are read and received here, and opened by a workflow. What a row may say is read by client/sheets.

import { Readable } from 'node:stream';
import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { BadInput } from '../../client/errors.ts';
import { type Mapping, NO_MAPPING, readMapping } from '../../client/sheets/column-mapping.ts';
import type { ImportedCase, ImportFault } from '../../client/sheets/import-fault.ts';
import { readLines } from '../../client/sheets/opening-lines.ts';
import { readSheets } from '../../client/sheets/read-sheets.ts';
import { SHEETS, type SheetName } from '../../client/sheets/sheet-columns.ts';
import { templateOf, templateOfAll } from '../../client/sheets/sheet-templates.ts';
import { type Bytes, TooMany } from '../../client/sheets/sheet-text.ts';
import type { FaultyRows, ImportNow } from '../../record/imports.ts';
import { API, type Api, type ApiEnv, NOT_FOUND, route } from './api-frame.ts';
import { type Caller, isOf } from './caller.ts';
import { CURSOR, type Cursors } from './cursor.ts';
import { Problem } from './problem.ts';

export interface ImportDeps {
  /** Keeps the cases and has them opened. @returns the import's id @throws RecordUnavailable, Unavailable: nothing is kept */
  readonly receive: (
    by: { readonly who: string; readonly dryRun: boolean },
    cases: readonly ImportedCase[],
  ) => Promise<string>;
  readonly importNow: (id: string) => Promise<ImportNow | undefined>;
  readonly cursors: Cursors;
  readonly faults: (id: string, after: number, limit: number) => Promise<FaultyRows>;
}

const LARGEST = 50 * 1024 * 1024;
const MOST_FAULTY = 1_000;

const FAULT = z
  .object({
    sheet: z.enum([...SHEETS, 'lines']).openapi({ description: '`lines` where cases came as JSON' }),
    row: z.int().openapi({ description: 'As a spreadsheet numbers it: the heading is 1', example: 12 }),
    ref: z
      .string()
      .openapi({ description: 'The case it belongs to; empty where the row does not say', example: 'CP-1001' }),
    column: z.string().nullable().openapi({ example: 'meeting_on' }),
    problem: z.string().openapi({ description: 'In words for whoever made the sheet' }),
    rule: z.string().optional().openapi({ example: 'R63' }),
  })
  .openapi('ImportFault');

const IMPORT = z
  .object({
    id: z.string(),
    state: z.enum(['receiving', 'running', 'done']),
    dryRun: z.boolean(),
    began: z.string(),
    done: z.string().nullable(),
    cases: z.int().openapi({ description: 'How many came' }),
    left: z.int().openapi({ description: 'Not looked at yet' }),
    ready: z.int().openapi({ description: 'Of a dry run: would be opened' }),
    opened: z.int(),
    already: z.int().openapi({ description: 'Were open before, with the same people and events' }),
    faulty: z.int().openapi({ description: 'Were not opened: their faults say why' }),
  })
  .openapi('Import');

const sheet = z.any().openapi({ type: 'string', format: 'binary' });
const UPLOAD = z.any().openapi({
  type: 'object',
  properties: {
    cases: { type: 'string', format: 'binary', description: 'One row a case; or all rows, with a column `row`' },
    people: { type: 'string', format: 'binary', description: 'One row a person of a case' },
    actions: { type: 'string', format: 'binary', description: 'One row an open action of a plan' },
    map: { type: 'string', description: 'A mapping file (YAML): what another system’s columns and words mean' },
  },
  required: ['cases'],
});

const RECEIVE = route(
  { scope: 'imports:write', does: 'import cases', largestBody: LARGEST },
  {
    method: 'post',
    path: '/imports',
    tags: ['Imports'],
    summary: 'Brings a caseload in, or tries it',
    description:
      'Cases as sheets (CSV: one file of all rows, or a file each for cases, people and actions as multipart/form-data), or as lines (NDJSON: on each what POST /cases takes). Rows without a fault are opened; the same file again opens nothing twice.',
    request: {
      query: z.strictObject({
        dryRun: z.enum(['true', 'false']).optional().openapi({ description: 'Nothing is opened: each row is judged' }),
        dates: z
          .enum(['dd/mm/yyyy', 'mm/dd/yyyy'])
          .optional()
          .openapi({ description: 'How days are written that could be read in two ways' }),
      }),
      body: {
        required: false,
        content: {
          'text/csv': { schema: sheet },
          'application/x-ndjson': { schema: sheet },
          'multipart/form-data': { schema: UPLOAD },
        },
      },
    },
    responses: {
      202: {
        description: 'All of it is kept, and is being opened',
        content: { 'application/json': { schema: IMPORT } },
        headers: { Location: { schema: { type: 'string' }, description: 'Where its progress is' } },
      },
    },
  },
);

const TEMPLATE = route(
  { scope: 'imports:write', does: 'read template' },
  {
    method: 'get',
    path: '/imports/template.csv',
    tags: ['Imports'],
    summary: 'A sheet to begin with, with made-up cases',
    request: {
      query: z.strictObject({
        sheet: z.enum(SHEETS).optional().openapi({ description: 'All in one file where absent' }),
      }),
    },
    responses: { 200: { description: 'A sheet', content: { 'text/csv': { schema: { type: 'string' } } } } },
  },
);

const SHOW = route(
  { scope: 'imports:write', does: 'read import' },
  {
    method: 'get',
    path: '/imports/{id}',
    tags: ['Imports'],
    summary: 'How far an import is, and what is wrong with which row',
    request: {
      params: z.object({
        id: z.string().openapi({ param: { name: 'id', in: 'path' }, example: 'imp_0a1b2c3d4e5f60718' }),
      }),
      query: z.strictObject({
        cursor: CURSOR,
        limit: z
          .string()
          .regex(/^[1-9]\d{0,3}$/, 'must be 1 to 1000')
          .optional()
          .openapi({ description: 'Cases of a page; 100 where absent' }),
      }),
    },
    responses: {
      200: {
        description: 'Counts, and a page of faults',
        content: {
          'application/json': {
            schema: IMPORT.extend({
              faults: z.array(FAULT),
              next: z.string().nullable().openapi({ description: 'The cursor of the next page of faults' }),
            }).openapi('ImportReport'),
          },
        },
      },
      404: NOT_FOUND,
    },
  },
);

export function importRoutes(api: Api, { receive, importNow, faults, cursors }: ImportDeps): void {
  api.openapi(RECEIVE, async (c) => {
    const { dryRun, dates } = c.req.valid('query');
    const caller = c.get('caller');
    const cases = await sent(c, dates);
    if (cases.length === 0) throw new Problem('bad-input', 'the sheets hold no case');
    const id = await receive(
      { who: caller.who, dryRun: dryRun === 'true' },
      cases.map((one) => withinRights(caller, one)),
    );
    c.set('about', id);
    const now = await importNow(id);
    if (!now) throw new Error('an import that was received is not there');
    c.header('Location', `${API}/imports/${id}`);
    return c.json(answerOf(now), 202) as Response;
  });

  api.openapi(TEMPLATE, (c) => {
    const { sheet: name } = c.req.valid('query');
    c.header('Content-Type', 'text/csv; charset=utf-8');
    c.header('Content-Disposition', `attachment; filename="${name ?? 'template'}.csv"`);
    return c.body(name ? templateOf(name) : templateOfAll(), 200) as Response;
  });

  api.openapi(SHOW, async (c) => {
    const { id } = c.req.valid('param');
    const { cursor, limit = '100' } = c.req.valid('query');
    const now = await importNow(id);
    // Another's import is not there.
    if (!now || now.who !== c.get('caller').who)
      throw new Problem('not-found', `${id.slice(0, 64)}: there is no such import`);
    const list = ['import', id];
    const after = cursor === undefined ? 0 : Number(cursors.open(list, cursor));
    const page = await faults(id, after, Math.min(Number(limit), MOST_FAULTY));
    const next = page.after === null ? null : cursors.seal(list, String(page.after));
    return c.json({ ...answerOf(now), faults: page.faults, next }, 200) as Response;
  });
}

const answerOf = ({ id, state, dryRun, began, done, cases, left, outcomes }: ImportNow) => ({
  id,
  state,
  dryRun,
  began: began.toISOString(),
  done: done?.toISOString() ?? null,
  cases,
  left,
  ...outcomes,
});

/** A case of an authority that is not the caller's is a fault of its row. */
function withinRights(caller: Caller, given: ImportedCase): ImportedCase {
  const authority = (given.opening?.file as { readonly authority?: unknown } | null | undefined)?.authority;
  if (typeof authority !== 'string' || isOf(caller, authority)) return given;
  const { opening: _, ...rest } = given;
  const { sheet: name, row } = given;
  const problem = 'is not an authority that this caller may bring cases in for';
  const fault: ImportFault = { sheet: name, row, column: 'authority', problem };
  // It is judged by nobody's policy.
  return { ...rest, faults: [...given.faults, fault] };
}

/** The cases of a body. @throws Problem, BadInput */
async function sent(c: Context<ApiEnv>, dates: Mapping['dates']): Promise<readonly ImportedCase[]> {
  const type = c.req.header('content-type') ?? '';
  try {
    if (/^multipart\/form-data/i.test(type)) return await fromParts(c, dates);
    const body = bytesOf(c.req.raw.body);
    return /^application\/x-ndjson/i.test(type)
      ? await readLines(body)
      : await readSheets({ cases: body }, { ...NO_MAPPING, dates });
  } catch (error) {
    if (error instanceof TooMany) throw new Problem('too-large', error.message);
    throw error;
  }
}

async function fromParts(c: Context<ApiEnv>, dates: Mapping['dates']): Promise<readonly ImportedCase[]> {
  // Parts that cannot be told from one another are refused before this.
  const form = await c.req.formData();
  const strange = [...form.keys()].filter((name) => name !== 'map' && !SHEETS.includes(name as SheetName));
  if (strange.length > 0)
    throw new BadInput(`a part must be ${SHEETS.join(', ')} or map, not "${strange[0]?.slice(0, 40)}"`);
  const files = SHEETS.flatMap((name) => {
    const part = form.get(name);
    return part === null ? [] : [[name, bytesOf(new Blob([part]).stream())] as const];
  });
  if (!form.has('cases')) throw new BadInput('the part cases is missing');
  const map = form.get('map');
  const mapping = map === null ? NO_MAPPING : readMapping(typeof map === 'string' ? map : await map.text());
  return readSheets(Object.fromEntries(files), { ...mapping, dates: dates ?? mapping.dates });
}

const bytesOf = (body: ReadableStream<Uint8Array> | null): Bytes =>
  body === null ? [] : Readable.fromWeb(body as import('node:stream/web').ReadableStream<Uint8Array>);
