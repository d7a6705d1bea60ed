// What a case asks of other cases: to be opened, or to hear what it has to report.

import type { Case } from '../domain/case/facts.ts';
import { acknowledgements, fileOf } from '../domain/duties/other-cases.ts';
import { type AskOfOther, workflowId } from './api.ts';

/** Cases this one leads to that are not known to be open, each with what it is started with; and what it has to report. */
export const asksOfOthers = (c: Case, rehearsal: boolean): readonly AskOfOther[] =>
  acknowledgements(c).map(({ other, done }) => {
    const { how, kind, ref, event } = other;
    if (how === 'reports') return { done, reports: { kind, ref, event } };
    // A real case goes by what is in force when it begins; a rehearsal by what is rehearsed.
    const played = rehearsal ? { policy: c.policy, calendar: c.calendar.data } : {};
    const input = { file: fileOf(c, other), ...played, rehearsal, first: [event] };
    return { done, opens: { id: workflowId(kind, ref), input } };
  });
