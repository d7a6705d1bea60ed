// Corrections and withdrawals as a service sends them: an event is named by its number or id, and only what was typed wrongly is said.

import { isEventType, shapeOf } from '../domain/case/catalogue.ts';
import type { Recorded } from '../domain/case/events.ts';
import { fates, rootOf } from '../domain/case/put-right.ts';
import { BadInput } from './errors.ts';
import type { NewEvent } from './new-event.ts';

/** Who puts something right, and why. */
interface PuttingRight {
  readonly by: string;
  readonly reason: string;
  readonly id?: string | undefined;
}

export interface Correction extends PuttingRight {
  /** The event: its number in the history, or its id. */
  readonly corrects: string | number;
  /**
   * What was typed wrongly, as it should be; the rest is taken from the event as it stands. `null` takes a field out, and `next.start` is a
   * field within a field.
   */
  readonly change: Readonly<Record<string, unknown>>;
}

export interface Withdrawal extends PuttingRight {
  /** The event: its number in the history, or its id. */
  readonly withdraws: string | number;
}

/** The event that corrects another one of this history. @throws BadInput when there is no such event, or a withdrawal is meant */
export function correctionIn(
  events: readonly Recorded[],
  { corrects, change, by, reason, id }: Correction,
): NewEvent & { readonly event: { readonly event: unknown } } {
  const target = eventNamed(events, corrects);
  const root = rootOf(new Map(events.map((one) => [one.id, one])), target.id);
  if (!root) throw new BadInput(`${corrects} is a withdrawal: withdraw it to bring back what it took away`);
  const base = fates(events).get(root.id)?.stands ?? root;
  const event = changed(base.event, change);
  const correction = { type: 'event-corrected', by, corrects: target.id, event, reason } as const;
  return { id, event: correction as NewEvent['event'] & { event: unknown } };
}

/** The event that withdraws another one of this history. @throws BadInput when there is no such event */
export function withdrawalIn(events: readonly Recorded[], { withdraws, by, reason, id }: Withdrawal): NewEvent {
  return { id, event: { type: 'event-withdrawn', by, withdraws: eventNamed(events, withdraws).id, reason } };
}

/** An event by its id, or else by its number. @throws BadInput */
export function eventNamed(events: readonly Recorded[], name: string | number): Recorded {
  const found = events.find(({ id }) => id === String(name)) ?? events.find(({ arrival }) => arrival === Number(name));
  if (found) return found;
  const last = events.reduce((most, { arrival = 0 }) => Math.max(most, arrival), 0);
  throw new BadInput(
    `there is no event ${name} in this case: they are numbered 1 to ${last}, as nodrift show has them`,
  );
}

/** Fields with others in their place. @param change `null` takes one out */
export function changed(base: object, change: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  let fields = withoutOrigin({ ...base });
  const type = change.type;
  // Another type has other fields: those that both have are taken over.
  if (typeof type === 'string' && isEventType(type)) {
    const known = new Set(['type', ...Object.keys(shapeOf(type))]);
    fields = Object.fromEntries(Object.entries(fields).filter(([name]) => known.has(name)));
  }
  return Object.entries(change).reduce((all, [name, value]) => put(all, name.split('.'), value), fields);
}

type Fields = Readonly<Record<string, unknown>>;

function put(fields: Fields, [name = '', ...within]: readonly string[], value: unknown): Fields {
  const { [name]: before, ...others } = fields;
  if (within.length === 0) return value === null ? others : { ...others, [name]: value };
  const inner = typeof before === 'object' && before !== null && !Array.isArray(before) ? (before as Fields) : {};
  return { ...others, [name]: put(inner, within, value) };
}

/** Which case led to this one is Nodrift's to say, and stays as it was. */
function withoutOrigin(fields: Fields): Fields {
  const { from, ...others } = fields;
  return typeof from === 'object' ? others : fields;
}
