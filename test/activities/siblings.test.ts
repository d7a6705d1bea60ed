// L27: what is said of one meeting of several children of a family is one mail; what differs is said of each.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Notice } from '../../domain/notices/notice.ts';
import { ledgerOf } from '../../record/read.ts';
import type { SendResult } from '../../record/send-result.ts';
import { ACCEPTED, GREYLISTED, hoursLater, setUp } from '../support/deliveries.ts';
import { BOOKING, delivery, identity, notice, person } from '../support/entries.ts';
import { onBothDatabases } from '../support/records.ts';

const CHILDREN = ['BC-1', 'BC-2', 'BC-3'] as const;
const child = (ref: string, family: string | null = 'F-7') =>
  identity({ id: `child-protection/${ref}`, ref, family, opening: `opening-${ref}` });

/** Somebody's invitation, as a case makes it: ids and moments are its own. */
const invitation = (ref: string, change: Partial<Notice> = {}): Notice =>
  notice(person(`of-${ref}`, { name: 'Owen Bell', email: 'owen@school.example' }), {
    ...{ kind: 'invitation', duty: 'attend/core-group-3', rung: 'invited', due: null },
    ...{ key: `attend/core-group-3|invited|0|of-${ref}|0`, booking: { ...BOOKING, edition: `booked-${ref}` } },
    ...change,
  });

onBothDatabases('one meeting of siblings', (database) => {
  /** Opens the cases of a family, and hands over a notice of each. */
  async function family(
    notices: Readonly<Record<string, Notice>>,
    answer: () => SendResult = () => ACCEPTED,
    of: (ref: string) => ReturnType<typeof child> = child,
  ) {
    const set = await setUp(database(), answer);
    for (const ref of Object.keys(notices)) await set.deliver(delivery([], { case: of(ref) }));
    for (const [ref, one] of Object.entries(notices))
      await set.deliver(delivery([one], { case: of(ref), revision: 2 }));
    const states = async () =>
      (await Promise.all(Object.keys(notices).map((ref) => ledgerOf(set.record, of(ref).id))))
        .flat()
        .map(({ state }) => state);
    const later = async () => {
      await hoursLater(set.record);
      await set.sweep();
    };
    const refs = () => set.relay.seen.map(({ subject }) => subject.split(':')[0]).sort();
    return { ...set, states, later, refs };
  }

  const all = (change: (ref: string) => Partial<Notice> = () => ({})) =>
    Object.fromEntries(CHILDREN.map((ref) => [ref, invitation(ref, change(ref))]));

  test('the invitation goes once, and names each child’s case, L27', async () => {
    const { relay, later, states } = await family(all());
    assert.equal(relay.seen.length, 0, 'it waits a moment for those of the siblings');
    await later();
    assert.equal(relay.seen.length, 1);
    assert.match(relay.seen[0]!.subject, /^BC-1, BC-2 and BC-3: invitation to core group 3/);
    assert.deepEqual(await states(), ['ACCEPTED', 'ACCEPTED', 'ACCEPTED']);
  });

  test('deferred, it goes again as one', async () => {
    let tries = 0;
    const { relay, later, states } = await family(all(), () => (++tries === 1 ? GREYLISTED : ACCEPTED));
    await later();
    assert.deepEqual(await states(), ['DEFERRED', 'DEFERRED', 'DEFERRED']);
    await later();
    assert.equal(relay.seen.length, 2);
    assert.equal(relay.seen[0]!.messageId, relay.seen[1]!.messageId);
    assert.deepEqual(await states(), ['ACCEPTED', 'ACCEPTED', 'ACCEPTED']);
  });

  test('a meeting that moved for one child alone is told apart', async () => {
    const other = { ...BOOKING, start: '2027-07-09T10:00' as typeof BOOKING.start };
    const { later, refs } = await family(all((ref) => (ref === 'BC-3' ? { booking: other } : {})));
    await later();
    assert.deepEqual(refs(), ['BC-1 and BC-2', 'BC-3']);
  });

  test('a child without siblings waits for nobody', async () => {
    const { refs } = await family(
      { 'BC-1': invitation('BC-1'), 'BC-2': invitation('BC-2') },
      () => ACCEPTED,
      (ref) => child(ref, ref === 'BC-1' ? 'F-7' : null),
    );
    assert.deepEqual(refs(), ['BC-1', 'BC-2']);
  });
});
