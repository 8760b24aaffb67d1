import type { ProductFacts } from './product.js';

/** Addresses that earn the operator a commission: the product's own, and those under which its coupons are taken. */
export function listPromotionLinks({ buyLink, coupons = [] }: ProductFacts): string[] {
  const ofCoupons = coupons.flatMap(({ link, isPromotionLink }) => (link && isPromotionLink ? [link] : []));
  return [...new Set([...(buyLink === undefined ? [] : [buyLink]), ...ofCoupons])];
}
