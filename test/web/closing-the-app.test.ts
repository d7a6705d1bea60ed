// web/serve.ts: the app that is stopped answers what it was asked before, and is not held up by what never ends.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Client } from '@temporalio/client';
import { pino } from 'pino';
import { serveWeb } from '../../web/serve.ts';
import { memoryRecord } from '../support/memory-record.ts';

const record = await memoryRecord();
after(() => record.close());

/** An app whose `/readyz` waits for Temporal until it is let go. */
async function waiting() {
  let asked = () => {};
  let letGo = () => {};
  const isAsked = new Promise<void>((resolve) => (asked = resolve));
  const gate = new Promise<void>((resolve) => (letGo = resolve));
  const getSystemInfo = () => {
    asked();
    return gate;
  };
  const client = { options: { namespace: 'default' }, workflowService: { getSystemInfo } } as unknown as Client;
  const settings = { client, record, publicUrl: 'http://127.0.0.1', host: '127.0.0.1', port: 0 };
  const web = await serveWeb({ ...settings, log: pino({ level: 'silent' }) });
  const url = `${web.url}/readyz`;
  const answer = fetch(url);
  answer.catch(() => {}); // whoever waits for it hears of it
  await isAsked;
  return { web, url, answer, letGo };
}

test('what is under way is answered before the app is closed, and nothing new is taken', async () => {
  const { web, url, answer, letGo } = await waiting();
  const closing = web.close();
  await assert.rejects(fetch(url));
  letGo();
  assert.ok((await answer).ok);
  await closing;
});

test('what never ends is cut off, and the app is closed', async () => {
  const { web, answer } = await waiting();
  await web.close();
  await assert.rejects(answer);
});
