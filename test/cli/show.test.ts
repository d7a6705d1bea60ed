// `nodrift show`: what a case answers, as people read it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harmlessly } from '../../cli/output.ts';
import { page as pageOf } from '../../cli/show-command.ts';
import type { CaseEvent } from '../../domain/case/events.ts';
import type { MeetingId } from '../../domain/case/model.ts';
import type { Instant, LocalDate } from '../../domain/time/calendar.ts';
import type { HistoryAnswer, OwedAnswer } from '../../workflows/api.ts';

const page = (...shown: Parameters<typeof pageOf>) => pageOf(...shown).lines.join('\n');
const day = (text: string) => text as LocalDate;
const owed: OwedAnswer = {
  ref: 'BC-2041',
  kind: 'child-protection',
  duties: [
    {
      duty: 'minutes/core-group-1',
      meeting: 'core-group-1' as MeetingId,
      owner: 'nina',
      role: 'health',
      due: day('2027-02-08'),
      bookBy: day('2027-02-08'),
      target: null,
      late: true,
      rules: ['R59'],
    },
  ],
  next: { at: '2027-02-12T08:00:00Z' as Instant, summary: 'escalate minutes of core group 1, 5-after' },
  ended: null,
  consentWithdrawn: true,
};
const history: HistoryAnswer = {
  events: [
    {
      id: 'e1',
      arrival: 1,
      recordedAt: '2027-01-22T13:00:00Z' as Instant,
      event: { type: 'conference-held', by: 'carl', on: '2027-01-21', outcome: 'plan' } as CaseEvent,
    },
  ],
  departures: [
    {
      event: 'e1',
      rule: 'R17',
      level: 'reason',
      message: 'the first date is missing',
      reason: 'no room yet',
      at: '2027-01-22T13:00:00Z' as Instant,
      meeting: null,
    },
  ],
  scaling: [{ meeting: 'core-group-1' as MeetingId, on: day('2027-02-03'), score: 4 }],
  attendance: [
    {
      meeting: 'core-group-1' as MeetingId,
      on: day('2027-02-03'),
      people: [
        { person: 'amira', agency: null, came: 'in person' },
        { person: 'nina', agency: 'NHS', came: 'in person' },
        { person: 'owen', agency: null, came: 'represented' },
        { person: 'mum', agency: null, came: 'absent' },
      ],
    },
  ],
  done: [{ duty: 'hold/initial-conference', due: day('2027-01-20'), on: day('2027-01-21'), late: true }],
  moved: [],
};

test('a case shows what is owed, what was done and what happened, with dates and lateness', () => {
  assert.equal(
    page(owed, history, new Date('2027-02-10T09:00:00Z')),
    `child-protection/BC-2041, consent is withdrawn

Owed
  minutes of core group 1  nina (health representative)  by Mon 8 Feb 2027  2 days late  R59

Next: Fri 12 Feb 2027, escalate minutes of core group 1, 5 working days after the limit

Done
  initial child protection conference  on Thu 21 Jan 2027  limit Wed 20 Jan 2027  1 day late

Scaling question
  core group 1  on Wed 3 Feb 2027  4

Who came
  core group 1  on Wed 3 Feb 2027  amira, nina (NHS); represented: owen; absent: mum

What happened
  1  Thu 21 Jan 2027  conference held: outcome plan, by carl, recorded on Fri 22 Jan 2027
                      R17: the first date is missing; reason: no room yet`,
  );
});

test('a case that has just been opened says that nothing was done', () => {
  const text = page(
    { ...owed, duties: [], next: null, ended: day('2027-02-01'), consentWithdrawn: false },
    { events: [], departures: [], scaling: [], attendance: [], done: [], moved: [] },
  );
  assert.match(
    text,
    /^child-protection\/BC-2041, the plan ended on Mon 1 Feb 2027\n\nNothing is owed\.\n\nNothing has been done yet\./,
  );
});

test('a limit that a policy or a calendar moved shows the dates it had before (Counting 8)', () => {
  const by = { by: 'calendar/1', at: '2027-02-01T10:00:00Z' as Instant };
  const moved = [
    { duty: 'minutes/core-group-1', was: day('2027-02-05'), due: day('2027-02-06'), ...by },
    { duty: 'minutes/core-group-1', was: day('2027-02-06'), due: day('2027-02-08'), ...by },
    { duty: 'hold/initial-conference', was: null, due: day('2027-01-20'), ...by },
  ];
  const text = page(owed, { ...history, moved }, new Date('2027-02-10T09:00:00Z'));
  assert.match(text, /by Mon 8 Feb 2027 \(was Fri 5 Feb 2027, then Sat 6 Feb 2027\) {2}2 days late/);
  assert.match(text, /limit Wed 20 Jan 2027 \(was no limit\)/);
});

test('what comes next is said in words, never by the name of a rung', () => {
  const rows = [
    ['chase minutes of core group 3, 1-after', 'chase minutes of core group 3, 1 working day after the limit'],
    ['remind of core group 2, 5-before', 'remind of core group 2, 5 working days ahead'],
    ['escalate minutes of core group 1, 5-after, time 4', 'escalate minutes of core group 1, for the fourth time'],
    [
      'remind of papers for review conference 1, time 2',
      'remind of papers for review conference 1, for the second time',
    ],
    [
      'chase minutes of core group 3, first working day after the limit',
      'chase minutes of core group 3, first working day after the limit',
    ],
    ['close the case', 'close the case'],
  ] as const;
  for (const [summary, words] of rows) {
    const text = page({ ...owed, next: { at: '2027-02-12T08:00:00Z' as Instant, summary } }, history);
    assert.ok(text.includes(`\nNext: Fri 12 Feb 2027, ${words}\n`), text);
  }
});

test('what was put right is struck through on a terminal, and says by what, by whom, when and why, L1', async () => {
  const at = (text: string) => `${text}T13:00:00Z` as Instant;
  const told = (id: string, arrival: number, on: string, event: object) => ({
    ...{ id, arrival, recordedAt: at(on) },
    event: { by: 'carl', ...event } as CaseEvent,
  });
  const wrong = { type: 'conference-held', on: '2027-01-21', outcome: 'plan' };
  const events = [
    told('e1', 1, '2027-01-22', wrong),
    told('e2', 2, '2027-01-25', { type: 'decision-recorded', decision: 'none' }),
    told('c3', 3, '2027-01-26', { type: 'event-corrected', corrects: 'e1', event: { ...wrong, on: '2027-01-20' } }),
    told('w4', 4, '2027-01-27', { type: 'event-withdrawn', withdraws: 'e2' }),
  ];
  const why = { person: 'carl', reason: 'the day before' };
  const putRight = [
    { event: 'e1', standing: 'replaced', by: 'c3', at: at('2027-01-26'), ...why } as const,
    { event: 'e2', standing: 'withdrawn', by: 'w4', at: at('2027-01-27'), ...why } as const,
  ];
  const { lines, struck } = pageOf(owed, { ...history, departures: [], events, putRight });
  assert.deepEqual(lines.slice(lines.indexOf('What happened') + 1), [
    '  3  Wed 20 Jan 2027  corrects 1: conference held: outcome plan, by carl, recorded on Tue 26 Jan 2027',
    '  1  Thu 21 Jan 2027  conference held: outcome plan, by carl, recorded on Fri 22 Jan 2027',
    '                      replaced by 3: carl on Tue 26 Jan 2027, the day before',
    '  2  Mon 25 Jan 2027  decision recorded, by carl',
    '                      withdrawn by 4: carl on Wed 27 Jan 2027, the day before',
    '  4  Wed 27 Jan 2027  withdraws 2, by carl',
  ]);
  assert.deepEqual(
    [...struck].map((i) => lines[i]?.slice(0, 5)),
    ['  1  ', '  2  '],
  );
  for (const terminal of [true, false]) {
    let text = '';
    harmlessly({ out: (said) => (text = said), err: () => {}, terminal }).out('a\n  b\u001b[2J\nc', new Set([1]));
    assert.equal(text, terminal ? 'a\n  \u001b[9mb\\u001b[2J\u001b[29m\nc' : 'a\n  b\\u001b[2J\nc');
  }
});
