// People as they are typed on the command line, made the ids of a case.

import { BadInput, CaseNotFound } from '../client/errors.ts';
import type { CaseKey } from '../client/listed.ts';
import { checkForm, readEvent } from '../client/new-event.ts';
import type { Nodrift } from '../client/nodrift.ts';
import { withIds } from '../client/who-is-meant.ts';
import { isEventType, withPeople } from '../domain/case/catalogue.ts';
import type { CaseEvent } from '../domain/case/events.ts';

/** What is wrong with an event before anybody knows who belongs to the case: an address is no id yet. @throws InvalidEvent */
export function checkEvent(event: unknown): void {
  checkForm(event);
  if (Object.hasOwn(event as object, 'via'))
    throw new BadInput('via: is set by the pages that mails lead to, and by answers to mails: leave it out');
  const type = String((event as { type?: unknown }).type);
  readEvent(isEventType(type) ? withPeople(type, event, () => 'somebody') : event);
}

/** Events as they are recorded: whoever is named by e-mail address or full name by their id. @throws BadInput, InvalidEvent */
export async function withCaseIds(
  nodrift: Nodrift,
  key: CaseKey,
  events: readonly unknown[],
): Promise<readonly CaseEvent[]> {
  const people = await nodrift.people(key).catch((error: unknown) => {
    // A case that runs on an earlier release does not know the question, and says itself whom it does not know.
    if (error instanceof CaseNotFound) return undefined;
    throw error;
  });
  return (people ? withIds(events, people) : events).map((event) => readEvent(event));
}
