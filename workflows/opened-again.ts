// Opening a case again: with the same it has the first answer, with anything else it is refused.

import type { Case } from '../domain/case/facts.ts';
import type { CaseFile } from '../domain/case/model.ts';
import { sameContent } from '../domain/case/same-content.ts';
import { namedIn, sameFile, sameNamed } from '../domain/case/staff.ts';
import type { Opening } from './api.ts';

/**
 * What is other in an opening than in that of the running case, in words; undefined where it is the same.
 * @param file what the case was opened with
 * @param byAnotherCase it was: then it goes by its event alone, for people may have changed there since
 */
export function otherOpening(c: Case, file: CaseFile, again: Opening, byAnotherCase: boolean): string | undefined {
  if (!byAnotherCase && !sameFile(again.file, file)) return 'people or another authority';
  const known = new Map(c.events.map((one) => [one.id, one]));
  const isSame = (one: Opening['events'][number]): boolean => {
    const before = known.get(one.id);
    const [person, taken] = [namedIn(one), before && namedIn(before)];
    const same = person && before ? { ...one.event, person: taken } : one.event;
    return sameContent(before?.event, same) && (!person || sameNamed(person, taken));
  };
  return again.events.every(isSame) ? undefined : 'events, or under other ids';
}
