// The inbox's page in a real browser: whole without JavaScript, kept up to date with it, and usable by everybody.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import type { Inbox } from '../../embedded/inbox.ts';
import {
  assertAccessible,
  complaints,
  noBrowser,
  PHONE,
  picture,
  useBrowser,
  type View,
  ZOOMED,
} from '../support/browser.ts';
import { INVITATION, send, useInboxes } from '../support/inbox-mails.ts';
import { until } from '../support/waiting.ts';

const { open } = useInboxes();
const chromium = useBrowser();

const LINK = 'https://plans.example/do/abc.def';
const MAILS = [
  {
    subject: 'BC-2041: reminder: minutes of core group 3',
    text: 'Please send the minutes.',
    to: 'Jo Ford <jo@council.example>',
  },
  {
    subject: 'BC-2041: invitation: core group 4, Friday 9 May 2025',
    text: `You are invited.\n\nSay that you cannot come:\n${LINK}\n`,
    html: `<h1>You are invited</h1><p style="max-width:600px">To the Family Hub. <a href="${LINK}">I cannot come</a></p>`,
    to: 'Amira Shah <amira@council.example>',
    icalEvent: { method: 'REQUEST', content: INVITATION },
    headers: { 'X-Nodrift-Date': '2025-05-02T08:00:00+01:00' },
  },
  { subject: 'BC-2041-rehearsal-a1: chase: minutes', text: 'Three days late.' },
];

async function filled(): Promise<Inbox> {
  const inbox = await open({ tryThis: 'npx nodrift rehearse shared/scenarios/drift.yaml --live' });
  for (const mail of MAILS) await send(inbox, mail);
  return inbox;
}

const subjects = (page: Page) =>
  page
    .locator('.subject')
    .allInnerTexts()
    .then((all) => all.map((text) => text.split(':')[1]!.trim()));

const VIEWS: Record<string, View> = {
  desktop: {},
  phone: PHONE,
  dark: { dark: true },
  'dark phone': { ...PHONE, dark: true },
  'twice as large': ZOOMED,
  'without JavaScript': { javaScript: false },
  'without JavaScript on a phone': { ...PHONE, javaScript: false },
};

describe('every page of the inbox', { skip: noBrowser }, () => {
  let inbox: Inbox;
  let empty: Inbox;
  let invitation: string;
  before(async () => {
    [inbox, empty] = await Promise.all([
      filled(),
      open({ tryThis: 'npx nodrift rehearse a-rather-long-name-of-a-scenario.yaml --live' }),
    ]);
    invitation = (await inbox.messages())[1]!.id;
  });

  for (const [name, view] of Object.entries(VIEWS))
    test(`is accessible and complains of nothing: ${name}`, async () => {
      const page = await chromium.page(view);
      for (const [what, url] of [
        ['empty', `${empty.webUrl}/`],
        ['list', `${inbox.webUrl}/`],
        ['search', `${inbox.webUrl}/?q=core+group&rehearsals=`],
        ['nothing', `${inbox.webUrl}/?q=${'nothing'.repeat(30)}`],
        ['mail', `${inbox.webUrl}/messages/${invitation}`],
        ['mail as on a phone', `${inbox.webUrl}/messages/${invitation}?show=html&width=phone`],
        ['text', `${inbox.webUrl}/messages/${invitation}?show=text`],
        ['headers', `${inbox.webUrl}/messages/${invitation}?show=headers`],
      ] as const) {
        await page.goto(url);
        await assertAccessible(page, `${what}, ${name}`);
        await picture(page, `inbox-${what}-${name}`.replaceAll(' ', '-'));
      }
      assert.deepEqual(complaints(page), []);
      await page.context().close();
    });
});

for (const javaScript of [true, false])
  describe(`with${javaScript ? '' : 'out'} JavaScript`, { skip: noBrowser }, () => {
    test('a mail is found, opened, answered, unread again and deleted', async () => {
      const inbox = await filled();
      const page = await chromium.page({ javaScript });
      await page.goto(inbox.webUrl);
      assert.deepEqual(await subjects(page), ['invitation', 'reminder']);
      assert.match(await page.title(), /^2 mails \(2 unread\)/);
      await page.getByLabel('Search subject, text, person or case').fill('family hub');
      await page.getByRole('button', { name: 'Search' }).click();
      await page.waitForURL(/q=family/);
      assert.deepEqual(await subjects(page), ['invitation']);

      await page.locator('.row').click();
      await page.waitForURL(/messages/);
      const openIt = page.getByRole('link', { name: 'Open the link' });
      assert.equal(await openIt.getAttribute('href'), LINK);
      assert.equal(await openIt.getAttribute('rel'), 'noopener noreferrer');
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByText('Add to calendar').click()]);
      assert.equal(download.suggestedFilename(), 'entry.ics');
      assert.equal(await readFile(await download.path(), 'utf8'), INVITATION);
      assert.equal(await page.frameLocator('iframe').locator('h1').innerText(), 'You are invited');

      const width = async () => (await page.locator('iframe').boundingBox())!.width;
      const wide = await width();
      await page.getByRole('link', { name: 'Phone' }).click();
      await page.waitForURL(/width=phone/);
      assert.ok(wide > 700 && (await width()) < 400, `${wide} and ${await width()} pixels`);

      await page.getByRole('button', { name: 'Mark unread' }).click();
      await page.waitForURL(`${inbox.webUrl}/`);
      assert.match(await page.title(), /^2 mails \(2 unread\)/);
      await page.getByRole('link', { name: /invitation/ }).click();
      await page.getByRole('button', { name: 'Delete' }).click();
      await page.waitForURL(`${inbox.webUrl}/`);
      assert.deepEqual(await subjects(page), ['reminder']);
      assert.deepEqual(complaints(page), []);
    });

    test('all that is listed is marked read and deleted, and nothing else', async () => {
      const inbox = await filled();
      const page = await chromium.page({ javaScript });
      await page.goto(`${inbox.webUrl}/?case=BC-2041`);
      await page.getByRole('button', { name: 'Mark all read' }).click();
      await page.waitForFunction('document.title.startsWith("2 mails about")');
      await page.getByText('Delete…').click();
      await send(inbox, { subject: 'BC-2041: chase: one that the reader has not seen' });
      await page.getByRole('button', { name: 'Delete these 2 mails' }).click();
      await until(async () => (await inbox.messages()).length === 2, 'the mails were not deleted');
      assert.deepEqual(
        (await inbox.messages()).map(({ subject }) => subject.split(':')[0]),
        ['BC-2041-rehearsal-a1', 'BC-2041'],
      );
    });
  });

describe('the page with JavaScript', { skip: noBrowser }, () => {
  test('shows a mail when it comes, and leaves alone what the reader is doing', async () => {
    const inbox = await open();
    const page = await chromium.page();
    await page.goto(inbox.webUrl);
    await page.getByText('No mail yet').waitFor();
    await send(inbox, { subject: 'BC-1: reminder: first' });
    await page.locator('.row').waitFor();
    await page.getByLabel('Search subject, text, person or case').fill('half a wo');
    await send(inbox, { subject: 'BC-2: reminder: second' });
    await page.getByText('BC-2: reminder: second').waitFor();
    assert.equal(await page.getByLabel('Search subject, text, person or case').inputValue(), 'half a wo');
    assert.equal(await page.evaluate('document.activeElement.id'), 'q');
    assert.equal(await page.getByRole('status').innerText(), '1 new mail');
    assert.match(await page.title(), /^2 mails \(2 unread\)/);
    assert.equal(await page.locator('nav[aria-label=Cases] a').count(), 3);
    assert.deepEqual(complaints(page), []);
  });

  test('keeps to what the reader chose', async () => {
    const inbox = await filled();
    const page = await chromium.page();
    await page.goto(`${inbox.webUrl}/?case=BC-2041&q=minutes`);
    for (const subject of ['BC-1: of another case', 'BC-2041: chase: minutes of core group 3'])
      await send(inbox, { subject });
    await until(async () => (await subjects(page)).length === 2, 'the mail did not come');
    assert.deepEqual(await subjects(page), ['chase', 'reminder']);
  });

  test('goes on after the inbox was stopped and started again', async () => {
    const first = await filled();
    const page = await chromium.page();
    await page.goto(first.webUrl);
    await first.close();
    const again = await open({ webPort: Number(new URL(first.webUrl).port) });
    await send(again, { subject: 'BC-7: reminder: after the restart' });
    await page.getByText('after the restart').waitFor();
  });

  test('runs no script of a mail, and sends nothing of it anywhere', async () => {
    const inbox = await open();
    const evil = `<script>document.title='owned'</script><img src="http://tracker.example/x.png"><form action="/delete" method="post"><button>Go</button></form>`;
    await send(inbox, { subject: `BC-1: ${evil}`, html: `<h1>Hello</h1>${evil}` });
    const page = await chromium.page();
    await page.goto(`${inbox.webUrl}/messages/${(await inbox.messages())[0]!.id}`);
    await page.frameLocator('iframe').locator('button').click();
    await page.goto(`${inbox.webUrl}/`);
    await page.locator('.row').waitFor();
    assert.equal((await inbox.messages()).length, 1);
    assert.match(await page.title(), /^1 mail /);
    assert.ok(
      complaints(page).every((line) => /tracker|sandbox|Content Security/.test(line)),
      complaints(page).join('\n'),
    );
  });
});
