// The document of the API as people read it: made from the document alone, so that it says what programs are told.

import type { OpenApi, Operation } from './document.ts';
import type { JsonSchema } from './event-schemas.ts';

/** One field, at whatever depth: `next.start`, `to[].person`. */
export interface FieldLine {
  readonly name: string;
  readonly required: boolean;
  readonly what: string;
  /** The schema that says more. */
  readonly see?: string | undefined;
  readonly words: string;
}

interface OperationView {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly paragraphs: readonly string[];
  readonly parameters: readonly (FieldLine & { readonly place: string })[];
  readonly bodies: readonly {
    readonly type: string;
    readonly see?: string | undefined;
    readonly fields: readonly FieldLine[];
  }[];
  readonly answers: readonly { readonly status: string; readonly words: string; readonly see?: string | undefined }[];
}

interface SchemaView {
  readonly id: string;
  readonly name: string;
  readonly paragraphs: readonly string[];
  readonly fields: readonly FieldLine[];
  readonly example?: string | undefined;
}

interface EventView extends SchemaView {
  readonly by: string;
  readonly kinds: string;
  readonly gates: readonly {
    readonly rule: string;
    readonly level: string;
    readonly asks: string;
    readonly says: string;
  }[];
}

/** The page, whole. */
export interface DocsView {
  readonly title: string;
  readonly about: readonly string[];
  readonly sections: readonly {
    readonly name: string;
    readonly words: string;
    readonly operations: readonly OperationView[];
  }[];
  readonly events: readonly EventView[];
  readonly schemas: readonly SchemaView[];
}

export function docsView(document: OpenApi): DocsView {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ operation, view: operationView(path, method, operation) })),
  );
  const schemas = Object.entries(document.components.schemas);
  return {
    title: 'The API of Nodrift',
    about: paragraphs(document.info.description),
    sections: document.tags
      .map(({ name, description }) => ({
        name,
        words: description,
        operations: operations.flatMap(({ operation, view }) => (operation.tags?.[0] === name ? [view] : [])),
      }))
      .filter((section) => section.operations.length > 0),
    events: schemas.flatMap(([name, schema]) => (isEvent(schema) ? [eventView(name, schema)] : [])),
    schemas: schemas
      .filter(([name, schema]) => !isEvent(schema) && name !== 'Event')
      .map(([name, schema]) => schemaView(name, schema))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

const isEvent = (schema: JsonSchema): boolean => 'x-gates' in schema;

/** Texts of the document are CommonMark: blank lines part them, and the marks for code are left to the page. */
const paragraphs = (text = ''): readonly string[] =>
  text
    .split(/\n{2,}/)
    .map((one) => one.replaceAll(/\s+/g, ' ').trim())
    .filter(Boolean);

function operationView(path: string, method: string, operation: Operation): OperationView {
  const { operationId = `${method} ${path}`, summary = '', parameters = [], requestBody, responses } = operation;
  return {
    id: `op-${operationId}`,
    method: method.toUpperCase(),
    path,
    summary,
    paragraphs: paragraphs(operation.description),
    parameters: parameters.map(({ name, in: place, required = false, description = '', schema }) => ({
      ...line(name, { description, ...schema }, required),
      place,
    })),
    bodies: Object.entries(requestBody?.content ?? {}).map(([type, { schema }]) => ({
      type,
      see: seeOf(schema),
      fields: seeOf(schema) ? [] : fieldsOf(schema),
    })),
    answers: Object.entries(responses).map(([status, { description, content = {} }]) => ({
      status,
      words: description,
      see: Object.values(content).map(({ schema }) => seeOf(schema))[0],
    })),
  };
}

function schemaView(name: string, schema: JsonSchema): SchemaView {
  const [example] = Array.isArray(schema.examples) ? (schema.examples as unknown[]) : [];
  return {
    id: `schema-${name}`,
    name,
    paragraphs: paragraphs(String(schema.description ?? '')),
    fields: fieldsOf(schema),
    example: typeof example === 'object' ? JSON.stringify(example, null, 2) : undefined,
  };
}

function eventView(name: string, schema: JsonSchema): EventView {
  const { type } = schema.properties as { readonly type: { readonly const: string } };
  const gates = schema['x-gates'] as readonly Readonly<Record<'rule' | 'level' | 'asks' | 'says' | 'where', string>>[];
  const [sentence = ''] = String(schema.description).split(' In ');
  return {
    ...schemaView(name, schema),
    name: type.const,
    paragraphs: [sentence],
    kinds: (schema['x-kinds'] as readonly string[]).join(', '),
    by: String(schema['x-recorded-by']),
    fields: fieldsOf(schema).filter((field) => field.name !== 'type'),
    gates: gates.map(({ rule, level, asks, where, says }) => ({
      rule,
      level,
      asks: where ? `${asks} (${where})` : asks,
      says,
    })),
  };
}

/** Every field of a schema, those within others after them. */
function fieldsOf(schema: JsonSchema, before = ''): readonly FieldLine[] {
  const required = (schema.required ?? []) as readonly string[];
  return Object.entries((schema.properties ?? {}) as Readonly<Record<string, JsonSchema>>).flatMap(([name, field]) => {
    const within = (field.items ?? field) as JsonSchema;
    const path = `${before}${name}${field.items ? '[]' : ''}`;
    return [line(`${before}${name}`, field, required.includes(name)), ...fieldsOf(within, `${path}.`)];
  });
}

const line = (name: string, schema: JsonSchema, required: boolean): FieldLine => ({
  name,
  required,
  what: whatOf(schema),
  see: seeOf((schema.items ?? schema) as JsonSchema),
  words: String(schema.description ?? ''),
});

/** The schema that another one refers to. */
const seeOf = (schema: JsonSchema): string | undefined =>
  typeof schema.$ref === 'string' ? schema.$ref.replace('#/components/schemas/', '') : undefined;

/** What is written there, in a few words. */
function whatOf(schema: JsonSchema): string {
  const see = seeOf(schema);
  if (see) return see;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (Array.isArray(schema.enum)) return (schema.enum as unknown[]).map(String).join(', ');
  const choices = (schema.anyOf ?? schema.oneOf) as readonly JsonSchema[] | undefined;
  if (choices) return choices.map(whatOf).join(' or ');
  if (Array.isArray(schema.type)) return (schema.type as readonly string[]).join(' or ');
  if (schema.items) return `list of ${whatOf(schema.items as JsonSchema)}`;
  const { examples, example, format } = schema;
  const [one] = Array.isArray(examples) ? (examples as unknown[]) : [example];
  const type = typeof format === 'string' ? format : String(schema.type ?? 'anything');
  return typeof one === 'string' || typeof one === 'number' ? `${type}, such as ${one}` : type;
}
