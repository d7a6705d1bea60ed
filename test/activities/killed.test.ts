// A worker killed in the middle of a mail, for real: what was not sent is sent once, what may have been sent is sent again with the same ids.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { sql } from 'drizzle-orm';
import { openSmtp } from '../../mail/smtp.ts';
import { startSweeper } from '../../mail/sweeper.ts';
import { openRecord } from '../../record/open.ts';
import { ledgerOf } from '../../record/read.ts';
import { type Script, scriptedRelay } from '../support/smtp-script.ts';

const file = (path: string) => JSON.stringify(new URL(`../../${path}`, import.meta.url).href);
const settings = { sender: { name: 'Nodrift', address: 'nodrift@notify.example.test' } };

/** A process that delivers one mail, and nothing else. */
function worker(dataDir: string, url: string): ChildProcess {
  const script = `
    import { createActivities } from ${file('activities/deliver.ts')};
    import { openRecord } from ${file('record/open.ts')};
    import { openSmtp } from ${file('mail/smtp.ts')};
    import { delivery, notice } from ${file('test/support/entries.ts')};
    const record = await openRecord({ dataDir: ${JSON.stringify(dataDir)} });
    const transport = openSmtp({ url: ${JSON.stringify(url)} });
    await createActivities({ record, transport, settings: ${JSON.stringify(settings)} }).deliver(delivery([notice('a')]));`;
  return spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

for (const [when, script, copies, resends] of [
  ['before the dot', { rcpt: 'hang' }, 1, 1],
  ['after the dot, before the 250', { dot: 'hang' }, 2, 1],
] as const)
  test(`killed ${when}: ${copies} in all, under one id`, async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'nodrift-killed-'));
    let reached: () => void = () => {};
    const there = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const stage = Object.keys(script)[0] as keyof Script;
    const relay = await scriptedRelay({
      [stage]: () => {
        reached();
        return 'hang';
      },
    });
    const child = worker(dataDir, relay.url);
    await there;
    // Its row says that the mail is under way since before the line was opened.
    child.kill('SIGKILL');
    await once(child, 'exit');
    relay.follow({});

    const record = await openRecord({ dataDir });
    const transport = openSmtp({ url: relay.url });
    const sweeper = startSweeper({ record, transport, settings, everyMs: 3_600_000 });
    await record.db.execute(sql`update mails set next_try_at = next_try_at - interval '2 hours'`);
    await sweeper.sweep();
    await sweeper.sweep();
    assert.equal(relay.mails.length, copies);
    const ids = relay.mails.map((mail) => /^Message-ID: (.*)$/m.exec(mail)?.[1]);
    assert.equal(new Set(ids).size, 1);
    const [line] = await ledgerOf(record, 'child-protection/BC-2041');
    assert.deepEqual([line?.state, line?.attempts, line?.resends], ['ACCEPTED', 2, resends]);
    await Promise.all([sweeper.stop(), transport.close()]);
    await record.close();
    await relay.close();
    await rm(dataDir, { recursive: true, force: true });
  });
