import { parseShownUrl, parseShownUrls, toPrices } from '../../product/normalizer.js';
import type { Coupon, Price, ProductFacts } from '../../product/product.js';
import type { ProductId } from '../../provider.js';
import { getStableId, toProductId } from '../taobao/item-ids.js';
import { taobao } from '../taobao/links.js';
import { noteSeller } from '../taobao/sellers.js';
import type { Goods } from './schema.js';

/**
 * The id that was asked for stays where only its first half differs, since that one changes with every answer.
 * @param nowMs decides whether the coupon holds
 */
export function normalizeGoods(goods: Goods, asked: ProductId, nowMs: number): ProductFacts {
  const { dtitle, desc, commissionRate, commissionAmount, monthSales, shopName, sellerId } = goods;
  const title = goods.title ?? goods.itemName;
  const own = toProductId(goods.goodsId ?? goods.itemId ?? '') ?? asked;
  const hasCommission = commissionRate !== undefined || commissionAmount !== undefined;
  const coupon = findCoupon(goods, nowMs);
  const seller = noteSeller(goods.shopType);
  return {
    ...(asked.idType && getStableId(own) === getStableId(asked) ? asked : own),
    title,
    description: desc ?? (dtitle === title ? undefined : dtitle),
    image: parseShownUrl(goods.mainPic, taobao.shownHosts),
    images: parseShownUrls([goods.mainPic, ...goods.imgs], taobao.shownHosts),
    prices: normalizePrices(goods, coupon, nowMs),
    coupons: coupon && [coupon],
    sales: monthSales && { ...monthSales, period: 'month' },
    shop: shopName || sellerId ? { id: sellerId, name: shopName } : undefined,
    commission: hasCommission ? { ratePercent: commissionRate, amountFen: commissionAmount } : undefined,
    attributes: goods.brandName === undefined ? undefined : [{ name: '品牌', values: [goods.brandName] }],
    notes: seller && [seller],
  };
}

/** `actualPrice` equals the price where there is no coupon, and counts only while the coupon can be used. */
function normalizePrices(goods: Goods, coupon: Coupon | undefined, nowMs: number): Price[] {
  const { originalPrice, actualPrice, couponPrice } = goods;
  const isPaid = actualPrice !== originalPrice && (couponPrice === undefined || isUsable(coupon, nowMs));
  return [...toPrices('coupon', isPaid ? actualPrice : undefined), ...toPrices('sale', originalPrice)];
}

/** The coupon that holds now or later. */
function findCoupon(goods: Goods, nowMs: number): Coupon | undefined {
  const { couponPrice: amountFen, couponEndTime: to, couponReceiveNum: taken } = goods;
  const total = goods.couponTotalNum ?? goods.couponTotalCount;
  const remaining = total === undefined || taken === undefined ? undefined : Math.max(0, total - taken);
  const isOver = remaining === 0 || (to !== undefined && Date.parse(to) < nowMs);
  if (amountFen === undefined || isOver) return undefined;
  return {
    amountFen,
    thresholdFen: goods.couponConditions,
    from: goods.couponStartTime,
    to,
    remaining,
    link: parseShownUrl(goods.couponLink, taobao.shownHosts),
  };
}

function isUsable(coupon: Coupon | undefined, nowMs: number): boolean {
  return coupon !== undefined && (coupon.from === undefined || Date.parse(coupon.from) <= nowMs);
}
