// E-mail addresses, and the secret addresses of feeds, as they are looked up: keyed hashes, so that the record tells nobody whom it knows.

import { createHmac } from 'node:crypto';

/** As two spellings of one address are compared. */
const normalAddress = (address: string): string => address.trim().toLowerCase();

/** The hash of an address. Without the ledger's secret it can be neither read nor tried out. */
export const addressHash = (secret: Buffer, address: string): string =>
  createHmac('sha256', secret)
    .update(`address|${normalAddress(address)}`)
    .digest('hex')
    .slice(0, 32);

/** The hash of a feed's token: whoever reads the database cannot open the feed by it. */
export const feedHash = (secret: Buffer, token: string): string =>
  createHmac('sha256', secret).update(`feed|${token}`).digest('hex').slice(0, 32);

/** Every address that is given anywhere in a file or an event. */
export function addressesIn(said: unknown): readonly string[] {
  const found = new Set<string>();
  const look = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [name, part] of Object.entries(value)) {
      if (name === 'email' && typeof part === 'string' && part.trim() !== '') found.add(normalAddress(part));
      else look(part);
    }
  };
  look(said);
  return [...found];
}
