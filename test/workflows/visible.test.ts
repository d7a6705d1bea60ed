// What shows of a case: its answers to questions, its story in Temporal's UI, its search attributes; and that no name or address shows.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HANDLERS } from '../../workflows/story.ts';
import { conference, coreGroup, discussion, event, moment, PEOPLE } from '../support/family.ts';
import { type RunningCase, useRig } from '../support/harness.ts';
import { opened } from '../support/opened.ts';
import { countOf } from '../support/replay.ts';

const rig = useRig();

type HistoryEvent = Awaited<ReturnType<RunningCase['runs']>>[number]['events'][number];

/** What the first run's history says in summaries, in its order. */
async function summaries(c: RunningCase): Promise<{ readonly event: HistoryEvent; readonly summary: string }[]> {
  const [run] = await opened(await c.runs(), rig.dataConverter);
  const { payloadConverter } = rig.client.options.loadedDataConverter;
  return (run?.events ?? []).flatMap((event) => {
    const { summary } = event.userMetadata ?? {};
    return summary ? [{ event, summary: payloadConverter.fromPayload<string>(summary) }] : [];
  });
}

interface Handler {
  readonly name: string;
  readonly description?: string;
}
interface Metadata {
  readonly definition: Record<'updateDefinitions' | 'queryDefinitions' | 'signalDefinitions', readonly Handler[]>;
}

async function details(c: RunningCase): Promise<string> {
  const answer = await c.handle.query<{ currentDetails?: string }>('__temporal_workflow_metadata');
  return answer.currentDetails ?? '';
}

test('owed says what is owed, by whom, by when, and what comes next', async () => {
  const c = await rig.open([discussion(), conference(), coreGroup()]);
  await c.forwardTo('2028-02-14');
  const { duties, next, ended } = await c.owed();
  assert.deepEqual(
    duties.map(({ duty, owner, due, late, rules }) => [duty, owner, due, late, rules.join()]),
    [
      ['minutes/core-group-1', 'nina', '2028-02-13', true, 'R59'],
      ['hold/core-group-2', 'amira', '2028-03-07', false, 'R21'],
      ['hold/review-conference-1', 'amira', '2028-04-27', false, 'R116'],
      ['tell/core-group-2', 'amira', null, false, 'R38,R61'],
    ],
  );
  assert.equal(next?.at, '2028-02-15T08:00:00Z');
  assert.equal(ended, null);
});

test('history says what happened, what it departed from, and what was done when', async () => {
  const late = { ...conference({ on: '2028-02-03' }), recordedAt: moment('2028-02-03T15:00') };
  const c = await rig.open([discussion(), late]);
  const { events, departures, done } = await c.history();
  assert.deepEqual(
    events.map(({ id }) => id),
    ['discussion', 'conference'],
  );
  assert.deepEqual(
    departures.map(({ event: id, rule, level }) => [id, rule, level]),
    [
      ['conference', 'R115', 'warn'],
      ['conference', 'R13', 'warn'], // of the first core group, which is fixed with it
    ],
  );
  assert.deepEqual(done, [{ duty: 'hold/initial-conference', due: '2028-02-01', on: '2028-02-03', late: true }]);
});

test('the log of a case reads like its story', async () => {
  const c = await rig.open([discussion(), conference(), coreGroup()]);
  await c.forwardTo('2028-02-16');
  const said = await summaries(c);
  const of = (field: keyof HistoryEvent) => said.filter((one) => one.event[field]).map(({ summary }) => summary);
  assert.deepEqual(of('markerRecordedEventAttributes'), [
    'read the policy and calendar in force',
    'claim the reference: strategy discussion held; conference held; meeting held: core group 1',
  ]);
  assert.deepEqual(of('activityTaskScheduledEventAttributes'), [
    'invite to core group 2 (4 people)',
    'tell of core group 2; remind of telling the family about core group 2',
    'remind of minutes of core group 1, on the limit',
    'chase minutes of core group 1, first working day after the limit',
    'chase minutes of core group 1, second working day after the limit (2 people); escalate telling the family about core group 2, fifth working day after it arose (2 people)',
  ]);
  assert.ok(
    of('timerStartedEventAttributes').includes('chase minutes of core group 1, second working day after the limit'),
  );
  assert.ok(said.every(({ summary }) => Buffer.byteLength(summary) <= 200));
  await c.record(
    event('minutes', '2028-02-16T10:00', 'minutes-received', { meeting: 'core-group-1', on: '2028-02-16' }),
  );
  await c.owed();
  assert.match((await summaries(c)).map(({ summary }) => summary).join('\n'), /^minutes received: core group 1/m);
});

test('the current details say what is owed, and what an operator does by hand', async () => {
  const c = await rig.open([discussion(), conference(), coreGroup()]);
  await c.forwardTo('2028-02-16');
  const table = await details(c);
  assert.match(table, /\| minutes\/core-group-1 \| health \| Sun 13 Feb 2028 \*\*late\*\* \|/);
  assert.match(table, /Next: .*2028-02-18T08:00:00Z/);
  assert.ok(table.includes(`\`nodrift restore ${c.id}\``));
  assert.match(table, /signal `renew`/);
});

test('Temporal shows what kind of case it is, and what each handler is for', async () => {
  const c = await rig.open([discussion()]);
  assert.equal(await (await c.handle.describe()).staticSummary(), 'child protection case, barnsley');
  const { definition } = await c.handle.query<Metadata>('__temporal_workflow_metadata');
  const handlers = [definition.updateDefinitions, definition.queryDefinitions, definition.signalDefinitions];
  const ours = handlers.flat().filter(({ name }) => !name.startsWith('__'));
  assert.deepEqual(ours.map(({ name }) => name).sort(), Object.keys(HANDLERS).sort());
  for (const { name, description } of ours) assert.equal(description, HANDLERS[name as keyof typeof HANDLERS]);
});

test('a run that another continued as has lost the static summary: the current details say the same from the first moment', async () => {
  const c = await rig.open([discussion()]);
  await c.renew();
  await c.owed(); // answered when the new run has begun
  assert.equal(
    await (await c.handle.describe()).staticSummary(),
    undefined,
    'where the SDK carries it, the details need not',
  );
  assert.match(await details(c), /^\*\*child protection case, barnsley\*\*\n\n/);
});

test('search attributes say authority, team, kind, the next limit, what is late, and the policy', async () => {
  const c = await rig.open([discussion(), conference(), coreGroup()]);
  await c.forwardTo('2028-02-16');
  const { searchAttributes: shown } = await c.handle.describe();
  const ours = Object.entries(shown).filter(([name]) => name.startsWith('Nodrift'));
  const { NodriftPolicy: policy, ...others } = Object.fromEntries(ours);
  assert.deepEqual(others, {
    NodriftAuthority: ['barnsley'],
    NodriftTeam: ['north'],
    NodriftKind: ['child-protection'],
    NodriftNextLimit: [new Date('2028-03-07')],
    NodriftLate: ['minutes/core-group-1'],
  });
  assert.match(String(policy), /^barnsley-/);
  const listed = await rig.nodrift.list({ authority: 'barnsley', team: 'north', late: true });
  assert.ok(listed.some(({ id, late }) => id === c.id && late.join() === 'minutes/core-group-1'));
});

test('they are written only when one of them changed', async () => {
  const c = await rig.open([discussion(), conference(), coreGroup()]);
  await c.forwardTo('2028-02-10');
  const upserts = async () => countOf(await c.runs(), 'upsertWorkflowSearchAttributesEventAttributes');
  const before = await upserts();
  await c.forwardTo('2028-02-11T12:00'); // a reminder goes; no limit passes
  assert.equal(await upserts(), before);
  await c.record(event('note', '2028-02-11T13:00', 'decision-recorded', { decision: 'nothing changes' }));
  assert.equal(await upserts(), before);
  await c.forwardTo('2028-02-14T12:00'); // the minutes' limit passed
  assert.equal(await upserts(), before + 1);
});

test('a quiet event costs one workflow task and no activity', async () => {
  const c = await rig.open([discussion(), conference()]);
  await c.forwardTo('2028-01-29');
  const before = (await c.runs())[0]?.events.length ?? 0;
  await rig.nodrift.record(c.key, [event('note', '2028-01-29', 'decision-recorded', { decision: 'nothing changes' })]);
  await c.owed(); // answered after the task is done
  const added = ((await c.runs())[0]?.events ?? []).slice(before).map((one) => one.attributes ?? 'none');
  assert.deepEqual(added, [
    'workflowTaskScheduledEventAttributes',
    'workflowTaskStartedEventAttributes',
    'workflowTaskCompletedEventAttributes',
    'workflowExecutionUpdateAcceptedEventAttributes',
    'workflowExecutionUpdateCompletedEventAttributes',
    'markerRecordedEventAttributes', // the record keeps it
  ]);
});

test('no name, address or e-mail shows in ids, summaries, details, search attributes, memo or failures', async () => {
  const people = PEOPLE.map((person) => ({
    ...person,
    name: `Canary ${person.name}`,
    ...(person.email && { email: `canary-${person.email}` }),
  }));
  rig.inbox.answer = (to) => (to.includes('owen') ? { code: 550, message: '5.1.1 canary-owen is unknown' } : undefined);
  const c = await rig.open([discussion()], { people });
  await c.record(
    conference({ reason: 'canary reason', firstCoreGroup: { start: '2028-02-08T10:00', venue: 'Canary Wharf' } }),
  );
  await c.record(coreGroup({ reason: 'canary reason' }));
  await c.record(
    event('joined', '2028-02-09', 'person-joined', {
      person: { id: 'zoe', name: 'Canary Zoe', role: 'police', email: 'canary-zoe@police.test' },
    }),
  );
  await assert.rejects(c.record(event('x', '2028-02-09', 'decision-recorded', { mood: 'canary' })));
  await c.renew();
  await c.forwardTo('2028-02-28');
  const sealed = (await c.runs()).map(({ history }) => history);
  assert.deepEqual(
    [...split(sealed).shown, ...split(sealed).inside].filter((text) => /canary|wharf/i.test(text)),
    [],
    'whoever reads the engine',
  );
  // Temporal UI puts what it shows into URLs, so what it opens must say no more.
  const { shown, inside } = split(await opened(sealed, rig.dataConverter));
  assert.ok(
    inside.some((text) => text.includes('canary-zoe@police.test')),
    'the canaries are in the inputs',
  );
  const described = split(await opened((await c.handle.describe()).raw, rig.dataConverter));
  const all = [...shown, ...described.shown, await details(c)];
  assert.ok(
    all.some((text) => text.includes('minutes/core-group-1')),
    'what shows was looked at',
  );
  assert.deepEqual(
    all.filter((text) => /canary|wharf/i.test(text)),
    [],
  );
});

type Node = Readonly<Record<string, unknown>>;
const SHOWN = /^(userMetadata|searchAttributes|memo|header)$/;

/** Every text of a message of Temporal's: what shows in clear in its UI, and what is inside of inputs and results. */
function split(message: unknown): { shown: string[]; inside: string[] } {
  const found = { shown: [] as string[], inside: [] as string[] };
  const visit = (node: unknown, visible: boolean): void => {
    if (typeof node === 'string') found.shown.push(node);
    if (typeof node !== 'object' || node === null) return;
    const { data, metadata } = node as Node;
    if (data instanceof Uint8Array && metadata) {
      found[visible ? 'shown' : 'inside'].push(Buffer.from(data).toString('utf8'));
      return;
    }
    for (const [key, child] of Object.entries(node)) {
      found.shown.push(key);
      visit(child, visible || SHOWN.test(key));
    }
  };
  visit(message, false);
  return found;
}
