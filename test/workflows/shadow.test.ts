// A real case of an authority in the shadow: it lives as any other and nobody hears of it; live, it writes of what comes from then on.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mailSettings } from '../../mail/mail-settings.ts';
import { shadowMails } from '../../mail/shadow-mails.ts';
import { beginShadow, caseLive } from '../../record/go-live.ts';
import { ledgerOf } from '../../record/read.ts';
import { conference } from '../support/family.ts';
import { until, useRig } from '../support/harness.ts';

const rig = useRig();

test('it is reminded of nothing by mail until it goes live, and nothing of before goes out then', async () => {
  await beginShadow(rig.record, 'barnsley');
  const quiet = await rig.open();
  const other = await rig.open(undefined, { authority: 'hull' });
  await Promise.all([quiet.forwardTo('2028-01-26T12:00'), other.forwardTo('2028-01-26T12:00')]);
  const { mails } = await shadowMails(rig.record, mailSettings(rig.record), { authority: 'barnsley', limit: 50 });
  const meant = mails.map(({ at, kinds, to }) => `${at.slice(0, 10)} ${kinds} to ${to}`).sort();
  const sent = (await other.told()).map((line) => line.replace(/ [a-z-]+\/\S+/, '')).sort();
  assert.ok(meant.length > 0);
  assert.deepEqual(meant, sent, 'what one authority would send is what another sends');
  assert.deepEqual(await quiet.mails(), []);

  assert.ok((await caseLive(rig.record, quiet.id)) > 0);
  await quiet.record(conference());
  await until(async () => (await quiet.told()).length > 0, 'the conference is told');
  const lines = await quiet.told();
  assert.ok(
    lines.every((line) => line >= '2028-01-27'),
    lines.join('\n'),
  );
  const waiting = (await ledgerOf(rig.record, quiet.id)).filter(({ state }) => state === 'WAITING');
  assert.ok(
    waiting.length > 0 && waiting.every(({ notice }) => notice.startsWith('live|')),
    'what is owed waits for the morning',
  );
  const owed = (await quiet.owed()).duties;
  assert.ok(owed.length > 0);
});
