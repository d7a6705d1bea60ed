// What each page of people who are signed in is asked with, and what it shows beside what all of them have.

import type { Instant, LocalDate } from '../../domain/time/calendar.ts';
import type { StaffView } from '../render.ts';
import type { Desk } from './desk.ts';
import type { Present } from './present.ts';

export type PageBody = Pick<StaffView, 'title' | 'paragraphs' | 'tables'>;

export interface Asking {
  readonly desk: Desk;
  readonly me: Present;
  readonly now: Instant;
  /** London's. */
  readonly today: LocalDate;
}
