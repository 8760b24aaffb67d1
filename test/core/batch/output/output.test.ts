import { spawnSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { readSheet } from 'read-excel-file/node';
import { describe, expect, it } from 'vitest';
import { checkOutput, type Output, writeOutput } from '../../../../src/core/batch/output/output.js';
import { getColumns } from '../../../../src/core/batch/output/output-columns.js';
import { parseOutputFormat } from '../../../../src/core/batch/output/output-format.js';
import type { Row } from '../../../../src/core/batch/output/row.js';
import { NotFoundError } from '../../../../src/core/errors.js';
import { formatCsvLine } from '../../../../src/core/text/csv-cells.js';
import { WORDS } from '../../../../src/core/words/index.js';
import { createProduct, createRow, stream } from '../../../helpers/batch/products.js';
import { createFolder } from '../../../helpers/batch/reading.js';

const FAILED: Row = {
  line: 9,
  input: '=evil()',
  outcome: 'not_found',
  platform: 'red',
  id: '9',
  error: new NotFoundError('no such product'),
};

async function write(
  name: string,
  rows: readonly Row[],
  changes: Partial<Output> & { readonly complete?: boolean } = {},
) {
  const { complete = true, ...output } = changes;
  const path = join(createFolder(), name);
  const all: Output = {
    path,
    format: parseOutputFormat(name),
    rows: 'product',
    detail: 'summary',
    ...output,
  };
  return writeOutput(stream(rows), all, complete);
}

const readCsv = (path: string): Record<string, string>[] =>
  parse(readFileSync(path), { bom: true, columns: true, record_delimiter: '\r\n' });

describe('writeOutput', () => {
  it('removes what killed processes left half written, and nothing of the living', async () => {
    const folder = createFolder();
    const dead = spawnSync(process.execPath, ['--version']).pid;
    const names = [
      `.o.csv.${dead}-0a1b2c3d`,
      `.o.csv.${dead}-${1e9}-0a1b2c3d`,
      `.o.csv.${process.pid}-0a1b2c3d`,
      '.o.csv.mine',
      `.p.csv.${dead}-0a1b2c3d`,
    ];
    for (const name of names) writeFileSync(join(folder, name), 'half');
    // Another container's, and two days old.
    const foreign = join(folder, `.o.csv.${process.pid}-${1e9}-0a1b2c3d`);
    writeFileSync(foreign, 'half');
    utimesSync(foreign, Date.now() / 1000 - 172_800, Date.now() / 1000 - 172_800);
    const output = {
      path: join(folder, 'o.csv'),
      format: 'csv',
      rows: 'product',
      detail: 'summary',
    } as const;
    await writeOutput(stream([createRow(1)]), output, true);
    expect(readdirSync(folder).sort()).toEqual([...names.slice(1), 'o.csv'].sort());
  });

  it('writes one JSON line per input line', async () => {
    const path = await write('a.jsonl', [createRow(1), FAILED]);
    const lines = readFileSync(path, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines[0]).toMatchObject({
      line: 1,
      input: '100000000001',
      outcome: 'ok',
      product: { price: { amount: 99.9, kind: 'sale' } },
    });
    expect(lines[1]).toEqual({
      line: 9,
      input: '=evil()',
      outcome: 'not_found',
      platform: 'red',
      id: '9',
      error: { code: 'not_found', message: 'no such product', retryable: false },
    });
  });

  it('writes a table that Excel opens: mark, CRLF, ids as text', async () => {
    const path = await write('a.csv', [createRow(1), FAILED]);
    const text = readFileSync(path, 'utf8');
    expect(text.startsWith('\uFEFFline,input,outcome,platform,id,title,price,')).toBe(true);
    expect(text.split('\r\n')[1]).toContain('"100000000001\t"');
    const [ok, failed] = readCsv(path);
    expect(ok).toMatchObject({
      line: '1',
      id: '100000000001\t',
      price: '99.9',
      price_kind: 'sale',
      list_price: '199',
      fetched_at: '2026-01-02T03:04:05.000Z',
    });
    expect(failed).toMatchObject({
      input: "'=evil()",
      outcome: 'not_found',
      price: '',
      error_code: 'not_found',
      error: 'no such product',
    });
  });

  it('writes a row per SKU when asked, with what the SKU has of its own next to what the product has', async () => {
    const skus = [
      {
        id: '300000000001',
        specId: '12345\t',
        name: '红',
        attributes: [],
        prices: [
          { kind: 'single' as const, amountFen: 150 },
          { kind: 'sale' as const, amountFen: 100 },
        ],
      },
      {
        id: '300000000002',
        name: '蓝',
        attributes: [],
        prices: [],
        stock: { status: 'out_of_stock' as const },
      },
    ];
    const path = await write('a.csv', [createRow(1, { skus, stock: { status: 'in_stock' } }), createRow(2)], {
      rows: 'sku',
    });
    expect(
      readCsv(path).map(({ line, sku_id, sku_name, price, stock }) => [line, sku_id, sku_name, price, stock]),
    ).toEqual([
      ['1', '300000000001\t', '红', '99.9', 'in_stock'],
      ['1', '300000000002\t', '蓝', '99.9', 'out_of_stock'],
      ['2', '', '', '99.9', ''],
    ]);
    expect(
      readCsv(path).map(({ spec_id, sku_price, sku_price_kind, sku_prices }) => [
        ...[spec_id, sku_price, sku_price_kind, sku_prices],
      ]),
    ).toEqual([
      ['12345\t', '1', 'sale', 'single 1.5 | sale 1'],
      ['', '', '', ''],
      ['', '', '', ''],
    ]);
  });

  it('writes a workbook with ids as text and prices as numbers', async () => {
    const path = await write('a.xlsx', [createRow(1), FAILED]);
    const [header, ok, failed] = await readSheet(path);
    const at = (name: string) => header?.indexOf(WORDS.en.columns[name] ?? '') ?? -1;
    expect([ok?.[at('id')], ok?.[at('price')], ok?.[at('title')]]).toEqual([
      '100000000001',
      99.9,
      '商品 100000000001',
    ]);
    expect(failed?.[at('input')]).toBe('=evil()');
  });

  it('names an unfinished one .partial, and removes that when it is complete', async () => {
    const path = join(createFolder(), 'a.csv');
    const output: Output = { path, format: 'csv', rows: 'product', detail: 'summary' };
    expect(await writeOutput(stream([createRow(1)]), output, false)).toBe(`${path}.partial`);
    expect(existsSync(path)).toBe(false);
    expect(await writeOutput(stream([createRow(1)]), output, true)).toBe(path);
    expect(readdirSync(join(path, '..'))).toEqual(['a.csv']);
  });

  it.each(['a.csv', 'a.jsonl', 'a.xlsx'])(
    'leaves an existing %s alone when it fails half way',
    async (name) => {
      const path = join(createFolder(), name);
      writeFileSync(path, 'precious');
      async function* fail(): AsyncGenerator<Row> {
        yield createRow(1);
        throw new Error('the journal is gone');
      }
      const output: Output = { path, format: parseOutputFormat(name), rows: 'product', detail: 'summary' };
      await expect(writeOutput(fail(), output, true)).rejects.toThrow();
      expect(readFileSync(path, 'utf8')).toBe('precious');
      expect(readdirSync(join(path, '..'))).toEqual([name]);
    },
  );

  it('refuses a workbook that is too long', async () => {
    async function* many(): AsyncGenerator<Row> {
      for (let line = 0; line <= 100_000; line += 1) yield { line, input: '', outcome: 'ok' };
    }
    const output: Output = {
      path: join(createFolder(), 'a.xlsx'),
      format: 'xlsx',
      rows: 'sku',
      detail: 'summary',
    };
    await expect(writeOutput(many(), output, true)).rejects.toThrow('at most 100,000 rows');
  });
});

describe("the user's own columns", () => {
  const own = (cells: readonly string[], hasLongNumbers = false) => ({
    columns: [
      { name: 'title', hasLongNumbers: false },
      { name: '负责人', hasLongNumbers: false },
      { name: '条码', hasLongNumbers },
      { name: '进价', hasLongNumbers: false },
    ],
    cells,
  });
  const rows = [
    { ...createRow(1), own: own(['mine', '=evil()', '6901234567892', '-3.5'], true) },
    { ...FAILED, own: own(['', '张三', '0123', '1200'], true) },
  ];

  it('follow in csv under their names, renamed on a clash, formulas dead', async () => {
    const [first, second] = readCsv(await write('a.csv', rows));
    expect(first).toMatchObject({
      ...{ 'title（原表）': 'mine', 负责人: "'=evil()", 条码: '6901234567892\t', 进价: '-3.5' },
    });
    expect(second).toMatchObject({ 负责人: '张三', 条码: '0123\t', 进价: '1200', input: "'=evil()" });
  });

  it('follow in a workbook, numbers as numbers and codes as text', async () => {
    const [header = [], first = [], second = []] = await readSheet(await write('a.xlsx', rows));
    // By the first one the user knows their products: it stands where the input does else.
    expect(header.slice(0, 3)).toEqual(['Row', 'title（原表）', 'Product']);
    expect([first[1], second[1]]).toEqual(['mine', null]);
    const place = header.indexOf('负责人');
    const end = place + 3;
    expect(header.slice(place, end)).toEqual(['负责人', '条码', '进价']);
    expect(first.slice(place, end)).toEqual(['=evil()', '6901234567892', -3.5]);
    expect(second.slice(place, end)).toEqual(['张三', '0123', 1200]);
  });

  it('are left out when they are not wanted', async () => {
    expect(Object.keys(readCsv(await write('a.csv', rows, { keep: false }))[0] ?? {})).not.toContain(
      '负责人',
    );
  });
});

describe('ids in csv', () => {
  it('are all kept as text, short ones too, or none of them', async () => {
    const both = [createRow(1), { ...FAILED, id: '123456' }];
    expect(readCsv(await write('a.csv', both)).map(({ id }) => id)).toEqual(['100000000001\t', '123456\t']);
    expect(readCsv(await write('a.csv', both, { plain: true })).map(({ id }) => id)).toEqual([
      ...['100000000001', '123456'],
    ]);
  });
});

describe('a file that is there already', () => {
  const check = (path: string, options: Parameters<typeof checkOutput>[1]) =>
    checkOutput({ path, format: parseOutputFormat(path) }, options);

  it('is not replaced unless it may be', async () => {
    const path = join(createFolder(), 'a.csv');
    writeFileSync(path, 'mine');
    await expect(check(path, { mayReplace: false })).rejects.toThrow('replace it with --force');
    await expect(check(path, { mayReplace: true })).resolves.toBeUndefined();
  });

  it('is never the list itself, under whatever name', async () => {
    const folder = createFolder();
    const list = join(folder, 'list.csv');
    writeFileSync(list, 'sku\n');
    symlinkSync(list, join(folder, 'alias.csv'));
    for (const path of [list, join(folder, 'alias.csv'), join(folder, '.', 'list.csv')]) {
      await expect(check(path, { inputPath: list, mayReplace: true })).rejects.toThrow('is the list itself');
    }
  });

  it('is written where its link leads, and the link stays', async () => {
    const folder = createFolder();
    const target = join(createFolder(), 'target.csv');
    const path = join(folder, 'a.csv');
    symlinkSync(target, path);
    for (const content of ['not there yet', 'there already']) {
      await writeOutput(
        stream([createRow(1)]),
        { path, format: 'csv', rows: 'product', detail: 'summary' },
        true,
      );
      expect(readFileSync(target, 'utf8'), content).toContain('100000000001');
      expect(lstatSync(path).isSymbolicLink()).toBe(true);
    }
  });
});

describe('checkOutput', () => {
  const check = (path: string, lines = 1) =>
    checkOutput({ path, format: parseOutputFormat(path) }, { rows: lines });

  it('passes where it can be written, and leaves nothing behind', async () => {
    const folder = createFolder();
    await check(join(folder, 'a.csv'));
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    ['a missing folder', () => '/nowhere/at/all/a.csv', 'its folder does not exist'],
    [
      'a file for a folder',
      () => {
        const path = join(createFolder(), 'f');
        writeFileSync(path, '');
        return join(path, 'a.csv');
      },
      'its folder is a file',
    ],
    [
      'a folder for a file',
      () => {
        const path = join(createFolder(), 'a.csv');
        mkdirSync(path);
        return path;
      },
      'is not a regular file',
    ],
    ['an unknown format', () => 'a.pdf', 'must end in .jsonl, .csv or .xlsx'],
  ])('refuses %s before anything is sent', async (_, create, message) => {
    await expect(async () => check(create())).rejects.toThrow(message);
  });

  it('refuses a workbook for more lines than it holds', async () => {
    await expect(check(join(createFolder(), 'a.xlsx'), 100_001)).rejects.toThrow('choose csv or jsonl');
  });
});

describe('formatCsvLine', () => {
  it.each(['=1+1', '+1', '-1', '@a', '\t=1', '\r=1', ' =1', '＝1', '＋1', '－1', '＠a'])(
    'defuses %j',
    (text) => {
      const [[cell]] = parse(formatCsvLine([text]), { record_delimiter: '\r\n' }) as [[string]];
      expect(cell).toBe(`'${text}`);
    },
  );

  it('never writes a cell that a spreadsheet would run, and loses none', () => {
    const text = fc.string({
      unit: fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', '"', ',', ' ', "'", 'a', '中', '1'),
    });
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (cells) => {
        const [row = []] = parse(formatCsvLine(cells), { record_delimiter: '\r\n' }) as string[][];
        expect(row).toHaveLength(cells.length);
        for (const [at, cell] of row.entries()) {
          expect(cell).not.toMatch(/^[\s]*[=+\-@]/);
          expect([cells[at], `'${cells[at]}`]).toContain(cell);
        }
      }),
    );
  });

  it.each([
    ['12345678901', '12345678901'],
    ['123456789012', '123456789012\t'],
    ['-oops', "'-oops"],
  ])('writes the id %s so that it stays what it is', (id, cell) => {
    expect(parse(formatCsvLine([id]), { record_delimiter: '\r\n' })).toEqual([[cell]]);
  });
});

describe('getColumns', () => {
  it('has a name and an explanation for each, no name twice', () => {
    for (const rows of ['product', 'sku'] as const) {
      const names = getColumns(rows).map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
      for (const { name, about } of getColumns(rows)) expect([name, about]).not.toContain('');
    }
    expect(getColumns('sku').length).toBe(getColumns('product').length + 6);
  });

  it('fills every column for a product with everything', () => {
    const full = createProduct('100000000001', {
      image: 'i',
      prices: (['list', 'sale', 'coupon', 'group', 'single', 'member', 'cost'] as const).map((kind) => ({
        kind,
        amountFen: 1,
      })),
      sales: { count: 1, atLeast: false, approximate: false, scope: 'item', text: '1', period: 'total' },
      reviews: { count: 1, goodRatePercent: 99 },
      stock: { status: 'in_stock', quantity: 3, regions: [{ name: '广东', quantity: 2 }] },
      coupons: [{ amountFen: 3000, thresholdFen: 30000, to: '2026-06-30' }],
      subsidy: false,
      delivery: ['d'],
      categories: [{ id: '1', name: '食品' }, { id: '2' }],
      attributes: [{ name: '品牌', values: ['三元', '其他'] }],
      images: ['i', 'j'],
      shop: { id: '1', name: 's', selfOperated: true },
      commission: { amountFen: 1, ratePercent: 2 },
      promotions: ['p'],
      notes: [{ en: 'n', zh: '注' }],
      cached: true,
      sandbox: true,
      skus: [{ id: '2', specId: '3', name: 'n', attributes: [], prices: [{ kind: 'single', amountFen: 5 }] }],
    });
    const row: Row = {
      line: 1,
      input: 'x',
      outcome: 'ok',
      platform: 'red',
      id: full.id,
      product: full,
      sandbox: true,
    };
    const entry = { row, product: full, sku: full.skus?.[0] };
    const cells = Object.fromEntries(getColumns('sku').map(({ name, value }) => [name, value(entry)]));
    const empty = Object.keys(cells).filter((name) => cells[name] === undefined);
    // A cached answer is billed to nobody.
    expect(empty).toEqual(['billed', 'error_code', 'error']);
    expect(cells).toMatchObject({
      coupon_condition: '30 off 300 to 2026-06-30',
      sales_unit: 'item',
      stock_regions: '广东: 2',
      category: '食品 > 2',
      attributes: '品牌: 三元, 其他',
      images: 'i | j',
      sku_price: 0.05,
      sku_price_kind: 'single',
    });
  });

  it('says of each line whether it was billed', () => {
    const isBilled = (row: Row) =>
      getColumns('product')
        .find(({ name }) => name === 'billed')
        ?.value({ row });
    const product = createProduct('100000000001', { receipt: { billed: true } });
    expect(isBilled({ line: 1, input: 'x', outcome: 'ok', product })).toBe(true);
    expect(
      isBilled({ line: 1, input: 'x', outcome: 'ok', product: { ...product, cached: true } }),
    ).toBeUndefined();
  });
});
