// Every page behind a link, by its purpose. A new page is a file in this folder and a line here.

import type { Purpose } from '../../mail/link-token.ts';
import type { Page } from '../page.ts';
import { action } from './action.ts';
import { attend } from './attend.ts';
import { book } from './book-meeting.ts';
import { decide } from './decide.ts';
import { distribute } from './distribute.ts';
import { held } from './held.ts';
import { help } from './help.ts';
import { later } from './later.ts';
import { minutes } from './minutes.ts';
import { mistake } from './mistake.ts';
import { newDate } from './new-date.ts';
import { notMine } from './not-mine.ts';
import { other } from './other.ts';
import { tell } from './tell.ts';
import { undo } from './undo.ts';
import { wrong } from './wrong.ts';

const ALL: readonly Page[] = [
  ...[minutes, held, book, attend, help, distribute, decide, action, newDate, tell, other],
  ...[notMine, later, wrong, mistake, undo],
];

/** The page for a purpose; undefined where a link has one that this release has no page for. */
export const pageFor = (purpose: Purpose): Page | undefined => ALL.find((page) => page.purpose === purpose);
