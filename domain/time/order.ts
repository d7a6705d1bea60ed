// The order of texts: dates and moments in ISO form, keys. By code unit, so that it is the same on every machine.

/** For `sort`: negative where `a` comes first. */
export const order = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

/** Of two moments or dates the one that comes later. */
export const later = <T extends string>(a: T, b: T): T => (a > b ? a : b);
