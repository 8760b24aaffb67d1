import { findPriceRange, toPrices } from '../../normalizer.js';
import type { ProductFacts, Sales } from '../../product.js';
import { normalizeGuideSkus } from '../jd/guide-skus.js';
import type { Item } from './item.js';
import { normalizeQuantity } from './stock.js';

const NO_PERIOD_NOTE = 'Sales as the merchant sees them; JD names no period';

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
        ? [`Asked for ${askedId}; JD answered with ${item.skuId}`]
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
