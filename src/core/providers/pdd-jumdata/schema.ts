import * as z from 'zod';
import { field, object, rows } from '../../product/lenient-schema.js';
import {
  cleanText,
  parseCount,
  parseCountText,
  parseFen,
  parseIdDigits,
  parseYuan,
} from '../../product/normalizer.js';

const text = field((value) => cleanText(value));
const strings = field((value) =>
  (Array.isArray(value) ? value : []).filter((entry) => typeof entry === 'string'),
);

const Spec = z.object({ pname: text, values: object({ vname: text }) });

/** Amounts are yuan as text. `coupon` is not read: its meaning is unknown. */
const SkuProduct = z.object({
  id: field(parseIdDigits),
  skus: field(parseIdDigits),
  /** 单买价 */
  price: field(parseYuan),
  /** 拼单价 */
  group_price: field(parseYuan),
  quantity: field(parseCount),
  is_sale: field(parseCount),
  is_sku_pre_sale: field(parseCount),
  sku_url: z.unknown().optional(),
  specs: rows(Spec),
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
  new_price_prefix: text,
});

/** `data` of the product detail, only what is used. */
export const Goods = z.object({
  goods_id: field(parseIdDigits),
  goods_name: text,
  title: text,
  thumb: z.unknown().optional(),
  main_figures: strings,
  /** Yuan, as number. */
  original_price: field(parseYuan),
  prices: field(parseYuan),
  price: PriceObject,
  /** `sold_total` is not read: it is 0 beside 已拼10万+件. */
  side_sales_tip: field(parseCountText),
  sales_tip: field(parseCountText),
  goods_comment: field(parseCount),
  quantity: field(parseCount),
  is_onsale: field(parseCount),
  is_pre_sale: field(parseCount),
  is_subsidy: field(parseCount),
  sku_products: rows(SkuProduct),
  mall_id: field(parseIdDigits),
  mall_name: text,
  promotion: object({
    mall_promotion_new_cell: object({ cell_detail_list: rows(z.object({ copy_writing: text })) }),
  }),
  properties: rows(z.object({ key: text, values: strings })),
  postage: text,
  delivery_time: text,
});

export type Goods = z.infer<typeof Goods>;
export type SkuProduct = Goods['sku_products'][number];
