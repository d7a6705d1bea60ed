// Sends one claimed mail, once: compose, send, write down the result. The activity and the sweeper share it.

import { gotWithinHour, holdLease, TOO_MANY } from '../record/claims.ts';
import type { OpenRecord } from '../record/open.ts';
import type { Claimed } from '../record/said.ts';
import type { SendResult } from '../record/send-result.ts';
import { type Composable, compose } from './compose.ts';
import type { MailSettings } from './mail-settings.ts';
import { settleTogether } from './settling.ts';
import type { Message, Prepared, Transport } from './smtp.ts';
import { deferred } from './smtp-failure.ts';

/** What it takes to send mails. */
export interface Sending {
  readonly record: OpenRecord;
  readonly transport: Transport;
  readonly settings: MailSettings;
  /** So many mails one person gets within an hour, in all cases together; the rest waits. No cap where absent. */
  readonly mostAnHour?: number | undefined;
  readonly log?: MailLog | undefined;
  /** How long a delivery waits for mails that hang; 60 s where absent. Those still under way then write down their results by themselves. */
  readonly patienceMs?: number | undefined;
}

/** A log of codes and ids. No name, no address and no text of a relay may go into it. */
export interface MailLog {
  info(fields: Readonly<Record<string, string | number | boolean>>, message: string): void;
  warn(fields: Readonly<Record<string, string | number | boolean>>, message: string): void;
}

/** How a mail among many is sent. */
export interface AmongMany {
  /** How many mails its reader got within the hour. */
  readonly got: number;
  /** How long its result may wait for those of others to be written down with. */
  readonly gatherMs?: number;
  /** Called with the result as soon as there is one, before it is written down. */
  readonly answered?: (result: SendResult) => void;
}

/**
 * Sends a claimed mail and writes down the result.
 * @throws only when the database fails
 */
export function sendOne(sending: Sending, mail: Claimed, among?: AmongMany): Promise<SendResult> {
  const { underWay } = sending.record;
  const work = sendAndSettle(sending, mail, among).finally(() => underWay.delete(work));
  underWay.add(work);
  return work;
}

async function sendAndSettle(sending: Sending, mail: Claimed, among: AmongMany | undefined): Promise<SendResult> {
  const letGo = holdLease(sending.record, mail);
  try {
    const got = among?.got ?? (await gotAlready(sending, [mail]))(mail);
    const capped = isCounted(sending, mail) && got >= sending.mostAnHour!;
    const result = capped ? deferred('recipient', TOO_MANY) : await sent(sending, mail);
    among?.answered?.(result);
    await writeDown(sending, mail, result, among?.gatherMs);
    return result;
  } finally {
    letGo();
  }
}

async function writeDown(
  { record, log }: Sending,
  mail: Claimed,
  result: SendResult,
  gatherMs?: number,
): Promise<void> {
  const fields = () => ({
    mail: mail.messageId,
    case: casesOf(mail),
    attempts: mail.attempts,
    outcome: result.outcome,
  });
  const waits = (code: string) =>
    log?.warn(
      { ...fields(), code },
      'the relay took this mail; writing that down failed, and is tried again until it succeeds',
    );
  const counts = await settleTogether(record, { mail, result }, waits, gatherMs);
  if (!counts) log?.warn(fields(), 'somebody else took this mail over, so this result is not used');
  else if (result.outcome === 'deferred')
    log?.warn({ ...fields(), class: result.class, code: result.code, unknown: result.afterDot }, saying(result.class));
  else if (result.outcome === 'refused') log?.warn({ ...fields(), code: result.code }, refusedBecause(result.code));
}

/** Which cases speak in a mail, for the log. */
const casesOf = ({ notices }: Claimed): string => [...new Set(notices.map(({ caseId }) => caseId))].join(' ');

/** A fault could write to one person without end. A rehearsal may: it reaches nobody. */
const isCounted = ({ mostAnHour }: Sending, { reader, notices }: Claimed): boolean =>
  mostAnHour !== undefined && reader !== null && !notices[0]?.payload?.case.rehearsal;

/** How many mails the readers of these got within the hour, each counting those of the list before it. */
export async function gotAlready(sending: Sending, mails: readonly Claimed[]): Promise<(mail: Claimed) => number> {
  const counted = mails.filter((mail) => isCounted(sending, mail));
  const got = await gotWithinHour(sending.record, [...new Set(counted.map(({ reader }) => reader!))]);
  const before = new Map<string, number>();
  for (const { key, reader } of counted) {
    const so = got.get(reader!) ?? 0;
    before.set(key, so);
    got.set(reader!, so + 1);
  }
  return ({ key }) => before.get(key) ?? 0;
}

async function sent({ transport, settings, record }: Sending, mail: Claimed): Promise<SendResult> {
  try {
    const prepared = preparedOf(mail);
    if (prepared && transport.sendPrepared) return await transport.sendPrepared(prepared);
    return await transport.send(await composed({ settings, record }, mail));
  } catch {
    // We must repair a mail that cannot be composed. It waits, and the operators are told.
    return { outcome: 'deferred', class: 'configuration', code: 'compose', afterDot: false };
  }
}

/** A mail in the words of its authority. */
export async function composed(
  { settings, record }: Pick<Sending, 'settings' | 'record'>,
  mail: Composable,
): Promise<Message> {
  const authority = mail.notices[0]?.payload?.case.authority;
  const labels = authority === undefined ? undefined : await settings.labels?.(authority);
  return compose(mail, settings, record.ledgerKey, labels);
}

/** The message that was made before its time: a mail was claimed with it only if it still says what is to be said. */
const preparedOf = ({ composed }: Claimed): Prepared | undefined =>
  composed === null ? undefined : (JSON.parse(composed) as Prepared);

const saying = (kind: 'system' | 'configuration' | 'recipient' | 'content'): string =>
  kind === 'configuration' || kind === 'content'
    ? 'mail waits for an operator: see the code in docs/mail.md'
    : 'mail deferred, it will be tried again';

const refusedBecause = (code: string): string =>
  code === 'bad-address' || code === 'no-address' ? 'the address is malformed or missing' : 'the address is dead';
