// One call to the server, asked with patience: what passes by itself is waited out, what does not is given one of the client's errors.

import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { CaseNotFound, Erased, Unavailable } from './errors.ts';
import { assertNotErased } from './keys-here.ts';
import { isBeingErased, type Standing, standingOf } from './standing.ts';
import { isPassing, isUnanswered, translated, wasCutOff } from './translated.ts';

/** How long an answer may take before a call is given up; what was sent may still be recorded, so it is sent again with its id. */
const PATIENCE_MS = 20_000;
/** How long one request may take. Its answer may have been lost on the way: whoever has more patience asks once more. */
const ATTEMPT_MS = 20_000;
/**
 * Updates of one case that are under way at once. The server takes ten; from about twenty on a worker loses some of them (measured in
 * docs/decisions/010), and they are no faster for it: a case takes one after the other.
 */
const AT_ONCE = 5;
const PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2_000;

const callsOf = new WeakMap<Client, Calls>();

/**
 * The calls of one client: whoever shares the client waits in the same line.
 * @param patienceMs how long an answer may take; whoever makes the calls of a client first says it
 */
export function calls(client: Client, patienceMs = PATIENCE_MS): Calls {
  const made = callsOf.get(client) ?? new Calls(client, patienceMs);
  callsOf.set(client, made);
  return made;
}

export class Calls {
  readonly #client: Client;
  readonly #patienceMs: number;
  readonly #lines = new Map<string, Line>();

  constructor(client: Client, patienceMs: number) {
    this.#client = client;
    this.#patienceMs = patienceMs;
  }

  /**
   * Asks about something, `id` in the words of an error.
   * @throws Refused, CaseExists, CaseNotFound, BadInput, Unavailable; never an error of the connection
   */
  ask<T>(id: string, call: () => Promise<T>): Promise<T> {
    return this.#patiently(id, Date.now() + this.#patienceMs, call);
  }

  /** The same for an update: few of one case at once, the others in the order they came. */
  async update<T>(id: string, call: () => Promise<T>): Promise<T> {
    const line = this.#lines.get(id) ?? new Line();
    this.#lines.set(id, line);
    const queued = Date.now();
    await line.turn();
    try {
      // Patience ends when nothing was heard of the case for so long, however many stand in line.
      const answer = await this.#patiently(id, Math.max(queued, line.heard) + this.#patienceMs, call);
      line.heard = Date.now();
      return answer;
    } catch (error) {
      if (!(error instanceof Unavailable)) line.heard = Date.now();
      throw error;
    } finally {
      if (line.leave()) this.#lines.delete(id);
    }
  }

  /** How a case stands in Temporal. @throws Unavailable */
  standing(id: string): Promise<Standing> {
    return this.ask(id, () => standingOf(this.#client, id));
  }

  async #patiently<T>(id: string, deadline: number, call: () => Promise<T>): Promise<T> {
    for (let pause = PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      try {
        return await this.#client.withDeadline(Math.min(deadline, Date.now() + ATTEMPT_MS), call);
      } catch (error) {
        const wait = pause * (0.5 + Math.random());
        const again = isUnanswered(error) || (await this.#passes(error, id));
        if (!again || Date.now() + wait > deadline) throw translated(error, id);
        await sleep(wait);
      }
    }
  }

  /** Whether asking again may be answered. @throws CaseNotFound */
  async #passes(error: unknown, id: string): Promise<boolean> {
    if (!(error instanceof WorkflowNotFoundError || wasCutOff(error))) return isPassing(error);
    // Asked of the server: what a call to a closed case says differs from one kind of connection to the other.
    const standing = await standingOf(this.#client, id).catch((unheard: unknown) =>
      Promise.reject(translated(unheard, id)),
    );
    if (standing.is === 'running') return true; // it continued as new between two looks
    throw await this.notThere(id, standing);
  }

  /** What to say to whoever asks a case that does not run. @throws Unavailable */
  async notThere(id: string, standing: Exclude<Standing, { is: 'running' }>): Promise<CaseNotFound> {
    try {
      // Temporal has forgotten an erased case, or is about to: nobody is to restore it. Once its key is gone it is erased, whatever is still tidied up.
      const goesOn = await isBeingErased(this.#client, id);
      await assertNotErased(this.#client, id);
      if (goesOn) return new Erased(`${id} is being erased`);
      return asItStands(id, standing);
    } catch (error) {
      if (error instanceof Erased) return error;
      throw translated(error, id);
    }
  }
}

function asItStands(id: string, standing: Exclude<Standing, { is: 'running' }>): CaseNotFound {
  switch (standing.is) {
    case 'closed':
      return new CaseNotFound(
        `${id}: this case is closed; to be corrected it is opened again: nodrift restore --reopen ${id}`,
        true,
      );
    case 'ended':
      return new CaseNotFound(standing.words);
    case 'unknown':
    case 'refused':
      return new CaseNotFound(`${id}: there is no such case`);
  }
}

/** Who waits to send an update to one case. */
class Line {
  /** When the case last answered, whatever it said. */
  heard = 0;
  #underWay = 0;
  readonly #waiting: (() => void)[] = [];

  turn(): Promise<void> | undefined {
    if (this.#underWay++ < AT_ONCE) return undefined;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** @returns whether nobody is left */
  leave(): boolean {
    this.#underWay--;
    this.#waiting.shift()?.();
    return this.#underWay === 0;
  }
}
