// Temporal UI as `npm start` shows it, in a real Chromium: the list opens with what matters.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { noBrowser, picture, useBrowser } from '../support/browser.ts';
import { type Started, startNodrift } from '../support/started.ts';
import { until } from '../support/waiting.ts';

const CASE = 'child-protection/EX-DRIFTING';

describe('Temporal UI of `npm start`', { skip: noBrowser }, () => {
  const chromium = useBrowser();
  let scratch = '';
  let started: Started;
  let ui = '';

  before(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'nodrift-ui-'));
    started = await startNodrift(join(scratch, 'data'));
    await started.ready();
    ui = new URL(/Temporal UI +(\S+)/.exec(started.said())?.[1] ?? '').origin;
  });
  after(async () => {
    started?.child.kill('SIGTERM');
    await started?.gone();
    await rm(scratch, { recursive: true, force: true });
  });

  const open = (page: Page, path: string) => page.goto(`${ui}${path}`);

  test('the list of cases opens with authority, team, kind, next limit and what is late, and with views', async () => {
    const page = await chromium.page({ width: 1500, height: 700 });
    await open(page, '/namespaces/default/workflows');
    await page.getByRole('link', { name: CASE, exact: true }).waitFor();
    const headings = await page.getByRole('columnheader').allInnerTexts();
    for (const column of ['NodriftAuthority', 'NodriftTeam', 'NodriftKind', 'NodriftNextLimit', 'NodriftLate'])
      assert.ok(
        headings.some((text) => text.trim() === column),
        `${column} is a column of ${headings.join(', ')}`,
      );
    await picture(page, 'temporal-ui');
    await page.getByRole('button', { name: /Saved Views/ }).click();
    for (const name of ['All plans', 'Late', 'A limit ends this week', 'Needs attention'])
      await page.getByText(name, { exact: true }).first().waitFor();
    await page.getByText('Late', { exact: true }).first().click();
    await until(async () => /NodriftLate/.test(decodeURIComponent(page.url())), 'the view is asked for');
    await page.getByRole('link', { name: CASE, exact: true }).waitFor();
  });
});
