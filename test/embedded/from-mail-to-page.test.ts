// `npm start` as a new user has it: from a mail in the inbox, by its link, to an answer on the case and back, without a terminal.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type Started, startNodrift } from '../support/started.ts';
import { hidden, hrefOf } from '../support/visitor.ts';
import { until } from '../support/waiting.ts';

const scratch = await mkdtemp(join(tmpdir(), 'nodrift-links-'));
let started: Started | undefined;
after(async () => {
  if (started && started.child.exitCode === null) await started.kill();
  await rm(scratch, { recursive: true, force: true });
});

const CASE = { kind: 'child-protection', ref: 'EX-ON-COURSE' } as const;
const INVITED = /Say whether you can come:\s+(http:\/\/127\.0\.0\.1:\d+\/do\/\S+)/;

test('an invitation has a link; the page behind it records that somebody cannot come, once, and takes it back', async () => {
  started = await startNodrift(join(scratch, 'data'));
  await started.ready();
  const said = started.said();
  const app = /^ {2}app +(http:\/\/127\.0\.0\.1:\d+)$/m.exec(said)?.[1];
  const inbox = /^ {2}mail inbox +(http:\S+)$/m.exec(said)?.[1];
  assert.ok(app && inbox, said);
  let link = '';
  await until(
    async () => {
      link = await linkInMails(inbox);
      return link !== '';
    },
    () => 'a mail with a link',
  );
  assert.ok(link.startsWith(`${app}/do/v1.`), link);

  const nodrift = await started.connect();
  const apologies = async () =>
    (await nodrift.history(CASE)).events.filter(({ event }) => event.type === 'apologies-received');
  const page = await fetch(link);
  const html = await page.text();
  assert.equal(page.status, 200, html);
  assert.equal((await apologies()).length, 0);

  const cookie = (page.headers.get('set-cookie') ?? '').split(';')[0]!;
  const headers = { 'content-type': 'application/x-www-form-urlencoded', cookie };
  const send = (url: string, fields: Record<string, string>) =>
    fetch(url, { method: 'POST', headers, body: new URLSearchParams(fields) });
  const done = await (await send(link, { ...hidden(html), comes: 'no' })).text();
  assert.match(done, /Recorded/);
  const again = await (await send(link, { ...hidden(html), comes: 'no' })).text();
  assert.match(again, /recorded already/);
  const [recorded, ...more] = await apologies();
  assert.equal(more.length, 0);
  assert.equal(recorded?.event.via, 'link');

  const back = `${app}${hrefOf(done, 'Take it back')}`;
  const asked = await (await fetch(back, { headers: { cookie } })).text();
  assert.match(await (await send(back, { ...hidden(asked), sure: 'yes' })).text(), /It is taken back/);
  assert.equal((await nodrift.history(CASE)).events.at(-1)?.event.type, 'event-withdrawn');
  await nodrift.close();

  // A website that points a name of its own at this machine reads nothing.
  assert.equal(await statusFor(link, 'rebound.example'), 403);
  started.child.kill('SIGTERM');
  assert.equal(await started.gone(), 0);
});

async function linkInMails(inbox: string): Promise<string> {
  const { messages } = (await (await fetch(`${inbox}/api/v1/messages?limit=200`)).json()) as {
    messages: { ID: string }[];
  };
  for (const { ID } of messages) {
    const mail = (await (await fetch(`${inbox}/api/v1/message/${ID}`)).json()) as { Text: string };
    const found = INVITED.exec(mail.Text)?.[1];
    if (found) return found;
  }
  return '';
}

function statusFor(url: string, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, { headers: { host } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    })
      .once('error', reject)
      .end();
  });
}
