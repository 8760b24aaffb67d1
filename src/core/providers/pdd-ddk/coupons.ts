import { formatIsoTime } from '../../clock.js';
import { formatYuan } from '../../product/normalizer.js';
import type { Coupon, Note } from '../../product/product.js';
import type { GoodsRow } from './schema.js';

export const TAKE_COUPON_NOTE: Note = {
  en: 'The coupon is taken through a promotion link; "bijia link" makes one',
  enForUsers: 'The coupon has to be taken through a promotion link first',
  zh: '优惠券需要先通过推广链接领取',
};

/**
 * The price after the coupon: only while it can be used, some are left, and the price reaches its threshold. That the
 * threshold is compared with the group price is an assumption. A date or number that is not given rules nothing out.
 */
export function findCouponFen(row: GoodsRow, nowMs: number): number | undefined {
  const {
    min_group_price: groupFen,
    coupon_discount: discount,
    coupon_min_order_amount: threshold = 0,
  } = row;
  if (groupFen === undefined || discount === undefined || !isAvailable(row, nowMs)) return undefined;
  if (startsLater(row, nowMs) || groupFen < threshold || discount >= groupFen) return undefined;
  return groupFen - discount;
}

/** The coupon that holds now or later, with its end. Its address is a promotion link, which takes a call of its own. */
export function listCoupons(row: GoodsRow, nowMs: number): Coupon[] | undefined {
  if (row.coupon_discount === undefined || !isAvailable(row, nowMs)) return undefined;
  return [
    {
      amountFen: row.coupon_discount,
      thresholdFen: row.coupon_min_order_amount,
      from: formatTime(row.coupon_start_time),
      to: formatTime(row.coupon_end_time),
      remaining: row.coupon_remain_quantity,
    },
  ];
}

function isAvailable(
  { has_coupon, coupon_end_time: end = Infinity, coupon_remain_quantity: left }: GoodsRow,
  nowMs: number,
): boolean {
  return has_coupon === true && nowMs <= end * 1000 && left !== 0;
}

const startsLater = ({ coupon_start_time: start = 0 }: GoodsRow, nowMs: number) => nowMs < start * 1000;

/** @param seconds since 1970 */
const formatTime = (seconds: number | undefined) => formatIsoTime(seconds && seconds * 1000);

/** Further coupons, which may not combine: listed, never subtracted. */
export function formatFurtherCoupons(row: GoodsRow): (string | undefined)[] {
  return [
    formatDiscount('店铺券', row.mall_coupon_max_discount_amount, row.mall_coupon_min_order_amount),
    formatDiscount('关注店铺券', row.clt_cpn_discount, row.clt_cpn_min_amt),
    formatDiscount('额外券', row.extra_coupon_amount),
    formatDiscount('补贴', row.subsidy_amount),
    ...row.platform_discount_list.map((one) =>
      formatDiscount('平台券', one.coupon_amount, one.coupon_threshold),
    ),
  ];
}

function formatDiscount(name: string, fen: number | undefined, threshold?: number): string | undefined {
  if (fen === undefined) return undefined;
  return `${name} ${threshold === undefined ? '减' : `满${formatYuan(threshold)}减`}${formatYuan(fen)}`;
}
