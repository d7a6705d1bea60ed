// `nodrift export`: everything that is held about one person, by the API.

import { type Command, Option } from 'commander';
import { BadInput } from '../client/errors.ts';
import type { PersonExport } from '../record/person-export.ts';
import { exportAsText } from '../record/person-export-text.ts';
import { callApi } from './call-api.ts';
import { authorityOption, caseKey } from './options.ts';
import { counted, type Output, printJson } from './output.ts';
import { writeSecret } from './write-secret.ts';

interface Options {
  readonly authority: string;
  readonly person: string;
  readonly case?: string;
  readonly to?: string;
  readonly json?: boolean;
}

export function addExport(program: Command, output: Output): void {
  program
    .command('export')
    .description(
      'Everything about one person over all cases of an authority, for whoever asks what is held about them. Others stand in it by their roles; read it before you hand it over.',
    )
    .requiredOption('--authority <name>', 'whose cases', authorityOption)
    .requiredOption(
      '--person <who>',
      'an e-mail address, an id of the directory, or with --case what that case calls them',
    )
    .addOption(new Option('--case <case>', 'KIND/REF: for somebody who has neither').argParser(caseId))
    .option('--to <file>', 'writes it into a new file that only you can read, and shows nothing of it')
    .option('--json', '{"authority","made","addresses","directory","cases","signIns","calendarSince","audit"}')
    .addHelpText(
      'after',
      '\nExamples:\n  npx nodrift export --authority barnsley --person nina@nhs.example --to nina.txt\n  npx nodrift export --authority barnsley --case child-protection/BC-2041 --person mother',
    )
    .action((options: Options) => make(options, output));
}

function caseId(text: string): string {
  const { kind, ref } = caseKey(text);
  return `${kind}/${ref}`;
}

async function make({ authority, person, case: inCase, to, json }: Options, output: Output): Promise<void> {
  if (person.trim() === '') throw new BadInput('--person: say who is meant');
  const who =
    inCase !== undefined ? { case: inCase, person } : person.includes('@') ? { address: person } : { staff: person };
  const all = (await callApi('POST', '/exports', { authority, ...who })) as PersonExport;
  if (to !== undefined) {
    writeSecret(
      to,
      json ? JSON.stringify(all, null, 2) : exportAsText(all).join('\n'),
      'nothing was changed: say another file',
    );
    return output.out(`${counted(all.cases.length, 'case')}: it is in ${to}, which only you can read`);
  }
  if (json) printJson(output, all);
  else output.out(exportAsText(all).join('\n'));
}
