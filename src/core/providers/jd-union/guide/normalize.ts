import { createOtherIdNote, findPriceRange, isCutDown, toPrices } from '../../../product/normalizer.js';
import type { Commission, Note, Price, ProductFacts, Reviews, Sales, Sku } from '../../../product/product.js';
import { normalizeGuideSkus } from '../../jd/guide/skus.js';
import { jd } from '../../jd/links.js';
import { normalizeStockState } from '../../jd/stock-state.js';
import type { GoodsInfo } from './schema.js';

const NO_SALES_NOTE: Note = {
  en: 'No monthly sales figure yet (usual for new goods); this does not mean that none was sold',
  zh: '暂无月销量（多为新品）',
};

/** @param askedId taken when the row does not name its id; undefined for rows of a list */
export function normalizeGoodsInfo(info: GoodsInfo, askedId: string | undefined): ProductFacts | undefined {
  const id = info.skuId ?? askedId;
  if (id === undefined) return undefined;
  const { skus, notes } = normalizeGuideSkus(info.skuList);
  return {
    id,
    title: info.title,
    prices: normalizePrices(info, skus),
    sales: normalizeSales(info),
    reviews: normalizeReviews(info),
    stock: normalizeStockState(info.stockState),
    skus,
    shop: info.isSelf === undefined ? undefined : { selfOperated: info.isSelf },
    commission: normalizeCommission(info),
    notes: collectNotes(info, askedId, notes),
  };
}

function normalizePrices(info: GoodsInfo, skus: readonly Sku[] | undefined): Price[] {
  return [
    ...toPrices('coupon', info.couponPrice),
    ...toPrices('sale', info.lowPrice),
    ...toPrices('list', info.price, findPriceRange(skus, 'list')),
  ];
}

function normalizeSales({ monthSales }: GoodsInfo): Sales | undefined {
  if (!monthSales || monthSales.count === 0) return undefined;
  return { ...monthSales, period: 'month', text: `月销量 ${monthSales.text}` };
}

function normalizeCommission({ commissionInfo, ...info }: GoodsInfo): Commission | undefined {
  const amountFen = info.commission ?? commissionInfo.commission;
  const ratePercent = info.commissionShare ?? commissionInfo.commissionShare;
  if (amountFen === undefined && !ratePercent) return undefined;
  return { amountFen, ratePercent: ratePercent || undefined };
}

function normalizeReviews({ commentCount, goodCommentRate }: GoodsInfo): Reviews | undefined {
  if (commentCount === undefined && goodCommentRate === undefined) return undefined;
  return {
    count: commentCount?.count,
    atLeast: commentCount && isCutDown(commentCount),
    goodRatePercent: goodCommentRate,
  };
}

function collectNotes(
  info: GoodsInfo,
  askedId: string | undefined,
  skuNotes: readonly Note[],
): Note[] | undefined {
  const notes = [
    // A 0 says so; an absent field says nothing.
    ...(info.monthSales?.count === 0 ? [NO_SALES_NOTE] : []),
    ...skuNotes,
    ...(askedId && info.skuId && info.skuId !== askedId ? [createOtherIdNote(askedId, info.skuId, jd)] : []),
  ];
  return notes.length > 0 ? notes : undefined;
}
