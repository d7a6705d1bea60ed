// Typing is forgiving: types and fields are listed, every fault is said at once, and programs get errors they can read.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearest } from '../../cli/nearest.ts';
import { EVENT_TYPES, sourceOf } from '../../domain/case/catalogue.ts';
import { describedFields } from '../../domain/case/described-fields.ts';
import { fileWith, nodrift } from '../support/nodrift.ts';

const CASE = 'child-protection/BC-2041';

test('every type of event is listed with its fields, those that may be missing in brackets', async () => {
  const { code, out } = await nodrift('events');
  assert.equal(code, 0);
  for (const type of EVENT_TYPES) assert.match(out, new RegExp(`\\b${type}\\b`));
  assert.match(out, /\n {2}minutes-received +meeting on\n/);
  assert.match(out, /\n {2}action-agreed +id \[owner\] \[due\] \[activity\] \[on\]\n/);
});

for (const type of EVENT_TYPES)
  test(`${type}: help has each of its fields${sourceOf(type) === 'anybody' ? ', and an example' : ''}`, async () => {
    const { code, out } = await nodrift('events', type);
    assert.equal(code, 0);
    for (const { name } of describedFields(type)) assert.match(out, new RegExp(`^ {2}${name} `, 'm'));
    assert.equal(out.includes(`npx nodrift record `), sourceOf(type) === 'anybody');
    assert.doesNotMatch(out, /undefined/);
    const help = await nodrift('record', CASE, type, '--help');
    assert.ok(help.out.startsWith(out.split('\n')[0] ?? '-'), help.out.slice(0, 200));
  });

test('the catalogue as JSON names the form of each field', async () => {
  const { events } = JSON.parse((await nodrift('events', 'meeting-held', '--json')).out);
  const forms = Object.fromEntries(events[0].fields.map((one: { name: string; form: string }) => [one.name, one.form]));
  assert.deepEqual(
    [forms.by, forms.meeting, forms.on, forms.present, forms.outcome, forms.next, forms.scaling, forms.planAgreed],
    ['person', 'meeting', 'date', 'people', 'one-of', 'group', 'number', 'yes-or-no'],
  );
});

test('an event that is mistyped is answered with what may be meant', async () => {
  const { code, err } = await nodrift('events', 'meetng-held');
  assert.deepEqual([code, err], [2, 'nodrift: unknown event "meetng-held"; did you mean meeting-held?']);
  assert.match(nearest('nonsense', ['a-b', 'c-d']), /^there are a-b, c-d$/);
});

test('fields may follow the event, and every fault among them is said at once', async () => {
  const wrong = ['meeting=tea-1', 'on=2027-02-31', 'chair=amira', 'minuteTaker=nina', 'present=[amira]', 'scaling=11'];
  const { code, err } = await nodrift('record', CASE, 'meeting-held', 'by=amira', ...wrong);
  assert.equal(code, 2);
  for (const part of [/meeting: is not a meeting/, /on: "2027-02-31" is not a day/, /scaling: /])
    assert.match(err, part);
  const twice = await nodrift('record', CASE, 'meeting-held', 'chair', 'present=[a', 'by=x', 'by=y');
  assert.match(twice.err, /chair: Write KEY=VALUE.*; present=\[a: Flow sequence.*; by=y: by is there twice$/);
});

test('every fault of a file is said, each with its line', async () => {
  const file = fileWith(
    'faults.yaml',
    '- { type: minutes-received, by: sam }\n- { type: nonsense }\n- { type: meeting-cancelled, by: sam, meeting: x }\n',
  );
  const { code, err } = await nodrift('record', CASE, '--file', file);
  assert.equal(code, 2);
  assert.match(
    err,
    /faults\.yaml:1: 0: .*meeting: is missing.*faults\.yaml:2: 1: unknown event.*faults\.yaml:3: 2: .*meeting: /,
  );
});

test('with --json an error is JSON on one line: the exit code, the rule if one refused, the message', async () => {
  const { code, out, err } = await nodrift('record', CASE, 'minutes-received', '--by', 'sam', '--json');
  assert.deepEqual([code, out], [2, '']);
  assert.doesNotMatch(err, /\n/);
  const { error } = JSON.parse(err);
  assert.deepEqual([error.exit, error.rule], [2, null]);
  assert.match(error.message, /^minutes-received: meeting: is missing; on: is missing/);
  const unknown = await nodrift('show', CASE, '--jsonn');
  assert.match(unknown.err, /^nodrift: unknown option/);
});
