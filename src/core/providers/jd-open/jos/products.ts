import { BijiaError, toBijiaError } from '../../../errors.js';
import type { Detail, Note, ProductFacts } from '../../../product/product.js';
import {
  type CallOptions,
  createRights,
  isNotPermitted,
  type ManyAnswers,
  type Rights,
} from '../../../provider.js';
import { type MissingPart, noteMissingParts, toMissingPart } from '../../jd/missing-parts.js';
import { addRawPart, joinRawParts } from '../../jd/raw-parts.js';
import { chunkIds, createOtherProductError } from '../../jd/sku-ids.js';
import { createForeignError } from '../errors.js';
import {
  createSkusCall,
  createStockCall,
  createWareCall,
  createWaresCall,
  IDS_PER_CALL,
  type Merchant,
  SKUS_METHOD,
  STOCK_METHODS,
  WARE_METHOD,
  WARES_METHOD,
} from './calls.js';
import { normalizeOwnProduct, type OwnProduct } from './normalize.js';
import type { SkuRow, StockRow, WareRow } from './schema.js';
import { getVariants } from './variants.js';

/**
 * How many products are asked for together. In full detail more than a call takes: variants of one ware stand side by
 * side in a merchant's list, and their ware and its other variants are then asked for once.
 */
export function countIdsPerGroup(detail: Detail): number {
  return detail === 'full' ? 3 * IDS_PER_CALL : IDS_PER_CALL;
}

/**
 * How many calls a group takes whose ids are all found, each of a ware of its own: fewer where they share wares, more
 * where their wares have more variants than a page holds.
 */
export function countCalls(detail: Detail, idCount: number): number {
  const parts = Math.ceil(idCount / IDS_PER_CALL);
  if (detail === 'price') return parts;
  const stockCalls = detail === 'full' || idCount === 1 ? idCount : 0;
  return parts * (detail === 'full' ? 3 : 2) + stockCalls;
}

/**
 * Asks for a group of products: a call for the own rows of every twenty, one for the list and cost prices of every twenty
 * wares, and for detail `full` one for all variants of those and one a product for its stock by warehouse, which no call
 * tells of several. A single product comes with that stock for detail `summary`, too.
 */
export function createProductsGetter(merchant: Merchant) {
  const getStock = createStockGetter(merchant, createRights(merchant.now));
  return async (skuIds: readonly string[], detail: Detail, options: CallOptions): Promise<ManyAnswers> => {
    const skus = await getSkus(merchant, skuIds, options);
    const rows = [...skus.values()].flatMap((row) => (row instanceof BijiaError ? [] : [row]));
    const wareIds = [...new Set(rows.flatMap(({ wareId }) => wareId ?? []))];
    const parts = detail === 'price' ? [] : chunkIds(wareIds, IDS_PER_CALL);
    const wantsStock = detail === 'full' || (detail === 'summary' && skuIds.length === 1);
    const stocked = wantsStock ? rows.flatMap(({ skuId }) => (skuId === undefined ? [] : [[skuId]])) : [];
    const [findWare, findVariants, findStock] = await Promise.all([
      askByPart(parts, OWN_PRICES, (part) => getWares(merchant, part, options)),
      askByPart(detail === 'full' ? parts : [], VARIANTS, (part) => getVariants(merchant, part, options)),
      askByPart(stocked, WAREHOUSES, async ([id = '']) => new Map([[id, await getStock(id, options)]])),
    ]);
    const toAnswer = (id: string, sku: SkuRow): ProductFacts => {
      const [ware, variants, stock] = [findWare(sku.wareId), findVariants(sku.wareId), findStock(id)];
      const own: OwnProduct = {
        sku,
        ware: ware.value?.row,
        stock: stock.value?.rows,
        variants: variants.value,
      };
      const methods = { ware: ware.value?.method, stock: stock.value?.method };
      const told = keepRaw(normalizeOwnProduct(own, id), own, methods, options);
      return noteMissingParts(told, [ware.missing, stock.missing, variants.missing]);
    };
    return new Map([...skus].map(([id, row]) => [id, row instanceof BijiaError ? row : toAnswer(id, row)]));
  };
}

/** The products' own rows, or why there is none. */
async function getSkus({ gateway, send }: Merchant, skuIds: readonly string[], options: CallOptions) {
  const getPart = async (part: readonly string[]) => {
    const { rows } = await send(createSkusCall(gateway, { skuIds: part }), options);
    const skus = new Map(rows.map((row) => [row.skuId, row]));
    const hasOthers = rows.some(({ skuId }) => skuId === undefined || !part.includes(skuId));
    const createError = hasOthers ? createOtherProductError : createForeignError;
    return part.map((id) => [id, skus.get(id) ?? createError(id)] as const);
  };
  const fail = (part: readonly string[], error: BijiaError) => part.map((id) => [id, error] as const);
  const tryPart = (part: readonly string[]) =>
    getPart(part).catch((thrown: unknown) => fail(part, toBijiaError(thrown)));
  const [first = [], ...others] = chunkIds(skuIds, IDS_PER_CALL);
  const answered = await tryPart(first);
  const refusal = answered.map(([, row]) => row).find(isRefusalOfAll);
  const rest = others.map((part) => (refusal ? fail(part, refusal) : tryPart(part)));
  return new Map<string, SkuRow | BijiaError>([...answered, ...(await Promise.all(rest)).flat()]);
}

/** What every further call would meet, such as refused credentials: refusals count, so it is met once. */
function isRefusalOfAll(row: SkuRow | BijiaError): row is BijiaError {
  return row instanceof BijiaError && row.stopsBatch;
}

async function getWares({ gateway, send }: Merchant, wareIds: readonly string[], options: CallOptions) {
  const [only] = wareIds;
  if (only === undefined || wareIds.length > 1) {
    const { rows } = await send(createWaresCall(gateway, wareIds), options);
    return new Map(rows.map((row) => [row.wareId, { row, method: WARES_METHOD }]));
  }
  const ware = await send(createWareCall(gateway, only), options);
  return new Map<string | undefined, { readonly row: WareRow; readonly method: string }>(
    ware ? [[only, { row: ware, method: WARE_METHOD }]] : [],
  );
}

/** Keeps the answers about one product; the answer about its variants includes its own row. */
function keepRaw(
  facts: ProductFacts,
  { sku, ware, stock, variants }: OwnProduct,
  methods: { readonly ware: string | undefined; readonly stock: string | undefined },
  options: CallOptions,
): ProductFacts {
  const parts = [
    [SKUS_METHOD, variants?.map(({ raw }) => raw) ?? sku.raw],
    [methods.ware ?? '', ware?.raw],
    [methods.stock ?? '', stock?.map(({ raw }) => raw)],
  ] as const;
  return joinRawParts(parts.reduce((kept, [call, part]) => addRawPart(kept, call, part, options), facts));
}

interface StockAnswer {
  readonly method: string;
  readonly rows: readonly StockRow[];
}

/** Applications may call one or the other of two methods. */
function createStockGetter({ gateway, send }: Merchant, rights: Rights) {
  const [usual, other] = STOCK_METHODS;
  const call = async (method: typeof usual | typeof other, skuId: string, options: CallOptions) => ({
    method,
    rows: await rights.ask(method, options, () => send(createStockCall(gateway, method, skuId), options)),
  });
  return async (skuId: string, options: CallOptions): Promise<StockAnswer> => {
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

/**
 * Asks for every part; what is known already is worth having when one of these calls fails.
 * @returns a lookup by id: the value, or what is missing because the call for its part failed
 */
async function askByPart<T>(
  parts: readonly (readonly string[])[],
  what: Note,
  ask: (part: readonly string[]) => Promise<ReadonlyMap<string | undefined, T>>,
): Promise<(id: string | undefined) => Attempt<T>> {
  const askPart = async (part: readonly string[]) => {
    try {
      const told = await ask(part);
      return part.map((id) => [id, { value: told.get(id) }] as const);
    } catch (error) {
      const missing = toMissingPart(what, error);
      return part.map((id) => [id, { missing }] as const);
    }
  };
  const attempts = new Map<string | undefined, Attempt<T>>((await Promise.all(parts.map(askPart))).flat());
  return (id) => attempts.get(id) ?? {};
}
