// One attempt at one mail that was claimed: compose, send, settle. The activity and the sweeper share it.

import type { OpenRecord } from '../record/open.ts';
import { holdLease, type LedgerRow, settleSurely } from '../record/outbox.ts';
import type { SendResult } from '../record/send-result.ts';
import { compose } from './compose.ts';
import type { MailSettings } from './mail-settings.ts';
import type { Transport } from './smtp.ts';

/** What sending needs. */
export interface Sending {
  readonly record: OpenRecord;
  readonly transport: Transport;
  readonly settings: MailSettings;
  readonly log?: MailLog | undefined;
  /** How long a delivery stands by mails that hang, 60 s where absent; what is still under way then settles by itself. */
  readonly patienceMs?: number | undefined;
}

/** Codes and ids only: no name, no address, no text of a relay ever goes in. */
export interface MailLog {
  info(fields: Readonly<Record<string, string | number | boolean>>, message: string): void;
  warn(fields: Readonly<Record<string, string | number | boolean>>, message: string): void;
}

/**
 * Sends a claimed row and writes down what became of it.
 * @returns whether the relay answered for nobody.
 * @throws only when the database fails.
 */
export function attempt(sending: Sending, row: LedgerRow): Promise<{ relayDown: boolean }> {
  const { underWay } = sending.record;
  const work = sendAndSettle(sending, row).finally(() => underWay.delete(work));
  underWay.add(work);
  return work;
}

async function sendAndSettle({ record, transport, settings, log }: Sending, row: LedgerRow) {
  const letGo = holdLease(record, row);
  try {
    const result = await sent(transport, settings, record.ledgerKey, row);
    const fields = { mail: row.messageId, case: row.caseId, attempts: row.attempts, outcome: result.outcome };
    const counts = await settleSurely(record, row, result, (code) =>
      log?.warn({ ...fields, code }, 'the relay took this mail; it is tried to write that down until it is written'),
    );
    if (!counts) log?.warn(fields, 'somebody else took this mail over: the result counts for nothing');
    else if (result.outcome === 'deferred')
      log?.warn({ ...fields, class: result.class, code: result.code, unknown: result.afterDot }, saying(result.class));
    else if (result.outcome === 'refused') log?.warn({ ...fields, code: result.code }, refusedBecause(result.code));
    return { relayDown: result.outcome === 'deferred' && result.relayDown === true };
  } finally {
    letGo();
  }
}

async function sent(transport: Transport, settings: MailSettings, secret: Buffer, row: LedgerRow): Promise<SendResult> {
  try {
    const labels = row.payload ? await settings.labels?.(row.payload.case.authority) : undefined;
    return await transport.send(compose(row, settings, secret, labels));
  } catch {
    // A mail that cannot be composed is ours to repair; it waits, and the operator is told.
    return { outcome: 'deferred', class: 'configuration', code: 'compose', afterDot: false };
  }
}

const saying = (kind: 'system' | 'configuration' | 'recipient' | 'content'): string =>
  kind === 'configuration' || kind === 'content'
    ? 'mail waits for an operator: see the code in docs/mail.md'
    : 'mail deferred, it will be tried again';

const refusedBecause = (code: string): string =>
  code === 'bad-address' || code === 'no-address' ? 'the address is malformed or missing' : 'the address is dead';
