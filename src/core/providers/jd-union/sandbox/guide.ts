import { type AnswerFault, digits } from '../../../simulation/upstream.js';
import { findGoods } from '../../jd/sandbox/catalogue.js';
import { generateGoods } from '../../jd/sandbox/generate.js';
import { type GuideMethod, type Params, readSkuId } from '../../jd/sandbox/guide-gateway.js';
import { findShop, listShop } from '../../jd/sandbox/shops.js';

function answerDetail(params: Params, fault?: AnswerFault): object {
  const goods = fault?.kind === 'not-found' ? undefined : findGoods(readSkuId(params)[0] ?? '');
  if (fault?.kind === 'no-data') return {};
  if (fault?.kind === 'empty-data') return { result: { goodsInfo: {} } };
  return { result: goods ? { goodsInfo: goods.info } : {} };
}

function isPageSize(text: string | undefined): boolean {
  return /^\d+$/.test(text ?? '') && Number(text) >= 1 && Number(text) <= 100;
}

function readShopId(params: Params): string[] {
  const shopId = params.get('shop_id') ?? '';
  const isPage = /^[1-9]\d*$/.test(params.get('page_no') ?? '');
  return /^\d+$/.test(shopId) && isPage && isPageSize(params.get('page_size')) ? [shopId] : [];
}

/** A row of a shop: no SKU list, as is usual in lists. One that has lost its id keeps everything else. */
function createRow(id: string | undefined, place: number): object {
  const goods = (id && findGoods(id)) || generateGoods(String(900_000_000 + place));
  return { ...goods.info, skuId: id && digits(id), skuList: undefined };
}

function answerSearch(params: Params, fault?: AnswerFault): object {
  const shop = fault?.kind === 'not-found' ? undefined : findShop(params.get('shop_id') ?? '');
  if (fault?.kind === 'no-data') return {};
  if (!shop || fault?.kind === 'empty-data') return { result: { goods_list: [], total: 0 } };
  const { ids, total } = listShop(shop, Number(params.get('page_no')), Number(params.get('page_size')));
  return { result: { goods_list: ids.map(createRow), total } };
}

/** The two methods of the reference document. */
export const GUIDE_METHODS: readonly GuideMethod[] = [
  { name: 'jd.union.open.goods.detail.query', readIds: readSkuId, answer: answerDetail },
  { name: 'jingdong.goods.search', readIds: readShopId, answer: answerSearch },
];
