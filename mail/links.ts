// Which pages stand behind a mail: from a notice to the links it shows. What they are made of is in link-token.ts.

import type { Booking, DutyKey, PersonId } from '../domain/case/model.ts';
import { type DutyFamily, familyOf } from '../domain/duties/families.ts';
import type { Notice } from '../domain/notices/notice.ts';
import { londonDay } from '../domain/notices/words.ts';
import { addDays, type Instant, type LocalDate } from '../domain/time/calendar.ts';
import { type LinkContent, type LinkKeys, type Purpose, sealLink } from './link-token.ts';
import type { MailSettings } from './mail-settings.ts';

/** How long after its day, or that of the mail, a link still opens its page. */
const OPEN_FOR_DAYS = 14;

interface LinkSettings {
  readonly keys: LinkKeys;
  /** Where the pages are, without a slash at the end: `https://nodrift.council.example`. */
  readonly publicUrl: string;
}

/**
 * The links of a notice. Rehearsals have none: they live on clocks of their own, and nobody answers them.
 * @returns what MailSettings takes
 */
export const linksFor =
  ({ keys, publicUrl }: LinkSettings): NonNullable<MailSettings['links']> =>
  (of, notice) => {
    const way = of.rehearsal ? undefined : wayOf(notice);
    if (!way) return [];
    const content = { kind: of.kind, ref: of.ref, person: notice.to.id, until: lastDay(notice) };
    const seal = (what: Pick<Way, 'purpose' | 'about'>) => sealLink(keys, { ...content, ...what }, notice.to.email);
    const link = (to: Way) => ({ label: to.label, url: linkUrl(publicUrl, seal(to)) });
    const answers = [way, ...helpFor(notice, way)].map(link);
    if (way.purpose !== 'attend' || notice.meeting === null) return answers;
    // R58: every member has a copy of the agenda, and it comes with the invitation.
    const agenda = seal({ purpose: 'paper', about: `agenda/${notice.meeting}` });
    return [...answers, { label: 'Read or print the agenda', url: `${publicUrl}/papers/${agenda}` }];
  };

/** `/do/<token>`, the contract of design.md. */
export const linkUrl = (publicUrl: string, token: string): string => `${publicUrl}/do/${token}`;

interface Way {
  readonly purpose: Purpose;
  readonly about: string;
  readonly label: string;
}

/** What its reader can answer to a notice; undefined where there is nothing to answer. */
function wayOf(notice: Notice): Way | undefined {
  const { kind, duty, meeting, why } = notice;
  if (kind === 'cancellation' || why === 'put-right') return undefined;
  const family = duty === null ? undefined : familyOf(duty);
  if (kind === 'invitation' || family === 'attend' || (kind === 'change' && meeting !== null))
    // What line managers and chairs are told of somebody else's attendance is not theirs to answer.
    return meeting === null || notice.about || notice.staff || kind === 'information'
      ? undefined
      : {
          purpose: 'attend',
          about: `attend/${meeting}`,
          label: isForFamily(notice) ? 'I can’t come' : 'Say whether you can come',
        };
  // Of duties the family is told by people, not asked by mail.
  if (duty === null || isForFamily(notice)) return undefined;
  if (why === 'by-link') return { purpose: 'wrong', about: duty, label: 'Say that this is wrong' };
  return kind === 'information' ? undefined : { about: duty, ...(deciding(notice) ?? pageOf(notice, family)) };
}

/** Something that somebody of the staff owes, outside of any mail. */
export interface OwedHere {
  readonly kind: LinkContent['kind'];
  readonly ref: string;
  readonly duty: DutyKey;
  readonly due: LocalDate | null;
  /** What is booked, of a meeting that is to be held. */
  readonly booking?: Pick<Booking, 'start'> | undefined;
  /** When the page is asked for. */
  readonly at: Instant;
  readonly person: { readonly id: PersonId; readonly email?: string | undefined };
}

/** The page of a duty, as a mail about it has it: `/do/<token>` and what its reader does there. */
export function dutyLink(keys: LinkKeys, owed: OwedHere): { readonly label: string; readonly path: string } {
  const { kind, ref, duty, due, booking, at, person } = owed;
  const { purpose, label } = pageOf({ booking, at }, familyOf(duty));
  const until = lastDay({ due, booking, at });
  const token = sealLink(keys, { purpose, kind, ref, person: person.id, about: duty, until }, person.email);
  return { label, path: linkUrl('', token) };
}

const isForFamily = ({ family, to }: Notice): boolean => family?.includes(to.role) === true;

/** The family may ask for help to come to what they are asked to. */
const helpFor = (notice: Notice, { purpose, about }: Way): readonly Way[] =>
  purpose === 'attend' && isForFamily(notice) ? [{ purpose: 'help', about, label: 'I need help to come' }] : [];

/** What somebody answered to what they owe, and others decide. */
function deciding({ why }: Notice): Omit<Way, 'about'> | undefined {
  switch (why) {
    case 'later-date-asked':
      return { purpose: 'new-date', label: 'Agree to a later date, or not' };
    case 'not-mine':
      return { purpose: 'wrong', label: 'Put right whose it is' };
    default:
      return undefined;
  }
}

type Booked = Pick<OwedHere, 'booking' | 'at'>;

function pageOf(notice: Booked, family: ReturnType<typeof familyOf>): Omit<Way, 'about'> {
  switch (family) {
    case 'hold':
      return isOver(notice)
        ? { purpose: 'held', label: 'Say whether it was held' }
        : { purpose: 'book', label: notice.booking ? 'Move the meeting' : 'Book the meeting' };
    case 'confirm':
      return { purpose: 'held', label: 'Say whether it was held' };
    case 'minutes':
      return { purpose: 'minutes', label: 'Say whether the minutes came' };
    case 'distribute':
      return { purpose: 'distribute', label: 'Say who has the minutes' };
    case 'approve':
      return { purpose: 'decide', label: 'Record your decision' };
    case 'tell':
      return { purpose: 'tell', label: 'Print the letter, and say that they were told' };
    case 'action':
      return { purpose: 'action', label: 'Say whether it is done' };
    default:
      return { purpose: 'other', label: (family && OTHER_LABELS[family]) ?? 'Answer this' };
  }
}

/** What their reader does on the page of all that has none of its own purpose. */
const OTHER_LABELS: Partial<Readonly<Record<DutyFamily, string>>> = {
  represent: 'Say who stands in',
  papers: 'Say that they are ready',
  circulate: 'Say who has it',
  date: 'Say who does it, and by when',
  consider: 'Record what was decided',
  discuss: 'Say whether it was held',
  assess: 'Say whether it is complete',
  engage: 'Say whether you tried',
  explain: 'Give the reason',
  'next-steps': 'Record what was decided',
  transfer: 'Say whether they know',
  close: 'Say whether it is closed',
  letter: 'Say whether it has gone',
  notify: 'Say who was told',
  'step-down': 'Say with whom it was talked over',
};

const isOver = ({ booking, at }: Booked): boolean =>
  booking !== undefined && booking.start.slice(0, 10) < londonDay(at);

function lastDay({ due, booking, at }: Booked & Pick<Notice, 'due'>): LocalDate {
  const days = [londonDay(at), due ?? '', booking?.start.slice(0, 10) ?? ''].sort();
  return addDays(days.at(-1) as LocalDate, OPEN_FOR_DAYS);
}

/**
 * Reads NODRIFT_PUBLIC_URL. @throws Error with one line for what is no address of pages
 */
export function readPublicUrl(text: string | undefined): string | undefined {
  if (!text?.trim()) return undefined;
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
  const plain = url?.protocol === 'http:' && !['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  if (
    !url ||
    !/^https?:$/.test(url.protocol) ||
    plain ||
    url.search ||
    url.hash ||
    url.username ||
    url.pathname !== '/'
  )
    throw new Error(
      `NODRIFT_PUBLIC_URL must look like https://nodrift.council.example (http only on this machine), not "${text}"`,
    );
  return url.origin;
}
