// Answers by mail on a running case: declined in a calendar the social worker hears of an apology, accepted after all it is taken back, and a mail that
// comes back is a dead address of the case.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { and, eq } from 'drizzle-orm';
import { replyDesk } from '../../mail/replies.ts';
import { replyAddress } from '../../mail/reply-address.ts';
import { calendarEntries } from '../../record/schema.ts';
import { apple, outlook, postfix } from '../support/calendar-replies.ts';
import { conference, discussion } from '../support/family.ts';
import { PATIENCE_MS, type RunningCase, until, useRig } from '../support/harness.ts';

const rig = useRig();
const DOMAIN = 'reply.example.test';
const settings = { sender: { name: 'Nodrift', address: 'nodrift@nodrift.example' }, replyDomain: DOMAIN };

const happened = async (c: RunningCase) =>
  (await c.history()).events.map(({ event }) => event).filter(({ type }) => !/discussion|conference/.test(type));

/** A case of today: calendars' answers, and the sweeper, live in the present. */
async function underPlan() {
  const today = new Date().toISOString().slice(0, 10);
  const start = `${Number(today.slice(0, 4)) + 1}-07-02T10:00`;
  const c = await rig.open([{ id: 'discussion', event: { ...discussion().event, on: today } as never }]);
  const held = { ...conference().event, on: today, firstCoreGroup: { start, venue: 'Family centre' } };
  await rig.nodrift.record(c.key, [{ id: 'conference', event: held as never }]);
  const invitation = await rig.inbox.waitFor(
    ({ subject, to }) => subject.startsWith(`${c.key.ref}: invitation`) && to.includes('nina@nhs.test'),
    PATIENCE_MS,
  );
  return { c, start, invitation };
}

test('declined in a calendar is an apology, and accepted after all it is taken back', async () => {
  const { c, start } = await underPlan();
  const [entry] = await rig.record.db
    .select()
    .from(calendarEntries)
    .where(and(eq(calendarEntries.caseId, c.id), eq(calendarEntries.person, 'nina')));
  const organiser = replyAddress({ domain: DOMAIN, secret: rig.record.ledgerKey }, 'reply', entry!.token);
  const invited = { uid: `${entry!.token}@nodrift.example`, sequence: 0, organiser, attendee: 'nina@nhs.test' };
  const said: string[] = [];
  const note = ({ what, why = '' }: Readonly<Record<string, unknown>>) => void said.push(`${what} ${why}`.trim());
  const desk = replyDesk({ record: rig.record, nodrift: rig.nodrift }, settings, { info: note, warn: note })!;
  const other = { start: `${start.replace(/[-:]/g, '')}00` };

  assert.equal(
    await desk.take(organiser, Buffer.from(outlook(invited, 'DECLINED', { ...other, stamp: '20261101T090000Z' }))),
    undefined,
  );
  assert.deepEqual(said, ['apologies']);
  assert.deepEqual(await happened(c), [
    { type: 'apologies-received', by: 'nina', via: 'reply', meeting: 'core-group-1', person: 'nina' },
  ]);
  await until(
    async () => (await c.told()).some((line) => line.endsWith('information attend/core-group-1 to amira')),
    'the social worker hears of it',
  );

  assert.equal(
    await desk.take(organiser, Buffer.from(apple(invited, 'ACCEPTED', { ...other, stamp: '20261101T100000Z' }))),
    undefined,
  );
  const [apology, taken, coming] = (await c.history()).events.slice(-3);
  assert.deepEqual(
    [taken?.event.type, taken?.event.by, (taken?.event as { withdraws?: string } | undefined)?.withdraws],
    ['event-withdrawn', 'nina', apology?.id],
  );
  assert.deepEqual(coming?.event, {
    type: 'acceptance-received',
    by: 'nina',
    via: 'reply',
    meeting: 'core-group-1',
    person: 'nina',
  });
});

test('a mail that comes back is a dead address of the case, once', async () => {
  const { c, invitation } = await underPlan();
  const token = invitation.messageId!.replace(/^<|@.*$/g, '');
  const to = replyAddress({ domain: DOMAIN, secret: rig.record.ledgerKey }, 'bounce', token);
  const desk = replyDesk({ record: rig.record, nodrift: rig.nodrift }, settings)!;
  const bounced = Buffer.from(postfix({ to, recipient: 'nina@nhs.test' }));
  assert.equal(await desk.take(to, bounced), undefined);
  await rig.sweeper.sweep();
  await until(async () => (await happened(c)).length > 0, 'the case is told');
  assert.equal(await desk.take(to, bounced), undefined);
  await rig.sweeper.sweep();
  assert.deepEqual(await happened(c), [{ type: 'address-refused', by: 'nodrift', person: 'nina', code: '5.1.1' }]);
});
