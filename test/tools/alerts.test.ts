// Every alert has its line in the runbook of docs/operations.md, and the runbook knows no other.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ALERT_WORDS } from '../../mail/alert-words.ts';

test('the runbook has every alert, and no other', () => {
  const page = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
  const [, table = ''] = page.split('| alert | what it means | what to do |');
  const rows = table.split('\n\n')[0]!.matchAll(/^\| `([a-z-]+)` \| .+ \| .+ \|$/gm);
  assert.deepEqual([...rows].map(([, what]) => what).sort(), Object.keys(ALERT_WORDS).sort());
});
