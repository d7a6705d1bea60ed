// The small SMTP server at which a relay hands over what comes back. It knows the addresses that Nodrift made and refuses every other; it sends nothing.

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerDataStream } from 'smtp-server';
import type { ReplyDesk } from './replies.ts';
import type { ReadCertificate } from './reply-tls.ts';

/** A calendar's answer is a few kilobytes, a bounce with the headers of a mail not many more. */
const LARGEST_MAIL = 1024 * 1024;
const CONNECTIONS = 20;
const IDLE_MS = 30_000;
/** Whoever says a word now and then is cut off all the same. */
const CONNECTION_MS = 5 * 60_000;

export interface ReplyListener {
  readonly port: number;
  close(): Promise<void>;
}

/** An address to listen at. */
export interface ListenAt {
  readonly host: string;
  readonly port: number;
  /** With it everything that is said is said by STARTTLS; without it in plain, behind a relay in a network of one's own. */
  readonly certificate?: ReadCertificate | undefined;
}

/** Reads `2525`, on this machine alone, or `0.0.0.0:2525`. @throws Error with one line for what is neither */
export function readReplyPort(text: string | undefined): ListenAt | undefined {
  if (!text?.trim()) return undefined;
  const [, host = '127.0.0.1', digits] = /^(?:(.+):)?(\d{1,5})$/.exec(text.trim()) ?? [];
  const port = Number(digits);
  if (digits !== undefined && port <= 65_535) return { host: host.replace(/^\[|\]$/g, ''), port };
  throw new Error(`NODRIFT_REPLY_PORT must be a port, or an address and a port such as 0.0.0.0:2525, not "${text}"`);
}

/** Whoever renews certificates does so days before they end. */
const CERTIFICATE_EVERY_MS = 3_600_000;

/** @throws Error with one line where the port cannot be had */
export async function startReplyListener(
  desk: ReplyDesk,
  { host, port, certificate }: ListenAt,
): Promise<ReplyListener> {
  const smtp = new SMTPServer({
    name: 'nodrift',
    banner: 'answers only',
    // Without a certificate of its own it has the library's, which nobody can know.
    disabledCommands: certificate ? ['AUTH'] : ['AUTH', 'STARTTLS'],
    ...certificate?.(),
    minVersion: 'TLSv1.2',
    disableReverseLookup: true,
    size: LARGEST_MAIL,
    maxClients: CONNECTIONS,
    socketTimeout: IDLE_MS,
    closeTimeout: 1_000,
    onMailFrom(_address, { secure }, callback) {
      callback(certificate && !secure ? answer(530, '5.7.0 say STARTTLS first') : null);
    },
    onRcptTo({ address }, session, callback) {
      // One at a time: each is answered for itself, and a mail of ours went to one person.
      if (session.envelope.rcptTo.length > 0) callback(answer(452, '4.5.3 one recipient at a time'));
      else callback(refusal(desk.refuses(address)));
    },
    onData(stream, session, callback) {
      const [to] = session.envelope.rcptTo;
      read(stream)
        .then((raw) => (raw ? desk.take(to!.address, raw) : { code: 552, message: '5.3.4 the mail is too large' }))
        .then((refused) => callback(refusal(refused), '2.0.0 taken'), callback);
    },
  });
  smtp.on('error', () => {}); // Connections break; nobody need know.
  smtp.server.on('connection', (socket) => {
    const clock = setTimeout(() => socket.destroy(), CONNECTION_MS).unref();
    socket.once('close', () => clearTimeout(clock));
  });
  const renewing =
    certificate &&
    setInterval(() => {
      try {
        smtp.updateSecureContext(certificate());
      } catch {
        // What is half written is read the next time; until then the old one is good.
      }
    }, CERTIFICATE_EVERY_MS).unref();
  smtp.server.listen(port, host);
  await once(smtp.server, 'listening').catch((error: NodeJS.ErrnoException) => {
    throw new Error(
      `port ${port} on ${host}, for answers by mail, cannot be had (${error.code}): set NODRIFT_REPLY_PORT`,
    );
  });
  return {
    port: (smtp.server.address() as AddressInfo).port,
    close: () => {
      clearInterval(renewing);
      return new Promise((done) => smtp.close(done));
    },
  };
}

const answer = (responseCode: number, message: string): Error => Object.assign(new Error(message), { responseCode });
const refusal = (refused: { readonly code: number; readonly message: string } | undefined): Error | undefined =>
  refused && answer(refused.code, refused.message);

/** The whole mail, or undefined when it is too large: SMTP wants the rest of such a mail read all the same, and it is dropped. */
async function read(stream: SMTPServerDataStream): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) if (stream.byteLength <= LARGEST_MAIL) chunks.push(chunk);
  return stream.sizeExceeded ? undefined : Buffer.concat(chunks);
}
