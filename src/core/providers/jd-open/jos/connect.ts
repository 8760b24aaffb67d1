import { toBijiaError } from '../../../errors.js';
import type { CallOptions, Connection, ManyAnswers, Probe, ShopPage, Toolbox } from '../../../provider.js';
import { createTokenProbe, toGetProduct } from '../../../provider.js';
import { say } from '../../../words/doctor.js';
import { chunkIds, findSkuFault } from '../../jd/sku-ids.js';
import { createForeignShopError, createUnknownShopError } from '../errors.js';
import { createMerchantTokens } from '../oauth.js';
import type { JdOpenValues } from '../settings.js';
import {
  createListingCall,
  createOwnShopCall,
  IDS_PER_CALL,
  MAX_PAGES,
  type Merchant,
  type OwnShop,
  PAGE_SIZE,
} from './calls.js';
import { normalizeWare } from './normalize.js';
import { countCalls, countIdsPerGroup, createProductsGetter } from './products.js';
import { getFirstSkus } from './variants.js';

type GetProducts = NonNullable<Connection['getProducts']>;

/** The interface as production SDKs speak it. */
export function connectJos(toolbox: Toolbox<JdOpenValues>): Connection {
  const { settings, send, now } = toolbox;
  const token = createMerchantTokens(toolbox);
  const merchant: Merchant = { gateway: { ...settings, url: settings.gatewayUrl, token }, send, now };
  const getOwnShop = createOwnShopGetter(merchant);
  const getProducts = answerParts(createProductsGetter(merchant));

  return {
    getProduct: toGetProduct(getProducts),
    getProducts,
    idsPerCall: countIdsPerGroup,
    callsPerGroup: countCalls,
    // Only alone does a product come with its stock by warehouse in a summary.
    cacheLevel: (detail, idCount) => (detail === 'summary' && idCount > 1 ? 'summary of several' : detail),
    getShopPage: async (shopId, page, size, options) => {
      const own = await getOwnShop(options);
      if (own.id === undefined) throw createUnknownShopError();
      if (own.id !== shopId) throw createForeignShopError(own);
      return { shopName: own.name, ...(await getListing(merchant, { page, size }, options)) };
    },
    maxShopPageSize: PAGE_SIZE,
    // A list price comes with the ware, which not every answer holds.
    tells: () => ['sale'],
    probes: [createTokenProbe(token), createShopProbe(getOwnShop)],
  };
}

function answerParts(getTogether: ReturnType<typeof createProductsGetter>): GetProducts {
  return async (ids, detail, options) => {
    const getPart = (part: readonly string[]): Promise<ManyAnswers> =>
      getTogether(part, detail, options).catch((thrown: unknown) => {
        const error = toBijiaError(thrown);
        return new Map(part.map((id) => [id, error]));
      });
    const refused = ids.flatMap((id) => {
      const fault = findSkuFault(id);
      return fault ? [[id.id, fault] as const] : [];
    });
    const faulty = new Map(refused);
    const accepted = ids.flatMap(({ id }) => (faulty.has(id) ? [] : [id]));
    const answers = await Promise.all(chunkIds(accepted, countIdsPerGroup(detail)).map(getPart));
    return new Map([...refused, ...answers.flatMap((part) => [...part])]);
  };
}

type GetOwnShop = (options: CallOptions) => Promise<OwnShop>;

/** Asked until it is known: a shop stays the one that authorised the application. */
function createOwnShopGetter({ gateway, send }: Merchant): GetOwnShop {
  let known: OwnShop | undefined;
  return async (options) => {
    if (known) return known;
    const own = await send(createOwnShopCall(gateway), options);
    if (own.id !== undefined) known = own;
    return own;
  };
}

function createShopProbe(getOwnShop: GetOwnShop): Probe {
  const run: Probe['run'] = async (options) => {
    const { id, name } = await getOwnShop(options);
    return say(({ foundShop }) => foundShop(name, id));
  };
  return { name: say(({ probes }) => probes.ownShop), cost: 'quota', run };
}

async function getListing(
  merchant: Merchant,
  { page, size }: { readonly page: number; readonly size: number },
  options: CallOptions,
): Promise<ShopPage> {
  if (page > MAX_PAGES) return { products: [], skipped: 0, beyondLast: true };
  const { rows, total } = await merchant.send(createListingCall(merchant.gateway, page, size), options);
  const wareIds = rows.flatMap(({ wareId }) => wareId ?? []);
  const found = await Promise.all(
    chunkIds(wareIds, IDS_PER_CALL).map((part) => getFirstSkus(merchant, part, options)),
  );
  const skuIds = new Map(found.flatMap((part) => [...part]));
  const products = rows.flatMap((ware) => {
    const id = ware.wareId === undefined ? undefined : skuIds.get(ware.wareId);
    return id === undefined ? [] : [normalizeWare(ware, id)];
  });
  return { total, products, skipped: rows.length - products.length };
}
