// The mails of a played case, as they would arrive: each notice in the words of the authority.

import { Refusal } from '../../domain/accept/refusal.ts';
import type { CaseIdentity, Notice } from '../../domain/notices/notice.ts';
import { type Play, prepare } from '../../domain/play/player.ts';
import type { Instant } from '../../domain/time/calendar.ts';
import { rendered } from '../../mail/rendered.ts';
import { wording } from '../../mail/wording.ts';
import { Book } from '../../workflows/book.ts';

export interface Mail {
  readonly notice: Notice;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** Everything a case sends until a moment. A refused event is passed over. */
export function mailsOf(life: Play): readonly Mail[] {
  const { file, events, until, policy, calendar } = prepare(life);
  const labelsOf = (all: Readonly<Record<string, { readonly label: string }>>) =>
    Object.fromEntries(Object.entries(all).map(([key, { label }]) => [key, label]));
  const labels = { meetings: labelsOf(policy.meetings), roles: labelsOf(policy.roles) };
  const data = 'bankHolidays' in calendar ? calendar : undefined;
  if (!data) throw new Error('a life is played with the data of a calendar');
  const book = new Book({ file, policy, calendar: data, rehearsal: true }, events[0]?.recordedAt ?? until);
  const told: Notice[] = [];
  const tell = (to: Instant) => {
    for (let next = book.next; next && next.at <= to; next = book.next) {
      const due = book.takeDue(next.at);
      if (due.length === 0) return;
      told.push(...due);
    }
  };
  for (const { recordedAt, read, from } of events) {
    if (recordedAt > until) break;
    tell(recordedAt);
    if (read instanceof Refusal) continue;
    try {
      book.record([read], from, recordedAt);
    } catch {
      // Refused: what the case says to that is another test's matter.
    }
  }
  tell(until);
  const of: CaseIdentity = {
    ...{ id: `${file.kind}/${file.ref}`, ref: file.ref, kind: file.kind, authority: file.authority },
    ...{ team: null, family: null, opening: 'e-1', rehearsal: true },
  };
  return told.map((notice) => {
    const words = wording(of, notice, { labels: { ...labels, family: notice.family } });
    return { notice, subject: words.subject, ...rendered(words) } as Mail;
  });
}
