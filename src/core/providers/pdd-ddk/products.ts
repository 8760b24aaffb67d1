import { type BijiaError, ResponseError, toBijiaError } from '../../errors.js';
import type { Detail, Note, ProductFacts } from '../../product/product.js';
import {
  type CallOptions,
  createRights,
  isNotPermitted,
  type ManyAnswers,
  type ProductId,
  type Rights,
  type Toolbox,
} from '../../provider.js';
import { pdd } from '../pdd/links.js';
import {
  createConvertCall,
  createDetailCall,
  createSearchCall,
  type DetailQuery,
  type FoundRows,
  METHODS,
} from './calls.js';
import { createNotPromotedError } from './errors.js';
import { normalizeRow } from './normalize.js';
import { type Addresses, type GoodsRow, goodsSign } from './schema.js';
import type { DdkValues } from './settings.js';

export interface Tools extends Pick<Toolbox<DdkValues>, 'settings' | 'send' | 'now'> {
  readonly rights: Rights;
  /**
   * The goods_id of each sign that an answer has named it for. Several signs exist for one product, and not every answer
   * says which: what is known of one makes it the same product in caches, history and jobs.
   */
  readonly idsBySign: Map<string, string>;
}

const REMEMBERED_SIGNS = 10_000;

export const createTools = ({ settings, send, now }: Toolbox<DdkValues>): Tools => ({
  settings,
  send,
  now,
  rights: createRights(now),
  idsBySign: new Map(),
});

function rememberSign({ idsBySign }: Tools, sign: string, goodsId: string): void {
  idsBySign.set(sign, goodsId);
  const [oldest] = idsBySign.keys();
  if (idsBySign.size > REMEMBERED_SIGNS && oldest !== undefined) idsBySign.delete(oldest);
}

/** The row as an answer that names its goods_id would have it. */
export function identify(tools: Tools, row: GoodsRow): GoodsRow {
  const { goods_sign: sign, goods_id: id } = row;
  if (sign === undefined) return row;
  if (id === undefined) return { ...row, goods_id: tools.idsBySign.get(sign) };
  rememberSign(tools, sign, id);
  return row;
}

/** The limit is not published: assumed to be the smallest page size. */
export const SIGNS_PER_CALL = 10;

const ASSUMED_NOTE: Note = {
  en: 'Pinduoduo does not say the id of what it found; it was the only product for this link',
  zh: '拼多多没有返回商品编号，这是该链接唯一对应的商品',
};

/**
 * A goods_id is searched for by the address of its page, a sign is asked for itself. With details, a goods_id takes a
 * second call, by the sign that the first one brought.
 * @throws NotFoundError for what is not promoted
 */
export async function getProduct(
  tools: Tools,
  asked: ProductId,
  detail: Detail,
  options: CallOptions,
): Promise<ProductFacts> {
  const isFull = detail === 'full';
  if (asked.idType !== undefined) {
    const row = await getDetails(tools, { sign: asked.id, withSkus: isFull }, options);
    return toFacts(tools, row, asked);
  }
  const { row, searchId, isAssumed } = await requireRow(tools, asked.id, options);
  const sign = row.goods_sign;
  const whole =
    isFull && sign && row.goods_gallery_urls.length === 0
      ? await getDetails(tools, { sign, searchId: row.search_id ?? searchId, withSkus: true }, options)
      : row;
  // The details say less of the id than the search does.
  const facts = toFacts(tools, { ...whole, goods_id: whole.goods_id ?? row.goods_id }, asked);
  return isAssumed ? { ...facts, notes: [...(facts.notes ?? []), ASSUMED_NOTE] } : facts;
}

/** One call for each or two, and for each its own answer. */
export async function getEach(
  tools: Tools,
  ids: readonly ProductId[],
  detail: Detail,
  options: CallOptions,
): Promise<ManyAnswers> {
  const get = (asked: ProductId) => getProduct(tools, asked, detail, options).catch(toBijiaError);
  return new Map(await Promise.all(ids.map(async (asked) => [asked.id, await get(asked)] as const)));
}

/**
 * Several signs with one call. What is left out is not promoted, unless rows carry signs that were not asked for: a product
 * has several, so such a row may be any of the missing ones, and each of those is asked for individually.
 */
export async function getProductsBySign(
  tools: Tools,
  ids: readonly ProductId[],
  options: CallOptions,
): Promise<ManyAnswers> {
  const signs = ids.map(({ id }) => id);
  const { rows } = await tools.send(createSearchCall(tools.settings, { goods_sign_list: signs }), options);
  const bySign = new Map(rows.map((row) => [row.goods_sign, row]));
  const found = ids.flatMap((asked) => {
    const row = bySign.get(asked.id);
    return row ? [[asked.id, readFacts(tools, row, asked, options)] as const] : [];
  });
  const missing = ids.filter(({ id }) => !bySign.has(id));
  if (rows.length > found.length) {
    return new Map([...found, ...(await getEach(tools, missing, 'summary', options))]);
  }
  return new Map([...found, ...missing.map(({ id }) => [id, createNotPromotedError(id)] as const)]);
}

function readFacts(
  tools: Tools,
  row: GoodsRow,
  asked: ProductId,
  { raw }: CallOptions,
): ProductFacts | BijiaError {
  try {
    const facts = toFacts(tools, row, asked);
    return raw ? { ...facts, raw: row.raw } : facts;
  } catch (thrown) {
    return toBijiaError(thrown);
  }
}

function toFacts(tools: Tools, row: GoodsRow, asked: ProductId): ProductFacts {
  const facts = normalizeRow(identify(tools, row), tools.now(), asked);
  if (!facts) throw createNotPromotedError(asked.id);
  return facts;
}

/** A right of its own next to that to the details. */
const VARIANTS = `${METHODS.detail.name} with variants`;

/** @throws NotFoundError for what is not promoted */
async function getDetails(
  { settings, send, rights }: Tools,
  query: DetailQuery,
  options: CallOptions,
): Promise<GoodsRow> {
  const ask = (withSkus: boolean) => send(createDetailCall(settings, { ...query, withSkus }), options);
  const row = query.withSkus
    ? await rights
        .ask(VARIANTS, options, () => ask(true))
        .catch((error: unknown) => {
          if (isNotPermitted(error)) return ask(false);
          throw error;
        })
    : await ask(false);
  if (!row) throw createNotPromotedError(query.sign);
  return row;
}

interface FoundRow {
  readonly row: GoodsRow;
  readonly searchId?: string;
  /** Nothing in the row says that it is the one. */
  readonly isAssumed: boolean;
}

/**
 * The row with the goods_id; where rows name none, the only row there is. With several of those the link is turned into
 * a promotion link, whose address holds the sign.
 */
async function requireRow(tools: Tools, goodsId: string, options: CallOptions): Promise<FoundRow> {
  const { settings, send, rights } = tools;
  const url = pdd.productUrl(goodsId) ?? goodsId;
  const search = () => send(createSearchCall(settings, { keyword: url }), options);
  const found = await rights.ask(METHODS.search.name, options, search).catch((error: unknown) => {
    if (isNotPermitted(error)) return undefined;
    throw error;
  });
  // Without the right to search, the promotion link still tells.
  if (!found) return requireLinkedRow(tools, goodsId, url, options);
  const { rows, total, searchId } = found;
  const [first] = rows;
  if (!first) throw createNotPromotedError(goodsId);
  const own = rows.find(({ goods_id }) => goods_id === goodsId);
  if (own) return { row: own, searchId, isAssumed: false };
  if (isOnly({ rows, total })) return { row: first, searchId, isAssumed: first.goods_id === undefined };
  return requireLinkedRow(tools, goodsId, url, options);
}

async function requireLinkedRow(
  tools: Tools,
  goodsId: string,
  url: string,
  options: CallOptions,
): Promise<FoundRow> {
  const sign = findSign(await tools.send(createConvertCall(tools.settings, { url }), options));
  if (sign === undefined) throw createSeveralError(goodsId);
  rememberSign(tools, sign, goodsId);
  return { row: await getDetails(tools, { sign }, options), isAssumed: false };
}

const isOnly = ({ rows, total = rows.length }: FoundRows) => rows.length === 1 && total <= 1;

/** Short addresses say nothing; the long ones hold the sign, in a parameter or in the page that one names. */
function findSign({ mobile_url, url }: Addresses): string | undefined {
  for (const address of [mobile_url, url]) {
    const [, sign] = /goods_sign(?:=|%3D)([\w-]+)/i.exec(address ?? '') ?? [];
    const known = goodsSign.parse(sign);
    if (known !== undefined) return known;
  }
  return undefined;
}

function createSeveralError(goodsId: string): ResponseError {
  return new ResponseError(
    `Pinduoduo found several products for ${goodsId} and does not say which of them it is. Paste a link with goods_sign= in it, or ask another source.`,
    { code: 'several_products' },
  );
}
