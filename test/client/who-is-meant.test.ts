// Whom a typed name means: an id, an address, a full name; never a guess.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BadInput } from '../../client/errors.ts';
import { whoIsMeant, withIds } from '../../client/who-is-meant.ts';
import type { KnownPerson } from '../../workflows/api.ts';

const person = (id: string, name: string, email?: string): KnownPerson => ({
  ...{ id, name, email, role: 'health', member: true, socialWorker: false },
});
const PEOPLE = [
  person('amira', 'Amira Khan', 'Amira.Khan@council.test'),
  person('nina', 'Nina Shah', 'shared@nhs.test'),
  person('nina-2', 'Nina Shah', 'shared@nhs.test'),
  person('zoë', 'Zoë O’Neill'),
  person('sam', 'amira'),
];

const ROWS: readonly (readonly [typed: string, meant: readonly string[]])[] = [
  ['amira', ['amira']],
  ['AMIRA.KHAN@council.TEST', ['amira']],
  [' amira  khan ', ['amira']],
  ['Amira', ['amira', 'sam']],
  ['nina', ['nina']],
  ['Nina Shah', ['nina', 'nina-2']],
  ['shared@nhs.test', ['nina', 'nina-2']],
  ['Zoe\u0308 O’Neill', ['zoë']],
  ['Nina', ['nina']],
  ['Khan', []],
  ['', []],
];
for (const [typed, meant] of ROWS)
  test(`"${typed}" means ${meant.join(' or ') || 'nobody'}`, () => assert.deepEqual(whoIsMeant(typed, PEOPLE), meant));

test('everybody an event names is called by their id, wherever they stand, and the rest stays as it was', () => {
  const held = {
    type: 'meeting-held',
    by: 'Amira Khan',
    meeting: 'core-group-1',
    present: ['amira.khan@council.test'],
  };
  const known = { ...held, by: 'amira', present: ['amira'] };
  assert.deepEqual(withIds([held], PEOPLE), [known]);
  const correction = { type: 'event-corrected', by: 'Amira Khan', corrects: 'e1', event: held };
  assert.deepEqual(withIds([correction], PEOPLE), [{ ...correction, by: 'amira', event: known }]);
  assert.deepEqual(withIds([{ type: 'no-such' }, null], PEOPLE), [{ type: 'no-such' }, null]);
});

test('whoever is nobody, and whoever may be two, is said at once, with who there is', () => {
  assert.throws(
    () =>
      withIds(
        [
          { type: 'person-left', by: 'tom', person: 'Nina Shah' },
          { type: 'person-left', by: 'amira', person: 'x' },
        ],
        PEOPLE,
      ),
    (error) =>
      error instanceof BadInput &&
      error.message ===
        'person-left: by: "tom" is nobody of this case; person-left: person: "Nina Shah" may be nina or nina-2: give the id; person-left: person: "x" is nobody of this case; people of this case are amira (Amira Khan), nina (Nina Shah), nina-2 (Nina Shah), zoë (Zoë O’Neill), sam (amira)',
  );
});
