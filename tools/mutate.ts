// `npm run mutate`: breaks each rule's own line and expects that a test its row of docs/rules.md cites fails. A test that passes all the same is
// hollow. `npm run mutate -- R63 L14` tries some rows only. Works in copies of the tree, never in the checkout; ten minutes for all, on two cores.
//
// Own code and not a mutation framework: the question is not whether a line is covered by some test, but whether the test that a row names
// proves that row. A framework's thousands of mutants, each against whole test files, would take hours and not answer it.
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseLifeRows, parseRules } from './check-rules.ts';
import {
  type CitedTest,
  checkMutations,
  citedTests,
  failedTitles,
  type Outcome,
  outcomeOf,
  ranTitles,
} from './mutation-run.ts';
import { MUTATIONS, type Mutation } from './mutations.ts';
import { isProgram, report } from './report.ts';

/** More at a time are slower on a small machine: each starts a test runner and its workers. */
const AT_ONCE = Math.min(2, availableParallelism());
/** A mutant may loop without end. */
const TOO_LONG_MS = 180_000;

interface Job {
  readonly rule: string;
  readonly mutation: Mutation;
  readonly tests: readonly CitedTest[];
}

/** A copy of the tree in which lines may be broken. */
function copyOfTree(below: string, name: string, files: readonly string[]): string {
  const root = join(below, name);
  for (const file of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    cpSync(file, join(root, file));
  }
  symlinkSync(join(process.cwd(), 'node_modules'), join(root, 'node_modules'));
  return root;
}

/** Runs the named tests of one file alone, and gives what the runner printed. */
function runTests(root: string, tests: readonly CitedTest[]): Promise<string> {
  const files = [...new Set(tests.map(({ file }) => file))];
  const patterns = [...new Set(tests.map(({ pattern }) => `--test-name-pattern=${pattern}`))];
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', '--test', '--test-reporter=tap', '--test-concurrency=1', ...patterns, ...files],
    { cwd: root, env: { ...process.env, TZ: 'UTC' }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const tooLong = setTimeout(() => child.kill('SIGKILL'), TOO_LONG_MS);
  let printed = '';
  child.stdout.on('data', (text) => {
    printed += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (_, signal) => {
      clearTimeout(tooLong);
      resolve(signal ? `${printed}\nnot ok - took too long\n` : printed);
    });
  });
}

/** Which cited tests run and pass in the tree as it is: or their failing would say nothing. Each file is asked once, when it is first needed. */
class Unbroken {
  readonly #root: string;
  readonly #cited: readonly CitedTest[];
  readonly #asked = new Map<string, Promise<void>>();
  readonly problems: string[] = [];

  constructor(root: string, cited: readonly CitedTest[]) {
    this.#root = root;
    this.#cited = cited;
  }

  /** Asks the cited tests of a file, unless they were asked already. */
  async ask(file: string): Promise<void> {
    const asked = this.#asked.get(file) ?? this.#run(file);
    this.#asked.set(file, asked);
    await asked;
  }

  async #run(file: string): Promise<void> {
    const tests = this.#cited.filter((one) => one.file === file);
    const printed = await runTests(this.#root, tests);
    const [ran, failed] = [ranTitles(printed), failedTitles(printed)];
    for (const { title, pattern } of tests) {
      const is = new RegExp(pattern);
      if (!ran.some((one) => is.test(one))) this.problems.push(`${file}: "${title}" did not run`);
      else if (failed.some((one) => is.test(one))) this.problems.push(`${file}: "${title}" fails unbroken`);
    }
  }
}

/** Tries one broken line, and puts it back. */
async function tryOne(root: string, { mutation, tests }: Job, unbroken: Unbroken): Promise<Outcome> {
  const path = join(root, mutation.file);
  const whole = readFileSync(path, 'utf8');
  writeFileSync(
    path,
    whole.replace(mutation.find, () => mutation.put),
  );
  try {
    // File by file: one test that fails is enough. What needs a server is slow, and asked last.
    const isQuick = ({ file }: CitedTest) => file.startsWith('test/domain/') || file.startsWith('test/mail/');
    const files = new Set([...tests.filter(isQuick), ...tests].map(({ file }) => file));
    for (const file of files) {
      const some = tests.filter((one) => one.file === file);
      await unbroken.ask(file);
      const outcome = outcomeOf(await runTests(root, some), some);
      if (outcome !== 'alive') return outcome;
    }
    return 'alive';
  } finally {
    writeFileSync(path, whole);
  }
}

async function inTurns<T>(
  workers: readonly string[],
  jobs: readonly T[],
  does: (root: string, job: T) => Promise<void>,
) {
  const left = [...jobs];
  await Promise.all(
    workers.map(async (root) => {
      for (let job = left.shift(); job; job = left.shift()) await does(root, job);
    }),
  );
}

async function listed(): Promise<string[]> {
  const child = spawn('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { stdio: 'pipe' });
  let names = '';
  child.stdout.on('data', (text) => {
    names += text;
  });
  await new Promise((resolve) => child.on('close', resolve));
  return names.split('\0').filter((name) => name !== '');
}

async function run(wanted: readonly string[]): Promise<string[]> {
  const markdown = readFileSync('docs/rules.md', 'utf8');
  const wrong = checkMutations(markdown, MUTATIONS, (path) => readFileSync(path, 'utf8'));
  if (wrong.length > 0) return wrong;
  const rows = [...parseRules(markdown).rows, ...parseLifeRows(markdown)].filter(
    ({ rule }) => wanted.length === 0 || wanted.includes(rule),
  );
  const jobs = rows.flatMap(({ rule, test }): Job[] =>
    (MUTATIONS[rule] ?? []).map((mutation) => ({ rule, mutation, tests: citedTests(test) })),
  );
  const below = mkdtempSync(join(tmpdir(), 'nodrift-mutate-'));
  try {
    const tree = await listed();
    const roots = Array.from({ length: AT_ONCE }, (_, i) => copyOfTree(below, `${i}`, tree));
    const cited = new Map(jobs.flatMap(({ tests }) => tests.map((one) => [`${one.file} ${one.title}`, one] as const)));
    const unbroken = new Unbroken(copyOfTree(below, 'unbroken', tree), [...cited.values()]);
    const alive: string[] = [];
    let tried = 0;
    await inTurns(roots, jobs, async (root, job) => {
      const outcome = await tryOne(root, job, unbroken);
      tried++;
      if (process.stderr.isTTY) process.stderr.write(`\r${tried} of ${jobs.length} `);
      const { file, find, put } = job.mutation;
      if (outcome !== 'killed') alive.push(`${job.rule}: ${outcome}: ${file}: ${find} → ${put}`);
    });
    console.log(`${jobs.length} lines broken: ${jobs.length - alive.length} killed, ${alive.length} not`);
    return [...unbroken.problems, ...alive].sort();
  } finally {
    rmSync(below, { recursive: true, force: true });
  }
}

if (isProgram(import.meta.url)) {
  const wanted = process.argv.slice(2).filter((arg) => arg !== '--check');
  if (process.argv.includes('--check'))
    report(
      checkMutations(readFileSync('docs/rules.md', 'utf8'), MUTATIONS, (path) => readFileSync(path, 'utf8')),
      `tools/mutations.ts: ${Object.values(MUTATIONS).flat().length} lines that may be broken, each there once, one at least for each row`,
    );
  else report(await run(wanted), 'every row’s own line, broken, fails a test that the row cites');
}
