// mail/sweeper.ts on a full disk: the terminal of `npm start` is told once, again after an hour, and when it is over.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startSweeper } from '../../mail/sweeper.ts';
import { RecordUnavailable } from '../../record/failures.ts';
import { memoryRecord } from '../support/memory-record.ts';

const record = await memoryRecord();
after(() => record.close());

test('each change of state is one line, however many sweeps and runners meet it', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() });
  const said: string[] = [];
  const say = (level: string) => (fields: object, message: string) =>
    said.push(`${level} ${message}: ${(fields as { reason: string }).reason}`);
  let trouble: string | undefined;
  const sweeper = startSweeper({
    record: {
      ...record,
      writable: async () => {
        if (trouble) throw new RecordUnavailable(trouble, 'ENOSPC');
      },
    },
    transport: { send: async () => assert.fail('there is no mail'), close: async () => {} },
    settings: { sender: { name: 'Nodrift', address: 'nodrift@nodrift.example' } },
    log: { info: say('info'), warn: say('warn') },
    onRefused: async () => {},
    everyMs: 3_600_000,
  });
  t.after(() => sweeper.stop());
  const sweep = async (times: number) => {
    for (let i = 0; i < times; i++) await sweeper.sweep();
    return said.splice(0);
  };
  const waits = (why: string) => `warn the sweeper waits for the record: ${why}`;

  assert.deepEqual(await sweep(2), []);
  trouble = 'the disk is full';
  assert.deepEqual(await sweep(3), [waits('the disk is full')]);
  t.mock.timers.tick(61 * 60_000);
  assert.deepEqual(await sweep(3), [waits('the disk is full')]);
  trouble = 'the record is shutting down';
  assert.deepEqual(await sweep(2), [waits('the record is shutting down')]);
  trouble = undefined;
  assert.deepEqual(await sweep(2), ['info the sweeper goes on: the record is shutting down']);
  trouble = 'the disk is full';
  assert.deepEqual(await sweep(2), [waits('the disk is full')]);
});
