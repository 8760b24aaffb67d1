import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { getColumns, toTableRows } from '../../../src/core/batch/output/output-columns.js';
import type { Product, ProductFacts, Sku } from '../../../src/core/product/product.js';
import { formatResult, type Result } from '../../../src/core/product/result.js';
import type { GuideGateway } from '../../../src/core/providers/jd/guide/gateway.js';
import { createShopCall } from '../../../src/core/providers/jd-union/guide/calls.js';
import { normalizeGoodsInfo } from '../../../src/core/providers/jd-union/guide/normalize.js';
import { GoodsInfo } from '../../../src/core/providers/jd-union/guide/schema.js';
import { normalizeGoods } from '../../../src/core/providers/pdd-jumdata/normalize.js';
import { Goods } from '../../../src/core/providers/pdd-jumdata/schema.js';
import { listCardLines } from '../../../src/telegram/cards/card.js';
import { createView } from '../../helpers/telegram/products.js';

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
  commission: 12.5,
  commissionShare: 5,
  commissionInfo: { commission: 12.5, commissionShare: 5 },
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
  readonly card: string | undefined;
  readonly about: string;
}

/** The rows of the tables of `docs/fields.md`, by the heading they stand under. */
function readPlaces(heading: string): Place[] {
  const text = readFileSync(join(ROOT, 'docs/fields.md'), 'utf8');
  const section = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  return section.split('\n').flatMap((line) => {
    const cells = line.split('|').map((cell) => cell.trim());
    const [, field = '', json = '', column = '', card = '', about = ''] = cells;
    const name = (cell: string) => /^`(.+)`$/.exec(cell)?.[1];
    const known = name(field);
    return known ? [{ field: known, json: name(json), column: name(column), card: name(card), about }] : [];
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
    'jumdata: product detail',
    listFields(recorded),
    toResult(normalizeGoods(Goods.parse(FILLED), '8420152864'), {
      billed: recorded.charge,
      trace: recorded.taskNo,
    }),
  ],
  ['JD, dialect guide: `goodsInfo`', listFields(GUIDE), toResult(getFacts())],
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

  it('names lines of the card that are there', () => {
    const { product } = result;
    if (!product) throw new Error('there is no product');
    const view = { ...createView(), isForOperator: true };
    const shown = listCardLines({ ...product, skus: [...(product.skus ?? []), SECOND_SKU] }, view);
    const lines = shown.filter(({ text }) => text?.text).map(({ name }) => name);
    const there = [...lines, ...(product.image === undefined ? [] : ['photo'])];
    const missing = places.filter(({ card }) => card !== undefined && !there.includes(card));
    expect(missing.map(({ field, card }) => `${field} in ${card}`)).toEqual([]);
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

describe('docs/fields.md on the shop listing', () => {
  const listed = { result: { goods_list: [GUIDE, { title: 'without an id' }], total: 106 } };
  const places = readPlaces('JD, dialect guide: shop listing');

  it('names every field once, and places that are there', () => {
    expect(places.map(({ field }) => field)).toEqual(['result.goods_list[]', 'result.total']);
    const call = createShopCall(GATEWAY, TOKEN, { shopId: '1', page: 1, size: 100 });
    const body = { jingdong_goods_search_responce: listed };
    const page = call.read({ status: 200, text: '', json: () => body });
    const ids = page.products.map(({ id }) => id);
    expect({ ...page, products: ids }).toEqual({ total: 106, skipped: 1, products: [GUIDE.skuId] });
    expect(places.filter(({ json = '' }) => !hasPath(page, json.replace('[]', '')))).toEqual([]);
  });
});

/** A card lists variants from two on. */
const SECOND_SKU: Sku = {
  ...{ name: '白色', attributes: [], prices: [{ kind: 'list', amountFen: 599_900 }] },
};

const TOKEN = { get: async () => '', expire: async () => undefined };
const GATEWAY: GuideGateway = {
  ...{ url: '', appKey: 'k', appSecret: 's', signForm: 'sha256-wrap', paramJson: 'text' },
};

function getFacts(): ProductFacts {
  const facts = normalizeGoodsInfo(GoodsInfo.parse(GUIDE), undefined);
  if (!facts) throw new Error('nothing was read');
  return facts;
}
