// Where things may be sent: https, to a name of the internet. What is else must be allowed by name (NODRIFT_WEBHOOK_HOSTS).

import { isIP } from 'node:net';
import { isPublicAddress } from './public-address.ts';

/** What this installation allows. */
export interface EndpointRules {
  /** Hosts, each with a port where only that is meant, that may be http and private. */
  readonly allowed: readonly string[];
  /** Origins that are this installation: it never calls itself. */
  readonly ourselves: readonly string[];
}

/** It cannot be sent to; the message says why, in one line. */
export class BadEndpoint extends Error {
  override readonly name = 'BadEndpoint';
}

const LONGEST = 2_000;

/** @param hosts NODRIFT_WEBHOOK_HOSTS @param publicUrl where this installation is reached @throws Error with one line */
export const endpointRules = (hosts: string | undefined, publicUrl: string | undefined): EndpointRules => ({
  allowed: readWebhookHosts(hosts),
  ourselves: publicUrl === undefined ? [] : [publicUrl],
});

/** Reads NODRIFT_WEBHOOK_HOSTS: hosts separated by commas. @throws Error with one line for what is none */
export function readWebhookHosts(text: string | undefined): readonly string[] {
  const hosts = (text ?? '')
    .split(',')
    .map((one) => one.trim().toLowerCase())
    .filter(Boolean);
  for (const one of hosts)
    if (
      !/^(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:\d+)?$/.test(one) ||
      !URL.canParse(`http://${one}`) ||
      new URL(`http://${one}`).host !== one.replace(/:80$/, '')
    )
      throw new Error(`NODRIFT_WEBHOOK_HOSTS: "${one}" is no host such as receiver.internal or 10.0.0.7:9000`);
  return hosts;
}

/** An endpoint as it was written. @throws BadEndpoint */
export function readEndpoint(text: string, rules: EndpointRules): URL {
  if (text.length > LONGEST) throw new BadEndpoint(`an address has ${LONGEST} characters at most`);
  if (!URL.canParse(text)) throw new BadEndpoint('this is no address; one is https://receiver.example/hooks');
  // Reading it writes every form of a number as one: 2130706433, 0x7f.1 and 127.1 are 127.0.0.1.
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new BadEndpoint('an address begins with https://');
  if (url.username !== '' || url.password !== '')
    throw new BadEndpoint('a user or password does not belong into an address: what is sent is signed');
  if (url.hash !== '') throw new BadEndpoint('what follows a # is never sent');
  if (rules.ourselves.some((origin) => isSameServer(url, origin)))
    throw new BadEndpoint('this is the address of Nodrift itself');
  if (isAllowed(url, rules)) return url;
  if (url.protocol === 'http:')
    throw new BadEndpoint('an address begins with https://; http must be allowed by name (NODRIFT_WEBHOOK_HOSTS)');
  const host = bare(url.hostname);
  if (isIP(host) !== 0 ? !isPublicAddress(host) : isLocalName(host)) throw new BadEndpoint(PRIVATE);
  return url;
}

export const PRIVATE =
  'it is in a private network: such a host must be allowed by name (NODRIFT_WEBHOOK_HOSTS in docs/operations.md)';

/** Whether it was allowed by name: with its port, or whatever the port. */
export function isAllowed(url: URL, { allowed }: EndpointRules): boolean {
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  const host = url.hostname.replace(/\.$/, '');
  return allowed.includes(host) || allowed.includes(`${host}:${port}`);
}

/** Without the brackets of IPv6 and the dot that may end a name. */
export const bare = (hostname: string): string => hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');

/** Names that no public server has; all else is found out by resolving it. */
const isLocalName = (host: string): boolean =>
  host === '' || !host.includes('.') || /\.(localhost|local|internal|home\.arpa)$/.test(host);

function isSameServer(url: URL, origin: string): boolean {
  const our = new URL(origin);
  const port = (one: URL) => one.port || (one.protocol === 'https:' ? '443' : '80');
  const loopback = (one: URL) => one.hostname === 'localhost' || /^127\.|^\[::1\]$/.test(one.hostname);
  const sameHost = bare(url.hostname) === bare(our.hostname) || (loopback(url) && loopback(our));
  return sameHost && port(url) === port(our);
}
