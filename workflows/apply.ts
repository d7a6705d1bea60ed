// Puts a policy or a calendar in force, then takes it to every running case of its authority, page by page of the record; says what became of each.
// A case takes the event once, so running this again reaches only what is left.

import { proxyActivities, setWorkflowOptions, sleep } from '@temporalio/workflow';
import type { ApplyInput, ApplyResult, ChangeEvent, Reached, ToTell } from './api.ts';

interface Activities {
  putInForce(input: ApplyInput): Promise<ToTell>;
  listCasesToReach(wish: ToReach): Promise<CasePage>;
  reachCases(cases: readonly string[], event: ChangeEvent): Promise<Reached[]>;
}

export interface ToReach extends Pick<ToTell, 'authority' | 'content'> {
  readonly eventId: string;
  /** The last case of the page before. */
  readonly after: string;
}

/** Some running cases of an authority, in order of their ids. */
export interface CasePage {
  /** Those that do not have the change. */
  readonly cases: readonly string[];
  /** How many of the page have it. */
  readonly before: number;
  /** Cases that took an event of this id and go by other figures: the same id would tell them nothing. */
  readonly passed: readonly { readonly caseId: string; readonly policy: string }[];
  /** Where the next page begins; null after the last. */
  readonly last: string | null;
}

const RETRY = { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' } as const;

/** A case that did not answer may have been busy, or its worker starting. */
const AGAIN_AFTER = ['10 seconds', '30 seconds'] as const;
const LISTED = 1_000;

/** @param input begun by release 0.1 it says what running cases are told, and nothing else: what new cases begin with was a file there */
export async function applyToCases(input: ApplyInput | ToTell): Promise<ApplyResult> {
  // Here, not once for the module: every case loads it, and has no use for them.
  const { listCasesToReach, putInForce } = proxyActivities<Activities>({
    startToCloseTimeout: '1 minute',
    retry: RETRY,
  });
  const { reachCases } = proxyActivities<Activities>({
    startToCloseTimeout: '1 hour',
    heartbeatTimeout: '90 seconds',
    retry: RETRY,
  });
  // New cases first: one that is opened while the others are told has it from the start.
  const { authority, event, content } = 'change' in input ? await putInForce(input) : input;
  const reached: Reached[] = [];
  let before = 0;
  let page: CasePage | undefined;
  do {
    page = await listCasesToReach({ authority, content, eventId: event.id, after: page?.last ?? '' });
    before += page.before;
    for (const { caseId, policy } of page.passed)
      reached.push({
        caseId,
        outcome: 'refused',
        why: `took ${event.id} before and goes by ${policy}: give these figures a version of their own`,
      });
    if (page.cases.length > 0) reached.push(...(await reachCases(page.cases, event)));
  } while (page.last !== null);

  let answers = reached;
  for (const pause of AGAIN_AFTER) {
    const silent = answers.filter(({ outcome }) => outcome === 'unanswered').map(({ caseId }) => caseId);
    if (silent.length === 0) break;
    await sleep(pause, { summary: 'some cases did not answer: asked again' });
    const again = new Map((await reachCases(silent, event)).map((one) => [one.caseId, one]));
    answers = answers.map((one) => again.get(one.caseId) ?? one);
  }
  return summed(event.id, answers, before);
}

// Short, and no case: on a roll-out it goes on with the version that is current instead of keeping the old one alive.
setWorkflowOptions({ versioningBehavior: 'AUTO_UPGRADE' }, applyToCases);

function summed(event: string, answers: readonly Reached[], before: number): ApplyResult {
  const stragglers = answers
    .filter(({ outcome }) => outcome === 'refused' || outcome === 'unanswered')
    .map(({ caseId, why }) => ({ caseId, why: why ?? 'no answer' }));
  return {
    event,
    took: answers.filter(({ outcome }) => outcome === 'took').length,
    before,
    closed: answers.flatMap(({ caseId, outcome }) => (outcome === 'closed' ? [caseId] : [])),
    stragglers: stragglers.slice(0, LISTED),
    stragglersInAll: stragglers.length,
  };
}
