// The sheets a caseload is brought in by: cells, encodings, separators, mappings; every fault of a row at once, and no formula either way.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BadInput } from '../../client/errors.ts';
import { readCell, safeCell } from '../../client/sheets/cells.ts';
import { headingOf, readMapping } from '../../client/sheets/column-mapping.ts';
import { columnOf, faultsIn, faultsWith, type ImportedCase } from '../../client/sheets/import-fault.ts';
import { readLines } from '../../client/sheets/opening-lines.ts';
import { MOST_CASES, readSheets } from '../../client/sheets/read-sheets.ts';
import { type CellKind, COLUMNS, SHEETS } from '../../client/sheets/sheet-columns.ts';
import { reportSheet, templateOf, templateOfAll } from '../../client/sheets/sheet-templates.ts';
import { MOST_ROWS, rowsOf, TooMany } from '../../client/sheets/sheet-text.ts';
import { parseCaseFile, parseEvent } from '../../domain/case/read-events.ts';
import fc from '../support/seeded.ts';

type Made = { readonly people: readonly { readonly name: string }[] };
type Brought = { readonly event: { readonly meetings: readonly { readonly invited?: boolean }[] } };
const fileOf = (one: ImportedCase | undefined) => (one?.opening?.file ?? assert.fail('it has no file')) as Made;
const firstOf = (one: ImportedCase | undefined) =>
  (one?.opening?.events[0] ?? assert.fail('it has no event')) as Brought;

const bytes = (text: string): readonly Uint8Array[] => [Buffer.from(text)];
const cell = (text: string, is: CellKind, order?: 'dd/mm/yyyy') => {
  const read = readCell(text, is, order);
  return 'fault' in read ? `fault: ${read.fault}` : read.value;
};

test('dates are taken as people and Excel write them, where they can be read in one way', () => {
  const rows: readonly [string, unknown][] = [
    ['2026-11-23', '2026-11-23'],
    ['23/11/2026', '2026-11-23'],
    ['23.11.2026', '2026-11-23'],
    ['5/5/2026', '2026-05-05'], // the same whichever comes first
    ['23 Nov 2026', '2026-11-23'],
    ['1-February-2027', '2027-02-01'],
    ['2026-11-23 00:00:00', '2026-11-23'], // a day as exports write it
    ['23/11/2026 00:00', '2026-11-23'],
    ['03/04/2026', 'fault: may be 2026-04-03 or 2026-03-04: say that dates are dd/mm/yyyy, or write it as 2026-11-23'],
    ['11/23/2026', 'fault: has the month before the day: write it as 2026-11-23, or say that dates are mm/dd/yyyy'],
    ['31/02/2026', 'fault: there is no such day'],
    ['23/11/26', 'fault: has a year of two digits: write it as 2026-11-23'],
    [
      '46349',
      'fault: is the number that Excel keeps for a date: format the column as a date, or write it as 2026-11-23',
    ],
    ['2026-11-23 10:00', 'fault: is not a date: write it as 2026-11-23'],
    ['soon', 'fault: is not a date: write it as 2026-11-23'],
  ];
  for (const [text, wanted] of rows) assert.equal(cell(text, 'date'), wanted, text);
  assert.equal(cell('03/04/2026', 'date', 'dd/mm/yyyy'), '2026-04-03');
});

test('times need their time of day', () => {
  const rows: readonly [string, unknown][] = [
    ['2026-12-03 10:00', '2026-12-03T10:00'],
    ['2026-12-03T09:30:00', '2026-12-03T09:30'],
    ['23/11/2026 9:05', '2026-11-23T09:05'],
    ['2026-12-03', 'fault: must be a date with a time, such as 2026-12-03 10:00'],
    ['2026-12-03 25:00', 'fault: there is no such time of day'],
  ];
  for (const [text, wanted] of rows) assert.equal(cell(text, 'time'), wanted, text);
});

test('other cells: yes and no, whole numbers, lists, telephone numbers, addresses', () => {
  assert.deepEqual(
    ['yes', 'Y', 'TRUE', '1', 'no', 'False'].map((text) => cell(text, 'yes')),
    [true, true, true, true, false, false],
  );
  assert.equal(cell('perhaps', 'yes'), 'fault: must be yes or no');
  assert.deepEqual(
    ['7', '7.0', '7.5', '-7', 'seven'].map((text) => cell(text, 'number')),
    [7, 7, ...Array(3).fill('fault: must be a whole number')],
  );
  assert.deepEqual(cell('school | health|', 'list'), ['school', 'health']);
  assert.equal(cell('+44 1482 555010', 'phone'), '+44 1482 555010');
  assert.equal(cell('amira.khan+cp@council.example', 'email'), 'amira.khan+cp@council.example');
  for (const text of ['amira at council', 'a@x.example, b@x.example', 'Amira <a@x.example>', 'n/a'])
    assert.equal(cell(text, 'email'), 'fault: must be one e-mail address, and nothing besides', text);
});

test('what a spreadsheet would take for a formula is refused in a cell, and never given back as one', () => {
  const evil = ['=HYPERLINK("http://x")', '+1+cmd', '-2+3', '@SUM(A1)', '=1'];
  for (const text of evil) {
    for (const is of ['text', 'phone', 'email', 'list'] as const)
      assert.match(String(cell(text, is)), /^fault: begins with/, `${text} as ${is}`);
    assert.match(safeCell(text).replace(/^"/, ''), /^'/);
  }
  fc.assert(
    fc.property(fc.string(), (text) => {
      const back = safeCell(text).replace(/^"/, '');
      assert.ok(!/^[=+\-@\t\r]/.test(back), back);
    }),
  );
});

const HEADING = 'ref,kind,authority,as_of';
const PEOPLE =
  'ref,person,name,role,email,manager\nA1,sw,Zoë Müller,social-worker,z@c.example,tm\nA1,tm,Tom,team-manager,t@c.example,';
const nameIn = async (people: readonly Uint8Array[]) => {
  const [one] = await readSheets({ cases: bytes(`${HEADING}\nA1,looked-after,hull,2026-11-23`), people });
  return fileOf(one).people[0]?.name;
};

test('UTF-8 with a mark and without, UTF-16 and Windows-1252 all give the same name, however the bytes are cut', async () => {
  const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(PEOPLE, 'utf16le')]);
  const forms = [Buffer.from(PEOPLE), Buffer.from(`\ufeff${PEOPLE}`), utf16, Buffer.from(PEOPLE, 'latin1')];
  for (const form of forms)
    for (const size of [1, 7, 10_000]) {
      const cut = Array.from({ length: Math.ceil(form.length / size) }, (_, i) =>
        form.subarray(i * size, (i + 1) * size),
      );
      assert.equal(await nameIn(cut), 'Zoë Müller');
    }
});

test('a workbook, bytes of two encodings and what is no text are each refused in one line', async () => {
  const refused: readonly [string, Buffer, RegExp][] = [
    ['a workbook', Buffer.from('PK\u0003\u0004rest'), /^cases: is a workbook, not a CSV file: save it as/],
    [
      'two encodings',
      Buffer.concat([Buffer.from('ref,é\n'), Buffer.from([0xe9, 0x0a])]),
      /^cases: is not all of one encoding \(utf-8\)/,
    ],
    ['no text', Buffer.from('ref,\0kind'), /^cases: is no text/],
    ['nothing', Buffer.from(' \n'), /^cases: is empty/],
    [
      'an open quotation mark',
      Buffer.from(`${HEADING}\nA1,"looked-after`),
      /^cases: row 2: a quotation mark that opens there is not closed/,
    ],
  ];
  for (const [what, file, wanted] of refused)
    await assert.rejects(
      readSheets({ cases: [file] }),
      (error: Error) => error instanceof BadInput && wanted.test(error.message),
      what,
    );
});

test('commas, semicolons and tabs separate, and Excel’s own line that says so is passed over', async () => {
  for (const by of [',', ';', '\t'])
    for (const before of ['', `sep=${by}\n`]) {
      const rows = [];
      for await (const one of rowsOf(bytes(`${before}ref${by}"a${by}b"\n\n A1 ${by}x\n`), 'cases')) rows.push(one);
      const skipped = before ? 1 : 0;
      assert.deepEqual(rows, [
        { row: 1 + skipped, cells: ['ref', `a${by}b`] },
        { row: 3 + skipped, cells: ['A1', 'x'] },
      ]);
    }
});

test('the templates are read back whole: a case of each kind that the domain can read', async () => {
  const three = await readSheets(Object.fromEntries(SHEETS.map((one) => [one, bytes(templateOf(one))])));
  assert.deepEqual(
    three.map(({ ref, faults }) => [ref, faults]),
    [
      ['CP-1001', []],
      ['CIN-1002', []],
      ['CLA-1003', []],
    ],
  );
  for (const one of three) {
    parseCaseFile(fileOf(one));
    parseEvent(firstOf(one).event);
  }
  const all = await readSheets({ cases: bytes(templateOfAll()) });
  assert.deepEqual(
    all.map(({ opening }) => opening),
    three.map(({ opening }) => opening),
  );
});

test('every fault of a case is said at once, with its sheet, row and column', async () => {
  const cases = `${HEADING},meeting_on,meeting_minutes,next_review\n\n=A,cp,hull,soon,2026-11-02,lost,2027-01-05 10:00\nA2,looked-after,,2026-11-23,,,`;
  const people = 'ref,person,name,role\nA2,sw,Ann,\nA9,x,Lost,health';
  const found = await readSheets({ cases: bytes(cases), people: bytes(people) });
  assert.deepEqual(
    found.map(({ ref, faults }) => [ref, faults.map(({ sheet, row, column }) => `${sheet} ${row} ${column}`)]),
    [
      [
        '',
        [
          'cases 3 ref',
          'cases 3 as_of',
          'cases 3 kind',
          'cases 3 ref',
          'cases 3 meeting_minutes',
          'cases 3 meeting_number',
          'cases 3 review_on',
        ],
      ],
      ['A2', ['cases 4 authority', 'people 2 role']],
      ['A9', ['people 3 ref']],
    ],
  );
});

test('a reference twice is a fault of the second row, and the people are the first’s', async () => {
  const cases = `${HEADING}\nA1,looked-after,hull,2026-11-23\nA1,looked-after,hull,2026-11-23`;
  const [first, second] = await readSheets({ cases: bytes(cases), people: bytes(PEOPLE) });
  assert.deepEqual(first?.faults, []);
  assert.deepEqual(
    second?.faults.map(({ row, column, problem }) => [row, column, problem]),
    [[3, 'ref', 'stands in row 2 too']],
  );
});

test('a heading that is not ours, that is there twice or lacks what is needed is refused before any row is read', async () => {
  await assert.rejects(readSheets({ cases: bytes('Ref,kind,Kind,surname\n') }), {
    message:
      'cases: has the column "Kind" twice; does not know "surname"; a mapping file says what other columns mean, or that they are passed over; lacks the column authority, as_of',
  });
});

test('a mapping names their columns and words, and says what is the same in every row', async () => {
  const mapping = readMapping(`
dates: dd/mm/yyyy
others: ignore
cases:
  columns: { Case Ref: ref, Plan Type: kind, Became LAC: looked_after }
  values: { kind: { CLA: looked-after } }
  fixed: { authority: hull, as_of: 2026-11-23 }
people:
  columns: { Case Ref: ref, Worker: person, Full Name: name, Type: role }
  values: { role: { Allocated Worker: social-worker } }
`);
  const [one] = await readSheets(
    {
      cases: bytes('CASE REF;plan type;Became LAC;Ethnicity\nA1;cla;02/03/2026;x'),
      people: bytes('Case_Ref,Worker,Full Name,Type\nA1,sw,Ann,allocated worker'),
    },
    mapping,
  );
  assert.deepEqual(one?.faults, []);
  assert.deepEqual(one?.opening, {
    file: {
      ref: 'A1',
      kind: 'looked-after',
      authority: 'hull',
      people: [{ id: 'sw', name: 'Ann', role: 'social-worker' }],
    },
    events: [
      {
        id: '0-brought-in',
        event: { type: 'brought-in', by: 'sw', on: '2026-11-23', lookedAfter: '2026-03-02', members: [], meetings: [] },
      },
    ],
  });
});

test('a mapping that cannot be is refused in one line that names each fault', () => {
  assert.throws(() => readMapping('dates: soon\nother: 1'), {
    message: 'map: dates: must be one of dd/mm/yyyy, mm/dd/yyyy, yyyy-mm-dd; the whole: does not know "other"',
  });
  assert.throws(
    () => readMapping('cases: { columns: { A: surname } }'),
    /map: cases: there is no column "surname" of ours; there are ref, kind/,
  );
  assert.throws(() => readMapping('cases: &a { columns: { A: ref } }\npeople: *a'), /refers to parts of itself/);
  assert.throws(() => readMapping('cases: ['), /map: is not YAML/);
  assert.equal(headingOf('  Case - Ref '), 'case_ref');
});

test('whom the staff directory knows needs neither name nor role in the sheet', async () => {
  const people = 'ref,person,staff,member\nA1,sw,s-17,\nA1,hv,,yes';
  const [one] = await readSheets({
    cases: bytes(`${HEADING},recorded_by\nA1,looked-after,hull,2026-11-23,sw`),
    people: bytes(people),
  });
  assert.deepEqual(
    one?.faults.map(({ row, column }) => [row, column]),
    [
      [3, 'name'],
      [3, 'role'],
    ],
  );
  assert.deepEqual((fileOf(one).people as readonly unknown[])[0], { id: 'sw', staff: 's-17' });
});

test('booked meetings count as announced unless the sheet says otherwise', async () => {
  const cases = `${HEADING},meeting_number,meeting_on,next_meeting,invited\nA1,looked-after,hull,2026-11-23,3,2026-11-02,2026-12-03 10:00,\nA2,looked-after,hull,2026-11-23,3,2026-11-02,2026-12-03 10:00,no`;
  const found = await readSheets({
    cases: bytes(cases),
    people: bytes(`${PEOPLE}\n${PEOPLE.replace(/^.*\n/, '').replaceAll('A1', 'A2')}`),
  });
  const invited = found.map((one) => firstOf(one).event.meetings[0]?.invited);
  assert.deepEqual(invited, [true, undefined]);
});

test('a refusal of the domain is said by its column, where one is meant', () => {
  assert.deepEqual(
    [
      'meetings.0.on',
      'meetings.1.nextStart',
      'people.2.needs.format',
      'people.0.id',
      'lookedAfter',
      'members',
      'constructor',
    ].map((field) => columnOf(field)),
    ['meeting_on', 'next_review', 'format', 'person', 'looked_after', 'member', null],
  );
  const at = { row: 5, sheet: 'cases', slots: ['review'], peopleRows: [8, 9] } as const;
  assert.deepEqual(faultsIn('brought-in: meetings.0.on: lac-review-3 was held late; conference: a plan has none', at), [
    { sheet: 'cases', row: 5, column: 'review_on', problem: 'lac-review-3 was held late' },
    { sheet: 'cases', row: 5, column: 'conference', problem: 'a plan has none' },
  ]);
  assert.deepEqual(faultsIn('case: people.1.phone: must be a telephone number', at), [
    { sheet: 'people', row: 9, column: 'phone', problem: 'must be a telephone number' },
  ]);
});

test('whom the directory brought stands in no row, and a cell that has a fault gets no other', () => {
  const at = { row: 5, sheet: 'cases', peopleRows: [8] } as const;
  const two = faultsIn('case: people.0.role: "sw" has none; did you mean health?; people.1.email: has none', at);
  assert.deepEqual(two, [
    { sheet: 'people', row: 8, column: 'role', problem: '"sw" has none; did you mean health?' },
    { sheet: 'cases', row: 5, column: null, problem: 'people: has none' },
  ]);
  const sheet = [{ sheet: 'people', row: 8, column: 'role', problem: 'is missing' }] as const;
  assert.deepEqual(faultsWith(sheet, [...two, ...two]), [...sheet, two[1]]);
});

test('of a case of no known kind the people can be judged all the same', async () => {
  const cases = `${HEADING}\nA1,cp,hull,2026-11-23\nA1,looked-after,hull,2026-11-23`;
  const found = await readSheets({ cases: bytes(cases), people: bytes(PEOPLE) });
  // Those of a reference that is there twice are judged once.
  assert.deepEqual(
    found.map(({ opening, peopleRows }) => [opening !== undefined, peopleRows]),
    [
      [true, [2, 3]],
      [false, undefined],
    ],
  );
});

test('a report gives back no cell as a formula', () => {
  const sheet = reportSheet([{ sheet: 'cases', row: 2, ref: '=cmd', column: 'kind', problem: '-1, "x"' }]);
  assert.equal(sheet, `\ufeffsheet,row,ref,column,problem,rule\r\ncases,2,'=cmd,kind,"'-1, ""x""",\r\n`);
});

test('lines of JSON: what is no case, too long, or there twice is a fault of its line', async () => {
  const good = JSON.stringify({
    file: { ref: 'A1' },
    events: [{ event: { type: 'brought-in' } }, { id: 'mine', event: {} }],
  });
  const found = await readLines(
    bytes(
      `${good}\n\n{"__proto__": 1}\n[]\n${good}\n{"file":{},"events":[],"x":1}\n"${'x'.repeat(300_000)}"\n{"file":{},"events":[${'['.repeat(9_000)}${']'.repeat(9_000)}]}\n`,
    ),
  );
  assert.deepEqual(
    found.map(({ row, ref, faults }) => [row, ref, faults.map(({ problem }) => problem.slice(0, 24))]),
    [
      [1, 'A1', []],
      [3, '', ['must be {"file": …, "eve']],
      [4, '', ['must be {"file": …, "eve']],
      [5, 'A1', ['file: ref: stands in lin']],
      [6, '', ['must be {"file": …, "eve']],
      [7, '', ['is longer than 256 kB']],
      [8, '', ['is nested more deeply th']],
    ],
  );
  assert.deepEqual(
    found[0]?.opening?.events.map((one) => (one as { id: string }).id),
    ['0-import-000001', 'mine'],
  );
  await assert.rejects(readLines(bytes('\n')), /it holds no case/);
  await assert.rejects(readLines([Buffer.from([0x7b, 0xe9])]), /is not UTF-8/);
});

test('a million rows are not read: the reader stops at its bound, of rows and of cases', async () => {
  let read = 0;
  const endless = (line: string) => ({
    async *[Symbol.asyncIterator]() {
      yield Buffer.from('ref,person,name,role\n');
      for (; read < 1_000_000; read += 1_000) yield Buffer.from(line.repeat(1_000));
    },
  });
  await assert.rejects(readSheets({ people: endless('A1,sw,Ann,social-worker\n') }), TooMany);
  assert.ok(read < MOST_ROWS + 50_000, `${read} rows were taken`);
  const many = `${HEADING}\n${'A,looked-after,hull,2026-11-23\n'.repeat(MOST_CASES + 1)}`;
  await assert.rejects(readSheets({ cases: bytes(many) }), /cases: has more than 20,000 cases/);
});

test('whatever bytes come, they are rows or one refusal in one line', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), fc.boolean(), async (tail, headed) => {
      const file = headed ? Buffer.concat([Buffer.from(`${HEADING}\n`), tail]) : Buffer.from(tail);
      try {
        await readSheets({ cases: [file] });
      } catch (error) {
        assert.ok(error instanceof BadInput, String(error));
        assert.ok(!/[\r\n]/.test(error.message));
      }
    }),
  );
});

test('every column has one name, one meaning and examples that can be read', () => {
  for (const sheet of SHEETS) {
    const names = COLUMNS[sheet].map(({ name }) => name);
    assert.deepEqual(names, [...new Set(names.map(headingOf))]);
    for (const { name, is, says, examples } of COLUMNS[sheet]) {
      assert.ok(says.length > 5, name);
      for (const text of examples) if (text) assert.ok(!String(cell(text, is)).startsWith('fault'), `${name}: ${text}`);
    }
  }
});
