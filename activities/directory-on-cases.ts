// The activities that take the staff directory to running cases: what changed about somebody is told to each case that names them, once; and
// all cases of a worker are handed over. Ids and counts are all that Temporal sees of it.

import { createHash } from 'node:crypto';
import { Context } from '@temporalio/activity';
import { CaseNotFound, Unavailable } from '../client/errors.ts';
import type { Nodrift } from '../client/nodrift.ts';
import { NODRIFT } from '../domain/accept/refusal.ts';
import type { CaseKind } from '../domain/case/model.ts';
import type { StaffCard } from '../domain/case/staff.ts';
import {
  casesNaming,
  completeReallocation,
  type HandedOver,
  keepHandedOver,
  keepTold,
  type Reallocation,
  reallocation,
  type StaffNews,
  staffNews,
} from '../record/directory-work.ts';
import type { OpenRecord } from '../record/open.ts';
import { rollOf } from '../record/roll.ts';
import type { KnownPerson } from '../workflows/api.ts';
import { asFailure, type FailureLog } from './failure.ts';

const PAGE = 100;
const SIDE_BY_SIDE = 4;

/** What became of a page. */
interface PageDone {
  readonly took: number;
  /** Neither took nor refused: to be asked again. */
  readonly unanswered: number;
  /** Where to go on; null after the last page. */
  readonly last: string | null;
}

interface Answer {
  readonly outcome: 'took' | 'closed' | 'refused' | 'unanswered';
  readonly why?: string | undefined;
}

interface Change {
  readonly id: string;
  readonly event: Readonly<Record<string, unknown>>;
}

export interface DirectoryDependencies {
  readonly record: OpenRecord;
  readonly nodrift: Nodrift;
  /** Records events on a case as Nodrift itself, all or none. @returns what became of it; throws only what is a bug */
  readonly recordOn: (caseId: string, changes: readonly Change[]) => Promise<Answer>;
  readonly log?: FailureLog | undefined;
}

export function createDirectoryActivities(dependencies: DirectoryDependencies) {
  const { record, log } = dependencies;
  const cases = new Cases(dependencies);
  return {
    /** Tells the next cases what the directory says that is new. Told again a case takes it once. */
    async tellNextOfStaff(authority: string, after: string): Promise<PageDone> {
      try {
        const page = await staffNews(record, authority, after, PAGE);
        const ids = [...new Set(page.map(({ staff }) => staff))];
        const cards = new Map((await rollOf(record, authority, ids)).cards.map((card) => [card.id, card]));
        const outcomes = await each(page, (news) => cases.tell(news, cards.get(news.staff)));
        return pageDone(outcomes, page.length < PAGE ? null : page.at(-1)!.place);
      } catch (error) {
        throw asFailure(error, 'telling cases of the staff directory', log);
      }
    },

    /** Hands over the next cases of a reallocation. One that was handed over already is left alone. */
    async handOverNext(id: string, after: string): Promise<PageDone> {
      try {
        const job = await reallocation(record, id);
        if (!job) return { took: 0, unanswered: 0, last: null };
        const page = await casesNaming(record, job, after, PAGE);
        const outcomes = await each(page, (caseId) => cases.handOver(job, caseId));
        return pageDone(outcomes, page.length < PAGE ? null : page.at(-1)!);
      } catch (error) {
        throw asFailure(error, 'handing cases over', log);
      }
    },

    /** Every case has answered, or will not. */
    async handedOver(id: string): Promise<void> {
      try {
        await completeReallocation(record, id);
      } catch (error) {
        throw asFailure(error, 'handing cases over', log);
      }
    },
  };
}

/** Cases as the directory reaches them, one at a time. What became of each is kept in the record. */
class Cases {
  readonly #record: OpenRecord;
  readonly #nodrift: Nodrift;
  readonly #recordOn: DirectoryDependencies['recordOn'];

  constructor({ record, nodrift, recordOn }: DirectoryDependencies) {
    this.#record = record;
    this.#nodrift = nodrift;
    this.#recordOn = recordOn;
  }

  async tell(news: StaffNews, card: StaffCard | undefined): Promise<Answer['outcome']> {
    const change = await asked(() => this.#eventOf(news, card));
    const { outcome, why } =
      'outcome' in change ? change : change.is ? await this.#recordOn(news.caseId, [change.is]) : NOTHING_TO_TELL;
    // A closed case is told of nothing any more.
    if (outcome === 'took' || outcome === 'closed') {
      await keepTold(this.#record, news);
      return 'took';
    }
    if (outcome === 'refused' && !('outcome' in change)) await keepTold(this.#record, news, why ?? 'refused');
    return outcome;
  }

  async handOver(job: Reallocation, caseId: string): Promise<HandedOver> {
    const { outcome, why = null } = await this.#handedOver(job, caseId);
    await keepHandedOver(this.#record, { reallocation: job.id, caseId, outcome, why });
    return outcome;
  }

  async #handedOver(job: Reallocation, caseId: string): Promise<{ outcome: HandedOver; why?: string | undefined }> {
    const events = await asked(async () => reallocating(job, await this.#nodrift.people(keyOf(caseId))));
    if ('outcome' in events) return events;
    if (events.is === null) return { outcome: 'not-theirs' };
    return typeof events.is === 'string' ? { outcome: 'refused', why: events.is } : this.#recordOn(caseId, events.is);
  }

  /** What one case is told of one of its people; nothing where it has no use for it. */
  async #eventOf(news: StaffNews, card: StaffCard | undefined): Promise<Change | undefined> {
    const { caseId, person, staff, edition, active } = news;
    const people = await this.#nodrift.people(keyOf(caseId));
    const who = people.find(({ id }) => id === person);
    if (!who || who.staff !== staff) return undefined;
    const id = `directory/${short(staff, person)}/${edition}`;
    if (!active || !card) {
      const belongs = who.left !== true && (who.member || who.socialWorker);
      return belongs ? { id, event: { type: 'person-left', by: NODRIFT, person } } : undefined;
    }
    const named = { id: person, staff };
    // They left by the directory, and are there again.
    if (who.left && (await this.#leftByDirectory(caseId, person)))
      return { id, event: { type: 'person-joined', by: NODRIFT, person: named } };
    return isToldAll(who, card, people)
      ? undefined
      : { id, event: { type: 'person-updated', by: NODRIFT, person: named } };
  }

  async #leftByDirectory(caseId: string, person: string): Promise<boolean> {
    const { events } = await this.#nodrift.history(keyOf(caseId));
    const last = events.findLast(({ event }) => event.type === 'person-left' && event.person === person);
    return last?.id.startsWith('directory/') ?? false;
  }
}

const NOTHING_TO_TELL: Answer = { outcome: 'took' };

function keyOf(caseId: string): { readonly kind: CaseKind; readonly ref: string } {
  const [kind, ref] = caseId.split('/') as [CaseKind, string];
  return { kind, ref };
}

/** Several side by side, each said to be alive. */
async function each<Item, Result>(items: readonly Item[], act: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  const left = items.values();
  const next = async () => {
    for (const item of left) {
      Context.current().cancellationSignal.throwIfAborted();
      results.push(await act(item));
      Context.current().heartbeat();
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, next));
  return results;
}

const pageDone = (outcomes: readonly string[], last: string | null): PageDone => ({
  took: outcomes.filter((one) => one === 'took').length,
  unanswered: outcomes.filter((one) => one === 'unanswered').length,
  last,
});

/** What a case answers; one that is closed or does not answer is that case's answer. */
async function asked<T>(ask: () => Promise<T>): Promise<{ readonly is: T } | Answer> {
  try {
    return { is: await ask() };
  } catch (error) {
    if (error instanceof CaseNotFound)
      return error.closed ? { outcome: 'closed' } : { outcome: 'refused', why: error.message };
    if (error instanceof Unavailable) return { outcome: 'unanswered' };
    throw error;
  }
}

/** The same for a case and somebody of it, and telling nothing. */
const short = (...of: readonly string[]): string =>
  createHash('sha256').update(of.join('|')).digest('hex').slice(0, 16);

/** What of the directory shows in a case is there already. */
function isToldAll(who: KnownPerson, card: StaffCard, people: readonly KnownPerson[]): boolean {
  const manager = people.find(({ id }) => id === who.manager);
  return (
    who.name === card.name &&
    who.email === card.email &&
    who.phone === card.phone &&
    who.agency === card.agency &&
    manager?.staff === card.manager
  );
}

/**
 * What hands one case over: null where it is not theirs; why not, where it cannot be.
 * The same ids in every case and at every attempt: a case takes them once.
 */
function reallocating(
  { id, from, to, reason }: Reallocation,
  people: readonly KnownPerson[],
): readonly Change[] | string | null {
  if (people.find(({ socialWorker }) => socialWorker)?.staff !== from) return null;
  const here = people.find(({ staff }) => staff === to);
  if (here && here.role !== 'social-worker')
    return `${to} is in this case already, as ${here.role}: reallocate it by hand`;
  const taken = new Set(people.map((one) => one.id));
  const person = here?.id ?? (taken.has(to) ? `${to.slice(0, 60)}-2` : to);
  const joins = { type: 'person-updated', by: NODRIFT, person: { id: person, staff: to, role: 'social-worker' } };
  const goes = { type: 'case-reallocated', by: NODRIFT, to: person, ...(reason !== null && { reason }) };
  return [
    ...(here ? [] : [{ id: `directory/joins/${id}`, event: joins }]),
    { id: `directory/handed-over/${id}`, event: goes },
  ];
}
