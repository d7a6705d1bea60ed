// A child of any other plan may become looked after: that opens a looked after case, beside the plan that runs.

import { type Case, whatHappened } from '../case/facts.ts';
import type { Lead } from './lifecycle.ts';

/** R108: the looked after case counts from the day the child became looked after, and has the members named then. */
export function toLookedAfter(c: Case): readonly Lead[] {
  if (!c.lookedAfter) return [];
  const type = 'became-looked-after';
  const said = whatHappened(c).find(({ event }) => event.type === type)?.event;
  const members = said?.type === type && said.members ? { members: said.members } : {};
  return [{ kind: 'looked-after', arose: c.lookedAfter, rules: ['R108'], begins: { type, ...members } }];
}
