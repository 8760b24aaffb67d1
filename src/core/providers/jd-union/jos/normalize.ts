import {
  cleanTexts,
  isCutDown,
  parseShownUrl,
  parseShownUrls,
  toPrices,
} from '../../../product/normalizer.js';
import type {
  Category,
  Commission,
  Note,
  ProductFacts,
  Reviews,
  Sales,
  Stock,
} from '../../../product/product.js';
import type { ProductId } from '../../../provider.js';
import { jd } from '../../jd/links.js';
import { normalizeStockState } from '../../jd/stock-state.js';
import { formatCoupons, listCoupons, normalizeCoupons } from './coupons.js';
import { normalizePrices, PRESALE_PRICE } from './prices.js';
import type { BigFieldRow, GoodsRow, PriceRow } from './schema.js';

const PROMOTED_ONLY: Note = {
  en: 'Orders of the last 30 days that promoters brought, not all sales',
  zh: '只是最近 30 天推广带来的订单，不是全部销量',
};
const BEFORE_COUPONS: Note = {
  en: 'Price before coupons: the method for many prices names none',
  zh: '价格为券前价：批量查价的接口不给优惠券',
};
/**
 * @param nowMs decides which coupons hold
 * @param asked taken when the row does not name its SKU; absent for rows of a list
 */
export function normalizeGoodsRow(row: GoodsRow, nowMs: number, asked?: ProductId): ProductFacts | undefined {
  const fallback = asked ?? (row.itemId === undefined ? undefined : { id: row.itemId, idType: 'item_id' });
  const identity = row.skuId === undefined ? fallback : { id: row.skuId, idType: undefined };
  if (!identity) return undefined;
  const images = parseShownUrls(listImages(row), jd.shownHosts);
  const { prices, notes, hasCouponPrice } = normalizePrices(row, nowMs);
  const coupons = listCoupons(row.couponInfo.couponList, nowMs);
  const categories = normalizeCategories(row);
  return {
    ...identity,
    title: row.skuName,
    image: images?.[0],
    images,
    categories,
    prices,
    coupons: normalizeCoupons(coupons),
    sales: normalizeSales(row.inOrderCount30Days),
    reviews: normalizeReviews(row),
    stock: normalizeStock(row),
    shop: normalizeShop(row),
    commission: normalizeCommission(row, hasCouponPrice),
    promotions: formatCoupons(coupons, nowMs),
    delivery: row.deliveryType === 1 ? ['京东配送'] : undefined,
    attributes: toAttributes([
      ['品牌', [row.brandName]],
      ['分类', categories ? [] : listCategories(row)],
      ['颜色', [row.specInfo.color]],
      ['尺码', [row.specInfo.size]],
      ['规格', [row.specInfo.spec]],
    ]),
    notes: notes.length > 0 ? notes : undefined,
  };
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
  return {
    count: comments?.count,
    atLeast: comments && isCutDown(comments),
    goodRatePercent: isRate ? goodCommentsShare : undefined,
  };
}

function normalizeStock({ stockState, priceInfo }: GoodsRow): Stock | undefined {
  const isPresale = priceInfo.lowestPriceType === PRESALE_PRICE && stockState !== 0;
  return isPresale ? { status: 'presale' } : normalizeStockState(stockState);
}

function normalizeShop({ shopInfo, owner, isJdSale }: GoodsRow): ProductFacts['shop'] {
  const selfOperated = owner === 'g' ? true : owner === 'p' ? false : isJdSale;
  const { shopId, shopName, shopLevel } = shopInfo;
  if ([shopId, shopName, shopLevel, selfOperated].every((value) => value === undefined)) return undefined;
  return { id: shopId, name: shopName, selfOperated, rating: shopLevel };
}

/** What is paid out at the price that is shown. */
function normalizeCommission(row: GoodsRow, hasCouponPrice: boolean): Commission | undefined {
  const { commission, commissionShare, couponCommission } = row.commissionInfo;
  const amountFen = hasCouponPrice ? (couponCommission ?? commission) : commission;
  return toCommission(amountFen, commissionShare);
}

function toCommission(
  amountFen: number | undefined,
  ratePercent: number | undefined,
): Commission | undefined {
  if (amountFen === undefined && !ratePercent) return undefined;
  return { amountFen, ratePercent: ratePercent || undefined };
}

/** From the widest to the narrowest; undefined where JD names them without ids. */
function normalizeCategories({ categoryInfo }: Pick<GoodsRow, 'categoryInfo'>): Category[] | undefined {
  const { cid1, cid1Name, cid2, cid2Name, cid3, cid3Name } = categoryInfo;
  const levels = [
    { id: cid1, name: cid1Name },
    { id: cid2, name: cid2Name },
    { id: cid3, name: cid3Name },
  ];
  const known = levels.flatMap(({ id, name }) => (id === undefined ? [] : [{ id, name }]));
  return known.length > 0 ? known : undefined;
}

function listCategories({ categoryInfo }: Pick<GoodsRow, 'categoryInfo'>): (string | undefined)[] {
  return [categoryInfo.cid1Name, categoryInfo.cid2Name, categoryInfo.cid3Name];
}

function listImages({ imageInfo }: Pick<GoodsRow, 'imageInfo'>): unknown[] {
  return imageInfo.imageList.map(({ url }) => url);
}

/** Prices without coupons; undefined for a row that names no SKU. */
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
        : { id: row.shopId, selfOperated: row.isJdSale },
    commission: toCommission(undefined, row.commisionRatioWl),
    notes: [BEFORE_COUPONS],
  };
}

/** Adds what only the method for long texts and images tells. */
export function addBigFields(facts: ProductFacts, row: BigFieldRow | undefined): ProductFacts {
  if (!row) return facts;
  const further = parseShownUrls(listImages(row), jd.shownHosts) ?? [];
  const images = [...new Set([...(facts.images ?? []), ...further])];
  const properties = row.baseBigFieldInfo.propGroups.flatMap(({ atts }) =>
    atts.map(({ attName, vals }) => [attName, [vals].flat()] as const),
  );
  const categories = facts.categories ?? normalizeCategories(row);
  const added = toAttributes([['分类', categories ? [] : listCategories(row)], ...properties]) ?? [];
  const known = new Set(facts.attributes?.map(({ name }) => name));
  const attributes = [...(facts.attributes ?? []), ...added.filter(({ name }) => !known.has(name))];
  return {
    ...facts,
    image: facts.image ?? images[0],
    images: images.length > 0 ? images : undefined,
    detailImages: parseShownUrls(row.detailImages, jd.shownHosts),
    categories,
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
