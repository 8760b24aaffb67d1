import type * as z from 'zod/mini';
import type { Clock } from '../../../clock.js';
import { type BijiaError, NotFoundError, toBijiaError } from '../../../errors.js';
import { rows } from '../../../product/lenient-schema.js';
import type { Detail, Note, ProductFacts } from '../../../product/product.js';
import {
  type Call,
  type CallOptions,
  isNotPermitted,
  type ManyAnswers,
  type Rights,
} from '../../../provider.js';
import type { JosGateway, RowPage } from '../../jd/jos/gateway.js';
import { noteMissingParts, toMissingPart } from '../../jd/missing-parts.js';
import { addRawPart, joinRawParts } from '../../jd/raw-parts.js';
import { chunkIds, createOtherProductError } from '../../jd/sku-ids.js';
import {
  BIG_FIELD_METHOD,
  createBigFieldCall,
  createPriceCall,
  createQueryCall,
  PRICE_METHOD,
  QUERY_METHOD,
} from './calls.js';
import {
  createMissingError,
  createUnnamedError,
  IDS_PER_BIG_FIELD_CALL,
  matchRows,
  type Part,
  readKey,
} from './ids.js';
import { addBigFields, normalizeGoodsRow, normalizePriceRow } from './normalize.js';
import { BigFieldRow, GoodsRow, PriceRow } from './schema.js';

export interface Promoter extends Pick<Clock, 'now'> {
  readonly gateway: JosGateway;
  readonly send: <T>(call: Call<T>, options: CallOptions) => Promise<T>;
  readonly rights: Rights;
}

/** Products by the id that was asked for. */
type Goods = ReadonlyMap<string, ProductFacts>;

interface FoundGoods {
  readonly goods: Goods;
  /** Whether there were rows that name no id. */
  readonly hasUnnamed: boolean;
  /** Whether there were rows about ids that were not asked for. */
  readonly hasOthers: boolean;
}

/** An answer about every id of a part, with one call; where details are wanted, with one more for every ten. */
export async function getPart(
  promoter: Promoter,
  part: Part,
  detail: Detail,
  options: CallOptions,
): Promise<ManyAnswers> {
  const isPriceOnly = detail === 'price' && part.idType === undefined;
  try {
    const found = await (isPriceOnly
      ? getPrices(promoter, part, options)
      : getGoods(promoter, part, options));
    const goods = detail === 'full' ? await addDetails(promoter, found.goods, options) : found.goods;
    const createError = chooseError(found);
    const toAnswer = (id: string) => {
      const facts = goods.get(id);
      return facts ? joinRawParts(facts) : createError(id);
    };
    return new Map(part.ids.map((id) => [id, toAnswer(id)]));
  } catch (thrown) {
    const error = toBijiaError(thrown);
    // "Nothing found" is one answer about all ids: each gets a message of its own.
    const toAnswer = (id: string): BijiaError =>
      error instanceof NotFoundError ? createMissingError(id) : error;
    return new Map(part.ids.map((id) => [id, toAnswer(id)]));
  }
}

function chooseError({ hasUnnamed, hasOthers }: FoundGoods): (id: string) => BijiaError {
  if (hasUnnamed) return createUnnamedError;
  return hasOthers ? createOtherProductError : createMissingError;
}

const WITHOUT_QUERY: Note = {
  en: 'Price only: this application may not call jd.union.open.goods.query. Apply for it at union.jd.com',
  enForUsers: 'Price only: JD does not open further details to this application',
  zh: '只有价格：京东没有向这个应用开放商品详情',
};
const WITHOUT_SKU_IDS: Note = {
  en: 'Price only: JD Union answers this application about its own itemIds, and does not say which SKU they are',
  enForUsers: 'Price only: further details come with an affiliate link (jingfen.jd.com)',
  zh: '只有价格：发京粉链接（jingfen.jd.com）可以查到更多',
};

/**
 * Asks `goods.query`. Where JD opens it to promoters of a higher level only, or names its products by itemId although SKUs
 * were asked for, the prices are asked for, which every application may.
 */
async function getGoods(promoter: Promoter, part: Part, options: CallOptions): Promise<FoundGoods> {
  let found: FoundGoods;
  try {
    found = await promoter.rights.ask(QUERY_METHOD, options, () => query(promoter, part, options));
  } catch (error) {
    if (!isNotPermitted(error) || part.idType !== undefined) throw error;
    return getNotedPrices(promoter, part, WITHOUT_QUERY, options);
  }
  const missing = part.ids.filter((id) => !found.goods.has(id));
  if (!found.hasUnnamed || missing.length === 0 || part.idType !== undefined) return found;
  const priced = await getNotedPrices(promoter, { ...part, ids: missing }, WITHOUT_SKU_IDS, options);
  return { ...priced, goods: new Map([...found.goods, ...priced.goods]) };
}

async function query(
  { gateway, send, now }: Promoter,
  part: Part,
  options: CallOptions,
): Promise<FoundGoods> {
  const { idType, ids } = part;
  const wanted = idType === undefined ? { skuIds: ids } : { itemIds: ids };
  const found = readRows(GoodsRow, await send(createQueryCall(gateway, wanted), options));
  const goods = new Map<string, ProductFacts>();
  const matched = matchRows(found, part);
  for (const [id, row] of matched) {
    const facts = normalizeGoodsRow(row, now(), { id, idType });
    if (facts) goods.set(id, addRawPart(facts, QUERY_METHOD, row.raw, options));
  }
  const keys = found.map((row) => readKey(row, idType));
  const asked = new Set([...matched.values()].map((row) => readKey(row, idType)));
  return {
    goods,
    hasUnnamed: keys.includes(undefined),
    hasOthers: keys.some((key) => key !== undefined && !asked.has(key)),
  };
}

async function getPrices(
  { gateway, send }: Promoter,
  { ids }: Part,
  options: CallOptions,
): Promise<FoundGoods> {
  const found = readRows(PriceRow, await send(createPriceCall(gateway, ids), options));
  const facts = found.flatMap((row) => {
    const one = normalizePriceRow(row);
    return one ? [addRawPart(one, PRICE_METHOD, row.raw, options)] : [];
  });
  return {
    goods: new Map(facts.map((one) => [one.id, one])),
    hasUnnamed: facts.length < found.length,
    hasOthers: facts.some(({ id }) => !ids.includes(id)),
  };
}

async function getNotedPrices(
  promoter: Promoter,
  part: Part,
  note: Note,
  options: CallOptions,
): Promise<FoundGoods> {
  const { goods, ...rest } = await getPrices(promoter, part, options);
  const noted = [...goods].map(
    ([id, facts]) => [id, { ...facts, notes: [...(facts.notes ?? []), note] }] as const,
  );
  return { goods: new Map(noted), ...rest };
}

const BIG_FIELDS: Note = { en: 'further images and properties', zh: '更多图片和属性' };

/** Adds images, categories and properties. What the first call brought is worth having without them. */
async function addDetails(promoter: Promoter, goods: Goods, options: CallOptions): Promise<Goods> {
  const skuIds = [...goods.values()].flatMap(({ id, idType }) => (idType === undefined ? [id] : []));
  const added = await Promise.all(
    chunkIds([...new Set(skuIds)], IDS_PER_BIG_FIELD_CALL).map((chunk) =>
      getDetails(promoter, chunk, options),
    ),
  );
  const bySku = new Map(added.flatMap((one) => [...one]));
  return new Map([...goods].map(([id, facts]) => [id, bySku.get(facts.id)?.(facts) ?? facts]));
}

type AddDetails = (facts: ProductFacts) => ProductFacts;

/** @param skuIds up to 10 */
async function getDetails(
  { gateway, send, rights }: Promoter,
  skuIds: readonly string[],
  options: CallOptions,
): Promise<ReadonlyMap<string, AddDetails>> {
  let add: AddDetails;
  try {
    const page = await rights.ask(BIG_FIELD_METHOD, options, () =>
      send(createBigFieldCall(gateway, skuIds), options),
    );
    const bySku = new Map(readRows(BigFieldRow, page).map((row) => [row.skuId, row]));
    add = (facts) => {
      const row = bySku.get(facts.id);
      return addRawPart(addBigFields(facts, row), BIG_FIELD_METHOD, row?.raw, options);
    };
  } catch (error) {
    const missing = toMissingPart(BIG_FIELDS, error);
    add = (facts) => noteMissingParts(facts, [missing]);
  }
  return new Map(skuIds.map((id) => [id, add]));
}

/** The rows of an answer that fit the schema. */
export function readRows<T extends z.ZodMiniType>(row: T, found: RowPage<unknown>): z.output<T>[] {
  return rows(row).parse(found.rows);
}
