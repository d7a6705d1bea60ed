// What is told when something was put right (L1): whoever was told what is no longer so hears it once, at once; nobody hears again what
// still is so. Derived: what the case said as it stood before is compared with what it says now.

import type { Case } from '../case/facts.ts';
import type { DutyKey, Step } from '../case/model.ts';
import { putsRight } from '../case/put-right.ts';
import { familyOf } from '../duties/families.ts';
import type { PutRight } from '../duties/last-put-right.ts';
import { isLate, type Standing, standsTheSame } from '../duties/owed.ts';
import { reachable, stepKey } from './ladder.ts';
import { mailWords } from './words.ts';

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
    return numbered(c, { ...step, key, at, kind: 'cancellation', rung: 'cancellation' });
  });
  return [...told, ...off];
}

/** To each who was reminded, chased or told of something owed that is not so any more: what was said and what is so, in one notice. */
export function wronglyChased(
  c: Case,
  { at, by }: PutRight,
  chased: readonly Step[],
  was: readonly Standing[],
  now: readonly Standing[],
): readonly Step[] {
  const lines = new Map<string, Map<string, string>>();
  for (const { to, duty: key } of chased) {
    const old = was.find((duty) => duty.key === key);
    const duty = now.findLast((one) => one.key === key);
    if (!old || (duty && standsTheSame(old, duty))) continue;
    const mine = lines.get(to) ?? new Map<string, string>();
    lines.set(to, mine.set(old.key, `${mailWords(old.key).thing}${limit(old.due)} ${standing(old.key, duty)}`));
  }
  return [...lines].flatMap(([person, all]) =>
    reachable(c, person, at).map(
      (to): Step => ({
        key: stepKey('put-right', 'at-once', 0, to, by),
        at,
        kind: 'change',
        duty: null,
        meeting: null,
        to,
        rung: 'at-once',
        repeat: 0,
        due: null,
        rules: [],
        why: 'put-right',
        text: `what was recorded wrongly is put right: ${[...all.values()].join('; ')}`,
      }),
    ),
  );
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
    return `${mailWords(key).thing} was due on ${due}${old ? `, and not on ${old}` : ''}`;
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

const hasBegun = (c: Case, { booking }: Step, { at }: PutRight): boolean =>
  booking !== undefined && c.calendar.fromLondon(booking.start) <= at;

/** Calendars take an entry for newer by its number: each time something is put right counts. */
function numbered(c: Case, step: Step): Step {
  const { booking } = step;
  if (!booking) return step;
  return { ...step, booking: { ...booking, sequence: booking.sequence + c.events.filter(putsRight).length } };
}
