// The worker as a process of its own, as containers run it. Settings come from the environment (docs/operations.md).

import { createServer } from 'node:http';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { endOnUncaught } from '../client/error-fields.ts';
import { openKeys, tryKeys } from '../codec/open-keys.ts';
import { readPublicUrl } from '../mail/links.ts';
import { readMailsAnHour } from '../mail/mail-settings.ts';
import { type ListenAt, readReplyPort } from '../mail/reply-listener.ts';
import { readReplyTls } from '../mail/reply-tls.ts';
import { lastWords } from '../record/failures.ts';
import { readConnections } from '../record/postgres.ts';
import { endpointRules } from '../webhooks/endpoint.ts';
import { createLog, installRuntime } from './log.ts';
import { type Service, startService } from './service.ts';

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set (docs/operations.md says what it holds)`);
  return value;
}

/** Where answers by mail are handed over, and with which certificate. @throws Error with one line */
function replyAt(): ListenAt | undefined {
  const at = readReplyPort(process.env.NODRIFT_REPLY_PORT);
  const certificate = readReplyTls(process.env.NODRIFT_REPLY_TLS_CERT, process.env.NODRIFT_REPLY_TLS_KEY);
  return at && { ...at, certificate };
}

/** `/livez`: the process runs. `/readyz`: it polls, and the record answers. The relay does not count: timers run without it. */
async function startHealth(service: Service): Promise<void> {
  const port = Number(process.env.PORT ?? 8090);
  const server = createServer((request, response) => {
    const answer = (status: number) => response.writeHead(status).end();
    if (request.url === '/livez') answer(200);
    else if (request.url === '/readyz')
      service.ready().then(
        () => answer(200),
        () => answer(503),
      );
    else answer(404);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', () =>
      reject(new Error(`port ${port}, for health, cannot be had: set PORT to one that is free`)),
    );
    server.listen(port, resolve);
  });
}

async function run(): Promise<void> {
  const log = createLog();
  installRuntime(log);
  endOnUncaught(log);
  const { connectionOptions, namespace } = loadClientConnectConfig();
  const publicUrl = readPublicUrl(process.env.NODRIFT_PUBLIC_URL);
  const keys = await openKeys(process.env);
  // A worker that cannot read its cases would fail each of their tasks: it says so here, and does not start.
  await tryKeys(keys);
  if (keys.encryption !== 'required')
    log.warn({ encryption: keys.encryption }, 'encryption is not required: see docs/keys.md');
  const service = await startService({
    temporal: connectionOptions,
    namespace: namespace ?? 'default',
    keys: keys.keys,
    encryption: keys.encryption,
    databaseUrl: required('DATABASE_URL'),
    databaseConnections: readConnections(process.env.NODRIFT_DATABASE_CONNECTIONS),
    ledgerKey: process.env.NODRIFT_LEDGER_KEY,
    publicUrl,
    webhooks: endpointRules(process.env.NODRIFT_WEBHOOK_HOSTS, publicUrl),
    linkKeys: process.env.NODRIFT_LINK_KEYS,
    smtpUrl: required('SMTP_URL'),
    mailFrom: process.env.NODRIFT_MAIL_FROM,
    mailDomains: process.env.NODRIFT_MAIL_DOMAINS?.split(',').map((domain) => domain.trim()),
    operators: process.env.NODRIFT_OPERATORS,
    replyDomain: process.env.NODRIFT_REPLY_DOMAIN,
    replyAt: replyAt(),
    mailsAnHour: readMailsAnHour(process.env.NODRIFT_MAILS_AN_HOUR),
    rollOut: false,
    // Shorter than the stop_grace_period in docker-compose.yml.
    graceSeconds: 60,
    log,
  });
  await startHealth(service);
  log.info({ buildId: service.buildId }, 'worker runs');
  const asked = new Promise<undefined>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(undefined));
  });
  const failure = await Promise.race([asked, service.failed]);
  await service.stop();
  await keys.close();
  if (failure) throw failure;
}

run().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`nodrift worker: ${lastWords(error)}\n`);
    process.exit(1);
  },
);
