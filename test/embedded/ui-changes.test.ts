// What `npm start` changes of Temporal UI: its settings, and what the browser keeps of columns and views.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { changedSettings, connectsTo, viewsScript, withScript } from '../../embedded/ui-changes.ts';

const session = { appPort: 8080, cookie: 'c', token: 't' };

test('no button of the UI changes a case, and it asks nobody on the internet', () => {
  const settings = changedSettings({ Version: '2', DisableWriteActions: false }, 'localhost:8233', undefined);
  assert.deepEqual(settings, { Version: '2', DisableWriteActions: true, DisableNewsFetch: true });
});

test('the codec server is named as the browser names this machine, so that its cookies go along', () => {
  const { Codec } = changedSettings({}, 'localhost:8233', session) as { Codec: Record<string, unknown> };
  assert.equal(Codec.Endpoint, 'http://localhost:8080/codec');
  assert.equal(Codec.IncludeCredentials, true);
  assert.match(connectsTo('127.0.0.1:8233', session), /^connect-src 'self' http:\/\/127\.0\.0\.1:8080;/);
  assert.match(connectsTo('127.0.0.1:8233', undefined), /^connect-src 'self';/);
});

test('our script comes before all that the page has', () => {
  assert.equal(
    withScript('<html><head><meta></head></html>'),
    '<html><head><script src="/nodrift/views.js"></script><meta></head></html>',
  );
});

const views = [
  { id: 'late', name: 'Late', query: 'late' },
  { id: 'this-week', name: 'A limit ends this week', query: 'monday' },
];
/** A browser that keeps things, as the script sees it. */
function browser(kept: Record<string, unknown> = {}) {
  const store = new Map(Object.entries(kept).map(([key, value]) => [key, JSON.stringify(value)]));
  const localStorage = {
    getItem: (key: string) => store.get(key) ?? null,
    setItem: (key: string, value: string) => void store.set(key, value),
  };
  return {
    load: (given = views) => runInNewContext(viewsScript(given), { localStorage }),
    kept: (key: string) =>
      JSON.parse(store.get(key) ?? '{}').default as { id: string; name: string; query: string; label: string }[],
    keep: (key: string, value: unknown) => void store.set(key, JSON.stringify({ default: value })),
  };
}

test('a browser that was never here gets the columns and the views', () => {
  const one = browser();
  one.load();
  assert.deepEqual(
    one.kept('namespace-workflow-table-columns').map(({ label }) => label),
    [
      ...['Status', 'Workflow ID', 'NodriftAuthority', 'NodriftTeam', 'NodriftKind'],
      ...['NodriftNextLimit', 'NodriftLate', 'Start'],
    ],
  );
  assert.deepEqual(
    one.kept('saved-workflow-queries').map(({ id, query }) => [id, query]),
    [
      ['nodrift-late', 'late'],
      ['nodrift-this-week', 'monday'],
    ],
  );
});

test('what somebody chose stays: their columns, their views, and that they deleted one of ours', () => {
  const one = browser({ 'namespace-workflow-table-columns': { default: [{ label: 'Run ID' }], other: [] } });
  one.load();
  assert.deepEqual(one.kept('namespace-workflow-table-columns'), [{ label: 'Run ID' }]);
  one.keep('saved-workflow-queries', [
    { id: 'mine', name: 'Mine', query: 'mine' },
    { id: 'nodrift-this-week', name: 'A limit ends this week', query: 'monday' },
  ]);
  one.load([views[0]!, { ...views[1]!, query: 'tuesday' }]);
  assert.deepEqual(
    one.kept('saved-workflow-queries').map(({ id, query }) => [id, query]),
    [
      ['mine', 'mine'],
      ['nodrift-this-week', 'tuesday'], // brought up to date
    ],
  );
});

test('a view of a team that is no more goes, and what the browser kept and is unreadable is begun anew', () => {
  const one = browser();
  one.load();
  one.load([views[0]!]);
  assert.deepEqual(
    one.kept('saved-workflow-queries').map(({ id }) => id),
    ['nodrift-late'],
  );
  const broken = browser({ 'saved-workflow-queries': null, 'nodrift-views': null });
  broken.load();
  assert.equal(broken.kept('saved-workflow-queries').length, 2);
});

test('a name of a team cannot end the script', () => {
  assert.doesNotMatch(viewsScript([{ id: 'x', name: '</script>\u2028', query: '' }]), /<\/script>|\u2028/);
});
