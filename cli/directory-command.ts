// `nodrift directory`: the staff of an authority, brought up to date from a sheet, and `nodrift reallocate`: all cases of one to another.

import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { BadInput, Stragglers } from '../client/errors.ts';
import { unreadable } from '../client/files.ts';
import { callApi } from './call-api.ts';
import { authorityOption } from './options.ts';
import { counted, type Output, printJson, table } from './output.ts';

interface Json {
  readonly json?: boolean;
}
interface Of extends Json {
  readonly authority: string;
}

interface Changes {
  readonly joined: readonly string[];
  readonly changed: readonly { readonly id: string; readonly fields: readonly string[] }[];
  readonly left: readonly string[];
  readonly back: readonly string[];
  readonly same: number;
}
interface Progress {
  readonly left: number;
  readonly refused: readonly {
    readonly case: string;
    readonly person: string;
    readonly staff: string;
    readonly why: string;
  }[];
}
interface Member {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly manager: string | null;
  readonly team: string | null;
  readonly rights: readonly string[];
}
interface Reallocation {
  readonly id: string;
  readonly done: boolean;
  readonly cases: readonly { readonly case: string; readonly outcome: string; readonly why: string | null }[];
}

const COLUMNS = 'id,name,role,manager,agency,address,shared mailbox,telephone,team,rights,active';
const TEMPLATE = `${COLUMNS}
S-22,Tom Hale,team-manager,,Children's Social Care,tom.hale@council.example,,01226 555 022,north,manager,yes
S-17,Amira Khan,social-worker,S-22,Children's Social Care,amira.khan@council.example,north.duty@council.example,01226 555 017,north,,yes`;

export function addDirectory(program: Command, output: Output): void {
  const directory = program
    .command('directory')
    .description('The staff of an authority: cases name them by id, and hear of every change (docs/directory.md).')
    .addHelpText('after', EXAMPLES);
  directory
    .command('sync')
    .description(
      'Makes the directory what a sheet says: who is missing has left. All faults of the sheet are said at once.',
    )
    .argument('<file>', 'a CSV file in UTF-8, as nodrift directory template prints it')
    .requiredOption('--authority <name>', 'whose staff', authorityOption)
    .option('--dry-run', 'says what would change, and changes nothing')
    .option('--allow-leavers', 'a quarter or more of the people have left indeed')
    .option('--json', '{"joined","changed":[{"id","fields"}],"left","back","same","authority","dryRun"}')
    .addHelpText('after', EXAMPLES)
    .action((file: string, options: Of & { dryRun?: boolean; allowLeavers?: boolean }) => sync(file, options, output));
  directory
    .command('list')
    .description('Who is there, and how far changes have reached running cases.')
    .requiredOption('--authority <name>', 'whose staff', authorityOption)
    .option('--json', '{"staff":[{"id","name","role","manager",…}],"progress":{"left","refused"}}')
    .addHelpText('after', '\nExamples:\n  npx nodrift directory list --authority barnsley')
    .action((options: Of) => list(options, output));
  directory
    .command('template')
    .description('A sheet to fill in, with two people as examples.')
    .addHelpText('after', '\nExamples:\n  npx nodrift directory template > staff.csv')
    .action(() => output.out(TEMPLATE));
}

export function addReallocate(program: Command, output: Output): void {
  program
    .command('reallocate')
    .description(
      'Hands all running cases of one social worker to another. It may be run again: what is done stays done.',
    )
    .requiredOption('--authority <name>', 'whose staff', authorityOption)
    .requiredOption('--from <id>', 'who hands over, by directory id')
    .requiredOption('--to <id>', 'who takes over, by directory id')
    .option('--reason <text>', 'why, as each case keeps it')
    .option('--dry-run', 'says which cases would go, and changes nothing')
    .option('--json', '{"id","from","to","done","cases":[{"case","outcome","why"}]}')
    .addHelpText('after', '\nExits 6 when a case was not handed over.')
    .addHelpText('after', REALLOCATE_EXAMPLES)
    .action((options: Handing) => reallocate(options, output));
}

const EXAMPLES = `
Examples:
  npx nodrift directory template > staff.csv
  npx nodrift directory sync staff.csv --authority barnsley --dry-run
  npx nodrift directory sync staff.csv --authority barnsley`;
const REALLOCATE_EXAMPLES = `
Examples:
  npx nodrift reallocate --authority barnsley --from S-17 --to S-22 --dry-run
  npx nodrift reallocate --authority barnsley --from S-17 --to S-22 --reason "Amira leaves on Friday"`;

async function sync(
  file: string,
  { authority, dryRun, allowLeavers, json }: Of & { dryRun?: boolean; allowLeavers?: boolean },
  output: Output,
): Promise<void> {
  const why = unreadable(file);
  if (why !== undefined) throw new BadInput(`${file}: ${why}`);
  const query = [...(dryRun ? ['dryRun=true'] : []), ...(allowLeavers ? ['allowLeavers=true'] : [])].join('&');
  const path = `/directory/${authority}${query === '' ? '' : `?${query}`}`;
  const sheet = new Uint8Array(readFileSync(file));
  const changes = (await callApi('PUT', path, sheet, { 'content-type': 'text/csv' }).catch((error: unknown) => {
    throw error instanceof BadInput ? named(file, error, output) : error;
  })) as Changes;
  if (json) printJson(output, changes);
  else output.out(changeLines(changes, dryRun === true).join('\n'));
}

/** A line a fault, where there are several. */
function named(file: string, { message }: BadInput, output: Output): BadInput {
  const all = message.split(/; (?=row \d+)/);
  if (all.length === 1) return new BadInput(`${file}: ${message}`);
  for (const one of all) output.err(`  ${one}`);
  return new BadInput(`${file}: ${counted(all.length, 'fault')}; nothing was changed`);
}

function changeLines({ joined, changed, left, back, same }: Changes, dryRun: boolean): readonly string[] {
  const lines = [
    ...joined.map((id) => [id, 'joins']),
    ...back.map((id) => [id, 'is back']),
    ...changed.map(({ id, fields }) => [id, `changes: ${fields.join(', ')}`]),
    ...left.map((id) => [id, 'has left: what is theirs is asked of their manager']),
  ];
  const all = `${counted(joined.length + changed.length + left.length + back.length, 'change')}, ${same} as before`;
  return [dryRun ? `${all}; nothing was changed yet` : all, ...table(lines)];
}

async function list({ authority, json }: Of, output: Output): Promise<void> {
  const answer = (await callApi('GET', `/directory/${authority}`)) as { staff: readonly Member[]; progress: Progress };
  if (json) return printJson(output, answer);
  const { staff, progress } = answer;
  const rows = staff.map(({ id, name, role, manager, team, rights }) => [
    ...[id, name, role, manager === null ? '' : `managed by ${manager}`, team ?? '', rights.join(', ')],
  ]);
  const refused = progress.refused.map((one) => [one.case, `${one.person} (${one.staff})`, one.why]);
  output.out(
    [
      staff.length === 0
        ? `nobody is in the directory of ${authority} yet: nodrift directory sync`
        : `${staff.length} of the staff`,
      ...table(rows),
      ...(progress.left > 0 ? [`${progress.left} still to be told to running cases`] : []),
      ...(refused.length > 0 ? ['not taken by:', ...table(refused)] : []),
    ].join('\n'),
  );
}

interface Handing extends Of {
  readonly from: string;
  readonly to: string;
  readonly reason?: string;
  readonly dryRun?: boolean;
}

const LOOK_EVERY_MS = 500;
const OUTCOMES: Readonly<Record<string, string>> = {
  took: 'handed over',
  closed: 'was closed meanwhile',
  unanswered: 'does not answer yet',
};

async function reallocate({ authority, from, to, reason, dryRun, json }: Handing, output: Output): Promise<void> {
  const path = `/directory/${authority}/reallocations`;
  const body = { from, to, ...(reason !== undefined && { reason }) };
  if (dryRun) {
    const { cases } = (await callApi('POST', `${path}?dryRun=true`, body)) as { cases: readonly string[] };
    if (json) printJson(output, { cases });
    else
      output.out(
        [`${counted(cases.length, 'case')} would go from ${from} to ${to}`, ...cases.map((one) => `  ${one}`)].join(
          '\n',
        ),
      );
    return;
  }
  let now = (await callApi('POST', path, body)) as Reallocation;
  while (!now.done) {
    await sleep(LOOK_EVERY_MS);
    now = (await callApi('GET', `${path}/${now.id}`)) as Reallocation;
    if (now.cases.some(({ outcome }) => outcome === 'unanswered')) break;
  }
  const told = now.cases.filter(({ outcome }) => outcome !== 'not-theirs');
  const left = told.filter(({ outcome }) => outcome === 'refused' || outcome === 'unanswered');
  if (json) printJson(output, now);
  else
    output.out(
      [
        `${counted(told.length - left.length, 'case')} went from ${from} to ${to}`,
        ...table(told.map((one) => [one.case, one.why ?? OUTCOMES[one.outcome] ?? one.outcome])),
      ].join('\n'),
    );
  if (left.length > 0)
    throw new Stragglers(
      `${counted(left.length, 'case')} not handed over: ${left.map((one) => one.case).join(', ')}; run it again`,
    );
}
