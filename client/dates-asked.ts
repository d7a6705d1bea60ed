// What are my dates? The limits of a case that goes as planned, with what cannot be asked said in the words of whoever asks: the command line's
// options, or the fields of a request.

import type { CaseKind } from '../domain/case/model.ts';
import { familyOf } from '../domain/duties/families.ts';
import { type TimelineLimit, timeline } from '../domain/play/timeline.ts';
import type { Policy } from '../domain/policy/policy.ts';
import { addMonths, type CalendarData, type LocalDate } from '../domain/time/calendar.ts';
import { BadInput } from './errors.ts';

/** So far a timeline looks, in months. */
export const MOST_MONTHS = 240;

export interface DatesAsked {
  readonly kind: CaseKind;
  /** The strategy discussion, the initial referral, or the day the child became looked after. */
  readonly opened: LocalDate;
  readonly months: number;
  /** Meetings held on another day than their book-by date. */
  readonly held: Readonly<Record<string, LocalDate>>;
  /** Child in need only. */
  readonly planApproved?: LocalDate | undefined;
}

/** What the parts of a question are called where it was asked. */
export interface AskedAs {
  readonly months: string;
  readonly planApproved: string;
  readonly held: (meeting: string, on: LocalDate) => string;
}

/** Every dated duty within the months asked for, in order. @throws BadInput: a date that cannot be, a meeting that there is not */
export function datesAsked(
  asked: DatesAsked,
  { policy, calendar }: { policy: Policy; calendar: CalendarData },
  as: AskedAs,
): readonly TimelineLimit[] {
  checkDates(asked, as);
  const limits = limitsOf({ ...asked, policy, calendar });
  checkHeld(asked, limits, as);
  return limits;
}

function checkDates({ kind, opened, months, held, planApproved }: DatesAsked, as: AskedAs): void {
  const until = addMonths(opened, months);
  if (planApproved !== undefined && kind !== 'child-in-need')
    throw new BadInput(`${as.planApproved} is for child-in-need only; leave it out for ${kind}`);
  if (planApproved !== undefined && planApproved < opened)
    throw new BadInput(`${as.planApproved} ${planApproved} is before the case was opened, ${opened}`);
  for (const [meeting, on] of Object.entries(held)) {
    if (on < opened) throw new BadInput(`${as.held(meeting, on)} is before the case was opened, ${opened}`);
    if (on > until)
      throw new BadInput(`${as.held(meeting, on)} is after the last day looked at, ${until}; raise ${as.months}`);
  }
}

/** The user can put this right: a kind that has no timeline, or a meeting that cannot be placed. */
function limitsOf(wish: Parameters<typeof timeline>[0]): readonly TimelineLimit[] {
  try {
    return timeline(wish);
  } catch (error) {
    if (error instanceof RangeError) throw new BadInput(error.message);
    throw error;
  }
}

function checkHeld(
  { kind, held, months, planApproved }: DatesAsked,
  limits: readonly TimelineLimit[],
  as: AskedAs,
): void {
  const meetings = limits.flatMap(({ duty }) => (familyOf(duty) === 'hold' ? [duty.slice('hold/'.length)] : []));
  const lost = Object.entries(held).find(([meeting]) => !meetings.includes(meeting));
  if (lost === undefined) return;
  const [meeting, on] = lost;
  // Child in need meetings count from the approval of the plan.
  const hint = kind === 'child-in-need' && meeting.startsWith('cin-meeting-') && planApproved === undefined;
  const within = months === 1 ? '1 month' : `${months} months`;
  throw new BadInput(
    `${as.held(meeting, on)}: there is no ${meeting} within ${within}; there are ${meetings.join(', ')}${hint ? `; child in need meetings follow the approval of the plan: give ${as.planApproved} DATE` : ''}`,
  );
}
