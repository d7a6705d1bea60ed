// What a case was told that a page builds on: the events that stand, and which of them speak of the thing a link is about.

import { eventWords } from '../client/event-words.ts';
import { meetingsIn, sourceOf } from '../domain/case/catalogue.ts';
import type { CaseEvent, EventOf, EventType, Recorded } from '../domain/case/events.ts';
import type { MeetingId } from '../domain/case/model.ts';
import { whatStands } from '../domain/case/put-right.ts';
import { familyOf } from '../domain/duties/families.ts';
import { shown } from '../mail/address.ts';
import { longDate, nameOf, upper } from './in-words.ts';
import type { Page } from './page.ts';
import { personOf, type Visit } from './visit.ts';

/** The events as they stand now, each in its original's place. */
export const standingEvents = ({ history: { events } }: Visit): readonly Recorded[] => whatStands(events) ?? events;

/** The last event of a type for which something is so, as it stands. */
export function lastSaid<T extends EventType>(
  visit: Visit,
  type: T,
  isSo: (event: EventOf<T>) => boolean,
): Recorded<EventOf<T>> | undefined {
  const isOfType = (one: Recorded): one is Recorded<EventOf<T>> => one.event.type === type;
  return standingEvents(visit)
    .filter(isOfType)
    .findLast(({ event }) => isSo(event));
}

/** Who could not come to the meeting a link is about, and can after all: their apologies are taken back. */
export const comesAfterAll = (visit: Visit, person: string) =>
  standingEvents(visit)
    .filter(
      ({ event }) => event.type === 'apologies-received' && event.meeting === visit.meeting && event.person === person,
    )
    .map(({ id }) => ({ type: 'event-withdrawn', withdraws: id, reason: 'they come after all' }) as const);

/** `action/housing` → `housing`; undefined of what is no action. */
export const actionOf = ({ link: { about } }: Visit): string | undefined =>
  familyOf(about) === 'action' ? about.slice('action/'.length) : undefined;

/** A later date that was asked for, and is not answered yet. */
export function askedFor(visit: Visit): Recorded<EventOf<'later-date-asked'>> | undefined {
  const id = actionOf(visit);
  const asked = lastSaid(visit, 'later-date-asked', ({ action }) => action === id);
  const answered = lastSaid(visit, 'later-date-answered', ({ action }) => action === id);
  return asked && (!answered || answered.recordedAt < asked.recordedAt) ? asked : undefined;
}

/** Which action, and by when. What it is called stands in its owner's mail too; nothing else of it does. */
export const actionFacts: NonNullable<Page['facts']> = (visit) => [
  ['Action', `“${shown(actionOf(visit) ?? '')}”`],
  ...(visit.duty?.due ? [['To be done by', longDate(visit.duty.due)] as const] : []),
];

/** What is said of an event in one line: typed texts are left out, for they may name anybody. */
export function lineOf(visit: Visit, { event }: Recorded): string {
  const { reason: _reason, ...said } = event;
  const { labels } = visit.setting;
  const { outcome, ...others } = said as typeof said & { readonly outcome?: string };
  const isTyped = event.type === 'action-done' || event.type === 'assessment-completed';
  const name = (id: string) => {
    const person = personOf(visit, id);
    return person ? nameOf(visit, person) : 'somebody';
  };
  return upper(eventWords({ ...others, ...(!isTyped && { outcome }) }, { recorded: '', labels, name }));
}

/** The events that stand and speak of the duty or meeting a link is about, the newest first. */
export function eventsAbout(visit: Visit): readonly Recorded[] {
  return standingEvents(visit)
    .filter(({ event }) => sourceOf(event.type) === 'anybody' && speaksOf(visit, event))
    .sort((a, b) => (a.recordedAt < b.recordedAt ? 1 : -1));
}

function speaksOf(visit: Visit, event: CaseEvent): boolean {
  const { about } = visit.link;
  const action = actionOf(visit);
  if (action !== undefined)
    return ('action' in event && event.action === action) || ('id' in event && event.id === action);
  if (visit.meeting !== undefined) return meetingsIn(event).includes(visit.meeting) || books(event, visit.meeting);
  if (about === 'approve/closure') return event.type.startsWith('closure-');
  if (about.startsWith('approve/plan') || about === 'propose/plan')
    return event.type === 'plan-proposed' || event.type === 'plan-approved';
  return event.type === 'decision-recorded' && event.about === about;
}

/** A meeting is booked by the one before it, where the next was fixed there; the first core group by the conference. */
function books(event: CaseEvent, meeting: MeetingId): boolean {
  if (event.type === 'conference-held')
    return meeting === 'initial-conference' || (meeting === 'core-group-1' && event.firstCoreGroup !== undefined);
  if (event.type !== 'meeting-held' || event.next === undefined) return false;
  const [, kind, number] = /^(.*)-(\d+)$/.exec(event.meeting) ?? [];
  return meeting === `${kind}-${Number(number) + 1}`;
}
