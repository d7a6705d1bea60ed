// The pages behind mails as a process of their own, as containers run it. Settings come from the environment (docs/operations.md).

import { pino } from 'pino';
import { endOnUncaught, errorFields } from '../client/error-fields.ts';
import { Nodrift } from '../client/nodrift.ts';
import { openKeys, tryKeys } from '../codec/open-keys.ts';
import { readPublicUrl } from '../mail/links.ts';
import { lastWords } from '../record/failures.ts';
import { openRecord } from '../record/open.ts';
import { readConnections } from '../record/postgres.ts';
import { endpointRules } from '../webhooks/endpoint.ts';
import { readTokens } from './api/access-tokens.ts';
import { readApiRate } from './api/serve-api.ts';
import { serveWeb } from './serve.ts';
import { readOidc } from './sign-in/oidc-settings.ts';
import { readTemporalUi } from './temporal-views.ts';

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set (docs/operations.md says what it holds)`);
  return value;
}

/** Reads NODRIFT_PROXIES: how many proxies stand in front. @throws Error with one line for what is no such number */
function readProxies(text = '0'): number {
  const proxies = Number(text || '0');
  if (Number.isInteger(proxies) && proxies >= 0 && proxies <= 5) return proxies;
  throw new Error(`NODRIFT_PROXIES must be a whole number from 0 to 5, not "${text}"`);
}

async function run(): Promise<void> {
  const log = pino({
    level: process.env.NODRIFT_LOG || 'info',
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: errorFields },
  });
  endOnUncaught(log);
  required('DATABASE_URL');
  const publicUrl = readPublicUrl(required('NODRIFT_PUBLIC_URL')) ?? '';
  const keys = await openKeys(process.env);
  await tryKeys(keys);
  const record = await openRecord({
    databaseUrl: process.env.DATABASE_URL,
    databaseConnections: readConnections(process.env.NODRIFT_DATABASE_CONNECTIONS),
    ledgerKey: process.env.NODRIFT_LEDGER_KEY,
    keys: keys.keys,
    encryption: keys.encryption,
  });
  const nodrift = await Nodrift.connect({ keys });
  const web = await serveWeb({
    client: nodrift.client,
    record,
    publicUrl,
    log,
    linkKeys: process.env.NODRIFT_LINK_KEYS,
    mailFrom: process.env.NODRIFT_MAIL_FROM,
    host: process.env.NODRIFT_WEB_HOST || '127.0.0.1',
    port: Number(process.env.NODRIFT_WEB_PORT || 8080),
    smtpUrl: process.env.SMTP_URL,
    mailDomains: process.env.NODRIFT_MAIL_DOMAINS?.split(',').map((domain) => domain.trim()),
    tokens: readTokens(process.env),
    requestsAMinute: readApiRate(process.env.NODRIFT_API_RATE),
    webhooks: endpointRules(process.env.NODRIFT_WEBHOOK_HOSTS, publicUrl),
    gateways: true,
    proxies: readProxies(process.env.NODRIFT_PROXIES),
    oidc: readOidc(process.env),
    temporalUi: readTemporalUi(process.env.TEMPORAL_UI_URL),
    codec: { keys: keys.keys },
  });
  log.info({ url: web.url }, 'web runs');
  await new Promise<void>((done) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => done());
  });
  await web.close();
  await nodrift.close();
  await record.close();
  await keys.close();
}

run().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`nodrift web: ${lastWords(error)}\n`);
    process.exit(1);
  },
);
