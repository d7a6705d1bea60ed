// What mails say of the answers people give: whom the social worker is asked about, until when somebody waits, what a manager may disagree with.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  agreed,
  BARNSLEY,
  CALENDAR,
  conference,
  FILE,
  held,
  minutes,
  moment,
  other,
  PEOPLE,
  place,
  strategy,
  type Told,
} from '../domain/support.ts';
import { type Mail, mailsOf } from '../support/mails.ts';

const START = [
  ['2027-01-04', strategy('2027-01-04')],
  ['2027-01-18', conference('2027-01-18', { firstCoreGroup: place('2027-01-28') })],
] as const;
const MET = [
  ...START,
  ['2027-01-28', held('core-group-1', '2027-01-28', { reason: 'the next by telephone' })],
] as const;
const DUTY = 'minutes/core-group-1';

function mail(to: string, at: string, ...lines: readonly (readonly [at: string, event: Told])[]): Mail {
  const events = lines.map(([day, event], i) => ({ id: `e-${i}`, at: `${day}T10:00` as never, event }));
  const mails = mailsOf({ file: FILE, policy: BARNSLEY, calendar: CALENDAR, events, until: moment(`${at}T12:00`) });
  const found = mails.filter(({ notice }) => notice.to.id === to && notice.at.startsWith(at));
  return found.at(-1) ?? assert.fail(`${to} has no mail of ${at}`);
}

test('whose it is: the decision names who says that it is not theirs, whom they name, and what can be recorded', () => {
  const { subject, text } = mail('sam', '2027-02-02', ...MET, [
    '2027-02-02',
    other('not-mine', { by: 'ed', duty: DUTY, whose: 'hana' }),
  ]);
  assert.equal(subject, 'T-1: your decision is needed: who is to see to minutes of core group 1');
  assert.match(
    text,
    /^Please decide who is to see to the minutes of core group 1: Ed Teacher \(education representative\) says that it is not theirs\.\n/,
  );
  assert.match(text, /They name Hana Health \(health representative\)\./);
  assert.match(
    text.replace(/\s+/g, ' '),
    /Correct the meeting that was held, naming who took its minutes \(nodrift correct\)/,
  );
});

test('a later date: the decision says which in place of which, and the answer goes to whoever asked', () => {
  const asked = [
    ...MET,
    ['2027-02-01', agreed('school', { owner: 'hana', due: '2027-02-10' })],
    [
      '2027-02-08',
      other('later-date-asked', { by: 'hana', action: 'school', due: '2027-02-24', reason: 'a secret of the family' }),
    ],
  ] as const;
  const { subject, text } = mail('sam', '2027-02-08', ...asked);
  assert.equal(
    subject,
    'T-1: your decision is needed: a later date for a plan action: Wed 24 Feb 2027 in place of Wed 10 Feb 2027',
  );
  assert.match(
    text.replace(/\s+/g, ' '),
    /^Please decide whether Hana Health \(health representative\) may have longer: .*Wednesday 24 February 2027 in place of Wednesday 10 February 2027\./,
  );
  assert.doesNotMatch(text, /secret/);
  const answer = mail('hana', '2027-02-09', ...asked, [
    '2027-02-09',
    other('later-date-answered', { action: 'school', agreed: true }),
  ]);
  assert.equal(answer.subject, 'T-1: a plan action is due on Wed 24 Feb 2027 now, as you asked');
});

test('an escalation says until when whoever owes it asked to wait', () => {
  const { text } = mail('tess', '2027-02-09', ...MET, [
    '2027-02-04',
    other('put-off', { by: 'ed', duty: DUTY, until: '2027-02-11', reason: 'on it' }),
  ]);
  assert.match(
    text.replace(/\s+/g, ' '),
    /Whoever owes it asked to be asked again on Thursday 11 February 2027\. No limit moves by it\./,
  );
});

test('what was recorded by a link after an escalation: the manager is asked whether they agree, and how to take it back', () => {
  const { subject, text } = mail('tess', '2027-02-11', ...MET, [
    '2027-02-10',
    minutes('core-group-1', '2027-02-10', { by: 'ed', via: 'link' }),
  ]);
  assert.equal(
    subject,
    'T-1: minutes of core group 1: recorded as done on Wed 10 Feb 2027, after its limit, by a link in a mail',
  );
  assert.match(
    text.replace(/\s+/g, ' '),
    /^Please say if you do not agree: the minutes of core group 1 were recorded as done on Wednesday 10 February 2027, after its limit, by a link in a mail\. Ed Teacher/,
  );
  assert.match(text, /withdraw what was recorded/);
});

test('help to come: the social worker reads who needs what, and for which meeting', () => {
  const { subject, text } = mail('sam', '2027-01-26', ...START, [
    '2027-01-26',
    other('help-asked', { by: 'dad', meeting: 'core-group-1', what: ['interpreter', 'transport'] }),
  ]);
  assert.equal(subject, 'T-1: parent: asks for help to come to core group 1: interpreter, transport');
  assert.match(text, /^Please see to it that the parent can come to core group 1: they need help\.\n/);
});

test('whoever is to tell the family reads what they need', () => {
  const needs = { interpreter: 'Polish', format: 'large-print' };
  const mum = other('person-updated', { person: { ...PEOPLE.find(({ id }) => id === 'mum'), needs } });
  const { text } = mail('sam', '2027-01-19', ['2027-01-04', strategy('2027-01-04')], ['2027-01-04', mum], START[1]);
  assert.match(
    text.replace(/\s+/g, ' '),
    /The parent needs an interpreter \(Polish\) and what is written in large print\./,
  );
});
