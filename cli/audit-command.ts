// `nodrift audit`: who read or did what, by the API; and whether anybody has touched it.

import type { Command } from 'commander';
import { Option } from 'commander';
import { callApi } from './call-api.ts';
import { counted, type Output, printJson, table } from './output.ts';

interface Entry {
  readonly number: number;
  readonly at: string;
  readonly who: string;
  readonly did: string;
  readonly what: string;
  readonly outcome: string;
  readonly from: string;
}
interface Verdict {
  readonly rows: number;
  readonly head: { readonly number: number; readonly hash: string };
  readonly faults: readonly string[];
}
interface Options {
  readonly from?: string;
  readonly to?: string;
  readonly who?: string;
  readonly case?: string;
  readonly limit: number;
  readonly json?: boolean;
}

export function addAudit(program: Command, output: Output): void {
  const audit = program
    .command('audit')
    .description('Who read or did what, the newest first: ids, never names.')
    .option('--from <when>', 'from that day in London, or that moment, on')
    .option('--to <when>', 'before it')
    .option('--who <who>', 'such as key:k7dq2c3xw5la')
    .option('--case <case>', 'KIND/REF, or whatever else was acted on')
    .addOption(new Option('--limit <n>', 'how many lines at most').default(50).argParser(Number))
    .option('--json', '{"entries":[{"number","at","who","did","what","outcome","from","request"}],"next"}')
    .addHelpText(
      'after',
      '\nExamples:\n  npx nodrift audit --case child-protection/EX-DRIFTING\n  npx nodrift audit --from 2027-03-29 --who key:k7dq2c3xw5la',
    )
    .action(async ({ json, ...asked }: Options) => {
      const query = new URLSearchParams(
        Object.entries(asked).map(([name, value]): [string, string] => [name, String(value)]),
      );
      const answer = (await callApi('GET', `/audit?${query}`)) as { entries: readonly Entry[]; next: string | null };
      if (json) return printJson(output, answer);
      output.out(lines(answer.entries, answer.next !== null).join('\n'));
    });
  audit
    .command('verify')
    .description(
      'Goes through the whole audit and names every row that was altered, deleted or put in. Exits with 7 when there is one.',
    )
    .option('--expect <end>', 'NUMBER:HASH, an end that was noted before: it proves that nothing was taken off since')
    .option('--json', '{"rows","head":{"number","hash"},"faults"}')
    .addHelpText('after', '\nExamples:\n  npx nodrift audit verify')
    .action(async ({ expect, json }: { expect?: string; json?: boolean }) => {
      const query = expect === undefined ? '' : `?expect=${encodeURIComponent(expect)}`;
      const verdict = (await callApi('GET', `/audit/verify${query}`)) as Verdict;
      if (json) printJson(output, verdict);
      else output.out(said(verdict).join('\n'));
      if (verdict.faults.length > 0) throw new Tampered(verdict.faults);
    });
}

/** The audit is not what was written. */
export class Tampered extends Error {
  override readonly name = 'Tampered';
  constructor(faults: readonly string[]) {
    super(
      `the audit is not whole: ${counted(faults.length, 'fault')}, ${faults[0]}${faults.length > 1 ? ' and more' : ''}`,
    );
  }
}

function said({ rows, head, faults }: Verdict): readonly string[] {
  if (faults.length > 0) return faults;
  return [
    `the audit is whole: ${counted(rows, 'row')}`,
    `its end is ${head.number}:${head.hash}`,
    'Keep that line elsewhere: with --expect it proves later that nothing was taken off the end since.',
  ];
}

function lines(entries: readonly Entry[], more: boolean): readonly string[] {
  if (entries.length === 0) return ['nothing of that is in the audit'];
  const rows = entries.map(({ at, who, did, what, outcome, from }) => [
    `${at.slice(0, 19).replace('T', ' ')}Z`,
    who,
    did,
    what,
    outcome,
    from,
  ]);
  return [
    ...table([['when', 'who', 'did', 'what', 'outcome', 'from'], ...rows], ''),
    ...(more ? ['', 'There is more: narrow it down, or give a higher --limit.'] : []),
  ];
}
