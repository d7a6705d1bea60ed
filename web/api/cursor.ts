// Where a list goes on: opaque to whoever holds it, good for the same list alone and for a day. Signed, so that none can be made up.

import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from '@hono/zod-openapi';
import type { OpenRecord } from '../../record/open.ts';
import { Problem } from './problem.ts';

/** So long a page may be followed by the next. */
const GOOD_FOR_MS = 24 * 3600 * 1000;
/** The shortest that tells a made-up cursor from a true one. */
const MAC_BYTES = 16;

/** What a request says of where a list goes on. */
export const CURSOR = z
  .string()
  .max(1024)
  .optional()
  .openapi({ description: '`next` of the page before; good for a day' });

export interface Cursors {
  /** A cursor for the rest of a list. @param list what is listed, with everything it was asked for by @param after the last that was given */
  seal(list: unknown, after: string): string;
  /** The last that was given. @throws Problem for a cursor that is none, is another list's, or is too old */
  open(list: unknown, cursor: string): string;
}

/** Of the ledger's key, so that every process reads the cursors of the others. */
export const cursorsIn = ({ ledgerKey }: Pick<OpenRecord, 'ledgerKey'>, now: () => Date): Cursors =>
  cursors(createHmac('sha256', ledgerKey).update('cursors').digest(), now);

/** @param secret one for all processes that answer */
export function cursors(secret: Buffer, now: () => Date): Cursors {
  const mac = (text: string, list: unknown) =>
    createHmac('sha256', secret)
      .update(`cursor|${text}|${JSON.stringify(list)}`)
      .digest()
      .subarray(0, MAC_BYTES);
  return {
    seal(list, after) {
      const text = JSON.stringify([now().getTime(), after]);
      return Buffer.concat([mac(text, list), Buffer.from(text)]).toString('base64url');
    },
    open(list, cursor) {
      const bytes = Buffer.from(cursor, 'base64url');
      const text = bytes.subarray(MAC_BYTES).toString();
      const signed = bytes.subarray(0, MAC_BYTES);
      if (signed.length < MAC_BYTES || !timingSafeEqual(signed, mac(text, list)))
        throw wrong(
          'is not the cursor of this list: begin without one, and keep everything else as it is from page to page',
        );
      const [at, after] = JSON.parse(text) as [number, string];
      if (now().getTime() - at > GOOD_FOR_MS) throw wrong('is more than a day old: begin again without one');
      return after;
    },
  };
}

const wrong = (detail: string): Problem =>
  new Problem('bad-input', `cursor: ${detail}`, { field: 'cursor', errors: [{ field: 'cursor', detail }] });
