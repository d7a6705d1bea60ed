// Problems as RFC 9457 has them: what went wrong, in words for whoever calls and in a type for their program. The client's errors become them here.

import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import {
  BadInput,
  CaseExists,
  CaseNotFound,
  Erased,
  IdTaken,
  InvalidEvent,
  Refused,
  Unavailable,
} from '../../client/errors.ts';
import { RecordUnavailable } from '../../record/failures.ts';
import { NoAuthority, NoPolicy, Unfit, VersionTaken } from '../../record/in-force.ts';

/** Every kind of problem, its status and its title. The kinds are a contract: clients go by them. */
const KINDS = {
  'bad-input': { status: 400, title: 'The request cannot be used as it is' },
  'invalid-event': { status: 400, title: 'An event or a case file cannot be read' },
  unauthorised: { status: 401, title: 'Nobody known calls' },
  forbidden: { status: 403, title: 'This caller may not do that' },
  'not-found': { status: 404, title: 'There is nothing at this address' },
  'case-not-found': { status: 404, title: 'There is no such case' },
  'authority-not-found': { status: 404, title: 'There is no such authority' },
  'method-not-allowed': { status: 405, title: 'This address does not take that method' },
  'case-erased': { status: 410, title: 'The case was erased' },
  'case-runs': { status: 409, title: 'The case is not closed' },
  'case-held': { status: 409, title: 'The case is on hold' },
  'case-closed': { status: 409, title: 'The case is closed' },
  'case-exists': { status: 409, title: 'The reference means something else' },
  'id-taken': { status: 409, title: 'The id means something else' },
  'webhook-exists': { status: 409, title: 'What happens is sent there already' },
  'webhook-ended': { status: 409, title: 'Nothing is sent there any more' },
  'version-taken': { status: 409, title: 'The version means something else' },
  'changed-meanwhile': { status: 412, title: 'It has changed since it was read' },
  'too-large': { status: 413, title: 'The request is too large' },
  'unsupported-media-type': { status: 415, title: 'The body is of a type that is not taken here' },
  refused: { status: 422, title: 'A rule, or what the case knows, refuses this' },
  'condition-missing': { status: 428, title: 'Say which one this is made from' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  failed: { status: 500, title: 'Something went wrong here' },
  unavailable: { status: 503, title: 'Nobody answers now' },
} as const satisfies Readonly<Record<string, { status: ContentfulStatusCode; title: string }>>;
export type ProblemKind = keyof typeof KINDS;

/** What the type of a problem begins with: `urn:nodrift:problem:refused`. */
const TYPE = 'urn:nodrift:problem:';

/** One fault of several. */
export interface Fault {
  /** Where, as a path into what was sent: `events.0.event.on`. */
  readonly field: string;
  readonly detail: string;
}

export interface ProblemMore {
  /** `R63` */
  readonly rule?: string | null | undefined;
  /** The first that is wrong. */
  readonly field?: string | undefined;
  /** All of them at once. */
  readonly errors?: readonly Fault[] | undefined;
  /** Headers that the answer carries besides. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export const PROBLEM = z
  .object({
    type: z.string().openapi({ description: 'What kind of problem, for programs', example: `${TYPE}refused` }),
    title: z.string(),
    status: z.int(),
    detail: z.string().openapi({ description: 'What, where and the way out, for people' }),
    rule: z.string().optional().openapi({ description: 'The rule that refuses it', example: 'R63' }),
    field: z.string().optional().openapi({ description: 'What is wrong, as a path', example: 'events.0.event.on' }),
    errors: z
      .array(z.object({ field: z.string(), detail: z.string() }))
      .optional()
      .openapi({ description: 'All faults at once' }),
  })
  .openapi('Problem');

/** Thrown wherever a request cannot be answered as asked; the frame sends it. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly kind: ProblemKind;
  readonly more: ProblemMore;
  constructor(kind: ProblemKind, detail: string, more: ProblemMore = {}) {
    super(detail);
    this.kind = kind;
    this.more = more;
  }
}

/** So many faults are named; a body may have as many as it has lines. */
const MOST_FAULTS = 100;
const LONGEST_DETAIL = 500;
const short = (text: string): string =>
  text.length <= LONGEST_DETAIL ? text : `${text.slice(0, LONGEST_DETAIL - 1)}…`;

/** Everything that is wrong with what was sent, as one problem. */
export function faults(kind: 'bad-input' | 'invalid-event', all: readonly Fault[]): Problem {
  const errors = all.slice(0, MOST_FAULTS).map(({ field, detail }) => ({ field, detail: short(detail) }));
  const [first] = errors;
  const others = all.length > 1 ? `, and ${all.length - 1} more` : '';
  const detail = first ? `${first.field ? `${first.field}: ` : ''}${first.detail}${others}` : 'it cannot be used';
  return new Problem(kind, detail, { field: first?.field || undefined, errors });
}

/** How long to wait before the same is sent again, where nobody answers. */
const AGAIN_S = 5;

/** An error as a problem. Undefined for what should not happen: it is a bug, and its words are not for outside. */
function known(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error;
  if (error instanceof IdTaken) return new Problem('id-taken', error.message, { field: 'id' });
  if (error instanceof InvalidEvent) return new Problem('invalid-event', error.message);
  if (error instanceof Refused) return new Problem('refused', error.message, { rule: error.rule });
  if (error instanceof CaseExists) return new Problem('case-exists', error.message);
  if (error instanceof VersionTaken) return new Problem('version-taken', error.message, { field: 'version' });
  if (error instanceof Erased) return new Problem('case-erased', error.message);
  if (error instanceof CaseNotFound) return new Problem(error.closed ? 'case-closed' : 'case-not-found', error.message);
  if (error instanceof NoAuthority) return new Problem('authority-not-found', error.message, { field: 'authority' });
  if (error instanceof NoPolicy || error instanceof Unfit) return new Problem('refused', error.message);
  if (error instanceof BadInput) return new Problem('bad-input', error.message, { field: error.field });
  if (error instanceof Unavailable || error instanceof RecordUnavailable)
    return new Problem('unavailable', error.message, { headers: { 'Retry-After': String(AGAIN_S) } });
  return error instanceof HTTPException ? fromHono(error) : undefined;
}

function fromHono({ status, message }: HTTPException): Problem {
  if (status === 415) return new Problem('unsupported-media-type', 'Content-Type: send application/json');
  if (status === 413) return new Problem('too-large', message);
  return new Problem('bad-input', /malformed json/i.test(message) ? 'the body is no JSON' : message);
}

/** Sends an error as its problem, under the status that belongs to it. @param failed hears of what should not happen */
export function sendProblem(c: Context, error: unknown, failed?: (error: unknown) => void): Response {
  const problem = known(error);
  if (!problem) failed?.(error);
  const { kind, message, more } = problem ?? new Problem('failed', 'It is our fault and has been noted');
  const { status, title } = KINDS[kind];
  for (const [name, value] of Object.entries(more.headers ?? {})) c.header(name, value);
  const { rule, field, errors } = more;
  const body = {
    type: `${TYPE}${kind}`,
    title,
    status,
    detail: short(message),
    ...(rule && { rule }),
    ...(field && { field }),
    ...(errors && { errors }),
  };
  return c.json(body, status, { 'Content-Type': 'application/problem+json' });
}
