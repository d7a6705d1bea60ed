// What is in people's calendars, and mails that came back, on both databases.

import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import type { MeetingId } from '../../domain/case/model.ts';
import type { LocalDateTime } from '../../domain/time/calendar.ts';
import { bounce } from '../../record/bounces.ts';
import {
  calendarEntryOf,
  feedNamed,
  feedOf,
  feedTokenOf,
  keepCalendarEntries,
  type NewEntry,
  noteCalendarAnswer,
  revokeFeed,
} from '../../record/calendars.ts';
import { keep } from '../../record/write.ts';
import { CASE, setUp } from '../support/deliveries.ts';
import { delivery, entry, identity, notice } from '../support/entries.ts';
import { emptied, onBothDatabases } from '../support/records.ts';

const kept = (change: Partial<NewEntry> = {}): NewEntry => ({
  ...{ token: 'a', caseId: CASE, meeting: 'core-group-3' as MeetingId, person: 'hv', reader: 'reader' },
  ...{ start: '2027-07-02T10:00' as LocalDateTime, minutes: 90, venue: null, sequence: 2, cancelled: false },
  ...{ known: new Date('2027-03-04T08:00:00Z'), ...change },
});

onBothDatabases('calendars', (database) => {
  beforeEach(async () => {
    await emptied(database());
    await keep(database(), entry());
  });

  test('the newest edition stands, in whatever order they come; an answer stays with it', async () => {
    const record = database();
    await keepCalendarEntries(record.db, record, [kept()]);
    await noteCalendarAnswer(record, 'a', new Date('2027-03-05T10:00:00Z'));
    await noteCalendarAnswer(record, 'a', new Date('2027-03-05T09:00:00Z'));
    await keepCalendarEntries(record.db, record, [kept({ sequence: 0, start: '2027-06-01T10:00' as LocalDateTime })]);
    const found = await calendarEntryOf(record, 'a');
    assert.deepEqual(
      [found?.entry.start, found?.entry.sequence, found?.authority],
      ['2027-07-02T10:00', 2, 'barnsley'],
    );
    assert.equal(found?.entry.answered?.toISOString(), '2027-03-05T10:00:00.000Z');
    await keepCalendarEntries(record.db, record, [kept({ sequence: 3, cancelled: true })]);
    assert.equal((await calendarEntryOf(record, 'a'))?.entry.cancelled, true);
    assert.equal(await calendarEntryOf(record, 'b'), undefined);
  });

  test('a feed has what stands of one person from a day on, in order, and nothing of a rehearsal', async () => {
    const record = database();
    const played = identity({ id: 'child-protection/R-1', ref: 'R-1', rehearsal: true });
    await keep(record, entry({ case: played }));
    await keepCalendarEntries(record.db, record, [
      kept({ token: 'late', start: '2027-08-02T10:00' as LocalDateTime }),
      kept({ token: 'soon' }),
      kept({ token: 'gone', cancelled: true }),
      kept({ token: 'past', start: '2027-01-02T10:00' as LocalDateTime }),
      kept({ token: 'other', reader: 'somebody else' }),
      kept({ token: 'played', caseId: played.id }),
    ]);
    const feed = await feedOf(record, 'reader', '2027-03-01T00:00' as LocalDateTime);
    assert.deepEqual(
      feed.map(({ token, ref }) => [token, ref]),
      [
        ['soon', 'BC-2041'],
        ['late', 'BC-2041'],
      ],
    );
  });

  test('a feed keeps its token until it is given another', async () => {
    const record = database();
    const [first, second] = await Promise.all([
      feedTokenOf(record, 'r', 'barnsley'),
      feedTokenOf(record, 'r', 'barnsley'),
    ]);
    assert.equal(first, second);
    assert.notEqual(await feedTokenOf(record, 'other', 'barnsley'), first);
    await revokeFeed(record, 'r');
    assert.equal(await feedNamed(record, first), undefined);
    assert.equal((await feedNamed(record, await feedTokenOf(record, 'r', 'barnsley')))?.reader, 'r');
  });

  test('a mail is found by the token of its Message-ID, and its case is told once', async () => {
    const { record, deliver, relay, refused, sweep } = await setUp(database());
    await deliver(delivery([notice('hv'), notice('other')]));
    const token = relay.seen[0]!.messageId.replace(/^<|@.*$/g, '');
    const of = { token, recipient: relay.seen[0]!.to.address!, code: '5.1.1' };
    assert.deepEqual(await bounce(record, { ...of, token: 'a'.repeat(25) }), undefined);
    assert.deepEqual(await bounce(record, { ...of, recipient: 'x@y.test' }), {
      caseId: CASE,
      what: 'another-recipient',
    });
    assert.deepEqual(await bounce(record, of), { caseId: CASE, what: 'marked' });
    assert.deepEqual(await bounce(record, of), { caseId: CASE, what: 'known' });
    await sweep();
    await sweep();
    assert.deepEqual(
      refused.map(({ caseId, recipient, code }) => [caseId, recipient, code]),
      [[CASE, relay.seen[0]!.to.name.replace('Person ', ''), '5.1.1']],
    );
    assert.equal(relay.seen.length, 2, 'nothing is sent again');
  });
});
