// Who answers what is written back to a mail: the social worker, whoever stands in for them, or the manager; never the family, never the reader.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { personAt } from '../../domain/case/people.ts';
import { duties } from '../../domain/duties/owed.ts';
import { replyTo } from '../../domain/notices/reply-to.ts';
import { toNotices } from '../../domain/notices/to-notice.ts';
import { cover, moment, other, PEOPLE, underPlan } from './support.ts';

type Story = ReturnType<typeof underPlan>;
/** Whom each of these writes back to, on a morning of February 2027. */
const answers = (story: Story, day: number, ...readers: string[]) => {
  const c = story.case();
  const at = moment(`2027-02-${String(day).padStart(2, '0')}`);
  return readers.map((id) => replyTo(c, personAt(c, id, at)!, at)?.address.replace(/@.*/, ''));
};

test('the social worker; in what goes to the social worker, the manager', () => {
  assert.deepEqual(answers(underPlan(), 1, 'hana', 'dad', 'chris', 'tess', 'sam'), [
    'sam',
    'sam',
    'sam',
    'sam',
    'tess',
  ]);
});

test('while the social worker is away whoever stands in; in what goes to these two, the manager, L12', () => {
  const away = underPlan().at('2027-01-20', cover('sam', '2027-02-08', '2027-02-12', 'cara'));
  assert.deepEqual(answers(away, 9, 'hana', 'dad', 'cara', 'sam', 'tess'), ['cara', 'cara', 'tess', 'tess', 'cara']);
  assert.deepEqual(answers(away, 15, 'hana', 'cara'), ['sam', 'sam']);
});

test('while the case has no social worker the manager, and in what goes to the manager nobody, L11', () => {
  const left = underPlan().at('2027-02-01', other('person-left', { person: 'sam' }));
  assert.deepEqual(answers(left, 9, 'hana', 'dad', 'tess'), ['tess', 'tess', undefined]);
});

test('nobody by an address that is dead, that is not there, or that is the reader’s own', () => {
  const change = (id: string, more: object) =>
    other('person-updated', { person: { ...PEOPLE.find((one) => one.id === id)!, ...more } });
  const dead = underPlan().at('2027-02-01', other('address-refused', { person: 'sam', code: '5.1.1', by: 'nodrift' }));
  assert.deepEqual(answers(dead, 9, 'hana'), ['tess']);
  const none = underPlan().at('2027-02-01', change('sam', { email: undefined }));
  assert.deepEqual(answers(none, 9, 'hana'), ['tess']);
  const same = underPlan().at('2027-02-01', change('hana', { email: 'SAM@council.test' }));
  assert.deepEqual(answers(same, 9, 'hana'), ['tess']);
});

test('every notice of a plan that is played says so', () => {
  const { case: c, steps } = underPlan().until('2027-04-01');
  assert.ok(steps.length > 20);
  for (const { to, replyTo: back } of toNotices(c, steps, duties(c)))
    assert.equal(back?.name, to.id === 'sam' ? 'Tess Manager' : 'Sam Worker');
});
