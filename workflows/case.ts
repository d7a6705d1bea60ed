// The durable loop every case runs: wait for the earliest step or an event, do what is due, continue as new when asked.
// No rules here: what is owed, and who is told when, is the domain's.

import {
  allHandlersFinished,
  CancellationScope,
  condition,
  isCancellation,
  log,
  makeContinueAsNewFunc,
  proxyActivities,
  proxyLocalActivities,
  setCurrentDetails,
  setHandler,
  sleep,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { Delivery, Outcome, RecordEntry } from '../domain/notices/notice.ts';
import { epochMs, fromEpochMs, type Instant } from '../domain/time/calendar.ts';
import {
  type BegunCase,
  type CaseInput,
  historyQuery,
  type OpensCase,
  owedQuery,
  type ReportsToCase,
  record,
  renew,
  SEARCH_ATTRIBUTES,
} from './api.ts';
import { Book } from './book.ts';
import { detailsTable, summaryOf } from './story.ts';

interface Activities {
  deliver(delivery: Delivery): Promise<Outcome[]>;
  keep(entry: RecordEntry): Promise<void>;
  openCase(other: OpensCase): Promise<void>;
  reportToCase(report: ReportsToCase): Promise<void>;
}

/** Only a record that is down makes these fail; they are tried until it is back, for nothing may be lost. */
const RETRY = { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '5 minutes' } as const;
const OTHER = { startToCloseTimeout: '30 seconds', retry: RETRY } as const;
const DELIVER = { startToCloseTimeout: '15 minutes', heartbeatTimeout: '60 seconds', retry: RETRY } as const;
/** Keeping an entry is one short transaction: done within the workflow task, one event of history. */
const { keep } = proxyLocalActivities<Activities>({
  startToCloseTimeout: '10 seconds',
  localRetryThreshold: '1 minute',
  retry: RETRY,
});

/** A case that never took up an event was opened in error: it ends itself. */
const WITHOUT_AN_EVENT = '1 minute';

export async function runCase(input: CaseInput): Promise<void> {
  const book = new Book(input as BegunCase);
  share(input, book);
  let renewal = false;
  const now = () => fromEpochMs(Date.now());

  setHandler(record, (events) => book.record(events), { validator: (events) => book.check(events) });
  setHandler(owedQuery, (at) => book.owed(at !== undefined && at > now() ? at : now()));
  setHandler(historyQuery, () => book.history());
  setHandler(renew, () => {
    renewal = true;
  });

  if (!(await condition(() => book.opened, WITHOUT_AN_EVENT))) return;

  let attributes = '';
  const alarm = new Alarm();
  for (;;) {
    for (const { opens, reports, done } of book.asksOfOthers()) {
      // Not as a child: while a child runs, its parent's clock cannot be fast-forwarded (docs/decisions/009).
      const other = proxyActivities<Activities>({
        ...OTHER,
        summary: opens ? `open ${opens.input.file.kind}` : `report to ${reports?.kind}`,
      });
      if (opens) await other.openCase(opens);
      if (reports) await other.reportToCase(reports);
      book.record([done]);
    }
    const notices = book.takeDue(now());
    if (notices.length > 0) {
      const { deliver } = proxyActivities<Activities>({ ...DELIVER, summary: summaryOf(notices) });
      book.takeOutcomes(await deliver({ entry: book.entry(now()), notices, now: now() }), now());
      continue;
    }
    const closed = book.isClosed(now());
    if (book.changed || closed) {
      await keep(book.entry(now()));
      if (closed) return;
      continue;
    }

    attributes = showAttributes(book, attributes);
    setCurrentDetails(detailsTable(book.owed(now())));
    if (renewal || workflowInfo().continueAsNewSuggested) await continueOnCurrentVersion(input, book);

    alarm.set(book.next);
    // A replay wakes again at once, and what a case remembers decides nothing.
    if (!workflowInfo().unsafe.isReplaying) book.rest();
    await condition(() => book.changed || renewal || alarm.rung);
  }
}

/** The SDK keeps a run's input for as long as it runs: policy and calendar are a third of a cached case, and most cases have the same. */
function share(input: Mutable<CaseInput>, book: Book): void {
  input.policy = book.began.policy;
  input.calendar = book.began.calendar.data;
}
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * The one timer of a case. It is begun again only when the moment changes: most of what is recorded leaves the next step where it
 * was, and every new timer is two events of history.
 */
class Alarm {
  /** Whether the moment has come. */
  rung = false;
  #at: Instant | undefined;
  #running: CancellationScope | undefined;

  set(next: { readonly at: Instant; readonly summary: string } | undefined): void {
    if (next?.at === this.#at && !this.rung) return;
    this.#running?.cancel();
    this.#running = undefined;
    this.#at = next?.at;
    this.rung = false;
    if (next) this.#begin(next.summary, Math.max(1, epochMs(next.at) - Date.now()));
  }

  #begin(summary: string, ms: number): void {
    const scope = new CancellationScope();
    this.#running = scope;
    scope
      .run(() => sleep(ms, { summary }))
      .then(
        () => {
          if (this.#running === scope) this.rung = true;
        },
        (error: unknown) => {
          if (!isCancellation(error)) throw error;
        },
      );
  }
}

/** Upserts what operators search by, only when it changed: every upsert is an event of history and a wide write. */
function showAttributes(book: Book, before: string): string {
  const { next, late, policy, team } = book.limits(fromEpochMs(Date.now()));
  const after = JSON.stringify([next, late, policy, team]);
  if (after === before) return before;
  const carried = before === '' && workflowInfo().continuedFromExecutionRunId !== undefined;
  // They survive continue-as-new by themselves, but what changed while the old run ended must still be shown.
  if (!carried || workflowInfo().typedSearchAttributes.get(SEARCH_ATTRIBUTES.policy) !== policy || late.length > 0)
    upsertSearchAttributes([
      { key: SEARCH_ATTRIBUTES.nextLimit, value: next },
      { key: SEARCH_ATTRIBUTES.late, value: late },
      { key: SEARCH_ATTRIBUTES.policy, value: policy },
      { key: SEARCH_ATTRIBUTES.team, value: team },
    ]);
  return after;
}

async function continueOnCurrentVersion(input: CaseInput, book: Book): Promise<void> {
  await condition(allHandlersFinished);
  log.info('continues as new');
  // PINNED to its build; without this the new run would stay on the old one for ever.
  const again = makeContinueAsNewFunc<typeof runCase>({ initialVersioningBehavior: 'AUTO_UPGRADE' });
  await again({ ...input, carried: book.carried() });
}
