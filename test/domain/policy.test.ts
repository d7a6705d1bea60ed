// Policies and calendars as data: what is wrong with one is said by its field, and a shipped one is as the documents have it.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { GATES, LIMITS } from '../../domain/policy/policy.ts';
import { PolicyError, parsePolicy } from '../../domain/policy/read-policy.ts';
import { AUTHORITIES, loadCalendar, loadPolicy } from '../../policies/load.ts';
import { BARNSLEY, CALENDAR, HULL } from './support.ts';

// biome-ignore lint/suspicious/noExplicitAny: a draft may be anything; parsePolicy says what is wrong with it.
type Draft = any;

/** What is wrong, and the words that must be in the answer: the field above all. */
const WRONG: readonly (readonly [what: string, spoil: (draft: Draft) => void, names: readonly string[]])[] = [
  ['a missing figure', (p) => delete p.limits['first-core-group'], ['limits.first-core-group', 'missing']],
  ['a figure without its number', (p) => delete p.limits.minutes.within, ['limits.minutes.within']],
  ['a negative figure', (p) => Object.assign(p.limits.minutes, { within: -5 }), ['limits.minutes.within', 'negative']],
  [
    'a figure that is no whole number',
    (p) => Object.assign(p.limits.minutes, { within: 2.5 }),
    ['limits.minutes.within', 'whole'],
  ],
  [
    'a figure in words',
    (p) => Object.assign(p.limits.minutes, { within: 'five' }),
    ['limits.minutes.within', 'number'],
  ],
  [
    'an unknown unit',
    (p) => Object.assign(p.limits.minutes, { unit: 'weeks' }),
    ['limits.minutes.unit', 'working-days'],
  ],
  [
    'a limit nobody knows',
    (p) => Object.assign(p.limits, { 'second-core-group': null }),
    ['limits', 'second-core-group'],
  ],
  [
    'a rule beyond the last',
    (p) => Object.assign(p.limits.minutes, { rules: ['R163'] }),
    ['limits.minutes.rules.0', 'R162'],
  ],
  ['a rule nought', (p) => Object.assign(p.limits.minutes, { rules: ['R0'] }), ['limits.minutes.rules.0', 'R162']],
  ['a missing gate', (p) => delete p.gates.R63, ['gates.R63']],
  ['an unknown level', (p) => Object.assign(p.gates, { R63: 'strict' }), ['gates.R63', 'refuse']],
  ['a gate for a rule that has none', (p) => Object.assign(p.gates, { R1: 'warn' }), ['gates', 'R1']],
  ['a missing ladder', (p) => delete p.ladders.minutes, ['ladders.minutes', 'missing']],
  ['a ladder for an unknown duty', (p) => Object.assign(p.ladders, { coffee: [] }), ['ladders', 'coffee']],
  [
    'an unknown recipient',
    (p) => Object.assign(p.ladders.minutes[0], { to: ['mayor'] }),
    ['ladders.minutes.0.to.0', 'minute-taker'],
  ],
  ['a step to nobody', (p) => Object.assign(p.ladders.minutes[0], { to: [] }), ['ladders.minutes.0.to']],
  [
    'a step at an unknown time',
    (p) => Object.assign(p.ladders.minutes[0], { when: 'soon' }),
    ['ladders.minutes.0.when'],
  ],
  [
    'a step a negative number of days before',
    (p) => Object.assign(p.ladders.minutes[0], { when: { before: -1 } }),
    ['ladders.minutes.0.when'],
  ],
  [
    'a step that says an unknown thing',
    (p) => Object.assign(p.ladders.minutes[0], { says: 'threat' }),
    ['ladders.minutes.0.says'],
  ],
  [
    'a misspelt field of a step',
    (p) => Object.assign(p.ladders.minutes[0], { too: ['manager'] }),
    ['ladders.minutes.0', 'too'],
  ],
  [
    'a step named twice',
    (p) => p.ladders.minutes.push({ ...p.ladders.minutes[0] }),
    ['ladders.minutes', 'on-limit', 'twice'],
  ],
  ['a role without its label', (p) => delete p.roles.health.label, ['roles.health.label', 'missing']],
  [
    'a meeting that lasts no time',
    (p) => Object.assign(p.meetings['core-group'], { minutes: 0 }),
    ['meetings.core-group.minutes'],
  ],
  ['an authority with blanks', (p) => Object.assign(p, { authority: 'South Yorkshire' }), ['authority']],
  ['no version', (p) => Object.assign(p, { version: '' }), ['version']],
  ['a field nobody knows', (p) => Object.assign(p, { motto: 'no drift' }), ['motto']],
];

for (const [what, spoil, names] of WRONG)
  test(`a policy with ${what} is refused, and its field is named`, () => {
    const draft = structuredClone(BARNSLEY) as Draft;
    spoil(draft);
    assert.throws(
      () => parsePolicy(draft),
      (error: Error) => {
        assert.ok(error instanceof PolicyError);
        for (const name of names) assert.ok(error.message.includes(name), `${name} in: ${error.message}`);
        return !error.message.includes('\n');
      },
    );
  });

test('all that is wrong with a policy is said at once', () => {
  const draft = structuredClone(BARNSLEY) as Draft;
  delete draft.gates.R63;
  draft.limits.minutes.within = -1;
  assert.throws(
    () => parsePolicy(draft),
    (error: PolicyError) => error.problems.length === 2,
  );
});

for (const nothing of [null, [], 'barnsley', 7])
  test(`${JSON.stringify(nothing)} is no policy`, () => {
    assert.throws(() => parsePolicy(nothing), PolicyError);
  });

test('a policy that was read can be read again, as after a change of it', () => {
  for (const policy of [BARNSLEY, HULL]) assert.deepEqual(parsePolicy(JSON.parse(JSON.stringify(policy))), policy);
});

test('every shipped policy gives each limit and each gate, and where it departs from the shared ones it says so', () => {
  for (const authority of AUTHORITIES) {
    const policy = loadPolicy(authority);
    assert.equal(policy.authority, authority);
    assert.deepEqual(Object.keys(policy.limits).sort(), [...LIMITS].sort());
    assert.deepEqual(Object.keys(policy.gates).sort(), [...GATES].sort());
    assert.match(policy.hash ?? '', /^[0-9a-f]{12}$/);
  }
  assert.notEqual(BARNSLEY.hash, HULL.hash);
});

/** As rules.md has them, written out a second time. */
const FIGURES: readonly (readonly [name: (typeof LIMITS)[number], number, string, rules: string])[] = [
  ['initial-conference', 15, 'working-days', 'R114'],
  ['first-core-group', 10, 'working-days', 'R20'],
  ['next-core-group', 28, 'days', 'R21'],
  ['first-review-conference', 3, 'months', 'R116'],
  ['next-review-conference', 6, 'months', 'R117'],
  ['minutes', 5, 'days', 'R59'],
  ['distribution', 5, 'working-days', 'R60 R61'],
  ['say-next', 5, 'working-days', 'R83'],
  ['closure-approval', 28, 'days', 'R155'],
];
for (const [name, count, unit, rules] of FIGURES)
  test(`as shipped, ${name} is ${count} ${unit} in both authorities, ${rules}`, () => {
    for (const policy of [BARNSLEY, HULL]) {
      const limit = policy.limits[name];
      assert.deepEqual([limit?.within, limit?.unit, limit?.rules.join(' ')], [count, unit, rules]);
    }
  });

const LEVELS = {
  refuse: 'R48 R63 R89 R147 R148 R149 R150 R151 R153 R154 R155 R158 R159 R160',
  reason: 'R17 R22 R44 R54 R64 R136',
  warn: 'R2 R13 R25 R69 R80 R81 R86 R90 R95 R97 R115 R122 R124 R127 R128',
};
test('gates are shipped at the levels of the rules; Hull’s differ for R44 and R54', () => {
  for (const [level, rules] of Object.entries(LEVELS))
    for (const rule of rules.split(' ')) {
      assert.equal(BARNSLEY.gates[rule], level, rule);
      const hull = rule === 'R44' ? 'warn' : rule === 'R54' ? 'off' : level;
      assert.equal(HULL.gates[rule], hull, rule);
    }
});

// Files of an authority's own.

const folder = mkdtempSync(join(tmpdir(), 'nodrift-policy-'));
after(() => rmSync(folder, { recursive: true }));
const file = (name: string, content: unknown): string => {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};
const leeds = { extends: 'defaults.json', authority: 'leeds', name: 'Leeds', version: '3' };

test('an authority gives what differs and keeps the rest', () => {
  const own = { ...leeds, gates: { R54: 'warn' }, limits: { distribution: null } };
  const policy = loadPolicy(file('leeds.json', own));
  assert.deepEqual([policy.authority, policy.gates.R54, policy.limits.distribution], ['leeds', 'warn', null]);
  assert.deepEqual(policy.limits['first-core-group'], BARNSLEY.limits['first-core-group']);
  const further = file('east.json', { extends: 'leeds.json', authority: 'leeds-east', version: '4' });
  assert.equal(loadPolicy(further).gates.R54, 'warn');
});

test('two policies of one version with other figures are told apart', () => {
  const [a, b] = ['warn', 'off'].map((R54) => loadPolicy(file(`${R54}.json`, { ...leeds, gates: { R54 } })));
  assert.notEqual(a?.hash, b?.hash);
});

const FILES: readonly (readonly [what: string, name: string, content: unknown, names: string])[] = [
  ['broken JSON', 'broken.json', '{ "authority": "leeds", ', 'broken.json'],
  ['a list', 'list.json', '[]', 'list.json'],
  ['nothing', 'empty.json', '', 'empty.json'],
  ['a base that is not there', 'lost.json', { ...leeds, extends: 'nowhere.json' }, 'nowhere.json'],
  ['a base that is no name', 'odd.json', { ...leeds, extends: 7 }, 'extends'],
  [
    'a wrong figure',
    'wrong.json',
    { ...leeds, limits: { minutes: { within: -1, unit: 'days', of: 'x', rules: [] } } },
    'limits.minutes.within',
  ],
];
for (const [what, name, content, names] of FILES)
  test(`a policy file with ${what} is refused in one line that names it`, () => {
    const path = file(name, content);
    assert.throws(
      () => loadPolicy(path),
      (error: Error) => error instanceof PolicyError && error.message.includes(names) && !error.message.includes('\n'),
    );
  });

test('an authority that is not shipped and a file that is not there are said so', () => {
  assert.throws(() => loadPolicy('atlantis'), /atlantis.*barnsley, hull/);
  assert.throws(() => loadPolicy(join(folder, 'none.json')), /none\.json/);
});

test('the shipped calendar has the bank holidays and no closure days', () => {
  assert.equal(CALENDAR.until, '2028-12-31');
  assert.deepEqual(CALENDAR.closureDays, []);
  assert.ok(CALENDAR.bankHolidays.includes('2027-12-28' as never));
});

test('an authority adds closure days and holidays of its own', () => {
  const own = loadCalendar(
    file('calendar.json', {
      closureDays: ['2027-12-30', '2027-12-29'],
      bankHolidays: ['2027-06-18'],
      until: '2029-12-31',
    }),
  );
  assert.deepEqual(own.closureDays, ['2027-12-29', '2027-12-30']);
  assert.equal(own.bankHolidays.length, CALENDAR.bankHolidays.length + 1);
  assert.equal(own.until, '2029-12-31');
});

const CALENDARS: readonly (readonly [what: string, content: unknown, names: string])[] = [
  ['broken JSON', '{', 'own.json'],
  ['a day that is none', { closureDays: ['2026-02-31'] }, 'closureDays'],
  ['a day in other words', { bankHolidays: ['25 December'] }, 'bankHolidays'],
  ['no list', { closureDays: '2027-12-29' }, 'closureDays'],
  ['a field nobody knows', { closed: [] }, 'closed'],
  ['an end that is no day', { until: 'always' }, 'until'],
];
for (const [what, content, names] of CALENDARS)
  test(`a calendar file with ${what} is refused, and named`, () => {
    const path = file('own.json', content);
    assert.throws(
      () => loadCalendar(path),
      (error: Error) =>
        error instanceof PolicyError && error.message.includes(names) && error.message.includes('own.json'),
    );
  });
