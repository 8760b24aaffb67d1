import * as z from 'zod';
import { field } from '../../product/lenient-schema.js';
import {
  cleanText,
  parseCount,
  parseCountText,
  parseDecimal,
  parseIdDigits,
  parseYuan,
} from '../../product/normalizer.js';
import { parseBeijingTime } from '../taobao/times.js';

// Names of fields are a guess in part: they follow examples of programs that use the service.
const text = field((value) => cleanText(value));
/** Yuan, as numbers. */
const yuan = field(parseYuan);
const time = field(parseBeijingTime);

/** A product, in details and where a text was opened; the names of the two differ in places. */
export const Goods = z.object({
  goodsId: field((value) => cleanText(value, 100)),
  itemId: field((value) => cleanText(value, 100)),
  /** taobao, jd or pdd, of an opened text. */
  platType: text,
  title: text,
  itemName: text,
  dtitle: text,
  desc: field((value) => cleanText(value, 500)),
  mainPic: z.unknown().optional(),
  /** Addresses, divided by commas. */
  imgs: field((value) => (typeof value === 'string' ? value.split(',') : [])),
  /** Before the coupon. */
  originalPrice: yuan,
  /** 券后价 */
  actualPrice: yuan,
  /** What the coupon takes off. */
  couponPrice: yuan,
  couponConditions: yuan,
  couponStartTime: time,
  couponEndTime: time,
  couponTotalNum: field(parseCount),
  couponTotalCount: field(parseCount),
  couponReceiveNum: field(parseCount),
  couponLink: z.unknown().optional(),
  /** Per cent. */
  commissionRate: field(parseDecimal),
  commissionAmount: yuan,
  monthSales: field(parseCountText),
  shopName: text,
  sellerId: field(parseIdDigits),
  /** 1 Tmall, 0 Taobao. */
  shopType: field(parseCount),
  brandName: text,
});

export type Goods = z.infer<typeof Goods>;

/** Of a promotion link: the short one first. */
export const PrivilegeLink = z.looseObject({
  shortUrl: z.unknown().optional(),
  couponClickUrl: z.unknown().optional(),
  itemUrl: z.unknown().optional(),
});
