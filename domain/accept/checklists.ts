// Checklists: what software cannot serve, it asks. Each item cites its rules, is asked for at its moment, and is ticked by an event.

import type { CaseEvent, Recorded } from '../case/events.ts';
import { type Case, heldMeetings, whatHappened } from '../case/facts.ts';
import { meetingId, meetingName } from '../case/meeting-id.ts';
import type { MeetingId } from '../case/model.ts';
import { own } from '../case/own.ts';
import { rootOf } from '../case/put-right.ts';
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

/** What is still to be answered of what an event's checklist asked: it may be answered later, by events of their own. */
export function unanswered(c: Case, { id, event }: Recorded): readonly ChecklistItem[] {
  const asked = asks(c, event);
  if (asked.length === 0) return asked;
  const of = rootId(c, id);
  const answers = whatHappened(c).flatMap(({ event: one }) =>
    one.type === 'checklist-answered' && rootId(c, one.answers) === of ? one.confirmed : [],
  );
  return without(asked, answers);
}

/** What recording leaves to ask; an answer to a checklist, what of that is not answered yet. */
export function stillAsked(c: Case, recorded: Recorded): readonly ChecklistItem[] {
  if (recorded.event.type !== 'checklist-answered') return asks(c, recorded.event);
  const of = answeredEvent(c, recorded.event.answers);
  return of ? unanswered(c, of) : [];
}

/** The event whose checklist is answered, as it stands now, by any id it had. */
export function answeredEvent(c: Case, id: string): Recorded | undefined {
  const root = rootId(c, id);
  return whatHappened(c).find((one) => rootId(c, one.id) === root);
}

/** The id under which an event was first recorded, whatever was put right since. */
const rootId = (c: Case, id: string): string =>
  c.stands === undefined ? id : (rootOf(new Map(c.events.map((one) => [one.id, one])), id)?.id ?? id);

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
