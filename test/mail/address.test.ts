// Which addresses a mail may go to: checked before a parser can make two of one.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressFault, shown } from '../../mail/address.ts';
import { readSender } from '../../mail/mail-settings.ts';
import fc from '../support/seeded.ts';

test('good addresses', () => {
  for (const address of [
    'sw@barnsley.gov.uk',
    'a.b+c@x-y.nhs.uk',
    "o'neil@example.test".replace("'", '’'),
    'jo@schüle.example',
    'x@localhost',
  ])
    assert.equal(addressFault(address), null, address);
});

test('no address', () => {
  for (const address of [undefined, '', ' ', '\t\n']) assert.equal(addressFault(address), 'no-address');
});

test('bad addresses', () => {
  const bad = [
    ...[
      'sw',
      '@x.test',
      'sw@',
      'a@b@c.test',
      'a b@x.test',
      'a@x.test,b@y.test',
      'a@x.test;b@y.test',
      '"a"@x.test',
      'a\\@x.test',
    ],
    ...[
      '<a@x.test>',
      'A <a@x.test>',
      'a@x.test\r\nRCPT TO:<b@y.test>',
      'a@x.test\0',
      'a\u202e@x.test',
      'a@x\u200b.test',
      'a@[127.0.0.1]',
    ],
    ...[
      'a@-x.test',
      'a@x..test',
      'a@.test',
      'a@x.test.',
      `a@${'x'.repeat(64)}.test`,
      `${'a'.repeat(65)}@x.test`,
      `a@${'x.'.repeat(130)}test`,
    ],
    ...[' a@x.test', 'a@x.test '],
  ];
  for (const address of bad) assert.equal(addressFault(address), 'bad-address', JSON.stringify(address));
});

test('an allow-list takes a domain and what is below it, in any case', () => {
  const domains = ['gov.uk', 'nhs.net'];
  for (const address of ['a@gov.uk', 'a@Barnsley.GOV.UK', 'a@nhs.net'])
    assert.equal(addressFault(address, domains), null, address);
  for (const address of ['a@notgov.uk', 'a@gov.uk.evil.test', 'a@nhs.net.test'])
    assert.equal(addressFault(address, domains), 'domain-not-allowed', address);
});

test('whatever passes is one address: one @, nothing a header or a parser could take for more', () => {
  const near = fc.stringMatching(/^[a-z@.,;:<>"'()\\ \r\n\0é-]{0,20}@[a-z.,@<> \r\n-]{0,20}$/);
  fc.assert(
    fc.property(near, (address) => {
      if (addressFault(address) !== null) return;
      assert.match(address, /^[^\s@,;:<>"()\\]+@[^\s@,;:<>"()\\]+$/);
    }),
    { numRuns: 2_000 },
  );
});

test('what is shown is one line without controls or marks that turn it round', () => {
  assert.equal(shown('a\r\nb\u0000\u202ec\u2066 d\ud800'), 'a b c d');
  assert.equal(shown('  Ann  O’Neil 👩‍⚕️ '), 'Ann O’Neil 👩‍⚕️');
});

test('the sender, with and without a name; a bad one is one clear line', () => {
  assert.deepEqual(readSender('Nodrift Barnsley <n@notify.example.test>'), {
    name: 'Nodrift Barnsley',
    address: 'n@notify.example.test',
  });
  assert.deepEqual(readSender('n@notify.example.test'), { name: 'Nodrift', address: 'n@notify.example.test' });
  for (const bad of ['', 'Nodrift', 'Nodrift <>', 'a@b@c.test', 'x <a@x.test> <b@x.test>'])
    assert.throws(() => readSender(bad), /^Error: NODRIFT_MAIL_FROM must look like/, bad);
});
