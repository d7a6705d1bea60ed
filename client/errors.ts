// What can go wrong for a service that records: each a class, each one sentence for people, refusals with their rule.

import type { Rule } from '../domain/case/model.ts';

/** The case does not take the event: a gate or a contradiction. Nothing was recorded. */
export class Refused extends Error {
  override readonly name: string = 'Refused';
  /** `R63`, or null for what cannot be at all. */
  readonly rule: Rule | null;
  /** Over HTTP: which field it is about, where it is about one. */
  readonly field: string | undefined;
  /** Which of the events sent is refused, by its id, where it is one of them: all or none are recorded. */
  readonly event: string | undefined;
  constructor(message: string, rule: Rule | null, field?: string, event?: string) {
    super(message);
    this.rule = rule;
    this.field = field;
    this.event = event;
  }
}

/** Nothing the case was asked about: an unknown type, a field that is wrong or missing, a date that does not exist, a case file that cannot be. */
export class InvalidEvent extends Refused {
  override readonly name = 'InvalidEvent';
  constructor(message: string, field?: string) {
    super(message, null, field);
  }
}

/** The id of an event that is sent stands for another event of the case. */
export class IdTaken extends Refused {
  override readonly name = 'IdTaken';
  /** Which. */
  readonly id: string;
  constructor(message: string, id: string) {
    super(message, null);
    this.id = id;
  }
}

/** No such case, or it is closed. */
export class CaseNotFound extends Error {
  override readonly name: string = 'CaseNotFound';
  /** It was there, and is closed. */
  readonly closed: boolean;
  constructor(message: string, closed = false) {
    super(message);
    this.closed = closed;
  }
}

/** The case was erased for good: what it held cannot be read any more by anybody. The words say when, and by whom. */
export class Erased extends CaseNotFound {
  override readonly name = 'Erased';
  constructor(message: string) {
    super(message, true);
  }
}

/** The case was opened before with something else, or was closed: a new plan needs a new reference. */
export class CaseExists extends Error {
  override readonly name = 'CaseExists';
}

/** The server, or a worker, does not answer. Nothing is known to be recorded; the same call may be made again. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
  /** Over HTTP: the seconds after which it asks to be called again. */
  readonly retryAfter: number | undefined;
  constructor(message: string, retryAfter?: number) {
    super(message);
    this.retryAfter = retryAfter;
  }
}

/** Over HTTP: nobody stands behind the key, or it may not do this. Nothing was recorded. */
export class NotAllowed extends Error {
  override readonly name = 'NotAllowed';
}

/** A change reached some cases and not others; what is left is reached by asking again. */
export class Stragglers extends Error {
  override readonly name = 'Stragglers';
}

/** What was typed, or a file that was named, cannot be used whatever the case: said with what, where and the way out. */
export class BadInput extends Error {
  override readonly name = 'BadInput';
  /** Over HTTP: which field, where it is one. */
  readonly field: string | undefined;
  constructor(message: string, field?: string) {
    super(message);
    this.field = field;
  }
}
