// What the server says, in the errors of this house; and what of it passes by itself.

import {
  ApplicationFailure,
  isGrpcServiceError,
  NamespaceNotFoundError,
  QueryNotRegisteredError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { CASE_EXISTS, REFUSED } from '../workflows/api.ts';
import { BadInput, CaseExists, CaseNotFound, IdTaken, Refused, Unavailable } from './errors.ts';
import { fromKeys } from './keys-here.ts';

/** gRPC's numbers. */
const CODE = {
  cancelled: 1,
  invalid: 3,
  tooLate: 4,
  denied: 7,
  exhausted: 8,
  precondition: 9,
  aborted: 10,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;
/**
 * What the server says while a case is busy, continues as new or moves between servers: too many updates or queries at once, a workflow task that
 * failed or was given up, a connection that broke.
 */
const PASSING: readonly number[] = [CODE.exhausted, CODE.precondition, CODE.aborted, CODE.internal, CODE.unavailable];

/** Whether asking again may be answered. */
export function isPassing(error: unknown): boolean {
  if (fromKeys(error)) return false;
  const server = serverError(error);
  if (server) return PASSING.includes(server.code) && !isTooLarge(server);
  if (error instanceof QueryNotRegisteredError) return /is being opened/.test(error.message);
  // Rejected by the server, not by the case: the update reached its worker too late, as when many come at once.
  return error instanceof WorkflowUpdateFailedError && /wasn't processed/.test(messages(error));
}

/** Its time was over, whatever became of it. */
export const isUnanswered = (error: unknown): boolean =>
  error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || serverError(error)?.code === CODE.tooLate;

/** Accepted by a run that ended before it answered, which only a new run can say more of. */
export const wasCutOff = (error: unknown): boolean =>
  error instanceof WorkflowUpdateFailedError &&
  /AcceptedUpdateCompletedWorkflow|aborted by closing|completed before the Update/i.test(messages(error));

interface ServerError {
  readonly code: number;
  readonly details: string;
}

/** The case runs on a release that does not know the update. */
export const isUnknownUpdate = (error: unknown): boolean =>
  error instanceof WorkflowUpdateFailedError && /No registered handler for update/.test(messages(error));

/** The server's error, however deep the client has packed it. */
function serverError(error: unknown): ServerError | undefined {
  for (let one = error; one instanceof Error; one = one.cause)
    if (isGrpcServiceError(one)) return { code: Number(one.code), details: one.details || one.message };
  return undefined;
}

const isTooLarge = ({ details }: ServerError): boolean => /larger than max|exceeds .*limit/.test(details);

/** What an error and its causes say, with the types of failures among them. */
function messages(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const type = error instanceof ApplicationFailure ? (error.type ?? '') : '';
  return `${type} ${error.message} ${messages(error.cause)}`;
}

/** What a refusal carries: workflows/received.ts. */
interface Details {
  readonly rule?: string | null;
  readonly taken?: string;
  readonly event?: string;
}

/** Failures by which a case says no. */
function refusal({ type, message, details }: ApplicationFailure): Error | undefined {
  if (type === REFUSED) {
    const { rule, taken, event } = (details?.[0] ?? {}) as Details;
    return taken === undefined ? new Refused(message, rule ?? null, undefined, event) : new IdTaken(message, taken);
  }
  return type === CASE_EXISTS ? new CaseExists(message) : undefined;
}

/** What an opening failed with, for whoever sent it; undefined for any other end of a case. */
export function refusedOpening(failure: ApplicationFailure | undefined): Error | undefined {
  if (!failure) return undefined;
  const { type, message } = failure;
  if (type === 'NeverOpened' || type === 'CannotBegin') return new Unavailable(message);
  return refusal(failure);
}

/** The server's errors in the words of this house. What is not known here is a bug and stays as it is. */
export function translated(error: unknown, id: string): unknown {
  const unread = fromKeys(error);
  if (unread) return unread;
  if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure) {
    const told = refusedOpening(error.cause);
    if (told) return told;
  }
  if (isUnknownUpdate(error))
    return new Unavailable(
      `${id} runs on an earlier release, which does not know this: send it again when the roll-out has moved it`,
    );
  if (error instanceof WorkflowExecutionAlreadyStartedError)
    return new CaseExists(`${id} was opened before and is closed: a new plan needs a new reference`);
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || isPassing(error)) return unanswered(id);
  if (error instanceof QueryNotRegisteredError) return new CaseNotFound(`${id} is no case of Nodrift`);
  if (error instanceof NamespaceNotFoundError)
    return new Unavailable(`${id}: Temporal has no namespace "${error.namespace}": correct TEMPORAL_NAMESPACE`);
  const server = serverError(error);
  return server ? fromServer(server, id) : error;
}

function fromServer(error: ServerError, id: string): Error {
  const { code, details } = error;
  if (code === CODE.tooLate || code === CODE.cancelled) return unanswered(id);
  if (code === CODE.denied || code === CODE.unauthenticated)
    return new Unavailable(
      `${id}: Temporal does not let this key or certificate do that: correct TEMPORAL_API_KEY or TEMPORAL_TLS…`,
    );
  if (code === CODE.invalid || isTooLarge(error)) return new BadInput(`${id}: Temporal cannot take this: ${details}`);
  return new Unavailable(`${id}: Temporal cannot answer this: ${details}`);
}

const unanswered = (id: string): Unavailable =>
  new Unavailable(`${id}: no answer from its worker; is one running? The event may be sent again with the same id`);
