import {
  cleanTexts,
  collectSkus,
  createOtherIdNote,
  type FenRange,
  findPriceRange,
  parseShownUrl,
  parseShownUrls,
  toPrices,
} from '../../product/normalizer.js';
import type { Note, Price, ProductFacts, Sales, Sku, Stock } from '../../product/product.js';
import { pdd } from './links.js';
import type { Goods, SkuProduct } from './schema.js';

const BEFORE_COUPON_NOTE: Note = { en: 'Price before coupon (券前)', zh: '价格为券前价' };
const SUBSIDY_NOTE: Note = {
  en: 'Takes part in 百亿补贴 (platform subsidy); the price may differ by account',
  zh: '参加百亿补贴，不同账号的价格可能不同',
};

export function normalizeGoods(goods: Goods, askedId: string): ProductFacts {
  const skus = normalizeSkus(goods.sku_products);
  const images = parseShownUrls([goods.thumb, ...goods.main_figures], pdd.shownHosts);
  return {
    id: goods.goods_id ?? askedId,
    title: goods.goods_name ?? goods.title,
    image: images?.[0],
    images,
    prices: normalizePrices(goods, skus),
    sales: normalizeSales(goods),
    reviews: goods.goods_comment === undefined ? undefined : { count: goods.goods_comment },
    stock: normalizeStock(goods),
    skus,
    shop: goods.mall_id || goods.mall_name ? { id: goods.mall_id, name: goods.mall_name } : undefined,
    promotions: cleanTexts(
      goods.promotion.mall_promotion_new_cell.cell_detail_list.map((cell) => cell.copy_writing),
    ),
    attributes: normalizeAttributes(goods),
    delivery: cleanTexts([goods.postage, goods.delivery_time]),
    notes: collectNotes(goods, askedId),
  };
}

function normalizePrices(goods: Goods, skus: readonly Sku[] | undefined): Price[] {
  const { price } = goods;
  const group =
    toRange(price.min_on_sale_group_price, price.max_on_sale_group_price) ??
    toRange(price.min_group_price, price.max_group_price) ??
    findPriceRange(skus, 'group');
  const single =
    toRange(price.min_on_sale_normal_price, price.max_on_sale_normal_price) ??
    toRange(price.min_normal_price, price.max_normal_price) ??
    findPriceRange(skus, 'single');
  return [
    ...toPrices('group', group?.fromFen ?? goods.prices, group),
    ...toPrices('single', single?.fromFen, single),
    ...toPrices('list', price.line_price ?? goods.original_price),
  ];
}

function toRange(fromFen: number | undefined, toFen: number | undefined): FenRange | undefined {
  return fromFen === undefined ? undefined : { fromFen, toFen: Math.max(fromFen, toFen ?? fromFen) };
}

function normalizeSales(goods: Goods): Sales | undefined {
  const tip = goods.side_sales_tip ?? goods.sales_tip;
  return tip && { ...tip, period: 'total' };
}

type StockFields = Pick<Goods, 'is_onsale' | 'is_pre_sale' | 'quantity'>;

function normalizeStock({ is_onsale, is_pre_sale, quantity }: StockFields): Stock | undefined {
  if (is_onsale === 0) return { status: 'off_sale', quantity };
  if (is_pre_sale === 1) return { status: 'presale', quantity };
  if (quantity === undefined) return undefined;
  return { status: quantity > 0 ? 'in_stock' : 'out_of_stock', quantity };
}

function normalizeSkus(rows: readonly SkuProduct[]): Sku[] | undefined {
  const skus = rows.flatMap((row) => normalizeSku(row) ?? []);
  return collectSkus(skus);
}

function normalizeSku(row: SkuProduct): Sku | undefined {
  const id = row.id ?? row.skus;
  if (id === undefined) return undefined;
  const attributes = row.specs.flatMap(({ pname, values: { vname } }) =>
    pname && vname ? [{ name: pname, value: vname }] : [],
  );
  return {
    id,
    name: attributes.map(({ value }) => value).join(' ') || id,
    attributes,
    prices: [...toPrices('group', row.group_price), ...toPrices('single', row.price)],
    stock: normalizeStock({
      is_onsale: row.is_sale,
      is_pre_sale: row.is_sku_pre_sale,
      quantity: row.quantity,
    }),
    image: parseShownUrl(row.sku_url, pdd.shownHosts),
  };
}

function normalizeAttributes(goods: Goods): ProductFacts['attributes'] {
  const attributes = goods.properties.flatMap(({ key, values }) => {
    const texts = cleanTexts(values);
    return key && texts ? [{ name: key, values: texts }] : [];
  });
  return attributes.length > 0 ? attributes : undefined;
}

function collectNotes(goods: Goods, askedId: string): Note[] | undefined {
  const notes = [
    ...(goods.price.new_price_prefix === '券前' ? [BEFORE_COUPON_NOTE] : []),
    ...(goods.is_subsidy === 1 ? [SUBSIDY_NOTE] : []),
    ...(goods.goods_id && goods.goods_id !== askedId
      ? [createOtherIdNote(askedId, goods.goods_id, pdd)]
      : []),
  ];
  return notes.length > 0 ? notes : undefined;
}
