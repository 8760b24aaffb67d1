import { ResponseError, UnsupportedError } from '../../errors.js';
import { isEmptyValue } from '../../lenient-schema.js';
import { createProductProbe, createTokenProbe } from '../../probes.js';
import type { ProductFacts } from '../../product.js';
import type { Call, Connection, HttpAnswer, Toolbox } from '../../provider.js';
import { buildGuideRequest, readGuideResult, toParamJson } from '../jd/guide-gateway.js';
import { jd } from '../jd/links.js';
import { findSkuFault } from '../jd/sku-ids.js';
import { ERROR_ROWS } from './errors.js';
import { normalizeItem } from './normalize-guide.js';
import { createMerchantTokens } from './oauth.js';
import { createForeignError } from './own-goods.js';
import { Item, ItemResult } from './schema-guide.js';
import type { JdOpenValues } from './settings.js';

const METHOD = 'jingdong.item.read.get';

/** The one method that the reference document names for merchants. It is in no public SDK. */
export function connectGuide(toolbox: Toolbox<JdOpenValues>): Connection {
  const { settings, send } = toolbox;
  const gateway = { ...settings, url: settings.gatewayUrl };
  const token = createMerchantTokens(toolbox);
  const createCall = (skuId: string): Call<ProductFacts> => ({
    name: METHOD,
    token,
    build: (context) =>
      buildGuideRequest(gateway, { ...context, method: METHOD, params: toParamJson({ skuId }) }),
    read: (answer) => readItem(answer, skuId),
  });
  const getProduct: Connection['getProduct'] = async (id, _detail, options) => {
    const fault = findSkuFault(id);
    if (fault) throw fault;
    return send(createCall(id.id), options);
  };
  return {
    getProduct,
    getShopPage: async () => {
      throw new UnsupportedError(
        "The reference document names no way to list a merchant's goods. Set JD_OPEN_DIALECT=jos, which can.",
        { code: 'not_offered' },
      );
    },
    probes: [createTokenProbe(token), createProductProbe(jd, getProduct, 'quota')],
  };
}

function readItem(answer: HttpAnswer, skuId: string): ProductFacts {
  const result = ItemResult.safeParse(readGuideResult(answer, METHOD, ERROR_ROWS) ?? {});
  const value = result.success ? result.data.item : undefined;
  if (isEmptyValue(value)) throw createForeignError(skuId);
  const item = Item.safeParse(value);
  if (!item.success)
    throw new ResponseError('JD answered with an item that is not an object. Report it with the log.');
  return normalizeItem(item.data, skuId);
}
