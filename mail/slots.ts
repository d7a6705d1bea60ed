// Places for mails that are under way: so many in all, and few to one destination. So a mailbox that hangs holds up its own destination and nobody else's.

import type { Transport } from './smtp.ts';

/** As many as the relay gets connections. */
const IN_ALL = 10;
/** Connections that one recipient domain gets at once; a relay that asks ahead hangs as long as that domain does. */
const EACH = 2;

type Release = () => void;

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
  #count = 0;
  #waiting: (() => void)[] = [];
  #turn: Promise<unknown> = Promise.resolve();

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
    return [...this.#taken].filter(([, count]) => count >= this.#each).map(([destination]) => destination);
  }

  /** Takes a place now. @returns what gives it back; undefined where there is none */
  tryTake(destination: string): Release | undefined {
    const taken = this.#taken.get(destination) ?? 0;
    if (this.full || taken >= this.#each) return undefined;
    this.#count++;
    this.#taken.set(destination, taken + 1);
    let given = false;
    return () => {
      if (given) return;
      given = true;
      this.#count--;
      const left = (this.#taken.get(destination) ?? 1) - 1;
      if (left > 0) this.#taken.set(destination, left);
      else this.#taken.delete(destination);
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const wake of waiting) wake();
    };
  }

  /** Runs one thing after the other: which destinations have a place may not change between looking and claiming. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const running = this.#turn.then(work);
    this.#turn = running.catch(() => {});
    return running;
  }

  /** Takes the first of these out of the list whose destination has a place, and waits until one has; undefined where none is left. */
  async first<T extends { readonly destination: string }>(
    left: T[],
  ): Promise<{ readonly one: T; readonly release: Release } | undefined> {
    while (left.length > 0) {
      for (const [i, one] of left.entries()) {
        const release = this.tryTake(one.destination);
        if (!release) continue;
        left.splice(i, 1);
        return { one, release };
      }
      await new Promise<void>((wake) => this.#waiting.push(wake));
    }
    return undefined;
  }
}
