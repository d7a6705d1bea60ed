// What is sealed opens with its own key, about its own place, unaltered; nothing else opens it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CannotRead, type DataKey, newDataKey, seal, sealWith, unseal } from '../../codec/data-key.ts';
import { isSealed, openValue, sealValue } from '../../codec/sealed-value.ts';
import fc from '../support/seeded.ts';

const bytes = fc.uint8Array({ maxLength: 200 });
const about = fc.string({ maxLength: 40 });

test('AES-256-GCM gives the answers of its specification (test cases 13, 14 and 16 of McGrew and Viega)', () => {
  const zero: DataKey = { id: '0000000000000000', bytes: Buffer.alloc(32) };
  const iv = Buffer.alloc(12);
  assert.equal(sealWith(iv, zero, '', Buffer.alloc(0)).toString('hex').slice(24), '530f8afbc74536b9a963b4f1c4cb738b');
  assert.equal(
    sealWith(iv, zero, '', Buffer.alloc(16)).toString('hex').slice(24),
    'cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919',
  );
});

test('what is sealed carries its iv before and its tag behind, and never the same iv twice', () => {
  const key = newDataKey();
  const sealed = Array.from({ length: 200 }, () => seal(key, 'a', Buffer.from('the same')));
  assert.ok(sealed.every((each) => each.length === 12 + 8 + 16));
  assert.equal(new Set(sealed.map((each) => each.subarray(0, 12).toString('hex'))).size, 200);
});

test('whatever is sealed opens as it was', () => {
  const key = newDataKey();
  fc.assert(
    fc.property(bytes, about, (plain, place) => {
      assert.deepEqual(unseal(key, place, seal(key, place, plain)), Buffer.from(plain));
    }),
  );
});

test('any bit that is flipped is refused', () => {
  const key = newDataKey();
  fc.assert(
    fc.property(bytes, about, fc.nat(), (plain, place, at) => {
      const sealed = seal(key, place, plain);
      const bit = at % (sealed.length * 8);
      sealed[bit >> 3]! ^= 1 << (bit & 7);
      assert.throws(() => unseal(key, place, sealed), CannotRead);
    }),
  );
});

test('cut off anywhere, it is refused', () => {
  const key = newDataKey();
  const sealed = seal(key, 'a', Buffer.from('Maya Example'));
  for (let length = 0; length < sealed.length; length += 1)
    assert.throws(() => unseal(key, 'a', sealed.subarray(0, length)), CannotRead);
});

test("another's key, and another place, are refused", () => {
  const key = newDataKey();
  fc.assert(
    fc.property(bytes, about, about, (plain, place, other) => {
      const sealed = seal(key, place, plain);
      assert.throws(() => unseal(newDataKey(), place, sealed), CannotRead);
      if (other !== place) assert.throws(() => unseal(key, other, sealed), CannotRead);
    }),
  );
});

test('a refusal to read says nothing of the content', () => {
  const key = newDataKey();
  const sealed = sealValue(key, 'child-protection/A|cases.people', 'Maya Example');
  for (const place of ['child-protection/B|cases.people', 'child-protection/A|cases.file'])
    assert.throws(
      () => openValue(key, place, sealed),
      (error: Error) => error instanceof CannotRead && !/Maya|AES|auth/.test(error.message),
    );
});

test('a value of a column is any JSON, and text without a dot in its parts', () => {
  const key = newDataKey();
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const sealed = sealValue(key, 'o|t.c', value);
      assert.ok(isSealed(sealed));
      assert.deepEqual(openValue(key, 'o|t.c', sealed), JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('any character of a sealed value that is another is refused, the name of its key among them', () => {
  const key = newDataKey();
  const sealed = sealValue(key, 'o|t.c', { name: 'Maya Example' });
  for (let at = 0; at < sealed.length; at += 1) {
    const other = sealed[at] === 'a' ? 'b' : 'a';
    assert.throws(() => openValue(key, 'o|t.c', sealed.slice(0, at) + other + sealed.slice(at + 1)), CannotRead);
  }
});

test('what people write is not taken for sealed', () => {
  for (const value of ['', 'nd2', 'nd2.x.y', 'Maya', 'nd2.0123456789abcdef.', 7, null, undefined, {}])
    assert.equal(isSealed(value), false);
});
