import { ResponseError } from '../../../errors.js';
import { isEmptyValue } from '../../../product/lenient-schema.js';
import type { ProductFacts } from '../../../product/product.js';
import type { Call, HttpAnswer, TokenSource } from '../../../provider.js';
import { buildGuideRequest, type GuideGateway, readGuideResult } from '../../jd/guide/gateway.js';
import { readJdReceipt } from '../../jd/receipt.js';
import { assertNothing } from '../../jd/shape.js';
import { createForeignError, ERROR_ROWS } from '../errors.js';
import { normalizeItem } from './normalize.js';
import { Item, ItemResult } from './schema.js';

const METHOD = 'jingdong.item.read.get';

/** The one method that the reference document names for merchants. It is in no public SDK. */
export function createItemCall(gateway: GuideGateway, token: TokenSource, skuId: string): Call<ProductFacts> {
  return {
    name: METHOD,
    token,
    readReceipt: readJdReceipt,
    build: (context) => buildGuideRequest(gateway, { ...context, method: METHOD, business: { skuId } }),
    read: (answer) => readItem(answer, skuId),
  };
}

function readItem(answer: HttpAnswer, skuId: string): ProductFacts {
  const answered = readGuideResult(answer, METHOD, ERROR_ROWS);
  const result = ItemResult.safeParse(isEmptyValue(answered) ? {} : answered);
  const { item: value, ...others } = result.data ?? {};
  if (result.success && isEmptyValue(value)) {
    assertNothing(others);
    throw createForeignError(skuId);
  }
  const item = Item.safeParse(value);
  if (!item.success)
    throw new ResponseError('JD answered with an item that is not an object. Report it with the log.');
  return normalizeItem(item.data, skuId);
}
