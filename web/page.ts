// What a page behind a link is: one purpose, what it asks, and the events that an answer becomes. The rest (whose link it is, the form's tie to
// the browser, recording, what comes of it, taking it back) is done for all pages alike by do.ts. A page holds no rule of the domain.

import type { NewEvent } from '../client/new-event.ts';
import type { Purpose } from '../mail/link-token.ts';
import type { Field, Form } from './forms.ts';
import type { Way } from './render.ts';
import type { Visit } from './visit.ts';

/** An event without who says so: whoever holds the link does. */
type Said<E> = E extends { readonly by: string }
  ? Omit<E, 'by' | 'via' | 'reason'> & { readonly reason?: string | undefined }
  : never;
export type SaidEvent = Said<NewEvent['event']>;

/** What comes of an answer. */
export type Answer =
  | {
      /** What is recorded, all or none. */
      readonly events: readonly SaidEvent[];
      /** The same in words: "The minutes came on Monday 1 March 2027." */
      readonly says: readonly string[];
      /** It ends or silences something, or decides: a code is asked for where the authority wants one. */
      readonly weighs?: boolean | undefined;
      /** There is more to answer on the same page: what the link back to it says. */
      readonly onward?: string | undefined;
    }
  | {
      /** Nothing is recorded; what happens next instead. */
      readonly nothing: readonly string[];
    }
  | {
      /** Nothing is recorded yet; the page that asks on. */
      readonly next: string;
    };

export interface Page {
  readonly purpose: Purpose;
  /** The question, as the page's heading. */
  title(visit: Visit): string;
  /** What to know before answering. */
  intro?(visit: Visit): readonly string[];
  /** Facts, each with what it is called. */
  facts?(visit: Visit): readonly (readonly [label: string, value: string])[];
  /** What to open before answering. */
  links?(visit: Visit): readonly Way[];
  /** Why there is nothing to answer now; undefined while there is. */
  closed(visit: Visit): string | undefined;
  fields(visit: Visit): readonly Field[];
  /** What the button says. */
  readonly button: string;
  /** Reads an answer; undefined where something is wrong with it, which the form then says. */
  answer(visit: Visit, form: Form): Answer | undefined;
  /** Whether an answer may be one for the other children of the family too, who have the same meeting (L27). */
  joint?(visit: Visit): boolean;
  /** Whether what else can be answered is offered below: not by the pages that are that. */
  readonly alone?: boolean;
}

/** What one family of duties asks, on the page of all that have no purpose of their own. */
export type SmallPage = Pick<Page, 'title' | 'intro' | 'facts' | 'fields' | 'answer'>;
