// Every page in a real Chromium: on a phone, at 200 % zoom and dark, with and without JavaScript, judged by axe; one of them by keyboard alone.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, describe, test } from 'node:test';
import { getRequestListener } from '@hono/node-server';
import type { Page } from 'playwright-core';
import {
  assertAccessible,
  complaints,
  look,
  noBrowser,
  PHONE,
  picture,
  useBrowser,
  type View,
  ZOOMED,
} from '../support/browser.ts';
import { conference, discussion, event } from '../support/family.ts';
import { afterCoreGroup, inNeed, PaperCase } from '../support/paper-case.ts';
import { linkFor, pagesOf } from '../support/visitor.ts';

const browser = useBrowser();

const booked = (hours: number) => {
  const paper = new PaperCase().recordAll([discussion(), conference()]);
  paper.later(hours);
  return paper;
};
const minutesHere = () =>
  afterCoreGroup().recordAll([
    event('came', '2028-02-10', 'minutes-received', { meeting: 'core-group-1', on: '2028-02-10' }),
    event('agreed', '2028-02-10T13:00', 'action-agreed', { id: 'gp-visit', owner: 'nina', due: '2028-02-22' }),
  ]);

const laterAsked = () =>
  minutesHere().recordAll([
    event('longer', '2028-02-11', 'later-date-asked', {
      ...{ by: 'nina', action: 'gp-visit', due: '2028-03-01', reason: 'the surgery is shut' },
    }),
  ]);

const apologised = () =>
  booked(24).recordAll([
    event('sorry', '2028-01-28T14:00', 'apologies-received', { by: 'nina', meeting: 'core-group-1', person: 'nina' }),
  ]);
const closedCase = () =>
  inNeed().recordAll([
    event('approved', '2028-01-21', 'plan-approved', { by: 'tom', on: '2028-01-21' }),
    event('closable', '2028-03-01', 'closure-approved', { by: 'tom', after: 'supervision', on: '2028-03-01' }),
    event('closed', '2028-03-02', 'case-closed', { on: '2028-03-02' }),
  ]);

type Purpose = Parameters<typeof linkFor>[2];
const PAGES: readonly [name: string, paper: () => PaperCase, person: string, purpose: Purpose, about: string][] = [
  ['minutes', afterCoreGroup, 'nina', 'minutes', 'minutes/core-group-1'],
  ['held', () => booked(13 * 24), 'amira', 'held', 'confirm/core-group-1'],
  ['book', () => booked(24), 'amira', 'book', 'hold/core-group-1'],
  ['conference-called', () => new PaperCase().recordAll([discussion()]), 'amira', 'book', 'hold/initial-conference'],
  ['conference-held', () => new PaperCase().recordAll([discussion()]), 'amira', 'held', 'hold/initial-conference'],
  ['attend', () => booked(24), 'nina', 'attend', 'attend/core-group-1'],
  ['attend-parent', () => booked(24), 'dad', 'attend', 'attend/core-group-1'],
  ['distribute', minutesHere, 'amira', 'distribute', 'distribute/core-group-1'],
  ['decide', inNeed, 'tom', 'decide', 'approve/plan'],
  ['action', minutesHere, 'nina', 'action', 'action/gp-visit'],
  ['new-date', laterAsked, 'amira', 'new-date', 'action/gp-visit'],
  ['help', () => booked(24), 'dad', 'help', 'attend/core-group-1'],
  ['wrong', minutesHere, 'amira', 'wrong', 'minutes/core-group-1'],
  ['put-right', minutesHere, 'amira', 'put-right', 'core-group'],
  ['put-right-day', minutesHere, 'amira', 'put-right', 'core-group on'],
  ['put-right-people', minutesHere, 'amira', 'put-right', 'core-group present'],
  ['not-mine', afterCoreGroup, 'nina', 'not-mine', 'minutes/core-group-1'],
  ['later', afterCoreGroup, 'nina', 'later', 'minutes/core-group-1'],
  ['other', () => booked(24), 'amira', 'other', 'tell/core-group-1'],
  ['stand-in', apologised, 'nina', 'other', 'represent/core-group-1/nina'],
  ['closure-letter', closedCase, 'amira', 'other', 'letter/closure'],
];
/** The ways a page is looked at, by those that need a loading of their own. */
const LOADED: readonly (readonly [javaScript: boolean, views: Readonly<Record<string, View>>])[] = [
  [true, { phone: PHONE, 'phone-dark': { ...PHONE, dark: true }, desktop: {}, 'desktop-zoomed': ZOOMED }],
  [false, { 'phone-plain': PHONE }],
];

const servers: Server[] = [];
after(() => Promise.all(servers.map((server) => new Promise((done) => server.close(done)))));
async function served(paper: PaperCase): Promise<string> {
  const server = createServer(getRequestListener(pagesOf(paper, [], 'http://127.0.0.1').fetch));
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function lookedAt(page: Page, name: string, views: Readonly<Record<string, View>>): Promise<void> {
  for (const [how, view] of Object.entries(views)) {
    await look(page, view);
    await assertAccessible(page, `${name}, ${how}`);
    await picture(page, `link-${name}-${how}`);
  }
}

describe('pages in a browser', { skip: noBrowser }, () => {
  for (const [name, paper, person, purpose, about] of PAGES)
    test(`the page "${name}" is accessible, and as wide as its window, however it is looked at`, async () => {
      const made = paper();
      const url = `${await served(made)}${linkFor(made, person, purpose, about)}`;
      for (const [javaScript, views] of LOADED) {
        const page = await browser.page({ ...PHONE, javaScript });
        assert.equal((await page.goto(url))?.status(), 200);
        await lookedAt(page, name, views);
        assert.deepEqual(complaints(page), []);
        // Sent without a choice it says what is wrong, and that is accessible too.
        const button = page.locator('button[type=submit], button.govuk-button').first();
        if (await button.count()) {
          await button.click();
          await page.locator('.govuk-error-summary').waitFor();
          await lookedAt(page, `${name}-problems`, views);
        }
        await page.context().close();
      }
    });

  for (const javaScript of [true, false])
    test(`from the mail's link to recorded and taken back, ${javaScript ? 'with' : 'without'} JavaScript, by keyboard alone`, async () => {
      const paper = afterCoreGroup();
      const url = `${await served(paper)}${linkFor(paper, 'nina', 'minutes', 'minutes/core-group-1')}`;
      const page = await browser.page({ ...PHONE, javaScript });
      await page.goto(url);
      const focus = async (words: string) => {
        for (let i = 0; i < 60; i++) {
          await page.keyboard.press('Tab');
          const focused = page.locator(':focus');
          const text = await focused
            .evaluate(
              (one: { labels?: { textContent: string }[]; textContent: string }) =>
                one.labels?.[0]?.textContent ?? one.textContent,
            )
            .catch(() => '');
          if (text.includes(words)) return;
        }
        throw new Error(`"${words}" cannot be reached by Tab`);
      };
      await focus('today');
      await page.keyboard.press('Space');
      await focus('Record this');
      await Promise.all([page.waitForLoadState('load'), page.keyboard.press('Enter')]);
      await page.getByText('Take it back').waitFor();
      await assertAccessible(page, 'recorded');
      await picture(page, `link-recorded-${javaScript ? 'script' : 'plain'}`);
      assert.equal(paper.book.history().events.at(-1)?.event.type, 'minutes-received');
      await page.getByText('Take it back').click();
      await page.getByLabel('Yes, take it back').check();
      await assertAccessible(page, 'taking back');
      await page.getByRole('button', { name: 'Take it back' }).click();
      await page.getByText('It is taken back.').first().waitFor();
      assert.equal(paper.book.history().events.at(-1)?.event.type, 'event-withdrawn');
      await page.context().close();
    });

  test('a link that opens nothing, a rule, and the pages that say something', async () => {
    const paper = afterCoreGroup();
    const base = await served(paper);
    for (const [name, path] of [
      ['gone', '/do/v1.a.nothing'],
      ['rule', '/rules/R63'],
    ] as const)
      for (const [javaScript, views] of LOADED) {
        const page = await browser.page({ ...PHONE, javaScript });
        await page.goto(`${base}${path}`);
        await lookedAt(page, name, views);
        await page.context().close();
      }
  });
});
