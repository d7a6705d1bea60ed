// What are my dates? The limits of a case that goes as planned: each meeting held on its book-by date unless told otherwise.

import type { CaseEvent } from '../case/events.ts';
import { type Case, emptyCase } from '../case/facts.ts';
import { withEvent } from '../case/fold.ts';
import { meetingName } from '../case/meeting-id.ts';
import type { CaseFile, CaseKind, Duty, DutyKey, MeetingId, Rule } from '../case/model.ts';
import { familyOf } from '../duties/families.ts';
import { duties } from '../duties/owed.ts';
import { LIFECYCLES } from '../lifecycles/registry.ts';
import type { Policy } from '../policy/policy.ts';
import { addMonths, type CalendarData, type Instant, type LocalDate } from '../time/calendar.ts';
import { order } from '../time/order.ts';

export interface TimelineWish {
  readonly kind: CaseKind;
  readonly policy: Policy;
  readonly calendar: CalendarData;
  /** The strategy discussion, the initial referral, or the day the child became looked after. */
  readonly opened: LocalDate;
  readonly months: number;
  /** Meetings that were held on another day than their book-by date. */
  readonly held: Readonly<Record<string, LocalDate>>;
  /** Child in need: the day the plan was approved; without it only the reviews are known. */
  readonly planApproved?: LocalDate | undefined;
}

export interface TimelineLimit {
  readonly duty: DutyKey;
  readonly due: LocalDate | null;
  readonly bookBy: LocalDate | null;
  readonly target: LocalDate | null;
  readonly rules: readonly Rule[];
}

const WORKER = { id: 'social-worker', name: 'social worker', role: 'social-worker' };
const NOTES = { id: 'minute-taker', name: 'minute-taker', role: 'minute-taker' };

/** Every dated duty that falls due within the months asked for, in order. */
export function timeline({
  kind,
  policy,
  calendar,
  opened,
  months,
  held,
  planApproved,
}: TimelineWish): readonly TimelineLimit[] {
  const until = addMonths(opened, months);
  const file: CaseFile = { ref: 'timeline', kind, authority: policy.authority, people: [WORKER, NOTES] };
  let c = add(emptyCase(file, policy, calendar), opened, beginning(kind, opened));
  if (planApproved !== undefined) c = add(c, planApproved, { type: 'plan-approved', by: WORKER.id });
  for (let next = nextToHappen(c, held, until); next; next = nextToHappen(c, held, until))
    c = add(c, next.on, next.event);
  return duties(c)
    .filter((duty) => (duty.due === null ? familyOf(duty.key) === 'hold' : duty.due <= until))
    .sort((a, b) => order(a.due ?? '9', b.due ?? '9') || order(a.key, b.key))
    .map(({ key, due, bookBy, target, rules }) => ({ duty: key, due, bookBy, target, rules }));
}

/** Every opening event has its day, and needs nothing more. */
const beginning = (kind: CaseKind, on: LocalDate): CaseEvent =>
  ({ type: LIFECYCLES[kind].opensWith[0], by: WORKER.id, on }) as CaseEvent;

/** The earliest of what is open and dated, as if it is done on its book-by date or on the day given. */
function nextToHappen(
  c: Case,
  held: TimelineWish['held'],
  until: LocalDate,
): { on: LocalDate; event: CaseEvent } | undefined {
  const open = duties(c)
    .filter((duty) => duty.done === undefined)
    .flatMap((duty) => {
      const given = familyOf(duty.key) === 'hold' ? held[String(duty.meeting)] : undefined;
      if (given !== undefined && given < duty.arises)
        throw new RangeError(`${duty.meeting} cannot be held on ${given}: it follows what happened on ${duty.arises}`);
      const on = given ?? duty.bookBy;
      const event = on === null ? undefined : happens(duty, on);
      return on !== null && event && on <= until ? [{ on, event }] : [];
    });
  return open.sort((a, b) => order(a.on, b.on))[0];
}

function happens({ key, meeting }: Duty, on: LocalDate): CaseEvent | undefined {
  if (meeting === null) return undefined;
  if (familyOf(key) === 'minutes') return { type: 'minutes-received', by: WORKER.id, meeting, on };
  if (familyOf(key) !== 'hold') return undefined;
  if (meetingName(meeting).kind === 'initial-conference')
    return { type: 'conference-held', by: WORKER.id, on, outcome: 'plan', reason: 'timeline' };
  return heldAsPlanned(meeting, on);
}

const heldAsPlanned = (meeting: MeetingId, on: LocalDate): CaseEvent => ({
  type: 'meeting-held',
  by: WORKER.id,
  meeting,
  on,
  chair: WORKER.id,
  minuteTaker: NOTES.id,
  present: [WORKER.id, NOTES.id],
  planAgreed: true,
});

const add = (c: Case, on: LocalDate, event: CaseEvent): Case =>
  withEvent(c, { id: `e${c.events.length}`, recordedAt: `${on}T20:00:00Z` as Instant, event });
