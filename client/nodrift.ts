// The client services import: open a case, record what happened, ask what is owed and what was. Typed from the event catalogue.

import {
  Client,
  type ClientOptions,
  Connection,
  QueryRejectedError,
  WithStartWorkflowOperation,
  WorkflowClient,
  type WorkflowExecutionInfo,
  type WorkflowHandle,
} from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { CaseKeys } from '../codec/case-keys.ts';
import { encrypting } from '../codec/data-converter.ts';
import type { OpenKeys } from '../codec/open-keys.ts';
import type { EncryptionMode } from '../codec/payload-codec.ts';
import { tooOldToRecord } from '../domain/accept/provenance.ts';
import type { Recorded } from '../domain/case/events.ts';
import type { CaseKind, GivenFile, MeetingId } from '../domain/case/model.ts';
import { isRehearsalAuthority } from '../domain/case/rehearsals.ts';
import type { Paper, PaperName } from '../domain/documents/paper.ts';
import type { Policy } from '../domain/policy/policy.ts';
import { type CalendarData, fromEpochMs, type Instant, instant } from '../domain/time/calendar.ts';
import {
  type CaseInput,
  caseSummary,
  type HistoryAnswer,
  historyQuery,
  type KnownPerson,
  type OwedAnswer,
  open,
  openingAttributes,
  owedQuery,
  paperQuery,
  peopleQuery,
  type RecordAnswer,
  record,
  refusalQuery,
  SEARCH_ATTRIBUTES,
  TASK_QUEUE,
  WORKFLOW_TYPES,
  type WouldRefuse,
  workflowId,
} from '../workflows/api.ts';
import { type Calls, calls } from './calls.ts';
import { reach } from './connect.ts';
import type { Correction, Withdrawal } from './corrections-sent.ts';
import { BadInput, CaseExists, CaseNotFound, InvalidEvent } from './errors.ts';
import { openingId, updateId } from './event-id.ts';
import { type FamilyAnswer, type FamilyCalls, type FamilyOptions, recordForFamily } from './for-family.ts';
import { keysHere } from './keys-here.ts';
import { type CaseFilter, type CaseKey, type CaseSummary, mostUrgent } from './listed.ts';
import { given, givenFile, type NewEvent } from './new-event.ts';
import type { NodriftClient } from './nodrift-client.ts';
import { correctIn, withdrawIn } from './send-corrections.ts';
import { assertStartedHere, startedHere } from './started-here.ts';

export type { NewEvent } from './new-event.ts';

export interface OpenOptions {
  /** For rehearsals: what is played with, in place of what is in force for the authority. */
  readonly policy?: Policy | undefined;
  readonly calendar?: CalendarData | undefined;
  /** A rehearsal: kept out of everything real. */
  readonly rehearsal?: boolean | undefined;
}

export interface ConnectOptions extends Partial<ClientOptions> {
  /** Keys that are open already; whoever opened them closes them. */
  readonly keys?: { readonly keys: CaseKeys; readonly encryption: EncryptionMode };
}

export class Nodrift implements NodriftClient {
  readonly client: Client;
  readonly #calls: Calls;
  readonly #taskQueue: string;
  #closeKeys: (() => Promise<void>) | undefined;
  /** Asks nothing of a run that was ended. */
  #careful: WorkflowClient | undefined;

  constructor(client: Client, taskQueue = TASK_QUEUE) {
    this.client = client;
    this.#calls = calls(client);
    this.#taskQueue = taskQueue;
  }

  /**
   * Connects as `@temporalio/envconfig` says: TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TLS, or a profile file; without an address to
   * the server that `npm start` runs here. Keys are those that the environment names, else those of `npm start` (docs/keys.md); a service without keys
   * uses HTTP.
   * @throws Unavailable: why it cannot be reached, or that there are no keys, and the way out; BadInput when the settings or keys cannot be used
   */
  static async connect({ keys: given, ...options }: ConnectOptions = {}): Promise<Nodrift> {
    const { connectionOptions, namespace = 'default' } = settings();
    const started = connectionOptions.address === undefined ? startedHere() : undefined;
    const address = connectionOptions.address ?? started?.address ?? '127.0.0.1:7233';
    const connection = await reach({ address, namespace, tls: connectionOptions.tls }, () =>
      Connection.connect({ connectTimeout: 5_000, ...connectionOptions, address }),
    );
    let opened: OpenKeys | undefined;
    try {
      if (started) await assertStartedHere(started, connection);
      opened = given || options.dataConverter ? undefined : await keysHere(started?.folder);
    } catch (error) {
      await connection.close();
      throw error;
    }
    const sealing = given ?? opened;
    const dataConverter = sealing && encrypting({ keys: sealing.keys, mode: sealing.encryption, namespace });
    const nodrift = new Nodrift(new Client({ connection, namespace, dataConverter, ...options }));
    nodrift.#closeKeys = opened?.close;
    return nodrift;
  }

  async close(): Promise<void> {
    await this.client.connection.close();
    await this.#closeKeys?.();
  }

  /**
   * Opens a case with what happened so far; the first event is the one a case of its kind begins with. It goes by the policy and calendar in
   * force for its authority. Opening it again with the same file, event ids and events gives the same answer.
   * @throws Refused with its rule, InvalidEvent; CaseExists when the reference means something else, or was used before; Unavailable
   */
  async open(file: GivenFile, events: readonly NewEvent[], options: OpenOptions = {}): Promise<RecordAnswer> {
    const opening = { file: givenFile(file), events: given(events) };
    const { policy, calendar, rehearsal } = options;
    const input: CaseInput = { ...opening, policy, calendar, rehearsal };
    const id = workflowId(file.kind, file.ref);
    const start = () =>
      new WithStartWorkflowOperation(WORKFLOW_TYPES[file.kind], {
        workflowId: id,
        taskQueue: this.#taskQueue,
        args: [input],
        workflowIdConflictPolicy: 'USE_EXISTING',
        // A run that failed was refused its opening: the reference is free.
        workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
        typedSearchAttributes: openingAttributes(input),
        staticSummary: caseSummary(input),
      });
    await this.#assertOpenable(id);
    if (!rehearsal && opening.events[0]?.event.type !== 'brought-in')
      await this.#assertRecent(opening.events, async () => {
        const { is } = await this.#calls.standing(id);
        // Opened before, it answers itself.
        return is === 'unknown' || is === 'refused' ? () => false : () => true;
      });
    try {
      return await this.#calls.update(id, () =>
        this.client.workflow.executeUpdateWithStart(open, {
          updateId: openingId(opening),
          startWorkflowOperation: start(),
          args: [opening],
        }),
      );
    } catch (error) {
      if (!(error instanceof CaseNotFound)) throw error;
      // The refused run may be gone before its answer is heard.
      const standing = await this.#calls.standing(id);
      throw standing.is === 'refused' ? standing.why : error;
    }
  }

  /** A case that was ended from outside goes on by being restored: opened again it would lack what happened since. @throws CaseExists */
  async #assertOpenable(id: string): Promise<void> {
    const standing = await this.#calls.standing(id);
    if (standing.is === 'ended') throw new CaseExists(standing.words);
  }

  /**
   * Records one or more events, all or none.
   * @throws Refused with its rule, InvalidEvent, CaseNotFound, Unavailable
   */
  async record({ kind, ref }: CaseKey, events: readonly NewEvent[]): Promise<RecordAnswer> {
    const recorded = given(events);
    const id = workflowId(kind, ref);
    await this.#assertRecent(recorded, async () => {
      const known = new Set((await this.history({ kind, ref })).events.map((one) => one.id));
      return (one) => known.has(one.id);
    });
    return this.#calls.update(id, () =>
      this.client.workflow.getHandle(id).executeUpdate(record, { args: [recorded], updateId: updateId(recorded) }),
    );
  }

  /**
   * Corrects one or more events, all or none (L1): each keeps what is not said to change. The case is asked for its history first.
   * @throws BadInput when there is no such event; as `record`
   */
  correct(key: CaseKey, corrections: readonly Correction[]): Promise<RecordAnswer> {
    return correctIn(this, key, corrections);
  }

  /** Withdraws one or more events that never happened, all or none (L1). @throws as `correct` */
  withdraw(key: CaseKey, withdrawals: readonly Withdrawal[]): Promise<RecordAnswer> {
    return withdrawIn(this, key, withdrawals);
  }

  /**
   * Records what happened at one meeting of several children in every running case of a family that has it, all or none (L27).
   * @throws BadInput, CaseNotFound, Refused naming each case that will not have it, Unavailable: send it again with the same ids
   */
  recordForFamily(
    family: string,
    events: readonly NewEvent[],
    options: FamilyOptions = {},
  ): Promise<readonly FamilyAnswer[]> {
    const calls: FamilyCalls = {
      list: (filter) => this.list(filter),
      owed: (key) => this.owed(key),
      people: (key) => this.people(key),
      refusal: (key, recorded) => this.refusal(key, recorded),
      record: (key, recorded) => this.record(key, recorded),
    };
    return recordForFamily(calls, family, events, options);
  }

  /** Why the case would refuse these events; null where it would not. Nothing is recorded. @throws InvalidEvent, CaseNotFound, Unavailable */
  async refusal({ kind, ref }: CaseKey, events: readonly NewEvent[]): Promise<WouldRefuse | null> {
    const recorded = given(events);
    return this.#query(
      workflowId(kind, ref),
      (handle) => handle.query(refusalQuery, recorded, latest(recorded)),
      'not once it was ended',
    );
  }

  /**
   * What is owed now, or at a later moment (`2027-03-29T13:05:00Z`, or with an offset), by whom, by when, and what the case does next.
   * @throws BadInput when that is no moment, CaseNotFound, Unavailable
   */
  async owed({ kind, ref }: CaseKey, at?: string): Promise<OwedAnswer> {
    const id = workflowId(kind, ref);
    const when = at === undefined ? fromEpochMs(Date.now()) : momentOf(at);
    // A run that was ended would still answer, and speak of what it will do next.
    return this.#query(id, (handle) => handle.query(owedQuery, when), 'not once it was ended');
  }

  /** Everything that happened, with what was done when. @throws CaseNotFound, Unavailable */
  async history({ kind, ref }: CaseKey): Promise<HistoryAnswer> {
    return this.#query(workflowId(kind, ref), (handle) => handle.query(historyQuery));
  }

  /** L3: what is typed in late is dated by its own day. What the case knows already may be sent again. @throws InvalidEvent */
  async #assertRecent(events: readonly Recorded[], known: () => Promise<(one: Recorded) => boolean>): Promise<void> {
    const now = fromEpochMs(Date.now());
    const old = events.filter(({ recordedAt }) => tooOldToRecord(recordedAt, now));
    if (old.length === 0) return;
    const isKnown = await known();
    const [first] = old.filter((one) => !isKnown(one));
    const refusal = first && tooOldToRecord(first.recordedAt, now);
    if (refusal) throw new InvalidEvent(`${first.event.type}: ${refusal.message}`);
  }

  /**
   * Everybody the case knows, its social worker first, with their addresses: for those who may see the case.
   * @throws CaseNotFound, Unavailable
   */
  async people({ kind, ref }: CaseKey): Promise<readonly KnownPerson[]> {
    return this.#query(workflowId(kind, ref), (handle) => handle.query(peopleQuery));
  }

  /**
   * A paper for a meeting, made now and kept nowhere: its agenda, the Core Group Working Record, the cover of a review's papers (R57, R104).
   * @throws BadInput when there is no such meeting or paper, CaseNotFound, Unavailable
   */
  async paper({ kind, ref }: CaseKey, name: PaperName, meeting: string): Promise<Paper> {
    const answer = await this.#query(workflowId(kind, ref), (handle) =>
      handle.query(paperQuery, name, meeting as MeetingId, fromEpochMs(Date.now())),
    );
    if ('fault' in answer) throw new BadInput(answer.fault);
    return answer;
  }

  /**
   * Asks a case in one call where it runs or has closed by itself. Only of any other is asked how it stands.
   * @throws CaseNotFound for one that never was, Unavailable
   */
  async #query<T>(
    id: string,
    query: (handle: WorkflowHandle) => Promise<T>,
    answers: 'even when it was ended' | 'not once it was ended' = 'even when it was ended',
  ): Promise<T> {
    this.#careful ??= new WorkflowClient({
      ...this.client.workflow.options,
      queryRejectCondition: 'NOT_COMPLETED_CLEANLY',
    });
    const careful = this.#careful.getHandle(id);
    try {
      return await this.#calls.ask(id, () => query(careful));
    } catch (error) {
      if (!(error instanceof QueryRejectedError)) throw error;
      const standing = await this.#calls.standing(id);
      if (standing.is === 'unknown' || standing.is === 'refused') throw await this.#calls.notThere(id, standing);
      if (standing.is === 'ended' && answers === 'not once it was ended')
        throw await this.#calls.notThere(id, standing);
      return this.#calls.ask(id, () => query(this.client.workflow.getHandle(id)));
    }
  }

  /**
   * Running cases, by what the server's index knows: a moment behind the cases themselves. Those with something late come first, then by
   * the next limit. Rehearsals are left out.
   */
  async list(filter: CaseFilter = {}): Promise<readonly CaseSummary[]> {
    const quoted = (value: string) => `'${value.replaceAll("'", "''")}'`;
    const where = [
      `ExecutionStatus = 'Running'`,
      'NodriftKind IS NOT NULL',
      ...(filter.authority === undefined ? [] : [`NodriftAuthority = ${quoted(filter.authority)}`]),
      ...(filter.team === undefined ? [] : [`NodriftTeam = ${quoted(filter.team)}`]),
      ...(filter.family === undefined ? [] : [`NodriftFamily = ${quoted(filter.family)}`]),
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
      if (isRehearsalAuthority(authority)) continue;
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
    if (error instanceof RangeError) throw new BadInput(`at: ${error.message}`, 'at');
    throw error;
  }
}

/** When all of it is recorded: now, unless its own moments are later, as in a rehearsal. */
const latest = (recorded: readonly Recorded[]): Instant =>
  recorded.reduce((at, one) => (one.recordedAt > at ? one.recordedAt : at), fromEpochMs(Date.now()));
