// How a case begins: what is in force is loaded, the opening is accepted or refused, the record claims the reference. Only then is an opening
// answered. A refused one leaves nothing behind: the run fails, and its reference stays free.

import { ApplicationFailure, allHandlersFinished, condition, proxyLocalActivities } from '@temporalio/workflow';
import { managerFault } from '../domain/accept/manager.ts';
import { Refusal } from '../domain/accept/refusal.ts';
import { fileFault } from '../domain/accept/unknown.ts';
import type { CaseFile } from '../domain/case/model.ts';
import { EventError, parseCaseFile } from '../domain/case/read-events.ts';
import { unfitShared } from '../domain/case/shared.ts';
import { completedFile, NotOnRoll, type Roll, staffIn } from '../domain/case/staff.ts';
import type { RecordEntry } from '../domain/notices/notice.ts';
import type { Policy } from '../domain/policy/policy.ts';
import type { CalendarData, Instant } from '../domain/time/calendar.ts';
import { type BegunCase, CASE_EXISTS, type CaseInput, type Opening, REFUSED, type RecordAnswer } from './api.ts';
import { Book, type Origin } from './book.ts';
import { failureOf } from './failure-of.ts';
import { LOCAL, type Locally } from './locally.ts';
import { refusal } from './received.ts';
import { entrySummary } from './story.ts';

interface InForce {
  readonly policy: Policy;
  readonly calendar: CalendarData;
}

interface Activities {
  policyInForce(authority: string): Promise<InForce>;
  staffOf(authority: string, ids: readonly string[]): Promise<Roll>;
  keep(entry: RecordEntry): Promise<void>;
}

const local = (summary: string) => proxyLocalActivities<Activities>({ ...LOCAL, summary });
const { policyInForce } = local('read the policy and calendar in force');
const { staffOf } = local('look up staff in the directory');

/** A case that never took up an event was opened in error: it ends itself. */
const WITHOUT_AN_EVENT = '1 minute';

export class Beginning {
  readonly #input: CaseInput;
  readonly #now: () => Instant;
  readonly #locally: Locally;
  #book: Book | undefined;
  /** Why the case cannot begin. */
  #failure: ApplicationFailure | undefined;
  /** The record has claimed the reference for this case. */
  #claimed: boolean;

  constructor(input: CaseInput, now: () => Instant, locally: Locally) {
    this.#input = input;
    this.#now = now;
    this.#locally = locally;
    this.#claimed = input.carried !== undefined;
  }

  /** The case, once what is in force is known. */
  get book(): Book | undefined {
    return this.#book;
  }

  /** The case, for a question. @throws Error while it is not there yet: the query fails, the case does not */
  get answering(): Book {
    if (!this.#book) throw new Error('the case is being opened: ask again in a moment');
    return this.#book;
  }

  /** The case, as soon as it may take events. @throws ApplicationFailure when it cannot begin */
  async #begun(): Promise<Book> {
    await condition(() => this.#book !== undefined || this.#failure !== undefined);
    if (this.#failure) throw this.#failure;
    return this.#book!;
  }

  /**
   * Records events, as soon as the case may take them.
   * @throws ApplicationFailure `Refused`, or why the case cannot begin
   */
  async record(events: unknown, from: Origin): Promise<RecordAnswer> {
    const book = this.#book ?? (await this.#begun());
    const staff = book.staffToAsk(events);
    if (staff.length === 0) return this.#whenClaimed(book.record(events, from, this.#now()));
    const roll = await this.#staffOf(this.#input.file.authority, staff);
    return this.#whenClaimed(book.record(events, from, this.#now(), roll));
  }

  /**
   * Answers an opening when the record has claimed the reference; one that is sent again gets the first answer.
   * @throws ApplicationFailure `Refused`, `CaseExists`
   */
  async open(given: Opening): Promise<RecordAnswer> {
    const book = this.#book ?? (await this.#begun());
    const { file, events } = given;
    const opening = { file: readFile(file), events };
    if (book.opened) return this.#whenClaimed(book.openedWith(opening));
    try {
      return await this.record(events, 'outside');
    } catch (error) {
      // Started without events, it waits for these: refused, it is not a case.
      this.#failure ??= asFailure(error);
      throw error;
    }
  }

  /** Nothing is acknowledged before the reference is known to be this case's. */
  async #whenClaimed(answer: RecordAnswer): Promise<RecordAnswer> {
    if (!this.#claimed) await condition(() => this.#claimed || this.#failure !== undefined);
    if (this.#failure) throw this.#failure;
    return answer;
  }

  /**
   * The case, begun or carried over.
   * @throws ApplicationFailure where it cannot begin: its type says why
   */
  async begin(): Promise<Book> {
    if (this.#input.carried) {
      this.#book = new Book(this.#input as BegunCase, this.#now());
      return this.#book;
    }
    try {
      const book = await this.#openFirst();
      await this.#claim(book);
      return book;
    } catch (error) {
      this.#failure = asFailure(error);
      // Whoever waits for an answer gets this one.
      await condition(allHandlersFinished);
      throw this.#failure;
    }
  }

  async #openFirst(): Promise<Book> {
    const { events, first } = this.#input;
    const given = readFile(this.#input.file);
    const inForce = await this.#inForce(given.authority);
    const file = await this.#completed(given);
    const book = new Book({ ...this.#input, file, ...inForce }, this.#now());
    this.#mayBegin(file, inForce);
    if (first && managerFault(file.people)) book.alert({ what: 'no-manager' });
    if (first) book.record(first, 'nodrift', this.#now());
    else if (events) {
      const staff = book.staffToAsk(events);
      const roll = staff.length > 0 ? await this.#staffOf(file.authority, staff) : undefined;
      book.record(events, 'outside', this.#now(), roll);
    }
    this.#book = book;
    const begun = () => book.opened || this.#failure !== undefined;
    const inTime =
      begun() || (await condition(begun, WITHOUT_AN_EVENT, { summary: 'wait for the event that opens it' }));
    if (this.#failure) throw this.#failure;
    if (!inTime)
      throw ApplicationFailure.nonRetryable('nothing was recorded within a minute of opening the case', 'NeverOpened');
    return book;
  }

  #staffOf = (authority: string, ids: readonly string[]): Promise<Roll> =>
    this.#locally.call(() => staffOf(authority, ids));

  /** With everybody whom the staff directory knows as it knows them. What another case opens has its people whole; a rehearsal has no directory. */
  async #completed(file: CaseFile): Promise<CaseFile> {
    const staff = this.#input.first || this.#input.rehearsal ? [] : staffIn(file.people);
    if (staff.length === 0) return file;
    const roll = await this.#staffOf(file.authority, staff);
    try {
      return readFile(completedFile(file, roll));
    } catch (error) {
      if (error instanceof NotOnRoll) throw refusal(new Refusal(null, `case: people: ${error.message}`));
      throw error;
    }
  }

  /** What a rehearsal plays, or what is in force for an authority. */
  async #inForce(authority: string): Promise<InForce> {
    const { policy, calendar } = this.#input;
    if (policy && calendar) return { policy, calendar };
    const loaded = await this.#locally.call(() => policyInForce(authority));
    return { policy: policy ?? loaded.policy, calendar: calendar ?? loaded.calendar };
  }

  /** A case that another one opens has the people it had there; whoever opens one is told of roles that nobody lists, or of a manager it lacks (L13). */
  #mayBegin(file: CaseFile, { policy, calendar }: InForce): void {
    const unfit = this.#input.rehearsal ? undefined : unfitShared(policy, calendar);
    if (unfit) throw refusal(new Refusal(null, unfit));
    if (this.#input.first) return;
    const fault = fileFault(file, policy) ?? (this.#input.rehearsal ? undefined : managerFault(file.people));
    if (fault) throw refusal(fault);
  }

  async #claim(book: Book): Promise<void> {
    const entry = book.entry(this.#now());
    const { keep } = local(`claim the reference: ${entrySummary(entry)}`);
    await this.#locally.call(() => keep(entry));
    this.#claimed = true;
  }
}

function readFile(file: CaseFile): CaseFile {
  try {
    return parseCaseFile(file) as CaseFile;
  } catch (error) {
    if (error instanceof EventError) throw refusal(new Refusal(null, error.message));
    throw error;
  }
}

/** What a case that cannot begin fails with: never a task that is tried for ever. */
function asFailure(error: unknown): ApplicationFailure {
  const { type, message } = failureOf(error);
  switch (type) {
    case REFUSED:
    case 'NeverOpened':
      return error instanceof ApplicationFailure ? error : refusal(new Refusal(null, message));
    case 'ReferenceTaken':
      return ApplicationFailure.nonRetryable(message, CASE_EXISTS);
    case 'NoPolicy':
      return refusal(new Refusal(null, message));
    default:
      return ApplicationFailure.nonRetryable(`the case cannot be opened (${type})`, 'CannotBegin');
  }
}
