// `accept`: the case with one more event, or a refusal that cites its rule. Contradictions and gates are refused; lateness never is.

import { type Case, emptyCase, fold, heldMeetings, ownDate, standing, withEvent } from './case.ts';
import type { CaseEvent, EventType, Recorded } from './events.ts';
import { findings } from './gates.ts';
import { meetingId, meetingName } from './meeting-id.ts';
import type { CaseKind, MeetingId, MeetingKind, PersonId, Rule } from './model.ts';
import { isFamily } from './people.ts';

/** Why an event does not stand. `message` begins with the rule where one is broken: `R63: a core group …`. */
export class Refusal {
  readonly rule: Rule | null;
  readonly message: string;
  constructor(rule: Rule | null, message: string) {
    this.rule = rule;
    this.message = rule === null ? message : `${rule}: ${message}`;
  }
}

/** How a case of each kind begins. */
const OPENINGS: Readonly<Record<CaseKind, readonly EventType[]>> = {
  'child-protection': ['strategy-discussion-held'],
  'child-in-need': [],
  'looked-after': [],
};

const KINDS: Readonly<Record<CaseKind, readonly MeetingKind[]>> = {
  'child-protection': ['initial-conference', 'core-group', 'review-conference'],
  'child-in-need': ['cin-meeting', 'cin-review'],
  'looked-after': ['lac-review', 'core-group'],
};

/** Recorded by the product itself, not by a person of the case. */
export const NODRIFT: PersonId = 'nodrift';

/**
 * Takes up one event.
 * @returns the case with the event, or the refusal. A known id with the same content gives the same case again.
 */
export function accept(c: Case, recorded: Recorded): Case | Refusal {
  const before = c.events.find((one) => one.id === recorded.id);
  if (before)
    return sameContent(before.event, recorded.event) ? c : refuse(`the id "${recorded.id}" was used for another event`);
  const contradiction = contradicts(c, recorded);
  if (contradiction) return contradiction;
  const gate = findings(c, recorded).find(
    ({ level }) => level === 'refuse' || (level === 'reason' && recorded.event.reason === undefined),
  );
  if (gate) return new Refusal(gate.rule, gate.level === 'reason' ? `${gate.message}, or give a reason` : gate.message);
  return withEvent(c, recorded);
}

/** Several events, all or none; each sees the ones before it. */
export function acceptAll(c: Case, events: readonly Recorded[]): Case | Refusal {
  let next = c;
  for (const recorded of events) {
    const answer = accept(next, recorded);
    if (answer instanceof Refusal) return answer;
    next = answer;
  }
  return next;
}

/** The case its stored events make; used to restore, never to decide. */
export function restore(...args: Parameters<typeof emptyCase>): (events: readonly Recorded[]) => Case {
  const start = emptyCase(...args);
  return (events) => fold(start, events);
}

const refuse = (message: string, rule: Rule | null = null): Refusal => new Refusal(rule, message);

function sameContent(a: unknown, b: unknown): boolean {
  return stable(a) === stable(b);
}

/** JSON with keys in order and nothing undefined: the same content is the same text. */
function stable(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(stable).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, v]) => v !== undefined);
  return `{${entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([k, v]) => `${JSON.stringify(k)}:${stable(v)}`)
    .join()}}`;
}

/** What cannot be: unknown people, dates before the case or after today, meetings that cannot be, things that happened twice. */
function contradicts(c: Case, recorded: Recorded): Refusal | undefined {
  const { event } = recorded;
  return (
    opening(c, event) ??
    stranger(c, event) ??
    impossibleDate(c, recorded) ??
    impossibleMeeting(c, event) ??
    twice(c, recorded)
  );
}

function opening(c: Case, event: CaseEvent): Refusal | undefined {
  const openings = OPENINGS[c.file.kind];
  if (c.events.length > 0 || openings.includes(event.type)) return undefined;
  return refuse(`a ${c.file.kind} case begins with ${openings.join(' or ')}, not with ${event.type}`);
}

/** Everybody an event names is a person of the case. */
function stranger(c: Case, event: CaseEvent): Refusal | undefined {
  const unknown = [...peopleIn(event)].find(([, id]) => !(id in c.people) && id !== NODRIFT);
  if (!unknown) return undefined;
  const [field, id] = unknown;
  return refuse(`${event.type}: ${field}: "${id}" is not a person of this case; record person-joined first`);
}

function* peopleIn(event: CaseEvent): Iterable<readonly [field: string, id: PersonId]> {
  yield ['by', event.by];
  const all = (field: string, ids: readonly PersonId[] | undefined) => (ids ?? []).map((id) => [field, id] as const);
  if ('chair' in event && event.chair !== undefined) yield ['chair', event.chair];
  switch (event.type) {
    case 'conference-held':
      yield* all('members', event.members);
      if (event.firstCoreGroup?.chair !== undefined) yield ['firstCoreGroup.chair', event.firstCoreGroup.chair];
      break;
    case 'meeting-held':
      yield ['minuteTaker', event.minuteTaker];
      yield* all('present', event.present);
      yield* all('consulted', event.consulted);
      if (event.next?.chair !== undefined) yield ['next.chair', event.next.chair];
      break;
    case 'minutes-distributed':
    case 'family-told':
      yield* all(
        'to',
        event.to.map(({ person }) => person),
      );
      break;
    case 'apologies-received':
      yield ['person', event.person];
      if (event.writtenReport?.agreedBy !== undefined) yield ['writtenReport.agreedBy', event.writtenReport.agreedBy];
      break;
    case 'action-agreed':
      if (event.owner !== undefined) yield ['owner', event.owner];
      break;
    case 'person-joined':
      if (typeof event.person === 'string') yield ['person', event.person];
      else if (event.person.manager !== undefined) yield ['person.manager', event.person.manager];
      break;
    case 'cover-arranged':
      yield ['cover', event.cover];
      yield ['person', event.person];
      break;
    case 'person-left':
    case 'address-refused':
      yield ['person', event.person];
      break;
    case 'case-reallocated':
      yield ['to', event.to];
      break;
    default:
  }
}

function impossibleDate(c: Case, recorded: Recorded): Refusal | undefined {
  const { event } = recorded;
  const on = ownDate(c, recorded);
  const today = c.calendar.londonDate(recorded.recordedAt);
  if (on > today) return refuse(`${event.type}: on: ${on} had not come when this was recorded, ${today}`);
  if (c.began !== undefined && on < c.began)
    return refuse(`${event.type}: on: ${on} is before the case began, ${c.began}`);
  if (event.type === 'cover-arranged' && event.until < event.from)
    return refuse(`cover-arranged: until: ${event.until} is before from, ${event.from}`);
  if (event.type === 'minutes-received') {
    const held = c.meetings[event.meeting]?.held;
    if (held && event.on < held.on)
      return refuse(`minutes-received: on: ${event.on} is before the meeting, ${held.on}`);
  }
  return undefined;
}

function impossibleMeeting(c: Case, event: CaseEvent): Refusal | undefined {
  if (!('meeting' in event)) return undefined;
  const { kind, number } = meetingName(event.meeting);
  if (!KINDS[c.file.kind].includes(kind))
    return refuse(
      `${event.type}: meeting: a ${c.file.kind} case has no ${kind}; it has ${KINDS[c.file.kind].join(', ')}`,
    );
  if (kind === 'initial-conference')
    return event.type === 'meeting-held' ? refuse('record the initial conference with conference-held') : undefined;
  const last = heldMeetings(c, kind).at(-1)?.number ?? 0;
  const furthest = event.type === 'meeting-held' ? last + 1 : Math.max(last, furthestBooked(c, kind)) + 1;
  if (number <= furthest) return undefined;
  return refuse(
    `${event.type}: meeting: there cannot be a ${event.meeting} yet: the next is ${meetingId(kind, last + 1)}`,
  );
}

const furthestBooked = (c: Case, kind: MeetingKind): number =>
  Object.values(c.meetings)
    .filter((m) => m.kind === kind && m.bookings.length > 0)
    .reduce((most, m) => Math.max(most, m.number), 0);

function twice(c: Case, recorded: Recorded): Refusal | undefined {
  const { event } = recorded;
  switch (event.type) {
    case 'strategy-discussion-held':
      return c.strategyDiscussion
        ? refuse(`the strategy discussion of ${c.strategyDiscussion.on} is recorded already`)
        : undefined;
    case 'conference-held':
      return c.conference ? refuse(`the initial conference of ${c.conference.on} is recorded already`) : undefined;
    case 'meeting-held':
      return heldTwice(c, event.meeting) ?? attendance(event.chair, event.minuteTaker, event.present);
    case 'meeting-booked':
    case 'meeting-moved':
    case 'meeting-not-held':
      return event.meeting === 'initial-conference' && c.conference
        ? refuse(`initial-conference was held on ${c.conference.on}`)
        : heldTwice(c, event.meeting);
    case 'meeting-cancelled': {
      const meeting = c.meetings[event.meeting];
      return meeting && standing(meeting) ? undefined : refuse(`meeting-cancelled: ${event.meeting} is not booked`);
    }
    case 'minutes-received': {
      const minutes = c.meetings[event.meeting]?.minutes;
      return minutes
        ? refuse(`the minutes of ${event.meeting} were received on ${minutes.on}; there is one agreed set`, 'R65')
        : undefined;
    }
    case 'action-done':
      return c.actions[event.id]?.done ? refuse(`action-done: "${event.id}" was done already`) : undefined;
    case 'plan-ended':
      return planEndedTwice(c, event.next);
    case 'case-reallocated':
      return c.people[event.to]?.role === 'social-worker'
        ? undefined
        : refuse(`case-reallocated: to: "${event.to}" is not a social worker`);
    case 'cover-arranged':
      return event.person === event.cover || isFamily(c, c.people[event.cover])
        ? refuse(`cover-arranged: cover: "${event.cover}" cannot stand in for "${event.person}"`)
        : undefined;
    default:
      return undefined;
  }
}

function heldTwice(c: Case, id: MeetingId): Refusal | undefined {
  const held = c.meetings[id]?.held;
  return held ? refuse(`${id} was recorded as held on ${held.on}`) : undefined;
}

/** Chair and minute-taker are among those present (rules, Settled readings). */
function attendance(chair: PersonId, minuteTaker: PersonId, present: readonly PersonId[]): Refusal | undefined {
  if (!present.includes(chair)) return refuse(`meeting-held: present: the chair, "${chair}", is missing`, 'R46');
  if (!present.includes(minuteTaker))
    return refuse(`meeting-held: present: the minute-taker, "${minuteTaker}", is missing`, 'R46');
  return undefined;
}

/** After a review conference ended the plan, `plan-ended` may still say what comes next, once. */
function planEndedTwice(c: Case, next: string | undefined): Refusal | undefined {
  if (!c.planEnded)
    return c.conference?.outcome === 'plan'
      ? undefined
      : refuse('plan-ended: there is no child protection plan to end');
  if (c.planEnded.next === undefined && next !== undefined) return undefined;
  return refuse(`plan-ended: the plan ended on ${c.planEnded.on}`);
}
