import * as z from 'zod';
import {
  type Detail,
  findShownPrice,
  PRICE_KINDS,
  type Price,
  type Product,
  type Ref,
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
});
const ShownPriceJson = PriceJson.extend({ currency: z.string() });
const StockJson = z.object({
  status: z.enum(STOCK_STATUSES),
  quantity: z.number().optional(),
  regions: z.array(z.object({ name: z.string(), quantity: z.number() })).optional(),
});
const SkuJson = z.object({
  id: z.string(),
  name: z.string(),
  attributes: z.array(z.object({ name: z.string(), value: z.string() })),
  price: ShownPriceJson.optional(),
  prices: z.array(PriceJson),
  stock: StockJson.optional(),
  image: z.string().optional(),
});

/** A product in JSON: amounts in yuan, times as ISO 8601, unknown fields left out. */
export const ProductJson = z.object({
  platform: z.string(),
  id: z.string(),
  id_type: z.string().optional(),
  url: z.string(),
  title: z.string().optional(),
  image: z.string().optional(),
  images: z.array(z.string()).optional(),
  price: ShownPriceJson.optional(),
  prices: z.array(PriceJson),
  sales: z
    .object({
      count: z.number().optional(),
      at_least: z.boolean().optional(),
      approximate: z.boolean().optional(),
      scope: z.enum(['item', 'shop', 'people']),
      period: z.enum(['total', 'month', '30d']),
      text: z.string(),
      note: z.string().optional(),
    })
    .optional(),
  reviews: z.object({ count: z.number().optional(), good_rate: z.number().optional() }).optional(),
  stock: StockJson.optional(),
  skus: z.array(SkuJson).optional(),
  sku_count: z.number().optional(),
  shop: z
    .object({ id: z.string().optional(), name: z.string().optional(), self_operated: z.boolean().optional() })
    .optional(),
  commission: z.object({ amount: Amount.optional(), rate: z.number().optional() }).optional(),
  promotions: z.array(z.string()).optional(),
  attributes: z.array(z.object({ name: z.string(), values: z.array(z.string()) })).optional(),
  delivery: z.array(z.string()).optional(),
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

function formatPrice({ kind, amountFen, fromFen, toFen }: Price): z.infer<typeof PriceJson> {
  return {
    kind,
    amount: toYuan(amountFen),
    ...(fromFen !== undefined && { from: toYuan(fromFen) }),
    ...(toFen !== undefined && { to: toYuan(toFen) }),
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
    name: sku.name,
    attributes: [...sku.attributes],
    price: formatShownPrice(sku.prices),
    prices: sku.prices.map(formatPrice),
    stock: sku.stock && formatStock(sku.stock),
    image: sku.image,
  };
}

function formatStock(stock: NonNullable<Product['stock']>): z.infer<typeof StockJson> {
  return { status: stock.status, quantity: stock.quantity, regions: stock.regions && [...stock.regions] };
}

/** @param detail anything but `full` leaves out SKUs, attributes and further images; `sku_count` stays */
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
    sales: sales && {
      count: sales.count,
      at_least: sales.atLeast || undefined,
      approximate: sales.approximate || undefined,
      scope: sales.scope,
      period: sales.period,
      text: sales.text,
      note: sales.note?.en,
    },
    reviews: reviews && { count: reviews.count, good_rate: reviews.goodRatePercent },
    stock: product.stock && formatStock(product.stock),
    sku_count: product.skus?.length,
    shop: shop && { id: shop.id, name: shop.name, self_operated: shop.selfOperated },
    commission: commission && {
      amount: commission.amountFen === undefined ? undefined : toYuan(commission.amountFen),
      rate: commission.ratePercent,
    },
    promotions: product.promotions && [...product.promotions],
    delivery: product.delivery && [...product.delivery],
    notes: product.notes?.map(({ en }) => en),
    ...(detail === 'full' && formatFullPart(product)),
    source: product.source,
    fetched_at: new Date(product.fetchedAtMs).toISOString(),
    cached: product.cached || undefined,
    sandbox: product.sandbox || undefined,
  });
}

function formatFullPart(product: Product) {
  return {
    images: product.images && [...product.images],
    skus: product.skus?.map(formatSku),
    attributes: product.attributes?.map(({ name, values }) => ({ name, values: [...values] })),
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
