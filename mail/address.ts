// Which addresses a mail may go to, and how a text is cleaned before a mail or a page shows it.

/** Why a person cannot be written to. */
export type AddressFault = 'no-address' | 'bad-address' | 'domain-not-allowed';

/** Control characters (C0, C1), and marks that turn the direction of text. Nothing that people read may hold them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what it looks for
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]/g;
/** A surrogate without its partner breaks encoders. */
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** The text as a header or a page may show it: one line, no control characters, nothing that turns its direction. */
export const shown = (text: string): string =>
  text.replace(CONTROLS, ' ').replace(LONE_SURROGATE, '').replace(/\s+/g, ' ').trim();

/**
 * Checks an address. A mail library would read `sw@council.test,evil@x.test` as two recipients, so it never gets such a text.
 * @param domains where given, mail may go to these domains and those below them only
 * @returns null when the address is good
 */
export function addressFault(address: string | undefined, domains: readonly string[] = []): AddressFault | null {
  if (!address?.trim()) return 'no-address';
  if (address.length > 254 || !/^[^\s@"'(),:;<>[\]\\`]{1,64}@[^\s@"'(),:;<>[\]\\`]+$/u.test(address))
    return 'bad-address';
  if (shown(address) !== address) return 'bad-address';
  const domain = address.slice(address.indexOf('@') + 1).toLowerCase();
  if (!/^(?!-)[\p{L}\p{M}\p{N}-]{1,63}(?:\.[\p{L}\p{M}\p{N}-]{1,63})*$/u.test(domain)) return 'bad-address';
  const allowed = domains.length === 0 || domains.some((d) => domain === d || domain.endsWith(`.${d}`));
  return allowed ? null : 'domain-not-allowed';
}
