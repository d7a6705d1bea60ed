// Whatever people get wrong: one line that says what, where and the way out, the right exit code, and nothing on stdout.

import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { fileWith, nodrift } from '../support/nodrift.ts';

const CASE = 'child-protection/BC-2041';
const TIMELINE = ['timeline', '--authority', 'barnsley', '--kind', 'child-protection', '--opened', '2027-01-05'];
const NEED = ['timeline', '--authority', 'barnsley', '--kind', 'child-in-need', '--opened', '2025-04-01'];
const RECORD = ['record', CASE, 'minutes-received', '--by', 'amira', '--on', '2027-02-08'];
const WHY = ['--by', 'amira', '--reason', 'typed wrongly'];
const OPENING = `authority: barnsley
case:
  ref: BC-1
  kind: child-protection
  people:
    - { id: amira, name: Amira Khan, role: social-worker }
events:
  - { by: amira, type: strategy-discussion-held, on: 2026-01-05 }
`;
const SCENARIO = `${OPENING.replace('{ by', '{ at: 2026-01-05 10:00, by')}until: 2026-03-01\n`;
const scenario = (name: string, from: string | RegExp, to: string) => fileWith(name, SCENARIO.replace(from, to));

before(() => {
  process.env.TEMPORAL_ADDRESS = '127.0.0.1:1'; // nobody answers there
});

const ROWS: readonly (readonly [args: readonly string[], code: number, says: RegExp])[] = [
  [[], 2, /no command given; nodrift --help/],
  [['timelin'], 2, /unknown command 'timelin' \(Did you mean timeline\?\)/],
  [[...RECORD, 'via=link'], 2, /via: is set by the pages that mails lead to, and by answers to mails: leave it out/],
  [[...TIMELINE, '--bogus'], 2, /unknown option '--bogus'; see nodrift timeline --help/],
  [['timeline', '--authority', 'barnsley'], 2, /required option '--kind <kind>' not specified/],
  [
    ['timeline', '--kind', 'child-protection', '--opened', '2027-01-05'],
    2,
    /--authority barnsley\|hull, or --policy FILE/,
  ],
  [[...TIMELINE, '--opened', '2026-02-31'], 2, /--opened .*"2026-02-31" is not a day of the calendar/],
  [[...TIMELINE, '--months', '0'], 2, /whole number of months, 1 to 240/],
  [[...TIMELINE, '--held', 'core-group-1'], 2, /Write MEETING=DATE, such as core-group-1=2027-03-01/],
  [
    [...TIMELINE, '--held', 'core-grp-1=2027-03-01'],
    2,
    /there is no core-grp-1 within 12 months; there are initial-conf/,
  ],
  [[...TIMELINE, '--held', 'core-group-1=2026-03-01'], 2, /is before the case was opened, 2027-01-05/],
  [
    [...TIMELINE, '--held', 'core-group-1=2029-03-01'],
    2,
    /is after the last day looked at, 2028-01-05; raise --months/,
  ],
  [[...TIMELINE, '--plan-approved', '2027-02-01'], 2, /--plan-approved is for child-in-need only/],
  [[...TIMELINE, '--authority', 'leeds'], 2, /there is no policy for "leeds"; shipped are barnsley, hull/],
  [[...TIMELINE, '--calendar', 'nowhere.json'], 2, /--calendar nowhere\.json: there is no such file/],
  [
    [
      ...TIMELINE,
      '--policy',
      fileWith(
        'gap.json',
        '{"extends":"defaults.json","authority":"a","name":"A","version":"1","limits":{"minutes":{"unit":"days"}}}',
      ),
    ],
    2,
    /--policy .*gap\.json: limits\.minutes\.within: is missing/,
  ],
  [['rehearse', 'nowhere.yaml'], 2, /nowhere\.yaml: there is no such file/],
  [['rehearse', scenario('broken.yaml', '{ id: amira', '{ id: [amira')], 2, /broken\.yaml:\d+: is not YAML: /],
  [
    ['rehearse', scenario('no-day.yaml', 'at: 2026-01-05', 'at: 2026-02-31')],
    2,
    /no-day\.yaml:8: events\.0\.at: "2026-02-31T10:00" is not/,
  ],
  [['rehearse', scenario('no-until.yaml', /until:.*/, '')], 2, /no-until\.yaml:1: until: is missing/],
  [
    ['rehearse', scenario('no-worker.yaml', 'social-worker', 'parent')],
    2,
    /no-worker\.yaml:3: case: people: somebody must have the role social-worker/,
  ],
  [
    ['rehearse', scenario('leeds.yaml', 'barnsley', 'leeds')],
    2,
    /leeds\.yaml: authority: there is no policy for "leeds"/,
  ],
  [
    ['open', fileWith('with-at.yaml', SCENARIO.replace(/until:.*/, ''))],
    2,
    /with-at\.yaml:8: events\.0: at: is for rehearsals/,
  ],
  [
    ['open', fileWith('unknown.yaml', OPENING.replace('strategy-', ''))],
    2,
    /unknown\.yaml:8: events\.0: unknown event "discussion-held"; there are /,
  ],
  [['show', 'BC-2041'], 2, /A case is called KIND\/REF, such as child-protection\/EX-DRIFTING/],
  [['record', CASE], 2, /say what happened in one way/],
  [
    ['record', CASE, 'minutes-recieved', '--by', 'amira'],
    2,
    /unknown event "minutes-recieved"; there are minutes-received/,
  ],
  [[...RECORD, '--on', '2026-02-31'], 2, /--on .*"2026-02-31" is not a day/],
  [[...RECORD, '--field', 'meeting=tea-1'], 2, /minutes-received: meeting: is not a meeting: they are called/],
  [RECORD, 2, /minutes-received: meeting: is missing/],
  [[...RECORD, '--field', 'meeting'], 2, /Write KEY=VALUE/],
  [[...RECORD, '--field', 'to=[a'], 2, /--field .*Flow sequence/],
  [['record', CASE, '--json-event', '{'], 2, /--json-event is not JSON/],
  [
    ['record', CASE, '--file', fileWith('events.yaml', '- { type: nonsense }')],
    2,
    /events\.yaml:1: 0: unknown event "nonsense"/,
  ],
  [
    [...RECORD, '--field', 'meeting=core-group-1'],
    5,
    /no Temporal server answers at 127\.0\.0\.1:1: nobody listens there\. Start it \(npm start\)/,
  ],
  [['open', fileWith('fine.yaml', OPENING)], 5, /no Temporal server answers/],
  [['rehearse', fileWith('play.yaml', SCENARIO), '--live'], 5, /no Temporal server answers/],
  [
    ['record', CASE, '--json-event', 'null'],
    2,
    /an event is an object with a type, such as \{"type":"minutes-received"/,
  ],
  [['record', CASE, '--json-event', '[]'], 2, /an event is an object with a type/],
  [['record', CASE, '--json-event', '{"by":"amira"}'], 2, /an event is an object with a type/],
  [['record', CASE, '--file', fileWith('nothing.yaml', '')], 2, /nothing\.yaml: an event is an object with a type/],
  [['record', CASE, '--file', fileWith('no-events.yaml', '[]')], 2, /no-events\.yaml: the list is empty/],
  [['record', CASE, '--file', 'examples'], 2, /^nodrift: examples: this is a directory/],
  [['rehearse', fileWith('empty.yaml', '')], 2, /empty\.yaml: a scenario is an object with authority, case/],
  [['rehearse', fileWith('list.yaml', '- a')], 2, /list\.yaml:1: a scenario is an object/],
  [['rehearse', scenario('text.yaml', /case:[\s\S]*events/, 'case: x\nevents')], 2, /case: must be an object, not "x"/],
  [
    ['rehearse', scenario('words.yaml', /events:[\s\S]*until/, 'events: x\nuntil')],
    2,
    /events: must be a list, not "x"/,
  ],
  [['rehearse', 'examples'], 2, /^nodrift: examples: this is a directory, a file is wanted$/],
  [['open', fileWith('empty-case.yaml', '')], 2, /empty-case\.yaml: a case is opened with an object of/],
  [[...TIMELINE, '--policy', 'nowhere.json'], 2, /^nodrift: --policy nowhere\.json: there is no such file$/],
  [[...TIMELINE, '--policy', 'policies'], 2, /--policy policies: a policy is a \.json file; this is a directory/],
  [[...TIMELINE, '--calendar', 'policies'], 2, /^nodrift: --calendar policies: this is a directory/],
  [
    ['policy', 'check', fileWith('broken.json', '{')],
    2,
    /^nodrift: [^ ]*broken\.json: is not JSON: (?!.*broken\.json)/,
  ],
  [['policy', 'check', 'nowhere.json'], 2, /^nodrift: nowhere\.json: there is no such file$/],
  [['calendar', 'check', fileWith('bad-days.json', '[]')], 2, /bad-days\.json: must hold one object$/],
  [
    ['calendar', 'apply', '--authority', 'Leeds City'],
    2,
    /'--authority <name>' argument 'Leeds City' is invalid\. An authority is lower-case letters, digits and dashes;/,
  ],
  [
    [...NEED, '--held', 'cin-meeting-1=2025-05-20'],
    2,
    /there is no cin-meeting-1 within 12 months; .*: give --plan-approved DATE$/,
  ],
  [['correct', CASE, '4', 'on=2027-02-01', '--by', 'amira'], 2, /required option '--reason <text>' not specified/],
  [['withdraw', CASE, '4', '--reason', 'never'], 2, /required option '--by <person>' not specified/],
  [['correct', CASE, '4', ...WHY], 2, /^nodrift: 4: say what changes: KEY=VALUE, such as on=2027-02-26$/],
  [['correct', CASE, 'on=2027-02-01', ...WHY], 2, /on=2027-02-01: say first which event: its number or id/],
  [['correct', CASE, '4', 'present=[a', ...WHY], 2, /^nodrift: present=\[a: Flow sequence/],
  [['correct', CASE, '4', 'on=2027-02-01', 'on=', ...WHY], 2, /^nodrift: on=: on is there twice$/],
  [['correct', CASE, '4', 'on=2027-02-01', ...WHY], 5, /no Temporal server answers/],
  [['withdraw', CASE, '4', ...WHY], 5, /no Temporal server answers/],
  [['list'], 5, /no Temporal server answers/],
];

// Side by side: an unreachable server is waited for.
describe('bad input', { concurrency: true }, () => {
  for (const [args, code, says] of ROWS)
    test(`nodrift ${args.map((arg) => arg.replace(/^.*\//, '')).join(' ')} exits with ${code}`, async () => {
      const ran = await nodrift(...args);
      assert.equal(ran.code, code, ran.err);
      assert.match(ran.err, /^nodrift: [^\n]+$/);
      assert.match(ran.err, says);
      assert.equal(ran.out, '');
    });
});

test('lists, groups, numbers and text are read from --field', async () => {
  const fields = [
    'meeting=core-group-1',
    'chair=amira',
    'minuteTaker=nina',
    'present=[amira, nina]',
    'scaling=4',
    'planAgreed=true',
    'next={start: 2027-03-02T10:00, venue: Town hall}',
  ];
  const ran = await nodrift(
    'record',
    CASE,
    'meeting-held',
    '--by',
    'amira',
    '--on',
    '2027-02-03',
    '--reason',
    'late: the room',
    ...fields.flatMap((field) => ['--field', field]),
  );
  assert.equal(ran.code, 5, ran.err); // it can be read: only the server is missing
});

test('a refused event never changes the exit code of a rehearsal', async () => {
  const path = scenario('refused.yaml', 'strategy-discussion-held', 'case-closed-by-magic');
  const { code, out, err } = await nodrift('rehearse', path);
  assert.deepEqual([code, err], [0, '']);
  assert.match(out, /REFUSED {2}unknown event "case-closed-by-magic"/);
});
