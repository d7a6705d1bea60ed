// Options and arguments that several commands share: dates, authorities, policies, calendars, and the name of a case.

import { InvalidArgumentError } from 'commander';
import { type LocalDate, localDate } from '../../domain/calendar.ts';
import { CASE_KINDS, type CaseKind } from '../../domain/model.ts';
import { type Policy, PolicyError } from '../../domain/policy.ts';
import type { Labels } from '../../domain/wording.ts';
import { AUTHORITIES, loadPolicy } from '../../policies/load.ts';
import { BadInput } from '../errors.ts';
import type { CaseKey, Nodrift } from '../nodrift.ts';

/** For commander: a day that exists. */
export function dateOption(text: string): LocalDate {
  try {
    return localDate(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

/**
 * The policy of a shipped authority, or the one in a file.
 * @param named.file the file that names the authority, where one does
 * @throws PolicyError, BadInput
 */
export function policyOf(named: { authority?: string; file?: string; policy?: string | undefined }): Policy {
  const { authority, file, policy } = named;
  if (policy === undefined && authority === undefined)
    throw new BadInput(`say whose rules: --authority ${AUTHORITIES.join('|')}, or --policy FILE`);
  if (policy !== undefined && !policy.endsWith('.json'))
    throw new BadInput(`--policy ${policy}: a policy is a .json file`);
  try {
    return loadPolicy(policy ?? authority ?? '');
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    const where = policy !== undefined ? `--policy ${policy}: ` : file !== undefined ? `${file}: authority: ` : '';
    throw new BadInput(`${where}${error.problems.join('; ')}`);
  }
}

/** `child-protection/BC-2041` */
export function caseKey(text: string): CaseKey {
  const [kind, ref, ...more] = text.split('/');
  if (!(CASE_KINDS as readonly string[]).includes(kind ?? '') || !ref || more.length > 0)
    throw new InvalidArgumentError(
      `A case is called KIND/REF, such as child-protection/BC-2041; kinds are ${CASE_KINDS.join(', ')}`,
    );
  return { kind: kind as CaseKind, ref };
}

/** The words an authority has for meetings and roles. */
export const labelsOf = ({ meetings, roles }: Pick<Policy, 'meetings' | 'roles'>): Labels => ({
  meetings: labels(meetings),
  roles: labels(roles),
});

const labels = (settings: Readonly<Record<string, { readonly label: string }>>): Record<string, string> =>
  Object.fromEntries(Object.entries(settings).map(([key, { label }]) => [key, label]));

/** Does something on the server and hangs up. @throws Unavailable when none answers */
export async function connected<T>(act: (nodrift: Nodrift) => Promise<T>): Promise<T> {
  // Only here: what needs no server must not wait for Temporal's libraries to load.
  const { Nodrift } = await import('../nodrift.ts');
  const nodrift = await Nodrift.connect();
  try {
    return await act(nodrift);
  } finally {
    await nodrift.close();
  }
}
