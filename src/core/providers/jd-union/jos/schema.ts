import * as z from 'zod/mini';
import { anything, field, object, rows, text, withRaw } from '../../../product/lenient-schema.js';
import {
  parseCount,
  parseCountText,
  parseDecimal,
  parseFlag,
  parseIdDigits,
  parseYuan,
} from '../../../product/normalizer.js';
import { parseStockState } from '../../jd/stock-state.js';

/** Rows of the Union's production methods. Amounts are yuan; 0, -1 or absent means that there is none. Objects may be `[]`. */

const yuan = field(parseYuan);
const count = field(parseCount);
const countText = field(parseCountText);
const decimal = field(parseDecimal);
const id = field(parseIdDigits);

const ITEM_ID = /^[A-Za-z0-9]+_[A-Za-z0-9]+$/;
const itemId = field((value) => (typeof value === 'string' && ITEM_ID.test(value) ? value : undefined));

const CategoryInfo = object({
  cid1: id,
  cid1Name: text(),
  cid2: id,
  cid2Name: text(),
  cid3: id,
  cid3Name: text(),
});
const ImageInfo = object({ imageList: rows(z.object({ url: anything })) });

const Coupon = z.object({
  /** What it takes off, once the basket reaches `quota`. */
  discount: yuan,
  quota: yuan,
  /** 1: the best one for a single piece. */
  isBest: count,
  /** When it can be taken: milliseconds since 1970. */
  getStartTime: count,
  getEndTime: count,
  /** When it can be used. */
  useStartTime: count,
  useEndTime: count,
  /** How many are left, as `coupon.query` calls it: assumed to be called so here, too. */
  remainNum: count,
  link: anything,
});
export type Coupon = z.infer<typeof Coupon>;

/** A row of `jd.union.open.goods.query`. */
export const GoodsRow = withRaw(
  z.object({
    skuId: id,
    itemId,
    skuName: text(),
    /** The product's page, which holds the SKU id or the affiliate id. */
    materialUrl: text(),
    /** `g` self-operated, `p` a third-party seller. */
    owner: text(),
    /** The same, where `owner` is missing: 1 self-operated. */
    isJdSale: field(parseFlag),
    /** 1: delivered by JD. */
    deliveryType: count,
    brandName: text(),
    categoryInfo: CategoryInfo,
    comments: countText,
    /** Percent. */
    goodCommentsShare: decimal,
    /** Orders of the last 30 days that promoters brought: not all sales. */
    inOrderCount30Days: count,
    priceInfo: object({
      price: yuan,
      lowestPrice: yuan,
      /** 1 normal, 2 group, 3 flash sale, 4 presale. */
      lowestPriceType: count,
      /** Filled with and without a coupon; without one it equals `lowestPrice`. */
      lowestCouponPrice: yuan,
    }),
    /** 到手价, what one pays in the end; only when `fields` asks for it. */
    purchasePriceInfo: object({
      /** 200 where there is such a price. */
      code: count,
      purchasePrice: yuan,
      /** What has to be spent for it. */
      thresholdPrice: yuan,
      /** How many pieces it holds for. */
      purchaseNum: count,
      /** The coupons that it takes. */
      couponList: rows(Coupon),
    }),
    pinGouInfo: object({ pingouPrice: yuan }),
    commissionInfo: object({ commission: yuan, commissionShare: decimal, couponCommission: yuan }),
    couponInfo: object({ couponList: rows(Coupon) }),
    imageInfo: ImageInfo,
    shopInfo: object({ shopId: id, shopName: text(), shopLevel: text() }),
    specInfo: object({ color: text(), size: text(), spec: text() }),
    /** 1 in stock, 0 sold out; only when `fields` asks for it. */
    stockState: field(parseStockState),
  }),
);
export type GoodsRow = z.infer<typeof GoodsRow>;

/** A row of `jd.union.open.goods.promotiongoodsinfo.query`; -1 is unknown. */
export const PriceRow = withRaw(
  z.object({
    skuId: id,
    goodsName: text(),
    unitPrice: yuan,
    /** The price in the app. */
    wlUnitPrice: yuan,
    imgUrl: anything,
    shopId: id,
    /** 1 self-operated. */
    isJdSale: field(parseFlag),
    /** As `inOrderCount30Days` of the other method. */
    inOrderCount: count,
    /** Percent, spelt as JD spells it. */
    commisionRatioWl: decimal,
  }),
);
export type PriceRow = z.infer<typeof PriceRow>;

const PropertyGroup = z.object({
  atts: rows(z.object({ attName: text(), vals: anything })),
});

/** A row of `jd.union.open.goods.bigfield.query`. */
export const BigFieldRow = withRaw(
  z.object({
    skuId: id,
    categoryInfo: CategoryInfo,
    imageInfo: ImageInfo,
    baseBigFieldInfo: object({
      /** A list, or the JSON text of one. */
      propGroups: z.pipe(field(tryParseJson), rows(PropertyGroup)),
    }),
    /** Addresses, separated by commas. */
    detailImages: field((value) => (typeof value === 'string' ? value.split(',') : [])),
  }),
);
export type BigFieldRow = z.infer<typeof BigFieldRow>;

function tryParseJson(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    // Unreadable properties are absent ones.
    return undefined;
  }
}
