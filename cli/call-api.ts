// How commands reach the HTTP API: where it is and with which key. A key never stands on the command line, where others on the machine can read it.

import { readFileSync } from 'node:fs';
import { BadInput, Unavailable } from '../client/errors.ts';
import { unreadable } from '../client/files.ts';
import { type ApiAddress, call } from '../client/http/call.ts';
import { appStartedHere } from '../client/started-here.ts';

/**
 * NODRIFT_URL with NODRIFT_KEY or NODRIFT_KEY_FILE; without NODRIFT_URL the app that `npm start` runs, with the key it made.
 * @throws BadInput, Unavailable: one line that says what to set
 */
export function apiAddress(env: NodeJS.ProcessEnv = process.env): ApiAddress {
  const [url, key, file] = [env.NODRIFT_URL, env.NODRIFT_KEY, env.NODRIFT_KEY_FILE];
  if (url) {
    if (key) return { url, key };
    if (file) return { url, key: keyIn(file, 'NODRIFT_KEY_FILE') };
    throw new BadInput(
      'NODRIFT_URL is set, and no key: set NODRIFT_KEY_FILE to a file that holds one, or NODRIFT_KEY (nodrift api-keys create makes one)',
    );
  }
  const started = appStartedHere();
  if (!started)
    throw new Unavailable(
      'no app of Nodrift runs here: start it (npm start), or set NODRIFT_URL and NODRIFT_KEY_FILE to talk to another',
    );
  return {
    url: started.url,
    key: key || keyIn(file || started.keyFile, file ? 'NODRIFT_KEY_FILE' : 'the key of npm start'),
  };
}

/** @throws BadInput naming the file, and nothing that is in it */
function keyIn(file: string, what: string): string {
  const why = unreadable(file);
  if (why !== undefined) throw new BadInput(`${what}, ${file}: ${why}`);
  const key = readFileSync(file, 'utf8').trim();
  if (/^[\x21-\x7e]+$/.test(key)) return key;
  throw new BadInput(`${what}, ${file}: it holds no key, which is one line like nd_…`);
}

/** Calls the API, as `call` of client/http does. @throws BadInput, Unavailable and what `call` throws */
export const callApi = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
): Promise<unknown> => call(apiAddress(), method, path, body, headers);
