// What the inbox's pages say of a mail: when, by whom, to whom. Imported by the inbox's views only.
import type { CalendarEntry } from './inbox-calendar.ts';
import type { InboxMessage } from './inbox-store.ts';

/** The case's own time where the mail has one, which in a rehearsal may be years away; otherwise when the mail arrived. */
export const when = ({ virtualDate, receivedAt }: InboxMessage) => people(virtualDate ?? receivedAt);

/** A day, a local time or an instant (shown in London's time) as people write it. Any other text is returned as it is. */
export function people(iso: string): string {
  const date = new Date(/T[\d:.]+$/.test(iso) ? `${iso}Z` : iso);
  if (Number.isNaN(date.getTime())) return iso;
  const hours = iso.includes('T') ? ({ hour: '2-digit', minute: '2-digit' } as const) : {};
  const timeZone = /T.*(Z|[+-]\d\d:?\d\d)$/.test(iso) ? 'Europe/London' : 'UTC';
  const day = { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' } as const;
  return date.toLocaleString('en-GB', { ...day, ...hours, timeZone }).replace(',', '');
}

/** From when until when. The day is named once. */
export function span({ start, end, zone }: CalendarEntry): string {
  const [from, until] = [start && people(start), end && people(end)];
  const day = from?.split(', ')[0];
  const to = until && (until.startsWith(`${day}, `) ? `–${until.slice(day!.length + 2)}` : ` – ${until}`);
  return `${from ?? ''}${to ?? ''}${zone ? ` (${zone})` : ''}`;
}

/** The names in a From or To header, or the address where there is no name. */
export function name(header: string | undefined, address: string): string {
  return (
    (header ?? '')
      .replace(/<[^>]*>/g, '')
      .replaceAll('"', '')
      .trim() || address
  );
}
