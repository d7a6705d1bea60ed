// A paper as a .docx file: headings, lists and tables that Word and LibreOffice know as such, so that a screen reader reads them in order.

import {
  Document,
  ExternalHyperlink,
  HeadingLevel,
  Packer,
  Paragraph,
  Table,
  TableCell,
  TableRow,
  TextRun,
  WidthType,
} from 'docx';
import type { Paper, Part } from '../domain/documents/paper.ts';

/** @returns the file's bytes */
export async function toDocx(paper: Paper): Promise<Buffer> {
  const document = new Document({
    title: paper.title,
    // Who made it, and when, is nobody's business: it is made for whoever asks.
    creator: 'Nodrift',
    styles: { default: { document: { run: { font: 'Arial', size: 24 } } } },
    sections: [
      {
        children: [
          new Paragraph({ text: paper.title, heading: HeadingLevel.HEADING_1 }),
          table(
            ['', ''],
            paper.facts.map(([label, value]) => [label, value]),
            false,
          ),
          ...paper.parts.flatMap(part),
          ...paper.links.map(
            ({ label, url }) =>
              new Paragraph({
                children: [
                  new ExternalHyperlink({ link: url, children: [new TextRun({ text: label, style: 'Hyperlink' })] }),
                ],
              }),
          ),
        ],
      },
    ],
  });
  return Packer.toBuffer(document);
}

function part({ heading, lines, table: rows, room = 0 }: Part): (Paragraph | Table)[] {
  return [
    new Paragraph({ text: heading, heading: HeadingLevel.HEADING_2, spacing: { before: 240 } }),
    ...lines.map((text) => new Paragraph({ text, bullet: { level: 0 } })),
    ...(rows && rows.rows.length > 0 ? [table(rows.columns, rows.rows)] : []),
    ...Array.from({ length: room }, () => new Paragraph('')),
  ];
}

function table(columns: readonly string[], rows: readonly (readonly string[])[], headed = true): Table {
  const cell = (text: string, bold: boolean) =>
    new TableCell({ children: [new Paragraph({ children: [new TextRun({ text, bold })] })] });
  return new Table({
    width: { size: 100, type: WidthType.PERCENTAGE },
    rows: [
      ...(headed ? [new TableRow({ tableHeader: true, children: columns.map((text) => cell(text, true)) })] : []),
      ...rows.map((row) => new TableRow({ children: row.map((text, i) => cell(text, !headed && i === 0)) })),
    ],
  });
}
