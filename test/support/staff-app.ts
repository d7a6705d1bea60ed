// The app with sign-in, on a record in memory and cases on paper: who is in the directory, who is named in cases, and the inbox of links.

import type { Hono } from 'hono';
import { pino } from 'pino';
import { CaseNotFound } from '../../client/errors.ts';
import type { DutyRow } from '../../domain/notices/notice.ts';
import { mailSettings } from '../../mail/mail-settings.ts';
import type { Message } from '../../mail/smtp.ts';
import { AUTHORITIES, shippedPolicy } from '../../policies/load.ts';
import type { OpenRecord } from '../../record/open.ts';
import { keep } from '../../record/write.ts';
import { type RequestLine, type WebOptions, webApp } from '../../web/app.ts';
import type { Cases } from '../../web/setting.ts';
import type { OidcSettings } from '../../web/sign-in/oidc-settings.ts';
import { servedSignIn } from '../../web/sign-in/serve-sign-in.ts';
import type { TemporalUi } from '../../web/temporal-views.ts';
import { entry, event, identity } from './entries.ts';
import { memoryRecord } from './memory-record.ts';
import type { PaperCase } from './paper-case.ts';
import { KEYS, PUBLIC_URL, Visitor } from './visitor.ts';

export interface StaffApp {
  readonly app: Hono;
  readonly record: OpenRecord;
  readonly sent: Message[];
  readonly log: RequestLine[];
  readonly lines: string[];
  /** The links that were mailed to an address, oldest first, once all that are under way have gone. */
  linksTo(address: string): Promise<readonly string[]>;
  /** Somebody signs in by a link, as people do. */
  signedIn(address: string): Promise<Visitor>;
  close(): Promise<void>;
}

interface Options {
  readonly publicUrl?: string;
  readonly oidc?: OidcSettings | undefined;
  readonly temporalUi?: TemporalUi;
  readonly more?: (record: OpenRecord) => Partial<WebOptions>;
}

/** Puts cases on paper into a record, each with its own duties, and serves them. */
export async function staffApp(
  papers: readonly PaperCase[],
  { publicUrl = PUBLIC_URL, oidc, temporalUi, more }: Options = {},
): Promise<StaffApp> {
  const record = await memoryRecord();
  for (const paper of papers) await keepPaper(record, paper);
  const sent: Message[] = [];
  const log: RequestLine[] = [];
  const lines: string[] = [];
  const paperOf = (id: string) => papers.find(({ file }) => `${file.kind}/${file.ref}` === id);
  const now = () => papers[0]?.clock ?? new Date('2028-02-20T10:00:00Z');
  const standsOn = {
    cases: casesOf(papers),
    settingOf: async (id: string) => paperOf(id)?.setting(),
    ...{ keys: KEYS, publicUrl, now },
  };
  const signIn = servedSignIn({
    ...{ ...standsOn, record, oidc, temporalUi, settings: mailSettings(record) },
    log: pino({ level: 'debug' }, { write: (line) => void lines.push(line) }),
    relay: {
      send: async (message) => {
        sent.push(message);
        return { outcome: 'accepted', code: undefined, messageId: '', serverMessageId: undefined } as never;
      },
      close: async () => {},
    },
  });
  const app = webApp({
    ...standsOn,
    signIn,
    policies: async () => AUTHORITIES.map(shippedPolicy),
    log: (line) => void log.push(line),
    failed: (error) => {
      throw error;
    },
    ...more?.(record),
  });
  const linksTo = async (address: string) => {
    await signIn.auth.settled();
    return sent.flatMap(({ to, text }) => (to.address === address ? (/\/sign-in\/link\/\S+/.exec(text) ?? []) : []));
  };
  return {
    ...{ app, record, sent, log, lines, linksTo },
    async signedIn(address) {
      const visitor = new Visitor(app);
      await visitor.answer('/sign-in', { address });
      const link = (await linksTo(address)).at(-1);
      if (!link) throw new Error(`no link was mailed to ${address}`);
      const seen = await visitor.answer(link, {});
      if (seen.status !== 303) throw new Error(`${address} was not signed in: ${seen.status} ${seen.text}`);
      return visitor;
    },
    close: async () => {
      await signIn.auth.settled();
      await record.close();
    },
  };
}

/** As the case itself hands it over: its file, and what is open in it. */
export async function keepPaper(record: OpenRecord, { file, book, now, ...rest }: PaperCase): Promise<void> {
  const { kind, ref, authority, team = null } = file;
  const { duties } = book.owed(now);
  await keep(
    record,
    entry({
      case: identity({ id: `${kind}/${ref}`, ref, kind, authority, team, opening: `${ref}-opening` }),
      newEvents: [event(`${ref}-opening`)],
      duties: duties.map(
        ({ duty: key, meeting, owner, due, bookBy, target, rules }): DutyRow => ({
          ...{ key, meeting, owner, due, bookBy, target, rules, arises: due ?? ('2028-01-11' as never) },
          ...{ done: null, lapsed: false },
        }),
      ),
      opened: { file, policy: book.began.policy, calendar: book.began.calendar },
    }),
  );
  void rest;
}

/** Cases as the client asks them, each on its own paper. */
export function casesOf(papers: readonly PaperCase[]): Cases {
  const of = ({ kind, ref }: { kind: string; ref: string }): Cases => {
    const paper = papers.find(({ file }) => file.kind === kind && file.ref === ref);
    if (!paper) throw new CaseNotFound(`${kind}/${ref}: there is no such case`);
    return paper.cases;
  };
  return {
    owed: async (key, at) => of(key).owed(key, at),
    people: async (key) => of(key).people(key),
    history: async (key) => of(key).history(key),
    record: async (key, events) => of(key).record(key, events),
    refusal: async (key, events) => of(key).refusal(key, events),
    paper: async (key, name, meeting) => of(key).paper(key, name, meeting),
  };
}
