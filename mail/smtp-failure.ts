// What an SMTP error means. nodemailer's own `permanent` is not "this person cannot be reached": a wrong password and a refused STARTTLS wear it too.

import type { Deferred, Failure } from '../record/send-result.ts';

interface SmtpError {
  code?: unknown;
  command?: unknown;
  response?: unknown;
  responseCode?: unknown;
  originalCode?: unknown;
  message?: unknown;
}

/** A certificate that is not good comes as a plain socket error; only its text or its first code tells. */
const CERTIFICATE = /certificate|self.signed|altname|CERT_|UNABLE_TO_VERIFY|wrong version number|SSL|TLS/i;
/** 5.1.7 and 5.1.8 stand at RCPT too, and speak of our own sender address. */
const DEAD = /^5\.1\.(?!7$|8$)\d{1,3}$/;

/**
 * The error table. A dead address is `RCPT TO`, 5xx and an enhanced code 5.1.x. A 550 without an enhanced code is none: RFC 5321 lets it mean "mailbox
 * unavailable" as well as "refused by policy", and a relay that blocks us would turn every person of every case into a dead address at once. It is `lasting`.
 */
export function failureOf(thrown: unknown, afterDot: boolean): Failure {
  const error = (thrown ?? {}) as SmtpError;
  const command = String(error.command ?? '');
  const reply = typeof error.responseCode === 'number' ? error.responseCode : undefined;
  const enhanced = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(String(error.response ?? ''))?.[1];
  const code = enhanced ?? (reply ? String(reply) : word(error.code));

  // A reply after the dot is an answer; silence is not.
  if (reply === undefined && afterDot) return { outcome: 'deferred', class: 'system', code, afterDot: true };

  if (command === 'RCPT TO' && reply !== undefined) {
    if (reply >= 500 && enhanced && DEAD.test(enhanced)) return { outcome: 'refused', code: enhanced };
    if (enhanced && /^[45]\.1\.[78]$/.test(enhanced)) return deferred('configuration', code);
    return reply >= 500 ? { ...deferred('recipient', code), lasting: true } : deferred('recipient', code);
  }
  if (error.code === 'EAUTH' || error.code === 'ENOAUTH' || error.code === 'EOAUTH2')
    // 4xx at AUTH is a relay that cannot check a password just now.
    return { ...deferred(reply && reply < 500 ? 'system' : 'configuration', code), relayDown: true };
  if (error.code === 'ETLS' || error.code === 'ECONFIG' || error.code === 'EREQUIRETLS')
    return { ...deferred('configuration', code === 'ETLS' ? code : word(error.code)), relayDown: true };
  if (error.code === 'ESOCKET' && CERTIFICATE.test(`${error.originalCode} ${error.message}`))
    return { ...deferred('configuration', 'certificate'), relayDown: true };
  if (command === 'MAIL FROM' && reply !== undefined) return deferred(reply >= 500 ? 'configuration' : 'system', code);
  if (error.code === 'EMESSAGE' && reply !== undefined && reply >= 500) return deferred('content', code);
  if (command === 'DATA') return deferred(reply !== undefined && reply >= 500 ? 'content' : 'system', code);
  // Recipients were checked before; what nodemailer still objects to is our own sender, which must not make anybody a dead address.
  if (error.code === 'EENVELOPE') return deferred('configuration', code);
  // Greeting, connection, names, timeouts: a 554 greeting wears `permanent` and passes like the rest.
  return { ...deferred('system', code), relayDown: command === 'CONN' || command === 'EHLO' || command === 'HELO' };
}

/** Nothing was taken; try again as its class says. */
export const deferred = (kind: Deferred['class'], code: string): Deferred => ({
  outcome: 'deferred',
  class: kind,
  code,
  afterDot: false,
});

/** An error's code as a word that cannot hold anybody's data. */
const word = (code: unknown): string => (typeof code === 'string' && /^[A-Z_]{1,24}$/.test(code) ? code : 'failed');
