// The canaries of the leak scan: every field of every event that holds people's words has one, cases take them, and they are found again.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EVENT_TYPES, sourceOf } from '../../domain/case/catalogue.ts';
import { play } from '../../domain/play/player.ts';
import { fromLondon, localDateTime } from '../../domain/time/calendar.ts';
import { loadCalendar, shippedPolicy } from '../../policies/load.ts';
import { Canaries, DISGUISE, found, placesOfWords } from '../support/canaries.ts';
import { canaryStories } from '../support/canary-stories.ts';

/** What only one case says to another. */
const BETWEEN_CASES = ['case-told', 'opening-withdrawn'];
const CARRIED = ['plan-ended.actions.activity'];

for (const weeks of [0, 44])
  test(`cases take the stories with canaries in every field of words, ${weeks} weeks later`, () => {
    for (const { name, file, events } of canaryStories(new Canaries(), weeks)) {
      const played = play({
        file,
        policy: shippedPolicy('barnsley'),
        calendar: loadCalendar(),
        events: events.map(({ type, ...one }) => ({
          ...one,
          at: localDateTime(one.at),
          ...(sourceOf(type) === 'nodrift' ? ({ from: 'nodrift' } as const) : {}),
        })),
        until: fromLondon(localDateTime('2028-12-28T10:00')),
      });
      assert.deepEqual(played.refused, [], name);
    }
  });

test('every field of every event that holds people’s words has a canary in some story', () => {
  const canaries = new Canaries();
  canaryStories(canaries);
  const filled = canaries.all.join('\n');
  const places = EVENT_TYPES.filter((type) => sourceOf(type) !== 'nodrift' && !BETWEEN_CASES.includes(type)).flatMap(
    placesOfWords,
  );
  assert.ok(places.length > 60, `only ${places.length} places: does the search still fit the catalogue?`);
  const without = places.filter(
    (place) => !CARRIED.includes(place) && !filled.includes(place.replace(/\.(name|agency|email)$/, '')),
  );
  assert.deepEqual(without, [], 'a story of test/support/event-stories.ts is to have them');
});

test('a canary is found in whatever writing it stands', () => {
  const canaries = new Canaries();
  for (let n = 0; n < 30; n++) canaries.word(`number ${n}`);
  const word = canaries.word('the thirty-first');
  const number = canaries.telephone('a telephone');
  const names = (bytes: Buffer | string) =>
    [...found(bytes)].map((one) => (one === DISGUISE ? one : canaries.what(one)));
  assert.deepEqual(names(`Mrs ${word} of`), ['the thirty-first']);
  assert.deepEqual(names(word.toLowerCase()), ['the thirty-first']);
  assert.deepEqual(names(Buffer.from(word.toUpperCase())), ['the thirty-first']);
  assert.deepEqual(
    names(`${word.slice(0, 3)}\x07${word.slice(3)}`),
    ['the thirty-first'],
    'broken up, as a database that compresses does',
  );
  assert.deepEqual(names(number), ['a telephone']);
  assert.deepEqual(names(number.replaceAll(' ', '')), ['a telephone']);
  assert.deepEqual(names('01632 9'), []);
  for (const before of ['', 'a', 'ab', 'abc'])
    assert.deepEqual(names(Buffer.from(`${before}${word}`).toString('base64')), [DISGUISE], before);
  assert.deepEqual(names(Buffer.from(`x${word}`).toString('hex')), [DISGUISE]);
  assert.deepEqual(names('nobody stands here'), []);
});
