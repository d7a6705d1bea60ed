// Somebody with a browser who opens links of the web app, without a socket: keeps cookies, fills in forms as they are shown.

import assert from 'node:assert/strict';
import type { Hono } from 'hono';
import { type LinkContent, type LinkKeys, readLinkKeys, sealLink } from '../../mail/link-token.ts';
import { AUTHORITIES, shippedPolicy } from '../../policies/load.ts';
import { type RequestLine, type WebOptions, webApp } from '../../web/app.ts';
import type { Codes } from '../../web/codes.ts';
import type { PaperCase } from './paper-case.ts';

export const KEYS: LinkKeys = readLinkKeys(`a:${'s'.repeat(32)}`);
export const PUBLIC_URL = 'https://pages.council.test';

export interface Seen {
  readonly status: number;
  readonly html: string;
  /** What a reader sees, without tags. */
  readonly text: string;
  readonly headers: Headers;
}

/** Pages of one case, at the case's own clock. */
export function pagesOf(
  paper: PaperCase,
  log: RequestLine[] = [],
  publicUrl = PUBLIC_URL,
  calendars?: WebOptions['calendars'],
  codes?: Codes,
  more: Partial<WebOptions> = {},
): Hono {
  return webApp({
    ...more,
    calendars,
    cases: paper.cases,
    keys: KEYS,
    settingOf: async (id) => (id === `${paper.file.kind}/${paper.file.ref}` ? paper.setting() : undefined),
    policies: async () => AUTHORITIES.map(shippedPolicy),
    now: () => paper.clock,
    publicUrl,
    codes,
    log: (line) => void log.push(line),
    failed: (error) => {
      throw error;
    },
  });
}

/** The address of a page for somebody of the case. */
export function linkFor(
  paper: PaperCase,
  person: string,
  purpose: LinkContent['purpose'],
  about: string,
  change: Partial<LinkContent> & { email?: string } = {},
): string {
  const { kind, ref, people } = paper.file;
  const content = { purpose, kind, ref, person, about, until: '2028-12-31' as LinkContent['until'], ...change };
  const email = change.email ?? people.find(({ id }) => id === person)?.email;
  return `/do/${sealLink(KEYS, content, email)}`;
}

/** Codes as the record keeps them, and the mailbox they go to. */
export function codesInMemory(): Codes & { readonly sent: { to: string; code: string }[] } {
  const kept = new Map<string, { code: string; tries: number }>();
  const sent: { to: string; code: string }[] = [];
  return {
    ...{ secret: Buffer.from('secret'), sent },
    keep: async (answer, code) => void kept.set(answer, { code, tries: 0 }),
    async is(answer, code) {
      const one = kept.get(answer);
      if (!one || one.tries >= 3) return false;
      one.tries += one.code === code ? 0 : 1;
      return one.code === code;
    },
    async send({ me }, code) {
      sent.push({ to: me.email ?? '', code });
      return true;
    },
  };
}

export class Visitor {
  readonly #app: Hono;
  readonly cookies = new Map<string, string>();

  constructor(app: Hono) {
    this.#app = app;
  }

  async get(path: string, init: RequestInit = {}): Promise<Seen> {
    const headers = { ...this.#cookie(), ...(init.headers as Record<string, string>) };
    return this.#seen(await this.#app.request(path, { ...init, headers }));
  }

  /** Sends fields as they are, whatever the page had. */
  async post(path: string, fields: Fields, headers: Record<string, string> = {}): Promise<Seen> {
    const body = new URLSearchParams();
    for (const [name, value] of Object.entries(fields)) for (const one of [value].flat()) body.append(name, one);
    const sent = {
      'content-type': 'application/x-www-form-urlencoded',
      'sec-fetch-site': 'same-origin',
      origin: 'null',
      ...this.#cookie(),
      ...headers,
    };
    return this.#seen(await this.#app.request(path, { method: 'POST', body: body.toString(), headers: sent }));
  }

  /** Opens a page and sends its form with these answers. */
  async answer(path: string, fields: Fields): Promise<Seen> {
    const page = await this.get(path);
    assert.equal(page.status, 200, page.text);
    return this.post(path, { ...hidden(page.html), ...fields });
  }

  #cookie(): Record<string, string> {
    const kept = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    return kept ? { cookie: kept } : {};
  }

  async #seen(response: Response): Promise<Seen> {
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (/;\s*max-age=0\b/i.test(cookie)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    const html = await response.text();
    return { status: response.status, html, text: textOf(html), headers: response.headers };
  }
}

export type Fields = Readonly<Record<string, string | readonly string[]>>;

/** What a form carries that nobody types. */
export const hidden = (html: string): Record<string, string> =>
  Object.fromEntries(
    [...html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)].map(([, name, value]) => [
      name!,
      value!,
    ]),
  );

/** The address of a link by its words. */
export function hrefOf(html: string, words: string): string {
  const found = [...html.matchAll(/<a [^>]*href="([^"]+)"[^>]*>([^<]*)</g)].find(([, , text]) => text?.includes(words));
  assert.ok(found, `no link "${words}" in ${textOf(html)}`);
  return found[1]!;
}

const textOf = (html: string): string =>
  html
    .replace(/<head>.*?<\/head>/s, '')
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ')
    .trim();
