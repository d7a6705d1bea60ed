// `nodrift correct` and `nodrift withdraw`: what was recorded wrongly is put right (L1). Both versions stay in the history.

import { Argument, type Command } from 'commander';
import { correctionIn, eventNamed, withdrawalIn } from '../client/corrections-sent.ts';
import { BadInput } from '../client/errors.ts';
import { eventWords } from '../client/event-words.ts';
import type { CaseKey } from '../client/listed.ts';
import type { NewEvent } from '../client/new-event.ts';
import type { Recorded } from '../domain/case/events.ts';
import { type Fields, typedFields } from './fields.ts';
import { checkEvent, withCaseIds } from './naming-people.ts';
import { caseKey, connected } from './options.ts';
import { type Output, oneLine, printJson } from './output.ts';
import { remarks } from './record-command.ts';

interface Options {
  readonly by: string;
  readonly reason: string;
  readonly id?: string;
  readonly json?: boolean;
}

/** One event that is corrected: its number or id, and what changes. */
interface Wanted {
  readonly name: string;
  readonly change: Fields;
}

/** One line of the answer: which event, and what is recorded of it. */
interface PutRight {
  readonly name: string;
  readonly sent: NewEvent;
  /** What is corrected or withdrawn, as it is now said. */
  readonly speaksOf: Readonly<Record<string, unknown>>;
}

export function addCorrect(program: Command, output: Output): void {
  shared(program.command('correct'))
    .description(
      'Corrects what was recorded wrongly. Only what changes is typed; both versions stay, and whoever was told what is not so hears it.',
    )
    .argument(
      '<what...>',
      'the event’s number or id, as show has them, then its fields: 4 on=2027-02-26; again for more',
    )
    .addHelpText('after', CORRECT_EXAMPLES)
    .action(async (key: CaseKey, what: readonly string[], options: Options) => {
      const wanted = corrections(what);
      await putRight(key, options, output, 'corrected', (events) =>
        wanted.map(({ name, change }) => {
          const sent = correctionIn(events, { ...options, corrects: name, change });
          checkEvent(sent.event.event);
          return { name, sent, speaksOf: { ...(sent.event.event as object) } };
        }),
      );
    });
}

export function addWithdraw(program: Command, output: Output): void {
  shared(program.command('withdraw'))
    .description(
      'Takes back what was recorded and never happened. It stays in the history; a correction or withdrawal is taken back in the same way.',
    )
    .argument('<what...>', 'the event’s number or id, as show has them; several are withdrawn together or not at all')
    .addHelpText('after', WITHDRAW_EXAMPLES)
    .action((key: CaseKey, what: readonly string[], options: Options) =>
      putRight(key, options, output, 'withdrawn', (events) =>
        what.map((name) => {
          const sent = withdrawalIn(events, { ...options, withdraws: name });
          return { name, sent, speaksOf: { ...eventNamed(events, name).event } };
        }),
      ),
    );
}

const shared = (command: Command): Command =>
  command
    .addArgument(new Argument('<case>', 'KIND/REF, such as child-protection/EX-ON-COURSE').argParser(caseKey))
    .requiredOption('--by <person>', 'who puts it right: id, e-mail address or full name of a person of the case')
    .requiredOption('--reason <text>', 'why: it is kept beside both versions')
    .option('--id <id>', 'an id of your own for one correction: sending it again with the same id records it once')
    .option('--json', '{"case","recorded","warnings","asks"}');

const CORRECT_EXAMPLES = `
A field is left out by giving it nothing (venue=), one within another is named by both (next.start=2027-03-02T10:00), and type= makes it
another event. What ends or revives something is put right by the chair or a manager. What is corrected and withdrawn together goes into
one file of events for nodrift record --file.

Examples, in the cases npm start opens:
  npx nodrift correct child-protection/EX-DRIFTING 3 'present=[sw, hv, parent-1]' --by sw --reason 'the school was not there'
  npx nodrift correct child-protection/EX-DRIFTING 3 scaling=4 5 owner=school --by sw --reason 'mixed up'`;

const WITHDRAW_EXAMPLES = `
Examples, in the cases npm start opens:
  npx nodrift withdraw child-protection/EX-DRIFTING 5 --by sw --reason 'agreed for another child'`;

/** `4 on=2027-02-26 5 chair=hv`: each name begins another correction. @throws BadInput */
function corrections(what: readonly string[]): readonly Wanted[] {
  const found: { name: string; change: Fields }[] = [];
  for (const text of what) {
    const last = found.at(-1);
    if (!text.includes('=')) found.push({ name: text, change: {} });
    else if (last) last.change = typed(text, last.change);
    else throw new BadInput(`${text}: say first which event: its number or id, as nodrift show has them`);
  }
  const idle = found.find(({ change }) => Object.keys(change).length === 0);
  if (idle) throw new BadInput(`${idle.name}: say what changes: KEY=VALUE, such as on=2027-02-26`);
  return found;
}

/** An empty value takes a field out. @throws BadInput */
function typed(text: string, before: Fields): Fields {
  const fields = typedFields([text], before);
  return /^[^=]+=$/.test(text) ? { ...fields, [text.slice(0, -1)]: null } : fields;
}

async function putRight(
  key: CaseKey,
  { id, json }: Options,
  output: Output,
  word: string,
  make: (events: readonly Recorded[]) => readonly PutRight[],
): Promise<void> {
  const { all, answer } = await connected(async (nodrift) => {
    const all = make((await nodrift.history(key)).events);
    if (id !== undefined && all.length > 1) throw new BadInput('--id is for one event; leave it out for several');
    const events = await withCaseIds(
      nodrift,
      key,
      all.map(({ sent }) => sent.event),
    );
    return {
      all,
      answer: await nodrift.record(
        key,
        events.map((event) => ({ id, event })),
      ),
    };
  });
  const name = `${key.kind}/${key.ref}`;
  if (json) return printJson(output, { case: name, ...answer });
  const lines = all.map((one) =>
    oneLine(`${word} ${one.name} in ${name}: ${eventWords(one.speaksOf, { recorded: '' })}`),
  );
  output.out([...lines, ...remarks(answer)].join('\n'));
}
