// `/`: what somebody owes over all their cases.

import { ownDuties } from './own-duties.ts';
import type { Asking, PageBody } from './page-body.ts';
import { mine } from './present.ts';
import { dutyRow } from './rows.ts';

export async function dutiesPage({ desk, me, now, today }: Asking): Promise<PageBody> {
  const all = await mine(desk, me);
  const { lines, unanswered } = await ownDuties(desk, all.cases, now, today);
  const late = lines.filter((one) => one.late).length;
  const silent = unanswered + all.unanswered;
  return {
    title: 'My duties',
    paragraphs: [
      lines.length === 0
        ? 'Nothing is yours to do now.'
        : `${lines.length} to do${late > 0 ? `, ${late} late` : ''}, over ${cases(all.cases.length)}. The most urgent come first.`,
      ...(silent > 0
        ? [`${cases(silent)} did not answer: what you owe there is not shown. Please look again in a few minutes.`]
        : []),
      ...(all.more > 0 ? [`You are named in ${cases(all.more)} more than this page can ask.`] : []),
    ],
    tables:
      lines.length === 0
        ? []
        : [{ caption: 'To do', columns: ['Case', 'What', 'By when', 'Answer'], rows: lines.map(dutyRow) }],
  };
}

const cases = (many: number): string => (many === 1 ? 'one case' : `${many} cases`);
