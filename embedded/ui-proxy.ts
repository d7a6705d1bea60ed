// Temporal UI behind a fence. The UI answers any Host, so a web page that points a name of its own at it (DNS rebinding) could read and
// end every case. What `npm start` shows as Temporal UI is this proxy; the UI itself listens where no web page finds it. Imported by dev-server.ts only.

import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fenced } from './fence.ts';
import { bindable } from './ports.ts';

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
    const port = await bindable(0, host);
    if (port !== undefined) return { host, port };
  }
  return undefined;
}

export interface UiProxy {
  readonly port: number;
  close(): Promise<void>;
}

/** Serves the hidden UI on this loopback port, 0 for any, to its own pages only. */
export async function startUiProxy(port: number, ui: HiddenUi): Promise<UiProxy> {
  const server = createServer(
    fenced((asked, response) => {
      const headers = endToEnd(asked.headers);
      const passedOn = request({ ...ui, method: asked.method, path: asked.url, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, endToEnd(answer.headers));
        answer.pipe(response);
        answer.once('error', () => response.destroy());
      });
      passedOn.once('error', () => {
        if (response.headersSent) response.destroy();
        else response.writeHead(502, { 'content-type': 'text/plain' }).end('Temporal UI does not answer.\n');
      });
      response.once('close', () => passedOn.destroy());
      asked.pipe(passedOn);
    }),
  );
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

/** The headers without those that are about one connection only (RFC 9110, 7.6.1); Node sets its own. */
function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const ofOneConnection = ['connection', 'keep-alive', 'proxy-connection', 'te', 'transfer-encoding', 'upgrade'];
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ofOneConnection.includes(name)));
}
