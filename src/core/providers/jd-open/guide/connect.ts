import type { Connection, Toolbox } from '../../../provider.js';
import { createProductProbe, createTokenProbe } from '../../../provider.js';
import { hasAskedSku } from '../../jd/guide/skus.js';
import { jd } from '../../jd/links.js';
import { findSkuFault } from '../../jd/sku-ids.js';
import { createMerchantTokens } from '../oauth.js';
import type { JdOpenValues } from '../settings.js';
import { createItemCall } from './calls.js';

/** The interface as the reference document writes it. */
export function connectGuide(toolbox: Toolbox<JdOpenValues>): Connection {
  const { settings, send } = toolbox;
  const gateway = { ...settings, url: settings.gatewayUrl };
  const token = createMerchantTokens(toolbox);
  const getProduct: Connection['getProduct'] = async (id, _detail, options) => {
    const fault = findSkuFault(id);
    if (fault) throw fault;
    return send(createItemCall(gateway, token, id.id), options);
  };
  return {
    getProduct,
    isSameProduct: hasAskedSku,
    tells: () => ['list', 'member'],
    probes: [createTokenProbe(token), createProductProbe(jd, getProduct, 'quota')],
  };
}
