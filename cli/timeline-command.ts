// `nodrift timeline`: what are my dates? It prints every limit of a case that goes as planned, without a server.

import { type Command, InvalidArgumentError, Option } from 'commander';
import { type AskedAs, datesAsked, MOST_MONTHS } from '../client/dates-asked.ts';
import { CASE_KINDS, type CaseKind } from '../domain/case/model.ts';
import { dutyWords, type Labels, shortDate } from '../domain/notices/words.ts';
import type { TimelineLimit } from '../domain/play/timeline.ts';
import type { Policy } from '../domain/policy/policy.ts';
import { addMonths, type CalendarData, type LocalDate } from '../domain/time/calendar.ts';
import { warnOfCalendar } from './calendar-warning.ts';
import { calendarFor, dateOption, labelsOf, policyOf } from './options.ts';
import { counted, longDate, type Output, oneLine, printJson, table } from './output.ts';
import { warnOfStatute } from './statute-warning.ts';

interface Options {
  readonly authority?: string;
  readonly policy?: string;
  readonly kind: CaseKind;
  readonly opened: LocalDate;
  readonly months: number;
  readonly held?: Readonly<Record<string, LocalDate>>;
  readonly calendar?: string;
  readonly planApproved?: LocalDate;
  readonly json?: boolean;
}

export function addTimeline(program: Command, output: Output): void {
  program
    .command('timeline')
    .description(
      'What are my dates? The limits of a case, each meeting held on its book-by date unless told otherwise.',
    )
    .option('--authority <name>', 'whose rules: barnsley or hull')
    .option('--policy <file>', 'a policy file (JSON) in place of a shipped authority')
    .addOption(new Option('--kind <kind>', 'which kind of case').choices(CASE_KINDS).makeOptionMandatory())
    .requiredOption(
      '--opened <date>',
      'the strategy discussion (child-protection), the initial referral (child-in-need), the day the child became looked after (looked-after)',
      dateOption,
    )
    .option('--months <number>', 'how far to look from --opened', wholeMonths, 12)
    .option('--held <meeting=date>', 'a meeting held on another day than its book-by date; may be repeated', heldOn)
    .option('--plan-approved <date>', 'child-in-need only: the day the plan was approved', dateOption)
    .option('--calendar <file>', "an authority's own bank holidays and closure days (JSON)")
    .option('--json', '{"limits":[{"duty","due","bookBy","target","rules"}]}')
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => print(options, output));
}

const EXAMPLES = `
Examples:
  npx nodrift timeline --authority barnsley --kind child-protection --opened 2025-04-01
  npx nodrift timeline --authority hull --kind child-protection --opened 2025-04-01 --months 24 \\
    --held initial-conference=2025-04-24 --held core-group-1=2025-05-06 --json
  npx nodrift timeline --authority barnsley --kind child-in-need --opened 2025-04-01 \\
    --plan-approved 2025-05-01 --held cin-meeting-1=2025-05-20`;

function wholeMonths(text: string): number {
  const months = Number(text);
  if (!Number.isInteger(months) || months < 1 || months > MOST_MONTHS)
    throw new InvalidArgumentError(`It must be a whole number of months, 1 to ${MOST_MONTHS}`);
  return months;
}

function heldOn(text: string, before: Options['held'] = {}): Options['held'] {
  const [meeting, date, ...more] = text.split('=');
  if (!meeting || date === undefined || more.length > 0)
    throw new InvalidArgumentError('Write MEETING=DATE, such as core-group-1=2027-03-01');
  if (Object.hasOwn(before, meeting)) throw new InvalidArgumentError(`${meeting} is there twice`);
  return { ...before, [meeting]: dateOption(date) };
}

/** What the parts of the question are called here. */
const OPTIONS: AskedAs = {
  months: '--months',
  planApproved: '--plan-approved',
  held: (meeting, on) => `--held ${meeting}=${on}`,
};

function print(options: Options, output: Output): void {
  const policy = policyOf(options);
  const calendar = calendarFor(options.calendar);
  const until = addMonths(options.opened, options.months);
  const limits = datesAsked({ ...options, held: options.held ?? {} }, { policy, calendar }, OPTIONS);
  warnOfStatute(output, policy);
  if (options.json) printJson(output, { limits });
  else output.out(page(limits, policy, options, until));
  const uncounted = unknownHolidays(calendar, options.opened, until);
  if (uncounted) output.err(`nodrift: ${uncounted}`);
  else warnOfCalendar(output, calendar);
}

/** Rules, Counting 8: every list of bank holidays ends somewhere. */
function unknownHolidays(
  { bankHolidays, until: known }: CalendarData,
  opened: LocalDate,
  until: LocalDate,
): string | undefined {
  const from = `${bankHolidays[0]?.slice(0, 4)}-01-01`;
  if (until <= known && opened >= from) return undefined;
  return `bank holidays are known from ${from} to ${known} only; other days are counted without them (--calendar adds more)`;
}

function page(
  limits: readonly TimelineLimit[],
  policy: Policy,
  { kind, opened, months }: Options,
  until: LocalDate,
): string {
  const labels = labelsOf(policy);
  const targets = limits.some(({ target }) => target !== null);
  const head = ['what', 'limit', 'book by', ...(targets ? ['target'] : []), 'rules'];
  const rows = limits.map((limit) => row(limit, labels, targets));
  return [
    `${oneLine(policy.name)}, ${kind.replaceAll('-', ' ')}, opened on ${longDate(opened)}: limits until ${shortDate(until)} (${counted(months, 'month')})`,
    '',
    ...table([head, ...rows]),
    '',
    'Meetings without --held are taken as held on their book-by date.',
  ].join('\n');
}

function row({ duty, due, bookBy, target, rules }: TimelineLimit, labels: Labels, targets: boolean): string[] {
  const day = (date: LocalDate | null) => (date === null ? '–' : shortDate(date));
  const { thing } = dutyWords(duty, labels);
  return [
    thing,
    due === null ? 'none set' : day(due),
    day(bookBy),
    ...(targets ? [day(target)] : []),
    rules.join(', '),
  ];
}
