// What an SMTP error means. nodemailer's `permanent` does not mean that this person cannot be reached: a wrong password and a refused STARTTLS are marked so too.

import type { Deferred, Failure } from '../record/send-result.ts';

interface SmtpError {
  code?: unknown;
  command?: unknown;
  response?: unknown;
  responseCode?: unknown;
  originalCode?: unknown;
  message?: unknown;
}

/** A bad certificate comes as a plain socket error. Only its text or its original code tells. */
const CERTIFICATE = /certificate|self.signed|altname|CERT_|UNABLE_TO_VERIFY|wrong version number|SSL|TLS/i;
/** 5.1.7 and 5.1.8 may answer RCPT too, but they are about our own sender address. */
const DEAD = /^5\.1\.(?!7$|8$)\d{1,3}$/;
/** Whether an enhanced code says that the recipient's address is dead. */
export const isDead = (enhanced: string): boolean => DEAD.test(enhanced);

/**
 * The error table (docs/mail.md). An address is dead when `RCPT TO` is answered by 5xx with an enhanced code 5.1.x. A 550 without an enhanced code does
 * not prove that: RFC 5321 lets it mean "mailbox unavailable" or "refused by policy". If it did, a relay that blocks us would make every address of every
 * case dead at once. It is deferred, and marked `lasting`.
 */
export function failureOf(thrown: unknown, afterDot: boolean): Failure {
  const error = (thrown ?? {}) as SmtpError;
  const command = String(error.command ?? '');
  const reply = typeof error.responseCode === 'number' ? error.responseCode : undefined;
  const enhanced = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(String(error.response ?? ''))?.[1];
  const code = enhanced ?? (reply ? String(reply) : word(error.code));

  // Silence after the dot: the relay may have taken the mail.
  if (reply === undefined && afterDot) return { outcome: 'deferred', class: 'system', code, afterDot: true };

  if (command === 'RCPT TO' && reply !== undefined) {
    if (reply >= 500 && enhanced && isDead(enhanced)) return { outcome: 'refused', code: enhanced };
    if (enhanced && /^[45]\.1\.[78]$/.test(enhanced)) return deferred('configuration', code);
    return reply >= 500 ? { ...deferred('recipient', code), lasting: true } : deferred('recipient', code);
  }
  if (error.code === 'EAUTH' || error.code === 'ENOAUTH' || error.code === 'EOAUTH2')
    // A relay that answers AUTH with 4xx cannot check passwords just now.
    return { ...deferred(reply && reply < 500 ? 'system' : 'configuration', code), relayDown: true };
  if (error.code === 'ETLS' || error.code === 'ECONFIG' || error.code === 'EREQUIRETLS')
    return { ...deferred('configuration', code === 'ETLS' ? code : word(error.code)), relayDown: true };
  if (error.code === 'ESOCKET' && CERTIFICATE.test(`${error.originalCode} ${error.message}`))
    return { ...deferred('configuration', 'certificate'), relayDown: true };
  if (command === 'MAIL FROM' && reply !== undefined) return deferred(reply >= 500 ? 'configuration' : 'system', code);
  if (error.code === 'EMESSAGE' && reply !== undefined && reply >= 500) return deferred('content', code);
  if (command === 'DATA') return deferred(reply !== undefined && reply >= 500 ? 'content' : 'system', code);
  // Recipients were checked before. So nodemailer objects to our own sender, which makes nobody's address dead.
  if (error.code === 'EENVELOPE') return deferred('configuration', code);
  // The rest: greeting, connection, names, timeouts. A greeting of 554 is marked `permanent`, and passes like the others.
  return { ...deferred('system', code), relayDown: command === 'CONN' || command === 'EHLO' || command === 'HELO' };
}

/** The relay did not take the mail. It is tried again at the pace of its class. */
export const deferred = (kind: Deferred['class'], code: string): Deferred => ({
  outcome: 'deferred',
  class: kind,
  code,
  afterDot: false,
});

/** An error's code, if it is a plain word: then it cannot hold personal data. */
const word = (code: unknown): string => (typeof code === 'string' && /^[A-Z_]{1,24}$/.test(code) ? code : 'failed');
