// What is held about somebody as a text that they can read: for whoever answers a request, who reads it first.

import type { ExportedCase, PersonExport } from './person-export.ts';

/** @returns lines of plain text */
export function exportAsText(all: PersonExport): readonly string[] {
  return [
    `What ${all.authority} holds in Nodrift about ${all.addresses.join(', ') || all.cases[0]?.ids.join(', ') || 'nobody'}`,
    `Made ${minute(all.made)}. Others stand in it by their roles, in square brackets.`,
    'To be read by somebody before it is handed over: what people wrote may speak of others without naming them,',
    'and some of it may have to be kept back (Data Protection Act 2018, schedules 2 and 3).',
    ...section(
      'In the staff directory',
      all.directory.flatMap((one) => fields(one)),
    ),
    ...all.cases.flatMap(caseLines),
    ...section(
      'Sign-ins',
      all.signIns.flatMap(({ address, since, sessions }) => [
        `${address}, since ${minute(since)}`,
        ...sessions.map(({ from, until }) => `  signed in ${minute(from)}, until ${minute(until)}`),
      ]),
    ),
    ...section('Calendar', all.calendarSince === null ? [] : [`subscribed to since ${minute(all.calendarSince)}`]),
    ...section(
      'What they read and did',
      all.audit.map(({ at, did, what, outcome }) => `${minute(at)}  ${did}  ${what}  ${outcome}`),
    ),
    ...(all.cases.length === 0 && all.directory.length === 0 ? ['', 'Nothing is held about them.'] : []),
  ];
}

function caseLines({ case: id, kind, status, ids, ...one }: ExportedCase): readonly string[] {
  return [
    ...section(`Case ${id}`, [`${kind}, ${status}; called ${ids.join(', ')}`]),
    ...part('On file', one.onFile.flatMap(fields)),
    ...part(
      'What happened',
      one.events.map(
        ({ on, why, event }) =>
          `${on}  ${why === 'by-them' ? 'recorded by them' : 'about them'}: ${JSON.stringify(event)}`,
      ),
    ),
    ...part(
      'Owed by them',
      one.owed.map(
        ({ duty, due, done }) => `${duty}, due ${due ?? 'without a limit'}, ${done ? `done ${done}` : 'not done'}`,
      ),
    ),
    ...part(
      'Mails to them',
      one.mails.map(({ about, state, at }) => `${at ? minute(at) : 'not sent'}  ${about} (${state.toLowerCase()})`),
    ),
    ...part(
      'In their calendar',
      one.calendar.map(({ start, meeting, venue, cancelled }) =>
        [start.replace('T', ' '), meeting, venue ?? '', cancelled ? 'cancelled' : ''].filter(Boolean).join('  '),
      ),
    ),
  ];
}

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ['', title, '-'.repeat(title.length), ...lines];
const part = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
const fields = (of: object): readonly string[] =>
  Object.entries(of).flatMap(([name, value]) =>
    value === null || value === undefined ? [] : [`${name}: ${plain(value)}`],
  );
const plain = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
const minute = (at: string): string => `${at.slice(0, 16).replace('T', ' ')}Z`;
