// Puts an authority's policy or calendar where new cases find it. What runs is reached by the workflow `applyToCases`.

import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import type { Policy } from '../domain/policy/policy.ts';
import { PolicyError } from '../domain/policy/read-policy.ts';
import type { CalendarData } from '../domain/time/calendar.ts';
import { calendarFile, ifInstalled, installedFolder, policyFile } from './installed.ts';
import { type CalendarFile, calendarFrom, hashOf, isKnown, loadPolicy, readCalendarFile } from './load.ts';

/**
 * @returns the file it stands in
 * @throws PolicyError when its version is in force with other figures: new cases would have others than those that run
 */
export function installPolicy({ hash, ...policy }: Policy): string {
  const { authority, version } = policy;
  const before = isKnown(authority) ? loadPolicy(authority) : undefined;
  if (before?.version === version && before.hash !== hash)
    throw new PolicyError([
      `version: ${version} of ${authority} is in force with other figures; give the changed policy a version of its own`,
    ]);
  return install(policyFile(policy.authority), policy);
}

export interface InstalledCalendar {
  readonly file: string;
  readonly calendar: CalendarData;
  /** Of the event that tells running cases: the same for the same days, another when days that were in force come back. */
  readonly event: string;
}

/**
 * Puts a calendar file in force for an authority; without one, the bank holidays of this release alone.
 * What stands in the file goes on top of each release's own list, so a later release adds its years.
 * @throws PolicyError naming what is wrong in the file
 */
export function installCalendar(authority: string, file?: string): InstalledCalendar {
  const path = calendarFile(authority);
  const before = readCalendarFile(ifInstalled(path)).applied;
  const { applied: _, ...own } = readCalendarFile(file);
  const calendar = calendarFrom(own);
  const hash = hashOf(calendar);
  const number = before?.hash === hash ? before.number : (before?.number ?? 0) + 1;
  install(path, { ...own, applied: { number, hash } } satisfies CalendarFile);
  return { file: path, calendar, event: `calendar/${calendar.until}-${number}-${hash}` };
}

/** Whole or not at all: whoever opens a case meanwhile reads the old one. */
function install(file: string, content: unknown): string {
  mkdirSync(installedFolder(), { recursive: true });
  const part = `${file}.${process.pid}.part`;
  writeFileSync(part, `${JSON.stringify(content, null, 2)}\n`);
  renameSync(part, file);
  return file;
}
