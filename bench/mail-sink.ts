// A relay in a process of its own that takes every mail and counts them, so that what is measured is the sender. Run by fork; its argument is how many
// milliseconds it takes for an answer.

import { createServer } from 'node:net';

const answersIn = Number(process.argv[2] ?? 0);
const ids = new Set<string>();
let mails = 0;

createServer((socket) => {
  socket.setNoDelay(true).setEncoding('latin1');
  const say = (line: string) => {
    if (answersIn > 0) setTimeout(() => socket.write(`${line}\r\n`), answersIn);
    else socket.write(`${line}\r\n`);
  };
  let rest = '';
  let inBody = false;
  socket.on('error', () => {});
  socket.on('data', (chunk: string) => {
    rest += chunk;
    for (;;) {
      const end = inBody ? '\r\n.\r\n' : '\r\n';
      const at = rest.indexOf(end);
      if (at < 0) return;
      const said = rest.slice(0, at);
      rest = rest.slice(at + end.length);
      if (inBody) {
        inBody = false;
        mails++;
        ids.add(/^Message-ID: (.*)$/im.exec(said)?.[1] ?? said);
        say('250 2.0.0 taken');
      } else if (/^EHLO/i.test(said)) say('250-sink\r\n250 8BITMIME');
      else if (/^DATA/i.test(said)) {
        inBody = true;
        say('354 go on');
      } else if (/^QUIT/i.test(said)) socket.end('221 bye\r\n');
      else say('250 ok');
    }
  });
  say('220 sink ESMTP');
}).listen(0, '127.0.0.1', function (this: { address(): unknown }) {
  process.send?.({ port: (this.address() as { port: number }).port });
});

process.on('message', () => {
  process.send?.({ mails, distinct: ids.size });
  mails = 0;
  ids.clear();
});
process.on('disconnect', () => process.exit(0));
