// The lines of the one mail of a morning: what each says, what siblings share, and which comes first.

import { stable } from '../domain/case/same-content.ts';
import { familyOf } from '../domain/duties/families.ts';
import type { CaseIdentity, Notice } from '../domain/notices/notice.ts';
import {
  inBrief,
  isPast,
  type Labels,
  lateBy,
  listed,
  londonDay,
  mailWords,
  meetingWords,
} from '../domain/notices/words.ts';
import type { Instant } from '../domain/time/calendar.ts';
import { order } from '../domain/time/order.ts';
import type { Payload } from '../record/schema.ts';
import { shortDay } from './dates.ts';
import type { Link, MailSettings } from './mail-settings.ts';
import { who } from './who.ts';
import { alsoAsked, type WordingOptions } from './wording.ts';
import { said, sentence } from './wording-asks.ts';

export interface DigestOptions extends WordingOptions {
  readonly links?: MailSettings['links'];
}

/** One thing that is asked, told or outstanding, as a line of the mail. */
export interface DigestItem {
  /** The case, or the cases of siblings: "BC-2041 and BC-2042". */
  readonly refs: string;
  /** What is asked, as a sentence. */
  readonly ask: string;
  /** "Due Mon 1 March" */
  readonly due?: string | undefined;
  /** "3 days late" */
  readonly late?: string | undefined;
  /** Who was told of it too, what else of the same meeting is asked. */
  readonly more: readonly string[];
  readonly links: readonly Link[];
}

/** Under which heading a line stands. */
export type Section = 'todo' | 'standing' | 'told';

export interface Line {
  readonly section: Section;
  readonly item: DigestItem;
  readonly notice: Notice;
}

/** A notice, or those of siblings that say the same of a meeting. */
type Group = readonly [Payload, ...Payload[]];

/** Mornings without a round come together: of one thing that was asked on several of them the last is said. */
const newest = (items: readonly Payload[]): readonly Payload[] =>
  items.filter((one) => !items.some((other) => asksTheSame(one, other) && one.notice.at < other.notice.at));

/** What is told for information says something of its own each time. */
const asksTheSame = (one: Payload, other: Payload): boolean =>
  one.case.id === other.case.id &&
  one.notice.duty !== null &&
  one.notice.duty === other.notice.duty &&
  one.notice.about?.id === other.notice.about?.id &&
  one.notice.kind !== 'information' &&
  other.notice.kind !== 'information';

/** The lines of a mail, in the order to show them within their sections. */
export function linesOf(items: readonly Payload[], options: DigestOptions & { readonly now: Instant }): Line[] {
  const { now } = options;
  const read = newest(items.flatMap(each)).map((one) => reckonedAt(one, now));
  return bySiblings(read)
    .map((group) => lineOf(group, options))
    .sort((a, b) => urgency(a) - urgency(b) || order(dayOf(a), dayOf(b)) || order(a.item.refs, b.item.refs));
}

/** The moment the latest of the notices was meant for, or was planned at. */
export const latest = (items: readonly Payload[]): Instant =>
  items.reduce((last, { notice, now }) => [last, notice.at, now].sort().at(-1)!, '') as Instant;

/** What is outstanding on a case is one notice a week. Each thing of it has a line of its own here, with its own link. */
function each({ notice, ...of }: Payload): Payload[] {
  if (notice.rung !== WEEKLY) return [{ notice, ...of }];
  const { also = [], owes, booking, ...lead } = notice;
  const all = [{ ...lead, owes, booking }, ...also.map((one) => ({ ...lead, ...one, text: undefined }))];
  return all.map((one) => ({ ...of, notice: one }));
}

const WEEKLY = 'weekly';

/** A mail that goes on a later day than it was meant for counts from the day it goes. */
const reckonedAt = (one: Payload, now: Instant): Payload =>
  londonDay(now) > londonDay(one.notice.at) ? { ...one, notice: { ...one.notice, at: now } } : one;

/** L27: what is asked of one meeting of several children of a family is one line. Their meetings' numbers may differ. */
function bySiblings(items: readonly Payload[]): Group[] {
  const groups = new Map<string, [Payload, ...Payload[]]>();
  for (const one of items) {
    const name = saysOfMeeting(one) ?? stable([one.case.id, one.notice.key, one.notice.duty]);
    const group = groups.get(name);
    if (group) group.push(one);
    else groups.set(name, [one]);
  }
  return [...groups.values()];
}

/** The same for two notices that say the same of one gathering, or of one day's, of a family. */
function saysOfMeeting({ case: { authority, family }, notice }: Payload): string | undefined {
  const { meeting, booking, kind, rung, duty, due, text, why, about, owes, also = [], expected, open } = notice;
  // A list of its own stays with its case.
  if (family === null || meeting === null || expected || open) return undefined;
  const gathering = booking && [booking.start, booking.venue];
  const others = also.map((one) => [one.kind, one.duty && unnumbered(one.duty), one.due, one.booking?.start]);
  const whose = owes && { ...owes, alsoTold: undefined };
  return stable([
    ...[authority, family, kind, rung, unnumbered(duty ?? ''), unnumbered(meeting), due, gathering],
    ...[text, why, about?.role, about?.name, whose, others],
  ]);
}

/** `minutes/core-group-3` → `minutes/core-group` */
const unnumbered = (key: string): string => key.replace(/-\d+(?=\/|$)/g, '');

function lineOf(group: Group, { labels: called, links }: DigestOptions): Line {
  const [{ case: of, notice: first }] = group;
  const labels = { ...called, ...(first.family && { family: first.family }) };
  const notice = group.every((one) => one.notice.meeting === first.meeting) ? first : ofNoNumber(first);
  const refs = listed([...new Set(group.map((one) => one.case.ref))].sort());
  const behind = group.flatMap((one) => linksOf(one, links, group.length > 1));
  const item = notice.rung === WEEKLY ? outstanding(of, notice, labels) : asked(of, notice, labels);
  return { section: sectionOf(notice, item.ask), item: { refs, ...item, links: behind }, notice };
}

function ofNoNumber(notice: Notice): Notice {
  const { duty, meeting, also } = notice;
  const without = <T extends string | null>(key: T) => (key === null ? key : (unnumbered(key) as T));
  return {
    ...notice,
    duty: without(duty),
    meeting: without(meeting),
    ...(also && {
      also: also.map((one) => ({ ...one, duty: without(one.duty), meeting: without(one.meeting) })),
    }),
  };
}

/** The first page behind each thing a line asks. Of siblings each has its own, and says whose it is. */
function linksOf({ case: of, notice }: Payload, links: DigestOptions['links'], named: boolean): Link[] {
  if (!links) return [];
  const { also = [], ...lead } = notice;
  const found = [lead, ...also.map((one) => ({ ...lead, ...one }))].flatMap((one) => links(of, one).slice(0, 1));
  const pages = [...new Map(found.map((link) => [link.url, link])).values()];
  return pages.map(({ label, url }) => ({ label: named ? `${label} (${of.ref})` : label, url }));
}

type Words = Omit<DigestItem, 'refs' | 'links'>;

function asked(of: CaseIdentity, notice: Notice, labels: Labels): Words {
  const { lead, more, brief = more } = said(of, notice, labels);
  const { due, duty, kind, at } = notice;
  const family = duty === null ? undefined : familyOf(duty);
  const consent = notice.consentWithdrawn
    ? ['Consent is withdrawn: what is owed goes on until a decision is recorded.']
    : [];
  const words = { ask: lead, more: [...brief, ...alsoAsked(of, notice, labels), ...consent] };
  if (due === null || kind === 'information' || family === 'attend' || family === 'confirm') return words;
  return { ...words, due: dueOn(due, londonDay(at)), late: lateBy(at, due).slice(2) || undefined };
}

const dueOn = (due: string, today: string): string => (due === today ? 'Due today' : `Due ${shortDay(due, today)}`);

/** L14: what is said each week. The heading says that it is outstanding. */
function outstanding(of: CaseIdentity, notice: Notice, labels: Labels): Words {
  const brief = inBrief({ ...notice, ref: of.ref }, labels);
  const [, weeks, what = brief] = /^still outstanding(?: for (\d+ weeks?))?: (.*)$/.exec(brief) ?? [];
  const { owes } = notice;
  const whose = owes && !owes.you ? [`It is for ${who(owes, labels)} to do.`] : [];
  return { ask: sentence(weeks ? `${what}, for ${weeks} now` : what), more: whose };
}

const sectionOf = ({ rung, kind }: Notice, ask: string): Section => {
  if (rung === WEEKLY) return 'standing';
  return kind === 'information' && !ask.startsWith('Please ') ? 'told' : 'todo';
};

/** What is late comes first, then what has gone up to managers or waits for a decision, then what has a day, then the rest. */
function urgency(line: Line): number {
  const { notice, item } = line;
  if (item.late !== undefined) return 0;
  if (notice.kind === 'escalation' || notice.kind === 'decision' || isOverdueWithoutDay(notice)) return 1;
  return dayOf(line) === LAST ? 3 : 2;
}

const isOverdueWithoutDay = (notice: Notice): boolean => notice.due === null && isPast(notice);

const LAST = '9999';
/** The day a thing is due, or is to be: within what is as urgent the earliest comes first. */
const dayOf = ({ notice: { due, booking } }: Line): string => due ?? booking?.start.slice(0, 10) ?? LAST;

/** What a line is about, in a word or two, for a subject: it shows on a locked screen, so what people call an action is not in it. */
export function thingOf({ duty, meeting, booking, at }: Notice, labels?: Labels): string {
  if (duty !== null && familyOf(duty) !== 'attend') return mailWords(duty, labels).thing;
  if (meeting === null) return 'what was recorded';
  return `${meetingWords(meeting, labels)}${booking ? ` on ${shortDay(booking.start, at)}` : ''}`;
}
