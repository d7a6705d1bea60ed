// Roles a policy does not list are refused wherever somebody comes in, with the nearest that it does (L13); nobody is guessed to be staff.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accept } from '../../domain/accept/accept.ts';
import { fileFault } from '../../domain/accept/unknown.ts';
import { withEvent } from '../../domain/case/fold.ts';
import type { CaseFile, Person } from '../../domain/case/model.ts';
import { duties } from '../../domain/duties/owed.ts';
import { toNotices } from '../../domain/notices/to-notice.ts';
import {
  accepted,
  BARNSLEY,
  FILE,
  HULL,
  joined,
  minutes,
  notices,
  other,
  PEOPLE,
  policyWith,
  recorded,
  refused,
  story,
  strategy,
  underPlan,
} from './support.ts';

const zoe = (role: string): Person => ({ id: 'zoe', name: 'Zoe', role, email: 'zoe@somewhere.test' });
const fileWith = (role: string): CaseFile => ({ ...FILE, people: [...PEOPLE, zoe(role)] });

/** What was typed, and what the refusal offers. */
const MISTYPED: readonly (readonly [role: string, offers: RegExp])[] = [
  ['parnt', /did you mean parent/],
  ['moter', /did you mean mother/],
  ['socail-worker', /did you mean social-worker\?/],
  ['team-maneger', /did you mean team-manager\?/],
  ['constructor', /the nearest are [a-z-]+, [a-z-]+, [a-z-]+; an authority adds/],
  ['godparent', /did you mean (grand)?parent/],
  ['gran', /did you mean grandfather or grandmother or grandparent\?/],
  ['wizard', /the nearest are /],
];
for (const [role, offers] of MISTYPED)
  test(`"${role}" is no role: refused in the file, when somebody joins and when they are put right, L13`, () => {
    const c = underPlan().case();
    const answers = [
      fileFault(fileWith(role), BARNSLEY),
      refused(accept(c, recorded('2027-01-19', joined(zoe(role))))),
      refused(accept(c, recorded('2027-01-19', other('person-updated', { person: { ...PEOPLE[9], role } })))),
    ];
    for (const answer of answers) {
      assert.match(answer?.message ?? 'taken', /has the role ".*", which the policy of Barnsley does not list; /);
      assert.match(answer?.message ?? 'taken', offers);
      assert.ok(!answer?.message.includes('\n'));
    }
  });

test('a file whose roles the policy lists is taken; every mistyped one of another is named in one line', () => {
  assert.equal(fileFault(FILE, BARNSLEY), undefined);
  assert.equal(fileFault(FILE, HULL), undefined);
  const two = fileFault({ ...FILE, people: [...PEOPLE, zoe('parnt'), { ...zoe('helth'), id: 'hal' }] }, BARNSLEY);
  assert.match(
    two?.message ?? '',
    /people\.12\.role: "zoe" has .*did you mean parent.*; people\.13\.role: "hal" has .*did you mean health/,
  );
});

test('a role that this authority’s own policy adds is a role there', () => {
  const policy = policyWith(({ roles }) =>
    Object.assign(roles, { godparent: { label: 'family member', family: true } }),
  );
  assert.equal(fileFault(fileWith('godparent'), policy), undefined);
  accepted(underPlan({ policy }).answer('2027-01-19', joined(zoe('godparent'))));
});

test('no case of anybody has the authority of a rehearsal', () => {
  const { message } = fileFault({ ...FILE, authority: 'rehearsal-barnsley' }, BARNSLEY) ?? { message: 'taken' };
  assert.match(message, /authority: "rehearsal-barnsley" is what rehearsals are kept apart by/);
});

test('whoever a release before 0.2 took with an unlisted role may still be put right', () => {
  const c = withEvent(underPlan().case(), recorded('2027-01-19', joined(zoe('wizard')), 'old'));
  const email = 'zoe@elsewhere.test';
  accepted(accept(c, recorded('2027-01-20', other('person-updated', { person: { ...zoe('wizard'), email } }))));
  refused(accept(c, recorded('2027-01-20', other('person-updated', { person: { ...zoe('witch'), email } }))));
});

test('a changed policy that no longer lists the role of somebody here is refused: they would be taken for staff', () => {
  const without = (role: string) =>
    other('policy-changed', {
      by: 'nodrift',
      policy: policyWith((draft) => {
        draft.version = '2';
        delete draft.roles[role];
      }),
    });
  const c = underPlan().case();
  assert.match(refused(accept(c, recorded('2027-01-19', without('father')))).message, /roles: "father" is missing/);
  accepted(accept(c, recorded('2027-01-19', without('uncle'))));
});

test('minutes of the conference may be recorded once it was held', () => {
  accepted(underPlan().answer('2027-01-20', minutes('initial-conference', '2027-01-20')));
});

test('a parent whose role was mistyped at opening is not invited by mail: the case is not opened', () => {
  const mistyped = fileWith('parnt');
  assert.notEqual(fileFault(mistyped, BARNSLEY), undefined);
  const well = story({ file: fileWith('parent') })
    .at('2027-01-04', strategy('2027-01-04'))
    .at('2027-01-05', joined('zoe'))
    .at(
      '2027-01-05',
      other('meeting-booked', { meeting: 'initial-conference', start: '2027-01-20T10:00', venue: 'x' }),
    );
  assert.deepEqual(notices(well.until('2027-01-21'), { to: 'zoe' }), []);
});

test('a notice says which of the roles it names are family, by the policy the case goes by', () => {
  const policy = policyWith(({ roles }) =>
    Object.assign(roles, { godparent: { label: 'family member', family: true } }),
  );
  const played = underPlan({ policy })
    .at('2027-01-19', joined({ ...zoe('godparent'), contact: 'email' }))
    .at('2027-01-20', other('address-refused', { by: 'nodrift', person: 'zoe', code: '5.1.1' }))
    .until('2027-01-22');
  const family = (which: Parameters<typeof notices>[1]) =>
    toNotices(played.case, notices(played, which), duties(played.case)).map((one) => one.family);
  assert.deepEqual(family({ to: 'zoe', kind: 'invitation' }), [['godparent']]);
  assert.deepEqual(family({ to: 'hana', kind: 'invitation' }), [[]]);
  const told = toNotices(played.case, notices(played, { to: 'sam' }), duties(played.case)).filter((one) => one.about);
  assert.deepEqual(
    [...new Set(told.map(({ about, family }) => `${about?.role}: ${family?.join()}`))],
    ['godparent: godparent'],
  );
});
