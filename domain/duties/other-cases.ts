// Ways between cases: what leads from one to another, and what is reported back. The case that leads owes `open/<kind>`, or
// `report/<kind>`, until the other has it; the workflow sees to it (workflows/case.ts), and what is interrupted is simply still owed.

import { NODRIFT } from '../accept/refusal.ts';
import type { CaseEvent, Recorded } from '../case/events.ts';
import type { Case, Dated } from '../case/facts.ts';
import { happened } from '../case/history.ts';
import type { CaseFile, CaseKind, Rule } from '../case/model.ts';
import { type Arisen, general } from './meetings.ts';

/** Another case that this one opens or, where it was opened by it, reports to; with the event it gets. */
export interface Way {
  readonly how: 'opens' | 'reports';
  readonly kind: CaseKind;
  readonly ref: string;
  readonly arose: Dated;
  readonly rules: readonly Rule[];
  readonly event: Recorded;
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
    found.push(opens(c, 'child-in-need', c.planEnded, ['R1', 'R118'], { type: 'plan-ended' }));
  if (kind === 'child-in-need') found.push(...childProtection(c));
  if (kind !== 'looked-after' && c.lookedAfter) {
    const said = c.events.find(({ event }) => event.type === 'became-looked-after')?.event;
    const members = said && 'members' in said && said.members ? { members: said.members } : {};
    found.push(opens(c, 'looked-after', c.lookedAfter, ['R108'], { type: 'became-looked-after', ...members }));
  }
  return [...found, ...reports(c)];
}

/**
 * R72, R145: a strategy discussion leads to a child protection case. One held while an earlier one's conference is still to come belongs to
 * the case that runs; one after a conference without a plan leads to a case of its own.
 */
function childProtection(c: Case): Way[] {
  const found: Way[] = [];
  for (const discussion of happened(c, 'strategy-discussion-held')) {
    const before = found.at(-1);
    const decided = c.decided.find(({ ref }) => ref === before?.ref);
    if (before && !(decided?.outcome === 'no-plan' && decided.on <= discussion.on)) continue;
    const rules = ['R1', 'R72', 'R145'];
    found.push(opens(c, 'child-protection', discussion, rules, { type: 'strategy-discussion-held' }, found.length + 1));
  }
  return found;
}

function opens(
  c: Case,
  kind: CaseKind,
  arose: Dated,
  rules: readonly Rule[],
  first: { readonly type: CaseEvent['type'] },
  number = 1,
): Way {
  const event = { ...first, by: c.socialWorkers.at(-1)?.person ?? '', on: arose.on } as CaseEvent;
  return {
    how: 'opens',
    kind,
    // References are unique for ever, so the new case's is made from this one's: opening it twice is opening it once.
    ref: `${c.file.ref}-${SUFFIX[kind]}${number === 1 ? '' : `-${number}`}`,
    arose,
    rules,
    event: { id: `from/${c.file.kind}/${c.file.ref}`, recordedAt: arose.known, event },
  };
}

/** R1, R2: the child in need case that led to a conference learns what it decided; with a child protection plan its own plan ends. */
function reports(c: Case): Way[] {
  const from = 'from/child-in-need/';
  const origin = c.events.find(({ id }) => id.startsWith(from))?.id.slice(from.length);
  if (c.file.kind !== 'child-protection' || origin === undefined || !c.conference) return [];
  const { on, known, outcome } = c.conference;
  const event = { type: 'child-protection-decided', by: NODRIFT, on, outcome, ref: c.file.ref } as const;
  return [
    {
      how: 'reports',
      kind: 'child-in-need',
      ref: origin,
      arose: { on, known },
      rules: ['R1', 'R2'],
      event: { id: `decided/${c.file.ref}`, recordedAt: known, event },
    },
  ];
}

const KEY = { opens: 'open', reports: 'report' } as const;
const acknowledged = (c: Case, { how, kind, ref }: Way): Dated | undefined =>
  (how === 'opens' ? c.opened : c.reported).find((one) => one.kind === kind && one.ref === ref);

/** Owed until the other case is known to have it. */
export function ways(c: Case): Arisen[] {
  return leadsTo(c).map((way, i, all) => {
    const nth = all.slice(0, i).filter(({ how, kind }) => how === way.how && kind === way.kind).length;
    const key = `${KEY[way.how]}/${way.kind}${nth === 0 ? '' : `/${nth + 1}`}`;
    return general(c, key, way.arose, { rules: way.rules, done: acknowledged(c, way) });
  });
}

/** What is to be opened or reported and is not known to be, each with the event that acknowledges it: recorded as soon as it is. */
export function acknowledgements(c: Case): readonly { readonly way: Way; readonly done: Recorded }[] {
  return leadsTo(c)
    .filter((way) => !acknowledged(c, way))
    .map((way) => {
      const { kind, ref } = way;
      const [type, id] = way.how === 'opens' ? (['case-opened', 'opened'] as const) : (['case-told', 'told'] as const);
      const event = { type, by: NODRIFT, kind, ref };
      return { way, done: { id: `${id}/${kind}/${ref}`, recordedAt: way.arose.known, event } };
    });
}

/** What the other case is opened with: the same people as they are known now, siblings and team included. */
export function fileOf(c: Case, { kind, ref }: Way): CaseFile {
  const { authority, family } = c.file;
  return { ref, kind, authority, people: Object.values(c.people), family, team: c.team ?? undefined };
}
