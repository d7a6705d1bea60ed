// What release 0.1 kept in a folder is not read; npm start says how it gets into the record, until it is there.

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { oldPolicies } from '../../embedded/old-policies.ts';
import { loadPolicy, readCalendarFile } from '../../policies/load.ts';
import { applyCalendar, applyPolicy } from '../../record/in-force.ts';
import { memoryRecord } from '../support/memory-record.ts';

test('each file is named with its command until its authority has one in the record', async (t) => {
  const data = await mkdtemp(join(tmpdir(), 'nodrift-old-'));
  const record = await memoryRecord();
  t.after(async () => {
    await record.close();
    await rm(data, { recursive: true });
  });
  assert.deepEqual(await oldPolicies(data, record), []);
  const file = (name: string) => join(data, 'policies', name);
  await mkdir(join(data, 'policies'));
  await writeFile(file('leeds.json'), JSON.stringify({ ...loadPolicy('hull'), authority: 'leeds', hash: undefined }));
  const applied = { number: 1, hash: 'f' };
  await writeFile(file('hull.calendar.json'), JSON.stringify({ bankHolidays: ['2027-06-18'], applied }));
  await writeFile(file('notes.txt'), '');
  assert.deepEqual(await oldPolicies(data, record), [
    `hull: what release 0.1 had in force is read no more; put it into the record: npx nodrift calendar apply ${file('hull.calendar.json')} --authority hull`,
    `leeds: what release 0.1 had in force is read no more; put it into the record: npx nodrift policy apply ${file('leeds.json')}`,
  ]);
  await applyPolicy(record, loadPolicy(file('leeds.json')), 'tom');
  await applyCalendar(record, 'hull', readCalendarFile(file('hull.calendar.json')), 'tom');
  assert.deepEqual(await oldPolicies(data, record), []);
});
