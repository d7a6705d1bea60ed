// What people say of what they owe without doing it: that they are on it, that it is not theirs, that they need longer; and that somebody
// needs help to come. Who may say so of what, and how long it holds. None of it moves a limit by itself.

import type { CaseEvent, EventOf, Recorded } from '../case/events.ts';
import { type Case, knownAt } from '../case/facts.ts';
import { happenedWith } from '../case/history.ts';
import type { Duty, DutyKey, PersonId, Rule } from '../case/model.ts';
import { own } from '../case/own.ts';
import { hasLeft, isFamily, managersAt, personAt, socialWorkerAt, standInsFor } from '../case/people.ts';
import { putOffs } from '../case/put-off.ts';
import { mayWait } from '../duties/families.ts';
import { owedAt } from '../duties/owed.ts';
import { putOffOf } from '../policy/policy.ts';
import type { Instant } from '../time/calendar.ts';
import { Refusal } from './refusal.ts';
import { thereAre } from './unknown.ts';

/** Why such an answer cannot be; undefined of any other event. */
export function wrongAnswer(c: Case, recorded: Recorded): Refusal | undefined {
  const { event } = recorded;
  switch (event.type) {
    case 'put-off':
      return wrongWait(c, recorded, event);
    case 'not-mine':
      return wronglyDenied(c, recorded, event);
    case 'later-date-asked':
      return wronglyAsked(c, recorded, event);
    case 'later-date-answered':
      return wronglyAnswered(c, recorded, event);
    case 'acceptance-received':
    case 'help-asked':
      return own(c.meetings, event.meeting)?.held
        ? refuse(`${event.type}: meeting: ${event.meeting} was held on ${c.meetings[event.meeting]?.held?.on}`)
        : undefined;
    default:
      return undefined;
  }
}

/** The duty that an answer speaks of, where it is owed and theirs to speak of. */
function theirs(c: Case, { event }: Recorded, key: DutyKey, at: Instant): Duty | Refusal {
  const open = owedAt(c, at);
  const duty = open.find((one) => one.key === key);
  if (duty && isTheirs(c, duty, event.by, at)) return duty;
  if (duty) return refuse(`${event.type}: by: "${key}" is owed by "${ownerAt(c, duty, at)}", not by "${event.by}"`);
  const mine = open.filter((one) => isTheirs(c, one, event.by, at)).map((one) => one.key);
  return refuse(`${event.type}: duty: "${key}" is not owed; of what "${event.by}" owes ${thereAre(mine)}`);
}

const ownerAt = (c: Case, { owner, ownerIs }: Duty, at: Instant): PersonId => (ownerIs ? socialWorkerAt(c, at) : owner);

/** Whose a duty is to answer for: its owner's, and whose who stands in for them or gets what is theirs, as the mails go. */
export function answerFor(c: Case, duty: Duty, at: Instant): readonly PersonId[] {
  const owner = ownerAt(c, duty, at);
  const worker = socialWorkerAt(c, at);
  const goesTo = hasLeft(c, owner, at) || isFamily(c, personAt(c, owner, at)) ? worker : owner;
  return [...new Set([owner, ...standInsFor(c, goesTo, at)])];
}
const isTheirs = (c: Case, duty: Duty, person: PersonId, at: Instant): boolean =>
  answerFor(c, duty, at).includes(person);

function wrongWait(c: Case, recorded: Recorded, { duty: key, until }: EventOf<'put-off'>): Refusal | undefined {
  const duty = theirs(c, recorded, key, knownAt(recorded));
  if (duty instanceof Refusal) return duty;
  if (!mayWait(key)) return refuse(`put-off: duty: "${key}" cannot wait: record it as soon as it is done`);
  const { days, times } = putOffOf(c.policy);
  const today = c.calendar.londonDate(recorded.recordedAt);
  const last = c.calendar.openDays(today, days);
  if (until <= today) return refuse(`put-off: until: ${until} is not after today, ${today}`);
  if (until > last)
    return refuse(`put-off: until: ${until} is more than ${days} working days ahead: ${last} at the latest`);
  if (times === 0) return refuse(`put-off: the policy of ${c.policy.name} lets nobody ask to wait`);
  const before = putOffs(c, duty).length;
  return before < times
    ? undefined
    : refuse(
        `put-off: duty: "${key}" was put off ${before === 1 ? 'once' : `${before} times`} already: do it, or say with not-mine whose it is`,
      );
}

function wronglyDenied(
  c: Case,
  recorded: Recorded,
  { duty: key, whose, by }: EventOf<'not-mine'>,
): Refusal | undefined {
  const duty = theirs(c, recorded, key, knownAt(recorded));
  if (duty instanceof Refusal) return duty;
  if (whose === by) return refuse(`not-mine: whose: "${by}" says so themselves: name somebody else, or nobody`);
  const says = ({ event }: { readonly event: CaseEvent }) =>
    event.type === 'not-mine' && event.duty === key && event.by === by;
  const before = happenedWith(c, says).findLast(({ known }) => known >= duty.known);
  return before && refuse(`not-mine: duty: "${by}" said so of "${key}" on ${before.on} already`);
}

/** R8: what is late stays late. A later date is asked for, and agreed, while the action is not. */
function wronglyAsked(
  c: Case,
  recorded: Recorded,
  { action: id, due }: EventOf<'later-date-asked'>,
): Refusal | undefined {
  const action = own(c.actions, id);
  if (!action) return undefined; // unknown.ts
  const duty = theirs(c, recorded, `action/${id}`, knownAt(recorded));
  if (duty instanceof Refusal) return duty;
  if (action.due === undefined)
    return refuse(`later-date-asked: action: "${id}" has no date yet: agree one with action-agreed`);
  if (action.asked)
    return refuse(
      `later-date-asked: action: ${action.asked.due} was asked for on ${action.asked.on}, and is not answered yet`,
    );
  return lateAlready(c, recorded, id) ?? notLater(c, recorded, id, due);
}

function wronglyAnswered(
  c: Case,
  recorded: Recorded,
  { action: id, agreed, due, by }: EventOf<'later-date-answered'>,
): Refusal | undefined {
  const action = own(c.actions, id);
  if (!action) return undefined;
  const at = knownAt(recorded);
  const { asked } = action;
  if (!asked || action.done) return refuse(`later-date-answered: action: nobody asks for a later date for "${id}"`);
  const may = [...new Set([...standInsFor(c, socialWorkerAt(c, at), at), ...managersAt(c, at)])].filter(
    (person) => person !== asked.by,
  );
  if (!may.includes(by))
    return refuse(`later-date-answered: by: the social worker or a manager answers "${asked.by}" (${may.join(', ')})`);
  if (!agreed)
    return due === undefined
      ? undefined
      : refuse('later-date-answered: due: leave it out where no later date is agreed');
  return lateAlready(c, recorded, id) ?? notLater(c, recorded, id, due ?? asked.due);
}

function lateAlready(c: Case, { event, recordedAt }: Recorded, id: string): Refusal | undefined {
  const due = own(c.actions, id)?.due;
  if (due === undefined || c.calendar.londonDate(recordedAt) <= due) return undefined;
  return refuse(
    `${event.type}: "${id}" was due on ${due}, and is late: agree what is left as an action of its own`,
    'R8',
  );
}

function notLater(c: Case, { event }: Recorded, id: string, due: string): Refusal | undefined {
  const before = own(c.actions, id)?.due;
  return before === undefined || due > before
    ? undefined
    : refuse(`${event.type}: due: ${due} is not later than ${before}, when "${id}" is due`);
}

const refuse = (message: string, rule: Rule | null = null): Refusal => new Refusal(rule, message);
