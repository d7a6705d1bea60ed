// The page where somebody finds the address of their calendar: behind the link of an invitation; it is changed by a choice, and by nothing else.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conference, discussion } from '../support/family.ts';
import { PaperCase } from '../support/paper-case.ts';
import { hidden, hrefOf, linkFor, PUBLIC_URL, pagesOf, Visitor } from '../support/visitor.ts';

const LINK = 'See all your meetings in your own calendar';

/** An invited person's page, and a feed whose address counts how often it was changed. */
function invited(person: string, about = 'attend/core-group-1', purpose: Parameters<typeof linkFor>[2] = 'attend') {
  const paper = new PaperCase().recordAll([discussion(), conference()]);
  paper.tell();
  const asked: string[] = [];
  let edition = 0;
  const app = pagesOf(paper, [], PUBLIC_URL, {
    feedBehind: async () => undefined,
    pathOf: async (authority, address) => {
      asked.push(`${authority} ${address}`);
      return `/calendar/edition${'a'.repeat(edition)}.ics`;
    },
    renew: async () => void edition++,
  });
  const link = linkFor(paper, person, purpose, about);
  return {
    asked,
    app,
    link,
    page: link.replace('/do/', '/calendar/for/'),
    visitor: new Visitor(app),
    editions: () => edition,
  };
}

test('the page of an invitation leads to it, and it shows the address to subscribe to', async () => {
  const { visitor, link, page, asked } = invited('nina');
  const invitation = await visitor.get(link);
  assert.equal(hrefOf(invitation.html, LINK), page);
  const shown = await visitor.get(page);
  assert.equal(shown.status, 200);
  assert.match(shown.text, /All your meetings in one calendar/);
  assert.ok(shown.text.includes(`${PUBLIC_URL}/calendar/edition.ics`));
  assert.equal(
    hrefOf(shown.html, 'Open it in your calendar program'),
    'webcal://pages.council.test/calendar/edition.ics',
  );
  assert.deepEqual(asked, ['barnsley nina@nhs.test']);
});

test('the address is changed by a choice in the browser that was shown it, and by nothing else', async () => {
  const { visitor, app, page, editions } = invited('nina');
  const shown = await visitor.get(page);
  // A scanner opens every link and sends every form, as it stands or with everything ticked, without a memory.
  assert.equal((await visitor.post(page, hidden(shown.html))).status, 422);
  assert.equal((await new Visitor(app).post(page, { ...hidden(shown.html), renew: 'renew' })).status, 422);
  assert.equal((await visitor.post(page, { renew: 'renew' })).status, 422);
  assert.equal(editions(), 0);
  const done = await visitor.post(page, { ...hidden(shown.html), renew: 'renew' });
  assert.equal(done.status, 200, done.text);
  assert.equal(editions(), 1);
  assert.match((await visitor.get(hrefOf(done.html, 'Show the new address'))).text, /editiona\.ics/);
});

test('it is for whoever gets calendar entries, behind a link that is theirs', async () => {
  const family = invited('dad');
  assert.ok(
    !(await family.visitor.get(family.link)).text.includes(LINK),
    'the family, where they did not ask for entries',
  );
  const other = invited('amira', 'hold/core-group-1', 'held');
  assert.equal((await other.visitor.get(other.page)).status, 404);
  assert.equal((await other.visitor.get('/calendar/for/v1.a.made-up')).status, 404);
  assert.equal((await other.visitor.post('/calendar/for/v1.a.made-up', { renew: 'renew' })).status, 404);
});
