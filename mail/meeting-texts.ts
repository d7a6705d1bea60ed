// What a mail says about coming to a meeting: an invitation, a move, a cancellation, or that somebody cannot come.

import type { MeetingId } from '../domain/case/model.ts';
import type { Notice } from '../domain/notices/notice.ts';
import { type Labels, listed, meetingWords } from '../domain/notices/words.ts';
import { inLondon } from '../domain/time/calendar.ts';
import { longTime } from './dates.ts';
import { the, upper } from './duty-texts.ts';
import { ringing, who } from './who.ts';

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

/** "the meeting of the people who help with the plan" */
export const explained = (meeting: MeetingId): string | undefined => EXPLAINED[meeting.replace(/-\d+$/, '')];

/** @param isFamily whether a role belongs to the family, who are written to with more care */
export function meetingText(notice: Notice, isFamily: (role: string) => boolean, labels?: Labels): MeetingText {
  const meeting = notice.meeting ? the(meetingWords(notice.meeting, labels)) : 'a meeting';
  const on = notice.booking ? ` on ${longTime(notice.booking.start)}` : '';
  const family = isFamily(notice.to.role);
  const plain = family && notice.meeting ? explained(notice.meeting) : undefined;
  const what = `${meeting}${plain ? ` (${plain})` : ''}`;
  if (notice.kind === 'information') {
    if (notice.about) return apologies(notice, `${meeting}${on}`, isFamily(notice.about.role), labels);
    return staffInvited(notice, `${meeting}${on}`, labels);
  }
  if (notice.kind === 'cancellation') return cancelled(notice, what, on, family);
  if (notice.booking && inLondon(notice.at).slice(0, 16) > notice.booking.start)
    return {
      lead: `${upper(meeting)} was planned for ${longTime(notice.booking.start)}: this e-mail reaches you late.`,
      todo: [`You do not need to do anything. If you do not know how it went, please ${ringing(notice)}.`],
    };
  const chairs = !family && notice.booking?.chair === notice.to.id;
  switch (notice.kind) {
    case 'change':
      return {
        lead: `Please note the change: ${what} is now${on || ' without a date'}.`,
        todo: coming(notice, family, chairs),
      };
    case 'reminder':
      return { lead: `Please ${chairs ? 'chair' : 'come to'} ${what}${on}.`, todo: coming(notice, family, chairs) };
    default:
      return {
        lead: `You are ${chairs ? 'asked to chair' : 'invited to'} ${what}${on}.`,
        todo: coming(notice, family, chairs),
      };
  }
}

/** R40: a line manager is told whom of their staff. */
function staffInvited({ staff = [] }: Notice, meeting: string, labels?: Labels): MeetingText {
  const whom = staff.length > 0 ? listed(staff.map((one) => who(one, labels))) : 'somebody of your staff';
  const help = staff.length > 1 ? 'each of them' : 'them';
  return {
    lead: `For your information: ${whom} ${staff.length > 1 ? 'are' : 'is'} invited to ${meeting}.`,
    todo: [
      `Please help ${help} to give this meeting priority. If they cannot go, somebody else from the agency should.`,
    ],
  };
}

function cancelled(notice: Notice, meeting: string, on: string, family: boolean): MeetingText {
  const { why, owes, text } = notice;
  const nothing = family ? `If you have a question, please ${ringing(notice)}.` : 'You do not need to do anything.';
  if (why === 'left')
    return {
      lead: `You are no longer expected at ${meeting}${on}: the meeting itself goes on.`,
      todo: [nothing],
    };
  if (why === 'case-ended')
    return {
      lead: `${upper(meeting)}${on} will not take place.`,
      todo: [text ? 'No new date follows.' : `No new date follows. ${nothing}`],
    };
  if (why === 'plan-ended')
    return {
      lead: `${upper(meeting)}${on} will not take place, because the plan has ended.`,
      todo: [text ? 'No new date follows.' : `No new date follows. ${nothing}`],
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
    todo: text ? [] : [`You will hear when a new date is set. ${nothing}`],
  };
}

/** Tells the social worker who cannot come, who or what takes their place, and what is left to do. */
function apologies({ about, standIn, why }: Notice, meeting: string, family: boolean, labels?: Labels): MeetingText {
  const whom = about?.role || about?.name ? who(about, labels) : 'somebody';
  const sent = `${whom} sent apologies for ${meeting}`;
  if (why === 'no-social-worker')
    return {
      lead: `Please see who goes in the social worker’s place: ${sent}.`,
      todo: [
        'Another social worker can go: arrange cover for the day, or allocate the case anew.',
        'A core group does not go ahead without a social worker. If nobody can go, please have the meeting moved within its limit.',
      ],
    };
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
  if (family)
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

/** What somebody who is asked to come does, by who they are: the family, the chair, the social worker, one of the agencies. */
function coming(notice: Notice, family: boolean, chairs: boolean): readonly string[] {
  if (family)
    return [
      `If the day, the time or the place does not suit you, or you need help to get there or to take part, please ${ringing(notice)}.`,
      'You may bring somebody who supports you. Please say so beforehand.',
    ];
  return [
    ...(notice.kind === 'reminder'
      ? []
      : ['Please put the date into your calendar. The entry that comes with this e-mail does it for you.']),
    notice.to.role === 'social-worker'
      ? 'If you cannot come, please arrange for another social worker to come, or move the meeting within its limit.'
      : `If you cannot come, please send your apologies to the social worker, and say who will ${chairs ? 'chair' : 'come from your agency'} in your place.`,
    'Please bring what the meeting needs to know of your work with the family.',
  ];
}
