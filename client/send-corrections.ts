// Correcting and withdrawing, the same over Temporal and over HTTP: the case is asked for its history, then told.

import type { Recorded } from '../domain/case/events.ts';
import type { RecordAnswer } from '../workflows/api-types.ts';
import { type Correction, correctionIn, type Withdrawal, withdrawalIn } from './corrections-sent.ts';
import type { CaseKey } from './listed.ts';
import type { NewEvent } from './new-event.ts';

/** What both clients ask of a case. */
interface Asked {
  history(key: CaseKey): Promise<{ readonly events: readonly Recorded[] }>;
  record(key: CaseKey, events: readonly NewEvent[]): Promise<RecordAnswer>;
}

/** Corrects one or more events of a case, all or none. @throws BadInput when there is no such event; as `record` */
export async function correctIn(
  client: Asked,
  key: CaseKey,
  corrections: readonly Correction[],
): Promise<RecordAnswer> {
  const { events } = await client.history(key);
  return client.record(
    key,
    corrections.map((one) => correctionIn(events, one)),
  );
}

/** Withdraws one or more events of a case, all or none. @throws as `correctIn` */
export async function withdrawIn(
  client: Asked,
  key: CaseKey,
  withdrawals: readonly Withdrawal[],
): Promise<RecordAnswer> {
  const { events } = await client.history(key);
  return client.record(
    key,
    withdrawals.map((one) => withdrawalIn(events, one)),
  );
}
