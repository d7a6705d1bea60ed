// `nodrift show`: one case: what is owed, what was done, and what happened.

import { Argument, type Command } from 'commander';
import { eventWords } from '../client/event-words.ts';
import type { CaseKey } from '../client/nodrift.ts';
import { dutyWords, meetingWords, roleWords, shortDate } from '../domain/notices/words.ts';
import { Calendar, type LocalDate } from '../domain/time/calendar.ts';
import { loadCalendar } from '../policies/load.ts';
import type { HistoryAnswer, OwedAnswer } from '../workflows/api.ts';
import { caseKey, connected } from './options.ts';
import { counted, lateness, type Output, oneLine, printJson, table } from './output.ts';

export function addShow(program: Command, output: Output): void {
  program
    .command('show')
    .description('What a case owes, by whom, by when and how late; what was done; what happened.')
    .addArgument(new Argument('<case>', 'KIND/REF, such as child-protection/EX-DRIFTING').argParser(caseKey))
    .option(
      '--json',
      '{"ref","kind","duties","next","ended","consentWithdrawn","events","departures","scaling","done","moved"}',
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
  if (json) printJson(output, { ...owed, ...history });
  else output.out(page(owed, history));
}

/** @param now the machine's time; a case in rehearsal is ahead of it */
export function page(owed: OwedAnswer, history: HistoryAnswer, now = new Date()): string {
  const calendar = new Calendar(loadCalendar());
  const today = calendar.londonDate(`${now.toISOString().slice(0, 19)}Z` as Parameters<Calendar['londonDate']>[0]);
  const ended = owed.ended === null ? '' : `, the plan ended on ${shortDate(owed.ended)}`;
  const consent = owed.consentWithdrawn ? ', consent is withdrawn' : '';
  return [
    `${owed.kind}/${owed.ref}${ended}${consent}`,
    ...part('Owed', 'Nothing is owed.', owedRows(owed, history, today)),
    ...(owed.next ? ['', oneLine(`Next: ${shortDate(owed.next.at)}, ${nextWords(owed.next.summary)}`)] : []),
    ...part('Done', 'Nothing has been done yet.', doneRows(history)),
    ...part('Scaling question', '', scalingRows(history)),
    ...part('What happened', 'Nothing has happened yet.', eventRows(history, calendar)),
  ].join('\n');
}

/** The next step in words. Temporal UI shows it with the rung's own name: `escalate minutes of core group 1, 5-after`. */
function nextWords(summary: string): string {
  const repeated = /^(.*?)(?:, \d+-(?:after|before))?, time (\d+)$/.exec(summary);
  if (repeated) return `${repeated[1]}, for the ${ordinal(Number(repeated[2]))} time`;
  const [, what, days, when] = /^(.*), (\d+)-(after|before)$/.exec(summary) ?? [];
  if (what === undefined) return summary;
  return `${what}, ${counted(Number(days), 'working day')} ${when === 'after' ? 'after the limit' : 'ahead'}`;
}

/** `2nd`, `4th`, `11th` */
function ordinal(count: number): string {
  const teens = count % 100 >= 11 && count % 100 <= 13;
  return `${count}${(teens ? undefined : ['th', 'st', 'nd', 'rd'][count % 10]) ?? 'th'}`;
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
  history.done.map(({ duty, due, on }) => [
    dutyWords(duty).thing,
    `on ${shortDate(on)}`,
    `${due === null ? 'no limit' : `limit ${shortDate(due)}`}${before(history, duty)}`,
    lateness(due, on),
  ]);

const scalingRows = ({ scaling }: HistoryAnswer): string[][] =>
  scaling.map(({ meeting, on, score }) => [meetingWords(meeting), `on ${shortDate(on)}`, String(score)]);

function eventRows({ events, departures }: HistoryAnswer, calendar: Calendar): string[][] {
  return events.flatMap(({ id, recordedAt, event }) => {
    const recorded = calendar.londonDate(recordedAt);
    const on = 'on' in event && event.on !== undefined ? event.on : recorded;
    const late = on === recorded ? '' : `, recorded on ${shortDate(recorded)}`;
    const departed = departures.filter((one) => one.event === id);
    return [
      [shortDate(on), `${eventWords({ ...event }, { recorded: on })}, by ${event.by}${late}`],
      ...departed.map(({ rule, message, reason }) => ['', `${rule}: ${message}${reason ? `; reason: ${reason}` : ''}`]),
    ];
  });
}
