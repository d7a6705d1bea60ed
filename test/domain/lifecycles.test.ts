// The plans there are: what running cases and other cases know them by, which never changes, and that each is whole.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mayStandIn } from '../../domain/case/catalogue.ts';
import { CASE_KINDS, PLANS } from '../../domain/case/kinds.ts';
import { LIFECYCLES } from '../../domain/lifecycles/registry.ts';
import { shippedPolicy } from '../../policies/load.ts';
import { WORKFLOW_TYPES } from '../../workflows/api.ts';

/** Kind, workflow type, how a case of this kind that another one leads to is called. Cases run under these names. */
const KNOWN_AS = [
  ['child-protection', 'childProtection', 'CP'],
  ['child-in-need', 'childInNeed', 'CIN'],
  ['looked-after', 'lookedAfter', 'LAC'],
] as const;

for (const [kind, workflowType, suffix] of KNOWN_AS)
  test(`a ${kind} case runs as ${workflowType}, and one that another leads to ends in -${suffix}`, () => {
    assert.equal(WORKFLOW_TYPES[kind], workflowType);
    assert.equal(LIFECYCLES[kind].suffix, suffix);
    assert.equal(LIFECYCLES[kind].kind, kind);
  });

test('no two plans share a workflow type or a suffix', () => {
  const all = Object.values(LIFECYCLES);
  assert.equal(new Set(all.map((one) => one.workflowType)).size, all.length);
  assert.equal(new Set(all.map((one) => one.suffix)).size, all.length);
});

for (const kind of CASE_KINDS)
  test(`a ${kind} case has the meetings it names, begins with what may stand in it, and has its figures`, () => {
    const { meetings, opensWith } = LIFECYCLES[kind];
    assert.deepEqual(Object.keys(meetings), PLANS[kind].meetings);
    for (const type of opensWith) assert.ok(mayStandIn(type).includes(kind), type);
    const policy = shippedPolicy('barnsley');
    for (const name of PLANS[kind].limits) assert.notEqual(policy.limits[name], undefined, name);
    for (const meeting of PLANS[kind].meetings) assert.ok(policy.meetings[meeting].label, meeting);
  });
