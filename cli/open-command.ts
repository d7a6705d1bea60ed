// `nodrift open`: opens a case from a file, with what happened so far.

import { createHash } from 'node:crypto';
import type { Command } from 'commander';
import type { OpenOptions } from '../client/nodrift.ts';
import { refuseUnfit } from '../client/refuse-policy.ts';
import { readOpening } from '../client/scenario.ts';
import type { CaseEvent } from '../domain/case/events.ts';
import type { CaseFile } from '../domain/case/model.ts';
import { calendarFor, connected, policyIn } from './options.ts';
import { counted, type Output, printJson } from './output.ts';
import { remarks } from './record-command.ts';

interface Options {
  readonly policy?: string;
  readonly calendar?: string;
  readonly json?: boolean;
}

export function addOpen(program: Command, output: Output): void {
  program
    .command('open')
    .description('Opens a case with what happened so far. Opening the same file again changes nothing.')
    .argument(
      '<file>',
      'a YAML or JSON file: authority, case, events (at least the one a case of its kind begins with)',
    )
    .option('--policy <file>', 'a policy file (JSON) in place of what is in force for the authority')
    .option('--calendar <file>', "an authority's own bank holidays and closure days (JSON)")
    .option('--json', '{"case","recorded","warnings","asks"}')
    .addHelpText('after', EXAMPLES)
    .action((path: string, options: Options) => open(path, options, output));
}

const EXAMPLES = `
The file is a scenario without "until", its events without "at": they are dated by their own "on", which is not after today.
  authority: barnsley
  case:
    ref: BC-2042
    kind: child-protection
    people:
      - { id: amira, name: Amira Khan, role: social-worker, email: amira.khan@council.example, manager: tom }
      - { id: tom, name: Tom Reed, role: team-manager, email: tom.reed@council.example }
  events:
    - { by: amira, type: strategy-discussion-held, on: 2026-01-05 }
A plan that has run for a while begins with brought-in in its place (docs/events.md; examples/brought-in.yaml is one to rehearse).

Examples:
  echo "{ authority: barnsley, case: { ref: BC-2042, kind: child-protection, people: [
    { id: amira, name: Amira Khan, role: social-worker, email: amira.khan@council.example, manager: tom },
    { id: tom, name: Tom Reed, role: team-manager, email: tom.reed@council.example } ] },
    events: [{ by: amira, type: strategy-discussion-held, on: $(date +%F) }] }" > new-case.yaml
  npx nodrift open new-case.yaml`;

async function open(path: string, options: Options, output: Output): Promise<void> {
  const { file, events } = readOpening(path);
  const rules = given(options);
  const answer = await connected((nodrift) => nodrift.open(file, identified(file, events), rules));
  const id = `${file.kind}/${file.ref}`;
  if (options.json) return printJson(output, { case: id, ...answer });
  output.out([`opened ${id} with ${counted(events.length, 'event')}`, ...remarks(answer)].join('\n'));
}

/** What takes the place of what is in force. @throws Refused when no real case may go by it, BadInput */
function given({ policy: policyFile, calendar: calendarFile }: Options): OpenOptions {
  const policy = policyFile === undefined ? undefined : policyIn(policyFile, '--policy ');
  const calendar = calendarFile === undefined ? undefined : calendarFor(calendarFile);
  if (policy) refuseUnfit(policy);
  return { policy, calendar };
}

/**
 * Ids for a file's events. The same file gives the same ids, so opening it twice opens one case; another file gives others.
 * They sort in the file's order, and before every id made later: the ids alone order events of the same second.
 */
function identified(file: CaseFile, events: readonly CaseEvent[]): readonly { id: string; event: CaseEvent }[] {
  const hash = createHash('sha256')
    .update(JSON.stringify([file, events]))
    .digest('hex')
    .slice(0, 16);
  return events.map((event, i) => ({ id: `0-open-${hash}-${String(i + 1).padStart(6, '0')}`, event }));
}
