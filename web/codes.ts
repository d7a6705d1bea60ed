// Answers that decide, end or silence something need a code that is mailed on request: whoever has the link has not always the mailbox.

import { createHmac, randomInt } from 'node:crypto';
import type { Visit } from './visit.ts';

/** Where codes are kept, and how they are sent. */
export interface Codes {
  readonly secret: Buffer;
  keep(answer: string, code: string): Promise<void>;
  is(answer: string, code: string): Promise<boolean>;
  /** @returns whether the relay took it */
  send(visit: Visit, code: string): Promise<boolean>;
}

/** What stands in a form beside the answer itself. */
const NOT_ANSWER = ['nonce', 'turn', 'code'];

/** Sends a new code for this answer, in place of one before. @returns whether it went */
export async function sendCode(codes: Codes, visit: Visit, values: URLSearchParams): Promise<boolean> {
  const code = String(randomInt(0, 1_000_000)).padStart(6, '0');
  const answer = answerOf(codes, visit, values);
  await codes.keep(answer, hashOf(codes, `${answer}|${code}`));
  return codes.send(visit, code);
}

/** Whether the code that was typed is the one for this very answer. */
export function hasCode(codes: Codes, visit: Visit, values: URLSearchParams): Promise<boolean> {
  const answer = answerOf(codes, visit, values);
  const code = (values.get('code') ?? '').replace(/\s/g, '');
  return /^\d{6}$/.test(code) ? codes.is(answer, hashOf(codes, `${answer}|${code}`)) : Promise.resolve(false);
}

/** An answer by a keyed hash: changed afterwards, the code is not for it. */
function answerOf(codes: Codes, { token, before }: Visit, values: URLSearchParams): string {
  const said = carriedAlong(values).map(({ name, value }) => `${name}\0${value.replace(/\r\n?/g, '\n')}`);
  return hashOf(codes, JSON.stringify([token, before.length, said.sort()]));
}

const hashOf = ({ secret }: Codes, what: string): string =>
  createHmac('sha256', secret).update(`code|${what}`).digest('hex');

/** What was answered, to be carried along while the code is asked for. */
export const carriedAlong = (values: URLSearchParams): readonly { readonly name: string; readonly value: string }[] =>
  [...values].filter(([name]) => !NOT_ANSWER.includes(name)).map(([name, value]) => ({ name, value }));
