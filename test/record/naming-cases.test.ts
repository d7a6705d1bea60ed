// Which cases name an address, and what is late in them: by the record, on both databases.

import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import type { CaseFile } from '../../domain/case/model.ts';
import type { CaseIdentity, RecordEntry } from '../../domain/notices/notice.ts';
import type { LocalDate } from '../../domain/time/calendar.ts';
import { syncDirectory } from '../../record/directory.ts';
import { casesNaming, lateIn, nextSteps, standingOf } from '../../record/naming-cases.ts';
import { staffNamed } from '../../record/schema-directory.ts';
import { below, namedAs } from '../../record/staff-named.ts';
import { tried } from '../../record/tries.ts';
import { keep } from '../../record/write.ts';
import { duty, entry, event, identity } from '../support/entries.ts';
import { family } from '../support/family.ts';
import { emptied, onBothDatabases } from '../support/records.ts';
import { emptyDirectory, member } from '../support/staff.ts';

type Change = Partial<Omit<RecordEntry, 'case'>> & { readonly case?: Partial<CaseIdentity> };
const TODAY = '2027-03-10';

onBothDatabases('cases that name an address', (record) => {
  const keepCase = (ref: string, { case: of = {}, ...change }: Change = {}, file: Partial<CaseFile> = {}) =>
    keep(
      record(),
      entry({
        opened: { file: family(ref, file), policy: {} as never, calendar: {} as never },
        ...change,
        case: identity({ id: `child-protection/${ref}`, ref, opening: `${ref}-opening`, ...of }),
      }),
    );
  const refs = async (...addresses: string[]) => (await casesNaming(record(), addresses)).map(({ ref }) => ref);
  beforeEach(async () => {
    await emptied(record());
    await emptyDirectory(record());
  });

  test('are found by their file, whatever its letters, and by whoever joined or was changed since', async () => {
    await keepCase('A-1');
    await keepCase('A-2', {}, { people: [{ id: 'x', name: 'X', role: 'health', email: ' Nina@NHS.test ' }] });
    await keepCase('A-3', {
      newEvents: [
        event('e', {
          event: { type: 'person-joined', person: { id: 'new', email: 'new@nhs.test', name: 'New' } } as never,
        }),
      ],
    });
    assert.deepEqual(await refs('nina@nhs.test'), ['A-1', 'A-2', 'A-3']);
    assert.deepEqual(await refs('NEW@nhs.test'), ['A-3']);
    assert.deepEqual(await refs('new@nhs.test', 'nina@nhs.test'), ['A-1', 'A-2', 'A-3']);
    assert.deepEqual(await refs('nobody@nhs.test'), []);
    assert.deepEqual(await refs(), []);
    assert.deepEqual(await refs("x'; drop table cases; --"), []);
  });

  test('are running ones: none that is closed, and no rehearsal; of one authority where that is asked', async () => {
    await keepCase('A-1');
    await keepCase('A-2', { status: 'closed' });
    await keepCase('A-3', { case: { rehearsal: true } });
    await keepCase('A-4', { case: { authority: 'hull' } });
    assert.deepEqual(await refs('nina@nhs.test'), ['A-1', 'A-4']);
    assert.deepEqual(
      (await casesNaming(record(), ['nina@nhs.test'], 'hull')).map(({ ref }) => ref),
      ['A-4'],
    );
  });

  test('what is late is what is open and past, by the newest the case said, of these cases, a team or an authority', async () => {
    const due = (day: string) => ({ due: day as LocalDate });
    await keepCase('A-1', {
      duties: [duty('minutes/core-group-1', due('2027-03-01')), duty('hold/core-group-2', due('2027-03-20'))],
    });
    await keepCase('A-2', {
      case: { team: 'south' },
      duties: [duty('minutes/core-group-4', due('2027-02-01'))],
    });
    await keepCase('A-3', {
      case: { authority: 'hull' },
      duties: [duty('papers/cin-review-2', due('2027-01-01'))],
    });
    await keepCase('A-1', {
      events: 2,
      revision: 2,
      duties: [duty('hold/core-group-2', due('2027-03-09'))],
      newEvents: [],
    });
    const late = async (which: Parameters<typeof lateIn>[1]) =>
      (await lateIn(record(), which, TODAY, 10)).map(({ ref, duty: what }) => `${ref} ${what}`);
    assert.deepEqual(await late({ authority: 'barnsley' }), ['A-2 minutes/core-group-4', 'A-1 hold/core-group-2']);
    assert.deepEqual(await late({ authority: 'barnsley', team: 'south' }), ['A-2 minutes/core-group-4']);
    assert.deepEqual(await late({ ids: ['child-protection/A-3'] }), ['A-3 papers/cin-review-2']);
    assert.deepEqual(await late({ ids: [] }), []);
    assert.deepEqual(await standingOf(record(), { authority: 'barnsley' }, TODAY), [
      { authority: 'barnsley', team: 'north', cases: 1, lateCases: 1, late: 1, since: '2027-03-09' },
      { authority: 'barnsley', team: 'south', cases: 1, lateCases: 1, late: 1, since: '2027-02-01' },
    ]);
    assert.equal((await standingOf(record(), 'all', TODAY)).length, 3);
    assert.deepEqual((await nextSteps(record(), 2)).map(({ id }) => id).length, 2);
  });

  test('whom a case names by their directory id is found by it; below a manager is everybody down to the last', async () => {
    await keepCase('A-1');
    await keepCase('A-2', { status: 'closed' });
    await syncDirectory(record(), 'barnsley', [
      member('S-1', { role: 'service-manager' }),
      member('S-2', { manager: 'S-1' }),
      member('S-3', { manager: 'S-2' }),
      member('S-4'),
    ]);
    const named = (ref: string, person: string, staff: string) => ({
      ...{ caseId: `child-protection/${ref}`, person, authority: 'barnsley', staff, told: 1 },
    });
    await record()
      .db.insert(staffNamed)
      .values([named('A-1', 'amira', 'S-3'), named('A-2', 'tom', 'S-3')]);
    const found = await namedAs(record(), [{ authority: 'barnsley', id: 'S-3' }]);
    assert.deepEqual(
      found.map(({ place, person, staff }) => [place.ref, person, staff]),
      [['A-1', 'amira', 'S-3']],
    );
    assert.deepEqual(await namedAs(record(), [{ authority: 'hull', id: 'S-3' }]), []);
    assert.deepEqual(await namedAs(record(), []), []);
    const team = async (id: string) => (await below(record(), { authority: 'barnsley', id })).map((one) => one.id);
    assert.deepEqual(await team('S-1'), ['S-2', 'S-3']);
    assert.deepEqual(await team('S-3'), []);
    assert.deepEqual(await below(record(), { authority: 'hull', id: 'S-1' }), []);
  });

  test('tries are counted for each by itself, together for all who count, and kept by a hash', async () => {
    assert.deepEqual(await Promise.all([1, 2, 3].map(() => tried(record(), 'a@x.test', 3, 60))), [0, 0, 0]);
    const wait = await tried(record(), 'a@x.test', 3, 60);
    assert.ok(wait >= 1 && wait <= 60, String(wait));
    assert.equal(await tried(record(), 'b@x.test', 3, 60), 0);
    const rows = JSON.stringify(await record().db.execute('select * from sign_in_tries'));
    assert.doesNotMatch(rows, /x\.test/);
  });
});
