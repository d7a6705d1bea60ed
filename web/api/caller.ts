// Who calls the API: whatever stands behind the bearer of a request, and what it may do. Routes know this and nothing else of keys and tokens.

import type { Scope } from '../../record/scopes.ts';

export { SCOPES, type Scope } from '../../record/scopes.ts';

export interface Caller {
  /** Opaque, nothing personal: `key:ck_3f…`, `token:<client id>`, `staff:<directory id>`. It stands in the audit and counts its calls. */
  readonly who: string;
  readonly kind: 'key' | 'token' | 'staff';
  /** Whose cases it may see. */
  readonly authorities: readonly string[] | 'all';
  readonly scopes: readonly Scope[];
}

/** Who stands behind a bearer; undefined where nobody does, any more or yet. */
/** @param from the address it came from, for the audit of what is refused */
export type Callers = (bearer: string, from?: string) => Promise<Caller | undefined>;

/** Whether a caller may see what is an authority's. */
export const isOf = ({ authorities }: Caller, authority: string): boolean =>
  authorities === 'all' || authorities.includes(authority);
