// A looked after child's reviews: within 20 working days, then three and six months, with report and plan as papers; core groups where a
// review finds them helpful. Reads beside Hull's section 2 and SI 2010/959 regulation 33.

import { type Case, type Dated, type HeldMeeting, heldMeetings } from '../case/facts.ts';
import { meetingId } from '../case/meeting-id.ts';
import type { Arisen } from '../duties/arisen.ts';
import { FAMILIES } from '../duties/families.ts';
import { undated } from '../duties/limits.ts';
import { hold, holdEach } from '../duties/meetings.ts';
import { paced } from '../duties/own-pace.ts';
import { circulate, papers } from '../duties/reviews.ts';
import type { LifecycleOf } from './lifecycle.ts';

export const lookedAfter: LifecycleOf<'looked-after'> = {
  kind: 'looked-after',
  workflowType: 'lookedAfter',
  suffix: 'LAC',
  opensWith: ['became-looked-after', 'brought-in'],
  meetings: { 'lac-review': {}, 'core-group': { agreesPlan: true } },
  broughtIn: { days: ['lookedAfter', 'planAgreed'], needs: ['lookedAfter'], meetingsFollow: 'lookedAfter' },
  duties,
  ended: (c) => c.ceased,
};

function duties(c: Case): Arisen[] {
  const from = c.lookedAfter;
  if (!from) return [];
  const reviews = holdEach(c, {
    kind: 'lac-review',
    ladder: 'hold-review',
    first: 'first-lac-review', // R108
    next: (number) => (number === 2 ? 'second-lac-review' : 'next-lac-review'), // R109, R110
    from,
  });
  // R111: some arrangements ask for reviews more often; a case-level interval only ever brings one forward.
  return [
    ...reviews.map((duty, i) => (i === 0 ? duty : paced(c, duty, ['lac-review'], ['R111']))),
    ...coreGroups(c),
    ...Object.values(c.meetings)
      .filter((m) => m.kind === 'lac-review')
      .flatMap((m) => [...papers(c, m, ['R112', 'R113']), ...circulate(c, m)]),
  ];
}

/**
 * R84, R85: core groups are not compulsory. The next is owed where the last review found them beneficial. No source sets a limit to count
 * back from: people are asked to arrange the first at once, and again until it is booked. The group itself says when it meets next.
 */
function coreGroups(c: Case): Arisen[] {
  const held = heldMeetings(c, 'core-group');
  const answers = heldMeetings(c, 'lac-review').filter((m) => m.held.coreGroupNeeded !== undefined);
  const group = (number: number, arose: Dated, done: Dated | undefined, ladder = FAMILIES.hold.ladder) =>
    hold(c, meetingId('core-group', number), ladder, arose, undated(['R84']), done);
  const met = held.map((m, i) => group(m.number, held[i - 1]?.held ?? m.held, m.held));
  const last = held.at(-1);
  const asked = askedSince(answers, last);
  if (!asked) return met;
  const number = (last?.number ?? 0) + 1;
  const meets = last && last.held.on > asked.on ? last.held : undefined;
  if (meets) return [...met, group(number, meets, undefined)];
  const next = group(number, asked, undefined, FAMILIES.hold.withoutLimit);
  const edition = `${next.edition ?? ''}${askedAgain(answers)}`;
  return [...met, { ...next, edition }];
}

/**
 * The review since which a group is wanted: the first of those that all say so, since the last group met; where it has met since, the last of
 * them. A review that asks once more does not put off what is late.
 */
function askedSince(answers: readonly HeldMeeting[], last: HeldMeeting | undefined): Dated | undefined {
  const run = answers.slice(answers.findLastIndex((m) => !m.held.coreGroupNeeded) + 1);
  return (run.find((m) => !last || last.held.on <= m.held.on) ?? run.at(-1))?.held;
}

/** A group that a review asked for, another did not want, and the last one asks for is asked for anew. */
function askedAgain(answers: readonly HeldMeeting[]): string {
  const dropped = answers.findLastIndex((m) => !m.held.coreGroupNeeded);
  const before = answers.slice(0, Math.max(dropped, 0)).some((m) => m.held.coreGroupNeeded);
  return before ? `since-${answers[dropped]?.id}` : '';
}
