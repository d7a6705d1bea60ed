// What is sent is a CloudEvent that says which and not what, and is signed as Standard Webhooks say: their own library verifies it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import { Webhook } from 'standardwebhooks';
import { TEST_TYPE, WEBHOOK_TYPES } from '../../record/schema-webhooks.ts';
import { cloudEvent, signedHeaders } from '../../webhooks/cloud-event.ts';

const NOW = new Date();
const told: Parameters<typeof cloudEvent>[0] = {
  ...{ position: 71, id: 'evt_1', caseId: 'child-protection/BC-2041', authority: 'barnsley', sequence: 3, at: NOW },
  ...{
    type: 'nodrift.event.recorded',
    event: { id: 'e-1', type: 'minutes-received', on: '2027-03-01' },
    duty: null,
  },
};

const text = { type: 'string', minLength: 1 };
/** The required attributes of CloudEvents 1.0 (their JSON format), and the data of this product; nothing beside them. */
const SCHEMA = {
  ...{ type: 'object', additionalProperties: false },
  required: ['specversion', 'id', 'source', 'type', 'time', 'datacontenttype', 'cursor', 'data'],
  properties: {
    specversion: { const: '1.0' },
    ...{ id: text, source: text, subject: text },
    type: { enum: [...WEBHOOK_TYPES, TEST_TYPE] },
    time: { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z$' },
    datacontenttype: { const: 'application/json' },
    cursor: { type: 'string', pattern: '^\\d+$' },
    data: {
      ...{ type: 'object', additionalProperties: false, required: ['case', 'sequence'] },
      properties: {
        ...{ case: text, sequence: { type: 'integer', minimum: 0 } },
        event: {
          ...{ type: 'object', additionalProperties: false, required: ['id', 'type', 'on'] },
          properties: { id: text, type: text, on: text },
        },
        duty: {
          ...{ type: 'object', additionalProperties: false, required: ['key', 'due', 'late'] },
          properties: { key: text, due: { type: ['string', 'null'] }, late: { type: 'boolean' } },
        },
      },
    },
  },
};

test('each kind is a CloudEvent with the data that was agreed, and nothing else', () => {
  const valid = new Ajv().compile(SCHEMA);
  const duty = { key: 'minutes/core-group-3', due: '2027-03-01', late: true };
  const rows: readonly (typeof told)[] = [
    told,
    { ...told, type: 'nodrift.duty.late', event: null, duty },
    { ...told, type: 'nodrift.decision.asked', event: null, duty: { ...duty, due: null, late: false } },
    { ...told, type: 'nodrift.case.ended', event: null },
    { ...told, type: TEST_TYPE, event: null, caseId: '', sequence: 0 },
  ];
  for (const row of rows) assert.ok(valid(JSON.parse(JSON.stringify(cloudEvent(row)))), JSON.stringify(valid.errors));
  assert.deepEqual(cloudEvent(told).data, {
    ...{ case: 'child-protection/BC-2041', sequence: 3 },
    event: { id: 'e-1', type: 'minutes-received', on: '2027-03-01' },
  });
});

test('the library of Standard Webhooks verifies it, by the secret before as well, and nothing that was changed', () => {
  const [old, now] = ['b2xkIHNlY3JldCBvZiAyNCBieXRlcyE=', 'bmV3IHNlY3JldCBvZiAyNCBieXRlcyE='].map(
    (one) => `whsec_${one}`,
  );
  const body = JSON.stringify(cloudEvent(told));
  const headers = signedHeaders('evt_1', body, [now!, old!], NOW);
  assert.equal(headers['webhook-id'], 'evt_1');
  for (const secret of [old!, now!]) assert.deepEqual(new Webhook(secret).verify(body, headers), cloudEvent(told));
  assert.throws(() => new Webhook(now!).verify(body.replace('BC-2041', 'BC-2042'), headers), /No matching signature/);
  assert.throws(() => new Webhook(now!).verify(body, { ...headers, 'webhook-id': 'evt_2' }), /No matching signature/);
  const stale = signedHeaders('evt_1', body, [now!], new Date(NOW.getTime() - 600_000));
  assert.throws(() => new Webhook(now!).verify(body, stale), /too old/);
});
