// What an authority's policy changes: every departure from the shipped one, which is the sources' with what was decided where they are open,
// and from statute. Pure comparison; a policy that contradicts itself never gets here (policy-contradictions.ts).

import type { Rule } from '../case/model.ts';
import { Calendar, type CalendarData, type Period } from '../time/calendar.ts';
import type { GateLevel, LadderName, Limit, LimitName, Policy, Rung } from './policy.ts';
import { periodWords } from './policy-contradictions.ts';
import { laterThanStatute, STATUTE, statuteWords } from './statute.ts';

/** `looser` and `weaker` ask less than the shipped policy, `tighter` and `stronger` more; `unlike` are figures in different units. */
export type DepartureKind =
  | 'looser'
  | 'tighter'
  | 'unlike'
  | 'unset'
  | 'set'
  | 'weaker'
  | 'stronger'
  | 'ladder'
  | 'other';

export interface PolicyDeparture {
  /** Where it stands: `limits.next-core-group`. */
  readonly field: string;
  readonly kind: DepartureKind;
  readonly rules: readonly Rule[];
  readonly shipped: string;
  readonly own: string;
  /** What statute says, where it says something about this figure. */
  readonly statute?: string | undefined;
  /** Later than statute allows: an error, whoever decides it. Says how it is seen. */
  readonly unlawful?: string | undefined;
}

/** The rules a ladder serves; no source says when to remind. */
export const LADDER_RULES: Readonly<Record<LadderName, readonly Rule[]>> = {
  'hold-meeting': ['R23', 'R29'],
  'hold-review': ['R23', 'R120'],
  attend: ['R38', 'R40'],
  confirm: ['R14', 'R46'],
  minutes: ['R59'],
  distribute: ['R60', 'R61'],
  'distribute-without-limit': ['R60', 'R61'],
  action: ['R7', 'R8'],
  papers: ['R126', 'R128'],
  approve: ['R89'],
  tell: ['R38', 'R61'],
  other: ['R73'],
  consider: ['R72'],
  ending: ['R83'],
  unlimited: ['R29', 'R88'],
};

/** Every way in which a policy differs from the shipped one, and every statutory figure it makes later. */
export function departuresOf(own: Policy, shipped: Policy, calendar: CalendarData): readonly PolicyDeparture[] {
  const counting = new Calendar(calendar);
  return [
    ...keys(shipped.limits).flatMap((name) => inLimit(name, own.limits[name], shipped.limits[name], counting)),
    ...keys(shipped.gates).flatMap((rule) => inGate(rule, own.gates[rule], shipped.gates[rule])),
    ...keys(shipped.ladders).flatMap((name) => inLadder(name, own.ladders[name], shipped.ladders[name])),
    ...inSettings('reviews.childInNeed', ['R118', 'R119'], own.reviews.childInNeed, shipped.reviews.childInNeed),
    ...inSettings('progress.fall', ['R74'], own.progress?.fall, shipped.progress?.fall),
    ...inGroup('hours', [], own.hours, shipped.hours),
    ...inGroup('putOff', [], own.putOff, shipped.putOff),
    ...inGroup('links', [], own.links, shipped.links),
    ...inGroup('quietHours', [], own.quietHours, shipped.quietHours),
    ...inSettings('rounds', [], own.rounds, shipped.rounds),
    ...keys(shipped.meetings).flatMap((kind) =>
      inGroup(`meetings.${kind}`, ['R53', 'R92', 'R123'], own.meetings[kind], shipped.meetings[kind]),
    ),
    ...keys({ ...shipped.roles, ...own.roles }).flatMap((role) =>
      inGroup(`roles.${role}`, ['R89'], own.roles[role], shipped.roles[role]),
    ),
    ...inChecklist(own, shipped),
  ];
}

const keys = <K extends string>(group: Readonly<Record<K, unknown>>): readonly K[] => Object.keys(group) as K[];

/** `28 days`, with the target where there is one; `none` where no limit is set. */
export function limitWords(limit: Limit | null | undefined): string {
  if (!limit) return 'none';
  return periodWords(limit) + (limit.target ? `, target ${periodWords(limit.target)}` : '');
}

function inLimit(name: LimitName, own: Limit | null, shipped: Limit | null, calendar: Calendar): PolicyDeparture[] {
  const statutory = STATUTE[name];
  const legal = statutory ? laterThanStatute(own, statutory, calendar) : undefined;
  const kind = compared(own, shipped);
  const rulesOf = (limit: Limit | null) => limit?.rules.join() ?? '';
  const recited = own !== null && shipped !== null && rulesOf(own) !== rulesOf(shipped);
  const targeted = own !== null && shipped !== null && targetOf(own) !== targetOf(shipped);
  if (kind === undefined && !legal && !recited && !targeted) return [];
  const cited = recited ? (limit: Limit | null) => `${limitWords(limit)} (${rulesOf(limit)})` : limitWords;
  return [
    {
      field: `limits.${name}`,
      kind: kind ?? (targeted ? comparedTargets(own, shipped) : 'other'),
      rules: shipped?.rules ?? own?.rules ?? [],
      shipped: cited(shipped),
      own: cited(own),
      ...(statutory ? { statute: statuteWords(statutory) } : {}),
      ...(legal ? { unlawful: legal } : {}),
    },
  ];
}

const targetOf = ({ target }: Limit): string => (target ? periodWords(target) : '');

/** A target that is given where there was none asks more. */
function comparedTargets(own: Limit | null, shipped: Limit | null): DepartureKind {
  const kind = compared(own?.target ?? null, shipped?.target ?? null) ?? 'other';
  return kind === 'set' ? 'tighter' : kind === 'unset' ? 'looser' : kind;
}

/** Like units only: whether 28 days are more than 20 working days depends on the days. */
function compared(own: Period | null, shipped: Period | null): DepartureKind | undefined {
  if (own === null || shipped === null) return own === shipped ? undefined : own === null ? 'unset' : 'set';
  if (own.unit !== shipped.unit) return 'unlike';
  return own.within > shipped.within ? 'looser' : own.within < shipped.within ? 'tighter' : undefined;
}

const LEVELS: readonly GateLevel[] = ['off', 'warn', 'reason', 'refuse'];

function inGate(rule: Rule, own: GateLevel | undefined, shipped: GateLevel | undefined): PolicyDeparture[] {
  if (own === undefined || shipped === undefined || own === shipped) return [];
  const kind = LEVELS.indexOf(own) < LEVELS.indexOf(shipped) ? 'weaker' : 'stronger';
  return [{ field: `gates.${rule}`, kind, rules: [rule], shipped, own }];
}

/** `5 working days after the limit, to the owner and manager, as a chase` */
export function rungWords({ when, to, says }: Rung): string {
  const days = (count: number) => periodWords({ within: count, unit: 'working-days' });
  const time =
    typeof when === 'string'
      ? when.replaceAll('-', ' ')
      : 'after' in when
        ? `${days(when.after)} after`
        : when.before === 0
          ? 'on the limit'
          : `${days(when.before)} before`;
  return `${says} ${time}, to ${to.join(', ')}`;
}

function inLadder(name: LadderName, own: readonly Rung[], shipped: readonly Rung[]): PolicyDeparture[] {
  const steps = [...new Set([...shipped, ...own].map((rung) => rung.step))];
  return steps.flatMap((step) => {
    const [was, is] = [shipped, own].map((ladder) => ladder.find((rung) => rung.step === step));
    const [before, now] = [was, is].map((rung) => (rung ? rungWords(rung) : 'no such step'));
    if (before === now) return [];
    return [
      { field: `ladders.${name}.${step}`, kind: 'ladder', rules: LADDER_RULES[name], shipped: before!, own: now! },
    ];
  });
}

function inGroup(field: string, rules: readonly Rule[], own?: object, shipped?: object): PolicyDeparture[] {
  if (own === undefined || shipped === undefined)
    return inSettings(field, rules, own && said(own), shipped && said(shipped));
  const [mine, theirs] = [own, shipped] as Readonly<Record<string, unknown>>[];
  return keys({ ...theirs, ...mine }).flatMap((key) =>
    inSettings(`${field}.${key}`, rules, mine?.[key], theirs?.[key]),
  );
}

const said = (group: object): string =>
  Object.entries(group)
    .map(([key, value]) => (value === true ? key : String(value)))
    .join(', ');

function inSettings(field: string, rules: readonly Rule[], own: unknown, shipped: unknown): PolicyDeparture[] {
  const words = (value: unknown) => {
    if (Array.isArray(value)) return value.join(', ') || 'none';
    return value === undefined ? 'none' : typeof value === 'boolean' ? onOff(value) : String(value);
  };
  if (own === shipped || (Array.isArray(own) && Array.isArray(shipped) && words(own) === words(shipped))) return [];
  return [{ field, kind: 'other', rules, shipped: words(shipped), own: words(own) }];
}

const onOff = (on: boolean): string => (on ? 'on' : 'off');

function inChecklist(own: Policy, shipped: Policy): PolicyDeparture[] {
  const items = [...new Set([...shipped.checklist, ...own.checklist].map((one) => one.item))];
  return items.flatMap((item) => {
    const [was, is] = [shipped, own].map((policy) => policy.checklist.find((one) => one.item === item));
    if (JSON.stringify(was) === JSON.stringify(is)) return [];
    const words = (one: typeof was) => (one ? `asked (${one.at}): ${one.ask}` : 'not asked');
    const rules = (was ?? is)?.rules ?? [];
    return [{ field: `checklist.${item}`, kind: 'other', rules, shipped: words(was), own: words(is) }];
  });
}
