// A notice from a step: who it is for as the case knows them now, who owes what it speaks of, what the meeting's checklist asks. Decided here,
// so that a rehearsal in memory and a case on the server say the same.

import { checklist } from '../accept/checklists.ts';
import type { Case, Meeting } from '../case/facts.ts';
import type { MeetingId, PersonId, Role, Step } from '../case/model.ts';
import { own } from '../case/own.ts';
import {
  coverAt,
  hasLeft,
  isFamily,
  managerAt,
  membersAt,
  personAt,
  socialWorkerAt,
  unallocatedAt,
} from '../case/people.ts';
import { sayTheyCome } from '../case/who-came.ts';
import { familyOf } from '../duties/families.ts';
import { toTell } from '../duties/meetings.ts';
import type { Standing } from '../duties/owed.ts';
import { consentWithdrawn } from '../lifecycles/child-in-need.ts';
import type { Instant } from '../time/calendar.ts';
import { staffOf } from './attendance.ts';
import type { Expected, Notice, Owes, Ring, Somebody } from './notice.ts';
import { replyTo } from './reply-to.ts';
import { askedBefore, NOTHING_TOLD, type Told, WEEKLY } from './told.ts';

/**
 * The notices of the steps that are due at one time.
 * @param all the case's duties
 * @param told how far people have been told: what was tried before it goes up
 */
export const toNotices = (
  c: Case,
  due: readonly Step[],
  all: readonly Standing[],
  told: Told = NOTHING_TOLD,
): readonly Notice[] => due.map((step) => toNotice(c, step, due, all, told));

function toNotice(c: Case, one: Step, due: readonly Step[], all: readonly Standing[], told: Told): Notice {
  const { to, about, whose, edition: _, open, ...step } = one;
  const person = personNow(c, to) ?? { id: to, name: to, role: '' };
  // Staff are named to staff. The family reads of nobody but whom to ring.
  const name = isFamily(c, person) ? byRole : named;
  const owes = owedBy(c, one, all, due, name, told);
  const subject = about === undefined || !personNow(c, about) ? undefined : { id: about, ...name(c, about, one.at) };
  const roles = [person.role, subject?.role, owes?.role, ...(owes?.alsoTold ?? []).map(({ role }) => role)];
  const meeting = ofMeeting(c, one, name);
  const { untold = [] } = meeting;
  const answers = replyTo(c, person, one.at);
  return {
    ...step,
    to: person,
    family: [...new Set([...roles, ...untold])].filter(
      (role) => role !== undefined && own(c.policy.roles, role)?.family,
    ) as string[],
    ...(subject ? { about: subject } : {}),
    ...(whose === undefined ? {} : { whose: name(c, whose, one.at) }),
    ...(owes ? { owes } : {}),
    ...(step.duty !== null && consentWithdrawn(c) ? { consentWithdrawn: true } : {}),
    ...(asksChecklist(c, one) && preparesMeeting(c, one)
      ? { asks: checklist(c, one.meeting).map(({ ask }) => ask), expected: expected(c, one, name) }
      : {}),
    ...meeting,
    ...(isFamily(c, person) ? { ring: ring(c, one.at) } : {}),
    ...(answers ? { replyTo: answers } : {}),
    ...(open ? { open: open.map((duty) => ({ ...duty, whose: whoOwes(c, duty.key, all, one.at, name) })) } : {}),
  };
}

const personNow = (c: Case, id: PersonId) => (Object.hasOwn(c.people, id) ? c.people[id] : undefined);

type Naming = (c: Case, id: PersonId, at: Instant) => Somebody;

const byRole: Naming = (c, id, at) => ({ role: personAt(c, id, at)?.role ?? '' });

/** By name where the policy knows the role for one of staff; of anybody else no name leaves the case. */
const named: Naming = (c, id, at) => {
  const { role = '', name } = personAt(c, id, at) ?? {};
  const known = own(c.policy.roles, role);
  return known && !known.family ? { role, name } : { role };
};

/** What is said of a meeting beside its name: when it is to be, who is to be told of it, who of somebody's staff is asked to come. */
function ofMeeting(
  c: Case,
  { at, meeting, duty, kind, about, to, booking }: Step,
  name: Naming,
): Pick<Notice, 'booking' | 'untold' | 'needs' | 'why' | 'staff' | 'asked'> {
  const m = meeting === null ? undefined : own(c.meetings, meeting);
  const last = m?.bookings.at(-1);
  if (!m || !last || duty === null) return {};
  const family = familyOf(duty);
  if (family === 'tell') {
    const { left } = toTell(c, m, last);
    const untold = [...new Set(left.map((id) => byRole(c, id, at).role))];
    const needs = left.flatMap((id) => {
      const said = personAt(c, id, at)?.needs;
      return said ? [{ ...byRole(c, id, at), ...said }] : [];
    });
    return { booking: last, untold, ...(needs.length > 0 && { needs }), ...(last.ended && { why: 'called-off' }) };
  }
  if (family === 'hold') return last.ended || kind === 'information' ? {} : { booking: last };
  if (family !== 'attend' || about !== undefined) return {};
  if (kind === 'invitation' || kind === 'change') return { asked: rolesAsked(c, m, at, booking) };
  if (kind !== 'information') return {};
  const asked = m.bookings.find(({ edition }) => edition === booking?.edition);
  return asked ? { staff: staffOf(c, m, asked, to, at).map((id) => name(c, id, at)) } : {};
}

/** The social worker, whoever chairs it, the members and whom a conference is called with: by their roles, each once. */
function rolesAsked(c: Case, m: Meeting, at: Instant, booking: Step['booking']): readonly Role[] {
  const all = [
    ...[socialWorkerAt(c, at), ...(booking?.chair === undefined ? [] : [booking.chair])],
    ...membersAt(c, at).map(({ person }) => person),
    ...m.invited.map(({ person }) => person),
  ];
  return [...new Set(all.flatMap((id) => personAt(c, id, at)?.role ?? []))];
}

/** Who is asked to come, and who or what takes the place of those who cannot. */
function expected(c: Case, { at, meeting, booking }: Step & { meeting: MeetingId }, name: Naming): readonly Expected[] {
  const members = membersAt(c, at).map(({ person }) => person);
  const m = own(c.meetings, meeting);
  const apologies = m?.apologies ?? [];
  const coming = m && sayTheyCome(c, m, at);
  return [...new Set(booking?.chair === undefined ? members : [booking.chair, ...members])].map((id) => {
    const sent = apologies.findLast(({ person, known }) => person === id && known <= at);
    if (coming?.has(id)) return { ...name(c, id, at), coming: true };
    return { ...name(c, id, at), ...(sent && { instead: instead(sent) }) };
  });
}

const instead = ({ representative, writtenReport }: Meeting['apologies'][number]): Expected['instead'] =>
  representative !== undefined ? 'representative' : writtenReport ? 'report' : 'nobody';

function ring(c: Case, at: Instant): Ring {
  const { id, as } = whomToRing(c, at);
  const person = id === undefined ? undefined : personAt(c, id, at);
  return { name: person?.name ?? '', phone: person?.phone, as };
}

/** The social worker of that moment, whoever stands in for them, or the manager while the case has none (L11). */
export function whomToRing(c: Case, at: Instant): { readonly id: PersonId | undefined; readonly as: Ring['as'] } {
  const worker = socialWorkerAt(c, at);
  const manager = unallocatedAt(c, at) && managerAt(c, at);
  const cover = coverAt(c, worker, at);
  const as = manager !== undefined ? 'manager' : cover !== undefined ? 'cover' : 'social-worker';
  return { id: manager ?? cover ?? worker, as };
}

/**
 * Who owes what a step speaks of. A meeting is the social worker's to book, again if it is cancelled; being there is nobody's in
 * particular. What somebody owed who has left is the social worker's.
 * @param due what is told at the same time, for whom else an escalation goes to
 */
function owedBy(
  c: Case,
  step: Step,
  all: readonly Standing[],
  due: readonly Step[],
  name: Naming,
  told: Told,
): Owes | undefined {
  const { at, duty: key, kind, to } = step;
  const duty = all.findLast((one) => one.key === key);
  if (!duty && kind !== 'cancellation') return undefined;
  const owner = ownerAt(c, duty, at);
  // While nobody has the case what is the social worker's is the manager's (L11).
  const isNobodys = owner === socialWorkerAt(c, at) && unallocatedAt(c, at) !== undefined;
  const cover = isNobodys ? managerAt(c, at) : coverAt(c, owner, at);
  const owes = { ...name(c, cover ?? owner, at), you: to === owner || to === cover };
  if (kind !== 'escalation') return owes;
  const speaksOfIt = (one: Pick<Step, 'duty' | 'rung'>) => one.duty === key && one.rung === step.rung;
  const others = due.filter(
    (one) => (speaksOfIt(one) || one.also?.some(speaksOfIt)) && one.to !== to && one.to !== owner,
  );
  const askedOn = duty && step.rung !== WEEKLY ? askedBefore(told, duty, at) : [];
  return {
    ...owes,
    alsoTold: [...new Set(others.map((one) => one.to))].map((id) => name(c, id, at)),
    ...(askedOn.length > 0 && { askedOn }),
  };
}

function ownerAt(c: Case, duty: Standing | undefined, at: Instant): PersonId {
  const worker = socialWorkerAt(c, at);
  const owner = !duty || duty.ownerIs ? worker : duty.owner;
  return hasLeft(c, owner, at) && owner !== managerAt(c, at) ? worker : owner;
}

function whoOwes(c: Case, key: string, all: readonly Standing[], at: Instant, name: Naming): Somebody {
  return name(
    c,
    ownerAt(
      c,
      all.findLast((one) => one.key === key),
      at,
    ),
    at,
  );
}

/** The last reminder of a meeting carries its checklist: the policy's rung says which that is. */
const asksChecklist = (c: Case, step: Step): step is Step & { meeting: NonNullable<Step['meeting']> } =>
  step.meeting !== null &&
  [step, ...(step.also ?? [])].some(
    (one) =>
      one.duty?.startsWith('attend/') &&
      c.policy.ladders.attend.some(({ step: rung, asksChecklist: asks }) => rung === one.rung && asks === true),
  );

/** It is for whoever prepares or chairs the meeting. */
const preparesMeeting = (c: Case, { at, booking, to }: Step): boolean =>
  to === socialWorkerAt(c, at) || to === booking?.chair;
