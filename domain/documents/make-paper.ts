// Makes a paper for a meeting: its agenda, the Core Group Working Record, the cover of a review's papers. Which parts an agenda has, and in which
// words, is the policy's template; what they show is the case's.

import { checklist } from '../accept/checklists.ts';
import { type Case, heldMeetings, isHeld, type Meeting, minutesOf, standing, whatHappened } from '../case/facts.ts';
import type { MeetingId, PersonId } from '../case/model.ts';
import { own } from '../case/own.ts';
import { isFamily, membersAt, membersOn, personAt } from '../case/people.ts';
import { sayTheyCome, whoCame } from '../case/who-came.ts';
import type { Standing } from '../duties/owed.ts';
import { type Labels, meetingWords, roleWords, shortDate } from '../notices/words.ts';
import type { AgendaPart } from '../policy/policy.ts';
import type { Instant } from '../time/calendar.ts';
import { order } from '../time/order.ts';
import { PAPER_NAMES, type Paper, type PaperName, type Part, type Table } from './paper.ts';
import { turns } from './turns.ts';

/** Why there is no such paper, in one line. */
export class NoSuchPaper extends Error {
  override readonly name = 'NoSuchPaper';
}

const TITLES: Readonly<Record<PaperName, string>> = {
  agenda: 'Agenda',
  'working-record': 'Working record',
  'review-cover': 'Papers for the review',
};
/** Meetings that have a cover of papers; the others have a working record. */
const REVIEWS = ['review-conference', 'cin-review', 'lac-review'];
/** Empty rows to write in. */
const FREE_ROWS = 4;

/**
 * @param all the duties of the case
 * @throws NoSuchPaper where the case knows no such meeting, or the meeting has no such paper
 */
export function makePaper(c: Case, name: string, meeting: MeetingId, now: Instant, all: readonly Standing[]): Paper {
  if (!isPaperName(name)) throw new NoSuchPaper(`there is no paper "${name}"; there is ${PAPER_NAMES.join(', ')}`);
  const m = own(c.meetings, meeting);
  if (!m) {
    const known = Object.keys(c.meetings);
    throw new NoSuchPaper(
      `this case has no ${meeting}${known.length > 0 ? `; it has ${known.join(', ')}` : ': no meeting is booked yet'}`,
    );
  }
  const review = REVIEWS.includes(m.kind);
  if (name === 'review-cover' && !review) throw new NoSuchPaper(`${meeting} is no review: it has no cover of papers`);
  if (name === 'working-record' && review)
    throw new NoSuchPaper(`${meeting} has no working record: reviews are recorded in their minutes`);
  const of: Making = { c, m, now, all, labels: labelsOf(c) };
  const parts = name === 'agenda' ? agenda(of) : name === 'working-record' ? workingRecord(of) : reviewCover(of);
  return {
    name,
    meeting,
    title: `${TITLES[name]}: ${meetingWords(meeting, of.labels)}`,
    facts: facts(of),
    parts,
    links: c.policy.documents?.links ?? [],
  };
}

const isPaperName = (name: string): name is PaperName => PAPER_NAMES.some((one) => one === name);

interface Making {
  readonly c: Case;
  readonly m: Meeting;
  readonly now: Instant;
  readonly all: readonly Standing[];
  readonly labels: Labels;
}

const labelsOf = ({ policy }: Case): Labels => ({
  meetings: Object.fromEntries(Object.entries(policy.meetings).map(([kind, { label }]) => [kind, label])),
  roles: Object.fromEntries(Object.entries(policy.roles).map(([role, { label }]) => [role, label])),
});

function facts({ c, m, now, labels }: Making): Paper['facts'] {
  const booking = standing(m) ?? m.bookings.at(-1);
  const on = m.held
    ? shortDate(m.held.on)
    : booking
      ? `${shortDate(booking.start)} ${booking.start.slice(11, 16)}`
      : '';
  // At the start of a meeting its members say who does what (R55): before that it is a proposal, under its own heading.
  const task = (what: 'chair' | 'minuteTaker') => (m.held ? whoIs({ c, now, labels }, m.held[what]) : '');
  return [
    ['Case', c.file.ref],
    ['Date', on],
    // A venue may be somebody's home, and papers are left lying about.
    ['Place', 'as in your invitation'],
    ['Chair', task('chair')],
    ['Minute-taker', task('minuteTaker')],
  ];
}

/** "Amira Khan, social worker" for staff; "the parent" for the family, whose names stand in no paper. */
function whoIs({ c, now, labels }: Pick<Making, 'c' | 'now' | 'labels'>, id: PersonId): string {
  const person = personAt(c, id, now);
  if (!person) return 'somebody who has left';
  const role = roleWords(person.role, labels);
  if (isFamily(c, person) || !Object.hasOwn(c.policy.roles, person.role)) return `the ${role}`;
  return `${person.name}, ${role}${person.agency ? ` (${person.agency})` : ''}`;
}

function agenda(of: Making): readonly Part[] {
  const { c, m } = of;
  const template = c.policy.documents?.agenda ?? [];
  const wanted = template.filter(({ kinds }) => kinds === undefined || kinds.includes(m.kind));
  if (wanted.length > 0) return wanted.map((part) => ({ ...shown(of, part), room: part.room }));
  // A policy carried since before there were templates has its checklist all the same.
  return checklist(c, m.id).map(({ ask, rules }) => ({ heading: ask, rules, lines: [], room: 2 }));
}

function shown(of: Making, { heading, rules, lines, shows }: AgendaPart): Part {
  const part = { heading, rules, lines };
  switch (shows) {
    case 'attendance':
      return { ...part, table: attendance(of) };
    case 'turns':
      return { ...part, lines: [...lines, ...turnLines(of)] };
    case 'minutes':
      return { ...part, lines: [...lines, ...minutesLines(of)] };
    case 'areas':
      return { ...part, table: areas(of, ['Area', 'What has changed since', 'What is still to do']) };
    case 'scaling':
      return { ...part, lines: [...lines, ...scalingLines(of)] };
    case 'actions':
      return { ...part, table: actions(of) };
    case 'next-meeting':
      return { ...part, lines: [...lines, ...nextLines(of)] };
    case undefined:
      return part;
  }
}

/** R104. What the case knows is filled in; the rest is room to write. */
function workingRecord(of: Making): readonly Part[] {
  return [
    { heading: 'Who was there', rules: ['R104'], lines: [], table: attendance(of) },
    {
      heading: 'The areas of the plan',
      rules: ['R102', 'R104'],
      lines: [],
      table: areas(of, ['Area', 'Progress since the last meeting', 'New worries and positives', 'What was decided']),
    },
    { heading: 'Scaling', rules: ['R10'], lines: scalingLines(of) },
    { heading: 'Actions', rules: ['R8', 'R104'], lines: [], table: withFreeRows(actions(of)) },
    { heading: 'Is more support needed?', rules: ['R12'], lines: [], room: 3 },
    { heading: 'Next meeting', rules: ['R22'], lines: nextLines(of) },
    {
      heading: 'Passed on to',
      rules: ['R60', 'R103'],
      lines: [],
      table: passedOn(of),
    },
  ];
}

/** What a chair wants to see before the papers: what came, what happened since the last review, and what is open. */
function reviewCover(of: Making): readonly Part[] {
  const { c, m, all, labels } = of;
  const since = heldMeetings(c, m.kind).findLast(({ number }) => number < m.number)?.held.on;
  const papers = all.filter(({ key }) => key === `papers/${m.id}`);
  const came = m.papers.flatMap(({ documents, on }) =>
    documents.map((one) => `${one.replaceAll('-', ' ')}: ${shortDate(on)}`),
  );
  const between = Object.values(c.meetings)
    .filter(isHeld)
    .filter(({ id, held }) => id !== m.id && (since === undefined || held.on > since))
    .toSorted((a, b) => order(a.held.on, b.held.on));
  return [
    {
      heading: 'Papers',
      rules: papers.flatMap(({ rules }) => rules),
      lines: [
        ...papers.flatMap(({ due, done }) => (done || due === null ? [] : [`Asked for by ${shortDate(due)}.`])),
        ...(came.length > 0 ? came : ['None has been recorded.']),
      ],
    },
    {
      heading: since === undefined ? 'Meetings so far' : `Meetings since ${shortDate(since)}`,
      rules: [],
      lines: between.length > 0 ? [] : ['None.'],
      ...(between.length > 0 && {
        table: {
          columns: ['Meeting', 'Held', 'Limit', 'Minutes', 'Scale'],
          rows: between.map((one) => [
            meetingWords(one.id, labels),
            shortDate(one.held.on),
            limitWords(all.find(({ key }) => key === `hold/${one.id}`)),
            minutesOf(one) ? shortDate(minutesOf(one)!.on) : 'not recorded',
            one.held.scaling === undefined ? '' : String(one.held.scaling),
          ]),
        },
      }),
    },
    { heading: 'Who came', rules: ['R140'], lines: [], table: attendanceOver(of, between) },
    { heading: 'Actions', rules: ['R8'], lines: [], table: actions(of) },
    {
      heading: 'The areas of the plan',
      rules: ['R106'],
      lines: [],
      table: areas(of, ['Area', 'Outcome', 'What changes']),
    },
    { heading: 'What the family says', rules: ['R107', 'R134'], lines: [], room: 4 },
  ];
}

const limitWords = (duty: Standing | undefined): string => {
  if (!duty || duty.due === null) return '';
  const late = duty.done && duty.done.on > duty.due;
  return `${shortDate(duty.due)}${late ? ', late' : ''}`;
};

function attendance(of: Making): Table {
  const { c, m, now } = of;
  const columns = ['Who', 'There'];
  if (isHeld(m)) return { columns, rows: whoCame(c, m).map(({ person, came }) => [whoIs(of, person), came]) };
  const apologies = new Map(m.apologies.map((one) => [one.person, one]));
  const coming = sayTheyCome(c, m, now);
  const expected = new Set([...m.invited, ...membersAt(c, now)].map(({ person }) => person));
  return {
    columns,
    rows: [...expected].map((person) => {
      const sorry = apologies.get(person);
      if (coming.has(person)) return [whoIs(of, person), 'says that they come'];
      if (!sorry) return [whoIs(of, person), ''];
      return [
        whoIs(of, person),
        `apologies${sorry.representative ? ', represented' : sorry.writtenReport ? ', report' : ''}`,
      ];
    }),
  };
}

/** By person over several meetings: what a review looks at (L20). */
function attendanceOver(of: Making, held: readonly Meeting[]): Table {
  const all = held
    .filter(isHeld)
    .map((m) => ({ m, came: new Map(whoCame(of.c, m).map((one) => [one.person, one.came])) }));
  const people = [...new Set(all.flatMap(({ came }) => [...came.keys()]))];
  return {
    columns: ['Who', ...all.map(({ m }) => shortDate(m.held.on))],
    rows: people.map((person) => [whoIs(of, person), ...all.map(({ came }) => came.get(person) ?? '')]),
  };
}

function turnLines(of: Making): readonly string[] {
  const { c, m, now } = of;
  if (m.held || REVIEWS.includes(m.kind)) return [];
  const { all, chair, minuteTaker } = turns(c, m.id, now);
  return [
    ...(chair ? [`To chair: ${whoIs(of, chair)}.`] : []),
    ...(minuteTaker ? [`To take the notes: ${whoIs(of, minuteTaker)}.`] : []),
    ...all.map(
      ({ person, chaired, tookNotes }) =>
        `${whoIs(of, person)}: chaired ${times(chaired)}, took the notes ${times(tookNotes)}.`,
    ),
  ];
}

const times = (count: number): string => ['never', 'once', 'twice'][count] ?? `${count} times`;

function minutesLines({ c, m, labels }: Making): readonly string[] {
  const last = heldMeetings(c, m.kind).findLast(({ number }) => number < m.number);
  if (!last) return [`There was no ${meetingWords(m.kind, labels)} before this one.`];
  const minutes = minutesOf(last);
  const of = `Minutes of ${meetingWords(last.id, labels)}, ${shortDate(last.held.on)}`;
  return [
    minutes ? `${of}: the social worker had them on ${shortDate(minutes.on)}.` : `${of}: not recorded as received.`,
  ];
}

function scalingLines({ c, m, labels }: Making): readonly string[] {
  const scores = Object.values(c.meetings)
    .filter(isHeld)
    .filter(({ held }) => held.scaling !== undefined)
    .toSorted((a, b) => order(a.held.on, b.held.on));
  const before = scores.filter(({ id }) => id !== m.id).at(-1);
  return [
    before
      ? `Last time (${meetingWords(before.id, labels)}, ${shortDate(before.held.on)}): ${before.held.scaling} of 10.`
      : 'No score has been recorded yet.',
    m.held?.scaling === undefined ? 'Today, from 0 to 10: ____' : `At this meeting: ${m.held.scaling} of 10.`,
  ];
}

/** R102: the areas of the plan as they were last named. */
export function areasOf(c: Case): readonly string[] {
  return (
    whatHappened(c)
      .flatMap(({ event }) => ('areas' in event && event.areas ? [event.areas] : []))
      .at(-1) ?? []
  );
}

function areas({ c }: Making, columns: readonly string[]): Table {
  const named = areasOf(c);
  const blank = columns.slice(1).map(() => '');
  const rows = named.length > 0 ? named : Array.from({ length: FREE_ROWS }, () => '');
  return { columns, rows: rows.map((area) => [area, ...blank]) };
}

function actions(of: Making): Table {
  const open = Object.values(of.c.actions).filter(({ done }) => !done);
  return {
    columns: ['What', 'Who', 'By when', 'Done'],
    rows: open
      .toSorted((a, b) => order(a.due ?? '9', b.due ?? '9') || order(a.id, b.id))
      .map(({ id, owner, due, activity }) => [
        activity ?? id,
        owner ? whoIs(of, owner) : '',
        due ? shortDate(due) : '',
        '',
      ]),
  };
}

const withFreeRows = ({ columns, rows }: Table): Table => ({
  columns,
  rows: [...rows, ...Array.from({ length: FREE_ROWS }, () => columns.map(() => ''))],
});

function nextLines({ c, m, all, labels }: Making): readonly string[] {
  const next = Object.values(c.meetings).find((one) => one.kind === m.kind && one.number === m.number + 1);
  const booking = next && standing(next);
  if (next && booking)
    return [`${meetingWords(next.id, labels)}: ${shortDate(booking.start)} ${booking.start.slice(11, 16)}.`];
  const owed = all.find(({ key, done }) => key === `hold/${m.kind}-${m.number + 1}` && !done);
  return [`${owed?.due ? `By ${shortDate(owed.due)}. ` : ''}Date, time and place: ____`];
}

function passedOn(of: Making): Table {
  const { c, m, now } = of;
  const had = new Map(m.distributed.map(({ person, on }) => [person, on]));
  const members = m.held ? membersOn(c, m.held.on) : membersAt(c, now).map(({ person }) => person);
  return {
    columns: ['Who', 'On', 'How'],
    rows: members.map((person) => [whoIs(of, person), had.has(person) ? shortDate(had.get(person)!) : '', '']),
  };
}
