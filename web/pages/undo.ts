// Taking back what was recorded by a link, within a day: it is withdrawn (L1), never deleted.

import { momentWords } from '../in-words.ts';
import type { Page } from '../page.ts';
import type { Visit } from '../visit.ts';

export const UNDO_HOURS = 24;

/** The events that a link of this kind takes back: those of one answer. */
export const takenBack = ({ link, history }: Visit) =>
  history.events.filter(({ id }) => id === link.about || id.startsWith(`${link.about}.`));

/** Until when something that was recorded can be taken back by a link. */
export const undoUntil = (recordedAt: string): Date => new Date(Date.parse(recordedAt) + UNDO_HOURS * 3_600_000);

export const undo: Page = {
  purpose: 'undo',
  button: 'Take it back',
  alone: true,
  title: () => 'Take back what you recorded?',
  intro: (visit) => {
    const [first] = takenBack(visit);
    return first
      ? [
          `You recorded this on ${momentWords(first.recordedAt)}. Taken back, the case goes on as if it had not been recorded. What was recorded stays in its history, marked as withdrawn.`,
        ]
      : [];
  },
  closed(visit) {
    const all = takenBack(visit);
    const gone = new Set((visit.history.putRight ?? []).map(({ event }) => event));
    if (all.length === 0) return 'There is nothing to take back.';
    if (all.every(({ id }) => gone.has(id))) return 'It is taken back already.';
    return undoUntil(all[0]!.recordedAt).getTime() < Date.parse(visit.now)
      ? `It was recorded more than ${UNDO_HOURS} hours ago. If it is wrong, please tell the social worker, who can correct it.`
      : undefined;
  },
  fields: () => [
    {
      is: 'choice',
      name: 'sure',
      label: 'Is it wrong?',
      options: [
        { value: 'yes', text: 'Yes, take it back' },
        { value: 'no', text: 'No, leave it' },
      ],
    },
    {
      is: 'line',
      name: 'why',
      label: 'What was wrong',
      hint: 'In a few words, without names. You may leave this empty',
    },
  ],
  answer(visit, form) {
    const sure = form.choice(
      'sure',
      [
        { value: 'yes', text: '' },
        { value: 'no', text: '' },
      ],
      'Say whether it is wrong',
    );
    const why = form.line('why');
    if (sure === undefined) return undefined;
    if (sure === 'no') return { nothing: ['It stays as you recorded it.'] };
    const reason = why ?? 'taken back by the same link';
    return {
      events: takenBack(visit).map(({ id }) => ({ type: 'event-withdrawn', withdraws: id, reason })),
      says: ['It is taken back.'],
    };
  },
};
