// The desk of people who are signed in, on the record.

import { desc } from 'drizzle-orm';
import type { LocalDate } from '../../domain/time/calendar.ts';
import { standingAlerts } from '../../record/alerts.ts';
import { backlog, heldBack } from '../../record/backlog.ts';
import { staffByAddress } from '../../record/directory.ts';
import { whereTo } from '../../record/mail-ids.ts';
import { casesNaming, lateIn, nextSteps, standingOf } from '../../record/naming-cases.ts';
import type { OpenRecord } from '../../record/open.ts';
import { watch } from '../../record/schema.ts';
import { below, isShared, namedAs } from '../../record/staff-named.ts';
import { type TemporalView, temporalViews } from '../temporal-views.ts';
import type { Desk } from './desk.ts';

/** Alerts and steps that a page shows. */
const SHOWN = 50;

export function deskOf(
  record: OpenRecord,
  rest: Pick<Desk, 'cases' | 'settingOf' | 'keys' | 'now' | 'temporalUi'>,
): Desk {
  return {
    ...rest,
    hashOf: (address) => whereTo(record.ledgerKey, '', address).reader.slice(0, 16),
    directory: {
      withAddress: (address) => staffByAddress(record, address),
      isShared: (address) => isShared(record, address),
      below: (member) => below(record, member),
      namedAs: (members) => namedAs(record, members),
    },
    casesNaming: (addresses, authority) => casesNaming(record, addresses, authority),
    lateIn: (which, today, limit) => lateIn(record, which, today, limit),
    standingOf: (which, today) => standingOf(record, which, today),
    async operations() {
      const [alerts, next, mails, held, looks] = await Promise.all([
        ...([standingAlerts(record), nextSteps(record, SHOWN), backlog(record), heldBack(record)] as const),
        record.db.select({ at: watch.lookedAt }).from(watch).orderBy(desc(watch.lookedAt)).limit(1),
      ]);
      return { alerts, next, mails, heldBack: held, lookedAt: looks[0]?.at ?? null };
    },
  };
}

/** The views of the list of cases in Temporal UI, by the teams there are and what stands. @throws RecordUnavailable */
export async function viewsNow(record: OpenRecord, today: LocalDate): Promise<readonly TemporalView[]> {
  const [teams, alerts] = await Promise.all([standingOf(record, 'all', today), standingAlerts(record)]);
  return temporalViews({ teams, alerts: alerts.map(({ caseId }) => caseId), today });
}
