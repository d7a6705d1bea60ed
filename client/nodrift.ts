// The client services import: open a case, record what happened, ask what is owed and what was. Typed from the event catalogue.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ApplicationFailure,
  Client,
  type ClientOptions,
  Connection,
  isGrpcServiceError,
  QueryNotRegisteredError,
  WithStartWorkflowOperation,
  WorkflowExecutionAlreadyStartedError,
  type WorkflowExecutionInfo,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { acceptAll } from '../domain/accept/accept.ts';
import { Refusal } from '../domain/accept/refusal.ts';
import type { CaseEvent, Recorded } from '../domain/case/events.ts';
import { emptyCase } from '../domain/case/facts.ts';
import type { CaseFile, CaseKind } from '../domain/case/model.ts';
import { parseCaseFile, parseRecorded } from '../domain/case/read-events.ts';
import { stable } from '../domain/case/same-content.ts';
import type { Policy } from '../domain/policy/policy.ts';
import { type CalendarData, fromEpochMs, type Instant, instant } from '../domain/time/calendar.ts';
import { calendarOf, loadPolicy } from '../policies/load.ts';
import {
  type BegunCase,
  type HistoryAnswer,
  historyQuery,
  type OwedAnswer,
  openingAttributes,
  owedQuery,
  REFUSED,
  type RecordAnswer,
  record,
  SEARCH_ATTRIBUTES,
  TASK_QUEUE,
  WORKFLOW_TYPES,
  workflowId,
} from '../workflows/api.ts';
import { BadInput, CaseExists, CaseNotFound, Refused, Unavailable } from './errors.ts';
import { newEventId } from './event-id.ts';
import { checkForm, type NewEvent, valid } from './new-event.ts';
import { checkStatute } from './refuse-policy.ts';

export type { NewEvent } from './new-event.ts';

export interface OpenOptions {
  /** The policy and calendar in force for the authority, its own or the shipped ones, unless given. */
  readonly policy?: Policy | undefined;
  readonly calendar?: CalendarData | undefined;
  /** A rehearsal: kept out of everything real. */
  readonly rehearsal?: boolean | undefined;
}

export interface CaseSummary {
  readonly id: string;
  readonly kind: CaseKind;
  readonly ref: string;
  readonly authority: string | undefined;
  readonly team: string | undefined;
  readonly nextLimit: string | undefined;
  readonly late: readonly string[];
}

/** Which case: kind and reference. */
export interface CaseKey {
  readonly kind: CaseKind;
  readonly ref: string;
}

/** How long an answer may take before the call is given up; the event may still have been recorded, so send it again with its id. */
const PATIENCE_MS = 20_000;

export class Nodrift {
  readonly client: Client;
  readonly #taskQueue: string;

  constructor(client: Client, taskQueue = TASK_QUEUE) {
    this.client = client;
    this.#taskQueue = taskQueue;
  }

  /**
   * Connects as `@temporalio/envconfig` says: TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TLS, or a profile file.
   * @throws Unavailable naming the address when nobody answers there
   */
  static async connect(options: Partial<ClientOptions> = {}): Promise<Nodrift> {
    const config = loadClientConnectConfig();
    const address = config.connectionOptions.address ?? startedHere() ?? '127.0.0.1:7233';
    try {
      const connection = await Connection.connect({ connectTimeout: 5_000, ...config.connectionOptions, address });
      return new Nodrift(new Client({ connection, namespace: config.namespace ?? 'default', ...options }));
    } catch {
      throw new Unavailable(
        `no Temporal server answers at ${address}: run npm start in another terminal, or set TEMPORAL_ADDRESS`,
      );
    }
  }

  async close(): Promise<void> {
    await this.client.connection.close();
  }

  /**
   * Opens a case with what happened so far; the first event is the one a case of its kind begins with.
   * Opening it again with the same event ids gives the same answer.
   * @throws Refused (a policy that breaks statute too), InvalidEvent, CaseExists, Unavailable
   */
  async open(file: CaseFile, events: readonly NewEvent[], options: OpenOptions = {}): Promise<RecordAnswer> {
    const input: BegunCase = {
      file: valid(() => parseCaseFile(file) as CaseFile),
      policy: options.policy ?? loadPolicy(file.authority),
      calendar: options.calendar ?? calendarOf(file.authority),
      rehearsal: options.rehearsal ?? false,
    };
    const recorded = stamped(events);
    if (!input.rehearsal) checkStatute(input.policy, contents(recorded));
    // A first update that is rejected would leave an empty case running, so it is tried here before.
    const answer = acceptAll(emptyCase(input.file, input.policy, input.calendar), recorded);
    if (answer instanceof Refusal) throw new Refused(answer.message, answer.rule);
    const startWorkflowOperation = new WithStartWorkflowOperation(WORKFLOW_TYPES[file.kind], {
      workflowId: workflowId(file.kind, file.ref),
      taskQueue: this.#taskQueue,
      args: [input],
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      typedSearchAttributes: openingAttributes(input),
    });
    try {
      return await this.#call(workflowId(file.kind, file.ref), () =>
        this.client.workflow.executeUpdateWithStart(record, {
          updateId: updateId(recorded),
          startWorkflowOperation,
          args: [recorded],
        }),
      );
    } catch (error) {
      throw error instanceof Refused ? await this.#begunBefore(error, file, recorded) : error;
    }
  }

  /**
   * Records one or more events, all or none.
   * @param options.rehearsal the case is a rehearsal, which may play a policy that breaks statute
   * @throws Refused with its rule, InvalidEvent, CaseNotFound, Unavailable
   */
  async record(
    { kind, ref }: CaseKey,
    events: readonly NewEvent[],
    { rehearsal = false }: Pick<OpenOptions, 'rehearsal'> = {},
  ): Promise<RecordAnswer> {
    const recorded = stamped(events);
    if (!rehearsal) checkStatute(undefined, contents(recorded));
    const id = workflowId(kind, ref);
    // No update id of ours: the server would give the first answer to other content too. The case knows its events by their ids.
    return this.#call(id, () =>
      this.client.workflow.getHandle(id).executeUpdate(record, { args: [recorded], updateId: updateId(recorded) }),
    );
  }

  /**
   * What is owed now, or at a later moment (`2027-03-29T13:05:00Z`, or with an offset), by whom, by when, and what the case does next.
   * @throws BadInput when that is no moment, CaseNotFound, Unavailable
   */
  async owed({ kind, ref }: CaseKey, at?: string): Promise<OwedAnswer> {
    const id = workflowId(kind, ref);
    const when = at === undefined ? fromEpochMs(Date.now()) : momentOf(at);
    return this.#call(id, () => this.client.workflow.getHandle(id).query(owedQuery, when));
  }

  /** Everything that happened, with what was done when. @throws CaseNotFound, Unavailable */
  async history({ kind, ref }: CaseKey): Promise<HistoryAnswer> {
    const id = workflowId(kind, ref);
    return this.#call(id, () => this.client.workflow.getHandle(id).query(historyQuery));
  }

  /**
   * Running cases, by what the server's index knows: a moment behind the cases themselves. Those with something late come first, then by
   * the next limit. Rehearsals are left out.
   */
  async list(filter: { authority?: string; team?: string; late?: boolean } = {}): Promise<readonly CaseSummary[]> {
    const quoted = (value: string) => `'${value.replaceAll("'", "''")}'`;
    const where = [
      `ExecutionStatus = 'Running'`,
      'NodriftKind IS NOT NULL',
      ...(filter.authority === undefined ? [] : [`NodriftAuthority = ${quoted(filter.authority)}`]),
      ...(filter.team === undefined ? [] : [`NodriftTeam = ${quoted(filter.team)}`]),
      ...(filter.late ? ['NodriftLate IS NOT NULL'] : []),
    ];
    const found: CaseSummary[] = [];
    const listed = await this.#call('the list of cases', async () => {
      const all: WorkflowExecutionInfo[] = [];
      for await (const one of this.client.workflow.list({ query: where.join(' AND ') })) all.push(one);
      return all;
    });
    for (const { workflowId: id, typedSearchAttributes: tags } of listed) {
      const authority = tags.get(SEARCH_ATTRIBUTES.authority);
      if (authority?.startsWith('rehearsal-')) continue;
      const [kind, ref] = id.split('/') as [CaseKind, string];
      const nextLimit = tags.get(SEARCH_ATTRIBUTES.nextLimit)?.toISOString().slice(0, 10);
      found.push({
        id,
        kind,
        ref,
        authority,
        team: tags.get(SEARCH_ATTRIBUTES.team),
        nextLimit,
        late: tags.get(SEARCH_ATTRIBUTES.late) ?? [],
      });
    }
    return found.sort(mostUrgent);
  }

  async #call<T>(id: string, call: () => Promise<T>, retries = 5): Promise<T> {
    try {
      return await this.client.withDeadline(Date.now() + PATIENCE_MS, call);
    } catch (error) {
      // The server's answer to an update that reached the worker too late, as when many come at once. Ids make asking again safe.
      if (retries > 0 && error instanceof WorkflowUpdateFailedError && /wasn't processed/.test(messages(error))) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        return this.#call(id, call, retries - 1);
      }
      if (!(error instanceof WorkflowNotFoundError)) throw translated(error, id);
      const closed = await this.#exists(id);
      throw new CaseNotFound(`${id}: ${closed ? 'this case is closed' : 'there is no such case'}`, closed);
    }
  }

  /** What was accepted here and refused there met a case that began with something else: the reference is taken. */
  async #begunBefore(refused: Refused, key: CaseKey, [first]: readonly Recorded[]): Promise<Error> {
    const { events } = await this.history(key);
    if (events.length === 0 || events.some(({ id }) => id === first?.id)) return refused;
    const id = workflowId(key.kind, key.ref);
    return new CaseExists(
      `${id} is open already and began with something else (${refused.message}): a new plan needs a new reference, and what happened in this case is recorded in it (nodrift record ${id})`,
    );
  }

  /** Asked of the server: what a call to a closed case says differs from one kind of connection to the other. */
  async #exists(id: string): Promise<boolean> {
    try {
      await this.client.workflow.getHandle(id).describe();
      return true;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw translated(error, id);
    }
  }
}

/** The address of the server that `npm start` runs from this folder, also when its ports had to move. */
function startedHere(): string | undefined {
  try {
    const [address] = readFileSync(join(process.env.NODRIFT_DATA ?? '.nodrift', 'address'), 'utf8').split('\n');
    return address;
  } catch {
    return undefined; // nothing was started here
  }
}

function stamped(events: readonly NewEvent[]): readonly Recorded[] {
  const now = fromEpochMs(Date.now());
  return events.map(({ id, recordedAt, event }) => {
    checkForm(event);
    return valid(() => parseRecorded({ id: id ?? newEventId(), recordedAt: recordedAt ?? now, event }));
  });
}

function momentOf(text: string): Instant {
  try {
    return instant(text);
  } catch (error) {
    if (error instanceof RangeError) throw new BadInput(`at: ${error.message}`);
    throw error;
  }
}

const contents = (recorded: readonly Recorded[]): readonly CaseEvent[] => recorded.map(({ event }) => event);

/**
 * The first event's id and a hash of what is said: the same events sent again are one update, and other content under a used id
 * is another one, which the case refuses. By the event's id alone the server would answer it with the first answer (docs/decisions/010).
 */
function updateId(recorded: readonly Recorded[]): string {
  const said = stable(recorded.map(({ id, event }) => [id, event]));
  return `${recorded[0]?.id ?? ''}~${createHash('sha256').update(said).digest('hex').slice(0, 16)}`;
}

/** What is late before what is not; then by the next limit, which is all the index knows of dates; a case without one comes last. */
export function mostUrgent(a: CaseSummary, b: CaseSummary): number {
  const rank = ({ late, nextLimit, id }: CaseSummary) => `${late.length > 0 ? 0 : 1} ${nextLimit ?? '9'} ${id}`;
  return rank(a) < rank(b) ? -1 : 1;
}

/** What an error and its causes say. */
function messages(error: unknown): string {
  return error instanceof Error ? `${error.message} ${messages(error.cause)}` : '';
}

/** The server's errors in the words of this file. What is not known here is a bug and stays as it is. */
function translated(error: unknown, id: string): unknown {
  if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure) {
    const { type, message, details } = error.cause;
    if (type === REFUSED) return new Refused(message, (details?.[0] as { rule?: string | null })?.rule ?? null);
  }
  if (error instanceof WorkflowExecutionAlreadyStartedError)
    return new CaseExists(`${id} was opened before and is closed: a new plan needs a new reference`);
  const slow = error instanceof WorkflowUpdateRPCTimeoutOrCancelledError;
  const unanswered = isGrpcServiceError(error) && [4, 14].includes(Number(error.code));
  if (slow || unanswered)
    return new Unavailable(
      `${id}: no answer from its worker; is one running? The event may be sent again with the same id`,
    );
  if (error instanceof QueryNotRegisteredError) return new CaseNotFound(`${id} is no case of Nodrift`);
  return error;
}
