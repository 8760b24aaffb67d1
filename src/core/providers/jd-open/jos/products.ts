import { type BijiaError, CredentialError } from '../../../errors.js';
import type { Detail, Note, ProductFacts } from '../../../product/product.js';
import type { Call, CallOptions, ManyAnswers } from '../../../provider.js';
import { type MissingPart, noteMissingParts, toMissingPart } from '../../jd/missing-parts.js';
import { createForeignError } from '../errors.js';
import {
  createSkusCall,
  createStockCall,
  createWareCall,
  createWaresCall,
  IDS_PER_CALL,
  type MerchantGateway,
  STOCK_METHODS,
} from './calls.js';
import { normalizeOwnProduct } from './normalize.js';
import type { SkuRow, StockRow, WareRow } from './schema.js';

export interface Merchant {
  readonly gateway: MerchantGateway;
  readonly send: <T>(call: Call<T>, options: CallOptions) => Promise<T>;
}

/** More variants than any product page holds. */
const MAX_VARIANT_PAGES = 10;

/** One product with everything that the interface tells: a call each for variant, ware, stock, and all variants. */
export function createProductGetter(merchant: Merchant) {
  const { gateway, send } = merchant;
  const getStock = createStockGetter(merchant);
  return async (skuId: string, detail: Detail, options: CallOptions): Promise<ProductFacts> => {
    const { rows } = await send(createSkusCall(gateway, { skuIds: [skuId] }), options);
    const sku = rows.find((row) => row.skuId === skuId);
    if (!sku) throw createForeignError(skuId);
    const { wareId } = sku;
    if (detail === 'price' || wareId === undefined) return normalizeOwnProduct({ sku }, skuId);
    const [ware, stock, variants] = await Promise.all([
      attempt(OWN_PRICES, () => send(createWareCall(gateway, wareId), options)),
      attempt(WAREHOUSES, () => getStock(skuId, options)),
      attempt(VARIANTS, async () => (detail === 'full' ? getVariants(merchant, wareId, options) : undefined)),
    ]);
    const facts = normalizeOwnProduct(
      { sku, ware: ware.value, stock: stock.value, variants: variants.value },
      skuId,
    );
    return noteMissingParts(facts, [ware.missing, stock.missing, variants.missing]);
  };
}

/** Up to 20 products with one call, and a second one for their list and cost prices. */
export async function getTogether(
  { gateway, send }: Merchant,
  skuIds: readonly string[],
  detail: Detail,
  options: CallOptions,
): Promise<ManyAnswers> {
  const { rows } = await send(createSkusCall(gateway, { skuIds }), options);
  const wareIds = [...new Set(rows.flatMap(({ wareId }) => wareId ?? []))].slice(0, IDS_PER_CALL);
  const wares = await attempt(OWN_PRICES, async () =>
    detail === 'price' || wareIds.length === 0
      ? undefined
      : (await send(createWaresCall(gateway, wareIds), options)).rows,
  );
  const skus = new Map(rows.map((row) => [row.skuId, row]));
  const byWare = new Map(wares.value?.map((row) => [row.wareId, row]));
  const toAnswer = (id: string): ProductFacts | BijiaError => {
    const sku = skus.get(id);
    if (!sku) return createForeignError(id);
    const facts = normalizeOwnProduct({ sku, ware: findWare(byWare, sku) }, id);
    return noteMissingParts(facts, [wares.missing]);
  };
  return new Map(skuIds.map((id) => [id, toAnswer(id)]));
}

function findWare(wares: ReadonlyMap<string | undefined, WareRow>, { wareId }: SkuRow): WareRow | undefined {
  return wareId === undefined ? undefined : wares.get(wareId);
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

export async function getVariants(
  merchant: Merchant,
  wareId: string,
  options: CallOptions,
): Promise<readonly SkuRow[]> {
  const variants: SkuRow[] = [];
  for await (const row of readVariants(merchant, [wareId], options)) variants.push(row);
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

/** Applications may call one or the other of two methods; the one that answered is kept to. */
function createStockGetter({ gateway, send }: Merchant) {
  const [first, second] = STOCK_METHODS;
  let method: typeof first | typeof second = first;
  return async (skuId: string, options: CallOptions): Promise<readonly StockRow[]> => {
    try {
      return await send(createStockCall(gateway, method, skuId), options);
    } catch (error) {
      if (method === second || !(error instanceof CredentialError)) throw error;
      const rows = await send(createStockCall(gateway, second, skuId), options);
      method = second;
      return rows;
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
