// Lists of cases page by page, and what one person owes across cases: on both databases.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eq } from 'drizzle-orm';
import type { CaseFile, Person } from '../../domain/case/model.ts';
import type { DutyRow } from '../../domain/notices/notice.ts';
import type { LocalDate } from '../../domain/time/calendar.ts';
import { casePage } from '../../record/case-pages.ts';
import type { OpenRecord } from '../../record/open.ts';
import { owedBy, SeveralPeople } from '../../record/owed-by.ts';
import { cases } from '../../record/schema.ts';
import { staffNamed } from '../../record/schema-directory.ts';
import { keep } from '../../record/write.ts';
import { duty, entry, event, identity } from '../support/entries.ts';
import { emptied, onBothDatabases } from '../support/records.ts';

const TODAY = '2027-03-04' as LocalDate;
const day = (text: string) => text as LocalDate;

onBothDatabases('pages of cases', (database) => {
  const opened = (
    record: OpenRecord,
    ref: string,
    change: Parameters<typeof identity>[0] = {},
    owed: DutyRow[] = [],
    file?: CaseFile,
  ) =>
    keep(
      record,
      entry({
        case: identity({ id: `child-protection/${ref}`, ref, opening: `opening-${ref}`, ...change }),
        duties: owed,
        newEvents: [event(`opening-${ref}`)],
        ...(file && { opened: { file, policy: {} as never, calendar: {} as never } }),
      }),
    );
  const wish = { authorities: ['barnsley'], today: TODAY, limit: 2 } as const;

  test('whoever reads all pages sees every case once, although cases come and go meanwhile', async () => {
    const record = await emptied(database());
    for (const ref of ['B', 'D', 'F', 'H', 'J']) await opened(record, ref);
    const seen: string[] = [];
    let after: string | undefined;
    for (const [come, goes] of [
      [['A', 'E'], 'F'],
      [['K'], 'none'],
      [[], 'none'],
    ] as const) {
      const page = await casePage(record, { ...wish, after });
      seen.push(...page.cases.map(({ ref }) => ref));
      after = page.next;
      for (const ref of come) await opened(record, ref);
      await record.db.update(cases).set({ status: 'closed' }).where(eq(cases.ref, goes));
    }
    assert.equal(after, undefined);
    assert.deepEqual(seen, ['B', 'D', 'E', 'H', 'J', 'K']);
  });

  test('other authorities, rehearsals and closed cases are left out, and teams can be asked for', async () => {
    const record = await emptied(database());
    await opened(record, 'A');
    await opened(record, 'B', { authority: 'hull' });
    await opened(record, 'C', { rehearsal: true });
    await opened(record, 'D', { team: 'south' });
    await opened(record, 'E');
    await record.db.update(cases).set({ status: 'closed' }).where(eq(cases.ref, 'E'));
    const refs = async (change: object) =>
      (await casePage(record, { ...wish, limit: 10, ...change })).cases.map(({ ref }) => ref);
    assert.deepEqual(await refs({}), ['A', 'D']);
    assert.deepEqual(await refs({ team: 'south' }), ['D']);
    assert.deepEqual(await refs({ authorities: 'all' }), ['A', 'B', 'D']);
    assert.deepEqual(await refs({ authorities: [] }), []);
    assert.deepEqual(await refs({ authorities: ["barnsley' or true --"] }), []);
  });

  test('a case shows what is late and its next limit; done, lapsed and undated duties count for neither', async () => {
    const record = await emptied(database());
    await opened(record, 'A', {}, [
      duty('hold/core-group-4', { due: day('2027-03-20') }),
      duty('minutes/core-group-3', { due: day('2027-03-03') }),
      duty('action/names-somebody', { due: day('2027-03-01'), meeting: null }),
      duty('papers/review-conference-1', { due: day('2027-02-01'), done: day('2027-02-02') }),
      duty('attend/core-group-3', { due: day('2027-02-01'), lapsed: true }),
      duty('hold/review-conference-1', { due: null }),
    ]);
    await opened(record, 'B', {}, [duty('hold/core-group-1', { due: TODAY })]);
    const all = await casePage(record, wish);
    assert.deepEqual(
      all.cases.map(({ ref, nextLimit, late }) => [ref, nextLimit, late]),
      [
        ['A', '2027-03-20', ['action', 'minutes/core-group-3']],
        ['B', TODAY, []],
      ],
    );
    const late = await casePage(record, { ...wish, late: true });
    assert.deepEqual(
      late.cases.map(({ ref }) => ref),
      ['A'],
    );
  });

  // A person across cases.

  const people = (...all: readonly (readonly [id: string, email?: string])[]): Person[] =>
    all.map(([id, email]) => ({ id, name: id, role: 'health', ...(email && { email }) }));
  async function openedWith(record: OpenRecord, ref: string, who: Person[], owed: DutyRow[], change = {}) {
    const file = { ref, kind: 'child-protection', authority: 'barnsley', people: who } as CaseFile;
    await opened(record, ref, change, owed, file);
  }
  const asked = { authority: 'barnsley', person: 'nina', today: TODAY };
  const owes = async (record: OpenRecord, change: object = {}) =>
    (await owedBy(record, { ...asked, ...change })).map((one) => `${one.ref} ${one.person} ${one.duty}`);

  test('a person is their address, whatever a case calls them', async () => {
    const record = await emptied(database());
    await openedWith(record, 'A', people(['nina', 'Nina@nhs.test']), [duty('action/a', { owner: 'nina' })]);
    await openedWith(record, 'B', people(['n-shah', 'nina@nhs.test'], ['ed', 'ed@x.test']), [
      duty('minutes/core-group-1', { owner: 'n-shah', due: day('2027-02-01') }),
      duty('action/b', { owner: 'ed' }),
    ]);
    await openedWith(record, 'C', people(['nina', 'nina@nhs.test']), [duty('action/c', { owner: 'nina' })], {
      authority: 'hull',
    });
    assert.deepEqual(await owes(record), ['B n-shah minutes/core-group-1', 'A nina action/a']);
    assert.deepEqual(await owes(record, { person: 'nobody' }), []);
  });

  test('two people of one id are not taken for one: the case says who is meant', async () => {
    const record = await emptied(database());
    await openedWith(record, 'A', people(['nina', 'nina@nhs.test']), [duty('action/a', { owner: 'nina' })]);
    await openedWith(record, 'B', people(['nina', 'nina@school.test']), [duty('action/b', { owner: 'nina' })]);
    await assert.rejects(owes(record), SeveralPeople);
    assert.deepEqual(await owes(record, { caseId: 'child-protection/B' }), ['B nina action/b']);
    assert.deepEqual(await owes(record, { caseId: 'child-protection/none' }), []);
  });

  test('whom the directory names is found by its id, whatever addresses their cases have', async () => {
    const record = await emptied(database());
    await openedWith(record, 'A', people(['nina', 'nina@nhs.test']), [duty('action/a', { owner: 'nina' })]);
    await openedWith(record, 'B', people(['n-shah', 'shared@nhs.test']), [duty('action/b', { owner: 'n-shah' })]);
    await openedWith(record, 'D', people(['other', 'nina@nhs.test']), [duty('action/d', { owner: 'other' })]);
    const named = (ref: string, person: string) => ({
      ...{ caseId: `child-protection/${ref}`, person, authority: 'barnsley', staff: 'S-17', told: 1 },
    });
    await record.db.delete(staffNamed);
    await record.db.insert(staffNamed).values([named('A', 'nina'), named('B', 'n-shah')]);
    assert.deepEqual((await owes(record, { person: 'S-17' })).sort(), [
      'A nina action/a',
      'B n-shah action/b',
      'D other action/d',
    ]);
    await record.db.delete(staffNamed);
  });

  test('an address counts as the case knows it now, and of a case without addresses its ids do', async () => {
    const record = await emptied(database());
    await openedWith(record, 'A', people(['nina', 'old@nhs.test']), [duty('action/a', { owner: 'nina' })]);
    await openedWith(record, 'B', people(['n', 'new@nhs.test']), [duty('action/b', { owner: 'n' })]);
    await openedWith(record, 'D', people(['nina']), [duty('action/d', { owner: 'nina' })]);
    const told = {
      type: 'person-updated',
      person: { id: 'nina', name: 'Nina', role: 'health', email: 'new@nhs.test' },
    };
    await keep(
      record,
      entry({
        case: identity({ id: 'child-protection/A', ref: 'A', opening: 'opening-A' }),
        ...{ events: 2, revision: 2, duties: [duty('action/a', { owner: 'nina' })] },
        newEvents: [event('e2', { type: 'person-updated', event: { id: 'e2', ...told } })],
      }),
    );
    assert.deepEqual((await owes(record)).sort(), ['A nina action/a', 'B n action/b', 'D nina action/d']);
  });
});
