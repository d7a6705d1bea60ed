// Who stands by name in a mail: staff in mails to staff; in a mail to the family only whom to ring; a child or the family never.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Person } from '../../domain/case/model.ts';
import { EventError, parseRecorded } from '../../domain/case/read-events.ts';
import type { Play } from '../../domain/play/player.ts';
import {
  agreed,
  BARNSLEY,
  CALENDAR,
  cancelled,
  conference,
  cover,
  FILE,
  held,
  moment,
  other,
  PEOPLE,
  place,
  strategy,
  type Told,
} from '../domain/support.ts';
import { type Mail, mailsOf } from '../support/mails.ts';
import { lives } from '../support/random-lives.ts';
import fc from '../support/seeded.ts';

const FAMILY = ['mum', 'dad'];
const nameOf = (id: string): string => `Xx${id}xx`;
const called = (people: readonly Person[]): Person[] => people.map((one) => ({ ...one, name: nameOf(one.id) }));
const namesIn = (text: string): readonly string[] =>
  [...new Set(Array.from(text.matchAll(/Xx([a-z]+)xx/g), ([, id]) => id ?? ''))].sort();

test('a child or one of the family is named in no mail; a subject names nobody; the family reads of nobody but whom to ring', () => {
  let named = 0;
  fc.assert(
    fc.property(lives, (life: Play) => {
      for (const { notice, subject, text, html } of mailsOf({
        ...life,
        file: { ...life.file, people: called(life.file.people) },
      })) {
        assert.deepEqual(namesIn(subject), [], subject);
        const names = namesIn(text);
        assert.deepEqual(namesIn(html), names, 'the text and the HTML');
        for (const id of names) assert.ok(!FAMILY.includes(id), text);
        if (FAMILY.includes(notice.to.id)) assert.deepEqual(names, namesIn(notice.ring?.name ?? ''), text);
        else named += names.length;
      }
    }),
    { numRuns: Number(process.env.RUNS ?? 30) },
  );
  assert.ok(named > 100, `names of staff in mails to staff: ${named}`);
});

/** The mails of a story under Barnsley's policy, with telephone numbers. */
function story(until: string, ...lines: readonly (readonly [at: string, event: Told])[]): readonly Mail[] {
  const phones: Readonly<Record<string, string>> = { sam: '01226 555 010', cara: '01226 555 011' };
  const people = PEOPLE.map((one) => ({ ...one, phone: phones[one.id] }));
  const events = lines.map(([at, event], i) => ({
    id: `e-${i}`,
    at: (at.length === 10 ? `${at}T10:00` : at) as never,
    event,
  }));
  return mailsOf({ file: { ...FILE, people }, policy: BARNSLEY, calendar: CALENDAR, events, until: moment(until) });
}

const START = [
  ['2027-01-04', strategy('2027-01-04')],
  ['2027-01-18', conference('2027-01-18', { firstCoreGroup: place('2027-01-28') })],
] as const;

const one = (mails: readonly Mail[], to: string, of: Partial<Mail['notice']>): Mail => {
  const found = mails.filter(
    ({ notice }) =>
      notice.to.id === to && Object.entries(of).every(([key, value]) => notice[key as keyof typeof notice] === value),
  );
  assert.ok(found[0], `no mail to ${to} is ${JSON.stringify(of)}`);
  return found[0];
};

test('a family member is told whom to ring: the social worker by name and number', () => {
  const { text } = one(story('2027-01-19', ...START), 'dad', { kind: 'invitation' });
  assert.match(text, /please ring Sam Worker, your social worker, on 01226 555 010\./);
  assert.match(text, /do not write about your family in a reply: ring Sam Worker, .* on 01226 555 010 instead\./);
});

test('while the social worker is away the family rings whoever stands in; without a number they are told who it is', () => {
  const away = story(
    '2027-01-22',
    ...START,
    ['2027-01-20', cover('sam', '2027-01-20', '2027-01-25', 'cara')],
    ['2027-01-21', cancelled('core-group-1')],
  );
  assert.match(
    one(away, 'dad', { kind: 'cancellation' }).text,
    /please ring Cara Cover, who stands in for your social worker, on 01226 555 011\./,
  );
  const numberless = other('person-updated', { person: PEOPLE.find(({ id }) => id === 'sam') });
  const mails = story('2027-01-22', ...START, ['2027-01-20', numberless], ['2027-01-21', cancelled('core-group-1')]);
  assert.match(one(mails, 'dad', { kind: 'cancellation' }).text, /please tell Sam Worker, your social worker\./);
});

test('while the case has no social worker the family rings the manager', () => {
  const gone = story(
    '2027-01-22',
    ...START,
    ['2027-01-20', other('person-left', { by: 'tess', person: 'sam' })],
    ['2027-01-21', cancelled('core-group-1', { by: 'tess' })],
  );
  assert.match(
    one(gone, 'dad', { kind: 'cancellation' }).text,
    /please tell Tess Manager, who sees to it until you have a new social worker\./,
  );
});

test('a line manager is told whom of their staff, and nobody else’s', () => {
  const mails = story('2027-01-20', ...START);
  assert.match(
    one(mails, 'hilda', {}).text,
    /^For your information: Hana Health \(health representative\) is invited to core group 1 /,
  );
  assert.match(
    one(mails, 'helen', {}).text,
    /^For your information: Ed Teacher \(education representative\) is invited to /,
  );
  assert.ok(!/Ed Teacher/.test(one(mails, 'hilda', {}).text));
});

const DRIFTING = [
  ...START,
  ['2027-01-28T12:00', held('core-group-1', '2027-01-28', { minuteTaker: 'ed', next: place('2027-02-25') })],
  ['2027-01-28T12:05', agreed('course', { owner: 'dad', due: '2027-02-01' })],
  ['2027-01-28T12:06', agreed('weighing', { owner: 'hana', due: '2027-02-01' })],
] as const;

test('a chase to the social worker names who owes it, by name and role, and what reaches “you”', () => {
  const { text } = one(story('2027-02-12', ...DRIFTING), 'sam', { duty: 'minutes/core-group-1', kind: 'chase' });
  assert.match(
    text,
    /^Please help Ed Teacher \(education representative\) to send the written minutes of core group 1 to you\.\n/,
  );
  assert.match(text, /have not reached you\./);
});

test('an escalation says with whom to agree a day, and to the one who owes it who else was told', () => {
  const mails = story('2027-02-12', ...DRIFTING);
  const escalation = { duty: 'minutes/core-group-1', kind: 'escalation' } as const;
  assert.match(
    one(mails, 'tess', escalation).text,
    /^Please agree with Ed Teacher \(education representative\) by when they will send the written minutes of core group 1 to the social worker\.\n/,
  );
  assert.match(
    one(mails, 'ed', escalation).text,
    /This is yours to do\. It was asked for on Tue 2 February, Wed 3 February and Thu 4 February\. Sam Worker \(social worker\) and Tess Manager \(team manager\) have been told as well\./,
  );
});

test('an action is called what it is called, and says whose it is: a parent’s by the role alone', () => {
  const mails = story('2027-02-12', ...DRIFTING);
  assert.match(
    one(mails, 'hana', { duty: 'action/weighing' }).text,
    /^Please carry out the action “weighing”, which the plan asks of you\.\n/,
  );
  assert.match(
    one(mails, 'sam', { duty: 'action/weighing' }).text,
    /^Please agree with Hana Health \(health representative\) by when they will carry out the action “weighing”\.\n/,
  );
  const { text, subject } = one(mails, 'sam', { duty: 'action/course' });
  assert.match(text, /^Please speak with the parent about the action “course”, and see how they can be helped/);
  assert.ok(!text.includes('Dad'));
  assert.ok(!subject.includes('course'), 'a subject shows on a locked screen');
});

test('the last reminder tells whoever prepares the meeting who is asked to come, and who sent apologies', () => {
  const sorry = other('apologies-received', { meeting: 'core-group-1', person: 'ed', by: 'ed' });
  const mails = story('2027-01-28', ...START, ['2027-01-26', sorry]);
  const { text } = one(mails, 'sam', { kind: 'reminder', rung: '1-before', duty: 'attend/core-group-1' });
  const list = /Who is asked to come\n([\s\S]*?)\n\n/.exec(text)?.[1]?.split('\n');
  assert.deepEqual(list, [
    '- Sam Worker (social worker)',
    '- Hana Health (health representative)',
    '- Ed Teacher (education representative): sent apologies, and nobody stands in yet',
    '- The parent',
    '- The parent',
  ]);
});

test('telling the family says whom, of which day, and that it is cancelled where it is', () => {
  const mails = story('2027-01-23', ...START, ['2027-01-21', cancelled('core-group-1')]);
  const [first, second] = mails.filter(({ notice }) => notice.duty === 'tell/core-group-1' && notice.to.id === 'sam');
  assert.match(first?.text ?? '', /^Please tell the parent about core group 1 on Thursday 28 January 2027 at 10am\.\n/);
  assert.match(
    second?.text ?? '',
    /^Please tell the parent that core group 1 on Thursday 28 January 2027 at 10am is cancelled\.\n/,
  );
});

test('a list of the week that speaks of several meetings gives no meeting the day of another', () => {
  const days: Readonly<Record<string, string>> = {
    'core-group-1': '2027-01-28T10:00',
    'core-group-2': '2027-02-25T10:00',
  };
  const mails = story('2027-04-30', ...DRIFTING).filter(({ notice }) => notice.also !== undefined);
  assert.ok(mails.some(({ notice }) => notice.also?.some(({ meeting }) => meeting !== notice.meeting)));
  for (const { notice } of mails)
    if (notice.booking) assert.equal(notice.booking.start, days[notice.meeting ?? ''], notice.key);
});

const PHONES: readonly (readonly [phone: string, good: boolean])[] = [
  ['01226 555 010', true],
  ['+44 (0)1226 555010', true],
  ['(01226) 555-010', true],
  ['01226 555010 ext. 12', true],
  ['ring the office', false],
  ['12345', false],
  ['01226 555 010 or 011', false],
  ['01226\n555010', false],
];
for (const [phone, good] of PHONES)
  test(`${JSON.stringify(phone)} is ${good ? 'a' : 'no'} telephone number`, () => {
    const person = { ...PEOPLE[0], phone };
    const read = () =>
      parseRecorded({
        ...{ id: 'e-1', recordedAt: moment('2027-01-04'), event: { type: 'person-updated', by: 'tess', person } },
      });
    if (good) assert.deepEqual(read().event, { type: 'person-updated', by: 'tess', person });
    else
      assert.throws(read, (error) => {
        assert.ok(error instanceof EventError);
        assert.match(error.message, /person\.phone: must be a telephone number, such as 01226 555 010/);
        return true;
      });
  });
