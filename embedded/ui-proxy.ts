// Temporal UI behind a fence. The UI answers any Host, so a web page that points a name of its own at it (DNS rebinding) could read and
// end every case. What `npm start` shows as Temporal UI is this proxy; the UI itself listens where no web page finds it. Imported by dev-server.ts.

import { createHash, randomInt, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { fenced } from './fence.ts';
import { anyPort } from './ports.ts';
import {
  changedSettings,
  connectsTo,
  SCRIPT_PATH,
  type UiChanges,
  type UiSession,
  viewsScript,
  withScript,
} from './ui-changes.ts';

/** Where the UI itself listens. */
export interface HiddenUi {
  readonly host: string;
  readonly port: number;
}

/**
 * A place on this machine that no web page can reach or find; undefined when this system has none.
 * Linux and Windows have sixteen million loopback addresses, each with its ports: trying them out would take a page years, and the next
 * start draws another. macOS has 127.0.0.1 only, but a link-local address on its loopback interface: no URL and no DNS answer can name
 * the interface, and without that it is not reached.
 */
export async function hidingPlace(): Promise<HiddenUi | undefined> {
  const random = ['127', randomInt(1, 255), randomInt(0, 256), randomInt(1, 255)].join('.');
  for (const host of [random, 'fe80::1%lo0']) {
    const port = await anyPort(host);
    if (port !== undefined) return { host, port };
  }
  return undefined;
}

export interface UiProxy {
  readonly port: number;
  /** What to open first, for whoever may see what is sealed; empty where nobody may. */
  readonly path: string;
  close(): Promise<void>;
}

/** The one request beside GET that changes nothing: a question to a workflow. */
const QUESTION = /^\/api\/v1\/namespaces\/[^/]+\/workflows\/[^/]+(?:\/runs\/[^/]+)?\/query\/[^/]+$/;
const OPEN = '/nodrift/open/';

/** Serves the hidden UI on this loopback port, 0 for any, to its own pages only. It looks, and changes nothing. */
export async function startUiProxy(port: number, ui: HiddenUi, { session, views }: UiChanges = {}): Promise<UiProxy> {
  const passOn = (asked: IncomingMessage, response: ServerResponse, change?: Change) => {
    const { 'accept-encoding': _, ...plain } = asked.headers;
    const headers = endToEnd(change ? plain : asked.headers);
    const passedOn = request({ ...ui, method: asked.method, path: asked.url, headers }, (answer) => {
      answer.once('error', () => response.destroy());
      if (change && answer.statusCode === 200) return void changed(answer, response, change);
      response.writeHead(answer.statusCode ?? 502, endToEnd(answer.headers));
      answer.pipe(response);
    });
    passedOn.once('error', () => {
      if (response.headersSent) response.destroy();
      else say(response, 502, 'Temporal UI does not answer.');
    });
    response.once('close', () => passedOn.destroy());
    asked.pipe(passedOn);
  };
  const server = createServer(
    fenced((asked, response) => {
      const [path = ''] = (asked.url ?? '').split('?');
      const { host = '' } = asked.headers;
      const isRead = asked.method === 'GET' || asked.method === 'HEAD';
      if (!isRead && !(asked.method === 'POST' && QUESTION.test(path)))
        return say(response, 405, 'Temporal UI changes nothing here: what operators do by hand is `nodrift restore`.');
      if (path === SCRIPT_PATH) return void script(response, views);
      if (path.startsWith(OPEN)) return opened(response, path.slice(OPEN.length), session);
      if (path === '/api/v1/settings')
        return passOn(asked, response, {
          body: (text) => JSON.stringify(changedSettings(JSON.parse(text), host, session)),
        });
      const isPage = /\btext\/html\b/.test(asked.headers.accept ?? '') && !/^\/(?:api|render|_app)\b/.test(path);
      const headers = { 'content-security-policy': connectsTo(host, session) };
      passOn(asked, response, isPage ? { body: withScript, headers } : undefined);
    }),
  );
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const open = (server.address() as AddressInfo).port;
  return {
    port: open,
    path: session ? `${OPEN}${session.token}` : '',
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

/** How an answer is changed on its way. */
interface Change {
  readonly body: (text: string) => string;
  readonly headers?: OutgoingHttpHeaders;
}

async function changed(answer: IncomingMessage, response: ServerResponse, { body, headers }: Change): Promise<void> {
  try {
    const whole = Buffer.from(body(await text(answer)), 'utf8');
    const { etag: _, 'last-modified': __, ...kept } = endToEnd(answer.headers);
    response.writeHead(200, { ...kept, ...headers, 'content-length': whole.length }).end(whole);
  } catch {
    response.destroy();
  }
}

const say = (response: ServerResponse, status: number, line: string): void =>
  void response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${line}\n`);

/** Views of a record that does not answer are those that need nothing of it: none. */
async function script(response: ServerResponse, views: UiChanges['views']): Promise<void> {
  const found = (await views?.().catch(() => [])) ?? [];
  response
    .writeHead(200, { 'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'no-store' })
    .end(viewsScript(found));
}

/** Whoever has the address that was printed gets the session by which the codec server knows them; the address is not kept in the page. */
function opened(response: ServerResponse, given: string, session: UiSession | undefined): void {
  const cookie =
    session && sameText(given, session.token)
      ? { 'set-cookie': `${session.cookie}=${session.token}; Path=/; HttpOnly; SameSite=Strict` }
      : {};
  response.writeHead(303, { ...cookie, location: '/namespaces/default/workflows', 'cache-control': 'no-store' }).end();
}

/** Compares without telling by its time how much was right. */
const sameText = (a: string, b: string): boolean =>
  timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());

/** The headers without those that are about one connection only (RFC 9110, 7.6.1); Node sets its own. */
function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const ofOneConnection = ['connection', 'keep-alive', 'proxy-connection', 'te', 'transfer-encoding', 'upgrade'];
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ofOneConnection.includes(name)));
}
