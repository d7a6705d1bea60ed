// Temporal UI as `npm start` shows it, in a real Chromium: the list opens with what matters, nothing there ends a case, and what is sealed is read by
// whoever came by the address that was printed, and by nobody else.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import type { NewEvent } from '../../client/nodrift.ts';
import { noBrowser, picture, useBrowser } from '../support/browser.ts';
import { family, PEOPLE } from '../support/family.ts';
import { type Started, startNodrift } from '../support/started.ts';
import { until } from '../support/waiting.ts';

const CASE = 'child-protection/EX-DRIFTING';
const SEALED = 'child-protection/UI-CANARY';

describe('Temporal UI of `npm start`', { skip: noBrowser }, () => {
  const chromium = useBrowser();
  let scratch = '';
  let started: Started;
  let ui = '';
  let printed = '';

  before(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'nodrift-ui-'));
    started = await startNodrift(join(scratch, 'data'));
    await started.ready();
    printed = /Temporal UI +(\S+)/.exec(started.said())?.[1] ?? '';
    ui = new URL(printed).origin;
    const nodrift = await started.connect();
    const people = PEOPLE.map((person) => ({ ...person, name: `Canary ${person.name}` }));
    const on = new Date().toISOString().slice(0, 10);
    await nodrift.open(family('UI-CANARY', { people }), [
      { id: 'd', event: { type: 'strategy-discussion-held', by: 'amira', on, reason: 'a canary sang' } } as NewEvent,
    ]);
    await nodrift.close();
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

  /** All that a page was given by the UI and by whatever it asks. */
  const given = (page: Page): string[] => {
    const texts: string[] = [];
    page.on(
      'response',
      (answer) =>
        void answer
          .text()
          .then((text) => texts.push(text))
          .catch(() => {}),
    );
    return texts;
  };
  const decoded = (texts: readonly string[]) =>
    texts.flatMap((text) => [
      text,
      ...(text.match(/[A-Za-z0-9+/]{16,}={0,2}/g) ?? []).map((one) => Buffer.from(one, 'base64').toString('latin1')),
    ]);

  test('without the address that was printed it shows nothing personal, and no summary', async () => {
    const page = await chromium.page({ width: 1500, height: 900 });
    const texts = given(page);
    await open(page, `/namespaces/default/workflows/${encodeURIComponent(SEALED)}`);
    await page
      .getByText(/^Sealed\. Open Temporal UI by the address that npm start printed/)
      .first()
      .waitFor();
    await until(
      async () => texts.some((text) => text.includes('workflowExecutionStartedEvent')),
      'its history is there',
    );
    for (const text of [...decoded(texts), await page.content()]) {
      assert.doesNotMatch(text, /canary (?:amira|nina|sang|tom)/i);
      assert.doesNotMatch(text, /child protection case, barnsley/);
    }
  });

  test('with it, it says what kind of case it is, what was recorded and what comes next; and the input can be read', async () => {
    const page = await chromium.page({ width: 1500, height: 1000 });
    const texts = given(page);
    const urls: string[] = [];
    page.on('request', (request) => urls.push(request.url()));
    await page.goto(printed);
    await page.getByRole('link', { name: SEALED, exact: true }).waitFor();
    assert.ok(!page.url().includes('open'), 'the address is gone from the page');
    await open(page, `/namespaces/default/workflows/${encodeURIComponent(SEALED)}`);
    // The timer's words, and the input.
    for (const words of [/working days ahead/, /Canary Amira/]) await page.getByText(words).first().waitFor();
    // What else it opens it shows on other tabs, or in frames that come and go.
    for (const words of ['strategy discussion held', 'child protection case, barnsley', `nodrift restore ${SEALED}`])
      await until(() => decoded(texts).some((text) => text.includes(words)), words);
    await open(page, `/namespaces/default/workflows/${encodeURIComponent(CASE)}`);
    await page
      .getByText(/working day/)
      .first()
      .waitFor();
    await picture(page, 'temporal-ui-case');
    for (const url of urls) assert.doesNotMatch(decodeURIComponent(url), /canary (?:amira|nina|sang|tom)/i);
  });

  test('nothing there starts, signals, cancels, resets or terminates a case', async () => {
    const page = await chromium.page({ width: 1500, height: 900 });
    await open(page, `/namespaces/default/workflows/${encodeURIComponent(CASE)}`);
    await page.getByText(CASE).first().waitFor();
    // Of the case's own page the UI shows those two, and they do nothing.
    for (const name of ['Request Cancellation', 'More Actions'])
      assert.ok(await page.getByRole('button', { name }).first().isDisabled(), name);
    await open(page, '/namespaces/default/workflows');
    await page.getByRole('link', { name: CASE, exact: true }).waitFor();
    assert.equal(await page.getByRole('link', { name: 'Start Workflow' }).count(), 0);
    assert.equal(await page.getByRole('checkbox').count(), 0, 'nor are several ended at once');
    const answer = await page.request.post(`${ui}/api/v1/namespaces/default/workflows/any/terminate`, {
      headers: { origin: ui },
      data: {},
    });
    assert.equal(answer.status(), 405);
  });
});
