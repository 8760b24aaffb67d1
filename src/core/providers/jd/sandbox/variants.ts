import { HOSTILE_TITLES } from '../../../simulation/titles.js';
import { digits } from '../../../simulation/upstream.js';
import {
  listVariantSamples,
  numberVariants,
  type SandboxVariant,
  showValue,
  varyField,
} from '../../../simulation/variants.js';
import { CATCHES, generateGoods, type SandboxGoods } from './generate.js';

interface Variant extends SandboxVariant {
  /** Fields of goodsInfo; `undefined` takes a field away. */
  readonly info?: Readonly<Record<string, unknown>>;
  readonly skuCount?: number;
  readonly presale?: boolean;
  readonly catch?: SandboxGoods['catch'];
  readonly isNameless?: boolean;
}

/** What numbers have been seen to look like, and worse. */
const ODD_PRICES: readonly unknown[] = [
  '',
  [],
  {},
  null,
  '5??9',
  -1,
  '-1',
  0,
  '0.00',
  '暂无报价',
  '¥99',
  '1,299.00',
  '99.9',
  ' 88 ',
  '1e3',
  0.01,
  19.999,
  99_999_999.99,
  '12345678901234567890',
  true,
];
const ODD_COUNTS: readonly unknown[] = [
  0,
  '',
  [],
  null,
  -5,
  '1284',
  '1.2万',
  '10万+',
  1_000_000_000,
  3.5,
  '热销',
  'NaN',
];
const ODD_RATES: readonly unknown[] = [0.97, 1, 97, '97', '0.98', '97%', 0, 101, -3, '', [], null];
const ODD_STOCK: readonly unknown[] = [0, '0', '1', 33, 2, '', '无货', null, [], true];
const ODD_SPECS: readonly unknown[] = [
  '黑色',
  '颜色：黑色/内存：256GB',
  '颜色:黑色/',
  '颜色:/内存:',
  '尺寸:1:200/颜色:黑',
  '颜色:黑/白/内存:8GB',
  ' 颜色 : 黑色 / 内存 : 256GB ',
  '',
  [],
  null,
  '<b>颜色</b>:红',
  '颜色:\u202e黑',
  ':',
  '/',
  '套餐:A&amp;B',
];
const INFO_FIELDS = [
  'skuId',
  'title',
  'price',
  'lowPrice',
  'couponPrice',
  'monthSales',
  'commentCount',
  'goodCommentRate',
  'isSelf',
  'stockState',
  'skuList',
];
const SKU_COUNTS = [0, 1, 2, 3, 9, 10, 11, 20, 21, 50, 99, 100, 101, 150, 199, 200];

const vary = (field: string, values: readonly unknown[]): Variant[] =>
  varyField(field, values, (info) => ({ info }));

const skuWith = (fields: object) => ({
  skuList: [
    { skuId: 51_000_000_001, specId: '1', specName: '颜色:黑色', price: 59.9, stockState: 1, ...fields },
  ],
});

/** Groups are numbered in this order and only ever grow at their end, so that ids stay what they were. */
const GROUPS: readonly (readonly Variant[])[] = [
  [
    { about: 'sold out', info: { stockState: 0 } },
    { about: 'presale', presale: true },
    { about: 'a coupon that halves the price', info: { price: 200, lowPrice: 199, couponPrice: 99.5 } },
    { about: 'no coupon', info: { couponPrice: 0 } },
    { about: 'no sales yet', info: { monthSales: 0 } },
    { about: 'no reviews yet', info: { commentCount: 0, goodCommentRate: undefined } },
    { about: 'coupon price above the sale price', info: { price: 100, lowPrice: 80, couponPrice: 90 } },
    { about: 'sale price above the list price', info: { price: 80, lowPrice: 100, couponPrice: 0 } },
    { about: 'one price only', info: { lowPrice: undefined, couponPrice: undefined } },
    { about: 'no price at all', info: { price: undefined, lowPrice: undefined, couponPrice: undefined } },
    {
      about: 'only an id',
      info: Object.fromEntries(INFO_FIELDS.slice(1).map((field) => [field, undefined])),
    },
    { about: 'an empty object', info: Object.fromEntries(INFO_FIELDS.map((field) => [field, undefined])) },
    { about: 'a third-party seller', info: { isSelf: 0 } },
    { about: 'self-operated, as text', info: { isSelf: '1' } },
    { about: 'id as text', info: { skuId: '200001015' } },
    { about: 'another id than the one asked for', info: { skuId: 100_000_000_001 } },
    { about: 'id of twenty digits', info: { skuId: digits('12345678901234567890') } },
    { about: 'fields nobody has heard of', info: { newField: { deep: [1, 2] }, price2: 'x' } },
  ],
  HOSTILE_TITLES.map(({ about, title }) => ({ about: `title with ${about}`, info: { title } })),
  vary('price', ODD_PRICES),
  vary('lowPrice', ODD_PRICES),
  vary('couponPrice', ODD_PRICES),
  [...vary('monthSales', ODD_COUNTS), ...vary('commentCount', ODD_COUNTS)],
  vary('goodCommentRate', ODD_RATES),
  vary('stockState', ODD_STOCK),
  INFO_FIELDS.map((field) => ({ about: `no ${field}`, info: { [field]: undefined } })),
  SKU_COUNTS.map((skuCount) => ({ about: `${skuCount} SKUs`, skuCount })),
  vary('skuList', [{}, '', null, [[]], [null], ['x'], [{}], 'none']),
  ODD_SPECS.map((specName) => ({ about: `specName ${showValue(specName)}`, info: skuWith({ specName }) })),
  [...ODD_PRICES, undefined].map((price) => ({
    about: `SKU price ${showValue(price)}`,
    info: skuWith({ price }),
  })),
  [undefined, '', '51000000001', digits('98765432109876543210'), null, []].map((skuId) => ({
    about: `SKU id ${showValue(skuId)}`,
    info: skuWith({ skuId }),
  })),
  vary('title', ['', null, [], {}, 12_345, true]),
  [
    ...CATCHES.map((about) => ({
      about,
      catch: about,
      info: { price: 100, lowPrice: 90, couponPrice: 80 },
    })),
    { about: 'named by its affiliate id only', isNameless: true },
    { about: 'a commission in dialect guide', info: { commission: 12.5, commissionShare: 2.5 } },
    { about: 'a variant that is only a name', info: skuWith({ skuId: undefined }) },
    {
      about: 'a variant that nobody can tell',
      info: skuWith({ skuId: undefined, specId: undefined, specName: undefined }),
    },
    { about: 'flags and stock in words', info: { isSelf: '是', stockState: '有货' } },
    { about: 'flags and stock as booleans', info: { isSelf: false, stockState: false } },
    { about: 'counts as shops write them', info: { monthSales: '1万+', commentCount: '5000+' } },
  ],
];

const VARIANTS = numberVariants(GROUPS);

export const VARIANT_SAMPLES = listVariantSamples(VARIANTS);

/** The product varied by hand that has this id. */
export function findVariant(id: string): SandboxGoods | undefined {
  const variant = VARIANTS.get(id);
  if (!variant) return undefined;
  const { info = {}, skuCount, presale = false, isNameless } = variant;
  const goods = generateGoods(id, skuCount === undefined ? {} : { skuCount });
  return { ...goods, presale, catch: variant.catch, isNameless, info: { ...goods.info, ...info } };
}
