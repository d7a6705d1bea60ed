// The one mail of a morning: what one reader is asked over all their cases, most urgent first, one line a thing. Its lines are in digest-lines.ts.

import { type Labels, listed, meetingWords, roleWords } from '../domain/notices/words.ts';
import type { Payload } from '../record/schema.ts';
import { shown } from './address.ts';
import { shortDay } from './dates.ts';
import {
  type DigestItem,
  type DigestOptions,
  type Line,
  latest,
  linesOf,
  type Section,
  thingOf,
} from './digest-lines.ts';
import { FOOTER, listOf, type RuleLink, ruleLinks } from './wording.ts';

/** Everything the templates of a round's mail show. */
export interface DigestWords {
  readonly subject: string;
  /** The first line: what to do. */
  readonly lead: string;
  readonly sections: readonly { readonly heading: string | undefined; readonly items: readonly DigestItem[] }[];
  /** What is too long for a line: who is asked to come to a meeting, what is owed on a case that changes hands. */
  readonly lists: readonly { readonly heading: string; readonly list: readonly string[] }[];
  readonly because: string;
  readonly rules: readonly RuleLink[];
  readonly footer: string;
}

const HEADINGS: Readonly<Record<Section, string>> = {
  todo: 'To do',
  standing: 'Still outstanding',
  told: 'For your information',
};
const SECTIONS = ['todo', 'standing', 'told'] as const;

/**
 * What the one mail of a morning says.
 * @param items the notices of one reader, of one authority and in any order
 * @param options.links the first page behind each is shown
 * @param options.now when it is written; the moment the notices were meant for where absent
 * @throws Error where there is nothing to say
 */
export function digest(items: readonly Payload[], options: DigestOptions = {}): DigestWords {
  const now = options.now ?? latest(items);
  const lines = linesOf(items, { ...options, now });
  const sections = SECTIONS.map((section) => lines.filter((line) => line.section === section));
  const filled = sections.filter(({ length }) => length > 0);
  const [first] = filled[0] ?? [];
  if (!first) throw new Error('nothing is left to say in this mail');
  const [todo, standing, told] = sections.map(({ length }) => length) as [number, number, number];
  return {
    subject: subjectOf(first, { todo, standing, told, late: lines.filter(isLate).length }, options.labels),
    lead: leadOf({ todo, standing, told }),
    sections: filled.map((section) => ({
      heading: filled.length > 1 ? HEADINGS[section[0]!.section] : undefined,
      items: section.map(({ item }) => item),
    })),
    lists: items.flatMap((one) => listsOf(one, options.labels)),
    ...why(items, options),
    footer: FOOTER,
  };
}

const isLate = ({ section, item }: Line): boolean => section === 'todo' && item.late !== undefined;

interface Counts {
  readonly todo: number;
  readonly standing: number;
  readonly told: number;
}

/** Short enough for a locked telephone, and nobody is named on it: "3 to do, 1 late: minutes of core group 3 (BC-2041), …". */
function subjectOf(first: Line, counts: Counts & { readonly late: number }, labels?: Labels): string {
  const { todo, late, standing, told } = counts;
  const what = [
    ...(todo > 0 ? [`${todo} to do`] : []),
    ...(late > 0 ? [`${late} late`] : []),
    ...(todo === 0 && standing > 0 ? [`${standing} still outstanding`] : []),
    ...(todo + standing === 0 ? [`${told} for your information`] : []),
  ].join(', ');
  const more = todo + standing + told > 1 ? ', …' : '';
  return `${what}: ${thingOf(first.notice, labels)} (${first.item.refs})${more}`;
}

function leadOf({ todo, standing, told }: Counts): string {
  if (todo > 1) return `Please see to these ${todo} things, the most urgent first.`;
  if (todo === 1) return 'Please see to the first of these: the rest is for you to know.';
  if (standing > 0)
    return `Please see what holds ${standing > 1 ? `these ${standing} things` : 'this'} up: ${standing > 1 ? 'they are' : 'it is'} still outstanding.`;
  return `For your information: ${told > 1 ? `${told} things` : 'something'} you should know of. You do not need to do anything.`;
}

/** Who is asked to come and what the meeting needs; what is owed on a case. */
function listsOf({ case: of, notice }: Payload, labels?: Labels): DigestWords['lists'] {
  const { meeting, booking, asks = [] } = notice;
  const { listHeading, list } = listOf(notice, { ...labels, ...(notice.family && { family: notice.family }) });
  const on = booking ? ` on ${shortDay(booking.start, notice.at)}` : '';
  const what = meeting ? `${of.ref}, ${meetingWords(meeting, labels)}${on}` : of.ref;
  return [
    ...(list.length > 0
      ? [{ heading: `${what}: ${listHeading.charAt(0).toLowerCase()}${listHeading.slice(1)}`, list }]
      : []),
    ...(asks.length > 0 ? [{ heading: `${what}: what to see to beforehand`, list: asks }] : []),
  ];
}

/** One line for the whole mail. */
function why(items: readonly Payload[], { labels, pages }: DigestOptions): Pick<DigestWords, 'because' | 'rules'> {
  const roles = [...new Set(items.map(({ notice }) => roleWords(notice.to.role, labels) || 'somebody'))].sort();
  const cases = new Set(items.map(({ case: of }) => of.id)).size > 1 ? 'these cases' : 'this case';
  const ids = [...new Set(items.flatMap(({ notice }) => notice.rules))].sort(byNumber);
  return {
    because: `You are ${shown(listed(roles))} on ${cases}. ${ids.length > 0 ? 'What is asked rests on the local guidance:' : 'This follows from what was recorded.'}`,
    rules: ruleLinks(ids, pages),
  };
}

const byNumber = (a: string, b: string): number => Number(a.slice(1)) - Number(b.slice(1)) || (a < b ? -1 : 1);
