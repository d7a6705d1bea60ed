// Tokens in addresses: what was signed is read again, in capitals too; what was not, or for something else, is nothing.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { readToken, sign } from '../../mail/tokens.ts';
import { base32 } from '../../record/base32.ts';
import fc from '../support/seeded.ts';

const SECRET = Buffer.from('a secret of the record');
const ids = fc.uint8Array({ minLength: 1, maxLength: 25 }).map(base32);

test('base 32 as RFC 4648 has it', () => {
  // Its own test vectors (section 10).
  const rows = { f: 'my', fo: 'mzxq', foo: 'mzxw6', foob: 'mzxw6yq', fooba: 'mzxw6ytb', foobar: 'mzxw6ytboi' };
  for (const [bytes, text] of Object.entries(rows)) assert.equal(base32(Buffer.from(bytes)), text);
  assert.equal(base32(Buffer.alloc(0)), '');
});

test('what was signed is read, whatever became of its case', () => {
  fc.assert(
    fc.property(ids, (id) => {
      const token = sign(SECRET, 'reply', id);
      assert.match(token, /^[a-z2-7]+$/);
      assert.equal(readToken(SECRET, 'reply', token), id);
      assert.equal(readToken(SECRET, 'reply', token.toUpperCase()), id);
    }),
  );
});

test('one for another purpose, by another secret, or with one letter changed is nothing', () => {
  fc.assert(
    fc.property(ids, fc.nat(), fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz234567'), (id, at, letter) => {
      const token = sign(SECRET, 'reply', id);
      assert.equal(readToken(SECRET, 'bounce', token), null);
      assert.equal(readToken(randomBytes(32), 'reply', token), null);
      const i = at % token.length;
      if (token[i] !== letter)
        assert.equal(readToken(SECRET, 'reply', `${token.slice(0, i)}${letter}${token.slice(i + 1)}`), null);
    }),
  );
});

test('what is no token at all is nothing', () => {
  for (const text of ['', 'a', '16-letters-only!', 'a'.repeat(16), 'a'.repeat(10_000), '__proto__', 'é'.repeat(30)])
    assert.equal(readToken(SECRET, 'reply', text), null, text);
});

test('with its prefix it fits into the local part of an address (RFC 5321, 4.5.3.1.1)', () => {
  const longest = sign(SECRET, 'bounce', 'a'.repeat(25));
  assert.ok(`bounce+${longest}`.length <= 64);
});
