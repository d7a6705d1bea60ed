// Who answers what somebody writes back to a mail: a person, never Nodrift.

import type { Case } from '../case/facts.ts';
import type { Person } from '../case/model.ts';
import { own } from '../case/own.ts';
import { coverAt, isKnownRefused, managerAt, personAt, socialWorkerAt, unallocatedAt } from '../case/people.ts';
import type { Instant } from '../time/calendar.ts';
import type { ReplyTo } from './notice.ts';

/**
 * The social worker of that moment, or whoever stands in for them; the manager in what goes to these, and while the case has no social worker.
 * Nobody, where neither can be written to. Always one of staff, whose address everybody of the case may have.
 */
export function replyTo(c: Case, to: Person, at: Instant): ReplyTo | undefined {
  const worker = socialWorkerAt(c, at);
  const manager = managerAt(c, at);
  const acting = unallocatedAt(c, at) ? undefined : (coverAt(c, worker, at) ?? worker);
  // The social worker's own questions are no matter for whoever stands in for them.
  const asked = to.id === worker ? [] : [acting];
  for (const id of [...asked, manager === undefined ? undefined : (coverAt(c, manager, at) ?? manager)]) {
    if (id === undefined || id === to.id || isKnownRefused(c, id)) continue;
    const { name, email, role } = personAt(c, id, at) ?? {};
    const known = role === undefined ? undefined : own(c.policy.roles, role);
    if (name === undefined || !email || !known || known.family) continue;
    // One person under two ids.
    if (email.toLowerCase() !== to.email?.toLowerCase()) return { name, address: email };
  }
  return undefined;
}
