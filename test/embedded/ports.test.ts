// embedded/ports.ts: the preferred port, or a free one; the port that a setting names, or none.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { choosePort, freePort } from '../../embedded/ports.ts';

test('a preferred port that nobody uses is given', async () => {
  const port = await freePort(0);
  assert.equal(await freePort(port), port);
});

test('a port that is free is none that outgoing connections are given: it is opened some seconds later', async () => {
  const ports = await Promise.all(Array.from({ length: 20 }, () => freePort(0)));
  assert.deepEqual(
    ports.filter((port) => port < 15_000 || port > 32_767),
    [],
  );
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

describe('the port of a setting', () => {
  const other = createServer();
  let taken = 0;
  before(async () => {
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    taken = (other.address() as AddressInfo).port;
  });
  after(() => other.close());
  const choose = async (set: string | undefined, usual: number) => {
    const said: string[] = [];
    const env = set === undefined ? {} : { NODRIFT_X_PORT: set };
    const setting = { variable: 'NODRIFT_X_PORT', what: 'the page', usual };
    return { port: await choosePort(setting, env, (line) => said.push(line)), said };
  };

  test('is the one that is set, any for 0, and the usual one where none is set', async () => {
    const free = await freePort(0);
    assert.deepEqual(await choose(`${free}`, taken), { port: free, said: [] });
    assert.deepEqual(await choose(undefined, free), { port: free, said: [] });
    assert.deepEqual(await choose('', free), { port: free, said: [] });
    assert.ok((await choose('0', taken)).port > 0);
  });

  test('moves when the usual one is taken, and that is said', async () => {
    const { port, said } = await choose(undefined, taken);
    assert.notEqual(port, taken);
    assert.deepEqual(said, [`Port ${taken} is taken, so the page takes ${port}. Set NODRIFT_X_PORT to choose.`]);
  });

  test('is refused when somebody set it and it is taken: whoever set it relies on it', () =>
    assert.rejects(choose(`${taken}`, 0), {
      name: 'UserError',
      message: `NODRIFT_X_PORT is ${taken}, for the page, and that port is taken. Stop what uses it, or set another; 0 takes any.`,
    }));

  for (const wrong of ['http', '-1', '65536', '80.5', '0x50', '1e3'])
    test(`"${wrong}" is none`, () =>
      assert.rejects(choose(wrong, 0), {
        name: 'UserError',
        message: `NODRIFT_X_PORT is "${wrong}"; it must be a port, 0 to 65535 (0 takes any).`,
      }));
});
