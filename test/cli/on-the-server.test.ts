// `nodrift open`, `record`, `show` and `list` on a running server: what they print, and what they exit with.

import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { type CaseSummary, mostUrgent } from '../../client/listed.ts';
import { shortDate } from '../../domain/notices/words.ts';
import { fromEpochMs, inLondon } from '../../domain/time/calendar.ts';
import { openExamples } from '../../embedded/example-cases.ts';
import type { HistoryAnswer, OwedAnswer } from '../../workflows/api.ts';
import { until, useRig } from '../support/harness.ts';
import { fileWith, nodrift } from '../support/nodrift.ts';
import { examplesOf, inCopy } from './pasted.ts';

const rig = useRig();
beforeEach(() => {
  process.env.TEMPORAL_ADDRESS = rig.server.address;
});

/** Commands know no clock but the machine's: the case begins today. */
const TODAY = inLondon(fromEpochMs(Date.now())).slice(0, 10);

const opening = (ref: string, type = 'strategy-discussion-held') => `authority: barnsley
case:
  ref: ${ref}
  kind: child-protection
  team: north
  people:
    - { id: amira, name: Amira Khan, role: social-worker, email: amira@council.test, manager: tom }
    - { id: tom, name: Tom Reed, role: team-manager, email: tom@council.test }
    - { id: nina, name: Nina Shah, role: health, email: nina@nhs.test }
events:
  - { by: amira, type: ${type}, on: ${TODAY} }
`;

/** Opens a case of this test by the command. @returns its name */
async function opened(ref: string): Promise<string> {
  rig.track(`child-protection/${ref}`);
  const { code, err } = await nodrift('open', fileWith(`${ref}.yaml`, opening(ref)));
  assert.equal(code, 0, err);
  return `child-protection/${ref}`;
}

/** What `show --json` holds: all that the two questions to a case answer. */
const OWED = ['ref', 'kind', 'duties', 'next', 'ended', 'consentWithdrawn'];
const HISTORY = [
  'events',
  'departures',
  'scaling',
  'attendance',
  'done',
  'moved',
  'meetings',
  'unanswered',
  'putRight',
];

const conference = [
  'conference-held',
  '--by',
  'amira',
  '--on',
  TODAY,
  '--field',
  'outcome=plan',
  '--field',
  'members=[nina]',
];

test('a case is opened, recorded in and shown', async () => {
  const id = await opened('CLI-1');
  const again = await nodrift('open', fileWith('again.yaml', opening('CLI-1')), '--json');
  assert.equal(again.code, 0, again.err); // the same file again is the same opening
  assert.deepEqual(Object.keys(JSON.parse(again.out) as object), ['case', 'recorded', 'warnings', 'asks']);

  const reason = ['--reason', 'no room was free'];
  const recorded = await nodrift('record', id, ...conference, ...reason);
  assert.equal(recorded.err, '');
  assert.match(recorded.out, new RegExp(`^recorded in ${id}: conference held: outcome plan\n  note R17: `));

  const shown = await nodrift('show', id);
  assert.match(shown.out, /^child-protection\/CLI-1\n\nOwed\n {2}core group 1 +amira \(social worker\) +by /);
  assert.match(shown.out, /\nDone\n {2}initial child protection conference +on /);
  assert.match(
    shown.out,
    /\nWhat happened\n.* strategy discussion held, by amira\n.* conference held: outcome plan, by amira\n +R17: .*; reason: no room was free$/,
  );
  const { out } = await nodrift('show', id, '--json');
  const answer = JSON.parse(out) as OwedAnswer & HistoryAnswer;
  assert.deepEqual(Object.keys(answer).sort(), [...OWED, ...HISTORY].sort());
  assert.equal(answer.events.length, 2);
});

test('a rule that refuses exits with 3, a contradiction with 2, an unknown case with 4; nothing is recorded', async () => {
  const id = await opened('CLI-2');
  const refused = await nodrift('record', id, ...conference);
  assert.deepEqual([refused.code, refused.out], [3, '']);
  assert.match(refused.err, /^nodrift: R17: [^\n]+$/);
  const rows: readonly (readonly [code: number, says: RegExp, ...args: string[]])[] = [
    [
      2,
      /"zoe" is nobody of this case; people of this case are amira \(Amira Khan\)/,
      id,
      'meeting-cancelled',
      '--by',
      'zoe',
      '--field',
      'meeting=core-group-1',
    ],
    [2, /is before the case began/, id, ...conference, '--on', '2026-01-01', '--reason', 'late'],
    [
      2,
      /core-group-7 is not recorded as held/,
      id,
      'minutes-received',
      '--by',
      'amira',
      '--on',
      TODAY,
      '--field',
      'meeting=core-group-7',
    ],
    [
      4,
      /there is no such case/,
      'child-protection/NOBODY',
      'meeting-cancelled',
      '--by',
      'amira',
      '--field',
      'meeting=core-group-1',
    ],
  ];
  for (const [code, says, ...args] of rows) {
    const ran = await nodrift('record', ...args);
    assert.deepEqual([ran.code, ran.out], [code, ''], ran.err);
    assert.match(ran.err, says);
    assert.match(ran.err, /^nodrift: [^\n]+$/);
  }
  assert.equal((await nodrift('show', 'child-protection/NOBODY')).code, 4);
  const { out } = await nodrift('show', id, '--json');
  assert.equal((JSON.parse(out) as HistoryAnswer).events.length, 1);
});

test('another file cannot open the same case, and a case that cannot begin is not opened', async () => {
  await opened('CLI-3');
  const other = await nodrift('open', fileWith('other.yaml', opening('CLI-3').replace('Nina', 'Nora')));
  assert.equal(other.code, 2, other.out);
  assert.match(
    other.err,
    /^nodrift: child-protection\/CLI-3 is open already, with other people .*: a new plan needs a new reference; .* is recorded in it$/,
  );
  const wrong = await nodrift('open', fileWith('wrong.yaml', opening('CLI-4', 'plan-ended')));
  assert.equal(wrong.code, 2);
  assert.match(wrong.err, /begins with strategy-discussion-held/);
  assert.equal((await nodrift('show', 'child-protection/CLI-4')).code, 4);
});

test('a list of events from a file is recorded whole or not at all', async () => {
  const id = await opened('CLI-5');
  const held = `{ type: conference-held, by: amira, on: ${TODAY}, outcome: plan, members: [nina], reason: urgent }`;
  const action = `{ type: action-agreed, by: amira, id: a1, owner: nina, due: 2028-01-01 }`;
  const half = await nodrift(
    'record',
    id,
    '--file',
    fileWith('half.yaml', `- ${held}\n- ${action.replace('nina', 'zoe')}\n`),
  );
  assert.equal(half.code, 2, half.out);
  const whole = await nodrift('record', id, '--file', fileWith('whole.yaml', `- ${held}\n- ${action}\n`), '--json');
  assert.equal(whole.code, 0, whole.err);
  assert.equal((JSON.parse(whole.out) as { recorded: string[] }).recorded.length, 2);
});

test('the same --id records once', async () => {
  const id = await opened('CLI-6');
  const act = ['record', id, ...conference, '--reason', 'urgent', '--id', 'mine-1'];
  assert.deepEqual([(await nodrift(...act)).code, (await nodrift(...act)).code], [0, 0]);
  assert.equal((JSON.parse((await nodrift('show', id, '--json')).out) as HistoryAnswer).events.length, 2);
});

test('people are listed with their ids, and named by id, e-mail address or full name', async () => {
  const id = await opened('CLI-9');
  const listed = await nodrift('people', id);
  assert.match(
    listed.out,
    /^id +name +role +e-mail +telephone\namira +Amira Khan +social worker +amira@council\.test +the case’s social worker, managed by tom\n/,
  );
  const recorded = await nodrift('record', id, 'decision-recorded', 'by=TOM@council.test', 'decision=school');
  assert.equal(recorded.code, 0, recorded.err);
  const { events } = JSON.parse((await nodrift('show', id, '--json')).out) as HistoryAnswer;
  assert.equal(events.at(-1)?.event.by, 'tom');
  const nobody = await nodrift('record', id, 'person-joined', 'by=Amira Khan', 'person=Zoe', '--json');
  assert.equal(nobody.code, 2);
  assert.match(
    JSON.parse(nobody.err).error.message,
    /person: "Zoe" is nobody of this case; people of this case are amira \(Amira Khan\), /,
  );
  const corrected = await nodrift('correct', id, '2', 'by=Amira Khan', '--by', 'Tom Reed', '--reason', 'she decided');
  assert.equal(corrected.code, 0, corrected.err);
});

test('what was typed wrongly is corrected by its number, only what changes is typed, and both versions are shown, L1', async () => {
  const id = await opened('CLI-8');
  const first = { start: `${TODAY.slice(0, 4)}-12-30T10:00`, venue: 'Town hall', chair: 'amira' };
  const place = `firstCoreGroup={start: ${first.start}, venue: ${first.venue}, chair: ${first.chair}}`;
  const reason = ['--reason', 'no room was free'];
  assert.equal((await nodrift('record', id, ...conference, ...reason, '--field', place)).code, 0);
  const why = (by: string) => ['--by', by, '--reason', 'typed wrongly'];
  const corrected = await nodrift('correct', id, '2', 'firstCoreGroup.venue=School', 'reason=', ...why('tom'));
  assert.deepEqual(
    [corrected.err, ...corrected.out.split('\n').slice(0, 2)],
    [
      '',
      `corrected 2 in ${id}: conference held: outcome plan, on ${shortDate(TODAY)}`,
      '  note R13: the venue is comfortable, accessible to all and private',
    ],
  );
  const { events, putRight } = JSON.parse((await nodrift('show', id, '--json')).out) as HistoryAnswer;
  const [second, third] = events.slice(1);
  assert.deepEqual(third?.event, {
    ...{ type: 'event-corrected', by: 'tom', corrects: second?.id, reason: 'typed wrongly' },
    event: {
      ...{ type: 'conference-held', by: 'amira', on: TODAY, outcome: 'plan', members: ['nina'] },
      firstCoreGroup: { ...first, venue: 'School' },
    },
  });
  assert.deepEqual(
    putRight?.map(({ at: _, ...one }) => one),
    [{ event: second?.id, standing: 'replaced', by: third?.id, person: 'tom', reason: 'typed wrongly' }],
  );

  const refusals: readonly (readonly [code: number, says: RegExp, ...args: string[]])[] = [
    [2, /there is no event 9 in this case: they are numbered 1 to 3, as nodrift show has them/, '9', 'on=2027-01-01'],
    [2, /meeting: is missing; .*|/, '2', 'type=meeting-cancelled'],
    [2, /conference-held: outcome: /, '2', 'outcome=maybe'],
    [
      2,
      /ends or revives something: the chair or a manager puts it right \(tom\)/,
      '2',
      'outcome=no-plan',
      ...why('nina'),
    ],
  ];
  for (const [code, says, ...args] of refusals) {
    const ran = await nodrift('correct', id, ...why('tom'), ...args);
    assert.deepEqual([ran.code, ran.out], [code, ''], ran.err);
    assert.match(ran.err, says);
  }
  const opening = await nodrift('withdraw', id, '1', ...why('tom'));
  assert.deepEqual([opening.code, opening.out], [2, '']);
  assert.match(opening.err, /opened the case: it can be corrected, not withdrawn; a case opened in error is ended$/);

  const withdrawn = await nodrift('withdraw', id, '2', ...why('tom'), '--json');
  assert.equal(withdrawn.code, 0, withdrawn.err);
  const shown = await nodrift('show', id);
  assert.match(
    shown.out,
    /\n {2}1 .* strategy discussion held, by amira\n {2}2 .* conference held: outcome plan, by amira\n/,
  );
  assert.match(shown.out, /\n +withdrawn by 4: tom on .*, typed wrongly\n {2}3 .* corrects 2: conference held/);
  assert.match(shown.out, /\n {2}4 .* withdraws 2, by tom$/);
  const again = await nodrift('withdraw', id, '2', ...why('tom'));
  assert.match(again.err, /is withdrawn already; withdraw "[^"]+" to bring it back$/);
});

test('what is late comes first in the list, then the next limit', () => {
  const one = (id: string, late: readonly string[] = [], nextLimit?: string): CaseSummary => ({
    ...{ id, kind: 'child-protection', ref: id, authority: 'barnsley', team: undefined, nextLimit, late },
  });
  const cases = [
    one('none'),
    one('soon', [], '2027-02-01'),
    one('all-late', ['minutes/core-group-1']),
    one('later', [], '2027-03-01'),
    one('late', ['minutes/core-group-1'], '2027-04-01'),
  ].sort(mostUrgent);
  assert.deepEqual(
    cases.map(({ id }) => id),
    ['late', 'all-late', 'soon', 'later', 'none'],
  );
});

test('the running cases are listed', async () => {
  const id = await opened('CLI-7');
  let out = '';
  await until(async () => {
    ({ out } = await nodrift('list', '--authority', 'barnsley', '--team', 'north', '--json'));
    return out.includes('"team": "north"');
  }, 'the index, which runs a moment behind, has it');
  const { cases } = JSON.parse(out) as { cases: { id: string }[] };
  assert.deepEqual(
    cases.map((one) => Object.keys(one).sort()),
    [['authority', 'id', 'kind', 'late', 'nextLimit', 'ref', 'team']],
  );
  assert.equal(cases[0]?.id, id);
  assert.match(
    (await nodrift('list')).out,
    /^case +authority +team +next limit +late\nchild-protection\/CLI-7 +barnsley +north /,
  );
  assert.equal((await nodrift('list', '--late')).out, 'No cases.');
  assert.equal((await nodrift('list', '--authority', 'hull', '--late')).out, 'No cases.');
  // A name mistyped must not pass for a desk without work.
  for (const [args, says] of [
    [
      ['--authority', 'barnsly'],
      /^nodrift: --authority barnsly: nobody here is called that; known are barnsley, .*hull/,
    ],
    [['--team', 'nort'], /^nodrift: --team nort: nobody here is called that; known are north/],
    [['--authority', 'barnsley', '--team', 'nort'], /--team nort: /],
  ] as const) {
    const { code, err } = await nodrift('list', ...args);
    assert.equal(code, 2, err);
    assert.match(err, says);
  }
});

test('the examples of record, correct, withdraw, show and list work in the cases that npm start opens', async () => {
  for (const ref of ['EX-ON-COURSE', 'EX-DRIFTING']) rig.track(`child-protection/${ref}`);
  await openExamples(rig.nodrift, new Date());
  const home = process.cwd();
  inCopy();
  try {
    for (const command of ['record', 'correct', 'withdraw', 'people', 'show', 'list'])
      for (const args of await examplesOf(command)) {
        const ran = await nodrift(...args);
        // The cases that npm start opens are of no family.
        assert.equal(ran.code, args.includes('--family') ? 4 : 0, `${args.join(' ')}\n${ran.err}`);
      }
  } finally {
    process.chdir(home);
  }
});
