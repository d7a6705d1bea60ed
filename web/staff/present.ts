// Who is there, and what they may see. Rights come from the directory of staff or from the issuer's claims, never from what a case says:
// a case gives nobody more than their own duties in it.

import { CaseNotFound, Unavailable } from '../../client/errors.ts';
import type { CasePlace } from '../../record/naming-cases.ts';
import type { KnownPerson } from '../../workflows/api.ts';
import type { Setting } from '../setting.ts';
import type { Session } from '../sign-in/auth.ts';
import type { GivenRight } from '../sign-in/oidc-settings.ts';
import type { Desk, StaffMember } from './desk.ts';
import { each } from './each.ts';

/** Somebody who is signed in. */
export interface Present {
  /** For the audit: nothing personal. */
  readonly who: string;
  readonly address: string;
  readonly staff: readonly StaffMember[];
  /** Teams by the issuer's claims. */
  readonly teams: readonly Extract<GivenRight, { right: 'team' }>[];
  /** Those whom they manage by the directory. */
  readonly below: readonly StaffMember[];
  readonly authorities: readonly string[];
  readonly operations: boolean;
}

/** A case that somebody is in. */
export interface Mine {
  readonly place: CasePlace;
  readonly people: readonly KnownPerson[];
  readonly me: readonly KnownPerson[];
  readonly setting: Setting;
}

export interface AllMine {
  readonly cases: readonly Mine[];
  /** How many did not answer. */
  readonly unanswered: number;
  /** Cases beyond those that a page can ask. */
  readonly more: number;
}

/** So many cases are asked for one page; a caseload is about twenty. */
const MOST_CASES = 120;

/** Whoever is signed in; undefined where the record knows them no longer. @throws Unavailable, RecordUnavailable */
export async function present(desk: Desk, { address, rights }: Session): Promise<Present | undefined> {
  const staff = await desk.directory.withAddress(address);
  if (staff.length === 0 && rights.length === 0 && !(await isNamed(desk, address))) return undefined;
  const has = (right: StaffMember['rights'][number]) =>
    staff.filter((one) => one.rights.includes(right)).map((one) => one.authority);
  const below = (await Promise.all(staff.map((one) => desk.directory.below(one)))).flat();
  const ofAuthority = rights.flatMap((one) => (one.right === 'authority' ? [one.authority] : []));
  return {
    who: `staff:${staff[0] ? `${staff[0].authority}/${staff[0].id}` : desk.hashOf(address)}`,
    address,
    staff,
    below,
    teams: rights.filter((one) => one.right === 'team'),
    authorities: [...new Set([...has('service-manager'), ...ofAuthority])].sort(),
    operations: has('operator').length > 0 || rights.some((one) => one.right === 'operations'),
  };
}

/** Whether somebody may sign in by a link: the directory has them, or a running case names them as staff. @throws as `present` */
export async function isKnown(desk: Desk, address: string): Promise<boolean> {
  return (await desk.directory.withAddress(address)).length > 0 || (await isNamed(desk, address));
}

export const seesTeam = ({ below, teams }: Present): boolean => below.length > 0 || teams.length > 0;

/** Running cases in which somebody is one of the staff now. What no longer runs is left out. @throws RecordUnavailable */
export async function mine(desk: Desk, { address, staff }: Pick<Present, 'address' | 'staff'>): Promise<AllMine> {
  const named = await desk.directory.namedAs(staff);
  const places = new Map(
    [...(await desk.casesNaming([address])), ...named.map(({ place }) => place)].map((one) => [one.id, one]),
  );
  const asked = [...places.values()].slice(0, MOST_CASES);
  const found = await each(asked, (place) =>
    within(
      desk,
      place,
      address,
      named.filter((one) => one.place.id === place.id).map((one) => one.person),
    ),
  );
  return {
    cases: found.filter((one) => one !== undefined && one !== 'unanswered'),
    unanswered: found.filter((one) => one === 'unanswered').length,
    more: places.size - asked.length,
  };
}

async function isNamed(desk: Desk, address: string): Promise<boolean> {
  if (await desk.directory.isShared(address)) return false;
  let unanswered = false;
  for (const place of (await desk.casesNaming([address])).slice(0, MOST_CASES)) {
    const found = await within(desk, place, address, []);
    if (found !== undefined && found !== 'unanswered') return true;
    unanswered ||= found === 'unanswered';
  }
  if (unanswered) throw new Unavailable('no case that names this address answers');
  return false;
}

/** Who somebody is in a case: by their address there, or as the directory says. Children and family never sign in. */
async function within(
  desk: Desk,
  place: CasePlace,
  address: string,
  ids: readonly string[],
): Promise<Mine | 'unanswered' | undefined> {
  try {
    const [people, setting] = await Promise.all([desk.cases.people(place), desk.settingOf(place.id)]);
    const me = people.filter(
      (one) =>
        !one.left &&
        !setting?.labels.family?.includes(one.role) &&
        (ids.includes(one.id) || one.email?.trim().toLowerCase() === address),
    );
    return setting && me.length > 0 ? { place, people, me, setting } : undefined;
  } catch (error) {
    if (error instanceof CaseNotFound) return undefined;
    if (error instanceof Unavailable) return 'unanswered';
    throw error;
  }
}
