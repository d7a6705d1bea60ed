// Who is who in a case at a moment: the social worker, the managers, the members, and who stands in for whom.

import { addDays, type Instant, type LocalDate } from '../time/calendar.ts';
import { lastCover, RING } from './covers.ts';
import type { Case, Dated, Membership } from './facts.ts';
import type { Person, PersonId } from './model.ts';
import { own } from './own.ts';

/** As known now: later than every moment of recording. */
export const LATEST = '9999-12-31T00:00:00Z' as Instant;

const MANAGERS = ['team-manager', 'consultant-social-worker'];

/** The same object as long as everybody is who they were, with the policy's words for roles: for what is remembered (remembered.ts). */
export const whoIsWho = (c: Case): object =>
  c.memory.of(
    'who is who',
    '',
    [c.people, c.formerly, c.socialWorkers, c.memberships, c.covers, c.coverEnds, c.versions, c.refusedAddresses],
    () => ({}),
  );

/** Family, but neither the child nor anybody who has the care of the child. */
const FURTHER_FAMILY = [
  ...['sibling', 'brother', 'sister', 'grandparent', 'grandparents', 'grandmother', 'grandfather', 'aunt', 'uncle'],
  ...['cousin', 'relative', 'wider-family', 'partner', 'family-friend', 'support-network', 'neighbour', 'friend'],
];

/**
 * Whether the family is among these people: a parent or the child (L25). Where the case knows neither, anybody of the family is enough, and
 * where it knows no family, nobody is asked for.
 */
export function includesFamily(c: Case, people: readonly PersonId[]): boolean {
  const family = Object.values(c.people).filter((person) => isFamily(c, person));
  const nearest = family.filter(({ role }) => !FURTHER_FAMILY.includes(role));
  const asked = nearest.length > 0 ? nearest : family;
  return asked.length === 0 || asked.some(({ id }) => people.includes(id));
}

/** From which moment on, as far as the case knows, nobody comes, goes or is stood in for any more. */
export const settledFrom = (c: Case): Instant =>
  c.memory.of('settled', '', [whoIsWho(c)], () => {
    const moments = [
      ...c.socialWorkers.flatMap(({ since, left, back }) => [since, left?.known ?? since, back?.known ?? since]),
      ...c.formerly.map((one) => one.until),
      ...c.memberships.flatMap((one) => [one.known, one.untilKnown ?? one.known]),
      ...c.covers.flatMap((one) => [one.known, c.calendar.morning(addDays(one.until, 1))]),
      ...c.coverEnds.map((one) => one.known),
    ];
    return moments.sort().at(-1) ?? ('' as Instant);
  });

/** The case's social worker as known at a moment. */
export function socialWorkerAt(c: Case, at: Instant): PersonId {
  const known = c.socialWorkers.findLast((one) => one.since <= at) ?? c.socialWorkers[0];
  return known?.person ?? '';
}

/** Since when the case has no social worker, as known at a moment: they left, and it was not allocated anew (L11). */
export function unallocatedAt(c: Case, at: Instant): Dated | undefined {
  const now = c.socialWorkers.findLast((one) => one.since <= at);
  if (!now?.left || now.left.known > at) return undefined;
  return now.back && now.back.known <= at ? undefined : now.left;
}

/** The social worker on a day, for what asks who was there. */
export function socialWorkerOn(c: Case, day: LocalDate): PersonId {
  const then = c.socialWorkers.findLast((one) => one.on <= day) ?? c.socialWorkers[0];
  return then?.person ?? '';
}

/** Somebody as the case knew them at a moment: a new manager or a corrected contact does not reach into the past. */
export const personAt = (c: Case, id: PersonId, at: Instant): Person | undefined =>
  (c.formerly.length > 0 ? c.formerly.find((one) => one.person.id === id && one.until > at)?.person : undefined) ??
  own(c.people, id);

/** The case's manager: the social worker's own, or else the first person in a manager's role. */
export const managerAt = (c: Case, at: Instant): PersonId | undefined => managerOfWorker(c, socialWorkerAt(c, at), at);

/** The same where this is the social worker. */
export function managerOfWorker(c: Case, worker: PersonId, at: Instant): PersonId | undefined {
  return (
    personAt(c, worker, at)?.manager ?? Object.values(c.people).find((person) => MANAGERS.includes(person.role))?.id
  );
}

/** Who manages a case that these people begin with: the social worker's own manager, or else the first person in a manager's role. */
export const managerOf = (people: readonly Person[]): PersonId | undefined =>
  people.find(({ role }) => role === 'social-worker')?.manager ??
  people.find(({ role }) => MANAGERS.includes(role))?.id;

/** Since when the manager of a moment is the case's: another social worker may have brought them, or somebody said so. */
export function managerSince(c: Case, at: Instant): Instant {
  const manager = managerAt(c, at);
  const moments = [...c.socialWorkers.map(({ since }) => since), ...c.formerly.map(({ until }) => until)];
  const known = moments.filter((moment) => moment <= at).sort();
  return known[known.findLastIndex((moment) => managerAt(c, moment) !== manager) + 1] ?? ('' as Instant);
}

/** The service manager: whoever has the role, or else the manager's own manager. */
export function serviceManagerAt(c: Case, at: Instant): PersonId | undefined {
  const inRole = Object.values(c.people).find((person) => person.role === 'service-manager')?.id;
  const manager = managerAt(c, at);
  return inRole ?? (manager === undefined ? undefined : personAt(c, manager, at)?.manager);
}

/** Who chairs its conferences. */
export const chairs = (c: Case): readonly PersonId[] =>
  Object.values(c.people)
    .filter(({ role }) => role === 'conference-chair')
    .map(({ id }) => id);

/** Who manages the case at a moment: its managers, whoever stands in for one of them, and who else has a manager's role. */
export function managersAt(c: Case, at: Instant): readonly PersonId[] {
  const managers = [managerAt(c, at), serviceManagerAt(c, at)].filter((id) => id !== undefined);
  const covers = managers.map((id) => coverAt(c, id, at)).filter((id) => id !== undefined);
  const inRole = Object.values(c.people).filter(({ role }) => [...MANAGERS, 'service-manager'].includes(role));
  return [...new Set([...managers, ...covers, ...inRole.map(({ id }) => id)])];
}

export const isFamily = (c: Case, person: Person | undefined): boolean =>
  person !== undefined && own(c.policy.roles, person.role)?.family === true;

/** Families get e-mail only where their contact is recorded as safe for it; professionals always. */
export const mayBeMailed = (c: Case, person: Person): boolean =>
  !isFamily(c, person) || person.contact === 'email' || person.contact === 'email-and-calendar';

/** Members on a day, by whatever was typed in since; the social worker always is one (R33, R62). */
export function membersOn(c: Case, day: LocalDate): readonly PersonId[] {
  const members = c.memberships.filter((one) => one.from <= day && (one.until === undefined || day < one.until));
  return [...new Set([socialWorkerOn(c, day), ...members.map((one) => one.person)])];
}

/** When the case learned that somebody was a member on a day; '' for whoever is not one by membership. */
export const memberKnown = (c: Case, person: PersonId, day: LocalDate): Instant =>
  c.memberships.find((one) => one.person === person && one.from <= day && (one.until === undefined || day < one.until))
    ?.known ?? ('' as Instant);

/** Members as known at a moment, each with the moment the case first heard of them as one. */
export function membersAt(c: Case, at: Instant): readonly { readonly person: PersonId; readonly known: Instant }[] {
  const worker = {
    person: socialWorkerAt(c, at),
    known: c.socialWorkers.findLast((one) => one.since <= at)?.since ?? at,
  };
  const isOne = ({ person, heard, untilKnown }: Membership) =>
    heard <= at && (untilKnown === undefined || untilKnown > at) && person !== worker.person;
  const members = c.memberships.filter(isOne).map(({ person, heard }) => ({ person, known: heard }));
  return [worker, ...members];
}

/**
 * Members of the family, as known at a moment, whom no e-mail reaches: it is not safe for them, or a relay refused their address for good. The
 * social worker tells them (R38, R61). Each with the moment since when it is so.
 */
export const unmailedFamily = (c: Case, at: Instant): ReturnType<typeof membersAt> =>
  membersAt(c, at).flatMap(({ person, known }) => {
    const since = unreachedSince(c, person, at);
    return since === undefined ? [] : [{ person, known: since > known ? since : known }];
  });

/** Since when no e-mail reaches somebody of the family: '' where it never was safe; undefined where it does, and for professionals. */
export function unreachedSince(c: Case, person: PersonId, at: Instant): Instant | undefined {
  const who = own(c.people, person);
  if (!who || !isFamily(c, who)) return undefined;
  if (!mayBeMailed(c, who)) return '' as Instant;
  return c.refusedAddresses.find((one) => one.person === person && one.address === who.email && one.known <= at)?.known;
}

/** Has left the case, as known at a moment, and has not come back: a member who left, or a social worker it was moved from. */
export function hasLeft(c: Case, person: PersonId, at: Instant): boolean {
  let wasMember = false;
  for (const one of c.memberships) {
    if (one.person !== person || one.heard > at) continue;
    if (one.untilKnown === undefined || one.untilKnown > at) return false;
    wasMember = true;
  }
  if (wasMember || (socialWorkerAt(c, at) === person && unallocatedAt(c, at) !== undefined)) return true;
  return socialWorkerAt(c, at) !== person && c.socialWorkers.some((one) => one.person === person && one.since <= at);
}

/** Who stands in for somebody at a moment; the manager, where those who are away would stand in for each other. */
export function coverAt(c: Case, person: PersonId, at: Instant): PersonId | undefined {
  const cover = lastCover(c, person, at);
  return cover === RING ? managerAt(c, at) : cover;
}

/**
 * Who gets what is for somebody: they themselves; from the first to the last day of their cover, the cover and the manager; for a manager the
 * cover alone; while the case has no social worker, the manager.
 */
export function standInsFor(c: Case, person: PersonId, at: Instant): readonly PersonId[] {
  const manager = managerAt(c, at);
  if (manager !== undefined && manager !== person && person === socialWorkerAt(c, at) && unallocatedAt(c, at))
    return [coverAt(c, manager, at) ?? manager];
  const cover = coverAt(c, person, at);
  if (cover === undefined) return [person];
  if (manager === undefined || person === manager || person === serviceManagerAt(c, at)) return [cover];
  return [...new Set([cover, coverAt(c, manager, at) ?? manager])];
}

/** Whether somebody counts as a social worker: by role alone, also where they stand in for one (R63, L12). */
export const actsAsSocialWorker = (c: Case, person: PersonId): boolean =>
  own(c.people, person)?.role === 'social-worker';

/** The address a person has now is known to be dead: nobody needs telling again until it is corrected. */
export const isKnownRefused = (c: Case, person: PersonId): boolean =>
  c.refusedAddresses.some((one) => one.person === person && one.address === own(c.people, person)?.email);
