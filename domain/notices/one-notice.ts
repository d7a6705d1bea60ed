// L14, L15: what one person is told of one meeting at one time is one notice: the strongest, with what the others say within it. And all that is
// said of a case each week is one list.

import type { Step } from '../case/model.ts';
import { familyOf } from '../duties/families.ts';
import { WEEKLY } from './told.ts';

/** What is told as one, with the steps that are taken by it. */
interface Telling {
  readonly step: Step;
  readonly taken: readonly Step[];
}

/** Steps in order of time, each person's of one meeting, or of one week, as one. Invitations and their like are calendar entries, and stay as they are. */
export function oneForEach(steps: readonly Step[]): readonly Telling[] {
  if (steps.length < 2) return steps.map((step) => ({ step, taken: [step] }));
  const ofMeeting = (step: Step) => `${step.at} ${step.to} ${step.meeting}`;
  const asked = new Set(steps.filter((step) => isAsking(step) && step.rung !== WEEKLY).map(ofMeeting));
  const groups = new Map<string, Step[]>();
  for (const step of steps) {
    const isListed = step.rung === WEEKLY && !asked.has(ofMeeting(step));
    const name = isListed ? `${step.at} ${step.to} ${WEEKLY}` : isAsking(step) ? ofMeeting(step) : step.key;
    const group = groups.get(name);
    if (group) group.push(step);
    else groups.set(name, [step]);
  }
  return [...groups.values()].map((taken) => ({ step: asOne(taken), taken }));
}

/** To tell the family says whom and of what: it keeps a notice of its own. */
const isAsking = ({ meeting, kind, duty }: Step): boolean =>
  meeting !== null && strength(kind) >= 0 && (duty === null || familyOf(duty) !== 'tell');

const STRENGTH: readonly Step['kind'][] = ['reminder', 'chase', 'escalation'];
const strength = (kind: Step['kind']): number => STRENGTH.indexOf(kind);

/** Of two that are as strong, what has just become so says more than what is said each week. */
const isStronger = (a: Step, b: Step): boolean =>
  strength(a.kind) > strength(b.kind) ||
  (a.kind === b.kind && b.rung === WEEKLY && (a.rung !== WEEKLY || isOlder(a, b)));

const isOlder = (a: Step, b: Step): boolean => a.due !== null && (b.due === null || a.due < b.due);

function asOne(taken: readonly Step[]): Step {
  const [first, ...others] = taken as [Step, ...Step[]];
  if (others.length === 0) return first;
  const lead = others.reduce((strongest, one) => (isStronger(one, strongest) ? one : strongest), first);
  const also = taken.filter((one) => one !== lead);
  return {
    ...lead,
    // A list of the week speaks of several meetings: another one's day is not this one's.
    booking: lead.booking ?? also.find(({ booking, meeting }) => booking && meeting === lead.meeting)?.booking,
    rules: [...new Set(taken.flatMap(({ rules }) => rules))],
    also: also.map(({ key, kind, duty, meeting, due, rung, repeat, booking, waits }) => ({
      key,
      kind,
      duty,
      meeting,
      due,
      rung,
      repeat,
      booking,
      ...(waits && { waits }),
    })),
  };
}
