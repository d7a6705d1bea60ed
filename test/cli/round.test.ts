// What `nodrift round` says. That it sends, and mails nobody twice, is test/workflows/round.test.ts.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { previewed, sent } from '../../cli/round-command.ts';
import type { Instant } from '../../domain/time/calendar.ts';

const until = '2027-03-01T08:00:00Z' as Instant;

test('a round that was sent says how many notices went in how many mails, and what is left', () => {
  const counts = { until, mails: 3, notices: 7, accepted: 3, waiting: 0, refused: 0 };
  assert.equal(sent(counts), '7 notices in 3 mails: 3 sent');
  assert.equal(
    sent({ ...counts, accepted: 1, waiting: 1, refused: 1 }),
    '7 notices in 3 mails: 1 sent, 1 to be tried again, 1 refused',
  );
  assert.equal(sent({ ...counts, mails: 0, notices: 0, accepted: 0 }), 'nothing is due that waits for a round');
});

test('a dry run says who would get what about which cases, by ids, and how many more there are', () => {
  const line = { people: ['amira'], items: 3, kinds: { reminder: 2, chase: 1 }, cases: ['child-protection/BC-2041'] };
  const lines = previewed({ until, readers: 2, items: 5, lines: [line] });
  assert.equal(lines[0], `5 notices to 2 readers wait for the round of ${until}`);
  assert.ok(
    lines.some((one) => /amira +3: 2 reminder, 1 chase +child-protection\/BC-2041/.test(one)),
    lines.join('\n'),
  );
  assert.match(lines.at(-1)!, /and 1 more/);
  assert.match(previewed({ until, readers: 0, items: 0, lines: [] })[0]!, /^nothing waits for the round of /);
});
