// People whom a case names by their id in the staff directory, completed with what the directory says of them. Pure: the directory is given.

import type { Recorded } from './events.ts';
import type { CaseFile, Person, PersonId } from './model.ts';
import { own } from './own.ts';
import { sameContent } from './same-content.ts';

/** Somebody of the staff directory, as cases show them. */
export interface StaffCard {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly agency?: string | undefined;
  /** Where mail to them goes: their shared mailbox, where they have one. */
  readonly email?: string | undefined;
  /** Another's directory id. */
  readonly manager?: string | undefined;
  readonly phone?: string | undefined;
  readonly active: boolean;
}

/** What a directory says of those who were asked for, and of the managers above them. */
export interface Roll {
  readonly cards: readonly StaffCard[];
  /** Ids of the directory: for whoever named one it does not have. */
  readonly known: readonly string[];
  readonly size: number;
}

/** The directory does not have them, or no longer: one sentence. */
export class NotOnRoll extends Error {
  override readonly name = 'NotOnRoll';
}

/** Their line managers are the case's own, so a case that names one of them knows the manager as well. */
const MANAGED_HERE = ['social-worker', 'team-manager', 'consultant-social-worker'];
/** Event types that tell about somebody. */
const TELLS = ['person-joined', 'person-updated'];

/** Whether all is known of somebody that a case must know. */
export const isWhole = ({ name, role }: Partial<Person>): boolean => name !== undefined && role !== undefined;

/** The directory ids that a case file names. */
export const staffIn = (people: readonly Person[]): readonly string[] => [
  ...new Set(people.flatMap(({ staff }) => (staff === undefined ? [] : [staff]))),
];

/** Whom an event tells about by a directory id. */
export function namedIn({ event }: Recorded): Person | undefined {
  const person = TELLS.includes(event.type) && 'person' in event ? event.person : undefined;
  return typeof person === 'object' && person.staff !== undefined ? person : undefined;
}

/**
 * Everybody of a case file completed, with the managers of its social worker and managers beside them.
 * @throws NotOnRoll naming all whom the directory does not have
 */
export function completedFile(file: CaseFile, roll: Roll): CaseFile {
  const { people } = file;
  const completing = new Completing(roll, people, people);
  return { ...file, people: [...people.map((one) => completing.whole(one)), ...completing.managers()] };
}

/**
 * An event with whom it tells about completed, after those that make the managers known who come with them.
 * @param known the people of the case
 * @param idOf the id of the event by which a manager becomes known
 * @throws NotOnRoll
 */
export function completedEvent(
  recorded: Recorded,
  known: Readonly<Record<PersonId, Person>>,
  roll: Roll,
  idOf: (manager: Person) => string,
): readonly Recorded[] {
  const person = namedIn(recorded);
  if (!person) return [recorded];
  const others = Object.values(known).filter(({ id }) => id !== person.id);
  const before = own(known, person.id);
  const completing = new Completing(roll, [...others, person], [person]);
  const whole = completing.whole({ ...kept(before), ...person });
  const { recordedAt, event } = recorded;
  const managers = completing.managers().map((manager): Recorded => {
    return { id: idOf(manager), recordedAt, event: { type: 'person-updated', by: 'nodrift', person: manager } };
  });
  return [...managers, { ...recorded, event: { ...event, person: whole } as Recorded['event'] }];
}

/** What the case itself knows of somebody, and no directory. */
const kept = (before: Person | undefined): Partial<Person> =>
  before ? { role: before.role, contact: before.contact, needs: before.needs, manager: before.manager } : {};

class Completing {
  readonly #roll: ReadonlyMap<string, StaffCard>;
  readonly #given: Roll;
  /** Who is who: ids of the case by ids of the directory. */
  readonly #here: Map<string, PersonId>;
  readonly #taken: Set<PersonId>;
  readonly #added: Person[] = [];

  /** @param asked who must be in the directory: whom the case knows already may have left it */
  constructor(roll: Roll, people: readonly Person[], asked: readonly Person[]) {
    this.#given = roll;
    this.#roll = new Map(roll.cards.map((card) => [card.id, card]));
    this.#here = new Map(people.flatMap(({ id, staff }) => (staff === undefined ? [] : [[staff, id]])));
    this.#taken = new Set(people.map(({ id }) => id));
    const strange = staffIn(asked).filter((id) => !this.#roll.get(id)?.active);
    if (strange.length > 0) throw new NotOnRoll(this.#sentence(strange));
  }

  #sentence(strange: readonly string[]): string {
    const gone = strange.filter((id) => this.#roll.has(id));
    const { known, size } = this.#given;
    const more = size > known.length ? ` and ${size - known.length} more` : '';
    const there = size === 0 ? 'which is empty' : `which has ${known.join(', ')}${more}`;
    const lost = strange.filter((id) => !gone.includes(id));
    return [
      ...(lost.length > 0
        ? [`${lost.join(', ')} ${lost.length > 1 ? 'are' : 'is'} not in the staff directory, ${there}`]
        : []),
      ...(gone.length > 0
        ? [`${gone.join(', ')} ${gone.length > 1 ? 'have' : 'has'} left, says the staff directory`]
        : []),
    ].join('; ');
  }

  /** What the directory says goes before what was given with the id; role, contact and needs are the case's to say. */
  whole(person: Person): Person {
    const card = person.staff === undefined ? undefined : this.#roll.get(person.staff);
    if (!card?.active) return person;
    const role = person.role ?? card.role;
    const manager = this.#managerOf(card, role) ?? person.manager;
    return stripped({
      id: person.id,
      name: card.name,
      role,
      agency: card.agency,
      email: card.email,
      manager,
      contact: person.contact,
      phone: card.phone,
      needs: person.needs,
      staff: card.id,
    });
  }

  /** Those who become known because somebody they manage is. */
  managers = (): readonly Person[] => this.#added;

  #managerOf({ manager }: StaffCard, role: string): PersonId | undefined {
    const card = manager === undefined ? undefined : this.#roll.get(manager);
    if (!card?.active) return undefined;
    const here = this.#here.get(card.id);
    if (here !== undefined || !MANAGED_HERE.includes(role)) return here;
    const id = this.#free(card.id);
    this.#here.set(card.id, id);
    this.#taken.add(id);
    // Theirs first: an event that names a manager comes after the one that makes them known.
    this.#added.push(this.whole({ id, staff: card.id } as Person));
    return id;
  }

  /** The directory's own id, unless somebody else of the case is called so. */
  #free(id: string): PersonId {
    if (!this.#taken.has(id)) return id;
    for (let n = 2; ; n++) if (!this.#taken.has(`${id.slice(0, 60)}-${n}`)) return `${id.slice(0, 60)}-${n}`;
  }
}

/** Without what is not said: state is plain JSON. */
const stripped = (person: Person): Person =>
  Object.fromEntries(Object.entries(person).filter(([, value]) => value !== undefined)) as unknown as Person;

/** Whether somebody who was given by their directory id is the one the case took then, whatever the directory says by now. */
export function sameNamed(given: Person, taken: Person | undefined): boolean {
  if (given.staff === undefined || taken === undefined) return sameContent(given, taken);
  const said = (['id', 'staff', 'role', 'contact', 'needs'] as const).filter((field) => given[field] !== undefined);
  return said.every((field) => sameContent(given[field], taken[field]));
}

/** The same of a case file: the managers that came with its people were nobody's to give. */
export function sameFile(given: CaseFile, taken: CaseFile): boolean {
  const { people: these, ...rest } = given;
  const { people: those, ...other } = taken;
  if (!these.some(({ staff }) => staff !== undefined)) return sameContent(given, taken);
  const known = new Map(those.map((one) => [one.id, one]));
  const ids = new Set(these.map(({ id }) => id));
  const came = those.filter(({ id }) => !ids.has(id));
  return (
    sameContent(rest, other) &&
    these.every((one) => sameNamed(one, known.get(one.id))) &&
    came.every(({ staff }) => staff !== undefined)
  );
}
