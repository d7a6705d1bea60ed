// `/operations`: how the installation does, for whoever runs it. Ids and figures: nobody is named.

import { fromEpochMs, inLondon } from '../../domain/time/calendar.ts';
import { ALERT_WORDS } from '../../mail/alert-words.ts';
import { longTime } from '../../mail/dates.ts';
import type { Cell } from '../render.ts';
import { caseLink, temporalViews, viewLink } from '../temporal-views.ts';
import type { Asking, PageBody } from './page-body.ts';
import { STANDING_COLUMNS, standingRow } from './rows.ts';

export async function operationsPage({ desk, today }: Asking): Promise<PageBody> {
  const [{ alerts, next, mails, heldBack, lookedAt }, standing] = await Promise.all([
    desk.operations(),
    desk.standingOf('all', today),
  ]);
  const ui = desk.temporalUi;
  const views = ui ? temporalViews({ teams: standing, alerts: alerts.map(({ caseId }) => caseId), today }) : [];
  const caseCell = (id: string): Cell =>
    ui && id.includes('/')
      ? { text: id, ref: true, href: caseLink(ui, id), about: 'in Temporal UI' }
      : { text: id, ref: true };
  const at = (when: Date) => longTime(inLondon(fromEpochMs(when.getTime())));
  return {
    title: 'Operations',
    paragraphs: [
      alertWords(alerts.length),
      lookedAt ? `The watchdog last looked on ${at(lookedAt)}.` : 'The watchdog has not looked yet.',
      mails.mails === 0 || !mails.oldest
        ? 'No mail waits that should have gone.'
        : `${many(mails.mails, 'mail')} should have gone, the oldest on ${at(mails.oldest)}.`,
      ...(heldBack > 0 ? [`Held back, since their readers had too many: ${many(heldBack, 'mail')}.`] : []),
    ],
    tables: [
      ...(alerts.length > 0
        ? [
            {
              caption: 'Alerts',
              columns: ['Case', 'What', 'Since', 'What to do'],
              rows: alerts.map(({ caseId, what, since }) => [
                caseCell(caseId),
                { text: ALERT_WORDS[what]?.says ?? what },
                { text: longTime(inLondon(since)) },
                { text: ALERT_WORDS[what]?.todo ?? '' },
              ]),
            },
          ]
        : []),
      ...(ui
        ? [
            {
              caption: 'In Temporal UI',
              columns: ['Cases'],
              rows: views.map((view) => [{ text: view.name, href: viewLink(ui, view), about: 'in Temporal UI' }]),
            },
          ]
        : []),
      {
        caption: 'Cases',
        columns: ['Authority', ...STANDING_COLUMNS],
        rows: standing.map((one) => [{ text: one.authority }, ...standingRow(one, today)]),
      },
      {
        caption: 'Next steps',
        columns: ['Case', 'When'],
        rows: next.map(({ id, at: when }) => [caseCell(id), { text: at(when) }]),
      },
    ],
  };
}

const alertWords = (count: number): string =>
  count === 0 ? 'Nothing needs attention.' : `${many(count, 'alert')} ${count === 1 ? 'stands' : 'stand'}.`;

const many = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
