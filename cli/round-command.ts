// `nodrift round`: sends what waits for the morning round now, or says what the next one would send.

import type { Command } from 'commander';
import type { RoundPreview, RoundResult } from '../workflows/api.ts';
import { connected } from './options.ts';
import { counted, type Output, printJson, table } from './output.ts';

interface Options {
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export function addRound(program: Command, output: Output): void {
  program
    .command('round')
    .description(
      'Sends now what is due and waits for the morning round, one mail a person. It comes by itself every morning at 8; asking again mails nobody twice.',
    )
    .option('--dry-run', 'sends nothing, and says what the next round would send: ids and counts, no addresses')
    .option(
      '--json',
      '{"until","mails","notices","accepted","waiting","refused"}; with --dry-run {"until","readers","items","lines":[{"people","items","kinds","cases"}]}',
    )
    .addHelpText('after', '\nExamples:\n  npx nodrift round --dry-run\n  npx nodrift round --json')
    .action((options: Options) => round(options, output));
}

async function round({ dryRun, json }: Options, output: Output): Promise<void> {
  const { askForRound, previewRound } = await import('../client/ask-round.ts');
  if (dryRun) {
    const preview = await connected(({ client }) => previewRound(client));
    return json ? printJson(output, preview) : output.out(previewed(preview).join('\n'));
  }
  const result = await connected(({ client }) => askForRound(client));
  return json ? printJson(output, result) : output.out(sent(result));
}

/** What a round did, in one line. */
export function sent({ mails, notices, accepted, waiting, refused }: RoundResult): string {
  if (mails === 0) return 'nothing is due that waits for a round';
  const left = waiting + refused > 0 ? `, ${waiting} to be tried again, ${refused} refused` : '';
  return `${counted(notices, 'notice')} in ${counted(mails, 'mail')}: ${accepted} sent${left}`;
}

/** What the next one would send: ids and counts, no addresses. */
export function previewed({ until, readers, items, lines }: RoundPreview): string[] {
  if (readers === 0) return [`nothing waits for the round of ${until}; what falls due is planned in the night before`];
  const rows = lines.map(({ people, items: many, kinds, cases }) => [
    people.join(', '),
    `${many}: ${Object.entries(kinds)
      .map(([kind, of]) => `${of} ${kind}`)
      .join(', ')}`,
    cases.join(', '),
  ]);
  const more = readers - lines.length;
  return [
    `${counted(items, 'notice')} to ${counted(readers, 'reader')} wait for the round of ${until}`,
    '',
    ...table([['reader', 'notices', 'cases'], ...rows]),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}
