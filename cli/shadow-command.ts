// `nodrift shadow`: an authority beside its old system: what would be mailed, and going live.

import { type Command, InvalidArgumentError } from 'commander';
import { callApi } from './call-api.ts';
import { authorityOption, caseKey, dateOption } from './options.ts';
import { counted, type Output, printJson } from './output.ts';

interface Json {
  readonly json?: boolean;
}
interface Standing {
  readonly authority: string;
  readonly since: string;
  readonly liveAt: string | null;
  readonly inShadow: number;
  readonly live: number;
}
interface Mails {
  readonly mails: readonly {
    readonly at: string;
    readonly cases: readonly string[];
    readonly to: string;
    readonly role: string;
    readonly subject: string;
    readonly text: string;
  }[];
  readonly next: string | null;
}

const EXAMPLES = `
Examples:
  npx nodrift shadow begin barnsley
  npx nodrift shadow show barnsley --case child-protection/BC-2041 --text
  npx nodrift shadow live child-protection/BC-2041
  npx nodrift shadow live barnsley --on 2027-04-01`;

export function addShadow(program: Command, output: Output): void {
  const shadow = program
    .command('shadow')
    .description(
      'An authority beside its old system: every mail is kept, none is sent, until it goes live (docs/shadow.md).',
    )
    .addHelpText('after', EXAMPLES);
  shadow
    .command('begin')
    .description('From now on nothing is sent of the cases an authority opens.')
    .argument('<authority>', 'whose cases', authorityOption)
    .option('--json', '{"authority","since","liveAt","inShadow","live"}')
    .addHelpText('after', EXAMPLES)
    .action((authority: string, { json }: Json) => stand('PUT', `/shadow/${authority}`, undefined, json, output));
  shadow
    .command('show', { isDefault: true })
    .description('How it stands, and what would have been mailed: newest first, without addresses.')
    .argument('<authority>', 'whose', authorityOption)
    .option('--case <case>', 'of one case')
    .option('--text', 'the mails whole')
    .option(
      '--json',
      '{"authority","since","liveAt","inShadow","live","mails":[{"at","cases","to","role","kinds","subject","text"}],"next"}',
    )
    .addHelpText('after', EXAMPLES)
    .action((authority: string, options: Json & { case?: string; text?: boolean }) => show(authority, options, output));
  shadow
    .command('live')
    .description(
      'A case, or a whole authority, goes live: nothing of before goes out; what is owed is told once, the next morning.',
    )
    .argument('<case-or-authority>', 'child-protection/BC-2041, or barnsley', caseOrAuthority)
    .option('--on <date>', 'an authority: from the beginning of this day', dateOption)
    .option('--json', '{"case","told"}, or how the authority stands')
    .addHelpText('after', EXAMPLES)
    .action((which: string, options: Json & { on?: string }) => live(which, options, output));
}

function caseOrAuthority(text: string): string {
  if (!text.includes('/')) return authorityOption(text);
  const { kind, ref } = caseKey(text);
  return `${kind}/${ref}`;
}

async function stand(
  method: string,
  path: string,
  body: unknown,
  json: boolean | undefined,
  output: Output,
): Promise<void> {
  const standing = (await callApi(method, path, body)) as Standing;
  if (json) printJson(output, standing);
  else output.out(standingLine(standing));
}

const standingLine = ({ authority, since, liveAt, inShadow, live }: Standing): string =>
  `${authority}: in the shadow since ${since.slice(0, 10)}, ${liveAt === null ? 'no day for going live' : `live from ${liveAt}`}; ${counted(inShadow, 'case')} in the shadow, ${live} live`;

async function show(
  authority: string,
  { case: caseId, text, json }: Json & { case?: string; text?: boolean },
  output: Output,
): Promise<void> {
  const standing = (await callApi('GET', `/shadow/${authority}`)) as Standing;
  const query = caseId === undefined ? '' : `?case=${encodeURIComponent(caseId)}`;
  const page = (await callApi('GET', `/shadow/${authority}/mails${query}`)) as Mails;
  if (json) return printJson(output, { ...standing, ...page });
  const lines = page.mails.flatMap((mail) => [
    `${mail.at.slice(0, 16).replace('T', ' ')}  to ${mail.to} (${mail.role}): ${mail.subject}`,
    ...(text ? [...mail.text.split('\n').map((line) => `    ${line}`), ''] : []),
  ]);
  output.out(
    [
      standingLine(standing),
      ...(lines.length > 0 ? lines : ['nothing would have been mailed yet']),
      ...(page.next === null ? [] : ['… and more: by the API, page by page']),
    ].join('\n'),
  );
}

async function live(which: string, { on, json }: Json & { on?: string }, output: Output): Promise<void> {
  if (!which.includes('/')) return stand('POST', `/shadow/${which}/live`, on === undefined ? {} : { on }, json, output);
  if (on !== undefined) throw new InvalidArgumentError('--on is for an authority; a case goes live now');
  const answer = (await callApi('POST', `/cases/${which}/live`)) as { told: number };
  if (json) return printJson(output, answer);
  output.out(`${which} is live: ${counted(answer.told, 'thing')} owed is told in the next morning's mail`);
}
