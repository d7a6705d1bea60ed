// Which gates each type of event meets, in words: what the HTTP API's document says of them. The gates themselves are the domain's
// (accept/gates.ts); a test plays lives and holds this table to them, and to docs/events.md.

import type { EventType } from '../../domain/case/catalogue.ts';
import type { Rule } from '../../domain/case/model.ts';
import type { GateLevel, GateName } from '../../domain/policy/policy.ts';
import { shippedPolicy } from '../../policies/load.ts';
import { lifeRules, rules } from '../../policies/rules.ts';

/** What a gate asks of one type of event. */
interface Met {
  readonly rule: Rule;
  /** What is to be given, in a few words. */
  readonly asks: string;
  /** Where not always. */
  readonly where?: string;
  readonly gate?: GateName;
  /** Not the authority's to set. */
  readonly level?: 'warn';
}

const BOOKING: readonly Met[] = [
  { rule: 'R13', asks: 'considered: comfortable, accessible, private', where: 'core groups, child in need meetings' },
  { rule: 'R95', asks: 'considered: suitable-for-family', where: 'child in need meetings' },
  {
    rule: 'R97',
    asks: 'considered: outside-school-time',
    where: 'a child is a member and it begins in school hours',
  },
  { rule: 'R122', asks: 'considered: location', where: 'child in need reviews' },
  { rule: 'R124', asks: 'consultationDocuments: true', where: 'child in need reviews' },
  { rule: 'L22', asks: 'a time to come, on a working day, in working hours', level: 'warn' },
];
const RUNNING: Met = { rule: 'R2', asks: 'the plan runs', where: 'core groups, child in need meetings' };
const QUORUM: Met = { rule: 'L20', gate: 'quorum', asks: 'those who must be there are in present' };
const BOOKED: readonly Met[] = [{ ...RUNNING, where: 'any meeting' }, ...BOOKING];
const fixing = (field: string): readonly Met[] =>
  BOOKING.map((one) => ({ ...one, where: [`in ${field}`, ...(one.where ? [one.where] : [])].join(': ') }));
const CORE = 'core groups, child in need meetings';
const REVIEW = 'child in need reviews';
const CONSULTATION = 'child in need reviews by consultation';

const GATES: { readonly [T in EventType]?: readonly Met[] } = {
  'conference-called': BOOKING,
  'conference-held': [
    { rule: 'R115', asks: 'reason', where: 'held after its limit' },
    { rule: 'R17', asks: 'firstCoreGroup with start and venue', where: 'outcome plan' },
    { rule: 'R81', asks: 'members', where: 'outcome plan' },
    { ...QUORUM, where: 'present is given' },
    ...fixing('firstCoreGroup'),
  ],
  'meeting-booked': BOOKED,
  'meeting-moved': BOOKED,
  'apologies-received': [
    { rule: 'R48', asks: 'reason and the line manager in writtenReport.agreedBy', where: 'writtenReport is given' },
  ],
  'meeting-held': [
    { ...RUNNING, where: CORE },
    { rule: 'R63', asks: 'a social worker in present', where: 'core groups' },
    { rule: 'R64', asks: 'a social worker in present', where: 'child in need meetings' },
    { rule: 'R54', asks: 'chair and minuteTaker are two people', where: CORE },
    { rule: 'R44', asks: 'planAgreed: true', where: 'the first core group, the first child in need meeting' },
    { rule: 'R22', asks: 'next with start', where: 'core groups of a child protection plan' },
    {
      rule: 'R25',
      asks: 'an assessment that finds need, or a step-down, is recorded',
      where: 'child in need meetings',
    },
    { rule: 'R69', asks: 'the family consents that day', where: 'child in need meetings' },
    { rule: 'R128', asks: 'papers-provided was recorded before', where: REVIEW },
    { rule: 'R123', asks: 'chair is no social worker', where: REVIEW },
    { rule: 'R139', asks: 'minuteTaker is no social worker', where: REVIEW },
    { rule: 'R147', asks: 'noSignificantChange: true', where: CONSULTATION },
    { rule: 'R148', asks: 'social worker and manager in present', where: CONSULTATION },
    { rule: 'R149', asks: 'every member in consulted or present', where: CONSULTATION },
    { rule: 'R150', asks: 'the manager is minuteTaker, or records it', where: CONSULTATION },
    { rule: 'R151', asks: 'the review before was a meeting', where: CONSULTATION },
    { ...QUORUM, where: 'every kind but child in need meetings' },
    ...fixing('next'),
  ],
  'papers-provided': [{ rule: 'R127', asks: 'the minutes of every child in need meeting have come', where: REVIEW }],
  'action-agreed': [{ rule: 'R136', asks: 'owner and due' }],
  'plan-proposed': [
    { rule: 'R86', asks: 'an assessment that finds need, or a step-down, is recorded' },
    { rule: 'R90', asks: 'a parent or the child in discussedWith' },
  ],
  'plan-approved': [
    { rule: 'R89', asks: 'by somebody whose role approves' },
    { rule: 'R80', asks: 'members were proposed' },
    { rule: 'R69', asks: 'the family consents that day' },
  ],
  'closure-endorsed': [
    { rule: 'R153', asks: 'the review was held as a meeting, with the outcome close', where: 'a review' },
    { rule: 'R154', asks: 'the meeting was held', where: 'another meeting' },
  ],
  'closure-approved': [
    { rule: 'R155', asks: 'by somebody whose role approves', where: 'after supervision' },
    { rule: 'R154', asks: 'by somebody whose role approves', where: 'after a meeting' },
  ],
  'closure-letter-sent': [
    { rule: 'R158', asks: 'a parent or the child in to' },
    { rule: 'R159', asks: 'closing was discussed with one of them by then' },
    { rule: 'R160', asks: 'contactAgain or supportAgencies' },
  ],
  'case-closed': [
    { rule: 'R153', asks: 'the route that was begun is complete', where: 'by a review' },
    { rule: 'R154', asks: 'the route that was begun is complete', where: 'by a meeting' },
    { rule: 'R155', asks: 'the route that was begun is complete; an old approval warns', where: 'after supervision' },
  ],
};

export interface GateInWords extends Omit<Met, 'level'> {
  /** As shipped; what an authority has in force may differ. */
  readonly level: GateLevel;
  /** What its rule says. */
  readonly says: string;
}

/** The gates a type of event meets, each with what it asks, the level that is shipped, and what its rule says. */
export function gatesOf(type: EventType): readonly GateInWords[] {
  const { gates } = shippedPolicy('barnsley');
  return (GATES[type] ?? []).map(({ level, ...met }) => ({
    ...met,
    level: level ?? gates[met.gate ?? met.rule] ?? 'off',
    says: rules()[met.rule]?.asks ?? lifeRules()[met.rule] ?? '',
  }));
}

const LEVELS: Readonly<Record<GateLevel, string>> = {
  refuse: 'refused without',
  reason: 'refused without, unless a reason is given',
  warn: 'accepted without, with a warning',
  off: 'not asked for',
};

/** One line for people: `R63 (refused without): a social worker in present (core groups). …`. */
export const gateLine = ({ rule, level, asks, where, says }: GateInWords): string =>
  `${rule} (${LEVELS[level]}): ${asks}${where === undefined ? '' : ` (${where})`}. ${says}`;
