// As a new user would: `npm start`, the inbox in a browser, and from there everything by the links of mails: an invitation is answered, minutes are
// recorded, taken back, recorded again and passed on, the next meeting is booked. No command line.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { assertAccessible, complaints, noBrowser, PHONE, picture, useBrowser } from '../support/browser.ts';
import { type Started, startNodrift } from '../support/started.ts';
import { until } from '../support/waiting.ts';

const chromium = useBrowser();
let started: Started | undefined;
let inbox = '';
let scratch = '';
before(async () => {
  if (noBrowser) return;
  scratch = await mkdtemp(join(tmpdir(), 'nodrift-terminal-'));
  started = await startNodrift(join(scratch, 'data'));
  await started.ready();
  inbox = /mail inbox {2,}(\S+)/.exec(started.said())?.[1] ?? assert.fail(started.said());
});
after(async () => {
  await started?.kill();
  if (scratch) await rm(scratch, { recursive: true, force: true });
});

/** Opens the newest mail whose line in the inbox reads so, and follows the link it shows as a button. */
async function openLinkOf(page: Page, subject: RegExp, label: string): Promise<void> {
  const line = page.getByRole('link').filter({ hasText: subject }).first();
  await until(
    async () => {
      await page.goto(inbox);
      return (await line.count()) > 0;
    },
    () => `a mail ${subject}`,
  );
  await line.click();
  // A mail with one link has a button for it; of several each has its words.
  const named = page.getByRole('link', { name: new RegExp(label) });
  const button = (await named.count()) > 0 ? named : page.getByRole('link', { name: 'Open the link' });
  const href = await button.first().getAttribute('href');
  assert.ok(href, `${subject} has a link ${label}`);
  await page.goto(href);
}

const choose = (page: Page, answer: RegExp) => page.getByRole('radio', { name: answer }).check();
const send = (page: Page, button: RegExp) => page.getByRole('button', { name: button }).click();
const reads = async (page: Page, words: RegExp) => assert.match(await page.locator('main').innerText(), words);

test('from an invitation to minutes passed on, on a phone, without a terminal', { skip: noBrowser }, async () => {
  const page = await chromium.page(PHONE);

  await openLinkOf(page, /EX-ON-COURSE: invitation to core group 1.*Nina Shah/s, 'whether you can come');
  await assertAccessible(page, 'the invitation’s page');
  await picture(page, 'page-invitation');
  await choose(page, /^No, I cannot come/);
  await send(page, /Send/);
  await reads(page, /Recorded/);

  await openLinkOf(page, /to do.*minutes of core group 1 \(EX-DRIFTING\).*Nina Shah/s, 'whether the minutes came');
  await picture(page, 'page-minutes');
  await send(page, /Record this/);
  await reads(page, /There is a problem/);
  await choose(page, /today/);
  await send(page, /Record this/);
  await reads(page, /Recorded/);
  await picture(page, 'page-recorded');
  await page.getByRole('link', { name: 'Take it back' }).click();
  await choose(page, /^Yes/);
  await send(page, /Take it back/);
  await reads(page, /It is taken back/);

  await openLinkOf(page, /to do.*minutes of core group 1 \(EX-DRIFTING\).*Amira Khan/s, 'whether the minutes came');
  await choose(page, /They came today/);
  await send(page, /Record this/);
  await page.getByRole('link', { name: /Passing on the minutes of core group 1/ }).click();
  await assertAccessible(page, 'passing on the minutes');
  for (const who of await page.getByRole('checkbox').all()) await who.check();
  await choose(page, /e-mail/i);
  await send(page, /Record|Send/);
  await reads(page, /Recorded/);

  await openLinkOf(page, /to do.*minutes of core group 1 \(EX-DRIFTING\).*Amira Khan/s, 'Book the meeting');
  await picture(page, 'page-book');
  const day = new Date(Date.now() + 4 * 86_400_000);
  for (const [label, value] of [
    ['day', day.getUTCDate()],
    ['month', day.getUTCMonth() + 1],
    ['year', day.getUTCFullYear()],
  ] as const)
    await page.locator(`input[name="on-${label}"]`).fill(String(value));
  await page.getByRole('textbox', { name: 'When it begins' }).fill('10:00');
  await page.getByRole('textbox', { name: 'Where' }).fill('Family centre');
  for (const considered of await page.getByRole('checkbox').all()) await considered.check();
  await send(page, /Book it/);
  await reads(page, /Recorded/);
  await page.goto(inbox);
  await until(
    async () => (await page.getByText(/EX-DRIFTING: invitation to core group 2/).count()) > 0,
    () => 'everybody is invited to the meeting that was booked, and the inbox shows it by itself',
  );
  await picture(page, 'inbox-phone');
  // The one answer that chose nothing.
  assert.deepEqual(
    complaints(page).filter((line) => !/status of 422/.test(line)),
    [],
  );
});
