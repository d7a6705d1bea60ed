// A case's log in Temporal UI reads like its story: summaries of what is done, and the open duties as a table.
// No personal data: summaries and details end up in the UI server's URLs and logs.

import type { Step } from '../domain/case/model.ts';
import type { EventRow, Notice, RecordEntry } from '../domain/notices/notice.ts';
import { dutyWords, meetingWords, ordinal, shortDate } from '../domain/notices/words.ts';
import { withoutIds } from './answers.ts';
import { type OwedAnswer, workflowId } from './api.ts';

const VERBS: Readonly<Record<Step['kind'], string>> = {
  invitation: 'invite to',
  change: 'tell of the change to',
  cancellation: 'cancel',
  reminder: 'remind of',
  chase: 'chase',
  escalation: 'escalate',
  decision: 'ask for a decision on',
  information: 'tell of',
};

/** `chase minutes of core group 3, second working day after the limit`; a repeat says which time it is. */
export function stepSummary(step: Pick<Step, 'kind' | 'duty' | 'meeting' | 'rung' | 'repeat' | 'due'>): string {
  const { kind, duty, meeting, rung, repeat } = step;
  const what = duty
    ? dutyWords(withoutIds(duty, meeting)).thing
    : meeting
      ? `a departure at ${meetingWords(meeting)}`
      : 'what was recorded';
  const again = repeat > 0 && rung !== 'weekly' ? `for the ${ordinal(repeat + 1)} time` : '';
  return [`${VERBS[kind]} ${what}`, rungWords(step), again].filter(Boolean).join(', ');
}

/** When a rung comes, in words. Policies name their rungs: one that goes by another name than these is left out. */
function rungWords({ duty, rung, due }: Pick<Step, 'duty' | 'rung' | 'due'>): string {
  if (rung === 'weekly') return 'each week';
  if (rung === 'on-limit') return 'on the limit';
  const [, count, when] = /^(\d+)-(before|after)$/.exec(rung) ?? [];
  if (count === undefined) return '';
  const days = Number(count);
  if (when === 'before') return `${days} working ${days === 1 ? 'day' : 'days'} ahead`;
  const from = due === null ? 'it arose' : duty?.startsWith('confirm/') ? 'its day' : 'the limit';
  return `${ordinal(days)} working day after ${from}`;
}

/** What the record is told: `minutes received: core group 3`. Of each event its type and its meeting, and nothing that people typed. */
export function entrySummary({ newEvents, alerts = [] }: Pick<RecordEntry, 'newEvents' | 'alerts'>): string {
  const parts = [...newEvents.map(eventSummary), ...alerts.map(({ what }) => `needs attention: ${what}`)];
  return parts.length > 0 ? fitting(parts) : 'how the case stands now';
}

function eventSummary({ event }: Pick<EventRow, 'event'>): string {
  const { type, meeting, event: whole } = event;
  const what = String(type).replaceAll('-', ' ');
  // What stands in place of another event is an event itself.
  if (typeof whole === 'object' && whole !== null) return `${what}: ${eventSummary({ event: { ...whole } })}`;
  return typeof meeting === 'string' ? `${what}: ${meetingWords(meeting)}` : what;
}

/** What a delivery is for: what was recorded before it, then what it tells whom. */
export function deliverySummary(notices: readonly Notice[], recorded: RecordEntry['newEvents']): string {
  const counted = new Map<string, number>();
  for (const notice of notices) {
    const what = stepSummary(notice);
    counted.set(what, (counted.get(what) ?? 0) + 1);
  }
  const told = [...counted].map(([what, people]) => (people > 1 ? `${what} (${people} people)` : what));
  return fitting([...recorded.map(eventSummary), ...told]);
}

/** At most 200 bytes of a summary are shown. */
const SHOWN = 190;
const shortened = (text: string): string => (text.length <= SHOWN ? text : `${text.slice(0, SHOWN - 2)} …`);

/** As many as fit, and how many more there are. */
function fitting(parts: readonly string[]): string {
  let line = '';
  for (const [i, part] of parts.entries()) {
    const next = i === 0 ? part : `${line}; ${part}`;
    const more = parts.length - i - 1;
    const end = more > 0 ? `; and ${more} more` : '';
    if (`${next}${end}`.length > SHOWN) return i === 0 ? shortened(part) : `${line}; and ${more + 1} more`;
    line = next;
  }
  return line;
}

/** The open duties as Markdown, and below them what operators do by hand, where they look. */
export function detailsTable({ duties, next, ended, ref, kind }: OwedAnswer): string {
  const rows = duties.map(({ duty, meeting, role, due, late }) => {
    const when = due === null ? '–' : `${shortDate(due)}${late ? ' **late**' : ''}`;
    return `| ${withoutIds(duty, meeting)} | ${role} | ${when} |`;
  });
  const table = ['| owed | by | limit |', '|---|---|---|', ...rows].join('\n');
  const parts = [
    ...(ended === null ? [] : [`The plan ended on ${shortDate(ended)}.`]),
    rows.length > 0 ? table : 'Nothing is owed.',
    ...(next ? [`Next: ${next.summary}, ${next.at}`] : []),
    byHand(workflowId(kind, ref)),
  ];
  return parts.join('\n\n');
}

const byHand = (id: string): string =>
  [
    '**By hand**, where the case is lost, was ended or reset, or its task fails again and again:',
    `\`nodrift restore ${id}\` brings it back from the record; nobody is mailed twice.`,
    'The signal `renew` has it go on with the current version; a roll-out sends it to every case.',
    'Cancelling does not end a plan, and terminating loses its reminders until it is restored.',
  ].join(' ');

/** What each handler of a case is for, as Temporal UI shows it beside the name. */
export const HANDLERS = {
  open: 'Opens the case with its file and its first events. Sent with its start; the answer comes when the record has claimed the reference.',
  record:
    'Records what happened, one or more events, all or none. What a rule refuses is answered and leaves no trace.',
  note: 'Records what Nodrift itself found out: dead addresses, reports of other cases, policies and calendars. No client offers it.',
  owed: 'What is owed, by whom, by when, and what the case does next.',
  people: 'Everybody the case knows, its social worker first.',
  history: 'Everything that happened, what it departed from, and what was done when.',
  paper: 'A paper for a meeting, made when it is asked for.',
  refusal: 'Why the case would refuse these events; nothing is recorded.',
  renew: 'Has the case continue as new on the current version. A roll-out sends it to every case.',
} as const;
