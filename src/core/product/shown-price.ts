import type { Price, PriceKind } from './product.js';

/**
 * The price to show: what one pays now. A coupon price counts only when it is not above the sale price;
 * then sale, group, list. Other kinds (buy alone, member, cost) are never what anyone simply pays.
 */
export function findShownPrice(prices: readonly Price[]): Price | undefined {
  const find = (kind: PriceKind) => prices.find((price) => price.kind === kind);
  const coupon = find('coupon');
  const sale = find('sale');
  if (coupon && (!sale || coupon.amountFen <= sale.amountFen)) return coupon;
  return sale ?? find('group') ?? find('list');
}
