// `nodrift restore`: brings back from the record a case that Temporal has lost, that failed, or that lacks what the record has.

import { Argument, type Command } from 'commander';
import { BadInput, CaseNotFound, Stragglers } from '../client/errors.ts';
import type { CaseKey } from '../client/listed.ts';
import type { RestoredCase, RestoreResult } from '../workflows/api.ts';
import { caseKey, connected } from './options.ts';
import { counted, type Output, oneLine, printJson, table } from './output.ts';

interface Options {
  readonly all?: boolean;
  readonly reopen?: boolean;
  readonly json?: boolean;
}

export function addRestore(program: Command, output: Output): void {
  program
    .command('restore')
    .description(
      'Brings back a case that was terminated, failed, cannot go on or was restored too old, from the record. Nobody is mailed twice; a case that runs and lacks nothing is left alone.',
    )
    .addArgument(new Argument('[case]', 'KIND/REF, such as child-protection/EX-DRIFTING').argParser(caseKey))
    .option('--all', 'every case of the record')
    .option(
      '--reopen',
      'opens a case that is closed and over again, to be corrected; it closes by itself after 28 days',
    )
    .option('--json', '{"restored","runs","closed","left","cases":[{"caseId","outcome","why"}]}')
    .addHelpText(
      'after',
      '\nExamples:\n  npx nodrift restore child-protection/EX-DRIFTING\n  npx nodrift restore --all --json',
    )
    .action((key: CaseKey | undefined, options: Options) => restore(key, options, output));
}

async function restore(
  key: CaseKey | undefined,
  { all = false, reopen, json }: Options,
  output: Output,
): Promise<void> {
  if ((key === undefined) !== all) throw new BadInput('say which case, KIND/REF, or --all');
  if (reopen && all) throw new BadInput('--reopen is for one case: say which, KIND/REF');
  const caseId = key && `${key.kind}/${key.ref}`;
  const result = await connected(async (nodrift) => {
    const { restoreCases } = await import('../client/ask-restore.ts');
    return restoreCases(nodrift, { caseId, reopen });
  });
  if (json) printJson(output, result);
  else if (caseId === undefined) output.out(report(result).join('\n'));
  const [one] = result.cases;
  if (caseId !== undefined && one) said(one, json ? undefined : output);
  else if (result.left > 0)
    throw new Stragglers(`${counted(result.left, 'case')} could not be restored; see why, then run it again`);
}

/** Of one case. @throws CaseNotFound, Stragglers: why it was not restored */
function said({ caseId, outcome, why = '' }: RestoredCase, output: Output | undefined): void {
  switch (outcome) {
    case 'restored':
      output?.out(oneLine(`restored ${caseId}: ${why}`));
      break;
    case 'runs':
      output?.out(`${caseId} runs and lacks nothing`);
      break;
    case 'closed':
      throw new CaseNotFound(why, true);
    case 'unknown':
      throw new CaseNotFound(why);
    case 'cannot':
    case 'unanswered':
      throw new Stragglers(why);
  }
}

function report({ restored, runs, closed, left, cases }: RestoreResult): readonly string[] {
  const rows = (wanted: readonly RestoredCase[]) => table(wanted.map(({ caseId, why = '' }) => [caseId, why]));
  const back = cases.filter(({ outcome }) => outcome === 'restored');
  const rest = cases.filter(({ outcome }) => outcome !== 'restored' && outcome !== 'closed');
  const more = restored + closed + left - cases.length;
  return [
    `${counted(restored, 'case')} restored, ${runs} run and lack nothing${closed > 0 ? `, ${closed} closed` : ''}`,
    ...(back.length > 0 ? ['', 'Restored', ...rows(back)] : []),
    ...(rest.length > 0 ? ['', 'Not restored', ...rows(rest)] : []),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}
