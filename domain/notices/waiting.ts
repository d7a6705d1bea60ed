// What becomes of the notices to somebody who asked to wait with what they owe: until the day they named they are not reminded of it or
// chased. Nobody else's wait, and no escalation does: it says until when they asked to wait, and is the end of it.

import { type Case, calendarAt } from '../case/facts.ts';
import type { Duty, PersonId, Step } from '../case/model.ts';
import { type PutOff, putOffs } from '../case/put-off.ts';
import { addDays, type Instant, type LocalDate } from '../time/calendar.ts';

/** From when until when one person is not asked. */
interface Wait {
  readonly person: PersonId;
  readonly from: Instant;
  readonly until: Instant;
  /** The day they named. */
  readonly day: LocalDate;
}

const NOBODY: readonly Wait[] = [];

/** Who waits with a duty: nobody, nearly always. @param escalations when its ladder tells somebody above its owner, in order of time */
export function waitsWith(c: Case, duty: Duty, escalations: () => readonly Instant[]): readonly Wait[] {
  const all = putOffs(c, duty);
  if (all.length === 0) return NOBODY;
  return all.map((one) => {
    const morning = askedAgainAt(c, one);
    const escalation = escalations().find((at) => at > one.known);
    const until = escalation !== undefined && escalation < morning ? escalation : morning;
    return { person: one.person, from: one.known, until, day: one.until };
  });
}

/** The morning of the day they named, or of the working day after it, as the calendar was when they did: nothing said moves. */
export function askedAgainAt(c: Case, { until, known }: PutOff): Instant {
  const calendar = calendarAt(c, known);
  return calendar.morning(calendar.openDays(addDays(until, -1), 1));
}

/** A step of a duty that somebody waits with: none for them until then; an escalation says until when they asked to wait. */
export function heeding(c: Case, waits: readonly Wait[], step: Step): readonly Step[] {
  if (waits.length === 0) return [step];
  const asks = step.kind === 'reminder' || step.kind === 'chase';
  if (asks && waits.some((one) => one.person === step.to && one.from < step.at && step.at < one.until)) return [];
  if (step.kind !== 'escalation') return [step];
  const today = c.calendar.londonDate(step.at);
  const waiting = waits.findLast(({ from, day }) => from < step.at && today < day);
  return waiting ? [{ ...step, waits: waiting.day }] : [step];
}
