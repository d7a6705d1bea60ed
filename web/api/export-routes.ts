// The route by which somebody is given everything that is held about them. The address is in the body, never in the URL, and never in the audit.

import { z } from '@hono/zod-openapi';
import { CASE_KINDS } from '../../domain/case/model.ts';
import { addressHash } from '../../record/addresses.ts';
import type { OpenRecord } from '../../record/open.ts';
import { exportPerson, type PersonExport, type PersonWish } from '../../record/person-export.ts';
import { type Api, NOT_FOUND, route } from './api-frame.ts';
import { AUTHORITY, demandAuthority } from './demand-authority.ts';
import { json, jsonBody } from './json-answer.ts';
import { Problem } from './problem.ts';

export interface ExportDeps {
  readonly exportPerson: (wish: PersonWish) => Promise<PersonExport>;
  /** Stands for an address where it must not be read: the same for the same one. */
  readonly hashOf: (address: string) => string;
}

export const exportsIn = (record: OpenRecord): ExportDeps => ({
  exportPerson: (wish) => exportPerson(record, wish),
  hashOf: (address) => addressHash(record.ledgerKey, address).slice(0, 12),
});

const moment = z.string().openapi({ format: 'date-time', example: '2027-03-29T13:05:00Z' });
const date = z.string().openapi({ format: 'date', example: '2027-03-29' });
const ID = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be letters, digits, dots, dashes or underscores, at most 64');

const EXPORTED_CASE = z
  .object({
    case: z.string().openapi({ example: 'child-protection/BC-2041' }),
    kind: z.enum(CASE_KINDS),
    status: z.string(),
    ids: z.array(z.string()).openapi({ description: 'What the case calls them' }),
    onFile: z
      .array(z.looseObject({}))
      .openapi({ description: 'What is on file of them, as it was given from time to time' }),
    events: z.array(
      z.object({
        on: date,
        recordedAt: moment,
        why: z.enum(['by-them', 'about-them']),
        event: z.looseObject({}).openapi({ description: 'With others by their roles; what people wrote is whole' }),
      }),
    ),
    owed: z.array(z.object({ duty: z.string(), due: date.nullable(), done: date.nullable() })),
    mails: z.array(z.object({ about: z.string(), state: z.string(), at: moment.nullable() })),
    calendar: z.array(
      z.object({
        ...{ meeting: z.string(), start: z.string(), minutes: z.int(), venue: z.string().nullable() },
        ...{ cancelled: z.boolean(), answered: moment.nullable() },
      }),
    ),
  })
  .openapi('ExportedCase');
const EXPORT = z
  .object({
    authority: z.string(),
    made: moment,
    addresses: z.array(z.string()),
    directory: z.array(z.looseObject({ id: z.string() })),
    cases: z.array(EXPORTED_CASE),
    signIns: z.array(
      z.object({
        ...{ address: z.string(), since: moment },
        sessions: z.array(z.object({ from: moment, until: moment })),
      }),
    ),
    calendarSince: moment.nullable(),
    audit: z.array(z.object({ at: moment, did: z.string(), what: z.string(), outcome: z.string() })),
  })
  .openapi('PersonExport');

const MAKE = route(
  { scope: 'people:export', does: 'export person' },
  {
    method: 'post',
    path: '/exports',
    tags: ['People'],
    summary: 'Everything about one person over all cases of an authority',
    description:
      'Whoever asks what is held about them is given it by this. Say who is meant: by address, by their id in the directory, or by what a case calls them. Others stand in it by their roles; somebody has to read it before it is handed over.',
    request: {
      body: jsonBody(
        z.strictObject({
          authority: AUTHORITY,
          address: z
            .string()
            .min(3)
            .max(320)
            .regex(/^[^\s@]+@[^\s@]+$/, 'must be an e-mail address')
            .optional(),
          staff: ID.optional().openapi({ description: 'Their id in the directory', example: 'S-17' }),
          case: z
            .string()
            .regex(/^[a-z-]{1,40}\/[A-Za-z0-9][A-Za-z0-9-]{0,63}$/, 'must be a case, such as child-protection/BC-2041')
            .optional()
            .openapi({ description: 'With `person`', example: 'child-protection/BC-2041' }),
          person: z
            .string()
            .min(1)
            .max(64)
            .optional()
            .openapi({ description: 'What that case calls them', example: 'mother' }),
        }),
      ),
    },
    responses: { 200: json(EXPORT, 'Empty lists where nothing is held'), 404: NOT_FOUND },
  },
);

export function exportRoutes(api: Api, { exportPerson: make, hashOf }: ExportDeps): void {
  api.openapi(MAKE, async (c) => {
    const { authority, address, staff, case: caseId, person } = c.req.valid('json');
    await demandAuthority(c, authority);
    const named = [address, staff, caseId === undefined ? person : (person ?? '')].filter((one) => one !== undefined);
    if (named.length !== 1 || named[0] === '' || (person !== undefined && caseId === undefined))
      throw new Problem('bad-input', 'say who is meant in one way: address, or staff, or case with person');
    if (address !== undefined) {
      c.set('about', `${authority}/address:${hashOf(address)}`);
      return c.json(await make({ authority, address }), 200) as Response;
    }
    c.set('about', staff === undefined ? `${caseId}` : `${authority}/${staff}`);
    const wish = staff === undefined ? { authority, caseId: caseId ?? '', person: person ?? '' } : { authority, staff };
    return c.json(await make(wish), 200) as Response;
  });
}
