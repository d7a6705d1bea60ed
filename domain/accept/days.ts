// Days that cannot be: before the case, after the day of recording, or so far ahead that nobody can have meant it.

import type { CaseEvent, Recorded } from '../case/events.ts';
import { type Case, ownDate } from '../case/facts.ts';
import { addMonths, dateOf, type Instant, type LocalDate } from '../time/calendar.ts';
import { Refusal } from './refusal.ts';

const refuse = (message: string): Refusal => new Refusal(null, message);

/**
 * What is wrong with the days of an event: its own, those it names ahead, and which comes before which.
 * @param said when it was said: of what is corrected later than when the original was recorded
 */
export const wrongDay = (c: Case, recorded: Recorded, said: Instant): Refusal | undefined =>
  outsideTheCase(c, recorded, said) ?? tooFarAhead(c, recorded) ?? beforeWhatItFollows(c, recorded);

/** No child's plan is older; far from today clocks and servers stop counting. */
const FIRST_DAY = '2000-01-01' as LocalDate;
const YEARS_AHEAD = 10;

function outsideTheCase(c: Case, recorded: Recorded, said: Instant): Refusal | undefined {
  const { event } = recorded;
  const on = ownDate(c, recorded);
  const today = c.calendar.londonDate(said);
  if (on < FIRST_DAY) return refuse(`${event.type}: on: ${on} is before the year 2000`);
  if (on > today) return refuse(`${event.type}: on: ${on} had not come when this was recorded, ${today}`);
  if (c.broughtIn && on < c.broughtIn.on)
    return refuse(
      `${event.type}: on: ${on} is before the plan was brought in, ${c.broughtIn.on}: correct the brought-in to say so`,
    );
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

/** What is said to come: the fields of an event that name a day ahead. */
function ahead(event: CaseEvent): readonly (readonly [field: string, day: string | undefined])[] {
  switch (event.type) {
    case 'conference-called':
    case 'meeting-booked':
    case 'meeting-moved':
      return [['start', event.start]];
    case 'conference-held':
      return [['firstCoreGroup.start', event.firstCoreGroup?.start]];
    case 'meeting-held':
      return [['next.start', event.next?.start]];
    case 'action-agreed':
    case 'later-date-asked':
    case 'later-date-answered':
      return [['due', event.due]];
    case 'cover-arranged':
      return [
        ['from', event.from],
        ['until', event.until],
      ];
    default:
      return [];
  }
}

function tooFarAhead(c: Case, { event, recordedAt }: Recorded): Refusal | undefined {
  for (const [field, day] of ahead(event))
    if (day !== undefined && day.slice(0, 10) > addMonths(c.calendar.londonDate(recordedAt), YEARS_AHEAD * 12))
      return refuse(`${event.type}: ${field}: ${day} is more than ten years ahead`);
  return undefined;
}

/** A booking is for a day after what it follows. */
function beforeWhatItFollows(c: Case, recorded: Recorded): Refusal | undefined {
  const { event } = recorded;
  switch (event.type) {
    case 'conference-called':
    case 'meeting-booked':
    case 'meeting-moved':
      return c.began !== undefined && dateOf(event.start) < c.began
        ? refuse(`${event.type}: start: ${event.start} is before the case began, ${c.began}`)
        : undefined;
    case 'conference-held':
      return event.firstCoreGroup?.start && dateOf(event.firstCoreGroup.start) < event.on
        ? refuse(
            `conference-held: firstCoreGroup.start: ${event.firstCoreGroup.start} is before the conference, ${event.on}`,
          )
        : undefined;
    case 'meeting-held':
      return event.next?.start && dateOf(event.next.start) < event.on
        ? refuse(`meeting-held: next.start: ${event.next.start} is before the meeting, ${event.on}`)
        : undefined;
    default:
      return undefined;
  }
}
