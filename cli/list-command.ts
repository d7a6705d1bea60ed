// `nodrift list`: the running cases, those with something late first, then by their next limit.

import type { Command } from 'commander';
import { BadInput, Unavailable } from '../client/errors.ts';
import type { CaseSummary } from '../client/listed.ts';
import type { Nodrift } from '../client/nodrift.ts';
import { dutyWords, shortDate } from '../domain/notices/words.ts';
import { AUTHORITIES } from '../policies/load.ts';
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
    if (cases.length === 0) await assertKnown(nodrift, filter);
    return { cases, ends: await calendarsThatEnd(nodrift, new Set(cases.flatMap(({ authority }) => authority ?? []))) };
  });
  if (json) printJson(output, { cases });
  else output.out(cases.length === 0 ? 'No cases.' : table([HEAD, ...cases.map(row)], '').join('\n'));
  for (const { authority, until } of ends) warnOfCalendar(output, { until }, `${authority}: `);
}

/** Nothing found may be a name mistyped. @throws BadInput naming the authorities or teams there are */
async function assertKnown(nodrift: Nodrift, { authority, team }: Pick<Options, 'authority' | 'team'>): Promise<void> {
  if (authority === undefined && team === undefined) return;
  const running = await nodrift.list();
  if (authority !== undefined) {
    const known = [...AUTHORITIES, ...running.flatMap((one) => one.authority ?? []), ...(await inForceHere(nodrift))];
    refuseUnknown('authority', authority, known);
  }
  const teams = running.filter((one) => authority === undefined || one.authority === authority).map((one) => one.team);
  if (team !== undefined && teams.length > 0)
    refuseUnknown(
      'team',
      team,
      teams.filter((one) => one !== undefined),
    );
}

/** Those that have a policy here and no case yet. The list itself needs no worker: without one they are not known. */
async function inForceHere(nodrift: Nodrift): Promise<readonly string[]> {
  const { inForce } = await import('../client/ask-in-force.ts');
  try {
    return (await inForce(nodrift)).map(({ authority }) => authority);
  } catch (error) {
    if (error instanceof Unavailable) return [];
    throw error;
  }
}

function refuseUnknown(what: 'authority' | 'team', name: string, known: readonly string[]): void {
  if (known.includes(name)) return;
  const names = [...new Set(known)].sort();
  throw new BadInput(`--${what} ${name}: nobody here is called that; known are ${names.join(', ') || 'none'}`);
}

const HEAD = ['case', 'authority', 'team', 'next limit', 'late'];

const row = ({ id, authority, team, nextLimit, late }: CaseSummary): string[] => [
  id,
  authority ?? '–',
  team ?? '–',
  nextLimit === undefined ? '–' : shortDate(nextLimit),
  late.length === 0 ? '–' : late.map((duty) => dutyWords(duty).thing).join(', '),
];
