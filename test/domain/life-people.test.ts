// People as they are: a case without a manager, a report agreed by nobody else, actions whose ids, owners and dates are muddled (L13).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rehearse } from '../../client/rehearse.ts';
import { readScenario } from '../../client/scenario.ts';
import { managerFault } from '../../domain/accept/manager.ts';
import type { Person } from '../../domain/case/model.ts';
import {
  accepted,
  actionDone,
  agreed,
  booked,
  duty,
  FILE,
  joined,
  kinds,
  lines,
  other,
  owes,
  PEOPLE,
  refused,
  story,
  strategy,
  underPlan,
} from './support.ts';

const rehearsed = (name: string) => rehearse(readScenario(`test/scenarios/life/${name}.yaml`));
const without = (id: string, people = PEOPLE) => people.filter((person) => person.id !== id);
const changed = (id: string, change: Partial<Person>) =>
  PEOPLE.map((person) => (person.id === id ? { ...person, ...change } : person));

for (const [what, people, says] of [
  ['no manager at all', without('tess', changed('sam', { manager: undefined })), /nobody is the case’s manager/],
  [
    'a manager who is not among the people',
    without('tess'),
    /^case: people\.\d+\.manager: the manager, "tess", is not among them/,
  ],
  [
    'a manager without an address',
    changed('tess', { email: undefined }),
    /^case: people\.\d+\.email: the manager, "tess", has no email/,
  ],
] as const)
  test(`people with ${what} make no case: the refusal says what to give, L13`, () => {
    const { message } = managerFault(people) ?? { message: 'taken' };
    assert.match(message, says);
    assert.match(message, /give the social worker a manager who is among the people, with an email$/);
  });

test('a manager in role stands in where the social worker names none, L13', () => {
  assert.equal(managerFault(changed('sam', { manager: undefined })), undefined);
  assert.equal(managerFault(PEOPLE), undefined);
});

test('a rehearsal without a manager is played, and warns, L13 (D19)', () => {
  const { remarks, refused: no } = rehearsed('D19-no-manager');
  assert.deepEqual(no, []);
  assert.deepEqual(
    remarks.map(({ rule, event, message }) => [rule, event, message.split(';')[0]]).filter(([rule]) => rule === 'L13'),
    [['L13', remarks[0]?.event, 'nobody is the case’s manager']],
  );
});

test('nothing recorded takes the last manager away who can be written to, L13', () => {
  const sam = PEOPLE[0] as Person;
  const tess = PEOPLE[1] as Person;
  const { email: _, ...unreachable } = tess;
  const c = underPlan();
  const gone = refused(c.answer('2027-01-19', other('person-updated', { person: unreachable })));
  assert.match(gone.message, /person-updated: the case would have "tess" for a manager, who has no email/);
  refused(c.answer('2027-01-19', joined({ ...sam, manager: 'nobody-here' })));
  accepted(c.answer('2027-01-19', joined({ ...sam, manager: 'sue' })));
  // Where there was none, nothing is taken away.
  const none = story({ file: { ...FILE, people: changed('tess', { email: undefined }) } });
  accepted(none.at('2027-01-04', strategy('2027-01-04')).answer('2027-01-19', joined({ ...sam, manager: 'sue' })));
});

test('nobody agrees to their own written report: without a line manager the case’s manager does, L13, R48 (D32)', () => {
  const { refused: no } = rehearsed('D32-own-line-manager');
  assert.deepEqual(
    no.map(({ rule, type }) => [rule, type]),
    [['R48', 'apologies-received']],
  );
  assert.match(no[0]?.reason ?? '', /"tm" manages the case, and no line manager is recorded/);
});

const report = (person: string, agreedBy: string) =>
  other('apologies-received', {
    meeting: 'core-group-2',
    person,
    writtenReport: { agreedBy },
    reason: 'a death in the family',
  });
for (const [person, agreedBy, stands] of [
  ['hana', 'hilda', true],
  ['hana', 'tess', false],
  ['hana', 'hana', false],
  ['chris', 'tess', true],
  ['chris', 'chris', false],
  ['chris', 'hilda', false],
] as const)
  test(`a written report of ${person} agreed by ${agreedBy} ${stands ? 'stands' : 'does not stand'}, L13`, () => {
    const c = underPlan().at('2027-01-20', booked('core-group-2', '2027-02-24'));
    const answer = c.answer('2027-02-01', report(person, agreedBy));
    if (stands) accepted(answer);
    else assert.match(refused(answer).message, /^R48: /);
  });

test('another action under the same id is refused, and the first stays as it was, L13 (D13c)', () => {
  const { refused: no, owed } = rehearsed('D13c-action-id-reused');
  assert.match(
    no[0]?.reason ?? '',
    /id: "a1" is another action already \(nurse, due 2025-06-02\); give this one an id/,
  );
  const one = owed.find((duty) => duty.duty === 'action/a1');
  assert.deepEqual([one?.owner, one?.due], ['nurse', '2025-06-02']);
});

test('an action that is done is not agreed again, L13', () => {
  const c = underPlan()
    .at('2027-01-19', agreed('visit', { owner: 'hana', due: '2027-02-05' }))
    .at('2027-01-25', actionDone('visit'));
  const answer = refused(c.answer('2027-01-26', agreed('visit', { owner: 'hana', due: '2027-02-05' })));
  assert.match(answer.message, /"visit" is another action already \(hana, due 2027-02-05, done on 2027-01-25\)/);
});

test('an action due before it was agreed is refused; one typed in late says when it was agreed, L13 (D13d)', () => {
  const { refused: no } = rehearsed('D13d-action-due-before-agreed');
  assert.match(no[0]?.reason ?? '', /"a1" would be due on 2025-04-01, before it was agreed, 2025-05-09/);
  const late = underPlan();
  refused(late.answer('2027-02-10', agreed('visit', { owner: 'hana', due: '2027-02-05' })));
  accepted(late.answer('2027-02-10', agreed('visit', { owner: 'hana', due: '2027-02-05', on: '2027-01-28' })));
});

const open = (more: object = {}) =>
  underPlan().at('2027-01-19', agreed('visit', { reason: 'nobody could say yet', ...more }));

test('an action without an owner or a date owes both within five working days, and is chased for them, L13', () => {
  for (const more of [{}, { owner: 'hana' }, { due: '2027-02-26' }]) {
    const one = duty(open(more).case(), 'date/action/visit');
    assert.deepEqual([one.owner, one.due, one.done], ['sam', '2027-01-26', undefined]);
  }
  const told = lines(open().until('2027-02-03'), { duty: 'date/action/visit' });
  assert.ok(told.includes('2027-01-26 08:00 sam'), 'on the day');
  assert.ok(told.includes('2027-01-27 08:00 sam'), 'the day after');
  assert.ok(kinds(open().until('2027-02-03'), { duty: 'date/action/visit' }).some((line) => /escalation/.test(line)));
});

test('agreed again under its id it gets what it lacked: nothing more is owed for that, L13', () => {
  const both = open({ owner: 'hana' }).at('2027-01-21', agreed('visit', { owner: 'hana', due: '2027-02-26' }));
  assert.ok(!owes(both.case()).includes('date/action/visit'));
  const { owner, due } = duty(both.case(), 'action/visit');
  assert.deepEqual([owner, due], ['hana', '2027-02-26']);
  // One after the other, and what was said stays said.
  const parts = open()
    .at('2027-01-20', agreed('visit', { due: '2027-02-26', reason: 'the owner follows' }))
    .at('2027-01-21', agreed('visit', { owner: 'hana', reason: 'agreed by telephone' }));
  assert.deepEqual(duty(parts.case(), 'date/action/visit').done?.on, '2027-01-21');
  const done = open().at('2027-01-21', actionDone('visit'));
  assert.ok(!owes(done.case()).includes('date/action/visit'));
});

test('an action with an owner and a date owes nothing but itself, L13', () => {
  const c = underPlan()
    .at('2027-01-19', agreed('visit', { owner: 'hana', due: '2027-02-26' }))
    .case();
  assert.deepEqual(
    owes(c).filter((key) => key.includes('visit')),
    ['action/visit'],
  );
});
