// The JSON Schema of every type of event, made from the catalogue: its sentence, its fields with their meaning, its gates in words, where it
// may stand, and an example. They are components of the HTTP API's document (openapi.ts), which nothing else describes events for.

import * as z from 'zod/mini';
import {
  describeEvent,
  EVENT_TYPES,
  type EventType,
  mayStandIn,
  shapeOf,
  sourceOf,
} from '../../domain/case/catalogue.ts';
import { readers } from '../../domain/case/event-fields.ts';
import { EXAMPLE_FILE, eventExamples } from './event-examples.ts';
import { gateLine, gatesOf } from './event-gates.ts';
import { fieldWords } from './field-words.ts';

/** A JSON Schema of the 2020-12 draft, as OpenAPI 3.1 takes it. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** The patterns of what is text with a meaning: what the readers say by a function, not by a check. */
export const DAY: JsonSchema = { type: 'string', format: 'date', examples: ['2027-03-29'] };
export const LONDON_TIME: JsonSchema = {
  type: 'string',
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2})?$',
  examples: ['2027-03-30T10:00'],
};
export const MOMENT: JsonSchema = { type: 'string', format: 'date-time', examples: ['2027-03-29T13:05:00Z'] };

const READ = readers();
const OF_READER = new Map<unknown, JsonSchema>([
  [READ.date, DAY],
  [READ.time, LONDON_TIME],
  [READ.moment, MOMENT],
]);

/** `meeting-held` → `MeetingHeld` */
export const componentOf = (type: EventType): string =>
  type.replace(/(^|-)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());

const ref = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });

/** Every schema of events by the name of its component; `Event` is any that a service may send. */
export function eventSchemas(): Readonly<Record<string, JsonSchema>> {
  const examples = eventExamples();
  const sent = EVENT_TYPES.filter((type) => sourceOf(type) !== 'nodrift');
  return {
    ...Object.fromEntries(EVENT_TYPES.map((type) => [componentOf(type), schemaOf(type, examples[type])])),
    Event: {
      description:
        'What happened or was decided. Its fields follow from its type; fields that are not listed are refused.',
      oneOf: sent.map((type) => ref(componentOf(type))),
      discriminator: {
        propertyName: 'type',
        mapping: Object.fromEntries(sent.map((type) => [type, `#/components/schemas/${componentOf(type)}`])),
      },
    },
    WholeEvent: {
      description: 'An event as it should have been, with the fields of its own type (see Event).',
      type: 'object',
      properties: { type: { type: 'string' }, by: { type: 'string' } },
      required: ['type', 'by'],
    },
  };
}

function schemaOf(type: EventType, example: unknown): JsonSchema {
  const { $schema: _, ...schema } = z.toJSONSchema(z.strictObject({ type: z.literal(type), ...fieldsOf(type) }), {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => void Object.assign(jsonSchema, OF_READER.get(zodSchema)),
  }) as JsonSchema;
  const gates = gatesOf(type);
  return {
    description: [
      describeEvent(type),
      `In ${mayStandIn(type).join(', ')} cases.`,
      ...(sourceOf(type) === 'anybody' ? [] : [`Recorded by ${sourceOf(type)}.`]),
      ...(gates.length === 0
        ? []
        : [`\n\nGates, at the levels that are shipped:\n${gates.map((one) => `\n- ${gateLine(one)}`).join('')}`]),
    ].join(' '),
    ...(described(type, schema) as JsonSchema),
    ...(example !== undefined && { examples: [example] }),
    'x-kinds': mayStandIn(type),
    'x-recorded-by': sourceOf(type),
    'x-gates': gates,
  };
}

/** What a service may say: which case led here is Nodrift's to say, how something was said its pages' (L3). */
function fieldsOf(type: EventType): z.core.$ZodShape {
  const { via: _, ...shape } = shapeOf(type);
  return Object.fromEntries(
    Object.entries(shape).filter(
      ([field, schema]) => field !== 'from' || !isGroup(schema) || sourceOf(type) === 'nodrift',
    ),
  );
}

const isGroup = (schema: z.core.$ZodType): boolean => {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  return def.type === 'object' || (def.type === 'optional' && isGroup(def.innerType));
};

/** Fields that hold what another schema describes. */
const ELSEWHERE: Readonly<Record<string, JsonSchema>> = { event: ref('WholeEvent'), policy: ref('Policy') };

/** Classes of characters are ECMAScript's: tools in other languages trip over them. The catalogue reads them all the same. */
const patternless = ({ pattern, ...schema }: JsonSchema): JsonSchema =>
  typeof pattern === 'string' && !pattern.includes('\\p{') ? { ...schema, pattern } : schema;

/** A schema whose fields, at any depth, say what they mean. */
function described(type: EventType, schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map((one) => described(type, one));
  if (typeof schema !== 'object' || schema === null) return schema;
  const { properties, ...rest } = patternless(schema as JsonSchema);
  const inner = Object.fromEntries(Object.entries(rest).map(([keyword, value]) => [keyword, described(type, value)]));
  if (typeof properties !== 'object' || properties === null) return inner;
  const fields = Object.entries(properties).map(([field, value]) => {
    const words = fieldWords(type, field);
    return [
      field,
      { ...(words && { description: words }), ...(ELSEWHERE[field] ?? (described(type, value) as JsonSchema)) },
    ];
  });
  return { ...inner, properties: Object.fromEntries(fields) };
}

/** The schema of a case file, with an example. What it asks beyond its fields (one social worker, managers that are there) is said in words. */
export function caseFileSchema(): JsonSchema {
  const { id, kindOfCase, opt, person } = READ;
  const { $schema: _, ...schema } = z.toJSONSchema(
    z.strictObject({
      ref: z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/)),
      kind: kindOfCase,
      authority: z.string(),
      people: z.array(person).check(z.minLength(1), z.maxLength(100)),
      family: opt(id),
      team: opt(id),
    }),
    { io: 'input' },
  ) as JsonSchema;
  const fields = described('person-joined', schema) as { readonly properties: Readonly<Record<string, JsonSchema>> };
  const properties = Object.entries(fields.properties).map(([field, value]) => [
    field,
    { ...value, description: FILE_WORDS[field] ?? value.description },
  ]);
  return {
    description:
      'Which case, of which authority, and who belongs to it. Somebody has the role social-worker, whose manager is among the people and has an address.',
    ...fields,
    properties: Object.fromEntries(properties),
    examples: [EXAMPLE_FILE],
  };
}

const FILE_WORDS: Readonly<Record<string, string>> = {
  ref: 'Opaque, and unique for ever: a new plan needs a new reference. No name.',
  kind: 'Which plan.',
  authority: 'Whose policy and calendar it goes by.',
  people: 'Who belongs to it, each with an id of your own.',
  family: 'Siblings share it: meetings can then be recorded for all of them.',
  team: 'The team that has it.',
};
