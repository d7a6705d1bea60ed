// Views of the cases in Temporal UI: what they ask its index, and that nothing personal is in them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LocalDate } from '../../domain/time/calendar.ts';
import { caseLink, readTemporalUi, temporalViews, viewLink } from '../../web/temporal-views.ts';

const today = '2028-02-23' as LocalDate; // a Wednesday
const names = (views: ReturnType<typeof temporalViews>) => views.map(({ name }) => name);

test('there is a view of what is late in each team, which names its authority where there are several', () => {
  const teams = [
    { authority: 'barnsley', team: 'north' },
    { authority: 'barnsley', team: null },
  ];
  assert.deepEqual(names(temporalViews({ teams, alerts: [], today })), [
    ...['All plans', 'Late', 'A limit ends this week', 'Needs attention', 'Late in team north'],
  ]);
  const both = temporalViews({ teams: [...teams, { authority: 'hull', team: 'north' }], alerts: [], today });
  assert.deepEqual(names(both).slice(4), ['Late in team north, barnsley', 'Late in team north, hull']);
});

test('this week ends on Sunday', () => {
  const { query } = temporalViews({ teams: [], alerts: [], today })[2]!;
  assert.match(query, /BETWEEN '2028-02-23T00:00:00Z' AND '2028-02-27T23:59:59Z'$/);
});

test('what needs attention is whatever fails in Temporal, and the cases with an alert, each once and not without end', () => {
  const many = Array.from({ length: 100 }, (_, i) => `child-protection/BC-${i}`);
  const { query } = temporalViews({
    teams: [],
    alerts: ['child-in-need/A', 'child-in-need/A', '', ...many],
    today,
  })[3]!;
  assert.match(
    query,
    /TemporalReportedProblems IS NOT NULL OR WorkflowId = 'child-in-need\/A' OR WorkflowId = 'child-pro/,
  );
  assert.equal(query.split('WorkflowId').length - 1, 40);
});

test('a team with quotes in its name stays a name', () => {
  const { query } = temporalViews({ teams: [{ authority: 'hull', team: "O'Neill's" }], alerts: [], today })[4]!;
  assert.match(query, /NodriftTeam = 'O''Neill''s'$/);
});

test('links name the namespace, and carry a query or an id as one part of the address', () => {
  const ui = { url: 'https://t.test/ui', namespace: 'nodrift' };
  assert.equal(
    viewLink(ui, { query: "A = 'b'" }),
    "https://t.test/ui/namespaces/nodrift/workflows?query=A%20%3D%20'b'",
  );
  assert.equal(caseLink(ui, 'child-in-need/A'), 'https://t.test/ui/namespaces/nodrift/workflows/child-in-need%2FA');
});

test('where Temporal UI is must be an address of a web page', () => {
  assert.equal(readTemporalUi(undefined), undefined);
  assert.equal(readTemporalUi('https://temporal.test/'), 'https://temporal.test');
  assert.equal(readTemporalUi('http://127.0.0.1:8080/ui/'), 'http://127.0.0.1:8080/ui');
  for (const bad of ['temporal', 'javascript:alert(1)', 'https://t.test/?a', 'https://u:p@t.test'])
    assert.throws(() => readTemporalUi(bad), /TEMPORAL_UI_URL must be where Temporal UI is/, bad);
});
