import * as z from 'zod/mini';
import { anything, field, object, rows, text } from '../../product/lenient-schema.js';
import {
  cleanText,
  parseCount,
  parseCountText,
  parseFen,
  parseFlag,
  parseIdDigits,
  parseSalesText,
  parseYuan,
} from '../../product/normalizer.js';
import { collectTexts } from './texts.js';

const texts = field((value) => collectTexts(value));
const flag = field(parseFlag);
const countText = field(parseCountText);
/** Seconds or milliseconds since 1970 where it is a number; else the text. */
const time = field((value) => {
  const stamp = String(value).trim();
  if (/^\d{10}(\d{3})?$/.test(stamp)) return new Date(Number(stamp.padEnd(13, '0'))).toISOString();
  return Number(value) === 0 ? undefined : cleanText(value);
});
/** A bare 0 is how this wire leaves the field empty. */
const salesTip = field((value) => (Number(value) === 0 ? undefined : parseSalesText(value)));
const strings = field((value) =>
  (Array.isArray(value) ? value : []).filter((entry) => typeof entry === 'string'),
);

const Spec = z.object({ pname: text(), values: object({ vid: field(parseIdDigits), vname: text() }) });

/** Amounts are yuan as text. */
const SkuProduct = z.object({
  id: field(parseIdDigits),
  /** Id of the value that makes the variant, not of the variant. */
  skus: field(parseIdDigits),
  /** 单买价 */
  price: field(parseYuan),
  /** 拼单价 */
  group_price: field(parseYuan),
  quantity: countText,
  /** Its meaning is unknown: handed on as it stands, and never subtracted. */
  coupon: field((value) => (typeof value === 'number' ? value : cleanText(value))),
  is_sale: flag,
  is_sku_pre_sale: flag,
  sku_pre_sale_time: time,
  sku_pre_sale_tip: text(),
  sku_url: anything,
  specs: rows(Spec),
});

/** What the variants differ in: the names of the values by their ids, each an object with one key. */
const SkuBigType = z.object({
  spec_key: text(),
  spec_values: rows(z.record(z.string(), text())),
});

/** Fen, unlike every other amount of the answer. `unselect_normal_save_price` is not read: its meaning is unknown. */
const PriceObject = object({
  line_price: field(parseFen),
  min_on_sale_group_price: field(parseFen),
  max_on_sale_group_price: field(parseFen),
  min_group_price: field(parseFen),
  max_group_price: field(parseFen),
  min_on_sale_normal_price: field(parseFen),
  max_on_sale_normal_price: field(parseFen),
  min_normal_price: field(parseFen),
  max_normal_price: field(parseFen),
  /** 券前: the shown price is before coupon. */
  new_price_prefix: text(),
});

/** `data` of the product detail, only what is used; `docs/fields.md` says what is not, and why. */
export const Goods = z.object({
  goods_id: field(parseIdDigits),
  goods_name: text(),
  goods_name_suffix: text(),
  title: text(),
  share_title: text(),
  desc: text(500),
  thumb: anything,
  main_figures: strings,
  /** Spelt so by the upstream. */
  detail_figuers: strings,
  video_url: anything,
  cate_name: text(),
  cate_id: field(parseIdDigits),
  /** From the widest to the narrowest; 0 for none. */
  cate_id1: field(parseIdDigits),
  cate_id2: field(parseIdDigits),
  cate_id3: field(parseIdDigits),
  cate_id4: field(parseIdDigits),
  /** Yuan, as number. */
  original_price: field(parseYuan),
  prices: field(parseYuan),
  price: PriceObject,
  side_sales_tip: salesTip,
  sales_tip: salesTip,
  /** 0 next to 已拼10万+件: there it is unknown. */
  sold_total: countText,
  goods_comment: countText,
  goods_comment_text: text(),
  goods_star: text(),
  quantity: countText,
  is_onsale: flag,
  is_pre_sale: flag,
  pre_sale_stamp: time,
  is_subsidy: flag,
  sku_big_types: rows(SkuBigType),
  sku_products: rows(SkuProduct),
  mall_id: field(parseIdDigits),
  mall_name: text(),
  mall_logo: anything,
  mall_goods_num: field(parseCount),
  mall_data_dsr: texts,
  promotion: object({
    mall_promotion_new_cell: object({ cell_detail_list: rows(z.object({ copy_writing: text() })) }),
  }),
  /** Only ever seen empty, so their shape is unknown: any texts in them are read. */
  activity: texts,
  group: texts,
  sub_sections: texts,
  section_list: texts,
  service_promise: texts,
  properties: rows(z.object({ key: text(), values: strings })),
  postage: text(),
  delivery_time: text(),
  goods_local: text(),
});

export type Goods = z.infer<typeof Goods>;
export type SkuProduct = Goods['sku_products'][number];
