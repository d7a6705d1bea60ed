// Gates: what the documents ask of an event before it counts. Each has a rule and a level set by the authority.
// `findings` says what an event departs from; accept.ts refuses on it, the case keeps it.

import type { CaseEvent, EventOf, Recorded } from '../case/events.ts';
import { type Case, type Dated, type Departure, knownAt, ownDate, standing } from '../case/facts.ts';
import { meetingId, meetingName } from '../case/meeting-id.ts';
import type { MeetingId, Rule } from '../case/model.ts';
import { own } from '../case/own.ts';
import { actsAsSocialWorker, managerAt } from '../case/people.ts';
import { inPerson } from '../case/who-came.ts';
import { dueAfter } from '../duties/limits.ts';
import { childInNeedEnded } from '../lifecycles/child-in-need.ts';
import type { Instant } from '../time/calendar.ts';
import { bookingGates, fixedGates } from './booking-gates.ts';
import type { Finding, Gate } from './gate.ts';
import { nobodyManages } from './manager.ts';
import { afterAssessment, consented, needGates, reviewGates } from './need-gates.ts';
import { quorum } from './quorum.ts';

/** Every gate the event does not pass, whatever its level. */
export function findings(c: Case, recorded: Recorded): readonly Finding[] {
  const gates = [...(c.events.length === 0 ? [hasManager(c)] : []), ...gatesFor(c, recorded, recorded.event)];
  return gates.flatMap(({ rule, gate, level: fixed, broken, message, mend }) => {
    const level = fixed ?? c.policy.gates[gate ?? rule] ?? 'off';
    return broken && level !== 'off' ? [{ rule, level, message, mend }] : [];
  });
}

/**
 * What is kept on the case: gates passed with a reason, and warnings.
 * Where a gate asks for a reason and none was given, it was passed when the event was accepted, and only something typed in later,
 * of an earlier day, breaks it: that is nobody's departure. With a reason for another gate it is one, known from that later typing on.
 * @param knownSince when the case learned that the event does not pass a gate
 */
export function departures(
  recorded: Recorded,
  found: readonly Finding[],
  knownSince: (found: Finding) => Instant,
): readonly Departure[] {
  const kept = found.filter(({ level }) => level === 'warn' || recorded.event.reason !== undefined);
  const { event, id } = recorded;
  const meeting = 'meeting' in event ? event.meeting : null;
  return kept.map((one) => ({
    event: id,
    rule: one.rule,
    level: one.level === 'warn' ? 'warn' : 'reason',
    message: one.message,
    reason: event.reason,
    at: knownSince(one),
    meeting,
  }));
}

function gatesFor(c: Case, recorded: Recorded, event: CaseEvent): readonly Gate[] {
  switch (event.type) {
    case 'conference-held':
      return event.outcome === 'plan'
        ? [
            ...conferenceGates(c, event),
            ...fixedGates(c, recorded, meetingId('core-group', 1), event.firstCoreGroup),
            ...conferenceQuorum(c, event),
          ]
        : [lateConference(c, event), ...conferenceQuorum(c, event)];
    case 'meeting-held': {
      const { kind, number } = meetingName(event.meeting);
      return [
        ...heldGates(c, recorded, event),
        ...(event.mode === 'consultation' ? [] : [quorum(c, event.meeting, event.present, event.chair)]),
        ...fixedGates(c, recorded, meetingId(kind, number + 1), event.next),
      ];
    }
    case 'conference-called':
      return bookingGates(c, recorded, { ...event, meeting: meetingId('initial-conference', 1) });
    case 'meeting-booked':
    case 'meeting-moved':
      return [onlyWhilePlanned(c, recorded, event.meeting), ...bookingGates(c, recorded, event)];
    case 'apologies-received':
      return [writtenReport(c, recorded, event)];
    case 'action-agreed':
      return [
        {
          rule: 'R136',
          broken: event.owner === undefined || event.due === undefined,
          message: `the action "${event.id}" has a named owner and a date`,
          mend: 'give owner and due',
        },
      ];
    case 'plan-proposed':
    case 'plan-approved':
    case 'papers-provided':
    case 'closure-endorsed':
    case 'closure-approved':
    case 'closure-letter-sent':
    case 'case-closed':
      return needGates(c, recorded, event);
    default:
      return [];
  }
}

/** L13: in a rehearsal, and in a case that another one opened; elsewhere such a case is not opened at all. */
function hasManager(c: Case): Gate {
  const message = nobodyManages(c.file.people);
  return { rule: 'L13', level: 'warn', broken: message !== undefined, message: message ?? '', mend: '' };
}

function conferenceGates(c: Case, event: EventOf<'conference-held'>): readonly Gate[] {
  const booked = c.meetings[meetingId('core-group', 1)];
  return [
    lateConference(c, event),
    {
      rule: 'R17',
      broken: !(event.firstCoreGroup?.start && event.firstCoreGroup.venue) && !(booked && standing(booked)),
      message: 'the date, time and venue of the first core group are fixed at the conference',
      mend: 'give firstCoreGroup with start and venue',
    },
    {
      rule: 'R81',
      broken: (event.members ?? []).length === 0,
      message: 'a child with a plan has a core group: the conference chair names its members (R16)',
      mend: 'give members',
    },
  ];
}

/** L20: judged where it is said who was there. */
const conferenceQuorum = (c: Case, { present, chair }: EventOf<'conference-held'>): readonly Gate[] =>
  present ? [quorum(c, meetingId('initial-conference', 1), present, chair)] : [];

/** R115: as soon as possible afterwards; the reason is then owed (`explain/initial-conference`). */
function lateConference(c: Case, event: EventOf<'conference-held'>): Gate {
  const started = c.strategyDiscussion;
  const due = started ? dueAfter(c, 'initial-conference', started, undefined).due : null;
  return {
    rule: 'R115',
    broken: due !== null && event.on > due,
    message: `a conference after its limit, ${due}, has a reason`,
    mend: 'give reason',
  };
}

function heldGates(c: Case, recorded: Recorded, event: EventOf<'meeting-held'>): readonly Gate[] {
  const { kind, number } = meetingName(event.meeting);
  switch (kind) {
    case 'core-group':
      return [
        onlyWhilePlanned(c, recorded, event.meeting),
        socialWorkerThere(
          c,
          event,
          'R63',
          'a core group does not go ahead without a social worker',
          'record meeting-not-held',
        ),
        chairAndMinuteTaker(event),
        ...(c.file.kind === 'child-protection' ? [planAgreed(c, event, number), nextFixed(c, event, number)] : []),
      ];
    case 'cin-meeting':
      return [
        onlyWhilePlanned(c, recorded, event.meeting),
        socialWorkerThere(
          c,
          event,
          'R64',
          'a child in need meeting goes ahead without the social worker only if that was unavoidable',
          'say why',
        ),
        chairAndMinuteTaker(event),
        planAgreed(c, event, number),
        afterAssessment(c, 'R25'),
        consented(c, event.on),
      ];
    case 'cin-review':
      return reviewGates(c, event);
    default:
      return [];
  }
}

function socialWorkerThere(c: Case, event: EventOf<'meeting-held'>, rule: Rule, message: string, mend: string): Gate {
  return { rule, broken: !inPerson(event.present).some((person) => actsAsSocialWorker(c, person)), message, mend };
}

const chairAndMinuteTaker = (event: EventOf<'meeting-held'>): Gate => ({
  rule: 'R54',
  broken: event.chair === event.minuteTaker,
  message: 'the chair and the minute-taker are two different people',
  mend: 'name another minuteTaker',
});

/** R44: finalised and agreed at the first meeting; until it is, `agree/plan` is owed. */
const planAgreed = (c: Case, event: EventOf<'meeting-held'>, number: number): Gate => ({
  rule: 'R44',
  broken: number === 1 && !event.planAgreed && !c.planAgreed,
  message: 'the plan is finalised and agreed at the first meeting',
  mend: 'give planAgreed: true',
});

function nextFixed(c: Case, event: EventOf<'meeting-held'>, number: number): Gate {
  const next = c.meetings[meetingId('core-group', number + 1)];
  const ended = c.planEnded !== undefined && c.planEnded.on <= event.on;
  return {
    rule: 'R22',
    broken: !event.next?.start && !ended && !(next && (standing(next) || next.held)),
    message: 'the date of the next core group is fixed at each core group',
    mend: 'give next with start',
  };
}

/** R48: exceptional reason and the line manager's agreement, both. Without a line manager of their own it is the case's manager (L13). */
function writtenReport(c: Case, recorded: Recorded, event: EventOf<'apologies-received'>): Gate {
  const { person } = event;
  const recordedManager = own(c.people, person)?.manager;
  const manager = recordedManager === person ? undefined : recordedManager;
  const agrees = manager ?? managerAt(c, knownAt(recorded));
  const agreedBy = event.writtenReport?.agreedBy;
  const agreed = agreedBy !== undefined && agreedBy !== person && (agrees === undefined || agrees === agreedBy);
  return {
    rule: 'R48',
    broken: event.writtenReport !== undefined && (event.reason === undefined || !agreed),
    message:
      'a written report in place of a representative needs an exceptional reason and the line manager’s agreement',
    mend:
      agrees === undefined || agrees === person
        ? 'give reason and writtenReport.agreedBy'
        : `give reason and writtenReport.agreedBy: "${agrees}" ${manager ? 'is the line manager' : 'manages the case, and no line manager is recorded'}`,
  };
}

/** R2: core groups while there is a child protection plan, child in need meetings while there is that plan. */
function onlyWhilePlanned(c: Case, recorded: Recorded, meeting: MeetingId): Gate {
  const { kind } = meetingName(meeting);
  const end = c.caseEnded ?? c.enquiriesEnded ?? c.planEnded ?? childInNeedEnded(c) ?? c.ceased;
  const on = ownDate(c, recorded);
  const ended = end !== undefined && on >= end.on;
  // By its own day: a plan that was made since makes an earlier meeting no better.
  const isBefore = (plan: Dated | undefined) => plan === undefined || on < plan.on;
  const early =
    (kind === 'core-group' &&
      c.file.kind === 'child-protection' &&
      (c.conference?.outcome !== 'plan' || isBefore(c.conference))) ||
    (kind === 'cin-meeting' && isBefore(c.approval));
  const made = kind === 'core-group' ? c.conference?.outcome === 'plan' : c.approval !== undefined;
  const [message, mend] = ended
    ? ['the plan has ended: its meetings have too', 'record the next case’s meetings there']
    : made
      ? [
          'these meetings are for a child who has the plan: it was made after that day',
          'give the day it was held, or correct the day of the plan',
        ]
      : [
          'these meetings are for a child who has the plan: it has not been recorded',
          'record conference-held or plan-approved',
        ];
  return { rule: 'R2', broken: ended || early, message, mend };
}
