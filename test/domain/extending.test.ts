// docs/extending.md shows where a plan, an event, a duty and a meeting go. Its examples are added to a copy of the sources, which then must
// compile; and a case of the plan it adds is played there. The plan is no part of the product.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Instant, LocalDateTime } from '../../domain/time/calendar.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(join(root, 'docs', 'extending.md'), 'utf8');

/** What a section of the page adds: a new file, or lines between lines that are there. */
interface Example {
  readonly file: string;
  readonly form: 'ts' | 'diff';
  readonly text: string;
}

/** The examples of one section: each is a file's name in bold, some words, and a block. */
function examplesOf(section: string): readonly Example[] {
  const text =
    page.split(/^## /m).find((one) => one.startsWith(`${section}\n`)) ?? assert.fail(`no section ${section}`);
  return [...text.matchAll(/^\*\*`([^`]+)`\*\*[^\n]*\n\n```(ts|diff)\n([\s\S]*?)```$/gm)].map((match) => ({
    file: match[1]!,
    form: match[2] as Example['form'],
    text: match[3]!,
  }));
}

const copy = mkdtempSync(join(tmpdir(), 'nodrift-extended-'));
after(() => rmSync(copy, { recursive: true, force: true }));
const beside = new Set(['test', 'bench', 'docs', 'node_modules', 'deploy', 'examples']);
for (const name of readdirSync(root))
  if (!name.startsWith('.') && !beside.has(name)) cpSync(join(root, name), join(copy, name), { recursive: true });
symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));

function add({ file, form, text }: Example): void {
  const path = join(copy, file);
  if (form === 'ts') {
    assert.ok(!existsSync(path), `docs/extending.md: ${file} is there already`);
    writeFileSync(path, text);
    return;
  }
  const hunks = text.split(/^@@\n/m);
  writeFileSync(
    path,
    hunks.reduce((source, hunk) => withHunk(file, source, hunk), readFileSync(path, 'utf8')),
  );
}

/** The source with a hunk's `+` lines in the place that its other lines show. */
function withHunk(file: string, source: string, hunk: string): string {
  const lines = hunk.split('\n').slice(0, -1);
  const said = (marks: string) =>
    lines.flatMap((line) => (marks.includes(line.charAt(0)) ? [`${line.slice(1)}\n`] : [])).join('');
  const [before, ...rest] = source.split(said(' -'));
  assert.equal(rest.length, 1, `docs/extending.md: ${file} has these lines ${rest.length} times:\n${said(' -')}`);
  return `${before}${said(' +')}${rest[0]}`;
}

/** What the compiler says of the copy. */
function compiled(): string {
  try {
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    return execFileSync(process.execPath, [tsc, '--noEmit'], { cwd: copy, encoding: 'utf8' });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

test('a plan is added in four TypeScript files, and everything compiles', () => {
  const plan = examplesOf('A plan');
  for (const one of plan) add(one);
  assert.equal(plan.filter(({ file }) => file.endsWith('.ts')).length, 4);
  assert.equal(compiled(), '');
});

const SAM = { id: 'sam', name: 'Sam', role: 'social-worker', email: 'sam@example.test', manager: 'tess' };
const TESS = { id: 'tess', name: 'Tess', role: 'team-manager', email: 'tess@example.test' };
const ED = { id: 'ed', name: 'Ed', role: 'education', email: 'ed@example.test' };

/** A module of the copy. */
const from = (path: string): Promise<unknown> => import(pathToFileURL(join(copy, path)).href);

/** A case of the added plan, played by the copy's own player under the copy's own policy. */
async function played(until: string, events: readonly (readonly [day: string, event: object])[]) {
  const { play } = (await from('domain/play/player.ts')) as typeof import('../../domain/play/player.ts');
  const { duties } = (await from('domain/duties/owed.ts')) as typeof import('../../domain/duties/owed.ts');
  const { shippedPolicy, loadCalendar } = (await from('policies/load.ts')) as typeof import('../../policies/load.ts');
  const file = { ref: 'P-1', kind: 'pathway-plan', authority: 'barnsley', people: [SAM, TESS, ED] };
  const answer = play({
    file: file as unknown as Parameters<typeof play>[0]['file'],
    policy: shippedPolicy('barnsley'),
    calendar: loadCalendar(),
    events: events.map(([day, event], i) => ({ id: `e${i}`, at: `${day}T10:00` as LocalDateTime, event })),
    until: `${until}T23:00:00Z` as Instant,
  });
  assert.deepEqual(answer.refused, []);
  return {
    told: answer.steps.map(({ at, kind, duty, to }) => `${at.slice(0, 10)} ${kind} ${duty} to ${to}`),
    owed: duties(answer.case).flatMap(({ key, due, done, lapsed }) => (done || lapsed ? [] : [`${key} ${due}`])),
    closed: answer.closed,
  };
}

const MADE = ['2027-01-11', { type: 'pathway-plan-made', by: 'sam', on: '2027-01-11' }] as const;
const REVIEW = { type: 'meeting-held', meeting: 'pathway-review-1', chair: 'tess', minuteTaker: 'ed' };
const HELD = ['2027-07-05', { ...REVIEW, by: 'sam', on: '2027-07-05', present: ['sam', 'tess', 'ed'] }] as const;

test('its first review is due six months after the plan was made, and reminded of until it is held', async () => {
  const { told, owed } = await played('2027-07-13', [MADE]);
  assert.deepEqual(owed, ['hold/pathway-review-1 2027-07-11']); // a Sunday: to be booked by Friday the 9th
  assert.deepEqual(told, [
    '2027-05-27 reminder hold/pathway-review-1 to sam', // 30 working days before the 9th, over the spring bank holiday
    '2027-06-18 reminder hold/pathway-review-1 to sam', // 15
    '2027-07-02 escalation hold/pathway-review-1 to sam', // 5
    '2027-07-02 escalation hold/pathway-review-1 to tess',
    '2027-07-12 escalation hold/pathway-review-1 to sam', // the working day after
    '2027-07-12 escalation hold/pathway-review-1 to tess',
  ]);
});

test('a review that was held is due again six months later, and its minutes are asked for', async () => {
  const { owed } = await played('2027-07-06', [MADE, HELD]);
  assert.deepEqual(owed.sort(), ['hold/pathway-review-2 2028-01-05', 'minutes/pathway-review-1 2027-07-10']);
});

test('with the plan everything ends, and the case closes', async () => {
  const ended = ['2027-08-02', { type: 'pathway-plan-ended', by: 'sam', on: '2027-08-02' }] as const;
  const { owed, closed } = await played('2027-09-30', [MADE, ended]);
  assert.deepEqual(owed, []);
  assert.equal(closed, true);
});

test('the timeline knows its dates', async () => {
  const { timeline } = (await from('domain/play/timeline.ts')) as typeof import('../../domain/play/timeline.ts');
  const { shippedPolicy, loadCalendar } = (await from('policies/load.ts')) as typeof import('../../policies/load.ts');
  const wish = { kind: 'pathway-plan', opened: MADE[0], months: 12, held: {} };
  const all = { ...wish, policy: shippedPolicy('barnsley'), calendar: loadCalendar() } as unknown;
  const limits = timeline(all as Parameters<typeof timeline>[0]).filter(({ duty }) => duty.startsWith('hold/'));
  assert.deepEqual(
    limits.map(({ duty, due, bookBy }) => [duty, due, bookBy]),
    [
      ['hold/pathway-review-1', '2027-07-11', '2027-07-09'],
      ['hold/pathway-review-2', '2028-01-09', '2028-01-07'],
    ],
  );
});

test('an event, a duty and a meeting are added as the page says, and everything compiles', () => {
  for (const section of ['An event', 'A duty', 'A meeting']) {
    const examples = examplesOf(section);
    assert.ok(examples.length >= 3, `${examples.length} examples`);
    for (const one of examples) add(one);
  }
  assert.equal(compiled(), '');
});

/** The file without the text, which it has once. */
function without(file: string, text: string): void {
  const path = join(copy, file);
  const parts = readFileSync(path, 'utf8').split(text);
  assert.equal(parts.length, 2, text);
  writeFileSync(path, parts.join(''));
}

test('an event that changes nothing, a meeting without its traits and a duty without its words do not compile', () => {
  without('domain/case/change.ts', '      return { adviser: c.adviser ?? { on, known, person: event.person } };\n');
  without('domain/case/change.ts', "    case 'adviser-appointed':\n");
  without('domain/lifecycles/pathway-plan.ts', ", 'transition-meeting': { agreesPlan: true }");
  without('domain/notices/words.ts', '  appoint: (of) => `appointing a personal $' + '{of}`,\n');
  without('domain/lifecycles/registry.ts', "  'pathway-plan': pathwayPlan,\n");
  const said = compiled();
  for (const [file, missing] of [
    ['change.ts', 'adviser-appointed'],
    ['pathway-plan.ts', 'transition-meeting'],
    ['words.ts', 'appoint'],
    ['registry.ts', 'pathway-plan'],
  ])
    assert.match(said, new RegExp(`${file}\\([^\n]*\\n?[^\n]*${missing}`), said);
});
