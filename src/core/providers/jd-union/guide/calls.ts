import * as z from 'zod/mini';
import { CredentialError, NotFoundError, ResponseError } from '../../../errors.js';
import { isEmptyValue } from '../../../product/lenient-schema.js';
import type { ProductFacts } from '../../../product/product.js';
import type { Call, HttpAnswer, ShopPage, TokenSource } from '../../../provider.js';
import {
  assertGuideSuccess,
  buildGuideRequest,
  type GuideGateway,
  readGuideResult,
} from '../../jd/guide/gateway.js';
import { readJdReceipt } from '../../jd/receipt.js';
import { assertNothing } from '../../jd/shape.js';
import { mayRefuse } from '../../jd/token-refusal.js';
import { ERROR_ROWS } from '../errors.js';
import type { JdUnionValues } from '../settings.js';
import { normalizeGoodsInfo } from './normalize.js';
import { DetailResult, GoodsInfo, SearchResult } from './schema.js';

const PRODUCT_METHOD = 'jd.union.open.goods.detail.query';
const SHOP_METHOD = 'jingdong.goods.search';
const DEFAULT_TOKEN_LIFE_S = 7200;

const TokenAnswer = z.looseObject({
  access_token: z.string().check(z.minLength(1)),
  expires_in: z.catch(z.optional(z.coerce.number().check(z.positive())), undefined),
});

/** @returns a token and its life, two hours where the answer names none */
export function createTokenCall(settings: JdUnionValues): Call<{ token: string; lifeMs: number }> {
  return {
    name: 'oauth2/access_token',
    withoutPermit: true,
    build: () => ({
      method: 'POST',
      url: settings.tokenUrl,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: settings.appKey,
        client_secret: settings.appSecret,
      }).toString(),
    }),
    read: readToken,
  };
}

function readToken(answer: HttpAnswer): { token: string; lifeMs: number } {
  const json = answer.json();
  const body = TokenAnswer.safeParse(json);
  if (!body.success) {
    if (!mayRefuse(answer)) throw new ResponseError('JD gave no access token.');
    const refusal = z.looseObject({}).safeParse(json);
    if (refusal.success) assertGuideSuccess(refusal.data, ERROR_ROWS);
    throw new CredentialError(
      'JD gave no access token. Check JD_UNION_APP_KEY and JD_UNION_APP_SECRET; retrying will not help.',
      { detail: `HTTP ${answer.status}` },
    );
  }
  return { token: body.data.access_token, lifeMs: (body.data.expires_in ?? DEFAULT_TOKEN_LIFE_S) * 1000 };
}

/** One product by its SKU id. @throws NotFoundError for an empty answer */
export function createProductCall(
  gateway: GuideGateway,
  token: TokenSource,
  skuId: string,
): Call<ProductFacts> {
  return {
    name: PRODUCT_METHOD,
    token,
    readReceipt: readJdReceipt,
    build: (context) =>
      buildGuideRequest(gateway, { ...context, method: PRODUCT_METHOD, business: { skuId } }),
    read: (answer) => readProduct(answer, skuId),
  };
}

function readProduct(answer: HttpAnswer, skuId: string): ProductFacts {
  const result = readGuideResult(answer, PRODUCT_METHOD, ERROR_ROWS);
  const detail = DetailResult.safeParse(isEmptyValue(result) ? {} : result);
  const { goodsInfo: info, ...others } = detail.data ?? {};
  if (detail.success && isEmptyValue(info)) {
    assertNothing(others);
    throw new NotFoundError(`JD has no product with the id ${skuId}, or it does not take part in JD Union.`);
  }
  const goods = GoodsInfo.safeParse(info);
  const facts = goods.success ? normalizeGoodsInfo(goods.data, skuId) : undefined;
  if (!facts)
    throw new ResponseError('JD answered with a product that is not an object. Report it with the log.');
  return facts;
}

interface ShopQuery {
  readonly shopId: string;
  readonly page: number;
  readonly size: number;
}

/** One page of a shop, up to 100 rows. */
export function createShopCall(gateway: GuideGateway, token: TokenSource, query: ShopQuery): Call<ShopPage> {
  // Flat next to the system parameters, as numbers, without param_json: so the reference document writes it.
  const params = { shop_id: query.shopId, page_no: query.page, page_size: query.size };
  return {
    name: SHOP_METHOD,
    token,
    readReceipt: readJdReceipt,
    build: (context) => buildGuideRequest(gateway, { ...context, method: SHOP_METHOD, params }),
    read: readShopPage,
  };
}

function readShopPage(answer: HttpAnswer): ShopPage {
  const answered = readGuideResult(answer, SHOP_METHOD, ERROR_ROWS);
  const result = SearchResult.safeParse(isEmptyValue(answered) ? {} : answered);
  if (!result.success)
    throw new ResponseError('JD answered with a shop page that is not an object. Report it with the log.');
  const { goods_list: rows, total, ...others } = result.data;
  if (rows.length === 0) assertNothing(others);
  const products = rows.flatMap((row) => normalizeGoodsInfo(row, undefined) ?? []);
  return { total, products, skipped: rows.length - products.length };
}
