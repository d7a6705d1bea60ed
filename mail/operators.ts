// The mail to operators: which alerts stand, since when, and what to do. It holds case ids and figures, nothing personal.

import { inLondon } from '../domain/time/calendar.ts';
import type { AlertKind, StandingAlert } from '../record/alerts.ts';
import { addressFault } from './address.ts';
import { ALERT_WORDS } from './alert-words.ts';
import { longTime } from './dates.ts';
import type { MailSettings } from './mail-settings.ts';
import { singleMail } from './single-mail.ts';
import type { Message, Transport } from './smtp.ts';

/** This many alerts of a kind are listed. The rest is only counted. */
const LISTED = 50;

/**
 * Reads the operators' addresses from NODRIFT_OPERATORS, separated by commas. Without it nobody is written to.
 * @param domains the only domains mail may go to, where there are any
 * @throws Error with one line naming the address that cannot be used
 */
export function readOperators(text: string | undefined, domains: readonly string[] = []): readonly string[] {
  const addresses = (text ?? '').split(',').map((address) => address.trim());
  if (addresses.every((address) => address === '')) return [];
  for (const address of addresses) {
    const fault = addressFault(address, domains);
    if (fault === 'domain-not-allowed')
      throw new Error(`NODRIFT_OPERATORS has ${address}, which is outside NODRIFT_MAIL_DOMAINS`);
    if (fault)
      throw new Error(
        `NODRIFT_OPERATORS must be addresses separated by commas, such as ops@council.example, not "${text}"`,
      );
  }
  return [...new Set(addresses)];
}

/** Sends each operator the alerts that stand. @returns whether the relay took at least one mail */
export async function writeToOperators(
  { transport, settings }: { readonly transport: Transport; readonly settings: MailSettings },
  operators: readonly string[],
  alerts: readonly StandingAlert[],
  now: Date,
): Promise<boolean> {
  const results = await Promise.all(
    operators.map((address) => transport.send(composeAlerts(alerts, address, settings, now))),
  );
  return results.some(({ outcome }) => outcome === 'accepted');
}

export function composeAlerts(
  alerts: readonly StandingAlert[],
  address: string,
  settings: MailSettings,
  now: Date,
): Message {
  const kinds = [...new Set(alerts.map(({ what }) => what))];
  const many = alerts.length === 1 ? 'one thing needs' : `${alerts.length} things need`;
  const said = {
    subject: `Nodrift: ${many} attention`,
    lead: `${many[0]!.toUpperCase()}${many.slice(1)} attention.`,
    paragraphs: [],
    listHeading: 'What stands',
    list: kinds.flatMap((what) => lines(alerts.filter((one) => one.what === what))),
    facts: [],
    todoHeading: 'What to do',
    todo: kinds.map((what) => `${what}: ${ALERT_WORDS[what].todo}.`),
    links: [],
    because:
      'You are one of the operators named in NODRIFT_OPERATORS. As long as something stands you get one mail an hour. Each of these is explained in docs/operations.md.',
    rules: [],
    footer: 'Sent by the watchdog of Nodrift.',
  };
  return singleMail({ name: '', address }, said, settings, {
    kind: 'operators',
    of: `${address} ${now.toISOString()}`,
    threads: true,
  });
}

function lines(ofOneKind: readonly StandingAlert[]): readonly string[] {
  const left = ofOneKind.length - LISTED;
  const what = ofOneKind[0]!.what;
  return [...ofOneKind.slice(0, LISTED).map(line), ...(left > 0 ? [`and ${left} more: ${inWords(what)}`] : [])];
}

function line({ caseId, what, detail, since }: StandingAlert): string {
  const more = detail === undefined ? '' : ` (${detail})`;
  return `${caseId === '' ? '' : `${caseId}: `}${inWords(what)}${more}, since ${longTime(inLondon(since))}`;
}

const inWords = (what: AlertKind): string => `${ALERT_WORDS[what].says} [${what}]`;
