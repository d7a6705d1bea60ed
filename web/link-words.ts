// What the path of links says in its own words, whatever the page: why nothing can be shown, why nothing was recorded, what is asked besides.

import type { Field, Problem } from './forms.ts';
import type { SayView } from './render.ts';

export const GONE: SayView = {
  title: 'This link does not open anything',
  paragraphs: [
    'It may be old, incomplete, or meant for somebody else. If it came in an e-mail, please open the newest e-mail about this, and check that the whole link was copied.',
    'If you meant to tell us something, please tell the social worker.',
  ],
  footer: 'Nothing was recorded.',
};
export const ERASED: SayView = {
  title: 'This case was erased',
  paragraphs: ['Nothing of it is kept any more, and nothing is asked of anybody.'],
  footer: 'Nothing was recorded.',
};

export const CLOSED: SayView = {
  title: 'This case is closed',
  paragraphs: [
    'Nothing is asked of anybody any more. If something was recorded wrongly, please tell the social worker.',
  ],
  footer: 'Nothing was recorded.',
};
export const UNANSWERED: SayView = {
  title: 'This cannot be shown just now',
  paragraphs: ['Please try again in a few minutes. The link stays good.'],
  footer: 'Nothing was recorded.',
};

export const CODE: Field = {
  is: 'line',
  name: 'code',
  label: 'The code from the e-mail',
  hint: '6 figures, good for ten minutes',
};
export const CODE_SENT =
  'It decides or ends something, and is not recorded yet. We have sent a code to your e-mail address: please type it here.';
export const WRONG_CODE =
  'That is not the code, or it is older than ten minutes. After three wrong ones please ask for a new code';
export const NO_CODES = {
  title: 'No code can be sent',
  paragraphs: [
    'This decides or ends something, and needs a code by e-mail, which cannot be sent just now. Please try again later, or have it recorded by the social worker.',
  ],
  footer: 'Nothing was recorded.',
};

export const NOT_TIED: Problem = {
  field: '',
  text: 'This page had been open too long, or your browser keeps no cookies. Nothing was recorded: please check your answer and send it again',
};

export const TOO_SOON: Problem = {
  field: '',
  text: 'This came within seconds of the e-mail, as answers of programs do that check e-mails. Nothing was recorded: please check your answer and send it again',
};

export const TOO_OFTEN = {
  title: 'Too often by this link',
  paragraphs: [
    'A good many things were recorded by this link within the hour. Please go on later, or tell the social worker.',
  ],
  footer: 'Nothing was recorded.',
};
export const SEND_AGAIN =
  'Nobody answered just now. Please send it again: it is recorded once, however often you send it';
export const REASON: Field = {
  is: 'text',
  name: 'reason',
  label: 'The reason',
  hint: 'Why it was done differently this time. It stands on the case',
};
/** Not where the page has a field of its own for it (R48). */
export const ASKS_WHY = /\bgive (?:a )?reason\b(?! and)/;
export const reasonWhere = (values: URLSearchParams): readonly Field[] => (values.get('reason') ? [REASON] : []);
