// `npm run bench:api`: cases opened, events recorded and cases read by the HTTP API, a second and at the 99th percentile, beside a bare Hono handler
// that does the one call to Temporal and nothing else, on the same server, worker and cases. Writes bench/api-results.md.

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { WithStartWorkflowOperation } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Worker } from '@temporalio/worker';
import { Hono } from 'hono';
import { openingId, updateId } from '../client/event-id.ts';
import { stamped } from '../client/new-event.ts';
import { memoryKeys } from '../codec/case-keys.ts';
import { encrypting } from '../codec/data-converter.ts';
import type { CaseFile, CaseKind } from '../domain/case/model.ts';
import { fromEpochMs } from '../domain/time/calendar.ts';
import { CASE_ATTRIBUTES } from '../embedded/case-attributes.ts';
import { startDevServer } from '../embedded/dev-server.ts';
import { findServer } from '../embedded/server-binary.ts';
import { makeKey } from '../record/api-keys.ts';
import { SCOPES } from '../record/scopes.ts';
import { serveWeb } from '../web/serve.ts';
import { createLog, installRuntime } from '../worker/log.ts';
import { startService } from '../worker/service.ts';
import {
  open,
  openingAttributes,
  owedQuery,
  record,
  TASK_QUEUE,
  WORKFLOW_TYPES,
  workflowId,
} from '../workflows/api.ts';
import { median, ROOT } from './support.ts';

const AT_ONCE = 8;
const OPENS = 200;
const EVENTS = 400;
const READS = 800;
const ROUNDS = 3;
/** A worker that has just started is slow. */
const WARM = 60;

const log = createLog('silent');
installRuntime(log);
const folder = await mkdtemp(join(tmpdir(), 'nodrift-bench-api-'));
const server = await startDevServer({
  binary: await findServer(),
  inMemory: true,
  ports: { grpc: 0 },
  searchAttributes: CASE_ATTRIBUTES,
  timeSkipping: false,
});
const keys = memoryKeys();
const service = await startService({
  temporal: { address: server.address },
  namespace: 'default',
  keys,
  dataDir: join(folder, 'record'),
  // Nothing is mailed: what is recorded here tells nobody at once.
  smtpUrl: 'smtp://127.0.0.1:1',
  rollOut: true,
  log,
});
const { client } = service;
const key = await makeKey(service.record, { name: 'bench', scopes: SCOPES, authorities: 'all', madeBy: 'bench' });
const web = await serveWeb({
  ...{ client, record: service.record, publicUrl: 'http://127.0.0.1', host: '127.0.0.1', port: 0, log },
  requestsAMinute: 1_000_000,
});

const today = new Date().toISOString().slice(0, 10);
const PEOPLE = [
  { id: 'amira', name: 'Amira Khan', role: 'social-worker', email: 'amira@council.test', manager: 'tom' },
  { id: 'tom', name: 'Tom Reed', role: 'team-manager', email: 'tom@council.test', manager: 'sue' },
  { id: 'sue', name: 'Sue Hart', role: 'service-manager', email: 'sue@council.test' },
  { id: 'carl', name: 'Carl Moss', role: 'conference-chair', email: 'carl@council.test' },
  { id: 'nina', name: 'Nina Shah', role: 'health', email: 'nina@nhs.test' },
];
let refs = 0;
let ids = 0;
const KIND: CaseKind = 'child-protection';
const opening = (ref: string) => ({
  file: { ref, kind: KIND, authority: 'barnsley', team: 'north', people: PEOPLE } as CaseFile,
  events: [{ id: 'opens', event: { type: 'strategy-discussion-held', by: 'amira', on: today } as const }],
});
const decision = () => ({
  events: [{ id: `d-${++ids}`, event: { type: 'decision-recorded', by: 'amira', decision: 'to go on' } as const }],
});

/** What is measured: how each of three things is asked for. */
interface Subject {
  readonly name: string;
  readonly url: string;
  readonly paths: {
    readonly open: string;
    readonly record: (ref: string) => string;
    readonly read: (ref: string) => string;
  };
}

/** The one call, and nothing else. */
function bareHandler(): Hono {
  const app = new Hono();
  app.post('/cases', async (c) => {
    const { file, events } = (await c.req.json()) as ReturnType<typeof opening>;
    const given = { file, events: stamped(events) };
    const answer = await client.workflow.executeUpdateWithStart(open, {
      updateId: openingId(given),
      args: [given],
      startWorkflowOperation: new WithStartWorkflowOperation(WORKFLOW_TYPES[file.kind], {
        workflowId: workflowId(file.kind, file.ref),
        taskQueue: TASK_QUEUE,
        args: [given],
        workflowIdConflictPolicy: 'USE_EXISTING',
        typedSearchAttributes: openingAttributes(given),
      }),
    });
    return c.json(answer, 201);
  });
  app.post('/cases/:ref/events', async (c) => {
    const { events } = (await c.req.json()) as ReturnType<typeof decision>;
    const given = stamped(events);
    const handle = client.workflow.getHandle(workflowId(KIND, c.req.param('ref')));
    return c.json(await handle.executeUpdate(record, { args: [given], updateId: updateId(given) }));
  });
  app.get('/cases/:ref', async (c) => {
    const handle = client.workflow.getHandle(workflowId(KIND, c.req.param('ref')));
    return c.json(await handle.query(owedQuery, fromEpochMs(Date.now())));
  });
  return app;
}

/** The same on a workflow that knows nothing (bare-workflow.ts): what is left is Temporal's and HTTP's. It answers no queries. */
async function nothingKnown(): Promise<{ app: Hono; stop: () => Promise<void> }> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(ROOT, 'bench', 'bare-workflow.ts'),
    logger: new DefaultLogger('ERROR'),
  });
  const connection = await NativeConnection.connect({ address: server.address });
  const worker = await Worker.create({
    ...{ connection, taskQueue: 'bare', workflowBundle: { code } },
    activities: { deliver: async () => null },
    dataConverter: encrypting({ keys, namespace: 'default' }),
  });
  const running = worker.run();
  const app = new Hono();
  app.post('/cases', async (c) => {
    const given = (await c.req.json()) as ReturnType<typeof opening>;
    const answer = await client.workflow.executeUpdateWithStart('open', {
      updateId: createHash('sha256').update(given.file.ref).digest('hex'),
      args: [given],
      startWorkflowOperation: new WithStartWorkflowOperation('bare', {
        workflowId: `bare/${given.file.ref}`,
        taskQueue: 'bare',
        args: [{ deliveries: [], until: new Date(Date.now() + 3_600_000).toISOString() }],
        workflowIdConflictPolicy: 'USE_EXISTING',
      }),
    });
    return c.json(answer, 201);
  });
  app.post('/cases/:ref/events', async (c) => {
    const { events } = (await c.req.json()) as ReturnType<typeof decision>;
    const handle = client.workflow.getHandle(`bare/${c.req.param('ref')}`);
    return c.json(await handle.executeUpdate('record', { args: [events], updateId: events[0]!.id }));
  });
  const stop = async () => {
    worker.shutdown();
    await running;
    await connection.close();
  };
  return { app, stop };
}

async function listen(app: Hono): Promise<{ url: string; server: Server }> {
  const listening = createServer(getRequestListener(app.fetch));
  listening.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  return { url: `http://127.0.0.1:${(listening.address() as AddressInfo).port}`, server: listening };
}

interface Figures {
  readonly perSecond: number;
  readonly p99: number;
  /** Milliseconds of CPU a request: of the process of app, worker, record and whoever asks, without Temporal's server. */
  readonly cpu: number;
}

/** So many requests, some at once. @throws Error at the first answer that is none */
async function run(count: number, ask: (i: number) => Promise<Response>): Promise<Figures> {
  const took: number[] = [];
  let next = 0;
  const asker = async () => {
    for (let i = next++; i < count; i = next++) {
      const began = performance.now();
      const response = await ask(i);
      const text = await response.text();
      if (!response.ok) throw new Error(`${response.status}: ${text}`);
      took.push(performance.now() - began);
    }
  };
  const [began, used] = [performance.now(), process.cpuUsage()];
  await Promise.all(Array.from({ length: AT_ONCE }, asker));
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(used);
  took.sort((a, b) => a - b);
  return {
    perSecond: count / seconds,
    p99: took[Math.floor(took.length * 0.99)] ?? NaN,
    cpu: (user + system) / 1000 / count,
  };
}

const headers = { authorization: `Bearer ${key.text}`, 'content-type': 'application/json' };
const post = ({ url }: Subject, path: string, body: unknown) =>
  fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });

const KINDS = ['open', 'record', 'read'] as const;
type Kind = (typeof KINDS)[number];

/** One round of one subject: new cases, events in them, looks at them. */
async function round(subject: Subject, scale = 1): Promise<Partial<Record<Kind, Figures>>> {
  const refsHere: string[] = [];
  const opened = await run(Math.ceil(OPENS * scale), () => {
    const ref = `B-${++refs}`;
    refsHere.push(ref);
    return post(subject, subject.paths.open, opening(ref));
  });
  const ref = (i: number) => refsHere[i % refsHere.length]!;
  const recorded = await run(Math.ceil(EVENTS * scale), (i) => post(subject, subject.paths.record(ref(i)), decision()));
  if (subject.name === NOTHING) return { open: opened, record: recorded };
  const read = await run(Math.ceil(READS * scale), (i) =>
    fetch(`${subject.url}${subject.paths.read(ref(i))}`, { headers }),
  );
  return { open: opened, record: recorded, read };
}

const OURS = 'the API';
const BARE = 'a bare handler, the same cases';
const NOTHING = 'a bare handler, a workflow that knows nothing';
const plain = {
  open: '/cases',
  record: (ref: string) => `/cases/${ref}/events`,
  read: (ref: string) => `/cases/${ref}`,
};
const bare = await listen(bareHandler());
const nothing = await nothingKnown();
const nothingAt = await listen(nothing.app);
const subjects: readonly Subject[] = [
  {
    name: OURS,
    url: web.url,
    paths: {
      open: '/api/v1/cases',
      record: (ref) => `/api/v1/cases/${KIND}/${ref}/events`,
      read: (ref) => `/api/v1/cases/${KIND}/${ref}/owed`,
    },
  },
  { name: BARE, url: bare.url, paths: plain },
  { name: NOTHING, url: nothingAt.url, paths: plain },
];

console.log('warming up');
for (const subject of subjects) await round(subject, WARM / OPENS);
const all = new Map<string, Partial<Record<Kind, Figures>>[]>(subjects.map(({ name }) => [name, []]));
for (let i = 1; i <= ROUNDS; i++)
  // In turn, and each round begins with another: the machine has other things to do.
  for (const subject of [...subjects.slice(i % 3), ...subjects.slice(0, i % 3)]) {
    const figures = await round(subject);
    all.get(subject.name)?.push(figures);
    console.log(
      `round ${i} of ${ROUNDS}: ${subject.name}: ${KINDS.map((kind) => `${kind} ${figures[kind]?.perSecond.toFixed(0) ?? '–'}/s`).join(', ')}`,
    );
  }

const of = (name: string, kind: Kind, figure: keyof Figures): number =>
  median((all.get(name) ?? []).flatMap((one) => one[kind]?.[figure] ?? []));
const rows = subjects.map(({ name }) => [
  name,
  ...KINDS.flatMap((kind) =>
    name === NOTHING && kind === 'read'
      ? ['–', '–', '–']
      : [of(name, kind, 'perSecond').toFixed(0), of(name, kind, 'p99').toFixed(0), of(name, kind, 'cpu').toFixed(1)],
  ),
]);
const ratios = KINDS.map((kind) => of(OURS, kind, 'perSecond') / of(BARE, kind, 'perSecond'));
const head = ['', ...['opens', 'events', 'reads'].flatMap((what) => [`${what} a second`, 'p99, ms', 'CPU, ms'])];
const share = [
  'the API, of the bare handler',
  ...ratios.flatMap((ratio, i) => [
    `${ratio.toFixed(2)} ×`,
    '',
    `${(of(OURS, KINDS[i]!, 'cpu') / of(BARE, KINDS[i]!, 'cpu')).toFixed(2)} ×`,
  ]),
];
const table = [head, head.map(() => '---'), ...rows, share].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
const missed = KINDS.filter((_, i) => (ratios[i] ?? 0) < 0.8);
const text = `# The HTTP API

What the API costs beyond the one call to Temporal that it stands on: ${OPENS} cases opened, ${EVENTS} events recorded in them, ${READS} looks at what is owed, ${AT_ONCE} at once,
over a socket; ${ROUNDS} rounds in turn, medians; server, worker, record (PGlite) and whoever asks on ${cpus().length} cores under a load of ${loadavg()[1]?.toFixed(0)}. The bare handler is Hono with one
update-with-start, update or query, without key, rate, schema, audit or a look at the record. Made by \`npm run bench:api\`.

${table}

CPU is that of the process of app, worker, record and whoever asks, a request; a busy machine moves it less than the rate.

The aim is 0.8 of the bare handler on the same cases: ${missed.length === 0 ? 'met' : `missed for ${missed.join(', ')}`}. The last handler's workflow keeps no facts, claims no reference and answers no query: what is between the two is the
price of knowing what is owed ([results.md](results.md)), whoever asks for it.
`;
writeFileSync(join(ROOT, 'bench', 'api-results.md'), text);
console.log(`\n${text}`);

await web.close();
bare.server.close();
nothingAt.server.close();
await nothing.stop();
await service.stop();
await server.stop();
await rm(folder, { recursive: true, force: true });
process.exit(0);
