// Between cases: what this one leads to, and what it reports back to the one that led here. It owes `open/<kind>` or `report/<kind>` until
// the other case has it. The workflow sees to that (workflows/case.ts); what is interrupted is simply still owed.

import { NODRIFT } from '../accept/refusal.ts';
import type { CaseEvent, Recorded } from '../case/events.ts';
import type { Case, Dated } from '../case/facts.ts';
import type { CaseFile, CaseKind, Rule } from '../case/model.ts';
import { type Lead, reference } from '../lifecycles/lifecycle.ts';
import { LIFECYCLES, lifecycleOf } from '../lifecycles/registry.ts';
import { type Arisen, unlimited } from './arisen.ts';
import { dutyKey } from './families.ts';

/** Another case that this one opens or reports to, with the event it gets. */
export interface OtherCase {
  readonly how: 'opens' | 'reports';
  readonly kind: CaseKind;
  readonly ref: string;
  readonly arose: Dated;
  readonly rules: readonly Rule[];
  readonly event: Recorded;
}

/** Every case that this one opens or reports to, or ever did. */
export function otherCases(c: Case): readonly OtherCase[] {
  const { leadsTo, reports } = lifecycleOf(c);
  const opened = (leadsTo?.(c) ?? []).map((lead) => opening(c, lead));
  const told = (reports?.(c) ?? []).map(
    ({ to, arose, rules, id, event }): OtherCase => ({
      how: 'reports',
      ...to,
      arose,
      rules,
      event: { id, recordedAt: arose.known, event },
    }),
  );
  return [...opened, ...told];
}

function opening(c: Case, { kind, arose, rules, begins, number }: Lead): OtherCase {
  const from = { kind: c.file.kind, ref: c.file.ref };
  const event = { ...begins, by: c.socialWorkers.at(-1)?.person ?? '', on: arose.on, from } as CaseEvent;
  return {
    how: 'opens',
    kind,
    ref: reference(c.file.ref, LIFECYCLES[kind], number),
    arose,
    rules,
    event: { id: `from/${c.file.kind}/${c.file.ref}`, recordedAt: arose.known, event },
  };
}

const FAMILY = { opens: 'open', reports: 'report' } as const;
const acknowledged = (c: Case, { how, kind, ref }: OtherCase): Dated | undefined =>
  (how === 'opens' ? c.opened : c.reported).find((one) => one.kind === kind && one.ref === ref);

/** Owed until the other case is known to have it. */
export function owedToOthers(c: Case): Arisen[] {
  return otherCases(c).map((other, i, all) => {
    const before = all.slice(0, i).filter(({ how, kind }) => how === other.how && kind === other.kind).length;
    const key = dutyKey(FAMILY[other.how], before === 0 ? other.kind : `${other.kind}/${before + 1}`);
    // Nodrift does it itself, at once: people hear of it only when it could not.
    return {
      ...unlimited(c, key, other.arose, { rules: other.rules, done: acknowledged(c, other) }),
      quiet: 'at-once',
    };
  });
}

/** What is to be opened or reported and is not known to be, each with the event that acknowledges it. */
export function acknowledgements(c: Case): readonly { readonly other: OtherCase; readonly done: Recorded }[] {
  return otherCases(c)
    .filter((other) => !acknowledged(c, other))
    .map((other) => {
      const { kind, ref } = other;
      const [type, id] =
        other.how === 'opens' ? (['case-opened', 'opened'] as const) : (['case-told', 'told'] as const);
      const event = { type, by: NODRIFT, kind, ref };
      return { other, done: { id: `${id}/${kind}/${ref}`, recordedAt: other.arose.known, event } };
    });
}

/** What the other case is opened with: the same people as they are known now, siblings and team included. */
export function fileOf(c: Case, { kind, ref }: OtherCase): CaseFile {
  const { authority, family } = c.file;
  return { ref, kind, authority, people: Object.values(c.people), family, team: c.team ?? undefined };
}
