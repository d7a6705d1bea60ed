// `nodrift webhooks`: who hears what happens, by the API: list, add, remove, test, replay, resume, rotate.

import { type Command, InvalidArgumentError, Option } from 'commander';
import { Unavailable } from '../client/errors.ts';
import { callApi } from './call-api.ts';
import { authorityOption } from './options.ts';
import { counted, type Output, printJson, table } from './output.ts';
import { writeSecret } from './write-secret.ts';

/** A webhook as the API answers it. */
interface Webhook {
  readonly id: string;
  readonly authority: string;
  readonly url: string;
  readonly types: readonly string[];
  readonly state: 'active' | 'paused' | 'ended';
  readonly taken: string | null;
  readonly failingSince: string | null;
  readonly code: string | null;
  readonly waiting: number;
  readonly parked: number;
  readonly over: number;
}
type Shown = Webhook & { readonly secret: string; readonly oldSecretUntil?: string };

interface Json {
  readonly json?: boolean;
}
interface ToFile extends Json {
  readonly to?: string;
}

const KEYS =
  '"id","authority","url","types","state","made","madeBy","taken","failingSince","code","waiting","parked","over","cursor"';

export function addWebhooks(program: Command, output: Output): void {
  const webhooks = program
    .command('webhooks')
    .description('Which other systems hear what happens, and how each stands.');
  webhooks
    .command('list')
    .description('Lists them: where to, what each has still to get, and why where it takes nothing.')
    .option('--json', `{"webhooks":[{${KEYS}}]}`)
    .addHelpText('after', '\nExamples:\n  npx nodrift webhooks list')
    .action(async ({ json }: Json) => {
      const answer = (await callApi('GET', '/webhooks')) as { webhooks: readonly Webhook[] };
      if (json) return printJson(output, answer);
      output.out(listed(answer.webhooks).join('\n'));
    });
  webhooks
    .command('add')
    .description('Sends what happens to an address from now on, and shows once the secret it is signed with.')
    .argument('<url>', 'https://receiver.example/hooks')
    .requiredOption('--authority <name>', 'whose cases', authorityOption)
    .option('--type <type...>', 'what it is to hear, such as nodrift.duty.late; all, unless said')
    .addOption(toFile())
    .option('--json', `{${KEYS},"secret"}`)
    .addHelpText(
      'after',
      '\nExamples:\n  npx nodrift webhooks add https://receiver.example/hooks --authority barnsley --type nodrift.duty.late --to receiver.secret',
    )
    .action(async (url: string, { authority, type, ...options }: ToFile & { authority: string; type?: string[] }) => {
      const made = (await callApi('POST', '/webhooks', { authority, url, ...(type && { types: type }) })) as Shown;
      show(output, made, options);
    });
  webhooks
    .command('remove')
    .description('Sends nothing there any more.')
    .argument('<id>', 'wh_…, as the list has it')
    .addHelpText('after', `\nExamples:\n  npx nodrift webhooks remove ${EXAMPLE}`)
    .action(async (id: string) => {
      await callApi('DELETE', at(id));
      output.out(`${id} is removed`);
    });
  webhooks
    .command('test')
    .description('Sends a test once, also to one that is paused, and says what came of it.')
    .argument('<id>', 'wh_…, as the list has it')
    .option('--json', '{"event","outcome","code"}')
    .addHelpText('after', `\nExamples:\n  npx nodrift webhooks test ${EXAMPLE}`)
    .action(async (id: string, { json }: Json) => {
      const answer = (await callApi('POST', at(id, '/test'))) as {
        event: string;
        outcome: string;
        code: string | null;
      };
      if (json) printJson(output, answer);
      else if (answer.outcome === 'taken') output.out(`it took ${answer.event}`);
      if (answer.outcome === 'waiting')
        throw new Unavailable('no worker has sent it: see that one runs, then ask again');
      if (answer.outcome !== 'taken')
        throw new Unavailable(
          `it did not take ${answer.event} (${answer.code}): docs/webhooks.md says what that means`,
        );
    });
  webhooks
    .command('replay')
    .description('Sends again everything after an event, under the ids it had. What was told is kept for five weeks.')
    .argument('<id>', 'wh_…, as the list has it')
    .requiredOption('--from <cursor>', 'the cursor of the last event it has, or 0 for all that is kept', cursor)
    .option('--json', '{"events"}')
    .addHelpText('after', `\nExamples:\n  npx nodrift webhooks replay ${EXAMPLE} --from 71`)
    .action(async (id: string, { from, json }: Json & { from: string }) => {
      const answer = (await callApi('POST', at(id, `/replay?from=${from}`))) as { events: number };
      if (json) return printJson(output, answer);
      output.out(`${counted(answer.events, 'event')} on the way again`);
    });
  webhooks
    .command('resume')
    .description('Sends again to one that was paused, and tries at once what waits.')
    .argument('<id>', 'wh_…, as the list has it')
    .option('--json', `{${KEYS}}`)
    .addHelpText('after', `\nExamples:\n  npx nodrift webhooks resume ${EXAMPLE}`)
    .action(async (id: string, { json }: Json) => {
      const answer = (await callApi('POST', at(id, '/resume'))) as Webhook;
      if (json) return printJson(output, answer);
      output.out(`${id} is ${answer.state}, ${counted(answer.waiting + answer.parked, 'event')} on the way`);
    });
  webhooks
    .command('rotate')
    .description('Gives it another secret and shows it once. For a day each event is signed by both.')
    .argument('<id>', 'wh_…, as the list has it')
    .addOption(toFile())
    .option('--json', `{${KEYS},"secret","oldSecretUntil"}`)
    .addHelpText('after', `\nExamples:\n  npx nodrift webhooks rotate ${EXAMPLE} --to receiver.secret`)
    .action(async (id: string, options: ToFile) =>
      show(output, (await callApi('POST', at(id, '/rotate'))) as Shown, options),
    );
}

const EXAMPLE = 'wh_5b1f0c9d2a7e4c3b8f60a1d2';

const at = (id: string, more = ''): string => `/webhooks/${encodeURIComponent(id)}${more}`;

const toFile = () =>
  new Option('--to <file>', 'writes the secret into a new file that only you can read, and shows it nowhere');

function cursor(text: string): string {
  if (/^\d{1,15}$/.test(text)) return text;
  throw new InvalidArgumentError('must be the cursor of an event that came, or 0');
}

function show(output: Output, { secret, ...webhook }: Shown, { to, json }: ToFile): void {
  const { id, oldSecretUntil } = webhook;
  if (to !== undefined)
    writeSecret(
      to,
      secret,
      `${id} is there and nobody has its secret: nodrift webhooks rotate ${id} --to another file`,
    );
  if (json) {
    printJson(output, to === undefined ? { ...webhook, secret } : webhook);
    return;
  }
  const both = oldSecretUntil === undefined ? [] : [`The secret before signs as well until ${minute(oldSecretUntil)}.`];
  const shown =
    to === undefined
      ? [id, secret, '', 'The secret is shown once: keep it where secrets are kept.']
      : [`the secret of ${id} is in ${to}, which only you can read`];
  output.out([...shown, ...both].join('\n'));
}

function listed(all: readonly Webhook[]): readonly string[] {
  if (all.length === 0) return ['no other system listens; nodrift webhooks add makes one'];
  return table(
    [
      ['id', 'authority', 'address', 'hears', 'last took', 'state'],
      ...all.map((one) => [
        ...[one.id, one.authority, one.url, one.types.map((type) => type.replace('nodrift.', '')).join(' ')],
        ...[one.taken === null ? 'nothing yet' : minute(one.taken), stateOf(one)],
      ]),
    ],
    '',
  );
}

function stateOf({ state, failingSince, code, waiting, parked, over }: Webhook): string {
  return [
    state,
    ...(failingSince === null ? [] : [`takes nothing since ${minute(failingSince)} (${code})`]),
    ...(waiting > 0 ? [`${waiting} waiting`] : []),
    ...(parked > 0 ? [`${parked} parked`] : []),
    ...(over > 0 ? [`${over} not taken`] : []),
  ].join(', ');
}

/** `2027-03-29 13:05Z` */
const minute = (moment: string): string => `${moment.slice(0, 16).replace('T', ' ')}Z`;
