import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import writeXlsxFile from 'write-excel-file/node';
import { type InputOptions, openInput } from '../../../../../src/core/batch/input/input.js';
import { collectLines, createFolder, RULES } from '../../../../helpers/batch/reading.js';
import { createWorkbook, createZip, SHEET_END, SHEET_START } from '../../../../helpers/batch/workbook.js';
import { buildScript } from '../../../../helpers/build-script.js';

let entry: URL;
beforeAll(async () => {
  entry = pathToFileURL(await buildScript('../../src/core/batch/input/workbook/child.ts'));
});

async function read(
  bytes: Uint8Array,
  limits: Partial<InputOptions['xlsx']> = {},
  options: Partial<InputOptions> = {},
) {
  const path = join(createFolder(), 'list.xlsx');
  writeFileSync(path, bytes);
  // A busy machine may take its time; what is bounded is said by each test.
  const xlsx = { entry, timeoutMs: 600_000, ...limits };
  return collectLines(await openInput({ path }, { rules: RULES, xlsx, ...options }));
}

const cells = (...values: readonly string[]) =>
  values.map((value, at) => `<row r="${at + 2}"><c r="A${at + 2}"><v>${value}</v></c></row>`).join('');
const ATTRIBUTES = Array.from({ length: 300_000 }, (_, at) => `a${at}="1"`).join(' ');
const HEADER = '<row r="1"><c r="A1" t="inlineStr"><is><t>商品ID</t></is></c></row>';

describe('readWorkbookSafely', () => {
  it('reads what Excel writes: numbers, texts and links', async () => {
    const bytes = await writeXlsxFile([
      ['名称', 'sku', '链接'],
      ['a', 100012043978, null],
      ['b', '100012043979', null],
      [null, null, 'https://a.test/1'],
    ]).toBuffer();
    expect((await read(bytes)).map(({ line, text, platformHint }) => [line, text, platformHint])).toEqual([
      [2, '100012043978', 'red'],
      [3, '100012043979', 'red'],
      [4, 'https://a.test/1', undefined],
    ]);
  });

  it.each([
    ['100012043978', '100012043978'],
    ['100012043978.0', '100012043978'],
    ['1.00012043978E+11', '100012043978'],
    ['123456789012345', '123456789012345'],
  ])('keeps every digit of the number %s', async (stored, text) => {
    expect((await read(createWorkbook(HEADER + cells(stored))))[0]?.text).toBe(text);
  });

  it.each(['1.00012E+11', '1E+15', '1234567890123456789', '123456789012345680'])(
    'gives the rounded number %s in scientific notation, to be refused',
    async (stored) => {
      expect((await read(createWorkbook(HEADER + cells(stored))))[0]?.text).toMatch(/e\+/i);
    },
  );

  it('reads the link behind a cell, and what HYPERLINK() puts there', async () => {
    const text = (at: string, value: string) => `<c r="${at}" t="inlineStr"><is><t>${value}</t></is></c>`;
    const rows = [
      `<row r="1">${text('A1', '商品链接')}${text('B1', 'no')}</row>`,
      `<row r="2">${text('A2', '查看商品')}</row>`,
      '<row r="3"><c r="A3" t="str"><f>HYPERLINK("https://red.test/3","open")</f><v>open</v></c></row>',
      `<row r="4"><c r="A4" t="str"><f t="shared" si="0" ref="A4:A5">HYPERLINK("https://red.test/"&amp;B4,"open")</f><v>open</v></c>${text('B4', '4')}</row>`,
      `<row r="5"><c r="A5" t="str"><f t="shared" si="0"/><v>open</v></c>${text('B5', '5')}</row>`,
      `<row r="6">${text('A6', 'https://red.test/6')}</row>`,
      `<row r="7">${text('A7', 'open')}</row>`,
    ];
    const sheet = `${SHEET_START.replace('>', ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">')}${rows.join('')}</sheetData><hyperlinks><hyperlink ref="A2" r:id="rId1"/><hyperlink ref="A6:A7" r:id="rId1"/></hyperlinks></worksheet>`;
    const bytes = createWorkbook('', {
      'xl/worksheets/sheet1.xml': sheet,
      'xl/worksheets/_rels/sheet1.xml.rels':
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="hyperlink" Target="https://red.test/2" TargetMode="External"/></Relationships>',
    });
    expect((await read(bytes)).map(({ text: read }) => read)).toEqual(
      [2, 3, 4, 5, 6, 2].map((id) => `https://red.test/${id}`),
    );
  });

  it('gives every row of a merged cell what it says', async () => {
    const rows = `${HEADER}<row r="2"><c r="A2"><v>1000001</v></c><c r="B2"><v>1</v></c></row><row r="3"><c r="B3"><v>2</v></c></row><row r="4"><c r="A4"><v>1000009</v></c></row>`;
    const sheet = `${SHEET_START}${rows}</sheetData><mergeCells><mergeCell ref="A2:A3"/></mergeCells></worksheet>`;
    expect(await read(createWorkbook('', { 'xl/worksheets/sheet1.xml': sheet }))).toMatchObject(
      ['1000001', '1000001', '1000009'].map((text, at) => ({ line: at + 2, text })),
    );
  });

  it('finds the sheet that holds the list, and reads another when told', async () => {
    const bytes = await writeXlsxFile(
      [
        [['说明'], ['第一列填链接']],
        [['商品链接'], ['https://red.test/2']],
        [['商品链接'], ['https://red.test/3']],
      ].map((data, at) => ({ data, sheet: `S${at + 1}` })),
    ).toBuffer();
    expect(await read(bytes)).toMatchObject([{ text: 'https://red.test/2' }]);
    expect(await read(bytes, {}, { sheet: 's3' })).toMatchObject([{ text: 'https://red.test/3' }]);
    expect(await read(bytes, {}, { sheet: '3' })).toMatchObject([{ text: 'https://red.test/3' }]);
    await expect(read(bytes, {}, { sheet: 'S9' })).rejects.toThrow('The file has "S1", "S2", "S3"');
  });

  it('numbers the rows as the spreadsheet does', async () => {
    const rows = `${HEADER}<row r="5"><c r="A5"><v>1000001</v></c></row>`;
    expect(await read(createWorkbook(rows))).toMatchObject([{ line: 5, text: '1000001' }]);
  });

  it('refuses entities that a document defines by itself', async () => {
    const entities = Array.from({ length: 9 }, (_, at) => {
      const inner = at === 0 ? 'lol' : `&l${at - 1};`.repeat(10);
      return `<!ENTITY l${at} "${inner}">`;
    });
    const sheet = `<?xml version="1.0"?><!DOCTYPE l [${entities.join('')}]>${SHEET_START}${HEADER}<row r="2"><c r="A2" t="inlineStr"><is><t>&l8;</t></is></c></row>${SHEET_END}`;
    await expect(read(createWorkbook('', { 'xl/worksheets/sheet1.xml': sheet }))).rejects.toThrow(
      'not a sound xlsx workbook',
    );
  });

  it.each([
    ['300,000 attributes', `<row r="2"><c r="A2" ${ATTRIBUTES}><v>1000001</v></c></row>`],
    ['a cell beyond any sheet', '<row r="1048576000"><c r="ZZZZZZ1048576000"><v>1</v></c></row>'],
    ['the last cell of a sheet', '<row r="1048576"><c r="XFD1048576"><v>a</v></c></row>'],
  ])('reads the rest of a workbook with %s', async (_, rows) => {
    const bytes = createWorkbook(`${HEADER}${cells('1000009')}${rows}`);
    expect((await read(bytes))[0]).toMatchObject({ line: 2, text: '1000009' });
  });

  it('gives up a workbook that takes too much processor time', async () => {
    await expect(read(createWorkbook(HEADER + cells('1000001')), { maxCpuMs: 1 })).rejects.toMatchObject({
      code: 'workbook_too_costly',
    });
  });

  it('stops a workbook that takes too long', async () => {
    await expect(read(createWorkbook(HEADER + cells('1000001')), { timeoutMs: 1 })).rejects.toThrow(
      'takes too much time or memory to open',
    );
  });

  it('stops reading when it is cancelled', async () => {
    const signal = AbortSignal.timeout(1);
    await expect(read(createWorkbook(HEADER), { signal })).rejects.toMatchObject({ outcome: 'cancelled' });
  });

  it.each([
    [
      'an archive of something else',
      createZip({ 'a.txt': 'a' }),
      'an archive (zip) without a workbook. Save it as',
    ],
    [
      'an OpenDocument file',
      createZip({ mimetype: 'a', 'content.xml': '<a/>' }),
      'an OpenDocument file (.ods)',
    ],
    ['a binary workbook', createZip({ 'xl/workbook.bin': 'a' }), 'a binary workbook (.xlsb)'],
    ['a Word document', createZip({ 'word/document.xml': 'a' }), 'a Word document'],
    ['a torn workbook', createWorkbook(HEADER).subarray(0, 400), 'not a sound xlsx workbook'],
  ])('refuses %s in one sentence', async (_, bytes, message) => {
    await expect(read(bytes)).rejects.toThrow(message);
  });
});
