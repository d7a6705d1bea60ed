// Sign-in and the pages behind it, as a server has them: on the record, with the relay that links are mailed by.

import type { Logger } from 'pino';
import { type LinkKeys, signInSecret } from '../../mail/link-token.ts';
import type { MailSettings } from '../../mail/mail-settings.ts';
import { signInMail } from '../../mail/sign-in-mail.ts';
import type { Transport } from '../../mail/smtp.ts';
import { keepAudit } from '../../record/audit.ts';
import type { OpenRecord } from '../../record/open.ts';
import type { WebOptions } from '../app.ts';
import { deskOf } from '../staff/from-record.ts';
import { isKnown } from '../staff/present.ts';
import type { TemporalUi } from '../temporal-views.ts';
import { openAuth, SignInTrouble } from './auth.ts';
import type { OidcSettings } from './oidc-settings.ts';

interface SignInServed extends Pick<WebOptions, 'cases' | 'settingOf' | 'now' | 'publicUrl'> {
  readonly record: OpenRecord;
  readonly keys: LinkKeys;
  /** Without one nobody is mailed a link. */
  readonly relay: Transport | undefined;
  readonly settings: MailSettings;
  readonly oidc: OidcSettings | undefined;
  readonly temporalUi?: TemporalUi | undefined;
  readonly log: Logger;
}

/** What the app takes, and what to wait for before the relay closes. */
export function servedSignIn(served: SignInServed): NonNullable<WebOptions['signIn']> {
  const { record, keys, relay, settings, oidc, log, publicUrl } = served;
  const desk = deskOf(record, served);
  const auth = openAuth({
    record,
    publicUrl,
    oidc,
    secret: signInSecret(keys),
    async sendLink(address, token) {
      if (!relay || !(await isKnown(desk, address))) return;
      const { outcome } = await relay.send(signInMail(address, `${publicUrl}/sign-in/link/${token}`, settings));
      if (outcome !== 'accepted') log.warn({ outcome }, 'a link to sign in by was not taken by the relay');
    },
    failed: (error) => log.warn(error instanceof SignInTrouble ? { what: error.message } : { err: error }, 'sign-in'),
  });
  return {
    auth,
    desk,
    mails: relay !== undefined,
    audit: (entry) => keepAudit(record, { ...entry, what: entry.what ?? '' }),
  };
}
