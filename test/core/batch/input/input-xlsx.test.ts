import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import writeXlsxFile from 'write-excel-file/node';
import { type InputOptions, openInput } from '../../../../src/core/batch/input/input.js';
import { collect, createFolder, RULES } from '../../../helpers/batch/reading.js';
import { createWorkbook, createZip, SHEET_END, SHEET_START } from '../../../helpers/batch/workbook.js';
import { buildScript } from '../../../helpers/build-script.js';

let entry: URL;
beforeAll(async () => {
  entry = pathToFileURL(await buildScript('../../src/core/batch/input/xlsx-child.ts'));
});

async function read(bytes: Uint8Array, limits: Partial<InputOptions['xlsx']> = {}) {
  const path = join(createFolder(), 'list.xlsx');
  writeFileSync(path, bytes);
  return collect(await openInput({ path }, { rules: RULES, xlsx: { entry, ...limits } }));
}

const cells = (...values: readonly string[]) =>
  values.map((value, at) => `<row r="${at + 2}"><c r="A${at + 2}"><v>${value}</v></c></row>`).join('');
const HEADER = '<row r="1"><c r="A1" t="inlineStr"><is><t>商品ID</t></is></c></row>';

describe('readXlsxSafely', () => {
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

  it('numbers the rows as the spreadsheet does', async () => {
    const rows = `${HEADER}<row r="5"><c r="A5"><v>1000001</v></c></row>`;
    expect(await read(createWorkbook(rows))).toMatchObject([{ line: 5, text: '1000001' }]);
  });

  it('leaves entities alone that a document defines by itself', async () => {
    const entities = Array.from({ length: 9 }, (_, at) => {
      const inner = at === 0 ? 'lol' : `&l${at - 1};`.repeat(10);
      return `<!ENTITY l${at} "${inner}">`;
    });
    const sheet = `<?xml version="1.0"?><!DOCTYPE l [${entities.join('')}]>${SHEET_START}${HEADER}<row r="2"><c r="A2" t="inlineStr"><is><t>&l8;</t></is></c></row>${SHEET_END}`;
    const [line] = await read(createWorkbook('', { 'xl/worksheets/sheet1.xml': sheet }));
    expect(line?.text).toBe('&l8;');
  });

  it.each([
    ['unpacks to gigabytes', () => createWorkbook('', { 'xl/worksheets/sheet1.xml': BOMB })],
    [
      'names a cell beyond any sheet',
      () => createWorkbook('<row r="1048576000"><c r="ZZZZZZ1048576000"><v>1</v></c></row>'),
    ],
    [
      'names the last cell of a sheet',
      () => createWorkbook('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
    ],
  ])('refuses a workbook that %s, and goes on living', async (_, create) => {
    await expect(read(create(), { maxHeapMb: 96, maxUnpackedMb: 64 })).rejects.toThrow(
      'takes too much time or memory to open',
    );
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
    ['an archive of something else', createZip({ 'a.txt': 'a' })],
    ['a torn workbook', createWorkbook(HEADER).subarray(0, 400)],
  ])('refuses %s', async (_, bytes) => {
    await expect(read(bytes)).rejects.toThrow('no sound xlsx workbook');
  });
});

/** 300 MB of blanks in 300 KB. */
const BOMB = ' '.repeat(300 * 2 ** 20);
