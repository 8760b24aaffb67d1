import { createOtherIdNote, findPriceRange, toPrices } from '../../../product/normalizer.js';
import type { Note, ProductFacts, Sales, Sku } from '../../../product/product.js';
import { normalizeGuideSkus } from '../../jd/guide/skus.js';
import { jd } from '../../jd/links.js';
import { normalizeQuantity, type Region } from '../stock.js';
import type { Item, ItemSku } from './schema.js';

const NO_PERIOD_NOTE: Note = {
  en: 'Sales as the merchant sees them; JD names no period',
  zh: '商家看到的销量，京东没有说明统计周期',
};

/** @param askedId taken when the item does not name its id */
export function normalizeItem(item: Item, askedId: string): ProductFacts {
  const { skus, notes: skuNotes } = normalizeGuideSkus(item.skuList, completeSku);
  const [sales, ...others] = listSales(item);
  const notes = [
    ...(item.skuId !== undefined && item.skuId !== askedId
      ? [createOtherIdNote(askedId, item.skuId, jd)]
      : []),
    ...others.map(({ text }): Note => ({ en: `JD also gives: ${text}`, zh: `京东另有：${text}` })),
    ...skuNotes,
  ];
  return {
    id: item.skuId ?? askedId,
    title: item.title,
    prices: [
      ...toPrices('list', item.price, findPriceRange(skus, 'list')),
      ...toPrices('member', item.memberPrice, findPriceRange(skus, 'member')),
      ...toPrices('cost', item.costPrice, findPriceRange(skus, 'cost')),
    ],
    sales,
    stock: normalizeQuantity(item.stockNum, listRegions(item)),
    skus,
    notes: notes.length > 0 ? notes : undefined,
  };
}

/** What this interface tells of a variant and the Union's does not. */
function completeSku(sku: Sku, row: ItemSku): Sku {
  return {
    ...sku,
    prices: [...sku.prices, ...toPrices('member', row.memberPrice), ...toPrices('cost', row.costPrice)],
    stock: normalizeQuantity(row.stockNum, listRegions(row)) ?? sku.stock,
  };
}

function listRegions({ areaStock }: Pick<Item, 'areaStock'>): Region[] {
  return areaStock.flatMap(({ area, stockNum }) =>
    area === undefined || stockNum === undefined ? [] : [{ name: area, quantity: stockNum }],
  );
}

/** Every figure that the answer holds, those of a known period first. A 0 is left out. */
function listSales({ sales, monthSales, totalSales }: Item): Sales[] {
  const figures: (Sales | undefined)[] = [
    monthSales && { ...monthSales, period: 'month', text: `月销量 ${monthSales.text}` },
    totalSales && { ...totalSales, period: 'total', text: `总销量 ${totalSales.text}` },
    sales && { ...sales, text: `销量 ${sales.text}`, note: NO_PERIOD_NOTE },
  ];
  return figures.flatMap((figure) => (figure && figure.count !== 0 ? [figure] : []));
}
