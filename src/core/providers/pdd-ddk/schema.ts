import * as z from 'zod/mini';
import { anything, field, object, rows, text, withRaw } from '../../product/lenient-schema.js';
import {
  parseCount,
  parseFen,
  parseFlag,
  parseIdDigits,
  parseSalesText,
  parseShownUrl,
} from '../../product/normalizer.js';
import { pdd } from '../pdd/links.js';

const fen = field(parseFen);
const count = field(parseCount);
/** 0 is how this wire leaves an id, a rate or a time empty. */
const positive = field((value) => parseCount(value) || undefined);
const list = field((value): readonly unknown[] => (Array.isArray(value) ? value : []));

const SIGN = /^[\w-]{20,100}$/;
export const goodsSign = field((value) =>
  typeof value === 'string' && SIGN.test(value) ? value : undefined,
);

/** Amounts are fen. Only with a right of its own. */
const SkuRow = z.object({
  sku_id_code: text(),
  min_group_price: fen,
  /** After the coupon. */
  jinbao_goods_price: fen,
  is_onsale: field(parseFlag),
  sku_thumb_url: anything,
  spec_list: rows(z.object({ parent_spec_value: text(), spec_value: text() })),
});
export type SkuRow = z.infer<typeof SkuRow>;

const PlatformDiscount = z.object({ coupon_amount: fen, coupon_threshold: fen });

/** A row of the search and of the details: they are alike. Amounts are fen, rates per mille, times seconds since 1970. */
export const GoodsRow = withRaw(
  z.object({
    /** Left out of the documents of 2026, and still seen in answers. */
    goods_id: field(parseIdDigits),
    goods_sign: goodsSign,
    goods_name: text(),
    goods_desc: text(500),
    goods_image_url: anything,
    goods_thumbnail_url: anything,
    goods_gallery_urls: list,
    video_urls: list,
    /** The cheapest variant's. */
    min_group_price: fen,
    min_normal_price: fen,
    has_coupon: field(parseFlag),
    coupon_discount: fen,
    coupon_min_order_amount: fen,
    coupon_start_time: positive,
    coupon_end_time: positive,
    coupon_remain_quantity: count,
    extra_coupon_amount: fen,
    clt_cpn_discount: fen,
    clt_cpn_min_amt: fen,
    mall_coupon_max_discount_amount: fen,
    mall_coupon_min_order_amount: fen,
    platform_discount_list: rows(PlatformDiscount),
    subsidy_amount: fen,
    promotion_rate: positive,
    sales_tip: field(parseSalesText),
    mall_id: field(parseIdDigits),
    mall_name: text(),
    mall_img_url: anything,
    /** 1 a person, 2 a company, 3 flagship, 4 and 5 special shops, 6 ordinary. */
    merchant_type: count,
    brand_name: text(),
    cat_ids: list,
    desc_txt: text(),
    serv_txt: text(),
    lgst_txt: text(),
    unified_tags: list,
    service_tags: list,
    activity_tags: list,
    search_id: text(),
    sku_list: rows(SkuRow),
  }),
);
export type GoodsRow = z.infer<typeof GoodsRow>;

export const SearchAnswer = object({
  /** Undefined where the answer has no such part, which is something else than a list without rows. */
  goods_list: z.union([z.undefined(), rows(GoodsRow)]),
  total_count: count,
  list_id: text(),
  search_id: text(),
});

export const DetailAnswer = object({ goods_details: z.union([z.undefined(), rows(GoodsRow)]) });

const address = field((value) => parseShownUrl(value, pdd.shownHosts));
/** The names under which the gateway gives addresses; none that leads elsewhere is shown or opened. */
export const Addresses = z.object({
  short_url: address,
  mobile_short_url: address,
  url: address,
  mobile_url: address,
});
export type Addresses = z.infer<typeof Addresses>;

export const AddressList = object({
  goods_promotion_url_list: rows(Addresses),
  url_list: rows(Addresses),
});
export const Authority = object({ bind: field(parseFlag) });
