// Authorities as they are named in a request. One that nobody knows and one that is not the caller's have the same answer, wherever they are named.

import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { ApiEnv } from './api-frame.ts';
import { isOf } from './caller.ts';
import { Problem } from './problem.ts';

export const AUTHORITY = z
  .string()
  .regex(/^[a-z0-9-]{1,64}$/, 'must be the name of an authority: small letters, digits and dashes')
  .openapi({ example: 'barnsley' });

/**
 * Lets on whoever names an authority that is theirs and has a policy in force.
 * @param field where it stands in what was sent
 * @throws Problem `authority-not-found`, with those that the caller may name
 */
export async function demandAuthority(c: Context<ApiEnv>, authority: string, field = 'authority'): Promise<void> {
  const { authorities: known } = c.get('options');
  const caller = c.get('caller');
  if (isOf(caller, authority) && (known === undefined || (await known()).includes(authority))) return;
  const theirs = (await known?.())?.filter((one) => isOf(caller, one)) ?? [];
  throw noAuthority(authority, { field, theirs });
}

/** @param theirs the authorities that the caller may name */
export function noAuthority(
  authority: string,
  { field, theirs = [] }: { readonly field: string; readonly theirs?: readonly string[] },
): Problem {
  const there = theirs.length > 0 ? `; this caller has ${theirs.join(', ')}` : '';
  return new Problem('authority-not-found', `${field}: there is no authority ${authority}${there}`, { field });
}
