// The activities of `applyToCases`: which cases the record has, and telling each. How a case is told is given from outside.

import { Context } from '@temporalio/activity';
import { pageOfCases } from '../record/cases-to-reach.ts';
import type { OpenRecord } from '../record/open.ts';

/** The event a case is told of; activities do not look inside. */
interface Change {
  readonly id: string;
  readonly event: Readonly<Record<string, unknown>>;
}

/** What became of one case: it took the event, it is closed, it refused, or nobody answered. */
interface Answer {
  readonly outcome: 'took' | 'closed' | 'refused' | 'unanswered';
  readonly why?: string | undefined;
}

export interface ApplyDependencies {
  readonly record: OpenRecord;
  /** Records one event on a case. @returns what became of it; throws only what is a bug */
  readonly recordOn: (caseId: string, change: Change) => Promise<Answer>;
}

const PAGE = 500;
const SIDE_BY_SIDE = 8;

export type ApplyActivities = ReturnType<typeof createApplyActivities>;

export function createApplyActivities({ record, recordOn }: ApplyDependencies) {
  return {
    /** A page of the running cases of an authority, by the record and not by the server's index, which lags. */
    listCasesToReach: (wish: { authority: string; content: string; eventId: string; after: string }) =>
      pageOfCases(record, { ...wish, limit: PAGE }),

    /**
     * Tells each case. Tried again after a crash it goes on where its last heartbeat was; a case that was told twice takes it once.
     * @returns what became of each, in their order
     */
    async reachCases(cases: readonly string[], change: Change): Promise<({ caseId: string } & Answer)[]> {
      const { heartbeatDetails } = Context.current().info;
      const done = new Map(
        (heartbeatDetails as ({ caseId: string } & Answer)[] | undefined)?.map((one) => [one.caseId, one]),
      );
      const left = cases.filter((caseId) => !done.has(caseId)).values();
      const tell = async () => {
        for (const caseId of left) {
          Context.current().cancellationSignal.throwIfAborted();
          done.set(caseId, { caseId, ...(await recordOn(caseId, change)) });
          Context.current().heartbeat([...done.values()]);
        }
      };
      await Promise.all(Array.from({ length: SIDE_BY_SIDE }, tell));
      return cases.flatMap((caseId) => done.get(caseId) ?? []);
    },
  };
}
