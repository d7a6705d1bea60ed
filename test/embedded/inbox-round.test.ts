// The inbox's button for a morning round: there where somebody can send one, and pressed by its own page alone.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { send, useInboxes } from '../support/inbox-mails.ts';

const { open } = useInboxes();

const press = (url: string, origin?: string) =>
  fetch(`${url}/round`, { method: 'POST', headers: origin === undefined ? {} : { origin } });

test('the button is there, with mails and without, as soon as a round can be sent; it says what became of it', async () => {
  const inbox = await open();
  const page = async () => (await fetch(inbox.webUrl)).text();
  assert.ok(!(await page()).includes('Send the morning round now'));
  const origin = new URL(inbox.webUrl).origin;
  assert.equal((await press(inbox.webUrl, origin)).status, 404);
  let rounds = 0;
  inbox.round = async () => `${++rounds} <mail>`;
  assert.ok((await page()).includes('Send the morning round now'));
  await send(inbox, { subject: 'a mail' });
  assert.ok((await page()).includes('Send the morning round now'));
  const answer = await press(inbox.webUrl, origin);
  assert.equal(answer.status, 200);
  assert.ok((await answer.text()).includes('<p>1 &lt;mail&gt;</p>'));
});

test('no other page presses it, and looking at it sends nothing', async () => {
  const inbox = await open();
  let rounds = 0;
  inbox.round = async () => `${++rounds}`;
  assert.equal((await press(inbox.webUrl, 'https://evil.example')).status, 403);
  assert.equal((await press(inbox.webUrl)).status, 403);
  assert.equal((await fetch(`${inbox.webUrl}/round`)).status, 404);
  assert.equal(rounds, 0);
});
