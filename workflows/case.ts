// The durable loop every case runs: begin, then wait for the earliest step or an event, do what is due, continue as new when asked.
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
  type AskOfOther,
  type CaseInput,
  caseSummary,
  historyQuery,
  note,
  type OpensCase,
  open,
  owedQuery,
  paperQuery,
  peopleQuery,
  type ReportsToCase,
  record,
  refusalQuery,
  renew,
  SEARCH_ATTRIBUTES,
} from './api.ts';
import { Beginning } from './beginning.ts';
import type { Book } from './book.ts';
import { failureOf } from './failure-of.ts';
import { LOCAL, Locally } from './locally.ts';
import { deliverySummary, detailsTable, entrySummary, HANDLERS } from './story.ts';

interface Activities {
  deliver(delivery: Delivery): Promise<Outcome[]>;
  keep(entry: RecordEntry): Promise<void>;
  openCase(other: OpensCase): Promise<void>;
  reportToCase(report: ReportsToCase): Promise<void>;
}

/** Only a record that is down makes these fail; they are tried until it is back, for nothing may be lost. */
const RETRY = { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '5 minutes' } as const;
const OTHER = { startToCloseTimeout: '1 minute', retry: RETRY } as const;
const DELIVER = { startToCloseTimeout: '15 minutes', heartbeatTimeout: '60 seconds', retry: RETRY } as const;
/** What the record will not take is tried again when an operator may have put it right. */
const REFUSED_FOR = '1 hour';

/** Once somebody has cancelled a case in Temporal's UI, whatever waits or asks outside of such a scope fails. */
const uncancelled = <T>(work: () => Promise<T>): Promise<T> => CancellationScope.nonCancellable(work);

const now = (): Instant => fromEpochMs(Date.now());
/** A query sees the time of the case's last task: whoever asks says what time it is. */
const notBefore = (at: Instant | undefined): Instant => (at !== undefined && at > now() ? at : now());

/** Waits on as few promises as it can: the SDK keeps where each pending one came from, a kilobyte or two a case. */
export function runCase(input: CaseInput): Promise<void> {
  const locally = new Locally();
  const beginning = new Beginning(input, now, locally);
  let renewal = false;

  setHandler(open, (opening) => uncancelled(() => beginning.open(opening)), { description: HANDLERS.open });
  setHandler(record, (events) => uncancelled(() => beginning.record(events, 'outside')), {
    validator: (events) => beginning.book?.check(events, 'outside', now()),
    description: HANDLERS.record,
  });
  setHandler(note, (events) => uncancelled(() => beginning.record(events, 'nodrift')), {
    validator: (events) => beginning.book?.check(events, 'nodrift', now()),
    description: HANDLERS.note,
  });
  const asked = (description: string) => ({ description });
  setHandler(owedQuery, (at) => beginning.answering.owed(notBefore(at)), asked(HANDLERS.owed));
  setHandler(peopleQuery, () => beginning.answering.people(now()), asked(HANDLERS.people));
  setHandler(historyQuery, () => beginning.answering.history(), asked(HANDLERS.history));
  setHandler(
    paperQuery,
    (name, meeting, at) => beginning.answering.paper(name, meeting, notBefore(at)),
    asked(HANDLERS.paper),
  );
  setHandler(
    refusalQuery,
    (events, at) => beginning.answering.refusalOf(events, notBefore(at)),
    asked(HANDLERS.refusal),
  );
  setHandler(
    renew,
    () => {
      renewal = true;
    },
    asked(HANDLERS.renew),
  );

  const { cancelRequested } = CancellationScope.current();
  // Somebody who cancels a case in Temporal's UI must not end it: a child's plan is ended by those who may.
  return uncancelled(() => live(input, beginning, locally, cancelRequested, () => renewal));
}

async function live(
  input: CaseInput,
  beginning: Beginning,
  locally: Locally,
  cancelRequested: Promise<never>,
  isRenewal: () => boolean,
): Promise<void> {
  const book = await beginning.begin();
  share(input, book);
  cancelRequested.catch(() => book.alert({ what: 'cancel-asked' }));
  let shown = shownBefore();
  const alarm = new Alarm();
  const others = new Others(book);
  for (;;) {
    others.ask();
    const { notices, withdrawn } = book.handOver(now());
    if (notices.length > 0 || withdrawn.length > 0) {
      const delivery = { entry: book.entry(now()), notices, withdrawn, now: now() };
      const summary = deliverySummary(notices, delivery.entry.newEvents);
      const { deliver } = proxyActivities<Activities>({ ...DELIVER, summary });
      book.takeOutcomes(await untilTaken(book, () => deliver(delivery)), now());
      continue;
    }
    const closed = book.isClosed(now());
    if (book.changed || closed) {
      const entry = book.entry(now());
      // One short transaction: done within the workflow task, one event of history.
      const { keep } = proxyLocalActivities<Activities>({ ...LOCAL, summary: entrySummary(entry) });
      await untilTaken(book, () => locally.call(() => keep(entry)));
      if (!closed) continue;
      // An answer that waits for the staff directory may bring something yet.
      await condition(allHandlersFinished);
      if (book.changed) continue;
      break;
    }

    shown = show(input, book, shown);
    if (isRenewal() || workflowInfo().continueAsNewSuggested) await continueOnCurrentVersion(input, book);

    alarm.set(book.alarm);
    book.rest();
    await condition(() => book.changed || isRenewal() || alarm.rung);
  }
  // Somebody may still be waiting for an answer.
  await condition(allHandlersFinished);
}

/** What the record refuses for good waits, where everybody can see it, and is never dropped. */
async function untilTaken<Result>(book: Book, hand: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await hand();
    } catch (error) {
      const { type } = failureOf(error);
      log.error('the record does not take what the case hands over', { why: type });
      book.alert({ what: 'reference-taken', detail: type });
      await sleep(REFUSED_FOR, { summary: `the record refuses this case (${type}): tried again` });
    }
  }
}

/** What the case asks of other cases, beside its own loop: while another does not answer, its own people are told all the same. */
class Others {
  readonly #book: Book;
  readonly #asked = new Set<string>();

  constructor(book: Book) {
    this.#book = book;
  }

  ask(): void {
    for (const ask of this.#book.asksOfOthers()) {
      if (this.#asked.has(ask.done.id)) continue;
      this.#asked.add(ask.done.id);
      void this.#ask(ask);
    }
  }

  async #ask({ opens, reports, done }: AskOfOther): Promise<void> {
    // Not as a child: while a child runs, its parent's clock cannot be fast-forwarded (docs/decisions/009).
    const summary = opens ? `open ${opens.input.file.kind}` : `report to ${reports?.kind}`;
    const other = proxyActivities<Activities>({ ...OTHER, summary });
    try {
      if (opens) await other.openCase(opens);
      if (reports) await other.reportToCase(reports);
      this.#book.acknowledge(done, now());
    } catch (error) {
      // It stays owed, and climbs to the manager; the next run of the case asks again.
      this.#book.alert({
        what: opens ? 'reference-taken' : 'not-acknowledged',
        detail: `${done.id}: ${failureOf(error).type}`,
      });
    }
  }
}

/**
 * The SDK keeps a run's input for as long as it runs. Policy and calendar are a third of a cached case, and most cases have the same; what
 * it was opened with, and what it carried, is in the book.
 */
function share(input: CaseInput, book: Book): void {
  Object.assign(input, book.began, { events: undefined, first: undefined, carried: undefined });
}

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

/** What the server's index holds of this case when a run begins: it survives continue-as-new by itself. */
function shownBefore(): string {
  const { typedSearchAttributes: tags } = workflowInfo();
  const next = tags.get(SEARCH_ATTRIBUTES.nextLimit)?.toISOString().slice(0, 10) ?? null;
  const late = tags.get(SEARCH_ATTRIBUTES.late) ?? [];
  return JSON.stringify([
    ...[next, late, tags.get(SEARCH_ATTRIBUTES.policy)],
    ...[tags.get(SEARCH_ATTRIBUTES.team) ?? null, tags.get(SEARCH_ATTRIBUTES.family) ?? null],
  ]);
}

/** Shows operators how the case stands. What they search by is upserted only when it changed: each is an event of history and a wide write. */
function show(input: CaseInput, book: Book, before: string): string {
  // A run that another continued as has no static summary (SDK 1.24 takes none): these are its words as well.
  setCurrentDetails(`**${caseSummary(input)}**\n\n${detailsTable(book.owed(now()))}`);
  const { next, late, policy, team, family } = book.shown(now());
  const after = JSON.stringify([next, late, policy, team, family]);
  if (after === before) return before;
  upsertSearchAttributes([
    { key: SEARCH_ATTRIBUTES.nextLimit, value: next === null ? null : new Date(`${next}T00:00:00Z`) },
    { key: SEARCH_ATTRIBUTES.late, value: [...late] },
    { key: SEARCH_ATTRIBUTES.policy, value: policy },
    { key: SEARCH_ATTRIBUTES.team, value: team },
    { key: SEARCH_ATTRIBUTES.family, value: family },
  ]);
  return after;
}

async function continueOnCurrentVersion(input: CaseInput, book: Book): Promise<void> {
  await condition(allHandlersFinished);
  log.info('continues as new');
  // PINNED to its build; without this the new run would stay on the old one for ever.
  const again = makeContinueAsNewFunc<typeof runCase>({ initialVersioningBehavior: 'AUTO_UPGRADE' });
  const { file, policy, calendar, rehearsal } = input;
  await again({ file, policy, calendar, rehearsal, carried: book.carried() });
}
