// Authorities and cases as a request names them. What nobody knows and what is not the caller's have the same answer, wherever they are named.

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

/** The authority that an address names, `/…/{authority}`. @throws Problem `authority-not-found` where it is not the caller's */
export async function authorityInAddress(
  c: Context<ApiEnv, string, { in: object; out: { param: { authority: string } } }>,
): Promise<string> {
  const { authority } = c.req.valid('param');
  await demandAuthority(c, authority);
  return authority;
}

/**
 * A case's id, where the caller may see it.
 * @param authorityOf whose case it is; undefined for one nobody knows
 * @throws Problem `case-not-found`: what the caller may not see is not there
 */
export async function demandCase(
  c: Context<ApiEnv>,
  { kind, ref }: { readonly kind: string; readonly ref: string },
  authorityOf: (caseId: string) => Promise<string | undefined>,
): Promise<string> {
  const id = `${kind}/${ref}`;
  const authority = await authorityOf(id);
  if (authority === undefined || !isOf(c.get('caller'), authority)) throw noCase(id);
  return id;
}

export const noCase = (id: string): Problem => new Problem('case-not-found', `${id}: there is no such case`);

/** @param theirs the authorities that the caller may name */
export function noAuthority(
  authority: string,
  { field, theirs = [] }: { readonly field: string; readonly theirs?: readonly string[] },
): Problem {
  const there = theirs.length > 0 ? `; this caller has ${theirs.join(', ')}` : '';
  return new Problem('authority-not-found', `${field}: there is no authority ${authority}${there}`, { field });
}
