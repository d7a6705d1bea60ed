// What cannot be: events that contradict the case. Refused without a gate's level, since no authority can make them true.

import { mayStandIn, meetingsIn } from '../case/catalogue.ts';
import { coversAt, ringWith } from '../case/covers.ts';
import type { CaseEvent, EventOf, Recorded } from '../case/events.ts';
import { type Case, heldMeetings, knownAt, minutesOf, ownDate } from '../case/facts.ts';
import { happened } from '../case/history.ts';
import { meetingId, meetingName } from '../case/meeting-id.ts';
import type { MeetingId, MeetingKind, PersonId, Rule } from '../case/model.ts';
import { own } from '../case/own.ts';
import { isFamily, socialWorkerAt } from '../case/people.ts';
import { sameContent } from '../case/same-content.ts';
import { inPerson, mayBeRepresented, represented } from '../case/who-came.ts';
import { lifecycleOf } from '../lifecycles/registry.ts';
import type { Policy } from '../policy/policy.ts';
import type { Instant, LocalDate } from '../time/calendar.ts';
import { wrongAnswer } from './answering.ts';
import { wronglyBroughtIn } from './bringing-in.ts';
import { wrongDay } from './days.ts';
import { wrongEnding } from './endings.ts';
import { managerGone } from './manager.ts';
import { Refusal } from './refusal.ts';
import { stranger, unknown, unknownRole } from './unknown.ts';

const refuse = (message: string, rule: Rule | null = null): Refusal => new Refusal(rule, message);

/**
 * What cannot be: unknown people, dates before the case or after today, meetings that cannot be, things that happened twice.
 * @param said when it was said: of what is corrected later than when the original was recorded
 */
export function contradicts(c: Case, recorded: Recorded, said = recorded.recordedAt): Refusal | undefined {
  const { event } = recorded;
  const misplaced = opening(c, event) ?? foreign(c, event);
  if (misplaced) return misplaced;
  const person = stranger(c, event);
  const day = wrongDay(c, recorded, said);
  const thing =
    unknown(c, event) ??
    impossibleMeeting(c, event) ??
    (person && event.type === 'case-reallocated' ? undefined : twice(c, recorded));
  // What is asked of a person or of a day is asked of one there can be.
  const rest =
    person ?? day ?? thing ?? managerGone(c, recorded) ?? wrongAnswer(c, recorded) ?? wrongEnding(c, recorded);
  return allOf([person, unknownRole(c, event), day, thing, rest].filter((fault) => fault !== undefined));
}

/** All that is wrong in one refusal, what a rule says first. What is wrong with the person, with the day and with the thing is wrong for itself. */
function allOf(faults: readonly Refusal[]): Refusal | undefined {
  const each = [...new Set(faults)];
  const lead = each.find(({ rule }) => rule !== null) ?? each[0];
  if (!lead || each.length === 1) return lead;
  const words = lead.rule === null ? lead.message : lead.message.slice(lead.rule.length + 2);
  const others = each.filter((fault) => fault !== lead).map(({ message }) => message);
  return refuse([words, ...others].join('; '), lead.rule);
}

function opening(c: Case, event: CaseEvent): Refusal | undefined {
  const openings = lifecycleOf(c).opensWith;
  if (c.events.length > 0 || openings.includes(event.type)) return undefined;
  return refuse(`a ${c.file.kind} case begins with ${openings.join(' or ')}, not with ${event.type}`);
}

/** What belongs to one kind of case cannot happen in another. */
function foreign(c: Case, event: CaseEvent): Refusal | undefined {
  const kinds = mayStandIn(event.type);
  if (kinds.includes(c.file.kind)) return undefined;
  return refuse(`${event.type} belongs to a ${kinds.join(' or ')} case; this is a ${c.file.kind} case`);
}

function impossibleMeeting(c: Case, event: CaseEvent): Refusal | undefined {
  for (const meeting of meetingsIn(event)) {
    const refusal = impossible(c, event, meeting);
    if (refusal) return refusal;
  }
  return undefined;
}

function impossible(c: Case, event: CaseEvent, meeting: MeetingId): Refusal | undefined {
  const { kind, number } = meetingName(meeting);
  const { meetings } = lifecycleOf(c);
  if (!meetings[kind]) {
    const has = Object.keys(meetings).join(', ');
    return refuse(`${event.type}: meeting: a ${c.file.kind} case has no ${kind}; it has ${has}`);
  }
  if (kind === 'initial-conference')
    return event.type === 'meeting-held' ? refuse('record the initial conference with conference-held') : undefined;
  const last = heldMeetings(c, kind).at(-1)?.number ?? 0;
  const before = event.type === 'meeting-held' ? c.meetings[meetingId(kind, number - 1)]?.held : undefined;
  if (event.type === 'meeting-held' && before && event.on < before.on)
    return refuse(`meeting-held: on: ${event.on} is before ${before.meeting}, held on ${before.on}`);
  const furthest = event.type === 'meeting-held' ? last + 1 : Math.max(last, furthestBooked(c, kind)) + 1;
  if (c.broughtIn && number < last && !c.meetings[meeting])
    return refuse(
      `${event.type}: meeting: ${meeting} was before the plan was brought in: the next is ${meetingId(kind, last + 1)}`,
    );
  if (number <= furthest) return undefined;
  return refuse(`${event.type}: meeting: there cannot be a ${meeting} yet: the next is ${meetingId(kind, last + 1)}`);
}

function furthestBooked({ meetings }: Case, kind: MeetingKind): number {
  let furthest = 0;
  for (const m of Object.values(meetings))
    if (m.kind === kind && m.number > furthest && m.bookings.length > 0) furthest = m.number;
  return furthest;
}

/** A version names one set of figures for ever: people and the record tell them apart by it. */
function policyTwice(c: Case, { hash: _, ...policy }: Policy): Refusal | undefined {
  const same = c.versions.findLast(
    (v) => v.policy.authority === policy.authority && v.policy.version === policy.version,
  );
  if (!same) return undefined;
  const { hash: __, ...known } = same.policy;
  if (!sameContent(known, policy))
    return refuse(
      `policy-changed: policy: version ${policy.version} of ${policy.authority} has other figures here; give the changed policy a version of its own`,
    );
  if (c.policy.version === policy.version) return undefined;
  return refuse(
    `policy-changed: policy: version ${policy.version} was in force before ${c.policy.version}; to go back to its figures, give them a version of their own`,
  );
}

function twice(c: Case, recorded: Recorded): Refusal | undefined {
  const { event } = recorded;
  switch (event.type) {
    case 'strategy-discussion-held':
      return c.strategyDiscussion && c.file.kind === 'child-protection'
        ? refuse(`the strategy discussion of ${c.strategyDiscussion.on} is recorded already`)
        : undefined;
    case 'conference-called':
      return c.conference ? refuse(`initial-conference was held on ${c.conference.on}`) : nobodyCalled(event);
    case 'conference-held':
      return c.conference ? refuse(`the initial conference of ${c.conference.on} is recorded already`) : undefined;
    case 'meeting-held':
      return (
        heldTwice(c, event.meeting) ??
        attendance(event.chair, event.minuteTaker, inPerson(event.present)) ??
        standsInForNobody(c, event) ??
        otherwise(c, event)
      );
    case 'minutes-distributed':
      return withheld(event, 'withholding the minutes from', 'R60');
    case 'family-told':
      return withheld(event, 'not telling', 'R61');
    case 'meeting-booked':
    case 'meeting-moved':
    case 'meeting-cancelled':
    case 'meeting-not-held':
      return event.meeting === 'initial-conference' && c.conference
        ? refuse(`initial-conference was held on ${c.conference.on}`)
        : heldTwice(c, event.meeting);
    case 'minutes-received': {
      const meeting = c.meetings[event.meeting];
      const minutes = meeting && minutesOf(meeting);
      if (minutes?.implied && event.on > minutes.on)
        return refuse(
          `minutes-received: on: ${event.on} is after everybody had them, ${minutes.on}: give the day they were received`,
        );
      return minutes && !minutes.implied
        ? refuse(`the minutes of ${event.meeting} were received on ${minutes.on}; there is one agreed set`, 'R65')
        : undefined;
    }
    case 'action-agreed':
      return agreedAgain(c, event) ?? dueBefore(c, recorded, event);
    case 'action-done':
      return own(c.actions, event.id)?.done ? refuse(`action-done: "${event.id}" was done already`) : undefined;
    case 'plan-ended':
      return planEndedTwice(c, event) ?? doubled(event.actions);
    case 'brought-in':
      return wronglyBroughtIn(c, event);
    case 'referral-received':
      return c.referral ? refuse(`the referral of ${c.referral.on} is recorded already`) : undefined;
    case 'became-looked-after':
      return lookedAfterTwice(c, event.on);
    case 'policy-changed':
      return policyTwice(c, event.policy);
    case 'child-protection-decided': {
      const before = c.decided.find(({ ref }) => ref === event.ref);
      return before ? refuse(`child-protection-decided: ${event.ref} was decided on ${before.on} already`) : undefined;
    }
    case 'case-closed':
      return c.closed ? refuse(`the case was closed on ${c.closed.on}`) : undefined;
    case 'ceased-looked-after':
      return c.ceased ? refuse(`ceased-looked-after: recorded already, on ${c.ceased.on}`) : undefined;
    case 'case-reallocated':
      if (own(c.people, event.to)?.role !== 'social-worker')
        return refuse(`case-reallocated: to: "${event.to}" is not a social worker`);
      return socialWorkerAt(c, knownAt(recorded)) === event.to && (event.team ?? c.team) === c.team
        ? refuse(`case-reallocated: to: the case is with "${event.to}" already`)
        : undefined;
    case 'cover-arranged':
      return wrongCover(c, event, knownAt(recorded));
    case 'cover-ended':
      return endsNoCover(c, event, knownAt(recorded));
    default:
      return undefined;
  }
}

function withheld(
  { type, to, reason: all }: EventOf<'minutes-distributed' | 'family-told'>,
  what: string,
  rule: Rule,
): Refusal | undefined {
  const silent = to.find(({ how, reason }) => how === 'withheld' && (reason ?? all) === undefined);
  return silent && refuse(`${type}: to: ${what} "${silent.person}" needs a reason`, rule);
}

/** L13, R8: the id of an action is its own. Said again it may complete what was left open, and come forward. */
function agreedAgain(c: Case, { id, owner, due, activity }: EventOf<'action-agreed'>): Refusal | undefined {
  const before = own(c.actions, id);
  if (!before) return undefined;
  if (before.due !== undefined && due !== undefined && due > before.due)
    return refuse(`action-agreed: "${id}" is due on ${before.due}; agree what is left as an action of its own`, 'R8');
  const differs = (was: string | undefined, now: string | undefined) =>
    was !== undefined && now !== undefined && was !== now;
  if (!before.done && !differs(before.owner, owner) && !differs(before.activity, activity)) return undefined;
  const known = [before.owner, before.due && `due ${before.due}`, before.done && `done on ${before.done.on}`];
  const what = known.filter((one) => one !== undefined).join(', ');
  return refuse(
    `action-agreed: id: "${id}" is another action already${what && ` (${what})`}; give this one an id of its own, or correct the event that agreed it`,
  );
}

/** L13: what was due before it was agreed would be late from the first. */
function dueBefore(c: Case, recorded: Recorded, { id, due }: EventOf<'action-agreed'>): Refusal | undefined {
  const on = ownDate(c, recorded);
  if (due === undefined || due >= on) return undefined;
  return refuse(
    `action-agreed: due: "${id}" would be due on ${due}, before it was agreed, ${on}; give the day it was agreed with on`,
  );
}

function wrongCover(c: Case, event: EventOf<'cover-arranged'>, at: Instant): Refusal | undefined {
  const { person, cover } = event;
  if (person === cover || isFamily(c, own(c.people, cover)))
    return refuse(`cover-arranged: cover: "${cover}" cannot stand in for "${person}"`);
  const others = coversAt(c, at).filter((one) => one.person !== person);
  const ring = ringWith(others, event);
  return ring
    ? refuse(
        `cover-arranged: cover: "${ring.person}" is away from ${ring.from} to ${ring.until}, and "${person}" stands in for them: name somebody who is there, or other days`,
      )
    : undefined;
}

function endsNoCover(c: Case, { person, on }: EventOf<'cover-ended'>, at: Instant): Refusal | undefined {
  const all = coversAt(c, at).filter((one) => one.person === person);
  if (all.some(({ from, until }) => from <= on && on <= until)) return undefined;
  const ahead = all.find(({ from }) => from > on);
  const way = ahead ? `; the cover from ${ahead.from} is arranged anew for the days it is for, or withdrawn` : '';
  return refuse(`cover-ended: nobody stands in for "${person}" on ${on}${way}`);
}

const nobodyCalled = ({ invited }: EventOf<'conference-called'>): Refusal | undefined =>
  invited.length > 0 ? undefined : refuse('conference-called: invited: names nobody: give the agencies and the family');

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

/** L20, R47: somebody comes for another who sent apologies and named them. */
function standsInForNobody(c: Case, { meeting, present }: EventOf<'meeting-held'>): Refusal | undefined {
  const whom = represented(present).find((person) => !mayBeRepresented(c.meetings[meeting], person));
  if (whom === undefined) return undefined;
  const way = `record apologies-received with a representative first, or give "${whom}" alone where they came themselves`;
  return refuse(`meeting-held: present: nobody is named to come for "${whom}"; ${way}`, 'R47');
}

/** R147–R152: only some meetings may be held by consultation. An outcome is one its kind has. */
function otherwise(c: Case, { meeting, mode, outcome }: EventOf<'meeting-held'>): Refusal | undefined {
  const { kind } = meetingName(meeting);
  const { byConsultation, outcomes = ['continue'] } = lifecycleOf(c).meetings[kind] ?? {};
  if (mode === 'consultation' && !byConsultation)
    return refuse(`meeting-held: mode: only a child in need review is held by consultation, not a ${kind}`, 'R147');
  return outcome === undefined || outcomes.includes(outcome)
    ? undefined
    : refuse(`meeting-held: outcome: a ${kind} cannot have the outcome ${outcome}, only ${outcomes.join(', ')}`);
}

/** L8: a child may become looked after again, which leads to a case of its own. */
function lookedAfterTwice(c: Case, on: LocalDate): Refusal | undefined {
  const same = happened(c, 'became-looked-after').find((one) => c.file.kind === 'looked-after' || one.on === on);
  if (!same) return undefined;
  if (!c.ceased) return refuse(`became-looked-after: recorded already, on ${same.on}`);
  const from = c.cameFrom;
  const advice = from
    ? `record it in ${from.kind}/${from.ref}, which opens the next looked after case`
    : 'open another looked after case, under a reference of its own';
  return refuse(`became-looked-after: this looked after case ended on ${c.ceased.on}: ${advice}`);
}

/** After a review conference ended the plan, `plan-ended` may still say what comes next, once. */
function planEndedTwice(c: Case, { next, actions }: EventOf<'plan-ended'>): Refusal | undefined {
  if (c.file.kind === 'child-in-need')
    return c.events.length > 0 ? refuse('plan-ended: this case began with it already, or with a referral') : undefined;
  if (actions !== undefined)
    return refuse(
      'plan-ended: actions: leave them out: what is still to be done goes on in the child in need case by itself',
    );
  if (!c.planEnded)
    return c.conference?.outcome === 'plan'
      ? undefined
      : refuse('plan-ended: there is no child protection plan to end');
  if (c.planEnded.next === undefined && next !== undefined) return undefined;
  return refuse(`plan-ended: the plan ended on ${c.planEnded.on}`);
}

/** What is to be done has a name of its own. */
function doubled(actions: EventOf<'plan-ended'>['actions'] = []): Refusal | undefined {
  const ids = actions.map(({ id }) => id);
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  return twice === undefined ? undefined : refuse(`plan-ended: actions: "${twice}" is there twice`);
}
