// The activities of `restoreCases`: which cases the record has, how each stands in Temporal, and beginning anew, from the record, one that is gone,
// cannot go on, or lacks what the record has.

import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import {
  type Client,
  type Workflow,
  WorkflowExecutionAlreadyStartedError,
  type WorkflowExecutionDescription,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { startErasure } from '../client/ask-erasure.ts';
import { Refused, Unavailable } from '../client/errors.ts';
import { Nodrift } from '../client/nodrift.ts';
import { note } from '../client/note.ts';
import { NODRIFT } from '../domain/accept/refusal.ts';
import type { Recorded } from '../domain/case/events.ts';
import { DAYS_FOR_CORRECTIONS } from '../domain/duties/owed.ts';
import { fromEpochMs } from '../domain/time/calendar.ts';
import { eraseAgain } from '../record/erasures.ts';
import { databaseError, RecordUnavailable } from '../record/failures.ts';
import type { OpenRecord } from '../record/open.ts';
import { pageOfCasesToLookAfter, type Restorable, restorable } from '../record/restore.ts';
import {
  CARRIED_VERSION,
  type CaseInput,
  caseSummary,
  openingAttributes,
  type RestoredCase,
  WORKFLOW_TYPES,
} from '../workflows/api.ts';
import { acknowledgedIn } from './acknowledged.ts';
import { asFailure, type FailureLog } from './failure.ts';

const PAGE = 200;
const SIDE_BY_SIDE = 4;
/** So many attempts at a workflow task are no passing fault: the case answers nobody. */
const FAILING_ATTEMPTS = 3;
/** A case that is written to while it is being restored may lack something again. */
const ROUNDS = 3;
const ENDS_WITHIN_MS = 5_000;

interface Dependencies {
  readonly record: OpenRecord;
  readonly client: Client;
  readonly taskQueue: string;
  readonly log?: FailureLog | undefined;
}

export function createRestoreActivities({ record, client, taskQueue, log }: Dependencies) {
  const restorer = new Restorer(record, client, taskQueue);
  return {
    /** The next page of cases that may have to be looked after, rehearsals left out. @throws ApplicationFailure `RecordUnavailable`, to be retried */
    async listCasesToRestore(after: string): Promise<readonly string[]> {
      try {
        return await pageOfCasesToLookAfter(record, after, PAGE);
      } catch (error) {
        throw asFailure(error, 'listing the cases of the record', log);
      }
    },

    /**
     * Looks after each case. Tried again after a crash it goes on where its last heartbeat was; a case that was restored already then only runs.
     * @param reopen opens a closed case again, to be corrected
     * @returns what became of each, in their order
     */
    async restoreEach(cases: readonly string[], reopen = false): Promise<readonly RestoredCase[]> {
      const { heartbeatDetails } = Context.current().info;
      const done = new Map((heartbeatDetails as RestoredCase[] | undefined)?.map((one) => [one.caseId, one]));
      const left = cases.filter((caseId) => !done.has(caseId)).values();
      const restoreNext = async () => {
        for (const caseId of left) {
          Context.current().cancellationSignal.throwIfAborted();
          done.set(caseId, {
            caseId,
            ...(await restorer.restore(caseId, reopen).catch((error) => unexpected(error, caseId, log))),
          });
          Context.current().heartbeat([...done.values()]);
        }
      };
      try {
        await Promise.all(Array.from({ length: SIDE_BY_SIDE }, restoreNext));
      } catch (error) {
        throw asFailure(error, 'restoring cases', log);
      }
      return cases.flatMap((caseId) => done.get(caseId) ?? []);
    },
  };
}

type Outcome = Omit<RestoredCase, 'caseId'>;

/** How a case stands in Temporal. */
type Standing =
  | { readonly is: 'well' | 'ended' }
  | { readonly is: 'silent'; readonly why: string }
  /** To be begun anew, in place of a run that goes on where there is one. */
  | { readonly is: 'lost'; readonly why: string; readonly runId?: string; readonly running: boolean };

/** One case in trouble is that case's answer: the others are still to be looked after. @throws RecordUnavailable */
function unexpected(error: unknown, caseId: string, log: FailureLog | undefined): Outcome {
  const told = databaseError(error);
  if (told instanceof RecordUnavailable) throw told;
  const name = told instanceof Error ? told.name : 'unknown';
  log?.warn({ error: name, case: caseId }, 'a case could not be restored');
  return { outcome: 'unanswered', why: `${caseId}: an unexpected error (${name}), see the worker's log` };
}

class Restorer {
  readonly #record: OpenRecord;
  readonly #client: Client;
  readonly #taskQueue: string;

  constructor(record: OpenRecord, client: Client, taskQueue: string) {
    this.#record = record;
    this.#client = client;
    this.#taskQueue = taskQueue;
  }

  /** Begins a case anew where it has to be, and makes sure that it then goes on. @throws RecordUnavailable */
  async restore(caseId: string, reopen: boolean): Promise<Outcome> {
    let begun: string | undefined;
    for (let round = 0; round < ROUNDS; round++) {
      // What replaces a run is known whole before that run ends.
      const kept = await restorable(this.#record, caseId, reopen);
      if ('why' in kept && kept.is === 'closed') return this.#endIfRevived(caseId, kept.why);
      if ('why' in kept && kept.is === 'erased') {
        // An older copy of Temporal may have it again: it is forgotten once more.
        if (await this.#run(caseId)) {
          await eraseAgain(this.#record, [caseId]);
          await startErasure(this.#client, caseId, true);
        }
        return { outcome: 'closed', why: kept.why };
      }
      if ('why' in kept) return { outcome: kept.is === 'unknown' ? 'unknown' : 'cannot', why: kept.why };
      if (kept.rehearsal) return { outcome: 'cannot', why: `${caseId} is a rehearsal, and over` };
      const found = await this.#standing(caseId, kept);
      const again = reopen && found.is === 'ended';
      const standing: Standing = again ? { is: 'lost', why: REOPENED, running: false } : found;
      switch (standing.is) {
        case 'well':
          return begun === undefined ? { outcome: 'runs' } : { outcome: 'restored', why: begun };
        case 'ended':
          return {
            outcome: 'cannot',
            why: `${caseId} ended by itself, and the record does not know it: is the record an old copy?`,
          };
        case 'silent':
          return { outcome: 'unanswered', why: standing.why };
        case 'lost':
          begun ??= standing.why;
          await this.#begin(caseId, again ? reopened(kept) : kept, standing);
      }
    }
    return {
      outcome: 'unanswered',
      why: 'it was begun anew and does not stand as the record says: look at it in Temporal UI',
    };
  }

  /** An older copy of Temporal may run what was closed since. It would chase people for what is long done. */
  async #endIfRevived(caseId: string, why: string): Promise<Outcome> {
    const first = await this.#run(caseId);
    if (first?.status.name !== 'RUNNING') return { outcome: 'closed', why };
    // A case hands over that it is closed, and then ends.
    await sleep(ENDS_WITHIN_MS);
    if ((await this.#run(caseId))?.status.name !== 'RUNNING') return { outcome: 'closed', why };
    await this.#client.workflow.getHandle(caseId, first.runId).terminate('the record has it closed');
    return { outcome: 'restored', why: 'it was closed and ran again: it is ended' };
  }

  async #standing(caseId: string, kept: Restorable): Promise<Standing> {
    const run = await this.#run(caseId);
    if (!run) return { is: 'lost', why: 'Temporal did not know it', running: false };
    const { runId, status, closeTime, raw } = run;
    if (status.name === 'COMPLETED') return { is: 'ended' };
    if (status.name !== 'RUNNING')
      return {
        is: 'lost',
        why: `${ENDED[status.name] ?? 'it had ended'} on ${dayOf(closeTime)}`,
        runId,
        running: false,
      };
    if ((raw.pendingWorkflowTask?.attempt ?? 0) >= FAILING_ATTEMPTS)
      return { is: 'lost', why: 'its workflow task failed again and again', runId, running: true };
    try {
      const { events } = await new Nodrift(this.#client, this.#taskQueue).history(kept.file);
      const known = new Set(events.map(({ id }) => id));
      const lacks = kept.events.filter(({ id }) => !known.has(id)).length;
      return lacks === 0
        ? { is: 'well' }
        : { is: 'lost', why: `it lacked ${lacks} events of the record`, runId, running: true };
    } catch (error) {
      if (error instanceof Unavailable) return { is: 'silent', why: error.message };
      throw error;
    }
  }

  async #run(caseId: string): Promise<WorkflowExecutionDescription | undefined> {
    try {
      return await this.#client.workflow.getHandle(caseId).describe();
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw error;
    }
  }

  /** In its last moments the run may have acknowledged what the record was not given: it is taken over too. */
  async #begin(caseId: string, kept: Restorable, { runId, running }: Standing & { is: 'lost' }): Promise<void> {
    const known = new Set(kept.events.map(({ id }) => id));
    const unkept =
      runId === undefined ? [] : (await acknowledgedIn(this.#client, caseId, runId)).filter(({ id }) => !known.has(id));
    try {
      await this.#client.workflow.start<Workflow>(WORKFLOW_TYPES[kept.file.kind], {
        workflowId: caseId,
        taskQueue: this.#taskQueue,
        args: [inputOf(kept)],
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        workflowIdConflictPolicy: running ? 'TERMINATE_EXISTING' : 'FAIL',
        typedSearchAttributes: openingAttributes(kept),
        staticSummary: caseSummary(kept),
      });
    } catch (error) {
      // Somebody else was faster: the next look says how it stands.
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
    for (const event of unkept) await this.#takeOver(kept, event);
  }

  async #takeOver({ file }: Restorable, recorded: Recorded): Promise<void> {
    try {
      await note(this.#client, file, [recorded]);
    } catch (error) {
      // It was judged by more than the record has; what cannot stand without that is left to people.
      if (!(error instanceof Refused)) throw error;
    }
  }
}

const REOPENED = `it was closed: it is open again for ${DAYS_FOR_CORRECTIONS} days, to be corrected`;

/** With what says that it is open again: without it the case would close at once. */
function reopened(kept: Restorable): Restorable {
  const arrival = kept.events.length + 1;
  const event = { type: 'case-reopened', by: NODRIFT } as const;
  const reopening = { id: `reopened/${arrival}`, recordedAt: fromEpochMs(Date.now()), arrival, event };
  return { ...kept, events: [...kept.events, reopening] };
}

/** `kept: 0` hands every event to the record once more, which has them: writing twice changes nothing. */
function inputOf({ file, policy, calendar, rehearsal, opening, events, told, revision }: Restorable): CaseInput {
  return {
    file,
    policy,
    calendar,
    rehearsal,
    carried: { version: CARRIED_VERSION, opening, events, told, revision, kept: 0 },
  };
}

const ENDED: Readonly<Record<string, string>> = {
  TERMINATED: 'it was terminated in Temporal',
  CANCELLED: 'it was cancelled in Temporal',
  FAILED: 'it failed',
  TIMED_OUT: 'it timed out',
};

const dayOf = (moment: Date | undefined): string =>
  moment?.toISOString().slice(0, 10) ?? 'a day Temporal does not tell';
