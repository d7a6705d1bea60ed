// Makes the first key of an installation, for whoever has its database: `node --import tsx web/first-key.ts`. Prints it, once. From then on keys make
// keys, by the API.

import { parseArgs } from 'node:util';
import { openKeys } from '../codec/open-keys.ts';
import { makeKey } from '../record/api-keys.ts';
import { keepAudit } from '../record/audit.ts';
import { openRecord } from '../record/open.ts';
import { readConnections } from '../record/postgres.ts';
import { SCOPES } from '../record/scopes.ts';

async function run(): Promise<void> {
  const { values } = parseArgs({ options: { name: { type: 'string', default: 'first key' } } });
  const databaseUrl = process.env.DATABASE_URL;
  if (!databaseUrl) throw new Error('DATABASE_URL is not set (docs/operations.md says what it holds)');
  // The audit is chained with a secret of the record, which is sealed.
  const keys = await openKeys(process.env);
  const record = await openRecord({
    databaseUrl,
    databaseConnections: readConnections(process.env.NODRIFT_DATABASE_CONNECTIONS),
    ledgerKey: process.env.NODRIFT_LEDGER_KEY,
    keys: keys.keys,
    encryption: keys.encryption,
  }).catch(async (error: unknown) => {
    await keys.close();
    throw error;
  });
  try {
    const madeBy = 'operator';
    const { key, text } = await makeKey(record, { name: values.name, scopes: SCOPES, authorities: 'all', madeBy });
    await keepAudit(record, { who: madeBy, did: 'make key', what: `key:${key.id}`, outcome: 'done', from: '' });
    process.stdout.write(`${text}\n`);
    process.stderr.write(
      'This key may do everything, and is shown once. Make lesser ones with it: nodrift api-keys create\n',
    );
  } finally {
    await record.close();
    await keys.close();
  }
}

run().catch((error: unknown) => {
  process.stderr.write(`nodrift first-key: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
