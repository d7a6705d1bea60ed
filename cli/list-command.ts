// `nodrift list`: the running cases, those with something late first, then by their next limit.

import type { Command } from 'commander';
import type { CaseSummary } from '../client/nodrift.ts';
import { dutyWords, shortDate } from '../domain/notices/words.ts';
import { calendarsThatEnd, warnOfCalendar } from './calendar-warning.ts';
import { connected } from './options.ts';
import { type Output, printJson, table } from './output.ts';

interface Options {
  readonly authority?: string;
  readonly team?: string;
  readonly late?: boolean;
  readonly json?: boolean;
}

export function addList(program: Command, output: Output): void {
  program
    .command('list')
    .description(
      "The running cases: those with something late first, then by their next limit; as the server's index knows them, a moment behind. Rehearsals are left out.",
    )
    .option('--authority <name>', 'only of this authority')
    .option('--team <team>', 'only of this team')
    .option('--late', 'only those with something late')
    .option('--json', '{"cases":[{"id","kind","ref","authority","team","nextLimit","late"}]}')
    .addHelpText('after', '\nExamples:\n  npx nodrift list\n  npx nodrift list --authority barnsley --late --json')
    .action((options: Options) => list(options, output));
}

async function list({ json, ...filter }: Options, output: Output): Promise<void> {
  const { cases, ends } = await connected(async (nodrift) => {
    const cases = await nodrift.list(filter);
    return { cases, ends: await calendarsThatEnd(nodrift, new Set(cases.flatMap(({ authority }) => authority ?? []))) };
  });
  if (json) printJson(output, { cases });
  else output.out(cases.length === 0 ? 'No cases.' : table([HEAD, ...cases.map(row)], '').join('\n'));
  for (const { authority, until } of ends) warnOfCalendar(output, { until }, `${authority}: `);
}

const HEAD = ['case', 'authority', 'team', 'next limit', 'late'];

const row = ({ id, authority, team, nextLimit, late }: CaseSummary): string[] => [
  id,
  authority ?? '–',
  team ?? '–',
  nextLimit === undefined ? '–' : shortDate(nextLimit),
  late.length === 0 ? '–' : late.map((duty) => dutyWords(duty).thing).join(', '),
];
