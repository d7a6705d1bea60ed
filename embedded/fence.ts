// Keeps strangers' web pages away from the pages that `npm start` serves on the loopback address. Any page open in a browser on this
// machine can send requests there, so neither the address nor a random port is a protection. Used by the inbox and the proxy of Temporal UI.

import type { IncomingMessage, RequestListener } from 'node:http';

const NAMES = ['127.0.0.1', 'localhost', '[::1]'];

/** What every answer says, whatever is behind the fence: no other site's page shows it, loads it, or keeps a hand on its window. No CORS: nobody else reads it. */
const ALWAYS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'SAMEORIGIN',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'same-origin',
};

/** Passes on only what our own pages, a person's browser or a program asks; anything else is answered 403 with the reason. */
export function fenced(listener: RequestListener): RequestListener {
  return (request, response) => {
    for (const [name, value] of Object.entries(ALWAYS)) response.setHeader(name, value);
    const why = refusal(request, request.socket.localPort ?? 0);
    if (why === undefined) return listener(request, response);
    // What it still sends is not read, so the connection cannot be used again.
    response.writeHead(403, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' }).end(`${why}\n`);
  };
}

/** @returns why the request is refused, undefined when it may pass */
function refusal({ method = '', url = '', headers }: IncomingMessage, port: number): string | undefined {
  const own = NAMES.flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`]));
  // A website can point a name of its own at 127.0.0.1 and then reads what answers there (DNS rebinding). It cannot change the name it asks for.
  if (!own.includes(headers.host ?? '') || !url.startsWith('/'))
    return `This page only answers at ${own.slice(0, 2).join(' and ')}.`;
  const site = headers['sec-fetch-site'];
  const ours = site === undefined || site === 'same-origin' || site === 'none';
  // A link to a page here may be followed from anywhere, a page here may not be built into a stranger's.
  if (method === 'GET' || method === 'HEAD')
    return ours || headers['sec-fetch-mode'] === 'navigate' ? undefined : 'Pages of other sites may not read this one.';
  // A browser names the page that any other request comes from.
  return ours && headers.origin === `http://${headers.host}`
    ? undefined
    : 'Only this page itself may change anything here.';
}
