// The authority's own sign-in by OpenID Connect: where it is, and what its claims say of somebody. Claims give rights for one session; what
// they do not say nobody has from them.

import { addressFault } from '../../mail/address.ts';

/** A right beyond one's own duties, and of whom. */
export type GivenRight =
  | { readonly right: 'team'; readonly authority: string; readonly team: string }
  | { readonly right: 'authority'; readonly authority: string }
  | { readonly right: 'operations' }
  /** Reads in Temporal UI what cases hold. */
  | { readonly right: 'case-reader'; readonly authority: string };

export interface OidcSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string | undefined;
  /** What the button on the page to sign in says. */
  readonly name: string;
  /** The claim with somebody's address. `email` counts only where the issuer says that it is verified; another is believed as it is. */
  readonly addressClaim: string;
  /** The claim that lists rights, or groups that `groups` gives rights to. */
  readonly rightsClaim: string;
  /** The rights of groups; empty where the claim itself names rights. */
  readonly groups: ReadonlyMap<string, readonly GivenRight[]>;
}

/** The address and rights of whoever the issuer signed in. */
export interface Claims {
  readonly address: string;
  readonly rights: readonly GivenRight[];
}

/**
 * Reads NODRIFT_OIDC_ISSUER and its companions. @returns undefined where no issuer is set
 * @throws Error with one line for what cannot be used
 */
export function readOidc(env: Readonly<Record<string, string | undefined>>): OidcSettings | undefined {
  const issuer = env.NODRIFT_OIDC_ISSUER?.trim();
  if (!issuer) return undefined;
  const url = URL.canParse(issuer) ? new URL(issuer) : undefined;
  const here = url !== undefined && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  if (!url || (url.protocol !== 'https:' && !(url.protocol === 'http:' && here)) || url.search || url.hash)
    throw new Error(
      `NODRIFT_OIDC_ISSUER must look like https://login.council.example (http only on this machine), not "${issuer}"`,
    );
  const clientId = env.NODRIFT_OIDC_CLIENT_ID?.trim();
  // Whoever takes tokens of this issuer for the API alone has no page to sign in by it.
  if (!clientId) return undefined;
  return {
    issuer: issuer.replace(/\/$/, ''),
    clientId,
    clientSecret: env.NODRIFT_OIDC_CLIENT_SECRET?.trim() || undefined,
    name: env.NODRIFT_OIDC_NAME?.trim() || 'your work account',
    addressClaim: env.NODRIFT_OIDC_ADDRESS_CLAIM?.trim() || 'email',
    rightsClaim: env.NODRIFT_OIDC_RIGHTS_CLAIM?.trim() || 'nodrift_rights',
    groups: readGroups(env.NODRIFT_OIDC_GROUPS ?? ''),
  };
}

/** `children-managers=authority:barnsley, it=operations` */
function readGroups(text: string): ReadonlyMap<string, readonly GivenRight[]> {
  const groups = new Map<string, GivenRight[]>();
  for (const one of text.split(',').map((part) => part.trim())) {
    if (one === '') continue;
    const [, group = '', right = ''] = /^(.+)=([^=]+)$/.exec(one) ?? [];
    const given = rightOf(right.trim());
    if (!given)
      throw new Error(
        `NODRIFT_OIDC_GROUPS must be group=right, several separated by commas, a right being team:<authority>/<team>, authority:<authority>, operations or case-reader:<authority>, not "${one}"`,
      );
    groups.set(group.trim(), [...(groups.get(group.trim()) ?? []), given]);
  }
  return groups;
}

/** Reads a right as claims and settings write it; undefined for what is none. */
function rightOf(text: string): GivenRight | undefined {
  if (text === 'operations') return { right: 'operations' };
  const [, readerOf] = /^case-reader:([a-z0-9-]+)$/.exec(text) ?? [];
  if (readerOf) return { right: 'case-reader', authority: readerOf };
  const [, team, teamOf, authority] = /^(?:team:([a-z0-9-]+)\/(.+)|authority:([a-z0-9-]+))$/.exec(text) ?? [];
  if (team && teamOf) return { right: 'team', authority: team, team: teamOf };
  return authority ? { right: 'authority', authority } : undefined;
}

/** What an issuer's claims say; undefined where they give no address that counts. */
export function claimsOf(settings: OidcSettings, profile: Readonly<Record<string, unknown>>): Claims | undefined {
  const { addressClaim, rightsClaim, groups } = settings;
  const said = Object.hasOwn(profile, addressClaim) ? profile[addressClaim] : undefined;
  const address = typeof said === 'string' ? said.trim().toLowerCase() : '';
  if (addressFault(address) || (addressClaim === 'email' && !isTrue(profile.email_verified ?? profile.emailVerified)))
    return undefined;
  const listed = Object.hasOwn(profile, rightsClaim) ? profile[rightsClaim] : undefined;
  const names = (Array.isArray(listed) ? listed : typeof listed === 'string' ? listed.split(/\s+/) : [])
    .filter((one): one is string => typeof one === 'string')
    .slice(0, 1_000);
  const rights = names.flatMap((name) => (groups.size > 0 ? (groups.get(name) ?? []) : (rightOf(name) ?? [])));
  return { address, rights };
}

const isTrue = (value: unknown): boolean => value === true || value === 'true';
