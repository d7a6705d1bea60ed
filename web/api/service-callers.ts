// Who a service is: the key or the token it shows. Guessing is slowed by who is guessed at; the frame slows whoever guesses.

import { judgeKey, type KeptKey, keptKey, keyIdIn, looksLikeKey, markUsed } from '../../record/api-keys.ts';
import { noteAudit } from '../../record/audit.ts';
import { asked } from '../../record/failures.ts';
import type { OpenRecord } from '../../record/open.ts';
import { Rates } from '../rates.ts';
import { looksLikeToken, type Tokens } from './access-tokens.ts';
import type { Caller, Callers } from './caller.ts';

/** A key that was revoked by another process is good here for so long at most. */
const KEPT_MS = 5_000;
const MOST_KEPT = 1_000;
/** Between two times its use is written down. */
const USED_AGAIN_AFTER_MS = 60_000;

export interface ServiceCallers {
  readonly callers: Callers;
  /** A key was changed here: what is remembered of it holds no more. */
  forget(id: string): void;
}

interface Remembered {
  readonly kept: KeptKey | undefined;
  readonly at: number;
  usedAt: number;
}

export function serviceCallers(options: {
  readonly record: OpenRecord;
  /** Where services may have tokens too. */
  readonly tokens?: Tokens | undefined;
  readonly now: () => Date;
}): ServiceCallers {
  const { record, tokens, now } = options;
  const remembered = new Map<string, Remembered>();
  const rates = new Rates();
  const looking = new Map<string, Promise<Remembered>>();

  /** Many who show a key at once ask the record once. */
  function look(id: string): Promise<Remembered> {
    const underWay = looking.get(id) ?? lookInRecord(id).finally(() => looking.delete(id));
    looking.set(id, underWay);
    return underWay;
  }

  async function lookInRecord(id: string): Promise<Remembered> {
    const kept = await asked(() => keptKey(record, id));
    if (remembered.size >= MOST_KEPT) remembered.clear();
    const found = { kept, at: now().getTime(), usedAt: kept?.key.usedAt?.getTime() ?? 0 };
    // Unknown ids are made up by the thousand.
    if (kept) remembered.set(id, found);
    return found;
  }

  /** Whoever has the right secret of a remembered key is let in, however many guess at it. */
  async function keyCaller(text: string, from: string): Promise<Caller | undefined> {
    const id = keyIdIn(text);
    if (id === undefined) return undefined;
    const at = now();
    const before = remembered.get(id);
    const wasGood = before !== undefined && judgeKey(before.kept, text, at) === 'good';
    if (wasGood && at.getTime() - before.at < KEPT_MS) return known(before, at);
    // The record is asked for a key that is wrong here: it may have been rotated elsewhere. For a guesser only so often; whoever had the right secret is
    // none, and whoever finds somebody asking costs nothing.
    if (!wasGood && !looking.has(id) && rates.take('wrong', id, at.getTime()) > 0) return undefined;
    const found = await look(id);
    const verdict = judgeKey(found.kept, text, at);
    if (verdict === 'good') return known(found, at);
    if (found.kept) noteAudit(record, { who: `key:${id}`, did: 'show key', what: '', outcome: verdict, from });
    return undefined;
  }

  function known(found: Remembered, at: Date): Caller {
    const { key } = found.kept!;
    if (at.getTime() - found.usedAt >= USED_AGAIN_AFTER_MS) {
      found.usedAt = at.getTime();
      const written = markUsed(record, key.id)
        // It is looked at by people, and comes with the next use.
        .catch(() => {})
        .finally(() => record.underWay.delete(written));
      record.underWay.add(written);
    }
    return { who: `key:${key.id}`, kind: 'key', authorities: key.authorities, scopes: key.scopes };
  }

  return {
    async callers(bearer, from = '') {
      if (looksLikeKey(bearer)) return keyCaller(bearer, from);
      return tokens && looksLikeToken(bearer) ? tokens(bearer, now()) : undefined;
    },
    forget: (id) => void remembered.delete(id),
  };
}
