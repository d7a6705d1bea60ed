// A morning round killed again and again, with a relay that fails one in five: in the end everybody has everything, once, save what was taken while its
// answer was lost, which comes again under the same Message-ID.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { sql } from 'drizzle-orm';
import { openRecord } from '../../record/open.ts';
import { plan } from '../../record/outbox.ts';
import { delivery, identity, notice, person } from '../support/entries.ts';
import { SEED } from '../support/seeded.ts';
import { scriptedRelay } from '../support/smtp-script.ts';

// With NODRIFT_ROUND_READERS=3000 NODRIFT_ROUND_NOTICES=10000 a big morning, in some minutes.
const READERS = Number(process.env.NODRIFT_ROUND_READERS ?? 200);
const NOTICES = Number(process.env.NODRIFT_ROUND_NOTICES ?? 600);
const DOMAIN = 'notify.example.test';
const ROUND = new Date(Date.now() - 1000).toISOString();
const file = (path: string) => JSON.stringify(new URL(`../../${path}`, import.meta.url).href);

/** A process that runs the round from the start, and ends when nothing is left. */
function roundProcess(dataDir: string, url: string): ChildProcess {
  const script = `
    import { composeRound, sendRound } from ${file('mail/send-round.ts')};
    import { openSmtp } from ${file('mail/smtp.ts')};
    import { startSweeper } from ${file('mail/sweeper.ts')};
    import { gatherRound } from ${file('record/gather.ts')};
    import { openRecord } from ${file('record/open.ts')};
    import { sql } from 'drizzle-orm';
    const record = await openRecord({ dataDir: ${JSON.stringify(dataDir)}, ledgerKey: 'secret' });
    const transport = openSmtp({ url: ${JSON.stringify(url)} });
    const sending = { record, transport, settings: { sender: { name: 'Nodrift', address: 'nodrift@${DOMAIN}' } } };
    const until = new Date(${JSON.stringify(ROUND)});
    for (let after = ''; after !== null; ) ({ after } = await gatherRound(record, { until, limit: 50, after, domain: '${DOMAIN}' }));
    for (let after = ''; after !== null; ) ({ after } = await composeRound(sending, { until, limit: 50, after }));
    process.send('sends');
    await sendRound(sending, { until });
    const sweeper = startSweeper({ ...sending, everyMs: 3_600_000 });
    for (;;) {
      await record.db.execute(sql\`update mails set next_try_at = now() where state in ('PLANNED', 'DEFERRED', 'UNKNOWN')\`);
      await sweeper.sweep();
      const { rows } = await record.db.execute(sql\`select 1 from mails where state <> 'ACCEPTED'\`);
      if (rows.length === 0) break;
    }
    await sweeper.stop();
    await transport.close();
    await record.close();
    process.exit(0);`;
  return spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

const dataDir = await mkdtemp(join(tmpdir(), 'nodrift-round-killed-'));
after(() => rm(dataDir, { recursive: true, force: true }));

test('killed three times in the middle: outbox and sink agree, nobody has anything twice', async (t) => {
  const record = await openRecord({ dataDir, ledgerKey: 'secret' });
  for (let at = 0; at < NOTICES; at += 10) {
    const of = identity({ id: `child-protection/BC-${at}`, ref: `BC-${at}`, opening: `o-${at}` });
    const told = Array.from({ length: 10 }, (_, i) =>
      notice(person(`p${(at + i) % READERS}`, { email: `p${(at + i) % READERS}@council.test` }), {
        ...{ key: `k-${at + i}`, round: true },
      }),
    );
    await record.db.transaction((tx) => plan(tx, record, delivery(told, { case: of }), DOMAIN));
  }
  await record.db.execute(sql`update notices set not_before = ${ROUND}::timestamptz`);
  await record.close();

  // One in five fails: refused for now, dropped before the dot, or taken and the answer lost.
  let dots = 0;
  let lost = 0;
  const relay = await scriptedRelay({
    rcpt: (n) => (n % 10 === 3 ? '451 4.7.1 greylisted' : n % 20 === 9 ? 'reset' : '250 ok'),
    dot: () => {
      dots++;
      if (dots % 20 !== 19) return '250 2.0.0 taken';
      lost++;
      return 'reset';
    },
  });
  t.diagnostic(`SEED=${SEED}`);
  for (let kill = 0; kill < 3; kill++) {
    const child = roundProcess(dataDir, relay.url);
    await once(child, 'message');
    const target = relay.mails.length + 10 + ((SEED * (kill + 7)) % Math.floor(READERS / 5));
    while (relay.mails.length < target && child.exitCode === null) await new Promise((soon) => setTimeout(soon, 2));
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
  const last = roundProcess(dataDir, relay.url);
  const [code] = await once(last, 'exit');
  assert.equal(code, 0);

  const copies = new Map<string, number>();
  for (const mail of relay.mails) {
    const id = /^Message-ID: (.*)$/m.exec(mail)?.[1] ?? '';
    copies.set(id, (copies.get(id) ?? 0) + 1);
  }
  const end = await openRecord({ dataDir, ledgerKey: 'secret' });
  const { rows } = (await end.db.execute(sql`select message_id, resends, count(*)::int as notices
    from notices join mails on mails.key = notices.mail where mails.state = 'ACCEPTED' and notices.payload is null
    group by message_id, resends`)) as unknown as { rows: { message_id: string; resends: number; notices: number }[] };
  assert.equal(rows.length, READERS);
  assert.equal(
    rows.reduce((all, row) => all + row.notices, 0),
    NOTICES,
  );
  assert.deepEqual([...copies.keys()].sort(), rows.map((row) => row.message_id).sort());
  // Whoever has a second copy is known: an answer was lost, or a kill came between it and its being written down.
  for (const { message_id, resends } of rows) assert.ok(copies.get(message_id)! <= 1 + resends, message_id);
  t.diagnostic(
    `${relay.mails.length - READERS} second copies; ${lost} answers were lost, and it was killed three times`,
  );
  assert.ok(relay.mails.length - READERS <= lost + 3 * 50);
  await end.close();
  await relay.close();
});
