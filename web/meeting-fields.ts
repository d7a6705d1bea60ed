// Questions about a meeting that several pages ask: where and when it is to be, and what was thought of.

import type { LocalDateTime } from '../domain/time/calendar.ts';
import type { Field, Form, Option } from './forms.ts';
import type { Visit } from './visit.ts';

/** What the gates of a booking ask to have been thought of (R13, R95, R97, R122). */
export const CONSIDERED: readonly Option[] = [
  { value: 'comfortable', text: 'The venue is comfortable' },
  { value: 'accessible', text: 'It is accessible to everybody who is asked to come' },
  { value: 'private', text: 'It is private' },
  { value: 'suitable-for-family', text: 'It suits the child and the family' },
  { value: 'outside-school-time', text: 'School time was considered, where a child of school age comes' },
  { value: 'location', text: 'The place was chosen with this family; it may be their home' },
];
const DOCUMENTS: readonly Option[] = [{ value: 'yes', text: 'Consultation documents go out with the invitations' }];

/** `core-group-3` → `core-group` */
export const kindOf = ({ meeting }: Visit): string => (meeting ?? '').replace(/-\d+$/, '');

/** Where and when. @param before what the names of the fields begin with */
export const whenFields = (visit: Visit, before: string, hint?: string): readonly Field[] => [
  { is: 'date', name: `${before}on`, label: before ? 'The day of the next one' : 'The day', hint },
  { is: 'time', name: `${before}at`, label: 'When it begins', hint: 'For example, 10:00 or 2:30pm' },
  {
    is: 'line',
    name: `${before}venue`,
    label: 'Where',
    hint: 'Not an address of the family: this stands in e-mails to everybody',
  },
  { is: 'several', name: `${before}considered`, label: 'What was thought of', options: CONSIDERED },
  ...(kindOf(visit) === 'cin-review' && before === ''
    ? [{ is: 'several', name: 'documents', label: 'Documents', options: DOCUMENTS } as const]
    : []),
];

interface When {
  readonly start: LocalDateTime;
  readonly venue: string;
  readonly considered?: readonly string[];
  readonly consultationDocuments?: true;
}

/** Reads them; undefined where something is wrong. */
export function whenOf(form: Form, before: string): When | undefined {
  const on = form.date(`${before}on`, 'Give the day of the meeting');
  const at = form.time(`${before}at`, 'Give the time at which it begins');
  const venue = form.line(`${before}venue`, 'Say where it is, or “to be confirmed”');
  const considered = form.several(`${before}considered`, CONSIDERED);
  const documents = form.raw('documents') === 'yes';
  if (on === undefined || at === undefined || venue === undefined) return undefined;
  return {
    start: `${on}T${at}` as LocalDateTime,
    venue,
    ...(considered.length > 0 && { considered }),
    ...(documents && before === '' && { consultationDocuments: true }),
  };
}

/** Whether anything of it was filled in. */
export const saysWhen = (form: Form, before: string): boolean =>
  ['on-day', 'on-month', 'on-year', 'at', 'venue'].some((name) => form.raw(`${before}${name}`).trim() !== '');
