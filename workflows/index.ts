// What the workflow bundle holds: a workflow type for each kind of case, and the one that takes a changed policy to them.

export { applyToCases } from './apply.ts';
export { childInNeed } from './child-in-need.ts';
export { childProtection } from './child-protection.ts';
export { lookedAfter } from './looked-after.ts';
