// One copy of a policy and of a calendar for all the cases of a worker that go by the same. Both never change, and the same content gives
// the same answers whoever asks: so sharing them leaks nothing from one case to another (docs/decisions/004).

import type { Policy } from '../policy/policy.ts';
import { Calendar, type CalendarData } from '../time/calendar.ts';

/** More versions than a worker meets at a time; beyond them a case keeps its own copy. */
const MOST = 200;

const policies = new Map<string, Policy>();
const calendars = new Map<string, Calendar>();

/** The policy that says the same, word for word. */
export const sharedPolicy = (policy: Policy): Policy => shared(policies, JSON.stringify(policy), () => policy);

/** The calendar of the same days. */
export const sharedCalendar = (data: CalendarData): Calendar =>
  shared(calendars, JSON.stringify(data), () => new Calendar(data));

function shared<T>(known: Map<string, T>, content: string, make: () => T): T {
  const one = known.get(content) ?? make();
  if (known.size < MOST) known.set(content, one);
  return one;
}
