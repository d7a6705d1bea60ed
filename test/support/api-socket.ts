// The API on a socket, for commands: NODRIFT_URL and NODRIFT_KEY say where it is, as they do for people.

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before } from 'node:test';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import { ALL } from './api.ts';

/** Serves an app while the tests of a file run. @param key what commands call with */
export function commandsCall(app: Pick<Hono, 'fetch'>, key: () => Promise<string> = async () => ALL): void {
  const server = createServer(getRequestListener(app.fetch));
  const { NODRIFT_URL, NODRIFT_KEY } = process.env;
  before(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    process.env.NODRIFT_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    process.env.NODRIFT_KEY = await key();
  });
  after(async () => {
    for (const [name, value] of Object.entries({ NODRIFT_URL, NODRIFT_KEY }))
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
}
