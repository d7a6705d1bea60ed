// `nodrift calendar`: shows, checks and puts in force an authority's own days.

import type { Command } from 'commander';
import { BadInput } from '../client/errors.ts';
import { shortDate } from '../domain/notices/words.ts';
import { unfitCalendar } from '../domain/policy/unfit.ts';
import type { OwnDays } from '../domain/time/calendar.ts';
import { calendarFrom, readCalendarFile } from '../policies/load.ts';
import { warnOfCalendar } from './calendar-warning.ts';
import { historyLines } from './history-lines.ts';
import { authorityOption, connected, inFile } from './options.ts';
import { counted, type Output, printJson } from './output.ts';
import { putInForce } from './tell-cases-of.ts';

interface Options {
  readonly authority: string;
  readonly json?: boolean;
}

const FILE =
  'bankHolidays and closureDays (lists of dates) and until, on top of the shipped bank holidays (JSON); leave it out for the shipped ones alone';

const DAYS = `echo '{ "bankHolidays": ["2027-06-18"], "closureDays": ["2027-12-29", "2027-12-30"] }' > days.json`;
const EXAMPLES = `
Examples:
  ${DAYS}
  npx nodrift calendar check days.json
  npx nodrift calendar apply days.json --authority barnsley`;
const CHECK_EXAMPLES = `
Examples:
  npx nodrift calendar check
  ${DAYS}
  npx nodrift calendar check days.json --json`;
const SHOW_EXAMPLES = `
Examples:
  npx nodrift calendar show --authority barnsley`;
const APPLY_EXAMPLES = `
Examples:
  ${DAYS}
  npx nodrift calendar apply days.json --authority barnsley`;

export function addCalendar(program: Command, output: Output): void {
  const calendar = program
    .command('calendar')
    .description('Bank holidays and closure days, as data (docs/policy.md).')
    .addHelpText('after', EXAMPLES);
  calendar
    .command('check')
    .description(
      'What a calendar file adds, and until when bank holidays are known; warns when that is less than 15 months ahead.',
    )
    .argument('[file]', FILE)
    .option('--json', '{"bankHolidays","closureDays","until","added"}')
    .addHelpText('after', CHECK_EXAMPLES)
    .action((file: string | undefined, options: { json?: boolean }) => check(file, options, output));
  calendar
    .command('show')
    .description('The calendar an authority has in force, and those before it.')
    .requiredOption('--authority <name>', 'whose calendar', authorityOption)
    .option('--json', 'the calendar alone, as a file that --calendar reads')
    .addHelpText('after', SHOW_EXAMPLES)
    .action((options: Options) => show(options, output));
  calendar
    .command('apply')
    .description(
      'Puts a calendar in force: for new cases first, then for every running case; open limits are counted again at once.',
    )
    .argument('[file]', FILE)
    .requiredOption('--authority <name>', 'whose calendar', authorityOption)
    .option('--json', '{"event","took","before","closed","stragglers","stragglersInAll"}')
    .addHelpText('after', '\nIt may be run again: it reaches only what is left. Exits 6 when a case was not reached.')
    .addHelpText('after', APPLY_EXAMPLES)
    .action((file: string | undefined, options: Options) => apply(file, options, output));
}

function check(file: string | undefined, { json }: { json?: boolean }, output: Output): void {
  const own = ownDays(file);
  const calendar = calendarFrom(own);
  refuseUnfit(own);
  const added = { bankHolidays: own.bankHolidays.length, closureDays: own.closureDays.length };
  if (json) printJson(output, { ...calendar, added });
  else
    output.out(
      `${counted(calendar.bankHolidays.length, 'bank holiday')}, ${added.bankHolidays} of them in the file, known until ${shortDate(calendar.until)}; ${counted(added.closureDays, 'closure day')}`,
    );
  warnOfCalendar(output, calendar);
}

/** @throws BadInput naming what is wrong in the file */
const ownDays = (file: string | undefined): OwnDays =>
  file === undefined ? readCalendarFile() : inFile(file, '', () => readCalendarFile(file));

/** The record refuses it too. This tells the user before a server is needed. @throws BadInput */
function refuseUnfit(own: OwnDays): void {
  const why = unfitCalendar(calendarFrom(own));
  if (why !== undefined) throw new BadInput(why);
}

async function show({ authority, json }: Options, output: Output): Promise<void> {
  const { now, calendars } = await connected(async (nodrift) => {
    const { inForceFor } = await import('../client/ask-in-force.ts');
    return inForceFor(nodrift, authority);
  });
  const { bankHolidays, closureDays, until } = now.calendar;
  if (json) printJson(output, now.calendar);
  else
    output.out(
      [
        `calendar of ${authority}: ${counted(bankHolidays.length, 'bank holiday')}, known until ${shortDate(until)}; ${counted(closureDays.length, 'closure day')}`,
        '',
        ...historyLines(calendars),
      ].join('\n'),
    );
  warnOfCalendar(output, now.calendar);
}

async function apply(file: string | undefined, { authority, json = false }: Options, output: Output): Promise<void> {
  const days = ownDays(file);
  refuseUnfit(days);
  await connected((nodrift) =>
    putInForce(nodrift, { authority, change: { days } }, `calendar of ${authority}`, { output, json }),
  );
  warnOfCalendar(output, calendarFrom(days));
}
