// The activities of a case: keep what it hands over, and deliver its notices.

import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import type { Delivery, Outcome, RecordEntry } from '../domain/notices/notice.ts';
import { keptEntries } from '../mail/calendar-kept.ts';
import { senderDomain } from '../mail/mail-settings.ts';
import { type Sending, sendOne } from '../mail/send-one.ts';
import { answersWell, slotsOf } from '../mail/slots.ts';
import { keepCalendarEntries } from '../record/calendars.ts';
import { claim } from '../record/claims.ts';
import { type NoticeStanding, type Planned, plan, whatBecameOf, withdraw } from '../record/outbox.ts';
import { markReported } from '../record/refusals.ts';
import { isShadow } from '../record/shadow.ts';
import { tellDecisionsAsked } from '../record/webhook-outbox.ts';
import { keep, keepWithin } from '../record/write.ts';
import { asFailure } from './failure.ts';

/** Mails of one case side by side. */
const SIDE_BY_SIDE = 5;
const HEARTBEAT_MS = 10_000;
/** A relay that hangs may take ten minutes to say so; the case does not stand still for it. */
const PATIENCE_MS = 60_000;

export interface CaseActivities {
  /**
   * Keeps the entry and plans its mails in one transaction, then tries each mail once.
   * @returns what became of each notice, in their order. Trouble with mail is an outcome, never a failure: the sweeper goes on with what is deferred.
   * @throws ApplicationFailure `RecordUnavailable`, to be retried; `ReferenceTaken`, not to be.
   */
  deliver(delivery: Delivery): Promise<Outcome[]>;
  /** Keeps an entry that has no notices. Throws as `deliver` does. */
  keep(entry: RecordEntry): Promise<void>;
}

export function createActivities(sending: Sending): CaseActivities {
  const { record, settings } = sending;
  return {
    async deliver(given) {
      const delivery = settings.wakesNobody ? withoutQuietHours(given) : given;
      const still = heartbeat();
      try {
        await record.writable();
        const planned = await record.db.transaction(async (tx) => {
          // An attempt that was believed dead takes nothing back, and revives nothing: the case has gone on since.
          const isNewest = await keepWithin(tx, record, delivery.entry);
          if (isNewest) await withdraw(tx, record, delivery.entry.case, delivery.withdrawn ?? []);
          await tellDecisionsAsked(tx, delivery);
          // Nobody has in their calendar what was not sent.
          if (!(await isShadow(tx, delivery.entry.case)))
            await keepCalendarEntries(tx, record, keptEntries(record.ledgerKey, delivery));
          return plan(tx, record, delivery, senderDomain(settings), { revives: isNewest });
        });
        const keys = planned.map(({ notice }) => notice);
        await tryEach(sending, planned);
        const stand = await whatBecameOf(record, keys);
        const outcomes = delivery.notices.map((notice, i) => ({
          key: notice.key,
          to: notice.to.id,
          ...outcome(stand.get(keys[i]!)),
        }));
        await markReported(
          record,
          keys.filter((_, i) => outcomes[i]!.outcome === 'refused'),
        );
        return outcomes;
      } catch (error) {
        throw asFailure(error, 'delivering', sending.log);
      } finally {
        still();
      }
    },
    async keep(entry) {
      try {
        await keep(record, entry);
      } catch (error) {
        throw asFailure(error, 'delivering', sending.log);
      }
    },
  };
}

const withoutQuietHours = (delivery: Delivery): Delivery => ({
  ...delivery,
  notices: delivery.notices.map(({ notBefore: _, ...notice }) => notice),
});

function outcome(stands: NoticeStanding | undefined): Pick<Outcome, 'outcome' | 'code'> {
  if (stands?.state === 'ACCEPTED') return { outcome: 'accepted' };
  if (stands?.state === 'REFUSED') return { outcome: 'refused', code: stands.code ?? undefined };
  return { outcome: 'deferred', code: stands?.code ?? stands?.state.toLowerCase() };
}

/** Tries several side by side, those first whose destination has a place; what was not begun within the time is the sweeper's. */
async function tryEach(sending: Sending, planned: readonly Planned[]): Promise<void> {
  const slots = slotsOf(sending.transport);
  const left = planned.flatMap(({ mail, destination }) => (mail === null ? [] : [{ mail, destination }]));
  let late = false;
  const runner = async () => {
    for (;;) {
      const next = await slots.first(left);
      if (!next) return;
      try {
        if (late) return;
        const mail = await claim(sending.record, next.one.mail);
        if (mail) next.release(answersWell(await sendOne(sending, mail)));
      } finally {
        next.release();
      }
    }
  };
  const runs = Promise.allSettled(Array.from({ length: SIDE_BY_SIDE }, runner));
  const clock = new AbortController();
  const done = await Promise.race([
    runs,
    sleep(sending.patienceMs ?? PATIENCE_MS, null, { signal: clock.signal }).catch(() => null),
  ]);
  late = true;
  clock.abort();
  const failed = done?.find((run) => run.status === 'rejected');
  if (failed) throw failed.reason;
}

/** Tells the server every ten seconds that this worker lives; does nothing outside of an activity. */
function heartbeat(): () => void {
  const context = currentContext();
  if (!context) return () => {};
  const timer = setInterval(() => context.heartbeat(), HEARTBEAT_MS);
  return () => clearInterval(timer);
}

function currentContext(): Context | undefined {
  try {
    return Context.current();
  } catch {
    return undefined;
  }
}
