// One relay, and how one mail goes to one person through it. Results use the words of the error table (docs/mail.md), never the relay's own.

import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTransport, type SendMailOptions, type SentMessageInfo, type Transporter } from 'nodemailer';
import MailComposer from 'nodemailer/lib/mail-composer/index.js';
import type { SendResult, Sent } from '../record/send-result.ts';
import { addressFault, shown } from './address.ts';
import { deferred, failureOf } from './smtp-failure.ts';

/** A composed mail. Addresses are objects: nodemailer would parse a string, and a name in it could become a second recipient. */
export interface Message {
  readonly from: { readonly name: string; readonly address: string };
  /** The address exactly as the case holds it, and unchecked: this file checks it. */
  readonly to: { readonly name: string; readonly address: string | undefined };
  /** Who answers what is written back. One that is no good address is left out. */
  readonly replyTo?: { readonly name: string; readonly address: string } | undefined;
  /** Where the relays on the way say that it did not arrive. Where absent they tell the sender. */
  readonly returnPath?: string | undefined;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** In angle brackets. It is the same at every attempt. */
  readonly messageId: string;
  /** The id of an invented first mail, by which mail programs group the thread. */
  readonly thread: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly calendar?: { readonly method: 'REQUEST' | 'CANCEL'; readonly content: string } | undefined;
  /** A rehearsal's mail reaches nobody: only a relay on this machine takes it. */
  readonly rehearsal: boolean;
}

/** A message as it goes over the line, made before its time; of no rehearsal. */
export interface Prepared {
  readonly to: string | undefined;
  /** From whom to whom, as it is said to the relay. */
  readonly envelope: { readonly from: string | false; readonly to: string[] };
  /** What the relays on the way are asked to tell. */
  readonly dsn?: SendMailOptions['dsn'];
  readonly mime: string;
}

/** A way to send mail. */
export interface Transport {
  send(message: Message): Promise<SendResult>;
  /** Makes a message ready, dated for when it will go. */
  prepare?(message: Message, date: Date): Promise<Prepared>;
  /** Sends one that was made ready, with the same answers. Half of what a mail costs was spent on making it. */
  sendPrepared?(prepared: Prepared): Promise<SendResult>;
  /** Begins no more mails. Gives those under way `graceMs` (5 s) to finish, then breaks their connections. Each still gets a result. */
  close(graceMs?: number): Promise<void>;
}

export interface SmtpOptions {
  /** `smtp://user:pass@host:587` or `smtps://…`; `?tls=off` for a relay in a private network that speaks none, such as a test catcher. */
  readonly url: string;
  /** Our own name in EHLO. */
  readonly name?: string | undefined;
  /** Mail goes to these domains and those below them only. Empty: to any. */
  readonly domains?: readonly string[] | undefined;
  /** How many mails at once. */
  readonly connections?: number | undefined;
  /** Only tests shorten these. */
  readonly timeouts?:
    | {
        readonly connection?: number;
        readonly greeting?: number;
        readonly socket?: number;
        readonly toDot?: number;
        readonly answer?: number;
      }
    | undefined;
}

/** From the first word to the final dot. A relay that asks the recipient's server first may hang at RCPT. */
const TO_DOT_MS = 60_000;
/** From the dot to the answer: RFC 5321 (4.5.3.2.6) gives the relay ten minutes. */
const ANSWER_MS = 600_000;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i;

/**
 * Opens a relay. The first mail makes the first connection.
 * @throws Error with one line when the URL is not one of a relay
 */
export function openSmtp(options: SmtpOptions): Transport {
  const relay = parseRelay(options.url);
  const domains = options.domains?.map((domain) => domain.trim().toLowerCase()).filter((domain) => domain !== '');
  const slots = Array.from({ length: options.connections ?? 12 }, () => openSlot(relay, options));
  const free = [...slots];
  const waiting: ((slot: Slot) => void)[] = [];
  let closing = false;

  const sendTo = async (address: string | undefined, hand: Hand): Promise<SendResult> => {
    const fault = addressFault(address, domains);
    if (fault === 'domain-not-allowed') return deferred('configuration', fault);
    if (fault) return { outcome: 'refused', code: fault };
    const slot = free.pop() ?? (await new Promise<Slot>((take) => waiting.push(take)));
    try {
      return closing ? deferred('system', 'closing') : await slot.send(hand);
    } finally {
      const next = waiting.shift();
      if (next) next(slot);
      else free.push(slot);
    }
  };

  return {
    async send(message) {
      if (message.rehearsal && !relay.loopback && !addressFault(message.to.address, domains))
        return deferred('configuration', 'rehearsal-relay');
      return sendTo(message.to.address, (relay) => relay.sendMail(envelope(message)));
    },
    async prepare(message, date) {
      const made = new MailComposer({ ...envelope(message), date }).compile();
      const { returnPath, to } = message;
      const dsn = returnPath && { dsn: backTo(returnPath, message).dsn };
      const mime = (await made.build()).toString('latin1');
      return { to: to.address, envelope: made.getEnvelope(), ...dsn, mime };
    },
    sendPrepared: (prepared) => sendTo(prepared.to, (relay) => handedOver(relay, prepared)),
    async close(graceMs = 5_000) {
      closing = true;
      const idle = () => free.length === slots.length;
      for (const end = Date.now() + graceMs; !idle() && Date.now() < end; ) await sleep(20);
      for (const slot of slots) slot.close();
    },
  };
}

interface Relay {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  readonly plain: boolean;
  readonly loopback: boolean;
  readonly auth?: { readonly user: string; readonly pass: string };
}

function parseRelay(text: string): Relay {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url?.hostname || !/^smtps?:$/.test(url.protocol))
    throw new Error('SMTP_URL must look like smtp://user:password@relay.example.gov.uk:587 or smtps://…');
  const secure = url.protocol === 'smtps:';
  const loopback = LOOPBACK.test(url.hostname);
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || (secure ? 465 : 587),
    secure,
    loopback,
    plain: !secure && (loopback || url.searchParams.get('tls') === 'off'),
    ...(url.username && { auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) } }),
  };
}

/** Hands a mail to nodemailer's pool. */
type Hand = (relay: Pool) => Promise<SentMessageInfo>;
type Pool = Transporter<SentMessageInfo>;

/**
 * A message that is made goes to the pool as a transport gets one. By nodemailer's front door it would be composed once more, which takes as much time as
 * sending it.
 */
function handedOver({ transporter }: Pool, { envelope, dsn, mime }: Prepared): Promise<SentMessageInfo> {
  const message = {
    // The pool adds to what it is given.
    getEnvelope: () => ({ ...envelope }),
    messageId: () => '',
    getHeader: () => '',
    createReadStream: () => Readable.from(Buffer.from(mime, 'latin1'), { objectMode: false }),
  };
  return new Promise((sent, failed) => {
    transporter.send({ data: { dsn }, message } as unknown as Parameters<typeof transporter.send>[0], (error, info) =>
      info ? sent(info) : failed(error),
    );
  });
}

interface Slot {
  send(hand: Hand): Promise<SendResult>;
  close(): void;
}

/**
 * One connection that is kept open. It carries one mail at a time, so that its logger tells of that mail alone. Without keeping it, each mail would wait
 * 110 ms for a new one.
 */
function openSlot(relay: Relay, options: SmtpOptions): Slot {
  const { toDot = TO_DOT_MS, answer = ANSWER_MS } = options.timeouts ?? {};
  let bodySent = false;
  let clock: NodeJS.Timeout | undefined;
  let gaveUp = false;
  const silent = () => {};
  // This log entry is the only sign that the body and the dot went out. All texts are dropped, because nodemailer writes addresses into them.
  const info = (entry: { tnx?: string }) => {
    if (entry?.tnx !== 'message') return;
    bodySent = true;
    giveUpIn(answer);
  };
  const open = (): Pool =>
    createTransport({
      pool: true,
      maxConnections: 1,
      // nodemailer's own retries could send a mail twice, and the ledger would not know.
      maxRequeues: 0,
      host: relay.host,
      port: relay.port,
      secure: relay.secure,
      requireTLS: !relay.secure && !relay.plain,
      ignoreTLS: relay.plain,
      ...(relay.auth && { auth: relay.auth }),
      tls: { minVersion: 'TLSv1.2', rejectUnauthorized: true },
      connectionTimeout: options.timeouts?.connection ?? 30_000,
      greetingTimeout: options.timeouts?.greeting ?? 30_000,
      dnsTimeout: 10_000,
      // As long as the answer to the dot may take: who waits less sends duplicates.
      socketTimeout: options.timeouts?.socket ?? ANSWER_MS,
      maxResponseSize: 65_536,
      maxRecipients: 1,
      disableFileAccess: true,
      disableUrlAccess: true,
      ...(options.name && { name: options.name }),
      logger: { level: silent, trace: silent, debug: silent, info, warn: silent, error: silent, fatal: silent },
      debug: false,
      transactionLog: false,
    });
  let transport = open();
  /** Breaks the line, however much the relay still says. A time-out for silence alone lets one that says a word a minute hold a mail for ever. */
  const giveUpIn = (ms: number) => {
    clearTimeout(clock);
    clock = setTimeout(() => {
      gaveUp = true;
      transport.close({ force: true });
      transport = open();
    }, ms);
  };

  return {
    async send(hand) {
      bodySent = false;
      gaveUp = false;
      giveUpIn(toDot);
      try {
        const sent = await hand(transport);
        const rejected = sent.rejectedErrors?.[0];
        // nodemailer reports a mail with rejected recipients as sent. With one recipient that should not happen, and must not look like success.
        if (rejected) return failureOf(rejected, false);
        if (sent.rejected?.length) return deferred('recipient', 'rejected');
        return accepted(sent);
      } catch (error) {
        if (gaveUp && !bodySent) return deferred('recipient', 'slow');
        return failureOf(error, bodySent);
      } finally {
        clearTimeout(clock);
      }
    },
    close: () => transport.close({ force: true }),
  };
}

function accepted(sent: SentMessageInfo): Sent {
  const replyHash = createHash('sha256').update(String(sent.response)).digest('hex').slice(0, 32);
  return { outcome: 'accepted', replyHash, serverMessageId: sent.serverMessageId ?? null };
}

/** Bounces and delays are asked for (RFC 3461), without the words of the mail in them. */
const backTo = (from: string, { to, headers }: Message) => ({
  envelope: { from, to: [{ name: '', address: to.address! }] },
  dsn: {
    id: headers['X-Notification-Id'] ?? '',
    return: 'headers' as const,
    notify: ['failure' as const, 'delay' as const],
    recipient: to.address!,
  },
});

function envelope(message: Message) {
  const { calendar, replyTo } = message;
  return {
    from: { name: shown(message.from.name), address: message.from.address },
    to: [{ name: shown(message.to.name), address: message.to.address! }],
    ...(replyTo && !addressFault(replyTo.address) && { replyTo: { ...replyTo, name: shown(replyTo.name) } }),
    ...(message.returnPath && backTo(message.returnPath, message)),
    subject: shown(message.subject),
    text: message.text,
    html: message.html,
    messageId: message.messageId,
    inReplyTo: message.thread,
    references: [message.thread],
    headers: { ...message.headers, 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    ...(calendar && { icalEvent: { method: calendar.method, filename: 'meeting.ics', content: calendar.content } }),
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
