// `nodrift paper`: what members read at a meeting, made when it is asked for: agenda, working record, the cover of a review's papers.

import { writeFileSync } from 'node:fs';
import { Argument, type Command } from 'commander';
import { BadInput } from '../client/errors.ts';
import type { CaseKey } from '../client/listed.ts';
import { toLines } from '../documents/text.ts';
import { PAPER_NAMES, type Paper, type PaperName } from '../domain/documents/paper.ts';
import { caseKey, connected } from './options.ts';
import { type Output, oneLine, printJson } from './output.ts';

export function addPaper(program: Command, output: Output): void {
  program
    .command('paper')
    .description('What members read at a meeting: printed, or as a .docx file. Nodrift keeps none of it.')
    .addArgument(new Argument('<case>', 'KIND/REF, such as child-protection/EX-ON-COURSE').argParser(caseKey))
    .addArgument(new Argument('<paper>', 'agenda (R57), working-record (R104) or review-cover').choices(PAPER_NAMES))
    .argument('<meeting>', 'such as core-group-3; nodrift show has their names')
    .option('--docx <file>', 'write it there, for Word or LibreOffice')
    .option(
      '--json',
      '{"title","facts":[[label,value]],"parts":[{"heading","rules","lines","table":{"columns","rows"}}],"links"}',
    )
    .addHelpText(
      'after',
      '\nExamples, of a case npm start opens:\n  npx nodrift paper child-protection/EX-ON-COURSE agenda core-group-1\n  npx nodrift paper child-protection/EX-ON-COURSE working-record core-group-1 --docx record.docx',
    )
    .action(
      async (key: CaseKey, name: PaperName, meeting: string, { docx, json }: { docx?: string; json?: boolean }) => {
        const paper = await connected((nodrift) => nodrift.paper(key, name, meeting));
        if (docx !== undefined) {
          write(docx, await bytesOf(paper));
          if (!json) return output.out(`${paper.title}: written to ${docx}`);
        }
        if (json) return printJson(output, paper);
        output.out(toLines(paper).map(oneLine).join('\n'));
      },
    );
}

/** Loaded only here: the package that writes it comes with the engine, not with the client. @throws BadInput where it is not there */
async function bytesOf(paper: Paper): Promise<Buffer> {
  try {
    const { toDocx } = await import('../documents/docx.ts');
    return toDocx(paper);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new BadInput('--docx: the package docx, which writes the file, is not installed: npm install docx@9');
  }
}

function write(file: string, bytes: Buffer): void {
  try {
    writeFileSync(file, bytes);
  } catch (error) {
    throw new BadInput(`--docx: ${file} cannot be written (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
  }
}
