// Where somebody could read a canary: files, tables, histories, lists, logs, and what is said to others. One function a surface, each gives what it found.

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Client } from '@temporalio/client';
import { getTableName, is, sql } from 'drizzle-orm';
import { PgTable } from 'drizzle-orm/pg-core';
import type { CaseKeys } from '../../codec/case-keys.ts';
import { CannotRead } from '../../codec/data-key.ts';
import { payloadCodec } from '../../codec/payload-codec.ts';
import type { OpenRecord } from '../../record/open.ts';
import * as schema from '../../record/schema.ts';
import * as directory from '../../record/schema-directory.ts';
import * as imports from '../../record/schema-imports.ts';
import * as shadow from '../../record/schema-shadow.ts';
import * as signIn from '../../record/schema-sign-in.ts';
import * as webhooks from '../../record/schema-webhooks.ts';
import { SEALED } from '../../record/sealed-columns.ts';
import { opened } from '../../record/sealing.ts';
import { isWords } from '../../web/plain-words.ts';
import { type Canaries, DISGUISE, found } from './canaries.ts';

/** By where it stood: what was found there. */
export type Found = ReadonlyMap<string, ReadonlySet<string>>;

/** Collects what is found, in the words of the canaries. */
class Finding {
  readonly all = new Map<string, Set<string>>();
  readonly #canaries: Canaries;
  constructor(canaries: Canaries) {
    this.#canaries = canaries;
  }
  look(where: string, bytes: Buffer | string): void {
    for (const letters of found(bytes)) {
      const here = this.all.get(where) ?? new Set();
      this.all.set(where, here.add(letters === DISGUISE ? letters : this.#canaries.what(letters)));
    }
  }
}

/** Every file below a folder, as it lies on the disk: write-ahead logs and what no query gives any more among them. */
export async function inFiles(canaries: Canaries, folder: string): Promise<Found> {
  const finding = new Finding(canaries);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) {
      const file = join(entry.parentPath, entry.name);
      // A file may go while we look.
      finding.look(file.slice(folder.length + 1), await readFile(file).catch(() => ''));
    }
  return finding.all;
}

/** Every value of every table, by its column. */
export async function inTables(canaries: Canaries, record: OpenRecord): Promise<Found> {
  const finding = new Finding(canaries);
  const rowsOf = async (text: string) => {
    const answer = await record.db.execute(sql.raw(text));
    return (Array.isArray(answer) ? answer : (answer as { rows: unknown[] }).rows) as Record<string, unknown>[];
  };
  const tables = await rowsOf(
    `select table_schema as s, table_name as t from information_schema.tables
     where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
  );
  for (const { s, t } of tables)
    for (const row of await rowsOf(`select * from "${s}"."${t}"`))
      for (const [column, value] of Object.entries(row))
        finding.look(`${t}.${column}`, Buffer.isBuffer(value) ? value : asText(value));
  return finding.all;
}

/** Everything Temporal gives of every run to whoever may read: its list, what describes it, and its history as it is exported. */
export async function inHistories(canaries: Canaries, client: Client): Promise<Found> {
  const finding = new Finding(canaries);
  for await (const { workflowId, runId } of client.workflow.list()) {
    const handle = client.workflow.getHandle(workflowId, runId);
    const { raw } = await handle.describe();
    lookInside(finding, 'described', raw);
    for (const event of (await handle.fetchHistory()).events ?? []) {
      const [kind = '', attributes] =
        Object.entries(event).find(([key, value]) => /Attributes$/.test(key) && value) ?? [];
      lookInside(finding, kind.replace(/EventAttributes$/, ''), attributes);
      const { [kind as keyof typeof event]: _, ...rest } = event;
      lookInside(finding, 'event', rest);
    }
  }
  return finding.all;
}

/** Bytes are looked at as they are, and by where they stand. */
function lookInside(finding: Finding, where: string, value: unknown): void {
  if (value instanceof Uint8Array) finding.look(where, Buffer.from(value));
  else if (typeof value === 'string') finding.look(where, value);
  else if (typeof value === 'object' && value !== null) lookIntoFields(finding, where, value);
}

function lookIntoFields(finding: Finding, where: string, value: object): void {
  for (const [key, inner] of Object.entries(value)) {
    finding.look(`${where}, a name of a field`, key);
    lookInside(finding, /^\d+$/.test(key) ? where : `${where}.${key}`, inner);
  }
}

interface SealedPayload {
  readonly metadata: Readonly<Record<string, Uint8Array>>;
  readonly data: Uint8Array;
}
const isPayload = (value: object): value is SealedPayload =>
  'metadata' in value && 'data' in value && value.data instanceof Uint8Array && value.metadata !== null;

function* payloadsIn(value: unknown): Generator<SealedPayload> {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return;
  if (isPayload(value)) yield value;
  else for (const inner of Object.values(value)) yield* payloadsIn(inner);
}

/** What whoever has the keys there still are reads of every run and every table. What does not open any more is passed over. */
export async function withKeys(canaries: Canaries, client: Client, record: OpenRecord, keys: CaseKeys): Promise<Found> {
  const finding = new Finding(canaries);
  const codec = payloadCodec({ keys, namespace: client.options.namespace });
  for await (const { workflowId, runId } of client.workflow.list()) {
    const handle = client.workflow.getHandle(workflowId, runId);
    for (const payload of payloadsIn([(await handle.describe()).raw, await handle.fetchHistory()])) {
      const [plain] = await codec.decode([payload]).catch(unread);
      if (plain?.data) finding.look('histories', Buffer.from(plain.data));
    }
  }
  for (const table of TABLES) {
    const sealed = Object.values(SEALED).find(({ name }) => name === getTableName(table));
    if (sealed)
      for (const row of await opened(record, sealed, await record.db.select().from(table)))
        finding.look(`the record`, JSON.stringify(row));
  }
  return finding.all;
}

/** What is not sealed, or not with a key that is left. */
function unread(error: unknown): [] {
  if (error instanceof CannotRead) return [];
  throw error;
}

/**
 * What an operator reads of every run in Temporal UI who has no right to read cases: histories, descriptions, and what the UI asks of a run to show it.
 * @returns what was found, and how many payloads they read
 */
export async function asOperator(canaries: Canaries, client: Client, keys: CaseKeys) {
  const finding = new Finding(canaries);
  const { namespace } = client.options;
  const codec = payloadCodec({ keys, namespace });
  let read = 0;
  const look = async (payload: SealedPayload) => {
    const [plain] = await codec.decode([payload]).catch(unread);
    if (!plain?.data || !isWords(plain)) return;
    read += 1;
    finding.look('words', Buffer.from(plain.data));
  };
  for await (const { workflowId, runId, status } of client.workflow.list()) {
    const handle = client.workflow.getHandle(workflowId, runId);
    for (const payload of payloadsIn([(await handle.describe()).raw, await handle.fetchHistory()])) await look(payload);
    if (status.name !== 'RUNNING') continue;
    const execution = { workflowId, runId };
    const query = { queryType: '__temporal_workflow_metadata' };
    const shown = await client.workflowService.queryWorkflow({ namespace, execution, query });
    for (const payload of payloadsIn(shown.queryResult)) await look(payload);
  }
  return { found: finding.all, read };
}

const TABLES = [schema, directory, imports, shadow, signIn, webhooks].flatMap((one) =>
  Object.values(one).filter((table): table is PgTable => is(table, PgTable)),
);

/** Messages and errors of gRPC, by where they went. */
export function onWire(canaries: Canaries, wire: readonly (readonly [where: string, what: unknown])[]): Found {
  const finding = new Finding(canaries);
  for (const [where, what] of wire) lookInside(finding, where, what);
  return finding.all;
}

/** Lines or pieces of text, all of one surface. */
export function inTexts(canaries: Canaries, where: string, texts: readonly string[]): Found {
  const finding = new Finding(canaries);
  for (const text of texts) finding.look(where, text);
  return finding.all;
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));

/** `history.input: a core group: meeting-held.reason, … (12)`, a line each. */
export const linesOf = (all: Found): readonly string[] =>
  [...all]
    .map(
      ([where, what]) =>
        `${where}: ${[...what].slice(0, 3).join('; ')}${what.size > 3 ? `; … ${what.size} in all` : ''}`,
    )
    .sort();

/** Nothing is found; what is, is told line by line. */
export function assertNothing(t: TestContext, all: Found): void {
  for (const line of linesOf(all)) t.diagnostic(line);
  assert.deepEqual(linesOf(all), []);
}
