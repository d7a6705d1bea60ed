// A notice in words: what is asked, the facts, what to do, and why this person is told. No name of a child or of the family, no address and
// no category of harm is in them.

import { familyOf } from '../domain/duties/families.ts';
import type { CaseIdentity, Notice } from '../domain/notices/notice.ts';
import {
  inBrief,
  type Labels,
  lateBy,
  listed,
  londonDay,
  mailWords,
  meetingWords,
  readable,
  roleWords,
  shortDate,
  subject,
} from '../domain/notices/words.ts';
import type { Instant } from '../domain/time/calendar.ts';
import { shown } from './address.ts';
import { longDate, longSpan } from './dates.ts';
import { upper } from './duty-texts.ts';
import type { Link } from './mail-settings.ts';
import { place } from './venue.ts';
import { ringing, who } from './who.ts';
import { isFamily, said, sentence, subjectOf, waiting } from './wording-asks.ts';

export interface RuleLink {
  readonly id: string;
  /** Absent where the installation shows no pages. */
  readonly url?: string;
}

/** Everything the templates of a mail show. */
export interface MailWords {
  readonly subject: string;
  /** The first sentence: what is asked. */
  readonly lead: string;
  readonly paragraphs: readonly string[];
  readonly listHeading: string;
  /** One a line: what is owed, where a case changes hands or goes on as another; who is asked to come, for whoever prepares a meeting. */
  readonly list: readonly string[];
  readonly facts: readonly (readonly [label: string, value: string])[];
  readonly todoHeading: string;
  readonly todo: readonly string[];
  readonly links: readonly Link[];
  /** Why it came, in one line. */
  readonly because: string;
  /** The rules that line ends with, each with its page, which has the words. */
  readonly rules: readonly RuleLink[];
  readonly footer: string;
}

export interface WordingOptions {
  readonly labels?: Labels | undefined;
  /** Where the installation's pages begin, without a slash at the end; absent where it shows none. */
  readonly pages?: string | undefined;
  readonly now?: Instant | undefined;
}

/**
 * What a mail says.
 * @param options.links the pages behind it, in the order to show them
 * @param options.now when the mail is written. If that is a later day than the notice's own, lateness is worked out for that day: what was due in two weeks
 * may be late by then.
 */
export function wording(
  of: CaseIdentity,
  planned: Notice,
  options: WordingOptions & { links?: readonly Link[] } = {},
): MailWords {
  const { labels, links = [], now = planned.at, pages } = options;
  const notice = londonDay(now) > londonDay(planned.at) ? { ...planned, at: now } : planned;
  const family = isFamily(notice.to.role, labels);
  const { lead, more, todo } = said(of, notice, labels);
  return {
    subject: subject({ ...notice, ref: of.ref }, labels),
    lead,
    paragraphs: [...more, ...alsoAsked(of, notice, labels)],
    ...listOf(notice, labels),
    facts: facts(of, notice, labels),
    todoHeading: family ? 'What you can do' : 'What to do',
    todo: [...todo, ...(notice.asks ?? [])],
    links,
    because: because(notice, labels),
    // To a family the guidance for professionals reads as a reproach ("equal responsibility for …"): its ids are enough.
    rules: family ? [] : ruleLinks(notice.rules, pages),
    footer: family
      ? `This e-mail was sent automatically. Please do not write about your family in a reply: ${ringing(notice)} instead.`
      : FOOTER,
  };
}

export const FOOTER =
  'This e-mail was sent automatically. Please do not put names or details of the family into a reply: use the secure route your agency has for that.';

/** Rules with their pages: `R59`, and what is a rule of nobody's numbering without one. */
export const ruleLinks = (ids: readonly string[], pages: string | undefined): RuleLink[] =>
  [...new Set(ids)].map((id) => ({ id, ...(pages && /^[RL]\d+$/.test(id) && { url: `${pages}/rules/${id}` }) }));

/** L14, L15: what else of the same meeting, or of the same week, is asked of them this morning. */
export const alsoAsked = ({ ref }: CaseIdentity, { also = [], at }: Notice, labels?: Labels): string[] =>
  also.map((one) =>
    sentence(`also: ${inBrief({ ...one, ref, at }, labels)}${one.waits ? `; ${waiting(one.waits)}` : ''}`),
  );

/** A list with its heading, where a mail has one. */
export function listOf(notice: Notice, labels?: Labels): Pick<MailWords, 'listHeading' | 'list'> {
  if (notice.expected) return { listHeading: 'Who is asked to come', list: expectedList(notice.expected, labels) };
  if (notice.why === 'put-right') {
    const text = readable(shown(notice.text ?? ''), longDate, labels).replace(/^.* is put right: /, '');
    return { listHeading: 'What is so now', list: text === '' ? [] : text.split('; ').map(sentence) };
  }
  return { listHeading: 'What is owed, the earliest limit first', list: owedList(notice, labels) };
}

const INSTEAD = {
  nobody: 'sent apologies, and nobody stands in yet',
  representative: 'sent apologies, and somebody else comes',
  report: 'sent apologies, and a written report',
};

const expectedList = (expected: NonNullable<Notice['expected']>, labels?: Labels): string[] =>
  expected.map(({ instead, coming, ...one }) => {
    const said = coming ? 'says that they come' : instead && INSTEAD[instead];
    return `${upper(who(one, labels))}${said ? `: ${said}` : ''}`;
  });

/** Nobody reads a longer list in a mail. The case shows all. */
const LISTED = 20;

function owedList({ open = [], at }: Notice, labels?: Labels): string[] {
  const today = londonDay(at);
  const lines = open.slice(0, LISTED).map(({ key, due, whose }) => {
    const limit = due === null ? 'no limit' : `${shortDate(due)}${due < today ? ', late' : ''}`;
    const thing = familyOf(key) === 'action' ? subjectOf(key, labels) : mailWords(key, labels).thing;
    return `${upper(thing)}: ${limit}${whose && whose.role !== 'social-worker' ? `, with ${who(whose, labels)}` : ''}`;
  });
  return open.length > LISTED ? [...lines, `And ${open.length - LISTED} more, which the case shows.`] : lines;
}

function facts(of: CaseIdentity, notice: Notice, labels?: Labels): MailWords['facts'] {
  const { meeting, booking, due: limit, duty, kind } = notice;
  const family = duty === null ? undefined : familyOf(duty);
  const attending = !duty || family === 'attend';
  const late = limit && kind !== 'information' ? lateBy(notice.at, limit) : '';
  return [
    ['Case', of.ref] as const,
    ...(meeting ? [['Meeting', meetingWords(meeting, labels)] as const] : []),
    ...(booking && family !== 'hold'
      ? [
          [
            kind === 'cancellation' || notice.why === 'called-off' ? 'Was planned for' : 'When',
            longSpan(booking),
          ] as const,
        ]
      : []),
    ...(booking && family !== 'hold' && kind !== 'cancellation' && notice.why !== 'called-off'
      ? [['Where', place(booking.venue)] as const]
      : []),
    ...(limit && !attending && family !== 'confirm' ? [['Due', `${longDate(limit)}${late}`] as const] : []),
    ...(notice.consentWithdrawn
      ? [['Consent', 'withdrawn: what is owed goes on until a decision is recorded'] as const]
      : []),
  ];
}

function because(notice: Notice, labels?: Labels): string {
  if (isFamily(notice.to.role, labels)) {
    const rests = notice.rules.length > 0 ? ` (${listed(notice.rules)} of the local guidance)` : '';
    const part =
      notice.meeting === 'initial-conference'
        ? 'This meeting is about your family, and everybody who is called to it hears of it'
        : 'You are part of this plan, and everybody who is hears of its meetings';
    return `${part}${rests}. If you would rather not get such e-mails, please ${ringing(notice)}.`;
  }
  const you = `You are ${roleWords(notice.to.role, labels) || 'somebody'} on this case.`;
  const told = `This message of ${longDate(londonDay(notice.at))}`;
  return notice.rules.length > 0
    ? `${you} ${told} rests on the local guidance:`
    : `${you} ${told} follows from what was recorded on the case.`;
}
