// A Nodrift case beside a bare workflow on the same development server, in turn: history, workflow tasks, CPU, memory, replay;
// and how long a live case-year takes with real mails and the record.

import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, Worker } from '@temporalio/worker';
import { readScenario, type Scenario } from '../client/scenario.ts';
import { CASE_ATTRIBUTES } from '../embedded/case-attributes.ts';
import { type DevServer, startDevServer } from '../embedded/dev-server.ts';
import { freePort } from '../embedded/ports.ts';
import { findServer } from '../embedded/server-binary.ts';
import { type Bundle, bundleWorkflows } from '../worker/bundle.ts';
import { makeCurrent } from '../worker/versions.ts';
import { TASK_QUEUE } from '../workflows/api.ts';
import { WorkerChild } from './child.ts';
import { bareLike, deliveriesOf, type History, live, ours, type Subject, sizeOf, start, updatesOf } from './drive.ts';
import { startParts } from './installation.ts';
import { median, ROOT, WARM_YEARS } from './support.ts';

/** The same figure of both. */
export interface Pair {
  readonly ours: number;
  readonly bare: number;
}
export interface Comparison {
  readonly events: Pair;
  readonly tasks: Pair;
  /** Milliseconds of CPU a case-year costs the worker's process. */
  readonly cpu: Pair;
  /** Milliseconds to replay a case-year. */
  readonly replay: Pair;
  /** Kilobytes a cached case costs: just opened, and half a year old. */
  readonly memoryOpened: Pair;
  readonly memoryHalfYear: Pair;
  /** Seconds for a live case-year with real mails and the record. */
  readonly liveSeconds: number;
  /** Sizes of the history by what the events are, for whoever asks why. */
  readonly kinds: { readonly ours: Readonly<Record<string, number>>; readonly bare: Readonly<Record<string, number>> };
}

const ROUNDS = 3;
const CASES_A_ROUND = 2;

export async function compare(say: (line: string) => void): Promise<Comparison> {
  const server = await startDevServer({
    binary: await findServer(),
    inMemory: true,
    ports: { grpc: await freePort(0) },
    searchAttributes: CASE_ATTRIBUTES,
    timeSkipping: true,
  });
  const connection = await Connection.connect({ address: server.address });
  try {
    const scenario = readScenario(join(ROOT, 'examples', 'a-good-year.yaml'));
    const bench = new Bench(server, new Client({ connection }), scenario, await bundles());
    say('a live year of our own, to know what it delivers');
    const first = await bench.first(ours(scenario));
    const subjects = { ours: ours(scenario), bare: bareLike(scenario, deliveriesOf(bench.client, first)) };
    const rounds = await bench.inTurn(subjects, say);
    const last = rounds.at(-1);
    if (!last) throw new Error('no round was run');
    say('replay of both');
    const replays: Pair[] = [];
    for (let i = 0; i < ROUNDS; i++)
      replays.push({
        ours: await bench.replay('ours', last.ours.history),
        bare: await bench.replay('bare', last.bare.history),
      });
    say('memory of both');
    const idle = bareLike(scenario, []);
    const memory = async (events: number, some: number, many: number) => ({
      ours: await bench.memory(subjects.ours, events, some, many),
      bare: await bench.memory(idle, events, some, many),
    });
    const memoryOpened = await memory(1, 100, 300);
    const memoryHalfYear = await memory(25, 50, 100);
    say('a live year with real mails and the record');
    const liveSeconds = await liveYear(server, scenario);
    const of = (pick: (years: Years) => number): Pair => ({
      ours: median(rounds.map((round) => pick(round.ours))),
      bare: median(rounds.map((round) => pick(round.bare))),
    });
    return {
      events: of(({ history }) => sizeOf(history).events),
      tasks: of(({ history }) => sizeOf(history).tasks),
      cpu: of(({ cpu }) => cpu),
      replay: { ours: median(replays.map((one) => one.ours)), bare: median(replays.map((one) => one.bare)) },
      memoryOpened,
      memoryHalfYear,
      liveSeconds,
      kinds: { ours: sizeOf(last.ours.history).kinds, bare: sizeOf(last.bare.history).kinds },
    };
  } finally {
    await connection.close();
    await server.stop();
  }
}

interface Years {
  readonly history: History;
  /** Milliseconds a case-year. */
  readonly cpu: number;
}
type Round = Readonly<Record<Subject['name'], Years>>;
type Bundles = Readonly<Record<Subject['name'], Bundle>>;

async function bundles(): Promise<Bundles> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(ROOT, 'bench', 'bare-workflow.ts'),
    logger: new DefaultLogger('WARN'),
  });
  return {
    ours: await bundleWorkflows(),
    bare: { code, buildId: createHash('sha256').update(code).digest('hex').slice(0, 16) },
  };
}

class Bench {
  readonly client: Client;
  readonly #server: DevServer;
  readonly #scenario: Scenario;
  readonly #bundles: Bundles;
  #refs = 0;

  constructor(server: DevServer, client: Client, scenario: Scenario, made: Bundles) {
    this.#server = server;
    this.client = client;
    this.#scenario = scenario;
    this.#bundles = made;
  }

  /** One case-year on a worker of its own. */
  first = (subject: Subject): Promise<History> => this.#withWorker(subject, false, () => this.#year(subject));

  /** Rounds of both in turn, each on a worker of its own that has ten case-years behind it. */
  async inTurn({ ours, bare }: Record<Subject['name'], Subject>, say: (line: string) => void): Promise<Round[]> {
    return this.#withWorker(ours, false, (worker) =>
      this.#withWorker(bare, false, async (bareWorker) => {
        say('case-years of both, to warm up');
        await this.#years(ours, worker, WARM_YEARS);
        await this.#years(bare, bareWorker, WARM_YEARS);
        const rounds: Round[] = [];
        for (let i = 1; i <= ROUNDS; i++) {
          say(`case-years of both, round ${i} of ${ROUNDS}`);
          rounds.push({
            ours: await this.#years(ours, worker, CASES_A_ROUND),
            bare: await this.#years(bare, bareWorker, CASES_A_ROUND),
          });
        }
        return rounds;
      }),
    );
  }

  /** Some case-years, one after another. */
  async #years(subject: Subject, worker: WorkerChild, cases: number): Promise<Years> {
    await makeCurrent(this.client, this.#bundles[subject.name].buildId);
    const before = await worker.cpu();
    let history: History = {};
    for (let i = 0; i < cases; i++) history = await this.#year(subject);
    return { history, cpu: ((await worker.cpu()) - before) / 1000 / cases };
  }

  #year = (subject: Subject): Promise<History> => live(this.client, subject, `Y-${++this.#refs}`, this.#scenario);

  /** Milliseconds a replay, without what starting the replayer costs. */
  async replay(name: Subject['name'], history: History): Promise<number> {
    const many = 8;
    const one = await this.#replayed(name, history, 2);
    return ((await this.#replayed(name, history, 2 + many)) - one) / many;
  }

  async #replayed(name: Subject['name'], history: History, times: number): Promise<number> {
    const began = performance.now();
    const histories = Array.from({ length: times }, (_, i) => ({ workflowId: `${name}/${i}`, history }));
    const options = { workflowBundle: { code: this.#bundles[name].code } };
    for await (const { error } of Worker.runReplayHistories(options, histories)) if (error) throw error;
    return performance.now() - began;
  }

  /** Kilobytes of heap a cached case: from some cases to many, each opened with that many events. */
  async memory(subject: Subject, events: number, some: number, many: number): Promise<number> {
    return this.#withWorker(subject, true, async (child) => {
      const first = updatesOf(this.#scenario).slice(0, events);
      const upTo = async (cases: number, from: number) => {
        for (let i = from; i < cases; i += 10)
          await Promise.all(Array.from({ length: 10 }, () => start(this.client, subject, `M-${++this.#refs}`, first)));
        await new Promise((done) => setTimeout(done, 2_000));
        return child.heap();
      };
      const before = await upTo(some, 0);
      return ((await upTo(many, some)) - before) / (many - some) / 1024;
    });
  }

  async #withWorker<T>(subject: Subject, oneThread: boolean, work: (child: WorkerChild) => Promise<T>): Promise<T> {
    const bundle = this.#bundles[subject.name];
    const { taskQueue } = subject;
    const child = await WorkerChild.start({
      address: this.#server.address,
      bundle,
      taskQueue,
      cachedCases: 2_000,
      oneThread,
    });
    try {
      await makeCurrent(this.client, bundle.buildId);
      return await work(child);
    } finally {
      await child.stop();
    }
  }
}

async function liveYear(server: DevServer, scenario: Scenario): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'nodrift-bench-'));
  const { service, stop } = await startParts(server, folder);
  try {
    const subject = { ...ours(scenario), taskQueue: TASK_QUEUE };
    await live(service.client, subject, 'L-warm', scenario);
    const began = performance.now();
    await live(service.client, subject, 'L-1', scenario);
    return (performance.now() - began) / 1000;
  } finally {
    await stop();
    await rm(folder, { recursive: true, force: true });
  }
}
