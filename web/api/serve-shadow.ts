// What the routes of shadow mode stand on in a process: the record, and the words of mails.

import { mailSettings } from '../../mail/mail-settings.ts';
import { shadowMails } from '../../mail/shadow-mails.ts';
import { beginShadow, caseLive, liveOn, shadowOf } from '../../record/go-live.ts';
import type { OpenRecord } from '../../record/open.ts';
import { caseOf } from '../../record/read.ts';
import type { Cursors } from './cursor.ts';
import type { ShadowDeps } from './shadow-routes.ts';

export function servedShadow(record: OpenRecord, cursors: Cursors, now: () => Date): ShadowDeps {
  const settings = mailSettings(record);
  return {
    now,
    cursors,
    begin: (authority) => beginShadow(record, authority),
    standing: (authority) => shadowOf(record, authority),
    liveOn: (authority, from) => liveOn(record, authority, from),
    caseLive: (caseId) => caseLive(record, caseId),
    authorityOf: async (caseId) => (await caseOf(record, caseId))?.authority,
    mails: (wish) => shadowMails(record, settings, wish),
  };
}
