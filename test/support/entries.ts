// Entries and notices for tests of the activities: small, whole, and changed where a test wants it.

import type { MeetingId, Person } from '../../domain/case/model.ts';
import type { CaseIdentity, Delivery, DutyRow, EventRow, Notice, RecordEntry } from '../../domain/notices/notice.ts';
import type { Instant, LocalDate, LocalDateTime } from '../../domain/time/calendar.ts';

export const NOW = '2027-03-04T08:00:00Z' as Instant;

export const identity = (change: Partial<CaseIdentity> = {}): CaseIdentity => ({
  ...{ id: 'child-protection/BC-2041', ref: 'BC-2041', kind: 'child-protection', authority: 'barnsley' },
  ...{ team: 'north', family: null, opening: 'opening-1', rehearsal: false },
  ...change,
});

export const event = (id: string, change: Partial<EventRow> = {}): EventRow => ({
  ...{
    id,
    type: 'minutes-received',
    on: '2027-03-01' as LocalDate,
    by: 'sw',
    recordedAt: NOW,
    event: { id, type: 'x' },
  },
  ...change,
});

export const duty = (key: string, change: Partial<DutyRow> = {}): DutyRow => ({
  ...{ key, meeting: 'core-group-3' as MeetingId, owner: 'hv', arises: '2027-02-24' as LocalDate },
  ...{ due: '2027-03-01' as LocalDate, bookBy: '2027-03-01' as LocalDate, target: null, done: null, lapsed: false },
  ...{ rules: ['R59'], ...change },
});

export const entry = (change: Partial<RecordEntry> = {}): RecordEntry => ({
  ...{
    case: identity(),
    events: 1,
    revision: 1,
    newEvents: [event('opening-1')],
    duties: [duty('minutes/core-group-3')],
  },
  ...{
    nextStep: { at: NOW, summary: 'chase minutes of core-group-3' },
    status: 'open',
    policy: 'barnsley 1',
    ...change,
  },
});

export const person = (id: string, change: Partial<Person> = {}): Person => ({
  ...{ id, name: `Person ${id}`, role: 'health', email: `${id}@example.test` },
  ...change,
});

export const BOOKING = {
  edition: 'booked',
  sequence: 0,
  start: '2027-07-02T10:00' as LocalDateTime,
  venue: 'Family centre, room 2',
  minutes: 90,
  known: NOW,
};

export const notice = (to: string | Person, change: Partial<Notice> = {}): Notice => {
  const who = typeof to === 'string' ? person(to) : to;
  return {
    ...{ key: `minutes/core-group-3|late-1|0|${who.id}|0`, at: NOW, kind: 'chase', duty: 'minutes/core-group-3' },
    ...{
      meeting: 'core-group-3' as MeetingId,
      rung: 'late-1',
      repeat: 0,
      due: '2027-03-01' as LocalDate,
      rules: ['R59'],
    },
    ...{ to: who, ...change },
  };
};

export const delivery = (notices: readonly Notice[], change: Partial<RecordEntry> = {}, now = NOW): Delivery => ({
  ...{ entry: entry(change), notices, now },
});
