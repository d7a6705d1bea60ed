// A refusal as the pages show it: no id, no name of a field, no name of an event; its rule and the way out stay.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { EVENT_TYPES } from '../../domain/case/catalogue.ts';
import type { LocalDate } from '../../domain/time/calendar.ts';
import { readLink } from '../../mail/link-token.ts';
import { refusalWords } from '../../web/refusal-words.ts';
import { openLink, type Visit } from '../../web/visit.ts';
import { conference, discussion } from '../support/family.ts';
import { afterCoreGroup, PaperCase } from '../support/paper-case.ts';
import { KEYS, linkFor, pagesOf, Visitor } from '../support/visitor.ts';

async function visitOf(person: string): Promise<Visit> {
  const paper = afterCoreGroup();
  const token = linkFor(paper, person, 'minutes', 'minutes/core-group-1').slice('/do/'.length);
  assert.equal(readLink(KEYS, token)?.until, '2028-12-31' as LocalDate);
  const asking = { cases: paper.cases, keys: KEYS, settingOf: () => paper.setting() };
  const visit = await openLink(asking, token, paper.clock);
  assert.ok(visit !== 'gone');
  return visit;
}

test('people stand by name, the family by role, meetings and days as people say them', async () => {
  const visit = await visitOf('nina');
  const words = (message: string) => refusalWords(visit, message);
  for (const [message, expected] of [
    [
      'R46: meeting-held: present: the chair, "carl", is missing',
      'R46: the chair, Carl Moss (conference chair), is missing',
    ],
    [
      'R47: meeting-held: present: nobody is named to come for "mum"; record apologies-received with a representative first, or give "mum" alone where they came themselves',
      'R47: nobody is named to come for the first parent; have it recorded first who comes for them, or give the first parent alone where they came themselves',
    ],
    [
      'minutes-received: on: 2028-02-01 is before the meeting, 2028-02-08',
      'Tuesday 1 February 2028 is before the meeting, Tuesday 8 February 2028',
    ],
    [
      'R97: core-group-2 is booked at a weekend: 2028-03-04 10:00; book another time, or tick considered: outside-school-time, or give a reason',
      'R97: core group 2 is booked at a weekend: Saturday 4 March 2028 at 10am; book another time, or tick what was thought of: outside school time, or give a reason',
    ],
    [
      'put-off: by: "minutes/core-group-1" is owed by "nina", not by "amira"',
      'Minutes of core group 1 is owed by you, not by Amira Khan (social worker)',
    ],
    [
      'later-date-answered: by: the social worker or a manager answers "nina" (amira, tom)',
      'The social worker or a manager answers you (Amira Khan, social worker; Tom Reed, team manager)',
    ],
    [
      'R48: a written report needs it; give reason and writtenReport.agreedBy: "hana" is the line manager',
      'R48: a written report needs it; say what is exceptional, and that the line manager agreed: Hana Pike (line manager) is the line manager',
    ],
  ] as const)
    assert.equal(words(message), expected);
  const theirs = await visitOf('dad');
  assert.equal(refusalWords(theirs, '"amira" is away'), 'The social worker is away');
});

test('whatever a gate asks for is asked for as a page does', async () => {
  const visit = await visitOf('amira');
  const accept = new URL('../../domain/accept/', import.meta.url);
  const mends = readdirSync(accept)
    .map((file) => readFileSync(new URL(file, accept), 'utf8'))
    .flatMap((code) => [...code.matchAll(/mend:[^'\n]*'([^'\n]+)'/g)].map(([, mend = '']) => mend));
  assert.ok(mends.length > 25, `${mends.length} found`);
  for (const mend of mends) {
    const words = refusalWords(visit, `R1: it is so; ${mend}, or give a reason`);
    assert.doesNotMatch(words, /[a-z][A-Z]|[{}]|: true|give reason|“/, mend);
    for (const type of EVENT_TYPES.filter((one) => one.includes('-'))) assert.ok(!words.includes(type), words);
  }
});

test('a page shows no id where the chair of a meeting is not among who was there', async () => {
  const paper = new PaperCase().recordAll([discussion(), conference()]);
  paper.later(13 * 24);
  paper.tell();
  const visitor = new Visitor(pagesOf(paper));
  const refused = await visitor.answer(linkFor(paper, 'amira', 'held', 'confirm/core-group-1'), {
    ...{ held: 'booked', chair: 'carl', minuteTaker: 'nina', present: ['amira', 'nina'], planAgreed: 'yes' },
  });
  assert.equal(refused.status, 422);
  assert.match(refused.text, /There is a problem R46: the chair, Carl Moss \(conference chair\), is missing/);
  assert.match(refused.html, /href="\/rules\/R46"/);
});
