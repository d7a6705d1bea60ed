// Letters to the family who cannot be e-mailed, and the page that says they were told: what stands in them, who may open them, one page of paper.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { serve } from '@hono/node-server';
import { assertAccessible, complaints, noBrowser, PHONE, picture, useBrowser, ZOOMED } from '../support/browser.ts';
import { conference, discussion, event, family, PEOPLE } from '../support/family.ts';
import { PaperCase } from '../support/paper-case.ts';
import { hrefOf, linkFor, pagesOf, Visitor } from '../support/visitor.ts';

const people = PEOPLE.map((one) => (one.id === 'amira' ? { ...one, phone: '01226 770770' } : one));
const DUTY = 'tell/core-group-1';

/** Thursday 27 January 2028: the first core group is booked, and Mum cannot be e-mailed. */
function booked(venue = 'Family centre'): PaperCase {
  const firstCoreGroup = { start: '2028-02-08T10:00', venue };
  const of = new PaperCase(family('BC-2041', { people })).recordAll([discussion(), conference({ firstCoreGroup })]);
  of.later(24);
  of.tell();
  return of;
}

async function opened(of: PaperCase, about = DUTY) {
  const visitor = new Visitor(pagesOf(of));
  const link = linkFor(of, 'amira', 'tell', about);
  const page = await visitor.get(link);
  return { visitor, link, page };
}

async function letterOf(of: PaperCase) {
  const { visitor, page } = await opened(of);
  const href = hrefOf(page.html, 'Print the letter for the');
  assert.match(href, /^\/letters\/v1\./);
  return { visitor, href, letter: await visitor.get(href) };
}

test('an invitation by letter: when, where, whom to ring on which number, what else they may need, and no name of the family', async () => {
  const { letter } = await letterOf(booked());
  assert.equal(letter.status, 200);
  for (const words of [
    'You are invited to core group 1, the meeting of the people who help with the plan.',
    'When Tuesday 8 February 2028 at 10am',
    'Where Family centre',
    'Please ring Amira Khan, your social worker, on 01226 770770.',
    'Do you need an interpreter? Or this letter in another language, in large print, in Braille, or read to you?',
    'You may bring somebody who supports you',
    'Our reference: BC-2041',
    'Friday 28 January 2028',
  ])
    assert.ok(letter.text.includes(words), `${words}\n${letter.text}`);
  assert.doesNotMatch(letter.text, /\bMum\b|\bDad\b|R38|R61/);
});

test('a place that may be somebody’s home is not printed', async () => {
  const { letter } = await letterOf(booked('12 Acacia Avenue'));
  assert.match(letter.text, /Where Please ask us/);
  assert.doesNotMatch(letter.html, /Acacia/);
});

test('a meeting that is moved, and one that is cancelled, have letters of their own', async () => {
  const of = booked();
  of.recordAll([
    event('moved', '2028-01-29', 'meeting-moved', {
      meeting: 'core-group-1',
      start: '2028-02-09T14:30',
      reason: 'school',
    }),
  ]);
  const { letter: change } = await letterOf(of);
  assert.match(change.text, /Please note the change: this is now when and where we meet for core group 1/);
  assert.match(change.text, /When Wednesday 9 February 2028 at 2:30pm/);
  of.recordAll([event('off', '2028-01-30', 'meeting-cancelled', { meeting: 'core-group-1', reason: 'snow' })]);
  const { letter: off } = await letterOf(of);
  assert.match(off.text, /The meeting on Wednesday 9 February 2028 at 2:30pm will not take place: core group 1/);
  assert.match(off.text, /If you have a question, please ring Amira Khan/);
  assert.doesNotMatch(off.text, /When |snow|school/);
});

test('the page records who was told and how, and nobody is chased for it any more', async () => {
  const of = booked();
  const { visitor, link, page } = await opened(of);
  assert.match(page.text, /Was the family told of core group 1\?/);
  assert.doesNotMatch(page.html, /checked|selected/);
  assert.equal((await visitor.answer(link, { how: 'post' })).status, 422);
  assert.equal((await visitor.answer(link, { to: 'dad', how: 'post' })).status, 422, 'Dad is told by e-mail');
  const done = await visitor.answer(link, { to: 'mum', how: 'post' });
  assert.match(done.text, /Recorded: the (first )?parent was told \(post\)\./);
  const last = of.book.history().events.at(-1)!;
  assert.deepEqual(last.event, {
    ...{ type: 'family-told', by: 'amira', via: 'link', meeting: 'core-group-1' },
    to: [{ person: 'mum', how: 'post' }],
  });
  assert.ok(!of.book.owed(of.now).duties.some(({ duty }) => duty === DUTY));
  assert.match((await visitor.get(link)).text, /This is recorded already/);
});

test('what somebody asked for, to be able to come, stands on the page of whoever tells them', async () => {
  const of = booked();
  of.recordAll([
    event('help', '2028-01-28T11:00', 'help-asked', {
      meeting: 'core-group-1',
      person: 'mum',
      what: ['interpreter', 'transport'],
    }),
  ]);
  const { page } = await opened(of);
  assert.match(page.text, /What they need The (first )?parent: an interpreter, help to get there/i);
});

test('who needs large print gets a large letter; whoever tells them sees what they need', async () => {
  const needing = people.map((one) =>
    one.id === 'mum' ? { ...one, needs: { interpreter: 'Polish', format: 'large-print' as const } } : one,
  );
  const of = new PaperCase(family('BC-2041', { people: needing })).recordAll([discussion(), conference()]);
  of.later(24);
  assert.match(
    (await opened(of)).page.text,
    /What they need The first parent: an interpreter \(Polish\), what is written in large print/,
  );
  assert.match((await letterOf(of)).letter.html, /nodrift-letter--large/);
  assert.doesNotMatch((await letterOf(booked())).letter.html, /nodrift-letter--large/);
});

test('whoever stands in for the social worker is the one to ring', async () => {
  const of = booked();
  const cover = { person: 'amira', cover: 'tom', from: '2028-01-28', until: '2028-02-20' };
  of.recordAll([event('cover', '2028-01-28T14:00', 'cover-arranged', { ...cover, by: 'tom' })]);
  of.later(1);
  const { letter } = await letterOf(of);
  assert.match(letter.text, /Please tell Tom Reed, who stands in for your social worker\./);
});

test('a letter is for who tells: not for another link, another person, or once the meeting was held', async () => {
  const of = booked();
  const visitor = new Visitor(pagesOf(of));
  const at = (person: string, purpose: 'letter' | 'tell' | 'attend', about: string, change = {}) =>
    linkFor(of, person, purpose, about, change).replace('/do/', '/letters/');
  for (const [why, path] of [
    ['another purpose', at('amira', 'tell', DUTY)],
    ['somebody with e-mail', at('amira', 'letter', 'letter/core-group-1/dad')],
    ['nobody of the case', at('amira', 'letter', 'letter/core-group-1/constructor')],
    ['no such meeting', at('amira', 'letter', 'letter/core-group-9/mum')],
    ['an old address', at('amira', 'letter', 'letter/core-group-1/mum', { email: 'old@council.test' })],
    ['an expired link', at('amira', 'letter', 'letter/core-group-1/mum', { until: '2028-01-01' })],
    ['no link at all', '/letters/v1.a.AAAA'],
  ] as const)
    assert.equal((await visitor.get(path)).status, 404, why);
  const good = at('amira', 'letter', 'letter/core-group-1/mum');
  assert.equal((await visitor.get(good)).status, 200);
  assert.equal((await visitor.get(good.replace('/letters/', '/do/'))).status, 404);
  of.recordAll([
    event('held', '2028-02-08T12:00', 'meeting-held', {
      meeting: 'core-group-1',
      on: '2028-02-08',
      chair: 'amira',
      minuteTaker: 'nina',
      present: ['amira', 'nina'],
      planAgreed: true,
      reason: 'dates to follow',
    }),
  ]);
  assert.equal((await visitor.get(good)).status, 404);
});

const chromium = useBrowser();
const VIEWS = { desktop: {}, phone: PHONE, zoomed: ZOOMED, dark: { dark: true } };

test('letter and page are read on every screen, and a letter is one page of A4', { skip: noBrowser }, async () => {
  const of = booked();
  const { href } = await letterOf(of);
  const server = serve({ fetch: pagesOf(of).fetch, port: 0, hostname: '127.0.0.1' });
  if (!server.listening) await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    for (const [name, view] of Object.entries(VIEWS)) {
      const page = await chromium.page({ ...view, javaScript: false });
      for (const [what, path] of [
        ['letter', href],
        ['tell', linkFor(of, 'amira', 'tell', DUTY)],
      ] as const) {
        await page.goto(origin + path);
        await assertAccessible(page, `${what}, ${name}`);
        assert.deepEqual(complaints(page), []);
        await picture(page, `${what}-${name}`);
      }
      await page.context().close();
    }
    const page = await chromium.page({ dark: true });
    await page.goto(origin + href);
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
    assert.equal(pdf.match(/\/Type\s*\/Page\b/g)?.length, 1);
    assert.match(pdf, /\/MediaBox\s*\[0 0 59[45](\.\d+)? 84[12](\.\d+)?\]/);
    await page.emulateMedia({ media: 'print' });
    assert.equal(await page.locator('header').isVisible(), false);
    assert.equal(await page.getByText('Print this page').isVisible(), false);
    const colours =
      'getComputedStyle(document.documentElement).backgroundColor + getComputedStyle(document.querySelector("h1")).color';
    assert.equal(
      await page.evaluate(colours),
      'rgb(255, 255, 255)rgb(0, 0, 0)',
      'dark words on white, whatever the screen is',
    );
    await picture(page, 'letter-printed');
  } finally {
    server.close();
  }
});
