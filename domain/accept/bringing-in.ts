// Bringing in a plan that runs (L9): what of it cannot be, each in one line with the way out.

import { approvedOn } from '../case/brought-in.ts';
import type { EventOf } from '../case/events.ts';
import type { Case } from '../case/facts.ts';
import { HAPPENS_ONCE } from '../case/kinds.ts';
import { meetingId } from '../case/meeting-id.ts';
import type { CaseKind } from '../case/model.ts';
import type { BroughtIn as Days } from '../lifecycles/lifecycle.ts';
import { lifecycleOf } from '../lifecycles/registry.ts';
import { dateOf, type LocalDate } from '../time/calendar.ts';
import { Refusal } from './refusal.ts';

type BroughtIn = EventOf<'brought-in'>;
const DAYS = [
  'strategyDiscussion',
  'conference',
  'referral',
  'planApproved',
  'consent',
  'lookedAfter',
  'planAgreed',
] as const;

/** Why this cannot be the plan that runs; undefined where it can. */
export function wronglyBroughtIn(c: Case, event: BroughtIn): Refusal | undefined {
  const { broughtIn } = lifecycleOf(c);
  const wrong =
    begunAlready(c) ??
    (broughtIn === undefined
      ? `a ${c.file.kind} plan is not brought in`
      : (wrongDays(c.file.kind, broughtIn, event) ?? wrongMeetings(c, broughtIn, event))) ??
    wrongRest(c.file.kind, event);
  return wrong === undefined ? undefined : new Refusal(null, `brought-in: ${wrong}`);
}

const begunAlready = (c: Case): string | undefined =>
  c.events.length > 0 ? 'opens a case, and this one has begun: correct its first event instead' : undefined;

/** A day that is this plan's, not after the day it is brought in, and not before what it follows. */
function wrongDays(kind: CaseKind, { days, beside = [], needs }: Days, event: BroughtIn): string | undefined {
  const own = [...days, ...beside];
  const strange = DAYS.find((day) => event[day] !== undefined && !own.includes(day));
  if (strange) return `${strange}: a ${kind} plan has none; it has ${own.join(', ')}`;
  if (needs.every((day) => event[day] === undefined))
    return `${needs[0]}: is missing: nothing can be counted without ${needs.join(' or ')}`;
  const ahead = own.find((day) => (event[day] ?? '') > event.on);
  if (ahead) return `${ahead}: ${event[ahead]} is after on, ${event.on}: bring in what had happened by then`;
  const there = days.filter((day) => event[day] !== undefined);
  const early = there.find((day, i) => there.slice(0, i).some((before) => (event[before] ?? '') > (event[day] ?? '')));
  const before = early && there.find((day) => (event[day] ?? '') > (event[early] ?? ''));
  return early && before ? `${early}: ${event[early]} is before ${before}, ${event[before]}` : undefined;
}

function wrongMeetings(c: Case, { meetingsFollow: day }: Days, event: BroughtIn): string | undefined {
  const { kind } = c.file;
  const began = event[day];
  const known = Object.keys(lifecycleOf(c).meetings).filter((one) => !HAPPENS_ONCE.some((once) => once === one));
  for (const [i, one] of event.meetings.entries()) {
    const at = `meetings.${i}`;
    const id = HAPPENS_ONCE.includes(one.kind) ? one.kind : meetingId(one.kind, one.number);
    if (!known.includes(one.kind))
      return one.kind === 'initial-conference' && kind === 'child-protection'
        ? `${at}.kind: give the day of the initial conference as conference`
        : `${at}.kind: a ${kind} plan has no ${one.kind}; it has ${known.join(', ')}`;
    if (began === undefined) return `${at}: ${id} follows the ${day}: give its day`;
    if (one.on < began) return `${at}.on: ${id} was held on ${one.on}, before ${day}, ${began}`;
    if (one.on > event.on)
      return `${at}.on: ${id} was held on ${one.on}, after on, ${event.on}: record it with meeting-held`;
    const others = event.meetings.filter((other, j) => j !== i && other.kind === one.kind);
    if (others.some(({ number }) => number === one.number)) return `${at}: ${id} is there twice`;
    const before = others.find(({ number, on }) => number < one.number && on > one.on);
    if (before)
      return `${at}.on: ${id} was held on ${one.on}, before ${meetingId(before.kind, before.number)}, ${before.on}`;
    const wrong = wrongMode(c, one) ?? wrongNext(one, others, event.on);
    if (wrong) return `${at}.${wrong}`;
  }
  return undefined;
}

type Met = BroughtIn['meetings'][number];

/** R147, R151: only some are held by consultation. */
const wrongMode = (c: Case, { kind, mode }: Met): string | undefined =>
  mode === 'consultation' && !lifecycleOf(c).meetings[kind]?.byConsultation
    ? `mode: only a child in need review is held by consultation, not a ${kind}`
    : undefined;

/** What is booked is still to come, and follows the last that was held. */
function wrongNext(
  { kind, number, nextStart, venue, invited }: Met,
  others: readonly Met[],
  day: LocalDate,
): string | undefined {
  if (nextStart === undefined)
    return venue === undefined
      ? invited
        ? 'invited: is to a meeting that is booked: give nextStart'
        : undefined
      : 'venue: is where the next is booked: give nextStart';
  if (others.some((other) => other.number > number))
    return `nextStart: what follows ${meetingId(kind, number)} is among the meetings: leave it out`;
  return dateOf(nextStart) < day
    ? `nextStart: ${nextStart} is before on, ${day}: say that ${meetingId(kind, number + 1)} was held, or leave it out`
    : undefined;
}

/** A plan has members; what is to be done is named once. */
function wrongRest(kind: CaseKind, event: BroughtIn): string | undefined {
  const planned =
    kind === 'child-protection' ? event.conference : kind === 'child-in-need' ? approvedOn(event) : undefined;
  if (planned && event.members.length === 0) return 'members: names nobody: name who belongs to the plan’s group';
  const ids = (event.actions ?? []).map(({ id }) => id);
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  return twice === undefined ? undefined : `actions: "${twice}" is there twice`;
}
