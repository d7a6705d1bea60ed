// What services import: the client, its errors, and the types of what goes in and comes out.

export type { CaseEvent, EventType, Recorded } from '../domain/case/events.ts';
export type { CaseFile, CaseKind, GivenFile, NamedByStaff, Person } from '../domain/case/model.ts';
export type { Policy } from '../domain/policy/policy.ts';
export { PolicyError } from '../domain/policy/read-policy.ts';
export type { CalendarData } from '../domain/time/calendar.ts';
export { loadCalendar, loadPolicy } from '../policies/load.ts';
export type { HistoryAnswer, KnownPerson, OwedAnswer, OwedDuty, RecordAnswer } from '../workflows/api-types.ts';
export type { Correction, Withdrawal } from './corrections-sent.ts';
export { type HttpOptions, Nodrift } from './either-way.ts';
export {
  BadInput,
  CaseExists,
  CaseNotFound,
  Erased,
  IdTaken,
  InvalidEvent,
  NotAllowed,
  Refused,
  Unavailable,
} from './errors.ts';
export type { FamilyAnswer, FamilyOptions } from './for-family.ts';
export type { CaseFilter, CaseKey, CaseSummary } from './listed.ts';
export { type NewEvent, readEvent, type Written } from './new-event.ts';
export type { NodriftClient } from './nodrift-client.ts';
