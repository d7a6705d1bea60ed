// Who a mail speaks of: staff by name and role, the family by role alone; and whom a family member is to ring.

import type { Notice, Somebody } from '../domain/notices/notice.ts';
import { type Labels, personWords } from '../domain/notices/words.ts';
import { shown } from './address.ts';

/** "Amira Khan (social worker)", "the parent". */
export const who = (somebody: Somebody, labels?: Labels): string => shown(personWords(somebody, labels));

const RING_AS = {
  'social-worker': 'your social worker',
  cover: 'who stands in for your social worker',
  manager: 'who sees to it until you have a new social worker',
} as const;

/** What somebody with a question does, after "please": the family rings a person whose name and number stand in the mail. */
export function ringing({ ring }: Pick<Notice, 'ring'>): string {
  if (!ring?.name) return 'tell the social worker';
  const whom = `${shown(ring.name)}, ${RING_AS[ring.as]}`;
  return ring.phone ? `ring ${whom}, on ${shown(ring.phone)}` : `tell ${whom}`;
}
