// `nodrift calendar`: what an authority's own days are, and putting them in force.

import { type Command, InvalidArgumentError } from 'commander';
import { NODRIFT } from '../domain/accept/refusal.ts';
import { shortDate } from '../domain/notices/words.ts';
import { installCalendar } from '../policies/install.ts';
import { type CalendarFile, calendarFrom, readCalendarFile } from '../policies/load.ts';
import { warnOfCalendar } from './calendar-warning.ts';
import { connected, inFile, policyOf } from './options.ts';
import { counted, type Output, printJson } from './output.ts';
import { tellCases } from './tell-cases-of.ts';

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
    .command('apply')
    .description(
      'Puts a calendar in force: for new cases first, then for every running case; open limits are counted again at once.',
    )
    .argument('[file]', FILE)
    .requiredOption('--authority <name>', 'whose calendar', authorityOption)
    .option('--json', '{"event","file","took","before","closed","stragglers","stragglersInAll"}')
    .addHelpText('after', '\nIt may be run again: it reaches only what is left. Exits 6 when a case was not reached.')
    .addHelpText('after', APPLY_EXAMPLES)
    .action((file: string | undefined, options: Options) => apply(file, options, output));
}

function authorityOption(text: string): string {
  if (!/^[a-z0-9-]+$/.test(text))
    throw new InvalidArgumentError('An authority is lower-case letters, digits and dashes');
  return text;
}

function check(file: string | undefined, { json }: { json?: boolean }, output: Output): void {
  const own = ownDays(file);
  const calendar = calendarFrom(own);
  const added = { bankHolidays: own.bankHolidays.length, closureDays: own.closureDays.length };
  if (json) printJson(output, { ...calendar, added });
  else
    output.out(
      `${counted(calendar.bankHolidays.length, 'bank holiday')}, ${added.bankHolidays} of them in the file, known until ${shortDate(calendar.until)}; ${counted(added.closureDays, 'closure day')}`,
    );
  warnOfCalendar(output, calendar);
}

/** @throws BadInput naming what is wrong in the file */
const ownDays = (file: string | undefined): CalendarFile =>
  file === undefined ? readCalendarFile() : inFile(file, '', () => readCalendarFile(file));

async function apply(file: string | undefined, { authority, json = false }: Options, output: Output): Promise<void> {
  policyOf({ authority }); // days of an authority that nobody knows would be nobody's
  ownDays(file); // what is wrong with it is said before a server is looked for
  await connected(async (nodrift) => {
    const { calendar, event: id, file: installed } = installCalendar(authority, file);
    const event = { type: 'calendar-changed', by: NODRIFT, calendar } as const;
    await tellCases(
      nodrift,
      { authority, event: { id, event }, content: id },
      { what: `calendar of ${authority}`, file: installed },
      { output, json },
    );
    warnOfCalendar(output, calendar);
  });
}
