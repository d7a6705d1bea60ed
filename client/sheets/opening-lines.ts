// Cases as one JSON a line, each what `POST /cases` takes: for programs that have more to say than a sheet can.

import { TextDecoder } from 'node:util';
import { BadInput } from '../errors.ts';
import { isObject } from '../is-object.ts';
import type { ImportedCase } from './import-fault.ts';
import { MOST_CASES } from './read-sheets.ts';
import { type Bytes, TooMany } from './sheet-text.ts';

/** As one call may bring. */
const LONGEST_LINE = 256 * 1024;

/**
 * @returns one for each line that holds something; a line that is no JSON has its fault
 * @throws BadInput: bytes that are no UTF-8; TooMany
 */
export async function readLines(bytes: Bytes): Promise<readonly ImportedCase[]> {
  const found: ImportedCase[] = [];
  const refs = new Map<string, number>();
  let row = 0;
  for await (const line of linesOf(bytes)) {
    row++;
    if (line.trim() === '') continue;
    if (found.length >= MOST_CASES)
      throw new TooMany(`has more than ${MOST_CASES.toLocaleString('en-GB')} cases: bring it in in parts`);
    found.push(readLine(line, row, refs));
  }
  if (found.length === 0) throw new BadInput('it holds no case: one {"file": …, "events": […]} a line');
  return found;
}

function readLine(line: string, row: number, refs: Map<string, number>): ImportedCase {
  const wrong = (problem: string, ref = ''): ImportedCase => ({
    row,
    sheet: 'lines',
    ref,
    faults: [{ sheet: 'lines', row, column: null, problem }],
  });
  if (line.length > LONGEST_LINE) return wrong('is longer than 256 kB');
  const { file, events, ...more } = objectIn(line) ?? {};
  if (!isObject(file) || !Array.isArray(events) || events.length === 0 || Object.keys(more).length > 0)
    return wrong('must be {"file": …, "events": [{"id": …, "event": …}, …]} and nothing else');
  if (isDeep([file, events], MOST_NESTED)) return wrong('is nested more deeply than anything that is taken here');
  const ref = typeof file.ref === 'string' ? file.ref : '';
  const before = refs.get(ref);
  if (before !== undefined && ref !== '') return wrong(`file: ref: stands in line ${before} too`, ref);
  refs.set(ref, row);
  return { row, sheet: 'lines', ref, opening: { file, events: events.map(identified) }, faults: [] };
}

/** An event without an id gets one by its place: the same file again is the same events. */
const identified = (one: unknown, i: number): unknown =>
  isObject(one) && one.id === undefined ? { ...one, id: `0-import-${String(i + 1).padStart(6, '0')}` } : one;

function objectIn(line: string): Record<string, unknown> | undefined {
  try {
    const data: unknown = JSON.parse(line);
    return isObject(data) ? data : undefined;
  } catch {
    return undefined;
  }
}

/** Whether something lies more levels down: what is not looked at cannot exhaust whoever looks. */
const isDeep = (data: unknown, levels: number): boolean =>
  typeof data === 'object' &&
  data !== null &&
  (levels === 0 || Object.values(data).some((one) => isDeep(one, levels - 1)));
const MOST_NESTED = 20;

async function* linesOf(bytes: Bytes): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  for await (const chunk of bytes) {
    const lines = (rest + decoded(decoder, chunk)).split('\n');
    rest = lines.pop() ?? '';
    // A line without an end must not fill the memory.
    if (rest.length > 4 * LONGEST_LINE) throw new BadInput('a line does not end: one case a line');
    yield* lines;
  }
  yield rest + decoded(decoder);
}

function decoded(decoder: TextDecoder, chunk?: Uint8Array): string {
  try {
    return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
  } catch {
    throw new BadInput('is not UTF-8');
  }
}
