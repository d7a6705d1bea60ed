// What a case keeps of its own working-out: a result, as long as what it was made from is the same. Events replace the objects they
// change and leave the others as they are, so "the same" is identity. Nothing kept here decides anything: what is worked out anew is equal
// (a property test forgets at random). Owned by one case and its successors, never by a module (docs/decisions/004).

export class Memory {
  #last: Map<string, { readonly from: readonly unknown[]; readonly result: unknown }> | undefined;

  /**
   * The last result of that name, made anew where any of what it is made from is another object than last time.
   * @param make a pure function of `from`
   */
  of<Result>(name: string, from: readonly unknown[], make: () => Result): Result {
    const last = this.#last?.get(name);
    if (last?.from.length === from.length && last.from.every((one, i) => one === from[i])) return last.result as Result;
    const result = make();
    this.#last ??= new Map();
    this.#last.set(name, { from, result });
    return result;
  }

  /** Everything: it takes most of a case's room, and is worked out again when something happens. */
  forget(): void {
    this.#last = undefined;
  }
}
