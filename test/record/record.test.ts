// What cases hand over is kept whole, once, and the newest state wins in whatever order it comes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RecordEntry } from '../../domain/notices/notice.ts';
import type { Instant, LocalDate } from '../../domain/time/calendar.ts';
import { RecordUnavailable, ReferenceTaken } from '../../record/failures.ts';
import { history, ledgerOf, listCases, overdueCases } from '../../record/read.ts';
import { watchedCases } from '../../record/watch.ts';
import { keep } from '../../record/write.ts';
import { duty, entry, event, identity, NOW } from '../support/entries.ts';
import { emptied, onBothDatabases } from '../support/records.ts';
import fc from '../support/seeded.ts';

onBothDatabases('the record', (database) => {
  const CASE = 'child-protection/BC-2041';

  test('keeps a case, its events and its duties, and gives them back as they came', async () => {
    const record = await emptied(database());
    const kept = entry({ newEvents: [event('opening-1', { event: { nested: { list: [1, 'é', null] } } })] });
    await keep(record, kept);
    const told = await history(record, CASE);
    assert.deepEqual(told?.events, kept.newEvents);
    assert.deepEqual(told?.duties, [{ ...kept.duties[0]!, standing: 'open' }]);
    assert.deepEqual(told?.case.nextStep, kept.nextStep);
    assert.equal(await history(record, 'child-protection/none'), null);
  });

  test('twice is once', async () => {
    const record = await emptied(database());
    await keep(record, entry());
    const once = await history(record, CASE);
    await keep(record, entry());
    assert.deepEqual(await history(record, CASE), once);
  });

  test('what a task handed over that was then lost is as the case took it anew; an older entry changes nothing of it', async () => {
    const record = await emptied(database());
    const taken = (known: string, change: object) =>
      entry({ revision: 2, newEvents: [event('e2', { known: known as Instant, ...change })] });
    await keep(record, entry());
    await keep(record, taken('2027-03-04T08:00:01Z', { arrival: 2, event: { said: 'first' } }));
    const anew = taken('2027-03-04T08:00:02Z', { arrival: 3, event: { said: 'then' } });
    await keep(record, anew);
    const told = async () => (await history(record, CASE))?.events.find(({ id }) => id === 'e2');
    assert.deepEqual(await told(), anew.newEvents[0]);
    await keep(record, entry({ revision: 3, events: 2, newEvents: [] }));
    await keep(record, taken('2027-03-04T08:00:01Z', { arrival: 2, event: { said: 'first' } }));
    assert.deepEqual(await told(), anew.newEvents[0]);
  });

  test('a duty that comes twice in one entry is kept once', async () => {
    const record = await emptied(database());
    await keep(record, entry({ duties: [duty('action/a', { owner: 'x' }), duty('action/a', { owner: 'y' })] }));
    assert.deepEqual(
      (await history(record, CASE))?.duties.map(({ owner }) => owner),
      ['y'],
    );
  });

  test('two workers at once keep an entry once', async () => {
    const record = await emptied(database());
    await Promise.all(Array.from({ length: 8 }, () => keep(record, entry())));
    assert.equal((await history(record, CASE))?.events.length, 1);
  });

  test('an older entry adds its events and changes nothing else', async () => {
    const record = await emptied(database());
    await keep(
      record,
      entry({ events: 2, revision: 2, status: 'ended', nextStep: null, duties: [], newEvents: [event('e2')] }),
    );
    await keep(record, entry({ events: 1, revision: 1, newEvents: [event('opening-1')] }));
    const told = await history(record, CASE);
    assert.equal(told?.case.status, 'ended');
    assert.equal(told?.case.nextStep, null);
    assert.deepEqual(
      told?.events.map((e) => e.id),
      ['e2', 'opening-1'],
    );
    assert.equal(told?.duties[0]?.standing, 'withdrawn', 'the newer entry no longer spoke of it');
  });

  test('a reference belongs to one case for ever', async () => {
    const record = await emptied(database());
    await keep(record, entry());
    const otherOpening = entry({ case: identity({ opening: 'opening-2' }), revision: 9 });
    const otherKind = entry({ case: identity({ id: 'child-in-need/BC-2041', kind: 'child-in-need' }) });
    for (const other of [otherOpening, otherKind])
      await assert.rejects(
        keep(record, other),
        (error) =>
          error instanceof ReferenceTaken &&
          error.message ===
            'the reference BC-2041 already belongs to the case child-protection/BC-2041, opened earlier: a new plan needs a new reference',
      );
    assert.equal((await listCases(record)).length, 1);
    assert.equal((await history(record, CASE))?.case.revision, 1);
  });

  test('of two that claim a reference at once one gets it, whether the kind or the opening event differs', async () => {
    const record = await emptied(database());
    for (let i = 0; i < 10; i++) {
      const ref = `R-${i}`;
      const claims = [
        identity({ id: `child-protection/${ref}`, ref }),
        identity({ id: `child-protection/${ref}`, ref, opening: 'opening-2' }),
        identity({ id: `child-in-need/${ref}`, ref, kind: 'child-in-need' }),
        identity({ id: `looked-after/${ref}`, ref, kind: 'looked-after' }),
      ];
      const answers = await Promise.allSettled(
        claims.map((claim) => keep(record, entry({ case: claim, newEvents: [event(claim.opening)] }))),
      );
      const refused = answers.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
      assert.equal(refused.length, 3);
      for (const why of refused) assert.ok(why instanceof ReferenceTaken, String(why));
      const [kept] = (await listCases(record)).filter((one) => one.ref === ref);
      assert.equal((await history(record, kept!.id))?.events.length, 1, 'nothing of the others is kept');
    }
    assert.equal((await listCases(record)).length, 10);
  });

  test('an entry that cannot be kept whole is not kept at all', async () => {
    const record = await emptied(database());
    const broken = entry({ duties: [duty('minutes/core-group-3', { due: 'never' as LocalDate })] });
    await assert.rejects(keep(record, broken), RecordUnavailable);
    assert.deepEqual(await listCases(record), []);
  });

  test('what the database objects to never quotes what was being written', async () => {
    const record = await emptied(database());
    const broken = entry({ newEvents: [event('canary-5917', { on: 'canary-5917' as LocalDate })] });
    await assert.rejects(
      keep(record, broken),
      (error: Error) => !/canary/.test(`${error.message}${error.cause ?? ''}`),
    );
  });

  test('text that no database holds is kept without it, instead of failing for ever', async () => {
    const record = await emptied(database());
    const text = 'a\u0000b\ud800c\udc00 😀 \\u0000';
    await keep(
      record,
      entry({ newEvents: [event('opening-1', { by: text, event: { [text]: [text] } })], policy: text }),
    );
    const told = await history(record, CASE);
    const held = 'a\ufffdb\ufffdc\ufffd 😀 \\u0000';
    assert.equal(told?.case.policy, held);
    assert.equal(told?.events[0]?.by, held);
    assert.deepEqual(Object.values(told?.events[0]?.event ?? {}), [[held]]);
  });

  test('lists by authority and status, and rehearsals only when asked', async () => {
    const record = await emptied(database());
    const named = (ref: string, change: object, more: Partial<RecordEntry> = {}) =>
      keep(record, entry({ case: identity({ id: `child-protection/${ref}`, ref, ...change }), ...more }));
    await named('A-1', {});
    await named('A-2', { authority: 'hull' });
    await named('A-3', {}, { status: 'closed' });
    await named('A-4', { rehearsal: true });
    const refs = async (filter?: object) => (await listCases(record, filter)).map((c) => c.ref);
    assert.deepEqual(await refs(), ['A-1', 'A-2', 'A-3']);
    assert.deepEqual(await refs({ authority: 'hull' }), ['A-2']);
    assert.deepEqual(await refs({ status: 'closed' }), ['A-3']);
    assert.deepEqual(await refs({ rehearsal: true }), ['A-4']);
    assert.deepEqual(
      (await watchedCases(record)).map(({ id }) => id),
      ['child-protection/A-1', 'child-protection/A-2'],
      'the watchdog sees neither what is closed nor a rehearsal',
    );
  });

  test('the watchdog sees a case whose next step is more than an hour past, and no rehearsal', async () => {
    const record = await emptied(database());
    const at = (ref: string, time: string | null, rehearsal = false) =>
      keep(record, {
        ...entry({ case: identity({ id: `child-protection/${ref}`, ref, rehearsal }) }),
        nextStep: time ? { at: time as Instant, summary: 'step' } : null,
      });
    await at('B-1', '2027-03-04T06:59:59Z');
    await at('B-2', '2027-03-04T07:00:00Z');
    await at('B-3', null);
    await at('B-4', '2026-01-01T00:00:00Z', true);
    assert.deepEqual(
      (await overdueCases(record, NOW, 3_600_000)).map((c) => c.ref),
      ['B-1'],
    );
  });

  const correction = (id: string, arrival: number, of: string) =>
    event(id, { arrival, type: 'event-corrected', event: { type: 'event-corrected', corrects: of, event: {} } });
  const withdrawal = (id: string, arrival: number, of: string) =>
    event(id, { arrival, type: 'event-withdrawn', event: { type: 'event-withdrawn', withdraws: of } });

  test('both versions of what was put right stay, and which stands is said beside them, in any order of entries, L1', async () => {
    const parts = [
      [event('opening-1', { arrival: 1 }), event('e2', { arrival: 2 }), event('e3', { arrival: 3 })],
      [correction('c4', 4, 'e2')],
      [correction('c5', 5, 'c4'), withdrawal('w6', 6, 'e3')],
      [correction('c7', 7, 'e2'), withdrawal('w8', 8, 'c7')],
    ];
    const kept = parts.map((newEvents, i) =>
      entry({ revision: i + 1, newEvents, events: parts.slice(0, i + 1).flat().length }),
    );
    for (const order of [kept, [...kept].reverse(), [kept[2]!, kept[0]!, kept[3]!, kept[1]!, kept[0]!]]) {
      const record = await emptied(database());
      for (const one of order) await keep(record, one);
      const told = await history(record, CASE);
      assert.deepEqual(
        Object.fromEntries(
          told?.events.map(({ id, became }) => [id, became && `${became.standing} ${became.by}`]) ?? [],
        ),
        {
          ...{ 'opening-1': undefined, e2: 'replaced c5', e3: 'withdrawn w6', c4: 'replaced c5', c5: undefined },
          ...{ w6: undefined, c7: 'withdrawn w8', w8: undefined },
        },
      );
      assert.deepEqual(told?.events.find(({ id }) => id === 'e2')?.event, event('e2').event, 'as it was recorded');
    }
  });

  test('what was done and is withdrawn with its event counts no more, and counts again when it is done again, L1', async () => {
    const record = await emptied(database());
    const done = duty('minutes/core-group-3', { done: '2027-03-02' as LocalDate });
    const standing = async () => (await history(record, CASE))?.duties[0]?.standing;
    await keep(record, entry({ duties: [done] }));
    assert.equal(await standing(), 'done');
    await keep(record, entry({ events: 2, revision: 2, duties: [{ ...done, withdrawn: true }] }));
    await keep(record, entry({ duties: [done] }));
    assert.equal(await standing(), 'withdrawn');
    await keep(record, entry({ events: 3, revision: 3, duties: [done] }));
    assert.equal(await standing(), 'done');
  });

  test('what no indicator counts is kept as such, L9', async () => {
    const record = await emptied(database());
    const owed = [{ ...duty('hold/core-group-4'), uncounted: true as const }, duty('hold/core-group-5')];
    await keep(record, entry({ duties: owed }));
    assert.deepEqual(
      (await history(record, CASE))?.duties.map(({ key, uncounted }) => [key, uncounted]),
      [
        ['hold/core-group-4', true],
        ['hold/core-group-5', undefined],
      ],
    );
  });

  test('nothing was sent for a case nobody knows', async () => {
    assert.deepEqual(await ledgerOf(database(), 'child-protection/none'), []);
  });

  test('any order of entries, with any of them twice, gives the newest state', async () => {
    const keys = ['a', 'b', 'c'].map((name) => `action/${name}`);
    const state = fc.constantFrom('absent', 'open', 'done', 'lapsed');
    const story = fc.array(fc.tuple(state, state, state, fc.boolean()), { minLength: 1, maxLength: 6 });
    const entries = (steps: readonly (readonly [string, string, string, boolean])[]) => {
      let events = 1;
      return steps.map(([a, b, c, happened], i) => {
        if (happened) events++;
        return entry({
          ...{ events, revision: i + 1, status: i % 2 ? 'ended' : 'open', policy: `policy ${i}` },
          newEvents: happened ? [event(`e${events}`)] : [],
          duties: [a, b, c].flatMap((now, k) =>
            now === 'absent'
              ? []
              : [
                  duty(keys[k]!, {
                    owner: `p${i}`,
                    done: now === 'done' ? ('2027-03-02' as LocalDate) : null,
                    lapsed: now === 'lapsed',
                  }),
                ],
          ),
        });
      });
    };
    const outcome = async (sequence: readonly RecordEntry[]) => {
      const record = await emptied(database());
      for (const one of sequence) await keep(record, one);
      return history(record, CASE);
    };
    const property = fc.asyncProperty(
      story.chain((steps) => {
        const inOrder = entries(steps);
        const mixed = fc.array(fc.constantFrom(...inOrder), { maxLength: 4 });
        const shuffled = fc.shuffledSubarray(inOrder, { minLength: inOrder.length });
        return fc.tuple(fc.constant(inOrder), mixed, shuffled);
      }),
      async ([inOrder, mixed, shuffled]) => {
        assert.deepEqual(await outcome([...mixed, ...shuffled]), await outcome(inOrder));
      },
    );
    await fc.assert(property, { numRuns: 40 });
  });
});
