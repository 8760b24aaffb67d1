import type { Connection, Toolbox } from '../../../provider.js';
import { createProductProbe, createTokenProbe } from '../../../provider.js';
import type { GuideGateway } from '../../jd/guide/gateway.js';
import { hasAskedSku } from '../../jd/guide/skus.js';
import { jd } from '../../jd/links.js';
import { findSkuFault } from '../../jd/sku-ids.js';
import type { JdUnionValues } from '../settings.js';
import { createProductCall, createShopCall, createTokenCall } from './calls.js';

/** The interface as the reference document writes it. */
export function connectGuide(toolbox: Toolbox<JdUnionValues>): Connection {
  const { settings } = toolbox;
  const gateway: GuideGateway = { ...settings, url: settings.gatewayUrl };
  const token = toolbox.createTokenSource({
    key: [settings.tokenUrl, settings.appKey, settings.appSecret],
    getToken: (options) => toolbox.send(createTokenCall(settings), options),
  });
  const getProduct: Connection['getProduct'] = async (id, _detail, options) => {
    const fault = findSkuFault(id);
    if (fault) throw fault;
    return toolbox.send(createProductCall(gateway, token, id.id), options);
  };
  return {
    getProduct,
    isSameProduct: hasAskedSku,
    getShopPage: (shopId, page, size, options) =>
      toolbox.send(createShopCall(gateway, token, { shopId, page, size }), options),
    maxShopPageSize: 100,
    tells: () => ['coupon', 'sale', 'list'],
    probes: [createTokenProbe(token), createProductProbe(jd, getProduct, 'quota')],
  };
}
