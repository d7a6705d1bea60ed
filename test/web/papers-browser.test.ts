// Papers in a real Chromium: on a phone, in the dark, printed; without JavaScript, for there is none.

import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { serve } from '@hono/node-server';
import { assertAccessible, complaints, noBrowser, PHONE, picture, useBrowser, ZOOMED } from '../support/browser.ts';
import { afterCoreGroup } from '../support/paper-case.ts';
import { linkFor, pagesOf } from '../support/visitor.ts';

const chromium = useBrowser();
const of = afterCoreGroup();
const server = serve({ fetch: pagesOf(of).fetch, port: 0, hostname: '127.0.0.1' });
after(() => server.close());
const url = (about: string) => {
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}${linkFor(of, 'nina', 'paper', about).replace('/do/', '/papers/')}`;
};

const VIEWS = { desktop: {}, phone: PHONE, zoomed: ZOOMED, dark: { dark: true } };
for (const [name, view] of Object.entries(VIEWS))
  test(`agenda and working record are read on a screen that is ${name}`, { skip: noBrowser }, async () => {
    const page = await chromium.page({ ...view, javaScript: false });
    for (const about of ['agenda/core-group-2', 'working-record/core-group-1']) {
      await page.goto(url(about));
      await assertAccessible(page);
      assert.deepEqual(complaints(page), []);
      await picture(page, `paper-${about.replace('/', '-')}-${name}`);
    }
  });

test('printed, an agenda has no links to itself, and its lines to write on', { skip: noBrowser }, async () => {
  const page = await chromium.page();
  await page.goto(url('agenda/core-group-2'));
  await page.emulateMedia({ media: 'print' });
  assert.equal(await page.getByText('Download it as a .docx file').isVisible(), false);
  assert.ok((await page.locator('.nodrift-room__line').count()) > 0);
});
