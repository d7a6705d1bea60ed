// A rehearsal as a diary: day by day what was recorded, what was refused and who was told what. At the end stands what is owed.

import { eventWords } from '../client/event-words.ts';
import type { Rehearsal, RehearsedDuty, RehearsedNotice } from '../client/rehearse.ts';
import type { Scenario } from '../client/scenario.ts';
import type { Person } from '../domain/case/model.ts';
import { dutyWords, type Labels, roleWords, shortDate } from '../domain/notices/words.ts';
import { fromLondon, type Instant, inLondon, type LocalDate } from '../domain/time/calendar.ts';
import { order } from '../domain/time/order.ts';
import { counted, lateness, longDate, oneLine, table } from './output.ts';

/** What one person is told at one moment. */
export interface Round {
  readonly at: string;
  readonly to: string;
  readonly notices: readonly Omit<RehearsedNotice, 'at' | 'to'>[];
}

/** Groups notices as the morning round sends them: those for one person at 08:00 of a day go together, every other notice alone. */
export function rounds(notices: readonly RehearsedNotice[]): readonly Round[] {
  const groups = new Map<string, RehearsedNotice[]>();
  notices.forEach((notice, i) => {
    const key = notice.at.slice(11, 16) === '08:00' ? `${notice.at} ${notice.to}` : String(i);
    groups.set(key, [...(groups.get(key) ?? []), notice]);
  });
  return [...groups.values()].map(together);
}

const together = (notices: readonly RehearsedNotice[]): Round => ({
  at: notices[0]!.at,
  to: notices[0]!.to,
  notices: notices.map(({ at: _, to: __, ...notice }) => notice),
});

/** An authority's words, and the people of a scenario, those who joined later included. */
class Cast {
  readonly labels: Labels;
  readonly #people: ReadonlyMap<string, Person>;

  constructor(scenario: Scenario, labels: Labels) {
    this.labels = labels;
    const people = [scenario, ...scenario.also].flatMap(({ file, events }) => [
      ...file.people,
      ...events.flatMap(({ event }) => {
        const { person } = event as { person?: unknown };
        return typeof person === 'object' && person !== null ? [person as Person] : [];
      }),
    ]);
    this.#people = new Map(people.map((person) => [person.id, person]));
  }

  name = (id: string): string => this.#people.get(id)?.name ?? id;

  /** `Amira Khan (social worker)` */
  withRole(id: string): string {
    const person = this.#people.get(id);
    return person ? `${person.name} (${roleWords(person.role, this.labels)})` : id;
  }
}

/** One thing that happened. `at` is a time in London. */
interface Entry {
  readonly at: string;
  readonly lines: readonly string[];
}

/** @param round whether the notices of one person's morning are grouped */
export function diary(scenario: Scenario, rehearsal: Rehearsal, labels: Labels, round = false): string {
  const cast = new Cast(scenario, labels);
  const told = round ? rounds(rehearsal.notices) : rehearsal.notices.map((notice) => together([notice]));
  const width = Math.max(0, ...told.map(({ to }) => cast.withRole(to).length));
  const entries = [
    ...[scenario, ...scenario.also].flatMap((one) => recorded(one, scenario, rehearsal, cast)),
    ...told.map(({ at, to, notices }) => ({
      at,
      lines: notices
        .flatMap(({ subject, also = [] }) => [
          plain(subject, scenario),
          ...also.map((one) => `and ${plain(one.subject, scenario)}`),
        ])
        .map((text, i) => `${i === 0 ? `to ${cast.withRole(to).padEnd(width)}` : ' '.repeat(width + 3)}  ${text}`),
    })),
  ];
  // Sorting keeps this order: at one moment, what was recorded comes before what was told.
  entries.sort((a, b) => order(minute(a), minute(b)));
  return [title(scenario), ...days(entries), ...ending(scenario, rehearsal, cast)].join('\n');
}

const minute = ({ at }: Entry): string => at.slice(0, 16);
const day = (moment: Instant): LocalDate => inLondon(moment).slice(0, 10) as LocalDate;

/** The subject without the case’s own reference, which need not stand on every line. */
const plain = (subject: string, { file }: Scenario): string =>
  subject.startsWith(`${file.ref}: `) ? subject.slice(file.ref.length + 2) : subject;

function title({ file, also, authority, until }: Scenario): string {
  const others = also.length > 0 ? ` with ${also.map((one) => one.file.ref).join(' and ')}` : '';
  return oneLine(
    `${file.ref}, ${file.kind.replaceAll('-', ' ')}${others}, ${authority}: a rehearsal until ${longDate(day(until))}`,
  );
}

function recorded(one: Scenario, whole: Scenario, rehearsal: Rehearsal, { name, labels }: Cast): readonly Entry[] {
  const { file, events, until } = one;
  const of = one === whole ? '' : `${file.ref}: `;
  const own = <Line extends { case?: string | undefined }>(lines: readonly Line[]) =>
    lines.filter((line) => line.case === undefined || line.case === file.ref);
  const refused = own(rehearsal.refused);
  const remarks = own(rehearsal.remarks);
  let met = 0;
  return events
    .toSorted((a, b) => order(a.at, b.at))
    .filter(({ at }) => fromLondon(at) <= until)
    .map(({ id, at, event }) => {
      const said = event as Readonly<Record<string, unknown>>;
      const moment = inLondon(fromLondon(at));
      const line = `${of}${name(String(said.by))} records: ${eventWords(said, { recorded: at.slice(0, 10), labels, name })}`;
      const refusal = refused[met];
      if (refusal?.at !== moment || refusal.type !== said.type) {
        const notes = remarks.filter((one) => one.event === id);
        return { at: moment, lines: [line, ...notes.map(({ rule, message }) => `note ${rule}: ${message}`)] };
      }
      met++;
      return { at: moment, lines: [line, `REFUSED  ${refusal.reason}`] };
    });
}

/** Groups the lines by day. A line shows its time only where that differs from the line before. */
function days(entries: readonly Entry[]): readonly string[] {
  let date = '';
  let time = '';
  return entries.flatMap(({ at, lines }) => {
    const today = at.slice(0, 10);
    const head = today === date ? [] : ['', longDate(today)];
    if (today !== date) time = '';
    date = today;
    const body = lines.map((line) => {
      const shown = at.slice(11, 16) === time ? '     ' : at.slice(11, 16);
      time = at.slice(11, 16);
      return `  ${shown}  ${oneLine(line)}`;
    });
    return [...head, ...body];
  });
}

function ending(scenario: Scenario, { notices, refused, owed, closed }: Rehearsal, cast: Cast): readonly string[] {
  const today = day(scenario.until);
  const rows = owed.map((duty) => owedRow(duty, duty.case === scenario.file.ref ? undefined : duty.case, today, cast));
  const consent = owed.some((duty) => duty.consentWithdrawn)
    ? ' Consent is withdrawn, and nothing was decided since.'
    : '';
  const state = `${closed ? 'The case is closed.' : 'The case is open.'}${consent}`;
  return [
    '',
    rows.length > 0 ? `Owed on ${longDate(today)}` : `Nothing is owed on ${longDate(today)}.`,
    ...table(rows),
    '',
    `${state} ${counted(notices.length, 'notice')}, ${counted(refused.length, 'event')} refused.`,
  ];
}

function owedRow(
  { duty, owner, due, rules }: RehearsedDuty,
  of: string | undefined,
  today: LocalDate,
  cast: Cast,
): string[] {
  const limit = due === null ? 'no limit' : `by ${shortDate(due)}`;
  const { thing } = dutyWords(duty, cast.labels);
  return [
    of === undefined ? thing : `${of}: ${thing}`,
    cast.withRole(owner),
    limit,
    lateness(due, today),
    rules.join(', '),
  ];
}
