// `nodrift api-keys`: the keys of services, by the API: list, create, rotate, revoke.

import { type Command, InvalidArgumentError, Option } from 'commander';
import { BadInput } from '../client/errors.ts';
import { addDays, fromLondon, type LocalDate, type LocalDateTime } from '../domain/time/calendar.ts';
import { callApi } from './call-api.ts';
import { authorityOption, dateOption } from './options.ts';
import { type Output, printJson, table } from './output.ts';
import { writeSecret } from './write-secret.ts';

/** A key as the API answers it. */
interface Key {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly authorities: readonly string[] | 'all';
  readonly expires: string | null;
  readonly revoked: string | null;
  readonly used: string | null;
  readonly oldSecretUntil: string | null;
}
type ShownKey = Key & { readonly key: string };

interface Json {
  readonly json?: boolean;
}
interface ToFile extends Json {
  readonly to?: string;
}

export function addApiKeys(program: Command, output: Output): void {
  const keys = program
    .command('api-keys')
    .description('The keys by which services call the API: who has which, and what each may do.');
  keys
    .command('list')
    .description('Lists the keys, without their secrets: scopes, authorities, last use.')
    .option('--all', 'also those that were revoked')
    .option(
      '--json',
      '{"keys":[{"id","name","scopes","authorities","made","madeBy","expires","revoked","used","oldSecretUntil"}]}',
    )
    .addHelpText('after', '\nExamples:\n  npx nodrift api-keys list')
    .action(async ({ all, json }: Json & { all?: boolean }) => {
      const answer = (await callApi('GET', '/keys')) as { keys: readonly Key[] };
      const shown = answer.keys.filter(({ revoked }) => all || revoked === null);
      if (json) return printJson(output, { keys: shown });
      output.out(listed(shown).join('\n'));
    });
  keys
    .command('create')
    .description('Makes a key and shows it once. It may have no more than the key you call with.')
    .requiredOption('--name <name>', 'the system that has it, never a person')
    .requiredOption('--scope <scope...>', 'what it may do, such as cases:read cases:write')
    .option('--authority <name...>', 'whose cases it sees', collected)
    .option('--all-authorities', 'it sees the cases of all authorities')
    .option('--expires <date>', 'the last day it is good; never, unless said', dateOption)
    .addOption(toFile())
    .option('--json', 'the key, with its text in "key"')
    .addHelpText(
      'after',
      '\nExamples:\n  npx nodrift api-keys create --name "Mosaic, live" --scope cases:read cases:write --authority barnsley --to mosaic.key',
    )
    .action(async (options: Create) => {
      const { name, scope: scopes, authority, allAuthorities, expires } = options;
      if ((authority === undefined) === !allAuthorities)
        throw new BadInput('say whose cases it sees: --authority NAME, one or several, or --all-authorities');
      const body = { name, scopes, authorities: authority ?? 'all', ...(expires && { expires: endOf(expires) }) };
      show(output, (await callApi('POST', '/keys', body)) as ShownKey, options);
    });
  keys
    .command('rotate')
    .description(
      'Gives a key a new secret and shows it once. The one before stays good for a while, so that no call fails in between.',
    )
    .argument('<id>', 'the 12 letters after nd_')
    .option('--overlap <hours>', 'how long the secret before stays good; 24, and 0 ends it now', hours)
    .addOption(toFile())
    .option('--json', 'the key, with its text in "key"')
    .addHelpText('after', '\nExamples:\n  npx nodrift api-keys rotate k7dq2c3xw5la --overlap 48 --to mosaic.key')
    .action(async (id: string, options: ToFile & { overlap?: number }) => {
      const body = options.overlap === undefined ? {} : { overlapHours: options.overlap };
      show(output, (await callApi('POST', `/keys/${encodeURIComponent(id)}/rotate`, body)) as ShownKey, options);
    });
  keys
    .command('revoke')
    .description('Ends a key, at once and for ever.')
    .argument('<id>', 'the 12 letters after nd_')
    .addHelpText('after', '\nExamples:\n  npx nodrift api-keys revoke k7dq2c3xw5la')
    .action(async (id: string) => {
      await callApi('DELETE', `/keys/${encodeURIComponent(id)}`);
      output.out(`${id} is revoked`);
    });
}

interface Create extends ToFile {
  readonly name: string;
  readonly scope: readonly string[];
  readonly authority?: readonly string[];
  readonly allAuthorities?: boolean;
  readonly expires?: LocalDate;
}

const toFile = () =>
  new Option('--to <file>', 'writes the key into a new file that only you can read, and shows it nowhere');

const collected = (name: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  authorityOption(name),
];

function hours(text: string): number {
  const count = Number(text);
  if (text.trim() !== '' && count >= 0 && count <= 720) return count;
  throw new InvalidArgumentError('must be hours from 0 to 720');
}

/** The end of a day in London. */
const endOf = (date: LocalDate): string => fromLondon(`${addDays(date, 1)}T00:00` as LocalDateTime);

function show(output: Output, { key: text, ...key }: ShownKey, { to, json }: ToFile): void {
  if (to !== undefined)
    writeSecret(
      to,
      text,
      `the key was made and nobody has it: revoke ${text.slice(3, 15)}, or rotate it to another file`,
    );
  if (json) printJson(output, to === undefined ? { ...key, key: text } : key);
  else
    output.out(
      [
        ...(to === undefined
          ? [text, '', 'This is shown once: keep it where secrets are kept.']
          : [`${key.id} is in ${to}, which only you can read`]),
        ...(key.oldSecretUntil === null ? [] : [`The secret before is good until ${minute(key.oldSecretUntil)}.`]),
      ].join('\n'),
    );
}

function listed(keys: readonly Key[]): readonly string[] {
  if (keys.length === 0) return ['there are no keys; nodrift api-keys create makes one'];
  return table(
    [
      ['id', 'name', 'for', 'last used', '', 'may'],
      ...keys.map(({ id, name, scopes, authorities, used, ...of }) => [
        ...[id, name, authorities === 'all' ? 'all' : authorities.join(' '), used === null ? 'never' : minute(used)],
        ...[stateOf(of), scopes.join(' ')],
      ]),
    ],
    '',
  );
}

function stateOf({ expires, revoked, oldSecretUntil }: Pick<Key, 'expires' | 'revoked' | 'oldSecretUntil'>): string {
  if (revoked !== null) return `revoked ${minute(revoked)}`;
  return [
    ...(expires === null ? [] : [`ends ${minute(expires)}`]),
    ...(oldSecretUntil === null ? [] : [`secret before until ${minute(oldSecretUntil)}`]),
  ].join(', ');
}

/** `2027-03-29 13:05Z` */
const minute = (at: string): string => `${at.slice(0, 16).replace('T', ' ')}Z`;
