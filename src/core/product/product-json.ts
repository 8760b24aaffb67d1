import type * as z from 'zod';
import type { Completion, Coupon, Detail, Price, Product, Ref, Shop, Sku } from './product.js';
import type {
  CouponJson,
  PriceJson,
  ProductJson,
  ShopJson,
  ShownPriceJson,
  SkuJson,
  StockJson,
} from './product-schema.js';
import { findShownPrice } from './shown-price.js';

/** A reference in JSON. */
export interface RefJson {
  readonly platform: string;
  readonly kind: Ref['kind'];
  readonly id: string | null;
  readonly id_type?: string;
  readonly url: string;
}

/** Integer fen to decimal yuan with at most two decimals. */
export function toYuan(fen: number): number {
  return fen / 100;
}

function formatPrice({ kind, amountFen, fromFen, toFen, isAssumed }: Price): z.infer<typeof PriceJson> {
  return {
    kind,
    amount: toYuan(amountFen),
    ...(fromFen !== undefined && { from: toYuan(fromFen) }),
    ...(toFen !== undefined && { to: toYuan(toFen) }),
    ...(isAssumed && { assumed: true }),
  };
}

function formatShownPrice(prices: readonly Price[]): z.infer<typeof ShownPriceJson> | undefined {
  const shown = findShownPrice(prices);
  if (!shown) return undefined;
  const { kind, amount, ...range } = formatPrice(shown);
  return { amount, kind, currency: 'CNY', ...range };
}

function formatSku(sku: Sku): z.infer<typeof SkuJson> {
  return {
    id: sku.id,
    spec_id: sku.specId,
    spec_ids: sku.specIds && [...sku.specIds],
    name: sku.name,
    attributes: [...sku.attributes],
    price: formatShownPrice(sku.prices),
    prices: sku.prices.map(formatPrice),
    stock: sku.stock && formatStock(sku.stock),
    image: sku.image,
    presale: sku.presale,
    coupon: sku.coupon,
  };
}

function formatCoupon(coupon: Coupon): z.infer<typeof CouponJson> {
  const { amountFen, thresholdFen, isPromotionLink, ...rest } = coupon;
  return {
    amount: toYuan(amountFen),
    threshold: thresholdFen === undefined ? undefined : toYuan(thresholdFen),
    ...rest,
    promotion_link: isPromotionLink || undefined,
  };
}

function formatShop(shop: Shop, isFull: boolean): z.infer<typeof ShopJson> {
  return {
    id: shop.id,
    name: shop.name,
    self_operated: shop.selfOperated,
    ...(isFull && { logo: shop.logo, goods_count: shop.goodsCount, rating: shop.rating }),
  };
}

function formatStock(stock: NonNullable<Product['stock']>): z.infer<typeof StockJson> {
  const { status, quantity, atLeast } = stock;
  return { status, quantity, at_least: atLeast || undefined, regions: stock.regions && [...stock.regions] };
}

/**
 * A product as JSON: amounts in yuan, unknown is absent.
 * @param detail anything but `full` leaves out SKUs, attributes, further images and the like; `sku_count` stays
 */
export function formatProduct(product: Product, detail: Detail = 'full'): ProductJson {
  const { sales, reviews, commission, shop } = product;
  return dropUndefined({
    platform: product.platform,
    id: product.id,
    id_type: product.idType,
    url: product.url,
    title: product.title,
    image: product.image,
    price: formatShownPrice(product.prices),
    prices: product.prices.map(formatPrice),
    coupons: product.coupons?.map(formatCoupon),
    subsidy: product.subsidy,
    sales: sales && {
      count: sales.count,
      at_least: sales.atLeast || undefined,
      approximate: sales.approximate || undefined,
      scope: sales.scope,
      period: sales.period,
      text: sales.text,
      note: sales.note?.en,
    },
    reviews: reviews && {
      count: reviews.count,
      at_least: reviews.atLeast || undefined,
      good_rate: reviews.goodRatePercent,
    },
    stock: product.stock && formatStock(product.stock),
    sku_count: product.skus?.length,
    shop: shop && formatShop(shop, detail === 'full'),
    commission: commission && {
      amount: commission.amountFen === undefined ? undefined : toYuan(commission.amountFen),
      rate: commission.ratePercent,
    },
    promotions: product.promotions && [...product.promotions],
    delivery: product.delivery && [...product.delivery],
    buy_link: product.buyLink,
    ...formatCompletions(product),
    notes: product.notes?.map(({ en }) => en),
    ...(detail === 'full' && formatFullPart(product)),
    source: product.source,
    fetched_at: new Date(product.fetchedAtMs).toISOString(),
    cached: product.cached || undefined,
    sandbox: product.sandbox || undefined,
  });
}

function formatCompletions({ completedBy, completableBy }: Product) {
  const format = ({ source, parts }: Completion) => ({ source, parts: [...parts] });
  return {
    completed_by: completedBy && {
      ...format(completedBy),
      fetched_at: new Date(completedBy.fetchedAtMs).toISOString(),
    },
    completable_by: completableBy && format(completableBy),
  };
}

function formatFullPart(product: Product) {
  return {
    images: product.images && [...product.images],
    skus: product.skus?.map(formatSku),
    description: product.description,
    attributes: product.attributes?.map(({ name, values }) => ({ name, values: [...values] })),
    detail_images: product.detailImages && [...product.detailImages],
    video: product.video,
    categories: product.categories && [...product.categories],
    rating: product.rating,
    local: product.local,
    activities: product.activities && [...product.activities],
    service: product.service && [...product.service],
  };
}

/** A reference in its JSON form. */
export function formatRefJson(ref: Ref): RefJson {
  const { platform, kind, id, idType, url } = ref;
  return { platform, kind, id, ...(idType !== undefined && { id_type: idType }), url };
}

/** Unknown is absent: drops undefined at every depth, so that the object equals its own JSON. */
export function dropUndefined<T>(value: T): T {
  if (Array.isArray(value)) return value.map(dropUndefined) as T;
  if (typeof value !== 'object' || value === null) return value;
  const known = Object.entries(value).filter(([, entry]) => entry !== undefined);
  return Object.fromEntries(known.map(([key, entry]) => [key, dropUndefined(entry)])) as T;
}
