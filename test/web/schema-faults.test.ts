// What a schema says against what was sent, in this house's words.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { issuesOf } from '../../web/api/schema-faults.ts';

const said = (schema: z.ZodType, sent: unknown): readonly string[] => {
  const read = schema.safeParse(sent);
  assert.ok(!read.success, `${JSON.stringify(sent)} is taken`);
  return issuesOf(read.error, 'it').map(({ field, detail }) => `${field}: ${detail}`);
};

test('what is too long, too many or no whole number is said without the words of a library', () => {
  const rows: readonly [z.ZodType, unknown, string][] = [
    [z.string().max(3), 'long', 'it: must be at most 3 characters'],
    [z.string().min(3), 'x', 'it: must be at least 3 characters'],
    [z.number().max(240), 241, 'it: must be at most 240'],
    [z.int(), 1.5, 'it: must be a whole number'],
    [z.array(z.string()).min(1), [], 'it: must be at least 1 of them'],
    [z.object({ on: z.string() }), {}, 'on: is missing'],
  ];
  for (const [schema, sent, wanted] of rows) assert.deepEqual(said(schema, sent), [wanted]);
});

test('a schema’s own words stay as they are', () => {
  assert.deepEqual(said(z.array(z.string()).max(1, 'are more than one'), ['a', 'b']), ['it: are more than one']);
});
