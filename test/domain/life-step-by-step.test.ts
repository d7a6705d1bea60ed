// A case that is told step by step says what one says that is told all at once: a running case does the one, a rehearsal the other (L16).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { takeDue } from '../../domain/notices/steps.ts';
import { NOTHING_TOLD } from '../../domain/notices/told.ts';
import { conference, held, moment, other, place, story, strategy, underPlan } from './support.ts';

test('what is said as a duty arises does not make its catching up an escalation, whenever it is taken, L16', () => {
  const c = underPlan()
    .at('2027-03-20T00:05', held('core-group-1', '2027-03-11', { planAgreed: false, reason: 'no time was left' }))
    .case();
  const until = moment('2027-03-31T12:00');
  const keys = (steps: readonly { readonly key: string }[]) =>
    steps.map(({ key }) => key).filter((key) => key.startsWith('agree/'));
  const atOnce = keys(takeDue(c, NOTHING_TOLD, until).due);
  let told = NOTHING_TOLD;
  const stepwise = ['2027-03-20T00:06', '2027-03-22T08:00', '2027-03-23T08:00', '2027-03-31T12:00'].flatMap((at) => {
    const taken = takeDue(c, told, moment(at));
    told = taken.told;
    return keys(taken.due);
  });
  assert.deepEqual(stepwise, atOnce);
  assert.deepEqual(atOnce.slice(0, 3), [
    'agree/plan|at-once|0|sam|',
    'agree/plan|owner-first|0|sam|',
    'agree/plan|5-after|0|tess|',
  ]);
});

test('a booking that a correction brings is known since the correction: nobody is told of it in the past, L1', () => {
  const wrong = { type: 'conference-held', by: 'chris', on: '2027-01-18', outcome: 'no-plan' };
  const right = conference('2027-01-18', { by: 'chris', firstCoreGroup: place('2027-02-03') });
  const corrected = other('event-corrected', { by: 'chris', corrects: 'c', event: right, reason: 'the wrong outcome' });
  const c = story()
    .at('2027-01-04', strategy('2027-01-04'))
    .at('2027-01-18T13:00', wrong, 'c')
    .at('2027-01-19T09:00', corrected);
  const { due } = takeDue(c.case(), NOTHING_TOLD, moment('2027-01-25'));
  const lineManagers = due.filter(({ duty, kind }) => duty === 'attend/core-group-1' && kind === 'information');
  assert.deepEqual(
    lineManagers.map(({ at, to }) => `${at} ${to}`),
    ['2027-01-20T08:00:00Z helen', '2027-01-20T08:00:00Z hilda'],
  );
});

test('what was told the moment before a correction, and still is so, is not told again, L1', () => {
  const next = place('2027-02-24');
  const wrong = held('core-group-1', '2027-01-27', { next });
  const right = { ...wrong, on: '2027-01-28' };
  const before = underPlan().at('2027-01-28T11:30', wrong, 'h');
  const { told } = takeDue(before.case(), NOTHING_TOLD, moment('2027-01-28T11:30'));
  const after = before.at(
    '2027-01-28T11:40',
    other('event-corrected', { corrects: 'h', event: right, reason: 'it was today' }),
  );
  const { due } = takeDue(after.case(), told, moment('2027-01-28T11:40'));
  assert.deepEqual(
    due.filter(({ duty }) => duty === 'attend/core-group-2'),
    [],
  );
});
