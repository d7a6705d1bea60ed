// `nodrift keys erase | erased`, `nodrift hold | release`, `nodrift retention`: what is forgotten, what may not be, and when, by the API.

import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import { BadInput } from '../client/errors.ts';
import type { CaseKey } from '../client/listed.ts';
import { ERASURE_REASONS, HOLD_REASONS } from '../record/erasure-reasons.ts';
import { callApi } from './call-api.ts';
import { authorityOption, caseKey } from './options.ts';
import { counted, type Output, printJson, table } from './output.ts';

interface Json {
  readonly json?: boolean;
}
interface By extends Json {
  readonly by?: string;
}
interface Erasure {
  readonly case: string;
  readonly reason: string;
  readonly by: string;
  readonly at: string;
  readonly done: string | null;
  readonly had: { readonly events: number; readonly duties: number; readonly mails: number } | null;
}
interface Hold {
  readonly case: string;
  readonly reason: string;
  readonly by: string;
  readonly at: string;
}
interface Schedule {
  readonly authority: string;
  readonly years: number | null;
  readonly by: string | null;
  readonly from: string | null;
}

const CASE = () => new Argument('<case>', 'KIND/REF, such as child-protection/EX-DRIFTING').argParser(caseKey);
const BY = () =>
  new Option(
    '--by <id>',
    'who decided it, by their id in the directory, never a name; the key you call with, unless said',
  );

export function addForgetting(program: Command, output: Output): void {
  // `keys` has other commands too, which another file adds.
  const keys =
    program.commands.find((one) => one.name() === 'keys') ??
    program.command('keys').description('The keys that cases are encrypted with (docs/keys.md).');
  addErase(keys, output);
  addErased(keys, output);
  addHold(program, output);
  addRelease(program, output);
  addRetention(program, output);
}

function addErase(keys: Command, output: Output): void {
  keys
    .command('erase')
    .description(
      'Erases a case for good: Temporal forgets it, its key is destroyed, the record keeps figures alone. Nobody can read it again, whatever is restored.',
    )
    .addArgument(CASE())
    .addOption(new Option('--reason <reason>', 'why').choices(ERASURE_REASONS).makeOptionMandatory())
    .addOption(BY())
    .option('--terminate', 'ends it where it is not closed: nobody is reminded of anything any more')
    .option('--yes', 'it is meant')
    .option('--json', '{"case","authority","reason","by","at","done","had":{"events","duties","mails"}}')
    .addHelpText(
      'after',
      '\nExamples:\n  npx nodrift keys erase child-protection/BC-2041 --reason asked-by-person --by S-17 --yes',
    )
    .action(async ({ kind, ref }: CaseKey, options: By & { reason: string; terminate?: boolean; yes?: boolean }) => {
      const { reason, by, terminate, yes, json } = options;
      if (!yes)
        throw new BadInput(`${kind}/${ref} would be erased, and nothing brings it back: say --yes where that is meant`);
      const body = { confirm: ref, reason, by, terminate };
      const erased = (await callApi('POST', `/cases/${kind}/${ref}/erasure`, body)) as Erasure;
      if (json) return printJson(output, erased);
      output.out(
        erased.done === null
          ? `${erased.case} is being erased, and that goes on by itself: nodrift keys erased says when it is done`
          : `${erased.case} is erased: ${had(erased)} cannot be read any more; its figures stay`,
      );
    });
}

const had = ({ had: much }: Erasure): string =>
  [counted(much?.events ?? 0, 'event'), counted(much?.duties ?? 0, 'limit'), counted(much?.mails ?? 0, 'notice')].join(
    ', ',
  );

function addErased(keys: Command, output: Output): void {
  keys
    .command('erased')
    .description(
      'Which cases were erased, when and by whom. Keep the list apart from your backups (docs/retention.md).',
    )
    .option('--authority <name>', 'of one authority', authorityOption)
    .option('--json', '{"erasures":[{"case","authority","reason","by","at","done","had"}]}')
    .addHelpText('after', '\nExamples:\n  npx nodrift keys erased\n  npx nodrift keys erased --authority barnsley')
    .action(async ({ authority, json }: Json & { authority?: string }) => {
      const all: Erasure[] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const query = new URLSearchParams({ ...(authority && { authority }), ...(cursor && { cursor }) });
        const page = (await callApi('GET', `/erasures${query.size > 0 ? `?${query}` : ''}`)) as {
          erasures: readonly Erasure[];
          next: string | null;
        };
        all.push(...page.erasures);
        cursor = page.next;
      }
      if (json) return printJson(output, { erasures: all });
      const lines = all.map((one) => [
        ...[one.case, `erased ${day(one.at)} by ${one.by}`, one.reason],
        one.done === null ? 'under way' : had(one),
      ]);
      output.out(lines.length === 0 ? 'nothing was erased' : table(lines, '').join('\n'));
    });
}

function addHold(program: Command, output: Output): void {
  program
    .command('hold')
    .description(
      'A case may not be erased, by anybody or any schedule, until it is released. Without a case: which are on hold.',
    )
    .addArgument(new Argument('[case]', 'KIND/REF').argParser(caseKey))
    .addOption(new Option('--reason <reason>', 'why').choices(HOLD_REASONS))
    .addOption(BY())
    .option('--json', '{"case","reason","by","at"}, or {"holds":[…]}')
    .addHelpText(
      'after',
      '\nExamples:\n  npx nodrift hold child-protection/BC-2041 --reason proceedings --by S-17\n  npx nodrift hold',
    )
    .action(async (key: CaseKey | undefined, { reason, by, json }: By & { reason?: string }) => {
      if (key === undefined) {
        const answer = (await callApi('GET', '/holds')) as { holds: readonly Hold[] };
        if (json) return printJson(output, answer);
        const lines = answer.holds.map((one) => [one.case, one.reason, `since ${day(one.at)}`, `by ${one.by}`]);
        return output.out(lines.length === 0 ? 'nothing is on hold' : table(lines, '').join('\n'));
      }
      if (reason === undefined) throw new BadInput(`say why: --reason ${HOLD_REASONS.join('|')}`);
      const set = (await callApi('PUT', `/cases/${key.kind}/${key.ref}/hold`, { reason, by })) as Hold;
      if (json) return printJson(output, set);
      output.out(`${set.case} is on hold (${set.reason}), since ${day(set.at)} by ${set.by}`);
    });
}

function addRelease(program: Command, output: Output): void {
  program
    .command('release')
    .description('Releases the holds of a case, or the one for a reason.')
    .addArgument(CASE())
    .addOption(new Option('--reason <reason>', 'this one alone').choices(HOLD_REASONS))
    .addOption(BY())
    .option('--json', '{"released":[{"case","reason","by","at"}]}')
    .addHelpText('after', '\nExamples:\n  npx nodrift release child-protection/BC-2041 --by S-17')
    .action(async ({ kind, ref }: CaseKey, { reason, by, json }: By & { reason?: string }) => {
      const query = new URLSearchParams({ ...(reason && { reason }), ...(by && { by }) });
      const path = `/cases/${kind}/${ref}/hold${query.size > 0 ? `?${query}` : ''}`;
      const answer = (await callApi('DELETE', path)) as { released: readonly Hold[] };
      if (json) return printJson(output, answer);
      const reasons = answer.released.map((one) => one.reason).join(', ');
      output.out(reasons === '' ? `${kind}/${ref} was not on hold` : `${kind}/${ref} is released (${reasons})`);
    });
}

function addRetention(program: Command, output: Output): void {
  const retention = program
    .command('retention')
    .description('How long an authority keeps a closed case before it is erased (docs/retention.md).');
  retention
    .command('show')
    .description('What is in force, and what was.')
    .argument('<authority>', 'whose', authorityOption)
    .option('--json', '{"authority","years","by","from","history":[…]}')
    .addHelpText('after', '\nExamples:\n  npx nodrift retention show barnsley')
    .action(async (authority: string, { json }: Json) => {
      const answer = (await callApi('GET', `/retention/${authority}`)) as Schedule & { history: readonly Schedule[] };
      if (json) return printJson(output, answer);
      output.out([said(answer), ...answer.history.slice(0, -1).map((one) => `  before: ${said(one)}`)].join('\n'));
    });
  retention
    .command('set')
    .description(
      'Keeps closed cases so many years from now on. Operators are told thirty days before anything is erased.',
    )
    .argument('<authority>', 'whose', authorityOption)
    .option('--years <years>', 'counted from the day a case closed', years)
    .option('--for-ever', 'for as long as nobody erases it')
    .addOption(BY())
    .option('--json', '{"authority","years","by","from"}')
    .addHelpText('after', '\nExamples:\n  npx nodrift retention set barnsley --years 25 --by S-1')
    .action(async (authority: string, options: By & { years?: number; forEver?: boolean }) => {
      const { years: many, forEver, by, json } = options;
      if ((many === undefined) === !forEver) throw new BadInput('say how long: --years N, or --for-ever');
      const set = (await callApi('PUT', `/retention/${authority}`, { years: many ?? null, by })) as Schedule;
      if (json) return printJson(output, set);
      output.out(said(set));
    });
}

function years(text: string): number {
  if (/^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= 150) return Number(text);
  throw new InvalidArgumentError('must be years from 1 to 150');
}

const said = ({ authority, years: many, by, from }: Schedule): string => {
  const how =
    many === null
      ? 'keeps a closed case for as long as nobody erases it'
      : `erases a case ${counted(many, 'year')} after it closed`;
  return from === null
    ? `${authority} ${how}: nothing was ever set`
    : `${authority} ${how}, since ${day(from)}, said by ${by}`;
};

const day = (at: string): string => at.slice(0, 10);
