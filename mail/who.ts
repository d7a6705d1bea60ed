// Who a mail speaks of: staff by name and role, the family by role alone; and whom a family member is to ring.

import type { Notice, Somebody } from '../domain/notices/notice.ts';
import { type Labels, personWords } from '../domain/notices/words.ts';
import { shown } from './address.ts';

/** "Amira Khan (social worker)", "the parent". */
export const who = (somebody: Somebody, labels?: Labels): string => shown(personWords(somebody, labels));

/** What somebody with a question does, after "please": the family rings a person whose name and number stand in the mail. */
export function ringing({ ring }: Pick<Notice, 'ring'>): string {
  if (!ring?.name) return 'tell the social worker';
  const worker = `${shown(ring.name)}, ${ring.standsIn ? 'who stands in for your social worker' : 'your social worker'}`;
  return ring.phone ? `ring ${worker}, on ${shown(ring.phone)}` : `tell ${worker}`;
}
