// Reaches Temporal for a client or a worker. Where that does not succeed it finds out why, and says so in one line that names the way out.

import { connect as connectHttp2 } from 'node:http2';
import { connect as connectTcp } from 'node:net';
import { connect as connectTls, type ConnectionOptions as TlsOptions } from 'node:tls';
import {
  type ConnectionLike,
  type ConnectionOptions,
  isGrpcServiceError,
  NamespaceNotFoundError,
} from '@temporalio/client';
import { Unavailable } from './errors.ts';

/** Where Temporal is, as far as it matters for why it cannot be reached. */
export interface Where {
  readonly address: string;
  readonly namespace: string;
  readonly tls?: ConnectionOptions['tls'];
}

/** Temporal's own, where an address has none. */
const PORT = 7233;
const ANSWERS_WITHIN_MS = 5_000;

/**
 * Connects and makes sure that the namespace is there and open to us.
 * @param connect makes the connection: a client's or a worker's
 * @throws Unavailable: nobody answers there, it is no Temporal server, TLS or the key are wrong, the namespace is unknown
 */
export async function reach<C extends ConnectionLike & { close(): Promise<void> }>(
  where: Where,
  connect: () => Promise<C>,
): Promise<C> {
  const { namespace } = where;
  let connection: C | undefined;
  try {
    connection = await connect();
    const reached = connection;
    await reached.withDeadline(Date.now() + ANSWERS_WITHIN_MS, () =>
      reached.workflowService.describeNamespace({ namespace }),
    );
    return reached;
  } catch (error) {
    await connection?.close();
    throw new Unavailable(await whyNot(where, error));
  }
}

/** gRPC's numbers: `UNAUTHENTICATED`, `PERMISSION_DENIED`, `NOT_FOUND`, `UNIMPLEMENTED`. A worker's connection gives words in their place. */
const REFUSED_KEY = [16, 7] as const;
const NOT_FOUND = 5;
const UNIMPLEMENTED = 12;

async function whyNot({ address, namespace, tls }: Where, error: unknown): Promise<string> {
  const { code, said } = answerIn(error);
  if (REFUSED_KEY.some((one) => one === code) || /valid authentication credentials|does not have permission/.test(said))
    return `Temporal at ${address} does not let this key or certificate into the namespace "${namespace}": correct TEMPORAL_API_KEY, TEMPORAL_TLS_CLIENT_CERT_PATH or TEMPORAL_NAMESPACE`;
  if (code === NOT_FOUND || /namespace .*not found/i.test(said))
    return `Temporal at ${address} has no namespace "${namespace}": make it, or correct TEMPORAL_NAMESPACE`;
  const found = await lookAt(address, tls);
  if (found.is === 'silent')
    return `no Temporal server answers at ${address}: ${found.why}. Start it (npm start), or correct TEMPORAL_ADDRESS`;
  if (found.is === 'tls-trouble') return `no secure connection to Temporal at ${address}: ${found.why}`;
  if (found.is === 'something-else' || code === UNIMPLEMENTED)
    return `what listens at ${address} is no Temporal server: correct TEMPORAL_ADDRESS`;
  return `Temporal at ${address} does not answer as it should: ${said || 'it gave no reason'}`;
}

/** What the server answered, where it did, whichever connection wrapped it how. */
function answerIn(error: unknown): { readonly code: number | undefined; readonly said: string } {
  const said: string[] = [];
  for (let one = error; one instanceof Error; one = one.cause) {
    if (one instanceof NamespaceNotFoundError) return { code: NOT_FOUND, said: one.message };
    if (isGrpcServiceError(one)) return { code: Number(one.code), said: one.details || one.message };
    said.push(one.message);
  }
  return { code: undefined, said: said.join(': ') };
}

/** What a look at the port shows, by our own eyes: the two kinds of connection say it in their own ways, and not always. */
type Found =
  | { readonly is: 'silent'; readonly why: string }
  | { readonly is: 'tls-trouble'; readonly why: string }
  | { readonly is: 'something-else' }
  | { readonly is: 'http2' };

async function lookAt(address: string, tls: Where['tls']): Promise<Found> {
  const { host, port } = parts(address);
  const silent = await tcpFault(host, port);
  if (silent !== undefined) return { is: 'silent', why: silent };
  const config = typeof tls === 'object' && tls ? tls : {};
  const options: TlsOptions = {
    host,
    port,
    ALPNProtocols: ['h2'],
    servername: config.serverNameOverride ?? (/^[\d.]+$|:/.test(host) ? '' : host),
    ca: config.serverRootCACertificate as Buffer | undefined,
    cert: config.clientCertPair?.crt as Buffer | undefined,
    key: config.clientCertPair?.key as Buffer | undefined,
  };
  if (tls) {
    const fault = await tlsFault(options);
    return fault === undefined ? { is: 'http2' } : { is: 'tls-trouble', why: fault };
  }
  if (await speaksHttp2(host, port)) return { is: 'http2' };
  const secure = await tlsFault({ ...options, rejectUnauthorized: false });
  return secure === undefined
    ? { is: 'tls-trouble', why: 'it wants TLS; set TEMPORAL_TLS=true' }
    : { is: 'something-else' };
}

function parts(address: string): { readonly host: string; readonly port: number } {
  const [, host = address, port] = /^(.*?)(?::(\d+))?$/.exec(address.replace(/^[a-z]+:\/\//, '')) ?? [];
  return { host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port ?? PORT) };
}

/** Why nobody can be reached there at all; undefined where somebody listens. */
function tcpFault(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connectTcp({ host, port });
    const say = (why: string | undefined) => {
      socket.destroy();
      resolve(why);
    };
    socket.setTimeout(ANSWERS_WITHIN_MS, () => say('nothing comes back, as behind a firewall'));
    socket.once('connect', () => say(undefined));
    socket.once('error', ({ code }: NodeJS.ErrnoException) => say(SILENCE[code ?? ''] ?? `the network says ${code}`));
  });
}

const SILENCE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ENOTFOUND: 'its host is not known',
  EAI_AGAIN: 'its host is not known',
  EHOSTUNREACH: 'its host cannot be reached',
  ENETUNREACH: 'its host cannot be reached',
};

/** Why TLS does not come about; undefined where it does. */
function tlsFault(options: TlsOptions): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connectTls(options);
    const say = (why: string | undefined) => {
      socket.destroy();
      resolve(why);
    };
    socket.setTimeout(ANSWERS_WITHIN_MS, () =>
      say('it does not answer to TLS; leave out TEMPORAL_TLS… and TEMPORAL_API_KEY'),
    );
    socket.once('secureConnect', () => say(undefined));
    socket.once('error', ({ code = '' }: NodeJS.ErrnoException) => say(tlsWords(code)));
    socket.once('close', () => say('it hangs up on TLS; leave out TEMPORAL_TLS… and TEMPORAL_API_KEY'));
  });
}

function tlsWords(code: string): string {
  if (/EXPIRED|NOT_YET_VALID/.test(code)) return 'its certificate is out of date';
  if (/ALTNAME/.test(code))
    return 'its certificate is for another host; correct TEMPORAL_ADDRESS or set TEMPORAL_TLS_SERVER_NAME';
  if (/SELF_SIGNED|UNABLE_TO|CERT_|ISSUER/.test(code))
    return `its certificate is signed by nobody this machine trusts (${code}); set TEMPORAL_TLS_SERVER_CA_CERT_PATH`;
  if (/ALERT|CERTIFICATE_REQUIRED/.test(code))
    return `it does not take our certificate (${code}); correct TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH`;
  return `it does not speak TLS (${code}); leave out TEMPORAL_TLS… and TEMPORAL_API_KEY`;
}

/** A gRPC server tells its settings as soon as it is spoken to. */
function speaksHttp2(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const session = connectHttp2(`http://${host.includes(':') ? `[${host}]` : host}:${port}`);
    const say = (answer: boolean) => {
      session.destroy();
      resolve(answer);
    };
    session.setTimeout(ANSWERS_WITHIN_MS, () => say(false));
    session.once('remoteSettings', () => say(true));
    session.on('error', () => say(false));
    session.once('close', () => say(false));
  });
}
