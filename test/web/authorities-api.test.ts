// Wherever the API is told an authority: one that nobody knows and one that is not the caller's have one answer.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ApiParts } from '../../web/api/all-routes.ts';
import { apiOf, asking, caller, callersOf } from '../support/api.ts';
import { PaperCase } from '../support/paper-case.ts';

const paper = new PaperCase();
/** Nothing is asked of what stands behind: the answer comes before. */
const unasked = new Proxy({}, { get: (_, name) => () => assert.fail(`${String(name)} was asked`) }) as never;
const parts: Partial<ApiParts> = {
  callers: callersOf({ barnsley: caller({ who: 'key:ck_barnsley', authorities: ['barnsley'] }) }),
  authorities: async () => ['barnsley', 'hull'],
  ...{ keys: unasked, lists: unasked, plays: unasked, policies: unasked },
  ...{ directory: unasked, webhooks: unasked, shadow: unasked, erasures: unasked, exports: unasked },
};
const app = apiOf(paper, parts);
const [all, barnsley] = [asking(app), asking(app, 'barnsley')];

const { file } = paper;
const BEGINS = { type: 'strategy-discussion-held', by: 'amira', on: '2027-03-01' };
const JSON_TYPE = { 'content-type': 'application/json' };
const ROUTES: readonly (readonly [method: string, path: (a: string) => string, body?: (a: string) => object])[] = [
  ['POST', () => '/cases', (a) => ({ file: { ...file, authority: a }, events: [{ id: 'e', event: BEGINS }] })],
  ['GET', (a) => `/cases?authority=${a}`],
  ['GET', (a) => `/people/S-17/owed?authority=${a}`],
  ['POST', () => '/timeline', (a) => ({ authority: a, kind: 'child-protection', opened: '2027-03-01' })],
  ['POST', () => '/rehearsals', (a) => ({ authority: a })],
  ['GET', (a) => `/policies/${a}`],
  ['GET', (a) => `/directory/${a}`],
  ['PATCH', (a) => `/directory/${a}/S-17`, () => ({ name: 'Amira Khan' })],
  ['POST', (a) => `/directory/${a}/reallocations`, () => ({ from: 'S-17', to: 'S-18' })],
  ['GET', (a) => `/shadow/${a}`],
  ['POST', (a) => `/shadow/${a}/live`, () => ({})],
  ['POST', () => '/webhooks', (a) => ({ authority: a, url: 'https://receiver.example/hooks' })],
  ['GET', (a) => `/erasures?authority=${a}`],
  ['GET', (a) => `/retention/${a}`],
  ['PUT', (a) => `/retention/${a}`, () => ({ years: 25 })],
  ['POST', () => '/exports', (a) => ({ authority: a, staff: 'S-17' })],
  ['POST', () => '/keys', (a) => ({ name: 'Mosaic', scopes: ['cases:read'], authorities: [a] })],
];

for (const [method, path, body] of ROUTES)
  test(`an authority that is not there and one of others are the same: ${method} ${path('…')}`, async () => {
    const ask = (by: typeof all, authority: string) =>
      by.ask(method, path(authority), body && { body: JSON.stringify(body(authority)), headers: JSON_TYPE });
    const [others, nobodys] = [await ask(barnsley, 'hull'), await ask(barnsley, 'atlantis')];
    assert.equal(others.status, 404, JSON.stringify(others.body));
    assert.equal(others.body.type, 'urn:nodrift:problem:authority-not-found');
    const neutral = (one: typeof others) => JSON.parse(JSON.stringify(one.body).replaceAll(/hull|atlantis/g, '…'));
    assert.deepEqual(neutral(nobodys), neutral(others));
    if (path('') !== '/policies/') assert.match((await ask(all, 'atlantis')).body.detail, /barnsley, hull/);
  });
