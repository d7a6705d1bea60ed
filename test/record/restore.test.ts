// What a case is brought back from: what it was opened with, its events as they arrived, and how far it has told people.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'drizzle-orm';
import type { Opened } from '../../domain/notices/notice.ts';
import type { Told } from '../../domain/notices/told.ts';
import type { Instant } from '../../domain/time/calendar.ts';
import { loadCalendar, shippedPolicy } from '../../policies/load.ts';
import type { OpenRecord } from '../../record/open.ts';
import { history } from '../../record/read.ts';
import { type Restorable, restorable } from '../../record/restore.ts';
import { contents } from '../../record/schema.ts';
import { keep } from '../../record/write.ts';
import { entry, event, identity, NOW } from '../support/entries.ts';
import { family } from '../support/family.ts';
import { emptied, onBothDatabases } from '../support/records.ts';

const CASE = 'child-protection/BC-2041';
const OPENED: Opened = { file: family('BC-2041'), policy: shippedPolicy('barnsley'), calendar: loadCalendar() };
const told = (until: string): Told => ({
  until: until as Instant,
  keys: ['minutes/core-group-3|2-after|0|hv|e1'],
  rungs: [['minutes/core-group-3', 'e1', '2-after', 0]],
});
const first = (change = {}) =>
  entry({
    opened: OPENED,
    told: told('2027-03-04T08:00:00Z'),
    newEvents: [event('opening-1', { arrival: 1 })],
    ...change,
  });
const whyNot = async (record: OpenRecord, id = CASE) => {
  const answer = await restorable(record, id);
  return 'why' in answer ? answer.why : 'it can be';
};

onBothDatabases('restoring', (database) => {
  test('gives what the case was opened with, its events in order of arrival, and the newest watermark', async () => {
    const record = await emptied(database());
    const known = '2027-03-05T09:00:00Z' as Instant;
    await keep(record, first());
    const earlier = event('e3', { arrival: 3, recordedAt: '2027-01-01T09:00:00Z' as Instant, known });
    await keep(
      record,
      entry({
        events: 3,
        revision: 2,
        told: told('2027-03-06T08:00:00Z'),
        newEvents: [earlier, event('e2', { arrival: 2 })],
      }),
    );
    const given = (await restorable(record, CASE)) as Restorable;
    assert.deepEqual(
      given.events.map(({ id, arrival, known }) => [id, arrival, known]),
      [
        ['opening-1', 1, undefined],
        ['e2', 2, undefined],
        ['e3', 3, known],
      ],
    );
    assert.deepEqual(given.events[0], {
      id: 'opening-1',
      recordedAt: NOW,
      arrival: 1,
      event: event('opening-1').event,
    });
    const { events: _, ...rest } = given;
    assert.deepEqual(rest, {
      file: OPENED.file,
      policy: OPENED.policy,
      calendar: OPENED.calendar,
      told: told('2027-03-06T08:00:00Z'),
      revision: 2,
      opening: 'opening-1',
      rehearsal: false,
    });
    assert.equal(JSON.stringify(given.policy), JSON.stringify(OPENED.policy));
  });

  test('what a case was opened with is kept once for all cases that share it, and never changed', async () => {
    const record = await emptied(database());
    const named = (ref: string) => first({ case: identity({ id: `child-protection/${ref}`, ref }) });
    await Promise.all(['A-1', 'A-2', 'A-3'].map((ref) => keep(record, named(ref))));
    const rows = () => record.db.$count(contents);
    assert.equal(await rows(), 2, 'one policy, one calendar');
    await keep(record, { ...named('A-1'), revision: 5, opened: { ...OPENED, policy: shippedPolicy('hull') } });
    assert.deepEqual(((await restorable(record, 'child-protection/A-1')) as Restorable).policy, OPENED.policy);
  });

  test('an older entry that comes late leaves the newer watermark', async () => {
    const record = await emptied(database());
    await keep(record, first({ revision: 4, told: told('2027-03-09T08:00:00Z') }));
    await keep(record, first({ revision: 3, told: told('2027-03-01T08:00:00Z') }));
    assert.equal(((await restorable(record, CASE)) as Restorable).told.until, '2027-03-09T08:00:00Z');
  });

  test('entries of release 0.1 are kept as ever, and such a case says why it cannot be restored', async () => {
    const record = await emptied(database());
    await keep(record, entry());
    assert.equal((await history(record, CASE))?.events[0]?.arrival, undefined);
    assert.match(await whyNot(record), /^child-protection\/BC-2041 cannot be restored: it ran on release 0\.1[^\n]+$/);
  });

  test('says in one line why a case cannot be brought back', async () => {
    const record = await emptied(database());
    assert.equal(await whyNot(record), `${CASE}: the record knows no such case`);
    await keep(record, first({ events: 3 }));
    assert.equal(await whyNot(record), `${CASE} cannot be restored: the record holds 1 of its 3 events`);
    await keep(record, first({ events: 3, revision: 2, newEvents: [event('e2'), event('e3')] }));
    assert.equal(await whyNot(record), 'it can be');
    await record.db.execute(sql`update contents set content = '{}' where hash in (select opened_policy from cases)`);
    assert.match(
      await whyNot(record),
      /^\S+ cannot be restored: the policy it was opened with: authority: is missing;/,
    );
    await keep(record, first({ events: 3, revision: 3, status: 'closed', nextStep: null, duties: [] }));
    assert.equal(await whyNot(record), `${CASE} is closed: nothing is owed in it any more`);
  });
});
