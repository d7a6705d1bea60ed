// L20: who must be there for a meeting to do its work, as the authority's policy says for each kind. Used by gates.ts alone.

import type { EventOf } from '../case/events.ts';
import type { Case } from '../case/facts.ts';
import { meetingName } from '../case/meeting-id.ts';
import type { MeetingId, MeetingKind, PersonId, Role } from '../case/model.ts';
import { own } from '../case/own.ts';
import { isFamily } from '../case/people.ts';
import { inPerson, represented } from '../case/who-came.ts';
import type { Policy } from '../policy/policy.ts';
import type { Gate } from './gate.ts';

type Came = EventOf<'meeting-held'>['present'];

/** @param chair undefined where nobody says who chaired */
export function quorum(c: Case, meeting: MeetingId, present: Came, chair: PersonId | undefined): Gate {
  const { kind } = meetingName(meeting);
  const needs = quorumOf(c.policy, kind);
  const missing = needs.filter((need) => !isThere(c, need, present, chair));
  const words = (all: readonly string[]) => all.map((need) => needWords(c.policy, need)).join(', ');
  return {
    rule: 'L20',
    gate: 'quorum',
    broken: missing.length > 0,
    message: `a ${kind} needs ${words(needs)} (missing: ${words(missing)})`,
    mend: 'give all who came in present, with { for: … } for a representative; or record meeting-not-held',
  };
}

/** A policy carried since before there were quorums has none. */
const quorumOf = ({ meetings }: Policy, kind: MeetingKind): readonly string[] => meetings[kind].quorum ?? [];

function isThere(c: Case, need: string, present: Came, chair: PersonId | undefined): boolean {
  const there = inPerson(present);
  const professionals = [...there, ...represented(present)].filter((id) => !isFamily(c, own(c.people, id)));
  switch (need) {
    case 'chair':
      return chair !== undefined && there.includes(chair) && !isFamily(c, own(c.people, chair));
    case 'other-professional':
      return professionals.some((id) => roleOf(c, id) !== 'social-worker');
    case 'other-agency':
      return professionals.some((id) => isOtherAgency(c, id));
    default:
      return there.some((id) => roleOf(c, id) === need);
  }
}

const roleOf = (c: Case, id: PersonId): Role => own(c.people, id)?.role ?? '';

/** Roles of children's social care itself, where nobody says which agency somebody is of. */
const OWN_AGENCY: readonly Role[] = [
  ...['social-worker', 'team-manager', 'consultant-social-worker', 'service-manager', 'line-manager'],
  ...['conference-chair', 'reviewing-officer', 'independent-reviewing-officer', 'minute-taker'],
];

function isOtherAgency(c: Case, id: PersonId): boolean {
  const agency = own(c.people, id)?.agency;
  const ours = Object.values(c.people).find(({ role }) => role === 'social-worker')?.agency;
  return !OWN_AGENCY.includes(roleOf(c, id)) && (agency === undefined || agency !== ours);
}

const needWords = ({ roles }: Policy, need: string): string => {
  switch (need) {
    case 'chair':
      return 'a chair who is not of the family';
    case 'other-professional':
      return 'one other professional';
    case 'other-agency':
      return 'somebody of another agency';
    default:
      return `the role “${own(roles, need)?.label ?? need}”`;
  }
};
