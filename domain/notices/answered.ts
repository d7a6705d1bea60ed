// What is told at once of the answers people give to what they are asked for: that something is not theirs, that they need longer, that they
// need help to come. And what a manager is told of what was done by a link in a mail, after they had been told that it was not.

import type { EventOf, Recorded } from '../case/events.ts';
import { type Case, calendarAt, knownAt, whatHappened } from '../case/facts.ts';
import type { PersonId, Step } from '../case/model.ts';
import { own } from '../case/own.ts';
import { managerAt, socialWorkerAt } from '../case/people.ts';
import { Memory } from '../case/remembered.ts';
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
    ...{ duty: `action/${action}`, meeting: null, due: before ?? null, rules: ['R8'], about: by },
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
  return inform(c, at, `later-date/${recorded.id}`, asked.event.by, what);
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
  return inform(c, at, `help/${recorded.id}`, socialWorkerAt(c, at), {
    ...{ duty: null, meeting, due: null, rules: ['R38'], about: person, text, why: 'help-asked' },
    booking: own(c.meetings, meeting)?.bookings.findLast((one) => one.known <= at),
  });
}

/**
 * A manager had been told that something was not done, and its owner says by a link that it is: the manager hears so with the next morning's
 * notices, and is asked whether they agree. In place of what is told of what was done late.
 * @returns undefined where it was not so
 */
export function byLink(c: Case, duty: Standing, since: Instant): readonly Step[] | undefined {
  const { done, key, meeting, due, rules } = duty;
  const by = done && recordedByLink(c, duty, done.known);
  if (!done || by === undefined) return undefined;
  const at = calendarAt(c, done.known).nextMorning(done.known);
  if (at < since) return [];
  const managers = new Set(managersOf(c, done.known));
  const before = climb(asOf(c, done.known), { ...duty, done: undefined } as Standing, NOTHING_TOLD, done.known);
  if (!before.some((step) => step.kind === 'escalation' && step.at < done.known && managers.has(step.to)))
    return undefined;
  const late = isLate({ due }, done.on) ? ', after its limit' : '';
  const text = `recorded as done on ${done.on}${late}, by a link in a mail`;
  const what: What = { duty: key, meeting, due, rules, text, about: by, why: 'by-link' };
  return informManager(c, at, `by-link/${key}`, what, done.known);
}

/** With the policy and the calendar of that moment: a later one does not decide again who had been told. */
function asOf(c: Case, at: Instant): Case {
  const versions = c.versions.filter(({ since }) => since <= at);
  const last = versions.at(-1);
  if (!last || versions.length === c.versions.length) return c;
  return { ...c, policy: last.policy, calendar: last.calendar, versions, memory: new Memory() };
}

const managersOf = (c: Case, at: Instant): readonly PersonId[] => {
  const manager = managerAt(c, at);
  return manager === undefined ? [] : [manager, ...reachable(c, manager, at)];
};

/** Who recorded it, where whoever owed it did so by a link. */
function recordedByLink(c: Case, { owner, ownerIs }: Standing, at: Instant): PersonId | undefined {
  const linked = c.memory.of('by link', '', [c.events, c.stands], () =>
    whatHappened(c).filter(({ event }) => event.via === 'link'),
  );
  if (linked.length === 0) return undefined;
  const theirs = ownerIs ? socialWorkerAt(c, at) : owner;
  const may = [theirs, ...reachable(c, theirs, at)];
  return linked.find((one) => knownAt(one) === at && may.includes(one.event.by))?.event.by;
}
