import { ResponseError } from '../../../errors.js';
import { isEmptyValue } from '../../../product/lenient-schema.js';
import { parseCount } from '../../../product/normalizer.js';
import type { Call, HttpAnswer } from '../../../provider.js';
import { createCodeError } from '../../jd/gateway-errors.js';
import {
  buildJosRequest,
  type JosGateway,
  type JosValue,
  type RowPage,
  readJosResponse,
  readJosResult,
} from '../../jd/jos/gateway.js';
import { readJdReceipt } from '../../jd/receipt.js';
import { assertNothing } from '../../jd/shape.js';
import { ERROR_ROWS } from '../errors.js';

export const QUERY_METHOD = 'jd.union.open.goods.query';
export const PRICE_METHOD = 'jd.union.open.goods.promotiongoodsinfo.query';
export const BIG_FIELD_METHOD = 'jd.union.open.goods.bigfield.query';
/** JD answers these only when they are asked for by name. */
export const FIELDS = 'stockState,purchasePriceInfo';
/** Keeps the SKU id in the answer, seen by two; without it, rows name an affiliate id only to some accounts. */
const SCENE_WITH_SKU_IDS = 2;

export interface GoodsQuery {
  /** Up to 20. */
  readonly skuIds?: readonly string[];
  /** Up to 20; affiliate ids, of which only the part after `_` stays the same. */
  readonly itemIds?: readonly string[];
  readonly shopId?: string;
  readonly page?: number;
  /** Up to 30. */
  readonly size?: number;
}

/** Products by ids of either kind, or of a shop. Needs the right to `goods.query`. */
export function createQueryCall(gateway: JosGateway, query: GoodsQuery): Call<RowPage<unknown>> {
  const { skuIds, itemIds, shopId, page = 1, size = 30 } = query;
  return createUnionCall(gateway, QUERY_METHOD, {
    goodsReqDTO: {
      skuIds: skuIds?.map(BigInt),
      itemIds,
      shopId: shopId === undefined ? undefined : BigInt(shopId),
      pageIndex: page,
      pageSize: size,
      fields: FIELDS,
      sceneId: skuIds && SCENE_WITH_SKU_IDS,
    },
  });
}

/** @param skuIds up to 100 */
export function createPriceCall(gateway: JosGateway, skuIds: readonly string[]): Call<RowPage<unknown>> {
  return createUnionCall(gateway, PRICE_METHOD, { skuIds: skuIds.join(',') });
}

/** @param skuIds up to 10 */
export function createBigFieldCall(gateway: JosGateway, skuIds: readonly string[]): Call<RowPage<unknown>> {
  return createUnionCall(gateway, BIG_FIELD_METHOD, {
    goodsReq: { skuIds: skuIds.map(BigInt) },
  });
}

/** A call of the Union's production methods, whose answer is a list of rows. */
export function createUnionCall(
  gateway: JosGateway,
  method: string,
  business: JosValue,
): Call<RowPage<unknown>> {
  return {
    name: method,
    readReceipt: readJdReceipt,
    // The Union's methods about goods take no token.
    build: ({ nowMs }) => buildJosRequest(gateway, { method, version: '1.0', token: '', nowMs, business }),
    read: readRowPage,
  };
}

/**
 * The Union's own answer inside the gateway's.
 * @throws the error that its code stands for
 */
export function readUnionResult(answer: HttpAnswer): Readonly<Record<string, unknown>> {
  const result = readJosResult(readJosResponse(answer, ERROR_ROWS));
  const { code, message } = result;
  if (isEmptyValue(code) || /^(200|0)$/.test(String(code))) return result;
  throw createCodeError(ERROR_ROWS, 'jos', { code: String(code), text: String(message ?? '') });
}

/** Rows are read by the caller. */
function readRowPage(answer: HttpAnswer): RowPage<unknown> {
  const { data, totalCount, ...others } = readUnionResult(answer);
  if (isEmptyValue(data)) assertNothing(others);
  if (!Array.isArray(data) && !isEmptyValue(data)) {
    throw new ResponseError('JD Union answered with rows that are not a list. Report it with the log.', {
      detail: `data: ${typeof data}`,
    });
  }
  return { rows: Array.isArray(data) ? data : [], total: parseCount(totalCount) };
}
