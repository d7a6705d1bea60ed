// What people write into a case reaches a terminal as text: nothing in it is obeyed, hidden, or read as a line of its own.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harmless, oneLine, printJson } from '../../cli/output.ts';
import { page as pageOf } from '../../cli/show-command.ts';
import type { CaseEvent } from '../../domain/case/events.ts';
import type { Instant } from '../../domain/time/calendar.ts';
import type { HistoryAnswer, OwedAnswer } from '../../workflows/api.ts';
import { fileWith, nodrift } from '../support/nodrift.ts';

/** Clears the screen, rings, turns the writing round, and pretends to be another line. */
const NASTY = 'fine\u001b[2J\u0007\u202Egnorw\u009b1m\u2066\nOwed\r\n  nothing at all';
// biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
const RAW = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

test('a reason is shown and not obeyed', () => {
  const recordedAt = '2027-01-22T13:00:00Z' as Instant;
  const by = { by: 'carl', on: '2027-01-22' };
  const history: HistoryAnswer = {
    events: [
      { id: 'e1', recordedAt, event: { type: 'conference-held', outcome: NASTY, ...by } as unknown as CaseEvent },
    ],
    departures: [
      { event: 'e1', rule: 'R17', level: 'reason', message: 'late', reason: NASTY, at: recordedAt, meeting: null },
    ],
    ...{ scaling: [], attendance: [], done: [], moved: [] },
  };
  const owed: OwedAnswer = {
    ...{ ref: 'A-1', kind: 'child-protection', duties: [], next: null, ended: null, consentWithdrawn: false },
  };
  const text = pageOf(owed, history, new Date('2027-02-10T09:00:00Z')).lines.join('\n');
  assert.doesNotMatch(text, RAW);
  assert.match(text, /R17: late; reason: fine\\u001b\[2J\\u0007\\u202egnorw\\u009b1m\\u2066 Owed nothing at all$/);
  assert.doesNotMatch(text, /^Owed/m);
});

test('a diary and the errors of a command are harmless too, and the JSON holds what was written', async () => {
  const scenario = {
    ...{ authority: 'barnsley', until: '2026-03-01' },
    case: {
      ref: 'BC-1',
      kind: 'child-protection',
      people: [{ id: 'amira', name: NASTY, role: 'social-worker' }],
    },
    events: [
      { at: '2026-01-05 10:00', by: 'amira', type: 'strategy-discussion-held', on: '2026-01-05' },
      { at: '2026-01-06 10:00', by: 'amira', type: NASTY },
    ],
  };
  const path = fileWith('nasty.json', JSON.stringify(scenario));
  const diary = await nodrift('rehearse', path);
  assert.equal(diary.code, 0, diary.err);
  assert.doesNotMatch(diary.out, RAW);
  assert.doesNotMatch(diary.out, /^ {2}nothing at all/m);
  const json = await nodrift('rehearse', path, '--json');
  assert.doesNotMatch(json.out, RAW);
  assert.equal(JSON.parse(json.out).refused[0].type, NASTY);
  const wrong = await nodrift('rehearse', `nowhere\u001b[31m.yaml`);
  assert.doesNotMatch(wrong.err, RAW);
});

test('JSON is the same value, escaped; letters of every script stay as they are', () => {
  const lines: string[] = [];
  printJson({ out: (text) => lines.push(text), err() {} }, { reason: NASTY, tag: '\u{e0041}' });
  assert.doesNotMatch(lines[0]!, RAW);
  assert.deepEqual(JSON.parse(lines[0]!), { reason: NASTY, tag: '\u{e0041}' });
  for (const name of ['Zoë Ó Briain', 'محمد', '李小龍', 'می‌خواهم', '👩‍👧']) assert.equal(harmless(name), name);
  assert.equal(oneLine('one\n  two\u2028three'), 'one two three');
});
