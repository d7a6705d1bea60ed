// Sends one claimed mail, once: compose, send, write down the result. The activity and the sweeper share it.

import { type Claimed, gotWithinHour, holdLease, TOO_MANY } from '../record/claims.ts';
import type { OpenRecord } from '../record/open.ts';
import type { SendResult } from '../record/send-result.ts';
import { settleSurely } from '../record/settle.ts';
import { compose } from './compose.ts';
import type { MailSettings } from './mail-settings.ts';
import type { Transport } from './smtp.ts';
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

/**
 * Sends a claimed mail and writes down the result.
 * @returns whether the relay answers nobody
 * @throws only when the database fails
 */
export function sendOne(sending: Sending, mail: Claimed): Promise<{ relayDown: boolean }> {
  const { underWay } = sending.record;
  const work = sendAndSettle(sending, mail).finally(() => underWay.delete(work));
  underWay.add(work);
  return work;
}

async function sendAndSettle(sending: Sending, mail: Claimed) {
  const { record, transport, settings } = sending;
  const letGo = holdLease(record, mail);
  try {
    const result = (await isCapped(sending, mail))
      ? deferred('recipient', TOO_MANY)
      : await sent(transport, settings, record.ledgerKey, mail);
    await writeDown(sending, mail, result);
    return { relayDown: result.outcome === 'deferred' && result.relayDown === true };
  } finally {
    letGo();
  }
}

async function writeDown({ record, log }: Sending, mail: Claimed, result: SendResult): Promise<void> {
  const fields = { mail: mail.messageId, case: casesOf(mail), attempts: mail.attempts, outcome: result.outcome };
  const counts = await settleSurely(record, [{ mail, result }], (code) =>
    log?.warn(
      { ...fields, code },
      'the relay took this mail; writing that down failed, and is tried again until it succeeds',
    ),
  );
  if (!counts.has(mail.key)) log?.warn(fields, 'somebody else took this mail over, so this result is not used');
  else if (result.outcome === 'deferred')
    log?.warn({ ...fields, class: result.class, code: result.code, unknown: result.afterDot }, saying(result.class));
  else if (result.outcome === 'refused') log?.warn({ ...fields, code: result.code }, refusedBecause(result.code));
}

/** Which cases speak in a mail, for the log. */
const casesOf = ({ notices }: Claimed): string => [...new Set(notices.map(({ caseId }) => caseId))].join(' ');

/** A fault could write to one person without end. A rehearsal may: it reaches nobody. */
async function isCapped({ record, mostAnHour }: Sending, { reader, notices }: Claimed): Promise<boolean> {
  if (mostAnHour === undefined || reader === null || notices[0]?.payload?.case.rehearsal) return false;
  return (await gotWithinHour(record, reader)) >= mostAnHour;
}

async function sent(transport: Transport, settings: MailSettings, secret: Buffer, mail: Claimed): Promise<SendResult> {
  try {
    const authority = mail.notices[0]?.payload?.case.authority;
    const labels = authority === undefined ? undefined : await settings.labels?.(authority);
    return await transport.send(compose(mail, settings, secret, labels));
  } catch {
    // We must repair a mail that cannot be composed. It waits, and the operators are told.
    return { outcome: 'deferred', class: 'configuration', code: 'compose', afterDot: false };
  }
}

const saying = (kind: 'system' | 'configuration' | 'recipient' | 'content'): string =>
  kind === 'configuration' || kind === 'content'
    ? 'mail waits for an operator: see the code in docs/mail.md'
    : 'mail deferred, it will be tried again';

const refusedBecause = (code: string): string =>
  code === 'bad-address' || code === 'no-address' ? 'the address is malformed or missing' : 'the address is dead';
