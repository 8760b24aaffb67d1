import { type AnswerFault, digits } from '../../../simulation/upstream.js';
import type { SandboxGoods } from '../../jd/sandbox/generate.js';
import type { Business, JosMethod } from '../../jd/sandbox/jos-gateway.js';
import { findShop, listShop } from '../../jd/sandbox/shops.js';
import {
  countStock,
  findOwnGoods,
  findSku,
  findWare,
  getAreaStock,
  getInsidePrices,
  getWareId,
  listSkus,
  MERCHANT_SHOP_ID,
  type OwnSku,
} from './goods.js';

const MAX_IDS = 20;
const MAX_WARE_PAGE = 50;
const MAX_PAGES = 100;

function split(value: unknown): string[] {
  return String(value ?? '')
    .split(',')
    .map((id) => id.trim())
    .filter(Boolean);
}

/** Only what `field` names, besides the ids. */
function choose(row: Readonly<Record<string, unknown>>, field: unknown): object {
  const wanted = new Set(['skuId', 'wareId', ...split(field)]);
  return Object.fromEntries(Object.entries(row).filter(([name]) => wanted.has(name)));
}

function toSaleAttrs(specName: string) {
  return specName
    .split('/')
    .filter(Boolean)
    .map((part, index) => ({
      attrId: String(1_000_000 + index),
      attrValues: [String(2_000_000 + index)],
      attrValueAlias: [part.slice(part.indexOf(':') + 1)],
    }));
}

function toSkuRow({ id, ware, specName, price }: OwnSku, field: unknown): object {
  const row = {
    skuId: digits(id),
    wareId: digits(getWareId(ware.id)),
    skuName: [ware.info['title'], specName].filter(Boolean).join(' '),
    wareTitle: ware.info['title'],
    jdPrice: price,
    stockNum: countStock(id),
    status: 1,
    saleAttrs: toSaleAttrs(specName),
    outerId: `OUT-${id}`,
    logo: ware.images[0],
  };
  return choose(row, field);
}

function toWareRow(ware: SandboxGoods, field: unknown): object {
  const { costPrice, marketPrice } = getInsidePrices(ware);
  const row = {
    wareId: digits(getWareId(ware.id)),
    title: ware.info['title'],
    jdPrice: ware.info['price'],
    marketPrice,
    costPrice,
    stockNum: countStock(ware.id),
    wareStatus: 8,
    brandName: ware.brand,
    shopId: digits(MERCHANT_SHOP_ID),
    logo: ware.images[0],
    images: ware.images,
  };
  return choose(row, field);
}

interface Page {
  readonly data: readonly object[];
  readonly pageNo: number;
  readonly pageSize: number;
  readonly totalItem: number;
}

/** What a fault makes of a page of rows. */
function spoil(page: Page, fault: AnswerFault | undefined): object {
  switch (fault?.kind) {
    case 'no-data':
      return {};
    case 'not-found':
    case 'empty-data':
      return { page: { ...page, data: [], totalItem: 0 } };
    case 'missing-rows':
      return { page: { ...page, data: page.data.filter((_, index) => index % 2 === 0) } };
    default:
      return { page };
  }
}

function searchSkus(business: Business, fault?: AnswerFault): object {
  const [pageNo, pageSize] = [Number(business['pageNo'] ?? 1), Number(business['page_size'] ?? 10)];
  const wares = split(business['wareId'])
    .slice(0, MAX_IDS)
    .flatMap((id) => findWare(id) ?? []);
  const asked = split(business['skuId'])
    .slice(0, MAX_IDS)
    .flatMap((id) => findSku(id) ?? []);
  const all = [...asked, ...wares.flatMap(listSkus)];
  const rows = all.slice((pageNo - 1) * pageSize, pageNo * pageSize);
  const data = rows.map((sku) => toSkuRow(sku, business['field']));
  return spoil({ data, pageNo, pageSize, totalItem: all.length }, fault);
}

function searchWares(business: Business, fault?: AnswerFault): object {
  const [pageNo, pageSize] = [Number(business['pageNo'] ?? 1), Number(business['pageSize'] ?? 10)];
  const size = Math.min(pageSize, MAX_WARE_PAGE);
  const ids = split(business['wareId']).slice(0, MAX_IDS);
  const shop = findShop(MERCHANT_SHOP_ID);
  const listed = shop && pageNo <= MAX_PAGES ? listShop(shop, pageNo, size) : { ids: [], total: 0 };
  const goods =
    ids.length > 0
      ? ids.flatMap((id) => findWare(id) ?? [])
      : listed.ids.flatMap((id) => (id && findOwnGoods(id)) || []);
  const data = goods.map((ware) => toWareRow(ware, business['field']));
  const totalItem = ids.length > 0 ? data.length : listed.total;
  return spoil({ data, pageNo, pageSize: size, totalItem }, fault);
}

function findWareById(business: Business, fault?: AnswerFault): object {
  const ware = fault ? undefined : findWare(String(business['wareId'] ?? ''));
  return ware ? { ware: toWareRow(ware, business['field']) } : {};
}

function queryStock(business: Business, fault?: AnswerFault): object {
  const skuId = String(business['skuId'] ?? '');
  const rows = fault || !findOwnGoods(skuId) ? [] : getAreaStock(skuId);
  const skuStockInfos = rows.map(({ storeId, stockNum }) => ({
    storeId,
    stockNum,
    orderBookingNum: 0,
    appBookingNum: 0,
  }));
  return { returnType: { success: true, obj: { skuId: digits(skuId), skuStockInfos } } };
}

function findStock(business: Business, fault?: AnswerFault): object {
  const skuId = String(business['skuId'] ?? '');
  const rows = fault || !findOwnGoods(skuId) ? [] : getAreaStock(skuId);
  return { skuStocks: rows.map(({ storeId, stockNum }) => ({ skuId: digits(skuId), storeId, stockNum })) };
}

function queryShop(): object {
  const shop_jos_result = {
    vender_id: 10_462_158,
    shop_id: digits(MERCHANT_SHOP_ID),
    shop_name: findShop(MERCHANT_SHOP_ID)?.name,
  };
  return { shop_jos_result };
}

const readIds = ({ skuId, wareId }: Business): string[] => [...split(skuId), ...split(wareId)];

const METHODS: Readonly<Record<string, JosMethod['answer']>> = {
  'jingdong.sku.read.searchSkuList': searchSkus,
  'jingdong.ware.read.findWareById': findWareById,
  'jingdong.ware.read.searchWare4Valid': searchWares,
  'jingdong.ware.stock.sku.query': queryStock,
  'jingdong.stock.read.findSkuStock': findStock,
  'jingdong.vender.shop.query': queryShop,
};

/** The Open Platform's production methods for a merchant's own goods. */
export const JOS_METHODS: readonly JosMethod[] = Object.entries(METHODS).map(([name, answer]) => ({
  name,
  version: '2.0',
  needsToken: true,
  hasInnerCodes: false,
  readIds,
  answer,
}));
