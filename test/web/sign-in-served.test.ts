// Signing in on a real server: a case that runs, a mail that comes by a relay, a page that asks the case.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import { Nodrift } from '../../client/nodrift.ts';
import { fromEpochMs, inLondon } from '../../domain/time/calendar.ts';
import { serveWeb } from '../../web/serve.ts';
import { family, PEOPLE } from '../support/family.ts';
import { useRig } from '../support/harness.ts';
import { Visitor } from '../support/visitor.ts';
import { until } from '../support/waiting.ts';

const rig = useRig();

test('whom a running case names is mailed a link, signs in by it, and sees what they owe', async () => {
  const { client, record } = rig;
  const web = await serveWeb({
    ...{ client, record, publicUrl: 'http://127.0.0.1', host: '127.0.0.1', port: 0 },
    smtpUrl: `smtp://127.0.0.1:${rig.inbox.smtpPort}`,
    log: pino({ level: 'silent' }),
  });
  try {
    const ref = rig.newRef();
    rig.track(`child-protection/${ref}`);
    const address = `worker.${ref.toLowerCase()}@council.test`;
    const people = PEOPLE.map((one) => (one.id === 'amira' ? { ...one, email: address } : one));
    await new Nodrift(client).open(family(ref, { people }), [
      {
        id: 'discussion',
        event: {
          ...{ type: 'strategy-discussion-held', by: 'amira' },
          on: inLondon(fromEpochMs(Date.now())).slice(0, 10),
        } as never,
      },
    ]);
    const visitor = new Visitor({
      request: (path: string, init: RequestInit) => fetch(`${web.url}${path}`, { ...init, redirect: 'manual' }),
    } as never);
    await visitor.answer('/sign-in', { address });
    let link: string | undefined;
    await until(async () => {
      const mails = (await rig.inbox.messages()).filter(({ to }) => to.includes(address));
      link = mails.flatMap((mail) => /\/sign-in\/link\/\w+/.exec(JSON.stringify(mail)) ?? [])[0];
      return link !== undefined;
    }, 'the mail with the link');
    assert.equal((await visitor.answer(link!, {})).status, 303);
    const { text } = await visitor.get('/');
    assert.match(text, new RegExp(`${ref} Initial child protection conference Due .* Book the meeting`));
    assert.doesNotMatch(text, /Mum|Dad/);
  } finally {
    await web.close();
  }
});
