// What people can be told about the fields of an event, read from the catalogue: their names, whether they may be missing, and what is
// written into them. For help, lists and forms.

import type * as z from 'zod/mini';
import { type EventType, shapeOf } from './catalogue.ts';
import { readers } from './event-fields.ts';

/** What is written into a field; forms choose by it how to ask. */
export type Form =
  | 'date'
  | 'time'
  | 'text'
  | 'texts'
  | 'number'
  | 'id'
  | 'duty'
  | 'event'
  | 'yes-or-no'
  | 'person'
  | 'people'
  | 'meeting'
  | 'one-of'
  | 'recipients'
  | 'group'
  | 'whole';

export interface DescribedField {
  readonly name: string;
  readonly optional: boolean;
  readonly form: Form;
  /** Of `one-of`: what there is. */
  readonly options: readonly string[];
  /** Of a `group`: its own fields. */
  readonly within: readonly DescribedField[];
}

const READ = readers();
const FORMS = new Map<z.core.$ZodType, Form>([
  [READ.date, 'date'],
  [READ.time, 'time'],
  [READ.moment, 'time'],
  [READ.text, 'text'],
  [READ.items, 'texts'],
  [READ.papers, 'texts'],
  [READ.days, 'number'],
  [READ.help, 'texts'],
  [READ.id, 'id'],
  [READ.dutyKey, 'duty'],
  [READ.eventId, 'event'],
  [READ.yesOrNo, 'yes-or-no'],
  [READ.personId, 'person'],
  [READ.people, 'people'],
  [READ.came, 'people'],
  [READ.somebody, 'people'],
  [READ.meeting, 'meeting'],
  [READ.told, 'recipients'],
  [READ.contents, 'text'],
]);

/** The fields of a type beside its type, in the order of the catalogue: those that every event carries first. */
export const describedFields = (type: EventType): readonly DescribedField[] => fieldsIn(shapeOf(type));

const fieldsIn = (shape: z.core.$ZodShape): readonly DescribedField[] =>
  Object.entries(shape)
    .map(([name, schema]) => described(name, schema))
    // Which case led here is said by Nodrift alone; how something was said, by its pages and the answers to its mails.
    .filter(({ name, form }) => name !== 'via' && (name !== 'from' || form !== 'group'));

function described(name: string, schema: z.core.$ZodType, optional = false): DescribedField {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === 'optional') return described(name, def.innerType, true);
  const field = (form: Form, more: Partial<DescribedField> = {}): DescribedField => ({
    name,
    optional,
    form,
    options: [],
    within: [],
    ...more,
  });
  const form = FORMS.get(schema);
  if (form) return field(form);
  switch (def.type) {
    case 'enum':
      return field('one-of', { options: Object.values(def.entries).map(String) });
    case 'literal':
      return field('one-of', { options: def.values.map(String) });
    case 'number':
      return field('number');
    case 'object':
      return field('group', { within: fieldsIn(def.shape) });
    case 'array':
      return field('group', { within: described(name, def.element).within });
    case 'union':
      return field(FORMS.get(def.options[0] as z.core.$ZodType) ?? 'whole');
    default:
      return field('whole');
  }
}
