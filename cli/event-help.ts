// A type of event as people read it: what it says, its fields, and an example to paste. For `nodrift events` and `record … --help`.

import { describeEvent, type EventType, mayStandIn, sourceOf } from '../domain/case/catalogue.ts';
import { type DescribedField, describedFields, type Form } from '../domain/case/described-fields.ts';
import { table } from './output.ts';

const FORMS: Readonly<Record<Form, string>> = {
  date: 'a day, 2027-03-29',
  time: 'a time in London, 2027-03-30T10:00',
  text: 'text',
  texts: 'a list of texts, [a, b]',
  number: 'a number',
  id: 'an id',
  duty: 'a duty, minutes/core-group-3',
  event: 'the id of an event',
  'yes-or-no': 'true or false',
  person: 'a person: id, e-mail address or full name',
  people: 'people, [amira, nina]',
  meeting: 'a meeting, core-group-3',
  'one-of': '',
  recipients: 'who was told how, [{person: nina, how: e-mail}]',
  group: '',
  whole: 'see docs/events.md',
};

const EXAMPLES: Readonly<Record<Form, string>> = {
  date: '2027-03-29',
  time: '2027-03-30T10:00',
  text: "'in a few words'",
  texts: "'[report, plan]'",
  number: '28',
  id: 'school-place',
  duty: 'minutes/core-group-3',
  event: '4',
  'yes-or-no': 'true',
  person: 'nina',
  people: "'[amira, nina]'",
  meeting: 'core-group-3',
  'one-of': '',
  recipients: "'[{person: nina, how: e-mail}]'",
  group: '',
  whole: '…',
};

const formWords = ({ form, options, within }: DescribedField): string =>
  form === 'one-of'
    ? options.join(' or ')
    : form === 'group'
      ? `{${within.map(({ name, optional }) => (optional ? `[${name}]` : name)).join(', ')}}`
      : FORMS[form];

/** `present`, or `[reason]` where it may be missing. */
export const named = ({ name, optional }: DescribedField): string => (optional ? `[${name}]` : name);

/** What a type says, its fields, and an example. */
export function eventHelp(type: EventType): readonly string[] {
  const fields = describedFields(type);
  const rows = fields.map((field) => [field.name, field.optional ? 'may be missing' : '', formWords(field)]);
  const [kind = 'child-protection'] = mayStandIn(type);
  const own = sourceOf(type) === 'anybody';
  return [
    `${type}: ${describeEvent(type)}`,
    `In ${mayStandIn(type).join(', ')} cases.${own ? '' : ` Recorded by ${sourceOf(type)}.`}`,
    '',
    ...table(rows),
    ...(own ? ['', 'Example:', `  npx nodrift record ${kind}/REF ${type} ${fields.flatMap(example).join(' ')}`] : []),
  ];
}

function example({ name, optional, form, options, within }: DescribedField): string[] {
  if (optional) return [];
  if (name === 'by') return ['by=amira'];
  if (form === 'one-of') return [`${name}=${options[0]}`];
  if (form === 'group')
    return [
      `${name}='{${within
        .filter((one) => !one.optional)
        .map((one) => `${one.name}: …`)
        .join(', ')}}'`,
    ];
  return [`${name}=${EXAMPLES[form]}`];
}
