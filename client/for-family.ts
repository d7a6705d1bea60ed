// One meeting of several children of a family, recorded in every case that has it (L27): each by its own gates, all or none.

import type { Recorded } from '../domain/case/events.ts';
import { HAPPENS_ONCE, MEETING_KINDS, type MeetingKind, PLANS } from '../domain/case/kinds.ts';
import type { KnownPerson, OwedAnswer, RecordAnswer, WouldRefuse } from '../workflows/api-types.ts';
import { BadInput, CaseNotFound, InvalidEvent, Refused } from './errors.ts';
import { newEventId } from './event-id.ts';
import type { CaseFilter, CaseKey, CaseSummary } from './listed.ts';
import { given, type NewEvent } from './new-event.ts';
import { withIds } from './who-is-meant.ts';

type Made = { readonly recorded: RecordAnswer } | { readonly refused: WouldRefuse };
/** What one case made of it: recorded, or refused where each stands for itself. */
export type FamilyAnswer = { readonly case: string } & Made;

export interface FamilyOptions {
  /** Only cases of this authority. */
  readonly authority?: string | undefined;
  /** Record where it is taken, though another case refuses; all or none, unless said. */
  readonly each?: boolean | undefined;
}

/** The calls it is made of. */
export interface FamilyCalls {
  list(filter: CaseFilter): Promise<readonly CaseSummary[]>;
  owed(key: CaseKey): Promise<OwedAnswer>;
  people(key: CaseKey): Promise<readonly KnownPerson[]>;
  refusal(key: CaseKey, events: readonly Recorded[]): Promise<WouldRefuse | null>;
  record(key: CaseKey, events: readonly NewEvent[]): Promise<RecordAnswer>;
}

/** A case with the events as they are to be recorded in it, and why it would refuse them. */
interface Asked extends ForCase {
  readonly refused: WouldRefuse | null;
}

/** `core-group-3`, or `core-group` for each child's own. */
const MEETING = /^(.+?)(?:-(\d+))?$/;

/**
 * Records events of one meeting in every running case of a family that has this kind of meeting. An id holds in each case by itself, so the same call
 * may be sent again.
 * @param events each about one meeting: with its number, or by its kind alone where the children's numbers differ; people by id, address or full name
 * @throws BadInput for events about no meeting; CaseNotFound where no case of the family has it; Refused naming each case that will not have it
 */
export async function recordForFamily(
  calls: FamilyCalls,
  family: string,
  events: readonly NewEvent[],
  { authority, each = false }: FamilyOptions = {},
): Promise<readonly FamilyAnswer[]> {
  const named = events.map((one) => ({ ...one, id: one.id ?? newEventId() }));
  const having = await casesWith(calls, named.map(meetingKind), { family, authority });
  const asked = await Promise.all(
    having.map(async (one): Promise<Asked> => {
      try {
        const own = await inIts(calls, one, await numbered(calls, one, named));
        return { one, own, refused: await calls.refusal(one, given(own)) };
      } catch (error) {
        if (!(error instanceof BadInput || error instanceof InvalidEvent)) throw error;
        return { one, own: [], refused: { rule: null, message: error.message } };
      }
    }),
  );
  return recordedInEach(calls, asked, each);
}

/** A case with what is to be recorded in it. */
export interface ForCase {
  readonly one: CaseKey & { readonly id: string };
  readonly own: readonly NewEvent[];
}

/**
 * Records in several cases what each is given, in their order, all or none.
 * @throws Refused naming each case that will not have it; Unavailable: send it again with the same ids
 */
export async function recordTogether(
  calls: Pick<FamilyCalls, 'refusal' | 'record'>,
  all: readonly ForCase[],
): Promise<readonly FamilyAnswer[]> {
  const asked = all.map(async (is) => ({ ...is, refused: await calls.refusal(is.one, given(is.own)) }));
  return recordedInEach(calls, await Promise.all(asked), false);
}

async function recordedInEach(
  calls: Pick<FamilyCalls, 'record'>,
  asked: readonly Asked[],
  each: boolean,
): Promise<readonly FamilyAnswer[]> {
  if (!each && asked.some(({ refused }) => refused)) throw refusedBy(asked);
  const answers: FamilyAnswer[] = [];
  for (const [i, { one, own, refused }] of asked.entries()) {
    const answer: Made = refused ? { refused } : await recordedIn(calls, one, own);
    if ('refused' in answer && !each) {
      // Something was recorded in this case since it was asked.
      await takeBack(calls, asked.slice(0, i));
      throw refusedBy([{ one, own, refused: answer.refused }]);
    }
    answers.push({ case: one.id, ...answer });
  }
  return answers;
}

async function recordedIn(
  calls: Pick<FamilyCalls, 'record'>,
  one: ForCase['one'],
  own: readonly NewEvent[],
): Promise<Made> {
  try {
    return { recorded: await calls.record(one, own) };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { refused: { rule: error.rule, message: error.message } };
  }
}

/** The running cases of a family that have each of these kinds of meeting. @throws CaseNotFound where there is none */
async function casesWith(
  calls: FamilyCalls,
  kinds: readonly MeetingKind[],
  of: { readonly family: string; readonly authority: string | undefined },
): Promise<readonly CaseSummary[]> {
  const running = await calls.list(of);
  const having = running.filter(({ kind }) => {
    const meetings: readonly MeetingKind[] = PLANS[kind].meetings;
    return kinds.every((one) => meetings.includes(one));
  });
  if (having.length > 0) return having;
  throw new CaseNotFound(
    running.length === 0
      ? `family ${of.family}: no case of it is running`
      : `family ${of.family}: none of its cases has a ${kinds.join(' and a ')} (${running.map(({ id }) => id).join(', ')})`,
  );
}

function meetingKind({ event }: NewEvent): MeetingKind {
  const kind = MEETING.exec(meetingOf(event) ?? '')?.[1];
  const found = MEETING_KINDS.find((one) => one === kind);
  if (found) return found;
  throw new BadInput(
    `${event.type}: for a family only what happens at one meeting is recorded: give meeting=core-group, or with its number`,
  );
}

/** Whether this is a kind of numbered meeting, without a number. */
export const isKindAlone = (meeting: unknown): meeting is MeetingKind =>
  MEETING_KINDS.some((kind) => kind === meeting && !HAPPENS_ONCE.includes(kind));

function meetingOf(event: NewEvent['event']): string | undefined {
  const { meeting } = event as { readonly meeting?: unknown };
  return typeof meeting === 'string' ? meeting : undefined;
}

/** The events with the meeting's number in this case, where only its kind was said. */
async function numbered(calls: FamilyCalls, one: CaseSummary, events: readonly NewEvent[]): Promise<NewEvent[]> {
  const kindAlone = ({ event }: NewEvent) => isKindAlone(meetingOf(event));
  if (!events.some(kindAlone)) return [...events];
  const { duties } = await calls.owed(one);
  return events.map((recorded) => {
    if (!kindAlone(recorded)) return recorded;
    const { event } = recorded;
    const kind = meetingOf(event);
    const expected = duties.flatMap(({ duty, meeting }) =>
      duty.startsWith('hold/') && meeting?.startsWith(`${kind}-`) ? [Number(meeting.slice(`${kind}-`.length))] : [],
    );
    const next = Math.min(...expected);
    if (!Number.isFinite(next)) throw new BadInput(`no ${kind} is expected: give its number`);
    // Minutes are of the last one; all else is about the next.
    const number = event.type.startsWith('minutes-') ? next - 1 : next;
    return { ...recorded, event: { ...event, meeting: `${kind}-${number}` } as NewEvent['event'] };
  });
}

/** The events with this case's ids of whoever is named in them. */
async function inIts(calls: FamilyCalls, one: CaseSummary, events: readonly NewEvent[]): Promise<readonly NewEvent[]> {
  const own = withIds(
    events.map(({ event }) => event),
    await calls.people(one),
  );
  return events.map((recorded, i) => ({ ...recorded, event: own[i] as NewEvent['event'] }));
}

/** Nothing is left half done: what other cases took is withdrawn, the last first, in the name of who recorded it. */
async function takeBack(calls: Pick<FamilyCalls, 'record'>, done: readonly Asked[]): Promise<void> {
  for (const { one, own } of done) {
    const withdrawals = own.map(({ id = '', event }) => ({
      event: {
        type: 'event-withdrawn' as const,
        by: event.by,
        withdraws: id,
        reason: 'recorded for the whole family, and the case of another child refused it',
      },
    }));
    await calls.record(one, withdrawals.reverse());
  }
}

function refusedBy(asked: readonly Asked[]): Refused {
  const against = asked.flatMap(({ one, refused }) => (refused ? [{ one, refused }] : []));
  const words = against.map(({ one, refused }) => `${one.id}: ${refused.message}`).join('; ');
  return new Refused(`nothing was recorded: ${words}`, against[0]?.refused.rule ?? null);
}
