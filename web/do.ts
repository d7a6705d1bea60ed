// The path of a link, for every page alike: GET shows and changes nothing; POST reads an answer, records it through the client and says what
// came of it. What is recorded by a link is found by its id, so that the same answer sent twice is recorded once.

import type { Context, Hono } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { CaseNotFound, Erased, Refused, Unavailable } from '../client/errors.ts';
import { eventWords } from '../client/event-words.ts';
import { recordTogether } from '../client/for-family.ts';
import type { NewEvent } from '../client/new-event.ts';
import { listed } from '../domain/notices/words.ts';
import { asksForCodes, asksForReceipts } from '../domain/policy/policy.ts';
import { fromEpochMs } from '../domain/time/calendar.ts';
import { formSecret, type LinkKeys, linkEvents, type Purpose } from '../mail/link-token.ts';
import type { Receipt } from '../mail/receipt-mail.ts';
import { rules } from '../policies/rules.ts';
import { type Codes, carriedAlong, hasCode, sendCode } from './codes.ts';
import { followUp } from './follow-up.ts';
import { type Field, Form, type Problem, typed } from './forms.ts';
import { momentWords } from './in-words.ts';
import { jointFields, jointVisits, NotKnownThere, saidIn, ticked } from './joint-answers.ts';
import {
  ASKS_WHY,
  CLOSED,
  CODE,
  CODE_SENT,
  ERASED,
  GONE,
  NO_CODES,
  NOT_TIED,
  REASON,
  reasonWhere,
  SEND_AGAIN,
  TOO_OFTEN,
  TOO_SOON,
  UNANSWERED,
  WRONG_CODE,
} from './link-words.ts';
import type { Answer, Page } from './page.ts';
import { pageFor } from './pages/index.ts';
import { undoUntil } from './pages/undo.ts';
import type { Rates } from './rates.ts';
import { refusalWords } from './refusal-words.ts';
import { askPage, type SayView, sayPage } from './render.ts';
import type { Cases, Setting } from './setting.ts';
import { isBrowser, isTied, newBrowser, nonceFor } from './tied.ts';
import { isOfFamily, openLink, standing, type Turn, type Visit } from './visit.ts';

export interface Doing {
  readonly cases: Cases;
  readonly keys: LinkKeys;
  /** What an authority says of a case; undefined for one that the record does not know. */
  readonly settingOf: (caseId: string) => Promise<Setting | undefined>;
  readonly rates: Rates;
  /** Absent where no mail can be sent: what needs a code is then not recorded here. */
  readonly codes?: Codes | undefined;
  /** Mails whoever a link was sent to what was recorded by it, where their authority wants that. Never throws, and keeps nobody waiting. */
  readonly receipt?: ((visit: Visit, receipt: Receipt) => void) | undefined;
  /** Whether a mail about this case has only just reached this person's mail server. Absent where no mail gateway stands before anybody. */
  readonly justSent?: ((visit: Visit) => Promise<boolean>) | undefined;
  readonly now: () => Date;
  /** The pages are reached by https: cookies are bound to it. */
  readonly secure: boolean;
  /** There are calendar feeds to subscribe to. */
  readonly hasCalendars?: boolean | undefined;
}

type Path = '/do/:token';
type Asked = Context<object, Path>;

const RULES = rules();

/** Registers the path of links. */
export function links(app: Hono, doing: Doing): void {
  app.get('/do/:token', (c) => visited(c, doing, (visit, page) => shownPage(c, doing, visit, page)));
  app.post('/do/:token', (c) => visited(c, doing, (visit, page) => answered(c, doing, visit, page)));
}

/** Opens the link; whoever may not see the page is told the same whatever the reason. */
async function visited(
  c: Asked,
  doing: Doing,
  show: (visit: Visit, page: Page) => Promise<Response> | Response,
): Promise<Response> {
  try {
    const visit = await openLink(doing, c.req.param('token'), doing.now());
    const page = visit === 'gone' ? undefined : pageFor(visit.link.purpose);
    if (visit === 'gone' || !page) return gone(c);
    return await show({ ...visit, joint: await jointVisits(doing, visit, page) }, page);
  } catch (error) {
    if (error instanceof Erased) return say(c, 410, ERASED);
    if (error instanceof CaseNotFound) return error.closed ? say(c, 410, CLOSED) : gone(c);
    if (error instanceof Unavailable) return say(c, 503, UNANSWERED);
    throw error;
  }
}

const say = (c: Context, status: 200 | 404 | 410 | 429 | 503, view: SayView): Response =>
  c.html(sayPage(view), status) as Response;
export const gone = (c: Context): Response => say(c, 404, GONE);

function shownPage(c: Asked, doing: Doing, visit: Visit, page: Page): Response {
  return isOpen(visit, page) ? ask(c, doing, visit, page, {}) : closedPage(c, visit, page);
}

const isOpen = (visit: Visit, page: Page): boolean => page.closed(visit) === undefined;

/** Nothing is to be answered: because it was, by this person or somebody else, or since it is no longer asked. */
function closedPage(c: Asked, visit: Visit, page: Page): Response {
  const mine = standing(visit);
  return mine
    ? already(c, visit, mine)
    : say(c, 200, {
        ...about(visit),
        title: 'There is nothing to answer',
        paragraphs: [page.closed(visit) ?? ''],
        others: others(visit, page),
      });
}

const about = ({ link }: Visit) => ({ ref: link.ref });

/** The same answer again. */
function already(c: Asked, visit: Visit, turn: Turn): Response {
  const [first] = turn.events;
  if (!first) return gone(c);
  const words = turn.events.map(({ event, recordedAt }) => eventWords({ ...event }, wordsFor(visit, recordedAt)));
  return say(c, 200, {
    ...about(visit),
    title: 'This is recorded already',
    paragraphs: [`You recorded it on ${momentWords(first.recordedAt)}: ${words.join('; ')}.`],
    undo: undoOf(visit, turn.id, first.recordedAt),
  });
}

const wordsFor = ({ setting: { labels } }: Visit, recorded: string) => ({
  recorded: recorded.slice(0, 10),
  labels,
  // Ids are what people typed; names of the family stand on no page.
  name: () => 'somebody of the case',
});

/** What was just recorded can be taken back; what took something back cannot. */
function undoOf(visit: Visit, id: string, recordedAt: string): SayView['undo'] {
  const until = undoUntil(recordedAt);
  if (visit.link.purpose === 'undo' || until.getTime() <= Date.parse(visit.now)) return undefined;
  return { href: visit.to('undo', id), until: momentWords(fromEpochMs(until.getTime())) };
}

/** What else can be answered about the same thing. */
const OTHERS: readonly { readonly purpose: Purpose; readonly text: string }[] = [
  { purpose: 'later', text: 'I am on it: ask me again later' },
  { purpose: 'not-mine', text: 'This is not mine to do' },
  { purpose: 'wrong', text: 'Something here is wrong' },
];

function others(visit: Visit, page: Page) {
  if (page.alone) return [];
  return OTHERS.filter(({ purpose }) => pageFor(purpose)?.closed(visit) === undefined && pageFor(purpose)).map(
    ({ purpose, text }) => ({ href: visit.to(purpose), text }),
  );
}

/** Where whoever gets calendar entries finds the address of their calendar: behind the link of an invitation. */
export const calendarPagePath = (token: string): string => `/calendar/for/${token}`;

function calendarOf({ hasCalendars }: Doing, visit: Visit) {
  const { link, me, token } = visit;
  if (!hasCalendars || link.purpose !== 'attend') return [];
  if (isOfFamily(visit, me) && me.contact !== 'email-and-calendar') return [];
  return [{ href: calendarPagePath(token), text: 'See all your meetings in your own calendar' }];
}

interface Again {
  readonly values?: URLSearchParams;
  readonly problems?: readonly Problem[];
  readonly more?: readonly Field[];
  /** These in place of the page's own, with what was answered carried along. */
  readonly only?: readonly Field[];
  readonly along?: ReturnType<typeof carriedAlong>;
  readonly intro?: readonly string[];
  readonly status?: 200 | 403 | 422 | 503;
  readonly rule?: string | null;
}

/** The form, for the first time or again with what is wrong. */
function ask(c: Asked, doing: Doing, visit: Visit, page: Page, again: Again): Response {
  const kept = getCookie(c, cookieName(doing));
  const browser = isBrowser(kept) ? kept : newBrowser();
  if (kept !== browser)
    setCookie(c, cookieName(doing), browser, { path: '/', httpOnly: true, sameSite: 'Lax', secure: doing.secure });
  const turn = visit.before.length;
  const fields = again.only ?? [...page.fields(visit), ...jointFields(visit), ...(again.more ?? [])];
  const html = askPage({
    ...about(visit),
    title: page.title(visit),
    along: again.along ?? [],
    intro: again.intro ?? page.intro?.(visit) ?? [],
    facts: again.only ? [] : (page.facts?.(visit) ?? []),
    links: again.only ? [] : (page.links?.(visit) ?? []),
    action: `/do/${visit.token}`,
    nonce: nonceFor(formSecret(doing.keys), { browser, token: visit.token, turn }, doing.now()),
    turn,
    fields,
    values: again.values ? typed(fields, again.values) : {},
    problems: again.problems ?? [],
    rule: again.rule ? { id: again.rule, words: RULES[again.rule]?.words } : undefined,
    button: again.only ? 'Go on' : page.button,
    others: [...others(visit, page), ...calendarOf(doing, visit)],
  });
  return c.html(html, again.status ?? 200) as Response;
}

/** A cookie of this name is only taken from this host, over https. On the loopback address there is no https. */
export const cookieName = ({ secure }: Pick<Doing, 'secure'>): string => (secure ? '__Host-nodrift' : 'nodrift');

async function answered(c: Asked, doing: Doing, visit: Visit, page: Page): Promise<Response> {
  const values = new URLSearchParams(await c.req.text());
  const turn = Number(/^\d{1,6}$/.exec(values.get('turn') ?? '')?.[0] ?? Number.NaN);
  const tied = { browser: getCookie(c, cookieName(doing)) ?? '', token: visit.token, turn };
  if (!isTied(formSecret(doing.keys), tied, values.get('nonce') ?? '', doing.now()))
    return ask(c, doing, visit, page, { values, status: 403, problems: [NOT_TIED] });
  const before = visit.before[turn];
  if (before) return before.withdrawn ? ask(c, doing, visit, page, {}) : already(c, visit, before);
  if (!isOpen(visit, page)) return closedPage(c, visit, page);
  if (await doing.justSent?.(visit)) return ask(c, doing, visit, page, { values, status: 403, problems: [TOO_SOON] });
  const form = new Form(values);
  const answer = page.answer(visit, form);
  const reason = form.text('reason');
  if (!answer || form.problems.length > 0)
    return ask(c, doing, visit, page, { values, status: 422, problems: form.problems, more: reasonWhere(values) });
  if ('next' in answer) return c.redirect(answer.next, 303);
  if ('nothing' in answer)
    return say(c, 200, {
      ...about(visit),
      title: 'Nothing was recorded',
      paragraphs: answer.nothing,
      links: [{ href: `/do/${visit.token}`, text: 'Back to the question' }],
      others: others(visit, page),
    });
  if (answer.weighs && asksForCodes(visit.setting.policy)) {
    const asked = await codeAsked(c, doing, visit, page, values, answer.says);
    if (asked) return asked;
  }
  return recorded(c, doing, visit, page, { values, answer, reason, id: `${linkEvents(visit.link)}${turn}` });
}

/** The page that asks for the code; undefined where the right one was given. */
async function codeAsked(
  c: Asked,
  doing: Doing,
  visit: Visit,
  page: Page,
  values: URLSearchParams,
  says: readonly string[],
): Promise<Response | undefined> {
  const { codes } = doing;
  const first = !values.has('code');
  if (codes && !first && (await hasCode(codes, visit, values))) return undefined;
  const tooMany = first && doing.rates.take('code', visit.token, doing.now().getTime()) > 0;
  if (!codes || tooMany || (first && !(await sendCode(codes, visit, values))))
    return say(c, 503, { ...about(visit), ...NO_CODES });
  return ask(c, doing, visit, page, {
    only: [CODE],
    along: carriedAlong(values),
    intro: [...says.map((one) => `You answered: ${one}`), CODE_SENT],
    status: first ? 200 : 422,
    problems: first ? [] : [{ field: 'code', text: WRONG_CODE }],
  });
}

interface Given {
  readonly values: URLSearchParams;
  readonly answer: Extract<Answer, { readonly events: unknown }>;
  readonly reason: string | undefined;
  readonly id: string;
}

async function recorded(c: Asked, doing: Doing, visit: Visit, page: Page, given: Given): Promise<Response> {
  const wait = doing.rates.take('recorded', visit.token, doing.now().getTime());
  if (wait > 0) {
    c.header('Retry-After', String(wait));
    return say(c, 429, { ...about(visit), ...TOO_OFTEN });
  }
  const joint = ticked(visit, given.values);
  try {
    const warnings = await recordedFor(doing, visit, given, joint.also);
    const undo = undoOf(visit, given.id, visit.now);
    if (asksForReceipts(visit.setting.policy))
      doing.receipt?.(visit, { says: [...given.answer.says, ...jointWords(visit, joint)], undo });
    return say(c, 200, {
      ...about(visit),
      title: 'Recorded',
      said: given.answer.says.join(' '),
      paragraphs: [
        ...jointWords(visit, joint),
        ...warnings.map(
          ({ rule, message }) =>
            `${refusalWords(visit, message)} (${rule}). It is recorded all the same, and the manager can see it.`,
        ),
      ],
      undo,
      next: await nextOf(doing, visit),
      links: [
        ...joint.also.map((theirs) => ({
          href: theirs.to('undo', answerId(theirs)),
          text: `Take it back for ${theirs.link.ref} alone`,
        })),
        ...(given.answer.onward ? [{ href: `/do/${visit.token}`, text: given.answer.onward }] : []),
      ],
    });
  } catch (error) {
    const again = { values: given.values, more: reasonWhere(given.values) };
    if (error instanceof NotKnownThere) {
      const text = `Somebody you named is not known in ${error.ref}: record that one by its own link`;
      return ask(c, doing, visit, page, { ...again, status: 422, problems: [{ field: 'also', text }] });
    }
    if (error instanceof Unavailable)
      return ask(c, doing, visit, page, { ...again, status: 503, problems: [{ field: '', text: SEND_AGAIN }] });
    if (!(error instanceof Refused)) throw error;
    // Sent twice at once, with something else the second time: what came first stands.
    const now = await openLink(doing, visit.token, doing.now());
    const first = now === 'gone' ? undefined : now.before[visit.before.length];
    if (first && now !== 'gone') return already(c, now, first);
    const problems = [{ field: '', text: refusalWords(visit, error.message) }];
    const more = ASKS_WHY.test(error.message) ? [REASON] : again.more;
    return ask(c, doing, visit, page, { ...again, more, status: 422, problems, rule: error.rule });
  }
}

/** Records an answer for the children it holds for, all or none: this case last, so that the same answer sent again goes on where it was. */
async function recordedFor(doing: Doing, visit: Visit, given: Given, also: readonly Visit[]) {
  const key = { kind: visit.link.kind, ref: visit.link.ref };
  const own = eventsOf(given, visit.me.id);
  if (also.length === 0) return (await doing.cases.record(key, own)).warnings;
  const others = also.map((theirs) => {
    const events = given.answer.events.map((event) => saidIn(theirs, visit, event));
    const said = { ...given, answer: { ...given.answer, events }, id: answerId(theirs) };
    return { one: { ...theirs.link, id: theirs.caseId }, own: eventsOf(said, theirs.me.id) };
  });
  const answers = await recordTogether(doing.cases, [...others, { one: { ...key, id: visit.caseId }, own }]);
  return answers.flatMap((one) => ('recorded' in one ? one.recorded.warnings : []));
}

/** The id of the next answer of a page. */
const answerId = ({ link, before }: Visit): string => `${linkEvents(link)}${before.length}`;

function jointWords({ link }: Visit, { also, left }: ReturnType<typeof ticked>): readonly string[] {
  const refs = [link.ref, ...also.map((theirs) => theirs.link.ref)];
  return [
    ...(also.length > 0
      ? [`It is recorded in the case of each child: ${listed(refs)}. What is taken back for one stays for the others.`]
      : []),
    ...(left.length > 0
      ? [
          `Nothing was recorded for ${listed(left)} just now: it is recorded there already, or that case did not answer.`,
        ]
      : []),
  ];
}

/** What is recorded is recorded: what comes next is shown where the case says so at once. */
async function nextOf(doing: Doing, { token, link }: Visit): Promise<SayView['next']> {
  if (link.purpose === 'undo') return [];
  const after = await openLink(doing, token, doing.now()).catch(() => 'gone' as const);
  return after === 'gone' ? [] : followUp(after);
}

/** Said by whoever holds the link, under ids that the same answer has again. */
const eventsOf = ({ answer, reason, id }: Given, by: string): readonly NewEvent[] =>
  answer.events.map((event, i) => ({
    id: i === 0 ? id : `${id}.${i}`,
    event: { by, ...event, via: 'link', ...(reason !== undefined && { reason }) } as NewEvent['event'],
  }));
