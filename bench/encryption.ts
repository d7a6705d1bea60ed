// `npm run bench:encryption`: what encryption costs a case-year: CPU of the worker, bytes of history. The same year encrypted and in plain, in turn, on one
// server, each on a worker of its own. Writes bench/encryption-results.md.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { readScenario } from '../client/scenario.ts';
import { encrypting } from '../codec/data-converter.ts';
import { ringAsJson, withNewKey } from '../codec/key-ring.ts';
import { openKeys } from '../codec/open-keys.ts';
import { CASE_ATTRIBUTES } from '../embedded/case-attributes.ts';
import { startDevServer } from '../embedded/dev-server.ts';
import { findServer } from '../embedded/server-binary.ts';
import { bundleWorkflows } from '../worker/bundle.ts';
import { makeCurrent } from '../worker/versions.ts';
import { WorkerChild } from './child.ts';
import { live, ours } from './drive.ts';
import { median, ROOT, WARM_YEARS } from './support.ts';

const ROUNDS = 5;
const YEARS_A_ROUND = 2;
const AIM = { cpu: 1.15, bytes: 1.1 } as const;

const folder = await mkdtemp(join(tmpdir(), 'nodrift-bench-'));
const server = await startDevServer({
  binary: await findServer(),
  inMemory: true,
  ports: { grpc: 0 },
  searchAttributes: CASE_ATTRIBUTES,
  timeSkipping: true,
});
const keys = { ring: ringAsJson(withNewKey(undefined)), url: pathToFileURL(join(folder, 'keys')).href };
const connection = await Connection.connect({ address: server.address });
const bundle = await bundleWorkflows();
const scenario = readScenario(join(ROOT, 'examples', 'a-good-year.yaml'));
let years = 0;

/** Of a case-year: milliseconds of the worker's CPU, and bytes of history. */
interface Cost {
  readonly cpu: number;
  readonly bytes: number;
}

/** A worker and a client that both encrypt, or neither. Their task queues differ, so both run at once. */
async function side(name: 'plain' | 'encrypted') {
  const taskQueue = `bench-${name}`;
  const sealed = name === 'encrypted' ? keys : undefined;
  const worker = await WorkerChild.start({
    ...{ address: server.address, bundle, taskQueue, cachedCases: 2_000, oneThread: false, keys: sealed },
  });
  const open = sealed && (await openKeys({ NODRIFT_KEYS: sealed.ring, NODRIFT_KEYS_URL: sealed.url }));
  const dataConverter = open && encrypting({ keys: open.keys, namespace: 'default' });
  const client = new Client({ connection, dataConverter });
  await makeCurrent(client, bundle.buildId);
  const subject = { ...ours(scenario), taskQueue };
  return {
    worker,
    async live(count: number): Promise<Cost> {
      const before = await worker.cpu();
      const bytes: number[] = [];
      for (let i = 0; i < count; i += 1) {
        const ref = `E-${++years}`;
        await live(client, subject, ref, scenario);
        bytes.push((await client.workflow.getHandle(subject.id(ref)).describe()).historySize ?? 0);
      }
      return { cpu: ((await worker.cpu()) - before) / 1000 / count, bytes: median(bytes) };
    },
  };
}

const sides = { plain: await side('plain'), encrypted: await side('encrypted') };
for (const one of Object.values(sides)) await one.live(WARM_YEARS);
const rounds: Record<keyof typeof sides, Cost>[] = [];
for (let round = 0; round < ROUNDS; round += 1)
  rounds.push({ plain: await sides.plain.live(YEARS_A_ROUND), encrypted: await sides.encrypted.live(YEARS_A_ROUND) });
for (const { worker } of Object.values(sides)) await worker.stop();
await connection.close();
await server.stop();
await rm(folder, { recursive: true, force: true });

const row = (what: string, of: 'cpu' | 'bytes', unit: number): string => {
  const [plain, encrypted] = [
    median(rounds.map((one) => one.plain[of])),
    median(rounds.map((one) => one.encrypted[of])),
  ];
  const ratio = median(rounds.map((one) => one.encrypted[of] / one.plain[of]));
  const met = ratio <= AIM[of] ? 'met' : '**missed**';
  return `| ${what} | ${(plain / unit).toFixed(0)} | ${(encrypted / unit).toFixed(0)} | ${ratio.toFixed(2)} | ≤ ${AIM[of]} | ${met} |`;
};
const page = `# What encryption costs

A good year of a case (\`examples/a-good-year.yaml\`), encrypted and in plain, in turn on one server; medians of ${ROUNDS} rounds of ${YEARS_A_ROUND} years after ${WARM_YEARS} to warm up, under a load of
${loadavg()[1]?.toFixed(0)}. Read the ratios, each of one round. Made by \`npm run bench:encryption\`.

| a case-year | in plain | encrypted | ratio | aim | |
| --- | --- | --- | --- | --- | --- |
${row("CPU of the worker's process, ms", 'cpu', 1)}
${row('history, kB', 'bytes', 1024)}
`;
await writeFile(join(ROOT, 'bench', 'encryption-results.md'), page);
process.stdout.write(page);
process.exit(0);
