// How the history of an authority's policies or calendars is printed.

import { shortDate } from '../domain/notices/words.ts';
import type { AppliedLine } from '../workflows/api.ts';
import { table } from './output.ts';

/** Newest first, one line each: `2  since Wed 3 Mar 2027, by tom`. */
export const historyLines = (lines: readonly AppliedLine[]): readonly string[] =>
  table([...lines].reverse().map((line) => [line.version, since(line)]));

/** `since Wed 3 Mar 2027, by tom`, or `shipped` */
export const since = ({ from, by }: AppliedLine): string =>
  from === null ? 'shipped' : `since ${shortDate(from.slice(0, 10))}, by ${by}`;
