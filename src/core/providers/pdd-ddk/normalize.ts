import { ResponseError } from '../../errors.js';
import {
  cleanTexts,
  collectSkus,
  parseIdDigits,
  parseShownUrl,
  parseShownUrls,
  toPrices,
} from '../../product/normalizer.js';
import type { Commission, Note, ProductFacts, Shop, Sku } from '../../product/product.js';
import type { ProductId } from '../../provider.js';
import { pdd } from '../pdd/links.js';
import { SUBSIDY_NOTE } from '../pdd/subsidy.js';
import { findCouponFen, formatFurtherCoupons, listCoupons, TAKE_COUPON_NOTE } from './coupons.js';
import type { GoodsRow, SkuRow } from './schema.js';

const SUBSIDY_TAG = '7';
const ACTIVITIES: Readonly<Record<string, string>> = { 4: '秒杀', [SUBSIDY_TAG]: '百亿补贴' };
const SERVICES: Readonly<Record<string, string>> = {
  1: '包邮',
  2: '七天退换',
  3: '运费险',
  11: '闪电退款',
  12: '24小时发货',
  13: '48小时发货',
  15: '假一罚十',
  17: '顺丰',
  24: '极速退款',
  2000001: '价格保护',
};
const MERCHANTS: Readonly<Record<string, string>> = {
  1: '个人',
  2: '企业',
  3: '旗舰店',
  4: '专卖店',
  5: '专营店',
  6: '普通店',
};

/**
 * @param nowMs decides which coupon holds
 * @param asked the id a row without a goods_id is known by; absent for rows of a list
 * @throws ResponseError for a product that the upstream hides
 */
export function normalizeRow(row: GoodsRow, nowMs: number, asked?: ProductId): ProductFacts | undefined {
  const identity = findIdentity(row, asked);
  if (!identity) return undefined;
  if (isHidden(row)) throw createHiddenError();
  const { min_group_price: groupFen, min_normal_price: singleFen } = row;
  const couponFen = findCouponFen(row, nowMs);
  const coupons = listCoupons(row, nowMs);
  const isSubsidised = row.activity_tags.map(String).includes(SUBSIDY_TAG) || undefined;
  const skus = collectSkus(row.sku_list.flatMap((sku) => normalizeSku(sku, couponFen !== undefined) ?? []));
  const images = parseShownUrls([row.goods_image_url, ...row.goods_gallery_urls], pdd.shownHosts);
  return {
    ...identity,
    title: row.goods_name,
    description: row.goods_desc === row.goods_name ? undefined : row.goods_desc,
    image: images?.[0] ?? parseShownUrl(row.goods_thumbnail_url, pdd.shownHosts),
    images,
    video: parseShownUrl(row.video_urls[0], pdd.shownHosts),
    categories: normalizeCategories(row),
    prices: [
      ...toPrices('coupon', couponFen),
      ...toPrices('group', groupFen),
      ...toPrices('single', singleFen),
    ],
    coupons,
    subsidy: isSubsidised,
    sales: row.sales_tip,
    skus,
    shop: normalizeShop(row),
    commission: normalizeCommission(row, couponFen ?? groupFen),
    promotions: cleanTexts([...row.unified_tags, ...formatFurtherCoupons(row)]),
    activities: nameTags(row.activity_tags, ACTIVITIES),
    service: nameTags(row.service_tags, SERVICES),
    attributes: toAttributes(row),
    notes: listNotes([coupons && TAKE_COUPON_NOTE, isSubsidised && SUBSIDY_NOTE]),
  };
}

/** The goods_id stays the same; several signs exist for one product. */
function findIdentity(
  { goods_id, goods_sign }: GoodsRow,
  asked: ProductId | undefined,
): ProductId | undefined {
  if (goods_id !== undefined) return { id: goods_id };
  return asked ?? (goods_sign === undefined ? undefined : { id: goods_sign, idType: 'goods_sign' });
}

/** What the upstream does under risk control, as one program found: an empty name and a price of 0. */
export const isHidden = ({ goods_name, min_group_price, goods_sign }: GoodsRow) =>
  goods_name === undefined && min_group_price === undefined && goods_sign !== undefined;

/** For what risk control hides: it shows again to a caller who waits. */
export function createHiddenError(): ResponseError {
  return new ResponseError(
    'Pinduoduo hides names and prices, as it does under risk control. Wait before asking again, and ask more slowly.',
    { code: 'risk_control' },
  );
}

/** Per mille of what is paid, rounded down. */
function normalizeCommission({ promotion_rate: rate }: GoodsRow, paidFen = 0): Commission | undefined {
  if (rate === undefined) return undefined;
  const amountFen = Math.floor((paidFen * rate) / 1000);
  return { ratePercent: rate / 10, amountFen: amountFen || undefined };
}

function normalizeShop(row: GoodsRow): Shop | undefined {
  const { mall_id: id, mall_name: name } = row;
  const logo = parseShownUrl(row.mall_img_url, pdd.shownHosts);
  const scores = [
    ['描述', row.desc_txt],
    ['服务', row.serv_txt],
    ['物流', row.lgst_txt],
  ].flatMap(([about, score]) => (score ? [`${about} ${score}`] : []));
  const rating = scores.join(' · ') || undefined;
  return id || name || logo || rating ? { id, name, logo, rating } : undefined;
}

/** From the widest to the narrowest; 0 fills up. */
function normalizeCategories({ cat_ids }: GoodsRow): ProductFacts['categories'] {
  const ids = cat_ids.flatMap((id) => parseIdDigits(id) ?? []);
  return ids.length > 0 ? ids.map((id) => ({ id })) : undefined;
}

function normalizeSku(row: SkuRow, isCouponValid: boolean): Sku | undefined {
  const attributes = row.spec_list.flatMap(({ parent_spec_value, spec_value }) =>
    parent_spec_value && spec_value ? [{ name: parent_spec_value, value: spec_value }] : [],
  );
  const name = attributes.map(({ value }) => value).join(' ') || row.sku_id_code;
  if (name === undefined) return undefined;
  return {
    id: row.sku_id_code,
    name,
    attributes,
    prices: [
      ...(isCouponValid ? toPrices('coupon', row.jinbao_goods_price) : []),
      ...toPrices('group', row.min_group_price),
    ],
    stock: row.is_onsale === false ? { status: 'off_sale' } : undefined,
    image: parseShownUrl(row.sku_thumb_url, pdd.shownHosts),
  };
}

function toAttributes({ brand_name, merchant_type = 0 }: GoodsRow): ProductFacts['attributes'] {
  const merchant = MERCHANTS[merchant_type];
  const attributes = [
    ...(brand_name === undefined ? [] : [{ name: '品牌', values: [brand_name] }]),
    ...(merchant === undefined ? [] : [{ name: '店铺类型', values: [merchant] }]),
  ];
  return attributes.length > 0 ? attributes : undefined;
}

function nameTags(tags: readonly unknown[], names: Readonly<Record<string, string>>): string[] | undefined {
  return cleanTexts(tags.map((tag) => names[String(tag)]));
}

function listNotes(notes: readonly (Note | undefined | false)[]): Note[] | undefined {
  const said = notes.filter((note) => note !== undefined && note !== false);
  return said.length > 0 ? said : undefined;
}
