// Gates: what the documents ask of an event before it counts. Each has a rule and a level set by the authority.
// `findings` says what an event departs from; accept.ts refuses on it, the case keeps it.

import type { Case, Departure } from './case.ts';
import { heldMeetings, ownDate, standing } from './case.ts';
import type { CaseEvent, EventOf, Recorded } from './events.ts';
import { meetingId, meetingName } from './meeting-id.ts';
import type { MeetingId, Rule } from './model.ts';
import { actsAsSocialWorker } from './people.ts';
import type { GateLevel } from './policy.ts';

/** A gate an event does not pass: which rule, how strict this authority is, and what is missing. */
export interface Finding {
  readonly rule: Rule;
  readonly level: Exclude<GateLevel, 'off'>;
  readonly message: string;
}

type Gate = { readonly rule: Rule; readonly message: string | false | undefined };

/** Every gate the event does not pass, whatever its level. */
export function findings(c: Case, recorded: Recorded): readonly Finding[] {
  return gatesFor(c, recorded, recorded.event).flatMap(({ rule, message }) => {
    const level = c.policy.gates[rule] ?? 'off';
    return message && level !== 'off' ? [{ rule, level, message }] : [];
  });
}

/** What is kept on the case: gates passed with a reason, and warnings. */
export function departures(c: Case, recorded: Recorded): readonly Departure[] {
  const { event, id, recordedAt } = recorded;
  const meeting = 'meeting' in event ? event.meeting : null;
  return findings(c, recorded).map(({ rule, level, message }) => ({
    event: id,
    rule,
    level: level === 'warn' ? 'warn' : 'reason',
    message,
    reason: event.reason,
    at: recordedAt,
    meeting,
  }));
}

function gatesFor(c: Case, recorded: Recorded, event: CaseEvent): readonly Gate[] {
  switch (event.type) {
    case 'conference-held':
      return event.outcome === 'plan' ? conferenceGates(c, event) : [lateConference(c, event)];
    case 'meeting-held':
      return heldGates(c, event);
    case 'meeting-booked':
      return [onlyWhilePlanned(c, recorded, event.meeting)];
    case 'apologies-received':
      return [writtenReport(c, event)];
    case 'action-agreed':
      return [
        {
          rule: 'R136',
          message:
            (event.owner === undefined || event.due === undefined) &&
            `the action "${event.id}" needs an owner and a date`,
        },
      ];
    default:
      return [];
  }
}

function conferenceGates(c: Case, event: EventOf<'conference-held'>): readonly Gate[] {
  const booked = c.meetings[meetingId('core-group', 1)];
  return [
    lateConference(c, event),
    {
      rule: 'R17',
      message:
        !event.firstCoreGroup &&
        !(booked && standing(booked)) &&
        'the date, time and venue of the first core group are fixed at the conference: give firstCoreGroup',
    },
    {
      rule: 'R81',
      message:
        (event.members ?? []).length === 0 && 'a child with a plan has a core group: the conference names its members',
    },
  ];
}

/** R115: as soon as possible afterwards; the reason is then owed (`explain/initial-conference`). */
function lateConference(c: Case, event: EventOf<'conference-held'>): Gate {
  const limit = c.policy.limits['initial-conference'];
  const started = c.strategyDiscussion;
  const due = limit && started ? c.calendar.limit(started.on, limit) : undefined;
  return {
    rule: 'R115',
    message:
      due !== undefined &&
      event.on > due &&
      event.reason === undefined &&
      `the conference was held after its limit, ${due}, and no reason is given`,
  };
}

function heldGates(c: Case, event: EventOf<'meeting-held'>): readonly Gate[] {
  const { kind, number } = meetingName(event.meeting);
  if (kind === 'core-group')
    return [
      socialWorkerThere(
        c,
        event,
        'R63',
        'a core group does not go ahead without a social worker: record meeting-not-held',
      ),
      chairAndMinuteTaker(event),
      planAgreed(c, event, number),
      nextFixed(c, event, number),
    ];
  if (kind === 'cin-meeting')
    return [
      socialWorkerThere(c, event, 'R64', 'the social worker was not there: say why the meeting went ahead'),
      chairAndMinuteTaker(event),
      planAgreed(c, event, number),
    ];
  return [];
}

function socialWorkerThere(c: Case, event: EventOf<'meeting-held'>, rule: Rule, message: string): Gate {
  return { rule, message: !event.present.some((person) => actsAsSocialWorker(c, person, event.on)) && message };
}

const chairAndMinuteTaker = (event: EventOf<'meeting-held'>): Gate => ({
  rule: 'R54',
  message: event.chair === event.minuteTaker && 'the chair and the minute-taker are two different people',
});

/** R44: finalised and agreed at the first meeting; until it is, `agree/plan` is owed. */
const planAgreed = (c: Case, event: EventOf<'meeting-held'>, number: number): Gate => ({
  rule: 'R44',
  message:
    number === 1 &&
    !event.planAgreed &&
    !c.planAgreed &&
    'the plan is finalised and agreed at the first meeting: planAgreed is missing',
});

function nextFixed(c: Case, event: EventOf<'meeting-held'>, number: number): Gate {
  const next = c.meetings[meetingId('core-group', number + 1)];
  const ended = c.planEnded !== undefined && c.planEnded.on <= event.on;
  return {
    rule: 'R22',
    message:
      !event.next &&
      !ended &&
      !(next && (standing(next) || next.held)) &&
      'the date of the next core group is fixed at each core group: give next',
  };
}

/** R48: exceptional reason and the line manager's agreement, both. */
function writtenReport(c: Case, event: EventOf<'apologies-received'>): Gate {
  if (!event.writtenReport) return { rule: 'R48', message: undefined };
  const manager = c.people[event.person]?.manager;
  const { agreedBy } = event.writtenReport;
  const agreed = agreedBy !== undefined && (manager === undefined || manager === agreedBy);
  return {
    rule: 'R48',
    message:
      (event.reason === undefined || !agreed) &&
      'a written report in place of a representative needs an exceptional reason and the line manager’s agreement: give reason and writtenReport.agreedBy',
  };
}

/** R2: core groups while there is a child protection plan, child in need meetings while there is that plan. */
function onlyWhilePlanned(c: Case, recorded: Recorded, meeting: MeetingId): Gate {
  const ended = c.planEnded && ownDate(c, recorded) >= c.planEnded.on;
  const { kind } = meetingName(meeting);
  const early = kind === 'core-group' && !c.conference && heldMeetings(c, 'core-group').length === 0;
  return {
    rule: 'R2',
    message:
      (ended && 'the plan has ended: there are no more meetings to book') ||
      (early && 'a core group is for a child with a child protection plan: the conference has not been recorded'),
  };
}
