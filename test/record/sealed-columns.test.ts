// Nothing about anybody stands in the record in plain text: every table is searched as it is, on both databases. What is sealed can be read with
// the keys, and nothing of a case whose key was destroyed.

import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { eq, sql } from 'drizzle-orm';
import type { ImportedCase } from '../../client/sheets/import-fault.ts';
import { CaseErased } from '../../codec/case-keys.ts';
import type { CaseFile, MeetingId, Person } from '../../domain/case/model.ts';
import type { CaseIdentity } from '../../domain/notices/notice.ts';
import type { LocalDate } from '../../domain/time/calendar.ts';
import { composeRound } from '../../mail/send-round.ts';
import { loadCalendar, shippedPolicy } from '../../policies/load.ts';
import { calendarEntryOf, feedNamed, feedOf, feedTokenOf, keepCalendarEntries } from '../../record/calendars.ts';
import { casePage } from '../../record/case-pages.ts';
import { claimMany } from '../../record/claims.ts';
import { directoryOf, staffByAddress, syncDirectory } from '../../record/directory.ts';
import {
  beginReallocation,
  directoryProgress,
  keepHandedOver,
  keepTold,
  reallocation,
  reallocationAnswers,
} from '../../record/directory-work.ts';
import { RecordUnavailable } from '../../record/failures.ts';
import { gatherRound, lateRound, roundPreview } from '../../record/gather.ts';
import { beginShadow, caseLive } from '../../record/go-live.ts';
import { importFaults, openedBefore, receiveImport, rowsToOpen, settleRows } from '../../record/imports.ts';
import { history as applied, applyCalendar, applyPolicy } from '../../record/in-force.ts';
import { whereTo } from '../../record/mail-ids.ts';
import { casesNaming } from '../../record/naming-cases.ts';
import type { OpenRecord } from '../../record/open.ts';
import { plan } from '../../record/outbox.ts';
import { owedBy } from '../../record/owed-by.ts';
import { history, ledgerOf, listCases } from '../../record/read.ts';
import { restorable } from '../../record/restore.ts';
import { events, mails, notices } from '../../record/schema.ts';
import { signInUsers } from '../../record/schema-sign-in.ts';
import { SEALED } from '../../record/sealed-columns.ts';
import { shadowPage } from '../../record/shadow-pages.ts';
import { addressOf, hiddenUser } from '../../record/sign-ins.ts';
import { listener } from '../../record/webhook-deliveries.ts';
import { addSubscription, rotateSecret, subscriptions } from '../../record/webhook-subscriptions.ts';
import { keep, keepWithin } from '../../record/write.ts';
import { CASE, DOMAIN, settings } from '../support/deliveries.ts';
import { delivery, duty, entry, event, identity, notice, person } from '../support/entries.ts';
import { emptied, everyRow, onBothDatabases } from '../support/records.ts';
import { emptyDirectory, member } from '../support/staff.ts';

/** In every name, address, telephone, agency, reason and venue. */
const CANARY = 'quetzal';
const NINA: Person = {
  ...{ id: 'nina', name: `Nina ${CANARY}`, role: 'health', agency: `${CANARY} trust`, staff: 'S-1' },
  ...{ email: `nina@${CANARY}.test`, phone: `0${CANARY}` },
} as Person;

onBothDatabases('what the record holds about people', (database) => {
  const of = (ref: string): CaseIdentity => identity({ id: `child-protection/${ref}`, ref, opening: `opening-${ref}` });
  const file = (ref: string) =>
    ({ ref, kind: 'child-protection', authority: 'barnsley', people: [NINA] }) as unknown as CaseFile;
  const told = (ref: string, change = {}) => notice(person('nina', NINA), { key: `late-1|${ref}`, ...change });
  const opening = (ref: string) => ({
    case: of(ref),
    duties: [duty('minutes/core-group-3', { owner: 'nina' })],
    opened: { file: file(ref), policy: shippedPolicy('barnsley'), calendar: loadCalendar() },
    told: { until: '2027-03-04T08:00:00Z' as never, keys: [], rungs: [] },
    newEvents: [event(`opening-${ref}`, { arrival: 1, event: { type: 'x', reason: `because of ${CANARY}` } })],
  });
  const opened = (record: OpenRecord, ref: string) => keep(record, entry(opening(ref)));
  const planned = (record: OpenRecord, ref: string, change = {}) =>
    record.db.transaction((tx) => plan(tx, record, delivery([told(ref, change)], { case: of(ref) }), DOMAIN));
  const venue = (ref: string) => ({
    ...{ token: ref, caseId: of(ref).id, meeting: 'core-group-3' as MeetingId, person: 'nina', reader: 'reader' },
    ...{ start: '2027-07-02T10:00' as never, minutes: 90, venue: `The ${CANARY} centre`, sequence: 0 },
    ...{ cancelled: false, known: new Date() },
  });
  const prepares = { prepare: async (message: object) => message, send: async () => ({}), close: async () => {} };
  const compose = (record: OpenRecord, until: Date) =>
    composeRound({ record, settings, transport: prepares as never }, { until, limit: 10 });

  beforeEach(async () => {
    await emptied(database());
    await emptyDirectory(database());
    await database().db.execute(sql`truncate shadows, live_cases, shadow_notices, imports, sign_in_users cascade`);
  });

  test('stands nowhere in plain text, and is read with the keys', async () => {
    const record = database();
    const { db } = record;
    await syncDirectory(record, 'barnsley', [
      member('S-1', { name: NINA.name, address: NINA.email!, telephone: NINA.phone ?? null, agency: CANARY }),
      member('S-2', { sharedMailbox: `team@${CANARY}.test` }),
    ]);
    await opened(record, 'A');
    await keepCalendarEntries(db, record, [venue('A')]);
    await planned(record, 'A', { round: true });
    const until = new Date();
    await gatherRound(record, { until, limit: 10, domain: DOMAIN });
    assert.equal((await compose(record, until)).composed, 1);
    const asked = { authority: 'barnsley', from: 'S-1', to: 'S-2', reason: `${CANARY} is ill` };
    const { id: handing } = await beginReallocation(record, asked);
    await keepHandedOver(record, { reallocation: handing, caseId: CASE, outcome: 'refused', why: `${CANARY} is no` });
    await opened(record, 'S');
    await keepTold(record, { caseId: of('S').id, person: 'nina', staff: 'S-1', edition: 9, active: true }, CANARY);
    const row = { sheet: 'cases', row: 2, ref: 'I', opening: { file: file('I'), events: [] } };
    const faulty = { problem: `"${CANARY}" is no address` };
    const imported = await receiveImport(record, { who: 'key:x', dryRun: false }, [
      { ...row, faults: [] } as unknown as ImportedCase,
      { ...row, ref: 'J', row: 3, faults: [faulty] } as unknown as ImportedCase,
    ]);
    await settleRows(record, imported, [{ number: 2, outcome: 'faulty', faults: [faulty] as never }]);
    const endpoint = { authority: 'barnsley', url: `https://${CANARY}.test/hook`, types: [], by: 'key:x' };
    const { subscription: its, secret } = (await addSubscription(record, endpoint))!;
    const next = await rotateSecret(record, its.id);
    const { reader } = whereTo(record.ledgerKey, 'barnsley', NINA.email);
    const feed = await feedTokenOf(record, reader, 'barnsley');
    const user = await hiddenUser(record, NINA.email!);
    await db.insert(signInUsers).values({ id: 'u', ...user });
    await applyPolicy(record, { ...shippedPolicy('barnsley'), version: '9' }, CANARY);
    await applyCalendar(record, 'barnsley', { bankHolidays: [], closureDays: [] }, CANARY);
    await beginShadow(record, 'barnsley');
    await opened(record, 'D');
    await planned(record, 'D');

    const rows = await everyRow(record);
    const secrets = [secret.slice(6), next.slice(6), feed, record.ledgerKey.toString('base64')];
    for (const [table, text] of rows)
      for (const plain of [CANARY, ...secrets]) assert.ok(!text.includes(plain), `${table} holds ${plain}`);
    for (const { name } of Object.values(SEALED)) assert.match(rows.get(name) ?? '', /nd2\./, `${name} was not tried`);

    assert.equal((await applied(record, 'barnsley')).policies.at(-1)?.by, CANARY);
    assert.equal((await directoryOf(record, 'barnsley'))[0]?.name, NINA.name);
    assert.deepEqual(
      (await staffByAddress(record, ` NINA@${CANARY}.test`)).map(({ id }) => id),
      ['S-1'],
    );
    assert.deepEqual((await history(record, of('A').id))?.events[0]?.event, opening('A').newEvents[0]!.event);
    const back = await restorable(record, of('A').id);
    assert.ok('file' in back && back.file.people[0]!.email === NINA.email);
    assert.equal((await calendarEntryOf(record, 'A'))?.entry.venue, `The ${CANARY} centre`);
    assert.equal((await reallocation(record, handing))?.reason, asked.reason);
    assert.equal((await reallocationAnswers(record, handing))[0]?.why, `${CANARY} is no`);
    assert.equal(
      (await directoryProgress(record, 'barnsley')).refused.find((one) => one.case === of('S').id)?.why,
      CANARY,
    );
    assert.deepEqual((await rowsToOpen(record, imported, 5))[0]?.opening.file, file('I'));
    assert.equal((await importFaults(record, imported, 0, 5)).faults[0]?.problem, faulty.problem);
    assert.equal((await subscriptions(record, 'all'))[0]?.url, endpoint.url);
    assert.deepEqual((await listener(record, its.id))?.secrets, [next, secret]);
    assert.equal((await feedNamed(record, feed))?.reader, reader);
    assert.equal(await addressOf(record, user), NINA.email);
    const shadow = await shadowPage(record, { authority: 'barnsley', caseId: of('D').id, limit: 5 });
    assert.equal(shadow[0]?.notices[0]?.notice.to.name, NINA.name);
    await db.update(mails).set({ state: 'DEFERRED', nextTryAt: new Date(0) });
    const [ready] = await claimMany(record, 5);
    assert.match(ready?.composed ?? '', new RegExp(CANARY));
    assert.equal(ready?.notices[0]?.payload, null, 'what was made ready need not be opened again');
    await db.update(mails).set({ state: 'DEFERRED', nextTryAt: new Date(0), composedOf: 'something else' });
    const [claimed] = await claimMany(record, 5);
    assert.equal(claimed?.composed, null);
    assert.equal(claimed?.notices[0]?.payload?.notice.to.email, NINA.email);
  });

  test('of a case that was erased reads as nothing, in every list, and comes back by nothing', async () => {
    const record = database();
    await syncDirectory(record, 'barnsley', [member('S-1')]);
    for (const ref of ['A', 'B', 'E']) await opened(record, ref);
    await keepCalendarEntries(record.db, record, [venue('A'), venue('E')]);
    for (const ref of ['A', 'E']) await planned(record, ref, { round: true });
    await planned(record, 'E', { key: 'alone' });
    const until = new Date();
    await gatherRound(record, { until, limit: 10, domain: DOMAIN });
    await compose(record, until);
    await record.keys!.erase(of('E').id, { by: 'staff:S-9', at: '2030-01-01T00:00:00Z' });

    const page = { authorities: ['barnsley'], today: '2027-03-04' as LocalDate, limit: 9 };
    assert.deepEqual(
      (await listCases(record)).map(({ ref }) => ref),
      ['A', 'B', 'E'],
    );
    assert.deepEqual((await casePage(record, page)).cases.map(({ ref, late }) => [ref, late.length])[2], ['E', 1]);
    const past = await history(record, of('E').id);
    assert.deepEqual([past?.events[0]?.event, past?.duties[0]?.due], [{ erased: true }, '2027-03-01']);
    assert.match(JSON.stringify(await restorable(record, of('E').id)), /"is":"erased"/);
    assert.equal((await ledgerOf(record, of('E').id)).length, 2);
    assert.deepEqual(
      (await casesNaming(record, [NINA.email!])).map(({ ref }) => ref),
      ['A', 'B', 'E'],
    );
    const owed = await owedBy(record, { authority: 'barnsley', person: 'nina', caseId: of('A').id, today: page.today });
    assert.deepEqual([...new Set(owed.map(({ ref }) => ref))].sort(), ['A', 'B']);
    assert.deepEqual(
      (await feedOf(record, 'reader', '2027-01-01T00:00' as never)).map((one) => one.venue),
      [`The ${CANARY} centre`, null],
    );
    assert.equal((await openedBefore(record, 'E'))?.file, null);
    assert.equal((await roundPreview(record, { until })).length, 1);

    await record.db.update(mails).set({ state: 'DEFERRED', nextTryAt: new Date(0) });
    const claimed = await claimMany(record, 5);
    assert.deepEqual(
      claimed.map(({ notices: all, composed }) => [all.map(({ caseId }) => caseId), composed]),
      [[[of('A').id], null]],
    );
    assert.equal(await lateRound(record, { domain: DOMAIN }), 0);
    const left = await record.db
      .select()
      .from(notices)
      .where(eq(notices.caseId, of('E').id));
    assert.ok(left.some(({ withdrawnAt, payload }) => withdrawnAt !== null && payload === null));
    await assert.rejects(
      record.db.transaction((tx) => keepWithin(tx, record, entry(opening('E')))),
      CaseErased,
    );
    await assert.rejects(keep(record, entry(opening('E'))), CaseErased);
  });

  test('of a case in the shadow that was erased is neither shown nor sent', async () => {
    const record = database();
    await beginShadow(record, 'barnsley');
    await opened(record, 'F');
    await planned(record, 'F');
    await record.keys!.erase(of('F').id, { by: 'staff:S-9', at: '2030-01-01T00:00:00Z' });
    const [shown] = await shadowPage(record, { authority: 'barnsley', limit: 5 });
    assert.deepEqual(shown?.notices, []);
    assert.equal(await caseLive(record, of('F').id), 0);
  });

  test('was sealed for its row: moved to another it is refused, and so is what another store of keys sealed', async () => {
    const record = database();
    await opened(record, 'A');
    await keep(record, entry({ ...opening('A'), events: 2, newEvents: [event('e2', { arrival: 2 })] }));
    const [first] = await record.db.select().from(events).where(eq(events.id, 'opening-A'));
    await record.db.update(events).set({ event: first!.event }).where(eq(events.id, 'e2'));
    const refused = (error: unknown) =>
      error instanceof RecordUnavailable && error.code === 'keys' && !error.message.includes(CANARY);
    await assert.rejects(history(record, of('A').id), refused);
    const keysGone = { ...record, keys: { ...record.keys!, keysOf: async () => new Map(), erasures: async () => [] } };
    await assert.rejects(history(keysGone, of('A').id), refused);
    await assert.rejects(history({ ...record, keys: undefined }, of('A').id), refused);
  });

  test('without the key of one case its mails wait, and those of all others go', async () => {
    const record = database();
    for (const ref of ['A', 'B']) {
      await opened(record, ref);
      await planned(record, ref);
    }
    await record.db.update(mails).set({ state: 'DEFERRED', nextTryAt: new Date(0) });
    const lost = async (owners: readonly string[]) => {
      const keys = new Map(await record.keys!.keysOf(owners));
      keys.delete(of('A').id);
      return keys;
    };
    const without = { ...record, keys: { ...record.keys!, keysOf: lost } };
    const claimed = await claimMany(without, 5);
    const said = claimed.flatMap(({ notices: all }) => all.map(({ caseId, payload }) => [caseId, payload !== null]));
    assert.deepEqual(said.sort(), [
      [of('A').id, false],
      [of('B').id, true],
    ]);
  });
});
