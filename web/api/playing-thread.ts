// The thread in which timelines and rehearsals are worked out (playing.ts). It knows no record and no network: plain data in, plain data out.

import { parentPort } from 'node:worker_threads';
import { type AskedAs, datesAsked } from '../../client/dates-asked.ts';
import { BadInput, InvalidEvent } from '../../client/errors.ts';
import { rehearse } from '../../client/rehearse.ts';
import { type Scenario, scenarioOf } from '../../client/scenario.ts';
import { ScenarioError } from '../../client/yaml-file.ts';
import { addMonths, dateOf, inLondon, localDate } from '../../domain/time/calendar.ts';
import type { Said, ToPlay } from './playing.ts';

/** So many years are played, from the first event on. */
const MOST_YEARS = 10;
const MOST_CASES = 10;
const MOST_EVENTS = 1000;

const FIELDS: AskedAs = {
  months: 'months',
  planApproved: 'planApproved',
  held: (meeting, on) => `held.${meeting}: ${on}`,
};

parentPort?.on('message', (job: ToPlay) => parentPort?.postMessage(said(job)));

/** What cannot be played is said to whoever asked; anything else ends the thread, and is a bug. */
function said(job: ToPlay): Said {
  try {
    return { answer: played(job) };
  } catch (error) {
    if (error instanceof ScenarioError || error instanceof BadInput || error instanceof InvalidEvent)
      return { fault: error.message };
    throw error;
  }
}

function played(job: ToPlay): unknown {
  if (job.what === 'timeline') return datesAsked(job.asked, job, FIELDS);
  const scenario = scenarioOf(job.scenario);
  checkLength(scenario);
  const { notices, refused, owed, closed } = rehearse(scenario, job);
  return { notices, refused, owed, closed };
}

/** @throws BadInput for what would take too long whoever plays it */
function checkLength(scenario: Scenario): void {
  const cases = [scenario, ...scenario.also];
  if (cases.length > MOST_CASES) throw new BadInput(`cases: are more than ${MOST_CASES}: play fewer at once`);
  const events = cases.flatMap((one) => one.events);
  if (events.length > MOST_EVENTS) throw new BadInput('events: are more than 1,000: play fewer at once');
  const first = events.map(({ at }) => dateOf(at)).sort()[0];
  if (first === undefined) throw new BadInput('events: are none: give at least the one the case begins with');
  if (first < '2000-01-01' || first > '2100-01-01') throw new BadInput(`events: ${first}: play between 2000 and 2100`);
  const last = addMonths(first, MOST_YEARS * 12);
  if (localDate(inLondon(scenario.until).slice(0, 10)) > last)
    throw new BadInput(`until: is more than ${MOST_YEARS} years after the first event: play up to ${last}`);
}
