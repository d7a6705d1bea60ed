// The policies and calendars an authority has put in place of the shipped ones: a folder that `apply` writes and `open` reads.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** NODRIFT_POLICIES, or `policies` in the folder `npm start` keeps its data in. */
export const installedFolder = (): string =>
  process.env.NODRIFT_POLICIES ?? join(process.env.NODRIFT_DATA ?? '.nodrift', 'policies');

export const policyFile = (authority: string): string => join(installedFolder(), `${authority}.json`);
export const calendarFile = (authority: string): string => join(installedFolder(), `${authority}.calendar.json`);

/** The file, where it has been installed. */
export const ifInstalled = (file: string): string | undefined => (existsSync(file) ? file : undefined);

/** The authorities with a policy of their own here. */
export function installedAuthorities(): readonly string[] {
  if (!existsSync(installedFolder())) return [];
  return readdirSync(installedFolder())
    .filter((name) => /^[a-z0-9-]+\.json$/.test(name))
    .map((name) => name.slice(0, -'.json'.length));
}
