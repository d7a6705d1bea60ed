// `nodrift keys list | rotate`: the keys that cases are encrypted with, on a machine that has them.

import type { Command } from 'commander';
import { fromKeys, keysHere } from '../client/keys-here.ts';
import type { OpenKeys } from '../codec/open-keys.ts';
import { type KeysInUse, keysInUse, rotateKeys } from '../codec/rotate-keys.ts';
import { counted, type Output, printJson, table } from './output.ts';

interface Json {
  readonly json?: boolean;
}

export function addKeys(program: Command, output: Output): void {
  // `keys` has other commands too, which another file adds.
  const keys =
    program.commands.find((one) => one.name() === 'keys') ??
    program.command('keys').description('The keys that cases are encrypted with (docs/keys.md).');
  keys
    .command('list')
    .description('Lists the keys of the ring, and how many cases each of them wraps the key of. No key is shown.')
    .option('--json', '{"active","ring":[{"name","wraps","missing"}],"erased"}')
    .addHelpText('after', '\nExamples:\n  npx nodrift keys list')
    .action(async ({ json }: Json) => {
      const found = await withKeys(keysInUse);
      if (json) return printJson(output, found);
      const rows = found.ring.map(({ name, wraps, missing }) => [
        name,
        String(wraps),
        remark(found, name, wraps, missing),
      ]);
      output.out(table([['KEY', 'WRAPS', ''], ...rows]).join('\n'));
      output.out(`${counted(found.erased, 'case')} erased`);
    });
  keys
    .command('rotate')
    .description(
      'Adds a key to the ring and wraps the key of every case with it; cases go on meanwhile. Run again, it goes on where it was interrupted.',
    )
    .option('--json', '{"active","added","rewrapped"}')
    .addHelpText('after', '\nExamples:\n  npx nodrift keys rotate')
    .action(async ({ json }: Json) => {
      const done = await withKeys(rotateKeys);
      if (json) return printJson(output, done);
      if (done.added) output.out(`${done.active} was added to the ring: keep a copy of it, apart from any backup`);
      output.out(`wrapped by ${done.active}: ${counted(done.rewrapped, 'key')}`);
    });
}

function remark({ active }: KeysInUse, name: string, wraps: number, missing: boolean): string {
  if (missing) return 'not in the ring: put it back';
  if (name === active) return 'active';
  return wraps === 0 ? 'wraps nothing, and may be taken out' : 'wraps some still: nodrift keys rotate';
}

/** @throws Unavailable, BadInput */
async function withKeys<T>(act: (keys: OpenKeys) => Promise<T>): Promise<T> {
  const open = await keysHere();
  try {
    return await act(open);
  } catch (error) {
    throw fromKeys(error) ?? error;
  } finally {
    await open.close();
  }
}
