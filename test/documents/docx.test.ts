// A paper as a .docx file and as text: read back, every word of it is there, in its order.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { strFromU8, unzipSync } from 'fflate';
import { toDocx } from '../../documents/docx.ts';
import { toLines } from '../../documents/text.ts';
import type { MeetingId } from '../../domain/case/model.ts';
import type { Paper } from '../../domain/documents/paper.ts';

const PAPER: Paper = {
  name: 'agenda',
  meeting: 'core-group-3' as MeetingId,
  title: 'Agenda: core group 3',
  facts: [
    ['Case', 'BC-1'],
    ['Chair', ''],
  ],
  parts: [
    {
      heading: 'Welcome',
      rules: ['R55'],
      lines: ['Who is here.'],
      table: { columns: ['Who', 'There'], rows: [['Hana & <co>', '']] },
    },
    { heading: 'Is more support needed?', rules: ['R12'], lines: [], room: 2 },
  ],
  links: [{ label: 'Procedures', url: 'https://partnership.example/a?b=1&c=2' }],
};

const filesOf = async (paper: Paper): Promise<Record<string, string>> =>
  Object.fromEntries(Object.entries(unzipSync(await toDocx(paper))).map(([name, bytes]) => [name, strFromU8(bytes)]));
const textsIn = (xml: string): string[] =>
  [...xml.matchAll(/<w:t(?: [^>]*)?>([^<]*)<\/w:t>/g)].map(([, text]) =>
    text!.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'),
  );

test('a .docx file holds title, facts, headings, lines and tables in their order', async () => {
  const files = await filesOf(PAPER);
  assert.deepEqual(
    textsIn(files['word/document.xml'] ?? '').filter((text) => text !== ''),
    [
      ...['Agenda: core group 3', 'Case', 'BC-1', 'Chair'],
      ...['Welcome', 'Who is here.', 'Who', 'There', 'Hana & <co>', 'Is more support needed?', 'Procedures'],
    ],
  );
  assert.match(files['word/_rels/document.xml.rels'] ?? '', /https:\/\/partnership\.example\/a\?b=1&amp;c=2/);
});

test('headings and the head of a table are known as such, for whoever does not see the page', async () => {
  const xml = (await filesOf(PAPER))['word/document.xml'] ?? '';
  assert.match(xml, /<w:pStyle w:val="Heading1"\/>/);
  assert.match(xml, /<w:tblHeader\/>/);
});

test('on a terminal an empty cell is a line to write on, and what is not known is left out', () => {
  assert.deepEqual(toLines(PAPER), [
    ...['Agenda: core group 3', 'Case: BC-1', '', 'Welcome', '  - Who is here.', '  Hana & <co>  |  ____'],
    ...['', 'Is more support needed?', '', 'Procedures: https://partnership.example/a?b=1&c=2'],
  ]);
});
