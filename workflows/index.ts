// What the workflow bundle holds: the three workflow types.

export { childInNeed } from './child-in-need.ts';
export { childProtection } from './child-protection.ts';
export { lookedAfter } from './looked-after.ts';
