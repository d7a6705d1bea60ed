// The listener for answers with a certificate: nothing in plain, a renewed certificate without a restart, and what cannot be one said in one line.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectPlain, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { connect } from 'node:tls';
import { createTransport } from 'nodemailer';
import type { ReplyDesk } from '../../mail/replies.ts';
import { startReplyListener } from '../../mail/reply-listener.ts';
import { readReplyTls } from '../../mail/reply-tls.ts';

const folder = mkdtempSync(join(tmpdir(), 'nodrift-reply-tls-'));
after(() => rmSync(folder, { recursive: true, force: true }));
// Node makes keys, and no certificates.
const skip = spawnSync('openssl', ['version']).status !== 0 && !process.env.CI && 'there is no openssl here';
const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];

/** Makes a certificate for a name, signed by itself, in the files that the listener reads. */
function certificateFor(name: string): void {
  const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`];
  const made = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  execFileSync('openssl', ['req', ...made, ...subject, '-keyout', key, '-out', cert], { stdio: 'ignore' });
}

/** Whose certificate is shown after STARTTLS. */
async function nameShown(port: number): Promise<string> {
  const socket = connectPlain(port, '127.0.0.1');
  await answer(socket);
  for (const said of ['EHLO relay.test', 'STARTTLS']) {
    socket.write(`${said}\r\n`);
    await answer(socket);
  }
  const secure = connect({ socket, rejectUnauthorized: false });
  await once(secure, 'secureConnect');
  const { CN } = secure.getPeerCertificate().subject;
  secure.destroy();
  return [CN].flat().join();
}

/** One answer, which may have several lines. */
async function answer(socket: Socket): Promise<void> {
  for (let said = ''; !/^\d{3} .*\r\n$/m.test(said); ) said += String((await once(socket, 'data'))[0]);
}

const taken: string[] = [];
const desk: ReplyDesk = {
  isHere: () => true,
  refuses: () => undefined,
  async take(address) {
    taken.push(address);
    return undefined;
  },
};
const mail = { envelope: { from: 'a@b.test', to: ['reply+x@reply.test'] }, raw: 'Subject: x\r\n\r\nx\r\n' };

test('with a certificate nothing is taken in plain; a renewed one is shown without a restart, and half of one changes nothing', {
  skip,
}, async (t) => {
  certificateFor('one.test');
  t.mock.timers.enable({ apis: ['setInterval'] });
  const listener = await startReplyListener(desk, { host: '127.0.0.1', port: 0, certificate: readReplyTls(cert, key) });
  t.after(() => listener.close());
  const to = { host: '127.0.0.1', port: listener.port };
  await assert.rejects(createTransport({ ...to, ignoreTLS: true }).sendMail(mail), /530 5\.7\.0 say STARTTLS first/);
  assert.deepEqual(taken, []);
  // It signed itself, so the relay is told to trust it by name.
  const tls = { ca: readFileSync(cert), servername: 'one.test' };
  await createTransport({ ...to, requireTLS: true, tls }).sendMail(mail);
  assert.deepEqual(taken, ['reply+x@reply.test']);

  const names = [await nameShown(listener.port)];
  certificateFor('two.test');
  t.mock.timers.tick(3_600_000);
  names.push(await nameShown(listener.port));
  writeFileSync(cert, 'half a certi');
  t.mock.timers.tick(3_600_000);
  names.push(await nameShown(listener.port));
  assert.deepEqual(names, ['one.test', 'two.test', 'two.test']);
});

test('what cannot be a certificate is said in one line, without a word of what is in the files', { skip }, () => {
  certificateFor('one.test');
  assert.equal(readReplyTls(undefined, ' '), undefined);
  assert.ok(readReplyTls(cert, key));
  assert.throws(
    () => readReplyTls(cert, undefined),
    /^Error: NODRIFT_REPLY_TLS_CERT and NODRIFT_REPLY_TLS_KEY must be set/,
  );
  assert.throws(() => readReplyTls(cert, join(folder, 'none')), /^Error: NODRIFT_REPLY_TLS_KEY: .*\(ENOENT\)/);
  const wrong = /^Error: NODRIFT_REPLY_TLS_CERT and NODRIFT_REPLY_TLS_KEY must hold a certificate and its key, in PEM$/;
  assert.throws(() => readReplyTls(key, cert), wrong);
  const other = join(folder, 'other.pem');
  writeFileSync(other, readFileSync(key));
  certificateFor('two.test');
  assert.throws(() => readReplyTls(cert, other), wrong, 'a key of another certificate');
});
