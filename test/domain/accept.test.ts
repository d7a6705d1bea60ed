// What a case takes up: the same event twice, facts that come late or out of order, batches.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accept, acceptAll } from '../../domain/accept/accept.ts';
import { fold } from '../../domain/case/fold.ts';
import {
  accepted,
  BARNSLEY,
  conference,
  distributed,
  duty,
  held,
  joined,
  lines,
  minutes,
  owes,
  place,
  recorded,
  refused,
  story,
  strategy,
  type Told,
  underPlan,
} from './support.ts';

const next = place('2027-02-24');
const begun = () => story().at('2027-01-04', strategy('2027-01-04'));
const met = () => underPlan().at('2027-01-28T16:00', held('core-group-1', '2027-01-28', { next }));
test('the same event with the same id is the same case, whenever it is sent again and however its fields are ordered', () => {
  const c = met().case();
  const again = held('core-group-1', '2027-01-28', { next });
  const turned = Object.fromEntries(Object.entries(again).reverse()) as Told;
  assert.equal(accepted(accept(c, recorded('2027-01-28T16:00', again, 'e3'))), c);
  assert.equal(accepted(accept(c, recorded('2027-03-01', turned, 'e3'))), c);
});

test('a known id with another content is refused', () => {
  const c = met().case();
  for (const event of [held('core-group-1', '2027-01-28', { next, scaling: 4 }), minutes('core-group-1', '2027-01-28')])
    assert.match(refused(accept(c, recorded('2027-01-29', event, 'e3'))).message, /"e3"/);
});

test('the same event with another id is another event: held twice is refused', () => {
  refused(accept(met().case(), recorded('2027-01-28T16:00', held('core-group-1', '2027-01-28', { next }), 'other')));
});

test('yesterday’s meeting typed in today counts from yesterday, R21, R59', () => {
  const c = underPlan()
    .at('2027-01-29', held('core-group-1', '2027-01-28', { next }))
    .case();
  assert.deepEqual(
    ['hold/core-group-2', 'minutes/core-group-1'].map((key) => [duty(c, key).due, duty(c, key).arises]),
    [
      ['2027-02-25', '2027-01-28'],
      ['2027-02-02', '2027-01-28'],
    ],
  );
});

test('minutes of a meeting that is not recorded as held are refused; after it, or in one list with it, they are taken, R59, R60', () => {
  const before = underPlan();
  const late = recorded('2027-01-29', minutes('core-group-1', '2027-01-29'), 'm');
  assert.match(
    refused(accept(before.case(), late)).message,
    /core-group-1 is not recorded as held; record that it was/,
  );
  const both = acceptAll(before.case(), [
    recorded('2027-01-29', held('core-group-1', '2027-01-28', { next }), 'h'),
    late,
  ]);
  const c = accepted(both);
  assert.equal(duty(c, 'minutes/core-group-1').done?.on, '2027-01-29');
  assert.equal(duty(c, 'distribute/core-group-1').due, '2027-02-05');
});

test('minutes that a release before 0.2 took ahead of the meeting count once it is held, R59, R60', () => {
  const events = [
    ...underPlan().case().events,
    recorded('2027-01-29', minutes('core-group-1', '2027-01-29'), 'm'),
    recorded('2027-02-01', held('core-group-1', '2027-01-28', { next }), 'h'),
  ];
  assert.ok(!owes(fold(story().empty(), events.slice(0, -1))).some((key) => key.startsWith('distribute/')));
  assert.equal(duty(fold(story().empty(), events), 'minutes/core-group-1').done?.on, '2027-01-29');
});

test('a meeting may be held without having been booked', () => {
  const unbooked = begun().at('2027-01-18', conference('2027-01-18', { reason: 'no date yet' }));
  assert.ok(
    !owes(unbooked.at('2027-01-28', held('core-group-1', '2027-01-28', { next })).case()).includes('hold/core-group-1'),
  );
});

test('a member who joined before a meeting and is typed in after it is owed its minutes, R37, R60', () => {
  const c = met()
    .at('2027-02-01', joined('nora', { on: '2027-01-25' }))
    .at('2027-02-02', minutes('core-group-1', '2027-02-02'))
    .at('2027-02-03', distributed('core-group-1', 'hana', 'mum', 'dad'));
  assert.ok(owes(c.case()).includes('distribute/core-group-1'));
  assert.ok(!owes(c.at('2027-02-04', distributed('core-group-1', 'nora')).case()).includes('distribute/core-group-1'));
});

test('lateness is never refused', () => {
  const late = begun()
    .at('2027-06-01', conference('2027-05-04', { reason: 'no interpreter', firstCoreGroup: place('2027-06-25') }))
    .at('2027-09-01', held('core-group-1', '2027-08-31', { next: place('2027-12-01') }))
    .at('2028-03-01', minutes('core-group-1', '2028-02-29'));
  assert.equal(late.case().events.length, 4);
});

test('a batch is taken up whole, each event seeing those before it', () => {
  const batch = [
    recorded('2027-01-28T16:00', joined({ id: 'zoe', name: 'Zoe', role: 'health' }), 'b1'),
    recorded(
      '2027-01-28T16:00',
      held('core-group-1', '2027-01-28', { next, chair: 'zoe', present: ['sam', 'zoe', 'ed'] }),
      'b2',
    ),
  ];
  const c = accepted(acceptAll(underPlan().case(), batch));
  assert.equal(c.events.length, 4);
  assert.equal(accepted(acceptAll(c, batch)), c, 'and twice is as once');
});

test('a batch with one event that is refused is refused whole', () => {
  const c = underPlan().case();
  const batch = [
    recorded('2027-01-28', held('core-group-1', '2027-01-28', { next }), 'b1'),
    recorded('2027-01-28', held('core-group-1', '2027-01-28', { next }), 'b2'),
    recorded('2027-01-28', minutes('core-group-1', '2027-01-28'), 'b3'),
  ];
  assert.match(refused(acceptAll(c, batch)).message, /core-group-1/);
  assert.equal(c.events.length, 2);
});

test('an event placed late changes what follows and repeats no notice, R21', () => {
  // The first core group is typed in a fortnight after it was held.
  const played = underPlan({ policy: BARNSLEY })
    .at('2027-02-12', held('core-group-1', '2027-01-28', { next }))
    .at('2027-02-12T10:01', minutes('core-group-1', '2027-02-02'))
    .until('2027-02-20');
  const after = { ...played, steps: played.steps.filter((step) => step.at >= '2027-02-12T10:00:00Z') };
  assert.deepEqual(lines(after, { duty: 'attend/core-group-1' }), []);
  assert.deepEqual(lines(after, { duty: 'distribute/core-group-1' }), [
    '2027-02-15 08:00 sam', // limit 9 February: 1 and 3 working days after had passed
    '2027-02-16 08:00 sam tess',
  ]);
});

test('all the gates that an event does not pass are named at once, and all whom the case does not know', () => {
  const life = underPlan();
  const held1 = held('core-group-1', '2027-01-28', { planAgreed: undefined, present: ['hana', 'ed'] });
  const { rule, message } = refused(life.answer('2027-01-28', held1));
  const named = [rule, ...[...message.matchAll(/; (R\d+): /g)].map(([, one]) => one)];
  for (const one of ['R22', 'R44', 'R63']) assert.ok(named.includes(one), `${one} in ${rule}: ${message}`);
  const strangers = held('core-group-1', '2027-01-28', { chair: 'x', present: ['sam', 'y'] });
  assert.match(
    refused(life.answer('2027-01-28', strangers)).message,
    /chair: "x" is not a person of this case; present: "y" is not a person of this case; there are /,
  );
});
