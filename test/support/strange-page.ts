// What a stranger's web page, open in a browser on this machine, can try against a case: requests to every port that listens.

import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { request } from 'node:http';

export interface Listening {
  readonly address: string;
  readonly port: number;
}

/** The TCP ports these processes listen on. Linux only. */
export function listening(...pids: number[]): Listening[] {
  const sockets = new Set(
    pids.flatMap((pid) => readdirSync(`/proc/${pid}/fd`).map((fd) => linkOf(`/proc/${pid}/fd/${fd}`))),
  );
  const rows = ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/net/${table}`, 'utf8').trim().split('\n').slice(1),
  );
  return rows
    .map((row) => row.trim().split(/\s+/))
    .filter(([, , , state, , , , , , inode]) => state === '0A' && sockets.has(`socket:[${inode}]`))
    .map(([, local = '']) => {
      const [address = '', port = ''] = local.split(':');
      return { address: readable(address), port: Number.parseInt(port, 16) };
    });
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return ''; // closed meanwhile
  }
}

/** IPv4 is written as one little-endian number. */
const readable = (hex: string) =>
  hex.length === 8
    ? (hex.match(/../g) ?? [])
        .map((byte) => Number.parseInt(byte, 16))
        .reverse()
        .join('.')
    : hex;

export interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

/** Any request, with any headers; status 0 when it is hung up on. */
export function ask(
  { address, port }: Listening,
  path: string,
  {
    method = 'GET',
    headers = {},
    body = '',
  }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve) => {
    const hungUp = () => resolve({ status: 0, headers: {}, body: '' });
    const asked = request({ host: address, port, path, method, headers, timeout: 10_000 }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (more) => (text += more));
      answer.once('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }));
      answer.once('error', hungUp);
    });
    asked.once('error', hungUp).once('timeout', () => asked.destroy());
    asked.end(body);
  });
}

/** How a page asks: at once from its own site (a form, fetch without CORS), and as a name of its own that it points at this machine. */
const guises = (port: number): Record<string, string>[] => [
  { host: `127.0.0.1:${port}`, origin: 'https://stranger.example', 'sec-fetch-site': 'cross-site' },
  { host: `127.0.0.1:${port}`, origin: 'null' },
  { host: `rebound.example:${port}`, origin: `http://rebound.example:${port}`, 'sec-fetch-site': 'same-origin' },
];

/** Ways to end the case or to tell it something, in Temporal's HTTP API; the UI has the same paths. The second reaches ids with a slash. */
const deeds = (workflowId: string, jobId: string): [path: string, body: object][] => [
  [`/api/v1/namespaces/default/workflows/${encodeURIComponent(workflowId)}/terminate`, { reason: 'a page' }],
  [
    `/api/v1/namespaces/default/batch-operations/${jobId}`,
    {
      jobId,
      reason: 'a page',
      executions: [{ workflowId }],
      terminationOperation: { identity: 'a page' },
    },
  ],
  [`/api/v1/namespaces/default/workflows/${encodeURIComponent(workflowId)}/signal/any`, { input: [] }],
];

/** The token that Temporal UI hands out with its pages and wants back with every change. */
export function csrfToken(headers: Answer['headers']): string | undefined {
  const [cookie = ''] = (headers['set-cookie'] ?? []) as string[];
  return /^_csrf=([^;]*)/.exec(cookie)?.[1];
}

/** Tries everything on every port. @returns each deed that was answered as if it were done, in words */
export async function attack(ports: readonly Listening[], workflowId: string): Promise<string[]> {
  const done: string[] = [];
  for (const where of ports)
    for (const guise of guises(where.port)) {
      // A page that reads the answer, as a rebound one does, has the token that the UI asks for.
      const { headers } = await ask(where, '/', { headers: guise });
      const token = guise['sec-fetch-site'] === 'same-origin' ? csrfToken(headers) : undefined;
      for (const [path, body] of deeds(workflowId, randomUUID())) {
        const { status } = await ask(where, path, {
          method: 'POST',
          headers: {
            ...guise,
            'content-type': 'text/plain',
            ...(token && { cookie: `_csrf=${token}`, 'x-csrf-token': token }),
          },
          body: JSON.stringify(body),
        });
        if (status >= 200 && status < 300) done.push(`${where.address}:${where.port} as ${guise.host}: POST ${path}`);
      }
    }
  return done;
}
