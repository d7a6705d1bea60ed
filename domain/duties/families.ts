// Every kind of thing that somebody can owe: its traits, once. Its words are in notices/words.ts and mail/duty-texts.ts; a family
// that has none there does not compile. Stands on types alone, so that every room may import it.

import type { Duty, DutyKey } from '../case/model.ts';
import type { LadderName } from '../policy/policy.ts';

interface Traits {
  /** Lapses when the plan ends: nothing more is held, attended or booked. What a meeting left to do, and closing itself, stays owed. */
  readonly endsWithPlan: boolean;
  /** Stays owed although the case itself is over (L4). */
  readonly outlivesCase?: true;
  /** Never put off: it tells a family, or asks whether a child is safe. */
  readonly cannotWait?: true;
  /** Climbs towards a limit. Where an authority sets none, nothing is invented and nobody is reminded. */
  readonly needsLimit: boolean;
  /** The ladder it climbs, unless a duty names another. */
  readonly ladder: LadderName;
  /** The ladder it climbs where people are asked although no limit is set. */
  readonly withoutLimit?: LadderName;
}

const TRAITS = {
  /** Hold a meeting: `hold/core-group-3`. */
  hold: { endsWithPlan: true, needsLimit: true, ladder: 'hold-meeting', withoutLimit: 'other' },
  /** Be at a meeting. Owed by nobody in particular; only notices carry it. */
  attend: { endsWithPlan: true, needsLimit: false, ladder: 'attend' },
  /** Say whether a booked meeting was held. */
  confirm: { endsWithPlan: true, needsLimit: true, ladder: 'confirm' },
  /** Tell the family of a booking, where an e-mail is not safe for them. */
  tell: { endsWithPlan: true, cannotWait: true, needsLimit: false, ladder: 'tell' },
  /** Send somebody in your place: `represent/core-group-3/amira`. */
  represent: { endsWithPlan: true, needsLimit: false, ladder: 'other' },
  /** Write the minutes of a meeting. */
  minutes: { endsWithPlan: false, outlivesCase: true, needsLimit: true, ladder: 'minutes' },
  /** Pass the minutes on. */
  distribute: {
    endsWithPlan: false,
    needsLimit: true,
    ladder: 'distribute',
    withoutLimit: 'distribute-without-limit',
  },
  /** Carry out an action of the plan: `action/<id>`. */
  action: { endsWithPlan: true, needsLimit: true, ladder: 'action' },
  /** Find a social worker for the case, once it has none: `allocate/case`. */
  allocate: { endsWithPlan: true, needsLimit: false, ladder: 'approve' },
  /** Give an action its owner and its date: `date/action/<id>`. */
  date: { endsWithPlan: true, needsLimit: true, ladder: 'action' },
  /** Get the papers of a review ready. */
  papers: { endsWithPlan: true, needsLimit: true, ladder: 'papers' },
  /** Pass an amended plan on: `circulate/plan/cin-review-2`. */
  circulate: { endsWithPlan: false, needsLimit: false, ladder: 'other' },
  /** Agree the plan at a meeting. */
  agree: { endsWithPlan: true, needsLimit: false, ladder: 'other' },
  /** Consider what happens next, after meetings without progress. */
  'next-steps': { endsWithPlan: true, needsLimit: false, ladder: 'other' },
  /** Say why something was late. */
  explain: { endsWithPlan: false, needsLimit: false, ladder: 'other' },
  /** Propose the plan of a child who needs one: `propose/plan` (L7). */
  propose: { endsWithPlan: true, needsLimit: false, ladder: 'unlimited' },
  /** Decide on what was proposed: `approve/plan`, `approve/closure`. */
  approve: { endsWithPlan: true, needsLimit: false, ladder: 'approve' },
  /** Encourage a family that withdrew its consent. */
  engage: { endsWithPlan: true, needsLimit: false, ladder: 'other' },
  /** Consider whether to hold a strategy discussion. */
  consider: { endsWithPlan: true, cannotWait: true, needsLimit: false, ladder: 'consider' },
  /** Make the assessment that a review asked for. */
  assess: { endsWithPlan: true, needsLimit: false, ladder: 'other' },
  /** Hold the strategy discussion that a review asked for. */
  discuss: { endsWithPlan: true, cannotWait: true, needsLimit: false, ladder: 'consider' },
  /** Close the case, once a route is complete. */
  close: { endsWithPlan: true, needsLimit: false, ladder: 'other' },
  /** Send the closure letter. */
  letter: { endsWithPlan: false, cannotWait: true, needsLimit: false, ladder: 'other' },
  /** Tell everybody that the case is closed. */
  notify: { endsWithPlan: false, needsLimit: false, ladder: 'other' },
  /** Talk over what universal services take on. */
  'step-down': { endsWithPlan: false, needsLimit: false, ladder: 'other' },
  /** Hand the case over to the authority that a family moved to: `transfer/case` (L4). */
  transfer: { endsWithPlan: false, outlivesCase: true, needsLimit: false, ladder: 'ending' },
  /** Say what is next, after a plan has ended: `say-next/plan` (L5). */
  'say-next': { endsWithPlan: false, needsLimit: false, ladder: 'ending' },
  /** Open the case that this one leads to: `open/looked-after`. */
  open: { endsWithPlan: false, needsLimit: false, ladder: 'other' },
  /** End a case that was opened in error. */
  end: { endsWithPlan: false, needsLimit: false, ladder: 'other' },
  /** Report to the case that led here, or put right what another case was told. */
  report: { endsWithPlan: false, outlivesCase: true, needsLimit: false, ladder: 'other' },
} satisfies Readonly<Record<string, Traits>>;

export type DutyFamily = keyof typeof TRAITS;

export const FAMILIES: Readonly<Record<DutyFamily, Traits>> = TRAITS;
const NAMES: ReadonlySet<string> = new Set(Object.keys(TRAITS));

/** A duty's key as the domain builds it. One that comes from outside is a `DutyKey`, any text. */
export type KeyOfFamily = `${DutyFamily}/${string}`;

/** `hold/core-group-3` */
export const dutyKey = (family: DutyFamily, of: string): KeyOfFamily => `${family}/${of}`;

/** `hold/core-group-3` → `hold`; undefined where the key is of no family, as one kept by a later release may be. */
export function familyOf(key: DutyKey): DutyFamily | undefined {
  const slash = key.indexOf('/');
  const family = slash < 0 ? key : key.slice(0, slash);
  return NAMES.has(family) ? (family as DutyFamily) : undefined;
}

/** The ladder a duty climbs, unless it names another. */
export const usualLadder = (key: KeyOfFamily): LadderName => FAMILIES[familyOf(key)!].ladder;

const traitsOf = (key: DutyKey): Traits | undefined => {
  const family = familyOf(key);
  return family && FAMILIES[family];
};

/** Whether a duty lapses when the plan ends. */
export const endsWithPlan = (key: DutyKey): boolean => traitsOf(key)?.endsWithPlan === true;

/** Whether a duty stays owed although the case is over. */
export const outlivesCase = (key: DutyKey): boolean => traitsOf(key)?.outlivesCase === true;

/** Whether whoever owes it may ask to be asked again later. */
export const mayWait = (key: DutyKey): boolean => traitsOf(key)?.cannotWait !== true;

/** Whether nobody is reminded of a duty as long as it has no limit. */
export function needsLimit({ key, ladder }: Pick<Duty, 'key' | 'ladder'>): boolean {
  const traits = traitsOf(key);
  return traits?.needsLimit === true && ladder !== traits.withoutLimit && ladder !== 'unlimited';
}
