// A calendar's answer as attendance: declined is an apology, accepted says that somebody comes, and takes back an apology from before. Recorded as everybody records, by the person invited.

import { createHash } from 'node:crypto';
import { CaseNotFound, Refused } from '../client/errors.ts';
import type { Nodrift } from '../client/nodrift.ts';
import type { CaseKind } from '../domain/case/model.ts';
import { epochMs, fromLondon } from '../domain/time/calendar.ts';
import { calendarEntryOf, type KeptEntry, noteCalendarAnswer, siblingsOf } from '../record/calendars.ts';
import { whereTo } from '../record/mail-ids.ts';
import type { OpenRecord } from '../record/open.ts';
import type { CalendarAnswer } from './calendar-answer.ts';

/** Where answers are recorded. */
export interface Attending {
  readonly record: OpenRecord;
  readonly nodrift: Pick<Nodrift, 'record' | 'history'>;
  readonly now?: (() => number) | undefined;
}

/** What became of an answer; `case` where it is known which it is about. */
export interface Attended {
  readonly what: 'apologies' | 'coming' | 'coming-after-all' | 'nothing';
  /** Why nothing was recorded: a word or a rule, for the log. */
  readonly why?: string;
  readonly case?: string;
}

/**
 * Takes an answer to the entry of a token.
 * @throws Unavailable, RecordUnavailable: it may be sent again
 */
export async function takeAnswer(attending: Attending, token: string, answer: CalendarAnswer): Promise<Attended> {
  const { record, now = Date.now } = attending;
  const found = await calendarEntryOf(record, token);
  if (!found) return { what: 'nothing', why: 'unknown-entry' };
  const { entry, authority } = found;
  const said = { case: entry.caseId };
  const at = Math.min(answer.atMs ?? now(), now());
  const isTheirs = whereTo(record.ledgerKey, authority, answer.attendee).reader === entry.reader;
  const why = !isTheirs ? 'somebody-else' : notForThis(entry, answer, at, now());
  if (why) return { ...said, what: 'nothing', why };
  const all = [entry, ...(await siblingsOf(record, found))];
  const done: Attended[] = [];
  // One after the other: each case answers for itself.
  for (const one of all) done.push(await attend(attending.nodrift, one, answer, at));
  await noteCalendarAnswer(record, token, new Date(at));
  return { ...said, ...(done.find(({ what }) => what !== 'nothing') ?? done[0]!) };
}

/** Why an answer is not one to this entry as it stands. */
function notForThis(entry: KeptEntry, answer: CalendarAnswer, at: number, now: number): string | undefined {
  const begins = epochMs(fromLondon(entry.start));
  if (answer.uid.split('@')[0]?.toLowerCase() !== entry.token) return 'another-entry';
  if (entry.cancelled) return 'cancelled';
  if (answer.sequence !== entry.sequence || (answer.startMs ?? begins) !== begins) return 'moved';
  if (entry.answered && at < entry.answered.getTime()) return 'answered-since';
  return now >= begins ? 'begun' : undefined;
}

async function attend(
  nodrift: Attending['nodrift'],
  entry: KeptEntry,
  answer: CalendarAnswer,
  at: number,
): Promise<Attended> {
  const { caseId, meeting, person, known } = entry;
  const [kind, ref] = caseId.split('/') as [CaseKind, string];
  const { status } = answer;
  if (status !== 'DECLINED' && status !== 'ACCEPTED')
    return nothing(status === 'TENTATIVE' ? 'tentative' : 'no-answer');
  try {
    const { events, putRight = [] } = await nodrift.history({ kind, ref });
    const gone = new Set(putRight.flatMap(({ event, standing }) => (standing === 'withdrawn' ? [event] : [])));
    const apologies = events.filter(
      ({ id, event }) =>
        event.type === 'apologies-received' && event.meeting === meeting && event.person === person && !gone.has(id),
    );
    if (status === 'DECLINED') {
      if (apologies.some(({ recordedAt }) => Date.parse(recordedAt) >= known.getTime()))
        return nothing('known-already');
      const event = { type: 'apologies-received', by: person, via: 'reply', meeting, person } as const;
      await nodrift.record({ kind, ref }, [{ id: idOf(entry, answer, ''), event }]);
      return { what: 'apologies' };
    }
    // What somebody else has recorded for them is not theirs to take back by a calendar; nor is what they said elsewhere after they pressed it.
    const theirs = apologies.filter(
      ({ event, recordedAt }) => event.by === person && (event.via === 'reply' || Date.parse(recordedAt) <= at),
    );
    const stays = apologies.length > theirs.length;
    const accepted = events.some(
      ({ id, event, recordedAt }) =>
        event.type === 'acceptance-received' &&
        event.meeting === meeting &&
        event.person === person &&
        !gone.has(id) &&
        Date.parse(recordedAt) >= known.getTime(),
    );
    if (theirs.length === 0 && stays) return nothing('not-theirs');
    if (theirs.length === 0 && accepted) return nothing('known-already');
    const reason = 'their calendar says that they come after all';
    const taken = theirs.map(({ id: withdraws }) => ({
      id: idOf(entry, answer, withdraws),
      event: { type: 'event-withdrawn', by: person, via: 'reply', withdraws, reason } as const,
    }));
    const coming = { type: 'acceptance-received', by: person, via: 'reply', meeting, person } as const;
    await nodrift.record({ kind, ref }, [
      ...taken,
      ...(stays ? [] : [{ id: idOf(entry, answer, 'coming'), event: coming }]),
    ]);
    return { what: theirs.length > 0 ? 'coming-after-all' : 'coming' };
  } catch (error) {
    // The case has its reasons, and its words may name people: the rule says enough.
    if (error instanceof Refused) return nothing(`refused${error.rule === null ? '' : `-${error.rule}`}`);
    if (error instanceof CaseNotFound) return nothing('no-case');
    throw error;
  }
}

const nothing = (why: string): Attended => ({ what: 'nothing', why });

/** The same mail, however often a relay hands it over, is the same event. */
function idOf({ token, sequence }: KeptEntry, { status, atMs = 0 }: CalendarAnswer, of: string): string {
  const hash = createHash('sha256').update([token, sequence, status, atMs, of].join('|')).digest('hex');
  return `reply/${hash.slice(0, 24)}`;
}
