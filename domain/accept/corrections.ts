// Putting right what was recorded (L1): who may, what can be, and whether the case still holds together afterwards.

import { endsSomething, sourceOf } from '../case/catalogue.ts';
import type { CaseEvent, EventType, Recorded } from '../case/events.ts';
import { type Case, whatHappened } from '../case/facts.ts';
import { walk, withEvent } from '../case/fold.ts';
import type { PersonId } from '../case/model.ts';
import { own } from '../case/own.ts';
import { managersAt } from '../case/people.ts';
import { openingOf, type PutsRight, putsRight, rootOf, targetOf, withdrawals } from '../case/put-right.ts';
import type { Instant } from '../time/calendar.ts';
import { contradicts } from './contradictions.ts';
import type { Finding } from './gate.ts';
import { findings } from './gates.ts';
import { NODRIFT, Refusal } from './refusal.ts';

/** What is recorded at once, all or none. */
export interface Together {
  /** The case before all of it. */
  readonly before: Case;
  /** More is put right after this: only the last of it is judged, with the case as all of it leaves it. */
  readonly more: boolean;
}

/** One of several events that are recorded together. */
export const recordedTogether = (before: Case, events: readonly Recorded[], i: number): Together => ({
  before,
  more: events.slice(i + 1).some(putsRight),
});

/** The refusal for the gates that are not passed: by the first of them, which names the others too. @param reason that was given */
export function notPassed(found: readonly Finding[], reason: string | undefined): Refusal | undefined {
  const failed = found.filter(({ level }) => level === 'refuse' || (level === 'reason' && reason === undefined));
  const [gate, ...more] = failed;
  if (!gate) return undefined;
  const words = ({ level, message, mend }: Finding) =>
    `${message}; ${mend}${level === 'reason' ? ', or give a reason' : ''}`;
  return new Refusal(gate.rule, [words(gate), ...more.map((one) => `${one.rule}: ${words(one)}`)].join('; '));
}

/** The case with a correction or withdrawal, or why it cannot be. */
export function acceptPutRight(c: Case, recorded: PutsRight, together?: Together): Case | Refusal {
  const impossible = impossibleToPutRight(c, recorded);
  if (impossible) return impossible;
  const next = withEvent(c, recorded);
  // What another case put right is so, whatever was made of it here.
  if (recorded.event.by === NODRIFT) return next;
  const forbidden = notTheirs(c, next, recorded);
  if (forbidden || together?.more) return forbidden ?? next;
  return fallsApart(together?.before ?? c, next) ?? next;
}

function impossibleToPutRight(c: Case, recorded: PutsRight): Refusal | undefined {
  const { event } = recorded;
  const id = targetOf(recorded);
  const what = `${event.type}: ${event.type === 'event-corrected' ? 'corrects' : 'withdraws'}`;
  const all = new Map(c.events.map((one) => [one.id, one]));
  const target = all.get(id);
  if (!target) return refuse(`${what}: this case has no event "${id}"; its history numbers those there are`);
  const by = withdrawals(c.events).get(id);
  if (by !== undefined) return refuse(`${what}: "${id}" is withdrawn already; withdraw "${by}" to bring it back`);
  const isOwn = event.by === NODRIFT;
  if (sourceOf(target.event.type) !== 'anybody' && !isOwn)
    return refuse(`${what}: "${id}" is a ${target.event.type}, which Nodrift recorded: it cannot be put right by hand`);
  if (event.type === 'event-withdrawn')
    return id === openingOf(c.events)?.id
      ? refuse(`${what}: "${id}" opened the case: it can be corrected, not withdrawn; a case opened in error is ended`)
      : undefined;
  const root = rootOf(all, id);
  if (!root) return refuse(`${what}: "${id}" is a withdrawal: withdraw it to bring back what it took away`);
  const gone = withdrawals(c.events).get(root.id);
  if (gone !== undefined)
    return refuse(`${what}: "${root.id}" is withdrawn already; withdraw "${gone}" to bring it back`);
  return isOwn || sourceOf((event.event as unknown as CaseEvent).type) === 'anybody'
    ? undefined
    : refuse(`${event.type}: event: ${event.event.type} is recorded by Nodrift`);
}

/** What ends or revives something is put right by a chair or a manager; what only some may record, by one of them. */
function notTheirs(c: Case, next: Case, { event, recordedAt }: PutsRight): Refusal | undefined {
  const changed = [...versions(c, next), ...versions(next, c)];
  const ending = changed.find(({ recorded }) => endsSomething(recorded.event));
  if (ending && !isChair(c, event.by) && !managersAt(c, recordedAt).includes(event.by))
    return refuse(
      `${event.type}: by: ${ending.recorded.event.type} ends or revives something: the chair or a manager puts it right (${managersAt(c, recordedAt).join(', ') || 'this case has no manager'})`,
    );
  for (const { before, recorded } of changed) {
    const passed = new Set(findings(before, recorded).map(({ rule }) => rule));
    const theirs = { ...recorded, event: { ...recorded.event, by: event.by } };
    const refusal = notPassed(
      findings(before, theirs).filter(({ rule }) => !passed.has(rule)),
      event.reason,
    );
    if (refusal) return refusal;
  }
  return undefined;
}

/** What stands in one case and not in the other, each with the case before it. */
function versions(c: Case, other: Case): readonly { readonly before: Case; readonly recorded: Recorded }[] {
  const there = new Set(whatHappened(other).map(({ id }) => id));
  return [...walk(c)].filter(({ recorded }) => !there.has(recorded.id));
}

const CHAIRS = ['conference-chair', 'reviewing-officer'];
const isChair = (c: Case, person: PersonId): boolean => CHAIRS.includes(own(c.people, person)?.role ?? '');

const ANSWERS: ReadonlySet<EventType> = new Set<EventType>([
  'put-off',
  'not-mine',
  'later-date-asked',
  'later-date-answered',
  'help-asked',
  'acceptance-received',
]);

/** A corrected event that cannot have been so, or events that cannot have been so any more. */
function fallsApart(before: Case, next: Case): Refusal | undefined {
  const known = new Set(before.events.map(({ id }) => id));
  const contradicted = new Set(
    [...walk(before)].filter((one) => contradiction(one, before)).map(({ recorded }) => recorded.id),
  );
  const corrections = new Map(next.events.filter(putsRight).map((one) => [one.id, one]));
  const broken: string[] = [];
  for (const one of walk(next)) {
    const { recorded } = one;
    const isNew = !known.has(recorded.id) && corrections.has(recorded.id);
    // What somebody answered is about what was recorded then, whatever became of it.
    if (contradicted.has(recorded.id) || recorded.event.type === 'checklist-answered') continue;
    if (ANSWERS.has(recorded.event.type) && !isNew) continue;
    const wrong = contradiction(one, next, isNew ? corrections.get(recorded.id)?.recordedAt : undefined);
    if (wrong && isNew) return wrong;
    if (wrong) broken.push(`"${recorded.id}" (${wrong.message})`);
    const gate = isNew ? notPassed(findings(one.before, recorded), recorded.event.reason) : undefined;
    if (gate) return gate;
  }
  if (broken.length === 0) return undefined;
  return refuse(`what came after it could not have been: ${broken.join('; ')}; put these right in the same record`);
}

/** Whoever is known now may be named: people are typed in when they are first needed. */
const contradiction = (
  { before, recorded }: { readonly before: Case; readonly recorded: Recorded },
  { people }: Case,
  said?: Instant,
): Refusal | undefined => contradicts({ ...before, people: { ...people, ...before.people } }, recorded, said);

const refuse = (message: string): Refusal => new Refusal(null, message);
