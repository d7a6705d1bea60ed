// The search attributes of cases, in the words of Temporal's development server.

import { SEARCH_ATTRIBUTES } from '../workflows/api.ts';
import type { SearchAttributeType } from './dev-server.ts';

const TYPES = { KEYWORD: 'Keyword', DATETIME: 'Datetime', KEYWORD_LIST: 'KeywordList' } as const;

/** What a server must know before a case can start on it. */
export const CASE_ATTRIBUTES: Record<string, SearchAttributeType> = Object.fromEntries(
  Object.values(SEARCH_ATTRIBUTES).map(({ name, type }) => [name, TYPES[type]]),
);
