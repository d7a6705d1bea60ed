// Secrets that must be read again, kept so that a copy of the database alone does not give them away: AES-256-GCM under a key made from the
// ledger's secret, which an installation keeps outside (NODRIFT_LEDGER_KEY).

import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** @param purpose what it is for: sealed for one, it cannot be read as another */
export function sealed(ledgerKey: Buffer, purpose: string, secret: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', keyFor(ledgerKey, purpose), iv);
  const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), text]).toString('base64');
}

/** @throws Error where it was sealed under another key, or changed */
export function unsealed(ledgerKey: Buffer, purpose: string, text: string): string {
  const bytes = Buffer.from(text, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', keyFor(ledgerKey, purpose), bytes.subarray(0, IV_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
}

const keyFor = (ledgerKey: Buffer, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', ledgerKey, 'nodrift', `sealed/${purpose}`, 32));
