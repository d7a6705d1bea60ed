// What a page knows: whose link it is, and what the case says now. Everything is asked of the case at every look; nothing is kept.

import type { Recorded } from '../domain/case/events.ts';
import { MEETING_KINDS } from '../domain/case/kinds.ts';
import type { MeetingId } from '../domain/case/model.ts';
import { londonDay } from '../domain/notices/words.ts';
import { fromEpochMs, type Instant, type LocalDate } from '../domain/time/calendar.ts';
import {
  isSentTo,
  type LinkKeys,
  linkEvents,
  type Purpose,
  type ReadLink,
  readLink,
  sealLink,
} from '../mail/link-token.ts';
import type { HistoryAnswer, KnownPerson, MeetingNow, OwedAnswer, OwedDuty } from '../workflows/api.ts';
import { NO_SIBLINGS, type Siblings, siblingsOf } from './joint-days.ts';
import type { Cases, Setting } from './setting.ts';

/** Somebody who opened a link. */
export interface Visit {
  readonly link: ReadLink;
  readonly token: string;
  /** `child-protection/BC-2041` */
  readonly caseId: string;
  readonly me: KnownPerson;
  readonly people: readonly KnownPerson[];
  readonly owed: OwedAnswer;
  readonly history: HistoryAnswer;
  readonly setting: Setting;
  readonly now: Instant;
  /** London's. */
  readonly today: LocalDate;
  /** The duty it is about, while it is open. */
  readonly duty: OwedDuty | undefined;
  /** The meeting it is about, where it is about one. */
  readonly meeting: MeetingId | undefined;
  /** How that meeting stands. */
  readonly meetingNow: MeetingNow | undefined;
  /** What is booked for other children of the family, and when a meeting could be held for all, for whoever books one. */
  readonly siblings: Siblings;
  /** The same page in the cases of other children who have the same meeting, where the reader is asked for it too (joint-answers.ts). */
  readonly joint: readonly Visit[];
  /** What was recorded by links of this purpose before, oldest first; an answer is one or more events of one turn. */
  readonly before: readonly Turn[];
  /** The address of another page about the same thing for the same person. */
  to(purpose: Purpose, about?: string): string;
}

/** One answer that was given. */
export interface Turn {
  /** The id of its first event; the others' begin with it. */
  readonly id: string;
  readonly events: readonly Recorded[];
  /** It was taken back, or put right. */
  readonly withdrawn: boolean;
}

/** Who may not see the page is told the same whatever the reason. */
export type Gone = 'gone';

export interface Asking {
  readonly cases: Cases;
  readonly keys: LinkKeys;
  readonly settingOf: (caseId: string) => Promise<Setting | undefined>;
}

/**
 * Opens a link.
 * @returns 'gone' where it is none of ours, is too old, or is no longer for this person at this address
 * @throws CaseNotFound, Unavailable as the client does
 */
export async function openLink({ cases, keys, settingOf }: Asking, token: string, at: Date): Promise<Visit | Gone> {
  const link = readLink(keys, token);
  const now = fromEpochMs(at.getTime());
  const today = londonDay(now) as LocalDate;
  if (!link || link.until < today) return 'gone';
  const key = { kind: link.kind, ref: link.ref };
  const caseId = `${link.kind}/${link.ref}`;
  const [people, setting] = await Promise.all([cases.people(key), settingOf(caseId)]);
  const me = people.find(({ id }) => id === link.person);
  if (!setting || !me || me.left || !isSentTo(keys, link, me.email)) return 'gone';
  const [owed, history] = await Promise.all([cases.owed(key), cases.history(key)]);
  const duty = owed.duties.find((one) => one.duty === link.about);
  return {
    link,
    token,
    caseId,
    me,
    people,
    owed,
    history,
    setting,
    now,
    today,
    meetingNow: history.meetings?.find((one) => one.meeting === meetingIn(link.about)),
    siblings: duty && link.purpose === 'book' ? await siblingsOf(cases, setting, duty, today) : NO_SIBLINGS,
    duty,
    meeting: meetingIn(link.about),
    joint: [],
    before: turns(history, linkEvents(link)),
    to: (purpose, about = link.about) => `/do/${sealLink(keys, { ...link, purpose, about }, me.email)}`,
  };
}

const MEETING = new RegExp(`^[a-z-]+/(?:plan/)?((?:${MEETING_KINDS.join('|')})(?:-[1-9]\\d{0,2})?)(?:/|$)`);
/** `minutes/core-group-3` → `core-group-3`; `circulate/plan/cin-review-2` → `cin-review-2` */
const meetingIn = (about: string): MeetingId | undefined => MEETING.exec(about)?.[1] as MeetingId | undefined;

/** The answers whose events begin with a prefix, oldest first. */
function turns({ events, putRight = [] }: HistoryAnswer, prefix: string): readonly Turn[] {
  const gone = new Set(putRight.map(({ event }) => event));
  const found = new Map<string, Recorded[]>();
  for (const one of events) {
    if (!one.id.startsWith(prefix)) continue;
    const turn = one.id.slice(prefix.length).split('.')[0]!;
    found.set(turn, [...(found.get(turn) ?? []), one]);
  }
  return [...found].map(([turn, all]) => ({
    id: `${prefix}${turn}`,
    events: all,
    withdrawn: all.every(({ id }) => gone.has(id)),
  }));
}

/** The answer that stands, where one does. */
export const standing = ({ before }: Visit): Turn | undefined => before.findLast(({ withdrawn }) => !withdrawn);

/** Whether somebody is a child or one of the family, whose names stand on no page. */
export const isOfFamily = ({ setting: { labels } }: Visit, { role }: { readonly role: string }): boolean =>
  labels.family?.includes(role) === true;

/** A person of the case by id. */
export const personOf = ({ people }: Visit, id: string): KnownPerson | undefined => people.find((one) => one.id === id);
