// The schemas of events beside the catalogue they are made from: every type and field described, every gate named, and every example taken by
// a case that is played.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import {
  describeEvent,
  EVENT_TYPES,
  type EventType,
  mayStandIn,
  shapeOf,
  sourceOf,
} from '../../domain/case/catalogue.ts';
import { CASE_KINDS } from '../../domain/case/model.ts';
import { parseCaseFile, parseEvent } from '../../domain/case/read-events.ts';
import { play } from '../../domain/play/player.ts';
import { fromLondon, localDateTime } from '../../domain/time/calendar.ts';
import { loadCalendar, shippedPolicy } from '../../policies/load.ts';
import { type EventExamples, EXAMPLE_FILE, eventExamples } from '../../web/api/event-examples.ts';
import { gatesOf } from '../../web/api/event-gates.ts';
import { caseFileSchema, componentOf, eventSchemas, type JsonSchema } from '../../web/api/event-schemas.ts';
import { fieldWords } from '../../web/api/field-words.ts';
import { STORIES } from '../support/event-stories.ts';
import { putRightLives } from '../support/random-lives.ts';
import fc from '../support/seeded.ts';

const schemas = eventSchemas();
const examples = eventExamples() as Required<EventExamples>;
const ajv = new Ajv2020({ strict: false, validateFormats: false });
for (const [name, schema] of Object.entries(schemas)) ajv.addSchema(schema, `#/components/schemas/${name}`);
ajv.addSchema({ type: 'object' }, '#/components/schemas/Policy');
const valid = (type: EventType, event: unknown) =>
  ajv.validate({ $ref: `#/components/schemas/${componentOf(type)}` }, event);

for (const type of EVENT_TYPES)
  test(`the schema of ${type} has its sentence, its kinds of case, and words for every field`, () => {
    const schema = schemas[componentOf(type)] as JsonSchema;
    assert.ok(String(schema.description).startsWith(describeEvent(type)));
    assert.deepEqual(schema['x-kinds'], mayStandIn(type));
    assert.equal(schema['x-recorded-by'], sourceOf(type));
    assert.deepEqual(undescribed(schema), []);
    const fields = Object.keys(schema.properties as object).filter((field) => field !== 'type');
    const theirs = Object.keys(shapeOf(type)).filter(
      (field) => fields.includes(field) || !['via', 'from'].includes(field),
    );
    assert.deepEqual(fields.sort(), theirs.sort());
  });

test('a field that nobody described is noticed', () => {
  assert.equal(fieldWords('meeting-held', 'constructor'), undefined);
  assert.equal(fieldWords('meeting-held', 'weather'), undefined);
});

/** Fields without a description, at any depth. */
function undescribed(schema: unknown, at = ''): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) =>
    key === 'properties'
      ? Object.entries(value as Record<string, JsonSchema>).flatMap(([field, one]) => [
          ...(field === 'type' || one.description ? [] : [`${at}${field}`]),
          ...undescribed(one, `${at}${field}.`),
        ])
      : key.startsWith('x-') || key === 'examples'
        ? []
        : undescribed(value, at),
  );
}

for (const type of EVENT_TYPES)
  test(`the example of ${type} is read by the catalogue and fits its schema; one field more fits neither`, () => {
    const example: unknown = examples[type];
    assert.doesNotThrow(() => parseEvent(example));
    assert.ok(valid(type, example), ajv.errorsText());
    assert.ok(!valid(type, { ...(example as object), weather: 'wet' }));
    assert.throws(() => parseEvent({ ...(example as object), weather: 'wet' }), /weather/);
  });

for (const type of EVENT_TYPES)
  test(`without a field that it must have, ${type} fits neither its schema nor the catalogue`, () => {
    const whole = examples[type] as unknown as Record<string, unknown>;
    for (const field of Object.keys(whole)) {
      const { [field]: _, ...rest } = whole;
      const read = (() => {
        try {
          parseEvent(rest);
          return true;
        } catch {
          return false;
        }
      })();
      assert.equal(valid(type, rest), read, `${field}: ${ajv.errorsText()}`);
    }
  });

const taken = new Set<EventType>();
for (const [name, { kind, lines }] of Object.entries(STORIES))
  test(`the examples are taken by a played case: ${name}`, () => {
    const events = lines.map(([at, what, id], i) => ({
      id: id ?? `e${i}`,
      at: localDateTime(at),
      event: typeof what === 'string' ? examples[what] : what,
      ...(typeof what === 'string' && sourceOf(what) === 'nodrift' ? ({ from: 'nodrift' } as const) : {}),
    }));
    const played = play({
      file: { ...EXAMPLE_FILE, kind },
      policy: shippedPolicy('barnsley'),
      calendar: loadCalendar(),
      events,
      until: fromLondon(localDateTime('2027-07-01T10:00')),
    });
    assert.deepEqual(played.refused, []);
    for (const { event } of events) taken.add((event as { type: EventType }).type);
  });

/** What only one case says to another, after stories of several cases: rehearsals play those. */
const BETWEEN_CASES: readonly EventType[] = ['case-told', 'opening-withdrawn'];

test('every example but those between cases is taken by some case', () => {
  const left = EVENT_TYPES.filter((type) => !taken.has(type)).sort();
  assert.deepEqual(left, [...BETWEEN_CASES].sort());
});

test('the example of a case file is one, fits its schema, and lacks nothing that either asks for', () => {
  const fits = ajv.compile(caseFileSchema());
  for (const kind of CASE_KINDS) assert.doesNotThrow(() => parseCaseFile({ ...EXAMPLE_FILE, kind }));
  assert.ok(fits(EXAMPLE_FILE), ajv.errorsText(fits.errors));
  assert.deepEqual(undescribed(caseFileSchema()), []);
  for (const field of ['ref', 'kind', 'authority', 'people', 'weather']) {
    const { [field]: gone, ...rest } = EXAMPLE_FILE as unknown as Record<string, unknown>;
    const changed = gone === undefined ? { ...rest, weather: 'wet' } : rest;
    assert.ok(!fits(changed), field);
    assert.throws(() => parseCaseFile(changed), new RegExp(field));
  }
});

test('every gate of a policy is named at some event, at the level that is shipped', () => {
  const { gates } = shippedPolicy('barnsley');
  const named = EVENT_TYPES.flatMap((type) => gatesOf(type));
  const own = named.filter(({ rule }) => rule !== 'L22');
  assert.deepEqual(
    [...new Set(own.map(({ gate, rule, level }) => `${gate ?? rule} ${level}`))].sort(),
    Object.entries(gates)
      .map(([rule, level]) => `${rule} ${level}`)
      .sort(),
  );
  assert.deepEqual(
    named.filter(({ says }) => says === ''),
    [],
  );
});

test('whatever gate an event of a life meets, its type names', () => {
  fc.assert(
    fc.property(putRightLives, (life) => {
      const { case: c } = play(life);
      const types = new Map(c.events.map(({ id, event }) => [id, event]));
      for (const { event, rule } of c.departures) {
        const found = types.get(event);
        const type = found?.type === 'event-corrected' ? (found.event.type as EventType) : found?.type;
        // Whether a case has a manager is asked of the file it begins with (L13).
        if (!type || rule === 'L13') continue;
        assert.ok(
          gatesOf(type).some((one) => one.rule === rule),
          `${type} meets ${rule}`,
        );
      }
    }),
    { numRuns: 60 },
  );
});

test('docs/events.md names the same gates', () => {
  const sections = readFileSync(new URL('../../docs/events.md', import.meta.url), 'utf8')
    .split(/^### /m)
    .slice(1);
  for (const section of sections) {
    const type = /^`([a-z-]+)`/.exec(section)?.[1] as EventType;
    const said = [...section.matchAll(/\b(R\d+|quorum)\s+`(refuse|reason|warn|off)`/g)].map(([, rule]) => rule);
    const named = gatesOf(type).map(({ gate, rule }) => gate ?? rule);
    for (const rule of said) assert.ok(named.includes(rule!), `${type}: ${rule}`);
  }
});
