// `nodrift record CASE` on a terminal: asked step by step, with what is owed proposed first. The library is left out: answers are given.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Asker, Choice } from '../../cli/asking.ts';
import { asCommand, askedFor } from '../../cli/record-asked.ts';
import { EVENT_TYPES, mayStandIn, sourceOf } from '../../domain/case/catalogue.ts';
import type { MeetingId } from '../../domain/case/model.ts';
import { parseEvent } from '../../domain/case/read-events.ts';
import type { LocalDate } from '../../domain/time/calendar.ts';
import type { KnownPerson, OwedAnswer } from '../../workflows/api.ts';

const TODAY = '2027-02-10' as LocalDate;
const person = (id: string, name: string): KnownPerson => ({
  ...{ id, name, role: 'health', member: true, socialWorker: false },
});
const PEOPLE = [person('amira', 'Amira Khan'), person('nina', 'Nina Shah')];
const duty = (key: string, meeting: string | null): OwedAnswer['duties'][number] => ({
  ...{ duty: key, meeting: meeting as MeetingId | null, owner: 'nina', role: 'health', due: TODAY },
  ...{ bookBy: null, target: null, late: false, rules: [] },
});
const owed = (...duties: OwedAnswer['duties']): OwedAnswer => ({
  ...{ ref: 'BC-1', kind: 'child-protection', duties, next: null, ended: null, consentWithdrawn: false },
});

/** Answers each question with what is given for it, by its first word; takes what is usual, or the first there is. */
function answering(given: Readonly<Record<string, string | readonly string[]>>): { asker: Asker; asked: string[] } {
  const asked: string[] = [];
  const answer = (question: string): string | readonly string[] | undefined => {
    asked.push(question);
    return given[question.split(/[:? ]/)[0] ?? ''];
  };
  const label = (choices: readonly Choice[], wanted: string) =>
    choices.find((one) => one.label === wanted)?.value ?? wanted;
  return {
    asked,
    asker: {
      choose: async (question, choices) => {
        const wanted = answer(question);
        return wanted === undefined ? (choices[0]?.value ?? '') : label(choices, String(wanted));
      },
      pick: async (question, choices) => [answer(question) ?? []].flat().map((one) => label(choices, one)),
      text: async (question, { usual = '', fault } = {}) => {
        const text = String(answer(question) ?? usual);
        assert.equal(fault?.(text), undefined, `${question} ${text}`);
        return text;
      },
      yes: async (question) => answer(question) !== 'no',
    },
  };
}

test('what is owed next is proposed first, with what is known of it filled in', async () => {
  const known = { owed: owed(duty('minutes/core-group-1', 'core-group-1')), people: PEOPLE, today: TODAY };
  const { asker, asked } = answering({ by: 'Nina Shah' });
  const event = await askedFor(asker, known);
  assert.deepEqual(event, { type: 'minutes-received', meeting: 'core-group-1', by: 'nina', on: TODAY });
  assert.deepEqual(asked, [
    'What happened? This is owed:',
    'by: who?',
    'on: which day?',
    'What else is there to say? Nothing is fine.',
  ]);
  assert.equal(
    asCommand({ kind: 'child-protection', ref: 'BC-1' }, event),
    'npx nodrift record child-protection/BC-1 minutes-received meeting=core-group-1 by=nina on=2027-02-10',
  );
});

test('a meeting that was held is asked for with all that must be said, and what else there is', async () => {
  const known = { owed: owed(duty('hold/core-group-2', 'core-group-2')), people: PEOPLE, today: TODAY };
  const { asker } = answering({
    ...{
      What: ['reason', 'next', 'planAgreed', 'scaling'],
      present: ['Amira Khan', 'Nina Shah'],
      minuteTaker: 'Nina Shah',
    },
    ...{ reason: 'the room', start: '2027-03-09 10:00', venue: 'School', scaling: '4' },
  });
  const choose = asker.choose;
  const event = await askedFor(
    {
      ...asker,
      choose: (question, all) => (question.startsWith('What') ? Promise.resolve('1') : choose(question, all)),
    },
    known,
  );
  assert.deepEqual(event, {
    ...{ type: 'meeting-held', meeting: 'core-group-2', by: 'amira', on: TODAY, chair: 'amira', minuteTaker: 'nina' },
    ...{ present: ['amira', 'nina'], reason: 'the room', planAgreed: true, scaling: 4 },
    next: { start: '2027-03-09T10:00', venue: 'School' },
  });
  assert.match(
    asCommand({ kind: 'child-protection', ref: 'BC-1' }, event),
    /present='\["amira","nina"\]' .*reason='the room'/,
  );
});

const ASKABLE = EVENT_TYPES.filter(
  (type) => sourceOf(type) === 'anybody' && mayStandIn(type).includes('child-in-need'),
);
for (const type of ASKABLE.filter((one) => !['event-corrected', 'brought-in', 'person-updated'].includes(one)))
  test(`something else: ${type} can be read as it was asked for`, async () => {
    const known = {
      owed: { ...owed(duty('confirm/cin-meeting-1', 'cin-meeting-1')), kind: 'child-in-need' as const },
      people: PEOPLE,
      today: TODAY,
    };
    const { asker } = answering({
      ...{
        id: 'school-place',
        action: 'school-place',
        start: '2027-03-09T10:00',
        venue: 'School',
        corrects: 'e1',
        withdraws: 'e1',
        answers: 'e1',
      },
      ...{
        present: ['amira'],
        Who: ['nina'],
        with: ['nina'],
        to: ['nina'],
        documents: 'plan, minutes',
        confirmed: 'child',
      },
      ...{ reason: 'r', outcome: 'family support', how: 'post' },
    });
    const choose = asker.choose;
    const chosen = (question: string, all: readonly Choice[]) =>
      question.startsWith('What happened? This')
        ? Promise.resolve('other')
        : question === 'What happened?'
          ? Promise.resolve(type)
          : question.startsWith('outcome')
            ? Promise.resolve(all[0]?.value ?? '')
            : choose(question, all);
    assert.equal(parseEvent(await askedFor({ ...asker, choose: chosen }, known)).type, type);
  });

test('somebody who gives up records nothing', async () => {
  const asker = { ...answering({}).asker, choose: () => Promise.reject(new Error('given up')) };
  await assert.rejects(
    askedFor(asker, { owed: owed(duty('minutes/core-group-1', null)), people: PEOPLE, today: TODAY }),
    /given up/,
  );
});
