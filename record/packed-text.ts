// Long texts as a column holds them: a quarter of their length, so that less is sealed, kept in the log, and read again.

import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** Fast rather than small: it is done for thousands of mails before eight. */
const LEVEL = 3;

export const packed = (text: string): string => deflateRawSync(text, { level: LEVEL }).toString('base64');

/** @throws Error for what was not packed */
export const unpacked = (text: string): string => inflateRawSync(Buffer.from(text, 'base64')).toString('utf8');
