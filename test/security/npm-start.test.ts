// `npm start` as people have it, logging all it can: a case of canaries is opened and told of by mail. Its folder and its terminal hold none, but for the
// inbox, which is where the mails are.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { EXAMPLE_FILE } from '../../web/api/event-examples.ts';
import { type ApiProcess, startApi } from '../support/api-process.ts';
import { Canaries, fileWith } from '../support/canaries.ts';
import { inFiles, inTexts, linesOf } from '../support/leak-scan.ts';
import { until } from '../support/waiting.ts';

const canaries = new Canaries();
let started: ApiProcess;
before(async () => {
  started = await startApi({ NODRIFT_LOG: 'trace' });
});
after(() => started?.stop());

test('the folder and the terminal of npm start hold nothing personal but the mails in its inbox', async () => {
  const file = fileWith({ ...EXAMPLE_FILE, ref: 'CN-1' }, canaries, 'a case');
  const on = new Date().toISOString().slice(0, 10);
  const event = { by: 'amira', on, reason: canaries.word('a reason') };
  const start = `${Number(on.slice(0, 4)) + 1}-07-02T10:00`;
  const sent = await fetch(`${started.url}/api/v1/cases`, {
    method: 'POST',
    headers: { authorization: `Bearer ${started.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      file,
      events: [
        { id: 'discussion', event: { ...event, type: 'strategy-discussion-held' } },
        {
          id: 'conference',
          event: {
            ...{ ...event, type: 'conference-held', outcome: 'plan', members: ['nina', 'ed', 'rosa', 'kit'] },
            firstCoreGroup: { start, venue: canaries.word('a venue') },
          },
        },
      ],
    }),
  });
  assert.equal(sent.status, 201, await sent.text());
  await until(
    async () => [...(await inFiles(canaries, started.data)).keys()].some((name) => /\.eml$/.test(name)),
    'an invitation has come',
  );

  const inFolder = await inFiles(canaries, started.data);
  assert.deepEqual(linesOf(new Map([...inFolder].filter(([name]) => !name.startsWith('inbox/')))), []);
  assert.deepEqual(linesOf(inTexts(canaries, 'terminal', [started.said()])), []);
});
