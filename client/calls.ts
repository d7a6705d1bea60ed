// One call to the server, asked with patience: what passes by itself is waited out, what does not is given one of the client's errors.

import { setTimeout as sleep } from 'node:timers/promises';
import {
  ApplicationFailure,
  type Client,
  isGrpcServiceError,
  NamespaceNotFoundError,
  QueryNotRegisteredError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { CASE_EXISTS, REFUSED } from '../workflows/api.ts';
import { BadInput, CaseExists, CaseNotFound, Refused, Unavailable } from './errors.ts';

/** How long an answer may take before a call is given up; what was sent may still be recorded, so it is sent again with its id. */
const PATIENCE_MS = 20_000;
/**
 * Updates of one case that are under way at once. The server takes ten; from about twenty on a worker loses some of them (measured in
 * docs/decisions/010), and they are no faster for it: a case takes one after the other.
 */
const AT_ONCE = 5;
const PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2_000;

const callsOf = new WeakMap<Client, Calls>();

/** The calls of one client: whoever shares the client waits in the same line. */
export function calls(client: Client): Calls {
  const made = callsOf.get(client) ?? new Calls(client);
  callsOf.set(client, made);
  return made;
}

export class Calls {
  readonly #client: Client;
  readonly #lines = new Map<string, Line>();

  constructor(client: Client) {
    this.#client = client;
  }

  /**
   * Asks about something, `id` in the words of an error.
   * @throws Refused, CaseExists, CaseNotFound, BadInput, Unavailable; never an error of the connection
   */
  ask<T>(id: string, call: () => Promise<T>): Promise<T> {
    return this.#patiently(id, Date.now() + PATIENCE_MS, call);
  }

  /** The same for an update: few of one case at once, the others in the order they came. */
  async update<T>(id: string, call: () => Promise<T>): Promise<T> {
    const line = this.#lines.get(id) ?? new Line();
    this.#lines.set(id, line);
    const queued = Date.now();
    await line.turn();
    try {
      // Patience ends when nothing was heard of the case for so long, however many stand in line.
      const answer = await this.#patiently(id, Math.max(queued, line.heard) + PATIENCE_MS, call);
      line.heard = Date.now();
      return answer;
    } catch (error) {
      if (!(error instanceof Unavailable)) line.heard = Date.now();
      throw error;
    } finally {
      if (line.leave()) this.#lines.delete(id);
    }
  }

  async #patiently<T>(id: string, deadline: number, call: () => Promise<T>): Promise<T> {
    for (let pause = PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      try {
        return await this.#client.withDeadline(deadline, call);
      } catch (error) {
        const wait = pause * (0.5 + Math.random());
        if (!(await this.#passes(error, id)) || Date.now() + wait > deadline) throw translated(error, id);
        await sleep(wait);
      }
    }
  }

  /** Whether asking again may be answered. @throws CaseNotFound */
  async #passes(error: unknown, id: string): Promise<boolean> {
    if (!(error instanceof WorkflowNotFoundError || wasCutOff(error))) return isPassing(error);
    const status = await this.#status(id);
    if (status === 'RUNNING') return true; // it continued as new between two looks
    throw new CaseNotFound(`${id}: ${status ? 'this case is closed' : 'there is no such case'}`, status !== undefined);
  }

  /** Asked of the server: what a call to a closed case says differs from one kind of connection to the other. */
  async #status(id: string): Promise<string | undefined> {
    try {
      return (await this.#client.workflow.getHandle(id).describe()).status.name;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw translated(error, id);
    }
  }
}

/** Who waits to send an update to one case. */
class Line {
  /** When the case last answered, whatever it said. */
  heard = 0;
  #underWay = 0;
  readonly #waiting: (() => void)[] = [];

  turn(): Promise<void> | undefined {
    if (this.#underWay++ < AT_ONCE) return undefined;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** @returns whether nobody is left */
  leave(): boolean {
    this.#underWay--;
    this.#waiting.shift()?.();
    return this.#underWay === 0;
  }
}

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

function isPassing(error: unknown): boolean {
  const server = serverError(error);
  if (server) return PASSING.includes(server.code) && !isTooLarge(server);
  // Rejected by the server, not by the case: the update reached its worker too late, as when many come at once.
  return error instanceof WorkflowUpdateFailedError && /wasn't processed/.test(messages(error));
}

/** Accepted by a run that ended before it answered, which only a new run can say more of. */
const wasCutOff = (error: unknown): boolean =>
  error instanceof WorkflowUpdateFailedError &&
  /AcceptedUpdateCompletedWorkflow|aborted by closing|completed before the Update/i.test(messages(error));

interface ServerError {
  readonly code: number;
  readonly details: string;
}

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

/** The server's errors in the words of this house. What is not known here is a bug and stays as it is. */
export function translated(error: unknown, id: string): unknown {
  if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure) {
    const { type, message, details } = error.cause;
    if (type === REFUSED) return new Refused(message, (details?.[0] as { rule?: string | null })?.rule ?? null);
    if (type === CASE_EXISTS) return new CaseExists(message);
  }
  if (error instanceof WorkflowExecutionAlreadyStartedError)
    return new CaseExists(`${id} was opened before and is closed: a new plan needs a new reference`);
  if (error instanceof QueryNotRegisteredError) return new CaseNotFound(`${id} is no case of Nodrift`);
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || isPassing(error)) return unanswered(id);
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
