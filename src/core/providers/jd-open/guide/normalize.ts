import { createOtherIdNote, findPriceRange, toPrices } from '../../../product/normalizer.js';
import type { Note, ProductFacts, Sales } from '../../../product/product.js';
import { normalizeGuideSkus } from '../../jd/guide/skus.js';
import { jd } from '../../jd/links.js';
import { normalizeQuantity } from '../stock.js';
import type { Item } from './schema.js';

const NO_PERIOD_NOTE: Note = {
  en: 'Sales as the merchant sees them; JD names no period',
  zh: '商家看到的销量，京东没有说明统计周期',
};

export function normalizeItem(item: Item, askedId: string): ProductFacts {
  const skus = normalizeGuideSkus(item.skuList);
  const regions = item.areaStock.flatMap(({ area, stockNum }) =>
    area === undefined || stockNum === undefined ? [] : [{ name: area, quantity: stockNum }],
  );
  return {
    id: item.skuId ?? askedId,
    title: item.title,
    prices: [
      ...toPrices('list', item.price, findPriceRange(skus, 'list')),
      ...toPrices('member', item.memberPrice),
      ...toPrices('cost', item.costPrice),
    ],
    sales: normalizeSales(item.sales),
    stock: normalizeQuantity(item.stockNum, regions),
    skus,
    notes:
      item.skuId !== undefined && item.skuId !== askedId
        ? [createOtherIdNote(askedId, item.skuId, jd)]
        : undefined,
  };
}

function normalizeSales(count: number | undefined): Sales | undefined {
  if (count === undefined || count === 0) return undefined;
  return {
    count,
    atLeast: false,
    approximate: false,
    scope: 'item',
    period: 'total',
    text: `销量 ${count}`,
    note: NO_PERIOD_NOTE,
  };
}
