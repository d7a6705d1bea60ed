// Both bodies of a mail, from its words and the templates.

import { fileURLToPath } from 'node:url';
import { Eta } from 'eta';
import type { DigestWords } from './digest.ts';
import type { Message } from './smtp.ts';
import type { MailWords } from './wording.ts';

type Bodies = Pick<Message, 'text' | 'html'>;

const views = fileURLToPath(new URL('templates', import.meta.url));
const html = new Eta({ views, cache: true, autoEscape: true, autoTrim: false });
const text = new Eta({ views, cache: true, autoEscape: false });

const bodies = (name: 'mail' | 'digest', words: object): Bodies => ({
  text: text.render(`${name}-text`, words),
  html: html.render(`${name}-html`, words),
});

/** A mail of one notice. */
export const rendered = (words: MailWords): Bodies => bodies('mail', words);

/** The one mail of a morning. */
export const renderedDigest = (words: DigestWords): Bodies => bodies('digest', words);
