// Which notices wait for the morning round: what staff are reminded of, chased for and told on a working day's morning goes in one mail to each
// of them, over all cases. What is told at once, what goes into a calendar and what is for the family goes alone.

import type { Case } from '../case/facts.ts';
import type { NoticeKind } from '../case/model.ts';
import { isFamily } from '../case/people.ts';
import { isMorning } from './ahead.ts';
import type { Notice } from './notice.ts';

const IN_ROUNDS: readonly NoticeKind[] = ['reminder', 'chase', 'escalation', 'information', 'decision'];

/** Whether a notice of a real case waits for the round. Who is family is the case's own policy's to say. */
export const waitsForRound = (c: Case, { at, kind, rung, to }: Pick<Notice, 'at' | 'kind' | 'rung' | 'to'>): boolean =>
  c.policy.rounds !== false &&
  IN_ROUNDS.includes(kind) &&
  rung !== 'at-once' &&
  isMorning(c.calendar, at) &&
  !isFamily(c, to);
