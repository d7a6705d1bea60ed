// The operators' mail: who gets it, what it says, and that it goes by the same relay as every other.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instant } from '../../domain/time/calendar.ts';
import { ALERT_WORDS } from '../../mail/alert-words.ts';
import { composeAlerts, readOperators, writeToOperators } from '../../mail/operators.ts';
import type { Message } from '../../mail/smtp.ts';
import type { AlertKind, StandingAlert } from '../../record/alerts.ts';
import type { SendResult } from '../../record/send-result.ts';
import { ACCEPTED, DEAD, DOWN, settings } from '../support/deliveries.ts';

const SINCE = '2027-06-04T08:30:00Z' as Instant;
const NOW = new Date('2027-06-04T09:00:00Z');
const alert = (what: AlertKind, ref = 'BC-2041', detail?: string): StandingAlert => ({
  caseId: ref === '' ? '' : `child-protection/${ref}`,
  what,
  detail,
  since: SINCE,
});

test('addresses are separated by commas, each once; none is nobody', () => {
  assert.deepEqual(readOperators(' ops@council.test, night@council.test,ops@council.test'), [
    'ops@council.test',
    'night@council.test',
  ]);
  for (const none of [undefined, '', ' ']) assert.deepEqual(readOperators(none), []);
});

const bad: readonly [text: string, says: RegExp][] = [
  ['ops', /^NODRIFT_OPERATORS must be addresses separated by commas, such as ops@council.example, not "ops"$/],
  ['ops@council.test,', /^NODRIFT_OPERATORS must be addresses separated by commas/],
  ['ops@council.test;night@council.test', /^NODRIFT_OPERATORS must be addresses separated by commas/],
  ['Ops <ops@council.test>', /^NODRIFT_OPERATORS must be addresses separated by commas/],
  ['ops@elsewhere.test', /^NODRIFT_OPERATORS has ops@elsewhere.test, which is outside NODRIFT_MAIL_DOMAINS$/],
];
for (const [text, says] of bad)
  test(`"${text}" is refused in one line`, () => {
    assert.throws(
      () => readOperators(text, ['council.test']),
      (error: Error) => says.test(error.message),
    );
  });

test('it says what stands, since when, and what to do, once for each kind', () => {
  const said = composeAlerts(
    [
      alert('mails-wait', '', '12 for up to 40 minutes'),
      alert('not-running', 'BC-2041', 'terminated'),
      alert('not-running', 'BC-2042', 'failed'),
    ],
    'ops@council.test',
    settings,
    NOW,
  );
  assert.equal(said.subject, 'Nodrift: 3 things need attention');
  assert.deepEqual(said.to, { name: '', address: 'ops@council.test' });
  for (const text of [said.text, said.html]) {
    assert.match(text, /mails wait that should have gone \[mails-wait\] \(12 for up to 40 minutes\)/);
    assert.match(
      text,
      /child-protection\/BC-2041: it is open in the record and does not run \[not-running\] \(terminated\)/,
    );
    assert.match(text, /since Friday 4 June 2027 at 9:30am/, 'in London’s time');
    assert.equal(text.split('nodrift restore --all').length, 2, 'what to do is said once for both');
  }
  assert.match(composeAlerts([alert('in-future')], 'x@y.test', settings, NOW).subject, /: one thing needs attention$/);
});

test('of very many only some are listed, and how many more there are', () => {
  const many = Array.from({ length: 70 }, (_, i) => alert('step-overdue', `C-${i}`));
  const { text } = composeAlerts(many, 'ops@council.test', settings, NOW);
  assert.equal(text.split('child-protection/').length - 1, 50);
  assert.match(text, /and 20 more: its next step is more than an hour past/);
});

test('every kind has words, and none of them a full stop at its end', () => {
  for (const { says, todo } of Object.values(ALERT_WORDS)) assert.ok(says && todo && !/\.$/.test(says + todo));
});

test('each operator gets one of their own; one who is reached is enough, and every hour’s has another id', async () => {
  const seen: Message[] = [];
  const by = (answers: readonly SendResult[]) => ({
    settings,
    transport: {
      send: async (message: Message) => {
        seen.push(message);
        return answers[seen.length - 1]!;
      },
      close: async () => {},
    },
  });
  const both = ['ops@council.test', 'night@council.test'];
  assert.equal(await writeToOperators(by([DEAD, ACCEPTED]), both, [alert('in-future')], NOW), true);
  assert.equal(
    await writeToOperators(by([DEAD, ACCEPTED, DOWN, DOWN]), both, [alert('in-future')], new Date(0)),
    false,
  );
  assert.equal(new Set(seen.map(({ messageId }) => messageId)).size, 4);
  assert.equal(new Set(seen.map(({ thread }) => thread)).size, 1);
});
