// Ways between cases: what leads from one to another. The case that leads owes `open/<kind>` until the other is open;
// the workflow opens it (workflows/case.ts), and what is interrupted half-way is simply still owed.

import type { Case, Dated } from './case.ts';
import type { CaseEvent, Recorded } from './events.ts';
import { type Arisen, general } from './meetings.ts';
import type { CaseFile, CaseKind, Rule } from './model.ts';
import { NODRIFT } from './refusal.ts';

/** Another case this one leads to, with the event that one begins with. */
export interface Way {
  readonly kind: CaseKind;
  readonly ref: string;
  readonly arose: Dated;
  readonly rules: readonly Rule[];
  readonly first: Recorded;
}

const SUFFIX: Readonly<Record<CaseKind, string>> = {
  'child-protection': 'CP',
  'child-in-need': 'CIN',
  'looked-after': 'LAC',
};

/** Every case this one leads or has led to. */
export function leadsTo(c: Case): readonly Way[] {
  const found: Way[] = [];
  const kind = c.file.kind;
  if (kind === 'child-protection' && c.planEnded?.next === 'child-in-need')
    found.push(way(c, 'child-in-need', c.planEnded, ['R1', 'R118'], 'plan-ended'));
  if (kind === 'child-in-need' && c.strategyDiscussion)
    found.push(way(c, 'child-protection', c.strategyDiscussion, ['R1', 'R72', 'R145'], 'strategy-discussion-held'));
  if (kind !== 'looked-after' && c.lookedAfter)
    found.push(way(c, 'looked-after', c.lookedAfter, ['R108'], 'became-looked-after'));
  return found;
}

function way(c: Case, kind: CaseKind, arose: Dated, rules: readonly Rule[], type: CaseEvent['type']): Way {
  const by = c.socialWorkers.at(-1)?.person ?? '';
  const event = { type, by, on: arose.on, ...membersNamed(c, type) } as CaseEvent;
  // References are unique for ever, so the new case's is made from this one's: opening it twice is opening it once.
  const ref = `${c.file.ref}-${SUFFIX[kind]}`;
  return {
    kind,
    ref,
    arose,
    rules,
    first: { id: `from/${c.file.kind}/${c.file.ref}`, recordedAt: arose.known, event },
  };
}

/** Who was named as a member of the other case when it came about. */
function membersNamed(c: Case, type: CaseEvent['type']): object {
  const said = c.events.find(({ event }) => event.type === type)?.event;
  return said && 'members' in said && said.members ? { members: said.members } : {};
}

/** Owed until the other case is known to be open. */
export function ways(c: Case): Arisen[] {
  return leadsTo(c).map(({ kind, ref, arose, rules }) =>
    general(c, `open/${kind}`, arose, { rules, done: c.opened.find((one) => one.kind === kind && one.ref === ref) }),
  );
}

/** The events that acknowledge what this case led to and is not known to be open: recorded as soon as it is. */
export function acknowledgements(c: Case): readonly { readonly way: Way; readonly opened: Recorded }[] {
  return leadsTo(c)
    .filter(({ kind, ref }) => !c.opened.some((one) => one.kind === kind && one.ref === ref))
    .map((way) => {
      const event = { type: 'case-opened', by: NODRIFT, kind: way.kind, ref: way.ref } as const;
      return { way, opened: { id: `opened/${way.kind}/${way.ref}`, recordedAt: way.arose.known, event } };
    });
}

/** What the other case is opened with: the same people as they are known now, siblings and team included. */
export function fileOf(c: Case, { kind, ref }: Way): CaseFile {
  const { authority, family } = c.file;
  return { ref, kind, authority, people: Object.values(c.people), family, team: c.team ?? undefined };
}
