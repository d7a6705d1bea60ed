// embedded/ports.ts: the preferred port, or a free one.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import { freePort } from '../../embedded/ports.ts';

test('a preferred port that nobody uses is given', async () => {
  const port = await freePort(0);
  assert.equal(await freePort(port), port);
});

for (const host of ['127.0.0.1', '0.0.0.0']) {
  test(`a preferred port that somebody listens on at ${host} gives way to a free one`, async () => {
    const server = createServer().listen(0, host);
    await once(server, 'listening');
    const taken = (server.address() as AddressInfo).port;
    const port = await freePort(taken);
    assert.notEqual(port, taken);
    assert.ok(port > 0);
    server.close();
  });
}
