// Which addresses an endpoint may have: public ones. A server that sends wherever it is told to would open the house's own network, and what
// clouds tell about their machines (169.254.169.254), to whoever may name an address.

import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** What IPv6 gives out for the internet. */
const GLOBAL = ipaddr.IPv6.parseCIDR('2000::/3');
/** NAT64 (RFC 6052): an IPv4 address within one of IPv6. */
const NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');

/** Whether an address is one of the internet's, in whatever spelling. What cannot be read is not. */
export function isPublicAddress(text: string): boolean {
  if (isIP(text) === 0) return false;
  const address = ipaddr.parse(text);
  if (address instanceof ipaddr.IPv4) return address.range() === 'unicast';
  if (address.isIPv4MappedAddress()) return isPublicAddress(address.toIPv4Address().toString());
  if (address.match(NAT64)) return isPublicAddress(ipaddr.fromByteArray(address.toByteArray().slice(12)).toString());
  return address.match(GLOBAL) && address.range() === 'unicast';
}
