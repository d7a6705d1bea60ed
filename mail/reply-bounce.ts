// What a relay reports of a mail that did not arrive (RFC 3464). Its words are not read: only to whom, what was done, and the code.

/** What a report says of one recipient. */
interface DeliveryReport {
  /** An address in small letters. */
  readonly recipient: string;
  /** `failed`, `delayed`, `delivered`, `relayed`, `expanded`. */
  readonly action: string;
  /** `5.1.1`; empty where it gives none. */
  readonly code: string;
}

/** Nobody writes to more than one person in a mail of ours. */
const REPORTS_AT_MOST = 20;

/** Reads a part of type `message/delivery-status`: groups of fields, the first about the mail, each other about one recipient. */
export function readDeliveryReports(text: string): readonly DeliveryReport[] {
  const groups = text.replace(/\r\n?/g, '\n').split(/\n[ \t]*\n+/);
  return groups.slice(0, REPORTS_AT_MOST + 1).flatMap((group): DeliveryReport[] => {
    const fields = fieldsOf(group);
    const recipient = fields.get('final-recipient')?.replace(/^[^;]*;/, '');
    const action = fields.get('action');
    if (recipient === undefined || action === undefined) return [];
    return [{ recipient: bare(recipient), action: action.toLowerCase(), code: codeOf(fields) }];
  });
}

function fieldsOf(group: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const line of group.replace(/\n[ \t]+/g, ' ').split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) fields.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return fields;
}

/** Some programs put the address into angle brackets, or a comment behind it. */
const bare = (address: string): string =>
  (/<([^<>]*)>/.exec(address)?.[1] ?? address.replace(/\([^()]*\)/g, '')).trim().toLowerCase();

/** A status that says no more than "failed" is told more exactly by what the last server answered. */
function codeOf(fields: ReadonlyMap<string, string>): string {
  const status = /^[245]\.\d{1,3}\.\d{1,3}/.exec(fields.get('status') ?? '')?.[0] ?? '';
  const answered = /\b([245]\.\d{1,3}\.\d{1,3})\b/.exec(fields.get('diagnostic-code') ?? '')?.[1];
  return status === '' || /^\d\.0\.0$/.test(status) ? (answered ?? status) : status;
}
