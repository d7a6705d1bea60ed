// `nodrift show`: one case: what is owed, what was done, and what happened.

import { Argument, type Command } from 'commander';
import { eventWords } from '../client/event-words.ts';
import type { CaseKey } from '../client/listed.ts';
import { rootOf } from '../domain/case/put-right.ts';
import { dutyWords, meetingWords, ordinal, roleWords, shortDate } from '../domain/notices/words.ts';
import { Calendar, type LocalDate } from '../domain/time/calendar.ts';
import { order } from '../domain/time/order.ts';
import { loadCalendar } from '../policies/load.ts';
import type { HistoryAnswer, OwedAnswer, PutRightEvent } from '../workflows/api.ts';
import { caseKey, connected } from './options.ts';
import { counted, lateness, type Output, oneLine, printJson, table } from './output.ts';

export function addShow(program: Command, output: Output): void {
  program
    .command('show')
    .description('What a case owes, by whom, by when and how late; what was done; what happened.')
    .addArgument(new Argument('<case>', 'KIND/REF, such as child-protection/EX-DRIFTING').argParser(caseKey))
    .option(
      '--json',
      '{"ref","kind","duties","next","ended","consentWithdrawn","events","departures","scaling","attendance","done","moved","meetings","unanswered","putRight"}',
    )
    .addHelpText('after', EXAMPLES)
    .action((key: CaseKey, options: { json?: boolean }) => show(key, options, output));
}

const EXAMPLES = `
Examples, of the cases npm start opens:
  npx nodrift show child-protection/EX-DRIFTING
  npx nodrift show child-protection/EX-ON-COURSE --json`;

async function show(key: CaseKey, { json }: { json?: boolean }, output: Output): Promise<void> {
  const [owed, history] = await connected((nodrift) => Promise.all([nodrift.owed(key), nodrift.history(key)]));
  if (json) return printJson(output, { ...owed, ...history });
  const { lines, struck } = page(owed, history);
  output.out(lines.join('\n'), struck);
}

/** What is shown, and which of its lines are struck through. */
export interface Page {
  readonly lines: readonly string[];
  readonly struck: ReadonlySet<number>;
}

/** @param now the machine's time; a case in rehearsal is ahead of it */
export function page(owed: OwedAnswer, history: HistoryAnswer, now = new Date()): Page {
  const calendar = new Calendar(loadCalendar());
  const today = calendar.londonDate(`${now.toISOString().slice(0, 19)}Z` as Parameters<Calendar['londonDate']>[0]);
  const ended = owed.ended === null ? '' : `, the plan ended on ${shortDate(owed.ended)}`;
  const consent = owed.consentWithdrawn ? ', consent is withdrawn' : '';
  const unanswered = unansweredRows(history);
  const happened = eventLines(history, calendar);
  const lines = [
    `${owed.kind}/${owed.ref}${ended}${consent}`,
    ...part('Owed', 'Nothing is owed.', owedRows(owed, history, today)),
    ...(owed.next ? ['', oneLine(`Next: ${shortDate(owed.next.at)}, ${nextWords(owed.next.summary)}`)] : []),
    ...part('Done', 'Nothing has been done yet.', doneRows(history)),
    ...part('Scaling question', '', scalingRows(history)),
    ...part('Checklists: not answered, by event', '', unanswered),
    ...part('Who came', '', attendanceRows(history)),
  ];
  const rows = happened.flatMap(({ number, on, words, remarks }) => [
    [number, shortDate(on), words],
    ...remarks.map((remark) => ['', '', remark]),
  ]);
  const last = part('What happened', 'Nothing has happened yet.', rows);
  // Under the heading, each event on a line of its own, with its remarks below it.
  let next = lines.length + last.length - rows.length;
  const struck = new Set<number>();
  for (const one of happened) {
    if (one.struck) struck.add(next);
    next += 1 + one.remarks.length;
  }
  return { lines: [...lines, ...last], struck };
}

/** The next step in words. Cases on releases before 0.2 say it with the rung's own name: `escalate minutes of core group 1, 5-after`. */
function nextWords(summary: string): string {
  const repeated = /^(.*?)(?:, \d+-(?:after|before))?, time (\d+)$/.exec(summary);
  if (repeated) return `${repeated[1]}, for the ${ordinal(Number(repeated[2]))} time`;
  const [, what, days, when] = /^(.*), (\d+)-(after|before)$/.exec(summary) ?? [];
  if (what === undefined) return summary;
  return `${what}, ${counted(Number(days), 'working day')} ${when === 'after' ? 'after the limit' : 'ahead'}`;
}

function part(title: string, empty: string, rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return empty === '' ? [] : ['', empty];
  return ['', title, ...table(rows)];
}

const owedRows = ({ duties }: OwedAnswer, history: HistoryAnswer, today: LocalDate): string[][] =>
  duties.map(({ duty, owner, role, due, late, rules }) => [
    dutyWords(duty).thing,
    `${owner} (${roleWords(role)})`,
    `${due === null ? 'no limit' : `by ${shortDate(due)}`}${before(history, duty)}`,
    lateness(due, today) || (late ? 'late' : ''),
    rules.join(', '),
  ]);

/** The limits before a changed policy or calendar moved them, oldest first: ` (was Thu 25 Feb 2027)`. */
function before({ moved }: HistoryAnswer, duty: string): string {
  const dates = moved.filter((one) => one.duty === duty).map(({ was }) => (was === null ? 'no limit' : shortDate(was)));
  return dates.length === 0 ? '' : ` (was ${dates.join(', then ')})`;
}

const doneRows = (history: HistoryAnswer): string[][] =>
  history.done.map(({ duty, due, on, implied }) => [
    dutyWords(duty).thing,
    `on ${shortDate(on)}${implied ? ', implied' : ''}`,
    `${due === null ? 'no limit' : `limit ${shortDate(due)}`}${before(history, duty)}`,
    lateness(due, on),
  ]);

/** One line a meeting: `core group 1  on Thu 28 Jan 2027  sam, hana (NHS); represented: ed (school); absent: mum`. */
const attendanceRows = ({ attendance = [] }: HistoryAnswer): string[][] =>
  attendance.map(({ meeting, on, people }) => {
    const by = (how: string) =>
      people
        .filter(({ came }) => came === how)
        .map(({ person, agency }) => (agency === null ? person : `${person} (${agency})`))
        .join(', ');
    const rest = (['represented', 'report', 'absent'] as const)
      .filter((how) => by(how))
      .map((how) => `${how}: ${by(how)}`);
    return [meetingWords(meeting), `on ${shortDate(on)}`, [by('in person'), ...rest].join('; ')];
  });

const scalingRows = ({ scaling }: HistoryAnswer): string[][] =>
  scaling.map(({ meeting, on, score }) => [meetingWords(meeting), `on ${shortDate(on)}`, String(score)]);

/** Which items of each event's checklist: `checklist-answered` answers them. */
function unansweredRows({ events, unanswered = [] }: HistoryAnswer): string[][] {
  const items = new Map<string, string[]>();
  for (const { event, item } of unanswered) items.set(event, [...(items.get(event) ?? []), item]);
  return [...items].map(([id, all]) => [String(events.find((one) => one.id === id)?.arrival ?? id), all.join(', ')]);
}

/** One event as it is shown, and what is said under it. */
interface EventLine {
  readonly on: string;
  readonly number: string;
  readonly words: string;
  readonly struck: boolean;
  readonly remarks: readonly string[];
}

/** Numbered, so that a person can name them; a correction stands where what it corrects happened (L1). */
function eventLines({ events, departures, putRight = [] }: HistoryAnswer, calendar: Calendar): readonly EventLine[] {
  const all = new Map(events.map((one) => [one.id, one]));
  const number = (id: string) => String(all.get(id)?.arrival ?? id);
  const lines = events.map((one): EventLine => {
    const { id, recordedAt, event } = one;
    const recorded = calendar.londonDate(recordedAt);
    // A correction holds the event as it was, which was typed in with the original.
    const said = (event.type === 'event-corrected' ? event.event : event) as { readonly on?: string };
    const typed = rootOf(all, id) ?? one;
    const on = said.on ?? calendar.londonDate(typed.recordedAt);
    const fate = putRight.find((of) => of.event === id);
    const what =
      event.type === 'event-withdrawn'
        ? `withdraws ${number(event.withdraws)}`
        : `${event.type === 'event-corrected' ? `corrects ${number(event.corrects)}: ` : ''}${eventWords({ ...said }, { recorded: on })}`;
    return {
      on,
      number: number(id),
      struck: fate !== undefined,
      words: `${what}, by ${event.by}${on === recorded ? '' : `, recorded on ${shortDate(recorded)}`}`,
      remarks: [
        ...(fate ? [`${fate.standing} by ${number(fate.by)}: ${putRightWords(fate, calendar)}`] : []),
        ...departures
          .filter((of) => of.event === id)
          .map(({ rule, message, reason }) => `${rule}: ${message}${reason ? `; reason: ${reason}` : ''}`),
      ],
    };
  });
  return lines.sort((a, b) => order(a.on, b.on));
}

/** Who, when and why. */
const putRightWords = ({ person, at, reason }: PutRightEvent, calendar: Calendar): string =>
  `${person} on ${shortDate(calendar.londonDate(at))}, ${reason}`;
