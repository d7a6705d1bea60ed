// What the leak scan lets live that nobody is mailed of: an authority in the shadow, rehearsals, a round whose mails no relay takes.

import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { askForRound } from '../../client/ask-round.ts';
import { rehearseLive } from '../../client/rehearse-live.ts';
import { readScenario } from '../../client/scenario.ts';
import { fromEpochMs } from '../../domain/time/calendar.ts';
import { freePort } from '../../embedded/ports.ts';
import { plan } from '../../record/outbox.ts';
import { EXAMPLE_FILE } from '../../web/api/event-examples.ts';
import { fileWith, personWith } from './canaries.ts';
import { delivery, identity, notice } from './entries.ts';
import { moment } from './family.ts';
import { day, type LeakLife } from './leak-life.ts';
import { fileWith as written } from './nodrift.ts';
import { until } from './waiting.ts';

/** An authority in the shadow: what it would have mailed is written, looked at and not sent; then the case goes live. */
export async function shadow(life: LeakLife): Promise<void> {
  const { canaries } = life;
  await life.ask('PUT', '/shadow/hull', {});
  const file = fileWith({ ...EXAMPLE_FILE, authority: 'hull', ref: 'CN-SHADOW' }, canaries, 'a case in the shadow');
  const running = life.follow(file);
  const event = {
    type: 'strategy-discussion-held',
    by: 'amira',
    on: day(0),
    reason: canaries.word('why in the shadow'),
  };
  await life.ask('POST', '/cases', { file, events: [{ id: 'discussion', event }] });
  await running.clock.forwardTo(moment(day(40)));
  await until(
    async () => (await life.ask('GET', '/shadow/hull/mails')).mails.length > 0,
    'something would have been mailed',
  );
  await life.ask('POST', `/cases/${running.id}/live`, {});
  await running.clock.forwardTo(moment(day(60)));
}

/** A scenario that is played in memory by the API, and one that is played on the server and over. */
export async function rehearsals(life: LeakLife): Promise<void> {
  const { canaries, rig } = life;
  const given = (about: string) => {
    const { authority, ...of } = fileWith({ ...EXAMPLE_FILE, ref: 'CN-PLAYED' }, canaries, about);
    const event = { type: 'strategy-discussion-held', by: 'amira', reason: canaries.word(`${about}: why`) };
    const events = [{ at: `${day(2)}T10:00`, ...event, on: day(2) }];
    return { authority, case: of, events, until: `${day(60)}T10:00` };
  };
  await life.ask('POST', '/rehearsals', given('a rehearsal in memory'));
  const scenario = readScenario(written('canary.yaml', JSON.stringify(given('a rehearsal on the server'))));
  const { workflowIds } = await rehearseLive(rig.nodrift, scenario);
  for (const id of workflowIds) rig.track(id);
}

/** A round that composes a mail a person over two cases, at a relay that takes none: what was composed waits in the record. */
export async function round(life: LeakLife): Promise<void> {
  const { canaries, rig } = life;
  const now = fromEpochMs(Date.now());
  for (const id of ['in-round-1', 'in-round-2']) {
    const to = personWith(
      { id, name: 'In Round', role: 'social-worker', email: `${id}@x.test` },
      canaries,
      `a round: ${id}`,
    );
    for (const ref of ['CN-ROUND-1', 'CN-ROUND-2'])
      await rig.record.db.transaction(async (tx) => {
        const notices = [notice(to, { key: `${ref}/${id}`, at: now, round: true })];
        const about = { case: identity({ id: `child-protection/${ref}`, ref }) };
        await plan(tx, rig.record, delivery(notices, about, now), 'nodrift.example');
      });
  }
  await rig.useRelay(`smtp://127.0.0.1:${await freePort(0)}`);
  await setTimeout(1_100);
  const { mails, accepted } = await askForRound(rig.client);
  assert.ok(mails >= 2, `${mails} mails`);
  assert.equal(accepted, 0);
  await rig.useRelay(rig.inboxUrl);
}
