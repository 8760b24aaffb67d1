import {
  cleanTexts,
  formatYuan,
  parseShownUrl,
  parseShownUrls,
  toPrices,
} from '../../../product/normalizer.js';
import type {
  Commission,
  Note,
  Price,
  ProductFacts,
  Reviews,
  Sales,
  Stock,
} from '../../../product/product.js';
import type { ProductId } from '../../../provider.js';
import { jd } from '../../jd/links.js';
import type { BigFieldRow, Coupon, GoodsRow, PriceRow } from './schema.js';

const PROMOTED_ONLY: Note = {
  en: 'Orders of the last 30 days that promoters brought, not all sales',
  zh: '只是最近 30 天推广带来的订单，不是全部销量',
};
const BEFORE_COUPONS: Note = {
  en: 'Price before coupons: the method for many prices names none',
  zh: '价格为券前价：批量查价的接口不给优惠券',
};
const GROUP_PRICE = 2;
const PRESALE_PRICE = 4;
const PRICE_NOTES: Readonly<Record<number, Note>> = {
  3: { en: 'Flash-sale price (秒杀价), for a limited time', zh: '秒杀价，限时有效' },
  [PRESALE_PRICE]: { en: 'Presale price (预售价); delivery is later', zh: '预售价，发货较晚' },
};

/**
 * @param nowMs leaves out coupons that have run out
 * @param asked taken when the row does not name its SKU; absent for rows of a list
 */
export function normalizeGoodsRow(row: GoodsRow, nowMs: number, asked?: ProductId): ProductFacts | undefined {
  const fallback = asked ?? (row.itemId === undefined ? undefined : { id: row.itemId, idType: 'item_id' });
  const identity = row.skuId === undefined ? fallback : { id: row.skuId, idType: undefined };
  if (!identity) return undefined;
  const images = parseShownUrls(listImages(row), jd.shownHosts);
  return {
    ...identity,
    title: row.skuName,
    image: images?.[0],
    images,
    prices: normalizePrices(row),
    sales: normalizeSales(row.inOrderCount30Days),
    reviews: normalizeReviews(row),
    stock: normalizeStock(row),
    shop: normalizeShop(row),
    commission: normalizeCommission(row),
    promotions: normalizeCoupons(row.couponInfo.couponList, nowMs),
    attributes: toAttributes([
      ['品牌', [row.brandName]],
      ['分类', listCategories(row)],
      ['颜色', [row.specInfo.color]],
      ['尺码', [row.specInfo.size]],
      ['规格', [row.specInfo.spec]],
    ]),
    notes: collectNotes(row),
  };
}

function normalizePrices(row: GoodsRow): Price[] {
  const { price, lowestPrice, lowestPriceType, lowestCouponPrice } = row.priceInfo;
  const isGroup = lowestPriceType === GROUP_PRICE;
  return [
    ...toPrices('coupon', hasCouponPrice(row) ? lowestCouponPrice : undefined),
    ...toPrices('sale', row.purchasePriceInfo.purchasePrice ?? (isGroup ? undefined : lowestPrice)),
    ...toPrices('group', isGroup ? lowestPrice : undefined),
    ...toPrices('list', price),
  ];
}

/** The field is filled without a coupon as well: only an amount below the ordinary price is a coupon price. */
function hasCouponPrice({ priceInfo: { price, lowestPrice, lowestCouponPrice } }: GoodsRow): boolean {
  return lowestCouponPrice !== undefined && lowestCouponPrice < (lowestPrice ?? price ?? Infinity);
}

function normalizeSales(orders: number | undefined): Sales | undefined {
  if (orders === undefined) return undefined;
  return {
    count: orders,
    atLeast: false,
    approximate: false,
    scope: 'item',
    period: '30d',
    text: `30天推广引单 ${orders}`,
    note: PROMOTED_ONLY,
  };
}

function normalizeReviews({ comments, goodCommentsShare }: GoodsRow): Reviews | undefined {
  const isRate = goodCommentsShare !== undefined && goodCommentsShare > 0 && goodCommentsShare <= 100;
  if (comments === undefined && !isRate) return undefined;
  return { count: comments, goodRatePercent: isRate ? goodCommentsShare : undefined };
}

function normalizeStock({ stockState, priceInfo }: GoodsRow): Stock | undefined {
  if (stockState === 0) return { status: 'out_of_stock' };
  if (priceInfo.lowestPriceType === PRESALE_PRICE) return { status: 'presale' };
  if (stockState === undefined) return undefined;
  return { status: stockState === 1 ? 'in_stock' : 'unknown' };
}

function normalizeShop({ shopInfo, owner }: GoodsRow): ProductFacts['shop'] {
  const selfOperated = owner === 'g' ? true : owner === 'p' ? false : undefined;
  const { shopId, shopName } = shopInfo;
  if (shopId === undefined && shopName === undefined && selfOperated === undefined) return undefined;
  return { id: shopId, name: shopName, selfOperated };
}

/** What is paid out at the price that is shown. */
function normalizeCommission(row: GoodsRow): Commission | undefined {
  const { commission, commissionShare, couponCommission } = row.commissionInfo;
  const amountFen = hasCouponPrice(row) ? (couponCommission ?? commission) : commission;
  return toCommission(amountFen, commissionShare);
}

function toCommission(
  amountFen: number | undefined,
  ratePercent: number | undefined,
): Commission | undefined {
  if (amountFen === undefined && !ratePercent) return undefined;
  return { amountFen, ratePercent: ratePercent || undefined };
}

/** `满5899减200 (至 2025-06-18)`, the best one first; one that holds later says from when. */
function normalizeCoupons(coupons: readonly Coupon[], nowMs: number): string[] | undefined {
  const valid = coupons.filter(({ useEndTime }) => useEndTime === undefined || useEndTime > nowMs);
  const ordered = valid.toSorted((one, other) => (other.isBest ?? 0) - (one.isBest ?? 0));
  return cleanTexts(ordered.map((coupon) => formatCoupon(coupon, nowMs)));
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

/** Days as shoppers in China count them. */
function formatDay(atMs: number): string {
  return new Date(atMs + 8 * 3_600_000).toISOString().slice(0, 10);
}

function listCategories({ categoryInfo }: Pick<GoodsRow, 'categoryInfo'>): (string | undefined)[] {
  return [categoryInfo.cid1Name, categoryInfo.cid2Name, categoryInfo.cid3Name];
}

function listImages({ imageInfo }: Pick<GoodsRow, 'imageInfo'>): unknown[] {
  return imageInfo.imageList.map(({ url }) => url);
}

function collectNotes({ priceInfo: { lowestPriceType } }: GoodsRow): Note[] | undefined {
  const note = lowestPriceType === undefined ? undefined : PRICE_NOTES[lowestPriceType];
  return note === undefined ? undefined : [note];
}

export function normalizePriceRow(row: PriceRow): ProductFacts | undefined {
  if (row.skuId === undefined) return undefined;
  return {
    id: row.skuId,
    title: row.goodsName,
    image: parseShownUrl(row.imgUrl, jd.shownHosts),
    prices: [...toPrices('sale', row.wlUnitPrice), ...toPrices('list', row.unitPrice)],
    sales: normalizeSales(row.inOrderCount),
    shop:
      row.shopId === undefined && row.isJdSale === undefined
        ? undefined
        : { id: row.shopId, selfOperated: row.isJdSale === undefined ? undefined : row.isJdSale === 1 },
    commission: toCommission(undefined, row.commisionRatioWl),
    notes: [BEFORE_COUPONS],
  };
}

/** Adds what only the method for long texts and images tells. */
export function addBigFields(facts: ProductFacts, row: BigFieldRow | undefined): ProductFacts {
  if (!row) return facts;
  const further = parseShownUrls([...listImages(row), ...row.detailImages], jd.shownHosts) ?? [];
  const images = [...new Set([...(facts.images ?? []), ...further])];
  const properties = row.baseBigFieldInfo.propGroups.flatMap(({ atts }) =>
    atts.map(({ attName, vals }) => [attName, [vals].flat()] as const),
  );
  const added = toAttributes([['分类', listCategories(row)], ...properties]) ?? [];
  const known = new Set(facts.attributes?.map(({ name }) => name));
  const attributes = [...(facts.attributes ?? []), ...added.filter(({ name }) => !known.has(name))];
  return {
    ...facts,
    image: facts.image ?? images[0],
    images: images.length > 0 ? images : undefined,
    attributes: attributes.length > 0 ? attributes : undefined,
  };
}

function toAttributes(
  pairs: readonly (readonly [name: string | undefined, values: readonly unknown[]])[],
): ProductFacts['attributes'] {
  const attributes = pairs.flatMap(([name, values]) => {
    const texts = cleanTexts(values);
    return name !== undefined && texts ? [{ name, values: texts }] : [];
  });
  return attributes.length > 0 ? attributes : undefined;
}
