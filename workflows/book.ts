// One case as its workflow holds it: the facts, how far people have been told, what the record knows. Synchronous, and pure of Temporal
// save for the failures that refuse an update. Handlers change it; only the loop in case.ts waits.

import { ApplicationFailure } from '@temporalio/workflow';
import { accept } from '../domain/accept/accept.ts';
import { stillAsked } from '../domain/accept/checklists.ts';
import { recordedTogether } from '../domain/accept/corrections.ts';
import { provenanceFault } from '../domain/accept/provenance.ts';
import { NODRIFT, Refusal } from '../domain/accept/refusal.ts';
import type { Recorded } from '../domain/case/events.ts';
import { type Case, emptyCase, ownDate } from '../domain/case/facts.ts';
import { beginning, fold } from '../domain/case/fold.ts';
import type { CaseFile, MeetingId, Step } from '../domain/case/model.ts';
import { isKnownRefused } from '../domain/case/people.ts';
import { putsRight } from '../domain/case/put-right.ts';
import { EventError, parseRecorded } from '../domain/case/read-events.ts';
import { sameContent } from '../domain/case/same-content.ts';
import { sharedCalendar, sharedPolicy } from '../domain/case/shared.ts';
import { completedEvent, NotOnRoll, namedIn, type Roll, sameFile, sameNamed } from '../domain/case/staff.ts';
import type { Paper } from '../domain/documents/paper.ts';
import { isCounted } from '../domain/duties/counted.ts';
import { withoutIdlePolicies } from '../domain/duties/idle-policies.ts';
import { movedLimits } from '../domain/duties/moved-limits.ts';
import { acknowledgements, fileOf } from '../domain/duties/other-cases.ts';
import { closesAt, duties, planEnd, type Standing } from '../domain/duties/owed.ts';
import { isMorning, planningTime, replanned } from '../domain/notices/ahead.ts';
import type {
  CaseAlert,
  CaseIdentity,
  Delivery,
  DutyRow,
  EventRow,
  Notice,
  Outcome,
  RecordEntry,
} from '../domain/notices/notice.ts';
import { quietUntil } from '../domain/notices/quiet-hours.ts';
import { nextStep, takeDue } from '../domain/notices/steps.ts';
import { toNotices } from '../domain/notices/to-notice.ts';
import { type Ahead, NOTHING_TOLD, type Told, type ToldAndAhead } from '../domain/notices/told.ts';
import { waitsForRound } from '../domain/notices/waits-for-round.ts';
import { policyName } from '../domain/policy/policy.ts';
import { unfitForRealCases } from '../domain/policy/unfit.ts';
import { epochMs, fromEpochMs, type Instant } from '../domain/time/calendar.ts';
import { historyAnswer, owedAnswer, paperAnswer, peopleAnswer, type Shown, shown } from './answers.ts';
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
  REFUSED,
  type RecordAnswer,
  refusedId,
  type WouldRefuse,
  workflowId,
} from './api.ts';
import { carriedEvents, isFromBefore, toldBefore } from './carried.ts';
import { SizeOfState } from './size.ts';
import { stepSummary } from './story.ts';

/** Who sends an event: anybody, by `record`, or Nodrift itself, by `note`. */
export type Origin = 'outside' | 'nodrift';

/** One activation hands over so many notices at most; what is more goes with the next. */
const MOST_NOTICES = 200;
/** An event that comes later than this after it was recorded counts as learned when it came: what had passed by then is not made up for. */
const LATE_MS = 3_600_000;

/** What the validator made of an update, for its handler that runs next. */
interface Tried {
  readonly on: Case;
  readonly events: unknown;
  readonly next: Case;
}

/** What goes to `deliver`. */
export type Handover = Required<Pick<Delivery, 'notices' | 'withdrawn'>>;
const NOTHING: Handover = { notices: [], withdrawn: [] };

interface Upcoming {
  readonly at: Instant;
  readonly summary: string;
}

export class Book {
  readonly #file: CaseFile;
  readonly #id: string;
  readonly #rehearsal: boolean;
  #case: Case;
  /** How far people have been told. */
  #told: Told;
  /** What is planned for a morning to come, and of what it was worked out. */
  #ahead: Ahead | undefined;
  #aheadOf: { readonly of: Case; readonly told: Told } | undefined;
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
  /** Worked out from the case and how far it was told, and good as long as these do not change. */
  #worked: { readonly of: Case; readonly duties: readonly Standing[] } | undefined;
  #next: { readonly of: Case; readonly told: Told; readonly step: Step | undefined } | undefined;

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
    this.#told = before ? toldBefore(this.#case, before, now) : told;
    this.#ahead = ahead;
    this.#aheadOf = ahead && { of: this.#case, told: this.#told };
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
    this.#tried = { on: this.#case, events, next };
    if (next !== this.#case) this.#tryOut(next, now);
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
    if (this.#rehearsal || !Array.isArray(events)) return [];
    return events.flatMap((data) => {
      const recorded = tellsOfStaff(data);
      const staff = recorded && namedIn(recorded)?.staff;
      return staff === undefined || this.#case.events.some(({ id }) => id === recorded?.id) ? [] : [staff];
    });
  }

  /**
   * Takes up events, all or none.
   * @param roll what the staff directory says of those whom `staffToAsk` named
   * @throws ApplicationFailure `Refused`
   */
  record(given: unknown, from: Origin, now: Instant, roll?: Roll): RecordAnswer {
    this.#pass(now);
    const { events, own } = this.#completed(given, now, roll);
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

  /**
   * With everybody completed whom the directory knows, and as it was taken then what is sent again.
   * @returns `own`: ids of what makes managers known that come with them
   */
  #completed(events: unknown, now: Instant, roll: Roll | undefined): { events: unknown; own: ReadonlySet<string> } {
    const own = new Set<string>();
    if (!Array.isArray(events)) return { events, own };
    let people = this.#case.people;
    const each = events.map((data: unknown): readonly unknown[] => {
      const recorded = tellsOfStaff(data, now);
      const person = recorded && namedIn(recorded);
      if (!recorded || !person) return [data];
      const before = this.#case.events.find(({ id }) => id === recorded.id);
      const taken = before && namedIn(before);
      if (taken)
        return [sameNamed(person, taken) ? { ...recorded, event: { ...recorded.event, person: taken } } : data];
      if (!roll) return [data];
      const idOf = () => {
        const id = `directory/manager/${this.#case.events.length}-${own.size}`;
        own.add(id);
        return id;
      };
      const all = completed(() => completedEvent(recorded, people, roll, idOf));
      for (const { event } of all)
        if ('person' in event && typeof event.person === 'object')
          people = { ...people, [event.person.id]: event.person };
      return all;
    });
    // What came as it is goes on as it is: the validator has tried that very list.
    return each.every((list, i) => list.length === 1 && list[0] === events[i])
      ? { events, own }
      : { events: each.flat(), own };
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
    const warnings = next.departures.filter((one) => ids.has(one.event));
    return {
      recorded: [...ids].filter((id) => !own.has(id)),
      warnings: warnings.map(({ event, rule, message }) => ({ event, rule, message })),
      asks: next.events
        .filter((one) => ids.has(one.id))
        .flatMap((one) => stillAsked(next, one).map(({ item, rules, ask }) => ({ event: one.id, item, rules, ask }))),
    };
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
      if (fault) throw refusal(fault);
      const unfit = rehearsal ? undefined : unfitChange(next, recorded);
      if (unfit) throw refused(unfit);
      const answer = accept(next, this.#learned(recorded, now), recordedTogether(this.#case, all, i));
      if (answer instanceof Refusal) throw refusal(answer);
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
    const { until } = this.#toldBy(now);
    const known = late && now > until ? now : until;
    return known > recorded.recordedAt ? { ...recorded, known } : recorded;
  }

  /** All that the loop does with a case: what throws here would wedge it. */
  #tryOut(next: Case, now: Instant): void {
    const all = this.#duties(next);
    const told = this.#toldBy(now);
    const until = this.#morningToPlan(now, this.#nextStep(next, told)) ?? now;
    const taken = takeDue(next, told, until > now ? until : now, all, MOST_NOTICES);
    toNotices(next, taken.due, all, taken.told);
    this.#rows(next);
  }

  /**
   * The first answer again, to whoever opens the case with the same.
   * @param opening read already
   * @throws ApplicationFailure `CaseExists` where the case was opened with something else
   */
  openedWith({ file, events }: Opening): RecordAnswer {
    const other = (what: string) =>
      ApplicationFailure.nonRetryable(
        `${this.#id} is open already, with other ${what}: a new plan needs a new reference; what happened in this case is recorded in it`,
        CASE_EXISTS,
      );
    // One that another case opened goes by its event alone: people may have changed there since.
    const byAnotherCase = this.#opening.startsWith('from/');
    if (!byAnotherCase && !sameFile(file, this.#file)) throw other('people or another authority');
    const known = new Map(this.#case.events.map((one) => [one.id, one]));
    for (const one of events) {
      const before = known.get(one.id);
      const [person, taken] = [namedIn(one), before && namedIn(before)];
      const same = person && before ? { ...one.event, person: taken } : one.event;
      if (!sameContent(before?.event, same) || (person && !sameNamed(person, taken)))
        throw other('events, or under other ids');
    }
    return this.#take(this.#case, events);
  }

  /**
   * What is to be handed over now: what is due, and in the night what will be at 08:00, as far as it is not handed over yet.
   * @returns `withdrawn`: what was planned, and by what has been recorded since will not be due
   */
  handOver(now: Instant): Handover {
    // What was recorded before 08:00, while the record did not answer.
    const overdue = this.#ahead && now >= this.#ahead.until ? this.#planAhead(this.#ahead.until) : NOTHING;
    this.#pass(now);
    const due = this.takeDue(now);
    const until = due.length < MOST_NOTICES ? this.#morningToPlan(now) : undefined;
    const ahead = until === undefined ? NOTHING : this.#planAhead(until);
    return {
      notices: [...overdue.notices, ...due, ...ahead.notices],
      withdrawn: [...overdue.withdrawn, ...ahead.withdrawn],
    };
  }

  /** What is due by now; from here on it counts as told. */
  takeDue(now: Instant): readonly Notice[] {
    const next = this.#nextStep(this.#case, this.#told);
    if (!next || next.at > now) return [];
    const all = this.#duties();
    const { due, told } = takeDue(this.#case, this.#told, now, all, MOST_NOTICES);
    if (due.length === MOST_NOTICES) this.alert({ what: 'many-notices', detail: `${MOST_NOTICES} at once` });
    this.#told = told;
    if (this.#ahead) {
      const taken = new Set(due.map(({ key }) => key));
      this.#ahead = { ...this.#ahead, notices: this.#ahead.notices.filter(({ key }) => !taken.has(key)) };
    }
    return this.#toNotices(due, all, told);
  }

  /** A rehearsal's notices go alone: it is no real morning. */
  #toNotices(due: readonly Step[], all: readonly Standing[], told: Told): readonly Notice[] {
    const notices = toNotices(this.#case, due, all, told);
    return this.#rehearsal ? notices : notices.map((notice) => timed(this.#case, notice));
  }

  /** The morning to plan for: that which was planned for, or the next step's from the case's own hour of the night on. */
  #morningToPlan(now: Instant, next = this.#nextStep()): Instant | undefined {
    if (this.#ahead) return this.#ahead.until;
    return next && this.#isAhead(next) && planningTime(this.#id, next.at) <= now ? next.at : undefined;
  }

  /** A rehearsal takes each step at its own moment: in memory and live it is the same. */
  #isAhead = ({ at }: Step): boolean => !this.#rehearsal && isMorning(this.#case.calendar, at);

  /**
   * Plans what will be due at a morning, counted from what people have been told by now. What is more than is handed over at once, and what a
   * case that is closed by then would say, is not planned: the first is taken when it is due.
   */
  #planAhead(until: Instant): Handover {
    const [of, told] = [this.#case, this.#told];
    if (this.#ahead && this.#aheadOf?.of === of && this.#aheadOf.told === told) return NOTHING;
    const all = this.#duties();
    const closes = closesAt(of, all);
    const taken = takeDue(of, told, until, all, MOST_NOTICES);
    const isPlanned = taken.due.length < MOST_NOTICES && (closes === undefined || closes > until);
    const wanted = isPlanned ? this.#toNotices(taken.due, all, taken.told) : [];
    const { planned, fresh, withdrawn } = replanned(this.#ahead?.notices ?? [], wanted);
    this.#ahead = { until, told: isPlanned ? taken.told : told, notices: planned };
    this.#aheadOf = { of, told };
    return { notices: fresh, withdrawn };
  }

  /** The morning is there: what was planned for it is told. Where something was recorded since it was planned, that comes first (`handOver`). */
  #pass(now: Instant): void {
    if (this.#ahead) {
      if (now < this.#ahead.until) return;
      if (this.#aheadOf?.of !== this.#case || this.#aheadOf.told !== this.#told) return;
      this.#told = this.#ahead.told;
      this.#ahead = undefined;
      this.#aheadOf = undefined;
    }
    this.#told = this.#left(this.#told, now);
  }

  /** How far people have been told by a moment. */
  #toldBy(now: Instant): Told {
    const told = this.#ahead && now >= this.#ahead.until ? this.#ahead.told : this.#told;
    return this.#left(told, now);
  }

  /** Once a moment is over, nothing more is told in it: what is recorded later may change what would have been said then. */
  #left(told: Told, now: Instant): Told {
    if (now <= told.until || told.keys.length === 0) return told;
    const next = this.#nextStep(this.#case, told);
    if (next && next.at <= told.until) return told;
    const left = { ...told, until: fromEpochMs(epochMs(told.until) + 1_000), keys: [] };
    this.#next = { of: this.#case, told: left, step: next };
    return left;
  }

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
    this.#pass(now);
    const answer = accept(this.#case, this.#learned(recorded, now));
    if (answer instanceof Refusal) return false;
    this.#size.add(recorded);
    this.#changed ||= answer !== this.#case;
    this.#case = answer;
    return true;
  }

  /** Cases this one leads to that are not known to be open, each with what it is started with; and what it has to report. */
  asksOfOthers(): readonly AskOfOther[] {
    const c = this.#case;
    return acknowledgements(c).map(({ other, done }) => {
      const { how, kind, ref, event } = other;
      if (how === 'reports') return { done, reports: { kind, ref, event } };
      // A real case goes by what is in force when it begins; a rehearsal by what is rehearsed.
      const rehearsal = this.#rehearsal;
      const played = rehearsal ? { policy: c.policy, calendar: c.calendar.data } : {};
      const input = { file: fileOf(c, other), ...played, rehearsal, first: [event] };
      return { done, opens: { id: workflowId(kind, ref), input } };
    });
  }

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
    const next = this.#nextStep();
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
      told: this.#toldAndAhead(),
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
  #rows(c: Case): readonly DutyRow[] {
    const settled = (of: Case) => (duty: Standing) => {
      const { key, edition, arises, due, done, lapsed } = duty;
      return `${key}|${edition}|${arises}|${due}|${done?.on ?? (lapsed ? '-' : '')}|${isCounted(of, duty)}`;
    };
    const before = this.#revision === 0 ? [] : duties(this.#kept).filter((duty) => !isOpen(duty));
    const known = new Set(before.map(settled(this.#kept)));
    const isNew = settled(c);
    const now = this.#duties(c);
    return [
      ...now.filter((duty) => isOpen(duty) || !known.has(isNew(duty))).map((duty) => dutyRow(c, duty)),
      ...(c.stands && arrivedSince(this.#kept, c).some(putsRight) ? withdrawnRows(c, before, now) : []),
    ];
  }

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
    const step = this.#nextStep();
    const closes = closesAt(this.#case, this.#duties());
    if (closes !== undefined && (!step || closes <= step.at)) return { at: closes, summary: 'close the case' };
    return step ? { at: step.at, summary: stepSummary(step) } : undefined;
  }

  /** When the case is to wake for it: for what is due at 08:00, in the night before. */
  get alarm(): Upcoming | undefined {
    const { next } = this;
    const step = this.#nextStep();
    if (!next || !step || !this.#isAhead(step) || this.#ahead?.until === step.at) return next;
    const at = planningTime(this.#id, step.at);
    return at < next.at ? { at, summary: stepSummary(step) } : next;
  }

  /** Before a wait: what is easily worked out again is not kept. */
  rest(): void {
    this.#case.memory.forget();
    this.#worked = undefined;
    this.#next = undefined;
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

  /** The next step that is neither taken nor planned. */
  #nextStep(c = this.#case, told = this.#ahead?.told ?? this.#told): Step | undefined {
    if (this.#next?.of !== c || this.#next.told !== told)
      this.#next = { of: c, told, step: nextStep(c, told, this.#duties(c)) };
    return this.#next.step;
  }

  #toldAndAhead = (): ToldAndAhead => ({ ...this.#told, ...(this.#ahead && { ahead: this.#ahead }) });

  carried(): Carried {
    return {
      version: CARRIED_VERSION,
      opening: this.#opening,
      events: withoutIdlePolicies(this.#case),
      told: this.#toldAndAhead(),
      revision: this.#revision,
      kept: this.#kept.events.length,
    };
  }
}

/** With what it waits for, if for anything: the morning round, or the end of the night. */
function timed(c: Case, notice: Notice): Notice {
  if (waitsForRound(c, notice)) return { ...notice, round: true };
  const notBefore = quietUntil(c, notice);
  return notBefore === undefined ? notice : { ...notice, notBefore };
}

/** Why no real case may go by a policy or calendar that is to be in force from now on. */
function unfitChange(c: Case, { event }: Recorded): string | undefined {
  if (event.type === 'policy-changed') return unfitForRealCases(event.policy, c.calendar.data);
  if (event.type === 'calendar-changed') return unfitForRealCases(c.policy, event.calendar);
  return undefined;
}

/** An event as it came from outside; where it does not say when it was recorded, that was now. */
function read(data: unknown, now: Instant): Recorded {
  try {
    return parseRecorded(typeof data === 'object' ? { recordedAt: now, ...data } : data);
  } catch (error) {
    if (error instanceof EventError) throw refused(error.message);
    throw error;
  }
}

/** An event that tells about somebody by their directory id. What cannot be read is refused when it is taken up. */
function tellsOfStaff(data: unknown, now = '2000-01-01T00:00:00Z'): Recorded | undefined {
  const { event } = (data ?? {}) as { event?: { person?: { staff?: unknown } | null } | null };
  if (typeof event?.person?.staff !== 'string') return undefined;
  try {
    return parseRecorded({ recordedAt: now, ...(data as object) });
  } catch (error) {
    if (error instanceof EventError) return undefined;
    throw error;
  }
}

function completed<T>(complete: () => T): T {
  try {
    return complete();
  } catch (error) {
    if (error instanceof NotOnRoll) throw refused(error.message);
    throw error;
  }
}

const refused = (message: string): ApplicationFailure => refusal(new Refusal(null, message));

/** Only this failure type is a refusal; a plain `Error` in a handler would wedge the workflow. */
export const refusal = ({ rule, message, taken }: Refusal): ApplicationFailure =>
  ApplicationFailure.nonRetryable(message, REFUSED, { rule, message, ...(taken !== undefined && { taken }) });

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'Unknown');

/** Events the record does not have, in the order of their arrival. */
const arrivedSince = (kept: Case, c: Case): readonly Recorded[] =>
  kept === c
    ? []
    : c.events
        .filter(({ arrival = 0 }) => arrival > kept.events.length)
        .sort((a, b) => (a.arrival ?? 0) - (b.arrival ?? 0));

const eventRow = (c: Case, one: Recorded): EventRow => ({
  id: one.id,
  type: one.event.type,
  on: ownDate(c, one),
  by: one.event.by,
  recordedAt: one.recordedAt,
  arrival: one.arrival,
  known: one.known,
  event: { ...one.event },
});

const isOpen = ({ done, lapsed }: Standing): boolean => !done && !lapsed;

/** What was done or lapsed, and as it turns out was never owed (L1): the indicators leave it out. */
function withdrawnRows(c: Case, before: readonly Standing[], now: readonly Standing[]): readonly DutyRow[] {
  const owed = new Set(now.map(({ key }) => key));
  return before.filter(({ key }) => !owed.has(key)).map((duty) => ({ ...dutyRow(c, duty), withdrawn: true }));
}

function dutyRow(c: Case, duty: Standing): DutyRow {
  const { key, meeting, owner, arises, due, bookBy, target, done, lapsed, rules } = duty;
  return {
    key,
    meeting,
    owner,
    arises,
    due,
    bookBy,
    target,
    done: done?.on ?? null,
    lapsed,
    ...(isCounted(c, duty) ? {} : { uncounted: true }),
    rules,
  };
}
