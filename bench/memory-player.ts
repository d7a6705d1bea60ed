// Case-years a second in memory, on one core: the player over the child protection examples, read once, with one shared calendar.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readScenario, type Scenario } from '../client/scenario.ts';
import { type Prepared, playPrepared, prepare } from '../domain/play/player.ts';
import { Calendar, epochMs, fromLondon } from '../domain/time/calendar.ts';
import { loadCalendar, loadPolicy } from '../policies/load.ts';
import { median, ROOT, WARM_YEARS } from './support.ts';

const YEAR_MS = 365.25 * 86_400_000;

export interface PlayerSpeed {
  readonly example: string;
  /** Virtual years from the first event to the end of the scenario. */
  readonly caseYears: number;
  /** Case-years in a second of CPU, so that others on the machine do not count. */
  readonly perSecond: number;
}

/** Every child protection example: the median of several runs of a second each. */
export function measurePlayer(runs = 5): readonly PlayerSpeed[] {
  const calendar = new Calendar(loadCalendar());
  const folder = join(ROOT, 'examples');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => ({ example: name.replace('.yaml', ''), scenario: readScenario(join(folder, name)) }))
    .filter(({ scenario }) => scenario.file.kind === 'child-protection')
    .map(({ example, scenario }) => {
      const wanted = prepare({ ...scenario, policy: loadPolicy(scenario.authority), calendar });
      const caseYears = years(scenario);
      for (let lived = 0; lived < WARM_YEARS; lived += caseYears) playPrepared(wanted);
      const perRun = Array.from({ length: runs }, () => casesPerSecond(wanted) * caseYears);
      return { example, caseYears, perSecond: median(perRun) };
    });
}

function casesPerSecond(wanted: Prepared): number {
  const began = process.cpuUsage();
  let cases = 0;
  // A second of CPU, not of the clock: on a busy machine that is too short to be compiled by.
  // Asking how much was used costs as much as a twentieth of a case: once in a while is enough.
  for (; process.cpuUsage(began).user < 1_000_000; cases += 20) for (let i = 0; i < 20; i++) playPrepared(wanted);
  const { user, system } = process.cpuUsage(began);
  return (cases * 1_000_000) / (user + system);
}

function years({ events, until }: Scenario): number {
  const first = events[0];
  return first ? (epochMs(until) - epochMs(fromLondon(first.at))) / YEAR_MS : 0;
}
