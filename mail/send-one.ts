// Sends one claimed mail, once, with those of siblings that say the same: compose, send, write down the result. The activity and the sweeper share it.

import type { OpenRecord } from '../record/open.ts';
import { claimTogether, gotWithinHour, holdLease, type LedgerRow, settleSurely, TOO_MANY } from '../record/outbox.ts';
import type { SendResult } from '../record/send-result.ts';
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
 * Sends a claimed row and writes down the result.
 * @returns whether the relay answers nobody
 * @throws only when the database fails
 */
export function sendOne(sending: Sending, row: LedgerRow): Promise<{ relayDown: boolean }> {
  const { underWay } = sending.record;
  const work = sendAndSettle(sending, row).finally(() => underWay.delete(work));
  underWay.add(work);
  return work;
}

async function sendAndSettle(sending: Sending, claimed: LedgerRow) {
  const { record, transport, settings } = sending;
  const rows = await claimTogether(record, claimed);
  const letGo = rows.map((row) => holdLease(record, row));
  try {
    const result = (await isCapped(sending, claimed))
      ? deferred('recipient', TOO_MANY)
      : await sent(transport, settings, record.ledgerKey, rows);
    for (const row of rows) await writeDown(sending, row, result);
    return { relayDown: result.outcome === 'deferred' && result.relayDown === true };
  } finally {
    for (const one of letGo) one();
  }
}

async function writeDown({ record, log }: Sending, row: LedgerRow, result: SendResult): Promise<void> {
  const fields = { mail: row.messageId, case: row.caseId, attempts: row.attempts, outcome: result.outcome };
  const counts = await settleSurely(record, row, result, (code) =>
    log?.warn(
      { ...fields, code },
      'the relay took this mail; writing that down failed, and is tried again until it succeeds',
    ),
  );
  if (!counts) log?.warn(fields, 'somebody else took this mail over, so this result is not used');
  else if (result.outcome === 'deferred')
    log?.warn({ ...fields, class: result.class, code: result.code, unknown: result.afterDot }, saying(result.class));
  else if (result.outcome === 'refused') log?.warn({ ...fields, code: result.code }, refusedBecause(result.code));
}

/** A fault could write to one person without end. A rehearsal may: it reaches nobody. */
async function isCapped({ record, mostAnHour }: Sending, { reader, payload }: LedgerRow): Promise<boolean> {
  if (mostAnHour === undefined || reader === null || payload?.case.rehearsal) return false;
  return (await gotWithinHour(record, reader)) >= mostAnHour;
}

async function sent(
  transport: Transport,
  settings: MailSettings,
  secret: Buffer,
  rows: readonly LedgerRow[],
): Promise<SendResult> {
  try {
    const authority = rows[0]?.payload?.case.authority;
    const labels = authority === undefined ? undefined : await settings.labels?.(authority);
    return await transport.send(compose(rows, settings, secret, labels));
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
