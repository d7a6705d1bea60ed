// Mistakes put right (L1): which versions of what was recorded stand. Nothing recorded is ever lost: a corrected event stands as it should
// have been, in the original's place; a withdrawn one never happened; both can themselves be put right.

import { order } from '../time/order.ts';
import type { CaseEvent, EventOf, Recorded } from './events.ts';

/** What puts something right, and is no event of the plan itself. */
export type PutsRight = Recorded<EventOf<'event-corrected' | 'event-withdrawn'>>;

export const putsRight = (one: Recorded): one is PutsRight =>
  one.event.type === 'event-corrected' || one.event.type === 'event-withdrawn';

/** What became of one thing that was recorded. */
export interface Fate {
  /** The event as it stands now; undefined where it is withdrawn. */
  readonly stands: Recorded | undefined;
  /** The ids by which it was put right, the newest last; those withdrawn themselves left out. */
  readonly by: readonly string[];
}

/** What a correction or withdrawal names. */
export const targetOf = ({ event }: PutsRight): string =>
  event.type === 'event-corrected' ? event.corrects : event.withdraws;

/**
 * What became of each event, by the id of the original. A correction of a correction is one of the original; a withdrawn correction leaves the
 * version before it.
 */
export function fates(events: readonly Recorded[]): ReadonlyMap<string, Fate> {
  const all = new Map(events.map((one) => [one.id, one]));
  const withdrawn = withdrawals(events);
  const found = new Map<string, Fate>();
  for (const one of events) if (!putsRight(one)) found.set(one.id, { stands: one, by: [] });
  for (const { id, event } of events.filter(putsRight).sort(byArrival)) {
    if (event.type !== 'event-corrected' || withdrawn.has(id)) continue;
    const root = rootOf(all, id);
    if (root) found.set(root.id, { stands: corrected(root, id, event), by: [...(found.get(root.id)?.by ?? []), id] });
  }
  for (const [id, by] of withdrawn) {
    const fate = found.get(id);
    if (fate) found.set(id, { stands: undefined, by: [...fate.by, by] });
  }
  return found;
}

/** What is withdrawn, each with the id of its withdrawal; a withdrawal that is withdrawn itself takes nothing away. */
export function withdrawals(events: readonly Recorded[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  // From the newest: what it withdraws came before it.
  for (const { id, event } of events.filter(putsRight).sort(byArrival).reverse())
    if (event.type === 'event-withdrawn' && !found.has(id) && !found.has(event.withdraws))
      found.set(event.withdraws, id);
  return found;
}

/** The events a case is made of; undefined where nothing was put right. */
export function whatStands(events: readonly Recorded[]): readonly Recorded[] | undefined {
  if (!events.some(putsRight)) return undefined;
  const became = fates(events);
  return events.flatMap((one) => became.get(one.id)?.stands ?? []);
}

/** What became of one thing that was recorded, a correction or withdrawal as well. */
export interface Became {
  readonly standing: 'stands' | 'replaced' | 'withdrawn';
  /** The id of what stands in its place, or took it away. */
  readonly by: string | null;
}

/** Which of all that was recorded stands, by id. */
export function standings(events: readonly Recorded[]): ReadonlyMap<string, Became> {
  const all = new Map(events.map((one) => [one.id, one]));
  const became = fates(events);
  const withdrawn = withdrawals(events);
  const found = new Map<string, Became>();
  for (const one of events) {
    const root = one.event.type === 'event-withdrawn' ? undefined : rootOf(all, one.id);
    const by = withdrawn.get(one.id) ?? (root && withdrawn.get(root.id));
    const inPlace = root ? became.get(root.id)?.stands?.id : one.id;
    if (by !== undefined) found.set(one.id, { standing: 'withdrawn', by });
    else if (inPlace === one.id) found.set(one.id, { standing: 'stands', by: null });
    else found.set(one.id, { standing: 'replaced', by: inPlace ?? null });
  }
  return found;
}

/** The event that a correction, or a correction of a correction, speaks of; a withdrawal speaks of none. */
export function rootOf(all: ReadonlyMap<string, Recorded>, id: string): Recorded | undefined {
  let one = all.get(id);
  while (one && one.event.type === 'event-corrected') one = all.get(one.event.corrects);
  return one && one.event.type !== 'event-withdrawn' ? one : undefined;
}

/** The event as it should have been, in the place of the original, under the correction's own id. */
function corrected(root: Recorded, id: string, { event }: EventOf<'event-corrected'>): Recorded {
  const from = 'from' in root.event && root.event.type === event.type ? { from: root.event.from } : {};
  return { ...root, id, event: { ...(event as unknown as CaseEvent), ...from } as CaseEvent };
}

/** The event that opened the case: the first it took. */
export const openingOf = (events: readonly Recorded[]): Recorded | undefined =>
  events.find(({ arrival }) => arrival === 1) ?? [...events].sort(byArrival)[0];

/** In the order the case took them. */
const byArrival = (a: Recorded, b: Recorded): number =>
  order(a.recordedAt, b.recordedAt) || (a.arrival ?? 0) - (b.arrival ?? 0) || order(a.id, b.id);
