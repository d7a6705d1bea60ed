// Why a case is erased, and why one may not be: the lists, which the command line shows as well.

/** Why a case is erased. A fixed list: Temporal keeps the reason of what it ends in clear text. */
export const ERASURE_REASONS = [
  'kept-long-enough', // the authority's schedule says so
  'asked-by-person', // somebody's right to erasure
  'opened-in-error',
  'moved-elsewhere', // the record lives on in another system
  'ordered', // by a court or the regulator
] as const;
export type ErasureReason = (typeof ERASURE_REASONS)[number];

/** Why a case may not be erased. A fixed list, for the same. */
export const HOLD_REASONS = ['proceedings', 'inquiry', 'complaint', 'access-request', 'other-law'] as const;
export type HoldReason = (typeof HOLD_REASONS)[number];
