// Scenario files (a case and what is recorded when, for rehearsals and examples) and files of events for recording; as YAML or JSON.

import * as z from 'zod/mini';
import { isEventType, shapeOf } from '../domain/case/catalogue.ts';
import type { CaseEvent } from '../domain/case/events.ts';
import type { CaseFile } from '../domain/case/model.ts';
import { EventError, parseCaseFile } from '../domain/case/read-events.ts';
import type { PlayedEvent } from '../domain/play/player.ts';
import { describeIssue } from '../domain/policy/read-policy.ts';
import {
  dateOf,
  fromLondon,
  type Instant,
  type LocalDateTime,
  localDate,
  localDateTime,
} from '../domain/time/calendar.ts';
import { InvalidEvent } from './errors.ts';
import { isObject } from './is-object.ts';
import { readEvent } from './new-event.ts';
import { readYaml, ScenarioError, type YamlFile } from './yaml-file.ts';

export interface Scenario {
  readonly authority: string;
  readonly file: CaseFile;
  readonly events: readonly PlayedEvent[];
  /** To the end of the last day, or to a time of it. */
  readonly until: Instant;
  /** The other cases of a file that lists several; those that one of them leads to need no opening event. */
  readonly also: readonly Scenario[];
}

/** A case to open for good: who, and what happened so far. */
export interface Opening {
  readonly file: CaseFile;
  readonly events: readonly CaseEvent[];
}

const scenario = z.strictObject({
  authority: z.string(),
  case: z.looseObject({}),
  events: z.array(z.looseObject({ at: z.string(), type: z.string() })),
  until: z.string(),
});
const scenarios = z.strictObject({
  authority: z.string(),
  cases: z
    .array(z.looseObject({ events: z.optional(z.array(z.looseObject({ at: z.string(), type: z.string() }))) }))
    .check(z.minLength(1, 'must hold at least one case')),
  until: z.string(),
});
const opening = z.strictObject({
  authority: z.string(),
  case: z.looseObject({}),
  events: z.array(z.looseObject({})).check(z.minLength(1, 'must hold at least the event the case begins with')),
});

/**
 * Reads a scenario: one `case` with its `events`, or several `cases`, each with its own. What events say is read when they are
 * played: one that cannot be is refused there.
 * @throws ScenarioError
 */
export const readScenario = (path: string): Scenario => scenarioIn(readYaml(path));

/** The same of a scenario that came as JSON. @throws ScenarioError */
export const scenarioOf = (data: unknown): Scenario => scenarioIn({ data, where: () => 'the scenario' });

function scenarioIn(yaml: YamlFile): Scenario {
  if (!isObject(yaml.data) || !('cases' in yaml.data)) {
    const { authority, events, until, case: file } = shaped(scenario, yaml, SCENARIO);
    return one(yaml, { authority, file, events, until, fileAt: ['case'], eventsAt: ['events'], prefix: 'e' });
  }
  const { authority, cases, until } = shaped(scenarios, yaml, SCENARIO);
  const [first, ...also] = cases.map(({ events = [], case: nested, ...inline }, i) => {
    const file = isObject(nested) ? nested : inline;
    const fileAt = isObject(nested) ? ['cases', i, 'case'] : ['cases', i];
    return one(yaml, {
      authority,
      file,
      events,
      until,
      fileAt,
      eventsAt: ['cases', i, 'events'],
      prefix: `c${i + 1}-e`,
    });
  });
  if (!first) throw new ScenarioError(`${yaml.where([])}: cases: must hold at least one case`);
  return { ...first, also };
}

interface Parts {
  readonly authority: string;
  readonly file: Readonly<Record<string, unknown>>;
  readonly events: readonly { at: string; type: string }[];
  readonly until: string;
  readonly fileAt: readonly (string | number)[];
  readonly eventsAt: readonly (string | number)[];
  readonly prefix: string;
}

function one(yaml: YamlFile, { authority, file, events, until, fileAt, eventsAt, prefix }: Parts): Scenario {
  return {
    authority,
    file: inFile(yaml, fileAt, () => parseCaseFile({ ...file, authority }) as CaseFile),
    events: events.map(({ at, ...typed }, i) => ({
      at: inFile(yaml, [...eventsAt, i, 'at'], () => time(at)),
      ...inFile(yaml, [...eventsAt, i], () => withId(typed, `${prefix}${i + 1}`)),
    })),
    until: inFile(yaml, ['until'], () => fromLondon(until.length === 10 ? endOf(until) : time(until))),
    also: [],
  };
}

/** An event may carry an id to be corrected by. Where `id` is a field of the event, an action's, it is that. */
function withId(typed: { readonly type: string; readonly id?: unknown }, usual: string) {
  const { id, ...event } = typed;
  if (id === undefined || (isEventType(typed.type) && Object.hasOwn(shapeOf(typed.type), 'id')))
    return { id: usual, event: typed };
  if (typeof id !== 'string' || id === '') throw new InvalidEvent('id: must be a text');
  return { id, event };
}

/**
 * Reads the file a case is opened with: a scenario's `authority`, `case` and first `events`, these without `at`.
 * @throws ScenarioError
 */
export function readOpening(path: string): Opening {
  const yaml = readYaml(path);
  const { authority, events, case: file } = shaped(opening, yaml, OPENING);
  return {
    file: inFile(yaml, ['case'], () => parseCaseFile({ ...file, authority }) as CaseFile),
    events: events.map((event, i) => inFile(yaml, ['events', i], () => eventIn(event))),
  };
}

/**
 * Reads a file with one event, or a list of them.
 * @param check throws what is wrong with an event
 * @throws ScenarioError: what is wrong with each of them
 */
export function readEvents(path: string, check: (event: unknown) => void): readonly unknown[] {
  const yaml = readYaml(path);
  if (Array.isArray(yaml.data) && yaml.data.length === 0)
    throw new ScenarioError(`${path}: the list is empty: it may hold one event or more`);
  const all: readonly unknown[] = Array.isArray(yaml.data) ? yaml.data : [yaml.data];
  const faults = all.flatMap((event, i) => {
    try {
      inFile(yaml, Array.isArray(yaml.data) ? [i] : [], () => check(recordedNow(event)));
      return [];
    } catch (error) {
      if (error instanceof ScenarioError) return [error.message];
      throw error;
    }
  });
  if (faults.length > 0) throw new ScenarioError(faults.join('; '));
  return all;
}

const eventIn = (data: unknown): CaseEvent => readEvent(recordedNow(data));

function recordedNow(data: unknown): unknown {
  if (typeof data === 'object' && data !== null && 'at' in data)
    throw new InvalidEvent('at: is for rehearsals; leave it out: an event is recorded now, and dated by its own "on"');
  return data;
}

const SCENARIO = 'a scenario is an object with authority, case (or cases), events and until; examples/ has some';
const OPENING = 'a case is opened with an object of authority, case and events; nodrift open --help shows one';

function shaped<T extends z.ZodMiniType>(schema: T, { data, where }: YamlFile, what: string): z.output<T> {
  if (!isObject(data)) throw new ScenarioError(`${where([])}: ${what}`);
  const result = z.safeParse(schema, data, { reportInput: true });
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${where(issue.path)}: ${plainly(describeIssue(issue))}`);
  throw new ScenarioError(problems.join('; '));
}

/** The checks' words for what files hold. */
const plainly = (problem: string): string =>
  problem.replace(/^the whole: /, '').replace('must be an array', 'must be a list');

/** `2027-03-01T10:00`, or with a space in place of the T, as people write it. */
const time = (text: string): LocalDateTime => localDateTime(text.replace(' ', 'T'));
const endOf = (day: string): LocalDateTime => localDateTime(`${dateOf(`${localDate(day)}T` as LocalDateTime)}T23:59`);

function inFile<T>({ where }: YamlFile, place: readonly (string | number)[], read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof EventError || error instanceof InvalidEvent)) throw error;
    const named = place.length > 0 && place[0] !== 'case' ? `${place.join('.')}: ` : '';
    throw new ScenarioError(`${where(place)}: ${named}${error.message}`);
  }
}
