// The help of every command: it has examples, and they work when they are pasted into a shell.

import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { nodrift } from '../support/nodrift.ts';
import { examplesOf, inCopy } from './pasted.ts';

const COMMANDS = [
  [],
  ...[
    'timeline',
    'rehearse',
    'open',
    'record',
    'correct',
    'withdraw',
    'events',
    'people',
    'show',
    'list',
    'restore',
    'policy',
    'calendar',
    'audit',
    'hold',
    'release',
    'export',
  ].map((name) => [name]),
  ...['check', 'explain', 'list', 'show', 'diff', 'apply'].map((name) => ['policy', name]),
  ...['check', 'show', 'apply'].map((name) => ['calendar', name]),
  ...['list', 'create', 'rotate', 'revoke'].map((name) => ['api-keys', name]),
  ...['erase', 'erased'].map((name) => ['keys', name]),
  ...['show', 'set'].map((name) => ['retention', name]),
  ['audit', 'verify'],
  ...['list', 'rotate'].map((name) => ['keys', name]),
  ...['list', 'add', 'remove', 'test', 'replay', 'resume', 'rotate'].map((name) => ['webhooks', name]),
];
const NEEDS_SERVER =
  /^(open|record|correct|withdraw|people|show|list|restore|policy (list|show|diff|apply)|calendar (show|apply))\b|--live/;
/** What goes by the HTTP API. */
const NEEDS_API = /^(api-keys|audit|webhooks|keys erase|keys erased|hold|release|retention|export)\b/;

/** What needs the keys themselves, of which there are none here. */
const NEEDS_KEYS = /^keys (list|rotate)\b/;

before(() => {
  inCopy();
  process.env.TEMPORAL_ADDRESS = '127.0.0.1:1'; // nobody answers there
});

// Side by side: an unreachable server is waited for.
describe('every command', { concurrency: true }, () => {
  for (const command of COMMANDS)
    test(`nodrift ${command.join(' ')}: its examples work when pasted`, async () => {
      const all = await examplesOf(...command);
      assert.ok(
        all.some((args) => command.every((word, i) => args[i] === word)),
        'they are of this command',
      );
      for (const args of all) {
        const ran = await nodrift(...args);
        const [serves, calls] = [NEEDS_SERVER.test(args.join(' ')), NEEDS_API.test(args.join(' '))];
        // Without a server all is well but that.
        if (serves) assert.match(ran.err, /^(nodrift: |\{"error":).*no Temporal server answers/, args.join(' '));
        if (calls) assert.match(ran.err, /^nodrift: no app of Nodrift runs here/, args.join(' '));
        const opens = NEEDS_KEYS.test(args.join(' '));
        if (opens) assert.match(ran.err, /^nodrift: there are no keys/, args.join(' '));
        assert.equal(ran.code, serves || calls || opens ? 5 : 0, `${args.join(' ')}\n${ran.err}`);
      }
    });
});
