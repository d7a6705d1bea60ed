// The mail with a link to sign in by. It goes to an address that the record knows, and names nobody and no case.

import type { MailSettings } from './mail-settings.ts';
import { singleMail } from './single-mail.ts';
import type { Message } from './smtp.ts';

/** @param url the page with the button that signs in: following the link alone does nothing */
export function signInMail(address: string, url: string, settings: MailSettings): Message {
  const said = {
    subject: 'Your link to sign in to Nodrift',
    lead: 'Please open this link and press the button on its page: you are then signed in.',
    paragraphs: ['It is good for ten minutes, and once.'],
    listHeading: '',
    list: [],
    facts: [],
    todoHeading: '',
    todo: [],
    rules: [],
    links: [{ label: 'Sign in', url }],
    because:
      'Somebody typed this address into the page to sign in. If that was not you, nothing needs to be done: whoever it was sees nothing without this link. Please do not pass it on.',
    footer: 'This e-mail was sent automatically.',
  };
  return singleMail({ name: '', address }, said, settings, { kind: 'sign-in', of: `${url} ${address}` });
}
