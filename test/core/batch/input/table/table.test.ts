import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openInput } from '../../../../../src/core/batch/input/input.js';
import { collectLines, createFolder, NO_XLSX, RULES } from '../../../../helpers/batch/reading.js';

async function readTable(content: string, name = 'a.csv') {
  const path = join(createFolder(), name);
  writeFileSync(path, content);
  return collectLines(await openInput({ path }, { rules: RULES, xlsx: NO_XLSX }));
}

describe('readTable', () => {
  it.each([
    ['ID', undefined],
    ['product_id', undefined],
    ['商品ID', undefined],
    ['商品编号', undefined],
    ['url', undefined],
    ['链接', undefined],
    ['商品链接', undefined],
    ['宝贝链接', undefined],
    ['share text', undefined],
    ['SKU', 'red'],
    ['goods_id', 'blue'],
    [' ＩＤ ', undefined],
  ])('knows the header %s', async (header, platformHint) => {
    const lines = await readTable(`名称,${header},价格\n123456789,1000001,1234567\n`);
    expect(lines).toEqual([{ line: 2, text: '1000001', ...(platformHint && { platformHint }) }]);
  });

  it('takes a link before an id, and in each row what is filled', async () => {
    const lines = await readTable(
      'red_sku,goods_id,链接\n1000001,,\n,2000002,-\n9000001,,https://a.test/3\n',
    );
    expect(lines).toEqual([
      { line: 2, text: '1000001', platformHint: 'red' },
      { line: 3, text: '2000002', platformHint: 'blue' },
      { line: 4, text: 'https://a.test/3' },
    ]);
  });

  it('lets a platform column decide, by id or name', async () => {
    const lines = await readTable('平台,id,sku\nblue,1000001,7\n红,1900009,8\n?,1500003,9\n');
    expect(lines.map(({ text, platformHint }) => [text, platformHint])).toEqual([
      ['1000001', 'blue'],
      ['1900009', 'red'],
      ['1500003', undefined],
    ]);
  });

  it('finds links by their content under an unknown header', async () => {
    const lines = await readTable('what,where\napple,https://a.test/1\npear,https://a.test/2\n');
    expect(lines.map(({ line, text }) => [line, text])).toEqual([
      [2, 'https://a.test/1'],
      [3, 'https://a.test/2'],
    ]);
  });

  it('finds ids without any header, the first row included', async () => {
    const lines = await readTable('1000001,9.9\n1000002,19\n1000003,5\n');
    expect(lines.map(({ text }) => text)).toEqual(['1000001', '1000002', '1000003']);
  });

  it('finds the column in a table longer than its sample', async () => {
    const rows = Array.from({ length: 200 }, (_, at) => `${1_000_001 + at},a`);
    expect(await readTable(`what,name\n${rows.join('\n')}\n`)).toHaveLength(200);
  });

  it('finds ids that a program wrote as fractions', async () => {
    const rows = await readTable('100012043978.0,a,9.9\n8420152864.0,b,19.9\n');
    expect(rows.map(({ text }) => text)).toEqual(['100012043978.0', '8420152864.0']);
  });

  it('asks which column when several look like ids', async () => {
    await expect(readTable('what,where\n1000001,2000001\n')).rejects.toThrow(
      'Columns "what" and "where" could both be product IDs. Choose with --column 1 or --column 2',
    );
  });

  it('shows the header when no column fits', async () => {
    await expect(readTable('名称,价格\n苹果,9.9\n')).rejects.toThrow(
      '"名称" (e.g. "苹果"); "价格" (e.g. "9.9")',
    );
  });

  it('keeps a row whose cell is empty, and its number', async () => {
    expect(await readTable('id,name\n,pear\n\n1000001,apple\n')).toEqual([
      { line: 2, text: '' },
      { line: 4, text: '1000001' },
    ]);
  });

  it('undoes what keeps a number text in spreadsheets', async () => {
    const lines = await readTable('id\n"=""100012043978"""\n\'100012043979\n"100012043980\t"\n');
    expect(lines.map(({ text }) => text)).toEqual(['100012043978', '100012043979', '100012043980']);
  });

  it('counts the lines of cells with line breaks', async () => {
    const lines = await readTable('id,name\n1000001,"a\nb\nc"\n1000002,d\n');
    expect(lines.map(({ line }) => line)).toEqual([2, 5]);
  });

  it('counts a CRLF inside a cell as one line', async () => {
    const lines = await readTable('sku,"na\r\nme"\r\n1000001,"a\r\nb\nc"\r\n1000002,"d\re"\r\n1000003,f\r\n');
    expect(lines.map(({ line }) => line)).toEqual([3, 6, 8]);
  });

  it('reads every row of a table whose line ends differ', async () => {
    const lines = await readTable('sku,name\r\n1000001,a\n1000002,b\r1000003,c\r\n\n1000004,d');
    expect(lines.map(({ line, text }) => [line, text])).toEqual([
      [2, '1000001'],
      [3, '1000002'],
      [4, '1000003'],
      [6, '1000004'],
    ]);
  });

  it('says that a quotation mark is never closed', async () => {
    await expect(readTable('id,name\n1000001,"a\n1000002,b\n')).rejects.toThrow('never closed');
  });

  it('reads any quoted table back', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '中', ',', '"', '\n', ' ', ';', '\t', '|') });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 8 }), async (rows) => {
        const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
        const body = rows.map(([before, after], at) => `${quote(before)},${1_000_001 + at},${quote(after)}`);
        const lines = await readTable(`a,sku,b\n${body.join('\n')}`);
        expect(lines.map(({ text }) => text)).toEqual(rows.map((_, at) => String(1_000_001 + at)));
      }),
      { numRuns: 50 },
    );
  });
});

describe('readJsonLines', () => {
  const read = (content: string) => readTable(content, 'a.jsonl');

  it.each([
    ['"1000001"', '1000001', undefined],
    ['100012043978123456789', '100012043978123456789', undefined],
    ['{"sku":12345678901234567890,"price":1.5}', '12345678901234567890', 'red'],
    ['{"goods_id":"1000001"}', '1000001', 'blue'],
    ['{"platform":"蓝","id":1000001}', '1000001', 'blue'],
    ['{"title":"a \\"100\\" b","商品链接":"https://a.test/1"}', 'https://a.test/1', undefined],
  ])('reads %s', async (json, text, platformHint) => {
    expect(await read(json)).toEqual([{ line: 1, text, ...(platformHint && { platformHint }) }]);
  });

  it.each([
    ['{"sku":', 'not JSON'],
    ['{"price":"9.9"}', 'no key with a product link or ID'],
  ])('refuses %s alone, not the file', async (json, problem) => {
    const [first, second] = await read(`${json}\n"1000001"\n`);
    expect(first?.problem).toContain(problem);
    expect(second).toEqual({ line: 2, text: '1000001' });
  });
});
