// Rehearsal: plays a scenario in memory, or on the running server with a clock that jumps. Both give the same notices.

import { type CalendarData, epochMs, fromEpochMs, fromLondon, type Instant, inLondon } from '../domain/calendar.ts';
import type { Duty, DutyKey, MeetingId, NoticeKind, PersonId, Rule, Step } from '../domain/model.ts';
import type { Delivery, Notice } from '../domain/notice.ts';
import { owedAt } from '../domain/owed.ts';
import { play, type Refused as RefusedEvent } from '../domain/player.ts';
import type { Policy } from '../domain/policy.ts';
import { subject } from '../domain/wording.ts';
import { loadCalendar, loadPolicy } from '../policies/load.ts';
import type { OwedDuty } from '../workflows/api.ts';
import { CaseNotFound, Refused } from './errors.ts';
import type { Nodrift } from './nodrift.ts';
import type { Scenario } from './scenario.ts';
import { CaseClock } from './time-travel.ts';

/** What a rehearsal gives; the contract of `nodrift rehearse --json`. */
export interface Rehearsal {
  readonly notices: readonly RehearsedNotice[];
  readonly refused: readonly {
    readonly at: string;
    readonly type: string;
    readonly rule: Rule | null;
    readonly reason: string;
  }[];
  readonly owed: readonly RehearsedDuty[];
  readonly closed: boolean;
}
export interface RehearsedNotice {
  readonly at: string;
  readonly kind: NoticeKind;
  readonly duty: DutyKey | null;
  readonly meeting: MeetingId | null;
  readonly to: PersonId;
  readonly subject: string;
}
export type RehearsedDuty = Omit<OwedDuty, 'role' | 'late'> & { readonly late: boolean };

export interface RehearseOptions {
  /** The policy of the scenario's authority and the calendar as shipped, unless given. */
  readonly policy?: Policy | undefined;
  readonly calendar?: CalendarData | undefined;
}

/** Plays a scenario in memory: any dates, milliseconds a year. @throws PolicyError when its authority has no policy */
export function rehearse(scenario: Scenario, options: RehearseOptions = {}): Rehearsal {
  const policy = options.policy ?? loadPolicy(scenario.authority);
  const played = play({ ...scenario, policy, calendar: options.calendar ?? loadCalendar() });
  const today = played.case.calendar.londonDate(scenario.until);
  const inWords = (step: Step) => {
    const about = step.about === undefined ? undefined : { role: played.case.people[step.about]?.role ?? '' };
    return { ...step, about };
  };
  return {
    notices: played.steps.map((step) => told(scenario, inWords(step), step.to, policy.meetings)),
    refused: played.refused.map(refusedLine),
    owed: owedAt(played.case, scenario.until)
      .map((duty) => rehearsedDuty(duty, today))
      .sort(byDue),
    closed: played.closed,
  };
}

type Worded = Omit<Step, 'to' | 'about'> & { readonly about?: { readonly role: string } | undefined };

function told(
  scenario: Scenario,
  step: Worded,
  to: PersonId,
  meetings: Readonly<Record<string, { label: string }>>,
): RehearsedNotice {
  const labels = { meetings: Object.fromEntries(Object.entries(meetings).map(([kind, { label }]) => [kind, label])) };
  const { kind, duty, meeting } = step;
  return {
    at: inLondon(step.at),
    kind,
    duty,
    meeting,
    to,
    subject: subject({ ...step, ref: scenario.file.ref }, labels),
  };
}

const refusedLine = ({ at, type, rule, reason }: RefusedEvent) => ({
  at: inLondon(fromLondon(at)),
  type,
  rule,
  reason,
});

const rehearsedDuty = (duty: Duty, today: string): RehearsedDuty => ({
  duty: duty.key,
  meeting: duty.meeting,
  owner: duty.owner,
  due: duty.due,
  bookBy: duty.bookBy,
  target: duty.target,
  late: duty.due !== null && today > duty.due,
  rules: duty.rules,
});

const byDue = (a: RehearsedDuty, b: RehearsedDuty): number => {
  const one = `${a.due ?? '9'} ${a.duty}`;
  const other = `${b.due ?? '9'} ${b.duty}`;
  return one < other ? -1 : one > other ? 1 : 0;
};

/** Events are recorded half a minute of the case's time early, so that what is recorded at the minute of a step still comes before it. */
const EARLY_MS = 30_000;

/**
 * Plays a scenario on the running server: the real workflow, worker and mails, under a reference of its own.
 * @throws Refused when the scenario begins in the past, for the server's clock only jumps forward
 */
export async function rehearseLive(
  nodrift: Nodrift,
  scenario: Scenario,
  options: RehearseOptions = {},
): Promise<Rehearsal & { readonly workflowId: string }> {
  const first = scenario.events[0];
  if (first && fromLondon(first.at) < fromEpochMs(Date.now()))
    throw new Refused(`a live rehearsal plays future dates; this one begins on ${first.at}: leave out --live`, null);
  // Only here: rehearsing in memory must not wait for Temporal's libraries to load.
  const { workflowId } = await import('../workflows/api.ts');
  const run = Date.now().toString(36);
  const file = {
    ...scenario.file,
    ref: `${scenario.file.ref}-rehearsal-${run}`.slice(-64),
    people: scenario.file.people.map(withAddress),
  };
  const key = { kind: file.kind, ref: file.ref };
  const id = workflowId(file.kind, file.ref);
  const clock = new CaseClock(nodrift.client, id);
  const refused: Rehearsal['refused'][number][] = [];
  let opened = false;
  let closed = false;
  for (const { id: eventId, at, event } of [...scenario.events].sort((a, b) =>
    a.at < b.at ? -1 : a.at > b.at ? 1 : 0,
  )) {
    const recordedAt = fromLondon(at);
    if (recordedAt > scenario.until) break;
    const wish = [{ id: eventId, recordedAt, event: event as Record<string, unknown> }];
    try {
      if (opened) {
        await clock.forwardTo(earlier(recordedAt));
        await nodrift.record(key, wish);
      } else await nodrift.open(file, wish, { ...options, rehearsal: true });
      opened = true;
    } catch (error) {
      if (error instanceof Refused)
        refused.push(
          refusedLine({ at, type: String((event as { type: unknown }).type), rule: error.rule, reason: error.message }),
        );
      else if (error instanceof CaseNotFound && opened)
        refused.push(
          refusedLine({
            at,
            type: String((event as { type: unknown }).type),
            rule: null,
            reason: `the case ${scenario.file.ref} is closed`,
          }),
        );
      else throw error;
    }
  }
  if (!opened) return { notices: [], refused, owed: [], closed: false, workflowId: id };
  await clock.forwardTo(later(scenario.until));
  const { status } = await nodrift.client.workflow.getHandle(id).describe();
  closed = status.name === 'COMPLETED';
  const notices = await delivered(nodrift, id);
  const policy = options.policy ?? loadPolicy(scenario.authority);
  const answer = await nodrift.owed(key);
  return {
    notices: notices
      .filter((notice) => notice.at <= scenario.until)
      .map((notice) => told(scenario, notice, notice.to.id, policy.meetings)),
    refused,
    owed: answer.duties.map(({ role, ...duty }) => duty).sort(byDue),
    closed,
    workflowId: id,
  };
}

const earlier = (moment: Instant): Instant => fromEpochMs(epochMs(moment) - EARLY_MS);
const later = (moment: Instant): Instant => fromEpochMs(epochMs(moment) + EARLY_MS);

/** Scenarios may leave addresses out; a rehearsal's mail goes nowhere but the embedded inbox. */
const withAddress = (person: Scenario['file']['people'][number]) => ({
  ...person,
  email: person.email ?? `${person.id}@rehearsal.example`,
});

/** What the workflow handed to `deliver`, from its own history: every run of the case. */
async function delivered(nodrift: Nodrift, id: string): Promise<readonly Notice[]> {
  const converter = nodrift.client.options.loadedDataConverter;
  const notices: Notice[] = [];
  let runId: string | undefined = (await nodrift.client.workflow.getHandle(id).describe()).runId;
  while (runId) {
    const { events } = await nodrift.client.workflow.getHandle(id, runId).fetchHistory();
    const run: Notice[] = [];
    for (const event of events ?? []) {
      const scheduled = event.activityTaskScheduledEventAttributes;
      const payload = scheduled?.activityType?.name === 'deliver' ? scheduled.input?.payloads?.[0] : undefined;
      if (payload) run.push(...converter.payloadConverter.fromPayload<Delivery>(payload).notices);
    }
    notices.unshift(...run);
    runId = events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId || undefined;
  }
  return notices;
}
