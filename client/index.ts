// What services import: the client, its errors, and the types of what goes in and comes out.

export type { CaseEvent, EventType, Recorded } from '../domain/events.ts';
export type { CaseFile, CaseKind, Person } from '../domain/model.ts';
export type { HistoryAnswer, OwedAnswer, OwedDuty, RecordAnswer } from '../workflows/api.ts';
export { CaseExists, CaseNotFound, Refused, Unavailable } from './errors.ts';
export { type CaseKey, type CaseSummary, type NewEvent, Nodrift, type OpenOptions } from './nodrift.ts';
