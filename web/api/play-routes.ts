// The routes that need no case: the dates of a plan that goes as it should, and rehearsals. They give what the commands of the same names give.

import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { MOST_MONTHS } from '../../client/dates-asked.ts';
import type { Policy } from '../../domain/policy/policy.ts';
import { type CalendarData, type LocalDate, localDate } from '../../domain/time/calendar.ts';
import { type Api, type ApiEnv, NOT_FOUND, REFUSED, route } from './api-frame.ts';
import { KIND } from './case-answers.ts';
import { AUTHORITY, demandAuthority } from './demand-authority.ts';
import { json, jsonBody } from './json-answer.ts';
import { type Playing, TooMuch } from './playing.ts';
import { Problem } from './problem.ts';

export interface PlayDeps {
  readonly playing: Playing;
  /** What a new case of an authority would go by. @throws NoPolicy */
  readonly inForce: (authority: string) => Promise<{ readonly policy: Policy; readonly calendar: CalendarData }>;
}

const DATE = z.string().openapi({ format: 'date', example: '2027-03-29' });
const MEETING = /^[a-z]{1,12}(-[a-z]{1,12})?(-[1-9]\d{0,2})?$/;
const DAY_WORDS = 'must be a day between 2000 and 2100, such as 2027-03-01';
/** A day of this century: what statute says of others nobody knows. */
const day = z.string().refine(isDay, DAY_WORDS).openapi({ format: 'date', example: '2027-03-01' });

/** As it was sent, whatever its keys are: what a library makes of `__proto__` is not what was said. */
const HELD = z
  .custom<Readonly<Record<string, string>>>(
    (data) => typeof data === 'object' && data !== null && !Array.isArray(data),
    'must be an object of meetings and days',
  )
  .superRefine((held, context) => {
    for (const [meeting, on] of Object.entries(held)) {
      if (!MEETING.test(meeting))
        context.addIssue({ code: 'custom', path: [meeting], message: 'is no meeting, such as core-group-1' });
      else if (!isDay(on)) context.addIssue({ code: 'custom', path: [meeting], message: DAY_WORDS });
    }
  })
  .openapi({
    type: 'object',
    description: 'Meetings held on another day',
    additionalProperties: { type: 'string', format: 'date' },
    propertyNames: { pattern: MEETING.source },
    example: { 'initial-conference': '2027-03-15' },
  } as object);

const LIMITS = z
  .object({
    limits: z.array(
      z
        .object({
          duty: z.string().openapi({ example: 'hold/core-group-1' }),
          due: DATE.nullable(),
          bookBy: DATE.nullable(),
          target: DATE.nullable(),
          rules: z.array(z.string()),
        })
        .openapi('Limit'),
    ),
  })
  .openapi('Timeline');

const TIMELINE = route(
  { scope: 'policies:read', does: 'ask for a timeline' },
  {
    method: 'post',
    path: '/timeline',
    tags: ['Without a case'],
    summary: 'What are my dates? The limits of a case that goes as planned',
    description:
      'Each meeting counts as held on its book-by date, unless `held` says otherwise. The same as `nodrift timeline --json`.',
    request: {
      body: jsonBody(
        z
          .strictObject({
            authority: AUTHORITY,
            kind: KIND,
            opened: day.openapi({
              description:
                'The strategy discussion (child-protection), the initial referral (child-in-need), the day the child became looked after (looked-after)',
            }),
            months: z
              .int()
              .min(1)
              .max(MOST_MONTHS)
              .optional()
              .openapi({ description: 'How far to look; 12, unless said' }),
            held: HELD.optional(),
            planApproved: day.optional().openapi({ description: 'Child in need only: the day the plan was approved' }),
          })
          .openapi('TimelineWish'),
      ),
    },
    responses: { 200: json(LIMITS, 'A line a dated duty, in order'), 404: NOT_FOUND, 422: REFUSED },
  },
);

const NOTICE = z
  .object({
    at: z.string().openapi({ description: 'In London, with its offset', example: '2027-03-01T08:00:00+00:00' }),
    kind: z.string().openapi({ example: 'reminder' }),
    duty: z.string().nullable(),
    meeting: z.string().nullable(),
    to: z.string(),
    subject: z.string(),
    rung: z.string(),
    also: z.array(z.object({ duty: z.string().nullable(), subject: z.string() })).optional(),
    case: z.string().optional(),
  })
  .openapi('RehearsedNotice');
const REHEARSED = z
  .object({
    notices: z.array(NOTICE),
    refused: z.array(
      z
        .object({
          at: z.string(),
          type: z.string(),
          rule: z.string().nullable(),
          reason: z.string(),
          case: z.string().optional(),
        })
        .openapi('RefusedEvent'),
    ),
    owed: z.array(
      z
        .object({
          duty: z.string(),
          meeting: z.string().nullable(),
          owner: z.string(),
          due: DATE.nullable(),
          bookBy: DATE.nullable(),
          target: DATE.nullable(),
          late: z.boolean(),
          rules: z.array(z.string()),
          consentWithdrawn: z.boolean().optional(),
          case: z.string().optional(),
        })
        .openapi('RehearsedDuty'),
    ),
    closed: z.boolean(),
  })
  .openapi('Rehearsal');

const SCENARIO = z.looseObject({ authority: AUTHORITY }).openapi('Scenario', {
  type: 'object',
  description:
    'As the files of `nodrift rehearse`: `authority`, `case` with `events`, or several `cases`; `until`. Played for at most ten years, with at most 1,000 events.',
  properties: {
    authority: { type: 'string', pattern: '^[a-z0-9-]{1,64}$', examples: ['barnsley'] },
    case: { type: 'object', description: 'A case file without its authority' },
    events: {
      type: 'array',
      items: {
        type: 'object',
        description: 'An event, and when it is typed in, in London',
        properties: { at: { type: 'string', examples: ['2027-03-01T10:00'] }, type: { type: 'string' } },
        required: ['at', 'type'],
      },
    },
    cases: { type: 'array', items: { type: 'object' }, description: 'Several cases, each with its events' },
    until: { type: 'string', description: 'A day, or a time in London', examples: ['2027-06-30'] },
  },
  required: ['authority', 'until'],
});

const REHEARSE = route(
  { scope: 'policies:read', does: 'rehearse' },
  {
    method: 'post',
    path: '/rehearsals',
    tags: ['Without a case'],
    summary: 'Plays a scenario: who is told what, when',
    description:
      'Nothing is kept and nobody is written to. What an event may not be is part of the answer. The same as `nodrift rehearse --json`.',
    request: { body: jsonBody(SCENARIO) },
    responses: {
      200: json(REHEARSED, 'Every notice, in order, and what is owed at the end'),
      404: NOT_FOUND,
      422: REFUSED,
    },
  },
);

export function playRoutes(api: Api, { playing, inForce }: PlayDeps): void {
  const rulesOf = async (c: Context<ApiEnv>, authority: string) => {
    c.set('about', authority);
    await demandAuthority(c, authority);
    return inForce(authority);
  };

  api.openapi(TIMELINE, async (c) => {
    const { authority, kind, opened, months = 12, held = {}, planApproved } = c.req.valid('json');
    const rules = await rulesOf(c, authority);
    // The schema has read them as days.
    const asked = { kind, opened, months, held, planApproved } as Parameters<Playing['timeline']>[0];
    return c.json({ limits: await bounded(playing.timeline(asked, rules)) }, 200) as Response;
  });

  api.openapi(REHEARSE, async (c) => {
    const scenario = c.req.valid('json');
    const rules = await rulesOf(c, scenario.authority);
    return c.json(await bounded(playing.rehearsal(scenario, rules)), 200) as Response;
  });
}

async function bounded<T>(played: Promise<T>): Promise<T> {
  try {
    return await played;
  } catch (error) {
    if (error instanceof TooMuch) throw new Problem('too-large', error.message);
    throw error;
  }
}

function isDay(text: unknown): boolean {
  if (typeof text !== 'string') return false;
  try {
    const read: LocalDate = localDate(text);
    return read >= '2000-01-01' && read <= '2100-12-31';
  } catch {
    return false;
  }
}
