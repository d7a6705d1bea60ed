// A notice in words: what is asked, the facts, what to do, and why this person is told. Names nobody, and no address or category of harm.

import { inLondon } from '../domain/calendar.ts';
import type { CaseIdentity, Notice } from '../domain/notice.ts';
import { dutyWords, isPast, type Labels, meetingWords, roleWords, subject } from '../domain/wording.ts';
import { shippedPolicy } from '../policies/load.ts';
import { rules } from '../policies/rules.ts';
import { shown } from './address.ts';
import { longDate, longTime } from './dates.ts';
import { dutyText, hasText, the, upper } from './duty-texts.ts';
import type { Link } from './settings.ts';

/** Everything the templates of a mail show. */
export interface MailWords {
  readonly subject: string;
  /** The first sentence: what is asked. */
  readonly lead: string;
  readonly paragraphs: readonly string[];
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
/** Is this one of the family, who is written to with more care? */
export const isFamily = (role: string, labels?: Labels): boolean => (labels?.family ?? FAMILY).includes(role);

/** Every rule in the documents' own words, by id. */
const RULES = rules();

/** What a mail says. Links are those of the installation, in the order they are to be shown. */
export function wording(
  of: CaseIdentity,
  notice: Notice,
  options: { labels?: Labels | undefined; links?: readonly Link[] } = {},
): MailWords {
  const { labels, links = [] } = options;
  const { lead, more, todo } = said(notice, labels);
  return {
    subject: subject({ ...notice, ref: of.ref }, labels),
    lead,
    paragraphs: more,
    facts: facts(of, notice, labels),
    todoHeading: isFamily(notice.to.role, labels) ? 'What you can do' : 'What to do',
    todo: [...todo, ...(notice.asks ?? [])],
    links,
    because: because(notice, labels),
    rules: notice.rules.map((id) => ({ id, words: RULES[id]?.words })),
    footer:
      'This e-mail was sent automatically. Please do not put names or details of the family into a reply: use the secure route your agency has for that.',
  };
}

interface Said {
  readonly lead: string;
  readonly more: readonly string[];
  readonly todo: readonly string[];
}

function said(notice: Notice, labels?: Labels): Said {
  const { kind, duty } = notice;
  const text = notice.text ? dated(notice.text) : undefined;
  const more = text ? [sentence(text)] : [];
  const attending = duty?.startsWith('attend/') && notice.meeting;
  if (attending || kind === 'invitation' || kind === 'change' || kind === 'cancellation')
    return { ...aboutMeeting(notice, labels), more };
  if (kind === 'information') return information(notice, text, labels);
  if (!duty)
    return { lead: text ? sentence(text) : 'Something on this case needs your attention.', more: [], todo: [] };

  const words = dutyText(familyOf(duty));
  const of = subjectOf(duty, labels);
  const stands = isPast(notice) ? words.late(of) : (words.early ?? words.late)(of);
  const when = due(notice);
  switch (kind) {
    case 'escalation':
      return {
        lead: `${stands} Please see that it is done.`,
        more: [...when, ...more],
        todo: [...ESCALATED, ...words.todo(of)],
      };
    case 'chase':
      return { lead: words.ask(of), more: [[stands, ...when].join(' '), NOT_YOURS, ...more], todo: words.todo(of) };
    default:
      return { lead: words.ask(of), more: [...when, ...more], todo: words.todo(of) };
  }
}

/** Tells, and asks for nothing, save for an address that has to be put right. */
function information(notice: Notice, text: string | undefined, labels?: Labels): Said {
  const { duty, about } = notice;
  if (duty) {
    const { thing } = dutyWords(duty, labels);
    return {
      lead: text ? sentence(`${thing}: ${text}`) : dutyText(familyOf(duty)).late(subjectOf(duty, labels)),
      more: due(notice),
      todo: [],
    };
  }
  if (!about) return { lead: sentence(text ?? 'something was recorded on this case'), more: [], todo: [] };
  const whom = roleWords(about.role, labels);
  return {
    lead: `Please find out how the ${whom} can be reached, and have it recorded.`,
    more: [
      sentence(`e-mail to the ${whom}: ${text ?? 'it did not arrive'}`),
      'Until then they get none of the messages of this case.',
    ],
    todo: [],
  };
}

const ESCALATED = ['Please find out what stands in the way, and agree with those concerned by when it will be done.'];

/** A chase goes to others than the one who owes it, too: they are to help, not to do it twice. */
const NOT_YOURS = 'If this is not yours to do, you are told so that you can help the person who owes it.';

function due(notice: Notice): string[] {
  return notice.due ? [`The last day for it ${isPast(notice) ? 'was' : 'is'} ${longDate(notice.due)}.`] : [];
}

function aboutMeeting(notice: Notice, labels?: Labels): Omit<Said, 'more'> {
  const meeting = notice.meeting ? the(meetingWords(notice.meeting, labels)) : 'a meeting';
  const on = notice.booking ? ` on ${longTime(notice.booking.start)}` : '';
  const colleague = notice.about ? `the ${roleWords(notice.about.role, labels)}` : 'somebody of your staff';
  if (notice.kind === 'information')
    return {
      lead: `For your information: ${colleague} is invited to ${meeting}${on}.`,
      todo: [
        'Please help them to give this meeting priority. If they cannot go, somebody else from the agency should.',
      ],
    };
  switch (notice.kind) {
    case 'cancellation':
      return {
        lead: `${upper(meeting)}${on} is cancelled.`,
        todo: notice.text ? [] : ['You need not do anything. You will hear when a new date is set.'],
      };
    case 'change':
      return {
        lead: `${upper(meeting)} has changed: it is now${on || ' without a date'}.`,
        todo: coming(notice, labels),
      };
    case 'reminder':
      return {
        lead: `${upper(meeting)} is${on}. Please come, or tell the social worker if you cannot.`,
        todo: coming(notice),
      };
    default:
      return { lead: `You are invited to ${meeting}${on}.`, todo: coming(notice, labels) };
  }
}

function coming(notice: Notice, labels?: Labels): readonly string[] {
  if (isFamily(notice.to.role, labels))
    return [
      'If the day, the time or the place does not suit you, or you need help to get there or to take part, please tell the social worker.',
      'You may bring somebody who supports you. Please ask the social worker.',
    ];
  return [
    ...(notice.kind === 'reminder'
      ? []
      : ['Please put the date into your calendar. The entry that comes with this e-mail does it for you.']),
    ...dutyText('attend').todo(''),
    'Please bring what the meeting needs to know about the work you agreed to do.',
  ];
}

/** What a duty is about, in the words its sentences expect. */
function subjectOf(duty: string, labels?: Labels): string {
  const [family, ...rest] = duty.split('/');
  if (!hasText(family!)) return dutyWords(duty, labels).thing;
  if (family === 'action') return `action ${shown(rest.join('/'))}`;
  return meetingWords(rest[0] ?? '', labels);
}

function facts(of: CaseIdentity, notice: Notice, labels?: Labels): MailWords['facts'] {
  const { meeting, booking, due: limit, duty } = notice;
  const attending = !duty || duty.startsWith('attend/');
  return [
    ['Case', of.ref] as const,
    ...(meeting ? [['Meeting', meetingWords(meeting, labels)] as const] : []),
    ...(booking
      ? [[notice.kind === 'cancellation' ? 'Was planned for' : 'When', longTime(booking.start)] as const]
      : []),
    ...(booking && notice.kind !== 'cancellation' ? [['Where', place(booking.venue)] as const] : []),
    ...(limit && !attending ? [['Due', longDate(limit)] as const] : []),
    ...(notice.consentWithdrawn
      ? [['Consent', 'withdrawn: what is owed goes on until a decision is recorded'] as const]
      : []),
  ];
}

/** A postcode, a house number with a street, or a home: it may be where the child lives, so it is not written into a mail. */
const HOME =
  /\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b|\b\d+[a-z]?,?\s+([a-z'’.-]+\s+){1,4}?(street|st|road|rd|avenue|ave|lane|ln|close|drive|dr|way|court|crescent|place|terrace|grove|gardens|walk|hill|row|view|mews)\b|\b(family|parents?|mother|father|mum|dad|gran\w*|nan\w*|carers?|child|aunt\w*|uncle|foster)\b.*\b(home|house|flat)\b|\bhome\b/i;

/** The venue as a mail may show it. */
export function place(venue: string | undefined): string {
  if (venue === undefined) return 'to be confirmed';
  const text = shown(venue);
  return !text || HOME.test(text) ? 'please ask the social worker (it is not written in e-mails)' : text;
}

function because(notice: Notice, labels?: Labels): string {
  const role = roleWords(notice.to.role, labels);
  const who = isFamily(notice.to.role, labels)
    ? 'You are part of this plan'
    : `We write to you as ${role} on this case`;
  const told = inLondon(notice.at).slice(0, 10);
  const rests = notice.rules.length
    ? `This message of ${longDate(told)} rests on what the local guidance says:`
    : `This message of ${longDate(told)} follows from what was recorded on the case.`;
  return `${who}. ${rests}`;
}

const familyOf = (duty: string): string => duty.slice(0, duty.indexOf('/') < 0 ? undefined : duty.indexOf('/'));

/** A text of the domain, with its dates as people read them. */
const dated = (text: string): string => shown(text).replace(/\b\d{4}-\d{2}-\d{2}\b/g, longDate);

const sentence = (text: string): string => (/[.!?]$/.test(text) ? upper(text) : `${upper(text)}.`);
