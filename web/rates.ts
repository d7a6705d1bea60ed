// How often somebody may ask: counted in this process, in fixed windows. Several web processes count each for themselves, which is enough to
// stop a guesser or a loop; a flood is for the proxy in front.

/** Kinds of counters: how many in how long. */
const LIMITS = {
  /** Everything from one address. A whole agency may stand behind one. */
  address: { most: 600, seconds: 60 },
  /** Answers sent by one link: a form that is put right a few times. */
  token: { most: 30, seconds: 3600 },
  /** Answers sent from one address: a room full of people at once, not a machine. */
  sent: { most: 60, seconds: 60 },
  /** What is recorded by one link: in parts, taken back, said again. */
  recorded: { most: 10, seconds: 3600 },
  /** Codes mailed for one link. */
  code: { most: 6, seconds: 3600 },
  /** Links that are none, from one address. */
  wrong: { most: 60, seconds: 60 },
  /** Requests of one caller of the API; how many is a setting. */
  caller: { most: 3000, seconds: 60 },
} as const;
/** So many counters are kept; beyond them all begin anew rather than fill the memory. */
const MOST_COUNTERS = 50_000;

interface Standing {
  readonly left: number;
  readonly resets: number;
  /** The seconds to wait, 0 where it is within the limit. */
  readonly wait: number;
}

export class Rates {
  readonly #counters = new Map<string, { count: number; until: number }>();

  /** Counts one. @returns the seconds to wait, 0 where it is within the limit */
  take(kind: keyof typeof LIMITS, who: string, now: number): number {
    return this.count(kind, who, now).wait;
  }

  /** Counts one, and says how it stands: how many are left in this window, and in how many seconds the next one begins. */
  count(kind: keyof typeof LIMITS, who: string, now: number, most: number = LIMITS[kind].most): Standing {
    const { seconds } = LIMITS[kind];
    const key = `${kind} ${who}`;
    if (this.#counters.size >= MOST_COUNTERS) this.#counters.clear();
    const running = this.#counters.get(key);
    const counter = running && running.until > now ? running : { count: 0, until: now + seconds * 1000 };
    counter.count++;
    this.#counters.set(key, counter);
    const resets = Math.ceil((counter.until - now) / 1000);
    return { left: Math.max(0, most - counter.count), resets, wait: counter.count > most ? resets : 0 };
  }
}
