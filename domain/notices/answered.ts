// What is told at once of the answers people give to what they are asked for: that something is not theirs, that they need longer, that they
// need help to come. And what a manager is told of what was done by a link in a mail, after they had been told that it was not.

import type { EventOf, Recorded } from '../case/events.ts';
import { asOf, type Case, calendarAt, dayOf, knownAt, whatHappened } from '../case/facts.ts';
import type { PersonId, Step } from '../case/model.ts';
import { own } from '../case/own.ts';
import { managerAt, socialWorkerAt } from '../case/people.ts';
import { isLate, type Standing } from '../duties/owed.ts';
import type { Instant, LocalDate } from '../time/calendar.ts';
import { ask, inform, informManager, type What } from './inform.ts';
import { climb, reachable } from './ladder.ts';
import { NOTHING_TOLD } from './told.ts';

type Answer = EventOf<'not-mine' | 'later-date-asked' | 'later-date-answered' | 'help-asked'>;

/** Each answer once, to whoever it is for. */
export function answered(c: Case, since: Instant): readonly Step[] {
  const answers = c.memory.of('answers', '', [c.events, c.stands], () =>
    whatHappened(c).filter((one): one is Recorded<Answer> => isAnswer(one)),
  );
  return answers.flatMap((one) => (knownAt(one) < since ? [] : told(c, one)));
}

const isAnswer = ({ event }: Recorded): boolean =>
  ['not-mine', 'later-date-asked', 'later-date-answered', 'help-asked'].includes(event.type);

function told(c: Case, recorded: Recorded<Answer>): readonly Step[] {
  const { event } = recorded;
  switch (event.type) {
    case 'not-mine':
      return notMine(c, recorded, event);
    case 'later-date-asked':
      return laterDate(c, recorded, event);
    case 'later-date-answered':
      return laterDateAnswered(c, recorded, event);
    case 'help-asked':
      return help(c, recorded, event);
    default:
      return event satisfies never;
  }
}

/** The social worker and the manager are asked whose it is. Until somebody else has it, nothing about it changes. */
function notMine(c: Case, recorded: Recorded, { by, duty, whose }: EventOf<'not-mine'>): readonly Step[] {
  const at = knownAt(recorded);
  const [family = '', meeting = ''] = duty.split('/');
  const what: What = {
    duty,
    meeting: own(c.meetings, meeting)?.id ?? null,
    due: null,
    rules: family === 'action' ? ['R7', 'R8'] : [],
    about: by,
    whose,
    why: 'not-mine',
  };
  return ask(c, at, `not-mine/${recorded.id}`, deciding(c, at), what);
}

const deciding = (c: Case, at: Instant): readonly PersonId[] => {
  const manager = managerAt(c, at);
  return [socialWorkerAt(c, at), ...(manager === undefined ? [] : [manager])];
};

/** R8: the social worker decides; of the social worker's own actions the manager does. */
function laterDate(c: Case, recorded: Recorded, { action, due, by }: EventOf<'later-date-asked'>): readonly Step[] {
  const at = knownAt(recorded);
  const worker = socialWorkerAt(c, at);
  const before = dueAt(c, action, at);
  const what: What = {
    duty: `action/${action}`,
    meeting: null,
    due: before ?? null,
    rules: ['R8'],
    about: by,
    text: `a later date for a plan action: ${due}${before === undefined ? '' : ` in place of ${before}`}`,
    why: 'later-date-asked',
  };
  const people = deciding(c, at).filter((person) => (by === worker) === (person !== worker));
  return ask(c, at, `later-date/${recorded.id}`, people, what);
}

function laterDateAnswered(
  c: Case,
  recorded: Recorded,
  { action, agreed }: EventOf<'later-date-answered'>,
): readonly Step[] {
  const at = knownAt(recorded);
  const asked = whatHappened(c).findLast(
    (one) => one.event.type === 'later-date-asked' && one.event.action === action && knownAt(one) <= at,
  );
  const due = dueAt(c, action, at, recorded);
  if (!asked || due === undefined) return [];
  const text = agreed ? `a plan action is due on ${due} now, as you asked` : `a plan action stays due on ${due}`;
  const what: What = { duty: `action/${action}`, meeting: null, due, rules: ['R8'], text, why: 'later-date-answered' };
  return inform(c, at, `later-date/${recorded.id}`, asked.event.by, what, recorded.event.by);
}

/** When an action was due as the case knew it at a moment: with what was answered then, or before it. */
function dueAt(c: Case, id: string, at: Instant, answer?: Recorded): LocalDate | undefined {
  let due: LocalDate | undefined;
  let asked: LocalDate | undefined;
  for (const one of whatHappened(c)) {
    const { event } = one;
    if (knownAt(one) > at) continue;
    if (event.type === 'later-date-asked' && event.action === id) asked = event.due;
    if (event.type === 'later-date-answered' && event.action === id && event.agreed) due = event.due ?? asked ?? due;
    if (event.type === 'action-agreed' && event.id === id) due = event.due ?? due;
    if (one === answer) break;
  }
  return due ?? own(c.actions, id)?.due;
}

/** At once to the social worker, who sees to it: what they need, by name of the thing, and nothing else of what they say. */
function help(
  c: Case,
  recorded: Recorded,
  { by, person = by, meeting, what = [] }: EventOf<'help-asked'>,
): readonly Step[] {
  const at = knownAt(recorded);
  const with_ = what.filter((one) => one !== 'other');
  const text = `asks for help to come to ${meeting}${with_.length > 0 ? `: ${with_.join(', ')}` : ''}`;
  const asks: What = {
    duty: null,
    meeting,
    due: null,
    rules: ['R38'],
    about: person,
    text,
    why: 'help-asked',
    booking: own(c.meetings, meeting)?.bookings.findLast((one) => one.known <= at),
  };
  return inform(c, at, `help/${recorded.id}`, socialWorkerAt(c, at), asks, by);
}

/**
 * A manager had been told that something was not done, or not booked, and its owner says by a link that it is: the manager hears so with the next
 * morning's notices, and is asked whether they agree. In place of what is told of what was done late.
 * @returns undefined where it was not so
 */
export function byLink(c: Case, duty: Standing, since: Instant): readonly Step[] | undefined {
  const said = linked(c, duty);
  if (!said) return undefined;
  const { known, by, text } = said;
  const at = calendarAt(c, known).nextMorning(known);
  if (at < since) return [];
  const managers = new Set(managersOf(c, known));
  const open = { ...duty, done: undefined, quiet: duty.done ? duty.quiet : undefined };
  const before = climb(asOf(c, known), open, NOTHING_TOLD, known);
  if (!before.some((step) => step.kind === 'escalation' && step.at < known && managers.has(step.to))) return undefined;
  const { key, meeting, due, rules } = duty;
  const what: What = {
    duty: key,
    meeting,
    due,
    rules,
    text: `${text}, by a link in a mail`,
    about: by,
    why: 'by-link',
  };
  return informManager(c, at, `by-link/${key}${duty.done ? '' : `/${said.event}`}`, what, by);
}

/** What ended or silenced the reminders of a duty, where whoever owes it said so by a link. */
function linked(
  c: Case,
  duty: Standing,
): { readonly known: Instant; readonly by: PersonId; readonly event: string; readonly text: string } | undefined {
  const links = c.memory.of('by link', '', [c.events, c.stands], () =>
    whatHappened(c).filter(({ event }) => event.via === 'link'),
  );
  if (links.length === 0) return undefined;
  const { done, key, meeting, due, lapsed, quiet, owner, ownerIs } = duty;
  const booking = meeting === null || lapsed || quiet !== 'before' ? undefined : c.meetings[meeting]?.bookings.at(-1);
  const known = done?.known ?? booking?.known;
  if (known === undefined) return undefined;
  const theirs = ownerIs ? socialWorkerAt(c, known) : owner;
  const may = [theirs, ...reachable(c, theirs, known)];
  const link = links.find(
    (one) => knownAt(one) === known && may.includes(one.event.by) && (done || one.id === booking?.edition),
  );
  if (!link) return undefined;
  const {
    id: event,
    event: { by },
  } = link;
  if (done)
    return {
      known,
      by,
      event,
      text: `recorded as done on ${done.on}${isLate({ due }, done.on) ? ', after its limit' : ''}`,
    };
  // One that is booked too late the manager hears of at once.
  if (!booking || !key.startsWith('hold/') || isLate({ due }, dayOf(booking))) return undefined;
  return { known, by, event, text: `booked for ${dayOf(booking)}` };
}

const managersOf = (c: Case, at: Instant): readonly PersonId[] => {
  const manager = managerAt(c, at);
  return manager === undefined ? [] : [manager, ...reachable(c, manager, at)];
};
