// The inbox's list keeps up by itself: told that something changed, it asks for the same page again and puts the new lists in place of the old.
// What the reader is typing, and where they are on the page, stay as they are.

/** What is renewed. The empty page and the list have different ones. */
const PARTS = ['empty', 'side', 'list'];
const AT_MOST_EVERY_MS = 500;

let events;
let waiting = false;
let running = false;

async function renew() {
  if (running) {
    waiting = true;
    return;
  }
  running = true;
  try {
    const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
    if (answer.ok) show(new DOMParser().parseFromString(await answer.text(), 'text/html'));
  } catch {
    // The inbox stopped or restarts. The browser connects again by itself, and that renews the page.
  }
  // A thousand mails of a rehearsal are shown in a few goes.
  setTimeout(() => {
    running = false;
    if (!waiting) return;
    waiting = false;
    void renew();
  }, AT_MOST_EVERY_MS);
}

function show(page) {
  if (!!document.getElementById('empty') !== !!page.getElementById('empty'))
    document.querySelector('header').nextElementSibling.replaceWith(page.querySelector('header').nextElementSibling);
  const before = new Set(rows(document));
  for (const id of PARTS) {
    const [here, there] = [document.getElementById(id), page.getElementById(id)];
    // What somebody has opened or stands on is left alone until they are done with it.
    if (!here || !there || here.innerHTML === there.innerHTML || here.querySelector('details[open]')) continue;
    const focused = here.contains(document.activeElement) ? document.activeElement.getAttribute('href') : null;
    here.replaceWith(there);
    if (focused) there.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }
  document.title = page.title;
  const more = rows(document).filter((href) => !before.has(href)).length;
  const news = document.getElementById('news');
  if (news && more > 0) news.textContent = more === 1 ? '1 new mail' : `${more} new mails`;
}

const rows = (page) => [...page.querySelectorAll('.row')].map((row) => row.getAttribute('href'));

/** A browser keeps few connections to one address: a tab that nobody sees gives its own back. */
function listen() {
  events?.close();
  events = undefined;
  if (document.hidden) return;
  events = new EventSource('/events');
  events.addEventListener('open', () => void renew());
  events.addEventListener('changed', () => void renew());
}

document.addEventListener('visibilitychange', listen);
listen();
