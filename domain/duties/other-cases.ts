// Between cases: what this one leads to, and what it reports back to the one that led here. It owes `open/<kind>` or `report/<kind>` until
// the other case has it. The workflow sees to that (workflows/case.ts); what is interrupted is simply still owed.

import { NODRIFT } from '../accept/refusal.ts';
import type { CaseEvent, Recorded } from '../case/events.ts';
import type { Case, Dated } from '../case/facts.ts';
import type { CaseFile } from '../case/model.ts';
import { LATEST, managerAt } from '../case/people.ts';
import { type Lead, reference } from '../lifecycles/lifecycle.ts';
import { LIFECYCLES, lifecycleOf } from '../lifecycles/registry.ts';
import { type Arisen, unlimited } from './arisen.ts';
import { dutyKey } from './families.ts';
import { correctionOf, type OtherCase, saidAgain } from './said-again.ts';

export type { OtherCase } from './said-again.ts';

/** Every case that this one opens or reports to, or ever did; once something was put right, with all that was said to it (L1). */
export function otherCases(c: Case): readonly OtherCase[] {
  if (c.stands === undefined) return ways(c);
  return c.memory.of('said-again', '', [c.events], () =>
    saidAgain(c, ways, (way) => acknowledged(c, way) !== undefined),
  );
}

function ways(c: Case): readonly OtherCase[] {
  const { leadsTo, reports } = lifecycleOf(c);
  const opened = (leadsTo?.(c) ?? []).map((lead) => opening(c, lead));
  const told = (reports?.(c) ?? []).map(({ to, arose, rules, id, event, inError }): OtherCase => {
    const first = { id, recordedAt: arose.known, event };
    return { how: 'reports', ...to, arose, rules, event: first, inError: correctionOf(c, first, inError) };
  });
  return [...opened, ...told];
}

function opening(c: Case, { kind, arose, rules, begins, number }: Lead): OtherCase {
  const ref = reference(c.file.ref, LIFECYCLES[kind], number);
  const of = [arose.on, arose.known, c.socialWorkers, ...rules, ...Object.values(begins)];
  return c.memory.of('opens', ref, of, () => {
    const from = { kind: c.file.kind, ref: c.file.ref };
    const event = { ...begins, by: c.socialWorkers.at(-1)?.person ?? '', on: arose.on, from } as CaseEvent;
    const first = { id: `from/${from.kind}/${from.ref}`, recordedAt: arose.known, event };
    return { how: 'opens', kind, ref, arose, rules, event: first, inError: { type: 'opening-withdrawn', by: NODRIFT } };
  });
}

const FAMILY = { opens: 'open', reports: 'report' } as const;
const acknowledged = (c: Case, { how, kind, ref, what }: OtherCase): Dated | undefined =>
  how === 'opens'
    ? c.opened.find((one) => one.kind === kind && one.ref === ref)
    : c.reported.find((one) => one.kind === kind && one.ref === ref && one.what === what);

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
      const { kind, ref, what } = other;
      const acknowledges =
        other.how === 'opens' ? { type: 'case-opened' as const } : { type: 'case-told' as const, what };
      const event = { ...acknowledges, by: NODRIFT, kind, ref };
      // Each version it is told is acknowledged by itself: `told/child-in-need/BC-1/7`.
      const version = what === undefined ? '' : `/${what.slice(what.lastIndexOf('/') + 1)}`;
      const id = `${other.how === 'opens' ? 'opened' : 'told'}/${kind}/${ref}${version}`;
      return { other, done: { id, recordedAt: other.arose.known, event } };
    });
}

/** L1: a case that was opened in error is the manager's to end. */
export function endInError(c: Case, ended: Dated | undefined): Arisen[] {
  const { openedInError } = c;
  if (!openedInError) return [];
  const owner = managerAt(c, LATEST);
  return [unlimited(c, 'end/case', openedInError, { rules: ['R1'], done: ended, ...(owner && { owner }) })];
}

/** What the other case is opened with: the same people as they are known now, siblings and team included. */
export function fileOf(c: Case, { kind, ref }: OtherCase): CaseFile {
  const { authority, family } = c.file;
  return { ref, kind, authority, people: Object.values(c.people), family, team: c.team ?? undefined };
}
