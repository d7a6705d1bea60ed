// A conference is a meeting like others (L21): people are called to it, papers are owed for it, agencies are asked for their reports.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rehearse } from '../../client/rehearse.ts';
import { readScenario } from '../../client/scenario.ts';
import {
  BARNSLEY,
  booked,
  cancelled,
  conference,
  duty,
  kinds,
  moved,
  notices,
  other,
  owes,
  place,
  policyWith,
  refused,
  story,
  strategy,
  told,
  underPlan,
} from './support.ts';

const called = (start: string, invited: readonly string[], more = {}) =>
  other('conference-called', { ...place(start), invited, chair: 'chris', ...more });
/** Called on Wednesday 6 January 2027 for Monday 18 January. */
const calls = (more = {}) =>
  story()
    .at('2027-01-04', strategy('2027-01-04'))
    .at('2027-01-06', called('2027-01-18', ['hana', 'ed', 'mum', 'dad'], more));
const provided = (meeting: string, ...documents: string[]) => other('papers-provided', { meeting, documents });

test('agencies and family are invited to the initial conference as to any meeting, and reminded, L21', () => {
  assert.deepEqual(kinds(calls().until('2027-01-06'), { kind: 'invitation' }), [
    '2027-01-06 10:00 invitation chris dad ed hana sam',
  ]);
  const reminders = notices(calls().until('2027-01-18'), { duty: 'attend/initial-conference', kind: 'reminder' });
  assert.deepEqual([...new Set(reminders.map(({ to }) => to))].sort(), ['chris', 'dad', 'ed', 'hana', 'sam']);
  const lineManagers = notices(calls().until('2027-01-07'), { duty: 'attend/initial-conference', kind: 'information' });
  assert.deepEqual(lineManagers.map(({ to }) => to).sort(), ['helen', 'hilda']);
});

test('family who cannot be written to are told by the social worker, L21, R38', () => {
  assert.ok(owes(calls().case()).includes('tell/initial-conference'), 'Mum');
  assert.ok(
    !owes(calls().at('2027-01-07', told('initial-conference', 'mum')).case()).includes('tell/initial-conference'),
  );
});

test('whoever was called hears of another day, and that it is called off, L21', () => {
  const another = calls().at('2027-01-08', moved('initial-conference', '2027-01-20')).until('2027-01-08');
  assert.deepEqual(kinds(another, { kind: 'change' }), ['2027-01-08 10:00 change chris dad ed hana sam']);
  const off = calls().at('2027-01-08', cancelled('initial-conference')).until('2027-01-08');
  assert.deepEqual(kinds(off, { kind: 'cancellation' }), ['2027-01-08 10:00 cancellation chris dad ed hana sam']);
});

test('called again with more people, those are invited and the others not again, L21', () => {
  const more = calls()
    .at('2027-01-08', called('2027-01-18', ['nora']))
    .until('2027-01-08');
  assert.deepEqual(kinds(more, { kind: 'invitation' }), [
    '2027-01-06 10:00 invitation chris dad ed hana sam',
    '2027-01-08 10:00 invitation nora',
  ]);
});

test('calling it books it: nobody is asked to book it any more, L21', () => {
  assert.equal(duty(calls().case(), 'hold/initial-conference').quiet, 'before');
  assert.match(refused(calls().answer('2027-01-07', called('2027-01-18', []))).message, /invited: names nobody/);
  const held = calls().at('2027-01-18', conference('2027-01-18', { firstCoreGroup: place('2027-01-28') }));
  assert.match(
    refused(held.answer('2027-01-19', called('2027-01-25', ['hana']))).message,
    /initial-conference was held on 2027-01-18/,
  );
});

test('no conference is called once the enquiries ended without one, L21, L4', () => {
  const ended = other('enquiries-ended', { by: 'tess', on: '2027-01-06', outcome: 'no-further-action' });
  const c = story().at('2027-01-04', strategy('2027-01-04')).at('2027-01-06', ended);
  assert.match(
    refused(c.answer('2027-01-07', called('2027-01-18', ['hana']))).message,
    /^conference-called: the enquiries ended on 2027-01-06 without a conference/,
  );
});

test('each agency that is called is asked for its report, not the chair, the social worker or the family, L21', () => {
  const asked = notices(calls().until('2027-01-06'), { kind: 'invitation' }).filter(({ text }) => text !== undefined);
  assert.deepEqual(asked.map(({ to }) => to).sort(), ['ed', 'hana']);
  assert.equal(asked[0]?.text, 'please send your agency’s written report to the social worker by 2027-01-14');
  const late = story()
    .at('2027-01-04', strategy('2027-01-04'))
    .at('2027-01-15', called('2027-01-18', ['hana']))
    .until('2027-01-15');
  assert.match(notices(late, { to: 'hana' })[0]?.text ?? '', /as soon as you can, before it begins/);
});

test('papers for the initial conference are the social worker’s, two working days before it, L21', () => {
  const one = duty(calls().case(), 'papers/initial-conference');
  assert.deepEqual([one.owner, one.due], ['sam', '2027-01-14']); // Thursday, before Monday the 18th
  assert.ok(
    owes(calls().at('2027-01-11', provided('initial-conference', 'other: chronology')).case()).includes(
      'papers/initial-conference',
    ),
  );
  const there = calls().at('2027-01-11', provided('initial-conference', 'review-report'));
  assert.equal(duty(there.case(), 'papers/initial-conference').done?.on, '2027-01-11');
});

test('papers for a review conference are due five working days before it, and with the manager the day before that, L21', () => {
  const c = underPlan().at('2027-03-01', booked('review-conference-1', '2027-04-12'));
  const one = duty(c.case(), 'papers/review-conference-1');
  // Back from Monday 12 April: 9, 8, 7, 6, 5.
  assert.deepEqual([one.owner, one.due], ['sam', '2027-04-05']);
  assert.ok(
    notices(c.until('2027-04-12'), { duty: 'papers/review-conference-1', to: 'tess', kind: 'escalation' }).length > 0,
  );
  const some = c.at('2027-03-10', provided('review-conference-1', 'review-report'));
  assert.ok(owes(some.case()).includes('papers/review-conference-1'), 'the plan is missing');
  const all = some.at('2027-03-11', provided('review-conference-1', 'plan'));
  assert.equal(duty(all.case(), 'papers/review-conference-1').done?.on, '2027-03-11');
  const asked = notices(c.until('2027-03-01'), { kind: 'invitation', to: 'hana' });
  assert.match(asked.at(-1)?.text ?? '', /your agency’s written report to the social worker by 2027-04-/);
});

test('called shortly before, its papers are due the day it is known, never in the past, L21', () => {
  const late = story()
    .at('2027-01-04', strategy('2027-01-04'))
    .at('2027-01-15', called('2027-01-18', ['hana']));
  assert.equal(duty(late.case(), 'papers/initial-conference').due, '2027-01-15');
});

test('an authority may set other figures, or none; a policy of before has none, L21', () => {
  const policy = (change: (limits: Record<string, unknown>) => void) => policyWith(({ limits }) => change(limits));
  const with5 = policy((limits) => {
    Object.assign(limits['papers-initial-conference'] as object, { within: 5, unit: 'days' });
  });
  const begun = (p: typeof with5) =>
    story({ policy: p })
      .at('2027-01-04', strategy('2027-01-04'))
      .at('2027-01-06', called('2027-01-18', ['hana']));
  assert.equal(duty(begun(with5).case(), 'papers/initial-conference').due, '2027-01-13');
  const none = policy((limits) => {
    limits['papers-initial-conference'] = null;
  });
  assert.ok(!owes(begun(none).case()).includes('papers/initial-conference'));
  const { 'papers-initial-conference': _, ...limits } = BARNSLEY.limits;
  const before = { ...BARNSLEY, limits } as typeof BARNSLEY;
  assert.ok(!owes(begun(before).case()).includes('papers/initial-conference'));
  assert.deepEqual(
    notices(begun(before).until('2027-01-06'), { to: 'hana' }).map(({ text }) => text),
    [undefined],
  );
});

test('a child in need review chaired or written up by the social worker warns, L21, R123, R139 (D18c)', () => {
  const { refused: no, remarks } = rehearse(readScenario('test/scenarios/life/D18c-cin-review-by-social-worker.yaml'));
  assert.deepEqual(no, []);
  const rules = remarks.filter(({ at }) => at.startsWith('2025-02-27')).map(({ rule }) => rule);
  for (const rule of ['R123', 'R139']) assert.ok(rules.includes(rule), rule);
});
