import {
  collectSkus,
  findPriceRange,
  formatYuan,
  parseShownUrl,
  parseShownUrls,
  toPrices,
} from '../../../product/normalizer.js';
import type { Note, Price, ProductFacts, Sku, Stock } from '../../../product/product.js';
import { jd } from '../../jd/links.js';
import { normalizeQuantity, type Region } from '../stock.js';
import type { SkuRow, StockRow, WareRow } from './schema.js';

const NOT_OFFERED_NOTE: Note = {
  en: 'Member price and sales counts are not offered by this interface',
  zh: '这个接口不提供会员价和销量',
};
const SKU_ON_SALE = 1;
const WARE_ON_SALE = 8;
/** Images come as addresses, or as paths on JD's image servers. */
const IMAGE_BASE = 'https://img14.360buyimg.com/n1/';

/** What was answered about a product: its own row always, the rest where it was asked for and came. */
export interface OwnProduct {
  readonly sku: SkuRow;
  readonly ware?: WareRow;
  /** One row a warehouse. */
  readonly stock?: readonly StockRow[];
  /** All variants of the ware. */
  readonly variants?: readonly SkuRow[];
}

/** @param id the one that was asked for */
export function normalizeOwnProduct(
  { sku, ware, stock = [], variants }: OwnProduct,
  id: string,
): ProductFacts {
  const skus = variants && normalizeVariants(variants);
  const images = parseImages([sku.logo, ware?.logo, ...(ware?.images ?? [])]);
  return {
    id,
    title: sku.skuName ?? sku.wareTitle ?? ware?.title,
    image: images?.[0],
    images,
    prices: normalizePrices(sku.jdPrice, ware, skus),
    stock: normalizeSkuStock(sku, normalizeRegions(stock)),
    skus,
    shop: ware?.shopId === undefined ? undefined : { id: ware.shopId },
    attributes: toAttributes(ware?.brandName, sku.outerId),
    notes: [NOT_OFFERED_NOTE, ...notePriceOfWare(sku, ware)],
  };
}

/** The price of a product page is that of one of its variants, and JD does not say which: it cannot stand in for another's. */
function notePriceOfWare({ jdPrice }: SkuRow, ware: WareRow | undefined): Note[] {
  if (jdPrice !== undefined || ware?.jdPrice === undefined) return [];
  const price = formatYuan(ware.jdPrice);
  return [
    {
      en: `JD names no price of this variant; its product page is at ¥${price}`,
      zh: `京东没有给出这个规格的价格，商品页标价 ¥${price}`,
    },
  ];
}

/** @param id of the variant that stands for the ware */
export function normalizeWare(ware: WareRow, id: string): ProductFacts {
  const images = parseImages([ware.logo, ...ware.images]);
  const stock = normalizeQuantity(ware.stockNum, []);
  return {
    id,
    title: ware.title,
    image: images?.[0],
    images,
    prices: normalizePrices(ware.jdPrice, ware, undefined),
    stock: isOff(ware.wareStatus, WARE_ON_SALE) ? { ...stock, status: 'off_sale' } : stock,
    shop: ware.shopId === undefined ? undefined : { id: ware.shopId },
    attributes: toAttributes(ware.brandName),
    notes: [NOT_OFFERED_NOTE],
  };
}

function toAttributes(brand: string | undefined, ownCode?: string): ProductFacts['attributes'] {
  const attributes = [
    ...(brand === undefined ? [] : [{ name: '品牌', values: [brand] }]),
    ...(ownCode === undefined ? [] : [{ name: '商家编码', values: [ownCode] }]),
  ];
  return attributes.length > 0 ? attributes : undefined;
}

/** 京东价 is what one pays, 市场价 the crossed-out price. */
function normalizePrices(
  saleFen: number | undefined,
  ware: WareRow | undefined,
  skus: readonly Sku[] | undefined,
): Price[] {
  return [
    ...toPrices('sale', saleFen, findPriceRange(skus, 'sale')),
    ...toPrices('list', ware?.marketPrice),
    ...toPrices('cost', ware?.costPrice),
  ];
}

function normalizeVariants(rows: readonly SkuRow[]): Sku[] | undefined {
  const skus = rows.flatMap((row) => {
    if (row.skuId === undefined) return [];
    const attributes = row.saleAttrs.flatMap(({ attrId, attrValues, attrValueAlias }) => {
      const value = (attrValueAlias.length > 0 ? attrValueAlias : attrValues).join(' ');
      return attrId === undefined || value === '' ? [] : [{ name: attrId, value }];
    });
    const sku: Sku = {
      id: row.skuId,
      name: attributes.map(({ value }) => value).join(' ') || (row.skuName ?? row.skuId),
      attributes,
      prices: toPrices('sale', row.jdPrice),
      stock: normalizeSkuStock(row, []),
      image: parseShownUrl(completeImage(row.logo), jd.shownHosts),
    };
    return [sku];
  });
  return collectSkus(skus);
}

function normalizeSkuStock({ stockNum, status }: SkuRow, regions: readonly Region[]): Stock | undefined {
  const stock = normalizeQuantity(stockNum, regions);
  return isOff(status, SKU_ON_SALE) ? { ...stock, status: 'off_sale' } : stock;
}

function isOff(status: number | undefined, onSale: number): boolean {
  return status !== undefined && status !== onSale;
}

function normalizeRegions(rows: readonly StockRow[]): Region[] {
  return rows.flatMap(({ storeId, stockNum }) =>
    storeId === undefined || stockNum === undefined ? [] : [{ name: `仓库 ${storeId}`, quantity: stockNum }],
  );
}

function parseImages(values: readonly unknown[]): string[] | undefined {
  return parseShownUrls(values.map(completeImage), jd.shownHosts);
}

/** An address, an object that holds one, or a path. */
function completeImage(value: unknown): unknown {
  const url = typeof value === 'object' && value !== null && 'imgUrl' in value ? value.imgUrl : value;
  return typeof url === 'string' && url.startsWith('jfs/') ? IMAGE_BASE + url : url;
}
