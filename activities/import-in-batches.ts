// The activities of `importCases`: judge the next cases of an import, open them, and write down what became of each.

import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { CaseExists, CaseNotFound, Refused, Unavailable } from '../client/errors.ts';
import type { Nodrift } from '../client/nodrift.ts';
import { faultsIn, faultsWith, type ImportFault } from '../client/sheets/import-fault.ts';
import { sameContent } from '../domain/case/same-content.ts';
import { sameFile } from '../domain/case/staff.ts';
import { fromEpochMs } from '../domain/time/calendar.ts';
import {
  finishImport,
  importNow,
  openedBefore,
  type RowToOpen,
  rowsToOpen,
  type Settled,
  settleRows,
} from '../record/imports.ts';
import { inForce, NoPolicy } from '../record/in-force.ts';
import type { OpenRecord } from '../record/open.ts';
import { rollOf } from '../record/roll.ts';
import { workflowId } from '../workflows/api.ts';
import { asFailure, type FailureLog } from './failure.ts';
import { faultsOfPeople, type Judged, judgeOpening, type Rules } from './judge-opening.ts';

/** Cases of one activity. */
const BATCH = 400;
/**
 * So many are opened side by side: enough to keep a worker busy, few enough that what people record and the mails of the day find their turn. More are
 * no faster (bench/import-results.md).
 */
const SIDE_BY_SIDE = 8;
/** What became of so many is written down at once; what was opened and not written down is asked again, and answers itself. */
const SETTLED_AT_ONCE = 40;
const HEARTBEAT_MS = 10_000;

export interface ImportDependencies {
  readonly record: OpenRecord;
  readonly nodrift: Pick<Nodrift, 'open'>;
  readonly log?: FailureLog | undefined;
}

export type ImportActivities = ReturnType<typeof createImportActivities>;

export function createImportActivities({ record, nodrift, log }: ImportDependencies) {
  const failing = async <T>(act: () => Promise<T>): Promise<T> => {
    try {
      return await act();
    } catch (error) {
      if (error instanceof ApplicationFailure) throw error;
      throw asFailure(error, 'an import', log);
    }
  };
  return {
    /** @returns whether there may be more. @throws ApplicationFailure: tried again, it goes on with what is left */
    importBatch: (id: string): Promise<{ left: boolean }> => failing(() => importBatch({ record, nodrift }, id)),
    finishImport: (id: string): Promise<void> => failing(() => finishImport(record, id)),
  };
}

async function importBatch({ record, nodrift }: Omit<ImportDependencies, 'log'>, id: string) {
  const now = await importNow(record, id);
  // A month later its report is thrown away, whatever became of it.
  if (!now) return { left: false };
  const rows = await rowsToOpen(record, id, BATCH);
  const still = beating();
  const settled: Settled[] = [];
  let unanswered = 0;
  const settle = async (least: number) => {
    while (settled.length >= least && settled.length > 0)
      await settleRows(record, id, settled.splice(0, SETTLED_AT_ONCE));
  };
  let failed = false;
  const left = rows.values();
  const run = async () => {
    for (const row of left) {
      if (failed) return;
      still.throwIfStopped();
      const became = await settledOf(record, row, (judged) =>
        now.dryRun ? readiness(record, row, judged) : opened(nodrift, row, judged),
      );
      if (became) settled.push({ number: row.number, ...became });
      else unanswered++;
      await settle(SETTLED_AT_ONCE);
    }
  };
  try {
    await record.writable();
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, run));
    await settle(1);
  } finally {
    failed = true;
    still.stop();
  }
  if (unanswered > 0)
    throw ApplicationFailure.retryable(`${unanswered} cases gave no answer: they are asked again`, 'Unanswered');
  return { left: rows.length === BATCH };
}

type Became = Omit<Settled, 'number'>;

/** What is wrong with it, or what is made of it where nothing is; undefined where nobody answered. */
async function settledOf(
  record: OpenRecord,
  row: RowToOpen,
  go: (judged: Extract<Judged, { file: unknown }>) => Promise<Became | undefined>,
): Promise<Became | undefined> {
  const rules = await rulesOf(record, row);
  if ('faults' in rules) return { outcome: 'faulty', faults: rules.faults };
  const judged = await judgeOpening(row, rules, fromEpochMs(Date.now()));
  return 'faults' in judged ? { outcome: 'faulty', faults: judged.faults } : go(judged);
}

/** What its authority has in force. */
async function rulesOf(
  record: OpenRecord,
  row: RowToOpen,
): Promise<Rules | { readonly faults: readonly ImportFault[] }> {
  const given = (row.opening.file as { readonly authority?: unknown } | null | undefined)?.authority;
  const authority = typeof given === 'string' ? given : '';
  try {
    return { inForce: await inForce(record, authority), rollOf: (ids) => rollOf(record, authority, ids) };
  } catch (error) {
    if (!(error instanceof NoPolicy)) throw error;
    const people = faultsOfPeople(row, undefined);
    return { faults: faultsWith(row.faults, [...faultsIn(`authority: ${error.message}`, row), ...people]) };
  }
}

/** Of a dry run: whether it would be opened. */
async function readiness(
  record: OpenRecord,
  row: RowToOpen,
  { file, events }: Extract<Judged, { file: unknown }>,
): Promise<Became> {
  if (!row.thereBefore) return { outcome: 'ready' };
  const before = await openedBefore(record, file.ref);
  const said = await before?.eventsOf(events.map(({ id }) => id ?? ''));
  const same =
    before?.id === workflowId(file.kind, file.ref) &&
    before.file !== null &&
    sameFile(file, before.file) &&
    events.every(({ id, event }) => sameContent(said?.get(id ?? ''), event));
  return same ? { outcome: 'already' } : faulty(row, `ref: ${USED}`);
}

const USED = 'is used by a case that was opened with other people or other events: a new plan needs a new reference';

async function opened(
  nodrift: ImportDependencies['nodrift'],
  row: RowToOpen,
  { file, events }: Extract<Judged, { file: unknown }>,
): Promise<Became | undefined> {
  try {
    await nodrift.open(file, events);
    return { outcome: row.thereBefore ? 'already' : 'opened' };
  } catch (error) {
    if (error instanceof Unavailable) return undefined;
    if (error instanceof CaseExists) return faulty(row, `ref: ${error.message}`);
    if (error instanceof Refused)
      return { outcome: 'faulty', faults: faultsIn(error.message, row, error.rule ?? undefined) };
    if (error instanceof CaseNotFound) return faulty(row, `ref: ${error.message}`);
    throw error;
  }
}

const faulty = (row: RowToOpen, message: string): Became => ({ outcome: 'faulty', faults: faultsIn(message, row) });

/** Tells the server every ten seconds that this worker lives. */
function beating(): { throwIfStopped(): void; stop(): void } {
  const context = Context.current();
  const timer = setInterval(() => context.heartbeat(), HEARTBEAT_MS);
  return {
    throwIfStopped: () => context.cancellationSignal.throwIfAborted(),
    stop: () => clearInterval(timer),
  };
}
