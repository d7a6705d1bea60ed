// Links: what a token holds, what opens it, and which notices lead where.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CASE_KINDS, type MeetingId } from '../../domain/case/model.ts';
import type { Notice } from '../../domain/notices/notice.ts';
import { addDays, type Instant, type LocalDate } from '../../domain/time/calendar.ts';
import {
  isSentTo,
  type LinkContent,
  linkEvents,
  linkKeys,
  PURPOSES,
  readLink,
  readLinkKeys,
  sealLink,
} from '../../mail/link-token.ts';
import { linksFor, readPublicUrl } from '../../mail/links.ts';
import { BOOKING, identity, notice, person } from '../support/entries.ts';
import { memoryRecord } from '../support/memory-record.ts';
import fc from '../support/seeded.ts';

const KEYS = readLinkKeys(`a:${'s'.repeat(32)}`);
const OTHER = readLinkKeys(`a:${'t'.repeat(32)}`);
const CONTENT: LinkContent = {
  ...{ purpose: 'minutes', kind: 'child-protection', ref: 'BC-2041', person: 'nina' },
  ...{ about: 'minutes/core-group-3', until: '2028-03-01' as LocalDate },
};

const id = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);
const content: fc.Arbitrary<LinkContent> = fc.record({
  purpose: fc.constantFrom(...PURPOSES),
  kind: fc.constantFrom(...CASE_KINDS),
  ref: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9-]{0,40}$/),
  person: id,
  about: id.map((one) => `action/${one}`),
  until: fc.integer({ min: 0, max: 40_000 }).map((days) => addDays('2020-01-01' as LocalDate, days)),
});

test('whatever a link says is read back, the same content is the same token, and only the address it went to is its own', () => {
  fc.assert(
    fc.property(content, fc.emailAddress(), (said, email) => {
      const token = sealLink(KEYS, said, email);
      const { sentTo, ...read } = readLink(KEYS, token)!;
      assert.deepEqual(read, { ...said });
      assert.equal(sealLink(KEYS, said, ` ${email.toUpperCase()} `), token);
      assert.ok(isSentTo(KEYS, { ...read, sentTo }, email));
      assert.ok(!isSentTo(KEYS, { ...read, sentTo }, `x${email}`));
      assert.ok(!isSentTo(KEYS, { ...read, sentTo }, undefined));
      assert.equal(readLink(OTHER, token), undefined);
    }),
  );
});

test('a token that is cut, longer, or changed anywhere opens nothing', () => {
  fc.assert(
    fc.property(content, fc.nat(), fc.constantFrom('A', '_', '.', ' ', 'é'), (said, at, put) => {
      const token = sealLink(KEYS, said, 'nina@nhs.test');
      const i = at % token.length;
      const changed = `${token.slice(0, i)}${put}${token.slice(i + 1)}`;
      if (changed !== token) assert.equal(readLink(KEYS, changed), undefined, changed);
      assert.equal(readLink(KEYS, token.slice(0, i)), undefined);
      assert.equal(readLink(KEYS, token + put), undefined);
    }),
  );
});

test('anything at all is read as nothing, and throws nothing', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.base64String().map((s) => `v1.a.${s}`),
      ),
      (text) => {
        assert.equal(readLink(KEYS, text), undefined);
      },
    ),
  );
});

test('a token is short enough for a mail, and nothing of the case can be read in it', () => {
  const token = sealLink(KEYS, CONTENT, 'nina@nhs.test');
  assert.ok(token.length <= 120, `${token.length}`);
  const bytes = Buffer.from(token.split('.')[2]!, 'base64url').toString('latin1');
  assert.doesNotMatch(bytes, /BC-2041|nina|minutes|core/);
});

test('keys rotate: the newest seals, the older ones still open, and what is taken out opens nothing', () => {
  const [old, both, fresh] = ['a:', 'b:', 'b:'].map((_, i) => {
    const [a, b] = [`a:${'s'.repeat(32)}`, `b:${'u'.repeat(32)}`];
    return readLinkKeys([a, `${b},${a}`, b][i]!);
  });
  const before = sealLink(old!, CONTENT, 'nina@nhs.test');
  const after = sealLink(both!, CONTENT, 'nina@nhs.test');
  assert.match(after, /^v1\.b\./);
  const read = readLink(both!, before)!;
  assert.ok(isSentTo(both!, read, 'nina@nhs.test'));
  assert.ok(readLink(fresh!, after));
  assert.equal(readLink(fresh!, before), undefined);
  assert.equal(linkEvents(read), linkEvents(CONTENT), 'what they record is the same, so it is recorded once');
});

for (const text of [
  'a',
  'a:short',
  `A:${'s'.repeat(32)}`,
  `a:${'s'.repeat(32)},a:${'t'.repeat(32)}`,
  `:${'s'.repeat(32)}`,
])
  test(`keys written as ${text.slice(0, 20)} are refused with one line`, () => {
    assert.throws(() => readLinkKeys(text), /^Error: NODRIFT_LINK_KEYS [^\n]*$/);
  });

test('without keys in the environment they are made once, and kept in the record', async () => {
  const record = await memoryRecord();
  const [first, second] = [await linkKeys(record, undefined), await linkKeys(record, ' ')];
  assert.equal(sealLink(first, CONTENT, 'x@y.test'), sealLink(second, CONTENT, 'x@y.test'));
  await record.close();
});

const meeting = 'core-group-3' as MeetingId;
const rows: readonly [what: string, change: Partial<Notice>, expected: string | undefined][] = [
  ['minutes that are owed', {}, 'minutes minutes/core-group-3'],
  [
    'a later date that is asked for',
    { duty: 'action/housing', meeting: null, kind: 'decision', why: 'later-date-asked' },
    'new-date action/housing',
  ],
  ['what is not somebody’s', { kind: 'decision', why: 'not-mine' }, 'wrong minutes/core-group-3'],
  ['what was done by a link', { kind: 'information', why: 'by-link' }, 'wrong minutes/core-group-3'],
  ['a decision', { duty: 'approve/plan', kind: 'decision', meeting: null }, 'decide approve/plan'],
  ['a meeting to be booked', { duty: 'hold/core-group-3', kind: 'reminder' }, 'book hold/core-group-3'],
  ['one booked too late', { duty: 'hold/core-group-3', booking: BOOKING }, 'book hold/core-group-3'],
  [
    'one whose day has passed',
    { duty: 'hold/core-group-3', booking: { ...BOOKING, start: '2027-03-01T10:00' as never } },
    'held hold/core-group-3',
  ],
  ['whether it was held', { duty: 'confirm/core-group-3' }, 'held confirm/core-group-3'],
  ['minutes to pass on', { duty: 'distribute/core-group-3' }, 'distribute distribute/core-group-3'],
  ['an action', { duty: 'action/housing', meeting: null }, 'action action/housing'],
  [
    'an invitation',
    { duty: 'attend/core-group-3', kind: 'invitation', booking: BOOKING },
    'attend attend/core-group-3, paper agenda/core-group-3',
  ],
  [
    'a meeting that moved',
    { duty: 'attend/core-group-3', kind: 'change', booking: BOOKING },
    'attend attend/core-group-3, paper agenda/core-group-3',
  ],
  ['what has no page of its own', { duty: 'letter/closure', meeting: null }, 'other letter/closure'],
  ['a cancellation', { duty: 'attend/core-group-3', kind: 'cancellation' }, undefined],
  ['information', { kind: 'information' }, undefined],
  ['what is put right', { kind: 'change', why: 'put-right' }, undefined],
  ['what belongs to no duty', { duty: null, meeting: null, kind: 'information' }, undefined],
  [
    'apologies of somebody else',
    { duty: 'attend/core-group-3', kind: 'information', about: { ...person('x'), role: 'health' } },
    undefined,
  ],
  ['a duty, to the family', { to: person('mum', { role: 'mother' }), family: ['mother'] }, undefined],
  [
    'an invitation, to the family',
    { to: person('mum', { role: 'mother' }), family: ['mother'], kind: 'invitation', duty: 'attend/core-group-3' },
    'attend attend/core-group-3, help attend/core-group-3, paper agenda/core-group-3',
  ],
];
for (const [what, change, expected] of rows)
  test(`${what}: ${expected ?? 'no link'}`, () => {
    const said = notice('hv', { meeting, ...change });
    const links = linksFor({ keys: KEYS, publicUrl: 'https://n.test' })(identity(), said);
    const read = links.map(({ url }) => readLink(KEYS, url.slice(url.lastIndexOf('/') + 1))!);
    assert.equal(read.map(({ purpose, about }) => `${purpose} ${about}`).join(', '), expected ?? '');
    for (const { ref, person: of } of read) assert.deepEqual([ref, of], ['BC-2041', said.to.id]);
  });

test('a link is good for 14 days after the limit, the meeting or the mail, whichever is last', () => {
  const until = (change: Partial<Notice>) => {
    const [link] = linksFor({ keys: KEYS, publicUrl: 'https://n.test' })(identity(), notice('hv', change));
    return readLink(KEYS, link!.url.slice('https://n.test/do/'.length))?.until;
  };
  assert.equal(until({ at: '2027-02-20T08:00:00Z' as Instant, due: '2027-03-01' as LocalDate }), '2027-03-15');
  assert.equal(until({ at: '2027-06-01T07:00:00Z' as Instant, due: '2027-03-01' as LocalDate }), '2027-06-15');
  assert.equal(until({ due: null, kind: 'invitation', duty: 'attend/core-group-3', booking: BOOKING }), '2027-07-16');
});

test('rehearsals have no links', () => {
  assert.deepEqual(
    linksFor({ keys: KEYS, publicUrl: 'https://n.test' })(identity({ rehearsal: true }), notice('hv')),
    [],
  );
});

test('the address of the pages is https, or this machine’s own, and nothing else', () => {
  assert.equal(readPublicUrl('https://nodrift.council.test/'), 'https://nodrift.council.test');
  assert.equal(readPublicUrl('http://127.0.0.1:8080'), 'http://127.0.0.1:8080');
  assert.equal(readPublicUrl(''), undefined);
  for (const text of [
    'http://nodrift.council.test',
    'nodrift',
    'https://u:p@n.test',
    'https://n.test/x',
    'javascript:x',
    'https://n.test/?a',
  ])
    assert.throws(() => readPublicUrl(text), /^Error: NODRIFT_PUBLIC_URL [^\n]*$/, text);
});
