import type * as z from 'zod';
import { BijiaError, NotFoundError, toBijiaError, UnsupportedError } from '../../../errors.js';
import { rows } from '../../../product/lenient-schema.js';
import type { Detail, Note, ProductFacts } from '../../../product/product.js';
import type { Call, CallOptions, Connection, ManyAnswers, ShopPage, Toolbox } from '../../../provider.js';
import { createProductProbe } from '../../../provider.js';
import type { JosGateway, RowPage } from '../../jd/jos/gateway.js';
import { jd } from '../../jd/links.js';
import { noteMissingParts, toMissingPart } from '../../jd/missing-parts.js';
import type { JdUnionValues } from '../settings.js';
import { createBigFieldCall, createPriceCall, createQueryCall } from './calls.js';
import {
  countIdsPerCall,
  createMissingError,
  createUnnamedError,
  matchRows,
  type Part,
  readKey,
  splitIds,
} from './ids.js';
import { addBigFields, normalizeGoodsRow, normalizePriceRow } from './normalize.js';
import { BigFieldRow, GoodsRow, PriceRow } from './schema.js';

const MAX_SHOP_PAGE_SIZE = 30;

/** The interface as production SDKs speak it: many ids per call, no token. */
export function connectJos(toolbox: Toolbox<JdUnionValues>): Connection {
  const { settings, send, now } = toolbox;
  const gateway: JosGateway = { ...settings, url: settings.gatewayUrl };
  const asker: Asker = { gateway, send, now };

  const getProducts: NonNullable<Connection['getProducts']> = async (ids, detail, options) => {
    const { parts, refused } = splitIds(ids, detail);
    const answers = await Promise.all(parts.map((part) => getPart(asker, part, detail, options)));
    return new Map([...refused, ...answers.flatMap((part) => [...part])]);
  };

  const getProduct: Connection['getProduct'] = async (id, detail, options) => {
    const answer = (await getProducts([id], detail, options)).get(id.id) ?? createMissingError(id.id);
    if (answer instanceof BijiaError) throw answer;
    return answer;
  };

  return {
    getProduct,
    getProducts,
    idsPerCall: countIdsPerCall,
    cacheLevel: (detail) => detail,
    getShopPage: (shopId, page, size, options) => getShopPage(asker, { shopId, page, size }, options),
    maxShopPageSize: MAX_SHOP_PAGE_SIZE,
    probes: [createProductProbe(jd, getProduct, 'quota')],
  };
}

interface Asker {
  readonly gateway: JosGateway;
  readonly send: <T>(call: Call<T>, options: CallOptions) => Promise<T>;
  readonly now: () => number;
}

/** Products by the id that was asked for. */
type Goods = ReadonlyMap<string, ProductFacts>;

interface FoundGoods {
  readonly goods: Goods;
  /** Whether there were rows that name no id. */
  readonly hasUnnamed: boolean;
}

/** An answer about every id of a part, with one call; with a second one where details are wanted. */
async function getPart(asker: Asker, part: Part, detail: Detail, options: CallOptions): Promise<ManyAnswers> {
  const isPriceOnly = detail === 'price' && part.idType === undefined;
  try {
    const found = await (isPriceOnly ? getPrices(asker, part, options) : getGoods(asker, part, options));
    const goods = detail === 'full' ? await addDetails(asker, found.goods, options) : found.goods;
    const createError = found.hasUnnamed ? createUnnamedError : createMissingError;
    return new Map(part.ids.map((id) => [id, goods.get(id) ?? createError(id)]));
  } catch (thrown) {
    const error = toBijiaError(thrown);
    // "Nothing found" is one answer about all ids: each gets a message of its own.
    const toAnswer = (id: string) => (error instanceof NotFoundError ? createMissingError(id) : error);
    return new Map(part.ids.map((id) => [id, toAnswer(id)]));
  }
}

async function getGoods(
  { gateway, send, now }: Asker,
  part: Part,
  options: CallOptions,
): Promise<FoundGoods> {
  const { idType, ids } = part;
  const query = idType === undefined ? { skuIds: ids } : { itemIds: ids };
  const found = readRows(GoodsRow, await send(createQueryCall(gateway, query), options));
  const goods = new Map<string, ProductFacts>();
  for (const [id, row] of matchRows(found, part)) {
    const facts = normalizeGoodsRow(row, now(), { id, idType });
    if (facts) goods.set(id, facts);
  }
  return { goods, hasUnnamed: found.some((row) => readKey(row, idType) === undefined) };
}

async function getPrices({ gateway, send }: Asker, { ids }: Part, options: CallOptions): Promise<FoundGoods> {
  const found = readRows(PriceRow, await send(createPriceCall(gateway, ids), options));
  const facts = found.flatMap((row) => normalizePriceRow(row) ?? []);
  return { goods: new Map(facts.map((one) => [one.id, one])), hasUnnamed: facts.length < found.length };
}

const BIG_FIELDS: Note = { en: 'further images and properties', zh: '更多图片和属性' };

/** Adds images, categories and properties. What the first call brought is worth having without them. */
async function addDetails({ gateway, send }: Asker, goods: Goods, options: CallOptions): Promise<Goods> {
  const skuIds = [...goods.values()].flatMap(({ id, idType }) => (idType === undefined ? [id] : []));
  if (skuIds.length === 0) return goods;
  let add: (facts: ProductFacts) => ProductFacts;
  try {
    const found = readRows(BigFieldRow, await send(createBigFieldCall(gateway, skuIds), options));
    const bySku = new Map(found.map((row) => [row.skuId, row]));
    add = (facts) => addBigFields(facts, bySku.get(facts.id));
  } catch (error) {
    const missing = toMissingPart(BIG_FIELDS, error);
    add = (facts) => noteMissingParts(facts, [missing]);
  }
  return new Map([...goods].map(([id, facts]) => [id, add(facts)]));
}

interface ShopQuery {
  readonly shopId: string;
  readonly page: number;
  readonly size: number;
}

async function getShopPage(
  { gateway, send, now }: Asker,
  query: ShopQuery,
  options: CallOptions,
): Promise<ShopPage> {
  try {
    const { rows: found, total } = await send(createQueryCall(gateway, query), options);
    const goods = readRows(GoodsRow, { rows: found, total });
    const products = goods.flatMap((row) => normalizeGoodsRow(row, now()) ?? []);
    const shopName = goods.find((row) => row.shopInfo.shopName)?.shopInfo.shopName;
    return { shopName, total, products, skipped: found.length - products.length };
  } catch (error) {
    if (error instanceof NotFoundError) return { products: [], skipped: 0 };
    if (error instanceof UnsupportedError && error.code === 'page_cap') {
      return { products: [], skipped: 0, beyondLast: true };
    }
    throw error;
  }
}

function readRows<T extends z.ZodType>(row: T, found: RowPage<unknown>): z.output<T>[] {
  return rows(row).parse(found.rows);
}
