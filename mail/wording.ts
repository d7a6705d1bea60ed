// A notice in words: what is asked, the facts, what to do, and why this person is told. No name, address or category of harm is in them.

import { type DutyFamily, familyOf } from '../domain/duties/families.ts';
import type { CaseIdentity, Notice } from '../domain/notices/notice.ts';
import {
  isPast,
  type Labels,
  londonDay,
  mailWords,
  meetingWords,
  readable,
  roleWords,
  shortDate,
  subject,
} from '../domain/notices/words.ts';
import type { Instant } from '../domain/time/calendar.ts';
import { shippedPolicy } from '../policies/load.ts';
import { rules } from '../policies/rules.ts';
import { shown } from './address.ts';
import { longDate, longTime } from './dates.ts';
import { type DutyText, dutyText, RECORDED, the, upper } from './duty-texts.ts';
import type { Link } from './mail-settings.ts';
import { meetingText } from './meeting-texts.ts';
import { place } from './venue.ts';

/** Everything the templates of a mail show. */
export interface MailWords {
  readonly subject: string;
  /** The first sentence: what is asked. */
  readonly lead: string;
  readonly paragraphs: readonly string[];
  readonly listHeading: string;
  /** What is owed, one duty a line; only where a case changes hands. */
  readonly list: readonly string[];
  readonly facts: readonly (readonly [label: string, value: string])[];
  readonly todoHeading: string;
  readonly todo: readonly string[];
  readonly links: readonly Link[];
  readonly because: string;
  readonly rules: readonly { readonly id: string; readonly words: string | undefined }[];
  readonly footer: string;
}

const FAMILY = Object.entries(shippedPolicy('barnsley').roles)
  .filter(([, { family }]) => family)
  .map(([role]) => role);
/** Whether a role belongs to the family, who are written to with more care. */
export const isFamily = (role: string, labels?: Labels): boolean => (labels?.family ?? FAMILY).includes(role);

/** Every rule by its id, in the documents' own words. */
const RULES = rules();

/**
 * What a mail says.
 * @param options.links the installation's pages, in the order to show them
 * @param options.now when the mail is written. If that is a later day than the notice's own, lateness is worked out for that day: what was due in two weeks
 * may be late by then.
 */
export function wording(
  of: CaseIdentity,
  planned: Notice,
  options: { labels?: Labels | undefined; links?: readonly Link[]; now?: Instant } = {},
): MailWords {
  const { labels, links = [], now = planned.at } = options;
  const notice = londonDay(now) > londonDay(planned.at) ? { ...planned, at: now } : planned;
  const family = isFamily(notice.to.role, labels);
  const { lead, more, todo } = said(of, notice, labels);
  return {
    subject: subject({ ...notice, ref: of.ref }, labels),
    lead,
    paragraphs: more,
    listHeading: 'What is owed, the earliest limit first',
    list: owedList(notice, labels),
    facts: facts(of, notice, labels),
    todoHeading: family ? 'What you can do' : 'What to do',
    todo: [...todo, ...(notice.asks ?? [])],
    links,
    because: because(notice, labels),
    rules: notice.rules.map((id) => ({ id, words: RULES[id]?.words })),
    footer: family
      ? 'This e-mail was sent automatically. Please do not write about your family in a reply: tell the social worker instead.'
      : 'This e-mail was sent automatically. Please do not put names or details of the family into a reply: use the secure route your agency has for that.',
  };
}

interface Said {
  readonly lead: string;
  readonly more: readonly string[];
  readonly todo: readonly string[];
}

function said(of: CaseIdentity, notice: Notice, labels?: Labels): Said {
  const { kind, duty } = notice;
  const text = notice.text ? readable(shown(notice.text), longDate, labels) : undefined;
  if (notice.why === 'put-right')
    return {
      lead: 'Something you were told about this case is put right.',
      more: text ? [sentence(text)] : [],
      todo: ['Please go by this, and not by what you were sent before.'],
    };
  const attending = duty !== null && familyOf(duty) === 'attend' && notice.meeting;
  if (attending || kind === 'invitation' || kind === 'change' || kind === 'cancellation') {
    const apologies = kind === 'information' && notice.about;
    const more = text && !apologies ? [sentence(text)] : [];
    return { ...meetingText(notice, (role) => isFamily(role, labels), labels), more };
  }
  if (kind === 'information') return information(of, notice, text, labels);
  if (!duty)
    return { lead: text ? sentence(text) : 'Something on this case needs your attention.', more: [], todo: [] };
  return owing(notice, duty, text ? [sentence(text)] : [], labels);
}

/** What is owed: the words for the one who owes it, and for those who should help. */
function owing(notice: Notice, duty: string, more: readonly string[], labels?: Labels): Said {
  const { kind, owes } = notice;
  const words = dutyText(duty);
  const of = subjectOf(duty, labels);
  const stands = isPast(notice) ? words.late(of) : (words.early ?? words.late)(of);
  const when = due(notice, labels);
  if (kind === 'decision' || !owes || isTheirs(notice, words)) {
    const known = kind === 'chase' || kind === 'escalation' ? [[stands, ...when].join(' ')] : when;
    return {
      lead: words.ask(of),
      more: [...known, ...(kind === 'escalation' && owes ? [yours(owes, labels)] : []), ...more],
      todo: words.todo(of),
    };
  }
  const who = `the ${roleWords(owes.role, labels)}`;
  const thing = named(duty, labels);
  const family = isFamily(owes.role, labels);
  return {
    lead: family
      ? `Please speak with ${who} about ${thing}, and see how they can be helped.`
      : kind === 'escalation'
        ? `Please ask ${who} what holds up ${thing}, and agree by when it will be done.`
        : `Please help ${who} with ${thing}.`,
    more: [[stands, ...when].join(' '), `It is with ${who}${family ? ', who gets no such e-mails' : ''}.`, ...more],
    todo: words.copy ?? [RECORDED],
  };
}

/** Whether the reader should do it. A reader of a copy is asked for something else. */
const isTheirs = ({ owes, to }: Notice, { also }: DutyText): boolean =>
  owes?.you === true || also?.includes(to.role) === true;

/** An escalation tells the one who owes the duty who else has been told. */
function yours({ you, role, told = [] }: NonNullable<Notice['owes']>, labels?: Labels): string {
  const whose = you ? 'This is yours to do' : `This is yours and the ${roleWords(role, labels)}’s to do`;
  const others = [...new Set(told.filter((one) => one !== '').map((one) => `the ${roleWords(one, labels)}`))];
  if (others.length === 0) return `${whose}.`;
  const list = others.length === 1 ? others[0] : `${others.slice(0, -1).join(', ')} and ${others.at(-1)}`;
  return `${whose}. ${upper(list!)} ${others.length === 1 ? 'has' : 'have'} been told that it is not done.`;
}

/** What happened, and what the reader may want to do about it. */
function information(of: CaseIdentity, notice: Notice, text: string | undefined, labels?: Labels): Said {
  const { duty, about, why } = notice;
  if (duty) {
    const lead = text
      ? sentence(`for your information: ${named(duty, labels)}, ${text}`)
      : dutyText(duty).late(subjectOf(duty, labels));
    return { lead, more: due(notice, labels), todo: [] };
  }
  const happened = text ?? 'something was recorded on this case';
  const whom = about?.role ? `the ${roleWords(about.role, labels)}` : 'somebody';
  const show = `With the command line: nodrift show ${of.kind}/${of.ref}`;
  switch (why) {
    case 'departure':
      return {
        lead: 'Please check whether you agree with what was recorded on this case.',
        more: [
          sentence(`${happened}${about?.role ? `, by ${whom}` : ''}`),
          'The reason stands on the case. It is not written in e-mails, since it may name people.',
        ],
        todo: ['If you do not agree, please speak with the social worker.', `Read the reason on the case. ${show}`],
      };
    case 'booked-late':
      return {
        lead: 'Please see with the social worker whether an earlier day can be found.',
        more: [sentence(happened)],
        todo: [],
      };
    case 'taken-over':
      return {
        lead: 'Please go through what is owed on this case, which is now with you: what is late comes first.',
        more: [sentence(happened)],
        todo: ['Do what is late first, or agree with your manager by when it will be done.', `See the case. ${show}`],
      };
    case 'passed-on':
      return {
        lead: 'Please go through with the new social worker what is owed on this case: what is late comes first.',
        more: [sentence(happened)],
        todo: ['Agree with them by when what is late will be done.', `See the case. ${show}`],
      };
    default:
  }
  if (!about) return { lead: sentence(happened), more: [], todo: [] };
  return {
    lead: `Please find out how ${whom} can be reached, and have it recorded.`,
    more: [
      sentence(`e-mail to ${whom}: ${text ?? 'it did not arrive'}`),
      'Until then they get none of the messages of this case.',
    ],
    todo: [],
  };
}

/** Nobody reads a longer list in a mail. The case shows all. */
const LISTED = 20;

function owedList({ open = [], at }: Notice, labels?: Labels): string[] {
  const today = londonDay(at);
  const lines = open.slice(0, LISTED).map(({ key, due }) => {
    const limit = due === null ? 'no limit' : `${shortDate(due)}${due < today ? ', late' : ''}`;
    return `${upper(mailWords(key, labels).thing)}: ${limit}`;
  });
  return open.length > LISTED ? [...lines, `And ${open.length - LISTED} more, which the case shows.`] : lines;
}

function due(notice: Notice, labels?: Labels): string[] {
  const { due: day, duty } = notice;
  if (!day || !duty) return [];
  if (familyOf(duty) === 'confirm') return [`It was booked for ${longDate(day)}.`];
  return [`The last day for ${named(duty, labels)} ${isPast(notice) ? 'was' : 'is'} ${longDate(day)}.`];
}

const WITH_ARTICLE: ReadonlySet<DutyFamily | undefined> = new Set<DutyFamily>([
  'minutes',
  'papers',
  'approve',
  'explain',
  'letter',
]);

/** A duty as part of a sentence: "the minutes of core group 3". */
function named(duty: string, labels?: Labels): string {
  const family = familyOf(duty);
  if (family === 'action') return 'the plan action';
  const { thing } = mailWords(duty, labels);
  if (family === 'hold') return the(thing);
  if (family === 'represent') return `finding ${thing}`;
  return WITH_ARTICLE.has(family) ? `the ${thing}` : thing;
}

/** What a duty is about, in the words that the sentences of duty-texts.ts take. */
function subjectOf(duty: string, labels?: Labels): string {
  const [family, ...rest] = duty.split('/');
  if (!familyOf(duty)) return mailWords(duty, labels).thing;
  if (family === 'action' || family === 'date') return 'an action';
  return meetingWords(rest[0] ?? '', labels);
}

function facts(of: CaseIdentity, notice: Notice, labels?: Labels): MailWords['facts'] {
  const { meeting, booking, due: limit, duty } = notice;
  const attending = !duty || familyOf(duty) === 'attend';
  const action = /^(?:date\/)?action\/(.*)$/s.exec(duty ?? '')?.[1];
  return [
    ['Case', of.ref] as const,
    ...(meeting ? [['Meeting', meetingWords(meeting, labels)] as const] : []),
    ...(booking
      ? [[notice.kind === 'cancellation' ? 'Was planned for' : 'When', longTime(booking.start)] as const]
      : []),
    ...(booking && notice.kind !== 'cancellation' ? [['Where', place(booking.venue)] as const] : []),
    ...(action === undefined ? [] : [['Action', shown(action)] as const]),
    ...(limit && !attending ? [['Due', longDate(limit)] as const] : []),
    ...(notice.consentWithdrawn
      ? [['Consent', 'withdrawn: what is owed goes on until a decision is recorded'] as const]
      : []),
  ];
}

function because(notice: Notice, labels?: Labels): string {
  const role = roleWords(notice.to.role, labels);
  const who = isFamily(notice.to.role, labels)
    ? 'You are part of this plan'
    : `We write to you as ${role} on this case`;
  const told = londonDay(notice.at);
  const rests = notice.rules.length
    ? `This message of ${longDate(told)} rests on what the local guidance says:`
    : `This message of ${longDate(told)} follows from what was recorded on the case.`;
  return `${who}. ${rests}`;
}

const sentence = (text: string): string => (/[.!?]$/.test(text) ? upper(text) : `${upper(text)}.`);
