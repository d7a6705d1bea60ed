// What a mail says about each duty: the request, how things stand, and what to do. In plain English, for a busy reader, who need not be
// the one who owes the duty: others get copies.

import type { DutyKey, Role } from '../domain/case/model.ts';
import { type DutyFamily, familyOf } from '../domain/duties/families.ts';

/** The words for one family of duties; `of` is the meeting or thing the duty is about. */
export interface DutyText {
  /** The request, as a whole sentence. */
  readonly ask: (of: string) => string;
  /** The request after the limit, where that differs. */
  readonly askLate?: (of: string) => string;
  /** What the one who owes it is to do, after "they will" or "to"; the request without its "please" where that reads well. */
  readonly does?: (of: string) => string;
  /** That it is done, before a date; "was done" where nothing else is said. */
  readonly done?: (of: string) => string;
  /** How things stand after the limit, as a whole sentence. It leaves the limit's date out. */
  readonly late: (of: string) => string;
  /** How things stand before the limit, where that differs. */
  readonly early?: (of: string) => string;
  /** What to do, and how, for the one who owes the duty. */
  readonly todo: (of: string) => readonly string[];
  /** What a reader of a copy can do, besides speaking with the one who owes it. */
  readonly copy?: readonly string[];
  /** Roles that may do it as well: anybody who knows may say whether a meeting was held. */
  readonly also?: readonly string[];
}

export const RECORDED = 'If this has been done already, please have it recorded on the case. Then these messages stop.';

/** The texts of every family of duties. A missing one does not compile. */
const TEXTS: Readonly<Record<DutyFamily, DutyText>> = {
  hold: {
    ask: (of) => `Please book ${the(of)}, and hold it in time.`,
    askLate: (of) => `Please hold ${the(of)} as soon as you can.`,
    does: (of) => `hold ${the(of)}`,
    done: (of) => `${the(of)} was held`,
    late: (of) => `${upper(the(of))} has not been held.`,
    early: (of) => `${upper(the(of))} is not booked yet.`,
    todo: (of) => [
      `Agree a date, a time and a private, accessible place with the family and the members, and record the booking of ${the(of)}.`,
      'Invitations go out by themselves as soon as the booking is recorded.',
      'If it has been held already, please record the day it was held.',
    ],
  },
  attend: {
    ask: (of) => `Please come to ${the(of)}.`,
    late: (of) => `Nobody has recorded who came to ${the(of)}.`,
    todo: () => [
      'If you cannot come, please send your apologies to the social worker, and say who will come from your agency in your place.',
    ],
  },
  confirm: {
    ask: (of) => `Please say whether ${the(of)} was held.`,
    late: (of) => `Nobody has recorded yet whether ${the(of)} was held.`,
    todo: () => [
      'If it was held, record the day, who chaired, who took the minutes and who was there.',
      'If it was not held, record that, and book a new date.',
    ],
    also: ['social-worker', 'conference-chair'],
  },
  minutes: {
    ask: (of) => `Please send the written minutes of ${the(of)} to the social worker.`,
    done: (of) => `the minutes of ${the(of)} reached the social worker`,
    late: (of) => `The minutes of ${the(of)} have not reached the social worker.`,
    todo: () => [
      'Please send them by your agency’s secure route, not in a reply to this e-mail.',
      'If somebody else took the minutes, or you need help to finish them, please tell the social worker.',
    ],
    copy: ['If the social worker has them, please have the day recorded on which they came. Then these messages stop.'],
  },
  distribute: {
    ask: (of) => `Please pass the minutes of ${the(of)} on to every member and the family.`,
    done: (of) => `the minutes of ${the(of)} were passed on to everybody`,
    late: (of) => `The minutes of ${the(of)} have not been passed on to everybody.`,
    todo: () => [
      'Send the minutes and the updates to the plan to each member, and make sure that the family has them too.',
      'Record for each person how they got them, or why they were withheld.',
    ],
  },
  papers: {
    ask: (of) => `Please get the papers for ${the(of)} ready.`,
    done: (of) => `the papers for ${the(of)} were ready`,
    late: (of) => `The papers for ${the(of)} are not recorded as ready.`,
    todo: () => [
      'Collect the report and, for a review, the plan and the minutes of the meetings since the last one.',
      'Share them with whoever chairs it and with the members, and record that you have.',
    ],
  },
  action: {
    ask: (of) => `Please carry out ${of}, which the plan asks of you.`,
    does: (of) => `carry out ${of}`,
    late: (of) => `${upper(of)} is not recorded as done.`,
    todo: () => [
      'See what was agreed in your copy of the plan, carry it out, and record what came of it.',
      'If something stands in the way, please tell the social worker now rather than at the next meeting.',
    ],
  },
  allocate: {
    ask: () => 'Please allocate this case to a social worker.',
    late: () => 'The case has no social worker.',
    todo: () => [
      'The social worker has left. Until the case is allocated anew, what is for the social worker comes to you.',
      'Record case-reallocated as soon as it is decided: from then on it goes to them.',
    ],
  },
  date: {
    ask: (of) => `Please agree who is to carry out ${of}, and by when.`,
    does: (of) => `agree who is to carry out ${of}, and the day`,
    late: (of) => `${upper(of)} still has no owner, or no date.`,
    todo: () => [
      'Record the action again under its id, with its owner and its date.',
      'Nobody is reminded of an action without a date.',
    ],
  },
  propose: {
    ask: (of) => `Please propose ${the(of)}.`,
    late: (of) => `Nobody has proposed ${the(of)} yet.`,
    todo: () => [
      'Discuss with the child and the parents who takes part and how often they meet, and record it. The manager is then asked to approve it.',
    ],
  },
  approve: {
    ask: (of) => (of === 'closure' ? 'Please decide whether this case can be closed.' : `Please decide on ${the(of)}.`),
    does: (of) => (of === 'closure' ? 'decide whether this case can be closed' : `decide on ${the(of)}`),
    late: (of) =>
      `A manager’s decision ${of === 'closure' ? 'whether this case can be closed' : `on ${the(of)}`} is outstanding.`,
    todo: () => ['Read what was proposed, decide, and record your decision with its reasons and date.'],
  },
  agree: {
    ask: (of) => `Please have ${the(of)} finalised and agreed at the next meeting.`,
    late: (of) => `${upper(the(of))} has not been finalised and agreed.`,
    todo: () => ['Go through it with the family and the members, and record with the meeting that it was agreed.'],
  },
  explain: {
    ask: (of) => `Please record why ${the(of)} was late.`,
    late: (of) => `The reason why ${the(of)} was late has not been recorded.`,
    todo: () => [
      'Record the reason in a sentence or two. It stays with the case; nobody is asked to put a date right afterwards.',
    ],
  },
  tell: {
    ask: (of) => `Please tell the family about ${the(of)}.`,
    late: (of) => `It is not recorded that the family was told about ${the(of)}.`,
    todo: () => ['No e-mail is safe for them. Please tell them in the way that suits them, and record that you have.'],
  },
  transfer: {
    ask: () => 'Please tell the authority that the family moved to.',
    late: () => 'It is not recorded that the authority the family moved to was told.',
    todo: () => ['Speak with its duty team, hand the case over, and record a decision about transfer/case.'],
  },
  'say-next': {
    ask: () => 'Please say what follows now that the plan has ended.',
    late: () => 'Nobody has said what follows the plan that ended.',
    todo: () => [
      'Decide with the social worker whether a child in need plan follows or nothing does, and record plan-ended with what is next.',
      'With a child in need plan its case opens by itself, and counts from the day this plan ended.',
    ],
  },
  open: {
    ask: (of) => `Please see that the ${of} case is opened.`,
    late: (of) => `The ${of} case that follows has not been opened.`,
    todo: () => ['Open it with a new reference, so that nothing is lost between the two plans.'],
  },
  report: {
    ask: (of) => `Please see that the ${of} case knows what was decided, as it stands now.`,
    late: (of) => `The ${of} case has not been told what was decided.`,
    todo: (of) => [
      `After a conference, record child-protection-decided on the ${of} case. With a child protection plan its own plan ends.`,
      `Where something was put right here, see that the ${of} case says the same.`,
    ],
  },
  end: {
    ask: () => 'Please end this case: what opened it was recorded in error.',
    late: () => 'What opened this case was recorded in error, and it has not been ended.',
    todo: () => [
      'See in the case it came from what was put right.',
      'If there is no plan to be made here, end the case with that reason. If there is, record why it goes on, and tell the operators.',
    ],
  },
  'step-down': {
    ask: () => 'Please talk over with the agencies and the family what universal services take on.',
    late: () => 'It is not recorded that the agencies and the family talked over what universal services take on.',
    todo: () => ['Talk with the agencies, the child and the family, and record with whom.'],
  },
  engage: {
    ask: () => 'Please talk with the parents about working with the plan.',
    late: () => 'It is not recorded that anybody talked with the parents about working with the plan.',
    todo: () => ['Consent was withdrawn. Try to support the parents to work with the plan, and record what you tried.'],
  },
  consider: {
    ask: () => 'Please consider whether a strategy discussion is needed.',
    late: () => 'It is not recorded whether a strategy discussion was considered.',
    todo: () => ['Decide together, and record the outcome with its reasons, whichever it is.'],
    also: ['team-manager', 'consultant-social-worker', 'manager'],
  },
  represent: {
    ask: (of) => `Please find somebody from your agency to stand in for you at ${the(of)}.`,
    does: (of) => `find somebody from their agency to stand in at ${the(of)}`,
    late: (of) => `Nobody is named to stand in at ${the(of)}.`,
    todo: () => [
      'Tell the social worker who will come. If nobody can, agree a written report with your line manager.',
      'If you can come after all, please tell the social worker.',
    ],
  },
  assess: {
    ask: (of) => `Please see that the assessment ${the(of)} asked for is made.`,
    late: (of) => `The assessment ${the(of)} asked for is not recorded as completed.`,
    todo: () => ['Have it made, and record the day it was completed and what it concludes.'],
  },
  discuss: {
    ask: () => 'Please hold the strategy discussion that was asked for.',
    late: () => 'The strategy discussion that was asked for is not recorded as held.',
    todo: () => ['Hold it with the police and the other agencies, and record the day.'],
  },
  'next-steps': {
    ask: (of) => `Please consider what happens next: ${the(of)} showed no progress, nor did the one before.`,
    late: (of) => `It is not recorded what happens next after ${the(of)}.`,
    todo: () => ['Decide together what changes, and record the decision with its reasons.'],
  },
  circulate: {
    ask: (of) => `Please pass the amended ${of} on to everybody it concerns.`,
    late: (of) => `The amended ${of} has not been passed on to everybody.`,
    todo: () => [
      'Send it to the child if appropriate, the parents and every agency in it, new ones included, and record who has it.',
    ],
  },
  letter: {
    ask: () => 'Please send the closure letter.',
    late: () => 'The closure letter is not recorded as sent.',
    todo: () => [
      'Write it for this family: it should be no surprise, and it must say how to make contact again, or who else can help.',
      'Record whom it went to.',
    ],
  },
  notify: {
    ask: () => 'Please tell everybody concerned that the case is closed.',
    late: () => 'It is not recorded that everybody concerned was told of the closure.',
    todo: () => ['Tell the members, the child if appropriate and the family, and record how each was told.'],
  },
  close: {
    ask: () => 'Please complete the closing of this case.',
    late: () => 'The closing of this case is not complete.',
    todo: () => ['Check that the route to closing, the letter and the notices are all recorded.'],
  },
};

const GENERAL: DutyText = {
  ask: (of) => `Please see to this: ${of}.`,
  late: (of) => `This is not recorded as done: ${of}.`,
  todo: () => ['Do it, or agree with the social worker who will.', RECORDED],
};

/** A social worker who took the minutes has nobody to send them to. */
const OWN_MINUTES: DutyText = {
  ask: (of) => `Please write the minutes of ${the(of)}, and record the day they were finished.`,
  does: (of) => `write the minutes of ${the(of)}`,
  done: (of) => `the minutes of ${the(of)} were finished`,
  late: (of) => `The minutes of ${the(of)} are not recorded as finished.`,
  todo: () => ['If somebody else took the minutes, please record who it was with the meeting.'],
};

/** A meeting that is to be held, and is booked after its limit. */
export const SOONER: DutyText = {
  ask: (of) => `Please see whether ${the(of)} can be held sooner than it is booked.`,
  does: (of) => `find an earlier day for ${the(of)}`,
  late: (of) => `${upper(the(of))} has not been held.`,
  todo: () => [
    'If an earlier day can be found, please move the meeting. Everybody hears of it by itself.',
    'If it has been held already, please record the day it was held.',
  ],
};

/** A meeting that is to be held, and whose day has passed. */
export const CONFIRM_HELD: DutyText = {
  ...TEXTS.confirm,
  late: (of) => `Nobody has said whether ${the(of)} was held.`,
};

/**
 * The words for a duty's family. A duty of another release, unknown here, gets general words, so that its mail still goes.
 * @param role of whoever owes it
 */
export const dutyText = (duty: DutyKey, role?: Role): DutyText => {
  const family = familyOf(duty);
  if (family === 'minutes' && role === 'social-worker') return OWN_MINUTES;
  return family ? TEXTS[family] : GENERAL;
};

/** With its article; a numbered meeting ("core group 3") takes none. */
export const the = (of: string): string => (/\d$/.test(of) ? of : `the ${of}`);
export const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
