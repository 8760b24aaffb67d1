import type { Call, CallOptions, TokenSource } from '../../../provider.js';
import {
  buildJosRequest,
  type JosGateway,
  type JosValue,
  type RowPage,
  readJosResponse,
} from '../../jd/jos/gateway.js';
import { readJdReceipt } from '../../jd/receipt.js';
import { assertNothing } from '../../jd/shape.js';
import { ERROR_ROWS } from '../errors.js';
import {
  ShopAnswer,
  SKU_FIELDS,
  SkuPage,
  type SkuRow,
  StockAnswer,
  type StockRow,
  WARE_FIELDS,
  WareAnswer,
  WarePage,
  type WareRow,
} from './schema.js';

export const IDS_PER_CALL = 20;
/** The largest that is known to be accepted. */
export const PAGE_SIZE = 50;
/** Deeper pages stay empty. */
export const MAX_PAGES = 100;
const ON_SALE = '8';

export interface MerchantGateway extends JosGateway {
  readonly token: TokenSource;
}

export interface Merchant {
  readonly gateway: MerchantGateway;
  readonly send: <T>(call: Call<T>, options: CallOptions) => Promise<T>;
  /** Wall clock, milliseconds. */
  readonly now: () => number;
}

export const SKUS_METHOD = 'jingdong.sku.read.searchSkuList';
export const WARES_METHOD = 'jingdong.ware.read.searchWare4Valid';
export const WARE_METHOD = 'jingdong.ware.read.findWareById';

type SkuFilter = { readonly skuIds: readonly string[] } | { readonly wareIds: readonly string[] };

/** @param filter up to 20 ids */
export function createSkusCall(gateway: MerchantGateway, filter: SkuFilter, page = 1): Call<RowPage<SkuRow>> {
  const ids = 'skuIds' in filter ? { skuId: filter.skuIds.join(',') } : { wareId: filter.wareIds.join(',') };
  return createMerchantCall(
    gateway,
    SKUS_METHOD,
    { ...ids, pageNo: page, page_size: PAGE_SIZE, field: SKU_FIELDS },
    (response) => readRowPage(SkuPage, response),
  );
}

/** @param wareIds up to 20, in whatever state */
export function createWaresCall(
  gateway: MerchantGateway,
  wareIds: readonly string[],
): Call<RowPage<WareRow>> {
  return createMerchantCall(
    gateway,
    WARES_METHOD,
    { wareId: wareIds.join(','), pageNo: 1, pageSize: PAGE_SIZE, field: WARE_FIELDS },
    (response) => readRowPage(WarePage, response),
  );
}

/** What the shop has on sale. Pages count from 1. */
export function createListingCall(
  gateway: MerchantGateway,
  page: number,
  size: number,
): Call<RowPage<WareRow>> {
  return createMerchantCall(
    gateway,
    WARES_METHOD,
    { pageNo: page, pageSize: size, wareStatusValue: ON_SALE, field: WARE_FIELDS },
    (response) => readRowPage(WarePage, response),
  );
}

/** @returns undefined for a ware that is not of this shop */
export function createWareCall(gateway: MerchantGateway, wareId: string): Call<WareRow | undefined> {
  return createMerchantCall(
    gateway,
    WARE_METHOD,
    { wareId: BigInt(wareId), field: WARE_FIELDS },
    (response) => WareAnswer.parse(response).ware,
  );
}

/** Two methods tell the stock by warehouse; which of them an application may call differs. */
export const STOCK_METHODS = ['jingdong.ware.stock.sku.query', 'jingdong.stock.read.findSkuStock'] as const;

/** The stock of one variant, a row for each warehouse. */
export function createStockCall(
  gateway: MerchantGateway,
  method: (typeof STOCK_METHODS)[number],
  skuId: string,
): Call<readonly StockRow[]> {
  return createMerchantCall(gateway, method, { skuId: BigInt(skuId) }, (response) => {
    const { returnType, skuStocks } = StockAnswer.parse(response);
    return [...returnType.obj.skuStockInfos, ...skuStocks];
  });
}

export interface OwnShop {
  readonly id: string | undefined;
  readonly name: string | undefined;
}

/** Whose goods these are. */
export function createOwnShopCall(gateway: MerchantGateway): Call<OwnShop> {
  return createMerchantCall(gateway, 'jingdong.vender.shop.query', {}, (response) => {
    const { shop_id: id, shop_name: name } = ShopAnswer.parse(response).shop_jos_result;
    return { id, name };
  });
}

/** Unlike in the Union, the answer is a plain object next to the code. */
function createMerchantCall<T>(
  gateway: MerchantGateway,
  method: string,
  business: JosValue,
  read: (response: Readonly<Record<string, unknown>>) => T,
): Call<T> {
  return {
    name: method,
    token: gateway.token,
    readReceipt: readJdReceipt,
    build: ({ nowMs, token }) => buildJosRequest(gateway, { method, version: '2.0', token, nowMs, business }),
    read: (answer) => read(readJosResponse(answer, ERROR_ROWS)),
  };
}

interface PageSchema<T> {
  readonly parse: (response: unknown) => {
    readonly page: { readonly data: T[]; readonly totalItem: number | undefined };
  };
}

function readRowPage<T>(schema: PageSchema<T>, response: Readonly<Record<string, unknown>>): RowPage<T> {
  const { data: rows, totalItem: total } = schema.parse(response).page;
  if (rows.length === 0) {
    const { page, ...others } = response;
    assertNothing({ ...others, ...(typeof page === 'object' && page) });
  }
  return { rows, total };
}
