// Options and arguments that several commands share: dates, authorities, policies, calendars, and the name of a case.

import { resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { BadInput } from '../client/errors.ts';
import { unreadable } from '../client/files.ts';
import type { CaseKey } from '../client/listed.ts';
import type { Nodrift } from '../client/nodrift.ts';
import { CASE_KINDS, type CaseKind } from '../domain/case/model.ts';
import type { Labels } from '../domain/notices/words.ts';
import type { Policy } from '../domain/policy/policy.ts';
import { PolicyError } from '../domain/policy/read-policy.ts';
import { type CalendarData, type LocalDate, localDate } from '../domain/time/calendar.ts';
import { AUTHORITIES, loadCalendar, loadPolicy } from '../policies/load.ts';

/** Parses an option: the authority whose policy or calendar is meant. */
export function authorityOption(text: string): string {
  if (!/^[a-z0-9-]{1,64}$/.test(text))
    throw new InvalidArgumentError('An authority is lower-case letters, digits and dashes');
  return text;
}

/** Parses an option: a day that exists. */
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
  if (policy !== undefined) return policyIn(policy, '--policy ');
  try {
    return loadPolicy(authority ?? '');
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    const own = `one that was put in force is had by nodrift policy show --authority NAME --json > FILE.json`;
    throw new BadInput(`${file !== undefined ? `${file}: authority: ` : ''}${error.problems.join('; ')}; ${own}`);
  }
}

/** The policy in a file. @param option how the file was given. @throws BadInput naming the file once and each field that is wrong */
export function policyIn(file: string, option = ''): Policy {
  const why = unreadable(file);
  if (!file.endsWith('.json'))
    throw new BadInput(`${option}${file}: a policy is a .json file${why === undefined ? '' : `; ${why}`}`);
  return inFile(file, option, () => loadPolicy(file));
}

/** The shipped calendar, or the one in a file. @throws BadInput as `policyIn` does */
export const calendarFor = (file: string | undefined): CalendarData =>
  file === undefined ? loadCalendar() : inFile(file, '--calendar ', () => loadCalendar(file));

/** Reads a policy or a calendar. @throws BadInput whose message begins with the file's name as it was typed, once */
export function inFile<T>(file: string, option: string, read: () => T): T {
  const why = unreadable(file);
  if (why !== undefined) throw new BadInput(`${option}${file}: ${why}`);
  try {
    return read();
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    throw new BadInput(`${option}${file}: ${error.problems.map((problem) => without(file, problem)).join('; ')}`);
  }
}

/** The problem without the file's name, with which it may begin in another spelling. */
const without = (file: string, problem: string): string =>
  [resolve(file), file].reduce(
    (text, path) =>
      /^[: ]/.test(text.slice(path.length)) && text.startsWith(path)
        ? text.slice(path.length).replace(/^:? /, '')
        : text,
    problem,
  );

/** `child-protection/BC-2041` */
export function caseKey(text: string): CaseKey {
  const [kind, ref, ...more] = text.split('/');
  if (!(CASE_KINDS as readonly string[]).includes(kind ?? '') || !ref || more.length > 0)
    throw new InvalidArgumentError(
      `A case is called KIND/REF, such as child-protection/EX-DRIFTING; kinds are ${CASE_KINDS.join(', ')}`,
    );
  return { kind: kind as CaseKind, ref };
}

/** An authority's words for meetings and roles. */
export const labelsOf = ({ meetings, roles }: Pick<Policy, 'meetings' | 'roles'>): Labels => ({
  meetings: labels(meetings),
  roles: labels(roles),
});

const labels = (settings: Readonly<Record<string, { readonly label: string }>>): Record<string, string> =>
  Object.fromEntries(Object.entries(settings).map(([key, { label }]) => [key, label]));

/** Connects to the server, does the work, and closes the connection. @throws Unavailable when no server answers */
export async function connected<T>(act: (nodrift: Nodrift) => Promise<T>): Promise<T> {
  // Loaded only here: a command that needs no server must not wait for Temporal's libraries.
  const { Nodrift } = await import('../client/nodrift.ts');
  const nodrift = await Nodrift.connect();
  try {
    return await act(nodrift);
  } finally {
    await nodrift.close();
  }
}
