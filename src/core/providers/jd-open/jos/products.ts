import type { Clock } from '../../../clock.js';
import type { BijiaError } from '../../../errors.js';
import type { Detail, Note, ProductFacts } from '../../../product/product.js';
import type { Call, CallOptions, ManyAnswers } from '../../../provider.js';
import { type MissingPart, noteMissingParts, toMissingPart } from '../../jd/missing-parts.js';
import { createRights, isNotPermitted, type Rights } from '../../jd/rights.js';
import { createOtherProductError } from '../../jd/sku-ids.js';
import { createForeignError } from '../errors.js';
import {
  createSkusCall,
  createStockCall,
  createWareCall,
  createWaresCall,
  type MerchantGateway,
  STOCK_METHODS,
} from './calls.js';
import { normalizeOwnProduct } from './normalize.js';
import type { SkuRow, StockRow, WareRow } from './schema.js';

export interface Merchant extends Pick<Clock, 'now'> {
  readonly gateway: MerchantGateway;
  readonly send: <T>(call: Call<T>, options: CallOptions) => Promise<T>;
}

/** More variants than any product page holds. */
const MAX_VARIANT_PAGES = 10;

/** How many calls a group takes whose ids are all found; more where its wares have more variants than a page holds. */
export function countCalls(detail: Detail, idCount: number): number {
  if (detail === 'price') return 1;
  const stockCalls = detail === 'full' || idCount === 1 ? idCount : 0;
  return 2 + stockCalls + (detail === 'full' ? 1 : 0);
}

/**
 * Asks for up to 20 products together: one call for their own rows, one for the list and cost prices of their wares, and
 * for detail `full` one for all variants and one a product for its stock by warehouse, which no call tells of several.
 * A single product comes with that stock for detail `summary`, too.
 */
export function createProductsGetter({ gateway, send, now }: Merchant) {
  const rights = createRights(now);
  const getStock = createStockGetter({ gateway, send, now }, rights);

  const getWares = async (wareIds: readonly string[], options: CallOptions): Promise<readonly WareRow[]> => {
    const [only] = wareIds;
    if (only === undefined || wareIds.length > 1) {
      return (await send(createWaresCall(gateway, wareIds), options)).rows;
    }
    const ware = await send(createWareCall(gateway, only), options);
    return ware ? [{ ...ware, wareId: only }] : [];
  };

  const getStocks = async (skuIds: readonly string[], options: CallOptions) =>
    new Map(
      await Promise.all(
        skuIds.map(async (id) => [id, await attempt(WAREHOUSES, () => getStock(id, options))] as const),
      ),
    );

  return async (skuIds: readonly string[], detail: Detail, options: CallOptions): Promise<ManyAnswers> => {
    const { rows } = await send(createSkusCall(gateway, { skuIds }), options);
    const skus = new Map(rows.map((row) => [row.skuId, row]));
    const found = skuIds.filter((id) => skus.has(id));
    const hasOthers = rows.some(({ skuId }) => skuId === undefined || !skuIds.includes(skuId));
    const wareIds = [...new Set(found.flatMap((id) => skus.get(id)?.wareId ?? []))];
    const wantsWares = detail !== 'price' && wareIds.length > 0;
    const wantsStock = detail === 'full' || (detail === 'summary' && skuIds.length === 1);
    const [wares, variants, stocks] = await Promise.all([
      attempt(OWN_PRICES, async () => (wantsWares ? getWares(wareIds, options) : [])),
      attempt(VARIANTS, async () =>
        wantsWares && detail === 'full' ? getVariants({ gateway, send, now }, wareIds, options) : undefined,
      ),
      getStocks(wantsStock ? found : [], options),
    ]);
    const byWare = new Map(wares.value?.map((row) => [row.wareId, row]));
    const toAnswer = (id: string): ProductFacts | BijiaError => {
      const sku = skus.get(id);
      if (!sku) return hasOthers ? createOtherProductError(id) : createForeignError(id);
      const { wareId } = sku;
      const stock = stocks.get(id);
      const facts = normalizeOwnProduct(
        {
          sku,
          ware: wareId === undefined ? undefined : byWare.get(wareId),
          stock: stock?.value,
          variants: wareId === undefined ? undefined : variants.value?.get(wareId),
        },
        id,
      );
      return noteMissingParts(facts, [wares.missing, stock?.missing, variants.missing]);
    };
    return new Map(skuIds.map((id) => [id, toAnswer(id)]));
  };
}

/** The first SKU of each ware: what its product page goes by. */
export async function getFirstSkus(
  merchant: Merchant,
  wareIds: readonly string[],
  options: CallOptions,
): Promise<ReadonlyMap<string, string>> {
  const first = new Map<string, string>();
  for await (const { wareId, skuId } of readVariants(merchant, wareIds, options)) {
    if (wareId !== undefined && skuId !== undefined && !first.has(wareId)) first.set(wareId, skuId);
    if (first.size >= wareIds.length) break;
  }
  return first;
}

/** All variants of up to 20 wares, by ware. */
export async function getVariants(
  merchant: Merchant,
  wareIds: readonly string[],
  options: CallOptions,
): Promise<ReadonlyMap<string, readonly SkuRow[]>> {
  const variants = new Map<string, SkuRow[]>();
  for await (const row of readVariants(merchant, wareIds, options)) {
    // Asked for one ware, a row need not say whose it is.
    const wareId = row.wareId ?? (wareIds.length === 1 ? wareIds[0] : undefined);
    if (wareId !== undefined) variants.set(wareId, [...(variants.get(wareId) ?? []), row]);
  }
  return variants;
}

/** Page by page, each variant once. A page too far may be empty, or be the last one again. */
async function* readVariants(
  { gateway, send }: Merchant,
  wareIds: readonly string[],
  options: CallOptions,
): AsyncGenerator<SkuRow> {
  const seen = new Set<string>();
  let received = 0;
  for (let page = 1; page <= MAX_VARIANT_PAGES * wareIds.length; page += 1) {
    const { rows, total = Infinity } = await send(createSkusCall(gateway, { wareIds }, page), options);
    const before = seen.size;
    for (const row of rows) {
      const key = `${row.wareId} ${row.skuId}`;
      if (row.skuId === undefined || seen.has(key)) continue;
      seen.add(key);
      yield row;
    }
    received += rows.length;
    if (seen.size === before || received >= total) return;
  }
}

/** Applications may call one or the other of two methods. */
function createStockGetter({ gateway, send }: Merchant, rights: Rights) {
  const [usual, other] = STOCK_METHODS;
  const call = (method: typeof usual | typeof other, skuId: string, options: CallOptions) =>
    rights.ask(method, () => send(createStockCall(gateway, method, skuId), options));
  return async (skuId: string, options: CallOptions): Promise<readonly StockRow[]> => {
    try {
      return await call(usual, skuId, options);
    } catch (error) {
      if (!isNotPermitted(error)) throw error;
      return call(other, skuId, options);
    }
  };
}

const OWN_PRICES: Note = { en: 'list and cost price', zh: '原价和成本价' };
const WAREHOUSES: Note = { en: 'stock by warehouse', zh: '各仓库存' };
const VARIANTS: Note = { en: 'variants', zh: '规格' };

interface Attempt<T> {
  readonly value?: T;
  readonly missing?: MissingPart;
}

/** What is known already is worth having when a further call fails. */
async function attempt<T>(what: Note, ask: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await ask() };
  } catch (error) {
    return { missing: toMissingPart(what, error) };
  }
}
