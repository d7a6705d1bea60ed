// Rehearsal in memory: what a scenario's cases tell whom, when. rehearse-live.ts plays the same on the running server.

import { isDeepStrictEqual } from 'node:util';
import type { Duty, DutyKey, MeetingId, NoticeKind, PersonId, Rule, Step } from '../domain/case/model.ts';
import { own } from '../domain/case/own.ts';
import { type OtherCase, otherCases } from '../domain/duties/other-cases.ts';
import { owedAt } from '../domain/duties/owed.ts';
import { consentWithdrawn } from '../domain/lifecycles/child-in-need.ts';
import { inBrief, subject } from '../domain/notices/words.ts';
import { type Played, type PlayedEvent, play, type Refused as RefusedEvent } from '../domain/play/player.ts';
import type { Policy } from '../domain/policy/policy.ts';
import { type CalendarData, fromLondon, inLondon, type LocalDateTime } from '../domain/time/calendar.ts';
import { order } from '../domain/time/order.ts';
import { loadCalendar, loadPolicy } from '../policies/load.ts';
import type { OwedDuty } from '../workflows/api-types.ts';
import type { Scenario } from './scenario.ts';

/** What a rehearsal gives; the contract of `nodrift rehearse --json`. */
export interface Rehearsal {
  readonly notices: readonly RehearsedNotice[];
  readonly refused: readonly {
    readonly at: string;
    readonly type: string;
    readonly rule: Rule | null;
    readonly reason: string;
    /** Which case, where a scenario has several; so for notices and duties. */
    readonly case?: string | undefined;
  }[];
  readonly owed: readonly RehearsedDuty[];
  readonly closed: boolean;
  /** What was accepted all the same, for the diary: gates that warn, and those passed with a reason. */
  readonly remarks: readonly {
    readonly event: string;
    readonly at: string;
    readonly type: string;
    readonly rule: Rule;
    readonly message: string;
    readonly case?: string | undefined;
  }[];
}
export interface RehearsedNotice {
  readonly at: string;
  readonly kind: NoticeKind;
  readonly duty: DutyKey | null;
  readonly meeting: MeetingId | null;
  readonly to: PersonId;
  readonly subject: string;
  /** The step of the duty's ladder, or what else it is: `5-before`, `weekly`, `invitation`. */
  readonly rung: string;
  /** What else of the same meeting this one notice asks (L15). */
  readonly also?: readonly { readonly duty: DutyKey | null; readonly subject: string }[] | undefined;
  readonly case?: string | undefined;
}
export type RehearsedDuty = Omit<OwedDuty, 'role' | 'late' | 'askedOf'> & {
  readonly late: boolean;
  /** R70: the clocks go on, marked so, until a decision is recorded. */
  readonly consentWithdrawn?: boolean | undefined;
  readonly case?: string | undefined;
};

export interface RehearseOptions {
  /** The policy of the scenario's authority and the calendar, both as shipped, unless given. */
  readonly policy?: Policy | undefined;
  readonly calendar?: CalendarData | undefined;
}

/** Plays a scenario in memory: any dates, milliseconds a year. @throws PolicyError when its authority has no policy */
export function rehearse(scenario: Scenario, options: RehearseOptions = {}): Rehearsal {
  const policy = options.policy ?? loadPolicy(scenario.authority);
  const calendar = options.calendar ?? loadCalendar();
  const cases = [scenario, ...scenario.also];
  const parts = playTogether(cases, { policy, calendar });
  return together(
    parts.map((played, i) => ofOne(cases[i] ?? scenario, played, policy)),
    scenario,
  );
}

/**
 * Plays cases that open each other and report to each other: again until what they say to each other stays the same. It ends: what is said
 * speaks only of what came before it, so every round settles one message more.
 */
function playTogether(cases: readonly Scenario[], by: Required<RehearseOptions>): readonly Played[] {
  let said: readonly OtherCase[] = [];
  for (;;) {
    const played = cases.map((one) => {
      const heard = (how: OtherCase['how']) =>
        said.filter((other) => other.how === how && other.ref === one.file.ref).map(typedIn);
      return play({ ...one, ...by, events: [...heard('opens'), ...one.events, ...heard('reports')] });
    });
    const now = played.flatMap((one) => otherCases(one.case));
    if (isDeepStrictEqual(now, said)) return played;
    said = now;
  }
}

const typedIn = ({ event: { id, recordedAt, event } }: OtherCase): PlayedEvent => ({
  id,
  at: inLondon(recordedAt).slice(0, 16) as LocalDateTime,
  event,
  from: 'nodrift',
});

function ofOne(scenario: Scenario, played: Played, policy: Policy): Rehearsal {
  const today = played.case.calendar.londonDate(scenario.until);
  const inWords = (step: Step) => {
    const about = step.about === undefined ? undefined : { role: own(played.case.people, step.about)?.role ?? '' };
    return { ...step, about };
  };
  return {
    notices: played.steps.map((step) => told(scenario, inWords(step), step.to, policy.meetings)),
    refused: played.refused.map(refusedLine),
    owed: owedAt(played.case, scenario.until)
      .map((duty) => rehearsedDuty(duty, today, consentWithdrawn(played.case)))
      .sort(byDue),
    closed: played.closed,
    remarks: played.remarks.map((remark) => ({ ...remark, at: inLondon(fromLondon(remark.at)) })),
  };
}

/** Several cases as one diary, each line with its case; one case as it is. */
export function together(parts: readonly Rehearsal[], { file, also }: Scenario): Rehearsal {
  const [only] = parts;
  if (only && also.length === 0) return only;
  const refs = [file, ...also.map((one) => one.file)].map(({ ref }) => ref);
  const marked = <T extends object>(pick: (one: Rehearsal) => readonly T[]) =>
    parts.flatMap((one, i) => pick(one).map((line) => ({ ...line, case: refs[i] })));
  const byTime = (a: { at: string }, b: { at: string }) => Date.parse(a.at) - Date.parse(b.at);
  return {
    notices: marked((one) => one.notices).sort(byTime),
    refused: marked((one) => one.refused).sort(byTime),
    remarks: marked((one) => one.remarks).sort(byTime),
    owed: marked((one) => one.owed),
    closed: parts.every((one) => one.closed),
  };
}

type Worded = Omit<Step, 'to' | 'about' | 'whose'> & { readonly about?: { readonly role: string } | undefined };

export function told(
  scenario: Scenario,
  step: Worded,
  to: PersonId,
  meetings: Readonly<Record<string, { label: string }>>,
): RehearsedNotice {
  const labels = { meetings: Object.fromEntries(Object.entries(meetings).map(([kind, { label }]) => [kind, label])) };
  const { kind, duty, meeting } = step;
  const also = step.also?.map((one) => ({
    duty: one.duty,
    subject: inBrief({ ...one, ref: scenario.file.ref, at: step.at }, labels),
  }));
  return {
    at: inLondon(step.at),
    kind,
    duty,
    meeting,
    to,
    subject: subject({ ...step, ref: scenario.file.ref }, labels),
    rung: step.rung,
    ...(also && { also }),
  };
}

export const refusedLine = ({ at, type, rule, reason }: RefusedEvent) => ({
  at: inLondon(fromLondon(at)),
  type,
  rule,
  reason,
});

export const rehearsedDuty = (duty: Duty, today: string, withdrawn: boolean): RehearsedDuty => ({
  duty: duty.key,
  meeting: duty.meeting,
  owner: duty.owner,
  due: duty.due,
  bookBy: duty.bookBy,
  target: duty.target,
  late: duty.due !== null && today > duty.due,
  rules: duty.rules,
  ...(withdrawn && { consentWithdrawn: true }),
});

export const byDue = (a: RehearsedDuty, b: RehearsedDuty): number =>
  order(`${a.due ?? '9'} ${a.duty}`, `${b.due ?? '9'} ${b.duty}`);
