// What a mail says about coming to a meeting: an invitation, a move, a cancellation, or that somebody cannot come.

import type { Notice } from '../domain/notices/notice.ts';
import { type Labels, meetingWords, roleWords } from '../domain/notices/words.ts';
import { inLondon } from '../domain/time/calendar.ts';
import { longTime } from './dates.ts';
import { dutyText, the, upper } from './duty-texts.ts';

export interface MeetingText {
  /** The first sentence: what is asked. */
  readonly lead: string;
  readonly todo: readonly string[];
}

/** What a meeting is, in words for families: its professional name tells them nothing. */
const EXPLAINED: Readonly<Record<string, string>> = {
  'initial-conference': 'the meeting that decides whether a plan is needed',
  'core-group': 'the meeting of the people who help with the plan',
  'review-conference': 'the meeting that looks at how the plan is going',
  'cin-meeting': 'the meeting of the people who help with the plan',
  'cin-review': 'the meeting that looks at how the plan is going',
  'lac-review': 'the meeting that looks at how the care plan is going',
};

/** @param isFamily whether a role belongs to the family, who are written to with more care */
export function meetingText(notice: Notice, isFamily: (role: string) => boolean, labels?: Labels): MeetingText {
  const meeting = notice.meeting ? the(meetingWords(notice.meeting, labels)) : 'a meeting';
  const on = notice.booking ? ` on ${longTime(notice.booking.start)}` : '';
  const family = isFamily(notice.to.role);
  if (notice.kind === 'information') {
    if (notice.about) return apologies(notice, `${meeting}${on}`, notice.about.role, isFamily, labels);
    return {
      lead: `For your information: somebody of your staff is invited to ${meeting}${on}.`,
      todo: [
        'Please help them to give this meeting priority. If they cannot go, somebody else from the agency should.',
      ],
    };
  }
  if (notice.kind === 'cancellation') return cancelled(notice, meeting, on);
  if (notice.booking && inLondon(notice.at).slice(0, 16) > notice.booking.start)
    return {
      lead: `${upper(meeting)} was planned for ${longTime(notice.booking.start)}: this e-mail reaches you late.`,
      todo: ['You need not do anything. If you do not know how it went, please ask the social worker.'],
    };
  switch (notice.kind) {
    case 'change':
      return {
        lead: `Please note the new date: ${meeting} is now${on || ' without a date'}.`,
        todo: coming(notice, family),
      };
    case 'reminder':
      return {
        lead: `Please come to ${meeting}${on}, or tell the social worker if you cannot.`,
        todo: coming(notice, family),
      };
    default: {
      const what = family && notice.meeting ? EXPLAINED[notice.meeting.replace(/-\d+$/, '')] : undefined;
      return {
        lead: `You are invited to ${meeting}${what ? ` (${what})` : ''}${on}.`,
        todo: coming(notice, family),
      };
    }
  }
}

function cancelled({ why, owes, text }: Notice, meeting: string, on: string): MeetingText {
  if (why === 'left')
    return {
      lead: `You are no longer expected at ${meeting}${on}: the meeting itself goes on.`,
      todo: ['You need not do anything.'],
    };
  if (why === 'plan-ended')
    return {
      lead: `${upper(meeting)}${on} will not take place, because the plan has ended.`,
      todo: [text ? 'No new date follows.' : 'You need not do anything. No new date follows.'],
    };
  if (owes?.you)
    return {
      lead: `${upper(meeting)}${on} is cancelled: please book a new date.`,
      todo: [
        'Agree a new date with the family and the members, within the limit, and record the booking.',
        'Invitations go out by themselves as soon as the booking is recorded.',
      ],
    };
  return {
    lead: `${upper(meeting)}${on} is cancelled.`,
    todo: text ? [] : ['You need not do anything. You will hear when a new date is set.'],
  };
}

/** Tells the social worker who cannot come, who or what takes their place, and what is left to do. */
function apologies(
  { standIn }: Notice,
  meeting: string,
  role: string,
  isFamily: (role: string) => boolean,
  labels?: Labels,
): MeetingText {
  const who = roleWords(role, labels) || 'somebody';
  const whom = role ? `the ${who}` : who;
  const sent = `${whom} sent apologies for ${meeting}`;
  if (standIn === 'representative')
    return {
      lead: `Please expect somebody else in place of ${whom}: ${sent}, and a representative stands in.`,
      todo: ['When the meeting was held, please record who came.'],
    };
  if (standIn === 'report')
    return {
      lead: `Please see that a written report reaches you in time: ${sent}, and the report takes their place.`,
      todo: ['Please bring the report to the meeting.'],
    };
  if (isFamily(role))
    return {
      lead: `Please find out what would help ${whom} to take part: ${sent}.`,
      todo: ['If another day, time or place would help, please move the meeting within its limit.'],
    };
  return {
    lead: `Please see that somebody stands in: ${sent}, and nobody is named in their place yet.`,
    todo: [
      'They are asked to send somebody from their agency. If nobody can come, please speak with them or their manager.',
      'If the meeting cannot do its work without them, please move it within its limit.',
    ],
  };
}

function coming({ kind }: Notice, family: boolean): readonly string[] {
  if (family)
    return [
      'If the day, the time or the place does not suit you, or you need help to get there or to take part, please tell the social worker.',
      'You may bring somebody who supports you. Please ask the social worker.',
    ];
  return [
    ...(kind === 'reminder'
      ? []
      : ['Please put the date into your calendar. The entry that comes with this e-mail does it for you.']),
    ...dutyText('attend').todo(''),
    'Please bring what the meeting needs to know about the work you agreed to do.',
  ];
}
