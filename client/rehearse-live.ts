// Rehearsal on the running server: the real workflow, worker and mails, with a clock that jumps. Gives what rehearse.ts gives in memory.

import { WorkflowNotFoundError } from '@temporalio/client';
import type { CaseFile } from '../domain/case/model.ts';
import type { Delivery, Notice } from '../domain/notices/notice.ts';
import type { PlayedEvent } from '../domain/play/player.ts';
import { epochMs, fromEpochMs, fromLondon, type Instant, inLondon } from '../domain/time/calendar.ts';
import { order } from '../domain/time/order.ts';
import { loadCalendar, loadPolicy } from '../policies/load.ts';
import { type RecordAnswer, workflowId } from '../workflows/api.ts';
import { CaseNotFound, Refused } from './errors.ts';
import { readEvent } from './new-event.ts';
import type { Nodrift } from './nodrift.ts';
import { firstOf } from './payloads-read.ts';
import { byDue, type Rehearsal, type RehearseOptions, refusedLine, together, told } from './rehearse.ts';
import type { Scenario } from './scenario.ts';
import { CaseClock } from './time-travel.ts';

/** Events are recorded half a minute of the case's time early, so that what is recorded at the minute of a step still comes before it. */
const EARLY_MS = 30_000;

/**
 * Plays a scenario on the running server, under references of its own.
 * @throws Refused when the scenario begins in the past, for the server's clock only jumps forward
 */
export async function rehearseLive(
  nodrift: Nodrift,
  scenario: Scenario,
  options: RehearseOptions = {},
): Promise<Rehearsal & { readonly workflowIds: readonly string[] }> {
  const all = [scenario, ...scenario.also];
  const early = all.flatMap((one) => one.events).find(({ at }) => fromLondon(at) < fromEpochMs(Date.now()));
  if (early) throw new Refused(`a live rehearsal plays future dates; this one has ${early.at}: leave out --live`, null);
  const run = `-rehearsal-${Date.now().toString(36)}`;
  const cases = all.map((one) => new LiveCase(nodrift, one, run, all, options));
  const events = cases.flatMap((live) => live.scenario.events.map((event) => ({ live, event })));
  try {
    for (const { live, event } of events.sort((a, b) => order(a.event.at, b.event.at))) {
      if (fromLondon(event.at) > scenario.until) break;
      await live.record(event, cases);
    }
    const parts: Rehearsal[] = [];
    for (const live of cases.toReversed()) await live.clock?.forwardTo(justAfter(scenario.until));
    for (const live of cases) parts.push(await live.finish(cases));
    return { ...together(parts, scenario), workflowIds: cases.map((live) => live.id) };
  } finally {
    for (const live of cases) await live.end();
  }
}

/** One case of a rehearsal, with its own clock. */
class LiveCase {
  readonly scenario: Scenario;
  readonly id: string;
  readonly #nodrift: Nodrift;
  readonly #file: CaseFile;
  readonly #options: RehearseOptions;
  readonly #refused: Rehearsal['refused'][number][] = [];
  readonly #remarks: Rehearsal['remarks'][number][] = [];
  /** The case that leads to this one, where one does: it opens it, and this one goes on with its clock. */
  readonly #parent: string | undefined;
  /** What every reference of this rehearsal holds, and no scenario: people read the references they wrote. */
  readonly #run: string;
  clock: CaseClock | undefined;

  constructor(nodrift: Nodrift, scenario: Scenario, run: string, all: readonly Scenario[], options: RehearseOptions) {
    const parent = all.find((one) => one !== scenario && scenario.file.ref.startsWith(`${one.file.ref}-`));
    const base = parent
      ? `${parent.file.ref}${run}${scenario.file.ref.slice(parent.file.ref.length)}`
      : `${scenario.file.ref}${run}`;
    this.#nodrift = nodrift;
    this.scenario = scenario;
    this.#parent = parent?.file.ref;
    this.#run = run;
    this.#options = options;
    this.#file = { ...scenario.file, ref: base, people: scenario.file.people.map(withAddress) };
    this.id = workflowId(this.#file.kind, base);
  }

  async record({ id, at, event }: PlayedEvent, cases: readonly LiveCase[]): Promise<void> {
    const recordedAt = fromLondon(at);
    const type = String((event as { type: unknown }).type);
    try {
      const clock = this.clock ?? (await this.#openedByParent(cases, recordedAt));
      // All of them, those that were opened last first: what one reports to another must find it at the same moment.
      for (const one of cases.toReversed()) await one.clock?.forwardTo(justBefore(recordedAt));
      const wish = [{ id, recordedAt, event: readEvent(event) }];
      if (clock) {
        this.#remark(at, type, await this.#nodrift.record(this.#file, wish));
      } else {
        this.#remark(at, type, await this.#nodrift.open(this.#file, wish, { ...this.#rules(), rehearsal: true }));
        this.clock = new CaseClock(this.#nodrift.client, this.id);
      }
    } catch (error) {
      if (error instanceof Refused)
        this.#refused.push(refusedLine({ at, type, rule: error.rule, reason: this.#asWritten(error.message) }));
      else if (error instanceof CaseNotFound && this.clock)
        this.#refused.push(
          refusedLine({ at, type, rule: null, reason: `the case ${this.scenario.file.ref} is closed` }),
        );
      else throw error;
    }
  }

  /** The same as in memory, whatever is in force. */
  #rules(): Required<Pick<RehearseOptions, 'policy' | 'calendar'>> {
    const { policy = loadPolicy(this.scenario.authority), calendar = loadCalendar() } = this.#options;
    return { policy, calendar };
  }

  #remark(at: PlayedEvent['at'], type: string, { warnings }: RecordAnswer): void {
    for (const { event, rule, message } of warnings)
      this.#remarks.push({ event, at: inLondon(fromLondon(at)), type, rule, message: this.#asWritten(message) });
  }

  #asWritten(words: string): string {
    return words.replaceAll(this.#run, '');
  }

  /** The case that leads here opens it, when it has been brought to this moment. */
  async #openedByParent(cases: readonly LiveCase[], at: Instant): Promise<CaseClock | undefined> {
    const parent = cases.find((one) => one.scenario.file.ref === this.#parent);
    if (!parent?.clock) return undefined;
    await parent.clock.forwardTo(justBefore(at));
    try {
      await this.#nodrift.client.workflow.getHandle(this.id).describe();
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined; // not led here: the scenario opens it itself
      throw error;
    }
    this.clock = new CaseClock(this.#nodrift.client, this.id);
    return this.clock;
  }

  /** A case whose clock ran ahead would go on writing, in real time: its story stays to be looked at, it itself ends. */
  async end(): Promise<void> {
    if (!this.clock) return;
    const handle = this.#nodrift.client.workflow.getHandle(this.id);
    if ((await handle.describe()).status.name === 'RUNNING') await handle.terminate('the rehearsal is over');
  }

  async finish(cases: readonly LiveCase[]): Promise<Rehearsal> {
    const { scenario } = this;
    if (!this.clock) await this.#openedByParent(cases, scenario.until);
    const [refused, remarks] = [this.#refused, this.#remarks];
    if (!this.clock) return { notices: [], refused, remarks, owed: [], closed: false };
    await this.clock.forwardTo(justAfter(scenario.until));
    const { status } = await this.#nodrift.client.workflow.getHandle(this.id).describe();
    const { policy } = this.#rules();
    const notices = await delivered(this.#nodrift, this.id);
    const { duties, consentWithdrawn } = await this.#nodrift.owed(this.#file, scenario.until);
    return {
      notices: notices
        .filter((notice) => notice.at <= scenario.until)
        .map((notice) => told(scenario, notice, notice.to.id, policy.meetings)),
      refused,
      remarks,
      owed: duties
        .map(({ role, askedOf, ...duty }) => ({ ...duty, ...(consentWithdrawn && { consentWithdrawn }) }))
        .sort(byDue),
      closed: status.name === 'COMPLETED',
    };
  }
}

const justBefore = (moment: Instant): Instant => fromEpochMs(epochMs(moment) - EARLY_MS);
const justAfter = (moment: Instant): Instant => fromEpochMs(epochMs(moment) + EARLY_MS);
/** Scenarios may leave addresses out; a rehearsal's mail goes nowhere but the embedded inbox. */
const withAddress = (person: Scenario['file']['people'][number]) => ({
  ...person,
  email: person.email ?? `${person.id}@rehearsal.example`,
});

/** What the workflow handed to `deliver`, from its own history: every run of the case. */
async function delivered(nodrift: Nodrift, id: string): Promise<readonly Notice[]> {
  const notices: Notice[] = [];
  let runId: string | undefined = (await nodrift.client.workflow.getHandle(id).describe()).runId;
  while (runId) {
    const { events } = await nodrift.client.workflow.getHandle(id, runId).fetchHistory();
    const run: Notice[] = [];
    for (const event of events ?? []) {
      const scheduled = event.activityTaskScheduledEventAttributes;
      const payloads = scheduled?.activityType?.name === 'deliver' ? scheduled.input?.payloads : undefined;
      if (payloads) run.push(...((await firstOf<Delivery>(nodrift.client, id, payloads))?.notices ?? []));
    }
    notices.unshift(...run);
    runId = events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId || undefined;
  }
  return notices;
}
