// One mail of the inbox as HTML. Imported by the inbox's page only.
import { html } from 'hono/html';
import type { CalendarEntry, CalendarPart } from './inbox-calendar.ts';
import { casesOf } from './inbox-cases.ts';
import { linksIn, split } from './inbox-links.ts';
import { wordsOf } from './inbox-search.ts';
import type { InboxMessage } from './inbox-store.ts';
import { address, calendarTag, type Html, hidden, layout, NO_CHOICE } from './inbox-views.ts';
import { people, span } from './inbox-words.ts';

/** More buttons than this help nobody; the mail has all links. */
const MOST_BUTTONS = 8;

export interface Look {
  /** Which part: html, text or headers. */
  show: string;
  /** As wide as a phone's screen, or as the page. */
  phone: boolean;
}

export function messagePage(message: InboxMessage, look: Look): Html {
  const { id, headers, envelope, calendar, attachments } = message;
  const cases = casesOf(message).slice(0, MOST_BUTTONS);
  const facts: [string, unknown][] = [
    ['From', headers.from ?? envelope.from],
    ['To', headers.to ?? envelope.to.join(', ')],
    ...(headers['reply-to'] ? ([['Reply to', headers['reply-to']]] as [string, unknown][]) : []),
    ...(message.virtualDate
      ? ([['When', html`${people(message.virtualDate)} <i>in the case’s time</i>`]] as [string, unknown][])
      : []),
    ['Arrived', people(message.receivedAt)],
    ...(attachments.length > 0
      ? ([['Attached', attachments.map((file, i) => attached(id, file, i))]] as [string, unknown][])
      : []),
  ];
  return layout(
    message.subject,
    html`<main class="message">
<nav class="back" aria-label="Back"><a href="/">← All mails</a> ${cases.map((of) => html`<a href="${address({ ...NO_CHOICE, of })}">All about ${of}</a> `)}<a href="${address({ ...NO_CHOICE, to: envelope.to[0] ?? '' })}">All to ${envelope.to[0]}</a></nav>
<h1>${message.subject}</h1>
<dl class="facts">${facts.map(([label, value]) => html`<dt>${label}</dt><dd>${value}</dd>`)}</dl>
${buttons(message)}
${calendar ? calendarCard(id, calendar) : ''}
${tabs(message, look)}
${part(message, look)}
<div class="actions">
<form method="post" action="/read">${hidden([
      ['id', id],
      ['read', 'no'],
    ])}<button>Mark unread</button></form>
<form method="post" action="/delete">${hidden([['id', id]])}<button class="danger">Delete</button></form>
</div>
</main>`,
  );
}

const attached = (id: string, { filename, type, size }: InboxMessage['attachments'][number], i: number): Html =>
  html`<a href="/api/message/${id}/part/${i + 1}" download="${filename}">${filename}</a> (${type}, ${Math.ceil(size / 1024)} kB) `;

/** What the mail asks its reader to press. */
function buttons(message: InboxMessage): Html | '' {
  const { id, calendar } = message;
  const links = linksIn(wordsOf(message));
  if (links.length === 0 && !calendar) return '';
  const words = (label: string) => (label ? html`Open the link: ${label}` : html`Open the link`);
  return html`<p class="buttons">
${links.slice(0, MOST_BUTTONS).map(({ url, label }) => html`<a class="button" href="${url}" target="_blank" rel="noopener noreferrer">${links.length === 1 ? 'Open the link' : words(label)}</a> `)}
${calendar ? html`<a class="button second" href="/messages/${id}/entry.ics" download>${calendar.method === 'CANCEL' ? 'Take out of calendar' : 'Add to calendar'}</a>` : ''}
</p>
${links.length > MOST_BUTTONS ? html`<p class="none">${links.length - MOST_BUTTONS} more links are in the mail.</p>` : ''}`;
}

function tabs(message: InboxMessage, { show, phone }: Look): Html {
  const to = (part: string, narrow = phone) => `/messages/${message.id}?show=${part}${narrow ? '&width=phone' : ''}`;
  const parts = [
    ...(message.html === undefined ? [] : [['html', 'Message']]),
    ...(message.text === undefined ? [] : [['text', 'Plain text']]),
    ['headers', 'Headers'],
  ] as [key: string, label: string][];
  const width = (narrow: boolean, label: string) =>
    html`<a href="${to(show, narrow)}" ${narrow === phone ? html`aria-current="true"` : ''}>${label}</a>`;
  return html`<div class="bar">
<nav class="tabs" aria-label="Parts">
${parts.map(([key, label]) => html`<a class="tab" href="${to(key)}" ${key === show ? html`aria-current="page"` : ''}>${label}</a>`)}
<a class="tab" href="/messages/${message.id}/raw">Source</a>
</nav>
${show === 'headers' ? '' : html`<nav class="width" aria-label="Width">${width(true, 'Phone')} ${width(false, 'Desktop')}</nav>`}
</div>`;
}

function part({ id, html: body, text, headers }: InboxMessage, { show, phone }: Look): Html {
  const narrow = phone ? 'phone' : '';
  if (show === 'html' && body !== undefined)
    return html`<iframe class="${narrow}" title="The message" sandbox="allow-popups allow-popups-to-escape-sandbox" src="/messages/${id}/html"></iframe>`;
  if (show === 'headers')
    return html`<table class="part headers"><caption class="unseen">Headers</caption>${Object.entries(headers).map(([key, value]) => html`<tr><th scope="row">${key}</th><td>${value}</td></tr>`)}</table>`;
  return html`<pre class="part text ${narrow}">${text === undefined ? 'This mail has no text.' : linked(text)}</pre>`;
}

/** The text, escaped, with its web addresses as links. */
const linked = (text: string): Html[] =>
  split(text).map((piece, i) =>
    i % 2 === 1 ? html`<a href="${piece}" target="_blank" rel="noopener noreferrer">${piece}</a>` : html`${piece}`,
  );

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
