import { formatYuan, toPrices } from '../../../product/normalizer.js';
import type { Note, Price } from '../../../product/product.js';
import { isValid } from './coupons.js';
import type { Coupon, GoodsRow } from './schema.js';

const GROUP_PRICE = 2;
export const PRESALE_PRICE = 4;
const PRICE_NOTES: Readonly<Record<number, Note>> = {
  3: { en: 'Flash-sale price (秒杀价), for a limited time', zh: '秒杀价，限时有效' },
  [PRESALE_PRICE]: { en: 'Presale price (预售价); delivery is later', zh: '预售价，发货较晚' },
};

export interface RowPrices {
  readonly prices: readonly Price[];
  /** Amounts that JD names as well, but that one cannot simply pay now. */
  readonly notes: readonly Note[];
  readonly hasCouponPrice: boolean;
}

/**
 * `price` is the list price, `lowestPrice` what is paid before coupons, `lowestCouponPrice` after one, `purchasePrice` in
 * the end (到手价). A price after a coupon counts only while that coupon can be taken and used for one piece; 到手价 only
 * when it holds for one piece. Else they are notes.
 */
export function normalizePrices(row: GoodsRow, nowMs: number): RowPrices {
  const { price, lowestPrice, lowestPriceType, lowestCouponPrice } = row.priceInfo;
  const isGroup = lowestPriceType === GROUP_PRICE;
  const namesCouponPrice = isBelowOrdinaryPrice(row);
  const hasCouponPrice = namesCouponPrice && isCouponPriceValid(row, nowMs);
  const final = readFinalPrice(row, nowMs);
  return {
    hasCouponPrice,
    prices: [
      ...toPrices('coupon', hasCouponPrice ? lowestCouponPrice : undefined),
      ...toPrices('sale', final.amountFen ?? (isGroup ? undefined : lowestPrice)),
      ...toPrices('group', isGroup ? lowestPrice : row.pinGouInfo.pingouPrice),
      ...toPrices('list', price),
    ],
    notes: [
      ...(final.note ? [final.note] : []),
      ...(namesCouponPrice && !hasCouponPrice ? [createInvalidCouponNote(lowestCouponPrice)] : []),
      ...(PRICE_NOTES[lowestPriceType ?? 0] ? [PRICE_NOTES[lowestPriceType ?? 0] as Note] : []),
    ],
  };
}

/** The field is filled without a coupon as well: only an amount below the ordinary price is a coupon price. */
function isBelowOrdinaryPrice({ priceInfo: { price, lowestPrice, lowestCouponPrice } }: GoodsRow): boolean {
  return lowestCouponPrice !== undefined && lowestCouponPrice < (lowestPrice ?? price ?? Infinity);
}

/** What one piece costs before coupons; undefined where JD does not say. */
function readOnePiece({ priceInfo: { price, lowestPrice } }: GoodsRow): number | undefined {
  return lowestPrice ?? price;
}

/**
 * Whether the coupon behind `lowestCouponPrice` can be taken and used now. JD does not say which one that is: with several,
 * the price is doubted where only one that has ended explains it.
 */
function isCouponPriceValid(row: GoodsRow, nowMs: number): boolean {
  const baseFen = readOnePiece(row);
  const { couponList } = row.couponInfo;
  const valid = couponList.filter((coupon) => isValid(coupon, nowMs) && isReached(coupon, baseFen));
  const explains = ({ discount }: Coupon) => baseFen !== undefined && explainsPrice(row, baseFen, discount);
  return valid.length > 0 && (valid.some(explains) || !couponList.some(explains));
}

function explainsPrice(
  { priceInfo: { price, lowestCouponPrice } }: GoodsRow,
  baseFen: number,
  discountFen: number | undefined,
): boolean {
  return [baseFen, price].some(
    (fromFen) => fromFen !== undefined && fromFen - (discountFen ?? 0) === lowestCouponPrice,
  );
}

/** One piece is dear enough for the coupon. */
function isReached({ quota }: Coupon, onePieceFen: number | undefined): boolean {
  return quota === undefined || onePieceFen === undefined || onePieceFen >= quota;
}

interface FinalPrice {
  readonly amountFen?: number;
  readonly note?: Note;
}

/** 到手价 where it holds for one piece and now, else a note. */
function readFinalPrice(row: GoodsRow, nowMs: number): FinalPrice {
  const { code, purchasePrice, purchaseNum = 1, thresholdPrice, couponList } = row.purchasePriceInfo;
  if (purchasePrice === undefined || (code !== undefined && code !== 200 && code !== 0)) return {};
  if (purchaseNum > 1) return { note: createPiecesNote(purchasePrice, purchaseNum) };
  const { price = 0, lowestPrice = 0 } = row.priceInfo;
  const onePieceFen = Math.max(price, lowestPrice);
  if (onePieceFen > 0 && thresholdPrice !== undefined && thresholdPrice > onePieceFen) {
    return { note: createThresholdNote(purchasePrice, thresholdPrice) };
  }
  if (couponList.some((coupon) => !isValid(coupon, nowMs)))
    return { note: createInvalidCouponNote(purchasePrice) };
  return { amountFen: purchasePrice };
}

function createPiecesNote(fen: number, pieces: number): Note {
  const price = formatYuan(fen);
  return {
    en: `¥${price} holds for ${pieces} pieces bought together, not for one`,
    zh: `到手价 ¥${price} 要一次买 ${pieces} 件`,
  };
}

function createThresholdNote(fen: number, thresholdFen: number): Note {
  const [price, threshold] = [formatYuan(fen), formatYuan(thresholdFen)];
  return {
    en: `¥${price} holds from an order of ¥${threshold} on, which one piece does not reach`,
    zh: `到手价 ¥${price} 要买满 ¥${threshold}，一件不够`,
  };
}

function createInvalidCouponNote(fen: number | undefined): Note {
  const price = formatYuan(fen ?? 0);
  return {
    en: `JD names ¥${price} after a coupon, but no coupon that can be taken and used for one piece now`,
    zh: `京东标有券后价 ¥${price}，但现在没有能领、能用的券`,
  };
}
