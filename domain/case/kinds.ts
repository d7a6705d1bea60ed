// Which plans there are, with the names of their meetings and of the limits a policy sets for them. Names alone: a plan's life is its
// lifecycle (lifecycles/registry.ts). Everything stands on these names, so this file imports nothing.

/** Every plan. The types below follow from it. */
export const PLANS = {
  'child-protection': {
    meetings: ['initial-conference', 'core-group', 'review-conference'],
    limits: [
      'initial-conference',
      'first-core-group',
      'next-core-group',
      'first-review-conference',
      'next-review-conference',
    ],
  },
  'child-in-need': {
    meetings: ['cin-meeting', 'cin-review'],
    limits: ['first-cin-meeting', 'next-cin-meeting', 'first-cin-review', 'next-cin-review', 'cin-review-meeting'],
  },
  'looked-after': {
    meetings: ['lac-review', 'core-group'],
    limits: ['first-lac-review', 'second-lac-review', 'next-lac-review'],
  },
} as const satisfies Readonly<
  Record<string, { readonly meetings: readonly string[]; readonly limits: readonly string[] }>
>;

type Plans = typeof PLANS;

export type CaseKind = keyof Plans;
export const CASE_KINDS = Object.keys(PLANS) as readonly CaseKind[];

/** The meetings a plan has. A kind of meeting may belong to several plans. */
export type MeetingOf<Kind extends CaseKind> = Plans[Kind]['meetings'][number];
export type MeetingKind = MeetingOf<CaseKind>;
export const MEETING_KINDS: readonly MeetingKind[] = [
  ...new Set(Object.values(PLANS).flatMap((plan): readonly MeetingKind[] => plan.meetings)),
];

/** The limits that belong to one plan's meetings. */
export type PlanLimit = Plans[CaseKind]['limits'][number];
export const PLAN_LIMITS: readonly PlanLimit[] = Object.values(PLANS).flatMap(
  (plan): readonly PlanLimit[] => plan.limits,
);

/** Happens once, and so has no number in its id. */
export const HAPPENS_ONCE: readonly MeetingKind[] = ['initial-conference'];
