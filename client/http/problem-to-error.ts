// What the API says is wrong (RFC 9457), in the client's errors: the same classes as over Temporal, so that a service catches them once.

import type { Rule } from '../../domain/case/model.ts';
import {
  BadInput,
  CaseExists,
  CaseNotFound,
  Erased,
  IdTaken,
  InvalidEvent,
  NotAllowed,
  Refused,
  Unavailable,
} from '../errors.ts';

/** Where and how it was answered. */
interface Answered {
  readonly status: number;
  readonly origin: string;
  /** Below `/api/v1`, without its query. */
  readonly path: string;
  /** The seconds it asks to wait; 0 where it asks nothing. */
  readonly wait: number;
}

interface Problem {
  /** `refused`, of `urn:nodrift:problem:refused`: web/api/problem.ts has them all. */
  readonly kind: string;
  readonly detail: string;
  readonly rule: Rule | null;
  readonly field: string | undefined;
  /** All faults at once, where there are several. */
  readonly errors: readonly { readonly field?: string; readonly detail: string }[];
}

/** @param body what came as JSON, whatever it is */
export function errorOf(body: unknown, { status, origin, path, wait }: Answered): Error {
  const problem = problemIn(body);
  if (!problem)
    // A proxy's page, or another server's.
    return status >= 500 || status === 429
      ? new Unavailable(`${origin}: nobody answers behind it now (${status})`, wait || undefined)
      : new BadInput(`what answers at ${origin} is not Nodrift's API (${status}): correct the URL`);
  const { rule, field, kind } = problem;
  const words = wordsOf(problem);
  if (kind === 'invalid-event') return new InvalidEvent(words, field);
  if (kind === 'case-erased') return new Erased(words);
  if (kind === 'case-runs' || kind === 'case-held') return new BadInput(words);
  if (kind === 'case-closed') return new CaseNotFound(words, true);
  if (kind === 'authority-not-found') return new NotAllowed(words);
  if (kind === 'id-taken') return new IdTaken(words, /"(.+?)"/.exec(words)?.[1] ?? '');
  switch (status) {
    case 401:
    case 403:
      return new NotAllowed(words);
    case 404:
      return path.startsWith('/cases/') ? new CaseNotFound(words) : new BadInput(words, field);
    case 409:
      return path.startsWith('/cases') ? new CaseExists(words) : new BadInput(words, field);
    case 422:
      return new Refused(words, rule, field);
    case 429:
    case 503:
      return new Unavailable(words, wait || undefined);
    default:
      return status >= 500 ? new Unavailable(`${origin}: ${words}`) : new BadInput(words, field);
  }
}

/** One sentence; of several faults each with its field. */
function wordsOf({ detail, errors }: Problem): string {
  if (errors.length < 2) return detail;
  return errors.map((one) => (one.field ? `${one.field}: ${one.detail}` : one.detail)).join('; ');
}

function problemIn(body: unknown): Problem | undefined {
  if (typeof body !== 'object' || body === null || !('status' in body) || !('title' in body)) return undefined;
  const { type, title, detail, rule, field, errors } = body as Readonly<Record<string, unknown>>;
  return {
    kind: text(type)?.split(':').at(-1) ?? '',
    detail: text(detail) ?? text(title) ?? 'no reason was given',
    rule: (text(rule) as Rule | undefined) ?? null,
    field: text(field),
    errors: Array.isArray(errors) ? errors.flatMap(faultIn) : [],
  };
}

function faultIn(one: unknown): { field?: string; detail: string }[] {
  const { field, detail, message } = (one ?? {}) as Readonly<Record<string, unknown>>;
  const said = text(detail) ?? text(message);
  if (said === undefined) return [];
  return [text(field) === undefined ? { detail: said } : { field: text(field) as string, detail: said }];
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
