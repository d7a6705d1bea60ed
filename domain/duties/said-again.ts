// What was said to other cases and is no longer so (L1). Once something was put right, what this case says to the others now is compared
// with what it said: a case that was opened, or told, hears the other version; one that was opened in error hears that.

import { NODRIFT } from '../accept/refusal.ts';
import type { CaseEvent, Recorded } from '../case/events.ts';
import { type Case, type Dated, knownAt } from '../case/facts.ts';
import { beginning, fold } from '../case/fold.ts';
import type { CaseKind, Rule } from '../case/model.ts';
import { putsRight } from '../case/put-right.ts';
import type { Instant } from '../time/calendar.ts';

/** Another case that this one opens or reports to, with the event it gets. */
export interface OtherCase {
  readonly how: 'opens' | 'reports';
  readonly kind: CaseKind;
  readonly ref: string;
  readonly arose: Dated;
  readonly rules: readonly Rule[];
  readonly event: Recorded;
  /** What it is told when this was said in error (L1). */
  readonly inError: CaseEvent;
  /** The id of what it is told, where that is another version of what it was told before. */
  readonly what?: string | undefined;
}

/** The case as it stood until the next thing was put right. */
interface Stage {
  readonly since: Dated;
  /** The number of arrival of what began it. */
  readonly number: number;
  readonly case: Case;
}

/** What was said to one other case, in the order it was said. */
interface Said {
  readonly first: OtherCase;
  /** Null once it was taken back. */
  content: string | null;
  readonly all: OtherCase[];
}

/**
 * All that a case ever said to others, the newest version last.
 * @param ways what a case says, nothing having been put right
 * @param isHeard whether the other case has heard it: to one that has not nothing need be put right
 */
export function saidAgain(
  c: Case,
  ways: (of: Case) => readonly OtherCase[],
  isHeard: (way: OtherCase) => boolean,
): readonly OtherCase[] {
  const said = new Map<string, Said>();
  let now = new Map<string, OtherCase>();
  for (const stage of stages(c)) {
    now = new Map(ways(stage.case).map((way) => [nameOf(way), way]));
    for (const [name, way] of now) {
      const before = said.get(name);
      if (!before) said.set(name, { first: way, content: contentOf(way), all: [way] });
      else if (before.content !== contentOf(way)) {
        before.all.push(corrected(c, stage, before, way));
        before.content = contentOf(way);
      }
    }
    for (const [name, before] of said) {
      if (now.has(name) || before.content === null) continue;
      before.all.push(message(c, stage, before.first, before.first.inError));
      before.content = null;
    }
  }
  return [...said].flatMap(([name, { first, all }]) => (isHeard(first) ? all : (now.get(name) ?? [])));
}

function stages(c: Case): readonly Stage[] {
  const changes = c.events.filter(putsRight);
  const moments = [...new Set(changes.map(knownAt))].sort();
  const until = (moment: Instant | undefined) =>
    moment === undefined
      ? c
      : fold(
          beginning(c),
          c.events.filter((one) => knownAt(one) < moment),
        );
  const numbered = moments.map((known, i) => ({
    since: { on: c.calendar.londonDate(known), known },
    number: Math.max(...changes.filter((one) => knownAt(one) === known).map(({ arrival = i + 1 }) => arrival)),
    case: until(moments[i + 1]),
  }));
  const [first] = moments;
  const { began } = c;
  return first === undefined || began === undefined
    ? []
    : [{ since: { on: began, known: first }, number: 0, case: until(first) }, ...numbered];
}

const nameOf = ({ how, kind, ref }: OtherCase): string => `${how} ${kind}/${ref}`;

/** What it says: not by whom it is said, nor what is carried over, which is so at the time. */
function contentOf({ event: { event } }: OtherCase): string {
  const { by: _, actions: __, ...said } = event as CaseEvent & { actions?: unknown };
  return JSON.stringify(said);
}

function corrected(c: Case, stage: Stage, { first, content }: Said, way: OtherCase): OtherCase {
  // It was not in error after all. That it has other content besides is put right by hand.
  if (content === null && first.how === 'opens')
    return message(c, stage, first, { type: 'opening-withdrawn', by: NODRIFT, stands: true });
  const { by: _, actions: __, ...said } = way.event.event as CaseEvent & { actions?: unknown };
  return message(c, stage, first, correctionOf(c, first.event, { ...first.event.event, ...said } as CaseEvent));
}

/** The event by which another case hears how it was. */
export const correctionOf = (c: Case, first: Recorded, event: CaseEvent): CaseEvent =>
  ({
    type: 'event-corrected',
    by: NODRIFT,
    corrects: first.id,
    event,
    reason: `put right in ${c.file.kind}/${c.file.ref}`,
  }) as unknown as CaseEvent;

function message(c: Case, { since, number }: Stage, { kind, ref, rules }: OtherCase, event: CaseEvent): OtherCase {
  const id = `put-right/${c.file.kind}/${c.file.ref}/${number}`;
  return {
    how: 'reports',
    kind,
    ref,
    arose: since,
    rules,
    inError: event,
    event: { id, recordedAt: since.known, event },
    what: id,
  };
}
