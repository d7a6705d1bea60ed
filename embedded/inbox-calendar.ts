// Reads the calendar part of a mail (iCalendar, RFC 5545) far enough to show it to people. Imported by the inbox only.

export interface CalendarEntry {
  summary: string;
  /** A day (2025-05-09), an instant (2025-05-09T09:00:00Z), or a local time (2025-05-09T10:00:00) that `zone` places. */
  start?: string;
  end?: string;
  zone?: string;
  location?: string;
  description?: string;
  status?: string;
  organizer?: string;
  attendees: string[];
  sequence?: number;
  uid?: string;
}

export interface CalendarPart {
  /** REQUEST invites or changes, CANCEL takes back. */
  method?: string;
  entries: CalendarEntry[];
  raw: string;
}

type Property = { value: string; zone?: string };

/** What the calendar part says. Never throws: it leaves out what it cannot read, and `raw` has everything. */
export function readCalendar(raw: string): CalendarPart {
  const inside: string[] = [];
  const events: Map<string, Property[]>[] = [];
  let method: string | undefined;
  for (const line of raw.replace(/\r?\n[ \t]/g, '').split(/\r?\n/)) {
    // NAME;PARAMETER=plain;PARAMETER="quoted: with signs":value
    const parts = /^([A-Za-z0-9-]+)((?:;[^=]+=(?:"[^"]*"|[^":;]*))*):(.*)$/.exec(line);
    if (!parts) continue;
    const name = parts[1]!.toUpperCase();
    const value = parts[3]!;
    if (name === 'BEGIN') {
      inside.push(value.toUpperCase());
      if (value.toUpperCase() === 'VEVENT') events.push(new Map());
    } else if (name === 'END') inside.pop();
    else if (name === 'METHOD') method = value.toUpperCase();
    else if (inside.at(-1) === 'VEVENT') {
      // Only the event's own lines count: an alarm inside it has a description too.
      const event = events.at(-1)!;
      const zone = /;TZID="?([^";:]+)/i.exec(parts[2]!)?.[1];
      event.set(name, [...(event.get(name) ?? []), { value, ...(zone && { zone }) }]);
    }
  }
  return { ...(method && { method }), entries: events.map(entry), raw };
}

function entry(event: Map<string, Property[]>): CalendarEntry {
  const text = (name: string) => event.get(name)?.[0] && plain(event.get(name)![0]!.value);
  const time = (name: string) => event.get(name)?.[0] && iso(event.get(name)![0]!.value);
  const address = ({ value }: Property) => value.replace(/^mailto:/i, '');
  const sequence = Number(text('SEQUENCE') ?? Number.NaN);
  const all: CalendarEntry = {
    summary: text('SUMMARY') ?? '(no summary)',
    start: time('DTSTART'),
    end: time('DTEND'),
    zone: event.get('DTSTART')?.[0]?.zone,
    location: text('LOCATION'),
    description: text('DESCRIPTION'),
    status: text('STATUS'),
    organizer: event.get('ORGANIZER')?.map(address)[0],
    attendees: (event.get('ATTENDEE') ?? []).map(address),
    sequence: Number.isInteger(sequence) ? sequence : undefined,
    uid: text('UID'),
  };
  return JSON.parse(JSON.stringify(all)); // without the keys that are undefined
}

const plain = (value: string) => value.replace(/\\([\\;,nN])/g, (_, c: string) => (c.toLowerCase() === 'n' ? '\n' : c));

function iso(value: string): string {
  const parts = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?$/.exec(value);
  if (!parts) return value;
  const [, year, month, day, hour, minute, second, z] = parts;
  return `${year}-${month}-${day}${hour ? `T${hour}:${minute}:${second}${z}` : ''}`;
}
