// A changed policy or calendar on its way to running cases: each takes it once, what is left is reached by asking again, limits keep both dates.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { eq } from 'drizzle-orm';
import { applyToCases } from '../../client/apply-to-cases.ts';
import { NODRIFT } from '../../domain/accept/refusal.ts';
import { type Policy, policyName } from '../../domain/policy/policy.ts';
import { hashedPolicy, loadCalendar, parseCalendarFile, shippedPolicy } from '../../policies/load.ts';
import { pageOfCases } from '../../record/cases-to-reach.ts';
import { applyCalendar, applyPolicy, authorities, inForce } from '../../record/in-force.ts';
import { history } from '../../record/read.ts';
import { policies } from '../../record/schema.ts';
import { keep } from '../../record/write.ts';
import { look } from '../../worker/look.ts';
import { type ApplyInput, type ApplyResult, TASK_QUEUE, type ToTell } from '../../workflows/api.ts';
import { identity } from '../support/entries.ts';
import { conference, coreGroup, discussion, moment } from '../support/family.ts';
import { type RunningCase, until, useRig } from '../support/harness.ts';
import { nodrift } from '../support/nodrift.ts';

const rig = useRig();
const folder = mkdtempSync(join(tmpdir(), 'nodrift-apply-'));
after(() => rmSync(folder, { recursive: true, force: true }));

// biome-ignore lint/suspicious/noExplicitAny: a draft may be anything; hashedPolicy says whether it is a policy.
function policyOf(authority: string, version: string, change: (draft: any) => void = () => {}): Policy {
  const draft = structuredClone(shippedPolicy('barnsley'));
  change(Object.assign(draft, { authority, version }));
  return hashedPolicy(draft);
}
const coreGroups = (authority: string, version: string, days: number): Policy =>
  policyOf(authority, version, (draft) => {
    draft.limits['next-core-group'].within = days;
  });

const changeTo = (policy: Policy, reproject = false): ApplyInput => ({
  authority: policy.authority,
  change: { policy, reproject },
  by: 'tom',
});
/** As release 0.1 began it: what running cases are told, and nothing for new ones. */
const told = (policy: Policy): ToTell => ({
  authority: policy.authority,
  content: policyName(policy),
  event: { id: `policy/${policy.version}`, event: { type: 'policy-changed', by: NODRIFT, policy } },
});
const tell = (input: ToTell): Promise<ApplyResult> =>
  rig.client.workflow.execute('applyToCases', {
    workflowId: `apply/${input.authority}/${input.content}`,
    taskQueue: TASK_QUEUE,
    args: [input],
  });

/** A case under its plan on 14 February 2028: the second core group is due by 7 March. Each test has an authority of its own. */
async function running(
  authority: string,
  options: { rehearsal?: boolean; policy?: Policy } = {},
): Promise<RunningCase> {
  const events = [discussion(), conference(), coreGroup({ next: undefined, reason: 'diaries' })];
  const given = { policy: policyOf(authority, '1'), calendar: loadCalendar(), ...options };
  const c = await rig.open(events, { authority }, given);
  await c.forwardTo('2028-02-14');
  rig.appliesAt = moment('2028-02-14T11:00');
  return c;
}
const dueOf = async (c: RunningCase, key: string) => (await c.owed()).duties.find(({ duty }) => duty === key)?.due;
/** The record is a moment behind the case. */
const kept = (c: RunningCase, id: string) =>
  until(async () => !!(await history(rig.record, c.id))?.events.some((one) => one.id === id), 'the record has it');
const changes = async (c: RunningCase) =>
  (await c.history()).events.filter(({ event }) => /-changed$/.test(event.type)).map(({ id }) => id);

test('every running case of an authority takes a policy once; rehearsals and other authorities are left out, R78', async () => {
  const [one, two] = [await running('north'), await running('north')];
  const [rehearsed, elsewhere] = [await running('north', { rehearsal: true }), await running('south')];
  const change = changeTo(coreGroups('north', '2', 21), true);
  assert.deepEqual(await applyToCases(rig.nodrift, change), {
    event: 'policy/2',
    took: 2,
    before: 0,
    closed: [],
    stragglers: [],
    stragglersInAll: 0,
  });
  for (const c of [one, two]) assert.deepEqual(await changes(c), ['policy/2']);
  for (const c of [rehearsed, elsewhere]) assert.deepEqual(await changes(c), []);

  for (const c of [one, two]) await kept(c, 'policy/2');
  const late = await running('north');
  const began = await running('north', { policy: coreGroups('north', '2', 21) });
  const again = await applyToCases(rig.nodrift, change);
  assert.deepEqual([again.took, again.before], [1, 3], 'a second run reaches only what is left');
  assert.deepEqual(await changes(late), ['policy/2']);
  assert.deepEqual(await changes(began), [], 'it began with these figures');
  assert.deepEqual(await changes(one), ['policy/2']);
});

test('with reproject an open limit moves, the record and the history keep both dates, and no mail is repeated, R21', async () => {
  const c = await running('east');
  await c.forwardTo('2028-02-23'); // "10 before" 7 March went on 22 February
  rig.appliesAt = moment('2028-02-23T11:00');
  const before = await c.told();
  await applyToCases(rig.nodrift, changeTo(coreGroups('east', '2', 25), true));
  assert.equal(await dueOf(c, 'hold/core-group-2'), '2028-03-04'); // 8 February + 25, a Saturday
  const moved = [
    { duty: 'hold/core-group-2', was: '2028-03-07', due: '2028-03-04', by: 'policy/2', at: rig.appliesAt },
  ];
  await kept(c, 'policy/2');
  assert.deepEqual((await c.history()).moved, moved);
  assert.deepEqual((await history(rig.record, c.id))?.moved, moved);
  assert.equal((await history(rig.record, c.id))?.case.policy, policyName(coreGroups('east', '2', 25)));
  await c.forwardTo('2028-02-26');
  assert.deepEqual(
    (await c.told()).filter((line) => line.includes('hold/') && !before.includes(line)),
    ['2028-02-25 reminder hold/core-group-2 to amira'], // 5 before Friday 3 March
  );
});

test('without reproject only what arises from then on has the new figure, R78', async () => {
  const c = await running('west');
  await applyToCases(rig.nodrift, changeTo(coreGroups('west', '2', 21)));
  assert.equal(await dueOf(c, 'hold/core-group-2'), '2028-03-07');
  assert.deepEqual((await c.history()).moved, []);
});

test('the same version with other figures is refused by the record, and by each case where the record does not know, R78', async () => {
  const [took, began] = [await running('hill'), await running('hill', { policy: coreGroups('hill', '2', 21) })];
  await applyToCases(rig.nodrift, changeTo(coreGroups('hill', '2', 21)));
  await kept(took, 'policy/2');
  await assert.rejects(applyToCases(rig.nodrift, changeTo(coreGroups('hill', '2', 14))), {
    name: 'Refused',
    message: /^version: 2 of hill names other figures already; give the changed policy a version of its own$/,
  });
  const { stragglers, stragglersInAll } = await tell(told(coreGroups('hill', '2', 14)));
  const why = new Map(stragglers.map((one) => [one.caseId, one.why]));
  assert.equal(stragglersInAll, 2);
  assert.match(why.get(took.id) ?? '', /took policy\/2 before and goes by hill-2-/);
  assert.match(why.get(began.id) ?? '', /version 2 of hill has other figures here/);
});

test('a case that is closed is reported so; one that is missing, was terminated or cannot take it, with why', async () => {
  const [terminated, early] = [await running('moor'), await running('moor')];
  await terminated.handle.terminate('by mistake');
  rig.appliesAt = moment('2027-01-01');
  const [closed, lost] = ['child-protection/DONE', 'child-protection/LOST'];
  // Ended by itself, as a case that is closed.
  await rig.client.workflow.execute('inForce', { workflowId: closed, taskQueue: TASK_QUEUE });
  for (const id of [closed, lost])
    await keep(rig.record, {
      case: { ...identity(), id, ref: id.slice('child-protection/'.length), authority: 'moor' },
      events: 1,
      revision: 1,
      newEvents: [],
      duties: [],
      nextStep: null,
      status: 'open',
      policy: 'moor-1',
    });
  const answer = await applyToCases(rig.nodrift, changeTo(coreGroups('moor', '2', 21)));
  assert.deepEqual(answer.closed, [closed]);
  const why = new Map(answer.stragglers.map((one) => [one.caseId, one.why]));
  assert.match(why.get(lost) ?? '', /there is no such case/);
  assert.match(why.get(terminated.id) ?? '', /was terminated in Temporal .* nodrift restore \S+ brings it back$/);
  assert.match(why.get(early.id) ?? '', /is before the case began/);
});

test('a calendar moves open limits at once, later too, and keeps both dates (Counting 8)', async () => {
  await applyPolicy(rig.record, policyOf('lake', '1'), 'tom');
  const c = await rig.open([discussion()], { authority: 'lake' });
  await c.forwardTo('2028-01-14');
  rig.appliesAt = moment('2028-01-14T11:00');
  const input = { authority: 'lake', change: { days: parseCalendarFile({ bankHolidays: ['2028-01-20'] }) }, by: 'tom' };
  const { took, event } = await applyToCases(rig.nodrift, input);
  assert.equal(took, 1);
  await kept(c, event);
  assert.equal((await applyToCases(rig.nodrift, input)).before, 1);
  assert.equal(await dueOf(c, 'hold/initial-conference'), '2028-02-02'); // 1 February and a day
  assert.deepEqual(
    (await history(rig.record, c.id))?.moved.map(({ was, due }) => [was, due]),
    [['2028-02-01', '2028-02-02']],
  );
});

test('the watchdog knows that telling cases is no case', async () => {
  await running('fell');
  await applyToCases(rig.nodrift, changeTo(coreGroups('fell', '2', 21)));
  const { alerts } = await look(rig.client, rig.record, Date.now() + 86_400_000);
  assert.ok(!alerts.some(({ caseId }) => caseId.startsWith('apply/')), JSON.stringify(alerts));
});

test('many cases are listed page by page, each once', async () => {
  for (let i = 0; i < 7; i++)
    await keep(rig.record, {
      ...{
        case: { ...identity(), id: `child-protection/P-${i}`, ref: `P-${i}`, authority: 'page' },
        events: 1,
        revision: 1,
      },
      ...{ newEvents: [], duties: [], nextStep: null, status: 'open', policy: 'page-1' },
    });
  const listed: string[] = [];
  let last: string | null = '';
  while (last !== null) {
    const wish = { authority: 'page', eventId: 'policy/2', content: 'page-2', after: last, limit: 3 };
    const page: Awaited<ReturnType<typeof pageOfCases>> = await pageOfCases(rig.record, wish);
    listed.push(...page.cases);
    last = page.last;
  }
  assert.deepEqual(
    listed,
    Array.from({ length: 7 }, (_, i) => `child-protection/P-${i}`),
  );
});

test('what no real case may go by is refused by the server too, and nothing is put in force, P11', async () => {
  const unlawful = policyOf('glen', '1', (draft) => {
    draft.limits['initial-conference'].within = 20;
  });
  const silent = policyOf('glen', '1', (draft) => {
    draft.ladders.minutes = [];
  });
  const closed = { bankHolidays: everyDayOf(2028) };
  const refused = (input: ApplyInput, message: RegExp) =>
    assert.rejects(applyToCases(rig.nodrift, input), { name: 'Refused', message });
  await refused(changeTo(unlawful), /^statute sets this limit: R114: /);
  await refused(changeTo(silent), /^ladders\.minutes \(R59\): has no step/);
  const calendar = (authority: string) => ({ authority, change: { days: parseCalendarFile(closed) }, by: 'tom' });
  await refused(calendar('barnsley'), /^calendar: 2028 would have 0 working days/);
  await refused(
    { ...calendar('glen'), change: { days: parseCalendarFile({}) } },
    /^there is no policy for "glen"; there/,
  );
  assert.ok(!(await authorities(rig.record)).includes('glen'));
});
const everyDayOf = (year: number): readonly string[] =>
  Array.from({ length: 366 }, (_, i) => new Date(Date.UTC(year, 0, 1 + i)).toISOString().slice(0, 10));

const DALE = {
  extends: 'defaults.json',
  authority: 'dale',
  name: 'Dale',
  version: '2',
  limits: { 'next-core-group': { within: 21, unit: 'days', of: 'the last core group', rules: ['R21'] } },
};

test('nodrift policy apply: new cases first, then those that run; a second run reports that they have it, P4, R78', async () => {
  const c = await running('dale');
  process.env.TEMPORAL_ADDRESS = rig.server.address;
  const file = join(folder, 'dale.json');
  writeFileSync(file, JSON.stringify(DALE));
  const ran = await nodrift('policy', 'apply', file, '--reproject');
  assert.equal(ran.code, 0, ran.err);
  assert.equal(ran.out, 'policy 2 of dale: in force, new cases begin with it\n1 running case took it');
  assert.equal(await dueOf(c, 'hold/core-group-2'), '2028-02-29');
  await kept(c, 'policy/2');
  assert.equal((await inForce(rig.record, 'dale')).policy.limits['next-core-group']?.within, 21);
  assert.match(
    (await nodrift('policy', 'apply', file, '--reproject')).out,
    /0 running cases took it, 1 had it already/,
  );

  writeFileSync(file, readFileSync(file, 'utf8').replace('21', '14'));
  const other = await nodrift('policy', 'apply', file);
  assert.equal(other.code, 2);
  assert.match(other.err, /^nodrift: version: 2 of dale names other figures already; give the changed policy [^\n]+$/);
  // A record that lost what it knew: the cases know.
  await rig.record.db.delete(policies).where(eq(policies.authority, 'dale'));
  const refused = await nodrift('policy', 'apply', file, '--json');
  assert.equal(refused.code, 6, refused.err);
  assert.match(JSON.parse(refused.err).error.message, /^1 case did not take policy\/2; see why, then run it again/);
  assert.equal(JSON.parse(refused.out).stragglersInAll, 1);
});

test('what is in force is asked of the server: shown, listed, compared, and taken away as a file', async () => {
  process.env.TEMPORAL_ADDRESS = rig.server.address;
  await applyPolicy(rig.record, policyOf('wold', '1'), 'tom');
  await applyPolicy(rig.record, coreGroups('wold', '2', 21), 'sue');
  await applyCalendar(rig.record, 'wold', parseCalendarFile({ closureDays: ['2027-12-29'] }), 'tom');
  const shown = await nodrift('policy', 'show', '--authority', 'wold');
  assert.equal(shown.code, 0, shown.err);
  const [head, departure, , ...past] = shown.out.split('\n');
  assert.equal(head, 'Barnsley, version 2: 1 departure from the policy shipped for Barnsley');
  assert.equal(departure, 'R21  limits.next-core-group: 21 days, tighter; shipped: 28 days');
  assert.match(past.join('\n'), /^ {2}2 {2}since \S+ \d+ \S+ \d{4}, by sue\n {2}1 {2}since .*, by tom$/);

  const file = join(folder, 'taken.json');
  writeFileSync(file, (await nodrift('policy', 'show', '--authority', 'wold', '--json')).out);
  assert.match(
    (await nodrift('policy', 'diff', file)).out,
    /^Barnsley, version 2: 0 differences from version 2, which is/,
  );
  writeFileSync(file, JSON.stringify({ ...DALE, authority: 'wold', version: '3' }));
  const diff = await nodrift('policy', 'diff', file);
  assert.match(diff.out, /^Dale, version 3: 0 differences from version 2, which is in force$/);

  const days = await nodrift('calendar', 'show', '--authority', 'wold');
  assert.match(days.out, /^calendar of wold: 83 bank holidays, known until Sun 31 Dec 2028; 1 closure day\n/);
  assert.match(days.out, /\n {2}2028-12-31 {2}since .*, by tom\n {2}2028-12-31 {2}shipped$/);
  const listed = await nodrift('policy', 'list');
  assert.match(listed.out, /^wold +2 +since .*, by sue +known until 2028-12-31 +since .*, by tom$/m);
  assert.match(listed.out, /^hull +1 +shipped +known until 2028-12-31 +shipped$/m);
  const unknown = await nodrift('policy', 'show', '--authority', 'atlantis');
  assert.deepEqual([unknown.code, unknown.out], [2, '']);
  assert.match(unknown.err, /^nodrift: there is no policy for "atlantis"; there are barnsley, .*wold$/);
});

test('nodrift calendar apply: an authority’s days, and back again (Counting 1)', async () => {
  await applyPolicy(rig.record, policyOf('tarn', '1'), 'tom');
  const c = await rig.open([discussion()], { authority: 'tarn' });
  process.env.TEMPORAL_ADDRESS = rig.server.address;
  const file = join(folder, 'days.json');
  const apply = async (days: object, at: string) => {
    await c.forwardTo(at);
    rig.appliesAt = moment(at);
    writeFileSync(file, JSON.stringify(days));
    const ran = await nodrift('calendar', 'apply', file, '--authority', 'tarn');
    assert.equal(ran.code, 0, ran.err);
    return dueOf(c, 'hold/initial-conference');
  };
  assert.equal(await apply({ bankHolidays: ['2028-01-20'] }, '2028-01-14'), '2028-02-02');
  assert.equal(await apply({}, '2028-01-15'), '2028-02-01');
  assert.equal(await apply({ bankHolidays: ['2028-01-20'] }, '2028-01-16'), '2028-02-02');
  assert.ok((await inForce(rig.record, 'tarn')).calendar.bankHolidays.includes('2028-01-20' as never));
  await until(async () => (await history(rig.record, c.id))?.moved.length === 3, 'the record has all three');
  assert.ok((await changes(c)).every((id) => /^calendar\/2028-12-31-[123]-[0-9a-f]{12}$/.test(id)));
});
