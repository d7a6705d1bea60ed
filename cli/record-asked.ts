// `nodrift record CASE` on a terminal: what happened is asked for step by step. What is owed next is proposed first.

import type { CaseKey } from '../client/listed.ts';
import { describeEvent, EVENT_TYPES, type EventType, mayStandIn, sourceOf } from '../domain/case/catalogue.ts';
import { type DescribedField, describedFields } from '../domain/case/described-fields.ts';
import type { DutyKey } from '../domain/case/model.ts';
import { familyOf } from '../domain/duties/families.ts';
import { dutyWords, meetingWords, roleWords, shortDate } from '../domain/notices/words.ts';
import { type LocalDate, localDate, localDateTime } from '../domain/time/calendar.ts';
import type { KnownPerson, OwedAnswer } from '../workflows/api.ts';
import type { Asker, Choice } from './asking.ts';
import type { Fields } from './fields.ts';

/** What there is to choose from. */
export interface Known {
  readonly owed: OwedAnswer;
  readonly people: readonly KnownPerson[];
  readonly today: LocalDate;
}

/** An event that would do something of what is owed. */
interface Proposal {
  readonly type: EventType;
  readonly fields: Fields;
}

const OTHER = 'other';
/** So many duties are proposed, the earliest limit first. */
const PROPOSED = 12;

/** What happened, as it was answered. */
export async function askedFor(asker: Asker, known: Known): Promise<Fields> {
  const { type, fields } = await whatHappened(asker, known);
  const all = describedFields(type).filter(({ name }) => !Object.hasOwn(fields, name));
  let event: Fields = { type, ...fields };
  for (const field of all.filter(({ optional }) => !optional))
    event = { ...event, [field.name]: await answer(asker, field, known) };
  const optional = all.filter((field) => field.optional && field.form !== 'whole');
  const more = await asker.pick(
    'What else is there to say? Nothing is fine.',
    optional.map(({ name }) => ({ value: name, label: name })),
  );
  for (const field of optional.filter(({ name }) => more.includes(name)))
    event = { ...event, [field.name]: await answer(asker, field, known) };
  return event;
}

async function whatHappened(asker: Asker, { owed }: Known): Promise<Proposal> {
  const proposals = owed.duties.slice(0, PROPOSED).flatMap(({ duty, due }) =>
    doing(duty).map((proposal) => ({
      proposal,
      label: `${dutyWords(duty).thing}: ${words(proposal.type)}`,
      hint: due === null ? undefined : `by ${shortDate(due)}`,
    })),
  );
  const chosen =
    proposals.length === 0
      ? OTHER
      : await asker.choose('What happened? This is owed:', [
          ...proposals.map(({ label, hint }, i) => ({ value: String(i), label, hint })),
          { value: OTHER, label: 'something else' },
        ]);
  const proposal = proposals[Number(chosen)]?.proposal;
  if (proposal) return proposal;
  const types = EVENT_TYPES.filter((type) => sourceOf(type) === 'anybody' && mayStandIn(type).includes(owed.kind))
    // Corrections have commands of their own, and what is whole has a file.
    .filter((type) => describedFields(type).every(({ form, optional }) => optional || form !== 'whole'));
  const type = await asker.choose(
    'What happened?',
    types.map((one) => ({ value: one, label: words(one), hint: describeEvent(one) })),
  );
  return { type: type as EventType, fields: {} };
}

const words = (type: EventType): string => type.replaceAll('-', ' ');

/** The events by which a duty is done. */
function doing(duty: DutyKey): readonly Proposal[] {
  const of = duty.slice(duty.indexOf('/') + 1);
  const meeting = { meeting: of };
  const held: Proposal =
    of === 'initial-conference' ? { type: 'conference-held', fields: {} } : { type: 'meeting-held', fields: meeting };
  switch (familyOf(duty)) {
    case 'hold':
      return [{ type: 'meeting-booked', fields: meeting }, held];
    case 'confirm':
      return [held, { type: 'meeting-not-held', fields: meeting }];
    case 'minutes':
      return [{ type: 'minutes-received', fields: meeting }];
    case 'distribute':
      return [{ type: 'minutes-distributed', fields: meeting }];
    case 'tell':
      return [{ type: 'family-told', fields: meeting }];
    case 'papers':
      return [{ type: 'papers-provided', fields: meeting }];
    case 'action':
      return [{ type: 'action-done', fields: { id: of } }];
    case 'date':
      return [{ type: 'action-agreed', fields: { id: of.replace(/^action\//, '') } }];
    case 'approve':
      return [{ type: of === 'closure' ? 'closure-approved' : 'plan-approved', fields: {} }];
    case 'engage':
      return [{ type: 'engagement-attempted', fields: {} }];
    case 'consider':
      return [{ type: 'strategy-considered', fields: {} }];
    case 'assess':
      return [{ type: 'assessment-completed', fields: {} }];
    case 'discuss':
      return [{ type: 'strategy-discussion-held', fields: {} }];
    case 'close':
      return [{ type: 'case-closed', fields: {} }];
    case 'letter':
      return [{ type: 'closure-letter-sent', fields: {} }];
    case 'notify':
      return [{ type: 'closure-notified', fields: {} }];
    case 'explain':
    case 'next-steps':
      return [{ type: 'decision-recorded', fields: { about: duty } }];
    default:
      return [];
  }
}

async function answer(asker: Asker, field: DescribedField, known: Known): Promise<unknown> {
  const { name, form, options, within, optional } = field;
  switch (form) {
    case 'date':
      return asker.text(`${name}: which day?`, { usual: known.today, fault: faultOf(localDate) });
    case 'time':
      return (await asker.text(`${name}: when?`, { example: '2027-03-30T10:00', fault: faultOf(time) })).replace(
        ' ',
        'T',
      );
    case 'number':
      return Number(
        await asker.text(`${name}: how many?`, {
          fault: (text) => (/^\d+(\.\d+)?$/.test(text) ? undefined : 'a number, please'),
        }),
      );
    case 'yes-or-no':
      return asker.yes(`${name}?`);
    case 'one-of':
      return asker.choose(
        `${name}?`,
        options.map((value) => ({ value, label: value })),
      );
    case 'person':
      return asker.choose(`${name}: who?`, known.people.map(personChoice));
    case 'people':
      return asker.pick(`${name}: who?`, known.people.map(personChoice));
    case 'recipients':
      return recipients(asker, known);
    case 'meeting':
      return asker.choose(`${name}: which?`, meetings(known));
    case 'duty':
      return asker.choose(
        `${name}: which?`,
        known.owed.duties.map(({ duty }) => ({ value: duty, label: dutyWords(duty).thing })),
      );
    case 'texts':
      return (await asker.text(`${name}: which? With commas between them`))
        .split(',')
        .map((one) => one.trim())
        .filter((one) => one !== '');
    case 'group':
      return group(asker, within, known);
    case 'text':
    case 'id':
    case 'event':
    case 'whole':
      return asker.text(`${name}?`, {
        fault: (text) => (optional || text.trim() !== '' ? undefined : 'this is asked for'),
      });
    default:
      return form satisfies never;
  }
}

const time = (text: string): unknown => localDateTime(text.replace(' ', 'T'));

const faultOf =
  (read: (text: string) => unknown) =>
  (text: string): string | undefined => {
    try {
      read(text);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  };

const personChoice = ({ id, name, role }: KnownPerson): Choice => ({ value: id, label: name, hint: roleWords(role) });

/** Those that something is owed about. */
function meetings({ owed }: Known): readonly Choice[] {
  const all = new Set(owed.duties.flatMap(({ meeting }) => meeting ?? []));
  return [...all].map((value) => ({ value, label: meetingWords(value) }));
}

async function recipients(asker: Asker, { people }: Known): Promise<readonly Fields[]> {
  const who = await asker.pick('Who was told?', people.map(personChoice));
  const found: Fields[] = [];
  for (const person of who) {
    const { name = person } = people.find(({ id }) => id === person) ?? {};
    const how = await asker.choose(`How was ${name} told?`, WAYS);
    found.push({ person, how });
  }
  return found;
}

const WAYS = ['e-mail', 'post', 'in person', 'withheld'].map((value) => ({ value, label: value }));

async function group(asker: Asker, within: readonly DescribedField[], known: Known): Promise<Fields> {
  let fields: Fields = {};
  const required = within.filter(({ optional, name }) => !optional || name === 'start' || name === 'venue');
  for (const field of required) fields = { ...fields, [field.name]: await answer(asker, field, known) };
  return fields;
}

/** What would be typed to record it. */
export function asCommand({ kind, ref }: CaseKey, { type, ...fields }: Fields): string {
  const words = Object.entries(fields).map(
    ([name, value]) => `${name}=${quoted(typeof value === 'string' ? value : flow(value))}`,
  );
  return ['npx nodrift record', `${kind}/${ref}`, type, ...words].join(' ');
}

/** As YAML on one line: JSON is that. */
const flow = (value: unknown): string => JSON.stringify(value);

/** As a shell reads it. */
const quoted = (text: string): string => (/^[\w.@:/+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
