// What is answered to the inbox's own port: shown like every mail, and taken by whoever reads answers.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createTransport, type Transporter } from 'nodemailer';
import { type Inbox, startInbox } from '../../embedded/inbox.ts';
import type { Refusal } from '../../mail/replies.ts';

let folder: string;
let inbox: Inbox;
let smtp: Transporter;
const taken: string[] = [];

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nodrift-inbox-replies-'));
  inbox = await startInbox({ dir: folder, smtpPort: 0, webPort: 0 });
  inbox.replies = {
    isHere: (address) => address.endsWith('@reply.example.test'),
    refuses: () => undefined,
    take: async (address, raw): Promise<Refusal | undefined> => {
      taken.push(`${address} ${Buffer.from(raw).toString().trim().split('\n').at(-1)}`);
      return address.startsWith('bad') ? { code: 550, message: '5.1.1 there is no such address' } : undefined;
    },
  };
  smtp = createTransport({ host: '127.0.0.1', port: inbox.smtpPort, ignoreTLS: true });
});
after(async () => {
  smtp.close();
  await inbox.close();
  await rm(folder, { recursive: true, force: true });
});

const send = (to: string, text: string) =>
  smtp.sendMail({ from: 'nina@nhs.test', to, subject: text, text }).then(
    ({ response = '' }) => response,
    ({ response }: { response: string }) => response,
  );

test('an answer is shown and taken, a refused one is shown too, and other mail is nobody’s answer', async () => {
  assert.match(await send('good@reply.example.test', 'declined'), /^250/);
  assert.match(await send('bad@reply.example.test', 'forged'), /^550 5\.1\.1 there is no such address/);
  assert.match(await send('nina@nhs.test', 'a mail'), /^250/);
  assert.deepEqual(taken, ['good@reply.example.test declined', 'bad@reply.example.test forged']);
  assert.deepEqual(
    (await inbox.messages()).map(({ subject }) => subject),
    ['declined', 'forged', 'a mail'],
  );
});
