// The catalogue: everything there is to know about each type of event, once. Its fields and their types, in which kinds of case it may
// stand, who may record it, and what it says. docs/events.md is held to it; what follows from an event is in change.ts.

import * as z from 'zod/mini';
import type { Policy } from '../policy/policy.ts';
import { describeIssue, PolicyError, parsePolicy } from '../policy/read-policy.ts';
import { changedAt, type Path, placesOf, readers, textsAt } from './event-fields.ts';
import { MEETING_KINDS } from './kinds.ts';
import { CASE_KINDS, type CaseKind, type MeetingId, type PersonId } from './model.ts';

const {
  actions,
  booking,
  came,
  contents,
  date,
  days,
  dutyKey,
  eventId,
  fixed,
  help,
  id,
  items,
  kindOfCase,
  meeting,
  opt,
  papers,
  people,
  person,
  personId,
  place,
  somebody,
  text,
  time,
  told,
  yesOrNo,
} = readers();

/** Who may record a type of event (L3). */
export type Source =
  /** People and services, for a person of the case. */
  | 'anybody'
  /** Nodrift itself alone. */
  | 'nodrift'
  /** Nodrift itself, or a manager who says why: for a case that is kept elsewhere. */
  | 'nodrift or a manager';

/** One type of event. Whatever is forgotten does not compile. */
interface Entry {
  /** One sentence for people: what happened. */
  readonly says: string;
  readonly in: readonly CaseKind[];
  readonly from: Source;
  readonly fields: z.core.$ZodShape;
  /** It ends or revives a plan, or helps to: always, or with one of these outcomes. Only a chair or a manager puts it right (L1). */
  readonly ends?: true | readonly string[];
  /** It changes no fact of the case (change.ts): duties read it back from the events (history.ts). */
  readonly onlyRead?: true;
}

// What most entries say.
const EVERY_CASE = { in: CASE_KINDS, from: 'anybody' } as const;
const PROTECTION = { in: ['child-protection'], from: 'anybody' } as const;
const NEED = { in: ['child-in-need'], from: 'anybody' } as const;
const PROTECTION_OR_NEED = { in: ['child-protection', 'child-in-need'], from: 'anybody' } as const;

/** R102: the areas of the plan, in the authority's words: what each meeting goes through. No place for names. */
const areas = opt(items);
/** Which case led to this one: given by Nodrift with the event that opens it. */
const from = opt(z.strictObject({ kind: kindOfCase, ref: text }));
const otherCase = { kind: kindOfCase, ref: text };
/** Meetings held before a plan was brought in, at least the last of each kind: the numbers go on from there. */
const broughtMeetings = z
  .array(
    z.strictObject({
      kind: z.enum(MEETING_KINDS),
      number: z.number().check(z.int('must be a whole number'), z.positive('must be more than 0'), z.maximum(999)),
      on: date,
      mode: opt(z.enum(['meeting', 'consultation'])),
      nextStart: opt(time),
      venue: opt(text),
      /** Whoever is to come to the next knows its date and place. */
      invited: opt(yesOrNo),
      minutes: opt(z.enum(['received', 'passed-on'])),
    }),
  )
  .check(z.maxLength(200, 'names more than 200 meetings'));
const decision = z.enum(['plan', 'no-plan']);
/** A whole policy, checked as it is wherever one is read. */
const policy = z.pipe(
  z.unknown(),
  z.transform((data: unknown, context) => {
    try {
      return parsePolicy(data);
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error;
      context.issues.push({ code: 'custom', message: error.message, input: data });
      return z.NEVER;
    }
  }),
);

/** A whole event, as it should have been recorded. What it is follows from its own type (readAs). */
export interface WholeEvent {
  readonly type: string;
  readonly by: string;
  readonly reason?: string | undefined;
}

const wholeEvent = z.pipe(z.unknown(), z.transform(readWhole));

function readWhole(data: unknown, context: z.core.ParsePayload): WholeEvent {
  const wrong = (message: string) => {
    context.issues.push({ code: 'custom', message, input: data });
    return z.NEVER;
  };
  const type = String((data as { type?: unknown } | null)?.type);
  if (!isEventType(type)) return wrong(`unknown event "${type}"`);
  if (PUTS_RIGHT.includes(type))
    return wrong(`${type} is no event of the plan: correct what it speaks of, or withdraw it`);
  const event = readAs(type, data);
  return 'issues' in event ? wrong(event.issues.map(describeIssue).join('; ')) : event;
}
const PUTS_RIGHT: readonly string[] = ['event-corrected', 'event-withdrawn'];

// Made once, for all the cases of a worker: the sandbox preloads this file (docs/decisions/004).
const CATALOGUE = {
  'strategy-discussion-held': {
    says: 'A strategy discussion was held, and began enquiries under section 47.',
    ...PROTECTION_OR_NEED,
    fields: { on: date, from },
  },
  'conference-called': {
    says: 'The initial conference has a date, and agencies and family are called to it.',
    ...PROTECTION,
    fields: { ...place, invited: people, ...booking },
  },
  'conference-held': {
    says: 'The initial child protection conference was held.',
    ...PROTECTION,
    ends: ['no-plan'],
    fields: {
      on: date,
      outcome: decision,
      members: opt(people),
      firstCoreGroup: opt(fixed),
      /** L20: where it is said who chaired and who was there, the conference had its quorum. */
      chair: opt(personId),
      present: opt(came),
      areas,
      confirmed: opt(items),
    },
  },
  'meeting-booked': { says: 'A meeting has a date.', ...EVERY_CASE, fields: { meeting, ...place, ...booking } },
  'meeting-moved': {
    says: 'A booked meeting has another date or place.',
    ...EVERY_CASE,
    fields: { meeting, ...place, venue: opt(text), ...booking },
  },
  'meeting-cancelled': { says: 'A booked meeting is called off.', ...EVERY_CASE, fields: { meeting } },
  'meeting-not-held': {
    says: 'A meeting did not take place, or could not go ahead (R63).',
    ...EVERY_CASE,
    fields: { meeting },
  },
  'apologies-received': {
    says: 'Somebody cannot come.',
    ...EVERY_CASE,
    fields: {
      meeting,
      person: personId,
      representative: opt(text),
      writtenReport: opt(z.strictObject({ agreedBy: opt(personId) })),
    },
  },
  'acceptance-received': {
    says: 'Somebody who is asked to a meeting says that they come.',
    ...EVERY_CASE,
    fields: { meeting, person: personId },
    onlyRead: true,
  },
  'meeting-held': {
    says: 'A meeting took place.',
    ...EVERY_CASE,
    ends: ['end', 'close'],
    fields: {
      meeting,
      on: date,
      chair: personId,
      minuteTaker: personId,
      present: came,
      next: opt(fixed),
      planAgreed: opt(yesOrNo),
      scaling: opt(z.number().check(z.minimum(0), z.maximum(10))),
      outcome: opt(z.enum(['continue', 'end', 'close', 'assess', 'strategy-discussion'])),
      mode: opt(z.enum(['meeting', 'consultation'])),
      consulted: opt(people),
      noSignificantChange: opt(yesOrNo),
      /** R146: the plan was amended; it is then passed on. */
      planAmended: opt(yesOrNo),
      /** R100, R138: membership and frequency as a review recorded them. */
      members: opt(people),
      everyDays: opt(days),
      /** R84, R85: whether core groups would help a looked after child, asked at each review. */
      coreGroupNeeded: opt(yesOrNo),
      areas,
      /** What the checklist of this kind of meeting asks and was done (checklists.ts). */
      confirmed: opt(items),
    },
  },
  'minutes-received': {
    says: 'The social worker has the minutes.',
    ...EVERY_CASE,
    fields: { meeting, on: date },
  },
  'minutes-distributed': {
    says: 'The minutes were passed on; may be recorded in parts.',
    ...EVERY_CASE,
    fields: { meeting, to: told },
  },
  'family-told': {
    says: 'Family who cannot safely be e-mailed were told of a meeting, or of its cancellation.',
    ...EVERY_CASE,
    fields: { meeting, to: told, on: opt(date) },
  },
  'action-agreed': {
    says: 'An action of the plan.',
    ...EVERY_CASE,
    // R66: `activity` is the work, measured apart from its outcome.
    fields: { id, owner: opt(personId), due: opt(date), activity: opt(text), on: opt(date) },
  },
  'action-done': {
    says: 'An action is done, once.',
    ...EVERY_CASE,
    fields: { id, outcome: opt(text), on: opt(date) },
  },
  'decision-recorded': {
    says: 'A decision, with its reason in `reason`.',
    ...EVERY_CASE,
    fields: { about: opt(text), decision: opt(text) },
  },
  'person-joined': {
    says: 'Somebody becomes a member, or something about them has changed.',
    ...EVERY_CASE,
    fields: { person: z.union([personId, person]), on: opt(date) },
  },
  'person-updated': {
    says: 'Something about somebody has changed, or a manager comes to be known; nobody becomes a member by it.',
    ...EVERY_CASE,
    fields: { person, on: opt(date) },
  },
  'person-left': {
    says: 'A member is one no longer.',
    ...EVERY_CASE,
    fields: { person: personId, on: opt(date) },
  },
  'case-reallocated': {
    says: 'The case goes to another social worker, another team, or both.',
    ...EVERY_CASE,
    fields: { to: personId, team: opt(text), on: opt(date) },
  },
  'cover-arranged': {
    says: 'Somebody is away, and somebody else stands in.',
    ...EVERY_CASE,
    fields: { person: personId, from: date, until: date, cover: personId },
  },
  'brought-in': {
    says: 'A plan that was running already is brought in, as it stood on a day.',
    ...EVERY_CASE,
    fields: {
      on: date,
      strategyDiscussion: opt(date),
      conference: opt(date),
      referral: opt(date),
      planApproved: opt(date),
      /** The day the family consented. */
      consent: opt(date),
      lookedAfter: opt(date),
      planAgreed: opt(date),
      members: people,
      everyDays: opt(days),
      areas,
      meetings: broughtMeetings,
      actions: opt(actions),
    },
  },
  'cover-ended': {
    says: 'Somebody is back, and nobody stands in for them any more.',
    ...EVERY_CASE,
    fields: { person: personId, on: date },
  },
  'referral-received': { says: 'The initial referral.', ...NEED, fields: { on: date } },
  'assessment-completed': {
    says: 'A Children’s Social Care assessment is complete.',
    ...EVERY_CASE,
    // R86: `familySupport` says whether it concludes that services are needed under section 17; so unless said otherwise.
    fields: { on: date, outcome: text, familySupport: opt(yesOrNo) },
  },
  'plan-proposed': {
    says: 'The social worker proposes the plan’s members and how often they meet.',
    ...NEED,
    fields: {
      members: opt(people),
      everyDays: opt(days),
      /** R90: the child and parents with whom the attendees were discussed first. */
      discussedWith: opt(people),
      areas,
      confirmed: opt(items),
      on: opt(date),
    },
  },
  'plan-approved': { says: 'The manager approves the plan.', ...NEED, fields: { on: opt(date) } },
  'consent-given': { says: 'The family consents.', ...NEED, fields: { on: opt(date) } },
  'consent-withdrawn': { says: 'The parents withdraw their consent.', ...NEED, fields: { on: opt(date) } },
  'engagement-attempted': {
    says: 'The social worker encouraged the family to work with the plan.',
    ...NEED,
    fields: { on: opt(date) },
    onlyRead: true,
  },
  'strategy-considered': {
    says: 'Whether a strategy discussion is needed was considered.',
    ...NEED,
    fields: { outcome: z.enum(['to-be-held', 'not-needed']), on: opt(date) },
    onlyRead: true,
  },
  'closure-discussed': {
    says: 'Closing was talked over.',
    ...NEED,
    ends: true,
    fields: { with: somebody, on: opt(date) },
  },
  'closure-endorsed': { says: 'A meeting endorsed closing.', ...NEED, ends: true, fields: { meeting } },
  'closure-approved': {
    says: 'The manager approves closing.',
    ...NEED,
    ends: true,
    fields: { after: opt(z.literal('supervision')), on: opt(date) },
  },
  'closure-letter-sent': {
    says: 'The letter to child and family.',
    ...NEED,
    ends: true,
    fields: { to: somebody, contactAgain: opt(contents), supportAgencies: opt(contents), on: opt(date) },
  },
  'closure-notified': {
    says: 'One person was told that the case is closed.',
    ...NEED,
    ends: true,
    fields: { person: personId, how: text, on: opt(date) },
  },
  'case-closed': {
    says: 'The case is closed, once.',
    ...NEED,
    ends: true,
    // R162: remaining needs are met by universal services.
    fields: { on: opt(date), stepDown: opt(z.literal('universal-services')) },
  },
  'became-looked-after': {
    says: 'The child became looked after.',
    ...EVERY_CASE,
    fields: { on: date, members: opt(people), from },
  },
  'ceased-looked-after': {
    says: 'The child is no longer looked after, once.',
    in: ['looked-after'],
    from: 'anybody',
    ends: true,
    fields: { on: date },
  },
  'papers-provided': {
    says: 'Documents for a review are there and shared with the manager; may be recorded in parts.',
    ...EVERY_CASE,
    fields: { meeting, documents: papers, on: opt(date) },
  },
  'plan-circulated': {
    says: 'The plan that a review amended was sent out; may be recorded in parts.',
    ...EVERY_CASE,
    fields: { meeting, to: told },
  },
  'case-opened': {
    says: 'The case this one leads to is open.',
    in: CASE_KINDS,
    from: 'nodrift or a manager',
    fields: otherCase,
  },
  'case-told': {
    says: 'The case this one came from knows what was decided.',
    in: CASE_KINDS,
    from: 'nodrift or a manager',
    // L1: which version of what was decided, where another was told before.
    fields: { ...otherCase, what: opt(eventId) },
  },
  'opening-withdrawn': {
    says: 'The case that led to this one did so in error; or, as it turned out, not in error after all.',
    in: CASE_KINDS,
    from: 'nodrift',
    fields: { stands: opt(yesOrNo) },
  },
  'case-reopened': {
    says: 'A case that was closed is open again, to be put right.',
    in: CASE_KINDS,
    from: 'nodrift',
    fields: { on: opt(date) },
  },
  'child-protection-decided': {
    says: 'A conference decided whether there is a child protection plan.',
    in: ['child-in-need'],
    from: 'nodrift or a manager',
    // L1: none, where what was told was recorded in error.
    fields: { on: date, outcome: z.enum(['plan', 'no-plan', 'none']), ref: text },
  },
  'address-refused': {
    says: 'A relay refused somebody’s address for good.',
    in: CASE_KINDS,
    from: 'nodrift',
    fields: { person: personId, code: text },
  },
  'plan-ended': {
    says: 'The child protection plan ended.',
    ...PROTECTION_OR_NEED,
    ends: true,
    // `actions`: what is still to be done, in the child in need case that it begins (L10).
    fields: { on: date, next: opt(z.enum(['child-in-need', 'none'])), from, actions: opt(actions) },
  },
  'checklist-answered': {
    says: 'What a checklist asked when something was recorded is answered afterwards.',
    ...EVERY_CASE,
    fields: { answers: eventId, confirmed: items },
    onlyRead: true,
  },
  'put-off': {
    says: 'Whoever owes something is on it, and asks to be asked again on a day.',
    ...EVERY_CASE,
    fields: { duty: dutyKey, until: date, reason: text },
    onlyRead: true,
  },
  'not-mine': {
    says: 'Whoever is asked for something says that it is not theirs to do.',
    ...EVERY_CASE,
    fields: { duty: dutyKey, whose: opt(personId) },
    onlyRead: true,
  },
  'later-date-asked': {
    says: 'The owner of an action asks for a later date.',
    ...EVERY_CASE,
    fields: { action: id, due: date, reason: text },
  },
  'later-date-answered': {
    says: 'Whether an action may be done by the later date that was asked for.',
    ...EVERY_CASE,
    // `due`: the date that was agreed, where it is not the one that was asked for.
    fields: { action: id, agreed: yesOrNo, due: opt(date) },
  },
  'help-asked': {
    says: 'Somebody needs help to come to a meeting.',
    ...EVERY_CASE,
    fields: { meeting, person: opt(personId), what: opt(help) },
    onlyRead: true,
  },
  'event-corrected': {
    says: 'Something was recorded wrongly: this is how it was.',
    ...EVERY_CASE,
    fields: { corrects: eventId, event: wholeEvent, reason: text },
    onlyRead: true,
  },
  'event-withdrawn': {
    says: 'Something was recorded that never happened.',
    ...EVERY_CASE,
    fields: { withdraws: eventId, reason: text },
    onlyRead: true,
  },
  'enquiries-ended': {
    says: 'Enquiries under section 47 ended without a conference.',
    ...PROTECTION_OR_NEED,
    ends: true,
    fields: { on: date, outcome: z.enum(['no-further-action', 'child-in-need']), from },
  },
  'case-ended': {
    says: 'The case ended, whatever was planned.',
    ...EVERY_CASE,
    ends: true,
    // `to`: the authority that a family moved to.
    fields: { on: date, why: z.enum(['moved-away', 'eighteen', 'died', 'opened-in-error']), to: opt(text) },
  },
  'policy-changed': {
    says: 'The authority’s figures, gates and ladders have changed.',
    in: CASE_KINDS,
    from: 'nodrift',
    fields: { policy, reproject: opt(yesOrNo) },
  },
  'calendar-changed': {
    says: 'Bank holidays or closure days have changed.',
    in: CASE_KINDS,
    from: 'nodrift',
    fields: { calendar: z.strictObject({ bankHolidays: z.array(date), until: date, closureDays: z.array(date) }) },
  },
} satisfies Readonly<Record<string, Entry>>;

export type EventType = keyof typeof CATALOGUE;
export const EVENT_TYPES = Object.keys(CATALOGUE) as readonly EventType[];

type OnlyRead = { [T in EventType]: (typeof CATALOGUE)[T] extends { onlyRead: true } ? T : never }[EventType];
/** Whether an event changes no fact, and is only read back from the events. */
export const isOnlyRead = (event: CaseEvent): event is EventOf<OnlyRead> =>
  (CATALOGUE[event.type] as Entry | undefined)?.onlyRead === true;

/**
 * What every event carries: who says so; why, where there is something to explain; and how it was said, where not by a service or at a
 * terminal: by a link in a mail, by answering a mail, or of a letter that was posted or handed over.
 */
const envelope = { by: personId, reason: opt(text), via: opt(z.enum(['link', 'reply', 'letter'])) };

type Fields<Of extends z.core.$ZodShape> = z.output<z.ZodMiniObject<Of, z.core.$strict>>;
type Events = {
  readonly [T in EventType]: Unchanging<
    { type: T } & Fields<typeof envelope> & Fields<(typeof CATALOGUE)[T]['fields']>
  >;
};
/** As the readers give it, never to be changed: an event is only followed. */
type Unchanging<T> = T extends string | number | boolean | undefined | Policy
  ? T
  : T extends readonly (infer Item)[]
    ? readonly Unchanging<Item>[]
    : { readonly [Field in keyof T]: Unchanging<T[Field]> };

/** An event of these types, as its entry in the catalogue describes it. */
export type EventOf<T extends EventType> = Events[T];
/** Any event there is. */
export type CaseEvent = Events[EventType];

/** A place of an event that names people or meetings, and what refusals call it: `writtenReport.agreedBy`. */
interface Place {
  readonly field: string;
  readonly path: Path;
}

const byType = new Map(
  EVENT_TYPES.map((type) => {
    const shape = { type: z.literal(type), ...envelope, ...CATALOGUE[type].fields };
    const places = (reader: z.core.$ZodType): readonly Place[] =>
      placesOf(reader, shape).map((path) => ({ field: path.join('.'), path }));
    return [type as string, { schema: z.strictObject(shape), people: places(personId), meetings: places(meeting) }];
  }),
);

/** Whether there is such a type. Names that every object has are none. */
export const isEventType = (type: string): type is EventType => byType.has(type);

/** The event that this is, if it is one of this type; or else what is wrong with it. */
export function readAs(type: EventType, data: unknown): CaseEvent | z.core.$ZodError {
  const reader = byType.get(type);
  if (!reader) throw new Error(`the catalogue has no ${type}`);
  const result = z.safeParse(reader.schema, data, { reportInput: true });
  return result.success ? (result.data as CaseEvent) : result.error;
}

/** The kinds of case in which a type may stand. */
export const mayStandIn = (type: EventType): readonly CaseKind[] => CATALOGUE[type].in;

/** Who may record a type (L3). */
export const sourceOf = (type: EventType): Source => CATALOGUE[type].from;

/** Whether an event ends or revives a plan, or helps to (L1). */
export function endsSomething(event: CaseEvent): boolean {
  const { ends } = CATALOGUE[event.type] as Entry;
  return ends === true || (ends !== undefined && 'outcome' in event && ends.includes(event.outcome ?? ''));
}

/** The fields of a type, those that every event carries among them; without its type. */
export const shapeOf = (type: EventType): z.core.$ZodShape => ({ ...envelope, ...CATALOGUE[type].fields });

/** What a type says happened, in one sentence. */
export const describeEvent = (type: EventType): string => CATALOGUE[type].says;

/** Everybody an event names who must be a person of the case, each with the field that names them. */
export function peopleIn(event: CaseEvent): readonly { readonly field: string; readonly id: PersonId }[] {
  return named(event, byType.get(event.type)?.people);
}

/** An event, however wrong, with everybody it names called otherwise. @param call gives the id for what was written at a field */
export function withPeople(type: EventType, event: unknown, call: (written: string, field: string) => string): unknown {
  const places = byType.get(type)?.people ?? [];
  return places.reduce((all, { field, path }) => changedAt(all, path, (written) => call(written, field)), event);
}

/** Every meeting an event names. */
export function meetingsIn(event: CaseEvent): readonly MeetingId[] {
  return named(event, byType.get(event.type)?.meetings).map((one) => one.id as MeetingId);
}

function named(event: CaseEvent, places: readonly Place[] = []): readonly { field: string; id: string }[] {
  const found: { field: string; id: string }[] = [];
  for (const { field, path } of places) for (const id of textsAt(event, path)) found.push({ field, id });
  return found;
}
