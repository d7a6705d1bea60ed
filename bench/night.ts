// `npm run bench:night [cases]`: what it costs to plan a notice in the night, from the case's timer to the outbox. Prints a table and writes it to
// bench/night-results.md.

import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { count, eq } from 'drizzle-orm';
import { CaseClock } from '../client/time-travel.ts';
import { fromEpochMs } from '../domain/time/calendar.ts';
import { notices } from '../record/schema.ts';
import { refsOf } from '../test/support/caseload.ts';
import { workflowId } from '../workflows/api.ts';
import { startInstallation } from './installation.ts';
import { ROOT } from './support.ts';

const CASES = Number(process.argv[2] ?? 200);
/** Cases whose clocks go on at the same time. */
const AT_ONCE = 8;
const AIM_MS = 15;
const DAY_MS = 86_400_000;

const installation = await startInstallation();
const { service } = installation;

/** Notices that wait for a round. */
async function planned(): Promise<number> {
  const [row] = await service.record.db.select({ all: count() }).from(notices).where(eq(notices.round, true));
  return row?.all ?? 0;
}

const clocks = new Map<string, CaseClock>();
/** Lets every case live for so many days. */
async function live(refs: readonly string[], days: number): Promise<void> {
  const left = refs.values();
  const one = async () => {
    for (const ref of left) {
      const id = workflowId('child-protection', ref);
      const clock = clocks.get(id) ?? new CaseClock(service.client, id);
      clocks.set(id, clock);
      await clock.forwardTo(fromEpochMs(Date.parse(clock.now) + days * DAY_MS));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
}

const [warm, refs] = [refsOf(40, 'W'), refsOf(CASES, 'N')];
await installation.broughtIn(warm);
await installation.broughtIn(refs);
await live(warm, 30);
const [before, ours, theirs] = [await planned(), process.cpuUsage(), installation.serverCpu()];
await live(refs, 30);
const { user, system } = process.cpuUsage(ours);
const all = (await planned()) - before;
const [load = 0] = loadavg();
const ms = (user + system) / 1000 / all;
const text = `# A notice planned in the night

Written by \`npm run bench:night\` on ${new Date().toISOString().slice(0, 10)}: ${cpus().length} shared cores, Node ${process.versions.node.split('.')[0]}; other programs ran beside it (load
${load.toFixed(0)} at the end).

${CASES} child protection plans in mid-life, brought in a moment before, live for thirty days by fast-forward on the development server, with the record on PGlite in the same
process: every timer, what is then due, its rows in the outbox, search attributes, and what goes at once. All CPU of that process is counted, the record's too, and the fast-forward's.

| figure | value | aim | |
|---|---|---|---|
| notices planned for a round | ${all.toLocaleString('en-GB')} | | |
| CPU of a notice in our process, ms | ${ms.toFixed(1)} | ≤ ${AIM_MS} | ${ms <= AIM_MS ? 'met' : '**missed**'} |
| CPU of a notice in Temporal's server, ms | ${((installation.serverCpu() - theirs) / all).toFixed(1)} | | |
`;
writeFileSync(join(ROOT, 'bench', 'night-results.md'), text);
process.stdout.write(`${text}\n`);
await installation.close();
process.exit(0);
