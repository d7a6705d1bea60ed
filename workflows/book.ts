// One case as its workflow holds it: the facts, how far people have been told, what the record knows. Synchronous, and pure of Temporal
// save for the failures that refuse an update. Handlers change it; only the loop in case.ts waits.

import { ApplicationFailure } from '@temporalio/workflow';
import { accept } from '../domain/accept/accept.ts';
import { recordedTogether } from '../domain/accept/corrections.ts';
import { provenanceFault } from '../domain/accept/provenance.ts';
import { NODRIFT, Refusal } from '../domain/accept/refusal.ts';
import type { Recorded } from '../domain/case/events.ts';
import { type Case, emptyCase } from '../domain/case/facts.ts';
import { beginning, fold } from '../domain/case/fold.ts';
import type { CaseFile, MeetingId } from '../domain/case/model.ts';
import { isKnownRefused } from '../domain/case/people.ts';
import { sharedCalendar, sharedPolicy } from '../domain/case/shared.ts';
import type { Roll } from '../domain/case/staff.ts';
import type { Paper } from '../domain/documents/paper.ts';
import { withoutIdlePolicies } from '../domain/duties/idle-policies.ts';
import { movedLimits } from '../domain/duties/moved-limits.ts';
import { closesAt, duties, planEnd, type Standing } from '../domain/duties/owed.ts';
import type { CaseAlert, CaseIdentity, DutyRow, Notice, Outcome, RecordEntry } from '../domain/notices/notice.ts';
import { NOTHING_TOLD, type ToldAndAhead } from '../domain/notices/told.ts';
import { policyName } from '../domain/policy/policy.ts';
import { unfitForRealCases } from '../domain/policy/unfit.ts';
import { epochMs, type Instant } from '../domain/time/calendar.ts';
import { historyAnswer, owedAnswer, paperAnswer, peopleAnswer, recordAnswer, type Shown, shown } from './answers.ts';
import {
  type AskOfOther,
  type BegunCase,
  CARRIED_VERSION,
  CASE_EXISTS,
  type Carried,
  type HistoryAnswer,
  type KnownPerson,
  type Opening,
  type OwedAnswer,
  type RecordAnswer,
  refusedId,
  type WouldRefuse,
  workflowId,
} from './api.ts';
import { asksOfOthers } from './asks-of-others.ts';
import { carriedEvents, isFromBefore, toldBefore } from './carried.ts';
import { completedBy, staffToAsk } from './from-directory.ts';
import { otherOpening } from './opened-again.ts';
import { nameOf, read, refusal, refused } from './received.ts';
import { arrivedSince, dutyRows, eventRow } from './record-rows.ts';
import { SizeOfState } from './size.ts';
import { stepSummary } from './story.ts';
import { type Handover, MOST_NOTICES, Telling } from './telling.ts';

/** Who sends an event: anybody, by `record`, or Nodrift itself, by `note`. */
export type Origin = 'outside' | 'nodrift';

/** An event that comes later than this after it was recorded counts as learned when it came: what had passed by then is not made up for. */
const LATE_MS = 3_600_000;

/** What the validator made of an update, for its handler that runs next. */
interface Tried {
  readonly on: Case;
  readonly events: unknown;
  readonly next: Case;
}

interface Upcoming {
  readonly at: Instant;
  readonly summary: string;
}

export class Book {
  readonly #file: CaseFile;
  readonly #id: string;
  readonly #rehearsal: boolean;
  #case: Case;
  readonly #telling: Telling;
  #revision: number;
  /** The first event that was accepted. Kept by itself: one recorded later may come before it in the order of dates. */
  #opening: string;
  /** The case as the record knows it. */
  #kept: Case;
  /** What the case was opened with is still to be handed to the record. */
  #handsOver: boolean;
  #changed = false;
  #alerts: CaseAlert[] = [];
  readonly #size: SizeOfState;
  #tried: Tried | undefined;
  /** Worked out from the case, and good as long as it does not change. */
  #worked: { readonly of: Case; readonly duties: readonly Standing[] } | undefined;

  /** @param now the case's clock @throws Error when the carried state is of a release that this one does not understand */
  constructor(input: BegunCase, now: Instant) {
    const { carried } = input;
    this.#file = input.file;
    this.#id = workflowId(input.file.kind, input.file.ref);
    this.#rehearsal = input.rehearsal ?? false;
    const start = emptyCase(input.file, sharedPolicy(input.policy), sharedCalendar(input.calendar));
    const events = carried ? carriedEvents(carried) : [];
    this.#case = fold(start, events);
    const before = carried && isFromBefore(carried) ? carried : undefined;
    const since = carried && !isFromBefore(carried) ? carried : undefined;
    const { ahead, ...told } = since?.told ?? (NOTHING_TOLD as ToldAndAhead);
    const whose = {
      id: this.#id,
      rehearsal: this.#rehearsal,
      duties: (c: Case) => this.#duties(c),
      tooMany: () => this.alert({ what: 'many-notices', detail: `${MOST_NOTICES} at once` }),
    };
    this.#telling = new Telling(whose, this.#case, before ? toldBefore(this.#case, before, now) : told, ahead);
    this.#revision = carried?.revision ?? 0;
    this.#opening = carried?.opening ?? events[0]?.id ?? '';
    const kept = since?.kept ?? events.length;
    this.#kept =
      kept === events.length
        ? this.#case
        : fold(
            start,
            events.filter(({ arrival = 0 }) => arrival <= kept),
          );
    // A release before 0.2 did not hand it over: a case that goes on with this one does.
    this.#handsOver = since === undefined || kept === 0;
    this.#changed = before !== undefined || kept < events.length;
    this.#size = new SizeOfState([input.file, input.policy, input.calendar, ...events]);
  }

  /** What the case began with: policy and calendar are shared with others that have the same. */
  get began(): Pick<BegunCase, 'file' | 'policy' | 'calendar'> {
    const { policy, calendar } = beginning(this.#case);
    return { file: this.#file, policy, calendar: calendar.data };
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
  check(events: unknown, from: Origin, now: Instant): void {
    // Judged by its handler, once the directory has said who they are.
    if (this.staffToAsk(events).length > 0) return;
    const next = this.#tryOn(events, from, now);
    if (next !== this.#case) this.#tryOut(next, now);
    this.#tried = { on: this.#case, events, next };
  }

  /** Why events from outside would be refused now; null where they would not be. Nothing is taken up. */
  refusalOf(events: unknown, now: Instant): WouldRefuse | null {
    try {
      const next = this.#tryOn(events, 'outside', now);
      if (next !== this.#case) this.#tryOut(next, now);
      return null;
    } catch (error) {
      if (!(error instanceof ApplicationFailure)) throw error;
      const [fault] = (error.details ?? []) as readonly (WouldRefuse | undefined)[];
      return { rule: fault?.rule ?? null, message: error.message };
    }
  }

  /** Whom of the staff directory these events tell about that the case does not know by them already. A rehearsal has no directory. */
  staffToAsk(events: unknown): readonly string[] {
    return this.#rehearsal ? [] : staffToAsk(this.#case, events);
  }

  /**
   * Takes up events, all or none.
   * @param roll what the staff directory says of those whom `staffToAsk` named
   * @throws ApplicationFailure `Refused`
   */
  record(given: unknown, from: Origin, now: Instant, roll?: Roll): RecordAnswer {
    this.#telling.pass(this.#case, now);
    const { events, own } = completedBy(this.#case, given, now, roll);
    const tried = this.#tried;
    this.#tried = undefined;
    if (tried?.on === this.#case && tried.events === events) return this.#take(tried.next, events, own);
    // It came before the case could judge it: no validator has tried it.
    const next = this.#tryOn(events, from, now, own);
    try {
      if (next !== this.#case) this.#tryOut(next, now);
    } catch (error) {
      throw ApplicationFailure.nonRetryable('the case cannot go on with this event: a fault of Nodrift', nameOf(error));
    }
    return this.#take(next, events, own);
  }

  #take(next: Case, events: unknown, own: ReadonlySet<string> = new Set()): RecordAnswer {
    const ids = new Set((events as readonly Recorded[]).map(({ id }) => id));
    if (next !== this.#case) {
      for (const one of next.events) if (ids.has(one.id)) this.#size.add(one);
      this.#case = next;
      this.#changed = true;
      if (this.#opening === '') this.#opening = (events as readonly Recorded[])[0]?.id ?? '';
      if (this.#size.isLarge) this.alert({ what: 'state-large', detail: `${Math.round(this.#size.bytes / 1000)} kB` });
    }
    return recordAnswer(next, ids, own);
  }

  /** The case with the events, none of them taken up yet. @throws ApplicationFailure `Refused` */
  #tryOn(events: unknown, from: Origin, now: Instant, own?: ReadonlySet<string>): Case {
    const list = Array.isArray(events) ? events : [];
    if (list.length === 0) throw refused('record takes a list of one or more events');
    const rehearsal = this.#rehearsal;
    let next = this.#case;
    const all = list.map((data) => read(data, now));
    for (const [i, recorded] of all.entries()) {
      const fault = provenanceFault(next, recorded, { now, from: own?.has(recorded.id) ? 'nodrift' : from, rehearsal });
      if (fault) throw refusal(fault, recorded.id);
      const unfit = rehearsal ? undefined : unfitChange(next, recorded);
      if (unfit) throw refused(unfit, recorded.id);
      const answer = accept(next, this.#learned(recorded, now), recordedTogether(this.#case, all, i));
      if (answer instanceof Refusal) throw refusal(answer, recorded.id);
      next = answer;
    }
    const more = next.events.slice(this.#case.events.length);
    const fault = more.length > 0 ? this.#size.refuses(list as readonly Recorded[]) : undefined;
    if (fault) throw refused(fault);
    return next;
  }

  /** With when the case learns of the event, where that is later than it was recorded: nothing is told in the past. */
  #learned(recorded: Recorded, now: Instant): Recorded {
    const late = epochMs(now) - epochMs(recorded.recordedAt) > LATE_MS;
    const { until } = this.#telling.toldBy(this.#case, now);
    const known = late && now > until ? now : until;
    return known > recorded.recordedAt ? { ...recorded, known } : recorded;
  }

  /** All that the loop does with a case: what throws here would wedge it. */
  #tryOut(next: Case, now: Instant): void {
    this.#telling.tryOut(next, this.#case, now);
    this.#rows(next);
  }

  /**
   * The first answer again, to whoever opens the case with the same.
   * @param opening read already
   * @throws ApplicationFailure `CaseExists` where the case was opened with something else
   */
  openedWith({ file, events }: Opening): RecordAnswer {
    const other = otherOpening(this.#case, this.#file, { file, events }, this.#opening.startsWith('from/'));
    if (other)
      throw ApplicationFailure.nonRetryable(
        `${this.#id} is open already, with other ${other}: a new plan needs a new reference; what happened in this case is recorded in it`,
        CASE_EXISTS,
      );
    return this.#take(this.#case, events);
  }

  /** What is to be handed over now. */
  handOver = (now: Instant): Handover => this.#telling.handOver(this.#case, now);
  /** What is due by now; from here on it counts as told. */
  takeDue = (now: Instant): readonly Notice[] => this.#telling.takeDue(this.#case, now);

  /** An address that is dead is a fact of the case; the social worker and the manager are told. */
  takeOutcomes(outcomes: readonly Outcome[], now: Instant): void {
    for (const { key, to, outcome, code } of outcomes) {
      if (outcome !== 'refused' || isKnownRefused(this.#case, to)) continue;
      const event = { type: 'address-refused', by: NODRIFT, person: to, code: code ?? 'refused' } as const;
      this.#noteOwn({ id: refusedId(to, key), recordedAt: now, event }, now);
    }
  }

  /** Another case has what this one asked of it. An answer that cannot be taken is told to the operator and fails nothing. */
  acknowledge(done: Recorded, now: Instant): void {
    if (!this.#noteOwn(done, now)) this.alert({ what: 'not-acknowledged', detail: done.id });
  }

  /** Takes up what the case found out itself. @returns false where it cannot be: of somebody the case no longer knows, say */
  #noteOwn(recorded: Recorded, now: Instant): boolean {
    this.#telling.pass(this.#case, now);
    const answer = accept(this.#case, this.#learned(recorded, now));
    if (answer instanceof Refusal) return false;
    this.#size.add(recorded);
    this.#changed ||= answer !== this.#case;
    this.#case = answer;
    return true;
  }

  /** Cases this one leads to that are not known to be open, each with what it is started with; and what it has to report. */
  asksOfOthers = (): readonly AskOfOther[] => asksOfOthers(this.#case, this.#rehearsal);

  /** Something an operator must hear of: handed to the record with the next entry. */
  alert(alert: CaseAlert): void {
    this.#alerts.push(alert);
    this.#changed = true;
  }

  /** What the record must know now. Afterwards it knows it. */
  entry(now: Instant): RecordEntry {
    const c = this.#case;
    const newEvents = arrivedSince(this.#kept, c);
    const rows = this.#rows(c);
    const next = this.#telling.nextStep(c);
    const moved = movedLimits(c, new Set(newEvents.map(({ id }) => id)));
    const entry: RecordEntry = {
      case: this.identity,
      events: c.events.length,
      revision: this.#revision + 1,
      newEvents: newEvents.map((one) => eventRow(c, one)),
      duties: rows,
      ...(moved.length > 0 ? { moved } : {}),
      nextStep: next ? { at: next.at, summary: stepSummary(next) } : null,
      status: this.isClosed(now) ? 'closed' : planEnd(c) ? 'ended' : 'open',
      policy: policyName(c.policy),
      told: this.#telling.state,
      ...(this.#handsOver ? { opened: this.began } : {}),
      ...(this.#alerts.length > 0 ? { alerts: this.#alerts } : {}),
    };
    this.#kept = c;
    this.#revision++;
    this.#handsOver = false;
    this.#alerts = [];
    this.#changed = false;
    return entry;
  }

  /** The duties that are open, and what became of the others since the record last heard. */
  #rows = (c: Case): readonly DutyRow[] =>
    dutyRows(c, this.#duties(c), this.#revision === 0 ? undefined : this.#kept, arrivedSince(this.#kept, c));

  get identity(): CaseIdentity {
    const [file, rehearsal] = [this.#file, this.#rehearsal];
    return {
      id: this.#id,
      ref: file.ref,
      kind: file.kind,
      authority: file.authority,
      team: this.#case.team,
      family: file.family ?? null,
      opening: this.#opening,
      rehearsal,
    };
  }

  /** The earliest thing that is not done yet, in words; at the latest closing the case. */
  get next(): Upcoming | undefined {
    const step = this.#telling.nextStep(this.#case);
    const closes = closesAt(this.#case, this.#duties());
    if (closes !== undefined && (!step || closes <= step.at)) return { at: closes, summary: 'close the case' };
    return step ? { at: step.at, summary: stepSummary(step) } : undefined;
  }

  /** When the case is to wake for it: for what is due at 08:00, in the night before. */
  get alarm(): Upcoming | undefined {
    const { next } = this;
    const step = this.#telling.nextStep(this.#case);
    if (!next || !step) return next;
    const at = this.#telling.planningTime(this.#case, step);
    return at < next.at ? { at, summary: stepSummary(step) } : next;
  }

  /** Before a wait: what is easily worked out again is not kept. */
  rest(): void {
    this.#case.memory.forget();
    this.#worked = undefined;
    this.#telling.rest();
  }

  isClosed(now: Instant): boolean {
    const closes = closesAt(this.#case, this.#duties());
    return closes !== undefined && closes <= now;
  }

  /** What lists show of the case. */
  shown = (now: Instant): Shown => shown(this.#case, now, this.#duties());
  owed = (now: Instant): OwedAnswer => owedAnswer(this.#case, now, this.#duties(), this.next ?? null);
  people = (now: Instant): readonly KnownPerson[] => peopleAnswer(this.#case, now);
  paper = (name: string, meeting: MeetingId, now: Instant): Paper | { readonly fault: string } =>
    paperAnswer(this.#case, name, meeting, now, this.#duties());
  history = (): HistoryAnswer => historyAnswer(this.#case, this.#duties());

  /** The duties of the case, or of one it may become, worked out once: the loop asks for them several times a round. */
  #duties(c = this.#case): readonly Standing[] {
    if (this.#worked?.of !== c) this.#worked = { of: c, duties: duties(c) };
    return this.#worked.duties;
  }

  carried(): Carried {
    return {
      version: CARRIED_VERSION,
      opening: this.#opening,
      events: withoutIdlePolicies(this.#case),
      told: this.#telling.state,
      revision: this.#revision,
      kept: this.#kept.events.length,
    };
  }
}

/** Why no real case may go by a policy or calendar that is to be in force from now on. */
function unfitChange(c: Case, { event }: Recorded): string | undefined {
  if (event.type === 'policy-changed') return unfitForRealCases(event.policy, c.calendar.data);
  if (event.type === 'calendar-changed') return unfitForRealCases(c.policy, event.calendar);
  return undefined;
}
