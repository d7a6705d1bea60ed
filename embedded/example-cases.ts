// The cases a first `npm start` opens, dated around today, so that there are mails to read and a case to look at within seconds.

import { CaseExists, Unavailable } from '../client/errors.ts';
import { stamped } from '../client/new-event.ts';
import type { NewEvent, Nodrift } from '../client/nodrift.ts';
import { translated } from '../client/translated.ts';
import type { CaseFile, Person } from '../domain/case/model.ts';
import { NOTHING_TOLD } from '../domain/notices/told.ts';
import { addDays, Calendar, type Instant, type LocalDate } from '../domain/time/calendar.ts';
import { loadCalendar, shippedPolicy } from '../policies/load.ts';
import {
  CARRIED_VERSION,
  type Carried,
  caseSummary,
  openingAttributes,
  TASK_QUEUE,
  WORKFLOW_TYPES,
  workflowId,
} from '../workflows/api.ts';

const PEOPLE: readonly Person[] = [
  {
    id: 'sw',
    name: 'Amira Khan',
    role: 'social-worker',
    email: 'amira.khan@council.example',
    manager: 'tm',
    phone: '01226 555 010',
  },
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

/** The result of opening the examples. */
interface Opened {
  /** The examples that were not opened, each with the reason in one line. */
  readonly missing: readonly { readonly id: string; readonly why: string }[];
  /** Nobody answered, so the next start should try again. */
  readonly tryAgain: boolean;
}

/**
 * Opens the examples; doing it again changes nothing. They are history told for the shipped figures and gates, so they begin with those,
 * whatever was put in force; and one that is not taken is left out, for Nodrift works without it.
 */
export async function openExamples(nodrift: Nodrift, now: Date): Promise<Opened> {
  const [policy, calendar] = [shippedPolicy('barnsley'), loadCalendar()];
  const missing: { id: string; why: string }[] = [];
  let tryAgain = false;
  for (const { ref, events } of examples(now)) {
    const id = workflowId('child-protection', ref);
    try {
      await nodrift.client.workflow.start(WORKFLOW_TYPES['child-protection'], {
        workflowId: id,
        taskQueue: TASK_QUEUE,
        args: [{ file: file(ref), policy, calendar, carried: begunBefore(events) }],
        workflowIdConflictPolicy: 'USE_EXISTING',
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        typedSearchAttributes: openingAttributes({ file: file(ref) }),
        staticSummary: caseSummary({ file: file(ref) }),
      });
    } catch (cause) {
      const error = translated(cause, id);
      if (!(error instanceof CaseExists || error instanceof Unavailable)) throw error;
      missing.push({ id, why: error.message });
      tryAgain ||= error instanceof Unavailable;
    }
  }
  return { missing, tryAgain };
}

/**
 * An example has been running for days when it is first seen: it goes on as a case that is brought back does, and tells what fell due since.
 * What is typed in today about days gone by would be learned today, and there would be nothing to read.
 */
function begunBefore(events: readonly NewEvent[]): Carried {
  const recorded = stamped(events).map((one, i) => ({ ...one, arrival: i + 1 }));
  return {
    version: CARRIED_VERSION,
    opening: recorded[0]?.id ?? '',
    events: recorded,
    told: NOTHING_TOLD,
    revision: 0,
    kept: 0,
  };
}

interface Example {
  readonly ref: string;
  readonly events: readonly NewEvent[];
}

function examples(now: Date): readonly Example[] {
  const calendar = new Calendar(loadCalendar());
  // Before eight the newest morning whose mails have gone is yesterday's.
  const morning = new Date(now.getTime() - 8 * 3_600_000);
  const today = calendar.londonDate(`${morning.toISOString().slice(0, 19)}Z` as Instant);
  return [onCourse(calendar, today), drifting(calendar, today)];
}

const happened = (id: string, on: LocalDate, event: Readonly<Record<string, unknown>>): NewEvent => ({
  id,
  recordedAt: `${on}T16:00:00Z` as Instant,
  event: { by: 'sw', ...event } as NewEvent['event'],
});

/** The conference was two days ago and the first core group is booked. The inbox shows invitations with calendar entries. */
function onCourse(calendar: Calendar, today: LocalDate): Example {
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

/**
 * What drift looks like: the first core group was held four weeks ago, its minutes never came, and the next one was never booked and is due
 * on the next working day. All of it was typed in three working days before that limit. So the inbox shows the mails of two mornings, not
 * those of four weeks in one second: yesterday's to those who owe something, today's to those they answer to (L16).
 */
function drifting(calendar: Calendar, today: LocalDate): Example {
  let limit = calendar.openDays(today, 1);
  // Nobody meets on a bank holiday. So the meeting, and the limit four weeks after it, move past it.
  while (!calendar.isOpenDay(addDays(limit, -28))) limit = calendar.openDays(limit, 1);
  const held = addDays(limit, -28);
  const conference = calendar.openDays(held, -8);
  const discussion = calendar.openDays(conference, -12);
  const thisMorning = calendar.openDays(calendar.openDays(today, 1), -1);
  const typedIn = calendar.openDays(thisMorning, -2);
  return {
    ref: 'EX-DRIFTING',
    events: [
      happened('ex-1', typedIn, { type: 'strategy-discussion-held', on: discussion }),
      happened('ex-2', typedIn, {
        type: 'conference-held',
        on: conference,
        outcome: 'plan',
        members: MEMBERS,
        firstCoreGroup: { start: `${held}T10:00`, venue: 'Family centre' },
      }),
      happened('ex-3', typedIn, {
        type: 'meeting-held',
        meeting: 'core-group-1',
        on: held,
        chair: 'sw',
        minuteTaker: 'hv',
        present: ['sw', 'hv', 'school', 'parent-1'],
        planAgreed: true,
        reason: 'no date suited everybody',
      }),
      happened('ex-4', typedIn, { type: 'action-agreed', id: 'attendance', owner: 'school', due: thisMorning }),
      happened('ex-5', typedIn, { type: 'action-agreed', id: 'health-check', owner: 'hv', due: typedIn }),
    ],
  };
}
