// What an event says in one line: of a duty, an action, an answer, and how it was said.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventWords } from '../../client/event-words.ts';

const ROWS: readonly (readonly [event: Readonly<Record<string, unknown>>, words: string])[] = [
  [
    { type: 'put-off', duty: 'minutes/core-group-1', until: '2027-02-08', via: 'link' },
    'put off: minutes of core group 1, until Mon 8 Feb 2027, by a link',
  ],
  [{ type: 'not-mine', duty: 'action/school', whose: 'hana' }, 'not mine: plan action school, HANA’s'],
  [{ type: 'later-date-asked', action: 'school', due: '2027-02-24' }, 'later date asked: school, due Wed 24 Feb 2027'],
  [{ type: 'later-date-answered', action: 'school', agreed: false }, 'later date answered: school, not agreed'],
  [{ type: 'help-asked', meeting: 'core-group', via: 'reply' }, 'help asked: core group, by answering a mail'],
  [{ type: 'family-told', meeting: 'core-group-1', via: 'letter' }, 'family told: core group 1, by letter'],
];
for (const [event, words] of ROWS)
  test(words, () => {
    assert.equal(eventWords(event, { recorded: '2027-02-01', name: (id) => id.toUpperCase() }), words);
  });
