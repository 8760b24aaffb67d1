import { formatDay, formatIsoTime } from '../../../clock.js';
import { cleanTexts, formatYuan, parseShownUrl } from '../../../product/normalizer.js';
import type { ProductFacts } from '../../../product/product.js';
import { jd } from '../../jd/links.js';
import type { Coupon } from './schema.js';

/** Whether a coupon can be taken and used now; a date or count that JD does not give does not rule it out. */
export function isValid(coupon: Coupon, nowMs: number): boolean {
  const { getStartTime = 0, useStartTime = 0 } = coupon;
  return Math.max(getStartTime, useStartTime) <= nowMs && !isOver(coupon, nowMs);
}

function isOver({ getEndTime = Infinity, useEndTime = Infinity, remainNum }: Coupon, nowMs: number): boolean {
  return Math.min(getEndTime, useEndTime) <= nowMs || remainNum === 0;
}

/** Those that hold now or later, the best one first. */
export function listCoupons(coupons: readonly Coupon[], nowMs: number): Coupon[] {
  return coupons
    .filter((coupon) => !isOver(coupon, nowMs))
    .toSorted((one, other) => (other.isBest ?? 0) - (one.isBest ?? 0));
}

/** @param coupons those worth showing */
export function normalizeCoupons(coupons: readonly Coupon[]): ProductFacts['coupons'] {
  const known = coupons.flatMap(({ discount, quota, useStartTime, useEndTime, remainNum, link }) =>
    discount === undefined
      ? []
      : [
          {
            amountFen: discount,
            thresholdFen: quota,
            from: formatIsoTime(useStartTime),
            to: formatIsoTime(useEndTime),
            remaining: remainNum,
            link: parseShownUrl(link, jd.shownHosts),
          },
        ],
  );
  return known.length > 0 ? known : undefined;
}

/** `满5899减200 (至 2025-06-18)`; one that holds later says from when. */
export function formatCoupons(coupons: readonly Coupon[], nowMs: number): string[] | undefined {
  return cleanTexts(coupons.map((coupon) => formatCoupon(coupon, nowMs)));
}

function formatCoupon({ discount, quota, useStartTime, useEndTime }: Coupon, nowMs: number) {
  if (discount === undefined) return undefined;
  const condition = quota === undefined ? '立减' : `满${formatYuan(quota)}减`;
  const from = useStartTime !== undefined && useStartTime > nowMs ? useStartTime : undefined;
  return `${condition}${formatYuan(discount)}${formatPeriod(from, useEndTime)}`;
}

function formatPeriod(fromMs: number | undefined, toMs: number | undefined): string {
  if (fromMs === undefined) return toMs === undefined ? '' : ` (至 ${formatDay(toMs)})`;
  return toMs === undefined ? ` (${formatDay(fromMs)} 起)` : ` (${formatDay(fromMs)} 至 ${formatDay(toMs)})`;
}
