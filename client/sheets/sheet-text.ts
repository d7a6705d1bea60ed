// A sheet as it comes: bytes of an encoding that is found out, split into rows by a separator that is found out. Streamed, and bounded.

import { Readable } from 'node:stream';
import { TextDecoder } from 'node:util';
import { CsvError, type Info, parse } from 'csv-parse';
import { BadInput } from '../errors.ts';

export type Bytes = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** Rows of all sheets of an import: 20,000 cases with ten people each. What has more is brought in by several imports. */
export const MOST_ROWS = 250_000;
/** No row of people's words is longer. */
const LONGEST_ROW = 200_000;

/** More than is taken at once. */
export class TooMany extends BadInput {}

export interface SheetRow {
  /** As a spreadsheet numbers it: the heading is 1. */
  readonly row: number;
  readonly cells: readonly string[];
}

/**
 * The rows of a sheet; the first is its heading. Blank rows are left out, and counted.
 * @param name how an error calls the file
 * @throws BadInput: another encoding, a workbook, a quote that does not end; TooMany
 */
export async function* rowsOf(bytes: Bytes, name: string): AsyncGenerator<SheetRow> {
  const text = textOf(bytes, name);
  const start = await upToFirstRow(text, name);
  const named = /^sep=(.)\r?\n/i.exec(start);
  const rest = named ? start.slice(named[0].length) : start;
  const delimiter = named?.[1] ?? separatorOf(rest.split(/\r?\n/, 1)[0] ?? '');
  const parser = parse({ delimiter, info: true, relax_column_count: true, max_record_size: LONGEST_ROW });
  const source = Readable.from(chunks(rest, text));
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);
  let row = named ? 1 : 0;
  try {
    for await (const { record } of parser as AsyncIterable<{ info: Info; record: string[] }>) {
      row++;
      if (row > MOST_ROWS)
        throw new TooMany(`${name}: has more than ${MOST_ROWS.toLocaleString('en-GB')} rows: bring it in in parts`);
      const cells = record.map((cell) => cell.trim());
      if (cells.some((cell) => cell !== '')) yield { row, cells };
    }
  } catch (error) {
    throw unreadable(error, name, named ? 2 : 1);
  } finally {
    source.destroy();
  }
}

async function* chunks(first: string, rest: AsyncIterable<string>): AsyncGenerator<string> {
  yield first;
  yield* rest;
}

/** The parser's own words hold cells, which may be names. @param first the row of the heading */
function unreadable(error: unknown, name: string, first: number): unknown {
  if (!(error instanceof CsvError)) return error;
  const row = first + Number((error as CsvError & { records?: number }).records ?? 0);
  if (error.code === 'CSV_MAX_RECORD_SIZE' || error.code === 'CSV_QUOTE_NOT_CLOSED')
    return new BadInput(`${name}: row ${row}: a quotation mark that opens there is not closed`);
  return new BadInput(`${name}: row ${row}: a quotation mark stands within a cell: double it, as spreadsheets do`);
}

/** Enough to see what separates cells. */
async function upToFirstRow(text: AsyncGenerator<string>, name: string): Promise<string> {
  let start = '';
  while (!/\n./s.test(start)) {
    const { value, done } = await text.next();
    if (done) break;
    start += value;
    if (start.length > LONGEST_ROW && !start.includes('\n')) throw new BadInput(`${name}: its heading does not end`);
  }
  if (start.trim() === '') throw new BadInput(`${name}: is empty`);
  return start;
}

/** `,` as Excel writes it in England, `;` where commas are decimal, or tabs: whichever the heading has most of. */
function separatorOf(heading: string): string {
  const outside = heading.replace(/"[^"]*"/g, '');
  const [best] = [',', ';', '\t']
    .map((one) => ({ one, count: outside.split(one).length }))
    .sort((a, b) => b.count - a.count);
  return best?.one ?? ',';
}

const SAVE = 'save it as “CSV UTF-8”';

/**
 * UTF-8, with a mark or without; UTF-16 with its mark; else Windows-1252, as older Excel saves: known by its first letter that is not plain ASCII, for
 * Windows-1252 hardly ever looks like UTF-8.
 */
async function* textOf(bytes: Bytes, name: string): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  /** What does not tell yet: the first bytes of the file, or of a letter. */
  let held: Uint8Array = new Uint8Array();
  let begun = false;
  const take = (chunk: Uint8Array, isLast: boolean): string => {
    const found = decoder
      ? undefined
      : !begun && chunk.length < MARK_BYTES && !isLast
        ? 'more'
        : encodingOf(chunk, begun, name);
    held = new Uint8Array();
    if (found === 'more' && !isLast) {
      held = Uint8Array.from(chunk);
      return '';
    }
    begun = true;
    if (found === 'ascii') return withoutNul(Buffer.from(chunk).toString('latin1'), name);
    if (found) decoder = new TextDecoder(found === 'more' ? 'windows-1252' : found, { fatal: true });
    return decoder ? decoded(decoder, chunk, name, !isLast) : '';
  };
  for await (const given of bytes) yield take(held.length > 0 ? Buffer.concat([held, given]) : given, false);
  yield take(held, true);
}

/** As long as the longest mark that a file may begin with. */
const MARK_BYTES = 4;

function decoded(decoder: TextDecoder, chunk: Uint8Array, name: string, stream: boolean): string {
  let text: string;
  try {
    text = decoder.decode(chunk, { stream });
  } catch {
    throw new BadInput(`${name}: is not all of one encoding (${decoder.encoding}): ${SAVE}`);
  }
  return withoutNul(text, name);
}

function withoutNul(text: string, name: string): string {
  if (text.includes('\0')) throw new BadInput(`${name}: is no text: ${SAVE}`);
  return text;
}

/** Of a chunk that begins a file or follows plain ASCII; `more` where it ends in the middle of what tells. */
function encodingOf(
  chunk: Uint8Array,
  begun: boolean,
  name: string,
): 'ascii' | 'more' | 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252' {
  const [a, b] = begun ? [] : chunk;
  if (a === 0x50 && b === 0x4b) throw new BadInput(`${name}: is a workbook, not a CSV file: ${SAVE}`);
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  const first = chunk.findIndex((byte) => byte > 0x7f);
  if (first < 0) return 'ascii';
  const lead = chunk[first] ?? 0;
  const length =
    lead >= 0xc2 && lead < 0xe0 ? 2 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xf0 && lead < 0xf5 ? 4 : 1;
  const tail = chunk.subarray(first + 1, first + length);
  const continues = tail.every((byte) => byte >= 0x80 && byte < 0xc0);
  if (length === 1 || !continues) return 'windows-1252';
  return tail.length === length - 1 ? 'utf-8' : 'more';
}
