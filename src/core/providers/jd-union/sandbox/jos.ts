import {
  type AnswerFault,
  createDice,
  type SandboxWorld,
  toSandboxJson,
} from '../../../simulation/upstream.js';
import { findGoods } from '../../jd/sandbox/catalogue.js';
import { generateGoods, type SandboxGoods } from '../../jd/sandbox/generate.js';
import type { Business, JosMethod } from '../../jd/sandbox/jos-gateway.js';
import { findShop, listShop } from '../../jd/sandbox/shops.js';
import { toGoodsId } from './item-ids.js';
import { type RowOptions, toBigFieldRow, toPromotionRow, toQueryRow } from './jos-rows.js';

const MAX_QUERY_IDS = 20;
const MAX_PRICE_IDS = 100;
const MAX_BIG_FIELD_IDS = 10;
const MAX_PAGE_SIZE = 30;
const MAX_PAGES = 100;

interface Inner {
  readonly code: number;
  readonly message: string;
  readonly data?: readonly object[];
  readonly totalCount?: number;
}

const refuse = (code: number, message: string): Inner => ({ code, message });
const succeed = (data: readonly object[], totalCount = data.length): Inner => ({
  code: 200,
  message: 'success',
  // What is empty is left out.
  data: data.length > 0 ? data : undefined,
  totalCount,
});

/** Goods without commission take no part in the Union: its methods leave them out. */
function findPromoted(id: string): SandboxGoods | undefined {
  const goods = findGoods(id);
  return goods && goods.commissionShare > 0 ? goods : undefined;
}

function readList(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function readRequest(business: Business, name: string): Business {
  const request = business[name];
  return typeof request === 'object' && request !== null ? (request as Business) : {};
}

/** What a fault makes of the inner answer. */
function spoil(inner: Inner, fault: AnswerFault | undefined): Inner {
  switch (fault?.kind) {
    case 'code':
      return refuse(Number(fault.code), `错误 ${fault.code}`);
    case 'not-found':
    case 'no-data':
      return succeed([]);
    case 'empty-data':
      return { ...succeed([]), data: [] };
    case 'missing-rows':
      return { ...inner, data: inner.data?.filter((_, index) => index % 2 === 0) };
    default:
      return inner;
  }
}

/** The inner answer is JSON text inside the JSON envelope. */
function wrap(inner: Inner, fault: AnswerFault | undefined): object {
  const spoiled = { ...spoil(inner, fault), requestId: 'o_sandbox' };
  if (fault?.kind === 'result-object') return { queryResult: spoiled };
  const text = toSandboxJson(spoiled);
  return { queryResult: fault?.kind === 'result-broken' ? text.slice(0, text.length / 2) : text };
}

/** A row of a shop. One that has lost its ids keeps everything else. */
function createShopRow(id: string | undefined, place: number, options: RowOptions): object {
  const goods = id === undefined ? undefined : findGoods(id);
  if (goods) return toQueryRow(goods, options);
  const row = toQueryRow(generateGoods(String(900_000_000 + place)), options);
  return { ...row, skuId: undefined, itemId: undefined, spuid: undefined, materialUrl: undefined };
}

function listShopRows(request: Business, options: RowOptions): Inner {
  const [page, size] = [Number(request['pageIndex'] ?? 1), Number(request['pageSize'] ?? 20)];
  if (!(page >= 1 && size >= 1 && size <= MAX_PAGE_SIZE)) return refuse(400, 'pageSize最大30');
  if (page > MAX_PAGES) return refuse(202, '超出翻页上限');
  const shop = findShop(String(request['shopId']));
  if (!shop) return succeed([]);
  const { ids, total } = listShop(shop, page, size);
  const rows = ids.map((id, place) => createShopRow(id, place, options));
  return succeed(rows, total);
}

const FOUND = 75;

/** Goods that follow from the keyword, as many for every one. */
function search(request: Business, options: RowOptions): Inner {
  const [page, size] = [Number(request['pageIndex'] ?? 1), Number(request['pageSize'] ?? 20)];
  if (!(page >= 1 && size >= 1 && size <= MAX_PAGE_SIZE)) return refuse(400, 'pageSize最大30');
  if ((page - 1) * size >= FOUND) return refuse(202, '超出翻页上限');
  const first = createDice(`search ${request['keyword']}`).whole(10 ** 11, 2 * 10 ** 11);
  const ids = Array.from({ length: FOUND }, (_, at) => String(first + at));
  const rows = ids
    .slice((page - 1) * size, page * size)
    .map((id) => toQueryRow(generateGoods(id), { ...options, namesSku: true }));
  return succeed(rows, FOUND);
}

/** As long as each of JD's lists is. */
const LISTED = 20;

/** A list that JD makes: no names and numbers of its own, only the right shape of the request. */
function listRanked({ random, now }: SandboxWorld, request: Business, isKnown: boolean): Inner {
  if (!isKnown) return refuse(400, '参数错误');
  const [page, size] = [Number(request['pageIndex'] ?? 1), Math.min(Number(request['pageSize'] ?? 10), 10)];
  if ((page - 1) * size >= LISTED) return refuse(202, '超出翻页上限');
  const first = 100_020_000_000 + Number(request['rankId'] ?? request['eliteId'] ?? 0) + (page - 1) * size;
  const options = { random, now, namesSku: true, fields: new Set<string>() };
  return succeed(
    Array.from({ length: size }, (_, at) => toQueryRow(generateGoods(String(first + at)), options)),
  );
}

/** The right of this method is given to companies; the sandbox's application has it. */
function promote(business: Business, needsSite: boolean): object {
  const { materialId, siteId } = readRequest(business, 'promotionCodeReq');
  const [, itemId] = /detail\/([A-Za-z0-9]+_[A-Za-z0-9]+)\.html/.exec(String(materialId)) ?? [];
  const id = itemId ? toGoodsId(itemId) : /(\d+)\.html/.exec(String(materialId))?.[1];
  if (needsSite && siteId === undefined) return refuse(1_002_024, 'siteId不能为空');
  if (id === undefined) return refuse(2_001_101, '链接不合法');
  if (!findPromoted(id)) return refuse(2_001_104, '商品不在推广中');
  const data = {
    clickURL: `https://union-click.jd.com/jdc?e=&p=${id}`,
    ...(!needsSite && { shortURL: `https://u.jd.com/s${id}` }),
  };
  return { code: 200, message: 'success', data };
}

function query(business: Business, { random, now }: SandboxWorld): Inner {
  const request = readRequest(business, 'goodsReqDTO');
  const fields = new Set([request['fields'] ?? ''].flat().flatMap((field) => String(field).split(',')));
  const [skuIds, itemIds] = [readList(request['skuIds']), readList(request['itemIds'])];
  // Asked for by SKU, rows name their SKU in this scene only.
  const namesSku = skuIds.length === 0 || request['sceneId'] === 2;
  const options = { random, now, fields, namesSku };
  if (skuIds.length > MAX_QUERY_IDS || itemIds.length > MAX_QUERY_IDS) return refuse(400, '最多20个');
  const wanted = [
    ...skuIds.map((id) => ({ id, itemId: undefined })),
    ...itemIds.map((itemId) => ({ id: toGoodsId(itemId), itemId })),
  ];
  if (typeof request['keyword'] === 'string') return search(request, options);
  if (wanted.length === 0) {
    return request['shopId'] === undefined ? refuse(400, '缺少查询条件') : listShopRows(request, options);
  }
  const rows = wanted.flatMap(({ id, itemId }) => {
    const goods = findPromoted(id);
    return goods ? [toQueryRow(goods, { ...options, itemId })] : [];
  });
  return succeed(rows);
}

function queryMany(ids: readonly string[], limit: number, toRow: (goods: SandboxGoods) => object): Inner {
  if (ids.length === 0) return refuse(400, 'skuIds不能为空');
  if (ids.length > limit) return refuse(400, `最多${limit}个`);
  return succeed(ids.flatMap((id) => findPromoted(id) ?? []).map(toRow));
}

function splitIds(business: Business): string[] {
  return String(business['skuIds'] ?? '')
    .split(',')
    .filter(Boolean);
}

/** The Union's production methods: many ids per call, no token. */
export function createJosMethods(world: SandboxWorld): readonly JosMethod[] {
  const common = { version: '1.0', needsToken: false, hasInnerCodes: true } as const;
  const readQueryIds = (business: Business) => {
    const { skuIds, itemIds, shopId } = readRequest(business, 'goodsReqDTO');
    return [...readList(skuIds), ...readList(itemIds), ...(shopId === undefined ? [] : [String(shopId)])];
  };
  const readBigFieldIds = (business: Business) => readList(readRequest(business, 'goodsReq')['skuIds']);
  return [
    {
      ...common,
      name: 'jd.union.open.goods.query',
      readIds: readQueryIds,
      answer: (business, fault) => wrap(query(business, world), fault),
    },
    {
      ...common,
      name: 'jd.union.open.goods.promotiongoodsinfo.query',
      readIds: splitIds,
      answer: (business, fault) => wrap(queryMany(splitIds(business), MAX_PRICE_IDS, toPromotionRow), fault),
    },
    {
      ...common,
      name: 'jd.union.open.goods.bigfield.query',
      readIds: readBigFieldIds,
      answer: (business, fault) =>
        wrap(queryMany(readBigFieldIds(business), MAX_BIG_FIELD_IDS, toBigFieldRow), fault),
    },
    {
      ...common,
      name: 'jd.union.open.goods.rank.query',
      readIds: () => [],
      answer: (business, fault) => {
        const request = readRequest(business, 'RankGoodsReq');
        return wrap(listRanked(world, request, request['rankId'] !== undefined), fault);
      },
    },
    {
      ...common,
      name: 'jd.union.open.goods.material.query',
      readIds: () => [],
      answer: (business, fault) => {
        const request = readRequest(business, 'goodsReq');
        return wrap(listRanked(world, request, request['eliteId'] !== undefined), fault);
      },
    },
    ...['common', 'bysubunionid'].map((kind) => ({
      ...common,
      name: `jd.union.open.promotion.${kind}.get`,
      readIds: () => [],
      answer: (business: Business) => ({ getResult: toSandboxJson(promote(business, kind === 'common')) }),
    })),
  ];
}
