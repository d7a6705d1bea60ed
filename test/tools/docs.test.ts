// The documents beside the code: docs/events.md names every event type with its fields and gates, docs/policy.md who is family, and links between documents lead somewhere.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { describeEvent, EVENT_TYPES, mayStandIn, sourceOf } from '../../domain/case/catalogue.ts';
import { CASE_KINDS } from '../../domain/case/model.ts';
import { parseEvent } from '../../domain/case/read-events.ts';
import { familyOf } from '../../domain/duties/families.ts';
import { LIFECYCLES } from '../../domain/lifecycles/registry.ts';
import { shippedPolicy } from '../../policies/load.ts';
import { rules } from '../../policies/rules.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** The sections of docs/events.md, by the type in their headings. */
const catalogue = new Map(
  read('docs/events.md')
    .split(/^### /m)
    .slice(1)
    .map((section) => [/^`([a-z-]+)`\n/.exec(section)?.[1] ?? section.split('\n')[0], section.split(/^## /m)[0] ?? '']),
);

test('docs/events.md has a heading for every event type and for nothing else', () => {
  assert.deepEqual([...catalogue.keys()].sort(), [...EVENT_TYPES].sort());
});

for (const type of EVENT_TYPES)
  test(`docs/events.md names the fields of ${type} that there are, and says which it must have`, () => {
    const line = /^- \*\*Fields\*\* ([\s\S]*?)\n(?=- \*\*|\n)/m.exec(catalogue.get(type) ?? '')?.[1] ?? '';
    const [required, optional] = line.split('optional ').map(named);
    // Read without its fields an event names those it lacks; read with one, it says whether it knows it.
    for (const field of [...(required ?? []), ...(optional ?? [])])
      assert.doesNotMatch(wrong({ type, [field]: {} }), /does not know/, field);
    const lacking = [...wrong({ type, by: 'amira' }).matchAll(/[:;] (\w+): /g)].map((match) => match[1]);
    assert.deepEqual(lacking.sort(), required?.sort());
  });

for (const type of EVENT_TYPES)
  test(`docs/events.md says of ${type} what the catalogue says: what happened, in which kinds of case, recorded by whom`, () => {
    const section = (catalogue.get(type) ?? '').replace(/^.*\n+/, '').replaceAll('\n', ' ');
    assert.ok(section.startsWith(describeEvent(type).replaceAll('’', "'")), describeEvent(type));
    const where = / - \*\*In\*\* (.*?) - \*\*/.exec(section)?.[1] ?? CASE_KINDS.join().replaceAll('-', ' ');
    const kinds = CASE_KINDS.filter((kind) => where.includes(kind.replaceAll('-', ' ')));
    assert.deepEqual([...mayStandIn(type)].sort(), kinds.sort());
    const source = /Recorded by the product alone/.test(section)
      ? 'nodrift'
      : /Recorded by the product; by a manager, with a reason,/.test(section)
        ? 'nodrift or a manager'
        : 'anybody';
    assert.equal(sourceOf(type), source);
  });

const named = (text: string): string[] => [...text.matchAll(/`(\w+)`/g)].map((match) => match[1]!);

/** What parseEvent says is wrong. */
function wrong(event: Readonly<Record<string, unknown>>): string {
  try {
    parseEvent(event);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

test('docs/events.md names every gate, at the level that is shipped', () => {
  const { gates } = shippedPolicy('barnsley');
  const said = [...read('docs/events.md').matchAll(/\b(R\d+|quorum)\s+`(refuse|reason|warn|off)`/g)].map(
    ([, rule, level]) => `${rule} ${level}`,
  );
  assert.deepEqual(
    [...new Set(said)].sort(),
    Object.entries(gates)
      .map(([rule, level]) => `${rule} ${level}`)
      .sort(),
  );
});

for (const { kind, opensWith, meetings } of Object.values(LIFECYCLES))
  test(`docs/events.md says how a ${kind} case begins and which meetings it has`, () => {
    const [, begins = '', has = ''] =
      new RegExp(`^\\| \`${kind}\` \\|([^|]*)\\|([^|]*)\\|$`, 'm').exec(read('docs/events.md')) ?? [];
    const names = (text: string) => [...text.matchAll(/`([a-z-]+)`/g)].map((match) => match[1]);
    assert.deepEqual(names(begins), opensWith);
    assert.deepEqual(names(has), Object.keys(meetings));
  });

test('docs/policy.md names every role that is shipped', () => {
  const roles = Object.keys(shippedPolicy('barnsley').roles);
  const page = read('docs/policy.md');
  assert.deepEqual(
    roles.filter((role) => !page.includes(`\`${role}\``)),
    [],
  );
});

const documents = [
  'README.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => join('docs', path)),
];

for (const document of documents)
  test(`every link of ${document} to a file leads to one`, () => {
    const links = [...read(document).matchAll(/\]\(([^)#\s]+)/g)].map((match) => match[1]!);
    const lost = links.filter((link) => !/^[a-z]+:/.test(link) && !existsSync(join(root, dirname(document), link)));
    assert.deepEqual(lost, []);
  });

test('the flowchart of the child in need process has every event that only such a case has, and none that it has not, R125', () => {
  const chart = /```mermaid\n([\s\S]*?)```/.exec(read('docs/child-in-need-process.md'))?.[1] ?? '';
  const boxes = [...chart.matchAll(/(?<!\()\["([^"]+)"\]/g)].flatMap(([, box]) =>
    box!.replace(/[:,] .*$/, (more) => (more.startsWith(', closure') ? more : '')).split(', '),
  );
  const types = new Set(boxes);
  for (const type of types)
    assert.ok(
      (EVENT_TYPES as readonly string[]).includes(type) &&
        mayStandIn(type as (typeof EVENT_TYPES)[number]).includes('child-in-need'),
      type,
    );
  const own = EVENT_TYPES.filter((type) => mayStandIn(type).join() === 'child-in-need');
  assert.deepEqual(
    own.filter((type) => !types.has(type)),
    [],
  );
});

test('the flowchart cites rules and names duties that there are, R125', () => {
  const arrows = [...read('docs/child-in-need-process.md').matchAll(/\|"([^"]+)"\|/g)].map(([, words]) => words!);
  for (const rule of arrows.flatMap((words) => words.match(/R\d+/g) ?? []))
    assert.ok(Object.hasOwn(rules(), rule), rule);
  const duties = arrows.flatMap((words) => words.match(/[a-z-]+\/[a-z-]+/g) ?? []);
  for (const duty of duties) assert.ok(familyOf(duty) !== undefined, duty);
  assert.ok(duties.length > 8);
});
