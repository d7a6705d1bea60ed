// The mail with a code, for an answer by a link that weighs more than others. It says nothing but the code and which case it is for.

import { shown } from './address.ts';
import type { MailSettings } from './mail-settings.ts';
import { singleMail } from './single-mail.ts';
import type { Message } from './smtp.ts';

/** @param to who asked for it, at the address that their case has now */
export function codeMail(
  to: { readonly name: string; readonly email: string },
  { ref, code }: { readonly ref: string; readonly code: string },
  settings: MailSettings,
): Message {
  // The code is not in the subject, which shows on a locked screen.
  const said = {
    subject: `${ref}: the code you asked for`,
    lead: `Your code is ${code}.`,
    paragraphs: ['Type it into the page that asked for it. It is good for ten minutes.'],
    listHeading: '',
    list: [],
    facts: [],
    todoHeading: '',
    todo: [],
    links: [],
    rules: [],
    because:
      'Somebody opened your link and answered something that decides or ends something. If that was not you, please tell the social worker: without the code nothing is recorded.',
    footer: 'This e-mail was sent automatically.',
  };
  return singleMail({ name: shown(to.name), address: to.email }, said, settings, {
    kind: 'code',
    of: `${ref} ${code} ${to.email} ${Date.now()}`,
  });
}
