// Each row of docs/rules.md with its own line broken: where the line is, and what stands there instead. The text must be there exactly once,
// so it is kept short and telling. Whoever changes such a line changes it here too. Used by mutate.ts.

/** One line, broken. */
export interface Mutation {
  readonly file: string;
  readonly find: string;
  readonly put: string;
}

const line = (file: string, find: string, put: string): Mutation => ({ file, find, put });

const GATES = 'domain/accept/gates.ts';
const BOOKING_GATES = 'domain/accept/booking-gates.ts';
const NEED_GATES = 'domain/accept/need-gates.ts';
const CONTRADICTIONS = 'domain/accept/contradictions.ts';
const CHECKLISTS = 'domain/accept/checklists.ts';
const ENDINGS = 'domain/accept/endings.ts';
const CHANGE = 'domain/case/change.ts';
const PUT_RIGHT = 'domain/case/put-right.ts';
const PEOPLE = 'domain/case/people.ts';
const ACTIONS = 'domain/duties/actions.ts';
const CLOSURE = 'domain/duties/closure.ts';
const MEETINGS = 'domain/duties/meetings.ts';
const PASSED_ON = 'domain/duties/passed-on.ts';
const PACE = 'domain/duties/own-pace.ts';
const REVIEWS = 'domain/duties/reviews.ts';
const NEED = 'domain/lifecycles/child-in-need.ts';
const PROTECTION = 'domain/lifecycles/child-protection.ts';
const LOOKED_AFTER = 'domain/lifecycles/looked-after.ts';
const ATTENDANCE = 'domain/notices/attendance.ts';
const LADDER = 'domain/notices/ladder.ts';
const STEPS = 'domain/notices/steps.ts';
const DEFAULTS = 'policies/defaults.json';

/** An item of the checklist that is asked for under another name, and so no longer. */
const asked = (item: string): Mutation => line(DEFAULTS, `"item": "${item}"`, '"item": "forgotten"');
/** At a conference nobody is asked which members are missing. */
const CONFERENCE_ASKS_MEMBERS = line(
  CHECKLISTS,
  "[...missingMembers(c, new Set(event.members)), ...checklist(c, meetingId('initial-conference', 1))]",
  "[...checklist(c, meetingId('initial-conference', 1))]",
);
/** Of a plan that is proposed nobody is asked which members are missing. */
const PLAN_ASKS_MEMBERS = line(
  CHECKLISTS,
  "[...missingMembers(c, new Set(event.members)), ...c.policy.checklist.filter((one) => one.at === 'plan')]",
  "[...c.policy.checklist.filter((one) => one.at === 'plan')]",
);

export const MUTATIONS: Readonly<Record<string, readonly Mutation[]>> = {
  R1: [
    line(CONTRADICTIONS, 'if (!meetings[kind]) {', 'if (false) {'),
    line(
      NEED,
      'leadsTo: (c) => [...toChildProtection(c), ...toLookedAfter(c)]',
      'leadsTo: (c) => [...toLookedAfter(c)]',
    ),
  ],
  R2: [
    line(GATES, 'broken: ended || early,', 'broken: ended,'),
    line(GATES, "(kind === 'cin-meeting' && isBefore(c.approval))", 'false'),
    line(NEED, "c.decided.find(({ outcome }) => outcome === 'plan')", 'c.decided.find(() => false)'),
  ],
  R3: [asked('members-parents'), CONFERENCE_ASKS_MEMBERS],
  R4: [asked('progress-mapped')],
  R5: [asked('family-leads')],
  R6: [asked('more-support')],
  R7: [
    line(
      ACTIONS,
      "const said = { key: dutyKey('action', id), owner,",
      "const said = { key: dutyKey('action', id), owner: undefined,",
    ),
  ],
  R8: [
    line(ACTIONS, "dueOn(c, due, ['R7', 'R8'])", "undated(['R7', 'R8'])"),
    line('domain/case/agreed-actions.ts', '!(said.due !== undefined && said.due < before.due)', 'true'),
  ],
  R9: [asked('danger-statements')],
  R10: [asked('scaling-question'), line(CHECKLISTS, "event.scaling === undefined ? [] : ['scaling-question']", '[]')],
  R11: [asked('progress-mapped')],
  R12: [asked('more-support')],
  R13: [
    ...['comfortable', 'accessible', 'private'].map(asked),
    line(BOOKING_GATES, '!VENUE.every((one) => thought.has(one))', 'false'),
  ],
  R14: [line(STEPS, '(isDoneLate(duty) ? lateness(c, duty, since) : [])', '[]')],
  R15: [asked('outline-plan')],
  R16: [line(GATES, 'broken: (event.members ?? []).length === 0,', 'broken: false,')],
  R17: [
    line(GATES, '!(event.firstCoreGroup?.start && event.firstCoreGroup.venue)', '!event.firstCoreGroup?.start'),
    line(GATES, '&& !(booked && standing(booked))', ''),
  ],
  R18: [asked('contact-details')],
  R19: [
    line(
      ATTENDANCE,
      'for (const member of membersAt(c, at)) {',
      'for (const member of membersAt(c, at).slice(0, 1)) {',
    ),
  ],
  R20: [
    line(DEFAULTS, '"first-core-group": { "within": 10,', '"first-core-group": { "within": 11,'),
    line(PROTECTION, "first: 'first-core-group'", "first: 'next-core-group'"),
  ],
  R21: [
    line(DEFAULTS, '"next-core-group": { "within": 28,', '"next-core-group": { "within": 27,'),
    line(PROTECTION, "next: 'next-core-group'", "next: 'first-core-group'"),
  ],
  R22: [
    line(GATES, 'broken: !event.next?.start && !ended &&', 'broken: false && !ended &&'),
    line(GATES, '!(next && (standing(next) || next.held))', '!next'),
  ],
  R23: [line(MEETINGS, "'in-time': 'before'", "'in-time': undefined")],
  R24: [asked('tasks-named')],
  R25: [line(GATES, "afterAssessment(c, 'R25'),", '')],
  R26: [asked('outline-plan-written')],
  R27: [line(NEED, "...agreePlan(c, 'cin-meeting'),", '')],
  R28: [
    line(NEED, "next: 'next-cin-meeting'", "next: 'cin-review-meeting'"),
    line(NEED, "first: 'first-cin-meeting'", "first: 'next-cin-meeting'"),
  ],
  R29: [line(MEETINGS, "'in-time': 'before'", "'in-time': undefined")],
  R30: [asked('members-child'), PLAN_ASKS_MEMBERS, CONFERENCE_ASKS_MEMBERS],
  R31: [asked('members-parents'), PLAN_ASKS_MEMBERS, CONFERENCE_ASKS_MEMBERS],
  R32: [asked('members-network'), PLAN_ASKS_MEMBERS, CONFERENCE_ASKS_MEMBERS],
  R33: [line(PEOPLE, 'return [worker, ...members];', 'return members;')],
  R34: [asked('members-health')],
  R35: [asked('members-education')],
  R36: [asked('members-others')],
  R37: [
    line(PASSED_ON, 'new Set([...membersOn(c, of),', 'new Set([...membersOn(c, since.on),'),
    line(
      PEOPLE,
      'filter((one) => one.from <= day && (one.until === undefined ||',
      'filter((one) => one.from <= day && (true ||',
    ),
  ],
  R38: [
    line(ATTENDANCE, 'if (at >= start || isAnnounced(booking, known)) continue;', 'continue;'),
    line(MEETINGS, '...(booking && !m.held ? tell(c, m, booking) : []),', ''),
    line(ATTENDANCE, '...(person === tells && { text })', '...{}'),
  ],
  R39: [asked('prioritised')],
  R40: [
    line(ATTENDANCE, 'if (manager !== undefined && !inside.has(manager)) found.add(manager);', ''),
    line(ATTENDANCE, 'managerAt(c, at), serviceManagerAt(c, at)]);', 'managerAt(c, at)]);'),
  ],
  R41: [asked('prioritised')],
  R42: [asked('support-to-take-part')],
  R43: [
    asked('introductions'),
    line(CHECKLISTS, "first ? ['first-meeting', 'meeting'] : ['meeting']", "['first-meeting', 'meeting']"),
  ],
  R44: [
    line(GATES, 'broken: number === 1 && !event.planAgreed && !c.planAgreed,', 'broken: false,'),
    line(CHANGE, 'event.planAgreed && lifecycleOf(c).meetings[kind]?.agreesPlan', 'event.planAgreed'),
    line(MEETINGS, 'if (!first || (c.planAgreed && c.planAgreed.on <= first.on)) return [];', 'return [];'),
  ],
  R45: [asked('tasks-clear')],
  R46: [
    line(CONTRADICTIONS, 'if (!present.includes(chair))', 'if (false)'),
    line(CONTRADICTIONS, 'if (!present.includes(minuteTaker))', 'if (false)'),
  ],
  R47: [line(MEETINGS, '...(booking && !m.held && !booking.ended ? represent(c, m, booking) : []),', '')],
  R48: [
    line(
      GATES,
      'event.writtenReport !== undefined && (event.reason === undefined || !agreed)',
      'event.writtenReport !== undefined && !agreed',
    ),
    line(
      GATES,
      'event.writtenReport !== undefined && (event.reason === undefined ||',
      'event.reason === undefined || (event.writtenReport !== undefined && false ||',
    ),
  ],
  R49: [line(MEETINGS, 'representative !== undefined || !!writtenReport', 'representative !== undefined')],
  R50: [line(STEPS, 'return inform(c, known,', 'return true ? [] : inform(c, known,')],
  R51: [
    line(
      ATTENDANCE,
      'for (const member of membersAt(c, at)) {',
      'for (const member of membersAt(c, at).slice(0, 1)) {',
    ),
  ],
  R52: [asked('prioritised')],
  R53: [
    asked('family-leads'),
    line(
      MEETINGS,
      'isFamily(c, own(c.people, booking.chair)) ? undefined : booking.chair',
      'false ? undefined : booking.chair',
    ),
  ],
  R54: [line(GATES, 'broken: event.chair === event.minuteTaker,', 'broken: false,')],
  R55: [asked('tasks-named')],
  R56: [asked('tasks-named'), line('domain/documents/turns.ts', 'times(a) - times(b) ||', '')],
  R57: [line('domain/documents/make-paper.ts', 'if (wanted.length > 0) return', 'if (wanted.length > 99) return')],
  R58: [line('mail/links.ts', "if (way.purpose !== 'attend' || notice.meeting === null)", 'if (way)')],
  R59: [
    line(DEFAULTS, '"minutes": { "within": 5,', '"minutes": { "within": 6,'),
    line(MEETINGS, '? [minutes(c, m, m.held),', '? ['),
    line(
      'domain/case/facts.ts',
      'm.minutes && m.held && m.minutes.on < m.held.on ? undefined : m.minutes',
      'm.minutes',
    ),
  ],
  R60: [
    line(
      MEETINGS,
      "const due = dueAfter(c, 'distribution', minutes, done);",
      "const due = dueAfter(c, 'minutes', minutes, done);",
    ),
    line(CONTRADICTIONS, "how === 'withheld' && (reason ?? all) === undefined", 'false'),
  ],
  R61: [line(MEETINGS, '...(booking && !m.held ? tell(c, m, booking) : []),', '')],
  R62: [
    line(STEPS, 'if (c.socialWorkers.length > 1) found.push(...reallocations(c, all, since));', ''),
    line(ACTIONS, 'action.owner === socialWorkerOn(c, agreed) ? undefined : action.owner', 'action.owner'),
    line(PEOPLE, 'return [worker, ...members];', 'return members;'),
  ],
  R63: [
    line(
      GATES,
      'broken: !inPerson(event.present).some((person) => actsAsSocialWorker(c, person)), message, mend };',
      'broken: false, message, mend };',
    ),
    line(PEOPLE, "own(c.people, person)?.role === 'social-worker';", 'person === socialWorkerAt(c, LATEST);'),
  ],
  R64: [
    line(
      GATES,
      'broken: !inPerson(event.present).some((person) => actsAsSocialWorker(c, person)), message, mend };',
      'broken: false, message, mend };',
    ),
  ],
  R65: [line(CONTRADICTIONS, 'return minutes && !minutes.implied', 'return minutes && false')],
  R66: [asked('activity-and-outcome')],
  R67: [asked('sharing-discussed')],
  R68: [asked('sharing-discussed')],
  R69: [line(NEED_GATES, '?.given !== true,', '?.given === null,')],
  R70: [
    line(NEED, 'if (!last || last.given) return false;', 'return false;'),
    line(NEED, "isOf('strategy-discussion-held', 'consent-given')", "isOf('strategy-discussion-held')"),
  ],
  R71: [line(NEED, "unlimited(c, nth('engage/family', i), asked, { rules: ['R71'], done: answer }),", '')],
  R72: [line(NEED, '(one) => settles(one) || isConsidered(one));', '(one) => settles(one));')],
  R73: [asked('held-to-account')],
  R74: [line(NEED, "...nextSteps(c, 'cin-meeting'),", '')],
  R75: [asked('honest')],
  R76: [asked('members-network')],
  R77: [line('domain/documents/make-paper.ts', 'links: c.policy.documents?.links ?? []', 'links: []')],
  R78: [
    line(CONTRADICTIONS, 'if (!sameContent(known, policy))', 'if (false)'),
    line('domain/duties/limits.ts', '&& c.calendar.londonDate(v.since) <= trigger.on', ''),
  ],
  R79: [asked('members-parents')],
  R80: [line(NEED_GATES, 'broken: (c.proposal?.members ?? []).length === 0,', 'broken: false,')],
  R81: [
    line(GATES, 'broken: (event.members ?? []).length === 0,', 'broken: false,'),
    line(GATES, "return event.outcome === 'plan'", 'return true'),
  ],
  R82: [asked('services-agreed')],
  R83: [asked('plan-changes-decided')],
  R84: [
    line(LOOKED_AFTER, 'answers.slice(answers.findLastIndex((m) => !m.held.coreGroupNeeded) + 1)', 'answers'),
    line(LOOKED_AFTER, 'return [...met, { ...next, edition }];', 'return met;'),
  ],
  R85: [asked('core-group-asked'), line(LOOKED_AFTER, '(m) => m.held.coreGroupNeeded !== undefined', '() => true')],
  R86: [
    line(NEED_GATES, 'c.assessment?.familySupport !== true', 'c.assessment === undefined'),
    line(NEED_GATES, "afterAssessment(c, 'R86'), ", ''),
  ],
  R87: [asked('services-agreed')],
  R88: [
    line(NEED, '...approvePlan(c),', ''),
    line(PACE, "if (event.type === 'plan-proposed') proposed = event.everyDays;", ''),
  ],
  R89: [
    line(NEED_GATES, 'broken: !approves(c, by),', 'broken: false,'),
    line(CHANGE, '(c.approval ? become : join)(c.memberships, members, on, known)', 'c.memberships'),
  ],
  R90: [
    line(
      NEED_GATES,
      'broken: !(event.discussedWith ?? []).some((person) => isFamily(c, own(c.people, person))),',
      'broken: (event.discussedWith ?? []).length === 0,',
    ),
  ],
  R91: [
    line(
      LADDER,
      "case 'convenor':\n    case 'social-worker':",
      "case 'convenor':\n      return managerAt(c, at);\n    case 'social-worker':",
    ),
  ],
  R92: [line(MEETINGS, 'owner: chair, arises: day,', "owner: chair ?? '', arises: day,")],
  R93: [asked('areas-reviewed')],
  R94: [asked('members-child')],
  R95: [
    line(BOOKING_GATES, "broken: kind === 'cin-meeting' && !thought.has('suitable-for-family'),", 'broken: false,'),
  ],
  R96: ['transport', 'timing', 'child-care'].map(asked),
  R97: [
    line(
      BOOKING_GATES,
      "inSchoolHours(start) && childComes(c, joining) && !thought.has('outside-school-time')",
      'false',
    ),
    line(BOOKING_GATES, 'inSchoolHours(start) && childComes(c, joining) &&', 'inSchoolHours(start) &&'),
  ],
  R98: [line('policies/hull.json', '"target": { "within": 28,', '"target": { "within": 29,')],
  R99: [line(NEED, "return paced(c, owed, ['cin-meeting', 'cin-review'], ['R88', 'R99']);", 'return owed;')],
  R100: [
    line(
      CHANGE,
      '...(event.members === undefined ? {} : { memberships: become(c.memberships, event.members, on, known) }),',
      '',
    ),
  ],
  R101: [asked('conflicts-of-interest')],
  R102: [asked('areas-reviewed')],
  R103: [
    line(
      MEETINGS,
      "const said = { key: dutyKey('distribute', m.id), meeting: m.id,",
      "const said = { key: dutyKey('distribute', m.id), owner: held.minuteTaker, meeting: m.id,",
    ),
  ],
  R104: [line('domain/documents/make-paper.ts', 'table: passedOn(of)', 'table: undefined')],
  R105: [asked('activity-and-outcome')],
  R106: [asked('plan-changes-decided')],
  R107: [asked('views-heard')],
  R108: [
    line(LOOKED_AFTER, "first: 'first-lac-review'", "first: 'second-lac-review'"),
    line(
      DEFAULTS,
      '"target": { "within": 28, "unit": "days", "rules": ["R108"] }',
      '"target": { "within": 27, "unit": "days", "rules": ["R108"] }',
    ),
  ],
  R109: [line(LOOKED_AFTER, "number === 2 ? 'second-lac-review' : 'next-lac-review'", "'next-lac-review'")],
  R110: [line(LOOKED_AFTER, "number === 2 ? 'second-lac-review' : 'next-lac-review'", "'second-lac-review'")],
  R111: [line(LOOKED_AFTER, "i === 0 ? duty : paced(c, duty, ['lac-review'], ['R111'])", 'duty')],
  R112: [line(REVIEWS, "{ name: 'review-report', before: /report/i },", '')],
  R113: [line(REVIEWS, "{ name: 'plan', before: /plan/i },", '')],
  R114: [
    line(
      PROTECTION,
      "dueAfter(c, 'initial-conference', discussion, conference); // R114",
      "dueAfter(c, 'first-core-group', discussion, conference);",
    ),
    line(NEED, 'if (number > 1 && !madeNoPlan(', 'if (number > 1 && !!madeNoPlan('),
  ],
  R115: [
    line(GATES, 'broken: due !== null && event.on > due,', 'broken: due !== null && event.on >= due,'),
    line(PROTECTION, '...explainLateConference(c, initial),', ''),
  ],
  R116: [
    line(PROTECTION, "first: 'first-review-conference'", "first: 'next-review-conference'"),
    line(DEFAULTS, '"first-review-conference": { "within": 3,', '"first-review-conference": { "within": 4,'),
  ],
  R117: [
    line(PROTECTION, "next: 'next-review-conference'", "next: 'first-review-conference'"),
    line(DEFAULTS, '"next-review-conference": { "within": 6,', '"next-review-conference": { "within": 7,'),
  ],
  R118: [
    line(DEFAULTS, '"first-cin-review": { "within": 3,', '"first-cin-review": { "within": 4,'),
    line(NEED, 'const from = c.referral ?? c.steppedDown;', 'const from = c.referral;'),
  ],
  R119: [line(NEED, "next: 'next-cin-review'", "next: 'first-cin-review'")],
  R120: [line(NEED, "ladder: 'hold-review'", "ladder: 'hold-meeting'")],
  R121: [
    line(
      ATTENDANCE,
      'for (const member of membersAt(c, at)) {',
      'for (const member of membersAt(c, at).slice(0, 1)) {',
    ),
  ],
  R122: [
    line(BOOKING_GATES, "broken: kind === 'cin-review' && !thought.has('location'),", 'broken: false,'),
    asked('location'),
  ],
  R123: [line(ATTENDANCE, "c.policy.meetings[m.kind].chair === 'manager'", 'false')],
  R124: [
    line(BOOKING_GATES, "broken: kind === 'cin-review' && booking.consultationDocuments !== true,", 'broken: false,'),
  ],
  R125: [line('docs/child-in-need-process.md', '"closure-endorsed"', '"closure-discussed"')],
  R126: [
    line(REVIEWS, '.every(({ name, before }) =>', '.some(({ name, before }) =>'),
    line(NEED, "...papers(c, m, ['R126', 'R127', 'R128']), ", ''),
  ],
  R127: [line(NEED_GATES, "kind === 'cin-review' && missing.length > 0,", 'kind === null && missing.length > 0,')],
  R128: [line(NEED_GATES, 'broken: !papers.some(({ on }) => on <= event.on),', 'broken: false,')],
  R129: [asked('support-to-take-part')],
  R130: [asked('contentious-issues')],
  R131: [asked('interpreter-and-access')],
  R132: [asked('social-worker-prepared')],
  R133: [line(ATTENDANCE, "c.policy.meetings[m.kind].chair === 'manager'", 'false')],
  R134: [asked('views-heard')],
  R135: [asked('resources')],
  R136: [
    line(GATES, 'broken: event.owner === undefined || event.due === undefined,', 'broken: event.owner === undefined,'),
  ],
  R137: [asked('complaints-procedure')],
  R138: [
    line(PACE, 'const days = counts ? event.everyDays : approved;', 'const days = approved;'),
    line(PACE, 'limit < earliest ? earliest : limit', 'limit'),
  ],
  R139: [line(MEETINGS, 'owner: minuteTaker === socialWorkerOn(c, arises) ? undefined : minuteTaker,', '')],
  R140: [
    line(MEETINGS, 'given: m.distributed,', 'given: [],'),
    line(PASSED_ON, 'if (without.delete(person) && without.size === 0) last', 'if (without.delete(person)) last'),
  ],
  R141: [asked('decisions-recorded')],
  R142: [line(CLOSURE, "if (last?.held.outcome !== 'close') return undefined;", 'return undefined;')],
  R143: [line(CLOSURE, "if (last?.held.outcome !== 'close') return undefined;", 'if (!last) return undefined;')],
  R144: [
    line(NEED, "held.outcome === 'assess'", 'false'),
    line(NEED, "done: since(held, 'assessment-completed')", 'done: undefined'),
  ],
  R145: [
    line(NEED, "held.outcome === 'strategy-discussion'", 'false'),
    line(NEED, 'answers.find(({ on }) => on >= arose.on)', 'answers[0]'),
  ],
  R146: [line(REVIEWS, 'if (!m.held?.planAmended) return [];', 'return [];')],
  R147: [line(NEED_GATES, 'broken: event.noSignificantChange !== true,', 'broken: false,')],
  R148: [line(NEED_GATES, '!inPerson(event.present).some((person) => approves(c, person)) ||', 'false ||')],
  R149: [line(NEED_GATES, 'broken: left.length > 0,', 'broken: false,')],
  R150: [line(NEED_GATES, 'broken: !approves(c, event.minuteTaker) && !approves(c, event.by),', 'broken: false,')],
  R151: [line(NEED_GATES, "broken: before?.held.mode === 'consultation',", 'broken: false,')],
  R152: [
    line(NEED, "return sooner(duty, dueAfter(c, 'cin-review-meeting', last, duty.done));", 'return duty;'),
    line(NEED, "before.filter((m) => m.held.mode !== 'consultation')", 'before'),
  ],
  R153: [
    line(NEED_GATES, 'broken: !routeBefore(c, event)', 'broken: false'),
    line(CLOSURE, "held !== undefined && held.mode !== 'consultation'", 'held !== undefined'),
  ],
  R154: [
    line(CLOSURE, 'if (approved && endorsed.some(', 'if (endorsed.some('),
    line(CLOSURE, "...(endorsed && route !== 'review' ? [approval(", '...(endorsed && false ? [approval('),
  ],
  R155: [
    line(
      CLOSURE,
      "return approved?.supervision ? 'supervision' : undefined;",
      "return approved ? 'supervision' : undefined;",
    ),
  ],
  R156: [line(CHANGE, "route: closureRoute(c) ?? 'supervision',", "route: 'supervision',")],
  R157: [
    line(CLOSURE, "...(closed?.route === 'supervision' ? [notify(c, closed)] : []),", ''),
    line(CLOSURE, 'given: c.closure.notified', 'given: []'),
  ],
  R158: [
    line(
      CLOSURE,
      "...(closed ? [unlimited(c, 'letter/closure'",
      "...(closed && false ? [unlimited(c, 'letter/closure'",
    ),
  ],
  R159: [line(NEED_GATES, ') || c.closure.discussed.length === 0,', ') && false,')],
  R160: [line(NEED_GATES, 'broken: !given(event.contactAgain) && !given(event.supportAgencies),', 'broken: false,')],
  R161: [line(NEED_GATES, '&& !given(event.supportAgencies),', ',')],
  R162: [
    line(CLOSURE, '...(closed?.stepDown ? [stepDown(c, closed)] : []),', ''),
    line(CLOSURE, '.flatMap(others)).size === 2)', '.flatMap(others)).size >= 1)'),
  ],
  L1: [
    line(PUT_RIGHT, '{ stands: corrected(root, id, event),', '{ stands: root,'),
    line('domain/accept/corrections.ts', 'if (wrong) broken.push(', 'if (false) broken.push('),
    line('domain/notices/put-right-notices.ts', 'if (was) return step.at < at ? [was] : [];', ''),
    line('domain/notices/put-right-notices.ts', 'return line === undefined ? []', 'return true ? []'),
  ],
  L2: [line('domain/case/fold.ts', '(a.recorded.arrival ?? 0) - (b.recorded.arrival ?? 0) ||', '')],
  L3: [
    line(
      'domain/accept/provenance.ts',
      'if (epochMs(now) - epochMs(recordedAt) <= OLD_MS) return undefined;',
      'return undefined;',
    ),
    line('domain/accept/provenance.ts', 'if (reserved) return refuse(`the id', 'if (false) return refuse(`the id'),
  ],
  L4: [
    line(PROTECTION, '?? c.enquiriesEnded;\n}', ';\n}'),
    line('domain/duties/owed.ts', '(c.caseEnded !== undefined && !outlivesCase(key))', 'false'),
    line('domain/notices/steps.ts', 'at < since || !isFamily(c, personAt(c, to, at))', 'true'),
  ],
  L5: [
    line(ENDINGS, 'if (mayEnd && event.reason !== undefined) return undefined;', 'return undefined;'),
    line(PROTECTION, '...sayNext(c),', ''),
  ],
  L6: [
    line(ENDINGS, 'return overDanger(c);', 'return undefined;'),
    line(CLOSURE, 'if (!back) return { endorsed, approved };', 'return { endorsed, approved };'),
    line(
      NEED,
      "if (withdrawnConsent(c).some(({ key, done }) => key.startsWith('consider/')",
      "if (withdrawnConsent(c).some(({ key, done }) => key.startsWith('nothing/')",
    ),
  ],
  L7: [
    line(NEED, '...proposePlan(c),', ''),
    line(NEED, 'if (i === 0) return firstMeeting(duty);', 'if (i === 0) return duty;'),
  ],
  L8: [line('domain/lifecycles/to-looked-after.ts', 'number: i + 1,', 'number: 1,')],
  L9: [
    line('domain/case/brought-in.ts', 'const id = meetingId(kind, number);', 'const id = meetingId(kind, 1);'),
    line('domain/duties/owed.ts', 'c.broughtIn ? all.filter(sinceBroughtIn(c.broughtIn)) : all', 'all'),
    line('domain/notices/brought-in-late.ts', 'if (open.length === 0) return [];', 'return [];'),
    line('domain/case/facts.ts', 'booking.announced === true && since <= booking.known;', 'false;'),
  ],
  L10: [line(PROTECTION, '...(actions.length > 0 && { actions })', '')],
  L11: [
    line(
      STEPS,
      'if (person === worker)\n      return informManager(',
      'if (person === null)\n      return informManager(',
    ),
    line('domain/duties/allocation.ts', 'if (!left) return [];', 'return [];'),
    line(PEOPLE, 'person === socialWorkerAt(c, at) && unallocatedAt(c, at))', 'person === null)'),
    line(ATTENDANCE, "if (end?.how === 'not-held') told.push(...notHeld(c, m, booking, end));", ''),
    line(
      STEPS,
      'const isAnother = former !== undefined && former !== managerAt(c, since);',
      'const isAnother = false as boolean;',
    ),
  ],
  L12: [
    line('domain/case/covers.ts', 'return again || until < one.from ? []', 'return until < one.from ? []'),
    line(
      'domain/case/covers.ts',
      'const until = back !== undefined && back < one.until ? back : one.until;',
      'const until = one.until;',
    ),
    line('domain/case/covers.ts', '(last ?? person))?.cover;', '(last ? null : person))?.cover;'),
    line(CONTRADICTIONS, 'const ring = ringWith(others, event);', 'const ring = others.find(() => false);'),
    line(
      PEOPLE,
      'if (manager === undefined || person === manager || person === serviceManagerAt(c, at)) return [cover];',
      'if (manager === undefined) return [cover];',
    ),
  ],
  L13: [
    line(GATES, 'broken: message !== undefined, message:', 'broken: false, message:'),
    line(CONTRADICTIONS, 'if (!before.done && !differs(before.owner, owner) &&', 'if (true ||'),
    line(ACTIONS, 'if (!open) return [];', 'return [];'),
  ],
  L14: [
    line(LADDER, "to: ['owner', highest]", "to: ['owner']"),
    line(LADDER, "last !== undefined && duty.ladder !== 'attend' ? weeks(", 'last === null ? weeks('),
  ],
  L15: [
    line('domain/notices/inform.ts', '.filter((to) => to !== recorder)', ''),
    line('domain/notices/echoes.ts', 'by.size === 1 ?', 'by.size > 0 ?'),
    line(ATTENDANCE, 'return invited >= calendar', 'return false && invited >= calendar'),
    line('domain/notices/one-notice.ts', 'isAsking(step) ? ofMeeting(step) : step.key', 'step.key'),
    line(MEETINGS, "? 'other' : 'tell'", "? 'other' : 'other'"),
  ],
  L16: [line(LADDER, 'if (!next || !isAboveOwner(late.rung) ||', 'if (true ||')],
  L17: [line(MEETINGS, "'in-time': 'before'", "'in-time': 'all'")],
  L18: [
    line('domain/duties/limits.ts', 'return i === 0 ? due : notAtOnce(c, due, since);', 'return due;'),
    line(
      DEFAULTS,
      '{ "step": "10-after", "when": { "after": 10 }, "to": ["owner", "manager"], "says": "escalation" }',
      '{ "step": "10-after", "when": { "after": 10 }, "to": ["owner"], "says": "escalation" }',
    ),
  ],
  L19: [
    line(PROTECTION, "}).map(ownPace('core-group')),", '}),'),
    line(PROTECTION, "}).map(ownPace('review-conference')),", '}),'),
    line(PACE, 'kinds.includes(meetingName(event.meeting).kind)', 'true'),
  ],
  L20: [
    line('domain/accept/quorum.ts', 'broken: missing.length > 0,', 'broken: false,'),
    line('domain/accept/quorum.ts', '[...there, ...represented(present)]', '[...there]'),
  ],
  L21: [
    line(
      ATTENDANCE,
      'for (const called of m.invited) if (!invited.has(called.person)) invited.set(called.person, called);',
      '',
    ),
    line(
      ATTENDANCE,
      'if (due === undefined || !isAskedForReport(c, m, booking, person)) return undefined;',
      'return undefined;',
    ),
    line(
      DEFAULTS,
      '"papers-review-conference": {\n      "within": 5,',
      '"papers-review-conference": {\n      "within": 4,',
    ),
    line(NEED_GATES, 'broken: actsAsSocialWorker(c, chair),', 'broken: false,'),
  ],
  L22: [
    line(GATES, "...fixedGates(c, recorded, meetingId('core-group', 1), event.firstCoreGroup),", ''),
    line(BOOKING_GATES, 'broken: odd.length > 0,', 'broken: false,'),
    line(MEETINGS, 'if (hadPassed(c, booking)) {', 'if (false) {'),
    line(STEPS, 'if (c.versions.length > 1) found.push(...calendarChanges(c, since));', ''),
  ],
  L23: [
    line(CHANGE, 'const implied = given.length > 0 &&', 'const implied = false &&'),
    line(REVIEWS, 'const joined = done ? joinedSince(c, m) : [];', 'const joined = done ? [] : [];'),
  ],
  L24: [
    line(REVIEWS, 'one === name || (!hasName(one) && before.test(one))', 'before.test(one)'),
    line(
      NEED,
      "...strategyConsidered(c, 'to-be-held').map((arose) => ({ arose, meeting: null, rules: ['R72'] })),",
      '',
    ),
    line(NEED, 'answers.find(({ on }) => on >= arose.on)', 'answers[0]'),
  ],
  L25: [
    line(NEED_GATES, 'broken: !includesFamily(c, event.to),', 'broken: false,'),
    line(CLOSURE, 'flatMap((person) => (isFamily(c, person) ? [person.id] : []))', 'flatMap((): string[] => [])'),
  ],
  L26: [
    line(NEED, "|| isConsidered(one, 'to-be-held'));", ');'),
    line(MEETINGS, 'from - to >= (c.policy.progress?.fall ?? USUAL_FALL)', 'false'),
  ],
  L27: [
    line('client/for-family.ts', 'if (!each && asked.some(({ refused }) => refused)) throw refusedBy(asked);', ''),
    line('record/outbox.ts', 'const says = waits ? together(of, notice) : undefined;', 'const says = undefined;'),
  ],
};
