// `nodrift timeline`: what are my dates? It prints every limit of a case that goes as planned, without a server.

import { type Command, InvalidArgumentError, Option } from 'commander';
import { BadInput } from '../client/errors.ts';
import { CASE_KINDS, type CaseKind } from '../domain/case/model.ts';
import { familyOf } from '../domain/duties/families.ts';
import { dutyWords, type Labels, shortDate } from '../domain/notices/words.ts';
import { type TimelineLimit, timeline } from '../domain/play/timeline.ts';
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
  if (!Number.isInteger(months) || months < 1 || months > 240)
    throw new InvalidArgumentError('It must be a whole number of months, 1 to 240');
  return months;
}

function heldOn(text: string, before: Options['held'] = {}): Options['held'] {
  const [meeting, date, ...more] = text.split('=');
  if (!meeting || date === undefined || more.length > 0)
    throw new InvalidArgumentError('Write MEETING=DATE, such as core-group-1=2027-03-01');
  if (Object.hasOwn(before, meeting)) throw new InvalidArgumentError(`${meeting} is there twice`);
  return { ...before, [meeting]: dateOption(date) };
}

function print(options: Options, output: Output): void {
  const policy = policyOf(options);
  const calendar = calendarFor(options.calendar);
  const until = addMonths(options.opened, options.months);
  const { kind, opened, months, held = {}, planApproved } = options;
  const wish = { kind, policy, calendar, opened, months, held, planApproved };
  checkDates(options, until);
  const limits = timelineOf(wish);
  checkHeld(options, limits);
  warnOfStatute(output, policy);
  if (options.json) printJson(output, { limits });
  else output.out(page(limits, policy, options, until));
  const uncounted = unknownHolidays(calendar, opened, until);
  if (uncounted) output.err(`nodrift: ${uncounted}`);
  else warnOfCalendar(output, calendar);
}

function checkDates({ kind, opened, held = {}, planApproved }: Options, until: LocalDate): void {
  if (planApproved !== undefined && kind !== 'child-in-need')
    throw new BadInput(`--plan-approved is for child-in-need only; leave it out for ${kind}`);
  if (planApproved !== undefined && planApproved < opened)
    throw new BadInput(`--plan-approved ${planApproved} is before the case was opened, ${opened}`);
  for (const [meeting, on] of Object.entries(held)) {
    if (on < opened) throw new BadInput(`--held ${meeting}=${on} is before the case was opened, ${opened}`);
    if (on > until)
      throw new BadInput(`--held ${meeting}=${on} is after the last day looked at, ${until}; raise --months`);
  }
}

/** The user can put this right: a kind that has no timeline, or a meeting that cannot be placed. */
function timelineOf(wish: Parameters<typeof timeline>[0]): readonly TimelineLimit[] {
  try {
    return timeline(wish);
  } catch (error) {
    if (error instanceof RangeError) throw new BadInput(error.message);
    throw error;
  }
}

function checkHeld({ kind, held = {}, months, planApproved }: Options, limits: readonly TimelineLimit[]): void {
  const meetings = limits.flatMap(({ duty }) => (familyOf(duty) === 'hold' ? [duty.slice('hold/'.length)] : []));
  const lost = Object.keys(held).find((meeting) => !meetings.includes(meeting));
  if (lost === undefined) return;
  // Child in need meetings count from the approval of the plan.
  const hint = kind === 'child-in-need' && lost.startsWith('cin-meeting-') && planApproved === undefined;
  throw new BadInput(
    `--held ${lost}=${held[lost]}: there is no ${lost} within ${counted(months, 'month')}; there are ${meetings.join(', ')}${hint ? '; child in need meetings follow the approval of the plan: give --plan-approved DATE' : ''}`,
  );
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
