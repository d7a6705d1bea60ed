// Whom a name that was typed means: an id, an e-mail address or a full name, where it can be nobody else.

import { isEventType, withPeople } from '../domain/case/catalogue.ts';
import type { KnownPerson } from '../workflows/api-types.ts';
import { BadInput } from './errors.ts';

/**
 * Events with the ids of those who are named in them, however they were named. Not read yet: an address is no id.
 * @throws BadInput: everybody who is nobody of the case, with who is; whoever may be two
 */
export function withIds(events: readonly unknown[], people: readonly KnownPerson[]): readonly unknown[] {
  const faults: string[] = [];
  const called = (event: unknown): unknown => {
    const type = String((event as { type?: unknown } | null)?.type);
    if (!isEventType(type)) return event;
    const named = withPeople(type, event, (typed, field) => {
      const meant = whoIsMeant(typed, people);
      if (meant.length === 1) return meant[0] ?? typed;
      faults.push(
        meant.length === 0
          ? `${type}: ${field}: "${typed}" is nobody of this case`
          : `${type}: ${field}: "${typed}" may be ${meant.join(' or ')}: give the id`,
      );
      return typed;
    });
    // A correction holds the event as it was.
    const { event: within } = named as { event?: unknown };
    return typeof within === 'object' ? { ...(named as object), event: called(within) } : named;
  };
  const found = events.map(called);
  if (faults.length === 0) return found;
  const known = people.map(({ id, name }) => `${id} (${name})`).join(', ');
  throw new BadInput(`${faults.join('; ')}; people of this case are ${known}`);
}

/** The ids of those a text may mean: an id as it is written counts before everything else. */
export function whoIsMeant(typed: string, people: readonly KnownPerson[]): readonly string[] {
  if (people.some(({ id }) => id === typed)) return [typed];
  const wanted = plain(typed);
  const found = people.filter(({ id, name, email = '' }) =>
    [id, name, email].some((one) => one !== '' && plain(one) === wanted),
  );
  return found.map(({ id }) => id);
}

/** As people compare names: without capitals and doubled spaces. */
const plain = (text: string): string => text.trim().replace(/\s+/g, ' ').normalize('NFC').toLocaleLowerCase('en');
