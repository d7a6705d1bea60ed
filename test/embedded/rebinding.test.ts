// A stranger's page in a real browser whose name has come to stand for this machine (DNS rebinding): what it gets of the pages of `npm start`.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { getRequestListener } from '@hono/node-server';
import type { Page } from 'playwright-core';
import { startUiProxy } from '../../embedded/ui-proxy.ts';
import { webApp } from '../../web/app.ts';
import { noBrowser, useBrowser } from '../support/browser.ts';
import { send, useInboxes } from '../support/inbox-mails.ts';
import { PaperCase } from '../support/paper-case.ts';
import { KEYS } from '../support/visitor.ts';

const STRANGER = 'stranger.example';
const SECRET = 'Amira Khan';
const { open } = useInboxes();
const chromium = useBrowser(STRANGER);
// Hooks of the file: one that is added while another runs is run at once.
const ends: (() => Promise<unknown>)[] = [];
after(async () => {
  for (const end of ends.reverse()) await end();
});

/** Serves on the loopback address until the file's tests are over. */
async function served(listener: Parameters<typeof createServer>[1]): Promise<number> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
  return (server.address() as AddressInfo).port;
}

describe('a page of a stranger, whose name has come to mean this machine', { skip: noBrowser }, () => {
  const ports: Record<string, number> = {};
  let page: Page;

  before(async () => {
    const inbox = await open();
    await send(inbox, { subject: `minutes of ${SECRET}`, text: SECRET, to: 'jo@council.example' });
    ports.inbox = Number(new URL(inbox.webUrl).port);
    const ui = await served((_asked, response) => response.end(SECRET));
    const proxy = await startUiProxy(0, { host: '127.0.0.1', port: ui });
    ends.push(() => proxy.close());
    ports.ui = proxy.port;
    let app: ReturnType<typeof webApp> | undefined;
    const web = await served(getRequestListener((asked) => app?.fetch(asked) ?? new Response(null, { status: 503 })));
    ports.app = web;
    const paper = new PaperCase();
    app = webApp({
      ...{ cases: paper.cases, keys: KEYS, publicUrl: `http://127.0.0.1:${web}`, now: () => paper.clock },
      ...{
        settingOf: async () => undefined,
        policies: async () => [],
        hosts: [`127.0.0.1:${web}`, `localhost:${web}`],
      },
    });
    page = await chromium.page();
    // The stranger's own page would have no policy that holds it back.
    await (await page.context().newCDPSession(page)).send('Page.setBypassCSP', { enabled: true });
  });

  /** A document of the stranger's origin. What a real one would have loaded before its name came to mean this machine is stood in for by an empty one. */
  async function rebound(port: number): Promise<void> {
    const answer = await page.goto(`http://${STRANGER}:${port}/`);
    assert.equal(answer?.status(), 403);
  }
  const asks = (path: string, init: RequestInit = {}) =>
    page.evaluate(
      async ([to, how]) => {
        const answer = await fetch(to, how);
        return { status: answer.status, body: await answer.text() };
      },
      [path, init] as const,
    );

  for (const [what, path] of [
    ['inbox', '/'],
    ['inbox', '/api/v1/messages'],
    ['ui', '/api/v1/namespaces/default/workflows'],
    ['app', '/rules'],
    ['app', '/api/v1/cases'],
  ] as const)
    test(`reads nothing of the ${what} at ${path}, and changes nothing`, async () => {
      await rebound(ports[what] ?? 0);
      for (const init of [{}, { method: 'POST', body: 'x' }, { method: 'DELETE' }]) {
        const { status, body } = await asks(path, init);
        assert.equal(status, 403, body);
        assert.ok(!body.includes(SECRET));
      }
    });

  test('nor may a page of its own name show ours in a frame, or read it by its right name', async () => {
    await rebound(ports.inbox ?? 0);
    const right = `http://127.0.0.1:${ports.inbox}`;
    const readable = await page.evaluate(
      (to) =>
        fetch(`${to}/api/v1/messages`).then(
          (answer) => answer.text(),
          () => 'nothing',
        ),
      right,
    );
    assert.equal(readable, 'nothing');
    await page.setContent(`<iframe src="${right}/"></iframe>`);
    await page.waitForTimeout(500);
    const shown = await Promise.all(page.frames().map((frame) => frame.content().catch(() => '')));
    assert.ok(shown.every((html) => !html.includes(SECRET)));
  });
});
