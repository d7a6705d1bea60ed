// Which loopback port to use. Imported by the embedded default and by test support.
import { connect, createServer } from 'node:net';

const HOST = '127.0.0.1';

/** The preferred port when nothing uses it on 127.0.0.1, else one the system picks. `freePort(0)` always lets the system pick. */
export async function freePort(preferred: number): Promise<number> {
  if (preferred !== 0 && !(await answers(preferred)) && (await bind(preferred)) !== undefined) return preferred;
  const port = await bind(0);
  if (port === undefined) throw new Error(`no port is free on ${HOST}`);
  return port;
}

/**
 * Says whether somebody listens on the loopback port. freePort asks because on macOS a bind to 127.0.0.1
 * succeeds although another process has the port on all addresses.
 */
export function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: HOST });
    const say = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => say(true));
    socket.once('error', () => say(false));
    socket.setTimeout(1_000, () => say(true));
  });
}

/** The port that could be bound, and is free again; undefined when it could not. */
function bind(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host: HOST, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : undefined));
    });
  });
}
