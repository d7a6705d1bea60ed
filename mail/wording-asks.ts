// What a notice asks, in words: the first sentence, how things stand, what to do. For a mail of its own, and for its line in the mail of a morning.

import type { Needs } from '../domain/case/model.ts';
import { type DutyFamily, familyOf } from '../domain/duties/families.ts';
import type { CaseIdentity, Notice, Owes } from '../domain/notices/notice.ts';
import { isPast, type Labels, listed, londonDay, mailWords, meetingWords, readable } from '../domain/notices/words.ts';
import { shippedPolicy } from '../policies/load.ts';
import { shown } from './address.ts';
import { longDate, longTime, shortDay } from './dates.ts';
import { CONFIRM_HELD, type DutyText, dutyText, RECORDED, SOONER, the, upper } from './duty-texts.ts';
import { meetingText } from './meeting-texts.ts';
import { who } from './who.ts';

const FAMILY = Object.entries(shippedPolicy('barnsley').roles)
  .filter(([, { family }]) => family)
  .map(([role]) => role);
/** Whether a role belongs to the family, who are written to with more care. */
export const isFamily = (role: string, labels?: Labels): boolean => (labels?.family ?? FAMILY).includes(role);

export interface Said {
  /** The first sentence: what is asked. */
  readonly lead: string;
  readonly more: readonly string[];
  /** What of `more` its line in the mail of a morning keeps, where that is not all: the day and how late it is stand there already. */
  readonly brief?: readonly string[];
  readonly todo: readonly string[];
}

/** What a notice asks of its reader. */
export function said(of: CaseIdentity, notice: Notice, labels?: Labels): Said {
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

/** What an escalation says of whoever asked to wait with what they owe. */
export const waiting = (until: string): string => `whoever owes it asked to be asked again on ${longDate(until)}`;

/** What is owed: the words for the one who owes it, and for those who should help. */
function owing(notice: Notice, duty: string, more: readonly string[], labels?: Labels): Said {
  const { kind, owes } = notice;
  const words = holding(notice) ?? dutyText(duty, owes?.role);
  const of = subjectOf(duty, labels);
  const past = isPast(notice);
  const pressing = kind === 'chase' || kind === 'escalation';
  const waits = notice.waits ? [`${upper(waiting(notice.waits))}. No limit moves by it.`] : [];
  const needs = needsOf(notice, labels);
  const stands = [toYou(past ? words.late(of) : (words.early ?? words.late)(of), notice), ...booked(notice)];
  if (kind === 'decision' || !owes || isTheirs(notice, words)) {
    const whose = kind === 'escalation' && owes ? [yours(notice, owes, labels)] : [];
    return {
      lead: telling(notice, labels) ?? (past && words.askLate ? words.askLate(of) : words.ask(of)),
      more: [
        ...needs,
        ...(pressing ? [stands.join(' ')] : booked(notice)),
        ...whose,
        ...waits,
        ...weekly(notice),
        ...more,
      ],
      brief: [...needs, ...booked(notice), ...whose, ...waits, ...more],
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
    more: [stands.join(' '), ...tried(notice, owes), ...alsoTold(owes, labels), ...waits, ...weekly(notice), ...more],
    brief: [...booked(notice), ...tried(notice, owes), ...alsoTold(owes, labels), ...waits, ...more],
    todo: (words.copy ?? [RECORDED]).map((line) => toYou(line, notice)),
  };
}

/** "The parent needs an interpreter (Polish) and what is written in large print." */
const needsOf = ({ needs = [] }: Notice, labels?: Labels): string[] =>
  needs.flatMap(({ interpreter, format, ...one }) => {
    const what = needWords({ interpreter, format });
    return what.length === 0 ? [] : [`${upper(who(one, labels))} needs ${listed(what)}.`];
  });

/** "an interpreter (Polish)", "what is written in large print" */
export const needWords = ({ interpreter, format }: Needs): string[] => [
  ...(interpreter ? [`an interpreter (${shown(interpreter)})`] : []),
  ...(format ? [FORMATS[format]] : []),
];

const FORMATS: Readonly<Record<NonNullable<Needs['format']>, string>> = {
  'large-print': 'what is written in large print',
  'easy-read': 'what is written in easy read',
  braille: 'what is written in braille',
  audio: 'what is written as a recording',
  translated: 'what is written in translation',
};

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

/** An escalation tells the one who owes the duty that they do, and who else has been told. */
const yours = (notice: Notice, owes: Owes, labels?: Labels): string =>
  [
    owes.you ? 'This is yours to do.' : `This is for you or ${who(owes, labels)} to do.`,
    ...tried(notice, owes),
    ...alsoTold(owes, labels),
  ].join(' ');

/** What was tried before it went up. */
const tried = ({ at }: Notice, { askedOn = [] }: Owes): string[] =>
  askedOn.length === 0 ? [] : [`It was asked for on ${listed(askedOn.map((day) => shortDay(day, londonDay(at))))}.`];

function alsoTold({ alsoTold: told = [] }: Owes, labels?: Labels): string[] {
  if (told.length === 0) return [];
  const others = listed([...new Set(told.map((one) => who(one, labels)))]);
  return [`${upper(others)} ${told.length === 1 ? 'has' : 'have'} been told as well.`];
}

/** What happened, and what the reader may want to do about it. */
function information({ kind, ref }: CaseIdentity, notice: Notice, text: string | undefined, labels?: Labels): Said {
  const { duty, about, why } = notice;
  if (duty && !why) return doneOrLate(duty, notice, text, labels);
  const happened = text ?? 'something was recorded on this case';
  const whom = about ? who(about, labels) : 'somebody';
  const says = why && BY_REASON[why];
  if (says)
    return says({
      notice,
      happened,
      whom,
      labels,
      show: `Whoever runs Nodrift can show it to you: nodrift show ${kind}/${ref}`,
    });
  return about ? unreachable(whom, text) : { lead: sentence(happened), more: [], todo: [] };
}

/** Something was done, or became late. */
function doneOrLate(duty: string, { owes }: Notice, text: string | undefined, labels?: Labels): Said {
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

const unreachable = (whom: string, text: string | undefined): Said => ({
  lead: `Please find out how ${whom} can be reached, and have it recorded.`,
  more: [
    sentence(`e-mail to ${whom}: ${text ?? 'it did not arrive'}`),
    'Until then they get none of the messages of this case.',
  ],
  todo: [],
});

interface Happened {
  readonly notice: Notice;
  readonly happened: string;
  /** Whom it is about. */
  readonly whom: string;
  readonly labels: Labels | undefined;
  /** How to see the case. */
  readonly show: string;
}

/** What is said of it, by why somebody is told. */
const BY_REASON: Partial<Readonly<Record<NonNullable<Notice['why']>, (told: Happened) => Said>>> = {
  departure: ({ notice: { about }, happened, whom, show }) => ({
    lead: 'Please check whether you agree with what was recorded on this case.',
    more: [
      `${about ? upper(whom) : 'Somebody'} recorded it with a reason, because this was not kept: ${happened.replace(/^accepted with a reason: R\d+, /, '')}.`,
      'The reason stands on the case. It is not written in e-mails, since it may name people.',
    ],
    todo: [`Read the reason on the case. ${show}`, 'If you do not agree, please speak with whoever recorded it.'],
  }),
  'ended-early': ({ happened, show }) => ({
    lead: 'Please check whether you agree that this plan has ended.',
    more: [
      sentence(happened),
      'Core groups and review conferences are no longer asked for, and booked ones are cancelled. The reason is not written in e-mails, since it may name people.',
    ],
    todo: ['If it has not ended, please have that put right at once.', `Read the reason on the case. ${show}`],
  }),
  'late-by-correction': ({ happened, show }) => ({
    lead: 'Please see what holds this up: something was recorded wrongly, and by its true date it is late.',
    more: [sentence(happened)],
    todo: [`See on the case what was put right. ${show}`],
  }),
  'booked-late': ({ happened }) => ({
    lead: 'Please see with the social worker whether an earlier day can be found.',
    more: [sentence(happened)],
    todo: [],
  }),
  'taken-over': ({ happened, show }) => ({
    lead: 'Please go through what is owed on this case, which is now with you: what is late comes first.',
    more: [sentence(happened)],
    todo: ['Do what is late first, or agree with your manager by when it will be done.', `See the case. ${show}`],
  }),
  'scale-fell': ({ notice: { meeting }, happened, labels }) => ({
    lead: `Please ask the social worker what has changed since the meeting before ${the(meetingWords(meeting ?? '', labels))}.`,
    more: [sentence(happened)],
    todo: ['Consider together whether the plan still does what it should, or whether a strategy discussion is needed.'],
  }),
  'brought-in': ({ happened, show }) => ({
    lead: 'Please go through what was late already when this plan was brought in: what is late longest comes first.',
    more: [sentence(happened), 'From now on each is reminded of and chased by itself.'],
    todo: ['Do what is late first, or agree by when it will be done.', `See the case. ${show}`],
  }),
  carried: ({ show }) => ({
    lead: 'Please go on with what you agreed to do: it is now part of the child in need plan.',
    more: [
      'The child protection plan has ended. What was still to be done under it stays to be done, by the same day.',
    ],
    todo: [`Record each action on this case when it is done. ${show}`],
  }),
  'passed-on': ({ notice: { about }, happened, whom, show }) => ({
    lead: `Please go through with ${about ? `${about.name ? shown(about.name) : whom}, ` : ''}the new social worker${about ? ',' : ''} what is owed on this case: what is late comes first.`,
    more: [sentence(happened)],
    todo: ['Agree with them by when what is late will be done.', `See the case. ${show}`],
  }),
  'given-away': ({ happened }) => ({
    lead: 'This case is with another manager now.',
    more: [sentence(happened)],
    todo: ['Please hand on what you know of it. You get no more messages about it.'],
  }),
  calendar: ({ happened }) => ({
    lead: 'Please see whether what is booked can stay where it is.',
    more: [sentence(happened)],
    todo: ['A meeting on a bank holiday may be moved, within its limit.'],
  }),
  'help-asked': ({ notice: { meeting }, happened, whom, labels }) => ({
    lead: `Please see to it that ${whom} can come to ${the(meetingWords(meeting ?? '', labels))}: they need help.`,
    more: [sentence(`${whom} ${happened}`)],
    todo: ['Ring them, arrange what they need, and have the meeting moved within its limit where that helps.'],
  }),
  'later-date-answered': ({ happened }) => ({
    lead: sentence(happened),
    more: [],
    todo: ['The reminders go by that day.'],
  }),
  'by-link': ({ notice: { about, duty }, happened, whom, labels, show }) => ({
    lead: `Please say if you do not agree: ${named(duty ?? '', labels)} ${mailWords(duty ?? '', labels).many ? 'were' : 'was'} ${happened}.`,
    more: [
      `${about ? upper(whom) : 'Somebody'} recorded it. You had been told that it was not ${duty && familyOf(duty) === 'hold' ? 'booked' : 'done'}; nothing more is sent about it.`,
    ],
    todo: [`If it is not so, withdraw what was recorded, with your reason: it is owed again then. ${show}`],
  }),
  'not-held': ({ notice, labels }) => didNotTakePlace(notice, labels),
};

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
export function subjectOf(duty: string, labels?: Labels): string {
  const [family, ...rest] = duty.split('/');
  if (!familyOf(duty)) return mailWords(duty, labels).thing;
  if (family === 'action' || family === 'date')
    return `the action “${shown(duty.replace(/^(?:date\/)?action\//, ''))}”`;
  return meetingWords(rest[0] ?? '', labels);
}

export const sentence = (text: string): string => (/[.!?]$/.test(text) ? upper(text) : `${upper(text)}.`);
