// The OpenAPI document: made from the routes that are registered, and from the catalogue of events. Nothing of it is written twice.

import type { Api } from './api-frame.ts';
import { caseFileSchema, eventSchemas, type JsonSchema } from './event-schemas.ts';

/** An OpenAPI 3.1 document, as far as readers here look into it. */
export interface OpenApi {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}
export interface Operation {
  readonly tags?: readonly string[];
  readonly summary?: string;
  readonly description?: string;
  readonly operationId?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>;
}
interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: JsonSchema;
}
type Content = Readonly<Record<string, { readonly schema: JsonSchema }>>;

const TAGS = {
  Cases: 'Opening a case, recording what happened, and what the case knows.',
  People: 'What one person owes, across cases.',
  'Without a case': 'Dates and rehearsals: nothing is kept, and nobody is written to.',
  Policies: 'What an authority goes by: figures, gates, ladders.',
  Health: 'Whether it runs. No key is needed.',
};

const ABOUT = `Each child’s plan always knows what is owed, by whom, by when.

Every event has an id of yours: the same id with the same content again is the same event, and gets the first answer. After a 503, or no answer, send it
again with the same ids. Whatever cannot be done is one problem (RFC 9457) that says what, where and the way out; what a rule refuses names the rule.
Days are London’s, \`2027-03-29\`; times are London’s without an offset, \`2027-03-30T10:00\`; moments carry theirs, \`2027-03-29T13:05:00Z\`.`;

/** @param api with all its routes */
export function apiDocument(api: Api): OpenApi {
  api.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: 'A key (`nodrift api-keys`) or an OAuth 2 client-credentials token',
  });
  const made = api.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Nodrift',
      version: '1',
      description: ABOUT,
      license: { name: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
  }) as unknown as OpenApi;
  const taken = new Set<string>();
  const paths = Object.entries(made.paths).map(([path, all]) => [path, named(path, all, taken)] as const);
  const used = new Set(paths.flatMap(([, operations]) => Object.values(operations).flatMap(({ tags = [] }) => tags)));
  const others = [...used].filter((tag) => !Object.hasOwn(TAGS, tag)).map((name) => ({ name, description: '' }));
  return {
    ...made,
    tags: [...Object.entries(TAGS).map(([name, description]) => ({ name, description })), ...others],
    paths: { ...Object.fromEntries(paths), ...HEALTH },
    components: {
      ...made.components,
      schemas: { ...made.components.schemas, ...eventSchemas(), CaseFile: caseFileSchema() },
    },
  };
}

/** Generators call methods by `operationId`, which is what the audit calls them: two that are called the same are told apart by their address. */
function named(
  path: string,
  operations: Readonly<Record<string, Operation>>,
  taken: Set<string>,
): Readonly<Record<string, Operation>> {
  return Object.fromEntries(
    Object.entries(operations).map(([method, operation]) => {
      const address = `${method}${path.replaceAll(/[^A-Za-z0-9]+([a-z]?)/g, (_, letter: string) => letter.toUpperCase())}`;
      const { operationId = address } = operation;
      const id = taken.has(operationId) ? address : operationId;
      taken.add(id);
      return [method, { ...operation, operationId: id }];
    }),
  );
}

const plain = (description: string) => ({
  description,
  content: { 'text/plain': { schema: { type: 'string' } as JsonSchema } },
});
/** These stand beside the API, for whoever looks after it. */
const HEALTH = {
  '/livez': {
    get: {
      tags: ['Health'],
      operationId: 'getLivez',
      summary: 'Whether the process answers',
      security: [],
      responses: { 200: plain('It does') },
    },
  },
  '/readyz': {
    get: {
      tags: ['Health'],
      operationId: 'getReadyz',
      summary: 'Whether Temporal and the record answer it',
      security: [],
      responses: { 200: plain('They do'), 503: plain('One of them does not') },
    },
  },
};
