// `nodrift start`: `npm start` for whoever has the package and no repository. The data is in the folder it is started in.

import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { Command } from 'commander';
import { engineFolder } from './engine.ts';
import type { Output } from './output.ts';

export function addStart(program: Command, output: Output): void {
  program
    .command('start')
    .description(
      'Runs everything in this terminal: Temporal with its UI, worker, app, API, and an inbox for the mails.',
    )
    .addHelpText('after', MORE)
    .action(async () => {
      await import(await programFile((line) => output.err(line)));
    });
}

const MORE = `
Data, keys and mails are in .nodrift (NODRIFT_DATA) of the folder it is started in; a second start goes on where it was. Ctrl-C stops it.
What it is made of is fetched by npm the first time, into the user's cache (NODRIFT_CACHE): about 440 MB, the versions this release was tested with.

Examples:
  npx nodrift start
  NODRIFT_WEB_PORT=9090 npx nodrift start`;

/** What is started: beside this file where everything it needs is installed, as in the repository; else in the folder of the engine. */
async function programFile(say: (line: string) => void): Promise<string> {
  const here = import.meta.url;
  const file = `embedded/start.${here.endsWith('.ts') ? 'ts' : 'js'}`;
  if (isInstalled('@temporalio/worker') && isInstalled('@electric-sql/pglite')) return new URL(`../${file}`, here).href;
  return pathToFileURL(`${await engineFolder(say)}/dist/${file}`).href;
}

function isInstalled(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
}
