// Secrets of webhooks as releases before sealed them: AES-256-GCM under a key made from the ledger's secret. Read only; a new one is sealed as all
// else is (sealing.ts).

import { createDecipheriv, hkdfSync } from 'node:crypto';

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** @throws Error where it was sealed under another key, or changed */
export function unsealed(ledgerKey: Buffer, text: string): string {
  const bytes = Buffer.from(text, 'base64');
  const key = Buffer.from(hkdfSync('sha256', ledgerKey, 'nodrift', 'sealed/webhook', 32));
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
}
