// What people answer to what they are asked for, without doing it: they are on it, it is not theirs, they need longer, they need help to come.
// And what a manager hears of what was done by a link.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { duties } from '../../domain/duties/owed.ts';
import { toNotices } from '../../domain/notices/to-notice.ts';
import {
  accepted,
  actionDone,
  agreed,
  booked,
  cover,
  duty,
  held,
  joined,
  kinds,
  lines,
  minutes,
  notices,
  other,
  owes,
  PEOPLE,
  policyWith,
  refused,
  type Story,
  underPlan,
} from './support.ts';

// Minutes of Thursday 28 January are Ed's, due on Tuesday 2 February: he is reminded on the day, chased on the 3rd and, with Sam, the 4th; on the
// 9th Tess is told.
const MINUTES = 'minutes/core-group-1';
const met = () => underPlan().at('2027-01-28', held('core-group-1', '2027-01-28', { reason: 'the next by telephone' }));
const putOff = (until: string, more = {}) =>
  other('put-off', { by: 'ed', duty: MINUTES, until, reason: 'the laptop is being mended', ...more });

test('whoever owes something and is on it is asked again on the day they named, and nobody else waits', () => {
  assert.deepEqual(lines(met().until('2027-02-09'), { duty: MINUTES }), [
    '2027-02-02 08:00 ed',
    '2027-02-03 08:00 ed',
    '2027-02-04 08:00 ed sam',
    '2027-02-09 08:00 ed sam tess',
  ]);
  assert.deepEqual(kinds(met().at('2027-02-02', putOff('2027-02-08')).until('2027-02-09'), { duty: MINUTES }), [
    '2027-02-02 08:00 reminder ed',
    '2027-02-04 08:00 chase sam',
    '2027-02-08 08:00 chase ed',
    '2027-02-09 08:00 escalation ed sam tess',
  ]);
});

test('to wait moves no limit', () => {
  assert.equal(duty(met().at('2027-02-02', putOff('2027-02-08')).case(), MINUTES).due, '2027-02-02');
});

test('an escalation goes as ever, says until when they asked to wait, and ends it', () => {
  const played = met().at('2027-02-04', putOff('2027-02-11')).until('2027-02-12');
  assert.deepEqual(
    notices(played, { duty: MINUTES })
      .filter(({ at }) => at > '2027-02-05')
      .map(({ at, to, kind, waits }) => `${at.slice(0, 10)} ${to} ${kind} ${waits}`),
    [...['ed', 'sam', 'tess'].map((to) => `2027-02-09 ${to} escalation 2027-02-11`), '2027-02-11 ed chase undefined'],
  );
});

test('what was put off and is done, or falls to be asked that morning anyway, is not asked twice', () => {
  const done = met().at('2027-02-02', putOff('2027-02-08')).at('2027-02-05', minutes('core-group-1', '2027-02-05'));
  assert.deepEqual(lines(done.until('2027-02-12'), { duty: MINUTES, kind: 'chase' }), ['2027-02-04 08:00 sam']);
  assert.deepEqual(
    lines(met().at('2027-02-02', putOff('2027-02-09')).until('2027-02-09'), { duty: MINUTES, to: 'ed' }),
    ['2027-02-02 08:00 ed', '2027-02-09 08:00 ed'],
  );
});

test('a day on which nobody works asks again on the next that is one', () => {
  const played = met().at('2027-02-02', putOff('2027-02-06')).until('2027-02-08'); // a Saturday
  assert.deepEqual(lines(played, { duty: MINUTES, kind: 'chase', to: 'ed' }), ['2027-02-08 08:00 ed']);
});

test('whoever stands in may ask to wait: what comes to them waits, and what comes to the manager does not', () => {
  const played = met()
    .at('2027-02-01', cover('ed', '2027-02-01', '2027-02-12', 'nora'))
    .at('2027-02-02', putOff('2027-02-08', { by: 'nora' }))
    .until('2027-02-08');
  assert.deepEqual(lines(played, { duty: MINUTES }), [
    '2027-02-02 08:00 nora tess',
    '2027-02-03 08:00 tess',
    '2027-02-04 08:00 sam tess',
    '2027-02-08 08:00 nora',
  ]);
});

const REFUSED_WAITS: readonly (readonly [what: string, event: ReturnType<typeof putOff>, message: RegExp])[] = [
  [
    'somebody else’s',
    putOff('2027-02-08', { by: 'hana' }),
    /by: "minutes\/core-group-1" is owed by "ed", not by "hana"/,
  ],
  [
    'what is not owed',
    putOff('2027-02-08', { duty: 'minutes/core-group-2' }),
    /"minutes\/core-group-2" is not owed; of what "ed" owes there is minutes\/core-group-1/,
  ],
  ['until today', putOff('2027-02-02'), /until: 2027-02-02 is not after today/],
  ['for a sixth working day', putOff('2027-02-10'), /more than 5 working days ahead: 2027-02-09 at the latest/],
];
for (const [what, event, message] of REFUSED_WAITS)
  test(`to wait is refused: ${what}`, () => {
    assert.match(refused(met().answer('2027-02-02', event)).message, message);
  });

test('to wait is asked for twice at most, and anew under another limit; the policy says how often', () => {
  const twice = met().at('2027-02-02', putOff('2027-02-03')).at('2027-02-03', putOff('2027-02-04'));
  assert.match(
    refused(twice.answer('2027-02-04', putOff('2027-02-05'))).message,
    /put off 2 times already: do it, or say with not-mine/,
  );
  const never = policyWith((draft) => Object.assign(draft.putOff, { times: 0 }));
  const story = underPlan({ policy: never }).at(
    '2027-01-28',
    held('core-group-1', '2027-01-28', { reason: 'telephone' }),
  );
  assert.match(
    refused(story.answer('2027-02-02', putOff('2027-02-08'))).message,
    /the policy of Barnsley lets nobody ask to wait/,
  );
});

test('to tell a family of a meeting cannot wait', () => {
  const story = underPlan();
  assert.ok(owes(story.case()).includes('tell/core-group-1'));
  const wait = putOff('2027-01-21', { by: 'sam', duty: 'tell/core-group-1' });
  assert.match(refused(story.answer('2027-01-19', wait)).message, /"tell\/core-group-1" cannot wait/);
});

test('an answer is about what was recorded then: a correction of it is not refused for the answer', () => {
  const story = met().at('2027-02-02', putOff('2027-02-08'));
  const by = held('core-group-1', '2027-01-28', { minuteTaker: 'hana', reason: 'the next by telephone' });
  const c = accepted(
    story.answer('2027-02-03', other('event-corrected', { corrects: 'e3', event: by, reason: 'Hana took them' })),
  );
  assert.equal(duty(c, MINUTES).owner, 'hana');
});

// Not mine.

const notMine = (more = {}) => other('not-mine', { by: 'ed', duty: MINUTES, ...more });

test('whoever says that it is not theirs has the social worker and the manager asked, once, and goes on being reminded', () => {
  const played = met()
    .at('2027-02-02', notMine({ whose: 'hana' }))
    .until('2027-02-04');
  assert.deepEqual(kinds(played, { duty: MINUTES }), [
    '2027-02-02 08:00 reminder ed',
    '2027-02-02 10:00 decision sam tess',
    '2027-02-03 08:00 chase ed',
    '2027-02-04 08:00 chase ed sam',
  ]);
  const asked = notices(played, { kind: 'decision' })[0];
  assert.deepEqual([asked?.why, asked?.about, asked?.whose], ['not-mine', 'ed', 'hana']);
  const [notice] = toNotices(played.case, asked ? [asked] : [], duties(played.case));
  assert.deepEqual(notice?.whose, { role: 'health', name: 'Hana Health' });
});

test('a social worker who says so has the manager asked alone', () => {
  const story = met().at('2027-02-01', minutes('core-group-1', '2027-02-01'));
  const played = story.at('2027-02-02', notMine({ by: 'sam', duty: 'distribute/core-group-1' })).until('2027-02-03');
  assert.deepEqual(kinds(played, { kind: 'decision' }), ['2027-02-02 10:00 decision tess']);
});

test('it is said once, by whoever owes it, and not of themselves', () => {
  assert.match(
    refused(met().at('2027-02-02', notMine()).answer('2027-02-03', notMine())).message,
    /"ed" said so of "minutes\/core-group-1" on 2027-02-02 already/,
  );
  assert.match(refused(met().answer('2027-02-02', notMine({ by: 'hana' }))).message, /owed by "ed", not by "hana"/);
  assert.match(refused(met().answer('2027-02-02', notMine({ whose: 'ed' }))).message, /"ed" says so themselves/);
});

// A later date for an action of the plan.

const acting = () => met().at('2027-02-01', agreed('school', { owner: 'hana', due: '2027-02-10' }));
const asks = (more = {}) =>
  other('later-date-asked', {
    by: 'hana',
    action: 'school',
    due: '2027-02-24',
    reason: 'the school is closed',
    ...more,
  });
const answers = (yes: boolean, more = {}) => other('later-date-answered', { action: 'school', agreed: yes, ...more });
const ACTION = 'action/school';

test('a later date is asked of the social worker, once, and until it is answered the action’s ladder goes on, R8', () => {
  const played = acting().at('2027-02-08', asks()).until('2027-02-11');
  assert.deepEqual(kinds(played, { duty: ACTION }).slice(1), [
    '2027-02-08 10:00 decision sam',
    '2027-02-10 08:00 reminder hana',
    '2027-02-11 08:00 chase hana',
  ]);
  assert.equal(
    notices(played, { kind: 'decision' })[0]?.text,
    'a later date for a plan action: 2027-02-24 in place of 2027-02-10',
  );
});

test('agreed, the action is due on that day and its ladder begins anew; its owner hears, R8', () => {
  const played = acting().at('2027-02-08', asks()).at('2027-02-09', answers(true)).until('2027-02-25');
  assert.equal(duty(played.case, ACTION).due, '2027-02-24');
  assert.deepEqual(
    kinds(played, { duty: ACTION }).filter((line) => line > '2027-02-09'),
    [
      '2027-02-09 10:00 information hana',
      '2027-02-17 08:00 reminder hana',
      '2027-02-24 08:00 reminder hana',
      '2027-02-25 08:00 chase hana',
    ],
  );
  const other = acting()
    .at('2027-02-08', asks())
    .at('2027-02-09', answers(true, { due: '2027-02-17' }));
  assert.equal(duty(other.case(), ACTION).due, '2027-02-17');
});

test('not agreed, it stays due when it was, its owner hears, and may ask again', () => {
  const story = acting().at('2027-02-08', asks()).at('2027-02-09', answers(false));
  assert.equal(duty(story.case(), ACTION).due, '2027-02-10');
  assert.deepEqual(
    notices(story.until('2027-02-09'), { to: 'hana', kind: 'information' }).map(({ text }) => text),
    ['a plan action stays due on 2027-02-10'],
  );
  accepted(story.answer('2027-02-10', asks({ due: '2027-02-17' })));
});

test('the social worker’s own later date is asked of the manager', () => {
  const story = met()
    .at('2027-02-01', agreed('school', { owner: 'sam', due: '2027-02-10' }))
    .at('2027-02-08', asks({ by: 'sam' }));
  assert.deepEqual(kinds(story.until('2027-02-08'), { kind: 'decision' }), ['2027-02-08 10:00 decision tess']);
  assert.match(refused(story.answer('2027-02-09', answers(true))).message, /answers "sam" \(tess, sue\)/);
  accepted(story.answer('2027-02-09', answers(true, { by: 'tess' })));
});

const REFUSED_DATES: readonly (readonly [
  what: string,
  at: string,
  story: () => Story,
  event: ReturnType<typeof asks>,
  message: RegExp,
])[] = [
  [
    'of an action nobody knows',
    '2027-02-08',
    acting,
    asks({ action: 'shool' }),
    /there is no action "shool"; there is school/,
  ],
  ['by somebody else', '2027-02-08', acting, asks({ by: 'ed' }), /owed by "hana", not by "ed"/],
  ['no later', '2027-02-08', acting, asks({ due: '2027-02-10' }), /2027-02-10 is not later than 2027-02-10/],
  [
    'of what is late',
    '2027-02-11',
    acting,
    asks(),
    /R8: .*was due on 2027-02-10, and is late: agree what is left as an action of its own/,
  ],
  [
    'twice',
    '2027-02-09',
    () => acting().at('2027-02-08', asks()),
    asks(),
    /2027-02-24 was asked for on 2027-02-08, and is not answered yet/,
  ],
  ['answered and not asked for', '2027-02-08', acting, answers(true), /nobody asks for a later date for "school"/],
  [
    'answered by the owner',
    '2027-02-09',
    () => acting().at('2027-02-08', asks()),
    answers(true, { by: 'hana' }),
    /the social worker or a manager answers "hana"/,
  ],
  ['agreed once it is late', '2027-02-11', () => acting().at('2027-02-08', asks()), answers(true), /R8: .*is late/],
  [
    'of what is done',
    '2027-02-10',
    () => acting().at('2027-02-09', actionDone('school')),
    asks(),
    /"action\/school" is not owed/,
  ],
];
for (const [what, at, story, event, message] of REFUSED_DATES)
  test(`a later date is refused: ${what}`, () => {
    assert.match(refused(story().answer(at, event)).message, message);
  });

// The family.

test('a parent who sends apologies by a link is heard by the social worker at once, R50', () => {
  const played = underPlan().at(
    '2027-01-26',
    other('apologies-received', { by: 'dad', person: 'dad', meeting: 'core-group-1', via: 'link' }),
  );
  assert.deepEqual(kinds(played.until('2027-01-26'), { duty: 'attend/core-group-1', kind: 'information', to: 'sam' }), [
    '2027-01-26 10:00 information sam',
  ]);
  assert.ok(!owes(played.case()).some((key) => key.startsWith('represent/')));
});

test('a family that needs help to come has the social worker told at once, and says what for in no words of its own', () => {
  const asked = other('help-asked', {
    by: 'dad',
    meeting: 'core-group-1',
    what: ['interpreter', 'other'],
    via: 'link',
  });
  const told = notices(underPlan().at('2027-01-26', asked).until('2027-01-26')).filter(
    ({ why }) => why === 'help-asked',
  );
  assert.deepEqual(
    told.map(({ to, at, about, text, booking }) => [to, at.slice(0, 16), about, text, booking?.start]),
    [['sam', '2027-01-26T10:00', 'dad', 'asks for help to come to core-group-1: interpreter', '2027-01-28T10:00']],
  );
});

test('help is asked for a meeting that is booked and to come', () => {
  const asked = (meeting: string) => other('help-asked', { by: 'dad', meeting });
  assert.match(
    refused(underPlan().answer('2027-01-26', asked('review-conference-1'))).message,
    /review-conference-1 is not booked; there is core-group-1/,
  );
  assert.match(refused(met().answer('2027-01-29', asked('core-group-1'))).message, /was held on 2027-01-28/);
});

// By a link.

const late = () => met().at('2027-02-10', minutes('core-group-1', '2027-02-10', { by: 'ed', via: 'link' }));

test('what a manager was told of as not done, and its owner records as done by a link, the manager hears of the next morning', () => {
  const told = notices(late().until('2027-02-12'), { to: 'tess', kind: 'information' }).filter(
    ({ duty }) => duty === MINUTES,
  );
  assert.deepEqual(
    told.map(({ at, why, about, text }) => [at.slice(0, 16), why, about, text]),
    [['2027-02-11T08:00', 'by-link', 'ed', 'recorded as done on 2027-02-10, after its limit, by a link in a mail']],
  );
});

test('taken back before the morning the manager hears nothing of it, and it is owed again', () => {
  const story = late().at(
    '2027-02-10T15:00',
    other('event-withdrawn', { by: 'ed', withdraws: 'e4', reason: 'not yet', via: 'link' }),
  );
  assert.ok(!notices(story.until('2027-02-12')).some(({ why }) => why === 'by-link'));
  assert.ok(owes(story.case()).includes(MINUTES));
});

test('a meeting that the manager was told is not booked, and that is booked by a link, the manager hears of the next morning', () => {
  // The second core group is due on 25 February: from the 23rd on Tess is told that it is not booked.
  const by = (at: string, more = {}) =>
    notices(
      met()
        .at(at, booked('core-group-2', '2027-02-25', more))
        .until('2027-02-26'),
      { to: 'tess' },
    )
      .filter(({ why }) => why === 'by-link')
      .map(({ at, text }) => `${at.slice(0, 16)} ${text}`);
  assert.deepEqual(by('2027-02-23', { via: 'link' }), ['2027-02-24T08:00 booked for 2027-02-25, by a link in a mail']);
  assert.deepEqual(by('2027-02-22', { via: 'link' }), []);
  assert.deepEqual(by('2027-02-23'), []);
});

const NOT_BY_LINK: readonly (readonly [what: string, story: () => Story])[] = [
  ['typed in', () => met().at('2027-02-10', minutes('core-group-1', '2027-02-10', { by: 'ed' }))],
  [
    'recorded for somebody else',
    () => met().at('2027-02-10', minutes('core-group-1', '2027-02-10', { by: 'hana', via: 'link' })),
  ],
  [
    'done before a manager was told',
    () => met().at('2027-02-08', minutes('core-group-1', '2027-02-08', { by: 'ed', via: 'link' })),
  ],
];
for (const [what, story] of NOT_BY_LINK)
  test(`the manager hears that it was done late, and no more, of what was ${what}`, () => {
    const told = notices(story().until('2027-02-12'), { to: 'tess', kind: 'information' }).filter(
      ({ duty }) => duty === MINUTES,
    );
    assert.deepEqual(
      told.map(({ why, text }) => [why, text?.slice(0, 4)]),
      [[undefined, 'done']],
    );
  });

test('how something was said is one of three ways, and part of what was said', () => {
  assert.throws(
    () =>
      met()
        .at('2027-02-10', minutes('core-group-1', '2027-02-10', { via: 'pigeon' }))
        .case(),
    /via: must be one of link, reply, letter/,
  );
});

// Letters, and what the family needs.

const withNeeds = (person: string, needs: unknown) =>
  other('person-updated', { person: { ...PEOPLE.find(({ id }) => id === person), needs } });
const TELL = 'tell/core-group-1';

test('a letter is posted or handed over, on a day, and ends the telling of the family, R61', () => {
  const letter = other('family-told', {
    ...{ meeting: 'core-group-1', to: [{ person: 'mum', how: 'post' }], on: '2027-01-19', via: 'letter' },
  });
  assert.deepEqual(duty(underPlan().at('2027-01-20', letter).case(), TELL).done?.on, '2027-01-19');
});

test('not telling a family member needs a reason, R61', () => {
  const withheld = (more = {}) =>
    other('family-told', { meeting: 'core-group-1', to: [{ person: 'mum', how: 'withheld' }], ...more });
  assert.equal(refused(underPlan().answer('2027-01-20', withheld())).rule, 'R61');
  accepted(underPlan().answer('2027-01-20', withheld({ reason: 'her partner opens her post' })));
});

test('a family member whose address is dead is told by the social worker, who alone is left to tell, R38', () => {
  const dead = other('address-refused', { by: 'nodrift', person: 'dad', code: '5.1.1' });
  const told = (...people: string[]) =>
    other('family-told', { meeting: 'core-group-1', to: people.map((person) => ({ person, how: 'post' })) });
  const story = underPlan().at('2027-01-19', told('mum'));
  assert.ok(!owes(story.case()).includes(TELL));
  story.at('2027-01-19T11:00', dead);
  assert.ok(owes(story.case()).includes(TELL));
  assert.deepEqual(lines(story.until('2027-01-20'), { duty: TELL, to: 'sam' }), [
    '2027-01-19 08:00 sam',
    '2027-01-20 08:00 sam',
  ]);
  assert.ok(!owes(story.at('2027-01-20', told('dad')).case()).includes(TELL));
  const mended = underPlan()
    .at('2027-01-19', told('mum'))
    .at('2027-01-19T11:00', dead)
    .at('2027-01-20', joined({ ...PEOPLE[10]!, email: 'dad@new.test' }));
  assert.ok(!owes(mended.case()).includes(TELL));
});

test('the social worker who is to tell the family reads what they need, by role', () => {
  const played = underPlan()
    .at('2027-01-18T11:00', withNeeds('mum', { interpreter: 'Polish', format: 'large-print' }))
    .until('2027-01-19');
  const asked = notices(played, { duty: TELL });
  const [notice] = toNotices(played.case, asked, duties(played.case));
  assert.deepEqual(notice?.needs, [{ role: 'mother', interpreter: 'Polish', format: 'large-print' }]);
});

test('what somebody needs is a language and a format', () => {
  const says = (needs: unknown, message: RegExp) =>
    assert.throws(() => underPlan().at('2027-01-19', withNeeds('mum', needs)).case(), message);
  says({ interpreter: 'Polish\nBcc: x' }, /person\.needs\.interpreter: must be a language/);
  says({ format: 'gold' }, /person\.needs\.format: must be one of large-print, easy-read/);
  says({ address: 'x' }, /does not know "address"/);
});
