// `node --import tsx bench/import.ts`: a caseload brought in by the HTTP API as `npm start` has it: sheets in, every case open, everything in the record. Prints the
// figures and writes them to bench/import-results.md. What follows says how many (10,000 unless said).

import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { refsOf } from '../test/support/caseload.ts';
import { startInstallation } from './installation.ts';
import { ROOT } from './support.ts';

const CASES = Number(process.argv[2] ?? 10_000);
const AIM_PER_SECOND = 10_000 / 600;

const installation = await startInstallation();
await installation.broughtIn(refsOf(Math.min(200, CASES), 'W')); // warm
const [ours, theirs] = [process.cpuUsage(), installation.serverCpu()];
const { reads, opens } = await installation.broughtIn(refsOf(CASES, 'B'));
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
| CPU of a case in Temporal's server, ms | ${((installation.serverCpu() - theirs) / CASES).toFixed(0)} | | |
`;
writeFileSync(join(ROOT, 'bench', 'import-results.md'), text);
process.stdout.write(`${text}\n`);
await installation.close();
process.exit(0);
