// E-mail addresses as people and services give them. Judged where they come in, and never by a case: what it took once it takes for ever.

import { isObject } from './is-object.ts';

/** One address alone: what is stricter is judged where mail is sent. */
const ADDRESS = /^[^\s@"'(),:;<>[\]\\`]{1,64}@[^\s@"'(),:;<>[\]\\`]+$/u;

export const isAddress = (text: string): boolean => ADDRESS.test(text);

/** Said without the text, which may be a name. */
export const NO_ADDRESS = 'must be one e-mail address, and nothing besides';

/** What is wrong with the addresses in a case file, each as `people.0.email: …`. */
export const wrongIn = (people: readonly { readonly email?: string | undefined }[]): readonly string[] =>
  people.flatMap((one, i) => wrong(one, `people.${i}`));

/** The same of whoever an event tells of, or of an event that it corrects. */
export function wrongOf(event: object): readonly string[] {
  const { person, event: corrected } = event as { readonly person?: unknown; readonly event?: unknown };
  return [
    ...(isObject(person) ? wrong(person, 'person') : []),
    ...(isObject(corrected) ? wrongOf(corrected).map((one) => `event.${one}`) : []),
  ];
}

const wrong = ({ email }: { readonly email?: unknown }, at: string): readonly string[] =>
  typeof email !== 'string' || isAddress(email) ? [] : [`${at}.email: ${NO_ADDRESS}`];
