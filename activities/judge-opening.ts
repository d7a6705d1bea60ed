// Whether a case could be opened, and every reason why not, judged in memory by the code that opens one. Nothing is started and nothing kept.

import { ApplicationFailure } from '@temporalio/common';
import { wrongIn, wrongOf } from '../client/address-form.ts';
import type { NewEvent } from '../client/new-event.ts';
import { faultsIn, faultsWith, type ImportedCase, type ImportFault } from '../client/sheets/import-fault.ts';
import { managerFault } from '../domain/accept/manager.ts';
import { tooOldToRecord } from '../domain/accept/provenance.ts';
import type { Refusal } from '../domain/accept/refusal.ts';
import { fileFault, unlistedRoles } from '../domain/accept/unknown.ts';
import type { Recorded } from '../domain/case/events.ts';
import type { CaseFile, Person, Rule } from '../domain/case/model.ts';
import { amongPeople, EventError, parseCaseFile, parseEvent, parseRecorded } from '../domain/case/read-events.ts';
import { unfitShared } from '../domain/case/shared.ts';
import { completedFile, NotOnRoll, type Roll, staffIn } from '../domain/case/staff.ts';
import type { Policy } from '../domain/policy/policy.ts';
import type { Instant } from '../domain/time/calendar.ts';
import type { InForce } from '../record/in-force.ts';
import { Book } from '../workflows/book.ts';

/** What can be opened, as the client opens it; or everything that is wrong with it. */
export type Judged =
  | { readonly file: CaseFile; readonly events: readonly NewEvent[] }
  | { readonly faults: readonly ImportFault[] };

type Given = Pick<ImportedCase, 'row' | 'sheet' | 'slots' | 'peopleRows' | 'faults'> & {
  readonly opening: NonNullable<ImportedCase['opening']>;
};

export interface Rules {
  /** What its authority goes by. */
  readonly inForce: InForce;
  /** Who the staff directory says these are, of the file's authority. */
  readonly rollOf: (ids: readonly string[]) => Promise<Roll>;
}

export async function judgeOpening(given: Given, { inForce, rollOf }: Rules, now: Instant): Promise<Judged> {
  // What could not be read of a sheet is left out of what it says: of the rest only what stands by itself is judged.
  if (given.faults.length > 0)
    return { faults: faultsWith(given.faults, [...faultsOfFields(given), ...faultsOfPeople(given, inForce.policy)]) };
  const faults: ImportFault[] = [];
  const refuse = (message: string, rule?: Rule | null) => faults.push(...faultsIn(message, given, rule ?? undefined));
  const attempt = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof EventError)) throw error;
      refuse(error.message);
      return undefined;
    }
  };
  const file = attempt(() => parseCaseFile(given.opening.file));
  const events = given.opening.events.map((one) => attempt(() => parseRecorded(withMoment(one, now))));
  for (const one of wrongIn(file?.people ?? [])) refuse(`case: ${one}`);
  for (const one of events) for (const wrong of one ? wrongOf(one.event) : []) refuse(`${one?.event.type}: ${wrong}`);
  const completed = file && (await completedBy(file, rollOf));
  if (completed && 'lost' in completed) refuse(`case: people: ${completed.lost}`);
  const whole = completed && 'people' in completed ? attempt(() => parseCaseFile(completed)) : undefined;
  if (whole) for (const fault of ofFile(whole, inForce)) refuse(fault.message, fault.rule);
  // What cannot be read has no place among the others.
  if (!file || !whole || faults.length > 0 || !events.every((one): one is Recorded => one !== undefined))
    return { faults: faultsWith(faults, faultsOfPeople(given, inForce.policy)) };
  const old = tooOld(events, now);
  if (old) refuse(`${old.event.type}: ${old.refusal.message}`);
  const refusal = await refusalOf(new Book({ file: whole, ...inForce }, now), events, rollOf, now);
  if (refusal) refuse(refusal.message, refusal.rule);
  return faults.length > 0 ? { faults } : { file, events: given.opening.events as readonly NewEvent[] };
}

/** What the fields say that can be read, one by one. What is missing is missing in the sheet, or follows from what it says of another cell. */
function faultsOfFields(given: Given): readonly ImportFault[] {
  const { file, events } = given.opening;
  const event = (events[0] as { readonly event?: unknown } | undefined)?.event;
  // What an event may say depends on the kind.
  const isOfKind = given.faults.every(({ column }) => column !== 'kind');
  const reads = [() => parseCaseFile(file), ...(isOfKind ? [() => parseEvent(event)] : [])];
  const found = reads.flatMap((read) => {
    try {
      read();
      return [];
    } catch (error) {
      if (!(error instanceof EventError)) throw error;
      return faultsIn(error.message, given);
    }
  });
  return found.filter(({ column, problem }) => column !== null && problem !== 'is missing');
}

/**
 * What is wrong with the people of a case among themselves and under a policy, though something else of it cannot be read.
 * @param policy undefined where its authority has none
 */
export function faultsOfPeople(given: Given, policy: Policy | undefined): readonly ImportFault[] {
  // What came as a line is said in one sentence as the domain has it.
  if (given.sheet === 'lines') return [];
  const { people } = given.opening.file as { readonly people: readonly Partial<Person>[] };
  const isRead = (one: Partial<Person>): one is Person =>
    one.id !== undefined && one.role !== undefined && one.staff === undefined;
  // Who the manager is can be said where everybody is known, and by the sheet alone.
  const isSaid =
    people.some(({ role }) => role === 'social-worker') && given.faults.every((one) => one.column !== 'manager');
  const manager = isSaid && people.every(isRead) ? managerFault(people) : undefined;
  const said = [...amongPeople(people), ...(policy ? unlistedRoles(people, policy) : [])];
  return [...said, ...(manager ? [manager.message] : [])].flatMap((message) => faultsIn(message, given));
}

/** With everybody whom the directory knows, as the case will have them. */
async function completedBy(file: CaseFile, rollOf: Rules['rollOf']): Promise<CaseFile | { readonly lost: string }> {
  const ids = staffIn(file.people);
  if (ids.length === 0) return file;
  try {
    return completedFile(file, await rollOf(ids));
  } catch (error) {
    if (error instanceof NotOnRoll) return { lost: error.message };
    throw error;
  }
}

/** An event that does not say when it was recorded is recorded now. */
const withMoment = (one: unknown, now: Instant): unknown =>
  typeof one === 'object' && one !== null ? { recordedAt: now, ...one } : one;

function ofFile(file: CaseFile, { policy, calendar }: InForce): readonly Pick<Refusal, 'message' | 'rule'>[] {
  const unfit = unfitShared(policy, calendar);
  return [
    ...(unfit === undefined ? [] : [{ message: unfit, rule: null }]),
    ...[fileFault(file, policy), managerFault(file.people)].filter((one): one is Refusal => one !== undefined),
  ];
}

/** As the client refuses it (L3, L9). */
function tooOld(events: readonly Recorded[], now: Instant) {
  if (events[0]?.event.type === 'brought-in') return undefined;
  for (const { event, recordedAt } of events) {
    const refusal = tooOldToRecord(recordedAt, now);
    if (refusal) return { event, refusal };
  }
  return undefined;
}

/** What the case itself would say. */
async function refusalOf(book: Book, events: readonly Recorded[], rollOf: Rules['rollOf'], now: Instant) {
  try {
    const staff = book.staffToAsk(events);
    book.record(events, 'outside', now, staff.length > 0 ? await rollOf(staff) : undefined);
    return undefined;
  } catch (error) {
    if (!(error instanceof ApplicationFailure)) throw error;
    const [fault] = (error.details ?? []) as readonly ({ readonly rule: Rule | null } | undefined)[];
    return { message: error.message, rule: fault?.rule ?? null };
  }
}
