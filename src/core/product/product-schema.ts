import * as z from 'zod';
import { PRICE_KINDS, PRODUCT_PARTS, STOCK_STATUSES } from './product.js';

/** The JSON form: snake_case, decimal yuan, unknown fields left out. The same in every output. */

const Amount = z.number();
export const PriceJson = z.object({
  kind: z.enum(PRICE_KINDS),
  amount: Amount,
  from: Amount.optional(),
  to: Amount.optional(),
  assumed: z.boolean().optional(),
});
export const ShownPriceJson = PriceJson.extend({ currency: z.string() });
export const StockJson = z.object({
  status: z.enum(STOCK_STATUSES),
  quantity: z.number().optional(),
  at_least: z.boolean().optional(),
  regions: z.array(z.object({ name: z.string(), quantity: z.number() })).optional(),
});
export const SkuJson = z.object({
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
export const CouponJson = z.object({
  amount: Amount,
  threshold: Amount.optional(),
  from: z.string().optional(),
  to: z.string().optional(),
  remaining: z.number().optional(),
  link: z.string().optional(),
  /** The link earns the operator a commission. */
  promotion_link: z.boolean().optional(),
});
export const ShopJson = z.object({
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
