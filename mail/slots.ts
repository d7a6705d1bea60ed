// Places for mails that are under way: so many in all, and few to one destination, more to one that answers well. So a mailbox that hangs holds up
// its own destination and nobody else's, and a council's own domain, where nearly everybody is, gets what is free.

import type { Transport } from './smtp.ts';

/** As many as the relay gets connections. */
const IN_ALL = 12;
/** Connections that one recipient domain gets at once, whatever is known of it; a relay that asks ahead hangs as long as that domain does. */
const EACH = 2;
/** So many places are kept free of destinations that have earned more: even if one hangs with all it has, mails elsewhere go on. */
const KEPT_FREE = 2;

/** Gives a place back. @param well whether the destination answered in good time; undefined where nothing was asked of it */
export type Release = (well?: boolean) => void;

const slotsOfTransport = new WeakMap<Transport, Slots>();

/** The places of a transport: whoever sends through it shares them. */
export function slotsOf(transport: Transport): Slots {
  const made = slotsOfTransport.get(transport) ?? new Slots();
  slotsOfTransport.set(transport, made);
  return made;
}

export class Slots {
  readonly #inAll: number;
  readonly #each: number;
  readonly #taken = new Map<string, number>();
  /** What destinations that answer well may have: as much more as they have answered, as Postfix does. */
  readonly #earned = new Map<string, number>();
  #count = 0;
  /** Mails of rounds and sweeps that are under way, or whose results are not written down yet: more than places, where results wait for each other. */
  inDoubt = 0;
  #waiting: (() => void)[] = [];

  constructor(inAll = IN_ALL, each = EACH) {
    this.#inAll = inAll;
    this.#each = each;
  }

  get inAll(): number {
    return this.#inAll;
  }

  /** Whether every place is taken. */
  get full(): boolean {
    return this.#count >= this.#inAll;
  }

  /** The destinations that have all the places they get. */
  get busy(): readonly string[] {
    return [...this.#taken.keys()].filter((destination) => !this.#has(destination));
  }

  #has(destination: string): boolean {
    const taken = this.#taken.get(destination) ?? 0;
    if (this.full) return false;
    if (taken < this.#each) return true;
    const earned = Math.floor(this.#earned.get(destination) ?? this.#each);
    return taken < earned && this.#inAll - this.#count > KEPT_FREE;
  }

  /** Takes a place now. @returns what gives it back; undefined where there is none */
  tryTake(destination: string): Release | undefined {
    if (!this.#has(destination)) return undefined;
    this.#count++;
    this.#taken.set(destination, (this.#taken.get(destination) ?? 0) + 1);
    let given = false;
    return (well) => {
      if (given) return;
      given = true;
      this.#count--;
      const left = (this.#taken.get(destination) ?? 1) - 1;
      if (left > 0) this.#taken.set(destination, left);
      else this.#taken.delete(destination);
      if (well !== undefined) this.#learn(destination, well);
      this.wake();
    };
  }

  /** Has whoever waits look again. */
  wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  /** One that answers earns a place for as many answers as it has places; one that does not is back where it began. */
  #learn(destination: string, well: boolean): void {
    const earned = this.#earned.get(destination) ?? this.#each;
    if (well) this.#earned.set(destination, Math.min(this.#inAll, earned + 1 / earned));
    else this.#earned.delete(destination);
  }

  /** Waits until a place is given back, or for so long. @returns whether one was */
  freed(ms: number): Promise<boolean> {
    return new Promise((wake) => {
      const clock = setTimeout(() => wake(false), ms);
      this.#waiting.push(() => {
        clearTimeout(clock);
        wake(true);
      });
    });
  }

  /** Takes the first of these out of the list whose destination has a place now. */
  firstNow<T extends { readonly destination: string }>(
    left: T[],
  ): { readonly one: T; readonly release: Release } | undefined {
    const full = new Set<string>();
    for (const [i, one] of left.entries()) {
      if (this.full) return undefined;
      if (full.has(one.destination)) continue;
      const release = this.tryTake(one.destination);
      if (release) {
        left.splice(i, 1);
        return { one, release };
      }
      full.add(one.destination);
    }
    return undefined;
  }

  /** The same, and waits until one has a place; undefined where none is left. */
  async first<T extends { readonly destination: string }>(
    left: T[],
  ): Promise<{ readonly one: T; readonly release: Release } | undefined> {
    while (left.length > 0) {
      const taken = this.firstNow(left);
      if (taken) return taken;
      await new Promise<void>((wake) => this.#waiting.push(wake));
    }
    return undefined;
  }
}

/** Whether a result says that its destination answers. */
export const answersWell = (result: {
  readonly outcome: string;
  readonly class?: string;
  readonly code?: string;
}): boolean => result.outcome !== 'deferred' || (result.class !== 'system' && result.code !== 'slow');
