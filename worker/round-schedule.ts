// The one schedule of the morning round. Every worker sees to it when it starts, and the watchdog each day: any number of them make one.

import { type Client, ScheduleAlreadyRunning, type ScheduleOptions } from '@temporalio/client';
import { ROUND, ROUND_SCHEDULE, type RoundInput, TASK_QUEUE } from '../workflows/api.ts';

type Wanted = Pick<ScheduleOptions, 'spec' | 'action' | 'policies'>;

/** Every day: on a day off nothing waits, and nothing is sent. The code that runs it is whichever version is current then. */
const WANTED = {
  spec: {
    calendars: [{ hour: 7, minute: 45, comment: 'gathers what waits; sends at eight' }],
    timezone: 'Europe/London',
  },
  action: {
    type: 'startWorkflow',
    workflowType: ROUND,
    workflowId: ROUND,
    taskQueue: TASK_QUEUE,
    args: [{} satisfies RoundInput],
    // It must be over when the next begins, on the shortest day of the year too.
    workflowRunTimeout: '22 hours',
  },
  // A machine that slept at eight sends when it wakes; one that was off for days sends once.
  policies: { overlap: 'SKIP', catchupWindow: '12 hours' },
} satisfies Wanted;

/** Makes the schedule, or makes it as this version wants it. Paused by somebody, it stays paused. */
export async function scheduleRound(client: Client): Promise<void> {
  try {
    await client.schedule.create({ scheduleId: ROUND_SCHEDULE, ...WANTED });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await client.schedule.getHandle(ROUND_SCHEDULE).update(({ state }) => ({ state, ...WANTED }));
  }
}
