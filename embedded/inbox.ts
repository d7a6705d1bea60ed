// The mail inbox that stands in for a mail relay. It takes every mail by SMTP on the loopback address, keeps it, and shows it on a page.
// Imported by embedded/start.ts and test/support.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { SMTPServer, type SMTPServerDataStream } from 'smtp-server';
import type { ReplyDesk } from '../mail/replies.ts';
import { fenced } from './fence.ts';
import { inboxPage } from './inbox-page.ts';
import { type InboxMessage, InboxStore } from './inbox-store.ts';
import { UserError } from './user-error.ts';

export type { InboxMessage } from './inbox-store.ts';

const HOST = '127.0.0.1';
const HOUR_MS = 3_600_000;
const LARGEST_MAIL = 10 * 1024 * 1024;

/** Refuses a recipient (5xx) or puts them off (4xx); undefined accepts. */
export type Answer = (recipient: string) => undefined | { code: number; message: string };

export interface InboxOptions {
  /** Where mails are kept. The mails of an earlier run in it are shown too. */
  dir: string;
  /** 0 takes any free port. */
  smtpPort: number;
  webPort: number;
  answer?: Answer;
  onMessage?: (message: InboxMessage) => void;
  /** How many mails are kept; the oldest make room. 10,000 by default. */
  most?: number;
  /** For how many days; 7 by default. */
  days?: number;
  /** A command that makes mails come, shown while there are none. */
  tryThis?: string;
  /** Gets a line when a connection fails. By default nobody is told: clients come and go. */
  log?: (line: string) => void;
}

export interface Inbox {
  smtpPort: number;
  webUrl: string;
  /** May be set and unset at any time. */
  answer: Answer | undefined;
  /** Takes what is sent to its addresses, besides showing it. May be set at any time. */
  replies: ReplyDesk | undefined;
  /** Sends a morning round and says what became of it; its button is shown once this is set. */
  round: (() => Promise<string>) | undefined;
  /** Every mail so far, in the order of arrival. */
  messages(): Promise<InboxMessage[]>;
  /** A mail exactly as it came. */
  raw(id: string): Promise<Buffer>;
  /** The first mail, already here or still to come, that the predicate accepts. Throws after `timeoutMs`. */
  waitFor(predicate: (message: InboxMessage) => boolean, timeoutMs: number): Promise<InboxMessage>;
  close(): Promise<void>;
}

/** Starts both servers on 127.0.0.1, and returns when both listen. @throws UserError when a port is taken */
export async function startInbox(options: InboxOptions): Promise<Inbox> {
  const { log = () => {} } = options;
  const store = await InboxStore.open(options.dir, options.most, options.days);
  const forgetting = setInterval(() => {
    store.forgetOld(new Date()).catch((error) => log(`Old mails could not be deleted: ${error.message}`));
  }, HOUR_MS).unref();
  const waiting = new Set<(message: InboxMessage) => void>();
  const arrived = (message: InboxMessage) => {
    for (const one of [...waiting]) one(message);
    options.onMessage?.(message);
  };
  const smtp = smtpServer({ store, log, arrived, now: () => inbox });
  const web = createServer(
    fenced(getRequestListener(inboxPage(store, { tryThis: options.tryThis, round: () => inbox.round }).fetch)),
  );
  const smtpPort = await listen(smtp.server, options.smtpPort, 'the inbox (SMTP)');
  const webPort = await listen(web, options.webPort, "the inbox's page").catch(async (error) => {
    await new Promise<void>((resolve) => smtp.close(resolve));
    throw error;
  });

  const inbox: Inbox = {
    smtpPort,
    webUrl: `http://${HOST}:${webPort}`,
    answer: options.answer,
    replies: undefined,
    round: undefined,
    messages: async () => store.all(),
    raw: (id) => store.raw(id),
    waitFor: (predicate, timeoutMs) => waitedFor(store, waiting, predicate, timeoutMs),
    close: async () => {
      clearInterval(forgetting);
      web.closeAllConnections();
      await Promise.all([new Promise<void>((done) => smtp.close(done)), new Promise((done) => web.close(done))]);
    },
  };
  return inbox;
}

interface Taking {
  readonly store: InboxStore;
  readonly log: (line: string) => void;
  readonly arrived: (message: InboxMessage) => void;
  /** How the inbox is set now: `answer` and `replies` may change at any time. */
  readonly now: () => Pick<Inbox, 'answer' | 'replies'>;
}

function smtpServer({ store, log, arrived, now }: Taking): SMTPServer {
  /** Answers to mails of ours are shown like every mail, and taken. */
  const takeReply = async (raw: Buffer, to: readonly string[]) => {
    const { replies } = now();
    for (const address of to) {
      const refused = replies?.isHere(address) && (await replies.take(address, raw));
      if (refused) return refused;
    }
    return undefined;
  };
  const smtp = new SMTPServer({
    name: 'inbox.nodrift',
    banner: 'everything stays on this machine',
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: LARGEST_MAIL,
    closeTimeout: 100, // otherwise close() waits half a minute for a sender's idle pool
    onRcptTo({ address }, _session, callback) {
      const refused = now().answer?.(address);
      callback(refused && smtpError(refused.code, refused.message));
    },
    onData(stream, { envelope: { mailFrom, rcptTo } }, callback) {
      const envelope = { from: mailFrom ? mailFrom.address : '', to: rcptTo.map(({ address }) => address) };
      const take = async () => {
        const raw = await read(stream);
        if (!raw) throw smtpError(552, '5.3.4 the mail is too large');
        const message = await store.keep(raw, envelope).catch((error) => {
          log(`A mail could not be kept: ${error.message}`);
          throw smtpError(452, '4.3.1 the mail could not be kept');
        });
        return { message, refused: await takeReply(raw, envelope.to) };
      };
      take().then(({ message, refused }) => {
        if (refused) callback(smtpError(refused.code, refused.message));
        else callback(null, `2.0.0 kept as ${message.id}`);
        arrived(message);
      }, callback);
    },
  });
  smtp.on('error', (error) => log(`Inbox: ${error.message}`));
  return smtp;
}

const smtpError = (responseCode: number, message: string): Error => Object.assign(new Error(message), { responseCode });

/** The first mail, already here or still to come, that the predicate accepts. */
function waitedFor(
  store: InboxStore,
  waiting: Set<(message: InboxMessage) => void>,
  predicate: (message: InboxMessage) => boolean,
  timeoutMs: number,
): Promise<InboxMessage> {
  return new Promise((resolve, reject) => {
    const there = store.all().find(predicate);
    if (there) return resolve(there);
    const done = () => {
      clearTimeout(timer);
      waiting.delete(arrived);
    };
    const arrived = (message: InboxMessage) => {
      if (!predicate(message)) return;
      done();
      resolve(message);
    };
    const timer = setTimeout(() => {
      done();
      const here = store.all().map(({ subject, envelope }) => `  ${subject} → ${envelope.to.join(', ')}`);
      reject(
        new Error(`no such mail within ${timeoutMs} ms; the inbox has ${here.length}:\n${here.slice(-20).join('\n')}`),
      );
    }, timeoutMs);
    waiting.add(arrived);
  });
}

/** The whole mail, or undefined when it is too large. SMTP wants the rest of such a mail to be read all the same; it is dropped. */
async function read(stream: SMTPServerDataStream): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) if (stream.byteLength <= LARGEST_MAIL) chunks.push(chunk);
  return stream.sizeExceeded ? undefined : Buffer.concat(chunks);
}

async function listen(server: Server, port: number, what: string): Promise<number> {
  server.listen(port, HOST);
  await once(server, 'listening').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    throw new UserError(`Port ${port} on ${HOST}, for ${what}, is taken. Stop what uses it, or choose another port.`);
  });
  return (server.address() as AddressInfo).port;
}
