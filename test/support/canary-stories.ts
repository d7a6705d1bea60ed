// The stories of event-stories.ts with canaries in everything, some time later: what the leak scan lets a server live through.

import type { EventType } from '../../domain/case/catalogue.ts';
import { sourceOf } from '../../domain/case/catalogue.ts';
import type { CaseFile } from '../../domain/case/model.ts';
import { addDays, localDate } from '../../domain/time/calendar.ts';
import { EXAMPLE_FILE, eventExamples } from '../../web/api/event-examples.ts';
import { type Canaries, fileWith, withCanaries } from './canaries.ts';
import { STORIES } from './event-stories.ts';

export interface CanaryEvent {
  readonly id: string;
  /** London's time. */
  readonly at: string;
  readonly type: EventType;
  readonly event: unknown;
}
export interface CanaryStory {
  readonly name: string;
  readonly file: CaseFile;
  readonly events: readonly CanaryEvent[];
}

/** @param weeks how much later than they are written */
export function canaryStories(canaries: Canaries, weeks = 0): readonly CanaryStory[] {
  const examples = eventExamples();
  return Object.entries(STORIES).map(([name, { kind, lines }], n) => ({
    name,
    file: fileWith({ ...EXAMPLE_FILE, kind, ref: `CN-${n + 1}` }, canaries, name),
    events: lines.map(([at, what, id], i) => {
      const event = typeof what === 'string' ? examples[what] : what;
      const type = (event as { readonly type: EventType }).type;
      const said = sourceOf(type) === 'nodrift' ? event : withCanaries(type, event, canaries, name);
      return { id: id ?? `e${i}`, at: later(at, weeks), type, event: later(said, weeks) };
    }),
  }));
}

/** The same with every date in it so many weeks later: weekdays stay what they are. */
function later<T>(value: T, weeks: number): T {
  if (weeks === 0) return value;
  const text = JSON.stringify(value).replace(/\b20\d\d-\d\d-\d\d(?=[T"])/g, (day) =>
    addDays(localDate(day), 7 * weeks),
  );
  return JSON.parse(text) as T;
}
