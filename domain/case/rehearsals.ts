// Rehearsals bear an authority of their own, so that lists, the watchdog and the record leave them out, and no real case may bear it.

const PREFIX = 'rehearsal-';

/** The authority a rehearsal of this one bears. */
export const rehearsalAuthority = (authority: string): string => `${PREFIX}${authority}`;

/** Whether a case with this authority is a rehearsal; a workflow that is no case has none. */
export const isRehearsalAuthority = (authority: string | undefined): boolean => authority?.startsWith(PREFIX) ?? false;
