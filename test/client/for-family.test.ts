// L27: one meeting of several children of a family is recorded in every case that has it, all or none.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BadInput, CaseNotFound, Refused } from '../../client/errors.ts';
import { type FamilyCalls, recordForFamily } from '../../client/for-family.ts';
import type { CaseSummary } from '../../client/listed.ts';
import type { NewEvent } from '../../client/nodrift.ts';
import type { OwedAnswer, RecordAnswer } from '../../workflows/api.ts';
import { conference, event } from '../support/family.ts';
import { until, useRig } from '../support/harness.ts';

const rig = useRig();

type Typed = { readonly type: string; readonly meeting?: string; readonly withdraws?: string };

/** Cases that answer as they are told, and what was recorded in each. */
function pretended(
  cases: Readonly<Record<string, { readonly expects?: number; readonly refuses?: 'when asked' | 'when recorded' }>>,
) {
  const recorded: Record<string, Typed[]> = {};
  const calls: FamilyCalls = {
    list: async () =>
      Object.keys(cases).map((id) => ({ id, kind: id.split('/')[0], ref: id.split('/')[1] }) as CaseSummary),
    owed: async ({ kind, ref }) => {
      const { expects } = cases[`${kind}/${ref}`] ?? {};
      const meeting = `core-group-${expects}`;
      return { duties: expects ? [{ duty: `hold/${meeting}`, meeting }] : [] } as unknown as OwedAnswer;
    },
    people: async () => [{ id: 'amira', name: 'Amira Khan', role: 'social-worker', member: false, socialWorker: true }],
    refusal: async ({ kind, ref }) =>
      cases[`${kind}/${ref}`]?.refuses === 'when asked' ? { rule: 'R63', message: 'R63: no social worker' } : null,
    record: async ({ kind, ref }, events) => {
      const id = `${kind}/${ref}`;
      const typed = events.map(({ event: one }) => one as Typed);
      if (cases[id]?.refuses === 'when recorded' && typed[0]?.type !== 'event-withdrawn')
        throw new Refused('R63: no social worker', 'R63');
      recorded[id] = [...(recorded[id] ?? []), ...typed];
      return { recorded: events.map((one) => one.id ?? ''), warnings: [], asks: [] } satisfies RecordAnswer;
    },
  };
  return { calls, recorded };
}

const about = (meeting: string, change: { readonly type?: string; readonly on?: string } = {}): NewEvent => ({
  id: 'once',
  event: { type: 'meeting-not-held', by: 'amira', meeting, ...change } as NewEvent['event'],
});

test('it is recorded in each case that has this kind of meeting, and in no other', async () => {
  const { calls, recorded } = pretended({ 'child-protection/A': {}, 'looked-after/B': {}, 'child-in-need/C': {} });
  const answers = await recordForFamily(calls, 'F-7', [about('core-group-2')]);
  assert.deepEqual(answers.map((one) => one.case).sort(), ['child-protection/A', 'looked-after/B']);
  assert.deepEqual(Object.keys(recorded).sort(), ['child-protection/A', 'looked-after/B']);
});

test('without its number it is each child’s own next meeting, and minutes are of the one before', async () => {
  const cases = { 'child-protection/A': { expects: 4 }, 'child-protection/B': { expects: 2 } };
  const { calls, recorded } = pretended(cases);
  await recordForFamily(calls, 'F-7', [about('core-group')]);
  await recordForFamily(calls, 'F-7', [about('core-group', { type: 'minutes-received', on: '2028-02-08' })]);
  assert.deepEqual(
    Object.values(recorded).map((events) => events.map(({ meeting }) => meeting)),
    [
      ['core-group-4', 'core-group-3'],
      ['core-group-2', 'core-group-1'],
    ],
  );
});

test('one case that refuses keeps it out of all, with its reason, L27', async () => {
  const { calls, recorded } = pretended({ 'child-protection/A': {}, 'child-protection/B': { refuses: 'when asked' } });
  await assert.rejects(
    recordForFamily(calls, 'F-7', [about('core-group-2')]),
    (error) =>
      error instanceof Refused &&
      error.rule === 'R63' &&
      error.message === 'nothing was recorded: child-protection/B: R63: no social worker',
  );
  assert.deepEqual(recorded, {});
});

test('where each stands for itself, those that take it do', async () => {
  const { calls, recorded } = pretended({ 'child-protection/A': { refuses: 'when asked' }, 'child-protection/B': {} });
  const answers = await recordForFamily(calls, 'F-7', [about('core-group-2')], { each: true });
  assert.deepEqual(
    answers.map((one) => [one.case, 'refused' in one]),
    [
      ['child-protection/A', true],
      ['child-protection/B', false],
    ],
  );
  assert.deepEqual(Object.keys(recorded), ['child-protection/B']);
});

test('a case that changed its mind meanwhile: what the others took is withdrawn', async () => {
  const { calls, recorded } = pretended({
    'child-protection/A': {},
    'child-protection/B': { refuses: 'when recorded' },
  });
  await assert.rejects(recordForFamily(calls, 'F-7', [about('core-group-2')]), Refused);
  assert.deepEqual(
    recorded['child-protection/A']?.map(({ type, withdraws }) => [type, withdraws]),
    [
      ['meeting-not-held', undefined],
      ['event-withdrawn', 'once'],
    ],
  );
});

test('what is about no meeting, no case of the family, a meeting none of them has: said in one line', async () => {
  const { calls } = pretended({ 'child-in-need/C': {} });
  const nobody = pretended({}).calls;
  const decision = { event: { type: 'decision-recorded', by: 'tom', decision: 'x' } } as NewEvent;
  await assert.rejects(recordForFamily(calls, 'F-7', [decision]), BadInput);
  await assert.rejects(
    recordForFamily(calls, 'F-7', [about('core-group-2')]),
    (error) =>
      error instanceof CaseNotFound && /none of its cases has a core-group \(child-in-need\/C\)/.test(error.message),
  );
  await assert.rejects(recordForFamily(nobody, 'F-7', [about('core-group-2')]), /family F-7: no case of it is running/);
});

test('on the server: a core group of two children is recorded by one call, L27', async () => {
  const of = { family: `F-${rig.newRef()}` };
  const children = [await rig.open(undefined, of), await rig.open(undefined, of)];
  for (const child of children) await child.record(conference());
  await until(async () => (await rig.nodrift.list(of)).length === 2, 'both are found by their family');
  const note = event('not-held', '2028-02-08T12:00', 'meeting-not-held', { meeting: 'core-group', reason: 'snow' });
  for (const child of children) await child.forwardTo('2028-02-08T12:00');
  const answers = await rig.nodrift.recordForFamily(of.family, [note]);
  assert.deepEqual(
    answers.map((one) => one.case),
    children.map(({ id }) => id).sort(),
  );
  for (const child of children) assert.ok((await child.history()).events.some(({ id }) => id === 'not-held'));
  // Of one of them only, it is refused in both.
  await children[0]?.record(event('left', '2028-02-08T13:00', 'person-left', { person: 'owen', on: '2028-02-08' }));
  await children[1]?.forwardTo('2028-02-08T13:00');
  const apology = event('apology', '2028-02-08T13:30', 'apologies-received', { meeting: 'core-group', person: 'zoe' });
  await assert.rejects(rig.nodrift.recordForFamily(of.family, [apology]), /nothing was recorded: child-protection/);
});
