// What became of mails that were sent: written down for many at once, and surely where a relay took one.

import { setTimeout as sleep } from 'node:timers/promises';
import { and, eq, gt, sql } from 'drizzle-orm';

import { CLOSED, databaseError, RecordUnavailable } from './failures.ts';
import type { OpenRecord } from './open.ts';
import type { Claimed, MailRow } from './said.ts';
import { type MailState, mails } from './schema.ts';
import type { SendResult } from './send-result.ts';

/** Pauses between tries to write down that a relay took a mail. They are far shorter than a claim, so that nobody else takes the mail meanwhile. */
const SETTLE_AGAIN_MS = 200;
const SETTLE_AGAIN_AT_MOST_MS = 5_000;
/** A 5xx for one person that goes on this long, while the relay takes mail for others, means a dead address. */
const LASTING_S = 86_400;
/** The activity that met a refusal tells the case. After this long the sweeper does. */
const REPORT_GRACE_S = 90;

/** The result of one attempt to send a claimed mail. */
export interface Attempt {
  readonly mail: Claimed;
  readonly result: SendResult;
}

/**
 * Writes down the results of claimed mails, all or none.
 * @returns the keys of those that count: where somebody else has taken a mail over meanwhile, the result is not used
 */
export async function settleMany(record: OpenRecord, attempts: readonly Attempt[]): Promise<Set<string>> {
  if (attempts.length === 0) return new Set();
  const results = await Promise.all(
    attempts.map(async ({ mail, result }) => settled(mail, await believed(record, mail, result))),
  );
  // One statement, which costs one transaction. What a settled mail did not say is planned anew: it was withdrawn, or it came too late for it.
  const { rows } = (await record.db.execute(sql`
    with result as (
      select * from json_to_recordset(${JSON.stringify(results)}::json)
        as r(key text, fence int, state text, code text, reply text, server text, wait float8, said jsonb)
    ), settled as (
      update mails set state = r.state, lease_until = null, code = r.code,
          accepted_at = case when r.state = 'ACCEPTED' then now() end, server_reply_hash = r.reply, server_message_id = r.server,
          next_try_at = now() + make_interval(secs => r.wait),
          composed = case when r.state in ('DEFERRED', 'UNKNOWN') then composed end,
          composed_of = case when r.state in ('DEFERRED', 'UNKNOWN') then composed_of end
        from result r where mails.key = r.key and mails.fence = r.fence and mails.state = 'SENDING'
        returning mails.key, r.state, r.said
    ), told as (
      update notices set payload = case when s.said ? notices.key then null else payload end,
          withdrawn_at = case when s.said ? notices.key then null else withdrawn_at end,
          mail = case when s.said ? notices.key then mail end,
          reported = s.state = 'ACCEPTED' or not s.said ? notices.key,
          tell_at = case when s.state = 'REFUSED' and s.said ? notices.key then now() + make_interval(secs => ${REPORT_GRACE_S}) end
        from settled s where notices.mail = s.key and s.state in ('ACCEPTED', 'REFUSED')
    )
    select key from settled`)) as unknown as { rows: { key: string }[] };
  return new Set(rows.map(({ key }) => key));
}

/** Writes down the result of one. @returns false when somebody else has taken the mail over meanwhile */
export async function settle(record: OpenRecord, mail: Claimed, result: SendResult): Promise<boolean> {
  return (await settleMany(record, [{ mail, result }])).has(mail.key);
}

/**
 * Writes down results, and where a relay may have taken a mail tries until it succeeds, as long as the record is open: if that were not written down, the
 * mail would go again when the claim ends. Mostly no connection was free for a moment.
 * @param waits called once, with the reason, when it has to try again
 */
export async function settleSurely(
  record: OpenRecord,
  attempts: readonly Attempt[],
  waits: (code: string) => void = () => {},
): Promise<Set<string>> {
  for (let pause = SETTLE_AGAIN_MS; ; pause = Math.min(pause * 2, SETTLE_AGAIN_AT_MOST_MS)) {
    try {
      return await settleMany(record, attempts);
    } catch (error) {
      const told = databaseError(error);
      const taken = attempts.some(({ result }) => result.outcome === 'accepted');
      const again = taken && told instanceof RecordUnavailable && told.code !== CLOSED;
      if (!again) throw error;
      if (pause === SETTLE_AGAIN_MS) waits(told.code);
      await sleep(pause);
    }
  }
}

/** A lasting 5xx is believed after a day in which others were reached. */
async function believed(record: OpenRecord, mail: MailRow, result: SendResult): Promise<SendResult> {
  if (result.outcome !== 'deferred' || !result.lasting) return result;
  const since = new Date(mail.createdAt.getTime() + LASTING_S * 1000);
  const [other] = await record.db
    .select({ key: mails.key })
    .from(mails)
    .where(
      and(
        eq(mails.state, 'ACCEPTED'),
        gt(mails.acceptedAt, since),
        sql`${mails.reader} is distinct from ${mail.reader}`,
      ),
    )
    .limit(1);
  return other ? { outcome: 'refused', code: result.code } : result;
}

/** A result as the table has it; `wait` is in seconds. */
interface Settled {
  readonly key: string;
  readonly fence: number;
  readonly state: MailState;
  readonly code?: string;
  readonly reply?: string;
  readonly server?: string | null;
  readonly wait: number;
  readonly said: readonly string[];
}

function settled({ key, fence, attempts, notices }: Claimed, result: SendResult): Settled {
  const of = { key, fence, said: notices.map((notice) => notice.key) };
  switch (result.outcome) {
    case 'accepted':
      return { ...of, state: 'ACCEPTED', reply: result.replyHash, server: result.serverMessageId, wait: 0 };
    case 'refused':
      return { ...of, state: 'REFUSED', code: result.code, wait: 0 };
    case 'deferred': {
      const wait = result.relayDown && result.class === 'system' ? RELAY_DOWN_S : backOff(attempts, result.class);
      return { ...of, state: result.afterDot ? 'UNKNOWN' : 'DEFERRED', code: result.code, wait };
    }
  }
}

/** A relay that answers nobody is asked by one mail a sweep; when it is back, all that waits goes at once. */
const RELAY_DOWN_S = 30;
const QUARTER_HOUR = 900;
/** Seconds to wait before the first retry. A greylist opens after five minutes. Where an operator must repair something, frequent tries are no use. */
const FIRST_RETRY = { system: 30, recipient: 300, configuration: 120, content: 3600 };

/**
 * Seconds to wait before the next try: 30, doubled each time up to 15 minutes; an hour for content that the relay will not have. Each differs by up to 20 %, so
 * that a thousand mails do not come back at once.
 */
export function backOff(attempts: number, kind: keyof typeof FIRST_RETRY, random: () => number = Math.random): number {
  const first = FIRST_RETRY[kind];
  const longest = Math.max(first, QUARTER_HOUR);
  const grown = Math.min(first * 2 ** Math.min(attempts - 1, 20), longest);
  // Operators are promised that a repair is noticed within a quarter of an hour. So the random part never makes it longer.
  const jittered = Math.min(grown * (0.8 + 0.4 * random()), longest);
  return kind === 'recipient' ? Math.max(jittered, first) : jittered;
}
