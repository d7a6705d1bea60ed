// A notice in words: what is asked, the facts, what to do, and why this person is told. No name of a child or of the family, no address and
// no category of harm is in them.

import { type DutyFamily, familyOf } from '../domain/duties/families.ts';
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
import { CONFIRM_HELD, type DutyText, dutyText, RECORDED, SOONER, the, upper } from './duty-texts.ts';
import type { Link } from './mail-settings.ts';
import { meetingText } from './meeting-texts.ts';
import { place } from './venue.ts';
import { ringing, who } from './who.ts';

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
    paragraphs: [...more, ...alsoAsked(of, notice, labels)],
    ...listOf(notice, labels),
    facts: facts(of, notice, labels),
    todoHeading: family ? 'What you can do' : 'What to do',
    todo: [...todo, ...(notice.asks ?? [])],
    links,
    because: because(notice, labels),
    // To a family the guidance for professionals reads as a reproach ("equal responsibility for …"): its ids are enough.
    rules: family ? [] : notice.rules.map((id) => ({ id, words: RULES[id]?.words })),
    footer: family
      ? `This e-mail was sent automatically. Please do not write about your family in a reply: ${ringing(notice)} instead.`
      : 'This e-mail was sent automatically. Please do not put names or details of the family into a reply: use the secure route your agency has for that.',
  };
}

/** L14, L15: what else of the same meeting, or of the same week, is asked of them this morning. */
const alsoAsked = ({ ref }: CaseIdentity, { also = [], at }: Notice, labels?: Labels): string[] =>
  also.map((one) =>
    sentence(`also: ${inBrief({ ...one, ref, at }, labels)}${one.waits ? `; ${waiting(one.waits)}` : ''}`),
  );

/** What an escalation says of whoever asked to wait with what they owe. */
const waiting = (until: string): string => `whoever owes it asked to be asked again on ${longDate(until)}`;

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
      lead: 'Something you were told about this case was recorded wrongly, and is put right.',
      more: [],
      todo: ['Please go by this, and not by what you were sent before.'],
    };
  if (kind === 'decision' && notice.why) return deciding(notice, text, labels);
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
  const words = holding(notice) ?? dutyText(duty, owes?.role);
  const of = subjectOf(duty, labels);
  const past = isPast(notice);
  const pressing = kind === 'chase' || kind === 'escalation';
  const waits = notice.waits ? [`${upper(waiting(notice.waits))}. No limit moves by it.`] : [];
  const stands = [toYou(past ? words.late(of) : (words.early ?? words.late)(of), notice), ...booked(notice)];
  if (kind === 'decision' || !owes || isTheirs(notice, words)) {
    return {
      lead: telling(notice, labels) ?? (past && words.askLate ? words.askLate(of) : words.ask(of)),
      more: [
        ...(pressing ? [stands.join(' ')] : booked(notice)),
        ...(kind === 'escalation' && owes ? [yours(owes, labels)] : []),
        ...waits,
        ...weekly(notice),
        ...more,
      ],
      todo: words.todo(of),
    };
  }
  const whom = who(owes, labels);
  const does = toYou(words.does?.(of) ?? words.ask(of).replace(/^Please |\.$/g, ''), notice);
  const lead = isFamily(owes.role, labels)
    ? `Please speak with ${whom} about ${named(duty, labels)}, and see how they can be helped: they get no such e-mails.`
    : kind === 'escalation'
      ? `Please agree with ${whom} by when they will ${does}.`
      : `Please help ${whom} to ${does}.`;
  return {
    lead,
    more: [stands.join(' '), ...waits, ...weekly(notice), ...more],
    todo: (words.copy ?? [RECORDED]).map((line) => toYou(line, notice)),
  };
}

/** L14: what comes each week says so. */
const weekly = ({ rung }: Notice): string[] =>
  rung === 'weekly' ? ['This message comes once a week until it is done.'] : [];

/** A meeting that is booked too late, or whose day has passed, is not asked to be booked. */
function holding({ duty, booking, at }: Notice): DutyText | undefined {
  if (duty === null || familyOf(duty) !== 'hold' || !booking) return undefined;
  return booking.start.slice(0, 10) >= londonDay(at) ? SOONER : CONFIRM_HELD;
}

/** Whether the reader should do it. A reader of a copy is asked for something else. */
const isTheirs = ({ owes, to }: Notice, { also }: DutyText): boolean =>
  owes?.you === true || also?.includes(to.role) === true;

/** Nobody is written to about themselves as somebody else: minutes reach "you", where the reader is the social worker. */
const toYou = (text: string, { to }: Notice): string =>
  to.role === 'social-worker'
    ? text.replace('If the social worker has them', 'If you have them').replaceAll('the social worker', 'you')
    : text;

/** Whom of the family to tell, by role, of which meeting, and that it is cancelled where it is. */
function telling({ duty, untold = [], booking, meeting, why }: Notice, labels?: Labels): string | undefined {
  if (duty === null || familyOf(duty) !== 'tell' || untold.length === 0 || !booking || !meeting) return undefined;
  const roles = [...new Set(untold.map((role) => who({ role }, labels)))];
  const of = `${the(meetingWords(meeting, labels))} on ${longTime(booking.start)}`;
  return `Please tell ${listed(roles)} ${why === 'called-off' ? `that ${of} is cancelled` : `about ${of}`}.`;
}

/** A meeting that is booked too late, or that nobody has said was held: when that is or was. */
function booked({ duty, booking, due, at }: Notice): string[] {
  const family = duty === null ? undefined : familyOf(duty);
  if (family === 'confirm' && due) return [`It was booked for ${longDate(due)}.`];
  if (family !== 'hold' || !booking) return [];
  const isToCome = booking.start.slice(0, 10) >= londonDay(at);
  return [isToCome ? `It is booked for ${longTime(booking.start)}.` : `It was booked for ${longDate(booking.start)}.`];
}

/** An escalation tells the one who owes the duty who else has been told. */
function yours({ you, alsoTold = [], ...owner }: NonNullable<Notice['owes']>, labels?: Labels): string {
  const whose = you ? 'This is yours to do.' : `This is for you or ${who(owner, labels)} to do.`;
  if (alsoTold.length === 0) return whose;
  const others = listed([...new Set(alsoTold.map((one) => who(one, labels)))]);
  return `${whose} ${upper(others)} ${alsoTold.length === 1 ? 'has' : 'have'} been told as well.`;
}

/** What happened, and what the reader may want to do about it. */
function information({ kind, ref }: CaseIdentity, notice: Notice, text: string | undefined, labels?: Labels): Said {
  const { duty, about, why, owes } = notice;
  if (duty && !why) {
    const words = dutyText(duty, owes?.role);
    const of = subjectOf(duty, labels);
    const done = words.done?.(of) ?? `${named(duty, labels)} was done`;
    const lead = text ? sentence(text.replace(/^done/, done).replace('its limit', 'the limit')) : words.late(of);
    return {
      lead,
      more: owes && !owes.you ? [`It was for ${who(owes, labels)} to do.`] : [],
      todo: ['You do not need to do anything. A manager is told of whatever was done late.'],
    };
  }
  const happened = text ?? 'something was recorded on this case';
  const whom = about ? who(about, labels) : 'somebody';
  const show = `With the command line: nodrift show ${kind}/${ref}`;
  switch (why) {
    case 'departure':
      return {
        lead: 'Please check whether you agree with what was recorded on this case.',
        more: [
          `${about ? upper(whom) : 'Somebody'} recorded it with a reason, because this was not kept: ${happened.replace(/^accepted with a reason: R\d+, /, '')}.`,
          'The reason stands on the case. It is not written in e-mails, since it may name people.',
        ],
        todo: [`Read the reason on the case. ${show}`, 'If you do not agree, please speak with whoever recorded it.'],
      };
    case 'ended-early':
      return {
        lead: 'Please check whether you agree that this plan has ended.',
        more: [
          sentence(happened),
          'Core groups and review conferences are no longer asked for, and booked ones are cancelled. The reason is not written in e-mails, since it may name people.',
        ],
        todo: ['If it has not ended, please have that put right at once.', `Read the reason on the case. ${show}`],
      };
    case 'late-by-correction':
      return {
        lead: 'Please see what holds this up: something was recorded wrongly, and by its true date it is late.',
        more: [sentence(happened)],
        todo: [`See on the case what was put right. ${show}`],
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
    case 'scale-fell':
      return {
        lead: `Please ask the social worker what has changed since the meeting before ${the(meetingWords(notice.meeting ?? '', labels))}.`,
        more: [sentence(happened)],
        todo: [
          'Consider together whether the plan still does what it should, or whether a strategy discussion is needed.',
        ],
      };
    case 'brought-in':
      return {
        lead: 'Please go through what was late already when this plan was brought in: what is late longest comes first.',
        more: [sentence(happened), 'From now on each is reminded of and chased by itself.'],
        todo: ['Do what is late first, or agree by when it will be done.', `See the case. ${show}`],
      };
    case 'carried':
      return {
        lead: 'Please go on with what you agreed to do: it is now part of the child in need plan.',
        more: [
          'The child protection plan has ended. What was still to be done under it stays to be done, by the same day.',
        ],
        todo: [`Record each action on this case when it is done. ${show}`],
      };
    case 'passed-on':
      return {
        lead: `Please go through with ${about ? `${about.name ? shown(about.name) : whom}, ` : ''}the new social worker${about ? ',' : ''} what is owed on this case: what is late comes first.`,
        more: [sentence(happened)],
        todo: ['Agree with them by when what is late will be done.', `See the case. ${show}`],
      };
    case 'given-away':
      return {
        lead: 'This case is with another manager now.',
        more: [sentence(happened)],
        todo: ['Please hand on what you know of it. You get no more messages about it.'],
      };
    case 'calendar':
      return {
        lead: 'Please see whether what is booked can stay where it is.',
        more: [sentence(happened)],
        todo: ['A meeting on a bank holiday may be moved, within its limit.'],
      };
    case 'help-asked':
      return {
        lead: `Please see to it that ${whom} can come to ${the(meetingWords(notice.meeting ?? '', labels))}: they need help.`,
        more: [sentence(`${whom} ${happened}`)],
        todo: ['Ring them, arrange what they need, and have the meeting moved within its limit where that helps.'],
      };
    case 'later-date-answered':
      return { lead: sentence(happened), more: [], todo: ['The reminders go by that day.'] };
    case 'by-link':
      return {
        lead: `Please say if you do not agree: ${named(duty ?? '', labels)} ${mailWords(duty ?? '', labels).many ? 'were' : 'was'} ${happened}.`,
        more: [
          `${about ? upper(whom) : 'Somebody'} recorded it. You had been told that it was not done; nothing more is sent about it.`,
        ],
        todo: [`If it is not so, withdraw what was recorded, with your reason: it is owed again then. ${show}`],
      };
    case 'not-held':
      return didNotTakePlace(notice, labels);
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

/** What a person of the case asks to have decided. Until it is, nothing about it changes. */
function deciding(notice: Notice, text: string | undefined, labels?: Labels): Said {
  const { duty, about, whose, why } = notice;
  const whom = about ? who(about, labels) : 'somebody';
  if (why === 'not-mine')
    return {
      lead: `Please decide who is to see to ${named(duty ?? '', labels)}: ${whom} says that it is not theirs.`,
      more: [
        ...(whose ? [`They name ${who(whose, labels)}.`] : []),
        'Until somebody else has it, they go on being reminded.',
      ],
      todo: [
        OTHERS_DO[familyOf(duty ?? '') ?? 'end'] ??
          'Record who has the case, with case-reallocated, or who stands in, with cover-arranged.',
      ],
    };
  return {
    lead: `Please decide whether ${whom} may have longer: ${text ?? 'they ask for a later date'}.`,
    more: [
      'The reason is on the case. It is not written in e-mails, since it may name people. Until it is answered, the date stays.',
    ],
    todo: ['Record later-date-answered with agreed=true or agreed=false.'],
  };
}

/** What to record so that somebody else owes it, by what is owed. */
const OTHERS_DO: Partial<Readonly<Record<DutyFamily, string>>> = {
  action: 'Correct what agreed the action, naming its owner (nodrift correct), or leave it and tell them so.',
  minutes:
    'Correct the meeting that was held, naming who took its minutes (nodrift correct), or leave it and tell them so.',
  confirm: 'Record whether the meeting was held, or correct its booking, naming who chairs it (nodrift correct).',
  represent: 'Record their apologies with a representative, or leave it and tell them so.',
  approve: 'Record who manages the social worker, with person-updated.',
  allocate: 'Record who manages the social worker, with person-updated, or allocate the case with case-reallocated.',
};

/** A list with its heading, where a mail has one. */
function listOf(notice: Notice, labels?: Labels): Pick<MailWords, 'listHeading' | 'list'> {
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
  expected.map(({ instead, ...one }) => `${upper(who(one, labels))}${instead ? `: ${INSTEAD[instead]}` : ''}`);

function didNotTakePlace({ to, meeting, booking }: Notice, labels?: Labels): Said {
  const of = meeting ? the(meetingWords(meeting, labels)) : 'a meeting';
  const on = booking ? ` on ${longTime(booking.start)}` : '';
  const family = isFamily(to.role, labels);
  return {
    lead: `${upper(of)}${on} did not take place.`,
    more: [],
    todo: [
      family
        ? 'You need not do anything. You will hear when a new date is set.'
        : 'Its limit stays where it was. You will hear when a new date is set.',
    ],
  };
}

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
  if (family === 'action') return subjectOf(duty, labels);
  const { thing } = mailWords(duty, labels);
  if (family === 'hold') return the(thing);
  if (family === 'represent') return `finding ${thing}`;
  return WITH_ARTICLE.has(family) ? `the ${thing}` : thing;
}

/** What a duty is about, in the words that the sentences of duty-texts.ts take. */
function subjectOf(duty: string, labels?: Labels): string {
  const [family, ...rest] = duty.split('/');
  if (!familyOf(duty)) return mailWords(duty, labels).thing;
  if (family === 'action' || family === 'date')
    return `the action “${shown(duty.replace(/^(?:date\/)?action\//, ''))}”`;
  return meetingWords(rest[0] ?? '', labels);
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
            longTime(booking.start),
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
  const told = londonDay(notice.at);
  const rests = notice.rules.length
    ? `This message of ${longDate(told)} rests on what the local guidance says:`
    : `This message of ${longDate(told)} follows from what was recorded on the case.`;
  return `We write to you as ${roleWords(notice.to.role, labels)} on this case. ${rests}`;
}

const sentence = (text: string): string => (/[.!?]$/.test(text) ? upper(text) : `${upper(text)}.`);
