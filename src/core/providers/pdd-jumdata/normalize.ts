import {
  cleanTexts,
  collectSkus,
  type FenRange,
  findPriceRange,
  isCutDown,
  noteRepeatedSkus,
  parseCountText,
  parseShownUrl,
  parseShownUrls,
  toPrices,
} from '../../product/normalizer.js';
import type {
  Attribute,
  Category,
  Note,
  Price,
  ProductFacts,
  Reviews,
  Shop,
  Sku,
  Stock,
} from '../../product/product.js';
import { pdd } from '../pdd/links.js';
import { collectNotes } from './notes.js';
import { readSales } from './sales.js';
import type { Goods, SkuProduct } from './schema.js';

/** Where a seller says where goods are sent from, next to the field for it. */
const LOCAL_PROPERTY = '发货地';

/** @param askedId taken when the answer does not name its id */
export function normalizeGoods(goods: Goods, askedId: string): ProductFacts {
  const rows = normalizeSkus(goods);
  const skus = collectSkus(rows);
  const images = parseShownUrls([goods.thumb, ...goods.main_figures], pdd.shownHosts);
  const prices = normalizePrices(goods, skus);
  const { main: sales } = readSales(goods);
  return {
    id: goods.goods_id ?? askedId,
    title: goods.goods_name ?? goods.title,
    description: normalizeDescription(goods),
    image: images?.[0],
    images,
    detailImages: parseShownUrls(goods.detail_figuers, pdd.shownHosts),
    video: parseShownUrl(goods.video_url, pdd.shownHosts),
    categories: normalizeCategories(goods),
    prices,
    subsidy: goods.is_subsidy,
    sales,
    reviews: normalizeReviews(goods),
    rating: goods.goods_star,
    stock: normalizeStock(goods),
    skus,
    shop: normalizeShop(goods),
    promotions: cleanTexts(
      goods.promotion.mall_promotion_new_cell.cell_detail_list.map((cell) => cell.copy_writing),
    ),
    activities: joinTexts(goods.activity, goods.group, goods.section_list, goods.sub_sections),
    attributes: normalizeAttributes(goods),
    delivery: cleanTexts([goods.postage, goods.delivery_time]),
    service: goods.service_promise,
    local: goods.goods_local ?? findProperty(goods, LOCAL_PROPERTY),
    notes: joinNotes(collectNotes(goods, prices, askedId), noteRepeatedSkus(rows, skus)),
  };
}

const joinNotes = (...lists: readonly (readonly Note[])[]): Note[] | undefined =>
  lists.some((list) => list.length > 0) ? lists.flat() : undefined;

/** What the seller says besides the title; the upstream repeats the title in four fields. */
function normalizeDescription(goods: Goods): string | undefined {
  const { goods_name, title, share_title, desc, goods_name_suffix } = goods;
  const [, ...others] = new Set([goods_name ?? title, title, goods_name_suffix, share_title, desc]);
  return others.filter((one) => one !== undefined).join(' · ') || undefined;
}

function normalizeCategories(goods: Goods): Category[] | undefined {
  const { cate_id, cate_name, cate_id1, cate_id2, cate_id3, cate_id4 } = goods;
  const ids = [...new Set([cate_id1, cate_id2, cate_id3, cate_id4, cate_id])].filter(
    (id) => id !== undefined,
  );
  const named = cate_id ?? ids.at(-1);
  return ids.length > 0 ? ids.map((id) => (id === named ? { id, name: cate_name } : { id })) : undefined;
}

function normalizeReviews({ goods_comment, goods_comment_text }: Goods): Reviews | undefined {
  const written = parseCountText(goods_comment_text);
  // 0 next to a text that counts is unknown, as it is with sales.
  const count = written && !goods_comment?.count ? written : goods_comment;
  return count && { count: count.count, atLeast: isCutDown(count) };
}

function normalizeShop(goods: Goods): Shop | undefined {
  const { mall_id: id, mall_name: name, mall_goods_num: goodsCount, mall_data_dsr } = goods;
  const logo = parseShownUrl(goods.mall_logo, pdd.shownHosts);
  const rating = mall_data_dsr?.join(' · ');
  return id || name || logo || rating || goodsCount ? { id, name, logo, goodsCount, rating } : undefined;
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
  const lists = new Set([price.line_price, goods.original_price]);
  return [
    ...toPrices('group', group?.fromFen ?? goods.prices, group),
    ...toPrices('single', single?.fromFen, single),
    ...[...lists].flatMap((list) => toPrices('list', list)),
  ];
}

function toRange(fromFen: number | undefined, toFen: number | undefined): FenRange | undefined {
  return fromFen === undefined ? undefined : { fromFen, toFen: Math.max(fromFen, toFen ?? fromFen) };
}

type StockFields = Pick<Goods, 'is_onsale' | 'is_pre_sale' | 'quantity'>;

function normalizeStock({ is_onsale, is_pre_sale, quantity: count }: StockFields): Stock | undefined {
  const left = count && { quantity: count.count, atLeast: isCutDown(count) };
  if (is_onsale === false) return { status: 'off_sale', ...left };
  if (is_pre_sale) return { status: 'presale', ...left };
  return left && { status: left.quantity > 0 ? 'in_stock' : 'out_of_stock', ...left };
}

function normalizeSkus({ sku_products, sku_big_types }: Goods): Sku[] {
  const byValueId = new Map(
    sku_big_types.flatMap(({ spec_key: name, spec_values }) =>
      spec_values.flatMap((one) =>
        Object.entries(one).flatMap(([id, value]): [string, Attribute][] =>
          name && value ? [[id, { name, value }]] : [],
        ),
      ),
    ),
  );
  return sku_products.flatMap((row) => normalizeSku(row, byValueId) ?? []);
}

/** A row that has neither an id nor a name is nothing that anyone could buy. */
function normalizeSku(row: SkuProduct, byValueId: ReadonlyMap<string, Attribute>): Sku | undefined {
  const { id, skus: specId, sku_pre_sale_time: until, sku_pre_sale_tip: tip } = row;
  const specIds = row.specs.flatMap(({ values: { vid } }) => vid ?? []);
  const said = row.specs.flatMap(({ pname, values: { vname } }) =>
    pname && vname ? [{ name: pname, value: vname }] : [],
  );
  const attributes =
    said.length > 0 ? said : [specId ?? specIds].flat().flatMap((one) => byValueId.get(one) ?? []);
  const name = attributes.map(({ value }) => value).join(' ') || id || specId;
  if (name === undefined) return undefined;
  return {
    id,
    specId,
    specIds: specIds.length > 0 ? specIds : undefined,
    name,
    attributes,
    prices: [...toPrices('group', row.group_price), ...toPrices('single', row.price)],
    stock: normalizeStock({
      is_onsale: row.is_sale,
      is_pre_sale: row.is_sku_pre_sale,
      quantity: row.quantity,
    }),
    image: parseShownUrl(row.sku_url, pdd.shownHosts),
    presale: until || tip ? { until, tip } : undefined,
    coupon: row.coupon,
  };
}

function findProperty({ properties }: Goods, name: string): string | undefined {
  return cleanTexts(properties.find(({ key }) => key === name)?.values ?? [])?.join(' ');
}

function joinTexts(...lists: readonly (readonly string[] | undefined)[]): string[] | undefined {
  return cleanTexts(lists.flatMap((list) => list ?? []));
}

function normalizeAttributes(goods: Goods): ProductFacts['attributes'] {
  const attributes = goods.properties.flatMap(({ key, values }) => {
    const texts = cleanTexts(values);
    return key && texts ? [{ name: key, values: texts }] : [];
  });
  return attributes.length > 0 ? attributes : undefined;
}
