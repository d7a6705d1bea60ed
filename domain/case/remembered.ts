// What a case keeps of its own working-out: a result, as long as what it was made from is the same. Events replace the objects they
// change and leave the others as they are, so "the same" is identity. Nothing kept here decides anything: what is worked out anew is equal
// (a property test forgets at random). Owned by one case and its successors, never by a module (docs/decisions/004).

export class Memory {
  #last: Map<string, Map<string, Result>> | undefined;
  #about: WeakMap<object, Result> | undefined;

  /**
   * The last result of that name about one meeting, action or booking, made anew where any of what it is made from is another object than
   * last time.
   * @param id which one; two keys, for a text put together anew for every question is slow to look up
   * @param make a pure function of `from`
   */
  of<Result>(name: string, id: string, from: readonly unknown[], make: () => Result): Result {
    this.#last ??= new Map();
    let named = this.#last.get(name);
    if (!named) {
      named = new Map();
      this.#last.set(name, named);
    }
    return remembered(named, id, from, make);
  }

  /** The same, kept for one object as long as that is there. */
  about<Result>(one: object, from: readonly unknown[], make: () => Result): Result {
    this.#about ??= new WeakMap();
    return remembered(this.#about, one, from, make);
  }

  /** Everything: it takes most of a case's room, and is worked out again when something happens. */
  forget(): void {
    this.#last = undefined;
    this.#about = undefined;
  }
}

interface Result {
  readonly from: readonly unknown[];
  readonly result: unknown;
}

interface Kept<Key> {
  get(key: Key): Result | undefined;
  set(key: Key, result: Result): unknown;
}

function remembered<Key, Made>(kept: Kept<Key>, key: Key, from: readonly unknown[], make: () => Made): Made {
  const last = kept.get(key);
  if (last && isSame(last.from, from)) return last.result as Made;
  const result = make();
  kept.set(key, { from, result });
  return result;
}

function isSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
