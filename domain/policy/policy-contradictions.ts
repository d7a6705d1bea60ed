// A policy that is well formed and still cannot be: it contradicts itself. Each problem names its field. Used by parsePolicy alone.

import type { Period } from '../time/calendar.ts';
import { type LadderName, type LimitName, type Policy, QUORUM, type Recipient, type Rung } from './policy.ts';

/** Everything about a policy that contradicts itself, one sentence each that begins with the field. */
export function contradictionsIn(policy: Policy): readonly string[] {
  const limits = Object.keys(policy.limits) as LimitName[];
  const ladders = Object.keys(policy.ladders) as LadderName[];
  return [
    ...limits.flatMap((name) => inLimit(policy, name)),
    ...ladders.flatMap((name) => inLadder(name, policy.ladders[name])),
    ...nobodyApproves(policy),
    ...nobodyMeets(policy),
    ...(policy.quietHours && policy.quietHours.from <= policy.quietHours.until
      ? [`quietHours.from: ${policy.quietHours.from} is not in the evening before until, ${policy.quietHours.until}`]
      : []),
    ...(policy.hours && policy.hours.from >= policy.hours.until
      ? [`hours.until: ${policy.hours.until} is not after from, ${policy.hours.from}`]
      : []),
  ];
}

/** `28 days`, `1 month`: a figure with its unit, for people. */
export function periodWords({ within, unit }: Period): string {
  const word = unit === 'working-days' ? 'working day' : unit.slice(0, -1);
  return `${within} ${word}${within === 1 ? '' : 's'}`;
}

function inLimit(policy: Policy, name: LimitName): string[] {
  const limit = policy.limits[name];
  if (!limit) return [];
  const problems: string[] = [];
  // The next would be due on the day of the last, and so on without end.
  if (/^(next|second)-/.test(name) && limit.within === 0)
    problems.push(`limits.${name}.within: must be more than 0: the next is another day than the last`);
  const { target } = limit;
  // Unlike units cannot be compared: such a target is shown as the limit where it would be later.
  if (target && target.unit === limit.unit && target.within > limit.within)
    problems.push(
      `limits.${name}.target: ${periodWords(target)} is later than the limit it belongs to, ${periodWords(limit)}`,
    );
  return problems;
}

/** Words for recipients that mean somebody on some ladders only; elsewhere the step would go to nobody. */
const ONLY_ON: Partial<Readonly<Record<Recipient, LadderName>>> = {
  members: 'attend',
  'line-managers': 'attend',
  chair: 'confirm',
  'minute-taker': 'minutes',
};

function inLadder(name: LadderName, ladder: readonly Rung[]): string[] {
  return ladder.flatMap((rung, i) => {
    const field = `ladders.${name}.${i}`;
    const problems: string[] = [];
    // Two rungs of one name would share their keys: the second would never be sent.
    if (ladder.findIndex((one) => one.step === rung.step) < i)
      problems.push(`${field}.step: the step "${rung.step}" is there twice`);
    const before = ladder[i - 1];
    if (before && orderOf(before) > orderOf(rung))
      problems.push(
        `${field}.when: "${rung.step}" comes before "${before.step}": steps stand in the order of their time`,
      );
    for (const to of rung.to) {
      const only = ONLY_ON[to];
      if ((only !== undefined && only !== name) || (name === 'attend' && only !== 'attend'))
        problems.push(`${field}.to: "${to}" is nobody on this ladder${only ? `, only on ${only}` : ''}`);
    }
    return problems;
  });
}

/** Where a rung stands on its ladder: at once, the next morning, before the limit, after it. */
function orderOf({ when }: Rung): number {
  if (when === 'at-once') return -Infinity;
  if (when === 'next-morning') return -Number.MAX_VALUE;
  return 'before' in when ? -when.before : when.after;
}

/** R89: plans that nobody may approve would never be. */
function nobodyApproves({ gates, roles }: Policy): string[] {
  if (gates.R89 !== 'refuse' || Object.values(roles).some((role) => role.approves)) return [];
  return ['roles: none approves, but gates.R89 refuses a plan that no manager has approved'];
}

/** L20: a quorum that names what nobody can be is never met, and every such meeting would be refused. */
function nobodyMeets({ meetings, roles }: Policy): string[] {
  return Object.entries(meetings).flatMap(([kind, { quorum = [] }]) =>
    quorum.flatMap((need, i) => {
      const field = `meetings.${kind}.quorum.${i}`;
      if (quorum.indexOf(need) < i) return [`${field}: "${need}" is there twice`];
      if ((QUORUM as readonly string[]).includes(need) || Object.hasOwn(roles, need)) return [];
      return [
        `${field}: "${need}" is no role of this policy: nobody could meet it; a quorum names roles, ${QUORUM.join(', ')}`,
      ];
    }),
  );
}
