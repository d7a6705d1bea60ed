// Timelines and rehearsals are worked out beside the process's own thread, one at a time, for so long and in so much memory: years of a plan
// that somebody asks for hold up nobody's page. What is asked is plain data, and so is the answer.

import { Worker } from 'node:worker_threads';
import type { DatesAsked } from '../../client/dates-asked.ts';
import { BadInput, Unavailable } from '../../client/errors.ts';
import type { Rehearsal } from '../../client/rehearse.ts';
import type { TimelineLimit } from '../../domain/play/timeline.ts';
import type { Policy } from '../../domain/policy/policy.ts';
import type { CalendarData } from '../../domain/time/calendar.ts';

/** What an authority has in force. */
interface Rules {
  readonly policy: Policy;
  readonly calendar: CalendarData;
}
/** What is asked of the thread. */
export type ToPlay =
  | ({ readonly what: 'timeline'; readonly asked: DatesAsked } & Rules)
  | ({ readonly what: 'rehearsal'; readonly scenario: unknown } & Rules);
/** What it says: what was asked for, or what is wrong with it. */
export type Said = { readonly answer: unknown } | { readonly fault: string };

/** It would take longer, or more memory, than one caller may have. */
export class TooMuch extends Error {
  override readonly name = 'TooMuch';
}

export interface Playing {
  /** @throws BadInput, TooMuch, Unavailable where too many wait already */
  timeline(asked: DatesAsked, rules: Rules): Promise<readonly TimelineLimit[]>;
  /** @throws as `timeline` */
  rehearsal(scenario: unknown, rules: Rules): Promise<Rehearsal>;
  close(): Promise<void>;
}

interface Waiting {
  readonly job: ToPlay;
  readonly done: (said: Said) => void;
  readonly failed: (error: Error) => void;
}

/** From sources a thread needs its own way of reading TypeScript: Node 20 hands none on. */
function thread(): Worker {
  const options = { resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB } };
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL('./playing-thread.js', import.meta.url), options);
  const file = JSON.stringify(new URL('./playing-thread.ts', import.meta.url).href);
  const load = `import('tsx/esm/api').then(({ register }) => { register(); return import(${file}); })`;
  return new Worker(load, { ...options, eval: true });
}
const MEMORY_MB = 256;

/** @param limits.ms how long one may take @param limits.waiting how many may wait; beyond, callers are asked to come again */
export function playing({ ms = 10_000, waiting = 20 } = {}): Playing {
  const queue: Waiting[] = [];
  let running: Worker | undefined;
  let playing: Waiting | undefined;
  let clock: NodeJS.Timeout | undefined;

  const over = (): Waiting | undefined => {
    clearTimeout(clock);
    const one = playing;
    playing = undefined;
    return one;
  };
  /** What was being played is given up, the thread with it. The next begins on another. */
  const giveUp = (error: Error) => {
    const gone = running;
    running = undefined;
    over()?.failed(error);
    void gone?.terminate();
    next();
  };
  const start = (): Worker => {
    const worker = thread();
    worker.on('message', (said: Said) => {
      over()?.done(said);
      next();
    });
    worker.on('error', (error: NodeJS.ErrnoException) => {
      if (worker === running) giveUp(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? new TooMuch(TOO_MUCH) : error);
    });
    // It is there for whoever asks, and keeps no process alive.
    worker.unref();
    return worker;
  };
  const next = () => {
    if (playing) return;
    playing = queue.shift();
    if (!playing) return;
    clock = setTimeout(() => giveUp(new TooMuch(TOO_MUCH)), ms);
    running ??= start();
    running.postMessage(playing.job);
  };
  async function play<T>(job: ToPlay): Promise<T> {
    if (queue.length >= waiting) throw new Unavailable('too many rehearsals are asked for at once: send it again');
    const said = await new Promise<Said>((done, failed) => {
      queue.push({ job, done, failed });
      next();
    });
    if ('fault' in said) throw new BadInput(said.fault);
    return said.answer as T;
  }
  return {
    timeline: (asked, rules) => play({ what: 'timeline', asked, ...rules }),
    rehearsal: (scenario, rules) => play({ what: 'rehearsal', scenario, ...rules }),
    close: async () => void (await running?.terminate()),
  };
}

const TOO_MUCH = 'this takes longer than one rehearsal may: play fewer years, or fewer cases at once';
