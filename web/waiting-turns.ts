// How often somebody may have something decoded. A page of Temporal UI asks for each payload by itself, some hundred at once: so beyond the rate a
// request waits for its turn, and is sent away only where that would take too long. Counted in this process.

const A_SECOND = 20;
const AT_ONCE = 20;
export const LONGEST_WAIT_S = 20;
const STEP_MS = 1000 / A_SECOND;
/** So many readers are remembered; beyond them all begin anew rather than fill the memory. */
const MOST_READERS = 10_000;

export class Turns {
  readonly #next = new Map<string, number>();

  /** @returns in how many milliseconds it is somebody's turn; what would wait too long takes none */
  take(who: string, now: number): number | 'too long' {
    if (this.#next.size >= MOST_READERS) this.#next.clear();
    const at = Math.max((this.#next.get(who) ?? 0) + STEP_MS, now - (AT_ONCE - 1) * STEP_MS);
    const wait = Math.max(0, at - now);
    if (wait > LONGEST_WAIT_S * 1000) return 'too long';
    this.#next.set(who, at);
    return wait;
  }
}
