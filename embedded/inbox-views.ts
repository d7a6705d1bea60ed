// The inbox's list as HTML, and what is shown while there is nothing to list. Imported by the inbox's page only.
import { html } from 'hono/html';
import type { CalendarPart } from './inbox-calendar.ts';
import { casesIn, isRehearsal } from './inbox-cases.ts';
import type { InboxMessage } from './inbox-store.ts';
import { name, when } from './inbox-words.ts';

/** Escapes every value put into the template, except the result of another template. */
export type Html = ReturnType<typeof html>;

const A_PAGE = 100;

/** @param live whether the page changes when a mail comes; without JavaScript it is the page of that moment */
export function layout(title: string, content: Html, live = false): Html {
  return html`<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – Nodrift inbox</title>
<link rel="stylesheet" href="/style.css">
${live ? html`<script src="/live.js" defer></script>` : ''}
</head>
<body>
<header><a class="home" href="/">Nodrift inbox</a><span>Every e-mail Nodrift sends lands here. Nothing leaves this machine.</span></header>
${content}
</body>
</html>`;
}

interface List extends Choice {
  all: InboxMessage[];
  /** The mails of the chosen case, or all without rehearsals. */
  seen: InboxMessage[];
  /** Those of `seen` that went to the chosen recipient and that the search finds; newest first. */
  shown: InboxMessage[];
  isRead: (id: string) => boolean;
  page: number;
  tryThis?: string | undefined;
  /** Whether a morning round can be asked for. */
  rounds: boolean;
}

/** What the reader chose to see; '' where they chose nothing. */
export interface Choice {
  to: string;
  /** A case's reference. */
  of: string;
  rehearsals: boolean;
  /** What they search for. */
  query: string;
}

export const NO_CHOICE: Choice = { to: '', of: '', rehearsals: false, query: '' };

/** The choice as fields of an address or a form. Choosing a rehearsal's case already means that rehearsals are wanted. */
const fields = ({ to, of, rehearsals, query }: Choice): [name: string, value: string][] => [
  ...(of ? [['case', of] as [string, string]] : []),
  ...(rehearsals && !isRehearsal(of) ? [['rehearsals', ''] as [string, string]] : []),
  ...(to ? [['to', to] as [string, string]] : []),
  ...(query ? [['q', query] as [string, string]] : []),
];

/** The address of the list with this choice. */
export function address(choice: Choice, page = 1): string {
  const query = new URLSearchParams(fields(choice));
  if (page > 1) query.set('page', `${page}`);
  return query.size > 0 ? `/?${query}` : '/';
}

/** A form's hidden fields. */
export const hidden = (values: readonly (readonly [name: string, value: string])[]): Html[] =>
  values.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);

export function listPage({ all, seen, shown, page, tryThis, rounds, isRead, ...choice }: List): Html {
  if (all.length === 0) return layout('No mail yet', emptyPage(tryThis, rounds), true);
  const { to, of, query } = choice;
  const rows = shown.slice((page - 1) * A_PAGE, page * A_PAGE);
  const count = `${shown.length} ${shown.length === 1 ? 'mail' : 'mails'}`;
  const unread = shown.filter(({ id }) => !isRead(id)).length;
  const title = [
    count,
    unread && `(${unread} unread)`,
    of && `about ${of}`,
    to && `to ${to}`,
    query && `with ${query}`,
  ];
  return layout(
    title.filter(Boolean).join(' '),
    html`<div class="columns">
<div id="side">
${casesNav(all, choice)}
<nav aria-label="Recipients">
<h2>To</h2>
<ul>
${entry(address({ ...choice, to: '' }), 'Everyone', seen.length, to === '')}
${recipients(seen).map(([one, mails]) => entry(address({ ...choice, to: one }), one, mails, to.toLowerCase() === one))}
</ul>
</nav>
</div>
<main>
${searchForm(choice)}
<div id="list">
<h1>${count}${of ? html` about <em>${of}</em>` : ''}${to ? html` to <em>${to}</em>` : ''}${query ? html` with <em>${query}</em>` : ''}</h1>
${shown.length > 0 ? actions(shown, unread, choice) : ''}
${
  rows.length === 0
    ? html`<p class="none">Nothing ${page > 1 ? 'on this page' : 'is here'}. <a href="/">All mails</a></p>`
    : html`<ol class="list">${rows.map((message) => row(message, isRead(message.id)))}</ol>`
}
${pages(shown.length, choice, page)}
</div>
${rounds ? roundForm() : ''}
<p id="news" role="status" class="unseen"></p>
</main>
</div>`,
    page === 1,
  );
}

function searchForm(choice: Choice): Html {
  return html`<form class="search" role="search" action="/">
${hidden(fields({ ...choice, query: '' }))}
<label for="q">Search subject, text, person or case</label>
<div><input id="q" name="q" type="search" value="${choice.query}" maxlength="500" autocomplete="off" spellcheck="false"> <button>Search</button></div>
<details><summary>What can be searched for</summary>
<p class="hint">Words, all of them: <code>core group ford</code>. A phrase: <code>"Family Hub"</code>. Without a word: <code>-chase</code>.
Filters: <code>subject:</code> <code>to:</code> <code>from:</code> <code>case:</code> <code>is:unread</code> <code>has:calendar</code>
<code>has:attachment</code> <code>before:2026-05-01</code> <code>after:2026-04-01</code>.</p>
</details>
</form>`;
}

/** What can be done with all mails that are listed: with those of now, not with others that come meanwhile. */
function actions(shown: InboxMessage[], unread: number, choice: Choice): Html {
  const these = hidden([...fields(choice), ['until', shown[0]!.id]]);
  const mails = shown.length === 1 ? 'this mail' : `these ${shown.length} mails`;
  return html`<div class="actions">
<p>${unread > 0 ? html`<a href="${address({ ...choice, query: `${choice.query} is:unread`.trim() })}">${unread} unread</a>` : 'All read'}</p>
${unread > 0 ? html`<form method="post" action="/read">${these}<button>Mark all read</button></form>` : ''}
<details><summary>Delete…</summary><form method="post" action="/delete">${these}<p>They are gone for good.</p><button class="danger">Delete ${mails}</button></form></details>
</div>`;
}

const entry = (href: string, words: string, mails: number, chosen: boolean): Html =>
  html`<li><a href="${href}" ${chosen ? html`aria-current="page"` : ''}><span>${words}</span><b>${mails}</b></a></li>`;

/** Links to every case. Rehearsals are among them when they are wanted; otherwise one link says how many of their mails are left out. */
function casesNav(all: InboxMessage[], choice: Choice): Html {
  const { of, rehearsals } = choice;
  const cases = casesIn(all);
  const played = cases.filter(([ref]) => isRehearsal(ref));
  const inAll = played.reduce((sum, [, mails]) => sum + mails, 0);
  const to = (ref: string, wanted = false) => address({ ...choice, of: ref, rehearsals: wanted });
  const one = ([ref, mails]: readonly [string, number]) => entry(to(ref), ref, mails, ref === of);
  return html`<nav aria-label="Cases">
<h2>Case</h2>
<ul>
${entry(to(''), 'All', all.length - inAll, of === '' && !rehearsals)}
${cases.filter(([ref]) => !isRehearsal(ref)).map(one)}
${played.length > 0 ? entry(to('', true), rehearsals ? 'With rehearsals' : 'Show rehearsals', rehearsals ? all.length : inAll, of === '' && rehearsals) : ''}
${rehearsals ? played.map(one) : ''}
</ul>
</nav>`;
}

/** What waits for eight in the morning need not be waited for here. */
const roundForm = (): Html =>
  html`<form class="round" method="post" action="/round"><button>Send the morning round now</button>
<p class="hint">Reminders and chases wait for eight in the morning, and come as one mail a person. Rehearsals have no rounds: their mails come singly.</p></form>`;

/** What became of a round that was asked for. */
export const roundPage = (became: string): Html =>
  layout(
    'Morning round',
    html`<main class="empty"><h1>Morning round</h1><p>${became}</p><p><a href="/">All mails</a></p></main>`,
  );

export const notHerePage = (): Html =>
  layout('Not here', html`<main class="empty"><h1>There is no such mail</h1><p><a href="/">All mails</a></p></main>`);

function row(message: InboxMessage, read: boolean): Html {
  const { id, subject, calendar } = message;
  return html`<li class="${read ? 'read' : 'unread'}"><a class="row" href="/messages/${id}">
<span class="subject">${subject}${calendar ? html` ${calendarTag(calendar)}` : ''}${read ? '' : html` <span class="unseen">unread</span>`}</span>
<span class="who">to <b>${name(message.headers.to, message.envelope.to.join(', '))}</b> <i>from ${name(message.headers.from, message.from)}</i></span>
<time>${when(message)}</time>
</a></li>`;
}

export const calendarTag = ({ method }: CalendarPart): Html =>
  method === 'CANCEL' ? html`<span class="tag off">cancelled</span>` : html`<span class="tag">calendar entry</span>`;

/** Recipients with the number of their mails, most mails first. */
function recipients(messages: InboxMessage[]): [address: string, mails: number][] {
  const counts = new Map<string, number>();
  for (const address of messages.flatMap(({ envelope }) => envelope.to.map((one) => one.toLowerCase())))
    counts.set(address, (counts.get(address) ?? 0) + 1);
  return [...counts].sort(([a, many], [b, more]) => more - many || a.localeCompare(b));
}

function pages(count: number, choice: Choice, page: number): Html | '' {
  const link = (target: number, words: string) => html`<a href="${address(choice, target)}">${words}</a>`;
  const newer = page > 1 ? link(page - 1, '← Newer') : '';
  const older = page * A_PAGE < count ? link(page + 1, 'Older →') : '';
  return newer || older ? html`<p class="pages">${newer} ${older}</p>` : '';
}

function emptyPage(tryThis: string | undefined, rounds: boolean): Html {
  return html`<main class="empty" id="empty">
<h1>No mail yet</h1>
<p>As soon as a case has something to say, its mails appear here by themselves:</p>
<dl>
<dt>Invitations</dt><dd>when a meeting is booked, moved or cancelled, with the calendar entry</dd>
<dt>Reminders</dt><dd>while there is still time: a meeting to book, minutes to send</dd>
<dt>Chases and escalations</dt><dd>from the day something is late: first its owner, then the managers</dd>
</dl>
${
  tryThis
    ? html`<p>To see some now, run this in a second terminal:</p><pre tabindex="0"><code>${tryThis}</code></pre>`
    : html`<p>Open a case or play a scenario, and they will come.</p>`
}
${rounds ? roundForm() : ''}
<noscript><p><a href="/">Look again</a></p></noscript>
</main>`;
}
