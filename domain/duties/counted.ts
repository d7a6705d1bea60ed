// What the indicators count: not what was late before a plan was brought in (L9), and nothing of a case that was opened in error (L4).

import type { Case } from '../case/facts.ts';
import type { Duty } from '../case/model.ts';

export const isCounted = ({ broughtIn, caseEnded }: Case, { due }: Pick<Duty, 'due'>): boolean =>
  caseEnded?.why !== 'opened-in-error' && !(broughtIn && due !== null && due < broughtIn.on);
