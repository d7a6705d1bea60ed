// The pages of rules: every rule has one, it says what the policies in force say, and nothing of any case.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { serve } from '@hono/node-server';
import { shippedPolicy } from '../../policies/load.ts';
import { lifeRules, rules } from '../../policies/rules.ts';
import { parseLifeRows } from '../../tools/check-rules.ts';
import { webApp } from '../../web/app.ts';
import { assertAccessible, complaints, noBrowser, PHONE, picture, useBrowser, ZOOMED } from '../support/browser.ts';
import { PaperCase } from '../support/paper-case.ts';
import { hrefOf, KEYS, PUBLIC_URL, pagesOf, Visitor } from '../support/visitor.ts';

const app = pagesOf(new PaperCase());
const visitor = new Visitor(app);

test('every rule of the documents, and every one of life, has a page that the list leads to', async () => {
  const list = await visitor.get('/rules');
  const ids = [...Object.keys(rules()), ...Object.keys(lifeRules())];
  assert.equal(ids.length, 162 + 27);
  for (const id of ids) {
    assert.equal(hrefOf(list.html, id), `/rules/${id}`);
    const page = await visitor.get(`/rules/${id}`);
    assert.equal(page.status, 200, id);
    assert.doesNotMatch(page.text, /undefined|null|\[object|`/, id);
  }
});

test('what life asks for is said as docs/rules.md says it', () => {
  const rows = parseLifeRows(readFileSync('docs/rules.md', 'utf8'));
  assert.deepEqual(lifeRules(), Object.fromEntries(rows.map(({ rule, asks }) => [rule, asks])));
});

test('the page of R59 has its words, where they stand, how they are read, and the figures and steps of each authority', async () => {
  const { text } = await visitor.get('/rules/R59');
  for (const words of [
    `“${rules().R59!.words}”`,
    'Barnsley: core groups and child in need meetings',
    '5 calendar days, since Barnsley writes "working" where it means it',
    'Minutes: within 5 days, counted from the meeting.',
    'While minutes have not come: on the day a reminder to the minute taker; 1 working day after a chase to the minute taker',
    '5 working days after an escalation to the minute taker, the social worker and the manager.',
  ])
    assert.ok(text.includes(words), `${words}\n${text}`);
});

test('a gate is said at the level the authority has set, a checklist with its question', async () => {
  assert.match((await visitor.get('/rules/R63')).text, /What goes against it is refused\./);
  assert.match(
    (await visitor.get('/rules/L20')).text,
    /What goes against it needs a reason, which the manager is told\./,
  );
  assert.match((await visitor.get('/rules/R94')).text, /“Is the child old enough and willing to take part\?”/);
});

test('what an authority puts in force is what the page says', async () => {
  const shipped = shippedPolicy('barnsley');
  const own = {
    ...{ ...shipped, authority: 'leeds', name: '<b>Leeds</b>', version: '7' },
    limits: { ...shipped.limits, minutes: { ...shipped.limits.minutes!, within: 3 } },
    gates: { ...shipped.gates, R63: 'off' as const },
  };
  const paper = new PaperCase();
  const leeds = new Visitor(
    webApp({
      ...{ cases: paper.cases, keys: KEYS, publicUrl: PUBLIC_URL, now: () => paper.clock },
      settingOf: async () => undefined,
      policies: async () => [own],
    }),
  );
  const page = await leeds.get('/rules/R59');
  assert.match(page.text, /&lt;b&gt;Leeds&lt;\/b&gt; \(policy 7\) Minutes: within 3 days/);
  assert.match((await leeds.get('/rules/R63')).text, /Nothing is asked of whoever departs from it\./);
});

test('what is no rule is not here, whatever it is called', async () => {
  for (const id of ['R0', 'R163', 'r59', 'constructor', '__proto__', 'R59%00', '..%2f..%2fetc', '<script>'])
    assert.equal((await visitor.get(`/rules/${encodeURIComponent(id)}`)).status, 404, id);
});

const chromium = useBrowser();
const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' });
after(() => server.close());

const VIEWS = { desktop: {}, phone: PHONE, zoomed: ZOOMED, dark: { dark: true } };
for (const [name, view] of Object.entries(VIEWS))
  test(`rules are read on a screen that is ${name}`, { skip: noBrowser }, async () => {
    const page = await chromium.page({ ...view, javaScript: false });
    const { port } = server.address() as AddressInfo;
    for (const path of ['rules', 'rules/R59', 'rules/L20']) {
      await page.goto(`http://127.0.0.1:${port}/${path}`);
      await assertAccessible(page, `${path}, ${name}`);
      assert.deepEqual(complaints(page), []);
      await picture(page, `${path.replace('/', '-')}-${name}`);
    }
  });
