// `/operations`: how the installation does, for whoever runs it. Ids and figures: nobody is named.

import { fromEpochMs, inLondon } from '../../domain/time/calendar.ts';
import { ALERT_WORDS } from '../../mail/alert-words.ts';
import { longTime } from '../../mail/dates.ts';
import type { Asking, PageBody } from './page-body.ts';
import { STANDING_COLUMNS, standingRow } from './rows.ts';

export async function operationsPage({ desk, today }: Asking): Promise<PageBody> {
  const [{ alerts, next, mails, heldBack, lookedAt }, standing] = await Promise.all([
    desk.operations(),
    desk.standingOf('all', today),
  ]);
  const at = (when: Date) => longTime(inLondon(fromEpochMs(when.getTime())));
  return {
    title: 'Operations',
    paragraphs: [
      alerts.length === 0 ? 'Nothing needs attention.' : `${alerts.length} alerts stand.`,
      lookedAt ? `The watchdog last looked on ${at(lookedAt)}.` : 'The watchdog has not looked yet.',
      mails.mails === 0 || !mails.oldest
        ? 'No mail waits that should have gone.'
        : `${mails.mails} mails should have gone, the oldest on ${at(mails.oldest)}.`,
      ...(heldBack > 0 ? [`${heldBack} mails are held back: their readers had too many.`] : []),
    ],
    tables: [
      ...(alerts.length > 0
        ? [
            {
              ...{ caption: 'Alerts', columns: ['Case', 'What', 'Since', 'What to do'] },
              rows: alerts.map(({ caseId, what, since }) => [
                { text: caseId },
                { text: ALERT_WORDS[what]?.says ?? what },
                { text: longTime(inLondon(since)) },
                { text: ALERT_WORDS[what]?.todo ?? '' },
              ]),
            },
          ]
        : []),
      {
        ...{ caption: 'Cases', columns: ['Authority', ...STANDING_COLUMNS] },
        rows: standing.map((one) => [{ text: one.authority }, ...standingRow(one, today)]),
      },
      {
        ...{ caption: 'Next steps', columns: ['Case', 'When'] },
        rows: next.map(({ id, at: when }) => [{ text: id }, { text: at(when) }]),
      },
    ],
  };
}
