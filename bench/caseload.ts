// `npm run bench:caseload`: a year of one social worker's twenty families, played in memory: how many mails and items a working day brings her
// and her manager, and how much of it is noise. The aims are in the table. Nothing is written; `npm run bench:caseload -- 2` takes other families, `-- 2 detail` lists more, and
// `-- 2 mine.json` goes by the policy in that file: what would other steps bring?

import { knownAt } from '../domain/case/facts.ts';
import type { Step } from '../domain/case/model.ts';
import { type Played, play } from '../domain/play/player.ts';
import { addDays, Calendar, type Instant, type LocalDate, localDate } from '../domain/time/calendar.ts';
import { loadCalendar, loadPolicy } from '../policies/load.ts';
import { type Family, families } from './families.ts';
import { median } from './support.ts';

const FROM = localDate('2027-01-01');
const UNTIL = localDate('2027-12-31');
const [, , seed = '1', ...more] = process.argv;
const SEED = Number(seed);
const DETAIL = more.includes('detail');

/** What one person is told, of any case. */
interface Told {
  readonly step: Step;
  readonly of: Lived;
}
interface Lived extends Family {
  readonly played: Played;
}

const NOISE = ['repeats', 'echoes', 'asked although done', 'twice about one thing'] as const;
type Noise = (typeof NOISE)[number];

/** The same step of the same duty for the fourth time is a repeat. The weekly list, one notice a case, is none: nothing late may be silent for a week. */
const FOURTH = 3;
/** A reminder so many working days after its invitation says it twice. */
const FRESH = 2;
/** They go alone, as they are recorded; the rest goes with the morning round. */
const AT_ONCE = ['invitation', 'change', 'cancellation', 'decision'];

const calendar = new Calendar(loadCalendar());
const policy = loadPolicy(more.find((one) => one.endsWith('.json')) ?? 'barnsley');
const until = `${UNTIL}T23:59:00Z` as Instant;
const lived = families(calendar, SEED, FROM, addDays(UNTIL, 40)).map(
  (family): Lived => ({ ...family, played: play({ ...family, policy, calendar, until }) }),
);

const dayOf = ({ at }: Step): LocalDate => calendar.londonDate(at);
const inTheYear = (step: Step): boolean => dayOf(step) >= FROM && dayOf(step) <= UNTIL;
const isMorning = (step: Step): boolean => calendar.morning(dayOf(step)) === step.at;

const toldTo = (person: string): readonly Told[] =>
  lived.flatMap((of) => of.played.steps.filter((step) => step.to === person).map((step) => ({ step, of })));

function noiseOf(all: readonly Told[], person: string): ReadonlyMap<Told, Noise> {
  const found = new Map<Told, Noise>();
  const said = new Map<string, number>();
  const mornings = new Set<string>();
  for (const one of all) {
    const { step, of } = one;
    const rung = `${of.file.ref} ${step.duty} ${step.rung}`;
    const before = said.get(rung) ?? 0;
    said.set(rung, before + 1);
    const morning = `${of.file.ref} ${step.meeting} ${step.at}`;
    const again = step.meeting !== null && isMorning(step) && mornings.has(morning);
    mornings.add(morning);
    if (isEcho(one, person)) found.set(one, 'echoes');
    else if (isDone(one)) found.set(one, 'asked although done');
    else if (again || isFresh(one, person)) found.set(one, 'twice about one thing');
    else if (before >= FOURTH && step.duty !== null && step.rung !== 'weekly' && !isAttendance(step))
      found.set(one, 'repeats');
  }
  return found;
}

const isAttendance = ({ duty }: Step): boolean => duty?.startsWith('attend/') ?? false;

/** What they have just recorded themselves; decisions asked of them and calendar entries are none. */
const isEcho = ({ step, of }: Told, person: string): boolean =>
  !AT_ONCE.includes(step.kind) &&
  of.played.case.events.some((one) => knownAt(one) === step.at && one.event.by === person);

/** All it asks for was truly done, and only not typed in. */
function isDone({ step, of }: Told): boolean {
  if (step.kind === 'information' || isAttendance(step)) return false;
  const asked = [step, ...(step.also ?? [])].filter(({ duty }) => !duty?.startsWith('attend/'));
  return asked.every(({ duty }) => {
    const done = of.done.get(duty ?? '');
    return done !== undefined && done < dayOf(step);
  });
}

const isFresh = ({ step, of }: Told, person: string): boolean =>
  isAttendance(step) &&
  step.kind === 'reminder' &&
  of.played.steps.some(
    (one) =>
      one.to === person &&
      one.meeting === step.meeting &&
      (one.kind === 'invitation' || one.kind === 'change') &&
      one.at < step.at &&
      dayOf(one) >= calendar.openDays(dayOf(step), -FRESH),
  );

/** One mail a morning, and one for each moment at which something goes at once. */
const mailsOf = (all: readonly Told[]): number =>
  new Set(
    all.map(({ step, of }) =>
      AT_ONCE.includes(step.kind)
        ? `${step.at} ${of.file.ref} ${step.meeting}`
        : isMorning(step)
          ? step.at
          : nextRound(step),
    ),
  ).size;

/** What is told for information goes with the next round. */
const nextRound = (step: Step): Instant => calendar.nextMorning(step.at);

interface Aim {
  readonly mails: number;
  readonly items: number;
  readonly median?: number;
}

function report(person: string, who: string, aim: Aim): readonly string[] {
  const all = toldTo(person);
  const noise = noiseOf(all, person);
  const year = all.filter(({ step }) => inTheYear(step));
  const days: LocalDate[] = [];
  for (let day = calendar.openDays(addDays(FROM, -1), 1); day <= UNTIL; day = calendar.openDays(day, 1)) days.push(day);
  const perDay = (count: number) => count / days.length;
  const mornings = days.map((day) => year.filter(({ step }) => dayOf(step) === day).length);
  const weekly = year.filter(({ step }) => step.rung === 'weekly').length;
  const noisy = year.filter((one) => noise.has(one));
  const share = (100 * noisy.length) / year.length;
  const line = (figure: string, value: number, limit: number | undefined, digits = 1) =>
    `| ${who} | ${figure} | ${value.toFixed(digits)} | ${limit === undefined ? '–' : `≤ ${limit}`} | ${limit === undefined ? '' : value <= limit ? 'met' : '**missed**'} |`;
  return [
    line('mails a working day', perDay(mailsOf(year)), aim.mails),
    line('items a working day', perDay(year.length), aim.items),
    line('of them weekly lists, one a case', perDay(weekly), undefined),
    line('items on a median day', median(mornings), aim.median),
    line('noise, %', share, 10),
    ...NOISE.map((kind) =>
      line(`${kind}, a year`, noisy.filter((one) => noise.get(one) === kind).length, undefined, 0),
    ),
    ...(DETAIL ? detail(year, noise) : []),
  ];
}

/** What most items are, for whoever wants to know why. */
function detail(year: readonly Told[], noise: ReadonlyMap<Told, Noise>): string[] {
  const counts = new Map<string, number>();
  for (const one of year) {
    const { step } = one;
    const name = `${step.duty?.split('/')[0] ?? step.why ?? step.key.split('/')[0]} ${step.kind} ${step.rung} ${noise.get(one) ?? ''}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, 45)
    .map(([name, count]) => `    ${count} ${name}`);
}

const refused = lived.flatMap(({ played }) => played.refused);
const events = lived.reduce((sum, one) => sum + one.events.length, 0);
process.stdout.write(
  `${[
    `Twenty families of one social worker in 2027, seed ${SEED}: ${events} events, ${refused.length} refused. The manager's figures are of this caseload alone.`,
    ...(DETAIL ? refused.slice(0, 12).map(({ at, type, reason }) => `    ${at} ${type}: ${reason}`) : []),
    '',
    '| who | figure | value | aim | |',
    '|---|---|---|---|---|',
    ...report('sw', 'social worker', { mails: 3, items: 6.5, median: 6 }),
    ...report('tm', 'manager', { mails: 2, items: 4 }),
    ...report('sm', 'service manager', { mails: 2, items: 4 }),
  ].join('\n')}\n`,
);
