// `nodrift record`: records what happened in a case, from options, JSON or a file.

import { Argument, type Command } from 'commander';
import { changed } from '../client/corrections-sent.ts';
import { BadInput, Unavailable } from '../client/errors.ts';
import { newEventId } from '../client/event-id.ts';
import { eventWords } from '../client/event-words.ts';
import { isKindAlone } from '../client/for-family.ts';
import type { CaseKey } from '../client/listed.ts';
import type { NewEvent } from '../client/new-event.ts';
import { readEvents } from '../client/scenario.ts';
import { isEventType } from '../domain/case/catalogue.ts';
import { fromEpochMs, inLondon, type LocalDate } from '../domain/time/calendar.ts';
import type { RecordAnswer } from '../workflows/api.ts';
import { eventHelp } from './event-help.ts';
import { type Fields, field, typedFields } from './fields.ts';
import { checkEvent, withCaseIds } from './naming-people.ts';
import { caseKey, connected, dateOption } from './options.ts';
import { type Output, oneLine, printJson } from './output.ts';

interface Options {
  readonly by?: string;
  readonly on?: string;
  readonly reason?: string;
  readonly field?: Fields;
  readonly jsonEvent?: string;
  readonly file?: string;
  readonly family?: string;
  readonly each?: boolean;
  readonly id?: string;
  readonly json?: boolean;
}

export function addRecord(program: Command, output: Output): void {
  program
    .command('record')
    .description(
      'Records what happened. Lateness is never refused; what breaks a rule is, with the rule and the way out.',
    )
    .addArgument(
      new Argument('[case]', 'KIND/REF, such as child-protection/EX-ON-COURSE; not with --family').argParser(
        (text: string) => (isEventType(text) ? text : caseKey(text)),
      ),
    )
    .argument('[event]', 'what happened, such as meeting-held; not with --json-event or --file')
    .argument('[fields...]', 'its fields as KEY=VALUE: meeting=core-group-1; lists as [a, b], groups as {start: …}')
    .option('--by <person>', 'who says so: id, e-mail address or full name of a person of the case')
    .option('--on <date>', 'the day it happened, where the event has one', dateOption)
    .option('--reason <text>', 'why: what a rule asks for when it is departed from')
    .option('--field <key=value>', 'a field of the event, as the fields after its name; may be repeated', field)
    .option('--json-event <json>', 'the whole event as JSON')
    .option('--file <file>', 'one event or a list of them (YAML or JSON); a list is recorded whole or not at all')
    .option('--family <id>', 'what happened at one meeting, in every case of this family that has it: all or none')
    .option('--each', 'with --family: record it where it is taken, though the case of another child refuses')
    .option('--id <id>', 'an id of your own for the event: sending it again with the same id records it once')
    .option('--json', '{"case","recorded","warnings","asks"}')
    .addHelpText('before', ({ command }) => {
      const type = command.args.find(isEventType);
      return type === undefined ? '' : `${eventHelp(type).join('\n')}\n`;
    })
    .addHelpText('after', EXAMPLES)
    .action(
      (first: CaseKey | string | undefined, second: string | undefined, more: readonly string[], options: Options) => {
        const inAll = options.family !== undefined;
        if (inAll === (typeof first === 'object'))
          throw new BadInput('say where: KIND/REF before the event, or --family, and not both');
        const [type, fields] = typeof first === 'object' ? [second, more] : [first, second ? [second, ...more] : more];
        const all = { ...options, field: typedFields(fields, options.field) };
        return typeof first === 'object' ? record(first, type, all, output) : recordInFamily(type, all, output);
      },
    );
}

const EXAMPLES = `
On a terminal, nodrift record CASE asks what happened and proposes what is owed next. nodrift record CASE EVENT --help has the fields of one event. People are named by id, e-mail address or full name.

Examples, in the cases npm start opens (docs/events.md has every event):
  npx nodrift record child-protection/EX-DRIFTING minutes-received meeting=core-group-1 by='Nina Shah' on="$(date +%F)"
  npx nodrift record child-protection/EX-DRIFTING meeting-held --by sw --on "$(date +%F)" --reason 'nobody booked it' \\
    --field meeting=core-group-2 --field chair=sw --field minuteTaker=hv --field 'present=[sw, hv, parent-1]' \\
    --field planAgreed=true
  npx nodrift record child-protection/EX-ON-COURSE --json-event \\
    '{"type":"action-agreed","by":"sw","id":"school-place","owner":"school","due":"2028-01-14"}'
  echo '- { type: decision-recorded, by: tm, about: school, decision: ask for a place nearby }' > events.yaml
  npx nodrift record child-protection/EX-ON-COURSE --file events.yaml
  npx nodrift record --family F-7 meeting-not-held meeting=core-group by='Amira Khan' reason='snow'`;

async function record(key: CaseKey, type: string | undefined, options: Options, output: Output): Promise<void> {
  const typed = isAsked(type, options) ? [await asked(key, output)] : eventsOf(type, options);
  const { id } = options;
  if (id !== undefined && typed.length > 1) throw new BadInput('--id is for one event; leave it out for a list');
  const { events, answer } = await connected(async (nodrift) => {
    const events = await withCaseIds(nodrift, key, typed);
    const named = events.map((event) => ({ id: id ?? newEventId(), event }));
    return { events, answer: await nodrift.record(key, named).catch((error: unknown) => retriable(error, named)) };
  });
  const name = `${key.kind}/${key.ref}`;
  if (options.json) return printJson(output, { case: name, ...answer });
  const today = new Date().toISOString().slice(0, 10);
  const lines = events.map((event) => oneLine(`recorded in ${name}: ${eventWords({ ...event }, { recorded: today })}`));
  output.out([...lines, ...remarks(answer)].join('\n'));
}

/** L27: one meeting of several children. */
async function recordInFamily(type: string | undefined, options: Options, output: Output): Promise<void> {
  const { family = '', each = false, id, json } = options;
  const typed = eventsOf(type, options, (event) => checkEvent(withNumber(event)));
  if (id !== undefined && typed.length > 1) throw new BadInput('--id is for one event; leave it out for a list');
  const named = typed.map((event) => ({ id: id ?? newEventId(), event: event as NewEvent['event'] }));
  const answers = await connected((nodrift) =>
    nodrift.recordForFamily(family, named, { each }).catch((error: unknown) => retriable(error, named)),
  );
  if (json) return printJson(output, { family, cases: answers });
  const today = new Date().toISOString().slice(0, 10);
  output.out(
    answers
      .flatMap((one) =>
        'recorded' in one
          ? [
              ...named.map(({ event }) => `recorded in ${one.case}: ${eventWords({ ...event }, { recorded: today })}`),
              ...remarks(one.recorded),
            ]
          : [`refused in ${one.case}: ${one.refused.message}`],
      )
      .map(oneLine)
      .join('\n'),
  );
}

/** With --family a meeting may be named by its kind alone: each child's case has its own number. */
function withNumber(event: unknown): unknown {
  const { meeting } = (event ?? {}) as { meeting?: unknown };
  return isKindAlone(meeting) ? { ...(event as object), meeting: `${meeting}-1` } : event;
}

/** With nothing typed but the case, on a terminal, what happened is asked for. */
const isAsked = (
  type: string | undefined,
  { by, on, reason, field: fields, jsonEvent, file, json }: Options,
): boolean =>
  [type, by, on, reason, jsonEvent, file].every((one) => one === undefined) &&
  Object.keys(fields ?? {}).length === 0 &&
  !json &&
  process.stdin.isTTY &&
  process.stdout.isTTY;

/** @throws BadInput when nothing is to be recorded after all */
async function asked(key: CaseKey, output: Output): Promise<unknown> {
  const [{ terminalAsker }, { askedFor, asCommand }] = await Promise.all([
    import('./asking.ts'),
    import('./record-asked.ts'),
  ]);
  const [owed, people] = await connected((nodrift) => Promise.all([nodrift.owed(key), nodrift.people(key)]));
  const asker = await terminalAsker();
  const event = await askedFor(asker, {
    owed,
    people,
    today: inLondon(fromEpochMs(Date.now())).slice(0, 10) as LocalDate,
  });
  checkEvent(event);
  output.out(oneLine(`The same without questions: ${asCommand(key, event)}`));
  if (await asker.yes('Record this?')) return event;
  throw new BadInput('nothing was recorded');
}

/** Without an answer nobody knows whether the event was recorded. With its id it can be sent again safely, so the id is printed. */
function retriable(error: unknown, [first, ...more]: readonly NewEvent[]): never {
  if (error instanceof Unavailable && first && more.length === 0)
    throw new Unavailable(`${error.message}: --id ${first.id}`);
  throw error;
}

/** What was typed, read but for who is meant. @throws BadInput, InvalidEvent, ScenarioError: everything that is wrong with it */
function eventsOf(type: string | undefined, options: Options, check = checkEvent): readonly unknown[] {
  const { by, on, reason, field: fields, jsonEvent, file } = options;
  const own = { ...fields, ...given({ by, on, reason }) };
  const ways = [type, jsonEvent, file].filter((way) => way !== undefined).length;
  if (ways !== 1)
    throw new BadInput(
      'say what happened in one way: EVENT with its fields, --json-event, or --file; nodrift events lists them',
    );
  const stray = Object.keys(own)[0];
  if (type === undefined && stray !== undefined)
    throw new BadInput(`${stray} belongs inside the event of --json-event or --file`);
  if (file !== undefined) return readEvents(file, check);
  const event = type === undefined ? fromJson(jsonEvent ?? '') : { ...changed({}, own), type };
  check(event);
  return [event];
}

const given = (fields: Readonly<Record<string, string | undefined>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BadInput(`--json-event is not JSON: ${(error as Error).message}`);
  }
}

/** Warnings of gates, gates passed with a reason, and what a checklist still asks for. */
export const remarks = ({ warnings, asks }: RecordAnswer): string[] => [
  ...warnings.map(({ rule, message }) => oneLine(`  note ${rule}: ${message}`)),
  ...asks.map(({ item, rules, ask }) => oneLine(`  not answered: ${item} (${rules.join(', ')}): ${ask}`)),
];
