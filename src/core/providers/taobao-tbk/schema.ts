import * as z from 'zod/mini';
import { anything, field, object, rows, text, withRaw } from '../../product/lenient-schema.js';
import {
  cleanTexts,
  parseCount,
  parseCountText,
  parseDecimal,
  parseFlag,
  parseIdDigits,
  parseYuan,
} from '../../product/normalizer.js';
import { parseEnd, parseStart } from '../taobao/times.js';

const yuan = field(parseYuan);
/** 5.50 for 5.5 %. Other fields of this family are per ten thousand (`sp_rate`, `start_tk_rate`), and are not read. */
const percent = field(parseDecimal);
const address = anything;
const time = field(parseStart);
/** Milliseconds since 1970. */
const stamp = field((value) => (/^\d{13}$/.test(String(value).trim()) ? Number(value) : undefined));
const id = text(100);
/** A text, or an object whose texts say it: the shape is not documented. */
const saying = field((value) =>
  cleanTexts(typeof value === 'object' && value !== null ? Object.values(value) : [value])?.join(' '),
);

const Promotion = z.object({
  promotion_title: text(),
  /** Such as 满79减10. */
  promotion_desc: text(),
  /** What it takes off: yuan. */
  promotion_fee: yuan,
  promotion_start_time: time,
  promotion_end_time: field(parseEnd),
});

const BasicInfo = object({
  title: text(),
  short_title: text(),
  pict_url: address,
  small_images: object({ string: field((value) => (Array.isArray(value) ? value : [])) }),
  level_one_category_name: text(),
  category_name: text(),
  shop_title: text(),
  seller_id: field(parseIdDigits),
  /** 0 Taobao, 1 Tmall, 3 特价版. */
  user_type: field(parseCount),
  brand_name: text(),
  provcity: text(),
  /** 30 days to yesterday. */
  volume: field(parseCountText),
  /** A year, as text: 1万+. */
  annual_vol: text(),
  free_shipment: field(parseFlag),
});

/** Yuan as decimal text. */
const PriceInfo = object({
  /** 一口价 */
  reserve_price: yuan,
  /** 售价 */
  zk_final_price: yuan,
  /** 预估到手价: after everything in the path below. */
  final_promotion_price: yuan,
  final_promotion_path_list: object({ final_promotion_path_map_data: rows(Promotion) }),
  /** What is still to come. */
  more_promotion_list: object({ more_promotion_map_data: rows(Promotion) }),
  promotion_tag_list: object({ promotion_tag_map_data: rows(z.object({ tag_name: text() })) }),
  /** Holds only when several are bought: never a price of one. */
  predict_rounding_up_price: yuan,
  predict_rounding_up_price_desc: text(),
  /** 国补: depends on who buys and where. */
  gov_subsidy: saying,
});

const PublishInfo = object({
  income_rate: percent,
  income_info: object({
    commission_rate: percent,
    commission_amount: yuan,
    subsidy_rate: percent,
    subsidy_amount: yuan,
  }),
  click_url: address,
  coupon_share_url: address,
});

const PresaleInfo = object({
  presale_deposit: yuan,
  presale_start_time: stamp,
  presale_end_time: stamp,
});

/** A product, alike in lookups and searches: only what is used. */
export const Item = withRaw(
  z.object({
    item_id: id,
    /** What was asked for, letter by letter. */
    input_item_iid: id,
    item_basic_info: BasicInfo,
    price_promotion_info: PriceInfo,
    publish_info: PublishInfo,
    presale_info: PresaleInfo,
    gov_subsidy: saying,
  }),
);
export type Item = z.infer<typeof Item>;
export type Promotion = z.infer<typeof Promotion>;

/** What a link or share code leads to. */
export const ParsedLinks = object({
  data: object({
    material_url_list: object({
      material_url_list: rows(
        z.object({
          code: field(parseDecimal),
          msg: text(),
          link_info_dto: object({ material_type: field(parseCount), material_id: id }),
        }),
      ),
    }),
  }),
});

const Converted = rows(
  z.object({
    code: field(parseDecimal),
    msg: text(),
    link_info_dto: object({
      coupon_short_url: address,
      cps_short_url: address,
      coupon_full_url: address,
      cps_full_url: address,
    }),
  }),
);

/** Links for products by id, or by address. */
export const ConvertedLinks = object({
  data: object({
    item_url_list: object({ item_url_list: Converted }),
    material_url_list: object({ material_url_list: Converted }),
  }),
});
