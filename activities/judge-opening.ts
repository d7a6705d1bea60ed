// Whether a case could be opened, and every reason why not, judged in memory by the code that opens one. Nothing is started and nothing kept.

import { ApplicationFailure } from '@temporalio/common';
import type { NewEvent } from '../client/new-event.ts';
import { faultsIn, type ImportedCase, type ImportFault } from '../client/sheets/import-fault.ts';
import { managerFault } from '../domain/accept/manager.ts';
import { tooOldToRecord } from '../domain/accept/provenance.ts';
import type { Refusal } from '../domain/accept/refusal.ts';
import { fileFault } from '../domain/accept/unknown.ts';
import type { Recorded } from '../domain/case/events.ts';
import type { CaseFile, Rule } from '../domain/case/model.ts';
import { EventError, parseCaseFile, parseRecorded } from '../domain/case/read-events.ts';
import { unfitShared } from '../domain/case/shared.ts';
import type { Instant } from '../domain/time/calendar.ts';
import type { InForce } from '../record/in-force.ts';
import { Book } from '../workflows/book.ts';

/** What can be opened, as the client opens it; or everything that is wrong with it. */
export type Judged =
  | { readonly file: CaseFile; readonly events: readonly NewEvent[] }
  | { readonly faults: readonly ImportFault[] };

type Given = Pick<ImportedCase, 'row' | 'sheet' | 'slots' | 'peopleRows'> & {
  readonly opening: NonNullable<ImportedCase['opening']>;
};

/** @param inForce what its authority goes by */
export function judgeOpening(given: Given, inForce: InForce, now: Instant): Judged {
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
  if (file) for (const fault of ofFile(file, inForce)) refuse(fault.message, fault.rule);
  // What cannot be read has no place among the others.
  if (!file || faults.length > 0 || !events.every((one): one is Recorded => one !== undefined)) return { faults };
  const old = tooOld(events, now);
  if (old) refuse(`${old.event.type}: ${old.refusal.message}`);
  const refusal = refusalOf(file, events, inForce, now);
  if (refusal) refuse(refusal.message, refusal.rule);
  return faults.length > 0 ? { faults } : { file, events: given.opening.events as readonly NewEvent[] };
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
function refusalOf(file: CaseFile, events: readonly Recorded[], inForce: InForce, now: Instant) {
  try {
    new Book({ file, ...inForce }, now).check(events, 'outside', now);
    return undefined;
  } catch (error) {
    if (!(error instanceof ApplicationFailure)) throw error;
    const [fault] = (error.details ?? []) as readonly ({ readonly rule: Rule | null } | undefined)[];
    return { message: error.message, rule: fault?.rule ?? null };
  }
}
