// What an event says in one line, for diaries and histories on the command line.

import { dutyWords, type Labels, meetingWords, shortDate } from '../domain/notices/words.ts';

/** What the words of an event need to know round it. */
export interface EventContext {
  /** The day it was recorded: an event of another day says which. */
  readonly recorded: string;
  readonly labels?: Labels | undefined;
  /** A person's name, where it is known. */
  readonly name?: (id: string) => string;
}

/** `meeting held: core group 2, outcome continue`. Takes whatever a scenario holds, however wrong. */
export function eventWords(event: Readonly<Record<string, unknown>>, { recorded, labels, name }: EventContext): string {
  const text = (field: string): string | undefined => (typeof event[field] === 'string' ? event[field] : undefined);
  const said = (field: string, words: (value: string) => string = (value) => value): string[] => {
    const value = text(field);
    return value === undefined ? [] : [words(value)];
  };
  const details = [
    ...said('meeting', (id) => meetingWords(id, labels)),
    ...said('duty', (duty) => dutyWords(duty, labels).thing),
    ...said('id'),
    ...said('action'),
    ...said('whose', (id) => `${name?.(id) ?? id}’s`),
    ...said('until', (until) => (isDay(until) ? `until ${shortDate(until)}` : `until ${until}`)),
    ...(typeof event.agreed === 'boolean' ? [event.agreed ? 'agreed' : 'not agreed'] : []),
    ...said('person', (id) => name?.(id) ?? id),
    ...said('why', (why) => why.replaceAll('-', ' ')),
    ...said('to', (id) => name?.(id) ?? id),
    ...said('corrects'),
    ...said('withdraws'),
    ...corrected(event.event, { recorded, labels, name }),
    ...said('about'),
    ...said('start', (start) => (isDay(start) ? `${shortDate(start)} ${start.slice(11, 16)}` : start)),
    ...version(event.policy),
    ...said('outcome', (outcome) => `outcome ${outcome}`),
    ...said('due', (due) => (isDay(due) ? `due ${shortDate(due)}` : due)),
    ...said('on', (on) => (on === recorded ? '' : isDay(on) ? `on ${shortDate(on)}` : `on ${on}`)),
    ...said('via', (via) => WAYS[via as keyof typeof WAYS] ?? ''),
  ].filter((detail) => detail !== '');
  const type = String(event.type).replaceAll('-', ' ');
  return details.length === 0 ? type : `${type}: ${details.join(', ')}`;
}

/** How it was said, where not by a service or at a terminal. */
const WAYS = { link: 'by a link', reply: 'by answering a mail', letter: 'by letter' };

/** How something was, of which another version was recorded. */
const corrected = (event: unknown, context: EventContext): string[] =>
  typeof event === 'object' && event !== null ? [`as ${eventWords({ ...event }, context)}`] : [];

/** Which policy: the rest of it is figures. */
const version = (policy: unknown): string[] => {
  const { authority, version } = (policy ?? {}) as Readonly<Record<string, unknown>>;
  return version === undefined ? [] : [`${authority} ${version}`];
};

const isDay = (text: string): boolean => /^\d{4}-\d{2}-\d{2}/.test(text);
