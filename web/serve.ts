// The web app on a socket, as `npm start` and the process of its own run it.

import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import type { Client } from '@temporalio/client';
import type { Context } from 'hono';
import type { Logger } from 'pino';
import { Nodrift } from '../client/nodrift.ts';
import type { CaseKeys } from '../codec/case-keys.ts';
import { payloadCodec } from '../codec/payload-codec.ts';
import type { Policy } from '../domain/policy/policy.ts';
import { fromEpochMs } from '../domain/time/calendar.ts';
import { feedBehind, feedPath } from '../mail/calendar-feed.ts';
import { codeMail } from '../mail/code-mail.ts';
import { labelsOf, policyOrDefaults } from '../mail/labels.ts';
import { formSecret, type LinkKeys, linkEvents, linkKeys } from '../mail/link-token.ts';
import { type MailSettings, mailSettings } from '../mail/mail-settings.ts';
import { receiptMail } from '../mail/receipt-mail.ts';
import { openSmtp, type Transport } from '../mail/smtp.ts';
import { feedTokenOf, revokeFeed } from '../record/calendars.ts';
import { authorities, inForce } from '../record/in-force.ts';
import { wasJustSent } from '../record/just-sent.ts';
import { isCode, keepCode } from '../record/link-codes.ts';
import { whereTo } from '../record/mail-ids.ts';
import type { OpenRecord } from '../record/open.ts';
import { placeOf } from '../record/read.ts';
import type { EndpointRules } from '../webhooks/endpoint.ts';
import type { Tokens } from './api/access-tokens.ts';
import { servedApi } from './api/serve-api.ts';
import { webApp } from './app.ts';
import type { Calendars } from './calendar-page.ts';
import type { Codes } from './codes.ts';
import type { Doing } from './do.ts';

import type { Setting } from './setting.ts';
import type { OidcSettings } from './sign-in/oidc-settings.ts';
import { servedSignIn } from './sign-in/serve-sign-in.ts';

export interface ServeOptions {
  readonly client: Client;
  readonly record: OpenRecord;
  /** Where people reach it, and what mails say. */
  readonly publicUrl: string;
  readonly linkKeys?: string | undefined;
  /** The sender of mails, as the workers have it: entries in a calendar feed are those of the mails. */
  readonly mailFrom?: string | undefined;
  readonly host: string;
  readonly port: number;
  /** It answers to its own address and `localhost` only: for pages that are not behind a proxy. */
  readonly onlyHere?: boolean | undefined;
  /** How many proxies stand in front: the address of who asks is that which the outermost of them saw. */
  readonly proxies?: number | undefined;
  /** The relay that codes are mailed by; without it nothing that needs one is recorded. */
  readonly smtpUrl?: string | undefined;
  readonly mailDomains?: readonly string[] | undefined;
  /** Mails pass gateways that open links and send forms: what is answered within seconds of a mail does not count. */
  readonly gateways?: boolean | undefined;
  /** The authority's own sign-in, beside links. */
  readonly oidc?: OidcSettings | undefined;
  /** Tokens that services may show beside keys. */
  readonly tokens?: Tokens | undefined;
  /** Requests a minute of one caller of the API; the usual where absent. */
  readonly requestsAMinute?: number | undefined;
  /** Where webhooks may go beside public addresses, as the workers have it. */
  readonly webhooks?: EndpointRules | undefined;
  /** Where operators look at cases. */
  readonly temporalUi?: string | undefined;
  /** What opens there what is sealed, for operators; with it and `temporalUi` there is a codec server. */
  readonly codec?: { readonly keys: CaseKeys; readonly uiToken?: string | undefined } | undefined;
  readonly log: Logger;
}

export interface ServedWeb {
  readonly url: string;
  close(): Promise<void>;
}

/** Nobody reads a mail, opens its link and answers in less; gateways do. */
const PROGRAM_S = 10;

/** What is under way when the app is stopped is waited for so long, then cut off. */
const ANSWERS_WITHIN_MS = 5_000;

/** Starts it, and returns when it listens. @throws Error with one line when the port is taken or the keys cannot be used */
export async function serveWeb(options: ServeOptions): Promise<ServedWeb> {
  const { client, record, publicUrl, host, port, log, proxies = 0 } = options;
  const keys = await linkKeys(record, options.linkKeys);
  const relay = options.smtpUrl ? openSmtp({ url: options.smtpUrl, domains: options.mailDomains }) : undefined;
  const settings = mailSettings(record, options.mailFrom);
  const standsOn = {
    cases: new Nodrift(client),
    keys,
    publicUrl,
    now: () => new Date(),
    settingOf: (caseId: string) => settingOf(record, caseId),
  };
  const { namespace } = client.options;
  const temporalUi = options.temporalUi ? { url: options.temporalUi, namespace } : undefined;
  const signIn = servedSignIn({ ...standsOn, record, relay, settings, temporalUi, oidc: options.oidc, log });
  const app = webApp({
    codes: relay && codesBy(relay, record, keys, settings),
    receipt: relay && receiptsBy(relay, publicUrl, settings, log),
    justSent: options.gateways
      ? ({ caseId, me }) => wasJustSent(record, { caseId, person: me.id, seconds: PROGRAM_S })
      : undefined,
    ...standsOn,
    signIn,
    api: servedApi({
      ...standsOn,
      record,
      tokens: options.tokens,
      requestsAMinute: options.requestsAMinute,
      webhooks: options.webhooks,
    }),
    codec:
      options.codec && temporalUi
        ? {
            origins: originsOf(temporalUi.url, options.onlyHere),
            codec: payloadCodec({ keys: options.codec.keys, namespace }),
            ...{ namespace, uiToken: options.codec.uiToken },
            authorityOf: async (caseId) => (await placeOf(record, caseId))?.authority,
          }
        : undefined,
    policies: () => policiesInForce(record),
    calendars: calendarsOf(record, options.mailFrom),
    hosts: options.onlyHere ? [`127.0.0.1:${port}`, `localhost:${port}`] : undefined,
    addressOf: (c) => addressOf(c, proxies),
    log: (line) => log.info(line, 'request'),
    failed: (err) => log.error({ err }, 'a page failed'),
    ready: async () => {
      await Promise.all([client.workflowService.getSystemInfo({}), record.db.execute('select 1')]);
      return true;
    },
  });
  const server = createServer(getRequestListener(app.fetch));
  server.listen(port, host);
  await once(server, 'listening').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    throw new Error(`port ${port} on ${host}, for the pages, is taken: stop what uses it, or set another`);
  });
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    close: async () => {
      // What is being answered may still record, and its mails may still go: the relay is closed after it.
      const answered = once(server, 'close');
      server.close();
      await Promise.race([answered, sleep(ANSWERS_WITHIN_MS, undefined, { ref: false })]);
      await signIn.auth.settled();
      await relay?.close();
      server.closeAllConnections();
      await answered;
    },
  };
}

/** How browsers name the pages of Temporal UI; on this machine by both its names. */
function originsOf(url: string, onlyHere = false): readonly string[] {
  const { origin, port, protocol } = new URL(url);
  return onlyHere ? ['127.0.0.1', 'localhost'].map((name) => `${protocol}//${name}:${port}`) : [origin];
}

/** @throws Error with one line for a sender that cannot be used */
function calendarsOf(record: OpenRecord, mailFrom: string | undefined): Calendars {
  const { sender, labels } = mailSettings(record, mailFrom);
  const readerOf = (authority: string, address: string) => whereTo(record.ledgerKey, authority, address).reader;
  return {
    feedBehind: (token) => feedBehind(record, token, { sender, labels, now: fromEpochMs(Date.now()) }),
    pathOf: async (authority, address) =>
      feedPath(record.ledgerKey, await feedTokenOf(record, readerOf(authority, address), authority)),
    renew: (authority, address) => revokeFeed(record, readerOf(authority, address)),
  };
}

/** Codes in the record, mailed by a relay. */
function codesBy(relay: Transport, record: OpenRecord, keys: LinkKeys, settings: MailSettings): Codes {
  return {
    secret: formSecret(keys),
    keep: (answer, code) => keepCode(record, answer, code),
    is: (answer, code) => isCode(record, answer, code),
    async send({ me, link }, code) {
      if (!me.email) return false;
      const { outcome } = await relay.send(
        codeMail({ name: me.name, email: me.email }, { ref: link.ref, code }, settings),
      );
      return outcome === 'accepted';
    },
  };
}

/** Mails of what was recorded by links. They are no notices: one that is lost is not sent again. */
function receiptsBy(
  relay: Transport,
  publicUrl: string,
  settings: MailSettings,
  log: Logger,
): NonNullable<Doing['receipt']> {
  return ({ me, link, before }, receipt) => {
    if (!me.email) return;
    const event = `${linkEvents(link)}${before.length}`;
    const message = receiptMail({ name: me.name, email: me.email }, { ref: link.ref, event }, receipt, {
      publicUrl,
      settings,
    });
    relay.send(message).then(
      ({ outcome }) => {
        if (outcome !== 'accepted') log.warn({ outcome }, 'a mail of what was recorded by a link did not go');
      },
      (err) => log.error({ err }, 'a mail of what was recorded by a link did not go'),
    );
  };
}

/** What an authority says of a case. @throws RecordUnavailable */
async function settingOf(record: OpenRecord, caseId: string): Promise<Setting | undefined> {
  const place = await placeOf(record, caseId);
  if (!place) return undefined;
  const { authority, siblings } = place;
  const policy = await policyOrDefaults(record, authority);
  const { calendar } = await inForce(record, authority);
  return { authority, siblings, policy, calendar, labels: labelsOf(policy) };
}

/** @throws RecordUnavailable */
async function policiesInForce(record: OpenRecord): Promise<readonly Policy[]> {
  const names = await authorities(record);
  return Promise.all(names.map(async (name) => (await inForce(record, name)).policy));
}

/** Who asks. Each proxy adds the address it saw at the end; what stands before those may be made up. */
function addressOf(c: Context, proxies: number): string {
  const incoming = (c.env as Partial<HttpBindings>).incoming as IncomingMessage | undefined;
  const seen = [
    ...(c.req.header('x-forwarded-for') ?? '')
      .split(',')
      .map((one) => one.trim())
      .filter(Boolean),
    incoming?.socket.remoteAddress ?? '',
  ];
  return seen.at(-1 - proxies) ?? seen[0] ?? '';
}
