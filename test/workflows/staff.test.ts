// Cases that name people by their id in the staff directory: completed when they are opened, told once when the directory changes, handed
// over when somebody leaves.

import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { handOverCases, tellCasesOfStaff } from '../../client/begin-directory-work.ts';
import { CaseExists, InvalidEvent, Refused } from '../../client/errors.ts';
import type { CaseKey } from '../../client/listed.ts';
import type { CaseFile, Person } from '../../domain/case/model.ts';
import { changeStaff, syncDirectory } from '../../record/directory.ts';
import {
  authoritiesWithNews,
  beginReallocation,
  directoryProgress,
  reallocationAnswers,
} from '../../record/directory-work.ts';
import { servedDirectory } from '../../web/api/serve-directory.ts';
import { useRig } from '../support/harness.ts';
import { member } from '../support/staff.ts';

const rig = useRig();

const STAFF = [
  member('S-30', { name: 'Sue Grant', role: 'service-manager' }),
  member('S-22', { name: 'Tom Hale', role: 'team-manager', manager: 'S-30', rights: ['manager'] }),
  member('S-17', {
    name: 'Amira Khan',
    manager: 'S-22',
    telephone: '01226 555 010',
    sharedMailbox: 'north@council.test',
  }),
  member('S-18', { name: 'Ben Okoro', manager: 'S-22' }),
];
/** As a service writes it: somebody the directory knows by ids alone. */
const named = (id: string, staff: string, more: Partial<Person> = {}) => ({ id, staff, ...more }) as Person;
/** Today: a directory has no future. */
const BEGAN = {
  id: 'd',
  event: { type: 'strategy-discussion-held', by: 'amira', on: new Date().toISOString().slice(0, 10) } as const,
};
const AMIRA = named('amira', 'S-17');

beforeEach(() => syncDirectory(rig.record, 'barnsley', STAFF));

/** Opened by the first of these. */
const open = (...people: readonly Person[]) =>
  rig.open([{ ...BEGAN, event: { ...BEGAN.event, by: people[0]!.id } }], { people });

const peopleOf = async (key: CaseFile | { kind: CaseFile['kind']; ref: string }) =>
  Object.fromEntries((await rig.nodrift.people(key)).map((one) => [one.id, one]));

test('a case opened with directory ids alone has name, address, telephone and manager from the directory, and its managers beside', async () => {
  const { key } = await rig.open([BEGAN], { people: [AMIRA] });
  const { amira, ...managers } = await peopleOf(key);
  assert.deepEqual(
    [amira?.name, amira?.role, amira?.email, amira?.phone, amira?.manager],
    ['Amira Khan', 'social-worker', 'north@council.test', '01226 555 010', 'S-22'],
  );
  assert.deepEqual(
    Object.values(managers).map(({ id, name, role, manager }) => [id, name, role, manager]),
    [
      ['S-30', 'Sue Grant', 'service-manager', undefined],
      ['S-22', 'Tom Hale', 'team-manager', 'S-30'],
    ],
  );
});

test('whom the case names already is the manager under the id it has there', async () => {
  const { key } = await rig.open([BEGAN], { people: [AMIRA, named('tom', 'S-22')] });
  const people = await peopleOf(key);
  assert.deepEqual([people.amira?.manager, people.tom?.name, people['S-22']], ['tom', 'Tom Hale', undefined]);
});

test('an id the directory does not have is refused with those it has, and so is one who has left; the reference stays free', async () => {
  const ref = rig.newRef();
  const refused = (people: readonly Person[], says: RegExp) =>
    assert.rejects(rig.open([BEGAN], { ref, people }), (error) => {
      assert.ok(error instanceof Refused, String(error));
      assert.match(error.message, says);
      return true;
    });
  await refused(
    [AMIRA, named('zoe', 'S-99'), named('kim', '__proto__'.replace(/_/g, 'x'))],
    /^case: people: S-99, xxprotoxx are not in the staff directory, which has S-17, S-18, S-22, S-30$/,
  );
  await changeStaff(rig.record, 'barnsley', 'S-18', { active: false });
  await refused([named('ben', 'S-18')], /^case: people: S-18 has left, says the staff directory$/);
  await changeStaff(rig.record, 'barnsley', 'S-18', { active: true });
  await rig.open([BEGAN], { ref, people: [AMIRA] });
});

test('the same opening again is the first answer, also when the directory has changed since; other people are another opening', async () => {
  const opened = await rig.open([BEGAN], { people: [AMIRA] });
  await changeStaff(rig.record, 'barnsley', 'S-17', { telephone: '01226 555 999' });
  const again = { ref: opened.key.ref, people: [AMIRA] };
  await rig.open([BEGAN], again);
  await assert.rejects(rig.open([BEGAN], { ...again, people: [named('amira', 'S-18')] }), CaseExists);
});

test('somebody joins by their directory id; sent again it is known, and the manager who came with them is recorded once', async () => {
  await syncDirectory(rig.record, 'hull', [
    member('H-1', { manager: 'H-2' }),
    member('H-2', { role: 'team-manager' }),
    member('H-3', { name: 'Ann Cole', manager: 'H-4' }),
    member('H-4', { name: 'Lou Park', role: 'team-manager' }),
  ]);
  const { key } = await rig.open([BEGAN], { authority: 'hull', people: [named('amira', 'H-1')] });
  const joins = [
    { id: 'j', event: { type: 'person-joined', by: 'amira', person: named('ann', 'H-3') } as const },
    { id: 'r', event: { type: 'case-reallocated', by: 'amira', to: 'ann' } as const },
  ];
  const first = await rig.nodrift.record(key, joins);
  assert.deepEqual(first.recorded, ['j', 'r']);
  const people = await peopleOf(key);
  assert.deepEqual([people.ann?.name, people.ann?.manager, people['H-4']?.name], ['Ann Cole', 'H-4', 'Lou Park']);
  assert.equal(people.ann?.socialWorker, true);
  await changeStaff(rig.record, 'hull', 'H-3', { telephone: '01482 555 010' });
  await rig.client.workflow.getHandle(`child-protection/${key.ref}`).signal('renew');
  assert.deepEqual(await rig.nodrift.record(key, joins), first);
  const { events } = await rig.nodrift.history(key);
  assert.deepEqual(
    events.slice(1).map(({ event }) => event.type),
    ['person-updated', 'person-joined', 'case-reallocated'],
  );
  await assert.rejects(
    rig.nodrift.record(key, [
      { id: 'k', event: { type: 'person-joined', by: 'amira', person: named('kit', 'H-77') } as const },
    ]),
    /^Refused: H-77 is not in the staff directory, which has H-1, H-2, H-3, H-4$/,
  );
  await assert.rejects(
    rig.nodrift.record(key, [
      { id: 'k', event: { type: 'person-updated', by: 'amira', person: { id: 'kit', role: 'health' } as Person } },
    ]),
    (error) => error instanceof InvalidEvent && /name: is missing/.test(error.message),
  );
});

test('a case that somebody cancelled in Temporal goes on to ask the directory', async () => {
  const c = await open(AMIRA);
  await c.handle.cancel();
  const joined = { type: 'person-joined', by: 'amira', person: named('ben', 'S-18') } as const;
  assert.deepEqual((await rig.nodrift.record(c.key, [{ id: 'j', event: joined }])).recorded, ['j']);
  assert.equal((await peopleOf(c.key)).ben?.name, 'Ben Okoro');
});

test('a rehearsal has no directory, and says so', async () => {
  await assert.rejects(
    rig.open([BEGAN], { people: [AMIRA] }, { rehearsal: true }),
    /people: "amira" is given by the directory id S-17 alone.*: give name and role/,
  );
});

const told = async () => {
  await tellCasesOfStaff(rig.client, 'barnsley');
  await rig.client.workflow.getHandle('nodrift-directory/barnsley').result();
  rig.track('nodrift-directory/barnsley');
};
const typesOf = async (key: CaseKey) => (await rig.nodrift.history(key)).events.map(({ event }) => event.type);
const handedOver = async (from: string, to: string, reason: string | null = null) => {
  const { id } = await beginReallocation(rig.record, { authority: 'barnsley', from, to, reason });
  await handOverCases(rig.client, id);
  await rig.client.workflow.getHandle(`nodrift-reallocation/${id}`).result();
  rig.track(`nodrift-reallocation/${id}`);
  return { id, answers: await reallocationAnswers(rig.record, id) };
};

test('one change of address and of manager reaches every running case that names them, once, however often it is told', async () => {
  const first = await open(AMIRA);
  const second = await open(named('ak', 'S-17'));
  const other = await open(named('ben', 'S-18'));
  const moved = STAFF.map((one) =>
    one.id === 'S-17' ? { ...one, sharedMailbox: 'south@council.test', manager: 'S-23' } : one,
  );
  await syncDirectory(rig.record, 'barnsley', [
    ...moved,
    member('S-23', { name: 'Ivy Lane', role: 'team-manager', manager: 'S-30' }),
  ]);
  assert.ok((await directoryProgress(rig.record, 'barnsley')).left >= 2);
  await Promise.all([told(), told()]);
  await told();
  const { left, refused } = await directoryProgress(rig.record, 'barnsley');
  assert.equal(left, 0);
  // Cases of tests before this one were ended in Temporal, and say so.
  assert.deepEqual(
    refused.filter((one) => [first.id, second.id].includes(one.case)),
    [],
  );
  const { amira, 'S-23': ivy } = await peopleOf(first.key);
  assert.deepEqual([amira?.email, amira?.manager, ivy?.name], ['south@council.test', 'S-23', 'Ivy Lane']);
  assert.equal((await peopleOf(second.key)).ak?.email, 'south@council.test');
  for (const { key } of [first, second])
    assert.deepEqual(await typesOf(key), ['strategy-discussion-held', 'person-updated', 'person-updated']);
  assert.deepEqual(await typesOf(other.key), ['strategy-discussion-held']);
  const { events } = await rig.nodrift.history(first.key);
  assert.deepEqual(
    events.slice(1).map(({ id, event }) => [/^directory\/(manager\/1-0|[0-9a-f]{16}\/\d+)$/.test(id), event.by]),
    [
      [true, 'nodrift'],
      [true, 'nodrift'],
    ],
  );
});

test('who leaves the directory without being handed over is owed by the manager; back again, the case is theirs', async () => {
  const { key } = await open(named('ben', 'S-18'));
  await changeStaff(rig.record, 'barnsley', 'S-18', { active: false });
  await told();
  const owed = async () => (await rig.nodrift.owed(key)).duties.map(({ duty, owner }) => `${duty} ${owner}`);
  assert.ok((await owed()).includes('allocate/case S-22'), String(await owed()));
  await changeStaff(rig.record, 'barnsley', 'S-18', { active: true });
  await told();
  assert.equal(
    (await owed()).some((one) => one.startsWith('allocate/')),
    false,
  );
  assert.deepEqual(await typesOf(key), ['strategy-discussion-held', 'person-left', 'person-joined']);
});

test('all cases of one worker go to another, those of others stay; asked again nothing more happens', async () => {
  const cases = [
    await open(AMIRA),
    await open(named('ak', 'S-17'), named('ben', 'S-18')),
    await open(named('ben', 'S-18'), named('amira', 'S-17')),
  ];
  const { answers } = await handedOver('S-17', 'S-18', 'Amira is leaving');
  const outcomes = new Map(answers.map((one) => [one.case, one.outcome]));
  assert.deepEqual(
    cases.map(({ id }) => outcomes.get(id)),
    ['took', 'took', 'not-theirs'],
  );
  const workers = async () =>
    Promise.all(cases.map(async ({ key }) => (await rig.nodrift.people(key)).find((one) => one.socialWorker)?.id));
  assert.deepEqual(await workers(), ['S-18', 'ben', 'ben']);
  const again = await handedOver('S-17', 'S-18');
  assert.ok(
    again.answers.filter((one) => cases.some(({ id }) => id === one.case)).every((one) => one.outcome === 'not-theirs'),
  );
  const { events } = await rig.nodrift.history(cases[0]!.key);
  assert.deepEqual(
    events.map(({ event }) => [event.type, event.reason]),
    [
      ['strategy-discussion-held', undefined],
      ['person-updated', undefined],
      ['case-reallocated', 'Amira is leaving'],
    ],
  );
});

test('a case that refuses is reported with why, and the others are reached', async () => {
  const fine = await open(AMIRA);
  const full = await open(AMIRA);
  // In this case S-18 is the manager: it goes to nobody who is.
  const odd = await open(AMIRA, named('ben', 'S-18', { role: 'team-manager' }));
  const { answers } = await handedOver('S-17', 'S-18');
  const of = (id: string) => answers.find((one) => one.case === id);
  assert.deepEqual([of(fine.id)?.outcome, of(full.id)?.outcome], ['took', 'took']);
  assert.deepEqual(of(odd.id), {
    case: odd.id,
    outcome: 'refused',
    why: 'S-18 is in this case already, as team-manager: reallocate it by hand',
  });
});

test('a change by the API reaches cases, and one whose telling was never begun is found by a worker that starts', async () => {
  const { key } = await open(AMIRA);
  const served = servedDirectory(rig.record, rig.nodrift);
  await served.change('barnsley', 'S-17', { telephone: '01226 555 777' });
  await rig.client.workflow.getHandle('nodrift-directory/barnsley').result();
  rig.track('nodrift-directory/barnsley');
  assert.equal((await peopleOf(key)).amira?.phone, '01226 555 777');
  await changeStaff(rig.record, 'barnsley', 'S-17', { telephone: '01226 555 888' });
  assert.ok((await authoritiesWithNews(rig.record)).includes('barnsley'));
  assert.ok((await served.casesOf('barnsley', 'S-17')).includes(`${key.kind}/${key.ref}`));
});
