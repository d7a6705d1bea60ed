// The words by which a case shows in Temporal UI: what was recorded, what is told, when a step comes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DutyKey, MeetingId, Step } from '../../domain/case/model.ts';
import type { EventRow, Notice } from '../../domain/notices/notice.ts';
import type { LocalDate } from '../../domain/time/calendar.ts';
import { deliverySummary, entrySummary, stepSummary } from '../../workflows/story.ts';

type Said = Pick<Step, 'kind' | 'duty' | 'meeting' | 'rung' | 'repeat' | 'due'>;
const step = (given: Partial<Said>): Said => ({
  kind: 'chase',
  duty: 'minutes/core-group-3' as DutyKey,
  meeting: 'core-group-3' as MeetingId,
  rung: '1-after',
  repeat: 0,
  due: '2028-02-13' as LocalDate,
  ...given,
});
const row = (event: EventRow['event']): EventRow => ({ event }) as EventRow;

test('a step says when it comes in words, not by the name of its rung', () => {
  const rows: [Partial<Said>, string][] = [
    [{}, 'chase minutes of core group 3, first working day after the limit'],
    [{ rung: '10-after', kind: 'escalation' }, 'escalate minutes of core group 3, 10th working day after the limit'],
    [{ rung: '5-before', kind: 'reminder' }, 'remind of minutes of core group 3, 5 working days ahead'],
    [{ rung: '1-before', kind: 'reminder' }, 'remind of minutes of core group 3, 1 working day ahead'],
    [{ rung: 'on-limit', kind: 'reminder' }, 'remind of minutes of core group 3, on the limit'],
    [{ rung: 'weekly', repeat: 4, kind: 'escalation' }, 'escalate minutes of core group 3, each week'],
    [
      { rung: '2-after', due: null, duty: 'tell/core-group-3' as DutyKey },
      'chase telling the family about core group 3, second working day after it arose',
    ],
    [{ rung: 'another-name', repeat: 1 }, 'chase minutes of core group 3, for the second time'],
  ];
  for (const [given, words] of rows) assert.equal(stepSummary(step(given)), words);
});

test('what was recorded is said by its type and its meeting', () => {
  const newEvents = [
    row({ type: 'minutes-received', by: 'nina', meeting: 'core-group-3', on: '2028-02-13' }),
    row({ type: 'event-corrected', by: 'nina', event: { type: 'meeting-held', meeting: 'core-group-2' } }),
    row({ type: 'plan-ended', by: 'amira', on: '2028-02-13' }),
  ];
  assert.equal(
    entrySummary({ newEvents }),
    'minutes received: core group 3; event corrected: meeting held: core group 2; plan ended',
  );
  assert.equal(entrySummary({ newEvents: [], alerts: [{ what: 'cancel-asked' }] }), 'needs attention: cancel-asked');
  assert.equal(entrySummary({ newEvents: [] }), 'how the case stands now');
});

test('nothing that people typed is in it', () => {
  const typed = {
    id: 'CANARY',
    action: 'CANARY',
    reason: 'CANARY',
    decision: 'CANARY',
    venue: 'CANARY',
    person: 'CANARY',
  };
  const about = { duty: 'action/CANARY', to: 'CANARY', outcome: 'CANARY', by: 'CANARY' };
  const newEvents = [row({ type: 'action-done', ...typed, ...about })];
  assert.equal(entrySummary({ newEvents }), 'action done');
});

test('of more than is shown it says how much more there is, within 200 bytes', () => {
  const newEvents = Array.from({ length: 40 }, (_, i) => row({ type: 'meeting-held', meeting: `core-group-${i + 1}` }));
  const said = entrySummary({ newEvents });
  assert.match(said, /^meeting held: core group 1; .*; and 3\d more$/);
  assert.ok(Buffer.byteLength(said) <= 200);
});

test('a delivery says what was recorded, then whom it tells of what', () => {
  const notice = step({ kind: 'invitation', duty: null, rung: 'invitation' });
  const notices = [notice, notice].map((one) => ({ ...one, duty: 'attend/core-group-4' }) as Notice);
  assert.equal(
    deliverySummary(notices, [row({ type: 'meeting-held', meeting: 'core-group-3' })]),
    'meeting held: core group 3; invite to core group 4 (2 people)',
  );
});
