// The command line: its commands, its exit codes, and how it tells people of errors. Each command has a file of its own beside this one.

import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { BadInput, CaseExists, CaseNotFound, NotAllowed, Refused, Stragglers, Unavailable } from '../client/errors.ts';
import { ScenarioError } from '../client/yaml-file.ts';
import { EventError } from '../domain/case/read-events.ts';
import { PolicyError } from '../domain/policy/read-policy.ts';
import { addApiKeys } from './api-keys-command.ts';
import { addAudit, Tampered } from './audit-command.ts';
import { addCalendar } from './calendar-command.ts';
import { addDirectory, addReallocate } from './directory-command.ts';
import { addEvents } from './events-command.ts';
import { addExport } from './export-command.ts';
import { addForgetting } from './forget-commands.ts';
import { addImport } from './import-command.ts';
import { addKeys } from './keys-command.ts';
import { addList } from './list-command.ts';
import { addOpen } from './open-command.ts';
import { harmlessly, type Output } from './output.ts';
import { addPaper } from './paper-command.ts';
import { addPeople } from './people-command.ts';
import { addPolicy } from './policy-command.ts';
import { addCorrect, addWithdraw } from './put-right-commands.ts';
import { addRecord } from './record-command.ts';
import { addRehearse } from './rehearse-command.ts';
import { addRestore } from './restore-command.ts';
import { addRound } from './round-command.ts';
import { addShadow } from './shadow-command.ts';
import { addShow } from './show-command.ts';
import { addStart } from './start-command.ts';
import { addTimeline } from './timeline-command.ts';
import { addWebhooks } from './webhooks-command.ts';

const EXIT_CODES = `
Exit codes:
  0  done (in a rehearsal, refused events and all)
  1  unexpected: a bug
  2  bad input: an option, a file, a date, a person or meeting that cannot be, a key that may not do this
  3  refused by a rule, which is named; nothing was recorded
  4  no such case
  5  the server, or its worker, does not answer
  6  a changed policy or calendar did not reach every running case, or a case was not restored or handed over: run it again
  7  the audit is not whole: each row that was touched is named`;

const ROOT_EXAMPLES = `
Examples:
  npx nodrift timeline --authority barnsley --kind child-protection --opened 2025-04-01
  npx nodrift rehearse examples/everything-drifts.yaml
  npx nodrift show child-protection/EX-DRIFTING

npx nodrift COMMAND --help tells more about each, with more of them.`;

/** Runs the command line of this process. */
export async function main(): Promise<void> {
  // `nodrift … | head` closes the pipe early. That is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  process.exitCode = await run(process.argv.slice(2), {
    out: (text) => process.stdout.write(`${text}\n`),
    terminal: isTerminal(),
    err: (text) => process.stderr.write(`${text}\n`),
  });
}

/** Whether what is printed is read on a terminal that shows more than letters. */
const isTerminal = (): boolean => process.stdout.isTTY && process.stdout.hasColors();

/** Runs one command. Says in one line on `err` what goes wrong. @returns the exit code */
export async function run(args: readonly string[], to: Output): Promise<number> {
  const output = harmlessly(to);
  try {
    await program(output).parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const [code, message] = failure(error, args);
    const line = message.replace(/\s*\n\s*/g, ' ').trim();
    if (args.includes('--json')) output.err(errorAsJson(code, line, error));
    else output.err(`nodrift: ${line}`);
    // Whoever mends a bug needs to know where it is.
    if (code === 1 && error instanceof Error && error.stack) output.err(error.stack);
    return code;
  }
}

/** The same for programs: on one line, as everything else that goes to stderr. */
const errorAsJson = (exit: number, message: string, error: unknown): string =>
  JSON.stringify({ error: { exit, rule: error instanceof Refused ? error.rule : null, message } });

function program(output: Output): Command {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  const nodrift = new Command('nodrift')
    .description("Keeps children's plans from drifting: what is owed, by whom, by when.")
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => output.out(text.trimEnd()),
      writeErr: () => {},
      outputError: () => {},
    })
    .addHelpText('after', EXIT_CODES)
    .addHelpText('after', ROOT_EXAMPLES);
  addStart(nodrift, output);
  addTimeline(nodrift, output);
  addRehearse(nodrift, output);
  addOpen(nodrift, output);
  addImport(nodrift, output);
  addRecord(nodrift, output);
  addCorrect(nodrift, output);
  addWithdraw(nodrift, output);
  addEvents(nodrift, output);
  addShow(nodrift, output);
  addPeople(nodrift, output);
  addPaper(nodrift, output);
  addList(nodrift, output);
  addRound(nodrift, output);
  addRestore(nodrift, output);
  addPolicy(nodrift, output);
  addCalendar(nodrift, output);
  addApiKeys(nodrift, output);
  addKeys(nodrift, output);
  addForgetting(nodrift, output);
  addExport(nodrift, output);
  addWebhooks(nodrift, output);
  addAudit(nodrift, output);
  addDirectory(nodrift, output);
  addReallocate(nodrift, output);
  addShadow(nodrift, output);
  return nodrift;
}

function failure(error: unknown, args: readonly string[]): readonly [code: number, message: string] {
  if (error instanceof CommanderError) return [2, usage(error, args)];
  if (error instanceof PolicyError) return [2, error.problems.join('; ')];
  if (error instanceof BadInput || error instanceof ScenarioError || error instanceof EventError)
    return [2, error.message];
  if (error instanceof Refused) return [error.rule === null ? 2 : 3, error.message];
  if (error instanceof CaseExists || error instanceof NotAllowed) return [2, error.message];
  if (error instanceof CaseNotFound) return [4, error.message];
  if (error instanceof Unavailable) return [5, error.message];
  if (error instanceof Stragglers) return [6, error.message];
  if (error instanceof Tampered) return [7, error.message];
  return [1, `a bug, please report it: ${error instanceof Error ? error.message : String(error)}`];
}

function usage(error: CommanderError, args: readonly string[]): string {
  if (error.code === 'commander.help') return 'no command given; nodrift --help lists them';
  const command = error.code === 'commander.unknownCommand' || args[0]?.startsWith('-') ? '' : `${args[0]} `;
  return `${error.message.replace(/^error: /, '').replace(/[.:]$/, '')}; see nodrift ${command}--help`;
}
