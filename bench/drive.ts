// Drives one case-year on the development server, ours or the bare one: the same updates at the same moments of the case's own clock.

import { type Client, WithStartWorkflowOperation } from '@temporalio/client';
import type { Scenario } from '../client/scenario.ts';
import { CaseClock } from '../client/time-travel.ts';
import type { Recorded } from '../domain/case/events.ts';
import { parseRecorded } from '../domain/case/read-events.ts';
import type { Delivery } from '../domain/notices/notice.ts';
import { epochMs, fromEpochMs, fromLondon, type Instant } from '../domain/time/calendar.ts';
import { loadCalendar, loadPolicy } from '../policies/load.ts';
import { type CaseInput, record, WORKFLOW_TYPES, workflowId } from '../workflows/api.ts';
import type { BareDelivery, BareInput } from './bare-workflow.ts';

/** What is driven: a workflow type with its input, under ids of its own. */
export interface Subject {
  readonly name: 'ours' | 'bare';
  readonly type: string;
  readonly taskQueue: string;
  readonly id: (ref: string) => string;
  readonly input: (ref: string) => CaseInput | BareInput;
}

export type History = Awaited<ReturnType<ReturnType<Client['workflow']['getHandle']>['fetchHistory']>>;

export function ours({ file, authority }: Scenario): Subject {
  return {
    name: 'ours',
    type: WORKFLOW_TYPES[file.kind],
    taskQueue: 'bench-ours',
    id: (ref) => workflowId(file.kind, ref),
    input: (ref) => ({
      file: { ...file, ref, people: file.people.map((person) => ({ email: `${person.id}@bench.example`, ...person })) },
      policy: loadPolicy(authority),
      calendar: loadCalendar(),
      rehearsal: true,
    }),
  };
}

export function bareLike({ until }: Scenario, deliveries: readonly BareDelivery[]): Subject {
  const input = { deliveries, until };
  return { name: 'bare', type: 'bare', taskQueue: 'bench-bare', id: (ref) => `bare/${ref}`, input: () => input };
}

/** The scenario's events as updates carry them. */
export const updatesOf = ({ events, until }: Scenario): readonly Recorded[] =>
  events
    .map(({ id, at, event }) => parseRecorded({ id, recordedAt: fromLondon(at), event }))
    .filter(({ recordedAt }) => recordedAt <= until);

/** Starts it with its first update, of one event or more. */
export async function open(client: Client, subject: Subject, ref: string, first: readonly Recorded[]): Promise<void> {
  const startWorkflowOperation = new WithStartWorkflowOperation(subject.type, {
    workflowId: subject.id(ref),
    taskQueue: subject.taskQueue,
    args: [subject.input(ref)],
    workflowIdConflictPolicy: 'FAIL',
  });
  await client.workflow.executeUpdateWithStart(record, { startWorkflowOperation, args: [first] });
}

/** One case from its first event to its end. @returns its history */
export async function live(client: Client, subject: Subject, ref: string, scenario: Scenario): Promise<History> {
  const [first, ...rest] = updatesOf(scenario);
  if (!first) throw new Error('the scenario has no event');
  await open(client, subject, ref, [first]);
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
