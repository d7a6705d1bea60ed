// A looked after child's reviews: within 20 working days, then three and six months, with report and plan as papers; core groups where a
// review finds them helpful. Reads beside Hull's section 2 and SI 2010/959 regulation 33.

import type { Case, Dated } from './case.ts';
import { earliest, undated } from './limits.ts';
import { meetingId } from './meeting-id.ts';
import { type Arisen, hold, holdEach } from './meetings.ts';
import { circulate, papers } from './reviews.ts';

/** Every duty of a looked after case beside those that follow any meeting. */
export function lookedAfter(c: Case): Arisen[] {
  const from = c.lookedAfter;
  if (!from) return [];
  const reviews = holdEach(c, {
    kind: 'lac-review',
    ladder: 'hold-review',
    first: 'first-lac-review', // R108
    next: (number) => (number === 2 ? 'second-lac-review' : 'next-lac-review'), // R109, R110
    from,
  });
  const days = c.everyDays;
  // R111: some arrangements ask for reviews more often; a case-level interval only ever brings one forward.
  const paced =
    days === undefined
      ? reviews
      : reviews.map((duty) =>
          duty.key === 'hold/lac-review-1' ? duty : { ...duty, ...earliest(c, duty, duty.arises, days, ['R111']) },
        );
  return [
    ...paced,
    ...coreGroups(c),
    ...Object.values(c.meetings)
      .filter((m) => m.kind === 'lac-review')
      .flatMap((m) => [...papers(c, m, ['R112', 'R113']), ...circulate(c, m)]),
  ];
}

/** R84, R85: not compulsory; held where the last review found them beneficial, with no limit of their own. */
function coreGroups(c: Case): Arisen[] {
  const asked = Object.values(c.meetings)
    .filter((m) => m.kind === 'lac-review' && m.held?.coreGroupNeeded !== undefined)
    .sort((a, b) => a.number - b.number)
    .at(-1)?.held;
  if (!asked?.coreGroupNeeded) return [];
  const number = Object.values(c.meetings).filter((m) => m.kind === 'core-group' && m.held).length + 1;
  return [hold(c, meetingId('core-group', number), 'hold-meeting', asked, undated(['R84']), undefined)];
}

export const lookedAfterEnded = (c: Case): Dated | undefined => c.ceased;
