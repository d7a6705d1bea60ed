// Writes down what became of mails: of many in one statement, where many are under way. What a relay took is written surely.

import type { OpenRecord } from '../record/open.ts';
import type { Claimed } from '../record/said.ts';
import type { SendResult } from '../record/send-result.ts';
import { type Attempt, settleSurely } from '../record/settle.ts';

/** So many results at most in one statement. */
const AT_ONCE = 100;

interface Waiting extends Attempt {
  readonly trouble: (code: string) => void;
  readonly done: (counts: boolean) => void;
  readonly failed: (error: unknown) => void;
}

const settlings = new WeakMap<OpenRecord, Settling>();

/**
 * Writes down a result, together with those that wait beside it.
 * @param trouble called once, with the reason, when it has to be tried again
 * @returns false when somebody else has taken the mail over meanwhile: then this result is not used
 * @throws only when the database fails, and no relay took the mail
 */
export function settleTogether(
  record: OpenRecord,
  attempt: { mail: Claimed; result: SendResult },
  trouble: (code: string) => void,
): Promise<boolean> {
  const settling = settlings.get(record) ?? new Settling(record);
  settlings.set(record, settling);
  return settling.write(attempt, trouble);
}

class Settling {
  readonly #record: OpenRecord;
  #waiting: Waiting[] = [];
  #writes = false;

  constructor(record: OpenRecord) {
    this.#record = record;
  }

  write(attempt: Attempt, trouble: (code: string) => void): Promise<boolean> {
    return new Promise((done, failed) => {
      this.#waiting.push({ ...attempt, trouble, done, failed });
      if (!this.#writes) {
        this.#writes = true;
        // Results that arrive in the same turn go together.
        setImmediate(() => void this.#writeAll());
      }
    });
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
