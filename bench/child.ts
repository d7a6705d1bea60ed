// The worker's process as the measurements hold it.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ROOT } from './support.ts';
import type { ChildSettings } from './worker-child.ts';

export class WorkerChild {
  readonly #process: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#process = child;
  }

  static async start(settings: ChildSettings): Promise<WorkerChild> {
    const child = fork(join(ROOT, 'bench', 'worker-child.ts'), [], {
      execArgv: ['--import', 'tsx', '--expose-gc'],
      env: { ...process.env, TZ: 'UTC' },
    });
    const started = new WorkerChild(child);
    child.send(settings);
    await started.#answer();
    return started;
  }

  /** Microseconds of CPU the process has used so far, all its threads. */
  cpu = (): Promise<number> => this.#ask('cpu');
  /** Bytes, after a collection. */
  heap = (): Promise<number> => this.#ask('heap');
  rss = (): Promise<number> => this.#ask('rss');

  async stop(): Promise<void> {
    const ended = once(this.#process, 'exit');
    this.#process.send('stop');
    await ended;
  }

  #ask(question: string): Promise<number> {
    const answer = this.#answer();
    this.#process.send(question);
    return answer as Promise<number>;
  }

  async #answer(): Promise<unknown> {
    const ended = once(this.#process, 'exit').then(() => {
      throw new Error('the worker’s process ended');
    });
    ended.catch(() => {});
    const [answer] = await Promise.race([once(this.#process, 'message'), ended]);
    return answer;
  }
}
