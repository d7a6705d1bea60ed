// One case as its workflow holds it: the facts, which steps were taken, what the record knows. Synchronous and pure of Temporal,
// save for the failure that refuses an update. Handlers change it; only the loop in case.ts waits.

import { ApplicationFailure } from '@temporalio/workflow';
import { acceptAll } from '../domain/accept/accept.ts';
import { asks, checklist } from '../domain/accept/checklists.ts';
import { NODRIFT, Refusal } from '../domain/accept/refusal.ts';
import type { Recorded } from '../domain/case/events.ts';
import { type Case, emptyCase, ownDate } from '../domain/case/facts.ts';
import { fold } from '../domain/case/fold.ts';
import type { Duty, MeetingId, PersonId, Step } from '../domain/case/model.ts';
import { coverAt, hasLeft, isKnownRefused, managerAt, personAt, socialWorkerAt } from '../domain/case/people.ts';
import { EventError, parseRecorded } from '../domain/case/read-events.ts';
import { sharedCalendar, sharedPolicy } from '../domain/case/shared.ts';
import { movedLimits } from '../domain/duties/moved-limits.ts';
import { acknowledgements, fileOf } from '../domain/duties/other-cases.ts';
import { closesAt, duties, isLate, owedAt, planEnd, type Standing } from '../domain/duties/owed.ts';
import { consentWithdrawn } from '../domain/lifecycles/child-in-need.ts';
import type { CaseIdentity, DutyRow, Notice, Outcome, Owes, RecordEntry } from '../domain/notices/notice.ts';
import { nextStep, steps } from '../domain/notices/steps.ts';
import { type Policy, policyName } from '../domain/policy/policy.ts';
import type { Calendar, Instant } from '../domain/time/calendar.ts';
import {
  type AskOfOther,
  type BegunCase,
  type Carried,
  type HistoryAnswer,
  type OwedAnswer,
  type OwedDuty,
  REFUSED,
  type RecordAnswer,
  refusedId,
  workflowId,
} from './api.ts';
import { stepSummary } from './story.ts';

export class Book {
  readonly #input: BegunCase;
  #case: Case;
  readonly #taken: Set<string>;
  readonly #settled: Set<string>;
  #revision: number;
  /** The first event that was accepted. Kept by itself: one recorded later may come before it in the order of dates. */
  #opening: string;
  /** How many of the case's events, in order of arrival, the record has. */
  #kept = new Set<string>();
  #changed = false;
  /** What the validator made of an update, for its handler that runs next. */
  #tried: { readonly on: Case; readonly events: unknown; readonly next: Case } | undefined;
  /** Worked out from the case and the steps taken, and good as long as these do not change. */
  #worked: { readonly of: Case; readonly duties: readonly Standing[] } | undefined;
  #next: { readonly of: Case; readonly taken: number; readonly step: Step | undefined } | undefined;

  constructor(input: BegunCase) {
    this.#input = input;
    const carried = input.carried;
    this.#case = fold(
      emptyCase(input.file, sharedPolicy(input.policy), sharedCalendar(input.calendar)),
      carried?.events ?? [],
    );
    this.#taken = new Set(carried?.taken);
    this.#settled = new Set(carried?.settled);
    this.#revision = carried?.revision ?? 0;
    this.#opening = carried?.opening ?? carried?.events[0]?.id ?? '';
    this.#kept = new Set(carried?.events.map((one) => one.id));
    if (!carried && input.first) this.record(input.first);
  }

  /** What the case began with, shared with others of the same. */
  get began(): { readonly policy: Policy; readonly calendar: Calendar } {
    const { versions, policy, calendar } = this.#case;
    return versions[0] ?? { policy, calendar };
  }

  /** Whether an event was ever accepted. */
  get opened(): boolean {
    return this.#case.events.length > 0;
  }

  /** Whether something was recorded that the world has not been told yet. */
  get changed(): boolean {
    return this.#changed;
  }

  /** Refuses what cannot be recorded, and whatever would wedge the loop. Runs before anything is written to history. */
  check(events: unknown): void {
    const next = this.#tryOn(events);
    this.#tried = { on: this.#case, events, next };
    if (next !== this.#case) this.#nextStep(next);
  }

  record(events: unknown): RecordAnswer {
    const next = this.#tryOn(events);
    if (next !== this.#case) {
      this.#case = next;
      this.#changed = true;
      if (this.#opening === '') this.#opening = (events as Recorded[])[0]?.id ?? '';
    }
    const ids = new Set((events as Recorded[]).map((one) => one.id));
    const warnings = next.departures.filter((one) => ids.has(one.event));
    return {
      recorded: [...ids],
      warnings: warnings.map(({ event, rule, message }) => ({ event, rule, message })),
      asks: next.events
        .filter((one) => ids.has(one.id))
        .flatMap(({ id, event }) => asks(next, event).map(({ item, rules, ask }) => ({ event: id, item, rules, ask }))),
    };
  }

  #tryOn(events: unknown): Case {
    const tried = this.#tried;
    this.#tried = undefined;
    if (tried?.on === this.#case && tried.events === events) return tried.next;
    const list = Array.isArray(events) ? events : [];
    if (list.length === 0) throw refused(new Refusal(null, 'record takes a list of one or more events'));
    const answer = acceptAll(this.#case, list.map(read));
    if (answer instanceof Refusal) throw refused(answer);
    return answer;
  }

  /** What is due by now; from here on it counts as taken. */
  takeDue(now: Instant): readonly Notice[] {
    const next = this.#nextStep();
    if (!next || next.at > now) return [];
    const due = steps(this.#case, this.#taken, now, this.#duties());
    for (const step of due) this.#taken.add(step.key);
    return due.map((step) => this.#notice(step, due));
  }

  #notice(one: Step, due: readonly Step[]): Notice {
    const { to, about, ...step } = one;
    const owes = owedBy(this.#case, one, this.#duties(), due);
    const person = this.#case.people[to];
    const subject = about === undefined ? undefined : this.#case.people[about];
    return {
      ...step,
      to: person ?? { id: to, name: to, role: '' },
      ...(subject ? { about: { id: subject.id, role: subject.role } } : {}),
      ...(owes ? { owes } : {}),
      ...(step.duty !== null && consentWithdrawn(this.#case) ? { consentWithdrawn: true } : {}),
      ...(asksChecklist(step) && preparesMeeting(this.#case, step, to)
        ? { asks: checklist(this.#case, step.meeting).map((one) => one.ask) }
        : {}),
    };
  }

  /** An address that is dead is a fact of the case; the social worker and the manager are told. */
  takeOutcomes(outcomes: readonly Outcome[], now: Instant): void {
    for (const { key, to, outcome, code } of outcomes) {
      const id = refusedId(to, key);
      if (outcome !== 'refused' || isKnownRefused(this.#case, to)) continue;
      const event = { type: 'address-refused', by: NODRIFT, person: to, code: code ?? 'refused' } as const;
      const answer = acceptAll(this.#case, [{ id, recordedAt: now, event }]);
      if (answer instanceof Refusal) continue; // a person the case no longer knows: nobody to tell about
      this.#case = answer;
      this.#changed = true;
    }
  }

  /** Cases this one leads to that are not known to be open, each with what it is started with; and what it has to report. */
  asksOfOthers(): readonly AskOfOther[] {
    const c = this.#case;
    return acknowledgements(c).map(({ way, done }) => {
      const { how, kind, ref, event } = way;
      if (how === 'reports') return { done, reports: { kind, ref, event } };
      const input = {
        file: fileOf(c, way),
        policy: c.policy,
        calendar: c.calendar.data,
        rehearsal: this.#input.rehearsal,
        first: [event],
      };
      return { done, opens: { id: workflowId(kind, ref), input } };
    });
  }

  /** What the record must know now. Afterwards it knows it. */
  entry(now: Instant): RecordEntry {
    const c = this.#case;
    const newEvents = c.events.filter((one) => !this.#kept.has(one.id));
    const rows = this.#duties().filter((duty) => !this.#settled.has(settledKey(duty)));
    for (const duty of rows) if (duty.done || duty.lapsed) this.#settled.add(settledKey(duty));
    for (const { id } of newEvents) this.#kept.add(id);
    this.#changed = false;
    this.#revision++;
    const next = this.#nextStep();
    return {
      case: this.identity,
      events: c.events.length,
      revision: this.#revision,
      newEvents: newEvents.map((one) => ({
        id: one.id,
        type: one.event.type,
        on: ownDate(c, one),
        by: one.event.by,
        recordedAt: one.recordedAt,
        event: { ...one.event },
      })),
      duties: rows.map(dutyRow),
      ...movedBy(c, newEvents),
      nextStep: next ? { at: next.at, summary: stepSummary(next) } : null,
      status: this.isClosed(now) ? 'closed' : planEnd(c) ? 'ended' : 'open',
      policy: policyName(c.policy),
    };
  }

  get identity(): CaseIdentity {
    const { file, rehearsal = false } = this.#input;
    return {
      id: workflowId(file.kind, file.ref),
      ref: file.ref,
      kind: file.kind,
      authority: file.authority,
      team: this.#case.team,
      family: file.family ?? null,
      opening: this.#opening,
      rehearsal,
    };
  }

  /** The earliest thing to do, in words; at the latest closing the case. */
  get next(): { readonly at: Instant; readonly summary: string } | undefined {
    const step = this.#nextStep();
    const closes = closesAt(this.#case, this.#duties());
    if (closes !== undefined && (!step || closes <= step.at)) return { at: closes, summary: 'close the case' };
    return step ? { at: step.at, summary: stepSummary(step) } : undefined;
  }

  /** Before a long wait: what is easily worked out again is not kept. */
  rest(): void {
    this.#case.memory.forget();
    this.#worked = undefined;
  }

  isClosed(now: Instant): boolean {
    const closes = closesAt(this.#case, this.#duties());
    return closes !== undefined && closes <= now;
  }

  /** For the search attributes: the nearest limit that has not passed, and what is late. */
  limits(now: Instant): {
    readonly next: Date | null;
    readonly late: string[];
    readonly policy: string;
    readonly team: string | null;
  } {
    const c = this.#case;
    const today = c.calendar.londonDate(now);
    const open = owedAt(c, now, this.#duties());
    const ahead = open.flatMap(({ due }) => (due !== null && due >= today ? [due] : [])).sort();
    const late = open.filter((duty) => isLate(duty, today)).map((duty) => duty.key);
    return {
      next: ahead[0] === undefined ? null : new Date(`${ahead[0]}T00:00:00Z`),
      late: late.sort().slice(0, 20),
      policy: policyName(c.policy),
      team: c.team,
    };
  }

  owed(now: Instant): OwedAnswer {
    const c = this.#case;
    const today = c.calendar.londonDate(now);
    const open = owedAt(c, now, this.#duties());
    return {
      ref: c.file.ref,
      kind: c.file.kind,
      duties: open.map((duty) => owedDuty(c, duty, today)).sort((a, b) => ((a.due ?? '9') < (b.due ?? '9') ? -1 : 1)),
      next: this.next ?? null,
      ended: planEnd(c)?.on ?? null,
      consentWithdrawn: consentWithdrawn(c),
    };
  }

  history(): HistoryAnswer {
    const c = this.#case;
    const done = this.#duties().flatMap(({ key, due, done }) =>
      done ? [{ duty: key, due, on: done.on, late: due !== null && done.on > due }] : [],
    );
    const scaling = Object.values(c.meetings)
      .flatMap(({ id, held }) =>
        held?.scaling === undefined ? [] : [{ meeting: id, on: held.on, score: held.scaling }],
      )
      .sort((a, b) => (a.on < b.on ? -1 : 1));
    return { events: c.events, departures: c.departures, scaling, done, moved: movedLimits(c) };
  }

  /** The duties of the case, or of one it may become, worked out once: the loop asks for them several times a round. */
  #duties(c = this.#case): readonly Standing[] {
    if (this.#worked?.of !== c) this.#worked = { of: c, duties: duties(c) };
    return this.#worked.duties;
  }

  #nextStep(c = this.#case): Step | undefined {
    const taken = this.#taken.size;
    if (this.#next?.of !== c || this.#next.taken !== taken)
      this.#next = { of: c, taken, step: nextStep(c, this.#taken, this.#duties(c)) };
    return this.#next.step;
  }

  carried(): Carried {
    return {
      opening: this.#opening,
      events: this.#case.events,
      taken: [...this.#taken],
      settled: [...this.#settled],
      revision: this.#revision,
    };
  }
}

/**
 * Who owes what a step speaks of, by role. A meeting is the social worker's to book, again if it is cancelled; being there is nobody's in
 * particular. What somebody owed who has left is the social worker's.
 * @param due what is told at the same time, for whom else an escalation goes to
 */
function owedBy(c: Case, step: Step, all: readonly Standing[], due: readonly Step[]): Owes | undefined {
  const { at, duty: key, kind, to } = step;
  const duty = all.findLast((one) => one.key === key);
  if (kind === 'information' || (!duty && kind !== 'cancellation')) return undefined;
  const worker = socialWorkerAt(c, at);
  const named = !duty || duty.ownerIs ? worker : duty.owner;
  const owner = hasLeft(c, named, at) && named !== managerAt(c, at) ? worker : named;
  const owes = { role: personAt(c, owner, at)?.role ?? '', you: to === owner || to === coverAt(c, owner, at) };
  if (kind !== 'escalation') return owes;
  const others = due.filter((one) => one.duty === key && one.rung === step.rung && one.to !== to && one.to !== owner);
  return { ...owes, told: [...new Set(others.map((one) => personAt(c, one.to, at)?.role ?? ''))] };
}

/** The checklist is for whoever prepares or chairs the meeting. */
const preparesMeeting = (c: Case, { at, booking }: Pick<Step, 'at' | 'booking'>, to: PersonId): boolean =>
  to === socialWorkerAt(c, at) || to === booking?.chair;

/** The last reminder of a meeting carries its checklist. */
const asksChecklist = (step: Omit<Step, 'to' | 'about'>): step is Omit<Step, 'to' | 'about'> & { meeting: MeetingId } =>
  step.meeting !== null && step.rung === '1-before' && (step.duty?.startsWith('attend/') ?? false);

/** Nearly every entry has none: it then carries nothing of the kind. */
function movedBy(c: Case, events: readonly Recorded[]): Pick<RecordEntry, 'moved'> {
  const moved = movedLimits(c, new Set(events.map((one) => one.id)));
  return moved.length > 0 ? { moved } : {};
}

const read = (data: unknown): Recorded => {
  try {
    return parseRecorded(data);
  } catch (error) {
    if (error instanceof EventError) throw refused(new Refusal(null, error.message));
    throw error;
  }
};

/** Only this failure type is a refusal; a plain `Error` in a handler would wedge the workflow. */
const refused = ({ rule, message }: Refusal): ApplicationFailure =>
  ApplicationFailure.nonRetryable(message, REFUSED, { rule, message });

/** A lost booking can open a duty again, so what settled it is part of the key. */
const settledKey = ({ key, edition, done, lapsed }: Standing): string =>
  `${key}|${edition}|${done?.on ?? (lapsed ? 'lapsed' : '')}`;

const dutyRow = ({ key, meeting, owner, arises, due, bookBy, target, done, lapsed, rules }: Standing): DutyRow => ({
  key,
  meeting,
  owner,
  arises,
  due,
  bookBy,
  target,
  done: done?.on ?? null,
  lapsed,
  rules,
});

export const owedDuty = (c: Case, duty: Duty, today: Parameters<typeof isLate>[1]): OwedDuty => ({
  duty: duty.key,
  meeting: duty.meeting,
  owner: duty.owner,
  role: c.people[duty.owner]?.role ?? '',
  due: duty.due,
  bookBy: duty.bookBy,
  target: duty.target,
  late: isLate(duty, today),
  rules: duty.rules,
});
