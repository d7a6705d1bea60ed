// The readable documentation of the API, made from the document: whole, without a script, and for everybody who reads on a phone.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { getRequestListener } from '@hono/node-server';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { EVENT_TYPES } from '../../domain/case/catalogue.ts';
import type { OpenApi } from '../../web/api/document.ts';
import { eventSchemas } from '../../web/api/event-schemas.ts';
import { servedLists } from '../../web/api/serve-lists.ts';
import { apiOf } from '../support/api.ts';
import { assertAccessible, complaints, noBrowser, PHONE, useBrowser } from '../support/browser.ts';
import { PaperCase } from '../support/paper-case.ts';

/** The routes are registered; nobody asks them. */
const nothing = { ledgerKey: Buffer.from('x') } as Parameters<typeof servedLists>[0];
const app = apiOf(
  new PaperCase(),
  servedLists(nothing, {} as Parameters<typeof servedLists>[1], () => new Date()),
);
const document = (await (await app.request('/openapi.json')).json()) as OpenApi;
const html = await (await app.request('/docs')).text();
const browser = useBrowser();

test('the document is OpenAPI 3.1: its schemas are schemas, and whatever they refer to is there', () => {
  assert.match(document.openapi, /^3\.1\./);
  const names = Object.keys(document.components.schemas);
  const references = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(
    (found) => found[1]!,
  );
  assert.ok(references.length > 100);
  assert.deepEqual(
    [...new Set(references)].filter((name) => !names.includes(name)),
    [],
  );
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema(document, 'openapi');
  for (const name of names) assert.ok(ajv.getSchema(`openapi#/components/schemas/${name}`), name);
  const ids = Object.values(document.paths).flatMap((methods) => Object.values(methods).map((one) => one.operationId));
  assert.equal(new Set(ids).size, ids.length, 'every operation has an id of its own');
});

test('the document has the catalogue’s events, whole', () => {
  for (const [name, schema] of Object.entries(eventSchemas()))
    assert.deepEqual(document.components.schemas[name], JSON.parse(JSON.stringify(schema)), name);
});

test('the page names every operation and every event, and each of its links leads somewhere', () => {
  for (const [path, methods] of Object.entries(document.paths))
    for (const method of Object.keys(methods))
      assert.ok(html.includes(`<code>${method.toUpperCase()} ${path}</code>`), path);
  for (const type of EVENT_TYPES) assert.ok(html.includes(`<code>${type}</code>`), type);
  const ids = new Set([...html.matchAll(/ id="([^"]+)"/g)].map((found) => found[1]));
  for (const [, anchor] of html.matchAll(/href="#([^"]+)"/g)) assert.ok(ids.has(anchor), `#${anchor} is nowhere`);
  assert.equal(ids.size, [...html.matchAll(/ id="/g)].length, 'no id is there twice');
});

test('the page needs no script and nothing from elsewhere', async () => {
  assert.doesNotMatch(html, /<script|https?:\/\/(?!www\.w3\.org)|javascript:/i);
  const { headers } = await app.request('/docs');
  assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'/);
});

test('the page is read on a phone, without JavaScript, and axe finds nothing', { skip: noBrowser }, async () => {
  const server = createServer(getRequestListener(app.fetch)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  after(() => void server.close());
  for (const dark of [false, true]) {
    const page = await browser.page({ ...PHONE, javaScript: false, dark });
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/docs`);
    await assertAccessible(page);
    assert.deepEqual(complaints(page), []);
    assert.match(await page.locator('li:has-text("R63, refuse")').innerText(), /a social worker in present/);
    await page.context().close();
  }
});
