// One copy of a policy and of a calendar for all the cases of a worker that go by the same. Both never change, and the same content gives
// the same answers whoever asks: so sharing them leaks nothing from one case to another (docs/decisions/004).

import type { Policy } from '../policy/policy.ts';
import { unfitForRealCases } from '../policy/unfit.ts';
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

/** What was worked out of a policy and a calendar that are shared. */
const fits = new WeakMap<Policy, WeakMap<Calendar, string | undefined>>();

/** As `unfitForRealCases`, which counts the days of years: worked out once for all the cases that are to begin with the same. */
export function unfitShared(policy: Policy, data: CalendarData): string | undefined {
  const [own, calendar] = [sharedPolicy(policy), sharedCalendar(data)];
  const known = fits.get(own) ?? new WeakMap<Calendar, string | undefined>();
  fits.set(own, known);
  if (!known.has(calendar)) known.set(calendar, unfitForRealCases(own, data));
  return known.get(calendar);
}

function shared<T>(known: Map<string, T>, content: string, make: () => T): T {
  const one = known.get(content) ?? make();
  if (known.size < MOST) known.set(content, one);
  return one;
}
