// The cases a first `npm start` opens, dated around today, so that there are mails to read and a case to look at within seconds.

import type { NewEvent, Nodrift } from '../client/nodrift.ts';
import { addDays, Calendar, type CalendarData, type Instant, type LocalDate } from '../domain/calendar.ts';
import type { CaseFile, Person } from '../domain/model.ts';
import { loadCalendar } from '../policies/load.ts';

const PEOPLE: readonly Person[] = [
  { id: 'sw', name: 'Amira Khan', role: 'social-worker', email: 'amira.khan@council.example', manager: 'tm' },
  { id: 'tm', name: 'Tom Reed', role: 'team-manager', email: 'tom.reed@council.example', manager: 'sm' },
  { id: 'sm', name: 'Sue Hart', role: 'service-manager', email: 'sue.hart@council.example' },
  { id: 'hv', name: 'Nina Shah', role: 'health', email: 'nina.shah@nhs.example', manager: 'hm' },
  { id: 'hm', name: 'Hana Pike', role: 'line-manager', email: 'hana.pike@nhs.example' },
  { id: 'school', name: 'Owen Bell', role: 'education', email: 'owen.bell@school.example' },
  { id: 'parent-1', name: 'First parent', role: 'parent', email: 'parent@mail.example', contact: 'email' },
  { id: 'parent-2', name: 'Second parent', role: 'parent' },
];
const MEMBERS = ['hv', 'school', 'parent-1', 'parent-2'];

const file = (ref: string): CaseFile => ({
  ref,
  kind: 'child-protection',
  authority: 'barnsley',
  people: PEOPLE,
  team: 'north',
});

/** Opens the examples; doing it again changes nothing. @returns their ids */
export async function openExamples(nodrift: Nodrift, now: Date): Promise<readonly string[]> {
  const data = loadCalendar();
  const today = new Calendar(data).londonDate(`${now.toISOString().slice(0, 19)}Z` as Instant);
  const examples = [onCourse(data, today), drifting(data, today)];
  for (const { ref, events } of examples) await nodrift.open(file(ref), events);
  return examples.map(({ ref }) => `child-protection/${ref}`);
}

const happened = (id: string, on: LocalDate, event: Readonly<Record<string, unknown>>): NewEvent => ({
  id,
  recordedAt: `${on}T16:00:00Z` as Instant,
  event: { by: 'sw', ...event } as NewEvent['event'],
});

/** The conference was days ago, the first core group is booked: invitations with calendar entries, and the family to be told. */
function onCourse(data: CalendarData, today: LocalDate): { ref: string; events: readonly NewEvent[] } {
  const calendar = new Calendar(data);
  const discussion = calendar.openDays(today, -14);
  const conference = calendar.openDays(today, -2);
  const coreGroup = calendar.openDays(conference, 9);
  return {
    ref: 'EX-ON-COURSE',
    events: [
      happened('ex-1', discussion, { type: 'strategy-discussion-held', on: discussion }),
      happened('ex-2', calendar.openDays(today, -1), {
        type: 'conference-held',
        on: conference,
        outcome: 'plan',
        members: MEMBERS,
        firstCoreGroup: { start: `${coreGroup}T10:00`, venue: 'Family centre' },
      }),
    ],
  };
}

/** The first core group was held, the minutes never came, the next was never booked: what drift looks like from the inbox. */
function drifting(data: CalendarData, today: LocalDate): { ref: string; events: readonly NewEvent[] } {
  const calendar = new Calendar(data);
  const coreGroup = addDays(today, -31);
  const held = calendar.bookBy(coreGroup);
  const conference = calendar.openDays(held, -8);
  const discussion = calendar.openDays(conference, -12);
  return {
    ref: 'EX-DRIFTING',
    events: [
      happened('ex-1', discussion, { type: 'strategy-discussion-held', on: discussion }),
      happened('ex-2', conference, {
        type: 'conference-held',
        on: conference,
        outcome: 'plan',
        members: MEMBERS,
        firstCoreGroup: { start: `${held}T10:00`, venue: 'Family centre' },
      }),
      happened('ex-3', held, {
        type: 'meeting-held',
        meeting: 'core-group-1',
        on: held,
        chair: 'sw',
        minuteTaker: 'hv',
        present: ['sw', 'hv', 'school', 'parent-1'],
        planAgreed: true,
        reason: 'no date suited everybody',
      }),
    ],
  };
}
