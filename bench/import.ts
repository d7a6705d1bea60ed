// `node --import tsx bench/import.ts`: a caseload brought in by the HTTP API as `npm start` has it: sheets in, every case open, everything in the record. Prints the
// figures and writes them to bench/import-results.md. What follows says how many (10,000 unless said).

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readSheets } from '../client/sheets/read-sheets.ts';
import { memoryKeys } from '../codec/case-keys.ts';
import { startDevServer } from '../embedded/dev-server.ts';
import { startInbox } from '../embedded/inbox.ts';
import { findServer } from '../embedded/server-binary.ts';
import { importNow } from '../record/imports.ts';
import { caseload, refsOf } from '../test/support/caseload.ts';
import { importsOn } from '../web/api/received-imports.ts';
import { createLog, installRuntime } from '../worker/log.ts';
import { startService } from '../worker/service.ts';
import { SEARCH_ATTRIBUTES } from '../workflows/api.ts';
import { ROOT } from './support.ts';

const CASES = Number(process.argv[2] ?? 10_000);
const AIM_PER_SECOND = 10_000 / 600;
const TYPES = { KEYWORD: 'Keyword', DATETIME: 'Datetime', KEYWORD_LIST: 'KeywordList' } as const;

installRuntime(createLog('silent'));
const folder = await mkdtemp(join(tmpdir(), 'nodrift-bench-'));
const server = await startDevServer({
  binary: await findServer(),
  dataDir: join(folder, 'temporal'),
  ports: { grpc: 0 },
  timeSkipping: true,
  searchAttributes: Object.fromEntries(Object.values(SEARCH_ATTRIBUTES).map(({ name, type }) => [name, TYPES[type]])),
});
const inbox = await startInbox({ dir: join(folder, 'inbox'), smtpPort: 0, webPort: 0 });
const service = await startService({
  temporal: { address: server.address },
  namespace: 'default',
  keys: memoryKeys(),
  dataDir: join(folder, 'record'),
  smtpUrl: `smtp://127.0.0.1:${inbox.smtpPort}`,
  rollOut: true,
  log: createLog('silent'),
});
const imports = importsOn(service.record, service.client);

/** Sheets in, until every case is open. @returns the seconds of reading, and those of opening */
async function broughtIn(count: number, prefix: string): Promise<{ readonly reads: number; readonly opens: number }> {
  const began = performance.now();
  const { cases, people } = caseload(refsOf(count, prefix));
  const given = await readSheets({ cases: [Buffer.from(cases)], people: [Buffer.from(people)] });
  const id = await imports.receive({ who: 'key:bench', dryRun: false }, given);
  const received = performance.now();
  for (let said = -1; ; await sleep(1_000)) {
    const now = await importNow(service.record, id);
    if (!now || now.outcomes.faulty > 0) throw new Error('a case was refused');
    const percent = Math.floor((10 * (now.cases - now.left)) / now.cases);
    if (percent !== said) process.stderr.write(`${now.cases - now.left} of ${now.cases}\n`);
    said = percent;
    if (now.state !== 'done') continue;
    if (now.outcomes.opened !== count) throw new Error(`${now.outcomes.opened} of ${count} were opened`);
    return { reads: (received - began) / 1000, opens: (performance.now() - received) / 1000 };
  }
}

/** Milliseconds of CPU that Temporal's server has used: a child of this process. */
function serverCpu(): number {
  const times = readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .map((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
        const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
        const isServer = Number(fields[1]) === process.pid && line.includes('(temporal');
        return isServer ? 10 * (Number(fields[11]) + Number(fields[12])) : 0;
      } catch {
        return 0;
      }
    });
  return times.reduce((sum, one) => sum + one, 0);
}

await broughtIn(Math.min(200, CASES), 'W'); // warm
const [ours, theirs] = [process.cpuUsage(), serverCpu()];
const { reads, opens } = await broughtIn(CASES, 'B');
const used = process.cpuUsage(ours);
const [load = 0] = loadavg();
const perSecond = CASES / opens;
const text = `# A caseload brought in

Written by \`node --import tsx bench/import.ts\` on ${new Date().toISOString().slice(0, 10)}: ${cpus().length} shared cores, Node ${process.versions.node.split('.')[0]}; other programs ran beside it (load
${load.toFixed(0)} at the end), so read the milliseconds of CPU before the seconds.

Child protection plans in mid-life, four people each, with the next core group booked and announced. Everything as \`npm start\` has it, in one process: Temporal's
development server on its file, the record on PGlite, search attributes, the policy in force, and each opening answered only when the record has it.

| figure | value | aim | |
|---|---|---|---|
| cases | ${CASES.toLocaleString('en-GB')} | | |
| seconds to read the sheets and keep them | ${reads.toFixed(1)} | | |
| seconds until every case is open | ${opens.toFixed(0)} | | |
| cases opened a second | ${perSecond.toFixed(1)} | ≥ ${AIM_PER_SECOND.toFixed(1)} (10,000 in ten minutes) | ${perSecond >= AIM_PER_SECOND ? 'met' : '**missed**'} |
| CPU of a case in our process, ms | ${((used.user + used.system) / 1000 / CASES).toFixed(0)} | | |
| CPU of a case in Temporal's server, ms | ${((serverCpu() - theirs) / CASES).toFixed(0)} | | |
`;
writeFileSync(join(ROOT, 'bench', 'import-results.md'), text);
process.stdout.write(`${text}\n`);
await service.stop();
await inbox.close();
await server.stop();
await rm(folder, { recursive: true, force: true });
process.exit(0);
