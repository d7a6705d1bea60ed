// Takes the staff directory to the running cases that name its people, and hands over all cases of one worker: page by page of the record,
// which keeps each case's answer. Ids only; killed anywhere they go on where they were.

import { condition, proxyActivities, setHandler, setWorkflowOptions } from '@temporalio/workflow';
import { moreToTell } from './api.ts';

interface PageDone {
  readonly took: number;
  readonly unanswered: number;
  readonly last: string | null;
}

interface Activities {
  tellNextOfStaff(authority: string, after: string): Promise<PageDone>;
  handOverNext(id: string, after: string): Promise<PageDone>;
  handedOver(id: string): Promise<void>;
}

const RETRY = { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' } as const;
const asked = (summary: string) =>
  proxyActivities<Activities>({ startToCloseTimeout: '1 hour', heartbeatTimeout: '90 seconds', retry: RETRY, summary });

/** A case that did not answer may have been busy, or its worker starting. What is left then waits for the next change, or for a worker to start. */
const AGAIN_AFTER = ['10 seconds', '1 minute', '5 minutes', '15 minutes', '30 minutes'] as const;

async function throughAll(next: (after: string) => Promise<PageDone>): Promise<number> {
  let unanswered = 0;
  let after: string | null = '';
  while (after !== null) {
    const done: PageDone = await next(after);
    unanswered += done.unanswered;
    after = done.last;
  }
  return unanswered;
}

/** @param authority whose directory has changed; a signal says that it has again */
export async function tellOfStaff(authority: string): Promise<void> {
  let again = false;
  setHandler(
    moreToTell,
    () => {
      again = true;
    },
    { description: 'The directory has changed again.' },
  );
  const { tellNextOfStaff } = asked('tell cases of staff that changed');
  for (let pauses = 0; ; ) {
    again = false;
    const unanswered = await throughAll((after) => tellNextOfStaff(authority, after));
    if (again) {
      pauses = 0;
      continue;
    }
    const pause = AGAIN_AFTER[pauses++];
    if (unanswered === 0 || pause === undefined) return;
    await condition(() => again, pause, { summary: 'some cases did not answer: asked again' });
  }
}

/** @param id of the reallocation */
export async function handOver(id: string): Promise<void> {
  const { handOverNext, handedOver } = asked('hand cases over to another social worker');
  for (const pause of AGAIN_AFTER) {
    if ((await throughAll((after) => handOverNext(id, after))) === 0) break;
    await condition(() => false, pause, { summary: 'some cases did not answer: asked again' });
  }
  await handedOver(id);
}

// Short, and no cases: on a roll-out they go on with the version that is current.
setWorkflowOptions({ versioningBehavior: 'AUTO_UPGRADE' }, tellOfStaff);
setWorkflowOptions({ versioningBehavior: 'AUTO_UPGRADE' }, handOver);
