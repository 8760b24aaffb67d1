import * as z from 'zod/mini';
import { anything, field, text } from '../../product/lenient-schema.js';
import {
  parseCount,
  parseCountText,
  parseDecimal,
  parseIdDigits,
  parseYuan,
} from '../../product/normalizer.js';
import { parseEnd, parseStart } from '../taobao/times.js';

// Names of fields are a guess in part: they follow examples of programs that use the service.
/** Yuan, as numbers. */
const yuan = field(parseYuan);

/** A product, in details and where a text was opened; the names of the two differ in places. */
export const Goods = z.object({
  goodsId: text(100),
  itemId: text(100),
  /** taobao, jd or pdd, of an opened text. */
  platType: text(),
  title: text(),
  itemName: text(),
  dtitle: text(),
  desc: text(500),
  mainPic: anything,
  /** Addresses, divided by commas. */
  imgs: field((value) => (typeof value === 'string' ? value.split(',') : [])),
  /** Before the coupon. */
  originalPrice: yuan,
  /** 券后价 */
  actualPrice: yuan,
  /** What the coupon takes off. */
  couponPrice: yuan,
  couponConditions: yuan,
  couponStartTime: field(parseStart),
  couponEndTime: field(parseEnd),
  couponTotalNum: field(parseCount),
  couponTotalCount: field(parseCount),
  couponReceiveNum: field(parseCount),
  couponLink: anything,
  /** Per cent. */
  commissionRate: field(parseDecimal),
  commissionAmount: yuan,
  monthSales: field(parseCountText),
  shopName: text(),
  sellerId: field(parseIdDigits),
  /** 1 Tmall, 0 Taobao. */
  shopType: field(parseCount),
  brandName: text(),
});

export type Goods = z.infer<typeof Goods>;

/** The forms of a promotion link, the short one first. */
export const PrivilegeLink = z.looseObject({
  shortUrl: anything,
  couponClickUrl: anything,
  itemUrl: anything,
});
