// The tables of the record and the ledger (mails, notices), for Drizzle. The same for PGlite and Postgres; migrations/ holds the SQL that makes them.

import { sql } from 'drizzle-orm';
import { boolean, date, index, integer, json, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { CaseFile, MeetingId } from '../domain/case/model.ts';
import type { Became } from '../domain/case/put-right.ts';
import type { CaseIdentity, EventRow, Notice, RecordEntry } from '../domain/notices/notice.ts';
import type { ToldAndAhead } from '../domain/notices/told.ts';
import type { LocalDateTime } from '../domain/time/calendar.ts';
import { moment, type Sealed } from './columns.ts';

/** The columns of what an authority has put in force: numbered from 1, never changed, the newest counts. */
const applied = () => ({
  authority: text('authority').notNull(),
  number: integer('number').notNull(),
  version: text('version').notNull(),
  /** Of its content: two of one version are told apart. */
  hash: text('hash').notNull(),
  content: json('content').$type<unknown>().notNull(),
  from: moment('from').notNull().defaultNow(),
  /** Whoever applied it: an account's name, more often than not a person's. */
  by: text('by').$type<Sealed<string>>().notNull(),
});

export const policies = pgTable('policies', applied(), (t) => [primaryKey({ columns: [t.authority, t.number] })]);

/** An authority's own days: they go on top of those shipped with a release. */
export const calendars = pgTable('calendars', applied(), (t) => [primaryKey({ columns: [t.authority, t.number] })]);

/** The policies and calendars cases were opened with, each content once. */
export const contents = pgTable('contents', {
  hash: text('hash').primaryKey(),
  content: json('content').$type<unknown>().notNull(),
});

/** One row a case. `ref` is unique for ever: a new plan needs a new reference. */
export const cases = pgTable(
  'cases',
  {
    id: text('id').primaryKey(),
    ref: text('ref').notNull().unique(),
    kind: text('kind').$type<CaseIdentity['kind']>().notNull(),
    authority: text('authority').notNull(),
    team: text('team'),
    family: text('family'),
    opening: text('opening').notNull(),
    rehearsal: boolean('rehearsal').notNull(),
    status: text('status').$type<RecordEntry['status']>().notNull(),
    /** `events` and `revision` together say how new what we know is. */
    events: integer('events').notNull(),
    revision: integer('revision').notNull(),
    policy: text('policy').notNull(),
    /** What it was opened with. Null in a case whose release did not hand it over: such a one cannot be restored. */
    file: json('file').$type<Sealed<CaseFile>>(),
    openedPolicy: text('opened_policy').references(() => contents.hash),
    openedCalendar: text('opened_calendar').references(() => contents.hash),
    /** How far it has told people, with what it planned for the morning. */
    told: json('told').$type<Sealed<ToldAndAhead>>(),
    nextStepAt: moment('next_step_at'),
    nextStepSummary: text('next_step_summary'),
    updatedAt: moment('updated_at').notNull().defaultNow(),
    /** Since when it is closed: from then on the years are counted that it is kept. */
    closedAt: moment('closed_at'),
  },
  (t) => [
    index('cases_next_step').on(t.nextStepAt),
    index('cases_authority').on(t.authority, t.status),
    index('cases_family').on(t.authority, t.family).where(sql`${t.family} is not null`),
  ],
);

/** Which addresses a case's file and events ever gave: keyed hashes (addresses.ts). */
export const caseAddresses = pgTable(
  'case_addresses',
  { address: text('address').notNull(), caseId: text('case_id').notNull() },
  (t) => [primaryKey({ columns: [t.address, t.caseId] }), index('case_addresses_case').on(t.caseId)],
);

/** Every event of every case, once; a later entry of the case may say it anew. Of what was put right both versions are here (L1), and which stands. */
export const events = pgTable(
  'events',
  {
    caseId: text('case_id')
      .notNull()
      .references(() => cases.id),
    id: text('id').notNull(),
    type: text('type').notNull(),
    on: date('on', { mode: 'string' }).notNull(),
    by: text('by').notNull(),
    recordedAt: moment('recorded_at').notNull(),
    event: jsonb('event').$type<Sealed<EventRow['event']>>().notNull(),
    arrival: integer('arrival'),
    known: moment('known'),
    /** A correction that stands holds the event as it was: `event->'event'`. Neither it nor a withdrawal is an event of the plan itself. */
    standing: text('standing').$type<Became['standing']>().notNull().default('stands'),
    /** The id of what stands in its place, or took it away. */
    putRightBy: text('put_right_by'),
  },
  (t) => [primaryKey({ columns: [t.caseId, t.id] }), index('events_recorded').on(t.recordedAt)],
);

/**
 * Limit beside actual, for the indicators. `events` and `revision` are those of the newest entry that spoke of the duty: an open duty that the case's newest
 * entry no longer speaks of has been withdrawn; of one that was done or had lapsed the case says so.
 */
export const duties = pgTable(
  'duties',
  {
    caseId: text('case_id')
      .notNull()
      .references(() => cases.id),
    key: text('key').notNull(),
    meeting: text('meeting'),
    owner: text('owner').notNull(),
    arises: date('arises', { mode: 'string' }).notNull(),
    due: date('due', { mode: 'string' }),
    bookBy: date('book_by', { mode: 'string' }),
    target: date('target', { mode: 'string' }),
    done: date('done', { mode: 'string' }),
    lapsed: boolean('lapsed').notNull(),
    withdrawn: boolean('withdrawn').notNull().default(false),
    uncounted: boolean('uncounted').notNull().default(false),
    rules: jsonb('rules').$type<readonly string[]>().notNull(),
    events: integer('events').notNull(),
    revision: integer('revision').notNull(),
  },
  (t) => [primaryKey({ columns: [t.caseId, t.key] }), index('duties_due').on(t.due)],
);

/** Limits that a changed policy or calendar, or a correction, moved, the old date beside the new; append-only. */
export const limitsMoved = pgTable(
  'limits_moved',
  {
    caseId: text('case_id')
      .notNull()
      .references(() => cases.id),
    event: text('event').notNull(),
    duty: text('duty').notNull(),
    was: date('was', { mode: 'string' }),
    due: date('due', { mode: 'string' }),
    at: moment('at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.caseId, t.event, t.duty] })],
);

/**
 * What became of a mail. PLANNED: written, not tried. SENDING: somebody holds the lease. ACCEPTED: a relay answered 250. DEFERRED: nothing was taken, try
 * again. UNKNOWN: the answer was lost after the final dot, send again with the same ids. REFUSED: a dead address, never again. DROPPED: when its time
 * came nothing was left to say; the same mail may be planned again.
 */
export type MailState = 'PLANNED' | 'SENDING' | 'ACCEPTED' | 'DEFERRED' | 'UNKNOWN' | 'REFUSED' | 'DROPPED';

/** What is needed to say a notice again. Emptied once its mail is ACCEPTED or REFUSED: it holds a name and an address. */
export interface Payload {
  readonly case: CaseIdentity;
  readonly notice: Notice;
  /** The case's clock when it was planned: the date a mail wears. */
  readonly now: string;
}

/** One row a message to one person, keyed by an HMAC. Its words are made from its notices that stand when it is claimed. */
export const mails = pgTable(
  'mails',
  {
    key: text('key').primaryKey(),
    messageId: text('message_id').notNull(),
    /** The reader's one mail of a morning. */
    round: boolean('round').notNull().default(false),
    state: text('state').$type<MailState>().notNull(),
    attempts: integer('attempts').notNull().default(0),
    /** How often it was sent again because nobody knows whether the copy before was taken. */
    resends: integer('resends').notNull().default(0),
    /** Raised by every claim; a write with an older one is void. */
    fence: integer('fence').notNull().default(0),
    leaseUntil: moment('lease_until'),
    notBefore: moment('not_before').notNull(),
    nextTryAt: moment('next_try_at').notNull(),
    code: text('code'),
    serverReplyHash: text('server_reply_hash'),
    serverMessageId: text('server_message_id'),
    acceptedAt: moment('accepted_at'),
    /**
     * The message as it goes, where it was made before its time, and a hash of what it was made of. Emptied when it has gone. Sealed with a key made of
     * those of all its cases (composed.ts): it goes with the first of them that is erased.
     */
    composed: text('composed'),
    composedOf: text('composed_of'),
    /** A keyed hash of the recipient's domain: each is sent to apart. Null in rows of releases before it was kept, as the next. */
    destination: text('destination'),
    /** A keyed hash of the authority and the recipient's address: one person in all their cases. */
    reader: text('reader'),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (t) => [
    index('mails_due').on(t.nextTryAt).where(sql`${t.state} not in ('ACCEPTED', 'REFUSED', 'DROPPED')`),
    index('mails_reader').on(t.reader, t.acceptedAt).where(sql`${t.reader} is not null`),
  ],
);

/** One row a step and person, keyed by an HMAC: what stops a second copy after a retry, a reset or a restored backup. */
export const notices = pgTable(
  'notices',
  {
    key: text('key').primaryKey(),
    caseId: text('case_id').notNull(),
    notice: text('notice').notNull(),
    recipient: text('recipient').notNull(),
    kind: text('kind').notNull(),
    duty: text('duty'),
    payload: jsonb('payload').$type<Sealed<Payload>>(),
    reader: text('reader'),
    destination: text('destination'),
    /** It waits for the morning round, which makes one mail of all a reader gets. */
    round: boolean('round').notNull().default(false),
    notBefore: moment('not_before').notNull(),
    /** When it was taken back before it had gone. The same may be planned again. */
    withdrawnAt: moment('withdrawn_at'),
    /** The mail it goes or went in; null while it waits for a round. */
    mail: text('mail').references(() => mails.key),
    /** False from a refusal until the case was told of it. */
    reported: boolean('reported').notNull().default(true),
    /** How often it was tried in vain to tell the case, and when it is tried next. */
    tellings: integer('tellings').notNull().default(0),
    tellAt: moment('tell_at'),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (t) => [
    index('notices_case').on(t.caseId),
    index('notices_mail').on(t.mail),
    index('notices_waiting').on(t.reader, t.notBefore).where(sql`${t.mail} is null and ${t.withdrawnAt} is null`),
    index('notices_untold').on(t.tellAt).where(sql`not ${t.reported}`),
  ],
);

/** What is in people's calendars: one row a person and meeting, as the last invitation, change or cancellation had it. */
export const calendarEntries = pgTable(
  'calendar_entries',
  {
    /** Of its UID and of the address its answer goes to: an HMAC. */
    token: text('token').primaryKey(),
    caseId: text('case_id').notNull(),
    meeting: text('meeting').$type<MeetingId>().notNull(),
    person: text('person').notNull(),
    /** A keyed hash, as that of a mail's reader. */
    reader: text('reader').notNull(),
    /** London's time. */
    start: text('start').$type<LocalDateTime>().notNull(),
    minutes: integer('minutes').notNull(),
    venue: text('venue').$type<Sealed<string>>(),
    sequence: integer('sequence').notNull(),
    cancelled: boolean('cancelled').notNull(),
    /** When the case knew of this date. */
    known: moment('known').notNull(),
    /** When their calendar last answered, by its own clock. */
    answered: moment('answered'),
  },
  (t) => [index('calendar_entries_reader').on(t.reader, t.start)],
);

/** Who has a calendar feed, and under which token now: with another one the old address shows nothing. */
export const calendarFeeds = pgTable('calendar_feeds', {
  reader: text('reader').primaryKey(),
  authority: text('authority').notNull(),
  /** A keyed hash of the token: by it a feed is found. */
  tokenHash: text('token_hash').unique(),
  token: text('token').$type<Sealed<string>>().notNull(),
  since: moment('since').notNull().defaultNow(),
});

/** Each round that was completed, by the instant it sent at. */
export const rounds = pgTable('rounds', {
  until: moment('until').primaryKey(),
  beganAt: moment('began_at').notNull(),
  doneAt: moment('done_at').notNull().defaultNow(),
  mails: integer('mails').notNull(),
  notices: integer('notices').notNull(),
});

/** Secrets made once, where the environment gives none. */
export const secrets = pgTable('secrets', {
  name: text('name').primaryKey(),
  value: text('value').$type<Sealed<string>>().notNull(),
});

/** Tables that held plain text of a release before, until what is left of it is out of their files. */
export const toVacuum = pgTable('to_vacuum', { name: text('name').primaryKey() });

/** Whose turn it is to look after the cases, and when somebody last did. One row. */
export const watch = pgTable('watch', {
  name: text('name').primaryKey(),
  holder: text('holder'),
  leaseUntil: moment('lease_until'),
  /** When a look was last completed. */
  lookedAt: moment('looked_at'),
  /** When the operators were last written to: claimed by whoever writes. */
  mailedAt: moment('mailed_at'),
  /** The case up to which the last look examined: the next goes on from there. */
  examined: text('examined').notNull().default(''),
});

/** What operators must hear of, as long as it stands: found by the watchdog, or said by a case. */
export const alerts = pgTable(
  'alerts',
  {
    /** Empty for what is no case's. */
    caseId: text('case_id').notNull(),
    what: text('what').notNull(),
    detail: text('detail'),
    saidByCase: boolean('said_by_case').notNull(),
    since: moment('since').notNull().defaultNow(),
    seenAt: moment('seen_at').notNull().defaultNow(),
    logged: boolean('logged').notNull().default(false),
    mailedAt: moment('mailed_at'),
  },
  (t) => [primaryKey({ columns: [t.caseId, t.what] })],
);

/** Where case and record were last found to agree: while neither moves, neither need be asked again. */
export const agreements = pgTable('agreements', {
  caseId: text('case_id').primaryKey(),
  runId: text('run_id').notNull(),
  historyLength: integer('history_length').notNull(),
  events: integer('events').notNull(),
  revision: integer('revision').notNull(),
});

/** Codes mailed for answers by links that weigh more than others. All of it is hashed; what is over is deleted by the next code. */
export const linkCodes = pgTable('link_codes', {
  /** A keyed hash of the answer it is for. */
  answer: text('answer').primaryKey(),
  /** A keyed hash of the code, with the answer in it. */
  code: text('code').notNull(),
  until: moment('until').notNull(),
  tries: integer('tries').notNull().default(0),
});
