import { HOSTILE_TITLES } from '../../../simulation/titles.js';
import {
  listVariantSamples,
  numberVariants,
  type SandboxVariant,
  varyField,
} from '../../../simulation/variants.js';
import { generateItem, type SandboxItem } from './generate.js';

/** What is put over the generated product; `undefined` takes a field away. */
interface Variant extends SandboxVariant {
  readonly part: keyof SandboxItem;
  readonly fields: Readonly<Record<string, unknown>>;
}

const ODD_PRICES: readonly unknown[] = [
  '',
  [],
  null,
  '0.00',
  '5??9',
  -1,
  '¥99',
  '1,299.00',
  '99.9',
  ' 88 ',
  99,
  0.01,
  '19.999',
  '99999999.99',
  '暂无报价',
  undefined,
];
const ODD_COUNTS: readonly unknown[] = [
  0,
  '',
  null,
  -5,
  '1284',
  '1.2万',
  '10万+',
  3.5,
  '热销',
  [],
  undefined,
];
const ODD_RATES: readonly unknown[] = ['5.50', 5.5, '0.00', '90.00', '', null, 'x', -1, undefined];
const ODD_TEXTS: readonly unknown[] = ['', null, [], {}, 12_345, undefined, '<b>x</b>', '\u202e倒'];
const BASIC_FIELDS = [
  'title',
  'short_title',
  'pict_url',
  'small_images',
  'shop_title',
  'seller_id',
  'user_type',
  'brand_name',
  'provcity',
  'volume',
  'annual_vol',
  'free_shipment',
];

const vary = (part: keyof SandboxItem, field: string, values: readonly unknown[]): Variant[] =>
  varyField(field, values, (fields) => ({ part, fields }));

const price = (about: string, fields: object): Variant => ({
  about,
  part: 'price_promotion_info',
  fields: { ...fields },
});

const promotion = (fields: object) => ({
  final_promotion_path_list: {
    final_promotion_path_map_data: [
      { promotion_title: '商品券', promotion_desc: '满79减10', promotion_fee: '10.00', ...fields },
    ],
  },
});

/** Groups are numbered in this order and only ever grow at their end, so that ids stay what they were. */
const GROUPS: readonly (readonly Variant[])[] = [
  [
    price('no promotion', {
      final_promotion_path_list: undefined,
      zk_final_price: '79.00',
      final_promotion_price: '79.00',
    }),
    price('a final price above the sale price', { zk_final_price: '79.00', final_promotion_price: '89.00' }),
    price('a government subsidy (国补)', { gov_subsidy: { title: '国补', desc: '立减15%' } }),
    price('a price for two pieces', {
      predict_rounding_up_price: '64.50',
      predict_rounding_up_price_desc: '需买2件',
    }),
    price('promotions still to come', {
      more_promotion_list: {
        more_promotion_map_data: [{ promotion_title: '88VIP', promotion_desc: '95折' }],
      },
    }),
    price('a promotion without an amount', promotion({ promotion_fee: undefined })),
    price('a promotion that is not a coupon', promotion({ promotion_title: '立减' })),
    price('a promotion whose times cannot be read', promotion({ promotion_end_time: '明天' })),
    price('promotions as an empty list', { final_promotion_path_list: [] }),
    price('no price at all', {
      reserve_price: undefined,
      zk_final_price: undefined,
      final_promotion_price: undefined,
    }),
    {
      about: 'presale with a deposit',
      part: 'presale_info',
      fields: {
        presale_deposit: '20.00',
        presale_start_time: 1_700_000_000_000,
        presale_end_time: 1_900_000_000_000,
      },
    },
    {
      about: 'a presale that is over',
      part: 'presale_info',
      fields: { presale_start_time: 1_600_000_000_000, presale_end_time: 1_600_100_000_000 },
    },
  ],
  HOSTILE_TITLES.map(({ about, title }) => ({
    about: `title with ${about}`,
    part: 'item_basic_info',
    fields: { title },
  })),
  vary('price_promotion_info', 'reserve_price', ODD_PRICES),
  vary('price_promotion_info', 'zk_final_price', ODD_PRICES),
  vary('price_promotion_info', 'final_promotion_price', ODD_PRICES),
  vary('price_promotion_info', 'predict_rounding_up_price', ODD_PRICES),
  vary('price_promotion_info', 'gov_subsidy', ODD_TEXTS),
  vary('item_basic_info', 'volume', ODD_COUNTS),
  vary('item_basic_info', 'annual_vol', ODD_TEXTS),
  vary('item_basic_info', 'user_type', [0, 1, 3, '1', 2, null, '']),
  vary('item_basic_info', 'seller_id', ['2200000000001', 0, '', null, [], -1]),
  vary('publish_info', 'income_rate', ODD_RATES),
  ODD_RATES.map((value, at) => ({
    about: `commission_rate ${at}`,
    part: 'publish_info' as const,
    fields: { income_rate: undefined, income_info: { commission_rate: value } },
  })),
  ODD_PRICES.map((value, at) => ({
    about: `commission_amount ${at}`,
    part: 'publish_info' as const,
    fields: { income_info: { commission_rate: '5.00', commission_amount: value } },
  })),
  ODD_PRICES.map((promotion_fee, at) => price(`promotion_fee ${at}`, promotion({ promotion_fee }))),
  ODD_TEXTS.map((promotion_desc, at) => price(`promotion_desc ${at}`, promotion({ promotion_desc }))),
  vary('item_basic_info', 'pict_url', [
    '//img.alicdn.com/i1/a.jpg',
    'https://img.alicdn.com/i1/a.jpg',
    'http://img.alicdn.com/i1/a.jpg',
    'img.alicdn.com/i1/a.jpg',
    '//evil.example/a.jpg',
    'javascript:alert(1)',
    '',
    null,
    42,
  ]),
  vary('item_basic_info', 'small_images', [[], {}, { string: [] }, { string: 'x' }, '', null]),
  ...['brand_name', 'provcity', 'shop_title', 'short_title', 'category_name'].map((field) =>
    vary('item_basic_info', field, ODD_TEXTS),
  ),
  BASIC_FIELDS.map((field) => ({
    about: `no ${field}`,
    part: 'item_basic_info' as const,
    fields: { [field]: undefined },
  })),
  vary('item_basic_info', 'free_shipment', [true, false, 'true', 1, '0', null]),
  vary('presale_info', 'presale_deposit', ODD_PRICES),
];

const VARIANTS = numberVariants(GROUPS);

/** By number, such as 200004007. */
export const VARIANT_SAMPLES = listVariantSamples(VARIANTS);

/** The product varied by hand that has this number. */
export function findVariant(number: string): SandboxItem | undefined {
  const variant = VARIANTS.get(number);
  if (!variant) return undefined;
  const item = generateItem(number);
  return { ...item, [variant.part]: { ...item[variant.part], ...variant.fields } };
}
