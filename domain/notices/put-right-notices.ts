// What is told when something was put right (L1): whoever was told what is no longer so hears it once, at once; nobody hears again what
// still is so. Derived: what the case said as it stood before is compared with what it says now.

import type { Case } from '../case/facts.ts';
import type { DutyKey, PersonId, Step, Why } from '../case/model.ts';
import { isFamily, personAt } from '../case/people.ts';
import { putsRight } from '../case/put-right.ts';
import { familyOf } from '../duties/families.ts';
import type { PutRight } from '../duties/last-put-right.ts';
import { isLate, planEnd, type Standing, standsTheSame } from '../duties/owed.ts';
import { toldAt, type What } from './inform.ts';
import { reachable, stepKey } from './ladder.ts';
import { mailWords, roleWords } from './words.ts';

/**
 * What is told at once, as it is known now: what was said before stays said, what is new since is told when it was put right.
 * @param before what was told at once as the case stood then
 * @param now the same of the case as it stands, by when it would have been known
 */
export function toldAnew(c: Case, last: PutRight, before: readonly Step[], now: readonly Step[]): readonly Step[] {
  const { at, by } = last;
  const said = before.filter((step) => step.at < at);
  const same = new Map(said.map((step) => [content(step), step]));
  const heard = new Set(said.filter(isAttendance).map(whereTo));
  const keys = new Set(said.map((step) => step.key));
  const told = now.flatMap((step): Step[] => {
    if (step.at > at) return [numbered(c, keys.has(step.key) ? { ...step, key: `${step.key}${by}` } : step)];
    // Under the key it was told under: another one, of the very moment told last, would be told again.
    const was = same.get(content(step));
    if (was) return step.at < at ? [was] : [];
    if (hasBegun(c, step, last)) return [];
    const kind = step.kind === 'invitation' && heard.has(whereTo(step)) ? 'change' : step.kind;
    // Said with other words before, or by now taken back: another notice, under a key of its own.
    const key = step.at < at || keys.has(step.key) ? `${step.key}${by}` : step.key;
    return [numbered(c, { ...step, key, kind, at })];
  });
  const spokenTo = new Set(
    told.filter(isAttendance).flatMap((step) => (step.at < at ? [content(step)] : [whereTo(step)])),
  );
  // Invited to what, as it turns out, never was to be: their calendars are put right.
  const called = said.filter(
    (step) =>
      isAttendance(step) &&
      step.rung === 'invitation' &&
      !spokenTo.has(content(step)) &&
      !spokenTo.has(whereTo(step)) &&
      !(step.meeting !== null && c.meetings[step.meeting]?.held) &&
      !hasBegun(c, step, last),
  );
  const off = called.map((step): Step => {
    const key = stepKey(step.duty ?? '', 'cancellation', 0, step.to, by);
    const why = goesOn(last.after, step) ? { why: 'left' as const } : {};
    return numbered(c, { ...step, key, at, kind: 'cancellation', rung: 'cancellation', ...why });
  });
  return [...told, ...off];
}

/** What somebody was told that is not so any more, or is another way, in a line. */
interface NotSo {
  readonly to: PersonId;
  /** What it is about: of several lines about one thing the last stays. */
  readonly about: string;
  readonly line: string;
}

/** What people were reminded of, chased for or told of as owed, and that is not so any more: what was said and what is so. */
export function wronglyChased(chased: readonly Step[], was: readonly Standing[], now: readonly Standing[]): NotSo[] {
  return chased.flatMap(({ to, duty: key }): NotSo[] => {
    const old = was.find((duty) => duty.key === key);
    const duty = now.findLast((one) => one.key === key);
    if (!old || (duty && standsTheSame(old, duty))) return [];
    return [{ to, about: old.key, line: `${mailWords(old.key).thing}${limit(old.due)} ${standing(old.key, duty)}` }];
  });
}

/**
 * What people were told for their information, and that nothing tells them now: that a plan had ended, that something was done late, that a meeting
 * did not take place. What is told another way now is told them anew (`toldAnew`).
 * @param said what was told at once as the case stood before
 * @param after the same of the case as it was put right
 */
export function wronglyTold(c: Case, said: readonly Step[], after: readonly Step[], now: readonly Standing[]): NotSo[] {
  const matters = new Set(after.map(matter));
  return said.flatMap((step): NotSo[] => {
    if (step.kind !== 'information' || matters.has(matter(step))) return [];
    const line = notSo(c, step, now);
    return line === undefined ? [] : [{ to: step.to, about: matter(step), line }];
  });
}

/** What a notice is about, whatever it says of it. */
const matter = ({ to, duty, meeting, why, about, rules }: Step): string =>
  JSON.stringify([to, duty, meeting, why, about, rules]);

/** What is said in a text of its own, and can turn out not to be so. */
const SAID_IN_WORDS: ReadonlySet<string> = new Set<Why>([
  'ended-early',
  'booked-late',
  'departure',
  'scale-fell',
  'carried',
  'taken-over',
  'passed-on',
  'given-away',
]);

function notSo(
  c: Case,
  { at, duty, meeting, why, text, open, about }: Step,
  now: readonly Standing[],
): string | undefined {
  const is = (key: DutyKey, said: string) =>
    `${mailWords(key).thing}, which you were told ${said}, ${standing(
      key,
      now.findLast((one) => one.key === key),
    )}`;
  if (why === 'not-held') return is(`hold/${meeting}`, 'did not take place');
  // What line managers are told of a meeting speaks of nobody.
  if (duty?.startsWith('attend/'))
    return about === undefined
      ? undefined
      : `it is not so that the ${roleWords(personAt(c, about, at)?.role ?? '')} sent apologies for ${meeting}`;
  if (duty !== null) return text?.startsWith('done on ') ? is(duty, `was ${text}`) : undefined;
  if (text === undefined || why === undefined || !SAID_IN_WORDS.has(why)) return undefined;
  // Up to what is owed with it, or where more is to be read.
  const what = text.split(open ? ':' : ';')[0];
  return why === 'departure' ? `nothing was ${what}` : `it is not so that ${what}`;
}

/** To each whom it concerns one notice of all that is not so. */
export function putRightTo(c: Case, { at, by }: PutRight, all: readonly NotSo[]): readonly Step[] {
  // Who of the family was told hears it too; chased they never were.
  const heard = (to: PersonId) => (isFamily(c, personAt(c, to, at)) ? [to] : reachable(c, to, at));
  const lines = new Map<PersonId, Map<string, string>>();
  for (const { to, about, line } of all)
    for (const person of heard(to))
      lines.set(person, (lines.get(person) ?? new Map<string, string>()).set(about, line));
  const what = (mine: ReadonlyMap<string, string>): What => ({
    ...{ duty: null, meeting: null, due: null, rules: [], why: 'put-right' },
    text: `what was recorded wrongly is put right: ${[...mine.values()].join('; ')}`,
  });
  return [...lines].map(([to, mine]) => toldAt(at, 'put-right', to, 'change', what(mine), by));
}

/** In words, what by the correction is late and was not; undefined where nothing is. It is late from its true limit. */
export function lateByCorrection(
  c: Case,
  { at }: PutRight,
  was: readonly Standing[],
  now: readonly Standing[],
): string | undefined {
  const today = c.calendar.londonDate(at);
  const isLateOf = (all: readonly Standing[]) =>
    all.filter((duty) => !duty.done && !duty.lapsed && isLate(duty, today) && familyOf(duty.key) !== 'confirm');
  const before = new Set(isLateOf(was).map(({ key }) => key));
  const late = isLateOf(now).filter(({ key }) => !before.has(key));
  if (late.length === 0) return undefined;
  const lines = late.map(({ key, due }) => {
    const old = was.find((duty) => duty.key === key)?.due;
    const { thing, many } = mailWords(key);
    return `${thing} ${many ? 'were' : 'was'} due on ${due}${old ? `, and not on ${old}` : ''}`;
  });
  return `late by correction: ${lines.join('; ')}`;
}

function standing(key: DutyKey, duty: Standing | undefined): string {
  const { many, family } = mailWords(key);
  const is = many ? 'are' : 'is';
  if (!duty || duty.lapsed) return `${is} not owed`;
  if (duty.done) return `${many ? 'were' : 'was'} ${family === 'hold' ? 'held' : 'done'} on ${duty.done.on}`;
  return duty.due === null ? `${is} owed, without a limit` : `${is} due on ${duty.due}`;
}

const limit = (due: string | null): string => (due === null ? '' : `, which you were told of as due on ${due},`);

const isAttendance = ({ duty }: Step): boolean => duty?.startsWith('attend/') ?? false;
const whereTo = ({ to, meeting }: Step): string => `${to} ${meeting}`;

/** What a person reads: not by which event, nor whether it counts as an invitation or a change. */
const content = ({ to, duty, meeting, rung, due, text, about, why, booking, rules }: Step): string =>
  JSON.stringify([to, duty, meeting, rung, due, text, about, why, booking?.start, booking?.venue, rules]);

/** The meeting is as it was booked, only not for whoever was asked to it in error. */
const goesOn = (c: Case, { meeting, booking }: Step): boolean =>
  planEnd(c) === undefined &&
  meeting !== null &&
  c.meetings[meeting]?.bookings.some((one) => !one.ended && one.edition === booking?.edition) === true;

const hasBegun = (c: Case, { booking }: Step, { at }: PutRight): boolean =>
  booking !== undefined && c.calendar.fromLondon(booking.start) <= at;

/** Calendars take an entry for newer by its number: each time something is put right counts. */
function numbered(c: Case, step: Step): Step {
  const { booking } = step;
  if (!booking) return step;
  return { ...step, booking: { ...booking, sequence: booking.sequence + c.events.filter(putsRight).length } };
}
