// Who may ask what: every page and every address of the API that is registered, for every role, each cell tried. A route without a row fails here.

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { sql } from 'drizzle-orm';
import type { Nodrift } from '../../client/nodrift.ts';
import { memoryKeys } from '../../codec/case-keys.ts';
import { payloadCodec } from '../../codec/payload-codec.ts';
import { syncDirectory } from '../../record/directory.ts';
import { SCOPES, type Scope } from '../../record/scopes.ts';
import { servedApi } from '../../web/api/serve-api.ts';
import { STYLE_PATH } from '../../web/assets.ts';
import { callersOf, scoped } from '../support/api.ts';
import { afterCoreGroup } from '../support/paper-case.ts';
import { member } from '../support/staff.ts';
import { casesOf, type StaffApp, staffApp } from '../support/staff-app.ts';
import { Visitor } from '../support/visitor.ts';

const ROLES = ['nobody', 'nurse', 'social-worker', 'manager', 'service-manager', 'operator', 'service'] as const;
type Role = (typeof ROLES)[number];
const ADDRESSES: Partial<Record<Role, string>> = {
  nurse: 'nina@nhs.test',
  'social-worker': 'amira@council.test',
  manager: 'tom@council.test',
  'service-manager': 'sue@council.test',
  operator: 'ops@council.test',
};

/** The same for everybody. */
const all = (status: number): Record<Role, number> =>
  Object.fromEntries(ROLES.map((role) => [role, status])) as Record<Role, number>;
/** These see it; whoever is signed in otherwise finds nothing, and who is not is asked to. A service's key signs nobody in. */
const only = (...roles: readonly Role[]): Record<Role, number> => ({
  ...all(404),
  ...{ nobody: 303, service: 303 },
  ...Object.fromEntries(roles.map((role) => [role, 200])),
});

/** What each page answers a request without a form of its own and with a token that is none. */
const PAGES: Readonly<Record<string, Record<Role, number>>> = {
  'GET /': all(200),
  'GET /sign-in': all(200),
  'POST /sign-in': all(422),
  'GET /sign-in/link/:token': all(200),
  'POST /sign-in/link/:token': all(422),
  'POST /sign-in/issuer': all(422),
  'GET /sign-in/auth/callback/oidc': all(403),
  'POST /sign-out': all(422),
  'GET /team': only('manager', 'service-manager'),
  'GET /authority': only('service-manager'),
  'GET /operations': only('operator'),
  'GET /do/:token': all(404),
  'POST /do/:token': all(404),
  'GET /papers/:token': all(404),
  'GET /papers/:token/docx': all(404),
  'GET /letters/:token': all(404),
  'GET /calendar/:file{[A-Za-z2-7]+\\.ics}': all(404),
  'GET /calendar/for/:token': all(404),
  'POST /calendar/for/:token': all(404),
  'GET /rules': all(200),
  'GET /rules/:id': all(200),
  'GET /docs': all(200),
  'GET /openapi.json': all(200),
  'GET /livez': all(200),
  'GET /readyz': all(200),
  // Only pages of Temporal UI may ask (codec-server.test.ts).
  ...{ 'OPTIONS /codec/decode': all(403), 'POST /codec/decode': all(403) },
  [`GET ${STYLE_PATH}`]: all(200),
};
const SAMPLES: Readonly<Record<string, string>> = { ':id': 'R63', ':file': 'abc.ics', ':token': 'abcdefghij' };

/** The addresses of the API that each scope opens, and nothing else. */
const API: Readonly<Record<Scope, readonly string[]>> = {
  'cases:read': [
    ...['GET /cases', 'GET /cases/{kind}/{ref}', 'GET /cases/{kind}/{ref}/owed', 'GET /cases/{kind}/{ref}/history'],
    'GET /cases/{kind}/{ref}/mails',
    ...['GET /shadow/{authority}', 'GET /shadow/{authority}/mails', 'GET /erasures', 'GET /holds'],
  ],
  'cases:write': [...['POST /cases', 'POST /cases/{kind}/{ref}/events', 'POST /cases/{kind}/{ref}/refusal']],
  'cases:erase': [
    ...['POST /cases/{kind}/{ref}/erasure', 'PUT /cases/{kind}/{ref}/hold', 'DELETE /cases/{kind}/{ref}/hold'],
    'PUT /retention/{authority}',
  ],
  'people:export': ['POST /exports'],
  'people:read': [
    ...[
      'GET /people/{id}/owed',
      'GET /directory/{authority}',
      'GET /directory/{authority}/{id}',
      'GET /directory/{authority}/reallocations/{id}',
      'GET /cases/{kind}/{ref}/people',
      'GET /cases/{kind}/{ref}/papers/{name}',
    ],
  ],
  'policies:read': ['GET /retention/{authority}', 'GET /policies/{authority}', 'POST /timeline', 'POST /rehearsals'],
  'policies:write': [
    ...['PUT /policies/{authority}', 'PUT /shadow/{authority}', 'POST /shadow/{authority}/live'],
    'POST /cases/{kind}/{ref}/live',
  ],
  'imports:write': ['POST /imports', 'GET /imports/{id}', 'GET /imports/template.csv'],
  'webhooks:write': [
    ...['GET /webhooks', 'POST /webhooks', 'GET /webhooks/{id}', 'DELETE /webhooks/{id}', 'POST /webhooks/{id}/test'],
    ...['POST /webhooks/{id}/replay', 'POST /webhooks/{id}/resume', 'POST /webhooks/{id}/rotate'],
  ],
  'directory:write': [
    ...['PUT /directory/{authority}', 'PATCH /directory/{authority}/{id}', 'POST /directory/{authority}/reallocations'],
  ],
  'keys:write': ['GET /keys', 'POST /keys', 'POST /keys/{id}/rotate', 'DELETE /keys/{id}'],
  'audit:read': ['GET /audit', 'GET /audit/verify'],
  'indicators:read': [],
};

describe('roles and routes', () => {
  let served: StaffApp;
  const visitors = new Map<Role, Visitor>();
  const paper = afterCoreGroup();
  const keys = Object.fromEntries(SCOPES.map((scope) => [keyOf(scope), scoped(scope)]));

  before(async () => {
    const calendars = { feedBehind: async () => undefined, pathOf: async () => '', renew: async () => {} };
    // What a stand-in does not know fails behind the door, which is what is looked at here.
    served = await staffApp([paper], {
      more: (record) => ({
        api: {
          ...servedApi({ record, cases: casesOf([paper]) as Nodrift, now: () => paper.clock }),
          callers: callersOf(keys),
        },
        codec: {
          ...{ origins: ['https://temporal.council.test'], namespace: 'default', authorityOf: async () => undefined },
          codec: payloadCodec({ keys: memoryKeys(), namespace: 'default' }),
        },
        ...{ calendars, addressOf: (c) => c.req.header('x-from') ?? '', failed: () => {} },
      }),
    });
    await syncDirectory(served.record, 'barnsley', [
      member('S-1', { address: ADDRESSES['service-manager']!, rights: ['service-manager'] }),
      member('S-2', { address: ADDRESSES.manager!, manager: 'S-1', rights: ['manager'] }),
      member('S-3', { address: ADDRESSES['social-worker']!, manager: 'S-2' }),
      member('S-9', { address: ADDRESSES.operator!, rights: ['operator'] }),
    ]);
    for (const role of ROLES) {
      const address = ADDRESSES[role];
      visitors.set(role, address ? await served.signedIn(address) : new Visitor(served.app));
    }
  });
  beforeEach(() => served.record.db.execute(sql`truncate sign_in_tries`));
  after(() => served.close());

  const pages = () => [
    ...new Set(
      served.app.routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method} ${path}`),
    ),
  ];

  test('every page has a row, and every row is a page', () => {
    assert.deepEqual(
      pages().filter((one) => !PAGES[one]),
      [],
      'pages without a row in PAGES',
    );
    assert.deepEqual(
      Object.keys(PAGES).filter((one) => !pages().includes(one)),
      [],
    );
  });

  for (const [page, row] of Object.entries(PAGES))
    test(`${page}: ${summary(row)}`, async () => {
      const [method, path = ''] = page.split(' ');
      const asked = path.replace(/(:[a-z]+)(\{.*\})?/g, (_, name: string) => SAMPLES[name] ?? 'x');
      const found: Record<string, number> = {};
      for (const role of ROLES) {
        const visitor = visitors.get(role)!;
        const headers: Record<string, string> =
          role === 'service' ? { authorization: 'Bearer test-key-that-may-do-all' } : {};
        const seen = method === 'GET' ? await visitor.get(asked, { headers }) : await visitor.post(asked, {}, headers);
        found[role] = seen.status;
      }
      assert.deepEqual(found, row);
    });

  const routes = async () => {
    const document = (await (await served.app.request('/openapi.json')).json()) as Document;
    // What stands elsewhere is a page.
    const paths = Object.entries(document.paths).filter(([path]) => path.startsWith('/api/v1/'));
    return paths.flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace('/api/v1', '')}`),
    );
  };
  const rows = Object.entries(API).flatMap(([scope, paths]) => paths.map((path) => [path, scope as Scope] as const));

  test('every address of the API has a row, and every row is an address', async () => {
    const known = await routes();
    assert.ok(known.length > 10);
    const named = rows.map(([path]) => path);
    assert.deepEqual(
      known.filter((one) => !named.includes(one)),
      [],
      'addresses without a row in API',
    );
    assert.deepEqual(
      named.filter((one) => !known.includes(one)),
      [],
      'rows without an address',
    );
  });

  for (const [name, scope] of rows)
    test(`${name} is opened by ${scope} alone: by no other scope, no session, and not by nobody`, async () => {
      const [method = '', path = ''] = name.split(' ');
      const asked = `/api/v1${path}`
        .replace('{kind}', 'child-protection')
        .replace('{ref}', 'BC-2041')
        .replace(/\{[^}]+\}/g, 'x');
      let asks = 0;
      // Each from elsewhere: whoever asks in vain is slowed down.
      const ask = async (headers: Record<string, string>) => {
        const from = { 'x-from': `10.${rows.findIndex(([one]) => one === name)}.0.${++asks}` };
        const { status } = await served.app.request(asked, {
          method,
          headers: { ...headers, ...from, 'content-type': 'application/json' },
        });
        return status;
      };
      assert.equal(await ask({}), 401, 'nobody');
      for (const role of ROLES) {
        const cookie = [...visitors.get(role)!.cookies].map(([key, value]) => `${key}=${value}`).join('; ');
        assert.equal(await ask({ cookie, 'sec-fetch-site': 'same-origin' }), 401, `signed in as ${role}`);
      }
      for (const other of SCOPES) {
        const status = await ask({ authorization: `Bearer ${keyOf(other)}` });
        if (other === scope) assert.ok(![401, 403].includes(status), `${other}: ${status}`);
        else assert.equal(status, 403, other);
      }
    });
});

/** A key with one scope. */
function keyOf(scope: Scope): string {
  return `key-of-${scope.replace(':', '-')}-alone`;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly description?: string }>>>>;
}

/** "200 manager; 404 nurse, …" for the name of a test. */
function summary(row: Record<Role, number>): string {
  const statuses = [...new Set(Object.values(row))];
  if (statuses.length === 1) return `${statuses[0]} for everybody`;
  return statuses.map((status) => `${status} ${ROLES.filter((role) => row[role] === status).join(', ')}`).join('; ');
}
