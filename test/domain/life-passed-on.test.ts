// What is passed on (L23): minutes that everybody has were received; whoever joins is owed the plan that was amended.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rehearse } from '../../client/rehearse.ts';
import { readScenario } from '../../client/scenario.ts';
import { minutesOf } from '../../domain/case/facts.ts';
import { duties } from '../../domain/duties/owed.ts';
import { historyAnswer } from '../../workflows/answers.ts';
import { inNeed, review } from './need.ts';
import {
  accepted,
  distributed,
  duty,
  held,
  joined,
  left,
  lines,
  minutes,
  other,
  owes,
  refused,
  underPlan,
} from './support.ts';

const rehearsed = (name: string) => rehearse(readScenario(`test/scenarios/life/${name}.yaml`));
const met = () => underPlan().at('2027-01-28', held('core-group-1', '2027-01-28', { reason: 'the next by telephone' }));
const circulated = (...people: string[]) =>
  other('plan-circulated', { meeting: 'cin-review-1', to: people.map((person) => ({ person, how: 'post' })) });

test('minutes passed on to everybody had been received that day: nobody is chased for them, L23 (D26)', () => {
  const { notices, owed } = rehearsed('D26-distributed-not-received');
  assert.deepEqual(
    notices.filter(({ duty, at }) => /^(minutes|distribute)\//.test(duty ?? '') && at > '2025-05-12T10:00'),
    [],
  );
  assert.ok(!owed.some(({ duty }) => duty === 'minutes/core-group-1'));
});

test('that they were received is kept as implied, and shown so, L23', () => {
  const c = met()
    .at('2027-02-01', distributed('core-group-1', 'hana', 'mum', 'dad'))
    .case(); // Ed took them
  const m = c.meetings['core-group-1' as keyof typeof c.meetings];
  assert.deepEqual(m && minutesOf(m), { on: '2027-02-01', known: '2027-02-01T10:00:00Z', implied: true });
  const { done } = historyAnswer(c, duties(c));
  assert.deepEqual(
    done.find((one) => one.duty === 'minutes/core-group-1'),
    { duty: 'minutes/core-group-1', due: '2027-02-02', on: '2027-02-01', late: false, implied: true },
  );
});

test('passed on in parts they were received when the last member had them; passed on to some they are owed, L23', () => {
  const some = met().at('2027-02-01', distributed('core-group-1', 'hana'));
  assert.ok(owes(some.case()).includes('minutes/core-group-1'));
  const all = some.at('2027-02-04', distributed('core-group-1', 'mum', 'dad')).case();
  assert.deepEqual(duty(all, 'minutes/core-group-1').done?.on, '2027-02-04');
});

test('whoever says afterwards when they really came is believed, once, L23, R65', () => {
  const c = met()
    .at('2027-02-01', distributed('core-group-1', 'hana', 'mum', 'dad'))
    .at('2027-02-03', minutes('core-group-1', '2027-01-29'));
  const { done } = duty(c.case(), 'minutes/core-group-1');
  assert.deepEqual([done?.on, done?.implied], ['2027-01-29', undefined]);
  assert.equal(refused(c.answer('2027-02-04', minutes('core-group-1', '2027-01-30'))).rule, 'R65');
  const passedOn = met().at('2027-02-01', distributed('core-group-1', 'hana', 'mum', 'dad'));
  assert.match(
    refused(passedOn.answer('2027-02-03', minutes('core-group-1', '2027-02-02'))).message,
    /on: 2027-02-02 is after everybody had them, 2027-02-01/,
  );
});

test('a provider who joins after the review that amended the plan is owed it, L23, R146 (D21)', () => {
  const { owed, notices } = rehearsed('D21-new-provider');
  const one = owed.find(({ duty }) => duty === 'circulate/plan/cin-review-1');
  assert.equal(one?.owner, 'sw');
  const asked = notices.filter(({ duty, at }) => duty === 'circulate/plan/cin-review-1' && at > '2025-03-03');
  assert.deepEqual([asked[0]?.to, asked[0]?.at.slice(0, 16), asked[0]?.kind], ['sw', '2025-03-03T10:00', 'reminder']);
  assert.ok(asked.some(({ to, kind }) => to === 'tm' && kind === 'escalation'));
});

/** The plan was amended on 25 March 2027 and went to everybody of that day. */
const amended = () =>
  inNeed()
    .at('2027-03-25', review('cin-review-1', '2027-03-25', { planAmended: true, outcome: 'continue' }))
    .at('2027-03-26', circulated('hana', 'ed', 'mum', 'dad', 'kit'));
const KEY = 'circulate/plan/cin-review-1';

test('each new provider is owed it, and it is done when the last of them has it, L23', () => {
  const two = amended().at('2027-04-06', joined('nora')).at('2027-04-08', joined('chris'));
  assert.deepEqual(lines(two.until('2027-04-08'), { duty: KEY }).slice(-1), ['2027-04-06 10:00 sam']);
  const one = two.at('2027-04-09', circulated('nora'));
  assert.ok(owes(one.case()).includes(KEY));
  const both = one.at('2027-04-12', circulated('chris'));
  assert.equal(duty(both.case(), KEY).done?.on, '2027-04-12');
});

test('relatives who join, providers who left again, and the social worker are not owed it, L23', () => {
  for (const story of [
    amended().at('2027-04-06', joined({ id: 'gran', name: 'Gran', role: 'grandmother' })),
    amended().at('2027-04-06', joined('nora')).at('2027-04-07', left('nora')),
    amended().at('2027-04-06', joined('sam')),
  ])
    assert.ok(!owes(story.case()).includes(KEY));
});

test('the next amended plan takes its place, L23', () => {
  const next = amended()
    .at('2027-04-06', joined('nora'))
    .at('2027-09-20', review('cin-review-2', '2027-09-20', { planAmended: true, outcome: 'continue' }));
  assert.deepEqual(
    owes(next.case()).filter((key) => key.startsWith('circulate/')),
    ['circulate/plan/cin-review-2'],
  );
  accepted(next.answer('2027-09-21', circulated('hana')));
});

test('that they came late is told once, whoever says so first and however, L23', () => {
  const late = met()
    .at('2027-02-05', distributed('core-group-1', 'hana', 'mum', 'dad'))
    .at('2027-02-08', minutes('core-group-1', '2027-02-04'))
    .until('2027-02-10');
  const told = lines(late, { duty: 'minutes/core-group-1', kind: 'information' });
  assert.deepEqual(told, ['2027-02-05 10:00 tess']);
});
