// Everything as `npm start` has it, in this process: Temporal's development server on its file, the record on PGlite, an inbox. And a caseload brought into it.

import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readSheets } from '../client/sheets/read-sheets.ts';
import { memoryKeys } from '../codec/case-keys.ts';
import { CASE_ATTRIBUTES } from '../embedded/case-attributes.ts';
import { type DevServer, startDevServer } from '../embedded/dev-server.ts';
import { startInbox } from '../embedded/inbox.ts';
import { findServer } from '../embedded/server-binary.ts';
import { importNow } from '../record/imports.ts';
import { caseload } from '../test/support/caseload.ts';
import { importsOn } from '../web/api/received-imports.ts';
import { createLog, installRuntime } from '../worker/log.ts';
import { type Service, startService } from '../worker/service.ts';

export interface Installation {
  readonly service: Service;
  /**
   * Sheets in, until every case is open.
   * @returns the seconds of reading, and those of opening
   * @throws Error where a case was refused
   */
  broughtIn(refs: readonly string[]): Promise<{ readonly reads: number; readonly opens: number }>;
  /** Milliseconds of CPU that Temporal's server has used: a child of this process. */
  serverCpu(): number;
  close(): Promise<void>;
}

export async function startInstallation(): Promise<Installation> {
  installRuntime(createLog('silent'));
  const folder = await mkdtemp(join(tmpdir(), 'nodrift-bench-'));
  const server = await startDevServer({
    binary: await findServer(),
    dataDir: join(folder, 'temporal'),
    ports: { grpc: 0 },
    timeSkipping: true,
    searchAttributes: CASE_ATTRIBUTES,
  });
  const { service, stop } = await startParts(server, folder);
  const imports = importsOn(service.record, service.client);
  return {
    service,
    async broughtIn(refs) {
      const began = performance.now();
      const { cases, people } = caseload(refs);
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
        if (now.outcomes.opened !== refs.length)
          throw new Error(`${now.outcomes.opened} of ${refs.length} were opened`);
        return { reads: (received - began) / 1000, opens: (performance.now() - received) / 1000 };
      }
    },
    serverCpu,
    async close() {
      await stop();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Everything that `npm start` runs beside Temporal's server, but for the pages: worker, record on disk, relay, inbox. */
export async function startParts(
  { address }: DevServer,
  folder: string,
): Promise<{ readonly service: Service; stop(): Promise<void> }> {
  const inbox = await startInbox({ dir: join(folder, 'inbox'), smtpPort: 0, webPort: 0 });
  const service = await startService({
    temporal: { address },
    namespace: 'default',
    keys: memoryKeys(),
    dataDir: join(folder, 'record'),
    smtpUrl: `smtp://127.0.0.1:${inbox.smtpPort}`,
    rollOut: true,
    log: createLog('silent'),
  });
  return {
    service,
    async stop() {
      await service.stop();
      await inbox.close();
    },
  };
}

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
