// Checklists: what software cannot serve, it asks. Each item cites its rules, is asked for at its moment, and is ticked by an event.

import type { CaseEvent } from '../case/events.ts';
import { type Case, heldMeetings } from '../case/facts.ts';
import { meetingId, meetingName } from '../case/meeting-id.ts';
import type { MeetingId } from '../case/model.ts';
import { own } from '../case/own.ts';
import type { ChecklistItem } from '../policy/policy.ts';

/** What recording this event leaves to ask: who is not among the members, what was not considered, what was not confirmed. */
export function asks(c: Case, event: CaseEvent): readonly ChecklistItem[] {
  switch (event.type) {
    case 'conference-held':
      if (event.outcome === 'no-plan') return [];
      return without(
        [...missingMembers(c, new Set(event.members)), ...checklist(c, meetingId('initial-conference', 1))],
        event.confirmed,
      );
    case 'plan-proposed':
      return without(
        [...missingMembers(c, new Set(event.members)), ...c.policy.checklist.filter((one) => one.at === 'plan')],
        event.confirmed,
      );
    case 'meeting-booked':
    case 'meeting-moved':
      return without(forMeeting(c, event.meeting, ['booking']), event.considered);
    case 'meeting-held':
      return without(checklist(c, event.meeting), [...(event.confirmed ?? []), ...answered(event)]);
    default:
      return [];
  }
}

/** The checklist of a meeting, for whoever chairs or prepares it. */
export function checklist(c: Case, meeting: MeetingId): readonly ChecklistItem[] {
  const { kind } = meetingName(meeting);
  const first = heldMeetings(c, kind).every((m) => m.id === meeting);
  return forMeeting(c, meeting, first ? ['first-meeting', 'meeting'] : ['meeting']);
}

function forMeeting(c: Case, meeting: MeetingId, at: readonly ChecklistItem['at'][]): readonly ChecklistItem[] {
  const { kind } = meetingName(meeting);
  return c.policy.checklist.filter(
    (one) => at.includes(one.at) && (one.kinds === undefined || one.kinds.includes(kind)),
  );
}

/** R30–R36: asked while nobody in such a role is a member. */
function missingMembers(c: Case, members: ReadonlySet<string>): readonly ChecklistItem[] {
  const roles = new Set([...members].map((id) => own(c.people, id)?.role));
  return c.policy.checklist.filter((one) => one.at === 'members' && !one.roles?.some((role) => roles.has(role)));
}

/** Some items are answered by a field of their own. */
function answered(event: Extract<CaseEvent, { type: 'meeting-held' }>): readonly string[] {
  return [
    ...(event.scaling === undefined ? [] : ['scaling-question']),
    ...(event.coreGroupNeeded === undefined ? [] : ['core-group-asked']),
  ];
}

const without = (items: readonly ChecklistItem[], ticked: readonly string[] | undefined): readonly ChecklistItem[] =>
  items.filter((one) => !ticked?.includes(one.item));
