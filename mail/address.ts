// Which addresses a mail may go to, and what may stand in a name beside one.

/** Why a person cannot be written to. */
export type AddressFault = 'no-address' | 'bad-address' | 'domain-not-allowed';

/** C0 and C1 controls, and the marks that turn the direction of text: none of them has a place in anything shown. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what it looks for
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]/g;
/** A surrogate without its partner breaks encoders. */
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** A text as it may be shown in a header or a page: one line, no controls, nothing that turns its direction. */
export const shown = (text: string): string =>
  text.replace(CONTROLS, ' ').replace(LONE_SURROGATE, '').replace(/\s+/g, ' ').trim();

/**
 * Checks an address before a parser can make another of it: `sw@council.test,evil@x.test` would be two recipients.
 * @param domains where given, the only domains (and those below them) mail may go to.
 * @returns null when it is good.
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
