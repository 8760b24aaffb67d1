import { HOSTILE_TITLES } from '../../../simulation/titles.js';
import { digits } from '../../../simulation/upstream.js';
import {
  listVariantSamples,
  numberVariants,
  type SandboxVariant,
  showValue,
  varyField,
} from '../../../simulation/variants.js';
import { generateGoods, type SandboxGoods } from './generate.js';

interface Variant extends SandboxVariant {
  /** Fields of `data`; `undefined` takes a field away. */
  readonly data?: SandboxGoods;
  /** Fields of the object `price`, in fen. */
  readonly price?: SandboxGoods;
  readonly skuCount?: number;
}

const ODD_PRICES: readonly unknown[] = [
  '',
  [],
  {},
  null,
  '5??9',
  -1,
  '-1.0',
  0,
  '0.0',
  '15.60元',
  '1,299.0',
  '9.999',
  '1e3',
  true,
];
/** What stands in the table of count strings, and what no table foresees. */
const SALES_TIPS: readonly unknown[] = [
  '已拼1284件',
  '已拼1,230件',
  '已拼1.2万件',
  '已拼0.5万件',
  '已拼10万+件',
  '已拼77.2万+件',
  '已拼5243+件',
  '总售5.3万+件',
  '已抢11.3万+件',
  '热销128件',
  '已售1000+',
  '50000+已售',
  '全店总售172万+件',
  '本店已拼900万+件',
  '1245人已拼',
  '1千+',
  '5.33万',
  '800+件',
  '已售罄',
  '万人已拼',
  '',
  [],
  null,
  123,
];
const ABSENT_FIELDS = [
  'goods_id',
  'goods_name',
  'title',
  'price',
  'prices',
  'original_price',
  'sales_tip',
  'goods_comment',
  'quantity',
  'mall_id',
  'mall_name',
  'sku_products',
  'main_figures',
  'thumb',
  'properties',
  'promotion',
  'is_onsale',
  'postage',
];
const OBJECT_FIELDS = ['price', 'promotion', 'properties', 'sku_products', 'main_figures', 'detail_figuers'];
const SKU_COUNTS = [0, 1, 2, 3, 10, 11, 50, 100, 150, 199, 200];

const vary = (field: string, values: readonly unknown[]): Variant[] =>
  varyField(field, values, (data) => ({ data }));

const skuWith = (fields: object): SandboxGoods => ({
  sku_products: [
    {
      id: 1_407_684_908_279,
      is_sale: 1,
      quantity: 5,
      group_price: '15.6',
      price: '21.0',
      specs: [{ pname: '组合', values: { vid: 1, vname: '1袋' }, pid: 2774 }],
      ...fields,
    },
  ],
});
const readSkus = ({ sku_products }: SandboxGoods) => (Array.isArray(sku_products) ? sku_products : []);
const varySku = (field: string, values: readonly unknown[]): Variant[] =>
  values.map((value) => ({ about: `SKU ${field} ${showValue(value)}`, data: skuWith({ [field]: value }) }));

/** Groups are numbered in this order and only ever grow at their end, so that ids stay what they were. */
const GROUPS: readonly (readonly Variant[])[] = [
  [
    { about: 'sold out', data: { quantity: 0, ...skuWith({ quantity: 0 }) } },
    { about: 'off sale', data: { is_onsale: 0 } },
    { about: 'presale', data: { is_pre_sale: 1, pre_sale_stamp: '1893456000' } },
    { about: 'subsidised (百亿补贴)', data: { is_subsidy: 1 } },
    { about: 'price after coupon', price: { new_price_prefix: '券后' } },
    { about: 'no sales yet', data: { sales_tip: '', side_sales_tip: '' } },
    { about: 'sales in the side tip', data: { sales_tip: '', side_sales_tip: '已拼3.4万+件' } },
    { about: 'no reviews yet', data: { goods_comment: 0 } },
    { about: 'one SKU off sale', data: skuWith({ is_sale: 0 }) },
    { about: 'SKU of presale', data: skuWith({ is_sku_pre_sale: 1, sku_pre_sale_tip: '7天内发货' }) },
    {
      about: 'SKU of two specifications',
      data: skuWith({
        specs: [
          { pname: '颜色', values: { vid: 1, vname: '红' } },
          { pname: '尺码', values: { vid: 2, vname: 'XL' } },
        ],
      }),
    },
    { about: 'ids as text', data: { goods_id: '200001012', ...skuWith({ id: '1407684908279' }) } },
    { about: 'SKU id of twenty digits', data: skuWith({ id: digits('98765432109876543210') }) },
    { about: 'another id than the one asked for', data: { goods_id: 8_420_152_864 } },
    {
      about: 'only an id',
      data: Object.fromEntries(ABSENT_FIELDS.slice(1).map((field) => [field, undefined])),
    },
    { about: 'fields nobody has heard of', data: { new_field: { deep: [1, 2] }, price2: 'x' } },
    { about: 'shop name with markup', data: { mall_name: '<b>店</b>\u202e铺@everyone' } },
    {
      about: 'promotion with markup',
      data: {
        promotion: {
          mall_promotion_new_cell: {
            cell_detail_list: [
              { copy_writing: '<a href="https://evil.example">领券</a>' },
              { copy_writing: '' },
              {},
            ],
          },
        },
      },
    },
    {
      about: 'images on foreign hosts',
      data: { main_figures: ['https://evil.example/a.jpg'], thumb: 'javascript:alert(1)' },
    },
    {
      about: 'images without scheme',
      data: { main_figures: ['//img.pddpic.com/a.jpeg'], thumb: '//img.pddpic.com/b.jpeg' },
    },
  ],
  HOSTILE_TITLES.map(({ about, title }) => ({
    about: `title with ${about}`,
    data: { goods_name: title, title, share_title: title, desc: title },
  })),
  vary('sales_tip', SALES_TIPS),
  vary('prices', ODD_PRICES),
  vary('original_price', ODD_PRICES),
  ODD_PRICES.map((value) => ({
    about: `all prices in fen ${showValue(value)}`,
    price: Object.fromEntries(
      [
        'min_group_price',
        'max_group_price',
        'min_on_sale_group_price',
        'max_on_sale_group_price',
        'line_price',
        'min_normal_price',
        'max_normal_price',
        'min_on_sale_normal_price',
        'max_on_sale_normal_price',
      ].map((field) => [field, value]),
    ),
  })),
  varySku('group_price', ODD_PRICES),
  varySku('price', ODD_PRICES),
  varySku('specs', [
    [],
    '',
    null,
    {},
    [{}],
    [{ pname: '组合' }],
    [{ pname: '', values: { vname: '' } }],
    [{ pname: '组合', values: [] }],
  ]),
  varySku('quantity', [0, -1, '', '56', null, 10 ** 9, 3.5]),
  ABSENT_FIELDS.map((field) => ({ about: `no ${field}`, data: { [field]: undefined } })),
  OBJECT_FIELDS.flatMap((field) => vary(field, [[], '', null])),
  SKU_COUNTS.map((skuCount) => ({ about: `${skuCount} SKUs`, skuCount })),
  [
    {
      about: 'counts as shops write them',
      data: { quantity: '100+', goods_comment: '1.2万', mall_goods_num: '1千+', sold_total: '5万+' },
    },
    { about: 'flags as words', data: { is_onsale: 'true', is_subsidy: '是', is_pre_sale: false } },
    { about: 'two list prices', data: { original_price: 99 }, price: { line_price: 12_900 } },
    { about: 'a price that is none of the others', data: { prices: 0.5 } },
    { about: 'a label of the price that nobody knows', price: { new_price_prefix: '补贴价' } },
    { about: 'more sold than the tip says', data: { sales_tip: '已拼10万+件', sold_total: 123_456 } },
    { about: 'reviews in words', data: { goods_comment: 0, goods_comment_text: '931条评价' } },
    { about: 'a variant that is only a name', data: skuWith({ id: '', skus: '' }) },
    {
      about: 'a variant of presale, with a coupon that nobody explains',
      data: skuWith({ is_sku_pre_sale: 1, sku_pre_sale_time: 1_893_456_000, coupon: '满100减5' }),
    },
    {
      about: 'one variant twice',
      data: { sku_products: [skuWith({}), skuWith({ group_price: '9.9' })].flatMap(readSkus) },
    },
  ],
];

const VARIANTS = numberVariants(GROUPS);

export const VARIANT_SAMPLES = listVariantSamples(VARIANTS);

/** The product varied by hand that has this id. */
export function findVariant(id: string): SandboxGoods | undefined {
  const variant = VARIANTS.get(id);
  if (!variant) return undefined;
  const goods = generateGoods(id, variant.skuCount);
  const price = variant.price && { ...(goods['price'] as object), ...variant.price };
  return { ...goods, ...(price && { price }), ...variant.data };
}
