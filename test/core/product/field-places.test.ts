import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { getColumns, toTableRows } from '../../../src/core/batch/output/output-columns.js';
import type { Product, ProductFacts } from '../../../src/core/product/product.js';
import { formatResult, type Result } from '../../../src/core/product/result.js';
import { normalizeGoodsInfo } from '../../../src/core/providers/jd-union/guide/normalize.js';
import { GoodsInfo } from '../../../src/core/providers/jd-union/guide/schema.js';
import { normalizeGoods } from '../../../src/core/providers/pdd-jumdata/normalize.js';
import { Goods } from '../../../src/core/providers/pdd-jumdata/schema.js';

const ROOT = join(import.meta.dirname, '../../..');
const recorded = JSON.parse(readFileSync(join(ROOT, 'test/fixtures/jumdata-goods-detail.ok.json'), 'utf8'));

/** The fields that the guide's table and its example of a variant name. */
const GUIDE = {
  skuId: '100012345678',
  title: 'Mate X5 折叠屏',
  price: 6999,
  lowPrice: 5999,
  couponPrice: 5899,
  monthSales: 120,
  commentCount: 5000,
  goodCommentRate: 98,
  isSelf: 1,
  stockState: 1,
  skuList: [
    {
      skuId: '1000123456789',
      specId: '12345',
      specName: '颜色:黑色/内存:256GB',
      price: 5999.0,
      stockState: 1,
    },
  ],
};

/** What the recording leaves empty, filled, so that the place of every field can be looked at. */
const FILLED = {
  ...recorded.data,
  cate_name: '奶粉',
  sub_sections: ['小节'],
  section_list: ['版块'],
  group: ['2人团'],
  activity: ['年货节'],
  goods_name_suffix: '新日期',
  goods_comment_text: '931条评价',
  service_promise: '7天无理由退货',
  goods_star: '4.8',
  mall_data_dsr: '4.7',
  pre_sale_stamp: '6月18日',
  sku_products: recorded.data.sku_products.map((row: object) => ({
    ...row,
    sku_pre_sale_time: '6月18日',
    sku_pre_sale_tip: '7天内发货',
  })),
};

interface Place {
  readonly field: string;
  readonly json: string | undefined;
  readonly column: string | undefined;
  readonly about: string;
}

/** The rows of the tables of `docs/fields.md`, by the heading they stand under. */
function readPlaces(heading: string): Place[] {
  const text = readFileSync(join(ROOT, 'docs/fields.md'), 'utf8');
  const section = text.split(/^## /m).find((part) => part.startsWith(heading)) ?? '';
  return section.split('\n').flatMap((line) => {
    const cells = line.split('|').map((cell) => cell.trim());
    const [, field = '', json = '', column = '', about = ''] = cells;
    const name = (cell: string) => /^`(.+)`$/.exec(cell)?.[1];
    const known = name(field);
    return known ? [{ field: known, json: name(json), column: name(column), about }] : [];
  });
}

/** Every field of an answer by its path; lists and keys that are ids count once. */
function listFields(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) {
    const inner = value.flatMap((entry) => (isObject(entry) ? listFields(entry, `${path}[]`) : [path]));
    return inner.length > 0 ? inner : [path];
  }
  if (!isObject(value)) return [path];
  return Object.entries(value).flatMap(([key, entry]) =>
    listFields(entry, [path, /^\d+$/.test(key) ? '<id>' : key].filter(Boolean).join('.')),
  );
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

function hasPath(value: unknown, path: string): boolean {
  const [step = '', ...rest] = path.split('.');
  const key = step.replace('[]', '');
  const found = isObject(value) ? (value as Record<string, unknown>)[key] : undefined;
  if (rest.length === 0) return found !== undefined;
  return step.endsWith('[]')
    ? Array.isArray(found) && found.some((entry) => hasPath(entry, rest.join('.')))
    : hasPath(found, rest.join('.'));
}

function toResult(facts: ProductFacts, receipt?: Product['receipt']): Result {
  const product = { ...facts, platform: 'x', url: '', source: 'x', fetchedAtMs: 0, receipt };
  return { input: 'x', outcome: 'ok', platform: 'x', id: facts.id, product };
}

describe.each([
  [
    'jumdata',
    listFields(recorded),
    toResult(normalizeGoods(Goods.parse(FILLED), '8420152864'), {
      billed: recorded.charge,
      trace: recorded.taskNo,
    }),
  ],
  ['JD, dialect guide', listFields(GUIDE), toResult(getFacts())],
] as const)('docs/fields.md on %s', (heading, fields, result) => {
  const places = readPlaces(heading);

  it('names every field of the answer once, and no other', () => {
    expect(places.map(({ field }) => field).sort()).toEqual([...new Set(fields)].sort());
  });

  it('says where each goes, or why it goes nowhere', () => {
    const idle = places.filter(({ json, about }) => json === undefined && about === '');
    expect(idle).toEqual([]);
  });

  it('names places that are there', () => {
    const json = formatResult(result);
    const missing = places.filter((place) => place.json !== undefined && !hasPath(json, place.json));
    expect(missing.map(({ field, json: place }) => `${field} in ${place}`)).toEqual([]);
  });

  it('names columns that are there, and filled', () => {
    const names = getColumns('sku').map(({ name }) => name);
    const filled = toTableRows({ line: 1, ...result }, 'sku').flatMap((cells) =>
      names.filter((_, at) => cells[at] !== undefined),
    );
    const missing = places.filter(({ column }) => column !== undefined && !filled.includes(column));
    expect(missing.map(({ field, column }) => `${field} in ${column}`)).toEqual([]);
  });
});

function getFacts(): ProductFacts {
  const facts = normalizeGoodsInfo(GoodsInfo.parse(GUIDE), undefined);
  if (!facts) throw new Error('nothing was read');
  return facts;
}
