// `nodrift rehearse`: plays a scenario and prints a diary of it. It plays in memory, without a server; with `--live`, on the running server.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { type Rehearsal, rehearse } from '../client/rehearse.ts';
import { readScenario } from '../client/scenario.ts';
import { diary, rounds } from './diary.ts';
import { calendarFor, connected, labelsOf, policyOf } from './options.ts';
import { type Output, printJson } from './output.ts';
import { warnOfStatute } from './statute-warning.ts';

interface Options {
  readonly live?: boolean;
  readonly round?: boolean;
  readonly policy?: string;
  readonly calendar?: string;
  readonly json?: boolean;
}

export function addRehearse(program: Command, output: Output): void {
  program
    .command('rehearse')
    .description(
      'Plays a scenario: who is told what, when. In memory unless --live; refused events are part of the diary.',
    )
    .argument('<scenario>', 'a YAML file: authority, case, events, until')
    .option('--live', 'on the running server (npm start), with its clock fast-forwarded: future dates only')
    .option('--round', 'put together what one person is told in one morning')
    .option('--policy <file>', "a policy file (JSON) in place of the scenario's authority")
    .option('--calendar <file>', "an authority's own bank holidays and closure days (JSON)")
    .option(
      '--json',
      '{"notices":[…],"refused":[…],"owed":[…],"closed":…}; with --round {"rounds":[{"at","to","notices"}],…}',
    )
    .addHelpText('after', EXAMPLES)
    .action((path: string, options: Options) => print(path, options, output));
}

const EXAMPLES = `
Examples:
  npx nodrift rehearse examples/a-good-year.yaml
  npx nodrift rehearse examples/everything-drifts.yaml --round
  npx nodrift rehearse examples/everything-drifts.yaml --live --json`;

async function print(path: string, options: Options, output: Output): Promise<void> {
  const scenario = readScenario(shipped(path) ?? path);
  const policy = policyOf({ authority: scenario.authority, file: path, policy: options.policy });
  const rules = { policy, calendar: calendarFor(options.calendar) };
  warnOfStatute(output, policy);
  const rehearsal = options.live ? await live(scenario, rules) : rehearse(scenario, rules);
  if (!options.json) return output.out(diary(scenario, rehearsal, labelsOf(policy), options.round));
  const { notices, refused, owed, closed } = rehearsal;
  printJson(output, { ...(options.round ? { rounds: rounds(notices) } : { notices }), refused, owed, closed });
}

/** `examples/a-good-year.yaml` is here wherever it is typed; undefined for a file of one's own. */
function shipped(path: string): string | undefined {
  if (existsSync(path) || !/^examples\/[a-z-]+\.yaml$/.test(path)) return undefined;
  const file = fileURLToPath(new URL(`../${path}`, import.meta.url));
  return existsSync(file) ? file : undefined;
}

/** Loaded only here: a rehearsal in memory must not wait for Temporal's libraries. */
async function live(...args: Parameters<typeof rehearse>): Promise<Rehearsal> {
  const { rehearseLive } = await import('../client/rehearse-live.ts');
  return connected((nodrift) => rehearseLive(nodrift, ...args));
}
