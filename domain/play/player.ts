// The in-memory player: walks a case's events and steps through years in milliseconds. The workflow in workflows/case.ts does the
// same with real timers; that both give the same notices is a test.

import { accept } from '../accept/accept.ts';
import { type Arrival, provenanceFault } from '../accept/provenance.ts';
import { Refusal } from '../accept/refusal.ts';
import { fileFault } from '../accept/unknown.ts';
import type { Recorded } from '../case/events.ts';
import { type Case, emptyCase } from '../case/facts.ts';
import { withEvent } from '../case/fold.ts';
import type { CaseFile, Rule, Step } from '../case/model.ts';
import { EventError, parseRecorded } from '../case/read-events.ts';
import { acknowledgements } from '../duties/other-cases.ts';
import { closesAt, duties, type Standing } from '../duties/owed.ts';
import { takeBefore, takeDue } from '../notices/steps.ts';
import { NOTHING_TOLD } from '../notices/told.ts';
import type { Policy } from '../policy/policy.ts';
import { type Calendar, type CalendarData, fromLondon, type Instant, type LocalDateTime } from '../time/calendar.ts';
import { order } from '../time/order.ts';

/** A case to play: who, under which policy, what is recorded when, and until when to look. */
export interface Play {
  readonly file: CaseFile;
  readonly policy: Policy;
  readonly calendar: CalendarData | Calendar;
  readonly events: readonly PlayedEvent[];
  readonly until: Instant;
}

/** One event as a scenario has it: when it is typed in, in London, and the event as it came from outside. */
export interface PlayedEvent {
  readonly id: string;
  readonly at: LocalDateTime;
  readonly event: unknown;
  /** Said by another case that is played with it, not by the scenario. */
  readonly from?: 'nodrift' | undefined;
}

/** A case whose events are read and in order: played again and again, they are read once. */
export interface Prepared extends Omit<Play, 'events'> {
  readonly events: readonly ReadEvent[];
}

interface ReadEvent {
  readonly at: LocalDateTime;
  readonly recordedAt: Instant;
  readonly type: string;
  /** The event, or why it could not be read. */
  readonly read: Recorded | Refusal;
  readonly from: Arrival['from'];
}

export interface Refused {
  readonly at: LocalDateTime;
  readonly type: string;
  readonly rule: Rule | null;
  readonly reason: string;
}

/** What was accepted all the same: gates that warn, and those passed with a reason. */
export interface Remark {
  readonly event: string;
  readonly at: LocalDateTime;
  readonly type: string;
  readonly rule: Rule;
  readonly message: string;
}

export interface Played {
  readonly case: Case;
  /** Every notice, in order of time. */
  readonly steps: readonly Step[];
  readonly refused: readonly Refused[];
  readonly remarks: readonly Remark[];
  readonly closed: boolean;
}

/** Reads the events of a case, in the order of their recording. */
export function prepare(wanted: Play): Prepared {
  const events = wanted.events
    .map(({ id, at, event, from }): ReadEvent => {
      const recordedAt = fromLondon(at);
      const type = String((event as { type?: unknown }).type);
      return { at, recordedAt, type, read: read({ id, recordedAt, event }), from: from ?? 'outside' };
    })
    .sort((a, b) => order(a.at, b.at));
  return { ...wanted, events };
}

function read(recorded: { id: string; recordedAt: Instant; event: unknown }): Recorded | Refusal {
  try {
    return parseRecorded(recorded);
  } catch (error) {
    if (error instanceof EventError) return new Refusal(null, error.message);
    throw error;
  }
}

/** Plays a case. What is recorded at the very moment of a step comes first. A refused event never stops it. */
export const play = (wanted: Play): Played => playPrepared(prepare(wanted));

/** As `play`, of events that are read. */
export function playPrepared({ file, policy, calendar, events, until }: Prepared): Played {
  let c = emptyCase(file, policy, calendar);
  let all = duties(c);
  let told = NOTHING_TOLD;
  const played: Step[] = [];
  const refused: Refused[] = [];
  const remarks: Remark[] = [];
  const walkTo = (moment: Instant, take: typeof takeDue | typeof takeBefore) => {
    const taken = take(c, told, moment, all);
    played.push(...taken.due);
    told = taken.told;
  };
  for (const { at, recordedAt, type, read, from } of events) {
    if (recordedAt > until) break;
    walkTo(recordedAt, takeBefore);
    const answer = take(c, all, recordedAt, read, from);
    if (answer instanceof Refusal) refused.push({ at, type, rule: answer.rule, reason: answer.message });
    else {
      c = answer;
      all = duties(c);
      if (!(read instanceof Refusal))
        for (const { event, rule, message } of c.departures)
          if (event === read.id) remarks.push({ event, at, type, rule, message });
    }
  }
  const closes = closesAt(c, all);
  const closed = closes !== undefined && closes <= until;
  walkTo(closed ? closes : until, takeDue);
  return { case: c, steps: played, refused, remarks, closed };
}

function take(
  c: Case,
  all: readonly Standing[],
  now: Instant,
  read: Recorded | Refusal,
  from: Arrival['from'],
): Case | Refusal {
  // What nobody can read is refused before anybody asks the case, closed or not.
  if (read instanceof Refusal) return read;
  const closes = closesAt(c, all);
  if (closes !== undefined && now >= closes) return new Refusal(null, `the case ${c.file.ref} is closed`);
  const fault =
    (c.events.length === 0 && from === 'outside' ? fileFault(c.file, c.policy) : undefined) ??
    provenanceFault(c, read, { now, from, rehearsal: true });
  if (fault) return fault;
  const answer = accept(c, read);
  return answer instanceof Refusal ? answer : openOthers(answer);
}

/** What this case leads to is opened, and what it reports is told, at once, as the workflow does. */
function openOthers(c: Case): Case {
  return acknowledgements(c).reduce((next, { done }) => withEvent(next, done), c);
}
