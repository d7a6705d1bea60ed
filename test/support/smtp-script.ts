// A relay that follows a script: at each stage of a mail it answers, hangs or breaks the line. It takes down every mail whose final dot it saw.

import { createServer, type Socket } from 'node:net';

/** A reply, or `hang` for ever, `drip` a word now and then and never finish, `reset` the connection, `end` it politely. */
export type Answer = string | 'hang' | 'drip' | 'reset' | 'end';
export type Stage = 'greeting' | 'ehlo' | 'auth' | 'mail' | 'rcpt' | 'data' | 'dot';
/** Per stage one answer for ever, or a function of how often the stage was reached before and of the line. */
export type Script = Partial<Record<Stage, Answer | ((before: number, line: string) => Answer)>>;

const USUAL: Record<Stage, string> = {
  greeting: '220 script ESMTP',
  ehlo: '250-script\r\n250 AUTH PLAIN',
  auth: '235 2.7.0 ok',
  mail: '250 2.1.0 ok',
  rcpt: '250 2.1.5 ok',
  data: '354 go on',
  dot: '250 2.0.0 taken',
};

export interface ScriptedRelay {
  readonly url: string;
  /** Every mail whose dot was seen, whatever was answered then. */
  readonly mails: string[];
  readonly connections: () => number;
  follow(script: Script): void;
  close(): Promise<void>;
}

/** `250-` promises another line, for ever. */
function drip(socket: Socket): void {
  const timer = setInterval(() => socket.write('250-wait\r\n'), 40);
  socket.on('close', () => clearInterval(timer));
}

export async function scriptedRelay(script: Script = {}): Promise<ScriptedRelay> {
  let current = script;
  const seen = new Map<Stage, number>();
  const mails: string[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;

  const server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    let rest = '';
    let body: string | null = null;
    const answer = (stage: Stage, line = '') => {
      const before = seen.get(stage) ?? 0;
      seen.set(stage, before + 1);
      const rule = current[stage] ?? USUAL[stage];
      const said = typeof rule === 'function' ? rule(before, line) : rule;
      if (said === 'reset') socket.resetAndDestroy();
      else if (said === 'end') socket.end();
      else if (said === 'drip') drip(socket);
      else if (said !== 'hang') socket.write(`${said}\r\n`);
      return said;
    };
    socket.setEncoding('utf8').on('data', (chunk) => {
      rest += chunk;
      for (let at = rest.indexOf('\r\n'); at >= 0; at = rest.indexOf('\r\n')) {
        const line = rest.slice(0, at);
        rest = rest.slice(at + 2);
        if (body !== null) {
          if (line !== '.') {
            body += `${line}\r\n`;
            continue;
          }
          mails.push(body);
          body = null;
          answer('dot');
        } else if (/^EHLO|^HELO/i.test(line)) answer('ehlo', line);
        else if (/^AUTH/i.test(line)) answer('auth', line);
        else if (/^MAIL/i.test(line)) answer('mail', line);
        else if (/^RCPT/i.test(line)) answer('rcpt', line);
        else if (/^DATA/i.test(line)) {
          if (answer('data').startsWith('354')) body = '';
        } else if (/^QUIT/i.test(line)) socket.end('221 bye\r\n');
        else socket.write(/^RSET|^NOOP/i.test(line) ? '250 ok\r\n' : '502 5.5.1 not known here\r\n');
      }
    });
    answer('greeting');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as { port: number };
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    connections: () => connections,
    follow: (next) => {
      current = next;
      seen.clear();
    },
    close: () =>
      new Promise((done) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => done());
      }),
  };
}
