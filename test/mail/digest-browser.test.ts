// The mail of a morning and a mail of one thing as a browser shows them: on a phone, at 200 % zoom, in light and dark, judged by axe.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MeetingId } from '../../domain/case/model.ts';
import type { Notice } from '../../domain/notices/notice.ts';
import type { LocalDate, LocalDateTime } from '../../domain/time/calendar.ts';
import { digestMail } from '../../mail/digest-mail.ts';
import type { Payload } from '../../record/schema.ts';
import { assertAccessible, complaints, noBrowser, PHONE, useBrowser, type View, ZOOMED } from '../support/browser.ts';
import { BOOKING, identity, notice, person } from '../support/entries.ts';

const browser = useBrowser();
const AMIRA = person('sw', { name: 'Amira Khan', role: 'social-worker' });
const asked = (ref: string, change: Partial<Notice>): Payload => ({
  case: identity({ id: `child-protection/${ref}`, ref }),
  notice: notice(AMIRA, { key: ref, ...change }),
  now: '2027-03-04T06:12:00Z',
});
const ITEMS = [
  asked('BC-2041', { owes: { role: 'health', name: 'Nina Shah', you: false } }),
  asked('BC-2077', { kind: 'reminder', duty: 'papers/cin-review-2', due: '2027-03-12' as LocalDate }),
  asked('BC-2200', {
    ...{ kind: 'reminder', duty: 'attend/core-group-4', meeting: 'core-group-4' as MeetingId, due: null },
    booking: { ...BOOKING, start: '2027-03-05T13:30' as LocalDateTime },
    expected: [{ role: 'health', name: 'Nina Shah' }],
  } as Partial<Notice>),
  asked('BC-2350', { kind: 'escalation', rung: 'weekly' }),
  asked('BC-2351', { kind: 'information', text: 'done on 2027-03-02, 1 day after its limit' }),
];
const options = {
  pages: 'https://nodrift.example',
  links: () => [{ label: 'Say that the minutes came', url: `https://nodrift.example/do/${'a'.repeat(120)}` }],
};

const VIEWS: readonly (readonly [string, View])[] = [
  ['on a small phone', PHONE],
  ['on a small phone in the dark', { ...PHONE, dark: true }],
  ['at 200 % zoom', ZOOMED],
  ['on a desk, in the dark', { dark: true }],
];
for (const [where, view] of VIEWS)
  for (const [what, items] of [
    ['the mail of a morning', ITEMS],
    ['a mail of one thing', ITEMS.slice(0, 1)],
  ] as const)
    test(`${what} ${where}: nothing to scroll sideways to, nothing for axe to say`, { skip: noBrowser }, async () => {
      const page = await browser.page(view);
      await page.setContent(digestMail(items, options).html);
      const [needs, has] = await page.evaluate<[number, number]>('[document.documentElement.scrollWidth, innerWidth]');
      assert.ok(needs <= has, `${needs} > ${has}`);
      await assertAccessible(page, what);
      const dark = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
      assert.equal(dark === 'rgb(255, 255, 255)', view.dark !== true, dark);
      assert.deepEqual(complaints(page), [], 'it asks for nothing');
    });
