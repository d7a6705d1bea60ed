// Who chairs and who takes the notes next, so that the tasks go round (R24, R56). A proposal: the members decide at the start (R55).

import { type Case, heldMeetings, standing } from '../case/facts.ts';
import { meetingName } from '../case/meeting-id.ts';
import type { MeetingId, PersonId } from '../case/model.ts';
import { own } from '../case/own.ts';
import { isFamily, membersAt, socialWorkerAt } from '../case/people.ts';
import type { Instant, LocalDate } from '../time/calendar.ts';
import { order } from '../time/order.ts';

export interface Turn {
  readonly person: PersonId;
  readonly chaired: number;
  readonly tookNotes: number;
}

export interface Turns {
  /** Everybody who may be asked, whose turn to chair it is first. Families may chair, and are never put in the list (R53). */
  readonly all: readonly Turn[];
  readonly chair: PersonId | undefined;
  /** Somebody other than the chair (R54). */
  readonly minuteTaker: PersonId | undefined;
}

/**
 * Whose turn it is at a meeting: of the professionals who are members and have sent no apologies, whoever did the task least often, then whoever did
 * it longest ago, then by their ids.
 */
export function turns(c: Case, meeting: MeetingId, now: Instant): Turns {
  const { kind } = meetingName(meeting);
  const held = heldMeetings(c, kind).filter((m) => m.id !== meeting);
  const away = new Set(own(c.meetings, meeting)?.apologies.map(({ person }) => person));
  const members = new Set([socialWorkerAt(c, now), ...membersAt(c, now).map(({ person }) => person)]);
  const asked = [...members].filter((id) => {
    const person = own(c.people, id);
    return person && !isFamily(c, person) && !away.has(id);
  });
  const tally = (task: 'chair' | 'minuteTaker') => {
    const days = (person: PersonId) => held.flatMap((m) => (m.held[task] === person ? [m.held.on] : []));
    const of = new Map(asked.map((person) => [person, days(person)] as const));
    const last = (person: PersonId): LocalDate | '' => of.get(person)?.toSorted(order).at(-1) ?? '';
    const times = (person: PersonId) => of.get(person)?.length ?? 0;
    const next = (a: PersonId, b: PersonId) => times(a) - times(b) || order(last(a), last(b)) || order(a, b);
    return { times, next };
  };
  const chairing = tally('chair');
  const noting = tally('minuteTaker');
  const inTurn = asked.toSorted(chairing.next);
  const booked = own(c.meetings, meeting);
  // Whoever a booking names chairs.
  const chair = (booked && standing(booked)?.chair) ?? inTurn[0];
  return {
    all: inTurn.map((person) => ({
      person,
      chaired: chairing.times(person),
      tookNotes: noting.times(person),
    })),
    chair,
    minuteTaker: asked.filter((person) => person !== chair).toSorted(noting.next)[0],
  };
}
