// A notice from a step: who it is for as the case knows them now, who owes what it speaks of, what the meeting's checklist asks. Decided here,
// so that a rehearsal in memory and a case on the server say the same.

import { checklist } from '../accept/checklists.ts';
import type { Case } from '../case/facts.ts';
import type { PersonId, Step } from '../case/model.ts';
import { own } from '../case/own.ts';
import { coverAt, hasLeft, managerAt, personAt, socialWorkerAt } from '../case/people.ts';
import type { Standing } from '../duties/owed.ts';
import { consentWithdrawn } from '../lifecycles/child-in-need.ts';
import type { Notice, Owes } from './notice.ts';

/**
 * The notices of the steps that are due at one time.
 * @param all the case's duties
 */
export const toNotices = (c: Case, due: readonly Step[], all: readonly Standing[]): readonly Notice[] =>
  due.map((step) => toNotice(c, step, due, all));

function toNotice(c: Case, one: Step, due: readonly Step[], all: readonly Standing[]): Notice {
  const { to, about, climb: _, ...step } = one;
  const owes = owedBy(c, one, all, due);
  const subject = about === undefined ? undefined : personNow(c, about);
  const person = personNow(c, to) ?? { id: to, name: to, role: '' };
  const named = [person.role, subject?.role, owes?.role, ...(owes?.told ?? [])].filter((role) => role !== undefined);
  return {
    ...step,
    to: person,
    family: [...new Set(named)].filter((role) => own(c.policy.roles, role)?.family),
    ...(subject ? { about: { id: subject.id, role: subject.role } } : {}),
    ...(owes ? { owes } : {}),
    ...(step.duty !== null && consentWithdrawn(c) ? { consentWithdrawn: true } : {}),
    ...(asksChecklist(c, one) && preparesMeeting(c, one)
      ? { asks: checklist(c, one.meeting).map(({ ask }) => ask) }
      : {}),
  };
}

const personNow = (c: Case, id: PersonId) => (Object.hasOwn(c.people, id) ? c.people[id] : undefined);

/**
 * Who owes what a step speaks of, by role. A meeting is the social worker's to book, again if it is cancelled; being there is nobody's in
 * particular. What somebody owed who has left is the social worker's.
 * @param due what is told at the same time, for whom else an escalation goes to
 */
function owedBy(c: Case, step: Step, all: readonly Standing[], due: readonly Step[]): Owes | undefined {
  const { at, duty: key, kind, to } = step;
  const duty = all.findLast((one) => one.key === key);
  if (kind === 'information' || (!duty && kind !== 'cancellation')) return undefined;
  const worker = socialWorkerAt(c, at);
  const named = !duty || duty.ownerIs ? worker : duty.owner;
  const owner = hasLeft(c, named, at) && named !== managerAt(c, at) ? worker : named;
  const owes = { role: personAt(c, owner, at)?.role ?? '', you: to === owner || to === coverAt(c, owner, at) };
  if (kind !== 'escalation') return owes;
  const others = due.filter((one) => one.duty === key && one.rung === step.rung && one.to !== to && one.to !== owner);
  return { ...owes, told: [...new Set(others.map((one) => personAt(c, one.to, at)?.role ?? ''))] };
}

/** The last reminder of a meeting carries its checklist: the policy's rung says which that is. */
const asksChecklist = (c: Case, step: Step): step is Step & { meeting: NonNullable<Step['meeting']> } =>
  step.meeting !== null &&
  (step.duty?.startsWith('attend/') ?? false) &&
  c.policy.ladders.attend.some(({ step: rung, asksChecklist: asks }) => rung === step.rung && asks === true);

/** It is for whoever prepares or chairs the meeting. */
const preparesMeeting = (c: Case, { at, booking, to }: Step): boolean =>
  to === socialWorkerAt(c, at) || to === booking?.chair;
