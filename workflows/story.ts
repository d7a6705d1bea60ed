// A case's log in Temporal UI reads like its story: summaries of what is done, and the open duties as a table.
// No personal data: summaries and details end up in the UI server's URLs and logs.

import type { Step } from '../domain/case/model.ts';
import type { Notice } from '../domain/notices/notice.ts';
import { dutyWords, meetingWords, shortDate } from '../domain/notices/words.ts';
import { withoutIds } from './answers.ts';
import type { OwedAnswer } from './api.ts';

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

/** `chase minutes of core group 3, 2-after`; a repeat says which time it is. */
export function stepSummary({
  kind,
  duty,
  meeting,
  rung,
  repeat,
}: Pick<Step, 'kind' | 'duty' | 'meeting' | 'rung' | 'repeat'>): string {
  const what = duty
    ? dutyWords(withoutIds(duty, meeting)).thing
    : meeting
      ? `a departure at ${meetingWords(meeting)}`
      : 'what was recorded';
  const timed = /\d|weekly/.test(rung) ? `, ${rung}` : '';
  return `${VERBS[kind]} ${what}${timed}${repeat > 0 && rung !== 'weekly' ? `, time ${repeat + 1}` : ''}`;
}

/** `chase minutes of core group 3, second time; remind …` : at most 200 bytes are shown. */
export function summaryOf(notices: readonly Notice[]): string {
  const counted = new Map<string, number>();
  for (const notice of notices) {
    const what = stepSummary(notice);
    counted.set(what, (counted.get(what) ?? 0) + 1);
  }
  const parts = [...counted].map(([what, people]) => (people > 1 ? `${what} (${people} people)` : what));
  const line = parts.join('; ');
  return line.length <= 190 ? line : `${line.slice(0, 186)} …`;
}

/** The open duties as Markdown. */
export function detailsTable({ duties, next, ended }: OwedAnswer): string {
  const rows = duties.map(({ duty, meeting, role, due, late }) => {
    const when = due === null ? '–' : `${shortDate(due)}${late ? ' **late**' : ''}`;
    return `| ${withoutIds(duty, meeting)} | ${role} | ${when} |`;
  });
  const table = ['| owed | by | limit |', '|---|---|---|', ...rows].join('\n');
  const last = next ? `\n\nNext: ${next.summary}, ${next.at}` : '';
  const state = ended === null ? '' : `The plan ended on ${shortDate(ended)}.\n\n`;
  return `${state}${rows.length > 0 ? table : 'Nothing is owed.'}${last}`;
}
