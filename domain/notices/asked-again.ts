// Whoever asked to wait with what they owe is asked again on the morning they named, once.

import type { Case } from '../case/facts.ts';
import type { Duty, Step } from '../case/model.ts';
import { type PutOff, putOffs } from '../case/put-off.ts';
import { isLate } from '../duties/owed.ts';
import type { Instant } from '../time/calendar.ts';
import { occasions, reachable, recipients, stepKey, toldOf } from './ladder.ts';
import { isTold, type Told } from './told.ts';
import { askedAgainAt } from './waiting.ts';

/** The steps of a duty beside its ladder that are not told yet. @param until leaves out what comes later */
export const askedAgain = (c: Case, duty: Duty, told: Told, until: Instant | undefined): readonly Step[] =>
  putOffs(c, duty).flatMap((one) => again(c, duty, one, told, until));

function again(c: Case, duty: Duty, putOff: PutOff, told: Told, until: Instant | undefined): readonly Step[] {
  const at = askedAgainAt(c, putOff);
  if (at < told.until || (until !== undefined && at > until) || (duty.ends !== undefined && at >= duty.ends)) return [];
  const asked = askedThen(c, duty, told, at);
  const { key, meeting, due, rules } = duty;
  const booking = meeting === null ? undefined : c.meetings[meeting]?.bookings.at(-1);
  return reachable(c, putOff.person, at)
    .filter((to) => !asked.has(to))
    .map(
      (to): Step => ({
        key: stepKey(key, 'asked-again', 0, to, putOff.event),
        at,
        kind: isLate(duty, c.calendar.londonDate(at)) ? 'chase' : 'reminder',
        duty: key,
        meeting,
        to,
        rung: 'asked-again',
        repeat: 0,
        due,
        // A meeting that is booked, or was to be, is spoken of as such (L17).
        booking: duty.quiet === 'before' ? booking : undefined,
        rules,
      }),
    )
    .filter((step) => !isTold(told, step));
}

/** Whom the ladder itself speaks to that morning, or has spoken to: planned in the night before, it was told at that very moment. */
function askedThen(c: Case, duty: Duty, told: Told, at: Instant): ReadonlySet<string> {
  const whom = recipients(c, duty);
  const heard = at === told.until ? toldOf(duty.key, told.keys) : [];
  if (heard.length > 0) return new Set(heard);
  for (const one of occasions(c, duty, told)) {
    if (one.at === at) return new Set(whom(one.rung, at));
    if (one.at > at) break;
  }
  return new Set();
}
