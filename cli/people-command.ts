// `nodrift people`: who belongs to a case, under which id each is recorded, and who stands in for whom.

import { Argument, type Command } from 'commander';
import type { CaseKey } from '../client/listed.ts';
import { roleWords } from '../domain/notices/words.ts';
import { caseKey, connected } from './options.ts';
import { type Output, printJson, table } from './output.ts';

export function addPeople(program: Command, output: Output): void {
  program
    .command('people')
    .description('Who belongs to a case: their ids, roles and addresses, who is a member and who manages whom.')
    .addArgument(new Argument('<case>', 'KIND/REF, such as child-protection/EX-ON-COURSE').argParser(caseKey))
    .option(
      '--json',
      '{"people":[{"id","name","role","agency","email","phone","manager","contact","needs","member","socialWorker"}]}',
    )
    .addHelpText('after', '\nExamples, of a case npm start opens:\n  npx nodrift people child-protection/EX-ON-COURSE')
    .action(async (key: CaseKey, { json }: { json?: boolean }) => {
      const people = await connected((nodrift) => nodrift.people(key));
      if (json) return printJson(output, { people });
      const rows = people.map(
        ({ id, name, role, email = '', phone = '', agency = '', manager, member, socialWorker, needs }) => [
          ...[id, name, agency === '' ? roleWords(role) : `${roleWords(role)}, ${agency}`, email, phone],
          [
            ...(socialWorker ? ['the case’s social worker'] : member ? ['member'] : []),
            ...(manager === undefined ? [] : [`managed by ${manager}`]),
            ...(needs?.interpreter ? [`interpreter: ${needs.interpreter}`] : []),
            ...(needs?.format ? [needs.format.replaceAll('-', ' ')] : []),
          ].join(', '),
        ],
      );
      output.out(table([['id', 'name', 'role', 'e-mail', 'telephone', ''], ...rows], '').join('\n'));
    });
}
