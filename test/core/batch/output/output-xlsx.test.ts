import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { readSheet } from 'read-excel-file/node';
import { describe, expect, it } from 'vitest';
import { getColumns } from '../../../../src/core/batch/output/output-columns.js';
import { writeXlsx } from '../../../../src/core/batch/output/output-xlsx.js';
import { arrangeColumns } from '../../../../src/core/batch/output/own-columns.js';
import type { Row } from '../../../../src/core/batch/output/row.js';
import { listWorkbookColumns } from '../../../../src/core/batch/output/workbook-columns.js';
import { NotFoundError } from '../../../../src/core/errors.js';
import type { Product } from '../../../../src/core/product/product.js';
import { type Language, WORDS } from '../../../../src/core/words/index.js';
import { createRow, stream } from '../../../helpers/batch/products.js';
import { createFolder } from '../../../helpers/batch/reading.js';

const FOUND = createRow(1);
const URL_IN_SHOP = 'https://red.example/1?a=1&b=2';

const ROWS: readonly Row[] = [
  {
    ...FOUND,
    product: { ...(FOUND.product as Product), stock: { status: 'in_stock' }, url: URL_IN_SHOP },
  },
  {
    ...{ line: 2, input: '=evil()', outcome: 'not_found', platform: 'red', id: '9' },
    error: new NotFoundError('no such product'),
  },
];

async function write(language: Language, rows = ROWS): Promise<string> {
  const path = join(createFolder(), 'a.xlsx');
  await writeXlsx(path, stream(rows), { rows: 'product' }, { language, platformNames: { red: '红' } });
  return path;
}

/** The text of one file inside of a workbook. */
function readPart(path: string, name: string): string {
  const bytes = readFileSync(path);
  const end = bytes.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  let at = bytes.readUInt32LE(end + 16);
  while (bytes.readUInt32LE(at) === 0x02014b50) {
    const [size, nameLength] = [bytes.readUInt32LE(at + 20), bytes.readUInt16LE(at + 28)];
    const start = bytes.readUInt32LE(at + 42);
    if (bytes.toString('utf8', at + 46, at + 46 + nameLength) === name) {
      const data = start + 30 + bytes.readUInt16LE(start + 26) + bytes.readUInt16LE(start + 28);
      const packed = bytes.subarray(data, data + size);
      return (bytes.readUInt16LE(at + 10) === 8 ? inflateRawSync(packed) : packed).toString('utf8');
    }
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  throw new Error(`${name} is not in the workbook`);
}

describe('the columns of a workbook', () => {
  it.each(['product', 'sku'] as const)(
    'are those of csv, each with a header in both languages: %s',
    (rows) => {
      for (const language of ['en', 'zh'] as const) {
        const columns = listWorkbookColumns(rows, { language, platformNames: {} });
        expect(columns.map(({ name }) => name).sort()).toEqual(
          getColumns(rows)
            .map(({ name }) => name)
            .sort(),
        );
        for (const { name } of columns) expect(WORDS[language].columns[name], name).toBeTruthy();
        expect(new Set(columns.map(({ header }) => header)).size).toBe(columns.length);
      }
    },
  );

  it('begin with what a person looks for, within the first screen', () => {
    const columns = listWorkbookColumns('product', { language: 'zh', platformNames: {} });
    const first = columns.slice(0, 9);
    expect(first.map(({ header }) => header)).toEqual([
      '行号',
      '原始内容',
      '商品名称',
      '现价（元）',
      '价格种类',
      '销量',
      '库存状态',
      '店铺',
      '商品链接',
    ]);
    expect(first.reduce((sum, { width }) => sum + width, 0)).toBeLessThan(160);
  });

  it("show the user's own first column where the input stands else, and the others last", () => {
    const ours = ['line', 'input', 'title', 'url', 'outcome'].map((name) => ({ name }));
    const own = ['own code', 'remark'].map((name) => ({ name }));
    expect(arrangeColumns(ours, []).map(({ name }) => name)).toEqual(ours.map(({ name }) => name));
    expect(arrangeColumns(ours, own).map(({ name }) => name)).toEqual([
      ...['line', 'own code', 'title', 'url', 'input', 'outcome', 'remark'],
    ]);
  });
});

describe('a workbook', () => {
  it.each([
    ['zh', ['成功', '没找到'], '促销价', '有货', '没有找到这个商品，可能已下架。请核对链接。'],
    ['en', ['found', 'not found'], 'sale price', 'in stock', 'no such product'],
  ] as const)('is in the language of its reader: %s', async (language, outcomes, kind, stock, reason) => {
    const [header = [], ok = [], failed = []] = await readSheet(await write(language));
    const at = (name: string) => header.indexOf(WORDS[language].columns[name] ?? '');
    expect([ok, failed].map((cells) => cells[at('outcome')])).toEqual(outcomes);
    expect([ok[at('price_kind')], ok[at('stock')], failed[at('error')]]).toEqual([kind, stock, reason]);
    expect(ok[at('platform')]).toBe('红');
    expect([ok[at('id')], ok[at('price')]]).toEqual(['100000000001', 99.9]);
    expect(failed[at('input')]).toBe('=evil()');
    expect(ok[at('fetched_at')]).toBeInstanceOf(Date);
  });

  it('has the columns without any value last', async () => {
    const [header = [], ...rows] = await readSheet(await write('en'));
    const isFilled = header.map((_, at) => rows.some((cells) => cells[at] !== null));
    expect(isFilled).toEqual([...isFilled].sort((a, b) => Number(b) - Number(a)));
    expect(isFilled).toContain(false);
  });

  it('keeps its header in sight, filters, and has links that open', async () => {
    const path = await write('zh');
    const sheet = readPart(path, 'xl/worksheets/sheet1.xml');
    expect(sheet).toMatch(/<pane ySplit="1"[^>]*state="frozen"/);
    expect(sheet).toMatch(
      /<\/sheetData><autoFilter ref="A1:[A-Z]+3"\/><hyperlinks><hyperlink ref="[A-Z]2" r:id="/,
    );
    const links = readPart(path, 'xl/worksheets/_rels/sheet1.xml.rels');
    expect(links).toContain(
      `Target="${ROWS[0]?.product?.url.replaceAll('&', '&#38;')}" TargetMode="External"`,
    );
    expect(readPart(path, 'xl/styles.xml')).toMatch(/formatCode="0\.00"[\s\S]*yyyy-mm-dd/);
  });

  it('does not make a link of what is not one', async () => {
    const product = { ...(FOUND.product as Product), url: 'javascript:alert(1)' };
    const path = await write('en', [{ ...FOUND, product }]);
    expect(readPart(path, 'xl/worksheets/sheet1.xml')).not.toContain('hyperlink');
  });
});
