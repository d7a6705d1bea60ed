// Between cases: what leads from one to another, that the other is opened once, and that both clocks run where both plans do.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accept } from '../../domain/accept/accept.ts';
import { emptyCase } from '../../domain/case/facts.ts';
import type { CaseFile, CaseKind } from '../../domain/case/model.ts';
import { acknowledgements, fileOf, otherCases } from '../../domain/duties/other-cases.ts';
import { duties, owed } from '../../domain/duties/owed.ts';
import { inNeed, lookedAfter, NEED_FILE, review, withdrawn } from './need.ts';
import {
  accepted,
  BARNSLEY,
  CALENDAR,
  conference,
  duty,
  FILE,
  held,
  joined,
  lines,
  other,
  owes,
  planEnded,
  refused,
  Story,
  story,
  strategy,
  type Told,
  underPlan,
} from './support.ts';

/** The case that another one leads to, opened with what that one hands over. */
function opens(story: Story, kind: CaseKind) {
  const c = story.case();
  const way = otherCases(c).find((one) => one.kind === kind) ?? assert.fail(`leads to no ${kind} case`);
  const file = fileOf(c, way);
  return { way, file, case: accepted(accept(emptyCase(file, BARNSLEY, CALENDAR), way.event)) };
}
const opened = (kind: CaseKind, ref: string) => other('case-opened', { by: 'nodrift', kind, ref });

test('the legal type of plan decides which meetings a case has: each refuses the others’, R1', () => {
  assert.match(
    refused(inNeed().answer('2027-02-15', held('core-group-1', '2027-02-15'))).message,
    /a child-in-need case has no core-group/,
  );
  assert.match(
    refused(underPlan().answer('2027-02-15', held('cin-meeting-1', '2027-02-15'))).message,
    /a child-protection case has no cin-meeting/,
  );
  assert.match(
    refused(lookedAfter().answer('2027-02-15', held('cin-review-1', '2027-02-15'))).message,
    /a looked-after case has no cin-review/,
  );
});

test('a strategy discussion in a child in need case leads to a child protection case that counts from its day, R145', () => {
  const story = inNeed()
    .at('2027-03-31', review('cin-review-1', '2027-03-31', { outcome: 'strategy-discussion' }))
    .at('2027-04-02', strategy('2027-04-01'));
  const next = opens(story, 'child-protection');
  assert.deepEqual([next.file.ref, next.file.kind], ['N-1-CP', 'child-protection']);
  // 15 working days from Thursday 1 April: 2 (1), 6–9 after Easter is past: 5–9 (6), 12–16 (11), 19–22 (15).
  assert.equal(duty(next.case, 'hold/initial-conference').due, '2027-04-22');
});

test('a strategy discussion after consent was withdrawn leads there too, R72', () => {
  const story = inNeed().at('2027-03-01', withdrawn()).at('2027-03-02', strategy('2027-03-02'));
  assert.equal(owes(story.case()).includes('open/child-protection'), true);
  assert.equal(owes(story.case()).includes('consider/strategy-discussion'), false);
});

test('a child protection plan that ends with a child in need plan leads to that case, which counts from the plan’s end, R1, R118', () => {
  const story = underPlan()
    .at('2027-04-13', held('review-conference-1', '2027-04-12', { outcome: 'end' }))
    .at('2027-04-14', planEnded('2027-04-12', { next: 'child-in-need' }));
  const next = opens(story, 'child-in-need');
  assert.deepEqual([next.file.ref, duty(next.case, 'hold/cin-review-1').due], ['T-1-CIN', '2027-07-12']);
});

test('a plan that ends with nothing to follow leads nowhere, R1', () => {
  assert.deepEqual(
    otherCases(
      underPlan()
        .at('2027-04-14', planEnded('2027-04-12', { next: 'none' }))
        .case(),
    ),
    [],
  );
});

test('a child with a child protection plan who becomes looked after has both: both clocks run, R108', () => {
  const before = underPlan();
  const dates = (story: Story) =>
    owed(story.case())
      .filter(({ key }) => key.startsWith('hold/'))
      .map(({ key, due }) => [key, due]);
  const due = dates(before);
  const story = before.at('2027-02-01', other('became-looked-after', { on: '2027-02-01' }));
  assert.deepEqual(dates(story), due, 'the plan’s own limits stay');
  const next = opens(story, 'looked-after');
  assert.deepEqual([next.file.ref, duty(next.case, 'hold/lac-review-1').due], ['T-1-LAC', '2027-03-01']);
});

test('the members named as the child became looked after are members of that case, R108', () => {
  const story = inNeed().at('2027-02-01', other('became-looked-after', { on: '2027-02-01', members: ['hana', 'mum'] }));
  assert.deepEqual(
    opens(story, 'looked-after').case.memberships.map((one) => one.person),
    ['hana', 'mum'],
  );
});

test('they do not become members of the case that leads there, R37', () => {
  const story = inNeed().at(
    '2027-02-01',
    other('became-looked-after', { on: '2027-02-01', members: ['chris', 'mum'] }),
  );
  assert.deepEqual(
    story.case().memberships.map((one) => one.person),
    ['hana', 'ed', 'mum', 'dad'],
  );
});

test('a child looked after again is another case, R108', () => {
  const story = inNeed()
    .at('2027-02-01', other('became-looked-after', { on: '2027-02-01' }))
    .at('2027-05-03', other('became-looked-after', { on: '2027-05-03' }));
  assert.deepEqual(
    otherCases(story.case()).map(({ ref, arose }) => [ref, arose.on]),
    [
      ['N-1-LAC', '2027-02-01'],
      ['N-1-LAC-2', '2027-05-03'],
    ],
  );
});

test('opening the other case is owed until it is acknowledged, and told to the social worker, R1', () => {
  const story = inNeed().at('2027-03-02', strategy('2027-03-02'));
  assert.deepEqual(
    [duty(story.case(), 'open/child-protection').owner, duty(story.case(), 'open/child-protection').rules],
    ['sam', ['R1', 'R72', 'R145']],
  );
  const done = story.at('2027-03-02T10:05', opened('child-protection', 'N-1-CP')).case();
  assert.equal(owes(done).includes('open/child-protection'), false);
  assert.deepEqual(acknowledgements(done), []);
});

test('a player opens the other case at once: nobody is asked to, R1', () => {
  assert.deepEqual(
    lines(inNeed().at('2027-03-02', strategy('2027-03-02')).until('2027-04-30'), { duty: 'open/child-protection' }),
    [],
  );
});

test('acknowledging twice, or opening twice, is once: the reference and the first event are the same each time, R1', () => {
  const story = inNeed().at('2027-03-02', strategy('2027-03-02'));
  const [one] = acknowledgements(story.case());
  const [again] = acknowledgements(story.case());
  assert.deepEqual(one, again);
  assert.ok(one, 'nothing to acknowledge');
  const once = accepted(accept(story.case(), one.done));
  assert.deepEqual(accept(once, one.done), once);
  const { way, case: other } = opens(story, 'child-protection');
  assert.deepEqual(accept(other, way.event), other);
});

test('another case that was opened does not acknowledge this one, R1', () => {
  const story = inNeed()
    .at('2027-03-02', strategy('2027-03-02'))
    .at('2027-03-02T10:05', opened('child-protection', 'N-2-CP'));
  assert.equal(owes(story.case()).includes('open/child-protection'), true);
});

test('opening stays owed when the case that leads there closes first: interrupted half-way, nothing is lost, R1', () => {
  const story = inNeed()
    .at('2027-03-02', other('became-looked-after', { on: '2027-03-02' }))
    .at('2027-03-03', other('closure-approved', { by: 'tess', after: 'supervision' }))
    .at('2027-03-03T11:00', other('case-closed', {}));
  assert.equal(owes(story.case()).includes('open/looked-after'), true);
});

test('the other case has the same people, with those who joined, and belongs to the same family and team, R1, R37', () => {
  const file: CaseFile = { ...NEED_FILE, family: 'F-7', team: 'north' };
  const wren = { id: 'wren', name: 'Wren', role: 'family-support', email: 'wren@help.test' };
  const story = inNeed({ file }).at('2027-02-01', joined(wren)).at('2027-03-02', strategy('2027-03-02'));
  const next = opens(story, 'child-protection').file;
  assert.deepEqual([next.family, next.team, next.authority], ['F-7', 'north', 'barnsley']);
  assert.deepEqual(
    next.people.map((one) => one.id),
    [...file.people.map((one) => one.id), 'wren'],
  );
});

test('siblings are cases of their own, linked by their family: what happens in one is not recorded in the other, R1', () => {
  const sibling = (ref: string) => inNeed({ file: { ...NEED_FILE, ref, family: 'F-7' } });
  const [kit, sis] = [sibling('N-1').at('2027-02-15', held('cin-meeting-1', '2027-02-15')), sibling('N-2')];
  assert.equal(duty(kit.case(), 'hold/cin-meeting-1').done?.on, '2027-02-15');
  assert.equal(
    duties(sis.case()).some(({ key, done }) => key === 'hold/cin-meeting-1' && done),
    false,
  );
  assert.deepEqual([kit.case().file.family, sis.case().file.family], ['F-7', 'F-7']);
});

test('a case is opened with what it begins with, and nothing else, R1', () => {
  const empty = emptyCase(FILE, BARNSLEY, CALENDAR);
  const first = opens(inNeed().at('2027-03-02', strategy('2027-03-02')), 'child-protection').way.event;
  assert.equal(first.event.type, 'strategy-discussion-held');
  assert.deepEqual(accepted(accept(empty, first)).strategyDiscussion?.on, '2027-03-02');
});

/** The child protection case that the child in need case `N-1` led to, with its conference held. */
const decided = (outcome: 'plan' | 'no-plan', ref = 'N-1-CP') =>
  other('child-protection-decided', { by: 'nodrift', on: '2027-03-22', outcome, ref });
const discussed = () => inNeed().at('2027-03-02', strategy('2027-03-02'));

for (const outcome of ['plan', 'no-plan'] as const)
  test(`a conference that decides ${outcome} is reported to the child in need case it came from, once, R1, R2`, () => {
    const { file, way } = opens(discussed(), 'child-protection');
    const story = new Story({ file }).at('2027-03-02', way.event.event as unknown as Told, way.event.id);
    const met = story.at('2027-03-22', conference('2027-03-22', { outcome, reason: 'so agreed' })).case();
    const [report, ...more] = acknowledgements(met);
    assert.ok(report, 'nothing to report');
    assert.deepEqual(more, []);
    assert.deepEqual(
      [report.other.how, report.other.kind, report.other.ref, report.other.event.event],
      ['reports', 'child-in-need', 'N-1', { ...decided(outcome) }],
    );
    assert.deepEqual(duty(met, 'report/child-in-need').rules, ['R1', 'R2']);
    const told = accepted(accept(met, report.done));
    assert.equal(owes(told).includes('report/child-in-need'), false);
    assert.deepEqual(acknowledgements(told), []);
  });

test('a case that a release before 0.2 opened says where it came from in the id of its opening event alone, and reports all the same', () => {
  const began = (event: Told, id: string) =>
    story()
      .at('2027-03-02', event, id)
      .at('2027-03-22', conference('2027-03-22', { outcome: 'no-plan', reason: 'x' }));
  const to = (one: Story) => otherCases(one.case()).map(({ kind, ref }) => `${kind}/${ref}`);
  assert.deepEqual(to(began(strategy('2027-03-02'), 'from/child-in-need/N-1')), ['child-in-need/N-1']);
  const from = { kind: 'child-in-need', ref: 'N-9' };
  assert.deepEqual(to(began(strategy('2027-03-02', { from }), 'e1')), ['child-in-need/N-9']);
  assert.deepEqual(to(began(strategy('2027-03-02'), 'e1')), []);
});

test('a child protection case that began by itself reports to nobody, R1', () => {
  assert.deepEqual(otherCases(underPlan().case()), []);
});

test('with a child protection plan the child in need plan ends: no meetings, no reviews, and the case is over in 28 days, R1, R2', () => {
  const story = discussed().at('2027-03-22T11:00', decided('plan'));
  assert.deepEqual(owes(story.case()), ['open/child-protection']);
  const played = story.until('2027-12-31');
  assert.deepEqual(
    played.steps.filter((step) => step.at > '2027-03-22T12'),
    [],
  );
  assert.equal(played.closed, true);
});

test('without a child protection plan the child in need plan goes on, R1', () => {
  const before = owed(discussed().case());
  assert.deepEqual(owed(discussed().at('2027-03-22T11:00', decided('no-plan')).case()), before);
});

test('what was decided is recorded once for each case, R1', () => {
  const story = discussed().at('2027-03-22T11:00', decided('no-plan'));
  assert.match(
    refused(story.answer('2027-03-23', decided('plan'))).message,
    /N-1-CP was decided on 2027-03-22 already/,
  );
});

test('a second strategy discussion before the conference belongs to the case that runs, R114, R145', () => {
  const story = discussed().at('2027-03-12', strategy('2027-03-12'));
  assert.deepEqual(
    otherCases(story.case()).map(({ ref, arose }) => [ref, arose.on]),
    [['N-1-CP', '2027-03-02']],
  );
});

test('a strategy discussion after a conference without a plan leads to a case of its own, R114, R145', () => {
  const story = discussed()
    .at('2027-03-02T10:05', opened('child-protection', 'N-1-CP'))
    .at('2027-03-22T11:00', decided('no-plan'))
    .at('2027-05-04', strategy('2027-05-04'));
  assert.deepEqual(
    otherCases(story.case()).map(({ ref, arose }) => [ref, arose.on]),
    [
      ['N-1-CP', '2027-03-02'],
      ['N-1-CP-2', '2027-05-04'],
    ],
  );
  assert.equal(owes(story.case()).includes('open/child-protection/2'), true);
  const [again] = acknowledgements(story.case());
  assert.equal(again?.other.ref, 'N-1-CP-2');
});

test('a strategy discussion after a child protection plan began belongs to that plan’s case, R145', () => {
  const story = discussed().at('2027-03-22T11:00', decided('plan')).at('2027-04-06', strategy('2027-04-06'));
  assert.deepEqual(
    otherCases(story.case()).map(({ ref }) => ref),
    ['N-1-CP'],
  );
});

test('a child in need meeting after a child protection plan took over is held without its plan, R2', () => {
  const c = accepted(
    discussed().at('2027-03-22T11:00', decided('plan')).answer('2027-04-06', held('cin-meeting-1', '2027-04-06')),
  );
  assert.equal(
    c.departures.some(({ rule, message }) => rule === 'R2' && /has ended/.test(message)),
    true,
  );
});
