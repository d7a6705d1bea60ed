// The inbox's pages as HTML: the list, a mail, and what is shown while there is none. Imported by inbox-page.ts only.
import { html } from 'hono/html';
import type { CalendarEntry, CalendarPart } from './inbox-calendar.ts';
import { caseOf, casesIn, isRehearsal } from './inbox-cases.ts';
import type { InboxMessage } from './inbox-store.ts';

/** Escapes every value put into the template, except the result of another template. */
type Html = ReturnType<typeof html>;

const A_PAGE = 100;

function layout(title: string, content: Html, refresh = false): Html {
  return html`<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${refresh ? html`<meta http-equiv="refresh" content="5">` : ''}
<title>${title} – Nodrift inbox</title>
<link rel="stylesheet" href="/style.css">
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
  /** Those of `seen` that went to the chosen recipient; newest first. */
  shown: InboxMessage[];
  page: number;
  tryThis?: string | undefined;
}

/** What the reader chose to see; '' where they chose nothing. */
interface Choice {
  to: string;
  /** A case's reference. */
  of: string;
  rehearsals: boolean;
}

/** The address of the list with this choice. Choosing a rehearsal's case already means that rehearsals are wanted. */
function address({ to, of, rehearsals }: Choice, page = 1): string {
  const query = new URLSearchParams({
    ...(of && { case: of }),
    ...(rehearsals && !isRehearsal(of) && { rehearsals: '' }),
    ...(to && { to }),
    ...(page > 1 && { page: `${page}` }),
  }).toString();
  return query ? `/?${query}` : '/';
}

export function listPage({ all, seen, shown, page, tryThis, ...choice }: List): Html {
  if (all.length === 0) return layout('No mail yet', emptyPage(tryThis), true);
  const { to, of } = choice;
  const rows = shown.slice((page - 1) * A_PAGE, page * A_PAGE);
  const count = `${shown.length} ${shown.length === 1 ? 'mail' : 'mails'}`;
  return layout(
    [count, of && `about ${of}`, to && `to ${to}`].filter(Boolean).join(' '),
    html`<div class="columns">
<div>
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
<h1>${count}${of ? html` about <em>${of}</em>` : ''}${to ? html` to <em>${to}</em>` : ''}</h1>
${
  rows.length === 0
    ? html`<p class="none">Nothing ${page > 1 ? 'on this page' : 'is here'}. <a href="/">All mails</a></p>`
    : html`<ol class="list">${rows.map(row)}</ol>`
}
${pages(shown.length, choice, page)}
</main>
</div>`,
    page === 1,
  );
}

const entry = (href: string, words: string, mails: number, chosen: boolean): Html =>
  html`<li><a href="${href}" ${chosen ? html`aria-current="page"` : ''}><span>${words}</span><b>${mails}</b></a></li>`;

/** Links to every case. Rehearsals are among them when they are wanted; otherwise one link says how many of their mails are left out. */
function casesNav(all: InboxMessage[], { to, of, rehearsals }: Choice): Html {
  const cases = casesIn(all);
  const played = cases.filter(([ref]) => isRehearsal(ref));
  const inAll = played.reduce((sum, [, mails]) => sum + mails, 0);
  const one = ([ref, mails]: readonly [string, number]) =>
    entry(address({ to, of: ref, rehearsals: false }), ref, mails, ref === of);
  return html`<nav aria-label="Cases">
<h2>Case</h2>
<ul>
${entry(address({ to, of: '', rehearsals: false }), 'All', all.length - inAll, of === '' && !rehearsals)}
${cases.filter(([ref]) => !isRehearsal(ref)).map(one)}
${played.length > 0 ? entry(address({ to, of: '', rehearsals: true }), rehearsals ? 'With rehearsals' : 'Show rehearsals', rehearsals ? all.length : inAll, of === '' && rehearsals) : ''}
${rehearsals ? played.map(one) : ''}
</ul>
</nav>`;
}

export const notHerePage = (): Html =>
  layout('Not here', html`<main class="empty"><p>There is no such mail. <a href="/">All mails</a></p></main>`);

function row(message: InboxMessage): Html {
  const { id, subject, calendar } = message;
  return html`<li><a class="row" href="/messages/${id}">
<span class="subject">${subject}${calendar ? html` ${calendarTag(calendar)}` : ''}</span>
<span class="who">to <b>${name(message.headers.to, message.envelope.to.join(', '))}</b> <i>from ${name(message.headers.from, message.from)}</i></span>
<time>${when(message)}</time>
</a></li>`;
}

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

function emptyPage(tryThis: string | undefined): Html {
  return html`<main class="empty">
<h1>No mail yet</h1>
<p>As soon as a case has something to say, its mails appear here by themselves:</p>
<dl>
<dt>Invitations</dt><dd>when a meeting is booked, moved or cancelled, with the calendar entry</dd>
<dt>Reminders</dt><dd>while there is still time: a meeting to book, minutes to send</dd>
<dt>Chases and escalations</dt><dd>from the day something is late: first its owner, then the managers</dd>
</dl>
${
  tryThis
    ? html`<p>To see some now, run this in a second terminal:</p><pre><code>${tryThis}</code></pre>`
    : html`<p>Open a case or play a scenario, and they will come.</p>`
}
</main>`;
}

export function messagePage(message: InboxMessage, show: string): Html {
  const { id, headers, envelope, calendar, attachments } = message;
  const of = caseOf(message);
  const tabs = [
    ...(message.html === undefined ? [] : [['html', 'Message']]),
    ...(message.text === undefined ? [] : [['text', 'Plain text']]),
    ['headers', 'Headers'],
  ] as [key: string, label: string][];
  const files = attachments.map(({ filename, type, size }) => `${filename} (${type}, ${Math.ceil(size / 1024)} kB)`);
  const facts: [string, unknown][] = [
    ['From', headers.from ?? envelope.from],
    ['To', headers.to ?? envelope.to.join(', ')],
    ...(message.virtualDate
      ? ([['When', html`${people(message.virtualDate)} <i>in the case’s time</i>`]] as [string, unknown][])
      : []),
    ['Arrived', people(message.receivedAt)],
    ...(files.length > 0 ? ([['Attached', files.join(', ')]] as [string, unknown][]) : []),
  ];
  return layout(
    message.subject,
    html`<main class="message">
<p class="back"><a href="/">← All mails</a> ${of ? html`<a href="${address({ to: '', of, rehearsals: false })}">All about ${of}</a> ` : ''}<a href="/?to=${encodeURIComponent(envelope.to[0] ?? '')}">All to ${envelope.to[0]}</a></p>
<h1>${message.subject}</h1>
<dl class="facts">${facts.map(([label, value]) => html`<dt>${label}</dt><dd>${value}</dd>`)}</dl>
${calendar ? calendarCard(id, calendar) : ''}
<nav class="tabs" aria-label="Parts">
${tabs.map(([key, label]) => html`<a class="tab" href="/messages/${id}?show=${key}" ${key === show ? html`aria-current="page"` : ''}>${label}</a>`)}
<a class="tab" href="/messages/${id}/raw">Source</a>
</nav>
${part(message, show)}
</main>`,
  );
}

function part({ id, html: body, text, headers }: InboxMessage, show: string): Html {
  if (show === 'html' && body !== undefined)
    return html`<iframe title="The message" sandbox="allow-popups allow-popups-to-escape-sandbox" src="/messages/${id}/html"></iframe>`;
  if (show === 'headers')
    return html`<table class="part headers">${Object.entries(headers).map(([key, value]) => html`<tr><th scope="row">${key}</th><td>${value}</td></tr>`)}</table>`;
  return html`<pre class="part text">${text === undefined ? 'This mail has no text.' : linked(text)}</pre>`;
}

/** The text, escaped, with its web addresses as links. */
function linked(text: string): Html[] {
  return text
    .split(/(https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]])/)
    .map((piece, i) =>
      i % 2 === 1 ? html`<a href="${piece}" target="_blank" rel="noopener noreferrer">${piece}</a>` : html`${piece}`,
    );
}

const calendarTag = ({ method }: CalendarPart): Html =>
  method === 'CANCEL' ? html`<span class="tag off">cancelled</span>` : html`<span class="tag">calendar entry</span>`;

function calendarCard(id: string, calendar: CalendarPart): Html {
  const one = (entry: CalendarEntry) => {
    const lines: [string, unknown][] = [
      ['When', span(entry)],
      ['Where', entry.location],
      ['Who', entry.attendees.join(', ')],
      ['Notes', entry.description],
      [
        'Method',
        [calendar.method, entry.status, entry.sequence !== undefined && `sequence ${entry.sequence}`]
          .filter(Boolean)
          .join(', '),
      ],
    ];
    return html`<h2>${entry.summary}</h2>
<dl class="facts">${lines.filter(([, value]) => value).map(([label, value]) => html`<dt>${label}</dt><dd>${value}</dd>`)}</dl>`;
  };
  return html`<section class="calendar ${calendar.method === 'CANCEL' ? 'cancelled' : ''}" aria-label="Calendar entry">
<p>${calendarTag(calendar)} <a href="/messages/${id}/calendar">raw</a></p>
${calendar.entries.map(one)}
</section>`;
}

/** The case's own time where the mail has one, which in a rehearsal may be years away; otherwise when the mail arrived. */
const when = ({ virtualDate, receivedAt }: InboxMessage) => people(virtualDate ?? receivedAt);

/** A day, a local time or an instant (shown in London's time) as people write it. Any other text is returned as it is. */
function people(iso: string): string {
  const date = new Date(/T[\d:.]+$/.test(iso) ? `${iso}Z` : iso);
  if (Number.isNaN(date.getTime())) return iso;
  const hours = iso.includes('T') ? ({ hour: '2-digit', minute: '2-digit' } as const) : {};
  const timeZone = /T.*(Z|[+-]\d\d:?\d\d)$/.test(iso) ? 'Europe/London' : 'UTC';
  const day = { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' } as const;
  return date.toLocaleString('en-GB', { ...day, ...hours, timeZone }).replace(',', '');
}

/** From when until when. The day is named once. */
function span({ start, end, zone }: CalendarEntry): string {
  const [from, until] = [start && people(start), end && people(end)];
  const day = from?.split(', ')[0];
  const to = until && (until.startsWith(`${day}, `) ? `–${until.slice(day!.length + 2)}` : ` – ${until}`);
  return `${from ?? ''}${to ?? ''}${zone ? ` (${zone})` : ''}`;
}

/** The names in a From or To header, or the address where there is no name. */
function name(header: string | undefined, address: string): string {
  return (
    (header ?? '')
      .replace(/<[^>]*>/g, '')
      .replaceAll('"', '')
      .trim() || address
  );
}
