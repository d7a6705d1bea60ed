// What a notice says in one line: the subject of a mail, and the words for meetings, duties and dates it is made of.
// Pure; the player, the workflows and the mails read the same words. No person, address or category of harm is ever named here.

import { MEETING_KINDS } from '../case/kinds.ts';
import type { Booking, DutyKey, MeetingId, NoticeKind, Role, Why } from '../case/model.ts';
import { own } from '../case/own.ts';
import { type DutyFamily, familyOf } from '../duties/families.ts';
import { type Instant, inLondon, type LocalDate } from '../time/calendar.ts';
import type { Somebody } from './notice.ts';

/** What people of an authority call things: words over the stable keys, from its policy. */
export interface Labels {
  /** `cin-meeting` → "core group" in Hull (P2). */
  readonly meetings?: Readonly<Record<string, string>> | undefined;
  readonly roles?: Readonly<Record<string, string>> | undefined;
  /** Which roles are children and family, who are written to with more care; the usual ones where absent. */
  readonly family?: readonly Role[] | undefined;
}

/** What a subject is made of; every `Notice` of a case with its reference fits. */
export interface Subject {
  readonly ref: string;
  readonly kind: NoticeKind;
  readonly duty: DutyKey | null;
  readonly meeting: MeetingId | null;
  readonly due: LocalDate | null;
  readonly booking?: Booking | undefined;
  readonly rung: string;
  readonly repeat: number;
  readonly text?: string | undefined;
  readonly about?: { readonly role: Role } | undefined;
  readonly why?: Why | undefined;
  /** When it is said: with it a subject tells how near or late the day is, so no two chases of one duty read alike. */
  readonly at?: Instant | undefined;
}

const MEETINGS: Readonly<Record<string, string>> = {
  'initial-conference': 'initial child protection conference',
  'core-group': 'core group',
  'review-conference': 'review conference',
  'cin-meeting': 'child in need meeting',
  'cin-review': 'child in need review',
  'lac-review': 'looked after review',
};

const ROLES: Readonly<Record<string, string>> = {
  health: 'health representative',
  education: 'education representative',
  police: 'police representative',
  child: 'young person',
  mother: 'parent',
  father: 'parent',
  family: 'family member',
};

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Mon 1 Mar 2027`, read from the text alone: no time zone can move it. */
export function shortDate(date: string): string {
  const [year, month, day] = date.slice(0, 10).split('-').map(Number);
  return `${WEEKDAYS[new Date(`${date.slice(0, 10)}T00:00:00Z`).getUTCDay()]} ${day} ${MONTHS[month! - 1]} ${year}`;
}

/** `core-group-3` → "core group 3", in the authority's own word for it. */
export function meetingWords(meeting: string, labels?: Labels): string {
  const [, kind, number] = /^(.*?)(?:-(\d+))?$/.exec(meeting)!;
  const word = own(labels?.meetings, kind!) ?? own(MEETINGS, kind!) ?? plainWords(kind!);
  return number ? `${word} ${number}` : word;
}

/** `social-worker` → "social worker", or the authority's label. */
export const roleWords = (role: Role, labels?: Labels): string =>
  own(labels?.roles, role) ?? own(ROLES, role) ?? plainWords(role);

/** "Amira Khan (social worker)" for staff, "the parent" for the family. */
export const personWords = ({ role, name }: Somebody, labels?: Labels): string =>
  name === undefined
    ? `the ${roleWords(role, labels) || 'person concerned'}`
    : `${name}${role ? ` (${roleWords(role, labels)})` : ''}`;

/** "A, B and C" */
export const listed = (all: readonly string[]): string =>
  all.length < 2 ? (all[0] ?? '') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`;

const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth'];

/** "third"; from ten on in figures. */
export function ordinal(count: number): string {
  const word = ORDINALS[count - 1];
  if (word) return word;
  const teens = count % 100 >= 11 && count % 100 <= 13;
  return `${count}${(teens ? undefined : ['th', 'st', 'nd', 'rd'][count % 10]) ?? 'th'}`;
}

const plainWords = (key: string): string => key.replaceAll('-', ' ').replaceAll('/', ' ');

/** A duty as a thing that is or was due; `many` where the thing is a plural. */
export interface DutyWords {
  readonly family: string;
  readonly thing: string;
  readonly many: boolean;
}

/** Every family of duties as a thing; one that is missing does not compile. */
const THINGS: Readonly<Record<DutyFamily, (of: string, key: string) => string>> = {
  hold: (of) => of,
  attend: (of) => of,
  confirm: (of) => `saying whether ${of} was held`,
  minutes: (of) => `minutes of ${of}`,
  distribute: (of) => `passing on the minutes of ${of}`,
  papers: (of) => `papers for ${of}`,
  action: (_, id) => (id ? `plan action ${id}` : 'a plan action'),
  allocate: () => 'allocating the case to a social worker',
  date: () => 'an owner and a date for a plan action',
  propose: (of) => `proposing the ${of}`,
  approve: (of) => `decision on the ${of}`,
  agree: (of) => `agreeing the ${of}`,
  explain: (of) => `reason for the late ${of}`,
  tell: (of) => `telling the family about ${of}`,
  transfer: () => 'telling the other authority about the case',
  'say-next': () => 'saying what follows the plan',
  open: (of) => `opening the ${of} case`,
  report: (of) => `telling the ${of} case what was decided`,
  end: () => 'ending this case, which was opened in error',
  'step-down': () => 'talking over what universal services take on',
  engage: () => 'encouraging the family to stay involved',
  consider: () => 'considering a strategy discussion',
  circulate: (of) => `passing on the amended ${of}`,
  represent: (of) => `somebody to stand in at ${of.replace(/, .*$/, '')}`,
  assess: (of) => `the assessment ${of} asked for`,
  discuss: () => 'the strategy discussion that was asked for',
  'next-steps': (of) => `next steps after ${of}`,
  close: () => 'closing the case',
  letter: () => 'closure letter',
  notify: () => 'telling everybody that the case is closed',
};
const PLURAL: ReadonlySet<string> = new Set<DutyFamily>(['minutes', 'papers']);

/** `minutes/core-group-3` → "minutes of core group 3". A family that is not known is read out as it is written. */
export function dutyWords(duty: DutyKey, labels?: Labels): DutyWords {
  const slash = duty.indexOf('/');
  const known = familyOf(duty);
  const family = slash < 0 ? duty : duty.slice(0, slash);
  const key = slash < 0 ? '' : duty.slice(slash + 1);
  const [head, ...more] = key.split('/');
  const of = [meetingWords(head!, labels), ...more.map((one) => meetingWords(one, labels))].join(', ').trim();
  const thing = known ? THINGS[known](of, key) : `${plainWords(family)} ${of}`.trim();
  return { family, thing, many: PLURAL.has(family) };
}

/** The same for a mail: what people call an action may name somebody, so it is not part of a sentence. */
export const mailWords = (duty: DutyKey, labels?: Labels): DutyWords =>
  dutyWords(familyOf(duty) === 'action' ? 'action' : duty, labels);

const MEETING_ID = new RegExp(`(?<![\\w-])(?:${MEETING_KINDS.join('|')})(?:-\\d+)?(?![\\w-])`, 'g');

/** A text of the domain with its dates and meetings as people read them. */
export const readable = (text: string, date: (date: string) => string, labels?: Labels): string =>
  text.replace(/\b\d{4}-\d{2}-\d{2}\b/g, date).replace(MEETING_ID, (id) => meetingWords(id, labels));

/**
 * The one line a mail is known by: `BC-2041: minutes of core group 3 were due on Mon 1 Mar 2027, 3 days late`.
 * Says what it is about and by when; holds no personal data.
 */
export function subject(notice: Subject, labels?: Labels): string {
  // Lists of release 0.1, whose last rung repeated, are still read. A weekly notice tells how late it is.
  const again = notice.repeat > 0 && notice.rung !== 'weekly' ? `, for the ${ordinal(notice.repeat + 1)} time` : '';
  return `${notice.ref}: ${said(notice, labels)}${again}`;
}

function said(notice: Subject, labels?: Labels): string {
  const family = notice.duty?.split('/')[0];
  const meeting = notice.meeting ? gathering(notice, labels) : null;
  switch (notice.kind) {
    case 'invitation':
      return `invitation to ${meeting ?? 'a meeting'}`;
    case 'change':
      if (notice.why === 'put-right')
        return `put right: ${brief(putRight(notice.text), labels) ?? 'what you were told'}`;
      return `change: ${meeting ?? brief(notice.text, labels) ?? 'a meeting has moved'}`;
    case 'cancellation':
      if (notice.why === 'left') return `no longer expected: ${meeting ?? 'a meeting'}`;
      return `cancelled: ${meeting ?? 'a meeting'}${notice.why === 'plan-ended' ? ', the plan has ended' : ''}`;
    case 'decision':
      if (notice.why === 'not-mine' && notice.duty)
        return `your decision is needed: who is to see to ${mailWords(notice.duty, labels).thing}`;
      if (family === 'discuss') return `please act at once: ${owed(notice, labels).replace(/^to do: /, '')}`;
      return `your decision is needed: ${brief(notice.text, labels) ?? decided(notice, labels)}`;
    case 'information':
      if (notice.why === 'not-held' && meeting) return `did not take place: ${meeting}`;
      // Apologies speak of somebody; what line managers are told does not.
      if (family === 'attend' && meeting && notice.about)
        return `${meeting}: apologies from the ${roleWords(notice.about.role, labels)}`;
      if (family === 'attend' && meeting) return `${meeting}: your staff are invited`;
      return (
        told(notice, labels) ?? `for your information: ${notice.duty ? owed(notice, labels) : (meeting ?? 'this case')}`
      );
    case 'escalation':
      return notice.rung === 'weekly' ? outstanding(notice, labels) : `escalation: ${owed(notice, labels)}`;
    case 'reminder':
      return family === 'attend' && meeting
        ? `reminder: ${meeting}${ago(nearness(notice.at, notice.booking?.start))}`
        : owed(notice, labels);
    case 'chase':
      return owed(notice, labels);
  }
}

/** What is so now, without what was said before. */
const putRight = (text: string | undefined): string | undefined =>
  text
    ?.replace(/^what was recorded wrongly is put right: /, '')
    .replace(/, which you were told of as due on [\d-]+,/g, '');

/** One thing of several that a notice speaks of, in a line. */
export const inBrief = (one: Subject, labels?: Labels): string => said(one, labels).replace(/^escalation: /, '');

/** What is to be decided. */
function decided(notice: Subject, labels?: Labels): string {
  const family = notice.duty && familyOf(notice.duty);
  if (notice.duty === 'approve/closure') return 'closing the case';
  if (family === 'consider') return 'whether to hold a strategy discussion';
  return owed(notice, labels).replace(/^(to do: )?(decision on )?/, '');
}

/** What happened, with what or whom it happened to: the text alone may not say. */
function told({ text, duty, about, why }: Subject, labels?: Labels): string | undefined {
  const what = brief(text, labels);
  // `about` gave the reason, or has the case now: it did not happen to them.
  if (why === 'departure' || why === 'passed-on' || why === 'later-date-answered') return what;
  const whom = duty ? mailWords(duty, labels).thing : about && roleWords(about.role, labels);
  return what && whom ? `${whom}: ${what}` : what;
}

/** ", 3 days late" once a limit has passed: what a mail says of it beside the date. */
export const lateBy = (at: Instant, day: string): string => /, \d+ days? late$/.exec(nearness(at, day))?.[0] ?? '';

/** "core group 2, Tue 2 Feb 2027 10:00", or without its time while none is booked. */
function gathering({ meeting, booking }: Subject, labels?: Labels): string {
  const word = meetingWords(meeting!, labels);
  return booking ? `${word}, ${shortDate(booking.start)} ${booking.start.slice(11, 16)}` : word;
}

function owed(notice: Subject, labels?: Labels): string {
  if (!notice.duty)
    return brief(notice.text, labels) ?? (notice.meeting ? gathering(notice, labels) : 'something is outstanding');
  const { family, thing, many } = mailWords(notice.duty, labels);
  const past = isPast(notice);
  if (!notice.due && family === 'hold') return `${thing} is ${past ? 'still not booked' : 'to be booked'}`;
  if (!notice.due) return past ? `${thing} ${many ? 'are' : 'is'} still outstanding` : `to do: ${thing}`;
  const day = shortDate(notice.due);
  const near = nearness(notice.at, notice.due);
  if (family === 'hold') {
    const booked = notice.booking?.start.slice(0, 10);
    if (past && booked && notice.at && booked < londonDay(notice.at))
      return `${thing} was booked for ${shortDate(booked)}; nobody has said that it was held${near}`;
    if (past) return `${thing} was due by ${day} and has not been held${near}`;
    return `${thing} is not booked, and is due by ${day}${near}`;
  }
  if (family === 'confirm')
    return `was ${meetingWords(notice.meeting ?? notice.duty.slice(8), labels)} held? It was booked for ${day}${ago(near)}`;
  const verb = past ? (many ? 'were' : 'was') : many ? 'are' : 'is';
  return `${thing} ${verb} due on ${day}${near}`;
}

/** L14: what is said of it each week, until it is done. */
function outstanding(notice: Subject, labels?: Labels): string {
  if (notice.due !== null) return `still outstanding: ${owed(notice, labels)}`;
  // Weeks are counted from the one it arose in: without a limit nothing else sets one from the next.
  const weeks = notice.repeat > 0 ? ` for ${notice.repeat} ${notice.repeat === 1 ? 'week' : 'weeks'}` : '';
  return `still outstanding${weeks}: ${mailWords(notice.duty ?? '', labels).thing}`;
}

/** Has the limit passed? An escalation may come before it: the manager hears of a meeting that is not booked. */
export function isPast({ at, due, kind }: Pick<Subject, 'at' | 'due' | 'kind'>): boolean {
  if (due === null || at === undefined) return kind === 'chase' || kind === 'escalation';
  return londonDay(at) > due;
}

/** ", 3 days late", ", today", ", in 5 days": what sets one reminder apart from the next. Empty without a moment to count from. */
function nearness(at: Instant | undefined, day: string | undefined): string {
  if (!at || !day) return '';
  const days = (Date.parse(day.slice(0, 10)) - Date.parse(londonDay(at))) / 86_400_000;
  if (days === 0) return ', today';
  if (days === 1) return ', tomorrow';
  return days > 0 ? `, in ${days} days` : `, ${-days} ${days === -1 ? 'day' : 'days'} late`;
}

/** What is over is not late. */
const ago = (near: string): string => near.replace(/ late$/, ' ago');

/** Only the last hour of a UTC day can be the next day in London; asking the time zone every time would cost the player its speed. */
export const londonDay = (at: Instant): string => (at.slice(11, 13) === '23' ? inLondon(at) : at).slice(0, 10);

/** The first sentence of a text, short enough for a subject. */
function brief(text: string | undefined, labels?: Labels): string | undefined {
  if (!text) return undefined;
  const first = readable(text, shortDate, labels).replace(/\n.*$/s, '').replace(/\s+/g, ' ').trim().replace(/\.$/, '');
  if (!first) return undefined;
  return first.length <= 110 ? first : `${first.slice(0, 109).trimEnd()}…`;
}
