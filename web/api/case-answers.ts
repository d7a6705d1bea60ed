// What the routes of a case answer: the schemas of its own answers, as the document has them.

import { z } from '@hono/zod-openapi';
import { CASE_KINDS } from '../../domain/case/model.ts';
import { PAPER_NAMES } from '../../domain/documents/paper.ts';

const date = z.string().openapi({ format: 'date', example: '2027-03-29' });
const moment = z.string().openapi({ format: 'date-time', example: '2027-03-29T13:05:00Z' });
const rule = z.string().openapi({ example: 'R63' });

export const KIND = z.enum(CASE_KINDS);
export const REF = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/, 'must be letters, digits and dashes, at most 64')
  .openapi({ example: 'BC-2041' });
/** `/cases/{kind}/{ref}` */
export const CASE_KEY = z.object({ kind: KIND, ref: REF });

const WARNINGS = z.array(z.object({ event: z.string(), rule, message: z.string() })).openapi({
  description: 'Accepted all the same: gates that warn, and those passed with a reason',
});
const ASKS = z.array(z.object({ event: z.string(), item: z.string(), rules: z.array(rule), ask: z.string() })).openapi({
  description: 'What the checklists ask and the events do not answer',
});
const RECORDED = {
  recorded: z.array(z.string()).openapi({ description: 'The ids of the events that stand in the case now' }),
  warnings: WARNINGS,
  asks: ASKS,
};
export const RECORD_ANSWER = z.object(RECORDED).openapi('Recorded');
export const OPEN_ANSWER = z
  .object({ case: z.string().openapi({ example: 'child-protection/BC-2041' }), ...RECORDED })
  .openapi('Opened');

const NEXT = z
  .object({ at: moment, summary: z.string() })
  .nullable()
  .openapi({ description: 'What the case does next by itself' });

export const SUMMARY = z
  .object({
    case: z.string(),
    kind: KIND,
    ref: REF,
    authority: z.string(),
    team: z.string().nullable(),
    family: z.string().nullable(),
    status: z.enum(['open', 'ended', 'closed']).openapi({
      description: 'ended: the plan is, and what is left is still owed; closed: nothing is owed any more',
    }),
    ended: date.nullable(),
    consentWithdrawn: z.boolean(),
    next: NEXT,
    counts: z.object({ events: z.int(), owed: z.int(), late: z.int() }),
    policy: z.string().openapi({ description: 'The version it goes by' }),
  })
  .openapi('CaseSummary');

const OWED_DUTY = z
  .object({
    duty: z.string().openapi({ example: 'minutes/core-group-3' }),
    meeting: z.string().nullable(),
    owner: z.string(),
    role: z.string(),
    askedOf: z
      .array(z.string())
      .optional()
      .openapi({ description: 'Who may answer for it: its owner, and whoever stands in for them' }),
    due: date.nullable(),
    bookBy: date.nullable(),
    target: date.nullable(),
    late: z.boolean(),
    rules: z.array(rule),
  })
  .openapi('OwedDuty');
export const OWED = z
  .object({
    ref: REF,
    kind: KIND,
    duties: z.array(OWED_DUTY),
    next: NEXT,
    ended: date.nullable(),
    consentWithdrawn: z.boolean(),
  })
  .openapi('Owed');

const RECORDED_EVENT = z
  .object({
    id: z.string(),
    recordedAt: moment,
    arrival: z.int().optional(),
    known: moment.optional(),
    event: z.looseObject({ type: z.string(), by: z.string() }),
  })
  .openapi('RecordedEvent');
const ATTENDANCE = z.object({
  person: z.string(),
  agency: z.string().nullable(),
  came: z.enum(['in person', 'represented', 'report', 'absent']),
});
const DEPARTURE = z.object({
  event: z.string(),
  rule,
  level: z.enum(['reason', 'warn']),
  message: z.string(),
  reason: z.string().optional(),
  at: moment,
  meeting: z.string().nullable(),
});
const MEETING = z
  .looseObject({
    meeting: z.string(),
    start: z.string().optional(),
    venue: z.string().optional(),
    held: date.nullable(),
  })
  .openapi('MeetingNow');
export const HISTORY = z
  .object({
    events: z.array(RECORDED_EVENT),
    departures: z.array(DEPARTURE),
    scaling: z.array(z.object({ meeting: z.string(), on: date, score: z.number() })),
    attendance: z.array(z.object({ meeting: z.string(), on: date, people: z.array(ATTENDANCE) })),
    done: z.array(
      z.object({
        duty: z.string(),
        due: date.nullable(),
        on: date,
        late: z.boolean(),
        implied: z.boolean().optional(),
      }),
    ),
    moved: z.array(
      z.object({ duty: z.string(), was: date.nullable(), due: date.nullable(), by: z.string(), at: moment }),
    ),
    meetings: z.array(MEETING).optional(),
    unanswered: ASKS.optional(),
    putRight: z
      .array(
        z.object({
          event: z.string(),
          standing: z.enum(['replaced', 'withdrawn']),
          by: z.string(),
          person: z.string(),
          at: moment,
          reason: z.string(),
        }),
      )
      .optional(),
  })
  .openapi('History');

export const MAILS = z
  .object({
    mails: z.array(
      z
        .object({
          notice: z.string(),
          recipient: z.string().openapi({ description: 'The person’s id in the case' }),
          kind: z.string(),
          duty: z.string().nullable(),
          messageId: z.string().nullable(),
          state: z.string(),
          attempts: z.int(),
          resends: z.int(),
          code: z.string().nullable(),
          acceptedAt: moment.nullable(),
        })
        .openapi('Mail'),
    ),
  })
  .openapi('Mails');

const PERSON = z
  .object({
    id: z.string(),
    name: z.string(),
    role: z.string(),
    agency: z.string().optional(),
    email: z.string().optional(),
    manager: z.string().optional(),
    contact: z.string().optional(),
    phone: z.string().optional(),
    needs: z.object({ interpreter: z.string().optional(), format: z.string().optional() }).optional(),
    member: z.boolean(),
    socialWorker: z.boolean(),
    left: z.boolean().optional(),
    familyRings: z.string().optional(),
  })
  .openapi('KnownPerson');
export const PEOPLE = z.object({ people: z.array(PERSON) }).openapi('People');

const PAPER_TABLE = z.object({ columns: z.array(z.string()), rows: z.array(z.array(z.string())) });
export const PAPER = z
  .object({
    name: z.enum(PAPER_NAMES),
    meeting: z.string(),
    title: z.string(),
    facts: z.array(z.array(z.string())),
    parts: z.array(
      z.object({
        heading: z.string(),
        rules: z.array(rule),
        lines: z.array(z.string()),
        table: PAPER_TABLE.optional(),
        room: z.int().optional(),
      }),
    ),
    links: z.array(z.object({ label: z.string(), url: z.string() })),
  })
  .openapi('Paper');

export const REFUSAL = z
  .object({ refusal: z.object({ rule: rule.nullable(), message: z.string() }).nullable() })
  .openapi('WouldRefuse');
