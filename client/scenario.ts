// Scenario files: a case and what is recorded when, as YAML, for rehearsals and examples.

import { readFileSync } from 'node:fs';
import { parse, YAMLParseError } from 'yaml';
import * as z from 'zod/mini';
import { dateOf, fromLondon, type Instant, type LocalDateTime, localDate, localDateTime } from '../domain/calendar.ts';
import { EventError, parseCaseFile } from '../domain/events.ts';
import type { CaseFile } from '../domain/model.ts';
import type { PlayedEvent } from '../domain/player.ts';
import { describeIssue } from '../domain/policy.ts';

export interface Scenario {
  readonly authority: string;
  readonly file: CaseFile;
  readonly events: readonly PlayedEvent[];
  /** To the end of the last day, or to a time of it. */
  readonly until: Instant;
}

/** A scenario that cannot be read: one sentence that names the file, the place and what is wrong there. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
}

const schema = z.strictObject({
  authority: z.string(),
  case: z.looseObject({}),
  events: z.array(z.looseObject({ at: z.string(), type: z.string() })),
  until: z.string(),
});

/**
 * Reads a scenario.
 * @throws ScenarioError
 */
export function readScenario(path: string): Scenario {
  const data = readYaml(path);
  const result = z.safeParse(schema, data);
  if (!result.success) throw new ScenarioError(`${path}: ${result.error.issues.map(describeIssue).join('; ')}`);
  const { authority, events, until } = result.data;
  const file = inFile(path, 'case', () => parseCaseFile({ ...result.data.case, authority }) as CaseFile);
  return {
    authority,
    file,
    events: events.map(({ at, ...event }, i) => ({
      id: `e${i + 1}`,
      at: inFile(path, `events.${i}.at`, () => time(at)),
      event,
    })),
    until: inFile(path, 'until', () => fromLondon(until.length === 10 ? endOf(until) : time(until))),
  };
}

function readYaml(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new ScenarioError(`${path}: cannot be read`);
  }
  try {
    // Dates stay text: YAML's own would be read in the machine's time zone.
    return parse(text, { schema: 'core' });
  } catch (error) {
    if (error instanceof YAMLParseError)
      throw new ScenarioError(`${path}: is not YAML: ${error.message.split('\n')[0]}`);
    throw error;
  }
}

/** `2027-03-01T10:00`, or with a space in place of the T, as people write it. */
const time = (text: string): LocalDateTime => localDateTime(text.replace(' ', 'T'));
const endOf = (day: string): LocalDateTime => localDateTime(`${dateOf(`${localDate(day)}T` as LocalDateTime)}T23:59`);

function inFile<T>(path: string, place: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError || error instanceof EventError)
      throw new ScenarioError(`${path}: ${place}: ${error.message}`);
    throw error;
  }
}
