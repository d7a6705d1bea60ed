// Writes down what became of mails: of many in one statement, where many are under way. What a relay took is written surely.

import type { OpenRecord } from '../record/open.ts';
import type { Claimed } from '../record/said.ts';
import type { SendResult } from '../record/send-result.ts';
import { type Attempt, settleSurely } from '../record/settle.ts';

/** So many results at most in one statement. */
const AT_ONCE = 100;
/** So many wait for no more. */
const ENOUGH = 35;

interface Waiting extends Attempt {
  readonly trouble: (code: string) => void;
  readonly done: (counts: boolean) => void;
  readonly failed: (error: unknown) => void;
}

const settlings = new WeakMap<OpenRecord, Settling>();

/**
 * Writes down a result, together with those that wait beside it.
 * @param trouble called once, with the reason, when it has to be tried again
 * @param gatherMs how long it may wait for others; what arrives in the same turn goes together anyway
 * @returns false when somebody else has taken the mail over meanwhile: then this result is not used
 * @throws only when the database fails, and no relay took the mail
 */
export function settleTogether(
  record: OpenRecord,
  attempt: { mail: Claimed; result: SendResult },
  trouble: (code: string) => void,
  gatherMs = 0,
): Promise<boolean> {
  const settling = settlings.get(record) ?? new Settling(record);
  settlings.set(record, settling);
  return settling.write(attempt, trouble, gatherMs);
}

class Settling {
  readonly #record: OpenRecord;
  #waiting: Waiting[] = [];
  #writes = false;
  #clock: NodeJS.Timeout | undefined;

  constructor(record: OpenRecord) {
    this.#record = record;
  }

  write(attempt: Attempt, trouble: (code: string) => void, gatherMs: number): Promise<boolean> {
    return new Promise((done, failed) => {
      this.#waiting.push({ ...attempt, trouble, done, failed });
      if (this.#writes) return;
      if (gatherMs === 0 || this.#waiting.length >= ENOUGH) {
        this.#writes = true;
        clearTimeout(this.#clock);
        this.#clock = undefined;
        setImmediate(() => void this.#writeAll());
      } else this.#clock ??= setTimeout(() => this.#writeNow(), gatherMs);
    });
  }

  #writeNow(): void {
    this.#clock = undefined;
    if (this.#writes) return;
    this.#writes = true;
    void this.#writeAll();
  }

  /** While one statement is under way the next results gather. */
  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, AT_ONCE);
      try {
        const count = await settleSurely(this.#record, batch, (code) => {
          for (const { result, trouble } of batch) if (result.outcome === 'accepted') trouble(code);
        });
        for (const { mail, done } of batch) done(count.has(mail.key));
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    this.#writes = false;
  }
}
