// Checklists: what software cannot serve, it asks: each item cites its rules, is asked for at its moment, and until it is confirmed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accept } from '../../domain/accept/accept.ts';
import { answeredEvent, asks, checklist, stillAsked, unanswered } from '../../domain/accept/checklists.ts';
import type { Case } from '../../domain/case/facts.ts';
import { meetingId } from '../../domain/case/meeting-id.ts';
import type { CaseFile } from '../../domain/case/model.ts';
import { GATES } from '../../domain/policy/policy.ts';
import { assessedNeed, inNeed, lacReview, lookedAfter, NEED_FILE, proposed, review } from './need.ts';
import {
  accepted,
  BARNSLEY,
  booked,
  conference,
  HULL,
  held,
  other,
  recorded,
  refused,
  type Story,
  story,
  strategy,
  type Told,
  underPlan,
} from './support.ts';

const items = (story: Story, at: string, what: Told): string[] =>
  asks(story.case(), recorded(at, what).event).map((one) => one.item);

test('every item of every checklist is a sentence that cites a rule there is, and no item is there twice', () => {
  for (const { checklist: all } of [BARNSLEY, HULL]) {
    for (const { item, ask, rules } of all) {
      assert.ok(rules.length > 0, item);
      for (const rule of rules) assert.match(rule, /^R([1-9]|[1-9]\d|1[0-5]\d|16[0-2])$/, item);
      assert.match(ask, /[?.]$/, item);
    }
    const names = all.map((one) => one.item);
    assert.deepEqual(names, [...new Set(names)]);
  }
});

const NEED = inNeed();
const PLAN = underPlan();
const REVIEWED = lookedAfter();
/** Where an item is asked: the case, when, and an event with what is ticked. */
const WHERE = {
  'core-group': [PLAN, '2027-01-28', (ticked) => held('core-group-1', '2027-01-28', { confirmed: ticked })],
  'cin-meeting': [NEED, '2027-02-15', (ticked) => held('cin-meeting-1', '2027-02-15', { confirmed: ticked })],
  'cin-review': [NEED, '2027-03-31', (ticked) => review('cin-review-1', '2027-03-31', { confirmed: ticked })],
  'lac-review': [REVIEWED, '2027-01-29', (ticked) => lacReview('lac-review-1', '2027-01-29', { confirmed: ticked })],
  'review-conference': [
    PLAN,
    '2027-04-12',
    (ticked) => held('review-conference-1', '2027-04-12', { confirmed: ticked }),
  ],
  'booking-core-group': [PLAN, '2027-02-01', (ticked) => booked('core-group-2', '2027-02-15', { considered: ticked })],
  booking: [NEED, '2027-02-01', (ticked) => booked('cin-meeting-1', '2027-02-15', { considered: ticked })],
  'booking-review': [NEED, '2027-02-01', (ticked) => booked('cin-review-1', '2027-03-31', { considered: ticked })],
  conference: [
    story().at('2027-01-04', strategy('2027-01-04')),
    '2027-01-18',
    (ticked) => conference('2027-01-18', { confirmed: ticked }),
  ],
  plan: [assessedNeed(), '2027-01-26', (ticked) => proposed({ confirmed: ticked })],
} satisfies Record<string, readonly [Story, string, (ticked: string[]) => Told]>;

type Asked = readonly [title: string, item: string, where: readonly (keyof typeof WHERE)[]];
const ASKED: readonly Asked[] = [
  [
    'an initial conference asks whether the outline plan was agreed until it is confirmed, R15, R82',
    'outline-plan',
    ['conference'],
  ],
  [
    'a proposed plan asks whether its outline comes from the assessment until it is confirmed, R26',
    'outline-plan-written',
    ['plan'],
  ],
  [
    'a booking asks whether the place is comfortable until it is ticked, R13',
    'comfortable',
    ['booking', 'booking-core-group'],
  ],
  [
    'a booking asks whether the place is accessible until it is ticked, R13',
    'accessible',
    ['booking', 'booking-core-group'],
  ],
  ['a booking asks whether the place is private until it is ticked, R13', 'private', ['booking', 'booking-core-group']],
  [
    'a booking asks about transport until it is ticked, R96',
    'transport',
    ['booking', 'booking-core-group', 'booking-review'],
  ],
  ['a booking asks about the time of day until it is ticked, R96', 'timing', ['booking', 'booking-review']],
  ['a booking asks about child care until it is ticked, R96', 'child-care', ['booking', 'booking-review']],
  [
    'a booking asks about interpreter, signing and access until it is ticked, R131',
    'interpreter-and-access',
    ['booking', 'booking-review'],
  ],
  [
    'the booking of a review asks whether its place is right for the family until it is ticked, R122',
    'location',
    ['booking-review'],
  ],
  [
    'a booking asks who helps the family to take part until it is ticked, R42, R129',
    'support-to-take-part',
    ['booking', 'booking-review', 'booking-core-group'],
  ],
  [
    'a booking asks whether members and their managers give the meeting priority until it is ticked, R39, R41, R52',
    'prioritised',
    ['booking', 'booking-core-group'],
  ],
  [
    'a first meeting asks for introductions and roles until they are confirmed, R43',
    'introductions',
    ['core-group', 'cin-meeting'],
  ],
  ['a first core group asks for contact details until they are exchanged, R18', 'contact-details', ['core-group']],
  [
    'a first meeting asks whether everybody knows their tasks until it is confirmed, R45',
    'tasks-clear',
    ['core-group', 'cin-meeting'],
  ],
  [
    'a first child in need meeting asks whether the services are agreed until it is confirmed, R82, R87',
    'services-agreed',
    ['cin-meeting'],
  ],
  [
    'a meeting asks for danger statements and safety goals until they are confirmed, R9',
    'danger-statements',
    ['core-group', 'cin-meeting'],
  ],
  ['a meeting asks the scaling question until it is answered, R10', 'scaling-question', ['core-group', 'cin-meeting']],
  [
    'a meeting asks for what works, what is in the way, and what is new, until it is confirmed, R4, R11',
    'progress-mapped',
    ['core-group', 'cin-meeting'],
  ],
  [
    'a meeting asks whether more support would help until it is confirmed, R6, R12',
    'more-support',
    ['core-group', 'cin-meeting'],
  ],
  [
    'a meeting asks for the family’s own part in the plan until it is confirmed, R5, R53',
    'family-leads',
    ['core-group', 'cin-meeting'],
  ],
  [
    'a meeting asks who chairs and who takes notes at its start until it is confirmed, R24, R55, R56',
    'tasks-named',
    ['core-group', 'cin-meeting'],
  ],
  [
    'a meeting asks for work done and for outcomes until it is confirmed, R66, R105',
    'activity-and-outcome',
    ['core-group', 'cin-meeting', 'cin-review'],
  ],
  [
    'a child in need meeting asks for a look at every area of the plan until it is confirmed, R93, R102',
    'areas-reviewed',
    ['cin-meeting'],
  ],
  [
    'a meeting asks whether members held each other to account until it is confirmed, R73',
    'held-to-account',
    ['core-group', 'cin-meeting'],
  ],
  ['a meeting asks for openness with parents until it is confirmed, R75', 'honest', ['core-group', 'cin-meeting']],
  [
    'a meeting asks whether sharing was discussed with the parents until it is confirmed, R67, R68',
    'sharing-discussed',
    ['core-group', 'cin-meeting'],
  ],
  [
    'a meeting asks about conflicts of interest until it is confirmed, R101',
    'conflicts-of-interest',
    ['core-group', 'cin-meeting'],
  ],
  [
    'a review asks whether everybody’s views were heard until it is confirmed, R107, R134',
    'views-heard',
    ['cin-review', 'lac-review'],
  ],
  [
    'a review asks what changes in the plan until it is confirmed, R83, R106',
    'plan-changes-decided',
    ['cin-review', 'review-conference'],
  ],
  [
    'a review asks whether the chair knew of contentious issues until it is confirmed, R130',
    'contentious-issues',
    ['cin-review'],
  ],
  [
    'a review asks whether the social worker spoke to the progress until it is confirmed, R132',
    'social-worker-prepared',
    ['cin-review'],
  ],
  ['a review asks about resources until it is confirmed, R135', 'resources', ['cin-review']],
  [
    'a review asks whether the family knows how to complain until it is confirmed, R137',
    'complaints-procedure',
    ['cin-review'],
  ],
  ['a review asks for decisions with their reasons until it is confirmed, R141', 'decisions-recorded', ['cin-review']],
  [
    'a looked after review asks whether a core group would help until it is answered, R85',
    'core-group-asked',
    ['lac-review'],
  ],
];
for (const [title, item, where] of ASKED)
  test(title, () => {
    const cited = BARNSLEY.checklist.find((one) => one.item === item)?.rules;
    assert.deepEqual([...(cited ?? [])].sort(), [...title.matchAll(/R\d+/g)].map(String).sort());
    for (const place of where) {
      const [story, at, what] = WHERE[place];
      assert.ok(items(story, at, what([])).includes(item), `${place}: not asked`);
      assert.ok(!items(story, at, what([item])).includes(item), `${place}: asked again`);
    }
  });

test('every item that is not about members is in the table above', () => {
  const about = BARNSLEY.checklist.filter((one) => one.at !== 'members').map((one) => one.item);
  assert.deepEqual([...about].sort(), ASKED.map(([, item]) => item).sort());
});

const MEMBERS_ASKED: readonly (readonly [title: string, item: string, role: string])[] = [
  [
    'a proposed plan and a conference ask for the child among the members, if old enough and willing, R30, R94',
    'members-child',
    'young-person',
  ],
  [
    'a proposed plan and a conference ask for parents or carers among the members, R3, R31, R79',
    'members-parents',
    'carer',
  ],
  [
    'a proposed plan and a conference ask for wider family and friends among the members, R32, R76',
    'members-network',
    'grandparent',
  ],
  [
    'a proposed plan and a conference ask for a health representative among the members, R34',
    'members-health',
    'midwife',
  ],
  [
    'a proposed plan and a conference ask for an education representative among the members, R35',
    'members-education',
    'early-years',
  ],
  ['a proposed plan and a conference ask for other professionals who are involved, R36', 'members-others', 'police'],
];
for (const [title, item, role] of MEMBERS_ASKED)
  test(title, () => {
    const file: CaseFile = { ...NEED_FILE, people: [...NEED_FILE.people, { id: 'one', name: 'One', role }] };
    const need = assessedNeed({ file });
    assert.ok(items(need, '2027-01-26', proposed({ members: [] })).includes(item), 'not asked');
    assert.ok(!items(need, '2027-01-26', proposed({ members: ['one'] })).includes(item), 'asked again');
    const begun = story({ file: { ...file, kind: 'child-protection' } }).at('2027-01-04', strategy('2027-01-04'));
    const conferenceOf = (members: string[]) => items(begun, '2027-01-18', conference('2027-01-18', { members }));
    assert.ok(conferenceOf([]).includes(item), 'not asked at the conference');
    assert.ok(!conferenceOf(['one']).includes(item), 'asked again at the conference');
  });

test('a score answers the scaling question, and what a review says of core groups answers that, R10, R85', () => {
  assert.ok(
    !items(NEED, '2027-02-15', held('cin-meeting-1', '2027-02-15', { scaling: 0 })).includes('scaling-question'),
  );
  const said = lacReview('lac-review-1', '2027-01-29', { coreGroupNeeded: false });
  assert.ok(!items(REVIEWED, '2027-01-29', said).includes('core-group-asked'));
});

test('what belongs to a first meeting is not asked at the second, R18, R43', () => {
  const story = inNeed().at('2027-02-15', held('cin-meeting-1', '2027-02-15'));
  const second = checklist(story.case(), meetingId('cin-meeting', 2)).map((one) => one.item);
  assert.ok(!second.includes('introductions') && second.includes('danger-statements'), second.join());
});

test('a checklist asks and stops nobody: only the place of a meeting and of a review is a gate as well, R13, R122', () => {
  const gates = new Set<string>(GATES);
  const both = BARNSLEY.checklist.flatMap((one) => one.rules).filter((rule) => gates.has(rule));
  assert.deepEqual([...new Set(both)].sort(), ['R122', 'R13']);
});

test('a conference that makes no plan is not asked for members or an outline plan, R15, R16', () => {
  const begun = story().at('2027-01-04', strategy('2027-01-04'));
  assert.deepEqual(
    items(begun, '2027-01-18', conference('2027-01-18', { outcome: 'no-plan', members: undefined })),
    [],
  );
});

test('what was not answered is answered afterwards, item by item, and is asked no more; also after the event was put right, L1', () => {
  const life = underPlan().at('2027-01-28', held('core-group-1', '2027-01-28', { reason: 'by telephone' }));
  const items = (c: Case, id: string) => {
    const one = answeredEvent(c, id);
    return one ? unanswered(c, one).map(({ item }) => item) : [];
  };
  const before = items(life.case(), 'e3');
  const [first = '', second = ''] = before;
  assert.ok(before.length > 2);
  const answer = (...confirmed: readonly string[]) => other('checklist-answered', { answers: 'e3', confirmed });
  const after = accepted(life.answer('2027-02-01', answer(first, second), 'a1'));
  assert.deepEqual(items(after, 'e3'), before.slice(2));
  assert.deepEqual(
    stillAsked(after, recorded('2027-02-01', answer(first), 'a1')).map(({ item }) => item),
    before.slice(2),
  );
  const right = { ...held('core-group-1', '2027-01-27', { reason: 'by telephone' }) };
  const corrected = accepted(
    accept(
      after,
      recorded('2027-02-02', other('event-corrected', { corrects: 'e3', event: right, reason: 'r' }), 'c1'),
    ),
  );
  for (const id of ['e3', 'c1']) assert.deepEqual(items(corrected, id), before.slice(2));
  assert.match(
    refused(accept(after, recorded('2027-02-02', answer('tea', first)))).message,
    /^checklist-answered: confirmed: "e3" leaves no "tea" to answer; there (is|are) /,
  );
  const nothing = other('checklist-answered', { answers: 'e9', confirmed: [] });
  assert.match(refused(accept(after, recorded('2027-02-02', nothing))).message, /no event "e9" that stands/);
});
