// Drives one case-year on the development server, ours or the bare one: the same updates at the same moments of the case's own clock.

import { type Client, WithStartWorkflowOperation } from '@temporalio/client';
import type { Scenario } from '../client/scenario.ts';
import { CaseClock } from '../client/time-travel.ts';
import type { Recorded } from '../domain/case/events.ts';
import type { CaseFile } from '../domain/case/model.ts';
import { parseRecorded } from '../domain/case/read-events.ts';
import type { Delivery } from '../domain/notices/notice.ts';
import { epochMs, fromEpochMs, fromLondon, type Instant } from '../domain/time/calendar.ts';
import { type CaseInput, type Opening, open, record, WORKFLOW_TYPES, workflowId } from '../workflows/api.ts';
import type { BareDelivery, BareInput } from './bare-workflow.ts';

/** What is driven: a workflow type with its input, under ids of its own. */
export interface Subject {
  readonly name: 'ours' | 'bare';
  readonly type: string;
  readonly taskQueue: string;
  readonly id: (ref: string) => string;
  readonly input: (ref: string, opening: Opening) => CaseInput | BareInput;
  /** Whose case it is. */
  readonly file: (ref: string) => CaseFile;
}

export type History = Awaited<ReturnType<ReturnType<Client['workflow']['getHandle']>['fetchHistory']>>;

/** As any case it loads what is in force for its authority; a rehearsal, for its days are to come. */
export function ours(scenario: Scenario): Subject {
  const { kind } = scenario.file;
  return {
    name: 'ours',
    type: WORKFLOW_TYPES[kind],
    taskQueue: 'bench-ours',
    id: (ref) => workflowId(kind, ref),
    input: (_, opening) => ({ ...opening, rehearsal: true }),
    file: fileOf(scenario),
  };
}

export function bareLike(scenario: Scenario, deliveries: readonly BareDelivery[]): Subject {
  const input = { deliveries, until: scenario.until };
  return {
    name: 'bare',
    type: 'bare',
    taskQueue: 'bench-bare',
    id: (ref) => `bare/${ref}`,
    input: () => input,
    file: fileOf(scenario),
  };
}

const fileOf =
  ({ file }: Scenario) =>
  (ref: string): CaseFile => ({
    ...file,
    ref,
    people: file.people.map((person) => ({ email: `${person.id}@bench.example`, ...person })),
  });

/** The scenario's events as updates carry them. */
export const updatesOf = ({ events, until }: Scenario): readonly Recorded[] =>
  events
    .map(({ id, at, event }) => parseRecorded({ id, recordedAt: fromLondon(at), event }))
    .filter(({ recordedAt }) => recordedAt <= until);

/** Starts it with its opening, of one event or more. */
export async function start(client: Client, subject: Subject, ref: string, events: readonly Recorded[]): Promise<void> {
  const opening = { file: subject.file(ref), events };
  const startWorkflowOperation = new WithStartWorkflowOperation(subject.type, {
    workflowId: subject.id(ref),
    taskQueue: subject.taskQueue,
    args: [subject.input(ref, opening)],
    workflowIdConflictPolicy: 'FAIL',
  });
  await client.workflow.executeUpdateWithStart(open, { startWorkflowOperation, args: [opening] });
}

/** One case from its first event to its end. @returns its history */
export async function live(client: Client, subject: Subject, ref: string, scenario: Scenario): Promise<History> {
  const [first, ...rest] = updatesOf(scenario);
  if (!first) throw new Error('the scenario has no event');
  await start(client, subject, ref, [first]);
  const id = subject.id(ref);
  const clock = new CaseClock(client, id);
  const handle = client.workflow.getHandle(id);
  for (const one of rest) {
    await clock.forwardTo(soonAfter(one.recordedAt));
    await handle.executeUpdate(record, { args: [[one]] });
  }
  await clock.forwardTo(scenario.until);
  return handle.fetchHistory();
}

/** As in life, what is typed in at a moment arrives when the case’s clock has passed it; half a minute, for a driven clock lags a little. */
const soonAfter = (moment: Instant): Instant => fromEpochMs(epochMs(moment) + 30_000);

/** What a case delivered and when, as the bare workflow takes it: read from the case's own history. */
export function deliveriesOf(client: Client, { events }: History): readonly BareDelivery[] {
  const converter = client.options.loadedDataConverter.payloadConverter;
  const found: BareDelivery[] = [];
  let updates = 0;
  let updatedNow = false;
  for (const event of events ?? []) {
    if (event.workflowTaskCompletedEventAttributes) updatedNow = false;
    if (event.workflowExecutionUpdateAcceptedEventAttributes) {
      updates++;
      updatedNow = true;
    }
    const scheduled = event.activityTaskScheduledEventAttributes;
    const payload = scheduled?.activityType?.name === 'deliver' ? scheduled.input?.payloads?.[0] : undefined;
    if (!payload) continue;
    const { notices, now } = converter.fromPayload<Delivery>(payload);
    found.push(updatedNow ? { notices, afterUpdate: updates } : { notices, at: now as Instant });
  }
  return found;
}

/** How many events and of which kinds, without those of the fast-forward itself, which no real case has; and how many workflow tasks. */
export function sizeOf({ events }: History) {
  const kinds: Record<string, number> = {};
  for (const event of events ?? []) {
    const of = Object.keys(event).find((key) => key.endsWith('EventAttributes') && event[key as keyof typeof event]);
    const kind = (of ?? 'other').replace('EventAttributes', '');
    if (!OF_FAST_FORWARD.has(kind)) kinds[kind] = (kinds[kind] ?? 0) + 1;
  }
  const all = Object.values(kinds).reduce((sum, one) => sum + one, 0);
  return { events: all, tasks: kinds.workflowTaskCompleted ?? 0, kinds };
}

const OF_FAST_FORWARD = new Set(['workflowExecutionOptionsUpdated', 'workflowExecutionTimeSkippingTransitioned']);
