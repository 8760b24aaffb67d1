import * as z from 'zod';
import {
  type Completion,
  type Coupon,
  type Detail,
  findShownPrice,
  PRICE_KINDS,
  PRODUCT_PARTS,
  type Price,
  type Product,
  type Ref,
  type Shop,
  type Sku,
  STOCK_STATUSES,
} from './product.js';

/** The JSON form: snake_case, decimal yuan, unknown fields left out. The same in every output. */

const Amount = z.number();
const PriceJson = z.object({
  kind: z.enum(PRICE_KINDS),
  amount: Amount,
  from: Amount.optional(),
  to: Amount.optional(),
  assumed: z.boolean().optional(),
});
const ShownPriceJson = PriceJson.extend({ currency: z.string() });
const StockJson = z.object({
  status: z.enum(STOCK_STATUSES),
  quantity: z.number().optional(),
  at_least: z.boolean().optional(),
  regions: z.array(z.object({ name: z.string(), quantity: z.number() })).optional(),
});
const SkuJson = z.object({
  id: z.string().optional(),
  spec_id: z.string().optional(),
  spec_ids: z.array(z.string()).optional(),
  name: z.string(),
  attributes: z.array(z.object({ name: z.string(), value: z.string() })),
  price: ShownPriceJson.optional(),
  prices: z.array(PriceJson),
  stock: StockJson.optional(),
  image: z.string().optional(),
  presale: z.object({ until: z.string().optional(), tip: z.string().optional() }).optional(),
  coupon: z.union([z.string(), z.number()]).optional(),
});
const CouponJson = z.object({
  amount: Amount,
  threshold: Amount.optional(),
  from: z.string().optional(),
  to: z.string().optional(),
  remaining: z.number().optional(),
  link: z.string().optional(),
});
const ShopJson = z.object({
  id: z.string().optional(),
  name: z.string().optional(),
  self_operated: z.boolean().optional(),
  logo: z.string().optional(),
  goods_count: z.number().optional(),
  rating: z.string().optional(),
});

const CompletionJson = z.object({ source: z.string(), parts: z.array(z.enum(PRODUCT_PARTS)) });

/** A product in JSON: amounts in yuan, times as ISO 8601, unknown fields left out. */
export const ProductJson = z.object({
  platform: z.string(),
  id: z.string(),
  id_type: z.string().optional(),
  url: z.string(),
  title: z.string().optional(),
  description: z.string().optional(),
  image: z.string().optional(),
  images: z.array(z.string()).optional(),
  detail_images: z.array(z.string()).optional(),
  video: z.string().optional(),
  categories: z.array(z.object({ id: z.string(), name: z.string().optional() })).optional(),
  price: ShownPriceJson.optional(),
  prices: z.array(PriceJson),
  coupons: z.array(CouponJson).optional(),
  subsidy: z.boolean().optional(),
  sales: z
    .object({
      count: z.number().optional(),
      at_least: z.boolean().optional(),
      approximate: z.boolean().optional(),
      scope: z.enum(['item', 'shop', 'people']),
      period: z.enum(['total', 'month', '30d']).optional(),
      text: z.string(),
      note: z.string().optional(),
    })
    .optional(),
  reviews: z
    .object({
      count: z.number().optional(),
      at_least: z.boolean().optional(),
      good_rate: z.number().optional(),
    })
    .optional(),
  rating: z.string().optional(),
  stock: StockJson.optional(),
  skus: z.array(SkuJson).optional(),
  sku_count: z.number().optional(),
  shop: ShopJson.optional(),
  commission: z.object({ amount: Amount.optional(), rate: z.number().optional() }).optional(),
  promotions: z.array(z.string()).optional(),
  attributes: z.array(z.object({ name: z.string(), values: z.array(z.string()) })).optional(),
  delivery: z.array(z.string()).optional(),
  local: z.string().optional(),
  activities: z.array(z.string()).optional(),
  service: z.array(z.string()).optional(),
  buy_link: z.string().optional(),
  completed_by: CompletionJson.extend({ fetched_at: z.string() }).optional(),
  completable_by: CompletionJson.optional(),
  notes: z.array(z.string()).optional(),
  source: z.string(),
  fetched_at: z.string(),
  cached: z.boolean().optional(),
  sandbox: z.boolean().optional(),
});
export type ProductJson = z.infer<typeof ProductJson>;

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

function formatCoupon({ amountFen, thresholdFen, ...rest }: Coupon): z.infer<typeof CouponJson> {
  return {
    amount: toYuan(amountFen),
    threshold: thresholdFen === undefined ? undefined : toYuan(thresholdFen),
    ...rest,
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

/** @param detail anything but `full` leaves out SKUs, attributes, further images and the like; `sku_count` stays */
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
