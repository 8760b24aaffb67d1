import { createOtherIdNote, findPriceRange, toPrices } from '../../../product/normalizer.js';
import type { Note, Price, ProductFacts, Reviews, Sales, Sku } from '../../../product/product.js';
import { normalizeGuideSkus, normalizeStockState } from '../../jd/guide/skus.js';
import { jd } from '../../jd/links.js';
import type { GoodsInfo } from './schema.js';

const NO_SALES_NOTE: Note = {
  en: 'No monthly sales figure yet (usual for new goods); this does not mean that none was sold',
  zh: '还没有月销量（新品常见），不等于没有卖出',
};

/** @param askedId taken when the row does not name its id; undefined for rows of a list */
export function normalizeGoodsInfo(info: GoodsInfo, askedId: string | undefined): ProductFacts | undefined {
  const id = info.skuId ?? askedId;
  if (id === undefined) return undefined;
  const skus = normalizeGuideSkus(info.skuList);
  return {
    id,
    title: info.title,
    prices: normalizePrices(info, skus),
    sales: normalizeSales(info),
    reviews: normalizeReviews(info),
    stock: normalizeStockState(info.stockState),
    skus,
    shop: info.isSelf === undefined ? undefined : { selfOperated: info.isSelf === 1 },
    notes: collectNotes(info, askedId),
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

function normalizeReviews({ commentCount, goodCommentRate }: GoodsInfo): Reviews | undefined {
  if (commentCount === undefined && goodCommentRate === undefined) return undefined;
  return { count: commentCount, goodRatePercent: goodCommentRate };
}

function collectNotes(info: GoodsInfo, askedId: string | undefined): Note[] | undefined {
  const notes = [
    ...(info.monthSales && info.monthSales.count > 0 ? [] : [NO_SALES_NOTE]),
    ...(askedId && info.skuId && info.skuId !== askedId ? [createOtherIdNote(askedId, info.skuId, jd)] : []),
  ];
  return notes.length > 0 ? notes : undefined;
}
