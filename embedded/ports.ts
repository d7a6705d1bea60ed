// Which loopback port to use. Imported by the embedded default and by test support.
import { randomInt } from 'node:crypto';
import { connect, createServer } from 'node:net';
import { UserError } from './user-error.ts';

const HOST = '127.0.0.1';

/** A port that `npm start` opens: the variable that sets it, what it is for, and what it is where nobody sets it. */
export interface PortSetting {
  readonly variable: string;
  readonly what: string;
  readonly usual: number;
}

/**
 * The port that the variable sets, 0 for any; where it is not set the usual one, or another, which is said, when that is taken.
 * @throws UserError when the variable is no port, or names one that is taken: whoever set it relies on it
 */
export async function choosePort(
  { variable, what, usual }: PortSetting,
  env: NodeJS.ProcessEnv,
  say: (line: string) => void,
): Promise<number> {
  const set = env[variable]?.trim();
  if (set) {
    const port = /^\d{1,5}$/.test(set) ? Number(set) : Number.NaN;
    if (!(port <= 65_535)) throw new UserError(`${variable} is "${set}"; it must be a port, 0 to 65535 (0 takes any).`);
    const free = await freePort(port);
    if (port !== 0 && free !== port)
      throw new UserError(
        `${variable} is ${port}, for ${what}, and that port is taken. Stop what uses it, or set another; 0 takes any.`,
      );
    return free;
  }
  const free = await freePort(usual);
  if (free !== usual) say(`Port ${usual} is taken, so ${what} takes ${free}. Set ${variable} to choose.`);
  return free;
}

/** The preferred port when nothing uses it on 127.0.0.1, else any that is free. `freePort(0)` always takes any. */
export async function freePort(preferred: number): Promise<number> {
  if (preferred !== 0 && !(await answers(preferred)) && (await bindable(preferred)) !== undefined) return preferred;
  const port = await anyPort();
  if (port === undefined) throw new Error(`no port is free on ${HOST}`);
  return port;
}

/**
 * Below the ports that systems give to outgoing connections (Linux from 32768, macOS and Windows from 49152): what is free now is opened some
 * seconds later, and of a busy system's connections one would take it meanwhile.
 */
const OURS = { from: 15_000, to: 32_767 } as const;
const TRIES = 50;

/** A port that is free at the address, at random, so that two programs that ask at once seldom get the same; undefined when there is none. */
export async function anyPort(host = HOST): Promise<number | undefined> {
  for (let left = TRIES; left > 0; left--) {
    const port = await bindable(randomInt(OURS.from, OURS.to + 1), host);
    if (port !== undefined) return port;
  }
  return bindable(0, host);
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

/** The port, 0 for any, that could be bound at the address and is free again; undefined when it could not. */
function bindable(port: number, host = HOST): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : undefined));
    });
  });
}
