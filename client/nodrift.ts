// The client services import: open a case, record what happened, ask what is owed and what was. Typed from the event catalogue.

import {
  Client,
  type ClientOptions,
  Connection,
  WithStartWorkflowOperation,
  type WorkflowExecutionInfo,
} from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { acceptAll } from '../domain/accept/accept.ts';
import { Refusal } from '../domain/accept/refusal.ts';
import type { CaseEvent, Recorded } from '../domain/case/events.ts';
import { emptyCase } from '../domain/case/facts.ts';
import type { CaseFile, CaseKind } from '../domain/case/model.ts';
import { parseCaseFile } from '../domain/case/read-events.ts';
import type { Policy } from '../domain/policy/policy.ts';
import { type CalendarData, fromEpochMs, type Instant, instant } from '../domain/time/calendar.ts';
import { loadCalendar, loadPolicy } from '../policies/load.ts';
import {
  type BegunCase,
  type HistoryAnswer,
  historyQuery,
  type OwedAnswer,
  openingAttributes,
  owedQuery,
  type RecordAnswer,
  record,
  SEARCH_ATTRIBUTES,
  TASK_QUEUE,
  WORKFLOW_TYPES,
  workflowId,
} from '../workflows/api.ts';
import { type Calls, calls } from './calls.ts';
import { reach } from './connect.ts';
import { BadInput, CaseExists, Refused } from './errors.ts';
import { updateId } from './event-id.ts';
import { type NewEvent, stamped, valid } from './new-event.ts';
import { checkStatute } from './refuse-policy.ts';
import { assertStartedHere, startedHere } from './started-here.ts';

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

export class Nodrift {
  readonly client: Client;
  readonly #calls: Calls;
  readonly #taskQueue: string;

  constructor(client: Client, taskQueue = TASK_QUEUE) {
    this.client = client;
    this.#calls = calls(client);
    this.#taskQueue = taskQueue;
  }

  /**
   * Connects as `@temporalio/envconfig` says: TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TLS, or a profile file; without an address to
   * the server that `npm start` runs here.
   * @throws Unavailable: why it cannot be reached, and the way out; BadInput when the settings cannot be read
   */
  static async connect(options: Partial<ClientOptions> = {}): Promise<Nodrift> {
    const { connectionOptions, namespace = 'default' } = settings();
    const started = connectionOptions.address === undefined ? startedHere() : undefined;
    const address = connectionOptions.address ?? started?.address ?? '127.0.0.1:7233';
    const connection = await reach({ address, namespace, tls: connectionOptions.tls }, () =>
      Connection.connect({ connectTimeout: 5_000, ...connectionOptions, address }),
    );
    const nodrift = new Nodrift(new Client({ connection, namespace, ...options }));
    if (started)
      await assertStartedHere(started, connection).catch(async (error: unknown) => {
        await nodrift.close();
        throw error;
      });
    return nodrift;
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
      calendar: options.calendar ?? loadCalendar(),
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
      return await this.#calls.update(workflowId(file.kind, file.ref), () =>
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
    return this.#calls.update(id, () =>
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
    return this.#calls.ask(id, () => this.client.workflow.getHandle(id).query(owedQuery, when));
  }

  /** Everything that happened, with what was done when. @throws CaseNotFound, Unavailable */
  async history({ kind, ref }: CaseKey): Promise<HistoryAnswer> {
    const id = workflowId(kind, ref);
    return this.#calls.ask(id, () => this.client.workflow.getHandle(id).query(historyQuery));
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
    const listed = await this.#calls.ask('the list of cases', async () => {
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

  /** What was accepted here and refused there met a case that began with something else: the reference is taken. */
  async #begunBefore(refused: Refused, key: CaseKey, [first]: readonly Recorded[]): Promise<Error> {
    const { events } = await this.history(key);
    if (events.length === 0 || events.some(({ id }) => id === first?.id)) return refused;
    const id = workflowId(key.kind, key.ref);
    return new CaseExists(
      `${id} is open already and began with something else (${refused.message}): a new plan needs a new reference, and what happened in this case is recorded in it (nodrift record ${id})`,
    );
  }
}

function settings(): ReturnType<typeof loadClientConnectConfig> {
  try {
    return loadClientConnectConfig();
  } catch (error) {
    throw new BadInput(`Temporal's settings cannot be read (TEMPORAL_…, its file): ${(error as Error).message}`);
  }
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

/** What is late before what is not; then by the next limit, which is all the index knows of dates; a case without one comes last. */
export function mostUrgent(a: CaseSummary, b: CaseSummary): number {
  const rank = ({ late, nextLimit, id }: CaseSummary) => `${late.length > 0 ? 0 : 1} ${nextLimit ?? '9'} ${id}`;
  return rank(a) < rank(b) ? -1 : 1;
}
